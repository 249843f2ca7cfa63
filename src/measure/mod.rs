//! Takes: the Plan and Batches. Gives: `Readings`: for each level, measure, subject and period the value with its n, interval and state.
//! May call: `diagnostic`, `language`, `fairness`, and reads `records`' Batches.
//! Never: judges; takes a mean of means (every level is tallied from records); depends on the order of rows or threads.
//! The seam for a cluster is `Plan in, tallies out`: `count` gives `Counts`, `levels` makes figures of them.

mod readings;

// counting
mod agreement;
mod attendance;
mod crossed;
mod dating;
mod evaluation;
mod exposure;
mod heard;
mod kernel;
mod layout;
mod local;
mod merge;
mod people;
mod periods;
mod reported;
mod rhythm;
mod rows;
mod sheet;
mod strata;
mod subjects;
mod tallies;
mod tally;
mod timing;

// what was counted before
mod definition;
mod kept;
mod lots;
mod part;
mod restored;
mod shelf;
mod shields;
mod wire;

// what was counted, and what it says
mod counts;
mod estimates;
mod figures;
mod formula;
mod levels;
mod mix;
mod peers;
mod redrawn;
mod silence;

// over several periods, or for several subjects together
mod claims;
mod pooled;

pub mod codes;

pub use agreement::{AdjustedSubject, Agreement, Leniency, RaterLeniency, RaterReadings};
pub use claims::{ClaimReading, Doubt, HeldClaim, claims};
pub use counts::{Cell, Counted, CountedTable, Counts};
pub use crossed::Crossed;
pub use estimates::Priors;
pub use kept::count_with;
pub use levels::levels;
pub use local::{count, count_crossed};
pub use mix::Mix;
pub(crate) use peers::Peers;
pub use periods::{Clock, PeriodChoice};
pub use pooled::{Pool, Pooling};
pub use readings::*;
pub use redrawn::{Redrawn, Scratch};
pub use rhythm::{habit_level, kept};
pub use shelf::{Glance, Shelf};
pub use silence::{Empty, Stale};
pub use strata::StratumValue;
pub use subjects::{NOBODY, ORGANISATION, PERSON};
pub use tallies::Overflow;
pub use tally::{NO_LINE, SEVERAL_LINES};

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::records;
use crate::workspace::Plan;

/// Reads the records and measures them. `as_of` is what the command line asks for; without it the workspace's, else the
/// day of the latest record.
pub fn measure(
    plan: &Plan,
    as_of: Option<Date>,
    choice: &PeriodChoice,
    progress: records::Progress<'_>,
) -> Result<Readings, Vec<Diagnostic>> {
    readings(plan, count(plan, as_of, choice, progress)?)
}

/// Readings of what was counted.
pub fn readings(plan: &Plan, counts: Counts) -> Result<Readings, Vec<Diagnostic>> {
    let (mut levels, formulas) = levels(plan, &counts, Priors::Likelihood)?;
    for (position, level) in levels.iter_mut().enumerate() {
        level.mixes = mix::of_level(plan, &counts, position);
    }
    let mut failures = counts.failures;
    failures.extend(formulas);
    failures.sort_by_key(|f| f.0);
    Ok(Readings {
        levels,
        periods: counts.periods,
        judged: counts.judged,
        as_of: counts.as_of,
        raters: counts.raters,
        sources: counts.sources,
        attendance: counts.attendance,
        rows: counts.rows,
        quarantine: counts.quarantine,
        files: counts.files,
        roll: counts.roll,
        training: Default::default(),
        findings: counts.findings,
        failures,
    })
}

#[cfg(test)]
mod tests;
