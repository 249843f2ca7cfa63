//! Net promoter score, −100…100.
use super::{Interval, Side};

/// 100·(p − d); `None` for n = 0.
pub fn value(_promoters: u64, _detractors: u64, _n: u64) -> Option<f64> {
    unimplemented!()
}
/// Standard error ×100, v = p + d − (p − d)², se = √(v/n).
pub fn standard_error(_promoters: u64, _detractors: u64, _n: u64) -> Option<f64> {
    unimplemented!()
}
/// Adjusted Wald (n + 3, ¾ to promoters and ¾ to detractors), clamped, widened to hold the value.
pub fn adjusted_wald(_promoters: u64, _detractors: u64, _n: u64, _z: f64) -> Option<Interval> {
    unimplemented!()
}
/// One-sided p of the true score lying on `side` of `line` (z with the adjusted standard error); 1 for n = 0.
pub fn p_value(_promoters: u64, _detractors: u64, _n: u64, _line: f64, _side: Side) -> f64 {
    unimplemented!()
}
