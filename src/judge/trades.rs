//! What was gained for one perspective while another lost (C40). It is a question to those who answer for the whole, about the
//! service and never about a person; nothing is weighed against each other here, and nothing is proposed for anyone.

use super::{Change, Recommendations};
use crate::fairness::trend::Advice;
use crate::workspace::Plan;

/// A subject for whom one standard got better and one of another perspective worse, each beyond its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Trade {
    /// Position in `Plan::levels`, and among the subjects of the level.
    pub level: usize,
    pub subject: usize,
    pub gained: Change,
    pub lost: Change,
}

impl Recommendations {
    /// The worst pair of each subject above the person in a judged period, the widest level first.
    pub fn trades(&self, plan: &Plan, period: usize) -> Vec<Trade> {
        let levels = &self.scorecards.readings.levels;
        let mut trades = Vec::new();
        for level in (0..levels.len()).rev().filter(|l| levels.get(*l).is_some_and(|l| l.level != "person")) {
            for subject in 0..levels.get(level).map_or(0, |l| l.subjects.len()) {
                let moved: Vec<Change> = (0..plan.standards.len())
                    .filter_map(|standard| self.change(plan, level, subject, standard, period))
                    .filter(|change| change.advice == Advice::Act)
                    .collect();
                trades.extend(worst(plan, &moved).map(|(gained, lost)| Trade { level, subject, gained, lost }));
            }
        }
        trades
    }
}

/// The loss that is farthest beyond doubt, and the largest such gain of another perspective.
fn worst(plan: &Plan, moved: &[Change]) -> Option<(Change, Change)> {
    let perspective =
        |change: &Change| plan.standards.get(change.standard)?.perspective.as_ref().map(|p| p.value.as_str());
    let mut losses: Vec<&Change> = moved.iter().filter(|c| c.worse && perspective(c).is_some()).collect();
    losses.sort_by(|a, b| doubtless(b).total_cmp(&doubtless(a)));
    losses.into_iter().find_map(|lost| {
        let others = moved.iter().filter(|c| !c.worse && perspective(c).is_some_and(|p| perspective(lost) != Some(p)));
        // The first of those that are equal, in the order of the standards.
        let gained = others.reduce(|held, next| if doubtless(next) > doubtless(held) { next } else { held })?;
        Some((*gained, *lost))
    })
}

/// The change in half-widths of its interval.
fn doubtless(change: &Change) -> f64 {
    let half = (change.upper - change.lower) / 2.0;
    if half > 0.0 { (change.after - change.before).abs() / half } else { f64::MAX }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use crate::score::fixture::*;
    use crate::score::score;
    use crate::workspace::SourceKind;

    const BETTER: [(u64, u64); 2] = [(700, 1000), (880, 1000)];
    const WORSE: [(u64, u64); 2] = [(900, 1000), (500, 1000)];
    const STEADY: [(u64, u64); 2] = [(800, 1000), (805, 1000)];

    fn traded(months: [[(u64, u64); 2]; 3], perspectives: [&str; 3], of: &str) -> Vec<(usize, usize)> {
        let mut plan = plan();
        for (name, perspective) in ["answer", "kind", "cheap"].iter().zip(perspectives) {
            standard(&mut plan, name, SourceKind::Record, 0.6, 0.8);
            let about = plan.standards.last_mut().unwrap();
            about.perspective = (!perspective.is_empty()).then(|| said(perspective.to_owned()));
        }
        let measures = months.iter().map(|m| share_readings(m)).collect();
        let readings = readings(vec![level(of, 1, 2, measures)], 2);
        let judged = judge(&plan, score(&plan, readings, &environment()), Facts::default());
        judged.trades(&plan, 1).iter().map(|t| (t.gained.standard, t.lost.standard)).collect()
    }

    const EACH: [&str; 3] = ["customer", "employee", "owner"];

    #[test]
    fn a_gain_with_a_loss_elsewhere_is_one_line() {
        assert_eq!(traded([BETTER, WORSE, STEADY], EACH, "unit"), [(0, 1)]);
        let worse = [(900, 1000), (850, 1000)];
        assert_eq!(traded([BETTER, worse, WORSE], EACH, "unit"), [(0, 2)], "the worst pair");
    }

    #[test]
    fn within_one_perspective_in_steady_times_and_of_a_person_nothing_is_said() {
        assert_eq!(traded([BETTER, WORSE, STEADY], ["customer", "customer", "owner"], "unit"), []);
        assert_eq!(traded([BETTER, WORSE, STEADY], ["customer", "", "owner"], "unit"), []);
        assert_eq!(traded([STEADY, STEADY, STEADY], EACH, "unit"), []);
        assert_eq!(traded([BETTER, BETTER, STEADY], EACH, "unit"), []);
        assert_eq!(traded([BETTER, WORSE, STEADY], EACH, "person"), []);
    }
}
