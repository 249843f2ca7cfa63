//! Means (and gaps): Student's t.
use super::{Interval, Side};

/// t interval of a mean at `confidence` (0.95). `sd` is the sample standard deviation (n − 1) or a pooled one with
/// `degrees` of freedom; `None` where n = 0 or there is no deviation to use.
pub fn interval(_mean: f64, _sd: f64, _n: u64, _degrees: f64, _confidence: f64) -> Option<Interval> {
    unimplemented!()
}
/// One-sided p of the true mean lying on `side` of `line`; 1 where it can't be tested.
pub fn p_value(_mean: f64, _sd: f64, _n: u64, _degrees: f64, _line: f64, _side: Side) -> f64 {
    unimplemented!()
}
/// Pooled standard deviation and its degrees of freedom from (n, sample variance) pairs; `None` without any n ≥ 2.
pub fn pooled(_groups: &[(u64, f64)]) -> Option<(f64, f64)> {
    unimplemented!()
}
