//! Binomial and Poisson densities that keep their digits at large n: Loader, *Fast and accurate computation of binomial
//! probabilities* (2000). Summing logarithms of gammas loses one digit for each power of ten in n; the deviance form
//! doesn't. Every logarithm and exponential is libm's, so every machine gives the same bits.

const LN_2_PI: f64 = 1.8378770664093453;
const HALF_LN_2_PI: f64 = 0.9189385332046727;

/// δ(n) = ln n! − (n + ½) ln n + n − ½ ln 2π for real n > 0: the error of Stirling's formula.
pub(super) fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - HALF_LN_2_PI;
    }
    let square = n * n;
    let series = [1.0 / 12.0, 1.0 / 360.0, 1.0 / 1260.0, 1.0 / 1680.0, 1.0 / 1188.0, 691.0 / 360_360.0];
    // alternating: 1/12n − 1/360n³ + 1/1260n⁵ − …, by Horner from the last term
    let tail = series.iter().rev().fold(0.0, |sum, term| term - sum / square);
    tail / n
}

/// D(x, m) = x ln(x/m) + m − x, without cancellation where x is near m.
pub(super) fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * libm::log(x / m) + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut term = 2.0 * x * v;
    let v2 = v * v;
    for j in 1..1000 {
        term *= v2;
        let next = sum + term / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Γ(a+b+1)/(Γ(a+1)Γ(b+1)) · pᵃ qᵇ with q = 1 − p: the binomial density of a among a + b, for real a, b ≥ 0.
pub(super) fn binomial(a: f64, b: f64, p: f64, q: f64) -> f64 {
    let n = a + b;
    if p <= 0.0 {
        return if a == 0.0 { 1.0 } else { 0.0 };
    }
    if q <= 0.0 {
        return if b == 0.0 { 1.0 } else { 0.0 };
    }
    if a == 0.0 {
        return libm::exp(n * if p < 0.1 { libm::log1p(-p) } else { libm::log(q) });
    }
    if b == 0.0 {
        return libm::exp(n * if q < 0.1 { libm::log1p(-q) } else { libm::log(p) });
    }
    let exponent = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * p)
        - deviance(b, n * q)
        - 0.5 * (LN_2_PI + libm::log(a) + libm::log(b / n));
    libm::exp(exponent)
}

/// mᵃ e⁻ᵐ/Γ(a+1): the Poisson density of a at mean m, for real a ≥ 0.
pub(super) fn poisson(a: f64, m: f64) -> f64 {
    if m <= 0.0 {
        return if a == 0.0 { 1.0 } else { 0.0 };
    }
    if a == 0.0 {
        return libm::exp(-m);
    }
    libm::exp(-stirling_error(a) - deviance(a, m) - 0.5 * (LN_2_PI + libm::log(a)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_equal_small_cases_by_hand() {
        // C(5,2)·.3²·.7³ and 3⁴e⁻³/24
        assert!((binomial(2.0, 3.0, 0.3, 0.7) - 10.0 * 0.09 * 0.343).abs() < 1e-15);
        assert!((poisson(4.0, 3.0) - 81.0 * libm::exp(-3.0) / 24.0).abs() < 1e-15);
    }

    #[test]
    fn the_two_forms_of_stirlings_error_meet_at_fifteen() {
        let below = stirling_error(15.0);
        let above = stirling_error(15.0 + 1e-9);
        assert!((below - above).abs() < 1e-12, "{below} {above}");
    }

    #[test]
    fn a_binomial_density_sums_to_one() {
        let sum: f64 = (0..=40).map(|k| binomial(f64::from(k), f64::from(40 - k), 0.37, 0.63)).sum();
        assert!((sum - 1.0).abs() < 1e-13);
    }
}
