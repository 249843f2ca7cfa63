//! One worker: evaluates each program once per batch, then adds every row into the tables of its source. Workers share
//! nothing while they work and merge exactly, so neither threads nor batches can change a figure.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::codes;
use super::dating::{Bounds, Dating, NO_DATE, NOT_SELECTED, TOO_EARLY, TOO_LATE, UNDATED, is_slot, is_used};
use super::evaluation::Evaluation;
use super::layout::{Layout, Table};
use super::periods::Clock;
use super::rows::{self, Scored};
use super::subjects::{Roster, Seating};
use super::tally::{Cells, Tally, miss_code};
use crate::diagnostic::Diagnostic;
use crate::language::{Column, Environment, Frame, MISSING_TIME, Value};
use crate::records::{self, Batch, Quarantined};
use crate::said;
use crate::workspace::{Form, Plan};

/// What all workers read.
pub(crate) struct Setup<'a> {
    pub plan: &'a Plan,
    pub clock: &'a Clock,
    pub roster: Option<&'a Roster>,
    pub bounds: Bounds,
    /// The last microsecond of the `as_of` day, where an expression may ask for it.
    pub as_of: Option<i64>,
    /// Somebody wrote `as_of`.
    pub as_of_given: bool,
    pub environment: &'a Environment,
    pub tables: &'a [Table],
}

impl Setup<'_> {
    /// Until when records count.
    pub(crate) fn horizon(&self) -> records::Horizon {
        records::Horizon { as_of: self.as_of, given: self.as_of_given }
    }
}

/// A reported figure and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub measure: usize,
    pub seat: u32,
    pub slot: u32,
    pub value: f64,
    pub n: u64,
    pub lower: f64,
    pub upper: f64,
    pub file: Arc<str>,
    pub line: u64,
}

/// What a worker left out of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LeftOut {
    pub too_late: u64,
    pub too_early: u64,
    pub no_date: u64,
    pub refused: u64,
}

impl LeftOut {
    pub(crate) fn add(&mut self, other: &LeftOut) {
        self.too_late += other.too_late;
        self.too_early += other.too_early;
        self.no_date += other.no_date;
        self.refused += other.refused;
    }
}

/// Rows of a period by file and line, the first few: to name records that stand apart.
pub(crate) const SAMPLES: usize = 5;

pub(crate) struct Worker<'a> {
    pub setup: &'a Setup<'a>,
    pub dating: Dating<'a>,
    pub seating: Seating<'a>,
    /// As `Setup::tables`.
    pub tallies: Vec<Tally>,
    pub figures: Vec<Figure>,
    /// By source.
    pub left_out: Vec<LeftOut>,
    /// By table: rows without a date of its own, before the first period, after `as_of`.
    pub undated: Vec<LeftOut>,
    pub quarantine: Vec<Quarantined>,
    /// First breach of each measure: file, line, diagnostic.
    pub failures: FxHashMap<usize, (Arc<str>, u64, Diagnostic)>,
    pub latest: Option<i64>,
    /// By slot.
    pub samples: Vec<Vec<(Arc<str>, u64)>>,
    /// By measure and rater: observed values (see `agreement`).
    pub ratings: super::agreement::Ratings,
    /// Measures whose records are held against each other (the luck audit asks for it).
    pub crossed: super::Crossed,
    /// By measure: rows whose expression divided by zero.
    pub divided: Vec<u64>,
    /// By measure: rows of which nobody knows whether they are shielded.
    pub unsure: Vec<u64>,
    /// Rows tallied: a worker retires before a 32-bit counter could be full.
    pub rows: u64,
}

/// Rows after which a worker takes no more batches.
const RETIREMENT: u64 = 1 << 31;

impl<'a> Worker<'a> {
    pub(crate) fn new(setup: &'a Setup<'a>) -> Self {
        Self {
            setup,
            dating: Dating::new(setup.clock, setup.bounds),
            seating: Seating::new(setup.plan, setup.roster),
            tallies: setup.tables.iter().map(|_| Tally::default()).collect(),
            figures: Vec::new(),
            left_out: vec![LeftOut::default(); setup.plan.sources.len()],
            undated: vec![LeftOut::default(); setup.tables.len()],
            quarantine: Vec::new(),
            failures: FxHashMap::default(),
            latest: None,
            samples: Vec::new(),
            ratings: super::agreement::Ratings::default(),
            crossed: super::Crossed::default(),
            divided: vec![0; setup.plan.measures.len()],
            unsure: vec![0; setup.plan.measures.len()],
            rows: 0,
        }
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.rows >= RETIREMENT
    }

    /// Adds a batch. The error is an overflow: the figures would not be exact.
    pub(crate) fn tally(&mut self, batch: &Batch) -> Result<(), Vec<Diagnostic>> {
        let mut slots = self.date(batch);
        let alive: Vec<bool> = slots.iter().map(|s| is_used(*s)).collect();
        let columns = self.columns(batch);
        let scored = self.score(batch, &columns, &alive, &mut slots);
        let rows: Vec<u32> =
            (0..batch.rows as u32).filter(|row| slots.get(*row as usize).is_some_and(|s| is_used(*s))).collect();
        self.rows += rows.len() as u64;
        self.sample(batch, &rows, &slots);
        self.crossed.note(batch.source, &rows, &scored);
        let seats = self.seating.place(batch, &rows);
        for position in 0..self.setup.tables.len() {
            let table = &self.setup.tables[position];
            if table.source == batch.source {
                self.tally_table(position, table, batch, &columns, &rows, &seats, &slots, &scored)?;
            }
        }
        Ok(())
    }

    /// The period slot of each row by the source's own date, or why it has none.
    fn date(&mut self, batch: &Batch) -> Vec<u32> {
        let mut slots = vec![NOT_SELECTED; batch.rows];
        let fixed = self.setup.clock.fixed(batch.source);
        let undated = if self.setup.clock.is_all() {
            self.dating.slot(MISSING_TIME)
        } else {
            fixed.map_or(UNDATED, |key| self.dating.slot_of(key))
        };
        let mut out = LeftOut::default();
        let mut place = |row: usize| {
            let Some(slot) = slots.get_mut(row) else { return };
            *slot = match batch.at.get(row) {
                None => undated,
                // A source with one period of its own uses dates only to leave out what is later than `as_of`.
                Some(&moment) => match (self.dating.slot(moment), fixed) {
                    (slot, Some(_)) if is_slot(slot) || slot == NO_DATE => undated,
                    (slot, _) => slot,
                },
            };
            match *slot {
                TOO_LATE => out.too_late += 1,
                TOO_EARLY => out.too_early += 1,
                NO_DATE => out.no_date += 1,
                _ => {}
            }
        };
        match &batch.selected {
            None => (0..batch.rows).for_each(&mut place),
            Some(rows) => rows.iter().for_each(|row| place(*row as usize)),
        }
        let total = &mut self.left_out[batch.source];
        total.too_late += out.too_late;
        total.too_early += out.too_early;
        total.no_date += out.no_date;
        slots
    }

    /// The frame: the fields, then `as_of`.
    fn columns(&self, batch: &Batch) -> Vec<Column> {
        let mut columns = batch.columns.clone();
        let slot = self.setup.plan.sources.get(batch.source).map_or(columns.len(), |s| s.as_of_slot());
        columns.resize(slot, Column::Constant(Value::Missing));
        columns.push(Column::Constant(self.setup.as_of.map_or(Value::Missing, Value::Time)));
        columns
    }

    /// How each measure of the batch's source sees its rows. Rows that a measure refuses are quarantined for all.
    fn score(
        &mut self,
        batch: &Batch,
        columns: &[Column],
        alive: &[bool],
        slots: &mut [u32],
    ) -> FxHashMap<usize, Scored> {
        let evaluation = Evaluation { frame: Frame { rows: batch.rows, columns }, environment: self.setup.environment };
        let mut refused = Vec::new();
        let mut scored = FxHashMap::default();
        for table in self.setup.tables.iter().filter(|t| t.source == batch.source) {
            for layout in &table.measures {
                let Some(measure) = self.setup.plan.measures.get(layout.measure) else { continue };
                match rows::score(self.setup.plan, measure, &evaluation, alive, &mut refused) {
                    Ok(result) => {
                        scored.insert(layout.measure, result);
                    }
                    Err(breach) => self.fail(layout.measure, batch, &breach),
                }
            }
        }
        refused.sort();
        refused.dedup_by_key(|r| r.0);
        self.left_out[batch.source].refused += refused.len() as u64;
        for (row, reason) in refused {
            if let Some(slot) = slots.get_mut(row as usize) {
                *slot = NOT_SELECTED;
            }
            let line = batch.lines.of(row as usize);
            let file = batch.file.to_string();
            self.quarantine.push(Quarantined { file, line, column: String::new(), reason });
        }
        scored
    }

    fn fail(&mut self, measure: usize, batch: &Batch, breach: &crate::language::Breach) {
        let line = batch.lines.of(breach.row);
        let earlier = self.failures.get(&measure);
        if earlier.is_some_and(|(file, at, _)| (&**file, *at) <= (&*batch.file, line)) {
            return;
        }
        let id = self.setup.plan.measures.get(measure).map_or("", |m| m.id.value.as_str());
        let what = said!("measure `{measure}` could not be evaluated: {why}", measure = id, why = breach.message);
        let diagnostic = Diagnostic::error(&codes::FAILED, what)
            .at(breach.span, said!("it happens here"))
            .in_data(&*batch.file, line, 0, said!("for this record"))
            .help(said!("nobody is judged on this measure until the expression holds for every record"));
        self.failures.insert(measure, (batch.file.clone(), line, diagnostic));
    }

    /// Notes the latest moment, and the first rows of each period.
    fn sample(&mut self, batch: &Batch, rows: &[u32], slots: &[u32]) {
        let moments = rows.iter().filter_map(|row| batch.at.get(*row as usize)).filter(|m| **m != MISSING_TIME);
        self.latest = self.latest.max(moments.max().copied());
        self.samples.resize_with(self.dating.keys.len().max(self.samples.len()), Vec::new);
        let mut seen = vec![0usize; self.samples.len()];
        for row in rows {
            let slot = slots[*row as usize] as usize;
            let Some(count) = seen.get_mut(slot) else { continue };
            if *count < SAMPLES {
                *count += 1;
                self.samples[slot].push((batch.file.clone(), batch.lines.of(*row as usize)));
            }
        }
        for (samples, count) in self.samples.iter_mut().zip(seen) {
            if count > 0 {
                samples.sort();
                samples.truncate(SAMPLES);
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // one table's share of a batch: all of it is the batch's own
    fn tally_table(
        &mut self,
        position: usize,
        table: &Table,
        batch: &Batch,
        columns: &[Column],
        rows: &[u32],
        seats: &[u32],
        slots: &[u32],
        scored: &FxHashMap<usize, Scored>,
    ) -> Result<(), Vec<Diagnostic>> {
        let slots = self.slots_of(position, table, batch, rows, slots);
        let tally = &mut self.tallies[position];
        let places = if table.adjust_for.is_empty() {
            seats.to_vec()
        } else {
            tally.strata.place(columns, &table.adjust_for, rows, seats)
        };
        let count = if table.adjust_for.is_empty() { self.seating.len() } else { tally.strata.len() };
        tally.make_room(table, self.dating.keys.len(), count);
        let cells = Cells { rows, places: &places, slots: &slots };
        let measures: Vec<(&Layout, &Scored)> =
            table.measures.iter().filter_map(|l| Some((l, scored.get(&l.measure)?))).collect();
        tally.count(table, &cells, &measures);
        for (index, (layout, scored)) in measures.iter().enumerate() {
            let Some(measure) = self.setup.plan.measures.get(layout.measure) else { continue };
            let form = &measure.form;
            for (sum, found) in [(&mut self.divided, &scored.divided), (&mut self.unsure, &scored.unsure)] {
                if let Some(sum) = sum.get_mut(layout.measure).filter(|_| !found.is_empty()) {
                    let of = |row: usize| u64::from(found.binary_search(&(row as u32)).is_ok());
                    *sum += cells.placed().map(|(row, _, _)| of(row)).sum::<u64>();
                }
            }
            if layout.sums > 0 && tally.add(table, layout, form, &cells, scored, measure.lower_is_better).is_none() {
                return Err(vec![
                    Diagnostic::error(
                        &codes::OVERFLOW,
                        said!("the sum of measure `{measure}` is too large", measure = *measure.id),
                    )
                    .at(measure.id.span(), said!("its numbers can't be added up exactly"))
                    .help(said!("give the measure or its field fewer `decimals:`, or measure in a larger unit")),
                ]);
            }
            if layout.dropped.is_some() {
                tally.drop_counts(table, layout, &cells, scored, miss_code(form, measure.lower_is_better));
            }
            if layout.histogram {
                tally.note_values(index, &cells, scored);
            }
            if let Form::Cadence { every, .. } = form {
                let own = table.at.as_ref().and_then(|at| batch.other_times.iter().find(|(name, _)| name == at));
                let times = own.map_or(&batch.at[..], |(_, times)| times);
                let clock = self.setup.clock;
                let moment = |row: usize| times.get(row).copied().filter(|moment| *moment != MISSING_TIME);
                tally.note_slots(index, &cells, scored, |row| Some(clock.slot(*every, moment(row)?)));
            }
            tally.note_lines(table, layout, &cells, scored, columns);
            if matches!(form, Form::Reported { .. }) {
                note_figures(&mut self.figures, layout.measure, &cells, seats, scored, batch);
            }
            if let Some(rater) = &measure.rater
                && let Some((_, raters)) = batch.raters.iter().find(|(name, _)| *name == rater.value)
            {
                let items = measure.rated.as_ref().and_then(|rated| {
                    batch.raters.iter().find(|(name, _)| *name == rated.value).map(|(_, items)| items)
                });
                self.ratings.note(layout.measure, &cells, seats, scored, (raters, items));
            }
        }
        Ok(())
    }

    /// The slots of a table's rows by its own date.
    fn slots_of(&mut self, position: usize, table: &Table, batch: &Batch, rows: &[u32], slots: &[u32]) -> Vec<u32> {
        let times = table.at.as_ref().and_then(|at| batch.other_times.iter().find(|(name, _)| name == at));
        let Some((_, times)) = times else {
            let out = &mut self.undated[position];
            let slots: Vec<u32> = rows.iter().map(|row| slots[*row as usize]).collect();
            out.no_date += slots.iter().filter(|s| !is_slot(**s)).count() as u64;
            return slots;
        };
        let out = &mut self.undated[position];
        rows.iter()
            .map(|row| {
                let slot = self.dating.slot(times.get(*row as usize).copied().unwrap_or(MISSING_TIME));
                match slot {
                    TOO_LATE => out.too_late += 1,
                    TOO_EARLY => out.too_early += 1,
                    NO_DATE => out.no_date += 1,
                    _ => {}
                }
                slot
            })
            .collect()
    }
}

fn note_figures(
    figures: &mut Vec<Figure>,
    measure: usize,
    cells: &Cells<'_>,
    seats: &[u32],
    scored: &Scored,
    batch: &Batch,
) {
    let [values, ns, lowers, uppers] = scored.figures.as_slice() else { return };
    for (((row, _), slot), seat) in cells.rows.iter().zip(cells.places).zip(cells.slots).zip(seats) {
        let row = *row as usize;
        if !is_slot(*slot) || scored.codes[row] != rows::MEASURED {
            continue;
        }
        let n = ns[row];
        figures.push(Figure {
            measure,
            seat: *seat,
            slot: *slot,
            value: values[row],
            n: if n >= 0.0 { n as u64 } else { 0 },
            lower: lowers[row],
            upper: uppers[row],
            file: batch.file.clone(),
            line: batch.lines.of(row),
        });
    }
}
