//! Ratio of two sums, linearised (delta method).
use super::Interval;

/// R = Σy/Σx with se = √(Σ(y − R·x)²/(n(n−1)))/x̄ and t with n − 1 degrees: second moments Σy², Σxy, Σx².
/// `None` for n < 2 or Σx = 0.
pub fn linearised(
    _n: u64,
    _y: f64,
    _x: f64,
    _yy: f64,
    _xy: f64,
    _xx: f64,
    _confidence: f64,
) -> Option<(f64, Interval)> {
    unimplemented!()
}
