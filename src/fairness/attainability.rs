//! How many records prove a target at all: before anyone is measured, a policy can say what it will never be able to show.

/// The least n at which a share with every record a hit has its Wilson lower bound n/(n + z²) beyond `target`:
/// n > z²t/(1 − t). `None` where no n does (target ≥ 1, or not a number); 1 at or below 0.
pub fn share(target: f64, z: f64) -> Option<u64> {
    if !(target < 1.0 && z.is_finite()) {
        return None;
    }
    if target <= 0.0 {
        return Some(1);
    }
    let line = z * z * target / (1.0 - target);
    (line < 9e15).then(|| line.floor() as u64 + 1)
}

/// The same where lower is better: the upper bound z²/(n + z²) of no hit at all below `target`.
pub fn share_below(target: f64, z: f64) -> Option<u64> {
    share(1.0 - target, z)
}

/// The least expected count at `target` for which no event at all proves a rate below it: the exact upper limit of 0 events,
/// −ln((1 − confidence)/2). Divide by the target rate to have the exposure.
pub fn rate_below(confidence: f64) -> Option<f64> {
    (confidence > 0.0 && confidence < 1.0).then(|| -libm::log(0.5 * (1.0 - confidence)))
}

/// The least n at which a score of only promoters has its adjusted Wald lower bound above `target` (−100…100).
pub fn nps(target: f64, z: f64) -> Option<u64> {
    if !(target < 100.0 && z.is_finite()) {
        return None;
    }
    let proves = |n: u64| super::nps::adjusted_wald(n, 0, n, z).is_some_and(|i| i.lower > target);
    let mut high = 1;
    while !proves(high) {
        high *= 2;
        if high > 1 << 40 {
            return None;
        }
    }
    // the bound grows with n: halve towards the first that proves it
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if proves(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, rate, share::wilson, testing::near};

    #[test]
    fn printed() {
        assert_eq!(share(0.8, Z95), Some(16));
        assert_eq!(share(0.9, Z95), Some(35));
        assert_eq!(share(0.95, Z95), Some(73));
        assert_eq!(share_below(0.2, Z95), Some(16));
    }

    #[test]
    fn it_is_where_wilson_turns() {
        for target in [0.5, 0.8, 0.9, 0.95, 0.99] {
            let n = share(target, Z95).unwrap();
            assert!(wilson(n, n, Z95).unwrap().lower > target);
            assert!(wilson(n - 1, n - 1, Z95).is_none_or(|i| i.lower <= target));
        }
        assert_eq!(share(1.0, Z95), None);
        assert_eq!(share(f64::NAN, Z95), None);
        assert_eq!(share(0.0, Z95), Some(1));
    }

    #[test]
    fn rates_and_scores() {
        near(rate_below(0.95).unwrap(), rate::exact(0.0, 0.95).unwrap().upper, 1e-9);
        let n = nps(50.0, Z95).unwrap();
        assert!(crate::fairness::nps::adjusted_wald(n, 0, n, Z95).unwrap().lower > 50.0);
        assert!(crate::fairness::nps::adjusted_wald(n - 1, 0, n - 1, Z95).unwrap().lower <= 50.0);
        assert_eq!(nps(100.0, Z95), None);
    }
}
