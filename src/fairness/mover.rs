//! MOVER (Zou & Donner 2008): the interval of a weighted sum from the intervals of its parts.

/// One part: weight, point, worse and better end, and the group (source) within which deviations add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub weight: f64,
    pub point: f64,
    pub worst: f64,
    pub best: f64,
    pub group: usize,
}

/// (S, lower, upper) of the weighted mean: lower = S − √(Σ_g (Σ_{i∈g} wᵢ(pᵢ − worstᵢ))²)/Σw, upper likewise.
pub fn weighted_mean(_parts: &[Part]) -> Option<(f64, f64, f64)> {
    unimplemented!()
}
/// Interval of a linear combination: (coefficient, value, lower, upper) of each input, plus `constant`.
pub fn linear(_terms: &[(f64, f64, f64, f64)], _constant: f64) -> Option<super::Interval> {
    unimplemented!()
}
