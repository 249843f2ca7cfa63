//! Ratio of two sums, linearised (delta method; Cochran, *Sampling Techniques* (1977), 6.4).
use super::{Interval, student};

/// R = Σy/Σx with se = √(Σ(y − R·x)²/(n(n−1)))/x̄ and t with n − 1 degrees: second moments Σy², Σxy, Σx².
/// `None` for n < 2 or Σx = 0, and where the ratio is the same in every row: no deviation proves nothing.
pub fn linearised(n: u64, y: f64, x: f64, yy: f64, xy: f64, xx: f64, confidence: f64) -> Option<(f64, Interval)> {
    let (ratio, error, degrees) = standard_error(n, y, x, [yy, xy, xx])?;
    let half = student::quantile(0.5 * (1.0 + confidence), degrees) * error;
    half.is_finite().then_some((ratio, Interval { lower: ratio - half, upper: ratio + half }))
}

/// One-sided p of the true ratio lying on `side` of `line`, by the same t; 1 where it can't be tested.
/// `second` is Σy², Σxy, Σx².
pub fn p_value(n: u64, y: f64, x: f64, second: [f64; 3], line: f64, side: super::Side) -> f64 {
    let Some((ratio, error, degrees)) = standard_error(n, y, x, second) else { return 1.0 };
    if !line.is_finite() {
        return 1.0;
    }
    let t = (ratio - line) / error;
    student::upper_tail(if side == super::Side::Below { -t } else { t }, degrees)
}

/// (R, standard error, degrees of freedom).
pub fn standard_error(n: u64, y: f64, x: f64, second: [f64; 3]) -> Option<(f64, f64, f64)> {
    let [yy, xy, xx] = second;
    if n < 2 || x == 0.0 || ![y, x, yy, xy, xx].iter().all(|v| v.is_finite()) {
        return None;
    }
    let count = n as f64;
    let ratio = y / x;
    let residuals = yy - 2.0 * ratio * xy + ratio * ratio * xx;
    // what is left of three cancelling sums below their last digits is rounding, not deviation
    let scale = yy.abs() + 2.0 * (ratio * xy).abs() + ratio * ratio * xx.abs();
    if residuals <= scale * 1e-14 {
        return None;
    }
    let error = (residuals / (count * (count - 1.0))).sqrt() / (x / count).abs();
    (ratio.is_finite() && error.is_finite()).then_some((ratio, error, count - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Side, testing::near};

    fn sums(rows: &[(f64, f64)]) -> (u64, f64, f64, f64, f64, f64) {
        rows.iter().fold((0, 0.0, 0.0, 0.0, 0.0, 0.0), |s, &(y, x)| {
            (s.0 + 1, s.1 + y, s.2 + x, s.3 + y * y, s.4 + x * y, s.5 + x * x)
        })
    }

    #[test]
    fn by_hand() {
        // R = 6/10; residuals −.2, .8, −.6 → Σ² = 1.04; se = √(1.04/6)/(10/3)
        let (n, y, x, yy, xy, xx) = sums(&[(1.0, 2.0), (2.0, 2.0), (3.0, 6.0)]);
        let (ratio, found) = linearised(n, y, x, yy, xy, xx, 0.95).unwrap();
        near(ratio, 0.6, 1e-12);
        let half = 4.302_652_729_911_275 * (1.04_f64 / 6.0).sqrt() * 0.3;
        near(found.upper - ratio, half, 1e-9);
        near(p_value(n, y, x, [yy, xy, xx], found.upper, Side::Below), 0.025, 1e-12);
    }

    #[test]
    fn nothing_to_say() {
        let (n, y, x, yy, xy, xx) = sums(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]);
        assert_eq!(linearised(n, y, x, yy, xy, xx, 0.95), None);
        assert_eq!(linearised(1, 1.0, 2.0, 1.0, 2.0, 4.0, 0.95), None);
        assert_eq!(linearised(3, 1.0, 0.0, 1.0, 2.0, 4.0, 0.95), None);
    }

    #[test]
    fn with_a_constant_denominator_it_is_the_mean() {
        let rows = [(1.0, 1.0), (4.0, 1.0), (2.0, 1.0), (7.0, 1.0)];
        let (n, y, x, yy, xy, xx) = sums(&rows);
        let (ratio, found) = linearised(n, y, x, yy, xy, xx, 0.95).unwrap();
        let sd = crate::fairness::mean::variance(n, y, yy).unwrap().sqrt();
        let mean = crate::fairness::mean::interval(ratio, sd, n, 3.0, 0.95).unwrap();
        near(found.lower, mean.lower, 1e-12);
        near(found.upper, mean.upper, 1e-12);
    }
}
