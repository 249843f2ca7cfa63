//! Net promoter score, −100…100.
//!
//! Rocks, *Interval estimation for the net promoter score*, The American Statistician 70 (2016) 365–372: the adjusted Wald
//! interval (n + 3, ¾ to promoters and ¾ to detractors).
use super::{Interval, Side, normal};

/// What an answer is. Buckets are half-open at 7 and 9, so that 6.5 and 8.5 land somewhere too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    Detractor,
    Passive,
    Promoter,
}

/// The bucket of an answer: 0 ≤ a < 7, 7 ≤ a < 9, 9 ≤ a ≤ 10; `None` off the scale.
pub fn bucket(answer: f64) -> Option<Bucket> {
    match answer {
        a if !(0.0..=10.0).contains(&a) => None,
        a if a < 7.0 => Some(Bucket::Detractor),
        a if a < 9.0 => Some(Bucket::Passive),
        _ => Some(Bucket::Promoter),
    }
}

/// 100·(p − d); `None` for n = 0.
pub fn value(promoters: u64, detractors: u64, n: u64) -> Option<f64> {
    let (p, d) = shares(promoters, detractors, n)?;
    Some(100.0 * (p - d))
}

/// Standard error ×100, v = p + d − (p − d)², se = √(v/n).
pub fn standard_error(promoters: u64, detractors: u64, n: u64) -> Option<f64> {
    let (p, d) = shares(promoters, detractors, n)?;
    Some(100.0 * (variance(p, d) / n as f64).sqrt())
}

/// Adjusted Wald (n + 3, ¾ to promoters and ¾ to detractors), clamped, widened to hold the value.
pub fn adjusted_wald(promoters: u64, detractors: u64, n: u64, z: f64) -> Option<Interval> {
    let value = value(promoters, detractors, n)?;
    let (centre, error) = adjusted(promoters, detractors, n);
    Some(Interval {
        lower: (centre - z * error).max(-100.0).min(value),
        upper: (centre + z * error).min(100.0).max(value),
    })
}

/// One-sided p of the true score lying on `side` of `line` (z with the adjusted standard error); 1 for n = 0.
pub fn p_value(promoters: u64, detractors: u64, n: u64, line: f64, side: Side) -> f64 {
    if shares(promoters, detractors, n).is_none() || !line.is_finite() {
        return 1.0;
    }
    let (centre, error) = adjusted(promoters, detractors, n);
    let z = (centre - line) / error;
    match side {
        Side::Below => normal::cdf(z),
        Side::Above => normal::cdf(-z),
    }
}

fn shares(promoters: u64, detractors: u64, n: u64) -> Option<(f64, f64)> {
    (n > 0 && promoters.checked_add(detractors)? <= n)
        .then(|| (promoters as f64 / n as f64, detractors as f64 / n as f64))
}

fn variance(p: f64, d: f64) -> f64 {
    (p + d - (p - d) * (p - d)).max(0.0)
}

/// Adjusted score and standard error, ×100. The error is never 0: both shares hold ¾ of an answer at least.
fn adjusted(promoters: u64, detractors: u64, n: u64) -> (f64, f64) {
    let count = n as f64 + 3.0;
    let (p, d) = ((promoters as f64 + 0.75) / count, (detractors as f64 + 0.75) / count);
    (100.0 * (p - d), 100.0 * (variance(p, d) / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, testing::near};

    #[test]
    fn printed() {
        near(value(162, 54, 324).unwrap(), 33.33, 0.005);
        near(standard_error(162, 54, 324).unwrap(), 4.14, 0.005);
        let found = adjusted_wald(162, 54, 324, Z95).unwrap();
        near(0.5 * (found.lower + found.upper), 33.03, 0.005);
        near(0.5 * (found.upper - found.lower), 8.08, 0.005);
    }

    #[test]
    fn the_airport_survey_of_2017() {
        near(value(1436, 342, 2746).unwrap(), 39.8398, 5e-5);
    }

    #[test]
    fn buckets_are_exhaustive() {
        assert_eq!(bucket(0.0), Some(Bucket::Detractor));
        assert_eq!(bucket(6.5), Some(Bucket::Detractor));
        assert_eq!(bucket(7.0), Some(Bucket::Passive));
        assert_eq!(bucket(8.5), Some(Bucket::Passive));
        assert_eq!(bucket(9.0), Some(Bucket::Promoter));
        assert_eq!(bucket(10.0), Some(Bucket::Promoter));
        assert_eq!(bucket(10.5), None);
        assert_eq!(bucket(-1.0), None);
        assert_eq!(bucket(f64::NAN), None);
    }

    #[test]
    fn everyone_agreeing_still_has_an_interval_that_holds_the_value() {
        let all = adjusted_wald(5, 0, 5, Z95).unwrap();
        assert_eq!(all.upper, 100.0);
        assert!(all.lower < 80.0);
        let none = adjusted_wald(0, 5, 5, Z95).unwrap();
        near(none.lower, -all.upper, 1e-12);
        assert_eq!(adjusted_wald(0, 0, 0, Z95), None);
        assert_eq!(value(3, 3, 5), None);
    }

    #[test]
    fn p_is_half_at_the_adjusted_score_and_agrees_with_the_interval() {
        let found = adjusted_wald(162, 54, 324, Z95).unwrap();
        near(p_value(162, 54, 324, found.upper, Side::Below), 0.025, 1e-9);
        near(p_value(162, 54, 324, found.lower, Side::Above), 0.025, 1e-9);
        assert_eq!(p_value(0, 0, 0, 20.0, Side::Below), 1.0);
    }
}
