//! Takes: the Plan's sources and data files. Gives: `Batch`es of typed columns, the people's directory, the evidence rows, quarantine and row counts.
//! May call: `diagnostic`, `language` (row filters). One of the edges: it alone reads data files.
//! Never: measures, judges, loses a row uncounted, or holds more than a batch and one fixed-size key per id.

mod batch;
mod directory;

pub use batch::{Batch, InputFile, Intake, LeftOut, Lines, Quarantined, SourceIntake, Subjects};
pub use directory::{Directory, EvidenceRow, Person};

use crate::diagnostic::Diagnostic;
use crate::language::Environment;
use crate::workspace::Plan;

/// Called with (bytes done, bytes in all).
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Reads every row of the given sources (positions in `plan.sources`) and hands it to `sink`, batch by batch, from
/// several rayon threads at once and in no fixed order. Rows that `id`, `latest_by`, the filter or the quarantine take
/// out are counted in the `Intake` and are not among a batch's `selected` rows.
pub fn read(
    _plan: &Plan,
    _sources: &[usize],
    _environment: &Environment,
    _progress: Progress<'_>,
    _sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
) -> Result<Intake, Vec<Diagnostic>> {
    unimplemented!()
}

/// The latest moment (`at`, µs UTC) of any kept row of the given sources, where there is one. Reads only what it needs.
pub fn latest(_plan: &Plan, _sources: &[usize], _environment: &Environment) -> Result<Option<i64>, Vec<Diagnostic>> {
    unimplemented!()
}

/// The people file; `None` where the workspace names none.
pub fn directory(_plan: &Plan) -> Result<(Option<Directory>, Vec<Diagnostic>, Option<InputFile>), Vec<Diagnostic>> {
    unimplemented!()
}

/// The rows of the evidence file, in file order; empty where the workspace names none.
pub fn evidence(_plan: &Plan) -> Result<(Vec<EvidenceRow>, Vec<Diagnostic>, Option<InputFile>), Vec<Diagnostic>> {
    unimplemented!()
}

/// Display names (id → name) of the levels that have a `names:` file.
pub fn display_names(
    _plan: &Plan,
) -> Result<
    (std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>>, Vec<InputFile>),
    Vec<Diagnostic>,
> {
    unimplemented!()
}
