//! From a tally to its figures: value, interval and method of each cell, by kind ("Intervals by kind" of the fairness
//! policy). NaN is missing.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::peers::Peers;
use super::{Figures, Tallies, rhythm};
use crate::fairness::{Interval, Z95, mean, nps, quantile, rate, ratio};
use crate::workspace::{Form, ShareInterval};

/// Intervals are at 95 %.
pub(crate) const CONFIDENCE: f64 = 0.95;

/// An integer at `decimals` as a number.
pub(crate) fn scaled(sum: i128, decimals: u8) -> f64 {
    sum as f64 / 10f64.powi(i32::from(decimals))
}

/// Method id of value and interval.
pub(crate) fn method(form: &Form, adjusted: bool, shares: ShareInterval) -> &'static str {
    match (form, adjusted) {
        (Form::Share(_) | Form::CountedShare { .. }, false) if shares == ShareInterval::Jeffreys => "share.jeffreys",
        (Form::Share(_) | Form::CountedShare { .. }, false) => "share.wilson",
        (Form::Share(_) | Form::CountedShare { .. }, true) => "standardisation.additive",
        (Form::Mean(_), false) => "mean.t",
        (Form::Mean(_), true) => "standardisation.additive",
        (Form::Gap { .. }, false) => "gap.t",
        (Form::Gap { .. }, true) => "standardisation.additive",
        (Form::Sum(_), _) => "sum.none",
        (Form::Count, _) => "count.none",
        (Form::Rate { .. }, false) | (Form::Events { .. }, _) => "rate.poisson_exact",
        (Form::Cadence { .. }, _) => "cadence.none",
        (Form::Rate { .. }, true) => "standardisation.byar",
        (Form::Ratio { .. }, _) => "ratio.linearised",
        (Form::Median(_), _) => "median.order_statistics",
        (Form::Percentile { .. }, _) => "percentile.order_statistics",
        (Form::Nps(_) | Form::CountedNps { .. }, false) => "nps.adjusted_wald",
        (Form::Nps(_) | Form::CountedNps { .. }, true) => "standardisation.additive",
        (Form::Reported { .. }, _) => "value.reported",
        (Form::Formula { .. }, _) => "formula.mover",
    }
}

/// Variance and deviation of the mean of each cell, where a form has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// Standard deviation of a record, the cell's own or the peers' pooled one; NaN where there is none.
    pub sd: f64,
    pub degrees: f64,
}

/// Mean of the records of a cell.
pub(crate) fn mean_of(n: u64, sum: i128, decimals: u8) -> f64 {
    if n == 0 { f64::NAN } else { scaled(sum, decimals) / n as f64 }
}

/// Sample variance from exact sums; NaN for n < 2.
pub(crate) fn variance_of(n: u64, sum: i128, squares: i128, decimals: u8) -> f64 {
    if n < 2 {
        return f64::NAN;
    }
    let count = i128::from(n);
    let unit = 10f64.powi(2 * i32::from(decimals));
    // n·Σx² − (Σx)² is exact in integers; where it doesn't fit, the loss of a few bits is accepted.
    let top = count.checked_mul(squares).zip(sum.checked_mul(sum)).and_then(|(a, b)| a.checked_sub(b));
    let top = top.map_or_else(|| n as f64 * squares as f64 - (sum as f64) * (sum as f64), |t| t as f64);
    (top.max(0.0) / (n as f64 * (n - 1) as f64)) / unit
}

/// The spread of every cell: its own, or the peers' pooled one where it has fewer than two records or none varies.
pub(crate) fn spreads(n: &[u64], sum: &[i128], squares: &[i128], decimals: u8, peers: &Peers) -> Vec<Spread> {
    let own: Vec<f64> = (0..n.len()).map(|i| variance_of(n[i], sum[i], squares[i], decimals)).collect();
    let mut pooled: HashMap<u32, Option<(f64, f64)>> = HashMap::new();
    let lacking = |i: usize| n[i] > 0 && (own[i].is_nan() || own[i] == 0.0);
    if (0..n.len()).any(lacking) {
        let mut groups: HashMap<u32, Vec<(u64, f64)>> = HashMap::new();
        for (i, group) in peers.group.iter().enumerate().filter(|(i, _)| n.get(*i).is_some_and(|n| *n >= 2)) {
            groups.entry(*group).or_default().push((n[i], own[i]));
        }
        pooled = groups.into_iter().map(|(group, cells)| (group, mean::pooled(&cells))).collect();
    }
    (0..n.len())
        .map(|i| {
            if own[i] > 0.0 {
                return Spread { sd: own[i].sqrt(), degrees: (n[i] - 1) as f64 };
            }
            let group = peers.group.get(i).and_then(|g| pooled.get(g)).copied().flatten().filter(|_| lacking(i));
            let (sd, degrees) = group.unwrap_or((f64::NAN, f64::NAN));
            Spread { sd, degrees }
        })
        .collect()
}

type Memo<K> = HashMap<K, Option<Interval>, BuildHasherDefault<FxHasher>>;

/// The figures of a tally, cell by cell; `is_sum` takes moments as a sum, else as a mean. `raw` equals `value`: nothing is
/// adjusted here.
pub(crate) fn of(tallies: &Tallies, is_sum: bool, peers: &Peers) -> Figures {
    let mut figures = Figures::with_capacity(tallies.len());
    match tallies {
        Tallies::Share { hits, n } => {
            for (hits, n) in hits.iter().zip(n) {
                let value = if *n == 0 { f64::NAN } else { *hits as f64 / *n as f64 };
                figures.push(*n, value, peers.share(*hits, *n));
            }
        }
        Tallies::Moments { n, sum, decimals, .. } if is_sum => {
            for (n, sum) in n.iter().zip(sum) {
                figures.push(*n, if *n == 0 { f64::NAN } else { scaled(*sum, *decimals) }, None);
            }
        }
        Tallies::Moments { n, sum, squares, decimals } => {
            // The quantile of t depends on the degrees alone, and costs a hundred times the rest.
            let mut quantiles = Memo::default();
            for (i, spread) in spreads(n, sum, squares, *decimals, peers).into_iter().enumerate() {
                let value = mean_of(n[i], sum[i], *decimals);
                let unit = quantiles
                    .entry(spread.degrees.to_bits())
                    .or_insert_with(|| mean::interval(0.0, 1.0, 1, spread.degrees, CONFIDENCE));
                let half = unit.map(|unit| unit.upper * spread.sd / (n[i] as f64).sqrt()).filter(|h| h.is_finite());
                figures.push(n[i], value, half.map(|h| Interval { lower: value - h, upper: value + h }));
            }
        }
        Tallies::Count { n } => {
            for n in n {
                figures.push(*n, if *n == 0 { f64::NAN } else { *n as f64 }, None);
            }
        }
        Tallies::Rate { n, events, per, decimals, scale } => {
            let mut limits = Memo::default();
            for i in 0..n.len() {
                let (events, per) = (scaled(events[i], *decimals), scaled(per[i], *decimals));
                let unit = scale / per;
                let exact = limits.entry(events.to_bits()).or_insert_with(|| rate::exact(events, CONFIDENCE));
                let interval =
                    exact.map(|e| Interval { lower: e.lower * unit, upper: e.upper * unit }).filter(|_| per > 0.0);
                figures.push(n[i], if per > 0.0 { events * unit } else { f64::NAN }, interval);
            }
        }
        Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals } => {
            let twice = |sum: i128| sum as f64 / 10f64.powi(2 * i32::from(*decimals));
            for i in 0..n.len() {
                let (y, x) = (scaled(of[i], *decimals), scaled(out_of[i], *decimals));
                let fit = ratio::linearised(n[i], y, x, twice(of2[i]), twice(of_out[i]), twice(out2[i]), CONFIDENCE);
                let value = if x == 0.0 { f64::NAN } else { y / x };
                figures.push(n[i], value, fit.map(|f| f.1));
            }
        }
        Tallies::Nps { promoters, detractors, n } => {
            for i in 0..n.len() {
                let value = nps::value(promoters[i], detractors[i], n[i]).unwrap_or(f64::NAN);
                figures.push(n[i], value, nps::adjusted_wald(promoters[i], detractors[i], n[i], Z95));
            }
        }
        Tallies::Histogram { cells, at, decimals } => {
            for cell in cells {
                let histogram: Vec<(f64, u64)> =
                    cell.iter().map(|(value, n)| (scaled(i128::from(*value), *decimals), *n)).collect();
                let value = quantile::type7(&histogram, *at).unwrap_or(f64::NAN);
                let n = cell.iter().map(|(_, n)| n).sum();
                figures.push(n, value, quantile::interval(&histogram, *at, CONFIDENCE));
            }
        }
        Tallies::Slots { cells, due, least } => {
            for (i, done) in cells.iter().enumerate() {
                let due = due.get(i).map_or(&[][..], |due| due);
                let kept = rhythm::kept(done, due, *least).filter(|kept| *kept).count();
                figures.push(
                    due.len() as u64,
                    if due.is_empty() { f64::NAN } else { kept as f64 / due.len() as f64 },
                    None,
                );
            }
        }
        Tallies::Reported { value, n, lower, upper } => {
            for i in 0..n.len() {
                let interval = Some(Interval { lower: lower[i], upper: upper[i] });
                figures.push(n[i], value[i], interval.filter(|i| i.lower <= i.upper));
            }
        }
        Tallies::Formula => {}
    }
    figures.raw = figures.value.clone();
    figures
}

impl Figures {
    fn with_capacity(cells: usize) -> Self {
        Self {
            n: Vec::with_capacity(cells),
            raw: Vec::new(),
            value: Vec::with_capacity(cells),
            lower: Vec::with_capacity(cells),
            upper: Vec::with_capacity(cells),
        }
    }

    pub(crate) fn push(&mut self, n: u64, value: f64, interval: Option<Interval>) {
        let interval = interval.filter(|_| value.is_finite());
        self.n.push(n);
        self.value.push(if value.is_finite() { value } else { f64::NAN });
        self.lower.push(interval.map_or(f64::NAN, |i| i.lower));
        self.upper.push(interval.map_or(f64::NAN, |i| i.upper));
    }

    /// The interval of a cell.
    pub fn interval(&self, cell: usize) -> Option<Interval> {
        let (lower, upper) = (*self.lower.get(cell)?, *self.upper.get(cell)?);
        (!lower.is_nan() && !upper.is_nan()).then_some(Interval { lower, upper })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peers(cells: usize) -> Peers {
        Peers { group: vec![0; cells], groups: 1, shares: Default::default() }
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6, "{a} is not {b}");
    }

    #[test]
    fn a_share_has_its_wilson_interval_and_an_empty_cell_has_nothing() {
        let tallies = Tallies::Share { hits: vec![81, 0], n: vec![263, 0] };
        let figures = of(&tallies, false, &peers(2));
        near(figures.value[0], 81.0 / 263.0);
        near(figures.lower[0], 0.255289);
        near(figures.upper[0], 0.366210);
        assert!(figures.value[1].is_nan() && figures.interval(1).is_none());
    }

    #[test]
    fn a_mean_without_spread_of_its_own_takes_the_peers() {
        // 1, 2, 3 and 4, 4: the pooled variance is 2·1 + 1·0 over 3 degrees.
        let tallies =
            Tallies::Moments { n: vec![3, 2, 1], sum: vec![60, 80, 50], squares: vec![1400, 3200, 2500], decimals: 1 };
        let Tallies::Moments { n, sum, squares, decimals } = &tallies else { unreachable!() };
        let spread = spreads(n, sum, squares, *decimals, &peers(3));
        near(spread[0].sd, 1.0);
        near(spread[0].degrees, 2.0);
        near(spread[1].sd, (2.0f64 / 3.0).sqrt());
        near(spread[2].degrees, 3.0);
        let own = mean::interval(2.0, 1.0, 3, 2.0, 0.95).unwrap();
        let figures = of(&tallies, false, &peers(3));
        near(figures.lower[0], own.lower);
        near(figures.upper[0], own.upper);
        assert!(figures.interval(2).is_some(), "one record has the peers' spread");
        let sum = of(&tallies, true, &peers(3));
        near(sum.value[0], 6.0);
        assert!(sum.interval(0).is_none());
    }

    #[test]
    fn variances_are_exact_for_large_numbers_that_differ_little() {
        let (a, b) = (1_000_000_000_000_i128, 1_000_000_000_001_i128);
        near(variance_of(2, a + b, a * a + b * b, 0), 0.5);
    }

    #[test]
    fn reported_intervals_that_are_turned_round_are_none() {
        let tallies =
            Tallies::Reported { value: vec![3.0, 3.0], n: vec![9, 9], lower: vec![2.0, 4.0], upper: vec![4.0, 2.0] };
        let figures = of(&tallies, false, &peers(2));
        assert!(figures.interval(0).is_some() && figures.interval(1).is_none());
    }
}
