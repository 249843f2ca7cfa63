//! Decoded rows of one file, before identity, credit and the filter.

use super::batch::Lines;
use super::cell::Cell;
use super::lane::{Dialect, Lane, LaneBuilder, LaneColumn};
use crate::diagnostic::Said;

/// A cell that can't be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Bad {
    pub row: u32,
    /// Position of the lane; `None`: the whole row.
    pub lane: Option<usize>,
    pub reason: Said,
}

#[derive(Clone, Debug)]
pub struct Block {
    /// Position among the source's files.
    pub file: usize,
    pub rows: usize,
    pub lines: Lines,
    /// By lane.
    pub columns: Vec<LaneColumn>,
    /// Cells (or rows) for the quarantine.
    pub bad: Vec<Bad>,
    /// Rows at the foot of the file, counted and left out; they are not among `rows`.
    pub foot: u64,
}

/// Takes cells row by row.
pub struct BlockBuilder<'a> {
    builders: Vec<Option<LaneBuilder<'a>>>,
    lines: Vec<u64>,
    bad: Vec<Bad>,
}

impl<'a> BlockBuilder<'a> {
    /// `wanted` says of each lane whether this pass reads it.
    pub fn new(lanes: &'a [Lane], wanted: &[bool], dialect: &'a Dialect, rows: usize) -> Self {
        let builders = lanes
            .iter()
            .zip(wanted)
            .map(|(lane, wanted)| wanted.then(|| LaneBuilder::new(lane, dialect, rows)))
            .collect();
        Self { builders, lines: Vec::with_capacity(rows), bad: Vec::new() }
    }

    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Appends a row; `cell` gives the cell of a lane.
    pub fn row<'c>(&mut self, line: u64, mut cell: impl FnMut(usize) -> Cell<'c>) {
        let row = self.lines.len() as u32;
        self.lines.push(line);
        for (lane, builder) in self.builders.iter_mut().enumerate() {
            if let Some(builder) = builder
                && let Err(reason) = builder.push(cell(lane))
            {
                self.bad.push(Bad { row, lane: Some(lane), reason });
            }
        }
    }

    /// Appends a row that can't be read at all.
    pub fn refuse(&mut self, line: u64, reason: Said) {
        let row = self.lines.len() as u32;
        self.lines.push(line);
        for builder in self.builders.iter_mut().flatten() {
            builder.push_missing();
        }
        self.bad.push(Bad { row, lane: None, reason });
    }

    pub fn finish(self, file: usize, foot: u64) -> Block {
        let rows = self.lines.len();
        let first = self.lines.first().copied().unwrap_or(1);
        let straight = self.lines.iter().enumerate().all(|(i, line)| *line == first + i as u64);
        let lines = if straight { Lines::From(first) } else { Lines::Each(std::sync::Arc::new(self.lines)) };
        let columns = self.builders.into_iter().map(|b| b.map_or(LaneColumn::Skipped, LaneBuilder::finish)).collect();
        Block { file, rows, lines, columns, bad: self.bad, foot }
    }
}
