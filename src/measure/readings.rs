//! The noun of this stage. Dense: a cell is `subject * periods + period`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::Mix;
use crate::language::Value;
use crate::records::{InputFile, Intake, Quarantined, Roll, SourceIntake};

/// Why a reading is what it is. The words stand in `scores.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum State {
    Measured,
    /// Below `minimum.records`.
    TooFew,
    /// Missing share above `max_missing`: can't be rewarded.
    Doubtful,
    /// Nothing was recorded.
    Unmeasured,
    NotApplicable,
    NotDue,
    /// An evaluation error: nobody is judged on it.
    Failed,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Measured => "measured",
            State::TooFew => "too_few",
            State::Doubtful => "doubtful",
            State::Unmeasured => "unmeasured",
            State::NotApplicable => "not_applicable",
            State::NotDue => "not_due",
            State::Failed => "failed",
        }
    }
}

/// A half-open interval of days in the workspace's zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// 2026-03-14, 2026-W05, 2026-03, 2026-Q1, 2026, all.
    pub name: String,
    /// First day; none for `all`.
    pub start: Option<Date>,
    /// First day after; none for `all`.
    pub end: Option<Date>,
    /// Its end plus the longest lag is not after `as_of`.
    pub complete: bool,
    /// Records at any subject.
    pub records: u64,
}

/// Someone or something assessed.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub id: Arc<str>,
    pub name: Arc<str>,
    /// By period position: the columns of the people file valid for the person at the end of the period (the last row
    /// valid in it). Persons only. Shared between periods where equal.
    pub attributes: Vec<Option<Arc<BTreeMap<String, String>>>>,
    /// By level position (higher levels): the parent the subject belongs to in each period (by position in that level's
    /// subjects), where all its records agree or the directory says so.
    pub parents: BTreeMap<usize, Vec<Option<u32>>>,
}

/// What was counted for one measure at one level: integers, so that they merge exactly. One entry a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Tallies {
    /// hits of n
    Share {
        hits: Vec<u64>,
        n: Vec<u64>,
    },
    /// Σ and Σ² of values as integers at `decimals`; also gaps and sums.
    Moments {
        n: Vec<u64>,
        sum: Vec<i128>,
        squares: Vec<i128>,
        decimals: u8,
    },
    Count {
        n: Vec<u64>,
    },
    /// Σ events and Σ per at `decimals`.
    Rate {
        n: Vec<u64>,
        events: Vec<i128>,
        per: Vec<i128>,
        decimals: u8,
        scale: f64,
    },
    /// Σ of, Σ out_of and their second moments at `decimals`, for the linearised interval.
    Ratio {
        n: Vec<u64>,
        of: Vec<i128>,
        out_of: Vec<i128>,
        of2: Vec<i128>,
        of_out: Vec<i128>,
        out2: Vec<i128>,
        decimals: u8,
    },
    Nps {
        promoters: Vec<u64>,
        detractors: Vec<u64>,
        n: Vec<u64>,
    },
    /// Sorted (value at `decimals`, count) per cell, for median and percentile.
    Histogram {
        cells: Vec<Vec<(i64, u64)>>,
        at: f64,
        decimals: u8,
    },
    /// What was done in each slot, and the slots that were due: a slot in which less than `least` was done is missed.
    Slots {
        /// Sorted (slot, amount) per cell.
        cells: Vec<Vec<(i64, u64)>>,
        /// By cell: the slots that were due, in order. Empty before slots and subjects have been held against each other.
        due: Vec<Arc<[i64]>>,
        least: u64,
    },
    /// Reported figures: value, n, lower, upper (NaN missing). Two figures for one cell are an error.
    Reported {
        value: Vec<f64>,
        n: Vec<u64>,
        lower: Vec<f64>,
        upper: Vec<f64>,
    },
    /// Computed from other measures: nothing was counted.
    Formula,
}

/// Rows of a measure by state, one entry a cell. Empty vectors mean none anywhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowStates {
    pub missing: Vec<u64>,
    pub not_applicable: Vec<u64>,
    pub not_due: Vec<u64>,
    pub excluded: Vec<u64>,
}

/// Figures derived from tallies, one entry a cell; NaN is missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub n: Vec<u64>,
    /// Before `adjust_for`.
    pub raw: Vec<f64>,
    pub value: Vec<f64>,
    /// The 95 % interval of `value`.
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
}

/// One measure at one level.
#[derive(Clone, Debug)]
pub struct MeasureReadings {
    pub tallies: Tallies,
    pub rows: RowStates,
    pub figures: Figures,
    /// Shrunken towards the peers; `value` where there is no shrinkage; NaN without a value.
    pub estimate: Vec<f64>,
    /// 0…1; NaN where fewer than 3 peers or no model.
    pub reliability: Vec<f64>,
    pub state: Vec<State>,
    /// Method id of value and interval, such as `share.wilson`, the same for all cells.
    pub method: &'static str,
    /// The tally without shielded rows and without misses whose cause is not the person, with its figures:
    /// only where the measure has a shield or a cause; else gates read the first.
    pub person_side: Option<(Tallies, Figures)>,
    /// By field position of the measure's source (those that targets and floors name): the one value of a cell;
    /// `Missing` for none, `None` for several.
    pub lines: BTreeMap<usize, Vec<Option<Value>>>,
    /// Agreement of raters, where the measure names raters: one figure for all levels (see `Readings::raters`).
    pub agreement: Option<f64>,
}

/// One level of all measures.
#[derive(Clone, Debug)]
pub struct LevelReadings {
    /// As in `Plan::levels`.
    pub level: String,
    /// Sorted by id.
    pub subjects: Vec<Subject>,
    /// By position in `Plan::measures`.
    pub measures: Vec<MeasureReadings>,
    /// Records per cell, whatever the measure: a subject without any in a period is not assessed there.
    pub records: Vec<u64>,
    /// Of the measures with `adjust_for`, by measure; empty in what was drawn instead of counted.
    pub mixes: Vec<Mix>,
}

/// How the rows of one measure went: rows of its source used = the sum of the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeasureRows {
    pub used: u64,
    pub measured: u64,
    pub out_of_scope: u64,
    /// By reason, sorted.
    pub excluded: Vec<(String, u64)>,
    pub not_applicable: u64,
    pub not_due: u64,
    pub missing: u64,
    /// Answers off the scale (NPS codes outside 0–10), among `missing`.
    pub off_scale: u64,
    /// Rows on which division by zero made the expression missing, among `missing`.
    pub divided_by_zero: u64,
    /// Measured rows of which nobody knows whether they are shielded: a cell that `shield:` asks for is empty. They count.
    pub shield_missing: u64,
    /// Where `where:` was never true: the text fields that it names, and the words that they hold (of the first file).
    pub heard: Vec<(String, Vec<String>)>,
}

/// Records behind whose subjects there is a question, counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attendance {
    /// Persons whom the people file doesn't know on the day of a record, and those records.
    pub unknown_persons: u64,
    pub unknown_records: u64,
    /// By position in `Plan::levels`: records without a subject (those of unknown persons apart).
    pub without: Vec<u64>,
    /// By position in `Plan::levels`: records whose own column differs from the people file's (the column wins).
    pub differing: Vec<u64>,
}

/// What the records of training name; empty where nothing records any, or nobody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrainingSeen {
    pub courses: BTreeSet<String>,
    /// People whom the people file doesn't name on any day.
    pub strangers: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub struct Readings {
    /// In the order of `Plan::levels`.
    pub levels: Vec<LevelReadings>,
    /// In order of time, from the first to the last with a record, without holes.
    pub periods: Vec<Period>,
    /// Positions of the periods that are judged, in order.
    pub judged: Vec<usize>,
    pub as_of: Date,
    /// By position in `Plan::measures`, where it names raters: how they agree and how lenient they are.
    pub raters: Vec<Option<super::RaterReadings>>,
    /// By position in `Plan::sources`, with what this stage left out added (after as_of, before the first period …).
    pub sources: Vec<Option<SourceIntake>>,
    pub attendance: Attendance,
    /// By position in `Plan::measures`.
    pub rows: Vec<MeasureRows>,
    pub quarantine: Vec<Quarantined>,
    /// Every data file read, sorted by name.
    pub files: Vec<InputFile>,
    /// Whom the people file and the records name.
    pub roll: Roll,
    /// What the records of training name.
    pub training: TrainingSeen,
    /// Warnings and notes: unknown persons (counted), columns that disagree with the directory, agreement …
    pub findings: Vec<crate::diagnostic::Diagnostic>,
    /// Evaluation errors: measure position and what happened. Its cells are `Failed`.
    pub failures: Vec<(usize, crate::diagnostic::Diagnostic)>,
}

impl Readings {
    pub fn cell(&self, subject: usize, period: usize) -> usize {
        subject * self.periods.len() + period
    }

    /// Ids and attributes of those whom the people file names on the day that is looked at.
    pub fn people(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, String>)> {
        self.roll.directory.active(self.as_of).map(|person| (person.id.as_str(), &person.attributes))
    }

    /// Adds what was read of sources that nothing measures: their rows, files and findings stand with the others.
    pub fn take_in(&mut self, intake: Intake) {
        for (held, read) in self.sources.iter_mut().zip(intake.sources) {
            if held.is_none() {
                *held = read;
            }
        }
        self.quarantine.extend(intake.quarantine);
        self.quarantine.sort();
        self.files.extend(intake.files);
        self.files.sort();
        self.files.dedup();
        self.findings.extend(intake.findings);
    }

    /// Rows of all sources that were set aside. One row may stand in `quarantine` several times, once for each cell.
    pub fn quarantined(&self) -> u64 {
        self.sources.iter().flatten().map(|source| source.quarantined).sum()
    }
}
