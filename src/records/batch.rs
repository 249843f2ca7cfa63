//! What is handed from a file to the tally.

use std::sync::Arc;

use super::account;
use crate::diagnostic::Said;
use crate::language::{Column, TextColumn};
use crate::said;

/// Rows of one source, decoded into columns.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Position in `Plan::sources`.
    pub source: usize,
    /// Display name of the file.
    pub file: Arc<str>,
    pub rows: usize,
    /// By field position, `source.fields.len()` of them; `Constant(Missing)` for fields that nothing uses.
    pub columns: Vec<Column>,
    /// Rows that count; `None` is all.
    pub selected: Option<Vec<u32>>,
    /// The row's moment, µs UTC; `MISSING_TIME` where the cell is empty. Empty vector: the source has no dates.
    pub at: Arc<Vec<i64>>,
    /// Moments by which `at:` overrides of measures read: column name → moments.
    pub other_times: Vec<(String, Arc<Vec<i64>>)>,
    /// Raters by column name, for observed measures.
    pub raters: Vec<(String, TextColumn)>,
    pub subjects: Subjects,
    /// Line (from 1) of each row in its file; for Parquet the row number.
    pub lines: Lines,
}

/// Lines of rows without a number per row where they are consecutive.
#[derive(Clone, Debug)]
pub enum Lines {
    From(u64),
    Each(Arc<Vec<u64>>),
}

impl Lines {
    pub fn of(&self, row: usize) -> u64 {
        match self {
            Lines::From(first) => first + row as u64,
            Lines::Each(lines) => lines.get(row).copied().unwrap_or(0),
        }
    }
}

/// Who the rows are about.
#[derive(Clone, Debug)]
pub struct Subjects {
    /// By position in `Plan::levels`: the row's own column, or (through credit) the contact's.
    /// `None`: the level must come from the directory, or (for `organisation`) holds every row.
    pub levels: Vec<Option<TextColumn>>,
    /// The moment at which the directory is asked: the row's, or (through credit) the contact's.
    /// Empty vector: no dates.
    pub directory_at: Arc<Vec<i64>>,
}

/// What reading the sources gave beside the batches.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// By position in `Plan::sources`; sources that were not read are `None`.
    pub sources: Vec<Option<SourceIntake>>,
    /// Sorted by file, line, column.
    pub quarantine: Vec<Quarantined>,
    /// Sorted by name.
    pub files: Vec<InputFile>,
    pub findings: Vec<crate::diagnostic::Diagnostic>,
}

/// rows in = used + left out by reason + quarantined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceIntake {
    pub rows_in: u64,
    /// Rows handed on (the measure stage may still leave some out: after `as_of`, before the first period).
    pub used: u64,
    /// Sorted by reason.
    pub left_out: Vec<LeftOut>,
    pub quarantined: u64,
}

impl SourceIntake {
    /// Where the rows went that aren't used, in words: `3 left out by the row filter`, `12 can't be read`.
    pub fn gone(&self) -> Vec<Said> {
        let mut parts: Vec<Said> = self.left_out.iter().map(LeftOut::in_words).collect();
        if self.quarantined > 0 {
            parts.push(said!("{rows} can't be read", rows = self.quarantined));
        }
        parts
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// As `run.json` names it, in every language: `row filter`, `superseded by a later row`, `same row again` …
    pub reason: String,
    pub rows: u64,
}

impl LeftOut {
    fn in_words(&self) -> Said {
        let rows = self.rows;
        match (rows, self.reason.as_str()) {
            (_, account::ROW_FILTER) => said!("{rows} left out by the row filter", rows),
            (_, account::ROW_FILTER_MISSING) => said!("{rows} without a value for the row filter", rows),
            (_, account::SUPERSEDED) => said!("{rows} superseded by a later row", rows),
            (_, account::AGAIN) => said!("{rows} the same row again", rows),
            (1, account::NO_CONTACT) => said!("1 answer that matches no contact"),
            (_, account::NO_CONTACT) => said!("{rows} answers that match no contact", rows),
            (1, account::FOOT) => said!("1 row at the foot of the file"),
            (_, account::FOOT) => said!("{rows} rows at the foot of the file", rows),
            (_, account::TOO_LATE) => said!("{rows} after `as_of`", rows),
            (_, account::TOO_EARLY) => said!("{rows} before the first period", rows),
            (_, account::NO_DATE) => said!("{rows} without a date", rows),
            (_, reason) => Said::verbatim(format!("{rows} {reason}")),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarantined {
    pub file: String,
    pub line: u64,
    /// Column title; empty where the whole row is meant.
    pub column: String,
    pub reason: Said,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputFile {
    /// As shown: relative to the workspace, `/` between folders.
    pub name: String,
    /// BLAKE3, hex.
    pub digest: String,
    pub bytes: u64,
    pub rows: u64,
}
