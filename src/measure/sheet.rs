//! The workers' blocks of one table, added up period by period into cells that stand side by side.

use super::counts::Cell;
use super::layout::Table;
use super::subjects::NOBODY;
use super::tallies::{Grid, Overflow};
use super::tally::{Block, NO_LINE, same_line};

/// The sums of one period over all workers, by place.
pub(crate) struct Accumulator {
    counters: Vec<u64>,
    sums: Vec<i128>,
    lines: Vec<u64>,
}

impl Accumulator {
    pub(crate) fn new(table: &Table, places: usize) -> Self {
        Self {
            counters: vec![0; places * table.counters],
            sums: vec![0; places * table.sums],
            lines: vec![NO_LINE; places * table.lines],
        }
    }

    pub(crate) fn add(&mut self, table: &Table, block: &Block, map: &[u32]) -> Result<(), Overflow> {
        for (place, counters) in block.counters.chunks_exact(table.counters).enumerate() {
            let to = map.get(place).copied().unwrap_or(NOBODY);
            if counters[0] == 0 || to == NOBODY {
                continue;
            }
            let to = to as usize;
            for (sum, n) in self.counters[to * table.counters..].iter_mut().zip(counters) {
                *sum += u64::from(*n);
            }
            let sums = &block.sums[place * table.sums..(place + 1) * table.sums];
            for (sum, n) in self.sums[to * table.sums..].iter_mut().zip(sums) {
                *sum = sum.checked_add(*n).ok_or(Overflow)?;
            }
            let lines = &block.lines[place * table.lines..(place + 1) * table.lines];
            for (held, line) in self.lines[to * table.lines..].iter_mut().zip(lines) {
                *held = same_line(*held, *line);
            }
        }
        Ok(())
    }
}

/// All cells of a table with a row, side by side.
#[derive(Default)]
pub(crate) struct Sheet {
    pub cells: Vec<Cell>,
    pub counters: Vec<u64>,
    sums: Vec<i128>,
    lines: Vec<u64>,
}

impl Sheet {
    pub(crate) fn take(&mut self, table: &Table, sum: &Accumulator, places: &[(u32, u32)], period: u32) {
        for (place, (seat, stratum)) in places.iter().enumerate() {
            if sum.counters[place * table.counters] == 0 {
                continue;
            }
            self.cells.push(Cell { period, seat: *seat, stratum: *stratum });
            self.counters.extend_from_slice(&sum.counters[place * table.counters..(place + 1) * table.counters]);
            self.sums.extend_from_slice(&sum.sums[place * table.sums..(place + 1) * table.sums]);
            self.lines.extend_from_slice(&sum.lines[place * table.lines..(place + 1) * table.lines]);
        }
    }

    pub(crate) fn grid(&self, table: &Table) -> Grid<'_> {
        Grid { counters: &self.counters, counters_each: table.counters, sums: &self.sums, sums_each: table.sums }
    }

    pub(crate) fn line(&self, table: &Table, line: usize) -> Vec<u64> {
        self.lines.iter().skip(line).step_by(table.lines.max(1)).copied().collect()
    }
}
