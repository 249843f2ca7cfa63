//! Shares: intervals and exact tests.
//!
//! Wilson, JASA 22 (1927) 209–212; Jeffreys, *Theory of Probability* (1961), as modified at the ends by Brown, Cai and
//! DasGupta, Statistical Science 16 (2001) 101–133; Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
use super::{Interval, Side, beta};

/// Wilson score interval of `hits` of `n`; `None` for n = 0 or hits > n.
///
/// (2x + z² ± z√(z² + 4x(1 − x/n)))/(2(n + z²))
pub fn wilson(hits: u64, n: u64, z: f64) -> Option<Interval> {
    if n == 0 || hits > n {
        return None;
    }
    let (x, count) = (hits as f64, n as f64);
    let square = z * z;
    let root = z * (square + 4.0 * x * (1.0 - x / count)).sqrt();
    let denominator = 2.0 * (count + square);
    // At the ends the formula gives 0 and 1 but for rounding.
    let lower = if hits == 0 { 0.0 } else { (2.0 * x + square - root) / denominator };
    let upper = if hits == n { 1.0 } else { (2.0 * x + square + root) / denominator };
    Some(Interval { lower: lower.max(0.0), upper: upper.min(1.0) })
}

/// Jeffreys interval at `confidence` (0.95): quantiles of Beta(x + ½, n − x + ½), with 0 at x = 0 and 1 at x = n.
pub fn jeffreys(hits: u64, n: u64, confidence: f64) -> Option<Interval> {
    if n == 0 || hits > n || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let (a, b) = (hits as f64 + 0.5, (n - hits) as f64 + 0.5);
    let tail = 0.5 * (1.0 - confidence);
    let lower = if hits == 0 { 0.0 } else { beta::quantile(a, b, tail) };
    let upper = if hits == n { 1.0 } else { 1.0 - beta::quantile(b, a, tail) };
    Some(Interval { lower, upper })
}

/// Newcombe's interval of p1 − p2 from the two Wilson intervals:
/// d − √((p1 − l1)² + (u2 − p2)²), d + √((u1 − p1)² + (p2 − l2)²).
pub fn difference(hits1: u64, n1: u64, hits2: u64, n2: u64, z: f64) -> Option<(f64, Interval)> {
    let (first, second) = (wilson(hits1, n1, z)?, wilson(hits2, n2, z)?);
    let (p1, p2) = (hits1 as f64 / n1 as f64, hits2 as f64 / n2 as f64);
    let d = p1 - p2;
    let lower = d - libm::hypot(p1 - first.lower, second.upper - p2);
    let upper = d + libm::hypot(first.upper - p1, p2 - second.lower);
    Some((d, Interval { lower: lower.max(-1.0), upper: upper.min(1.0) }))
}

/// Pooled z of p1 − p2 and its two-sided p; `None` where either is empty or nothing varies.
pub fn pooled_z(hits1: u64, n1: u64, hits2: u64, n2: u64) -> Option<(f64, f64)> {
    if n1 == 0 || n2 == 0 || hits1 > n1 || hits2 > n2 {
        return None;
    }
    let (a, b) = (n1 as f64, n2 as f64);
    let pooled = (hits1 + hits2) as f64 / (a + b);
    let error = (pooled * (1.0 - pooled) * (1.0 / a + 1.0 / b)).sqrt();
    if error <= 0.0 {
        return None;
    }
    let z = (hits1 as f64 / a - hits2 as f64 / b) / error;
    Some((z, (2.0 * super::normal::cdf(-z.abs())).min(1.0)))
}

/// Exact one-sided binomial p of the true share lying on `side` of `line`; 1 for n = 0.
///
/// Below: P(X ≤ hits), above: P(X ≥ hits), X ~ Binomial(n, line).
pub fn p_value(hits: u64, n: u64, line: f64, side: Side) -> f64 {
    if n == 0 || hits > n || !line.is_finite() {
        return 1.0;
    }
    let line = line.clamp(0.0, 1.0);
    match side {
        Side::Below if hits == n => 1.0,
        Side::Above if hits == 0 => 1.0,
        // P(X ≤ k) = I_{1−p}(n − k, k + 1)
        Side::Below => beta::both_tails((n - hits) as f64, hits as f64 + 1.0, 1.0 - line, line).0,
        // P(X ≥ k) = I_p(k, n − k + 1)
        Side::Above => beta::both_tails(hits as f64, (n - hits) as f64 + 1.0, line, 1.0 - line).0,
    }
}

/// P(X = hits), X ~ Binomial(n, share); 0 where there is no such count.
pub fn density(hits: u64, n: u64, share: f64) -> f64 {
    if hits > n || !(0.0..=1.0).contains(&share) {
        return 0.0;
    }
    super::loader::binomial(hits as f64, (n - hits) as f64, share, 1.0 - share)
}

/// Whether the Wilson interval lies wholly on `side` of `line`: the same answer as comparing `wilson`'s bound, without
/// a square root. The luck audit asks this millions of times.
///
/// upper < line ⇔ p̂ < line and n(p̂ − line)² > z²·line(1 − line), because Wilson inverts the score test.
pub fn proven(hits: u64, n: u64, line: f64, z: f64, side: Side) -> bool {
    if n == 0 || hits > n || !(0.0..=1.0).contains(&line) {
        return false;
    }
    let count = n as f64;
    let distance = hits as f64 - count * line;
    let right_side = match side {
        Side::Below => distance < 0.0,
        Side::Above => distance > 0.0,
    };
    right_side && distance * distance > z * z * line * (1.0 - line) * count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, Z998, testing::near};

    #[test]
    fn wilson_printed() {
        for (x, n, z, lower, upper) in [
            (81, 263, Z95, 0.255289, 0.366210),
            (15, 148, Z95, 0.062386, 0.160487),
            (0, 20, Z95, 0.0, 0.161125),
            (1, 29, Z95, 0.006113, 0.171755),
            (65, 100, Z95, 0.552544, 0.736358),
            (65, 100, Z998, 0.495495, 0.778354),
        ] {
            let found = wilson(x, n, z).unwrap();
            near(found.lower, lower, 1e-6);
            near(found.upper, upper, 1e-6);
        }
        assert_eq!(wilson(0, 0, Z95), None);
        assert_eq!(wilson(3, 2, Z95), None);
        assert_eq!(wilson(7, 7, Z95).unwrap().upper, 1.0);
    }

    #[test]
    fn jeffreys_printed() {
        let found = jeffreys(90, 100, 0.95).unwrap();
        near(found.lower, 0.829876, 1e-6);
        near(found.upper, 0.947415, 1e-6);
        let found = jeffreys(1, 29, 0.95).unwrap();
        near(found.lower, 0.003746, 1e-6);
        near(found.upper, 0.150078, 1e-6);
        assert_eq!(jeffreys(0, 12, 0.95).unwrap().lower, 0.0);
        assert_eq!(jeffreys(12, 12, 0.95).unwrap().upper, 1.0);
    }

    #[test]
    fn newcombe_printed() {
        let (d, found) = difference(56, 70, 48, 80, Z95).unwrap();
        near(d, 0.20, 1e-12);
        near(found.lower, 0.0524, 5e-5);
        near(found.upper, 0.3339, 5e-5);
        for (n, lower, upper, p) in
            [(100, 0.045, 0.253, 0.0052), (40, -0.019, 0.314, 0.077), (20, -0.094, 0.380, 0.212)]
        {
            let (d, found) = difference(n * 9 / 10, n, n * 3 / 4, n, Z95).unwrap();
            near(d, 0.15, 1e-12);
            near(found.lower, lower, 5e-4);
            near(found.upper, upper, 5e-4);
            near(pooled_z(n * 9 / 10, n, n * 3 / 4, n).unwrap().1, p, 5e-4);
        }
        near(pooled_z(90, 100, 75, 100).unwrap().0, 2.791, 5e-4);
        assert_eq!(pooled_z(5, 5, 9, 9), None);
    }

    #[test]
    fn exact_p_by_hand_and_at_the_ends() {
        // P(X ≤ 1), X ~ B(3, ½) = 4/8; P(X ≥ 2) = 4/8; P(X ≥ 3) = 1/8
        near(p_value(1, 3, 0.5, Side::Below), 0.5, 1e-14);
        near(p_value(2, 3, 0.5, Side::Above), 0.5, 1e-14);
        near(p_value(3, 3, 0.5, Side::Above), 0.125, 1e-14);
        near(density(2, 3, 0.5), 0.375, 1e-15);
        assert_eq!(density(4, 3, 0.5), 0.0);
        assert_eq!(p_value(0, 0, 0.5, Side::Below), 1.0);
        assert_eq!(p_value(4, 4, 0.5, Side::Below), 1.0);
        assert_eq!(p_value(3, 4, 1.0, Side::Below), 0.0);
        assert_eq!(p_value(1, 4, 0.0, Side::Above), 0.0);
        assert_eq!(p_value(0, 4, 0.0, Side::Below), 1.0);
        assert_eq!(p_value(1, 4, f64::NAN, Side::Below), 1.0);
    }

    #[test]
    fn the_quick_answer_is_wilsons() {
        for n in [1_u64, 5, 29, 30, 100, 263] {
            for hits in 0..=n {
                for line in [0.0, 0.05, 0.25, 0.5, 0.6, 0.8, 0.9, 1.0] {
                    let interval = wilson(hits, n, Z95).unwrap();
                    assert_eq!(proven(hits, n, line, Z95, Side::Below), interval.upper < line, "{hits}/{n} {line}");
                    assert_eq!(proven(hits, n, line, Z95, Side::Above), interval.lower > line, "{hits}/{n} {line}");
                }
            }
        }
    }
}
