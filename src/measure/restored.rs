//! A part back as the worker that would have counted it: from there on nobody can tell that it was kept.

use std::collections::BTreeMap;

use super::kernel::{Figure, Setup, Worker};
use super::layout::{Layout, Table};
use super::part::{Column, Part, Reported, Stand, When, counters_of, sums_of};
use super::tally::Block;

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
    fn put<T>(&mut self, list: &[T], put: impl Fn(&mut Block, usize, &T) -> Option<()>) -> Option<()> {
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
        for (seat, when, item, rater, sum, n) in &column.ratings {
            let slot = self.worker.dating.slot_of(when.key(clock, self.source)?);
            self.worker.ratings.sums.insert((measure, *seat, slot, item.clone(), rater.clone()), (*sum, *n));
        }
        *self.worker.divided.get_mut(measure)? = column.divided;
        *self.worker.unsure.get_mut(measure)? = column.unsure;
        Some(())
    }
}
