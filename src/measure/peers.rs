//! Who is compared with whom: same level, same period and, for persons, the same `peers:` attributes.

use std::collections::BTreeMap;

use super::subjects::PERSON;
use super::{Period, Subject};
use crate::fairness::{Interval, Z95, share};
use crate::workspace::{Plan, ShareInterval};

/// The peer group of each cell of one level.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Peers {
    /// By cell; groups are numbered from 0.
    pub group: Vec<u32>,
    pub groups: usize,
    /// How their shares are bounded.
    pub shares: ShareInterval,
}

impl Peers {
    pub(crate) fn of(plan: &Plan, level: usize, subjects: &[Subject], periods: &[Period]) -> Self {
        let width = periods.len();
        let persons = plan.levels.get(level).is_some_and(|l| l.value == PERSON);
        let fields: &[_] = if persons { &plan.fairness.peers } else { &[] };
        let mut classes: BTreeMap<Vec<Option<&str>>, u32> = BTreeMap::from([(vec![None; fields.len()], 0)]);
        let mut group = Vec::with_capacity(subjects.len() * width);
        for subject in subjects {
            for period in 0..width {
                let class = if fields.is_empty() {
                    0
                } else {
                    let attributes = subject.attributes.get(period).and_then(Option::as_ref);
                    let key = fields.iter().map(|f| attributes.and_then(|a| a.get(&f.value)).map(String::as_str));
                    let next = classes.len() as u32;
                    *classes.entry(key.collect()).or_insert(next)
                };
                group.push(class * width as u32 + period as u32);
            }
        }
        Self { group, groups: classes.len() * width, shares: plan.fairness.methods.share }
    }

    /// The 95 % interval of a share, by the method of the policy.
    pub(crate) fn share(&self, hits: u64, n: u64) -> Option<Interval> {
        share_interval(hits, n, self.shares)
    }

    /// The cells of each group, in order.
    pub(crate) fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.groups];
        for (cell, group) in self.group.iter().enumerate() {
            if let Some(members) = members.get_mut(*group as usize) {
                members.push(cell);
            }
        }
        members
    }
}

/// The 95 % interval of a share by a method.
pub(crate) fn share_interval(hits: u64, n: u64, method: ShareInterval) -> Option<Interval> {
    match method {
        ShareInterval::Wilson => share::wilson(hits, n, Z95),
        ShareInterval::Jeffreys => {
            let value = hits as f64 / n as f64;
            // Equal tails may end short of the value at either edge.
            share::jeffreys(hits, n, 0.95).map(|i| Interval { lower: i.lower.min(value), upper: i.upper.max(value) })
        }
    }
}
