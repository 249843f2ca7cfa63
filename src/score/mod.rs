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
pub mod ranks;
mod scorecards;

pub use again::{Again, Wanted};
pub(crate) use dependence::sources_of;
pub use direction::{Direction, same};
pub use groups::{Basis, Combined, combine};
pub use lines::attributes_match;
pub use points::default_points;
pub use scorecards::*;

use std::sync::Arc;

use jiff::civil::Date;

use crate::language::Environment;
use crate::measure::{LevelReadings, Readings, State};
use crate::workspace::{Plan, Recommend, Standard};

/// Scores every subject in every period, judged or not: earlier periods are history.
pub fn score(plan: &Plan, readings: impl Into<Arc<Readings>>, environment: &Environment) -> Scorecards {
    let readings = readings.into();
    let periods = readings.periods.len();
    let levels: Vec<LevelScores> = readings.levels.iter().map(|level| lines::level(plan, level, periods)).collect();
    let findings = lines::crossed(plan, &readings, &levels);
    let mut scorecards = Scorecards { readings, levels, findings, failures: Vec::new() };
    rescore(plan, &mut scorecards, environment);
    scorecards
}

/// Scores again after the figures of `scorecards.readings` have changed (their shape, `lines` and what applies to whom
/// have not).
pub fn rescore(plan: &Plan, scorecards: &mut Scorecards, environment: &Environment) {
    Again::everything(plan).rescore(plan, scorecards, environment);
}

/// The score by the same code over the figures that are a person's own. `None` where no sanction rests on the score alone,
/// or where all that is measured is theirs.
fn own_score(
    plan: &Plan,
    level: &LevelReadings,
    standards: &[StandardScores],
    as_of: Date,
    environment: &Environment,
) -> Option<OwnScore> {
    let claimed = plan.rules.iter().any(|r| r.recommend == Recommend::Sanction && r.claims.is_empty());
    let side = |standard: &Standard| {
        let measure = level.measures.get(standard.measure)?;
        measure.person_side.as_ref().map(|(_, figures)| (measure, figures))
    };
    if !claimed || !plan.standards.iter().any(|s| side(s).is_some()) {
        return None;
    }
    let mut own = standards.to_vec();
    for (standard, card) in plan.standards.iter().zip(&mut own) {
        let Some((measure, figures)) = side(standard) else { continue };
        points::states(plan, standard, measure, figures, card);
        // A script that breaks a limit was found on all the records already.
        if points::fill(plan, standard, figures, card, environment).is_some() {
            card.state.iter_mut().filter(|s| counts(**s)).for_each(|s| *s = State::Failed);
        }
    }
    let combined = combine(plan, level, &own, 0..level.records.len(), (Basis::Minimum, as_of), environment);
    Some(OwnScore { score: combined.score, lower: combined.lower, upper: combined.upper })
}

/// A standard in this state has a value that scores, groups and rules may use.
pub fn counts(state: State) -> bool {
    matches!(state, State::Measured | State::Doubtful)
}
