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
use super::tally::{NO_LINE, same_line};
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

    fn key(self, clock: &Clock, source: usize) -> Option<Key> {
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
    rows: u64,
    latest: Option<i64>,
    left_out: LeftOut,
    /// Rows that a measure refused, for all measures.
    pub refused: Vec<Quarantined>,
    /// By level, sorted.
    names: Vec<Vec<Arc<str>>>,
    /// Positions in `names`, a level each; sorted.
    seats: Vec<Vec<u32>>,
    /// Persons that the directory doesn't know on the day, and their rows.
    unknown: Vec<(Arc<str>, u64)>,
    /// By level: rows whose column and directory disagree.
    disagreements: Vec<u64>,
    /// The first rows of each period.
    samples: Vec<(When, Vec<Place>)>,
}

fields!(Frame { receipt, rows, latest, left_out, refused, names, seats, unknown, disagreements, samples });

/// The cells of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stand {
    strata: Vec<Vec<StratumValue>>,
    /// Period, seat and stratum; sorted.
    cells: Vec<(When, u32, u32)>,
    /// By cell.
    records: Vec<u64>,
    undated: LeftOut,
}

fields!(Stand { strata, cells, records, undated });

/// One measure over the cells of its table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Column {
    /// By counter and cell.
    counters: Vec<Vec<u64>>,
    /// By sum and cell.
    sums: Vec<Vec<i128>>,
    /// By line and cell: bits.
    lines: Vec<Vec<u64>>,
    /// Cell, value, rows.
    values: Vec<(u32, i64, u64)>,
    dropped_values: Vec<(u32, i64, u64)>,
    figures: Vec<Reported>,
    /// Seat, period, rater; sum and number.
    ratings: Vec<(u32, When, Arc<str>, i128, u64)>,
    divided: u64,
}

fields!(Column { counters, sums, lines, values, dropped_values, figures, ratings, divided });

#[derive(Clone, Debug, PartialEq)]
struct Reported {
    seat: u32,
    when: When,
    file: Arc<str>,
    line: u64,
    value: f64,
    n: u64,
    lower: f64,
    upper: f64,
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
        mut take: impl FnMut((When, u32, u32), &super::tally::Block, usize) -> Option<()>,
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
            ..Column::default()
        };
        let mut sums: BTreeMap<(u32, When, Arc<str>), (i128, u64)> = BTreeMap::new();
        let mut values = [BTreeMap::new(), BTreeMap::new()];
        for ((worker, seats), places) in workers.iter().zip(seats).zip(&self.places) {
            let when = |slot: u32| worker.dating.keys.get(slot as usize).map(|key| When::of(*key));
            let seat = |seat: u32| seats.get(seat as usize).copied().unwrap_or(NOBODY);
            for figure in worker.figures.iter().filter(|f| f.measure == layout.measure) {
                column.figures.extend(when(figure.slot).map(|when| Reported::of(figure, seat(figure.seat), when)));
            }
            for ((_, of, slot, rater), (sum, n)) in worker.ratings.sums.iter().filter(|(k, _)| k.0 == layout.measure) {
                let Some(when) = when(*slot) else { continue };
                let held = sums.entry((seat(*of), when, rater.clone())).or_default();
                *held = (held.0.saturating_add(*sum), held.1 + n);
            }
            let Some(tally) = worker.tallies.get(self.position) else { continue };
            for (from, into) in [&tally.histogram, &tally.dropped_histogram].into_iter().zip(&mut values) {
                for ((_, place, slot, value), n) in from.iter().filter(|(k, _)| usize::from(k.0) == index) {
                    let (Some(place), Some(when)) = (places.get(*place as usize), when(*slot)) else { continue };
                    if let Ok(cell) = self.stand.cells.binary_search(&(when, place.0, place.1)) {
                        *into.entry((cell as u32, *value)).or_default() += n;
                    }
                }
            }
        }
        let [all, dropped] = values.map(|v| v.into_iter().map(|((cell, value), n)| (cell, value, n)).collect());
        (column.values, column.dropped_values) = (all, dropped);
        column.ratings = sums.into_iter().map(|((seat, when, rater), (sum, n))| (seat, when, rater, sum, n)).collect();
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
fn counters_of(layout: &Layout) -> Vec<usize> {
    let own = layout.counter.iter().filter(|(_, step)| *step == 1).map(|(counter, _)| *counter);
    own.chain(layout.dropped.iter().flat_map(|(counters, _)| *counters)).map(usize::from).collect()
}

fn sums_of(layout: &Layout) -> Vec<usize> {
    let own = layout.first_sum..layout.first_sum + layout.sums;
    own.chain(layout.dropped.iter().flat_map(|(_, first)| *first..first + layout.sums)).collect()
}

/// A worker that has counted what the part holds. `None` where the part doesn't fit the plan: it is none of it then.
pub(crate) fn worker<'a>(setup: &'a Setup<'a>, source: usize, part: &Part) -> Option<Worker<'a>> {
    let mut worker = Worker::new(setup);
    let frame = &part.frame;
    worker.rows = frame.rows;
    worker.latest = frame.latest;
    worker.quarantine.clone_from(&frame.refused);
    *worker.left_out.get_mut(source)? = frame.left_out;
    worker.seating.restore(&frame.names, &frame.seats, &frame.unknown, &frame.disagreements)?;
    let clock = setup.clock;
    for (when, places) in &frame.samples {
        let slot = worker.dating.slot_of(when.key(clock, source)?) as usize;
        worker.samples.resize_with(worker.samples.len().max(slot + 1), Vec::new);
        worker.samples.get_mut(slot)?.clone_from(places);
    }
    for (position, table) in setup.tables.iter().enumerate().filter(|(_, t)| t.source == source) {
        let stand = part.stands.get(&position)?;
        let cells = place(&mut worker, source, position, stand)?;
        *worker.undated.get_mut(position)? = stand.undated;
        let mut put = Restored { worker: &mut worker, source, position, table, cells };
        put.counters(0, &stand.records)?;
        for (index, layout) in table.measures.iter().enumerate() {
            put.column(index, layout, part.columns.get(&layout.measure)?)?;
        }
    }
    Some(worker)
}

/// Makes room for the cells of a table, and gives the slot and place of each.
fn place(worker: &mut Worker<'_>, source: usize, position: usize, stand: &Stand) -> Option<Vec<(u32, u32)>> {
    let setup = worker.setup;
    let table = setup.tables.get(position)?;
    let tally = worker.tallies.get_mut(position)?;
    let stratified = !table.adjust_for.is_empty();
    if stratified {
        tally.strata.restore(&stand.strata);
    }
    let mut slots: BTreeMap<When, u32> = BTreeMap::new();
    let mut cells = Vec::with_capacity(stand.cells.len());
    for (when, seat, stratum) in &stand.cells {
        let slot = match slots.get(when) {
            Some(slot) => *slot,
            None => {
                let slot = worker.dating.slot_of(when.key(setup.clock, source)?);
                slots.insert(*when, slot);
                slot
            }
        };
        if *seat as usize >= worker.seating.len() || *stratum as usize >= stand.strata.len() {
            return None;
        }
        cells.push((slot, if stratified { tally.strata.place_of(*seat, *stratum) } else { *seat }));
    }
    let mut places = vec![0; worker.dating.keys.len()];
    for (slot, place) in &cells {
        let held: &mut usize = places.get_mut(*slot as usize)?;
        *held = (*held).max(*place as usize + 1);
    }
    tally.make_room(table, worker.dating.keys.len(), 0);
    for (block, places) in tally.blocks.iter_mut().zip(places) {
        block.make_room(table, places);
    }
    Some(cells)
}

/// One table of a worker that is being put together.
struct Restored<'w, 'a> {
    worker: &'w mut Worker<'a>,
    source: usize,
    position: usize,
    table: &'w Table,
    /// Slot and place.
    cells: Vec<(u32, u32)>,
}

impl Restored<'_, '_> {
    fn counters(&mut self, at: usize, counts: &[u64]) -> Option<()> {
        let each = self.table.counters;
        self.put(counts, |block, place, n| {
            *block.counters.get_mut(place * each + at)? = u32::try_from(*n).ok()?;
            Some(())
        })
    }

    /// Puts a list by cell where it belongs.
    fn put<T>(&mut self, list: &[T], put: impl Fn(&mut super::tally::Block, usize, &T) -> Option<()>) -> Option<()> {
        let tally = self.worker.tallies.get_mut(self.position)?;
        if list.len() != self.cells.len() {
            return None;
        }
        for ((slot, place), item) in self.cells.iter().zip(list) {
            put(tally.blocks.get_mut(*slot as usize)?, *place as usize, item)?;
        }
        Some(())
    }

    fn column(&mut self, index: usize, layout: &Layout, column: &Column) -> Option<()> {
        let (counters, sums) = (counters_of(layout), sums_of(layout));
        let fits = counters.len() == column.counters.len()
            && sums.len() == column.sums.len()
            && layout.lines.len() == column.lines.len();
        if !fits {
            return None;
        }
        for (at, counts) in counters.into_iter().zip(&column.counters) {
            self.counters(at, counts)?;
        }
        let each = (self.table.sums, self.table.lines);
        for (at, list) in sums.into_iter().zip(&column.sums) {
            self.put(list, |block, place, sum| {
                *block.sums.get_mut(place * each.0 + at)? = *sum;
                Some(())
            })?;
        }
        for ((_, at), list) in layout.lines.iter().zip(&column.lines) {
            self.put(list, |block, place, line| {
                *block.lines.get_mut(place * each.1 + at)? = *line;
                Some(())
            })?;
        }
        self.beside(index, layout.measure, column)
    }

    /// What a measure has beside its counters: histograms, figures, ratings.
    fn beside(&mut self, index: usize, measure: usize, column: &Column) -> Option<()> {
        let clock = self.worker.setup.clock;
        let tally = self.worker.tallies.get_mut(self.position)?;
        let lists = [(&column.values, &mut tally.histogram), (&column.dropped_values, &mut tally.dropped_histogram)];
        for (list, histogram) in lists {
            for (cell, value, n) in list {
                let (slot, place) = *self.cells.get(*cell as usize)?;
                histogram.insert((index as u16, place, slot, *value), *n);
            }
        }
        for figure in &column.figures {
            let slot = self.worker.dating.slot_of(figure.when.key(clock, self.source)?);
            let Reported { seat, value, n, lower, upper, line, .. } = *figure;
            let file = figure.file.clone();
            self.worker.figures.push(Figure { measure, seat, slot, value, n, lower, upper, file, line });
        }
        for (seat, when, rater, sum, n) in &column.ratings {
            let slot = self.worker.dating.slot_of(when.key(clock, self.source)?);
            self.worker.ratings.sums.insert((measure, *seat, slot, rater.clone()), (*sum, *n));
        }
        *self.worker.divided.get_mut(measure)? = column.divided;
        Some(())
    }
}
