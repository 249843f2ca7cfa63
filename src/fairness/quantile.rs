//! Medians and percentiles, type 7, with binomial order-statistic intervals, from a histogram of (value, count).
//!
//! Hyndman and Fan, The American Statistician 50 (1996) 361–365; David and Nagaraja, *Order Statistics* (2003), 7.1.
use super::{Interval, Side, share};

/// Type-7 quantile of a histogram sorted by value; `None` where empty.
/// With h = (n − 1)·at, linear between the order statistics ⌊h⌋ + 1 and ⌊h⌋ + 2.
pub fn type7(histogram: &[(f64, u64)], at: f64) -> Option<f64> {
    let n = count(histogram);
    if n == 0 || !(0.0..=1.0).contains(&at) {
        return None;
    }
    let h = (n - 1) as f64 * at;
    // h is meant as a decimal: 0.9·(n − 1) must not fall to the rank below by a rounding of 1e-16
    let near = h.round();
    let h = if (h - near).abs() <= 1e-12 * near.max(1.0) { near } else { h };
    let rank = h.floor();
    let low = order_statistic(histogram, rank as u64 + 1)?;
    if h == rank {
        return Some(low);
    }
    let high = order_statistic(histogram, rank as u64 + 2)?;
    Some(low + (h - rank) * (high - low))
}

/// Distribution-free interval by binomial order statistics: [X₍l₎, X₍u₎] with P(B < l) ≤ α/2 and P(B ≥ u) ≤ α/2,
/// B ~ Binomial(n, at). `None` where n is too small for the confidence on both sides.
pub fn interval(histogram: &[(f64, u64)], at: f64, confidence: f64) -> Option<Interval> {
    let (lower, upper) = ranks(count(histogram), at, confidence)?;
    let point = type7(histogram, at)?;
    Some(Interval {
        lower: order_statistic(histogram, lower)?.min(point),
        upper: order_statistic(histogram, upper)?.max(point),
    })
}

/// The two ranks of the interval, 1…n.
pub fn ranks(n: u64, at: f64, confidence: f64) -> Option<(u64, u64)> {
    if n == 0 || !(at > 0.0 && at < 1.0 && confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let tail = 0.5 * (1.0 - confidence);
    // l: the largest rank with P(B ≤ l − 1) ≤ tail; at least 1
    if share::p_value(0, n, at, Side::Below) > tail || share::p_value(n, n, at, Side::Above) > tail {
        return None;
    }
    let lower = last(1, n, |l| share::p_value(l - 1, n, at, Side::Below) <= tail);
    // u: the smallest rank with P(B ≥ u) ≤ tail; at most n
    let upper = n + 1 - last(1, n, |i| share::p_value(n + 1 - i, n, at, Side::Above) <= tail);
    Some((lower, upper))
}

/// One-sided p of the true quantile lying on `side` of `line` (sign test): the share of rows below the line against `at`.
/// Rows on the line speak for neither side.
pub fn p_value(histogram: &[(f64, u64)], at: f64, line: f64, side: Side) -> f64 {
    let n = count(histogram);
    match side {
        // quantile < line ⇔ more than `at` of the rows lie below it
        Side::Below => {
            let below = histogram.iter().filter(|(v, _)| *v < line).map(|(_, c)| c).sum();
            share::p_value(below, n, at, Side::Above)
        }
        Side::Above => {
            let up_to = histogram.iter().filter(|(v, _)| *v <= line).map(|(_, c)| c).sum();
            share::p_value(up_to, n, at, Side::Below)
        }
    }
}

fn count(histogram: &[(f64, u64)]) -> u64 {
    histogram.iter().map(|(_, c)| c).sum()
}

/// The value at a rank, 1…n.
fn order_statistic(histogram: &[(f64, u64)], rank: u64) -> Option<f64> {
    let mut seen = 0;
    histogram
        .iter()
        .find(|(_, c)| {
            seen += c;
            seen >= rank
        })
        .map(|(v, _)| *v)
}

/// The last of low…high for which `holds` (true at low, then false for good).
fn last(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn type_seven_is_what_spreadsheets_compute() {
        let h = [(1.0, 1), (2.0, 1), (3.0, 1), (4.0, 1)];
        near(type7(&h, 0.5).unwrap(), 2.5, 1e-12);
        near(type7(&h, 0.9).unwrap(), 3.7, 1e-12);
        near(type7(&h, 0.0).unwrap(), 1.0, 0.0);
        near(type7(&h, 1.0).unwrap(), 4.0, 0.0);
        near(type7(&[(5.0, 3), (9.0, 8)], 0.2).unwrap(), 5.0, 0.0);
        assert_eq!(type7(&[], 0.5), None);
    }

    #[test]
    fn ranks_of_the_median_are_the_printed_ones() {
        // Conover, table: n = 6 → 1, 6; n = 10 → 2, 9; n = 20 → 6, 15; n = 100 → 40, 61
        assert_eq!(ranks(6, 0.5, 0.95), Some((1, 6)));
        assert_eq!(ranks(10, 0.5, 0.95), Some((2, 9)));
        assert_eq!(ranks(20, 0.5, 0.95), Some((6, 15)));
        assert_eq!(ranks(100, 0.5, 0.95), Some((40, 61)));
    }

    #[test]
    fn too_few_for_both_sides() {
        assert_eq!(ranks(5, 0.5, 0.95), None);
        assert_eq!(ranks(34, 0.9, 0.95), None);
        assert!(ranks(36, 0.9, 0.95).is_some());
    }

    #[test]
    fn p_is_the_sign_test() {
        let h = [(1.0, 8), (5.0, 2)];
        // 8 of 10 below 3: P(X ≥ 8 | ½) = 56/1024
        near(p_value(&h, 0.5, 3.0, Side::Below), 56.0 / 1024.0, 1e-12);
        near(p_value(&h, 0.5, 3.0, Side::Above), 1013.0 / 1024.0, 1e-12);
    }
}
