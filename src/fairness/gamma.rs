//! The gamma distribution (scale 1): regularised incomplete gamma functions (DLMF 8.11, 8.9) and their quantile, and the
//! digamma and trigamma functions that the maximum-likelihood prior needs.

use super::{loader, normal};

const TINY: f64 = 1e-300;

/// (P(a, x), Q(a, x)) for a > 0, x ≥ 0.
pub fn both_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 || a <= 0.0 || a.is_nan() || x.is_nan() {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let density = loader::poisson(a, x);
    if x < a + 1.0 {
        let lower = (density * series(a, x)).clamp(0.0, 1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = (density * a * fraction(a, x)).clamp(0.0, 1.0);
        (1.0 - upper, upper)
    }
}

/// 1 + x/(a+1) + x²/((a+1)(a+2)) + … (DLMF 8.11.4)
fn series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut denominator) = (1.0, 1.0, a);
    for _ in 0..1_000_000 {
        denominator += 1.0;
        term *= x / denominator;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// 1/(x + 1 − a − 1·(1 − a)/(x + 3 − a − …)) (DLMF 8.9.2), by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / guard(b);
    let mut h = d;
    for i in 1..1_000_000 {
        let i = f64::from(i);
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / guard(numerator * d + b);
        c = guard(b + numerator / c);
        let step = c * d;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// The x with P(a, x) = p, from Wilson and Hilferty's start, by Newton's steps inside a bracket.
pub fn quantile(a: f64, p: f64) -> f64 {
    if p <= 0.0 || a <= 0.0 || a.is_nan() || p.is_nan() {
        return 0.0;
    }
    let p = p.min(1.0 - 1e-16);
    let (mut low, mut high) = (0.0_f64, 2.0 * a + 100.0);
    while both_tails(a, high).0 < p && high < 1e300 {
        high *= 2.0;
    }
    let ninth = 1.0 / (9.0 * a);
    let cube = 1.0 - ninth + normal::quantile(p) * ninth.sqrt();
    let mut x = (a * cube * cube * cube).clamp(1e-12 * a, high);
    for _ in 0..400 {
        let (below, above) = both_tails(a, x);
        let excess = if below < above { below - p } else { (1.0 - p) - above };
        if excess == 0.0 {
            return x;
        }
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = loader::poisson(a, x) * a / x;
        let newton = x - excess / density;
        let next = if newton > low && newton < high {
            newton
        } else if high > 16.0 * low {
            (low.max(TINY) * high).sqrt()
        } else {
            0.5 * (low + high)
        };
        if (next - x).abs() <= 4e-16 * x {
            return next;
        }
        x = next;
    }
    x
}

/// ψ(x) for x > 0: recurrence up to 12, then the asymptotic series (DLMF 5.11.2).
pub(super) fn digamma(x: f64) -> f64 {
    let (mut shift, mut z) = (0.0, x);
    while z < 12.0 {
        shift -= 1.0 / z;
        z += 1.0;
    }
    let r = 1.0 / (z * z);
    let series = r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r * (1.0 / 240.0 - r * (1.0 / 132.0)))));
    shift + libm::log(z) - 0.5 / z - series
}

/// ψ′(x) for x > 0, likewise (DLMF 5.15.8).
pub(super) fn trigamma(x: f64) -> f64 {
    let (mut shift, mut z) = (0.0, x);
    while z < 12.0 {
        shift += 1.0 / (z * z);
        z += 1.0;
    }
    let r = 1.0 / (z * z);
    let series = r * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0)))));
    shift + 1.0 / z + 0.5 * r + series / z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_an_independent_library() {
        for a in [0.5, 1.0, 5.0, 30.0, 101.0, 900.0] {
            for i in 1..30 {
                let x = a * f64::from(i) / 12.0;
                let theirs = statrs::function::gamma::gamma_lr(a, x);
                assert!((both_tails(a, x).0 - theirs).abs() < 1e-11, "{a} {x}");
            }
        }
    }

    #[test]
    fn keeps_its_digits_at_a_million_events() {
        // SciPy 1.17 gammainc
        assert!((both_tails(1e6, 1.001e6).0 - 0.841_344_786_368_340_2).abs() < 1e-11);
        assert!((both_tails(1e6, 0.998_5e6).0 - 0.066_753_172_831_609_82).abs() < 1e-11);
    }

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for a in [0.05, 0.5, 1.0, 10.0, 100.0, 1e5] {
            for p in [1e-6, 0.001, 0.025, 0.5, 0.975, 0.999] {
                let x = quantile(a, p);
                assert!((both_tails(a, x).0 - p).abs() < 1e-11, "{a} {p}: {x}");
            }
        }
    }

    #[test]
    fn digamma_and_trigamma_at_one_are_the_known_constants() {
        assert!((digamma(1.0) + 0.577_215_664_901_532_9).abs() < 1e-13);
        assert!((trigamma(1.0) - std::f64::consts::PI.powi(2) / 6.0).abs() < 1e-12);
        assert!((digamma(0.01) - statrs::function::gamma::digamma(0.01)).abs() < 1e-10);
    }
}
