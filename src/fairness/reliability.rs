//! Reliability: which part of the differences between subjects is real (Adams, *The Reliability of Provider Profiling*,
//! RAND TR-653 (2009); Spearman 1910, Brown 1910).

/// Enough for statements on groups.
pub const FOR_GROUPS: f64 = 0.7;
/// Enough for an adverse outcome of one person.
pub const FOR_A_PERSON: f64 = 0.9;

/// R = σ_b²/(σ_b² + σ_w²/n), 0…1: `between` is the variance between subjects' true values, `within` that of one record.
/// 0 where there is no variation between subjects, or nothing to compute it from.
pub fn ratio(between: f64, within: f64, n: u64) -> f64 {
    if n == 0 || !(between > 0.0 && between.is_finite() && within >= 0.0) {
        return 0.0;
    }
    between / (between + within / n as f64)
}

/// The beta model: σ_b² = αβ/((α+β)²(α+β+1)), σ_w² = p(1 − p) at the share `p`.
pub fn beta(alpha: f64, beta: f64, p: f64, n: u64) -> f64 {
    let sum = alpha + beta;
    ratio(alpha * beta / (sum * sum * (sum + 1.0)), (p * (1.0 - p)).max(0.0), n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn printed() {
        for (n, r) in [(10, 0.47619), (30, 0.73171), (100, 0.90090)] {
            near(beta(9.0, 1.0, 0.9, n), r, 5e-6);
        }
    }

    #[test]
    fn nothing_known_is_not_reliable() {
        assert_eq!(ratio(0.0, 1.0, 50), 0.0);
        assert_eq!(ratio(1.0, 1.0, 0), 0.0);
        assert_eq!(ratio(f64::NAN, 1.0, 9), 0.0);
        assert_eq!(ratio(1.0, f64::NAN, 9), 0.0);
    }
}
