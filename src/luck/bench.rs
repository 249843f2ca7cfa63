//! One thread's world: what is drawn, measured and scored, in the place of the last one; through the real measure, score and
//! judge.

use std::sync::Arc;

use super::span::Span;
use super::{Named, Numbers};
use crate::diagnostic::Diagnostic;
use crate::judge::{self, Facts, Judged, LevelOutcomes};
use crate::language::Environment;
use crate::measure::{Counts, Redrawn, Scratch};
use crate::score::{self, Again, Scorecards};
use crate::workspace::Plan;

pub(super) struct Bench<'a> {
    plan: &'a Plan,
    span: &'a Span,
    redrawn: &'a Redrawn,
    pub counts: Counts,
    pub numbers: Numbers,
    cards: Option<Scorecards>,
    again: Again,
    environment: Environment,
    facts: Facts,
    scratch: Scratch,
    options: judge::Options,
    judged: Judged,
}

impl<'a> Bench<'a> {
    /// `only` are the outcomes that are looked for.
    pub fn new(
        plan: &'a Plan,
        span: &'a Span,
        named: &Named,
        redrawn: &'a Redrawn,
        only: &'static [judge::Outcome],
    ) -> Bench<'a> {
        Bench {
            plan,
            span,
            redrawn,
            counts: span.counts.clone(),
            numbers: Numbers::default(),
            cards: None,
            again: Again::new(named.wanted(), named.score),
            environment: Environment { calendar: plan.calendar.clone() },
            facts: Facts::default(),
            scratch: Scratch::default(),
            options: judge::Options { history: false, process_review: false, only: Some(only) },
            judged: Judged::default(),
        }
    }

    /// Measures, scores and judges what was drawn. Gates on history count as passed.
    pub fn judge(&mut self) -> Result<&[LevelOutcomes], Vec<Diagnostic>> {
        let plan = self.plan;
        // nobody else holds the readings of a bench
        let held = self.cards.as_mut().and_then(|cards| Arc::get_mut(&mut cards.readings));
        let drawn_before = match held {
            Some(readings) => {
                self.redrawn.measure(plan, &self.counts, &mut readings.levels, &mut self.scratch)?;
                true
            }
            None => false,
        };
        let cards = match &mut self.cards {
            Some(cards) if drawn_before => {
                self.again.rescore(plan, cards, &self.environment);
                cards
            }
            cards => {
                let levels = self.redrawn.first(plan, &self.counts)?;
                cards.insert(score::score(plan, self.span.readings(levels), &self.environment))
            }
        };
        judge::judge_again(plan, cards, &self.facts, self.options, &mut self.judged);
        Ok(&self.judged.levels)
    }
}
