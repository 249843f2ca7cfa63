//! What some files of one source came to, told apart by measure: a frame (which rows there are, whose and when), stands
//! (the cells of a table) and a column a measure. Canonical: threads, batches and other measures don't show, so parts can
//! be kept, compared, and joined with columns that were counted later.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kernel::{Figure, LeftOut, SAMPLES, Setup, Worker};
use super::layout::{Layout, Table};
use super::periods::{Clock, Key};
use super::strata::StratumValue;
use super::subjects::{NOBODY, PERSON};
use super::tally::{Block, NO_LINE, same_line};
use super::wire::{Bytes, Wire, fields};
use crate::records::{Quarantined, Receipt};

/// A period, without the numbers of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum When {
    /// The one that the source names (`period: 2017`).
    Fixed,
    Regular(i32),
}

impl When {
    fn of(key: Key) -> Self {
        match key {
            Key::Named(_) => When::Fixed,
            Key::Regular(ordinal) => When::Regular(ordinal),
        }
    }

    pub(super) fn key(self, clock: &Clock, source: usize) -> Option<Key> {
        match self {
            When::Fixed => clock.fixed(source),
            When::Regular(ordinal) => Some(Key::Regular(ordinal)),
        }
    }
}

impl Wire for When {
    fn put(&self, out: &mut Vec<u8>) {
        let ordinal = match self {
            When::Fixed => None,
            When::Regular(ordinal) => Some(*ordinal),
        };
        ordinal.put(out);
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        Option::<i32>::get(bytes).map(|ordinal| ordinal.map_or(When::Fixed, When::Regular))
    }
}

/// A record by its file and line.
type Place = (Arc<str>, u64);

/// The rows of some files of a source, whatever is measured of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    pub receipt: Receipt,
    pub(super) rows: u64,
    pub(super) latest: Option<i64>,
    pub(super) left_out: LeftOut,
    /// Rows that a measure refused, for all measures.
    pub refused: Vec<Quarantined>,
    /// By level, sorted.
    pub(super) names: Vec<Vec<Arc<str>>>,
    /// Positions in `names`, a level each; sorted.
    pub(super) seats: Vec<Vec<u32>>,
    /// Persons that the directory doesn't know on the day, and their rows.
    pub(super) unknown: Vec<(Arc<str>, u64)>,
    /// By level: rows whose column and directory disagree.
    pub(super) disagreements: Vec<u64>,
    /// The first rows of each period.
    pub(super) samples: Vec<(When, Vec<Place>)>,
}

fields!(Frame { receipt, rows, latest, left_out, refused, names, seats, unknown, disagreements, samples });

/// The cells of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stand {
    pub(super) strata: Vec<Vec<StratumValue>>,
    /// Period, seat and stratum; sorted.
    pub(super) cells: Vec<(When, u32, u32)>,
    /// By cell.
    pub(super) records: Vec<u64>,
    pub(super) undated: LeftOut,
}

fields!(Stand { strata, cells, records, undated });

/// Seat, period, what was rated, rater.
type Rated = (u32, When, Arc<str>, Arc<str>);
/// The same; sum and number.
type RatedSum = (u32, When, Arc<str>, Arc<str>, i128, u64);

/// One measure over the cells of its table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Column {
    /// By counter and cell.
    pub(super) counters: Vec<Vec<u64>>,
    /// By sum and cell.
    pub(super) sums: Vec<Vec<i128>>,
    /// By line and cell: bits.
    pub(super) lines: Vec<Vec<u64>>,
    /// Cell, value, rows.
    pub(super) values: Vec<(u32, i64, u64)>,
    pub(super) dropped_values: Vec<(u32, i64, u64)>,
    pub(super) figures: Vec<Reported>,
    pub(super) ratings: Vec<RatedSum>,
    pub(super) divided: u64,
    pub(super) unsure: u64,
}

fields!(Column { counters, sums, lines, values, dropped_values, figures, ratings, divided, unsure });

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reported {
    pub(super) seat: u32,
    pub(super) when: When,
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) value: f64,
    pub(super) n: u64,
    pub(super) lower: f64,
    pub(super) upper: f64,
}

fields!(Reported { seat, when, file, line, value, n, lower, upper });

/// Frame, stands by table (position in `Setup::tables`), columns by measure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub frame: Frame,
    pub stands: BTreeMap<usize, Stand>,
    pub columns: BTreeMap<usize, Column>,
}

/// What workers counted that saw rows of this source alone. `None` where a sum is too large, or a measure failed.
pub(crate) fn part(setup: &Setup<'_>, source: usize, workers: &[Worker<'_>], receipt: Receipt) -> Option<Part> {
    if workers.iter().any(|w| !w.failures.is_empty()) {
        return None;
    }
    let (frame, seats) = frame(setup, source, workers, receipt);
    let mut part = Part { frame, ..Part::default() };
    for (position, table) in setup.tables.iter().enumerate().filter(|(_, t)| t.source == source) {
        let gathered = Gathered::of(setup, position, table, workers, &seats)?;
        for (index, layout) in table.measures.iter().enumerate() {
            part.columns.insert(layout.measure, gathered.column(table, index, layout, workers, &seats));
        }
        part.stands.insert(position, gathered.stand);
    }
    Some(part)
}

/// The frame, and for each worker the way from its seats to those of the frame.
fn frame(setup: &Setup<'_>, source: usize, workers: &[Worker<'_>], receipt: Receipt) -> (Frame, Vec<Vec<u32>>) {
    let (names, seats, ways) = seats(setup, workers);
    let person = setup.plan.levels.iter().position(|l| l.value == PERSON);
    let mut unknown: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    let mut samples: BTreeMap<When, Vec<Place>> = BTreeMap::new();
    let mut frame =
        Frame { receipt, names, seats, disagreements: vec![0; setup.plan.levels.len()], ..Frame::default() };
    for worker in workers {
        frame.rows += worker.rows;
        frame.latest = frame.latest.max(worker.latest);
        if let Some(out) = worker.left_out.get(source) {
            frame.left_out.add(out);
        }
        frame.refused.extend(worker.quarantine.iter().cloned());
        for (sum, rows) in frame.disagreements.iter_mut().zip(&worker.seating.disagreements) {
            *sum += rows;
        }
        let words = person.and_then(|level| worker.seating.names.get(level)).map_or(&[][..], |n| &n.words);
        for (word, rows) in words.iter().zip(&worker.seating.unknown).filter(|(_, rows)| **rows > 0) {
            *unknown.entry(word.clone()).or_default() += rows;
        }
        for (places, key) in worker.samples.iter().zip(&worker.dating.keys).filter(|(p, _)| !p.is_empty()) {
            samples.entry(When::of(*key)).or_default().extend(places.iter().cloned());
        }
    }
    for places in samples.values_mut() {
        places.sort();
        places.truncate(SAMPLES);
    }
    frame.refused.sort();
    frame.unknown = unknown.into_iter().collect();
    frame.samples = samples.into_iter().collect();
    (frame, ways)
}

/// All names by level, all seats, and for each worker the way from its seats to them.
#[allow(clippy::type_complexity)] // three lists that only `frame` reads
fn seats(setup: &Setup<'_>, workers: &[Worker<'_>]) -> (Vec<Vec<Arc<str>>>, Vec<Vec<u32>>, Vec<Vec<u32>>) {
    let levels = setup.plan.levels.len();
    let seats_of = |worker: &Worker<'_>| -> Vec<Vec<u32>> {
        (0..worker.seating.len()).map(|seat| worker.seating.seat(seat).to_vec()).collect()
    };
    let own: Vec<Vec<Vec<u32>>> = workers.iter().map(seats_of).collect();
    let mut names = vec![Vec::new(); levels];
    for (worker, seats) in workers.iter().zip(&own) {
        for (level, names) in names.iter_mut().enumerate() {
            let words = worker.seating.names.get(level).map_or(&[][..], |n| &n.words);
            let mut held: Vec<u32> = seats.iter().filter_map(|seat| seat.get(level)).copied().collect();
            held.sort_unstable();
            held.dedup();
            names.extend(held.iter().filter_map(|number| words.get(*number as usize)).cloned());
        }
    }
    for names in &mut names {
        names.sort_unstable();
        names.dedup();
    }
    let named: Vec<Vec<Vec<u32>>> = workers
        .iter()
        .zip(own)
        .map(|(worker, seats)| {
            let ways: Vec<Vec<u32>> =
                worker.seating.names.iter().zip(&names).map(|(own, all)| ways(&own.words, all)).collect();
            let seat = |seat: Vec<u32>| -> Vec<u32> {
                seat.iter().zip(&ways).map(|(n, way)| way.get(*n as usize).copied().unwrap_or(NOBODY)).collect()
            };
            seats.into_iter().map(seat).collect()
        })
        .collect();
    let mut all: Vec<Vec<u32>> = named.iter().flatten().cloned().collect();
    all.sort_unstable();
    all.dedup();
    let ways = named.iter().map(|seats| ways(seats, &all)).collect();
    (names, all, ways)
}

/// The position of each item in a sorted list.
fn ways<T: Ord>(items: &[T], sorted: &[T]) -> Vec<u32> {
    items.iter().map(|item| sorted.binary_search(item).map_or(NOBODY, |at| at as u32)).collect()
}

/// A table's cells with everything that stands in them.
struct Gathered {
    stand: Stand,
    /// By cell, `Table::counters` of them.
    counters: Vec<u64>,
    sums: Vec<i128>,
    lines: Vec<u64>,
    /// By worker and its place: seat and stratum.
    places: Vec<Vec<(u32, u32)>>,
    position: usize,
}

impl Gathered {
    fn of(
        setup: &Setup<'_>,
        position: usize,
        table: &Table,
        workers: &[Worker<'_>],
        seats: &[Vec<u32>],
    ) -> Option<Self> {
        let (strata, places) = strata(setup, position, table, workers, seats);
        let mut gathered = Self {
            stand: Stand { strata, ..Stand::default() },
            counters: Vec::new(),
            sums: Vec::new(),
            lines: Vec::new(),
            places,
            position,
        };
        let mut cells = Vec::new();
        gathered.each(table, workers, |cell, _, _| {
            cells.push(cell);
            Some(())
        })?;
        cells.sort_unstable();
        cells.dedup();
        let (mut counters, mut sums) = (vec![0; cells.len() * table.counters], vec![0; cells.len() * table.sums]);
        let mut lines = vec![NO_LINE; cells.len() * table.lines];
        gathered.each(table, workers, |cell, block, place| {
            let at = cells.binary_search(&cell).ok()?;
            let from = block.counters.get(place * table.counters..(place + 1) * table.counters)?;
            for (sum, n) in counters.get_mut(at * table.counters..)?.iter_mut().zip(from) {
                *sum += u64::from(*n);
            }
            let from = block.sums.get(place * table.sums..(place + 1) * table.sums)?;
            for (sum, n) in sums.get_mut(at * table.sums..)?.iter_mut().zip(from) {
                *sum = i128::checked_add(*sum, *n)?;
            }
            let from = block.lines.get(place * table.lines..(place + 1) * table.lines)?;
            for (held, line) in lines.get_mut(at * table.lines..)?.iter_mut().zip(from) {
                *held = same_line(*held, *line);
            }
            Some(())
        })?;
        gathered.stand.records = counters.iter().step_by(table.counters).copied().collect();
        gathered.stand.cells = cells;
        for worker in workers {
            if let Some(undated) = worker.undated.get(position) {
                gathered.stand.undated.add(undated);
            }
        }
        (gathered.counters, gathered.sums, gathered.lines) = (counters, sums, lines);
        Some(gathered)
    }

    /// Every cell of every worker that holds a row.
    fn each(
        &self,
        table: &Table,
        workers: &[Worker<'_>],
        mut take: impl FnMut((When, u32, u32), &Block, usize) -> Option<()>,
    ) -> Option<()> {
        for (worker, places) in workers.iter().zip(&self.places) {
            let Some(tally) = worker.tallies.get(self.position) else { continue };
            for (block, key) in tally.blocks.iter().zip(&worker.dating.keys) {
                for (place, rows) in block.counters.iter().step_by(table.counters).enumerate() {
                    if *rows > 0 {
                        let (seat, stratum) = *places.get(place)?;
                        take((When::of(*key), seat, stratum), block, place)?;
                    }
                }
            }
        }
        Some(())
    }

    fn column(
        &self,
        table: &Table,
        index: usize,
        layout: &Layout,
        workers: &[Worker<'_>],
        seats: &[Vec<u32>],
    ) -> Column {
        let counter = |at: usize| self.counters.iter().skip(at).step_by(table.counters).copied().collect();
        let sum = |at: usize| self.sums.iter().skip(at).step_by(table.sums.max(1)).copied().collect();
        let line = |at: usize| self.lines.iter().skip(at).step_by(table.lines.max(1)).copied().collect();
        let mut column = Column {
            counters: counters_of(layout).into_iter().map(counter).collect(),
            sums: sums_of(layout).into_iter().map(sum).collect(),
            lines: layout.lines.iter().map(|(_, at)| line(*at)).collect(),
            divided: workers.iter().filter_map(|w| w.divided.get(layout.measure)).sum(),
            unsure: workers.iter().filter_map(|w| w.unsure.get(layout.measure)).sum(),
            ..Column::default()
        };
        let mut sums: BTreeMap<Rated, (i128, u64)> = BTreeMap::new();
        let mut values = [BTreeMap::new(), BTreeMap::new()];
        for ((worker, seats), places) in workers.iter().zip(seats).zip(&self.places) {
            let when = |slot: u32| worker.dating.keys.get(slot as usize).map(|key| When::of(*key));
            let seat = |seat: u32| seats.get(seat as usize).copied().unwrap_or(NOBODY);
            for figure in worker.figures.iter().filter(|f| f.measure == layout.measure) {
                column.figures.extend(when(figure.slot).map(|when| Reported::of(figure, seat(figure.seat), when)));
            }
            let own = worker.ratings.sums.iter().filter(|(k, _)| k.0 == layout.measure);
            for ((_, of, slot, item, rater), (sum, n)) in own {
                let Some(when) = when(*slot) else { continue };
                let held = sums.entry((seat(*of), when, item.clone(), rater.clone())).or_default();
                *held = (held.0.saturating_add(*sum), held.1 + n);
            }
            let Some(tally) = worker.tallies.get(self.position) else { continue };
            for (from, into) in [&tally.histogram, &tally.dropped_histogram].into_iter().zip(&mut values) {
                for ((_, place, slot, value), n) in from.iter().filter(|(k, _)| usize::from(k.0) == index) {
                    let (Some(place), Some(when)) = (places.get(*place as usize), when(*slot)) else { continue };
                    if let Ok(cell) = self.stand.cells.binary_search(&(when, place.0, place.1)) {
                        let held: &mut u64 = into.entry((cell as u32, *value)).or_default();
                        *held = held.saturating_add(*n);
                    }
                }
            }
        }
        let [all, dropped] = values.map(|v| v.into_iter().map(|((cell, value), n)| (cell, value, n)).collect());
        (column.values, column.dropped_values) = (all, dropped);
        column.ratings =
            sums.into_iter().map(|((seat, when, item, rater), (sum, n))| (seat, when, item, rater, sum, n)).collect();
        column.figures.sort_by(|a, b| (&a.file, a.line, a.seat, a.when).cmp(&(&b.file, b.line, b.seat, b.when)));
        column
    }
}

impl Reported {
    fn of(figure: &Figure, seat: u32, when: When) -> Self {
        let Figure { value, n, lower, upper, line, .. } = *figure;
        Self { seat, when, file: figure.file.clone(), line, value, n, lower, upper }
    }
}

/// The strata, and for each worker and place the seat and the stratum.
#[allow(clippy::type_complexity)] // two lists that only `Gathered::of` reads
fn strata(
    setup: &Setup<'_>,
    position: usize,
    table: &Table,
    workers: &[Worker<'_>],
    seats: &[Vec<u32>],
) -> (Vec<Vec<StratumValue>>, Vec<Vec<(u32, u32)>>) {
    if table.adjust_for.is_empty() {
        let places = |seats: &Vec<u32>| seats.iter().map(|seat| (*seat, 0)).collect();
        return (vec![Vec::new()], seats.iter().map(places).collect());
    }
    let fields = setup.plan.sources.get(table.source).map_or(&[][..], |s| &s.fields);
    let types: Vec<_> = table.adjust_for.iter().filter_map(|f| fields.get(*f)).map(|f| f.ty).collect();
    let parts: Vec<Vec<(u32, Vec<StratumValue>)>> = workers
        .iter()
        .zip(seats)
        .map(|(worker, seats)| {
            let Some(tally) = worker.tallies.get(position) else { return Vec::new() };
            let place = |(seat, stratum): &(u32, u32)| {
                (seats.get(*seat as usize).copied().unwrap_or(NOBODY), tally.strata.parts(*stratum, &types))
            };
            tally.strata.places.iter().map(place).collect()
        })
        .collect();
    let mut strata: Vec<Vec<StratumValue>> = parts.iter().flatten().map(|(_, parts)| parts.clone()).collect();
    strata.sort_unstable();
    strata.dedup();
    let numbered = |places: &Vec<(u32, Vec<StratumValue>)>| {
        places.iter().map(|(seat, p)| (*seat, strata.binary_search(p).map_or(NOBODY, |at| at as u32))).collect()
    };
    let places = parts.iter().map(numbered).collect();
    (strata, places)
}

/// The counters that a measure owns in a cell, in the order of their codes; then those of what is dropped.
pub(super) fn counters_of(layout: &Layout) -> Vec<usize> {
    let own = layout.counter.iter().filter(|(_, step)| *step == 1).map(|(counter, _)| *counter);
    own.chain(layout.dropped.iter().flat_map(|(counters, _)| *counters)).map(usize::from).collect()
}

pub(super) fn sums_of(layout: &Layout) -> Vec<usize> {
    let own = layout.first_sum..layout.first_sum + layout.sums;
    own.chain(layout.dropped.iter().flat_map(|(_, first)| *first..first + layout.sums)).collect()
}
