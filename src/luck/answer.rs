//! What an audit found, as figures: the noun of this stage. `text` says it in words; serialised it is the JSON answer.

use serde::Serialize;

use super::audit::Options;
use super::tally::Events;
use super::{Chance, Count, Line};
use crate::workspace::{Every, Plan};

/// One policy's audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The charter's name, and the folder where a further policy is audited beside the first.
    pub policy: String,
    pub folder: Option<String>,
    pub worlds: u64,
    pub seed: u64,
    /// Measures of one source were drawn independently too.
    pub independent: bool,
    /// `day`, `month` …
    pub period: &'static str,
    /// Periods judged in a year.
    pub periods_in_a_year: u64,
    /// Existing periods whose n were used in turn.
    pub periods_of_data: u64,
    /// In the order of the plan; those at which nobody is rewarded or sanctioned are left out.
    pub levels: Vec<LevelAnswer>,
    pub power: Option<Power>,
    /// Gates on history counted as passed.
    pub before_due_process: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelAnswer {
    pub level: String,
    pub outcomes: Vec<OutcomeAnswer>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeAnswer {
    /// `reward` or `sanction`.
    pub outcome: &'static str,
    /// The chance per innocent person and year that the policy tolerates; only of persons, and only where it names one.
    pub tolerated: Option<f64>,
    pub as_pooled: WorldsOf,
    pub at_the_line: At,
}

/// The truth at the line.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// Everyone together lies at the line, or on the innocent side of it.
    SameAsPooled,
    Drawn(WorldsOf),
}

/// Worlds of one truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorldsOf {
    pub truth: &'static str,
    /// Everyone deserves it: nothing is false.
    pub deserved_by_all: bool,
    /// Subjects whom a rule could reach without their deserving it.
    pub innocent: u64,
    /// Expected false recommendations a run: one judged period of everyone.
    pub per_run: Option<Estimate>,
    /// Chance of an innocent subject in one judged period.
    pub single_window: Option<Estimate>,
    /// Chance of at least one in a year.
    pub year: Option<Estimate>,
    /// In how many worlds so many innocent subjects met at least one in the year; by number of subjects.
    pub spread: Vec<Spread>,
    /// By rule, the one that causes most first; rules that caused none are left out.
    pub rules: Vec<RuleAnswer>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleAnswer {
    pub rule: String,
    pub per_run: Estimate,
}

/// Worlds in which so many innocent subjects met an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    pub subjects: u64,
    pub worlds: u64,
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

/// How surely somebody who does fall short is found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Power {
    /// How far under the floor the planted truth lies.
    pub effect: f64,
    /// Standards that corroborate a sanction: the planted truth lies as far short there.
    pub corroborating: Vec<String>,
    pub found: Vec<FoundWithin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FoundWithin {
    pub periods: u64,
    pub probability: Estimate,
}

impl From<Chance> for Estimate {
    fn from(chance: Chance) -> Estimate {
        Estimate { value: chance.value, lower: chance.interval.lower, upper: chance.interval.upper }
    }
}

impl Estimate {
    fn over(self, parts: u64) -> Estimate {
        let parts = parts.max(1) as f64;
        Estimate { value: self.value / parts, lower: self.lower / parts, upper: self.upper / parts }
    }
}

impl Answer {
    pub(super) fn new(plan: &Plan, options: &Options, periods_in_a_year: u64, periods_of_data: u64) -> Answer {
        Answer {
            policy: plan.charter.name.value.clone(),
            folder: None,
            worlds: options.worlds,
            seed: options.seed,
            independent: options.independent,
            period: match plan.periods.every.value {
                Every::Day => "day",
                Every::Week => "week",
                Every::Month => "month",
                Every::Quarter => "quarter",
                Every::Year => "year",
                Every::All => "whole period",
            },
            periods_in_a_year,
            periods_of_data,
            levels: Vec::new(),
            power: None,
            before_due_process: true,
        }
    }

    /// The answers of a level, made where there are none yet.
    pub(super) fn level(&mut self, name: &str) -> &mut LevelAnswer {
        let position = self.levels.iter().position(|l| l.level == name).unwrap_or_else(|| {
            self.levels.push(LevelAnswer { level: name.to_owned(), outcomes: Vec::new() });
            self.levels.len() - 1
        });
        &mut self.levels[position]
    }

    /// The highest chance in a year of an outcome at a level, over both truths.
    pub fn worst_year(&self, level: &str, outcome: &str) -> Option<Estimate> {
        let about = self.levels.iter().find(|l| l.level == level)?;
        let about = about.outcomes.iter().find(|o| o.outcome == outcome)?;
        let line = if let At::Drawn(worlds) = &about.at_the_line { worlds.year } else { None };
        [about.as_pooled.year, line].into_iter().flatten().max_by(|a, b| a.value.total_cmp(&b.value))
    }
}

impl WorldsOf {
    pub(super) fn new(line: Line, events: &Events, plan: &Plan, judged: u64) -> WorldsOf {
        let per_run = |count: &Count| count.per_world().map(|c| Estimate::from(c).over(judged));
        let mut rules: Vec<(u64, RuleAnswer)> = events
            .rules
            .iter()
            .filter(|(_, count)| count.events() > 0)
            .filter_map(|(position, count)| {
                let rule = plan.rules.get(*position)?.id.value.clone();
                Some((count.events(), RuleAnswer { rule, per_run: per_run(count)? }))
            })
            .collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.0));
        let innocent = events.subjects > 0;
        WorldsOf {
            truth: if line == Line::AsPooled { "as pooled" } else { "at the line" },
            deserved_by_all: !innocent && events.reached > 0,
            innocent: events.subjects,
            per_run: per_run(&events.turns).filter(|_| innocent),
            single_window: events.turns.per_person().map(Estimate::from),
            year: events.year.per_person().map(Estimate::from),
            spread: match innocent {
                true => events.year.spread().map(|(subjects, worlds)| Spread { subjects, worlds }).collect(),
                false => Vec::new(),
            },
            rules: rules.into_iter().map(|(_, rule)| rule).collect(),
        }
    }
}

impl Power {
    /// `counts` are those found by the end of each judged period; `run_in` periods came before the first.
    pub(super) fn new(effect: f64, corroborating: Vec<String>, run_in: u64, counts: &[Count]) -> Power {
        let within = |(position, count): (usize, &Count)| {
            let probability = Estimate::from(count.per_person()?);
            Some(FoundWithin { periods: run_in + position as u64 + 1, probability })
        };
        Power { effect, corroborating, found: counts.iter().enumerate().filter_map(within).collect() }
    }
}
