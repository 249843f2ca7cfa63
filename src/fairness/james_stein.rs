//! James–Stein shrinkage of normal means with one known variance (Efron and Morris, JASA 70 (1975) 311–319).

/// c = 1 − (k − 3)σ²/S, held at 0 or more (positive part), S = Σ(yᵢ − ȳ)²; estimates ȳ + c(yᵢ − ȳ).
/// (c, estimates); `None` with fewer than 4 values, without variance, or with a value that is not a number.
pub fn towards_mean(values: &[f64], variance: f64) -> Option<(f64, Vec<f64>)> {
    let k = values.len();
    if k < 4 || !(variance > 0.0 && variance.is_finite()) || !values.iter().all(|v| v.is_finite()) {
        return None;
    }
    let mean = values.iter().sum::<f64>() / k as f64;
    let spread: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    if !spread.is_finite() {
        return None;
    }
    let shrink = if spread > 0.0 { (1.0 - (k - 3) as f64 * variance / spread).max(0.0) } else { 0.0 };
    Some((shrink, values.iter().map(|v| mean + shrink * (v - mean)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn eighteen_batters() {
        let hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7];
        let shares: Vec<f64> = hits.iter().map(|&h| f64::from(h) / 45.0).collect();
        let mean = shares.iter().sum::<f64>() / 18.0;
        let (shrink, estimates) = towards_mean(&shares, mean * (1.0 - mean) / 45.0).unwrap();
        near(shrink, 0.2117, 5e-5);
        near(estimates[0], 0.294, 5e-4);
        near(estimates[17], 0.242, 5e-4);
    }

    #[test]
    fn no_more_spread_than_chance_is_the_mean() {
        let (shrink, estimates) = towards_mean(&[1.0, 1.1, 0.9, 1.0], 4.0).unwrap();
        assert_eq!(shrink, 0.0);
        assert_eq!(estimates, vec![1.0; 4]);
        assert_eq!(towards_mean(&[1.0; 4], 1.0).unwrap().0, 0.0);
        assert_eq!(towards_mean(&[1.0, 2.0, 3.0], 1.0), None);
    }
}
