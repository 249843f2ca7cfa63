//! One level as the judge looks at it.

use std::ops::RangeInclusive;

use super::Facts;
use crate::language::Environment;
use crate::measure::{Figures, LevelReadings, MeasureReadings, State, Tallies};
use crate::score::{Direction, LevelScores, Scorecards, StandardScores, attributes_match, counts};
use crate::words::Words;
use crate::workspace::{Plan, Rule};

pub(super) struct View<'a> {
    pub plan: &'a Plan,
    pub scorecards: &'a Scorecards,
    pub facts: &'a Facts,
    pub words: &'a Words,
    /// Position in `Plan::levels`.
    pub index: usize,
    pub level: &'a LevelReadings,
    pub scores: &'a LevelScores,
    pub environment: Environment,
    /// Persons are judged on what is theirs; units on all their records.
    pub person: bool,
    /// The charter hears complaints alone: nothing is graded.
    pub ungraded: bool,
}

impl<'a> View<'a> {
    pub fn new(plan: &'a Plan, scorecards: &'a Scorecards, facts: &'a Facts, index: usize) -> Option<View<'a>> {
        let level = scorecards.readings.levels.get(index)?;
        Some(View {
            plan,
            scorecards,
            facts,
            words: &plan.words,
            index,
            level,
            scores: scorecards.levels.get(index)?,
            environment: Environment { calendar: plan.calendar.clone() },
            person: level.level == "person",
            ungraded: plan.ungraded().is_some(),
        })
    }

    pub fn periods(&self) -> usize {
        self.scorecards.readings.periods.len()
    }

    pub fn cell(&self, subject: usize, period: usize) -> usize {
        self.scorecards.readings.cell(subject, period)
    }

    pub fn card(&self, standard: usize) -> Option<&'a StandardScores> {
        self.scores.standards.get(standard)
    }

    pub fn measure(&self, standard: usize) -> Option<&'a MeasureReadings> {
        self.level.measures.get(self.plan.standards.get(standard)?.measure)
    }

    pub fn state(&self, standard: usize, cell: usize) -> State {
        self.card(standard).and_then(|card| card.state.get(cell)).copied().unwrap_or(State::Unmeasured)
    }

    /// The standard has a value on enough records there.
    pub fn measured(&self, standard: usize, cell: usize) -> bool {
        counts(self.state(standard, cell))
    }

    /// Its measure counts everything that was due: few are no sample.
    pub fn is_census(&self, standard: usize) -> bool {
        let measure = self.plan.standards.get(standard).and_then(|s| self.plan.measures.get(s.measure));
        measure.is_some_and(crate::workspace::Measure::is_census)
    }

    pub fn direction(&self, standard: usize) -> Direction {
        Direction::of(self.plan, standard)
    }

    /// What gates of a sanction read: for persons the tally without shielded rows and without misses that aren't theirs.
    pub fn gate_side(&self, standard: usize) -> Option<(&'a Tallies, &'a Figures)> {
        let measure = self.measure(standard)?;
        match &measure.person_side {
            Some((tallies, figures)) if self.person => Some((tallies, figures)),
            _ => Some((&measure.tallies, &measure.figures)),
        }
    }

    /// The last `m` complete periods that end with the judged one; `None` where there are fewer.
    pub fn window(&self, judged: usize, m: u32) -> Option<RangeInclusive<usize>> {
        let first = (judged + 1).checked_sub(m as usize)?;
        let periods = self.scorecards.readings.periods.get(first..judged)?;
        periods.iter().all(|p| p.complete).then_some(first..=judged)
    }

    /// The k of m periods that a rule's proof needs.
    pub fn k_of_m(&self, rule: &Rule) -> (u32, u32) {
        rule.k_of_m.unwrap_or((self.plan.fairness.k, self.plan.fairness.m))
    }

    /// Whether the rule is meant for this subject (its level has been looked at).
    pub fn applies(&self, rule: &Rule, subject: usize, period: usize) -> bool {
        rule.applies_to.is_empty()
            || self.level.subjects.get(subject).is_some_and(|about| {
                let attributes = about.attributes.get(period).and_then(Option::as_ref);
                attributes_match(&rule.applies_to, &self.level.level, attributes)
            })
    }

    pub fn score(&self, cell: usize) -> [f64; 3] {
        let at = |column: &Vec<f64>| column.get(cell).copied().unwrap_or(f64::NAN);
        [at(&self.scores.score), at(&self.scores.score_lower), at(&self.scores.score_upper)]
    }

    /// The score that gates of a sanction read: for persons on what is theirs.
    pub fn gate_score(&self, cell: usize) -> [f64; 3] {
        match &self.scores.own {
            Some(own) if self.person => [at(&own.score, cell), at(&own.lower, cell), at(&own.upper, cell)],
            _ => self.score(cell),
        }
    }

    /// The standard's line has no single value there, though the standard is meant for the subject and was measured.
    pub fn without_line(&self, standard: usize, cell: usize) -> bool {
        let measured =
            self.measure(standard).and_then(|m| m.state.get(cell)).is_some_and(|s| *s != State::NotApplicable);
        measured && self.state(standard, cell) == State::NotApplicable && self.meant(standard, cell)
    }

    /// `for:` of the standard names the subject.
    fn meant(&self, standard: usize, cell: usize) -> bool {
        let periods = self.periods().max(1);
        let (Some(about), Some(subject)) = (self.plan.standards.get(standard), self.level.subjects.get(cell / periods))
        else {
            return false;
        };
        let attributes = subject.attributes.get(cell % periods).and_then(Option::as_ref);
        self.plan.is_meant(about, &self.level.level, attributes.map(|a| &**a))
    }

    pub fn subject_id(&self, subject: usize) -> &'a str {
        self.level.subjects.get(subject).map_or("", |s| &s.id)
    }
}

/// A cell of a column; out of range is missing.
pub(super) fn at(column: &[f64], cell: usize) -> f64 {
    column.get(cell).copied().unwrap_or(f64::NAN)
}
