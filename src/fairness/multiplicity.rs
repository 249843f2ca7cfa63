//! Many tests at once.

/// Benjamini–Hochberg adjusted p, in the order given.
pub fn benjamini_hochberg(_p: &[f64]) -> Vec<f64> {
    unimplemented!()
}
/// Partial conjunction (Benjamini & Heller 2008): p that at least k of the m = p.len() hypotheses are false,
/// min(1, (m − k + 1)·p₍ₖ₎).
pub fn partial_conjunction(_p: &[f64], _k: usize) -> f64 {
    unimplemented!()
}
