//! Means (and gaps): Student's t (Student, Biometrika 6 (1908) 1–25).
use super::{Interval, Side, student};

/// t interval of a mean at `confidence` (0.95): mean ± t·sd/√n. `sd` is the sample standard deviation (n − 1) or a pooled
/// one with `degrees` of freedom; `None` where n = 0 or there is no deviation to use.
pub fn interval(mean: f64, sd: f64, n: u64, degrees: f64, confidence: f64) -> Option<Interval> {
    if !(usable(mean, sd, n, degrees) && confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let half = student::quantile(0.5 * (1.0 + confidence), degrees) * sd / (n as f64).sqrt();
    let (lower, upper) = (mean - half, mean + half);
    (lower.is_finite() && upper.is_finite()).then_some(Interval { lower, upper })
}

/// One-sided p of the true mean lying on `side` of `line`; 1 where it can't be tested.
pub fn p_value(mean: f64, sd: f64, n: u64, degrees: f64, line: f64, side: Side) -> f64 {
    if !usable(mean, sd, n, degrees) || !line.is_finite() {
        return 1.0;
    }
    let t = (mean - line) * (n as f64).sqrt() / sd;
    match side {
        Side::Below => student::upper_tail(-t, degrees),
        Side::Above => student::upper_tail(t, degrees),
    }
}

/// Pooled standard deviation and its degrees of freedom from (n, sample variance) pairs; `None` without any n ≥ 2, or
/// where nothing varies.
pub fn pooled(groups: &[(u64, f64)]) -> Option<(f64, f64)> {
    let (mut squares, mut degrees) = (0.0, 0.0);
    for &(n, variance) in groups {
        if n >= 2 && variance.is_finite() && variance >= 0.0 {
            let free = (n - 1) as f64;
            squares += free * variance;
            degrees += free;
        }
    }
    (degrees > 0.0 && squares > 0.0).then(|| ((squares / degrees).sqrt(), degrees))
}

/// Sample variance from n, Σx and Σx²; `None` for n < 2.
pub fn variance(n: u64, sum: f64, squares: f64) -> Option<f64> {
    if n < 2 {
        return None;
    }
    let count = n as f64;
    Some(((squares - sum * sum / count) / (count - 1.0)).max(0.0))
}

fn usable(mean: f64, sd: f64, n: u64, degrees: f64) -> bool {
    n > 0 && mean.is_finite() && sd.is_finite() && sd > 0.0 && degrees.is_finite() && degrees > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn a_textbook_interval() {
        // n = 9, mean 10, sd 3: 10 ± 2.306·1
        let found = interval(10.0, 3.0, 9, 8.0, 0.95).unwrap();
        near(found.lower, 7.694, 5e-4);
        near(found.upper, 12.306, 5e-4);
        near(p_value(10.0, 3.0, 9, 8.0, found.upper, Side::Below), 0.025, 1e-12);
        near(p_value(10.0, 3.0, 9, 8.0, found.lower, Side::Above), 0.025, 1e-12);
    }

    #[test]
    fn no_deviation_proves_nothing() {
        assert_eq!(interval(10.0, 0.0, 9, 8.0, 0.95), None);
        assert_eq!(interval(10.0, 3.0, 0, 8.0, 0.95), None);
        assert_eq!(p_value(1.0, 0.0, 9, 8.0, 5.0, Side::Below), 1.0);
        assert_eq!(p_value(1.0, f64::NAN, 9, 8.0, 5.0, Side::Below), 1.0);
        assert_eq!(pooled(&[(1, 0.0), (0, 4.0)]), None);
        assert_eq!(pooled(&[(5, 0.0), (5, 0.0)]), None);
    }

    #[test]
    fn pooling_weighs_by_degrees_of_freedom() {
        let (sd, degrees) = pooled(&[(3, 4.0), (5, 1.0), (1, f64::NAN)]).unwrap();
        near(sd * sd, (2.0 * 4.0 + 4.0 * 1.0) / 6.0, 1e-12);
        assert_eq!(degrees, 6.0);
        near(variance(3, 6.0, 14.0).unwrap(), 1.0, 1e-12);
        assert_eq!(variance(1, 6.0, 36.0), None);
    }
}
