//! Rates: exact Poisson limits (Garwood), Byar.
use super::{Interval, Side};

/// Exact limits of a Poisson count at `confidence`.
pub fn exact(_events: f64, _confidence: f64) -> Option<Interval> {
    unimplemented!()
}
/// One-sided exact p of the true expected count lying on `side` of `expected`.
pub fn p_value(_events: f64, _expected: f64, _side: Side) -> f64 {
    unimplemented!()
}
