//! A share that changed between two periods: act, watch, or wait for more evidence. By Newcombe's interval of the difference.
use super::{Interval, Z95, share};

/// Fewer records than this in either period and a change that is not proven is not even worth watching.
pub const LEAST_RECORDS: u64 = 30;
/// z of a two-sided 90 % interval.
const Z90: f64 = 1.6448536269514722;

/// What to do about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    Act,
    Watch,
    /// Enough records, and no difference that chance doesn't give once in ten.
    Steady,
    Insufficient,
}

impl Advice {
    pub fn word(self) -> &'static str {
        match self {
            Advice::Act => "act",
            Advice::Watch => "watch",
            Advice::Steady => "steady",
            Advice::Insufficient => "insufficient",
        }
    }
}

/// The rule, as it stands in reports.
pub const RULE: &str = "act when the 95 % interval of the difference leaves out 0; else insufficient with fewer than 30 \
    records in either period; else watch when the 90 % interval leaves out 0; else steady";

/// A change from an earlier to a later share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Later less earlier, −1…1.
    pub difference: f64,
    pub interval: Interval,
    /// Pooled z and its two-sided p, for showing; `None` where nothing varies.
    pub pooled: Option<(f64, f64)>,
    pub advice: Advice,
}

/// The change from (hits, n) before to (hits, n) after, by `RULE`; `None` where either is empty.
pub fn change(before: (u64, u64), after: (u64, u64)) -> Option<Change> {
    let (difference, interval) = share::difference(after.0, after.1, before.0, before.1, Z95)?;
    let (_, narrower) = share::difference(after.0, after.1, before.0, before.1, Z90)?;
    let leaves_out_zero = |i: &Interval| i.lower > 0.0 || i.upper < 0.0;
    let advice = match () {
        () if leaves_out_zero(&interval) => Advice::Act,
        () if before.1.min(after.1) < LEAST_RECORDS => Advice::Insufficient,
        () if leaves_out_zero(&narrower) => Advice::Watch,
        () => Advice::Steady,
    };
    let pooled = share::pooled_z(after.0, after.1, before.0, before.1);
    Some(Change { difference, interval, pooled, advice })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    /// C25: 90 % falling to 75 %.
    #[test]
    fn c25() {
        let advice = |n: u64| change((n * 9 / 10, n), (n * 3 / 4, n)).unwrap().advice;
        assert_eq!(advice(100), Advice::Act);
        assert_eq!(advice(40), Advice::Watch);
        assert_eq!(advice(20), Advice::Insufficient);
        let found = change((90, 100), (75, 100)).unwrap();
        near(found.difference, -0.15, 1e-12);
        near(found.interval.lower, -0.253, 5e-4);
        near(found.interval.upper, -0.045, 5e-4);
        near(found.pooled.unwrap().0, -2.791, 5e-4);
        near(found.pooled.unwrap().1, 0.0052, 5e-5);
    }

    #[test]
    fn no_change_with_many_records_is_steady_and_a_collapse_needs_few() {
        assert_eq!(change((900, 1000), (899, 1000)).unwrap().advice, Advice::Steady);
        assert_eq!(change((20, 20), (0, 20)).unwrap().advice, Advice::Act);
        assert_eq!(change((0, 0), (0, 20)), None);
        assert_eq!(Advice::Watch.word(), "watch");
    }
}
