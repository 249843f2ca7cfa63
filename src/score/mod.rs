//! Takes: the Plan and Readings. Gives: `Scorecards`: points, groups and a score with its interval for each subject and period.
//! May call: `diagnostic`, `language`, `fairness`; reads `measure`'s Readings.
//! Never: reads records, or shows what is unmeasured as 0 or 100.

mod again;
pub mod codes;
mod dependence;
mod direction;
#[cfg(test)]
pub(crate) mod fixture;
mod groups;
mod lines;
mod points;
mod scorecards;

pub use again::{Again, Wanted};
pub(crate) use dependence::sources_of;
pub use direction::{Direction, same};
pub use groups::{Basis, Combined, combine};
pub use lines::attributes_match;
pub use points::default_points;
pub use scorecards::*;

use std::sync::Arc;

use crate::language::Environment;
use crate::measure::Readings;
use crate::measure::State;
use crate::workspace::Plan;

/// Scores every subject in every period, judged or not: earlier periods are history.
pub fn score(plan: &Plan, readings: impl Into<Arc<Readings>>, environment: &Environment) -> Scorecards {
    let readings = readings.into();
    let periods = readings.periods.len();
    let levels = readings.levels.iter().map(|level| lines::level(plan, level, periods)).collect();
    let mut scorecards = Scorecards { readings, levels, failures: Vec::new() };
    rescore(plan, &mut scorecards, environment);
    scorecards
}

/// Scores again after the figures of `scorecards.readings` have changed (their shape, `lines` and what applies to whom
/// have not).
pub fn rescore(plan: &Plan, scorecards: &mut Scorecards, environment: &Environment) {
    Again::everything(plan).rescore(plan, scorecards, environment);
}

/// A standard in this state has a value that scores, groups and rules may use.
pub fn counts(state: State) -> bool {
    matches!(state, State::Measured | State::Doubtful)
}
