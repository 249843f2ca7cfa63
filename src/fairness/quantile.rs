//! Medians and percentiles, type 7, with binomial order-statistic intervals, from a histogram of (value, count).
use super::Interval;

/// Type-7 quantile of a histogram sorted by value; `None` where empty.
pub fn type7(_histogram: &[(f64, u64)], _at: f64) -> Option<f64> {
    unimplemented!()
}
/// Distribution-free interval by binomial order statistics; `None` where n is too small for the confidence on both sides.
pub fn interval(_histogram: &[(f64, u64)], _at: f64, _confidence: f64) -> Option<Interval> {
    unimplemented!()
}
