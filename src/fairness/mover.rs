//! MOVER (Zou & Donner, Statistics in Medicine 27 (2008) 1693–1702): the interval of a weighted sum from the intervals of
//! its parts.

/// One part: weight, point, worse and better end, and the group (source) within which deviations add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub weight: f64,
    pub point: f64,
    pub worst: f64,
    pub best: f64,
    pub group: usize,
}

/// (S, lower, upper) of the weighted mean: lower = S − √(Σ_g (Σ_{i∈g} wᵢ(pᵢ − worstᵢ))²)/Σw, upper likewise.
/// `None` without parts, without weight, or where a part has no interval (NaN).
pub fn weighted_mean(parts: &[Part]) -> Option<(f64, f64, f64)> {
    let weight: f64 = parts.iter().map(|p| p.weight).sum();
    let finite = |p: &Part| [p.weight, p.point, p.worst, p.best].iter().all(|v| v.is_finite()) && p.weight >= 0.0;
    if !(weight > 0.0 && weight.is_finite() && parts.iter().all(finite)) {
        return None;
    }
    let sum: f64 = parts.iter().map(|p| p.weight * p.point).sum();
    let (mut below, mut above) = (0.0, 0.0);
    for (i, part) in parts.iter().enumerate() {
        // Each group once, at its first part: few parts, so no map and no allocation.
        if parts.iter().take(i).any(|earlier| earlier.group == part.group) {
            continue;
        }
        let (mut down, mut up) = (0.0, 0.0);
        for member in parts.iter().skip(i).filter(|p| p.group == part.group) {
            down += member.weight * (member.point - member.worst).max(0.0);
            up += member.weight * (member.best - member.point).max(0.0);
        }
        below += down * down;
        above += up * up;
    }
    let mean = sum / weight;
    let (lower, upper) = (mean - below.sqrt() / weight, mean + above.sqrt() / weight);
    (mean.is_finite() && lower.is_finite() && upper.is_finite()).then_some((mean, lower, upper))
}

/// Interval of a linear combination: (coefficient, value, lower, upper) of each input, plus `constant`.
/// `None` without inputs or where one has no interval.
pub fn linear(terms: &[(f64, f64, f64, f64)], constant: f64) -> Option<super::Interval> {
    if terms.is_empty() || !constant.is_finite() {
        return None;
    }
    let (mut value, mut below, mut above) = (constant, 0.0, 0.0);
    for &(coefficient, point, lower, upper) in terms {
        if ![coefficient, point, lower, upper].iter().all(|v| v.is_finite()) {
            return None;
        }
        value += coefficient * point;
        let (down, up) =
            if coefficient >= 0.0 { (point - lower, upper - point) } else { (upper - point, point - lower) };
        below += coefficient * coefficient * down * down;
        above += coefficient * coefficient * up * up;
    }
    let (lower, upper) = (value - below.sqrt(), value + above.sqrt());
    (lower.is_finite() && upper.is_finite()).then_some(super::Interval { lower, upper })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, share, testing::near};

    fn part(weight: f64, point: f64, worst: f64, best: f64, group: usize) -> Part {
        Part { weight, point, worst, best, group }
    }

    #[test]
    fn independent_sources_add_in_squares_and_one_source_adds_plainly() {
        let apart = weighted_mean(&[part(1.0, 80.0, 77.0, 83.0, 0), part(1.0, 60.0, 56.0, 64.0, 1)]).unwrap();
        near(apart.0, 70.0, 1e-12);
        near(apart.1, 70.0 - 2.5, 1e-12);
        near(apart.2, 70.0 + 2.5, 1e-12);
        let together = weighted_mean(&[part(1.0, 80.0, 77.0, 83.0, 4), part(1.0, 60.0, 56.0, 64.0, 4)]).unwrap();
        near(together.1, 70.0 - 3.5, 1e-12);
    }

    #[test]
    fn one_part_keeps_its_interval() {
        assert_eq!(weighted_mean(&[part(3.0, 50.0, 40.0, 70.0, 0)]), Some((50.0, 40.0, 70.0)));
    }

    #[test]
    fn a_part_without_an_interval_leaves_none() {
        assert_eq!(weighted_mean(&[]), None);
        assert_eq!(weighted_mean(&[part(0.0, 1.0, 1.0, 1.0, 0)]), None);
        assert_eq!(weighted_mean(&[part(1.0, 1.0, f64::NAN, 1.0, 0)]), None);
        assert_eq!(linear(&[(1.0, 0.5, f64::NAN, 0.7)], 0.0), None);
        assert_eq!(linear(&[], 3.0), None);
    }

    #[test]
    fn the_difference_of_two_wilson_intervals_is_newcombes() {
        let (a, b) = (share::wilson(56, 70, Z95).unwrap(), share::wilson(48, 80, Z95).unwrap());
        let found = linear(&[(1.0, 0.8, a.lower, a.upper), (-1.0, 0.6, b.lower, b.upper)], 0.0).unwrap();
        let (_, newcombe) = share::difference(56, 70, 48, 80, Z95).unwrap();
        near(found.lower, newcombe.lower, 1e-12);
        near(found.upper, newcombe.upper, 1e-12);
    }
}
