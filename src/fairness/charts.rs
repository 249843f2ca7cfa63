//! Control charts: is a process stable over time? At least eight points before any limit is drawn; a new baseline only
//! where a process change is declared (the caller passes the points since then, or leaves points out).
//!
//! Shewhart 1931; Montgomery, *Introduction to Statistical Quality Control*, chapters 6–9; Laney, Quality Engineering 14
//! (2002) 531–537.

/// Fewer points than this and there are no limits.
pub const LEAST_POINTS: usize = 8;
/// d₂ and D₄ for moving ranges of two.
const D2: f64 = 1.128;
const D4: f64 = 3.267;

/// Centre and limits of each point, in the order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub centre: f64,
    /// (lower, upper) limit of each point.
    pub limits: Vec<(f64, f64)>,
    /// Positions of the points outside their limits.
    pub outside: Vec<usize>,
}

/// p-chart of (hits, n): p̄ ± 3√(p̄(1 − p̄)/nᵢ), held to 0…1. Points in `left_out` have limits but form none.
/// `None` with fewer than eight points in use, or a point without records.
pub fn p_chart(points: &[(u64, u64)], left_out: &[usize]) -> Option<Chart> {
    let centre = pooled(points, left_out)?;
    Some(share_chart(points, centre, 1.0))
}

/// Laney's p′: the p-chart's limits widened by σz = mean|Δz|/1.128, z = (p − p̄)/√(p̄(1 − p̄)/n). With equal n it is XmR on p.
/// (chart, σz); `None` as for the p-chart, or where nothing varies.
pub fn laney(points: &[(u64, u64)]) -> Option<(Chart, f64)> {
    let centre = pooled(points, &[])?;
    if !(centre > 0.0 && centre < 1.0) {
        return None;
    }
    let score =
        |&(hits, n): &(u64, u64)| (hits as f64 / n as f64 - centre) / (centre * (1.0 - centre) / n as f64).sqrt();
    let scores: Vec<f64> = points.iter().map(score).collect();
    let spread = mean_moving_range(&scores) / D2;
    Some((share_chart(points, centre, spread), spread))
}

/// Individuals and moving range.
#[derive(Clone, Debug, PartialEq)]
pub struct Xmr {
    /// x̄ ± 3·MR̄/1.128, the same for every point.
    pub chart: Chart,
    pub mean_range: f64,
    /// 3.267·MR̄
    pub range_limit: f64,
    /// Positions (of the later point) of moving ranges above their limit.
    pub jumps: Vec<usize>,
}

/// XmR chart. `None` with fewer than eight values, or one that is not a number.
pub fn xmr(values: &[f64]) -> Option<Xmr> {
    if values.len() < LEAST_POINTS || !values.iter().all(|v| v.is_finite()) {
        return None;
    }
    let centre = values.iter().sum::<f64>() / values.len() as f64;
    let mean_range = mean_moving_range(values);
    let (half, range_limit) = (3.0 * mean_range / D2, D4 * mean_range);
    if !(centre.is_finite() && range_limit.is_finite()) {
        return None;
    }
    let limits = vec![(centre - half, centre + half); values.len()];
    let jump = |(i, pair): (usize, &[f64])| ((pair[1] - pair[0]).abs() > range_limit).then_some(i + 1);
    Some(Xmr {
        chart: Chart { centre, outside: outside(values.iter().copied(), &limits), limits },
        mean_range,
        range_limit,
        jumps: values.windows(2).enumerate().filter_map(jump).collect(),
    })
}

/// Tabular CUSUM: S⁺ᵢ = max(0, S⁺ᵢ₋₁ + xᵢ − T − k), S⁻ᵢ = max(0, S⁻ᵢ₋₁ + T − k − xᵢ); a signal where either exceeds h.
#[derive(Clone, Debug, PartialEq)]
pub struct Cusum {
    pub high: Vec<f64>,
    pub low: Vec<f64>,
    /// Position of the first signal.
    pub signal: Option<usize>,
}

/// `None` with fewer than eight values, one that is not a number, or a negative k or h.
pub fn cusum(values: &[f64], target: f64, k: f64, h: f64) -> Option<Cusum> {
    let sound = target.is_finite() && k >= 0.0 && h >= 0.0 && k.is_finite() && h.is_finite();
    if values.len() < LEAST_POINTS || !sound || !values.iter().all(|v| v.is_finite()) {
        return None;
    }
    let (mut up, mut down) = (0.0_f64, 0.0_f64);
    let (mut high, mut low) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for value in values {
        up = (up + value - target - k).max(0.0);
        down = (down + target - k - value).max(0.0);
        high.push(up);
        low.push(down);
    }
    let signal = high.iter().zip(&low).position(|(u, d)| *u > h || *d > h);
    Some(Cusum { high, low, signal })
}

/// Where a series is heading, by a stated rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Improving,
    Stable,
    Worsening,
}

impl Direction {
    pub fn word(self) -> &'static str {
        match self {
            Direction::Improving => "improving",
            Direction::Stable => "stable",
            Direction::Worsening => "worsening",
        }
    }
}

/// The rule, as it stands in reports.
pub const DIRECTION_RULE: &str = "improving or worsening when the last point lies outside the limits of the XmR chart, or \
    the last eight points lie on one side of its centre; stable otherwise; nothing is said on fewer than eight points";

/// The direction of a series by `DIRECTION_RULE` (Shewhart's first rule and a run of eight); `None` where XmR gives none.
pub fn direction(values: &[f64], lower_is_better: bool) -> Option<Direction> {
    let chart = xmr(values)?.chart;
    let last = *values.last()?;
    let (lower, upper) = *chart.limits.last()?;
    let run = values.get(values.len() - LEAST_POINTS..)?;
    // the mean of a flat series may lie one rounding away from it
    let slack = 1e-12 * chart.centre.abs();
    let up = last > upper + slack || run.iter().all(|v| *v > chart.centre + slack);
    let down = last < lower - slack || run.iter().all(|v| *v < chart.centre - slack);
    Some(match (up, down) {
        (true, false) if lower_is_better => Direction::Worsening,
        (true, false) => Direction::Improving,
        (false, true) if lower_is_better => Direction::Improving,
        (false, true) => Direction::Worsening,
        // a run on one side that ends outside the other limit contradicts itself
        _ => Direction::Stable,
    })
}

fn pooled(points: &[(u64, u64)], left_out: &[usize]) -> Option<f64> {
    if points.iter().any(|&(hits, n)| n == 0 || hits > n) {
        return None;
    }
    let used = points.iter().enumerate().filter(|(i, _)| !left_out.contains(i)).map(|(_, p)| p);
    let (count, hits, n) = used.fold((0, 0, 0), |s, p| (s.0 + 1, s.1 + p.0, s.2 + p.1));
    (count >= LEAST_POINTS).then(|| hits as f64 / n as f64)
}

fn share_chart(points: &[(u64, u64)], centre: f64, spread: f64) -> Chart {
    let limit = |&(_, n): &(u64, u64)| {
        let half = 3.0 * (centre * (1.0 - centre) / n as f64).sqrt() * spread;
        ((centre - half).max(0.0), (centre + half).min(1.0))
    };
    let limits: Vec<(f64, f64)> = points.iter().map(limit).collect();
    let shares = points.iter().map(|&(hits, n)| hits as f64 / n as f64);
    Chart { centre, outside: outside(shares, &limits), limits }
}

fn outside(values: impl Iterator<Item = f64>, limits: &[(f64, f64)]) -> Vec<usize> {
    let out = |(i, (v, (lower, upper))): (usize, (f64, &(f64, f64)))| (v < *lower || v > *upper).then_some(i);
    values.zip(limits).enumerate().filter_map(out).collect()
}

fn mean_moving_range(values: &[f64]) -> f64 {
    let sum: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    sum / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    const CANS: [u64; 30] =
        [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6];

    fn cans() -> Vec<(u64, u64)> {
        CANS.iter().map(|&d| (d, 50)).collect()
    }

    #[test]
    fn p_chart_printed() {
        let chart = p_chart(&cans(), &[]).unwrap();
        near(chart.centre, 0.231333, 1e-6);
        near(chart.limits[0].1, 0.410239, 1e-6);
        near(chart.limits[0].0, 0.052428, 1e-6);
        assert_eq!(chart.outside, [14, 22]);
        let chart = p_chart(&cans(), &[14, 22]).unwrap();
        near(chart.centre, 0.2150, 5e-5);
        near(chart.limits[0].1, 0.3893, 5e-5);
        near(chart.limits[0].0, 0.0407, 5e-5);
    }

    #[test]
    fn xmr_printed() {
        let values = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
        let found = xmr(&values).unwrap();
        near(found.chart.centre, 50.81, 1e-9);
        near(found.mean_range, 1.87778, 5e-6);
        near(found.chart.limits[0].1, 55.8041, 5e-5);
        near(found.chart.limits[0].0, 45.8159, 5e-5);
        near(found.range_limit, 3.267 * 16.9 / 9.0, 1e-9);
        assert!(found.jumps.is_empty() && found.chart.outside.is_empty());
    }

    #[test]
    fn laney_printed_and_equal_to_xmr_at_equal_n() {
        let (chart, spread) = laney(&cans()).unwrap();
        near(spread, 1.660867, 1e-6);
        near(chart.limits[0].1, 0.528472, 1e-6);
        let shares: Vec<f64> = CANS.iter().map(|&d| d as f64 / 50.0).collect();
        let individual = xmr(&shares).unwrap();
        near(chart.limits[3].1, individual.chart.limits[3].1, 1e-12);
        assert_eq!(laney(&[(0, 5); 9]), None);
    }

    #[test]
    fn cusum_printed() {
        let values = [
            324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600, 324.625, 325.150,
            328.325, 327.250,
        ];
        let found = cusum(&values, 325.0, 0.3175, 4.1959).unwrap();
        near(found.high[12], 3.0075, 1e-9);
        near(found.high[13], 4.94, 1e-9);
        assert_eq!(found.signal, Some(13));
        assert_eq!(cusum(&values, 325.0, -1.0, 4.0), None);
    }

    #[test]
    fn eight_points_first() {
        assert_eq!(p_chart(&cans()[..7], &[]), None);
        assert_eq!(p_chart(&cans()[..8], &[2]), None);
        assert_eq!(xmr(&[1.0; 7]), None);
        assert_eq!(cusum(&[1.0; 7], 1.0, 0.5, 4.0), None);
        assert_eq!(direction(&[1.0, 2.0, 3.0], false), None);
        assert!(xmr(&[1.0; 8]).is_some());
    }

    #[test]
    fn directions() {
        let flat = [0.5, 0.52, 0.49, 0.51, 0.5, 0.48, 0.51, 0.5];
        assert_eq!(direction(&flat, false), Some(Direction::Stable));
        assert_eq!(direction(&[0.1; 12], false), Some(Direction::Stable));
        let mut jump = flat.to_vec();
        jump.push(0.9);
        assert_eq!(direction(&jump, false), Some(Direction::Improving));
        assert_eq!(direction(&jump, true), Some(Direction::Worsening));
        let step: Vec<f64> =
            [0.8, 0.82].iter().cycle().take(8).chain([0.6, 0.62].iter().cycle().take(8)).copied().collect();
        assert_eq!(direction(&step, false), Some(Direction::Worsening));
        assert_eq!(direction(&step, true), Some(Direction::Improving));
    }
}
