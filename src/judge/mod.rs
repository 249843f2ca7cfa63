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
mod notices;
mod process;
mod proof;
mod questions;
mod recommendations;
mod resolve;
mod silence;
mod targets;
#[cfg(test)]
mod tests;
mod trades;
mod trend;
mod view;
mod words;

pub use changes::{Change, Heading};
pub use detail::Briefs;
pub use facts::Facts;
pub use families::Families;
pub use gates::{GATES, loosened};
pub use ladder::{Step, live_until};
pub use notices::{Course, Notice, NoticeKind, OnRecord, TrainingStand, acknowledged, training_stand};
pub use questions::{Question, QuestionKind};
pub use recommendations::*;
pub use resolve::{Judged, Options, judge_again, judge_outcomes};
pub use silence::Silent;
pub use targets::NextTarget;
pub use trades::Trade;

use crate::score::Scorecards;
use crate::workspace::Plan;

/// Judges every assessed subject in every judged period.
pub fn judge(plan: &Plan, scorecards: Scorecards, mut facts: Facts) -> Recommendations {
    facts.sort();
    let on_record = OnRecord::of(plan, &facts, &scorecards.readings.roll, scorecards.readings.as_of);
    let Judged { mut levels, failures } = judge_outcomes(plan, &scorecards, &facts, Options::default());
    offer_what_is_due(&scorecards, &on_record, &mut levels);
    let asked = scorecards.readings.levels.len() * scorecards.readings.judged.len();
    let places = std::sync::Arc::new((0..asked).map(|_| std::sync::OnceLock::new()).collect());
    Recommendations { scorecards, facts, on_record, levels, places, loosened: loosened(plan), failures }
}

/// Whoever no rule decides, and whose training or papers have run out, is offered help in the period judged last (C3, C72):
/// with no rule, as a process review has none.
fn offer_what_is_due(scorecards: &Scorecards, on_record: &OnRecord, levels: &mut [LevelOutcomes]) {
    let readings = &scorecards.readings;
    let Some(period) = readings.judged.last().copied() else { return };
    for (level, outcomes) in readings.levels.iter().zip(levels).filter(|(level, _)| level.level == "person") {
        for (subject, about) in level.subjects.iter().enumerate() {
            if !on_record.of_person(&about.id).any(|notice| notice.kind.asks_for_help()) {
                continue;
            }
            let cell = readings.cell(subject, period);
            if let Some(Some(outcome @ (Outcome::None | Outcome::Insufficient))) = outcomes.outcome.get_mut(cell) {
                *outcome = Outcome::Develop;
            }
        }
    }
}
