//! Shares: intervals and exact tests.
use super::{Interval, Side};

/// Wilson score interval of `hits` of `n`; `None` for n = 0.
pub fn wilson(_hits: u64, _n: u64, _z: f64) -> Option<Interval> {
    unimplemented!()
}
/// Jeffreys interval at `confidence` (0.95).
pub fn jeffreys(_hits: u64, _n: u64, _confidence: f64) -> Option<Interval> {
    unimplemented!()
}
/// Newcombe's interval of p1 − p2.
pub fn difference(_hits1: u64, _n1: u64, _hits2: u64, _n2: u64, _z: f64) -> Option<(f64, Interval)> {
    unimplemented!()
}
/// Exact one-sided binomial p of the true share lying on `side` of `line`; 1 for n = 0.
pub fn p_value(_hits: u64, _n: u64, _line: f64, _side: Side) -> f64 {
    unimplemented!()
}
