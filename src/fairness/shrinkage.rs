//! Shrinkage towards the peers.

/// A beta prior, or everyone at the pooled share (`rho <= 0`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BetaPrior {
    Beta {
        alpha: f64,
        beta: f64,
    },
    /// No variation between subjects: everyone at this share, reliability 0.
    Pooled(f64),
}

/// Maximum likelihood, moments as the start; `None` with fewer than 3 groups of n > 0. `(hits, n)` pairs.
pub fn beta_binomial(_groups: &[(u64, u64)]) -> Option<BetaPrior> {
    unimplemented!()
}
/// By moments alone (the luck audit's worlds).
pub fn beta_binomial_moments(_groups: &[(u64, u64)]) -> Option<BetaPrior> {
    unimplemented!()
}

impl BetaPrior {
    /// (x + α)/(n + α + β)
    pub fn estimate(self, _hits: u64, _n: u64) -> f64 {
        unimplemented!()
    }
    /// R = σ_b²/(σ_b² + σ_w²/n), evaluated at the estimate.
    pub fn reliability(self, _hits: u64, _n: u64) -> f64 {
        unimplemented!()
    }
}

/// Normal shrinkage of (value, standard error) pairs towards their precision-weighted mean (DerSimonian–Laird τ²):
/// (estimates, reliabilities). `None` with fewer than 3.
pub fn normal(_groups: &[(f64, f64)]) -> Option<(Vec<f64>, Vec<f64>)> {
    unimplemented!()
}
