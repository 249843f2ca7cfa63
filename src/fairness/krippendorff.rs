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
    let scale = Scale { values: scale, cumulative: cumulative(&totals), totals, metric };
    let n: f64 = scale.totals.iter().sum();
    let mut observed = 0.0;
    for unit in &paired {
        let places: Vec<usize> = unit.iter().map(|v| scale.place(*v)).collect();
        let pairs: f64 = places.iter().map(|&c| places.iter().map(|&k| scale.apart(c, k)).sum::<f64>()).sum();
        observed += pairs / (unit.len() - 1) as f64;
    }
    // D_o = observed/n, D_e = expected/(n(n − 1))
    let alpha = 1.0 - (n - 1.0) * observed / scale.expected(n);
    alpha.is_finite().then_some(alpha)
}

/// The values that were given, sorted, with how often each was.
struct Scale {
    values: Vec<f64>,
    totals: Vec<f64>,
    /// Ratings below each value.
    cumulative: Vec<f64>,
    metric: Metric,
}

fn cumulative(totals: &[f64]) -> Vec<f64> {
    let mut below = 0.0;
    let running = totals.iter().map(|count| {
        below += count;
        below - count
    });
    running.collect()
}

impl Scale {
    fn place(&self, value: f64) -> usize {
        self.values.partition_point(|s| *s < value)
    }

    /// δ² of two values by their places.
    fn apart(&self, c: usize, k: usize) -> f64 {
        let (a, b) = (self.values[c], self.values[k]);
        match self.metric {
            _ if c == k => 0.0,
            Metric::Nominal => 1.0,
            Metric::Ordinal => {
                let (low, high) = (c.min(k), c.max(k));
                let between = self.cumulative[high] - self.cumulative[low];
                let ranks = between + 0.5 * (self.totals[high] - self.totals[low]);
                ranks * ranks
            }
            Metric::Interval => (a - b) * (a - b),
            Metric::Ratio if a + b == 0.0 => f64::INFINITY,
            Metric::Ratio => (a - b) * (a - b) / ((a + b) * (a + b)),
        }
    }

    /// Σ n_c n_k δ²(c, k). Measured times can have as many values as ratings, so that the customary cases go without pairs.
    fn expected(&self, n: f64) -> f64 {
        let pairs = || self.totals.iter().zip(&self.values);
        match self.metric {
            Metric::Nominal => self.totals.iter().map(|count| count * (n - count)).sum(),
            Metric::Interval => {
                let mean = pairs().map(|(count, v)| count * v).sum::<f64>() / n;
                2.0 * n * pairs().map(|(count, v)| count * (v - mean) * (v - mean)).sum::<f64>()
            }
            Metric::Ordinal | Metric::Ratio => {
                let row = |c: usize| self.totals.iter().enumerate().map(|(k, n)| n * self.apart(c, k)).sum::<f64>();
                self.totals.iter().enumerate().map(|(c, count)| count * row(c)).sum()
            }
        }
    }
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
