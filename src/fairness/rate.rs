//! Rates and counts: exact Poisson limits (Garwood, Biometrika 28 (1936) 437–442), Byar's approximation (Breslow and Day,
//! *Statistical Methods in Cancer Research* II (1987), 69).
use super::{Interval, Side, gamma};

/// Exact limits of a Poisson count at `confidence`: quantiles of the gamma distribution with shapes x and x + 1
/// (½χ² with 2x and 2x + 2 degrees of freedom). `None` for a negative or endless count.
pub fn exact(events: f64, confidence: f64) -> Option<Interval> {
    if !(events >= 0.0 && events.is_finite() && confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let tail = 0.5 * (1.0 - confidence);
    Some(Interval { lower: gamma::quantile(events, tail), upper: gamma::quantile(events + 1.0, 1.0 - tail) })
}

/// Byar's limits of a Poisson count: O(1 − 1/9O − z/3√O)³ and (O+1)(1 − 1/9(O+1) + z/3√(O+1))³.
pub fn byar(events: f64, z: f64) -> Option<Interval> {
    if !(events >= 0.0 && events.is_finite() && z.is_finite()) {
        return None;
    }
    let cube = |count: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        count * root * root * root
    };
    let lower = if events > 0.0 { cube(events, -z).max(0.0) } else { 0.0 };
    let upper = cube(events + 1.0, z);
    upper.is_finite().then_some(Interval { lower, upper })
}

/// One-sided exact p of the true expected count lying on `side` of `expected`.
///
/// Below: P(X ≤ events) = Q(events + 1, expected), above: P(X ≥ events) = P(events, expected); 1 where it can't be tested.
pub fn p_value(events: f64, expected: f64, side: Side) -> f64 {
    if !(events >= 0.0 && events.is_finite() && expected >= 0.0 && expected.is_finite()) {
        return 1.0;
    }
    match side {
        Side::Below => gamma::both_tails(events + 1.0, expected).1,
        Side::Above if events == 0.0 => 1.0,
        Side::Above => gamma::both_tails(events, expected).0,
    }
}

/// P(X = events), X ~ Poisson(expected); 0 for a negative or endless mean.
pub fn density(events: u64, expected: f64) -> f64 {
    if expected >= 0.0 && expected.is_finite() { super::loader::poisson(events as f64, expected) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, testing::near};

    #[test]
    fn garwood_table() {
        // Garwood 1936: 0 → 0–3.689; 1 → .0253–5.572; 10 → 4.795–18.39
        for (x, lower, upper, by) in [(0.0, 0.0, 3.689, 5e-4), (1.0, 0.0253, 5.572, 5e-4), (10.0, 4.795, 18.39, 5e-3)] {
            let found = exact(x, 0.95).unwrap();
            near(found.lower, lower, by);
            near(found.upper, upper, by);
        }
        assert_eq!(exact(-1.0, 0.95), None);
        assert_eq!(exact(f64::NAN, 0.95), None);
    }

    #[test]
    fn p_agrees_with_the_limits() {
        let found = exact(12.0, 0.95).unwrap();
        near(p_value(12.0, found.upper, Side::Below), 0.025, 1e-12);
        near(p_value(12.0, found.lower, Side::Above), 0.025, 1e-12);
        near(p_value(0.0, 2.0, Side::Below), libm::exp(-2.0), 1e-15);
        near(density(0, 2.0), libm::exp(-2.0), 1e-15);
        assert_eq!(p_value(0.0, 2.0, Side::Above), 1.0);
        assert_eq!(p_value(0.0, 0.0, Side::Below), 1.0);
        assert_eq!(p_value(1.0, f64::NAN, Side::Below), 1.0);
    }

    #[test]
    fn byar_is_near_the_exact_limits() {
        for x in [10.0, 30.0, 91.0, 895.0] {
            let (a, b) = (exact(x, 0.95).unwrap(), byar(x, Z95).unwrap());
            assert!((a.lower - b.lower).abs() < 0.01 * x && (a.upper - b.upper).abs() < 0.01 * x);
        }
        assert_eq!(byar(0.0, Z95).unwrap().lower, 0.0);
    }
}
