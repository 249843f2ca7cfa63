//! Student's t distribution, by the incomplete beta function (DLMF 8.17; Abramowitz and Stegun 26.7.1).

use super::{beta, normal};

/// P(T > t) with `degrees` of freedom > 0.
pub fn upper_tail(t: f64, degrees: f64) -> f64 {
    let square = t * t;
    let sum = degrees + square;
    let half =
        if sum.is_finite() { 0.5 * beta::both_tails(0.5 * degrees, 0.5, degrees / sum, square / sum).0 } else { 0.0 };
    if t >= 0.0 { half } else { 1.0 - half }
}

/// The t with P(T ≤ t) = p, 0 < p < 1. Newton from the normal quantile: the tail is convex and the start lies
/// inside of the root, so the steps never pass it.
pub fn quantile(p: f64, degrees: f64) -> f64 {
    if p < 0.5 {
        return -quantile(1.0 - p, degrees);
    }
    if p == 0.5 {
        return 0.0;
    }
    let tail = 1.0 - p;
    let mut t = normal::quantile(p);
    for _ in 0..300 {
        let step = (upper_tail(t, degrees) - tail) / density(t, degrees);
        if !step.is_finite() {
            break;
        }
        t += step;
        if step.abs() <= 1e-15 * t {
            break;
        }
    }
    t
}

fn density(t: f64, degrees: f64) -> f64 {
    let constant = libm::lgamma(0.5 * (degrees + 1.0)) - libm::lgamma(0.5 * degrees);
    let kernel = -0.5 * (degrees + 1.0) * libm::log1p(t * t / degrees);
    libm::exp(constant + kernel) / (degrees * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_table_values() {
        // Fisher and Yates, table III, two-sided 5 %
        for (degrees, t) in [(1.0, 12.706), (2.0, 4.303), (5.0, 2.571), (10.0, 2.228), (30.0, 2.042), (120.0, 1.980)] {
            assert!((quantile(0.975, degrees) - t).abs() < 5e-4, "{degrees}");
        }
    }

    #[test]
    fn one_and_two_degrees_have_closed_forms() {
        // ν = 1: tan(π(p − ½)); ν = 2: α = 4p(1−p), t = 2(p − ½)√(2/α)
        for p in [0.6, 0.9, 0.975, 0.999, 0.999_999] {
            let cauchy = libm::tan(std::f64::consts::PI * (p - 0.5));
            assert!((quantile(p, 1.0) / cauchy - 1.0).abs() < 1e-9, "{p}");
            let two = 2.0 * (p - 0.5) * (2.0 / (4.0 * p * (1.0 - p))).sqrt();
            assert!((quantile(p, 2.0) / two - 1.0).abs() < 1e-11, "{p}");
        }
    }

    #[test]
    fn tends_to_the_normal() {
        assert!((quantile(0.975, 1e9) - crate::fairness::Z95).abs() < 1e-7);
        assert!((upper_tail(-1.0, 5.0) + upper_tail(1.0, 5.0) - 1.0).abs() < 1e-15);
    }
}
