//! The standard normal distribution, over libm's error function.

const SQRT_2_PI: f64 = 2.5066282746310002;

/// Φ(z).
pub fn cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// φ(z).
pub fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / SQRT_2_PI
}

/// Φ⁻¹(p) for 0 < p < 1 (held to ±38 outside): Abramowitz and Stegun 26.2.23 as the start, then Halley's steps on the tail.
pub fn quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -quantile(1.0 - p);
    }
    if !(p > 0.0) {
        return -38.0;
    }
    let t = (-2.0 * libm::log(p)).sqrt();
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328);
    let denominator = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    let mut z = numerator / denominator - t;
    for _ in 0..4 {
        let density = density(z);
        if density == 0.0 {
            break;
        }
        let error = (cdf(z) - p) / density;
        z -= error / (1.0 + 0.5 * z * error);
    }
    z.max(-38.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, Z998};

    #[test]
    fn the_two_constants_are_its_quantiles() {
        assert!((quantile(0.975) - Z95).abs() < 1e-14);
        assert!((quantile(0.999) - Z998).abs() < 1e-13);
        assert!((cdf(Z95) - 0.975).abs() < 1e-15);
    }

    #[test]
    fn symmetric_and_inverse() {
        for p in [1e-300, 1e-12, 0.001, 0.2, 0.5, 0.77, 0.9999] {
            let z = quantile(p);
            assert!((cdf(z) / p - 1.0).abs() < 1e-12, "{p} {z}");
        }
        assert_eq!(quantile(0.25), -quantile(0.75));
        assert_eq!(quantile(0.0), -38.0);
        assert_eq!(quantile(1.0), 38.0);
    }
}
