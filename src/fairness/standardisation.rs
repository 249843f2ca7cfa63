//! Case mix: indirect standardisation (Breslow and Day, *Statistical Methods in Cancer Research* II (1987), 65–71).
use super::{Interval, rate};

/// Below this observed count Byar's approximation gives way to the exact limits.
pub const EXACT_BELOW: f64 = 10.0;

/// E = Σ n_s·r_s over the strata: (n of the subject, rate of everyone) pairs.
pub fn expected(strata: &[(f64, f64)]) -> f64 {
    strata.iter().map(|(n, r)| n * r).sum()
}

/// O/E with its limits: Byar's over E, exact for O < 10. `None` without an expected count.
pub fn observed_over_expected(observed: f64, expected: f64, z: f64) -> Option<(f64, Interval)> {
    if !(expected > 0.0 && expected.is_finite() && observed >= 0.0 && observed.is_finite()) {
        return None;
    }
    let limits = if observed < EXACT_BELOW {
        rate::exact(observed, 2.0 * super::normal::cdf(z) - 1.0)?
    } else {
        rate::byar(observed, z)?
    };
    let found = Interval { lower: limits.lower / expected, upper: limits.upper / expected };
    found.upper.is_finite().then_some((observed / expected, found))
}

/// One-sided p of the true O/E lying on `side` of `line`: exact Poisson of O against line·E.
pub fn p_value(observed: f64, expected: f64, line: f64, side: super::Side) -> f64 {
    rate::p_value(observed, expected * line, side)
}

/// value = overall + raw − expected, held to `range`; the interval is shifted alike. `expected` is Σ n_s r_s/n, with r_s from
/// all records of the level and period. The interval keeps holding the value after both are clamped.
pub fn adjust(
    overall: f64,
    raw: f64,
    expected: f64,
    interval: Option<Interval>,
    range: Option<Interval>,
) -> Option<(f64, Option<Interval>)> {
    let shift = overall - expected;
    if !(raw + shift).is_finite() {
        return None;
    }
    let hold = |v: f64| range.map_or(v, |r| v.clamp(r.lower, r.upper));
    let shifted = interval.map(|i| Interval { lower: hold(i.lower + shift), upper: hold(i.upper + shift) });
    Some((hold(raw + shift), shifted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, share, testing::near};

    #[test]
    fn printed() {
        for (observed, expected, ratio, lower, upper) in [
            (895.0, 835.8835612, 1.070723, 1.001715, 1.143233),
            (91.0, 835.8835612, 0.108867, 0.087650, 0.133666),
            (9.0, 835.8835612, 0.0107670, 0.0049234, 0.0204392),
            (30.0, 22.0, 1.363636, 0.919861, 1.946744),
        ] {
            let (found, limits) = observed_over_expected(observed, expected, Z95).unwrap();
            let by = if observed < 10.0 { 5e-8 } else { 1e-6 };
            near(found, ratio, by);
            near(limits.lower, lower, by);
            near(limits.upper, upper, by);
        }
        assert_eq!(observed_over_expected(3.0, 0.0, Z95), None);
    }

    /// A: 90 % easy cases at 95 %, the rest hard at 60 %; B: 10 % easy at 100 %, the rest hard at 70 %.
    #[test]
    fn simpsons_paradox_is_undone() {
        let (easy, hard) = (955.0 / 1000.0, 690.0 / 1000.0);
        let overall = (955.0 + 690.0) / 2000.0;
        let a = expected(&[(0.9, easy), (0.1, hard)]);
        let b = expected(&[(0.1, easy), (0.9, hard)]);
        let all = Some(Interval { lower: 0.0, upper: 1.0 });
        let (raw_a, raw_b) = (0.915, 0.73);
        let (value_a, limits) = adjust(overall, raw_a, a, share::wilson(915, 1000, Z95), all).unwrap();
        let (value_b, _) = adjust(overall, raw_b, b, None, all).unwrap();
        assert!(raw_a > raw_b && value_b > value_a, "{value_a} {value_b}");
        near(value_a, 0.8225 + 0.915 - 0.9285, 1e-12);
        let limits = limits.unwrap();
        assert!(limits.lower < value_a && value_a < limits.upper);
    }

    #[test]
    fn held_to_the_range() {
        let all = Some(Interval { lower: 0.0, upper: 1.0 });
        let (value, limits) = adjust(0.9, 0.99, 0.7, share::wilson(99, 100, Z95), all).unwrap();
        assert_eq!((value, limits.unwrap().upper), (1.0, 1.0));
        assert_eq!(adjust(f64::NAN, 0.9, 0.7, None, all), None);
    }

    #[test]
    fn everyone_together_is_as_expected() {
        let strata = [(120.0, 30.0), (45.0, 9.0), (300.0, 12.0)];
        let rates: Vec<(f64, f64)> = strata.iter().map(|(n, events)| (*n, events / n)).collect();
        near(observed_over_expected(51.0, expected(&rates), Z95).unwrap().0, 1.0, 1e-12);
    }
}
