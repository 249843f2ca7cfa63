//! Over-dispersion of institutional comparisons: Spiegelhalter, *Handling over-dispersion of performance indicators*,
//! Quality and Safety in Health Care 14 (2005) 347–351 (additive random effects, winsorised).

/// One subject on a scale where its error is known: value y, its target t, standard error s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub y: f64,
    pub t: f64,
    pub s: f64,
}

impl Point {
    /// A share on the arcsine scale: y = asin√p, s = 1/(2√n); `None` for n = 0.
    pub fn share(hits: u64, n: u64, target: f64) -> Option<Point> {
        if n == 0 || hits > n || !(0.0..=1.0).contains(&target) {
            return None;
        }
        let angle = |p: f64| libm::asin(p.sqrt());
        let y = angle(hits as f64 / n as f64);
        Some(Point { y, t: angle(target), s: 0.5 / (n as f64).sqrt() })
    }

    /// O/E on the square-root scale: y = √(O/E), t = 1, s = 1/(2√E); `None` without an expected count.
    pub fn ratio(observed: f64, expected: f64) -> Option<Point> {
        (observed >= 0.0 && observed.is_finite() && expected > 0.0 && expected.is_finite()).then(|| Point {
            y: (observed / expected).sqrt(),
            t: 1.0,
            s: 0.5 / expected.sqrt(),
        })
    }

    pub fn z(&self) -> f64 {
        (self.y - self.t) / self.s
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Overdispersion {
    /// z as if all variation were chance.
    pub z: Vec<f64>,
    /// φ = Σz_w²/k over the winsorised z.
    pub phi: f64,
    /// τ², 0 where kφ ≤ k − 1.
    pub tau2: f64,
    /// z* = (y − t)/√(s² + τ²).
    pub adjusted: Vec<f64>,
}

/// Winsorises z at the 10 and 90 % type-7 quantiles, then τ² = (kφ − (k − 1))/(Σw − Σw²/Σw), w = 1/s².
/// `None` with fewer than 2 points, or one that is not a number.
pub fn assess(points: &[Point]) -> Option<Overdispersion> {
    let usable = |p: &Point| p.y.is_finite() && p.t.is_finite() && p.s.is_finite() && p.s > 0.0;
    if points.len() < 2 || !points.iter().all(usable) {
        return None;
    }
    let k = points.len() as f64;
    let z: Vec<f64> = points.iter().map(Point::z).collect();
    let mut sorted = z.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let histogram: Vec<(f64, u64)> = sorted.into_iter().map(|v| (v, 1)).collect();
    let (low, high) = (super::quantile::type7(&histogram, 0.1)?, super::quantile::type7(&histogram, 0.9)?);
    let phi = z.iter().map(|v| v.clamp(low, high)).map(|v| v * v).sum::<f64>() / k;
    let (mut sum, mut squares) = (0.0, 0.0);
    for point in points {
        let w = 1.0 / (point.s * point.s);
        sum += w;
        squares += w * w;
    }
    let tau2 = if k * phi > k - 1.0 { (k * phi - (k - 1.0)) / (sum - squares / sum) } else { 0.0 };
    if !(phi.is_finite() && tau2.is_finite()) {
        return None;
    }
    let adjusted = points.iter().map(|p| (p.y - p.t) / (p.s * p.s + tau2).sqrt()).collect();
    Some(Overdispersion { z, phi, tau2, adjusted })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn printed() {
        let observed = [100.0, 150.0, 180.0, 80.0, 120.0, 225.0];
        let expected = [108.0, 112.0, 165.0, 95.0, 100.0, 220.0];
        let points: Vec<Point> = observed.iter().zip(expected).map(|(&o, e)| Point::ratio(o, e).unwrap()).collect();
        let found = assess(&points).unwrap();
        for (z, printed) in found.z.iter().zip([-0.7846, 3.3289, 1.1424, -1.6050, 1.9089, 0.3352]) {
            near(*z, printed, 5e-5);
        }
        near(found.phi, 2.327178, 1e-6);
        near(found.tau2, 0.00343978, 5e-9);
        near(found.adjusted[1], 2.0883, 5e-5);
    }

    #[test]
    fn no_more_than_chance_changes_nothing() {
        let points: Vec<Point> = [49, 51, 50, 52].iter().map(|&x| Point::share(x, 100, 0.5).unwrap()).collect();
        let found = assess(&points).unwrap();
        assert_eq!(found.tau2, 0.0);
        assert_eq!(found.z, found.adjusted);
    }

    #[test]
    fn what_cannot_be_placed() {
        assert_eq!(Point::share(0, 0, 0.5), None);
        assert_eq!(Point::ratio(3.0, 0.0), None);
        assert_eq!(assess(&[Point::ratio(3.0, 2.0).unwrap()]), None);
        let nan = Point { y: f64::NAN, t: 1.0, s: 1.0 };
        assert_eq!(assess(&[nan, nan]), None);
    }
}
