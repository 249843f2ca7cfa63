//! Funnel limits: how far from the common figure chance alone takes a subject with n records (Spiegelhalter, Statistics in
//! Medicine 24 (2005) 1185–1202).
use super::{Interval, rate};

/// Limits of a share around `centre`: θ₀ ± z√(θ₀(1 − θ₀)/n), held to 0…1; `None` for n = 0.
pub fn share(centre: f64, n: u64, z: f64) -> Option<Interval> {
    if n == 0 || !(0.0..=1.0).contains(&centre) || !z.is_finite() {
        return None;
    }
    let half = z * (centre * (1.0 - centre) / n as f64).sqrt();
    Some(Interval { lower: (centre - half).max(0.0), upper: (centre + half).min(1.0) })
}

/// Limits of a share where subjects differ by more than chance (`tau2` on the arcsine scale, see `overdispersion`):
/// sin²(asin√θ₀ ± z√(1/4n + τ²)).
pub fn share_overdispersed(centre: f64, n: u64, z: f64, tau2: f64) -> Option<Interval> {
    let sound = (0.0..=1.0).contains(&centre) && tau2 >= 0.0 && tau2.is_finite() && z.is_finite();
    if n == 0 || !sound {
        return None;
    }
    let angle = libm::asin(centre.sqrt());
    let half = z * (0.25 / n as f64 + tau2).sqrt();
    let square = |a: f64| {
        let sine = libm::sin(a.clamp(0.0, std::f64::consts::FRAC_PI_2));
        sine * sine
    };
    Some(Interval { lower: square(angle - half), upper: square(angle + half) })
}

/// Exact Poisson limits of O/E around 1, by the expected count: what observed ratios are compared with.
pub fn poisson(expected: f64, confidence: f64) -> Option<Interval> {
    if expected <= 0.0 {
        return None;
    }
    let limits = rate::exact(expected, confidence)?;
    Some(Interval { lower: limits.lower / expected, upper: limits.upper / expected })
}

/// Limits of any figure whose standard error is known: centre ± z√(s² + τ²); `None` without an error.
pub fn normal(centre: f64, error: f64, z: f64, tau2: f64) -> Option<Interval> {
    if !(centre.is_finite() && error > 0.0 && error.is_finite() && tau2 >= 0.0 && tau2.is_finite() && z.is_finite()) {
        return None;
    }
    let half = z * (error * error + tau2).sqrt();
    Some(Interval { lower: centre - half, upper: centre + half })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, Z998, testing::near};

    #[test]
    fn printed() {
        let centre = 0.80642448;
        near(share(centre, 10, Z95).unwrap().lower, 0.56154344, 1e-8);
        near(share(centre, 10, Z998).unwrap().lower, 0.42032590, 1e-8);
        near(share(centre, 1, Z95).unwrap().lower, 0.03204264, 1e-8);
        assert_eq!(share(centre, 1, Z95).unwrap().upper, 1.0);
        let limits = poisson(100.0, 0.95).unwrap();
        near(limits.lower, 0.813640, 1e-6);
        near(limits.upper, 1.216268, 1e-6);
        let limits = poisson(100.0, 0.998).unwrap();
        near(limits.lower, 0.719214, 1e-6);
        near(limits.upper, 1.349243, 1e-6);
    }

    #[test]
    fn extra_variation_widens_and_none_of_it_is_the_arcsine_funnel() {
        let plain = share_overdispersed(0.8, 100, Z95, 0.0).unwrap();
        let wide = share_overdispersed(0.8, 100, Z95, 0.01).unwrap();
        assert!(wide.lower < plain.lower && wide.upper > plain.upper);
        assert!((plain.lower - share(0.8, 100, Z95).unwrap().lower).abs() < 0.01);
        // a subject is outside exactly when its z* is
        let point = crate::fairness::overdispersion::Point::share(60, 100, 0.8).unwrap();
        let adjusted = (point.y - point.t) / (point.s * point.s + 0.01_f64).sqrt();
        assert_eq!(0.6 < wide.lower, adjusted < -Z95);
    }

    #[test]
    fn no_records_no_limits() {
        assert_eq!(share(0.8, 0, Z95), None);
        assert_eq!(share(1.2, 5, Z95), None);
        assert_eq!(poisson(0.0, 0.95), None);
        assert_eq!(normal(1.0, 0.0, Z95, 0.0), None);
        assert_eq!(normal(1.0, 3.0, 2.0, 16.0), Some(Interval { lower: -9.0, upper: 11.0 }));
    }
}
