//! Takes: the Plan's sources and data files. Gives: `Batch`es of typed columns, the people's directory, the evidence rows, quarantine and row counts.
//! May call: `diagnostic`, `language` (row filters). One of the edges: it alone reads data files.
//! Never: measures, judges, loses a row uncounted, or holds more than a batch and one fixed-size key per id.

mod account;
mod arrays;
mod attribution;
mod batch;
mod block;
mod cell;
mod clock;
pub mod codes;
mod contacts;
mod definition;
mod delimited;
mod directory;
mod elsewhere;
mod evidence;
mod files;
mod grid;
mod heading;
mod identity;
mod json_lines;
mod lane;
mod layout;
mod length;
mod moment;
mod number;
mod opened;
mod parquet_file;
mod people;
mod prepared;
mod protected;
mod reading;
mod receipt;
mod rows;
mod scout;
mod steady;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod training;
mod workbook;

pub use account::{NO_DATE, TOO_EARLY, TOO_LATE};
pub use attribution::{Attributed, Covered, Evidence, Roll, attributed};
pub use batch::{Batch, InputFile, Intake, LeftOut, Lines, Quarantined, SourceIntake, Subjects};
pub use definition::definition;
pub use directory::{Directory, EvidenceRow, Person};
pub use files::DataInput;
pub use grid::{Grid, GridCell, GridRow, grid};
pub use heading::{first_of, tidy};
pub use length::length;
pub use moment::{Formats, Stamp, days_since_1970};
pub use number::{Signs, number};
pub use protected::{Protected, protected, protected_names};
pub use receipt::{Receipt, intake};
pub use steady::Steady;
pub use training::{TRAINED, Trained, trained};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};

use crate::diagnostic::Diagnostic;
use crate::language::{Environment, MISSING_TIME};
use crate::workspace::Plan;
use reading::Request;
use table::Table;

/// Called with (bytes done, bytes in all).
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Until when records count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Horizon {
    /// The last microsecond of the `as_of` day (µs UTC), which row filters see; `None`: not known yet, missing there.
    pub as_of: Option<i64>,
    /// Somebody wrote `as_of`: versions of a row that are later leave before the latest of an id is chosen. A day that is
    /// only that of the latest record leaves nothing out.
    pub given: bool,
}

impl Horizon {
    /// The last moment that counts.
    pub fn last(&self) -> Option<i64> {
        self.as_of.filter(|_| self.given)
    }
}

/// Reads every row of the given sources (positions in `plan.sources`) and hands it to `sink`, batch by batch, from
/// several rayon threads at once and in no fixed order. Rows that `id`, `latest_by`, the filter or the quarantine take
/// out are counted in the `Intake` and are not among a batch's `selected` rows. Sources that answers are credited
/// through are read too, and stand in the `Intake`; their batches are handed on only where they were asked for.
///
/// Records count until the plan's `as_of`; see `read_at` for another day.
pub fn read(
    plan: &Plan,
    sources: &[usize],
    environment: &Environment,
    progress: Progress<'_>,
    sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Intake, Vec<Diagnostic>> {
    let end = plan.as_of.as_ref().and_then(|day| day.value.tomorrow().ok()?.to_zoned(plan.zone.clone()).ok());
    let as_of = end.map(|z| z.timestamp().as_microsecond() - 1);
    read_at(plan, sources, environment, Horizon { as_of, given: as_of.is_some() }, progress, sink)
}

/// `read`, with another `as_of`.
pub fn read_at(
    plan: &Plan,
    sources: &[usize],
    environment: &Environment,
    horizon: Horizon,
    progress: Progress<'_>,
    sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Intake, Vec<Diagnostic>> {
    let only = BTreeMap::new();
    let request = Request { plan, sources, in_use: sources, only: &only, environment, horizon, before_as_of: false };
    Ok(intake(plan, reading::read(&request, progress, sink)?))
}

/// Which part of a run's records is read.
pub struct Part<'a> {
    /// Positions of the sources that are read.
    pub sources: &'a [usize],
    /// Positions of all sources that the run measures; of the others rows are read, but none is handed on.
    pub in_use: &'a [usize],
    /// By source: display names of its files that are read; all of them where it is not named here.
    pub only: BTreeMap<usize, BTreeSet<String>>,
}

/// `read_at` for a part of the records: the receipt of each source that was read, in the order of reading. Contacts of
/// answers are read with them.
pub fn read_part(
    plan: &Plan,
    part: &Part<'_>,
    environment: &Environment,
    horizon: Horizon,
    progress: Progress<'_>,
    sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Vec<(usize, Receipt)>, Vec<Diagnostic>> {
    let Part { sources, in_use, only } = part;
    reading::read(&Request { plan, sources, in_use, only, environment, horizon, before_as_of: false }, progress, sink)
}

/// The sources that reading these takes, contacts before the answers that are credited through them.
pub fn order(plan: &Plan, sources: &[usize]) -> Result<Vec<usize>, Vec<Diagnostic>> {
    reading::order(plan, sources)
}

/// The files of a source, sorted by name; `None` where something is wrong with one, which reading will tell.
pub fn files(plan: &Plan, source: usize) -> Option<Vec<DataInput>> {
    let source = plan.sources.get(source)?;
    let (inputs, problems) = files::expand(&plan.root, &source.base, &source.files);
    problems.is_empty().then_some(inputs)
}

/// Whether files of a source may be read one without the other: no row of it depends on another file's.
pub fn is_apart(plan: &Plan, source: usize, files: &[DataInput]) -> bool {
    plan.sources.get(source).is_some_and(|s| s.key.is_none() && s.latest_by.is_empty() && s.credit.is_none())
        // In json lines a misspelt title is told by looking at all files.
        && files.iter().all(|f| f.kind != files::Kind::JsonLines)
}

/// The latest moment (`at`, µs UTC) of any kept row of the given sources, where there is one. Rows are kept as `read`
/// keeps them; only a filter that itself asks for `as_of` is passed over.
pub fn latest(plan: &Plan, sources: &[usize], environment: &Environment) -> Result<Option<i64>, Vec<Diagnostic>> {
    let dated = |s: &&usize| plan.sources.get(**s).is_some_and(|s| s.at.is_some());
    let sources: Vec<usize> = sources.iter().filter(dated).copied().collect();
    let latest = AtomicI64::new(MISSING_TIME);
    let only = BTreeMap::new();
    let request = Request {
        plan,
        sources: &sources,
        in_use: &sources,
        only: &only,
        environment,
        horizon: Horizon::default(),
        before_as_of: true,
    };
    reading::read(&request, &|_, _| {}, &|batch| {
        let found = match &batch.selected {
            None => batch.at.iter().copied().max(),
            Some(rows) => rows.iter().filter_map(|r| batch.at.get(*r as usize)).copied().max(),
        };
        latest.fetch_max(found.unwrap_or(MISSING_TIME), Ordering::Relaxed);
        Ok(())
    })?;
    Ok(Some(latest.into_inner()).filter(|at| *at != MISSING_TIME))
}

/// Whether anything is limited to, or compared among, roles by customer contact.
fn asks_for_contact(plan: &Plan) -> bool {
    let standards = plan.standards.iter().map(|s| &s.applies_to);
    let rules = plan.rules.iter().map(|r| &r.applies_to);
    standards.chain(rules).any(|wanted| wanted.contains_key("contact"))
        || plan.fairness.peers.iter().any(|column| column.value == "contact")
}

#[allow(clippy::type_complexity)] // three answers of one read, the directory, notes, and the file for the record
/// The people file; `None` where the workspace names none.
pub fn directory(plan: &Plan) -> Result<(Option<Directory>, Vec<Diagnostic>, Option<InputFile>), Vec<Diagnostic>> {
    let Some(file) = &plan.people else { return Ok((None, Vec::new(), None)) };
    let table = Table::read(plan, file, &people::PEOPLE, &codes::BAD_PERSON_ROW)?;
    let (directory, notes) = people::directory(&table, asks_for_contact(plan))?;
    Ok((Some(directory), notes, Some(table.input)))
}

/// The evidence file; empty where the workspace names none. Whom its rows are about is told by `attributed`.
pub fn evidence(plan: &Plan) -> Result<Evidence, Vec<Diagnostic>> {
    let Some(file) = &plan.evidence else { return Ok(Evidence::default()) };
    let table = Table::read(plan, file, &evidence::TITLES, &codes::BAD_EVIDENCE_ROW)?;
    evidence::evidence(plan, table)
}

/// Display names by level: id → name.
pub type Names = BTreeMap<String, BTreeMap<String, String>>;

/// Display names of the levels that have a `names:` file.
pub fn display_names(plan: &Plan) -> Result<(Names, Vec<InputFile>), Vec<Diagnostic>> {
    let mut names = BTreeMap::new();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for (level, file) in &plan.names {
        let table = Table::read(plan, file, &people::NAMES, &codes::BAD_NAMES_ROW);
        match table.and_then(|t| people::names(&t).map(|n| (n, t.input))) {
            Ok((found, input)) => {
                names.insert(level.clone(), found);
                files.push(input);
            }
            Err(found) => problems.extend(found),
        }
    }
    files.sort();
    if problems.is_empty() { Ok((names, files)) } else { Err(problems) }
}
