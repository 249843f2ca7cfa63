//! Workers' tallies become one `Counts`: their dense numbers are translated into sorted ones, then integers are added.
//! Nothing here depends on which worker saw which row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::agreement::Given;
use super::counts::{Cell, Counted, CountedTable};
use super::kernel::{Setup, Worker};
use super::layout::Table;
use super::periods::Key;
use super::sheet::{Accumulator, Sheet};
use super::strata::StratumValue;
use super::subjects::NOBODY;
use super::tallies::{self, Overflow};
use super::tally::Tally;
use super::{Tallies, codes};
use crate::diagnostic::Diagnostic;
use crate::said;

/// Where a worker's numbers go.
pub(super) struct Translation {
    /// By the worker's seat.
    pub seats: Vec<u32>,
    /// By the worker's slot: position of the period.
    pub periods: Vec<u32>,
}

/// The merged parts of `Counts`.
pub(crate) struct Merged {
    pub keys: Vec<Key>,
    /// Rows by period, by the sources' own dates.
    pub period_rows: Vec<u64>,
    /// By level, sorted.
    pub subjects: Vec<Vec<Arc<str>>>,
    pub seats: Vec<Box<[u32]>>,
    pub tables: Vec<CountedTable>,
    /// By table and measure within it: rows by code.
    pub totals: Vec<Vec<Vec<u64>>>,
    pub(super) translations: Vec<Translation>,
}

/// More cells than this at one level are a mistake in a date, not a policy.
const MOST_CELLS: usize = 200_000_000;
const MOST_PERIODS: usize = 40_000;

/// Rows by period slot of a worker, by the sources' own dates.
pub(crate) fn rows_by_key(setup: &Setup<'_>, workers: &[Worker<'_>]) -> BTreeMap<Key, u64> {
    let mut rows = BTreeMap::new();
    for worker in workers {
        let bases = worker.tallies.iter().zip(setup.tables).filter(|(_, table)| table.is_base());
        for (tally, table) in bases {
            for (block, key) in tally.blocks.iter().zip(&worker.dating.keys) {
                let sum: u64 = block.counters.iter().step_by(table.counters).map(|n| u64::from(*n)).sum();
                if sum > 0 {
                    *rows.entry(*key).or_default() += sum;
                }
            }
        }
    }
    rows
}

pub(crate) fn merge(setup: &Setup<'_>, workers: &mut [Worker<'_>]) -> Result<Merged, Vec<Diagnostic>> {
    let rows = rows_by_key(setup, workers);
    let used: Vec<Used> = workers.iter().map(|w| Used::of(setup.tables, w)).collect();
    let with_records: BTreeSet<Key> = used
        .iter()
        .zip(workers.iter())
        .flat_map(|(used, worker)| worker.dating.keys.iter().zip(&used.slots).filter(|(_, u)| **u).map(|(k, _)| *k))
        .collect();
    let keys = setup.clock.filled(&with_records);
    let subjects = subjects(setup, workers, &used);
    let most = subjects.iter().map(Vec::len).max().unwrap_or(0).saturating_mul(keys.len());
    if keys.len() > MOST_PERIODS || most > MOST_CELLS {
        return Err(vec![too_far_apart(setup, &keys, &rows)]);
    }
    let (seats, seat_maps) = seats(workers, &used, &subjects);
    let translations: Vec<Translation> = workers
        .iter()
        .zip(seat_maps)
        .map(|(worker, seats)| {
            let periods = worker
                .dating
                .keys
                .iter()
                .map(|key| keys.iter().position(|k| k == key).map_or(NOBODY, |position| position as u32));
            Translation { seats, periods: periods.collect() }
        })
        .collect();
    let mut merged = Merged {
        period_rows: keys.iter().map(|k| rows.get(k).copied().unwrap_or(0)).collect(),
        keys,
        subjects,
        seats,
        tables: Vec::new(),
        totals: Vec::new(),
        translations,
    };
    for (position, table) in setup.tables.iter().enumerate() {
        let (table, totals) = merged.table(setup, position, table, workers).map_err(|Overflow| vec![overflow()])?;
        merged.tables.push(table);
        merged.totals.push(totals);
    }
    merged.reported(setup, workers)?;
    Ok(merged)
}

fn overflow() -> Diagnostic {
    Diagnostic::error(&codes::OVERFLOW, said!("the records add up to more than can be counted exactly"))
        .help(said!("give the measure or its field fewer `decimals:`, or measure in a larger unit"))
}

fn too_far_apart(setup: &Setup<'_>, keys: &[Key], rows: &BTreeMap<Key, u64>) -> Diagnostic {
    let name = |key: &Key| setup.clock.period(*key, jiff::civil::Date::MAX, 0).name;
    let first = keys.first().map(&name).unwrap_or_default();
    let last = keys.last().map(&name).unwrap_or_default();
    Diagnostic::error(
        &codes::TOO_FAR_APART,
        said!("the records reach from {first} to {last}: too many periods to keep", first, last),
    )
    .at(
        setup.plan.periods.every.span(),
        said!("{all} periods, {with_records} of them with a record", all = keys.len(), with_records = rows.len()),
    )
    .help(said!("write `periods: { from: … }` to leave out what is older, or correct the dates in the data"))
}

/// Which of a worker's seats and slots hold a row.
struct Used {
    seats: Vec<bool>,
    slots: Vec<bool>,
}

impl Used {
    fn of(tables: &[Table], worker: &Worker<'_>) -> Self {
        let mut used = Used { seats: vec![false; worker.seating.len()], slots: vec![false; worker.dating.keys.len()] };
        for (tally, table) in worker.tallies.iter().zip(tables) {
            for (slot, block) in tally.blocks.iter().enumerate() {
                for (place, rows) in block.counters.iter().step_by(table.counters).enumerate() {
                    if *rows == 0 {
                        continue;
                    }
                    used.slots[slot] = true;
                    if let Some(seat) = used.seats.get_mut(seat_of(tally, table, place)) {
                        *seat = true;
                    }
                }
            }
        }
        used
    }
}

fn seat_of(tally: &Tally, table: &Table, place: usize) -> usize {
    if table.adjust_for.is_empty() {
        place
    } else {
        tally.strata.places.get(place).map_or(usize::MAX, |(seat, _)| *seat as usize)
    }
}

/// By level: the names of all subjects that hold a row, sorted.
fn subjects(setup: &Setup<'_>, workers: &[Worker<'_>], used: &[Used]) -> Vec<Vec<Arc<str>>> {
    (0..setup.plan.levels.len())
        .map(|level| {
            let mut names = Vec::new();
            for (worker, used) in workers.iter().zip(used) {
                let words = worker.seating.names.get(level).map_or(&[][..], |n| &n.words);
                let mut held = vec![false; words.len()];
                for (seat, _) in used.seats.iter().enumerate().filter(|(_, used)| **used) {
                    let number = worker.seating.seat(seat).get(level).copied().unwrap_or(NOBODY);
                    if let Some(held) = held.get_mut(number as usize) {
                        *held = true;
                    }
                }
                names.extend(words.iter().zip(held).filter(|(_, held)| *held).map(|(word, _)| word.clone()));
            }
            names.sort_unstable();
            names.dedup();
            names
        })
        .collect()
}

/// All seats, sorted, and for each worker the way from its seats to them.
fn seats(workers: &[Worker<'_>], used: &[Used], subjects: &[Vec<Arc<str>>]) -> (Vec<Box<[u32]>>, Vec<Vec<u32>>) {
    let keys: Vec<Vec<Option<Box<[u32]>>>> = workers
        .iter()
        .zip(used)
        .map(|(worker, used)| {
            let numbers: Vec<Vec<u32>> = worker
                .seating
                .names
                .iter()
                .zip(subjects)
                .map(|(names, sorted)| {
                    let position = |w: &Arc<str>| sorted.binary_search(w).map_or(NOBODY, |p| p as u32);
                    names.words.iter().map(position).collect()
                })
                .collect();
            let key = |seat: usize| -> Box<[u32]> {
                let own = worker.seating.seat(seat).iter().zip(&numbers);
                own.map(|(number, to)| to.get(*number as usize).copied().unwrap_or(NOBODY)).collect()
            };
            used.seats.iter().enumerate().map(|(seat, used)| used.then(|| key(seat))).collect()
        })
        .collect();
    let mut all: Vec<Box<[u32]>> = keys.iter().flatten().flatten().cloned().collect();
    all.sort_unstable();
    all.dedup();
    let find = |key: &Option<Box<[u32]>>| match key {
        Some(key) => all.binary_search(key).map_or(NOBODY, |p| p as u32),
        None => NOBODY,
    };
    let maps = keys.iter().map(|keys| keys.iter().map(find).collect()).collect();
    (all, maps)
}

impl Merged {
    fn table(
        &self,
        setup: &Setup<'_>,
        position: usize,
        table: &Table,
        workers: &mut [Worker<'_>],
    ) -> Result<(CountedTable, Vec<Vec<u64>>), Overflow> {
        let (strata, places, maps) = self.places(setup, position, table, workers);
        let mut sheet = Sheet::default();
        for period in 0..self.keys.len() as u32 {
            let mut sum = Accumulator::new(table, places.len());
            for (worker, (map, to)) in workers.iter_mut().zip(maps.iter().zip(&self.translations)) {
                for slot in to.periods.iter().enumerate().filter(|(_, p)| **p == period).map(|(slot, _)| slot) {
                    if let Some(block) = worker.tallies.get_mut(position).and_then(|t| t.blocks.get_mut(slot)) {
                        // The block is not needed again: its memory goes before the next one comes.
                        sum.add(table, &std::mem::take(block), map)?;
                    }
                }
            }
            sheet.take(table, &sum, &places, period);
        }
        let histograms = self.histograms(position, workers, &maps, &places, &sheet.cells);
        let source = table.source;
        let base = table.is_base();
        let mut counted = Vec::new();
        let mut totals = Vec::new();
        for (index, layout) in table.measures.iter().enumerate() {
            let Some(measure) = setup.plan.measures.get(layout.measure) else { continue };
            let grid = sheet.grid(table);
            let (rows, by_code) = tallies::states(layout, &grid);
            let mut all = tallies::taken(measure, layout, &grid)?;
            let mut dropped = tallies::dropped(measure, layout, &grid)?;
            fill(&mut all, &histograms.0, index);
            if let Some(dropped) = &mut dropped {
                fill(dropped, &histograms.1, index);
            }
            let lines = layout.lines.iter().map(|(field, line)| (*field, sheet.line(table, *line))).collect();
            totals.push(by_code);
            let measured = tallies::measured(measure, layout, &grid);
            let measure = layout.measure;
            counted.push(Counted { measure, tallies: all, rows, measured, dropped, lines, reported: None });
        }
        let records = sheet.counters.iter().step_by(table.counters).copied().collect();
        Ok((CountedTable { source, base, strata, cells: sheet.cells, records, measures: counted }, totals))
    }

    /// The strata, the places (seat and stratum), both sorted, and for each worker the way from its places to them.
    #[allow(clippy::type_complexity)] // three lists that only `table` reads
    fn places(
        &self,
        setup: &Setup<'_>,
        position: usize,
        table: &Table,
        workers: &[Worker<'_>],
    ) -> (Vec<Vec<StratumValue>>, Vec<(u32, u32)>, Vec<Vec<u32>>) {
        if table.adjust_for.is_empty() {
            let places = (0..self.seats.len() as u32).map(|seat| (seat, 0)).collect();
            return (vec![Vec::new()], places, self.translations.iter().map(|t| t.seats.clone()).collect());
        }
        let fields = setup.plan.sources.get(table.source).map_or(&[][..], |s| &s.fields);
        let types: Vec<_> = table.adjust_for.iter().filter_map(|f| fields.get(*f)).map(|f| f.ty).collect();
        let named: Vec<Vec<(u32, Vec<StratumValue>)>> = workers
            .iter()
            .zip(&self.translations)
            .map(|(worker, to)| {
                let strata = &worker.tallies[position].strata;
                let place = |(seat, stratum): &(u32, u32)| {
                    let seat = to.seats.get(*seat as usize).copied().unwrap_or(NOBODY);
                    (seat, strata.parts(*stratum, &types))
                };
                strata.places.iter().map(place).collect()
            })
            .collect();
        let mut strata: Vec<Vec<StratumValue>> = named.iter().flatten().map(|(_, parts)| parts.clone()).collect();
        strata.sort_unstable();
        strata.dedup();
        let numbered: Vec<Vec<(u32, u32)>> = named
            .iter()
            .map(|n| n.iter().map(|(s, p)| (*s, strata.binary_search(p).map_or(NOBODY, |i| i as u32))).collect())
            .collect();
        let mut places: Vec<(u32, u32)> = numbered.iter().flatten().copied().filter(|p| p.0 != NOBODY).collect();
        places.sort_unstable();
        places.dedup();
        let find = |p: &(u32, u32)| places.binary_search(p).map_or(NOBODY, |i| i as u32);
        let maps = numbered.iter().map(|n| n.iter().map(find).collect()).collect();
        (strata, places, maps)
    }

    /// The histograms of measured values, and of those that don't count against a person: (measure, cell) → histogram.
    fn histograms(
        &self,
        position: usize,
        workers: &mut [Worker<'_>],
        maps: &[Vec<u32>],
        places: &[(u32, u32)],
        cells: &[Cell],
    ) -> (Histograms, Histograms) {
        let (mut all, mut dropped) = (Histograms::default(), Histograms::default());
        for (worker, (map, to)) in workers.iter_mut().zip(maps.iter().zip(&self.translations)) {
            let Some(tally) = worker.tallies.get_mut(position) else { continue };
            for (from, into) in [
                (std::mem::take(&mut tally.histogram), &mut all),
                (std::mem::take(&mut tally.dropped_histogram), &mut dropped),
            ] {
                for ((index, place, slot, value), n) in from {
                    let place = map.get(place as usize).and_then(|p| places.get(*p as usize));
                    let period = to.periods.get(slot as usize).copied();
                    let (Some((seat, stratum)), Some(period)) = (place, period) else { continue };
                    let cell = Cell { period, seat: *seat, stratum: *stratum };
                    if let Ok(position) = cells.binary_search(&cell) {
                        into.entry((index, position)).or_default().push((value, n));
                    }
                }
            }
        }
        for histogram in all.values_mut().chain(dropped.values_mut()) {
            tallies::coalesce(histogram);
        }
        (all, dropped)
    }

    /// What each rater gave each thing of a measure, in the order of period, subject, thing and rater.
    pub(crate) fn ratings(&self, workers: &[Worker<'_>], measure: usize, level: usize, decimals: u8) -> Vec<Given> {
        let mut sums: BTreeMap<Rated, (i128, u64)> = BTreeMap::new();
        for (worker, to) in workers.iter().zip(&self.translations) {
            for ((of, seat, slot, item, rater), (sum, n)) in &worker.ratings.sums {
                let seat = to.seats.get(*seat as usize).and_then(|s| self.seats.get(*s as usize));
                let subject = seat.and_then(|s| s.get(level)).copied().unwrap_or(NOBODY);
                let period = to.periods.get(*slot as usize).copied().unwrap_or(NOBODY);
                if *of == measure && subject != NOBODY && period != NOBODY {
                    let held = sums.entry((period, subject, item.clone(), rater.clone())).or_default();
                    held.0 = held.0.saturating_add(*sum);
                    held.1 += n;
                }
            }
        }
        let given = |((period, subject, item, rater), (sum, n)): (_, (i128, u64))| {
            let value = super::figures::scaled(sum, decimals) / n as f64;
            Given { period, subject, item, rater, value, ratings: n }
        };
        sums.into_iter().map(given).collect()
    }
}

/// Period, subject, what was rated, and rater.
type Rated = (u32, u32, Arc<str>, Arc<str>);
type Histograms = FxHashMap<(u16, usize), Vec<(i64, u64)>>;

fn fill(tallies: &mut Tallies, histograms: &Histograms, index: usize) {
    if let Tallies::Histogram { cells, .. } | Tallies::Slots { cells, .. } = tallies {
        for (position, cell) in cells.iter_mut().enumerate() {
            if let Some(histogram) = histograms.get(&(index as u16, position)) {
                cell.clone_from(histogram);
            }
        }
    }
}
