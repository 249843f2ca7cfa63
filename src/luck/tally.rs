//! Counting false recommendations: who could meet one without deserving it, and who did.

use std::collections::BTreeMap;

use super::Count;
use super::audit::Subject;
use super::truths::{self, Asked, Deserved};
use crate::judge::{LevelOutcomes, Outcome};
use crate::workspace::Rule;

/// Counts false recommendations of a world.
pub(super) struct Tallier<'a> {
    deserved: &'a Deserved,
    buckets: Vec<Bucket>,
    judged: &'a [usize],
    width: usize,
}

/// One level and outcome.
struct Bucket {
    level: usize,
    outcome: Outcome,
    /// Subjects, and subjects in judged turns, whom a rule could reach and who don't deserve it; and all whom it could reach.
    subjects: u64,
    turns: u64,
    reached: u64,
    rules: Vec<usize>,
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

impl<'a> Tallier<'a> {
    pub fn new(subject: &Subject<'a>, asked: &Asked, deserved: &'a Deserved, outcomes: &[Outcome]) -> Tallier<'a> {
        let (plan, width) = (subject.plan, subject.year.periods.len());
        let mut buckets = Vec::new();
        for level in 0..plan.levels.len() {
            for outcome in outcomes {
                let of_outcome = |(_, r): &(usize, &Rule)| truths::outcome_of(r) == *outcome;
                let rules: Vec<usize> = truths::acting(plan, level).filter(of_outcome).map(|(i, _)| i).collect();
                if rules.is_empty() {
                    continue;
                }
                let mut bucket = Bucket { level, outcome: *outcome, subjects: 0, turns: 0, reached: 0, rules };
                bucket.count(asked, deserved, width);
                buckets.push(bucket);
            }
        }
        Tallier { deserved, buckets, judged: &subject.year.judged, width }
    }

    /// People behind each count, in the order of `tally`.
    pub fn people(&self) -> Vec<u64> {
        let of =
            |b: &Bucket| [b.turns, b.subjects].into_iter().chain(b.rules.iter().map(|_| b.turns)).collect::<Vec<_>>();
        self.buckets.iter().flat_map(of).collect()
    }

    pub fn tally(&self, levels: &[LevelOutcomes]) -> Vec<u64> {
        let mut events = Vec::new();
        for bucket in &self.buckets {
            let (mut turns, mut year, mut rules) = (0, 0, vec![0; bucket.rules.len()]);
            let Some(level) = levels.get(bucket.level) else { continue };
            let deserved = self.deserved.get(bucket.level);
            for (subject, outcomes) in level.outcome.chunks_exact(self.width.max(1)).enumerate() {
                let mut met = false;
                for turn in self.judged.iter().filter(|t| outcomes.get(**t) == Some(&Some(bucket.outcome))) {
                    let cell = subject * self.width + turn;
                    let rule = level.rule.get(cell).copied().flatten().map(usize::from);
                    let position = rule.and_then(|r| bucket.rules.iter().position(|b| *b == r));
                    let of_rule = rule.and_then(|r| deserved.and_then(|d| d.get(&r)));
                    if of_rule.and_then(|d| d.get(cell)).copied().unwrap_or(false) {
                        continue;
                    }
                    met = true;
                    turns += 1;
                    if let Some(count) = position.and_then(|p| rules.get_mut(p)) {
                        *count += 1;
                    }
                }
                year += u64::from(met);
            }
            events.extend([turns, year].into_iter().chain(rules));
        }
        events
    }

    pub fn found(&self, counts: Vec<Count>) -> Found {
        let mut counts = counts.into_iter();
        let mut buckets = BTreeMap::new();
        for bucket in &self.buckets {
            let (Some(turns), Some(year)) = (counts.next(), counts.next()) else { break };
            let rules = bucket.rules.iter().copied().zip(counts.by_ref()).collect();
            let events = Events { turns, year, rules, subjects: bucket.subjects, reached: bucket.reached };
            buckets.insert((bucket.level, bucket.outcome), events);
        }
        Found { buckets }
    }
}

impl Bucket {
    fn count(&mut self, asked: &Asked, deserved: &Deserved, width: usize) {
        let of = |all: &Asked, rule: usize| all.get(self.level).and_then(|l| l.get(&rule)).cloned().unwrap_or_default();
        let asked: Vec<(Vec<bool>, Vec<bool>)> =
            self.rules.iter().map(|rule| (of(asked, *rule), of(deserved, *rule))).collect();
        let cells = asked.iter().map(|(a, _)| a.len()).max().unwrap_or(0);
        for subject in 0..cells.checked_div(width).unwrap_or(0) {
            let (mut innocent, mut reached) = (false, false);
            for cell in subject * width..(subject + 1) * width {
                let at = |v: &Vec<bool>| v.get(cell).copied().unwrap_or(false);
                let open = asked.iter().any(|(asked, deserved)| at(asked) && !at(deserved));
                reached |= asked.iter().any(|(asked, _)| at(asked));
                self.turns += u64::from(open);
                innocent |= open;
            }
            self.subjects += u64::from(innocent);
            self.reached += u64::from(reached);
        }
    }
}
