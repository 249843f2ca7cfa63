//! Krippendorff's α: agreement of any number of raters, any scale, with missing ratings (Krippendorff, *Computing
//! Krippendorff's Alpha-Reliability* (2011); *Content Analysis* (2004), chapter 11).

/// How far two ratings lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// 1 where they differ.
    Nominal,
    /// By the ratings that lie between, both halves counted: (Σ_{g=c}^{k} n_g − (n_c + n_k)/2)².
    Ordinal,
    /// (c − k)²
    Interval,
    /// ((c − k)/(c + k))²
    Ratio,
}

/// α = 1 − D_o/D_e over units, each with the ratings that it got. Units with fewer than two ratings pair with nothing and
/// are left out. `None` where no unit has two ratings, all ratings are the same, or one is not a number.
pub fn alpha(units: &[Vec<f64>], metric: Metric) -> Option<f64> {
    let paired: Vec<&Vec<f64>> = units.iter().filter(|unit| unit.len() >= 2).collect();
    let mut scale: Vec<f64> = paired.iter().flat_map(|unit| unit.iter().copied()).collect();
    if !scale.iter().all(|v| v.is_finite()) {
        return None;
    }
    scale.sort_unstable_by(f64::total_cmp);
    scale.dedup_by(|a, b| a == b);
    let size = scale.len();
    if size < 2 {
        return None;
    }
    let place = |value: f64| scale.partition_point(|s| *s < value);
    // how often each value was given, over all paired units and within the unit at hand
    let mut totals = vec![0.0; size];
    for value in paired.iter().flat_map(|unit| unit.iter()) {
        totals[place(*value)] += 1.0;
    }
    let distances = distances(&scale, &totals, metric);
    let apart = |c: usize, k: usize| distances[c * size + k];
    let n: f64 = totals.iter().sum();
    let mut observed = 0.0;
    for unit in &paired {
        let places: Vec<usize> = unit.iter().map(|v| place(*v)).collect();
        let pairs: f64 = places.iter().map(|&c| places.iter().map(|&k| apart(c, k)).sum::<f64>()).sum();
        observed += pairs / (unit.len() - 1) as f64;
    }
    let mut expected = 0.0;
    for (c, count) in totals.iter().enumerate() {
        expected += count * totals.iter().enumerate().map(|(k, other)| other * apart(c, k)).sum::<f64>();
    }
    // D_o = observed/n, D_e = expected/(n(n − 1))
    let alpha = 1.0 - (n - 1.0) * observed / expected;
    alpha.is_finite().then_some(alpha)
}

/// δ² of every pair of values, row by row; computed once, because units repeat the same few values.
fn distances(scale: &[f64], totals: &[f64], metric: Metric) -> Vec<f64> {
    let mut cumulative = vec![0.0];
    for count in totals {
        cumulative.push(cumulative.last().copied().unwrap_or(0.0) + count);
    }
    let distance = |c: usize, k: usize| match metric {
        _ if c == k => 0.0,
        Metric::Nominal => 1.0,
        Metric::Ordinal => {
            let (low, high) = (c.min(k), c.max(k));
            let between = cumulative[high + 1] - cumulative[low] - 0.5 * (totals[low] + totals[high]);
            between * between
        }
        Metric::Interval => (scale[c] - scale[k]) * (scale[c] - scale[k]),
        Metric::Ratio => {
            let (difference, sum) = (scale[c] - scale[k], scale[c] + scale[k]);
            if sum == 0.0 { f64::INFINITY } else { difference * difference / (sum * sum) }
        }
    };
    let size = scale.len();
    (0..size * size).map(|i| distance(i / size, i % size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    fn published() -> Vec<Vec<f64>> {
        let raters = ["123321412...", "1233224125.3", ".33323422 51."];
        let fourth = "1233244125 1.";
        let rows: Vec<Vec<char>> =
            raters.iter().chain([&fourth]).map(|r| r.chars().filter(|c| *c != ' ').collect()).collect();
        (0..12).map(|u| rows.iter().filter_map(|r| r[u].to_digit(10)).map(f64::from).collect()).collect()
    }

    #[test]
    fn printed() {
        let units = published();
        near(alpha(&units, Metric::Nominal).unwrap(), 0.7434, 5e-5);
        near(alpha(&units, Metric::Ordinal).unwrap(), 0.8154, 5e-5);
        near(alpha(&units, Metric::Interval).unwrap(), 0.8491, 5e-5);
        near(alpha(&units, Metric::Ratio).unwrap(), 0.7974, 5e-5);
    }

    #[test]
    fn perfect_agreement_is_one_and_one_value_says_nothing() {
        let units = vec![vec![1.0, 1.0], vec![2.0, 2.0], vec![3.0]];
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval, Metric::Ratio] {
            near(alpha(&units, metric).unwrap(), 1.0, 1e-12);
            assert_eq!(alpha(&[vec![2.0, 2.0], vec![2.0, 2.0]], metric), None);
            assert_eq!(alpha(&[vec![2.0], vec![1.0]], metric), None);
        }
        assert_eq!(alpha(&[vec![-1.0, 1.0], vec![2.0, 2.0]], Metric::Ratio), None);
        assert_eq!(alpha(&[vec![f64::NAN, 1.0]], Metric::Interval), None);
    }
}
