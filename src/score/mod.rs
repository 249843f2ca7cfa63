//! Takes: the Plan and Readings. Gives: `Scorecards`: points, groups and a score with its interval for each subject and period.
//! May call: `diagnostic`, `language`, `fairness`; reads `measure`'s Readings.
//! Never: reads records, or shows what is unmeasured as 0 or 100.

pub mod codes;
mod dependence;
mod direction;
#[cfg(test)]
pub(crate) mod fixture;
mod groups;
mod lines;
mod points;
pub mod ranks;
mod scorecards;

pub(crate) use dependence::sources_of;
pub use direction::{Direction, same};
pub use groups::{Basis, Combined, combine};
pub use lines::attributes_match;
pub use points::default_points;
pub use scorecards::*;

use std::sync::Arc;

use crate::language::Environment;
use crate::measure::{Readings, State};
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
/// have not): how the luck audit scores a drawn world without allocating anew.
pub fn rescore(plan: &Plan, scorecards: &mut Scorecards, environment: &Environment) {
    rescore_only(plan, scorecards, environment, &|_| true, true);
}

/// Scores again only the standards that are `wanted`, and groups and score only `with_score`: the others keep what they had.
pub fn rescore_only(
    plan: &Plan,
    scorecards: &mut Scorecards,
    environment: &Environment,
    wanted: &dyn Fn(usize) -> bool,
    with_score: bool,
) {
    let Scorecards { readings, levels, failures } = scorecards;
    failures.clear();
    let periods = readings.periods.len();
    for (level, scores) in readings.levels.iter().zip(levels.iter_mut()) {
        for (position, standard) in plan.standards.iter().enumerate().filter(|(position, _)| wanted(*position)) {
            let (Some(measure), Some(card)) =
                (level.measures.get(standard.measure), scores.standards.get_mut(position))
            else {
                continue;
            };
            points::states(plan, standard, measure, card);
            lines::previous(standard, measure, card, periods);
            if let Some(failure) = points::fill(plan, standard, measure, card, environment) {
                failures.push(failure);
                card.state.iter_mut().filter(|s| counts(**s)).for_each(|s| *s = State::Failed);
            }
        }
        if !with_score {
            continue;
        }
        let combined = combine(
            plan,
            level,
            &scores.standards,
            0..level.records.len(),
            (Basis::Minimum, readings.as_of),
            environment,
        );
        scores.groups = combined.groups;
        scores.score = combined.score;
        scores.score_lower = combined.lower;
        scores.score_upper = combined.upper;
        scores.score_failed = combined.failed;
        failures.extend(combined.failures);
    }
}

/// A standard in this state has a value that scores, groups and rules may use.
pub fn counts(state: State) -> bool {
    matches!(state, State::Measured | State::Doubtful)
}
