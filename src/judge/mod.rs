//! Takes: the Plan, Scorecards and Facts (who was told, supported, warned, absent). Gives: `Recommendations`, each with its gates and evidence.
//! May call: `diagnostic`, `language`, `fairness`; reads `score`'s Scorecards.
//! Never: decides. A recommendation is not a decision, and unknown never passes a gate.

mod changes;
mod columns;
mod context;
mod counterfactual;
mod detail;
mod facts;
mod families;
mod figures;
mod gates;
mod history;
mod ladder;
mod process;
mod proof;
mod questions;
mod recommendations;
mod resolve;
mod silence;
#[cfg(test)]
mod tests;
mod trend;
mod view;
mod words;

pub use changes::{Change, Heading};
pub use detail::Briefs;
pub use facts::Facts;
pub use families::Families;
pub use gates::{GATES, loosened};
pub use ladder::{Step, live_until};
pub use questions::{Question, QuestionKind};
pub use recommendations::*;
pub use resolve::{Judged, Options, judge_again, judge_outcomes};
pub use silence::Silent;

use crate::score::Scorecards;
use crate::workspace::Plan;

/// Judges every assessed subject in every judged period.
pub fn judge(plan: &Plan, scorecards: Scorecards, mut facts: Facts) -> Recommendations {
    facts.sort();
    let Judged { levels, failures } = judge_outcomes(plan, &scorecards, &facts, Options::default());
    let asked = scorecards.readings.levels.len() * scorecards.readings.judged.len();
    let places = std::sync::Arc::new((0..asked).map(|_| std::sync::OnceLock::new()).collect());
    Recommendations { scorecards, facts, levels, places, loosened: loosened(plan), failures }
}
