//! The dense arrays of one worker and table: one block a period, one run of counters a place, and what a row adds there.

use rustc_hash::FxHashMap;

use super::dating::is_slot;
use super::evaluation;
use super::layout::{Layout, Table};
use super::rows::{self, NO_ROW, OUT_OF_SCOPE, Scored};
use super::strata::Strata;
use crate::language::Column;
use crate::workspace::Form;

/// A cell's line that no row has set, and one that rows set differently: bit patterns of no number in data.
pub const NO_LINE: u64 = u64::MAX;
pub const SEVERAL_LINES: u64 = u64::MAX - 1;

/// Two lines of one cell.
pub(crate) fn same_line(a: u64, b: u64) -> u64 {
    match (a, b) {
        (NO_LINE, other) | (other, NO_LINE) => other,
        (a, b) if a == b => a,
        _ => SEVERAL_LINES,
    }
}

/// The counts of one period, by place (a seat and a stratum).
#[derive(Default)]
pub(crate) struct Block {
    pub counters: Vec<u32>,
    pub sums: Vec<i128>,
    pub lines: Vec<u64>,
}

/// One table of one worker.
#[derive(Default)]
pub(crate) struct Tally {
    /// By the worker's period slot.
    pub blocks: Vec<Block>,
    pub strata: Strata,
    /// (measure within the table, place, slot, value) → rows.
    pub histogram: FxHashMap<(u16, u32, u32, i64), u64>,
    /// What doesn't count against a person.
    pub dropped_histogram: FxHashMap<(u16, u32, u32, i64), u64>,
}

/// Rows with their places and slots, side by side.
pub(crate) struct Cells<'a> {
    pub rows: &'a [u32],
    pub places: &'a [u32],
    pub slots: &'a [u32],
}

impl Cells<'_> {
    /// Row, place, slot of each row that has a period.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let cells = self.rows.iter().zip(self.places).zip(self.slots);
        cells
            .filter(|(_, slot)| is_slot(**slot))
            .map(|((row, place), slot)| (*row as usize, *place as usize, *slot as usize))
    }
}

impl Tally {
    pub(crate) fn make_room(&mut self, table: &Table, slots: usize, places: usize) {
        if self.blocks.len() < slots {
            self.blocks.resize_with(slots, Block::default);
        }
        // Blocks grow where a row needs them: a period of few people stays small.
        for block in self.blocks.iter_mut().filter(|b| !b.counters.is_empty()) {
            block.make_room(table, places);
        }
    }

    /// One increment a row and measure.
    pub(crate) fn count(&mut self, table: &Table, cells: &Cells<'_>, measures: &[(&Layout, &Scored)]) {
        let places = cells.places.iter().max().map_or(0, |p| *p as usize + 1);
        for (row, place, slot) in cells.placed() {
            let block = &mut self.blocks[slot];
            if block.counters.len() <= place * table.counters {
                block.make_room(table, places);
            }
            let start = place * table.counters;
            let cell = &mut block.counters[start..start + table.counters];
            cell[0] += 1;
            for (layout, scored) in measures {
                let (counter, step) = layout.counter[scored.codes[row] as usize];
                cell[counter as usize] += step;
            }
        }
    }

    pub(crate) fn add(
        &mut self,
        table: &Table,
        layout: &Layout,
        form: &Form,
        cells: &Cells<'_>,
        scored: &Scored,
        lower_is_better: bool,
    ) -> Option<()> {
        let numbers = &scored.numbers;
        for (row, place, slot) in cells.placed() {
            if scored.codes[row] != rows::MEASURED {
                continue;
            }
            let number = |i: usize| numbers.get(i).map_or(0, |n: &Vec<i64>| i128::from(n[row]));
            let moments = moments(form, &number);
            let start = place * table.sums;
            let cell = &mut self.blocks[slot].sums[start..start + table.sums];
            for (sum, moment) in cell[layout.first_sum..].iter_mut().zip(&moments[..layout.sums]) {
                *sum = sum.checked_add(*moment)?;
            }
            let Some((_, first)) = layout.dropped else { continue };
            let shielded = scored.shielded.get(row).copied().unwrap_or(false);
            let excused = scored.excused.get(row).copied().unwrap_or(false);
            let dropped = if shielded {
                moments
            } else if excused {
                misses(form, &moments, lower_is_better)
            } else {
                continue;
            };
            for (sum, moment) in cell[first..].iter_mut().zip(&dropped[..layout.sums]) {
                *sum = sum.checked_add(*moment)?;
            }
        }
        Some(())
    }

    /// Counts what doesn't count against the person.
    pub(crate) fn drop_counts(
        &mut self,
        table: &Table,
        layout: &Layout,
        cells: &Cells<'_>,
        scored: &Scored,
        miss: Option<u8>,
    ) {
        let Some((counters, _)) = layout.dropped else { return };
        for (row, place, slot) in cells.placed() {
            let code = scored.codes[row];
            let Some(counter) = counters.get(code as usize) else { continue };
            let shielded = scored.shielded.get(row).copied().unwrap_or(false);
            let excused = Some(code) == miss && scored.excused.get(row).copied().unwrap_or(false);
            if shielded || excused {
                self.blocks[slot].counters[place * table.counters + *counter as usize] += 1;
            }
        }
    }

    pub(crate) fn note_values(&mut self, index: usize, cells: &Cells<'_>, scored: &Scored) {
        let Some(values) = scored.numbers.first() else { return };
        for (row, place, slot) in cells.placed() {
            if scored.codes[row] == rows::MEASURED {
                let key = (index as u16, place as u32, slot as u32, values[row]);
                *self.histogram.entry(key).or_default() += 1;
                if scored.shielded.get(row).copied().unwrap_or(false) {
                    *self.dropped_histogram.entry(key).or_default() += 1;
                }
            }
        }
    }

    /// Adds up what was done in each slot of a cadence; `slot` gives that of a row.
    pub(crate) fn note_slots(
        &mut self,
        index: usize,
        cells: &Cells<'_>,
        scored: &Scored,
        slot_of: impl Fn(usize) -> Option<i64>,
    ) {
        for (row, place, slot) in cells.placed() {
            if scored.codes[row] != rows::MEASURED {
                continue;
            }
            // Without `of` each row is one; what is less than nothing was refused.
            let amount = scored.numbers.first().map_or(1, |n| u64::try_from(n[row]).unwrap_or(0));
            if let Some(at) = slot_of(row).filter(|_| amount > 0) {
                let held = self.histogram.entry((index as u16, place as u32, slot as u32, at)).or_default();
                *held = held.saturating_add(amount);
            }
        }
    }

    /// Notes the value of the fields that serve as floor, target, stretch or baseline, of rows in scope.
    pub(crate) fn note_lines(
        &mut self,
        table: &Table,
        layout: &Layout,
        cells: &Cells<'_>,
        scored: &Scored,
        columns: &[Column],
    ) {
        for (field, line) in &layout.lines {
            let Some(column) = columns.get(*field) else { continue };
            for (row, place, slot) in cells.placed() {
                let value = evaluation::number(column, row);
                if value.is_nan() || matches!(scored.codes[row], OUT_OF_SCOPE | NO_ROW) {
                    continue;
                }
                // Adding 0 makes the two zeros one.
                let held = &mut self.blocks[slot].lines[place * table.lines + line];
                *held = same_line(*held, (value + 0.0).to_bits());
            }
        }
    }
}

impl Block {
    pub(crate) fn make_room(&mut self, table: &Table, places: usize) {
        if self.counters.len() < places * table.counters {
            self.counters.resize(places * table.counters, 0);
            self.sums.resize(places * table.sums, 0);
            self.lines.resize(places * table.lines, NO_LINE);
        }
    }
}

/// What a measured row adds to the sums of its form.
fn moments(form: &Form, number: &dyn Fn(usize) -> i128) -> [i128; 5] {
    let (a, b) = (number(0), number(1));
    match form {
        Form::Mean(_) | Form::Sum(_) | Form::Gap { .. } => [a, a * a, 0, 0, 0],
        Form::CountedNps { .. } => [a, b, number(2), 0, 0],
        Form::Ratio { .. } => [a, b, a * a, a * b, b * b],
        _ => [a, b, 0, 0, 0],
    }
}

/// The misses among a row of already counted ones: promises not kept, detractors.
fn misses(form: &Form, moments: &[i128; 5], lower_is_better: bool) -> [i128; 5] {
    match (form, lower_is_better) {
        (Form::CountedShare { .. }, false) => [0, moments[1] - moments[0], 0, 0, 0],
        (Form::CountedShare { .. }, true) => [moments[0], moments[0], 0, 0, 0],
        (Form::CountedNps { .. }, false) => [0, 0, moments[2], 0, 0],
        (Form::CountedNps { .. }, true) => [moments[0], 0, 0, 0, 0],
        _ => [0; 5],
    }
}

/// The code that counts against a person, for the forms that know misses.
pub(crate) fn miss_code(form: &Form, lower_is_better: bool) -> Option<u8> {
    match (form, lower_is_better) {
        (Form::Share(_) | Form::Nps(_) | Form::Events { events: Some(_), .. }, true) => Some(rows::HIT),
        (Form::Share(_), false) | (Form::Count | Form::Events { events: None, .. }, true) => Some(rows::MEASURED),
        (Form::Nps(_), false) => Some(rows::DETRACTOR),
        _ => None,
    }
}
