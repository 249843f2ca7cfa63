//! One thread's world: what is drawn, measured and scored, in the place of the last one; through the real measure, score and
//! judge.

use std::sync::Arc;

use super::Named;
use super::audit::Subject;
use crate::diagnostic::Diagnostic;
use crate::judge::{self, Facts, LevelOutcomes};
use crate::language::Environment;
use crate::measure::{self, Counts, Priors, Redrawn, Scratch};
use crate::score::{self, Scorecards};

pub(super) struct Bench<'a> {
    subject: &'a Subject<'a>,
    named: &'a Named,
    redrawn: &'a Redrawn,
    pub counts: Counts,
    cards: Option<Scorecards>,
    environment: Environment,
    facts: Facts,
    scratch: Scratch,
}

impl<'a> Bench<'a> {
    pub fn new(subject: &'a Subject<'a>, named: &'a Named, redrawn: &'a Redrawn) -> Bench<'a> {
        Bench {
            subject,
            named,
            redrawn,
            counts: subject.year.clone(),
            cards: None,
            environment: Environment { calendar: subject.plan.calendar.clone() },
            facts: Facts::default(),
            scratch: Scratch::default(),
        }
    }

    /// Measures, scores and judges what was drawn. Gates on history count as passed.
    pub fn judge(&mut self) -> Result<Vec<LevelOutcomes>, Vec<Diagnostic>> {
        let plan = self.subject.plan;
        // nobody else holds the readings of a bench
        let held = self.cards.as_mut().and_then(|cards| Arc::get_mut(&mut cards.readings));
        let again = match held {
            Some(readings) => {
                self.redrawn.measure(plan, &self.counts, &mut readings.levels, &mut self.scratch)?;
                true
            }
            None => false,
        };
        let cards = match &mut self.cards {
            Some(cards) if again => {
                let wanted = |standard: usize| self.named.standards.get(standard).copied().unwrap_or(false);
                score::rescore_only(plan, cards, &self.environment, &wanted, self.named.score);
                cards
            }
            cards => {
                let (levels, _) = measure::levels(plan, &self.counts, Priors::Moments)?;
                cards.insert(score::score(plan, self.subject.readings(levels), &self.environment))
            }
        };
        let options = judge::Options { history: false, process_review: false };
        Ok(judge::judge_outcomes(plan, cards, &self.facts, options).levels)
    }
}
