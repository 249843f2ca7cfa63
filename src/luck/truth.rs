//! Which truth the worlds are drawn from, and when a recommendation in them is false.

use crate::judge::Outcome;

/// The two lines on which everyone is equally good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// As the records of everyone together say.
    AsPooled,
    /// Just not good enough for a reward, just not bad enough for a sanction: the hardest case that is still innocent.
    AtTheLine,
}

/// The true value at the line. For a reward: the worse of pooled and target; for a sanction: the better of pooled and floor. Without
/// a line of its own (or for other outcomes) the pooled value.
pub fn at_line(outcome: Outcome, pooled: f64, floor: f64, target: f64, lower_is_better: bool) -> f64 {
    let worse = |a: f64, b: f64| if lower_is_better { a.max(b) } else { a.min(b) };
    let better = |a: f64, b: f64| if lower_is_better { a.min(b) } else { a.max(b) };
    match outcome {
        Outcome::Reward if target.is_finite() => worse(pooled, target),
        Outcome::Sanction if floor.is_finite() => better(pooled, floor),
        _ => pooled,
    }
}

/// Whether a subject of this true value deserves the outcome, so that recommending it is not false: a reward strictly beyond
/// the target, a sanction strictly worse than the floor. `None` where the standard has no such line.
pub fn deserved(outcome: Outcome, truth: f64, floor: f64, target: f64, lower_is_better: bool) -> Option<bool> {
    let beyond = |a: f64, b: f64| if lower_is_better { a < b } else { a > b };
    match outcome {
        Outcome::Reward if target.is_finite() => Some(beyond(truth, target)),
        Outcome::Sanction if floor.is_finite() => Some(beyond(floor, truth)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_line_nobody_deserves_either() {
        for lower_is_better in [false, true] {
            let (floor, target) = if lower_is_better { (9.0, 5.0) } else { (0.6, 0.8) };
            for pooled in [0.1, 0.6, 0.7, 0.8, 0.95, 4.0, 5.0, 7.0, 9.0, 12.0] {
                for outcome in [Outcome::Reward, Outcome::Sanction] {
                    let truth = at_line(outcome, pooled, floor, target, lower_is_better);
                    assert_eq!(deserved(outcome, truth, floor, target, lower_is_better), Some(false), "{pooled}");
                }
            }
        }
    }

    #[test]
    fn as_pooled_may_be_deserved_by_all() {
        assert_eq!(deserved(Outcome::Reward, 0.9, 0.6, 0.8, false), Some(true));
        assert_eq!(deserved(Outcome::Sanction, 0.5, 0.6, 0.8, false), Some(true));
        assert_eq!(deserved(Outcome::Sanction, 12.0, 9.0, 5.0, true), Some(true));
        assert_eq!(deserved(Outcome::Sanction, 0.5, f64::NAN, 0.8, false), None);
        assert_eq!(deserved(Outcome::Develop, 0.5, 0.6, 0.8, false), None);
        assert_eq!(at_line(Outcome::Reward, 0.9, 0.6, f64::NAN, false), 0.9);
    }
}
