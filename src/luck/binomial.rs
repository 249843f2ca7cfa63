//! A binomial count whose n is itself drawn, so that no table is at hand.

use super::{Stream, Table};

/// Inversion from 0 up where the mean is small, a table else.
pub(super) fn binomial(stream: &mut Stream, n: u64, p: f64) -> u64 {
    let u = stream.uniform();
    if n == 0 || p <= 0.0 || p.is_nan() {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    if n as f64 * p > 60.0 {
        return Table::binomial(n, p).at(u);
    }
    let (mut x, mut density) = (0, libm::exp(n as f64 * libm::log1p(-p)));
    let mut upto = density;
    while upto < u && x < n {
        density *= (n - x) as f64 / (x + 1) as f64 * p / (1.0 - p);
        x += 1;
        upto += density;
        if density < 1e-18 && x as f64 > n as f64 * p {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_means_agree_with_their_moments() {
        for (n, p) in [(12_u64, 0.25), (400, 0.5), (3, 0.9)] {
            let drawn: Vec<f64> = (0..8000).map(|w| binomial(&mut Stream::new(4, w, 0), n, p) as f64).collect();
            let mean = drawn.iter().sum::<f64>() / 8000.0;
            let spread = (n as f64 * p * (1.0 - p) / 8000.0).sqrt();
            assert!((mean - n as f64 * p).abs() < 4.0 * spread, "{n} {p}: {mean}");
        }
        let mut stream = Stream::new(1, 1, 1);
        let edges = [(0, 0.5), (5, 0.0), (5, 1.0), (5, f64::NAN)].map(|(n, p)| binomial(&mut stream, n, p));
        assert_eq!(edges, [0, 0, 5, 0]);
    }
}
