//! Takes: the Plan's sources and data files. Gives: `Batch`es of typed columns, the people's directory, the evidence rows, quarantine and row counts.
//! May call: `diagnostic`, `language` (row filters). One of the edges: it alone reads data files.
//! Never: measures, judges, loses a row uncounted, or holds more than a batch and one fixed-size key per id.

mod account;
mod arrays;
mod batch;
mod block;
mod cell;
mod clock;
pub mod codes;
mod contacts;
mod definition;
mod delimited;
mod directory;
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
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod workbook;

pub use batch::{Batch, InputFile, Intake, LeftOut, Lines, Quarantined, SourceIntake, Subjects};
pub use definition::definition;
pub use directory::{Directory, EvidenceRow, Person};
pub use files::DataInput;
pub use grid::{Grid, GridCell, GridRow, grid};
pub use heading::tidy;
pub use length::length;
pub use moment::{Formats, Stamp, days_since_1970};
pub use number::{Signs, number};
pub use protected::{Protected, protected, protected_names};
pub use receipt::{Receipt, intake};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};

use crate::diagnostic::Diagnostic;
use crate::language::{Environment, MISSING_TIME};
use crate::workspace::Plan;
use reading::Request;
use table::Table;

/// Called with (bytes done, bytes in all).
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Reads every row of the given sources (positions in `plan.sources`) and hands it to `sink`, batch by batch, from
/// several rayon threads at once and in no fixed order. Rows that `id`, `latest_by`, the filter or the quarantine take
/// out are counted in the `Intake` and are not among a batch's `selected` rows. Sources that answers are credited
/// through are read too, and stand in the `Intake`; their batches are handed on only where they were asked for.
///
/// `as_of` in row filters is the end of the plan's `as_of` day; see `read_at` for another.
pub fn read(
    plan: &Plan,
    sources: &[usize],
    environment: &Environment,
    progress: Progress<'_>,
    sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Intake, Vec<Diagnostic>> {
    let end = plan.as_of.as_ref().and_then(|day| day.value.tomorrow().ok()?.to_zoned(plan.zone.clone()).ok());
    read_at(plan, sources, environment, end.map(|z| z.timestamp().as_microsecond()), progress, sink)
}

/// `read`, with the end of the `as_of` day (µs UTC) that row filters see; `None`: it is missing there.
pub fn read_at(
    plan: &Plan,
    sources: &[usize],
    environment: &Environment,
    as_of: Option<i64>,
    progress: Progress<'_>,
    sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Intake, Vec<Diagnostic>> {
    let only = BTreeMap::new();
    let request = Request { plan, sources, in_use: sources, only: &only, environment, as_of, before_as_of: false };
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
    as_of: Option<i64>,
    progress: Progress<'_>,
    sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Vec<(usize, Receipt)>, Vec<Diagnostic>> {
    let Part { sources, in_use, only } = part;
    reading::read(&Request { plan, sources, in_use, only, environment, as_of, before_as_of: false }, progress, sink)
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
        as_of: None,
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

#[allow(clippy::type_complexity)] // three answers of one read, the directory, notes, and the file for the record
/// The people file; `None` where the workspace names none.
pub fn directory(plan: &Plan) -> Result<(Option<Directory>, Vec<Diagnostic>, Option<InputFile>), Vec<Diagnostic>> {
    let Some(file) = &plan.people else { return Ok((None, Vec::new(), None)) };
    let table = Table::read(plan, file, &people::PEOPLE, &codes::BAD_PERSON_ROW)?;
    let (directory, notes) = people::directory(&table)?;
    Ok((Some(directory), notes, Some(table.input)))
}

#[allow(clippy::type_complexity)] // as `directory`
/// The rows of the evidence file, in file order; empty where the workspace names none.
pub fn evidence(plan: &Plan) -> Result<(Vec<EvidenceRow>, Vec<Diagnostic>, Option<InputFile>), Vec<Diagnostic>> {
    let Some(file) = &plan.evidence else { return Ok((Vec::new(), Vec::new(), None)) };
    let table = Table::read(plan, file, &people::EVIDENCE, &codes::BAD_EVIDENCE_ROW)?;
    let (rows, notes) = people::evidence(&table)?;
    Ok((rows, notes, Some(table.input)))
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
