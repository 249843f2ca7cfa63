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

/// Numerators and denominators of Wichura's three rational functions, by ascending power.
const CENTRE: [[f64; 8]; 2] = [
    [
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
    ],
    [
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852854,
    ],
];
const SHOULDER: [[f64; 8]; 2] = [
    [
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ],
    [
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-09,
    ],
];
const TAIL: [[f64; 8]; 2] = [
    [
        6.657904643501103,
        5.463784911164114,
        1.7848265399172913,
        0.29656057182850487,
        0.026532189526576124,
        0.0012426609473880784,
        2.7115555687434876e-05,
        2.0103343992922881e-07,
    ],
    [
        1.0,
        0.599832206555888,
        0.1369298809227358,
        0.014875361290850615,
        0.0007868691311456133,
        1.8463183175100548e-05,
        1.421511758316446e-07,
        2.0442631033899397e-15,
    ],
];

/// Φ⁻¹(p) for 0 < p < 1 (held to ±38 outside), to 16 digits without iteration: Wichura, Algorithm AS 241 (PPND16), Applied
/// Statistics 37 (1988) 477–484.
pub fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * rational(&CENTRE, 0.180625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 || tail.is_nan() {
        return if q > 0.0 { 38.0 } else { -38.0 };
    }
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { rational(&SHOULDER, r - 1.6) } else { rational(&TAIL, r - 5.0) };
    if q < 0.0 { -z } else { z }
}

fn rational(coefficients: &[[f64; 8]; 2], r: f64) -> f64 {
    let [numerator, denominator] = coefficients;
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    horner(numerator) / horner(denominator)
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
