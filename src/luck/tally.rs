//! Counting false recommendations: who could meet one without deserving it, and who did.

use std::collections::BTreeMap;

use super::Count;
use super::span::Span;
use super::truths::{self, Asked, Deserved};
use crate::judge::{LevelOutcomes, Outcome};
use crate::workspace::{Plan, Rule};

/// Whom an audit counts, over all spans of the year.
pub(super) struct Reach {
    buckets: Vec<Bucket>,
}

/// One level and outcome.
struct Bucket {
    level: usize,
    outcome: Outcome,
    /// By subject: whether a rule could reach them without their deserving it, and at all.
    innocent: Vec<bool>,
    reached: Vec<bool>,
    /// Subjects in judged turns whom a rule could reach and who don't deserve it.
    turns: u64,
    rules: Vec<usize>,
}

/// What happened in one world, by bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tally {
    buckets: Vec<Met>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Met {
    /// By subject and judged turn: all, and by rule.
    turns: u64,
    rules: Vec<u64>,
    /// Subjects with at least one, a bit each; once the year is over only how many.
    subjects: Vec<u64>,
    year: u64,
}

/// Counts of a level and outcome.
pub(super) struct Events {
    /// By subject and judged turn.
    pub turns: Count,
    /// Subjects with at least one in the year.
    pub year: Count,
    /// By rule (position in the plan), by subject and judged turn.
    pub rules: Vec<(usize, Count)>,
    pub subjects: u64,
    /// Subjects whom a rule could reach, deserving or not.
    pub reached: u64,
}

pub(super) struct Found {
    pub buckets: BTreeMap<(usize, Outcome), Events>,
}

impl Reach {
    pub fn new(plan: &Plan, outcomes: &[Outcome]) -> Reach {
        let mut buckets = Vec::new();
        for level in 0..plan.levels.len() {
            for outcome in outcomes {
                let of_outcome = |(_, r): &(usize, &Rule)| truths::outcome_of(r) == *outcome;
                let rules: Vec<usize> = truths::acting(plan, level).filter(of_outcome).map(|(i, _)| i).collect();
                if !rules.is_empty() {
                    let (innocent, reached) = (Vec::new(), Vec::new());
                    buckets.push(Bucket { level, outcome: *outcome, innocent, reached, turns: 0, rules });
                }
            }
        }
        Reach { buckets }
    }

    /// Adds the subjects of a span.
    pub fn add(&mut self, span: &Span, asked: &Asked, deserved: &Deserved) {
        let width = span.counts.periods.len().max(1);
        self.buckets.iter_mut().for_each(|bucket| bucket.add(asked, deserved, width));
    }

    /// Who met what in a world of a span.
    pub fn tally(&self, span: &Span, deserved: &Deserved, levels: &[LevelOutcomes]) -> Tally {
        Tally { buckets: self.buckets.iter().map(|bucket| bucket.tally(span, deserved, levels)).collect() }
    }

    /// The counts over all worlds.
    pub fn found(&self, worlds: &[Tally]) -> Found {
        let count = |people: u64, of: &dyn Fn(&Tally) -> Option<u64>| {
            let mut count = Count::new(people);
            worlds.iter().for_each(|world| count.add(of(world).unwrap_or(0)));
            count
        };
        let of = |(position, bucket): (usize, &Bucket)| {
            let (turns, subjects) = (bucket.turns, marked(&bucket.innocent));
            let rules = bucket.rules.iter().enumerate();
            let rules = rules.map(|(i, r)| (*r, count(turns, &|t| t.buckets.get(position)?.rules.get(i).copied())));
            let events = Events {
                turns: count(turns, &|tally| Some(tally.buckets.get(position)?.turns)),
                year: count(subjects, &|tally| Some(tally.buckets.get(position)?.year)),
                rules: rules.collect(),
                subjects,
                reached: marked(&bucket.reached),
            };
            ((bucket.level, bucket.outcome), events)
        };
        Found { buckets: self.buckets.iter().enumerate().map(of).collect() }
    }
}

fn marked(of: &[bool]) -> u64 {
    of.iter().filter(|marked| **marked).count() as u64
}

impl Tally {
    /// Adds a later span of the same world.
    pub fn add(&mut self, later: &Tally) {
        self.buckets.resize_with(later.buckets.len(), Met::default);
        for (met, later) in self.buckets.iter_mut().zip(&later.buckets) {
            met.turns += later.turns;
            met.rules.resize(later.rules.len(), 0);
            met.rules.iter_mut().zip(&later.rules).for_each(|(count, later)| *count += later);
            met.subjects.resize(later.subjects.len().max(met.subjects.len()), 0);
            met.subjects.iter_mut().zip(&later.subjects).for_each(|(bits, later)| *bits |= later);
        }
    }

    /// The year is over: who it was needs no longer be known.
    #[must_use]
    pub fn closed(mut self) -> Tally {
        for met in &mut self.buckets {
            met.year = std::mem::take(&mut met.subjects).iter().map(|bits| u64::from(bits.count_ones())).sum();
        }
        self
    }
}

impl Bucket {
    fn tally(&self, span: &Span, deserved: &Deserved, levels: &[LevelOutcomes]) -> Met {
        let mut met = Met { rules: vec![0; self.rules.len()], ..Met::default() };
        met.subjects.resize(self.innocent.len().div_ceil(64), 0);
        let (Some(level), width) = (levels.get(self.level), span.counts.periods.len().max(1)) else { return met };
        let deserved = deserved.get(self.level);
        for (subject, outcomes) in level.outcome.chunks_exact(width).enumerate() {
            for turn in span.counts.judged.iter().filter(|t| outcomes.get(**t) == Some(&Some(self.outcome))) {
                let cell = subject * width + turn;
                let rule = level.rule.get(cell).copied().flatten().map(usize::from);
                let position = rule.and_then(|r| self.rules.iter().position(|own| *own == r));
                let of_rule = rule.and_then(|r| deserved.and_then(|d| d.get(&r)));
                if of_rule.and_then(|d| d.get(cell)).copied().unwrap_or(false) {
                    continue;
                }
                met.turns += 1;
                if let Some(bits) = met.subjects.get_mut(subject / 64) {
                    *bits |= 1 << (subject % 64);
                }
                if let Some(count) = position.and_then(|p| met.rules.get_mut(p)) {
                    *count += 1;
                }
            }
        }
        met
    }

    fn add(&mut self, asked: &Asked, deserved: &Deserved, width: usize) {
        let none = Vec::new();
        let of = |all: &'_ Asked, rule: usize| -> Vec<bool> {
            all.get(self.level).and_then(|l| l.get(&rule)).unwrap_or(&none).clone()
        };
        let asked: Vec<(Vec<bool>, Vec<bool>)> =
            self.rules.iter().map(|rule| (of(asked, *rule), of(deserved, *rule))).collect();
        let subjects = asked.iter().map(|(a, _)| a.len()).max().unwrap_or(0) / width;
        self.innocent.resize(subjects.max(self.innocent.len()), false);
        self.reached.resize(self.innocent.len(), false);
        for (subject, (innocent, reached)) in self.innocent.iter_mut().zip(&mut self.reached).enumerate() {
            for cell in subject * width..(subject + 1) * width {
                let at = |v: &Vec<bool>| v.get(cell).copied().unwrap_or(false);
                let open = asked.iter().any(|(asked, deserved)| at(asked) && !at(deserved));
                *reached |= asked.iter().any(|(asked, _)| at(asked));
                self.turns += u64::from(open);
                *innocent |= open;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_a_world_add_up_and_a_subject_counts_once_a_year() {
        let met = |turns: u64, subjects: u64| Tally {
            buckets: vec![Met { turns, rules: vec![turns, 0], subjects: vec![subjects], year: 0 }],
        };
        let mut world = Tally::default();
        world.add(&met(3, 0b1011));
        world.add(&met(2, 0b0110));
        let closed = world.closed();
        assert_eq!(closed.buckets, [Met { turns: 5, rules: vec![5, 0], subjects: vec![], year: 4 }]);
    }
}
