//! What was counted: integers by seat, stratum and period. The seam of the stage (*Plan in, tallies out*): a cluster may
//! fill it as well as the local kernel does, the luck audit draws it anew, and `figures` makes Readings of it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::agreement::RaterReadings;
use super::strata::StratumValue;
use super::{Attendance, MeasureRows, Period, RowStates, Subject, Tallies};
use crate::diagnostic::Diagnostic;
use crate::records::{InputFile, Quarantined, Roll, SourceIntake};

/// A cell of a table: positions in `Counts::seats`, `CountedTable::strata` and `Counts::periods`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub period: u32,
    pub seat: u32,
    pub stratum: u32,
}

/// The measures of one source with the same date and the same strata, over the same cells.
#[derive(Clone, Debug)]
pub struct CountedTable {
    /// Position in `Plan::sources`.
    pub source: usize,
    /// It holds every row of its source, by the source's own date and without strata.
    pub base: bool,
    /// What each stratum stands for, a part a field of `adjust_for`; one empty stratum without.
    pub strata: Vec<Vec<StratumValue>>,
    /// Sorted by period, seat, stratum.
    pub cells: Vec<Cell>,
    /// Rows by cell.
    pub records: Vec<u64>,
    pub measures: Vec<Counted>,
}

/// One measure over the cells of its table.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Position in `Plan::measures`.
    pub measure: usize,
    /// By cell.
    pub tallies: Tallies,
    /// By cell; a state without rows anywhere is empty.
    pub rows: RowStates,
    /// By cell: measured rows, where a row counts for more than one (already counted columns).
    pub measured: Option<Vec<u64>>,
    /// By cell: what doesn't count against a person. Only where the measure has a shield or a cause.
    pub dropped: Option<Tallies>,
    /// Field position → by cell: the bits of the one value, `NO_LINE` or `SEVERAL_LINES`.
    pub lines: BTreeMap<usize, Vec<u64>>,
    /// Reported figures: the level that they belong to, and one entry a cell (`subject * periods + period`) of it.
    pub reported: Option<(usize, Tallies)>,
}

/// Everything that a run counted.
#[derive(Clone, Debug)]
pub struct Counts {
    pub as_of: Date,
    /// In order of time, without holes.
    pub periods: Vec<Period>,
    /// Positions of the periods to judge.
    pub judged: Vec<usize>,
    /// By level: subjects sorted by id.
    pub subjects: Vec<Vec<Subject>>,
    /// By seat and level: position of the subject, or `NOBODY`.
    pub seats: Vec<Box<[u32]>>,
    pub tables: Vec<CountedTable>,
    /// By level and cell: records, whatever the measure.
    pub records: Vec<Vec<u64>>,
    /// By measure: its raters in the judged periods, where it names them.
    pub raters: Vec<Option<RaterReadings>>,
    pub sources: Vec<Option<SourceIntake>>,
    pub attendance: Attendance,
    pub rows: Vec<MeasureRows>,
    pub quarantine: Vec<Quarantined>,
    pub files: Vec<InputFile>,
    pub roll: Roll,
    pub findings: Vec<Diagnostic>,
    pub failures: Vec<(usize, Diagnostic)>,
}

impl Counts {
    /// The cell of a level that each of a table's cells belongs to; past the end where it has no subject there.
    pub fn level_cells(&self, level: usize, table: &CountedTable) -> Vec<u32> {
        let periods = self.periods.len() as u32;
        let cell = |c: &Cell| match self.seats.get(c.seat as usize).and_then(|s| s.get(level)) {
            Some(&subject) if subject != super::subjects::NOBODY => subject * periods + c.period,
            _ => u32::MAX,
        };
        table.cells.iter().map(cell).collect()
    }

    /// Cells of a level.
    pub fn cells(&self, level: usize) -> usize {
        self.subjects.get(level).map_or(0, Vec::len) * self.periods.len()
    }

    /// The table and entry that count a measure; none for a formula.
    pub fn of(&self, measure: usize) -> Option<(&CountedTable, &Counted)> {
        self.tables.iter().find_map(|t| Some((t, t.measures.iter().find(|m| m.measure == measure)?)))
    }
}
