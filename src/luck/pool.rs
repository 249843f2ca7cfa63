//! The truth that everyone shares: what the records of one pool (level, stratum, period) say together.

use crate::fairness::quantile;
use crate::measure::{Overflow, Tallies};

/// One pool's distribution of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    Share(f64),
    /// Promoters' and detractors' shares.
    Nps {
        promoters: f64,
        detractors: f64,
    },
    /// Events per unit of exposure, before the scale.
    Rate(f64),
    /// Mean and variance of a record.
    Normal {
        mean: f64,
        variance: f64,
    },
    /// Ratio, and the variance of of − ratio·out_of of a record.
    Ratio {
        ratio: f64,
        variance: f64,
    },
    /// The pooled records, sorted, at the measure's decimals.
    Values(Vec<(i64, u64)>),
    /// Nothing is drawn: a count, a reported figure, a formula, or a pool without records.
    Fixed,
}

/// The truths of one measure, by pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    pub truths: Vec<Truth>,
}

impl Pool {
    /// Pools a tally's entries: `pools[i]` is the pool of entry i.
    pub fn of(base: &Tallies, pools: &[u32]) -> Pool {
        let count = pools.iter().max().map_or(0, |most| *most as usize + 1);
        let truths = match base.added(pools, count) {
            Ok(pooled) => (0..count).map(|i| truth(&pooled, i)).collect(),
            Err(Overflow) => vec![Truth::Fixed; count],
        };
        Pool { truths }
    }
}

impl Pool {
    /// Takes over the truths of pools that were not seen before.
    pub(super) fn absorb(&mut self, more: Pool) {
        self.truths.resize(self.truths.len().max(more.truths.len()), Truth::Fixed);
        for (own, more) in self.truths.iter_mut().zip(more.truths).filter(|(_, more)| *more != Truth::Fixed) {
            *own = more;
        }
    }
}

fn truth(pooled: &Tallies, i: usize) -> Truth {
    let part = |of: u64, n: u64| of as f64 / n as f64;
    match pooled {
        Tallies::Share { hits, n } if n[i] > 0 => Truth::Share(part(hits[i], n[i])),
        Tallies::Nps { promoters, detractors, n } if n[i] > 0 => {
            Truth::Nps { promoters: part(promoters[i], n[i]), detractors: part(detractors[i], n[i]) }
        }
        Tallies::Rate { events, per, .. } if per[i] > 0 => Truth::Rate(events[i] as f64 / per[i] as f64),
        Tallies::Moments { n, sum, squares, decimals } if n[i] > 1 => {
            let unit = unit(*decimals);
            let (count, sum) = (n[i] as f64, sum[i] as f64 / unit);
            let variance = (squares[i] as f64 / (unit * unit) - sum * sum / count).max(0.0) / (count - 1.0);
            Truth::Normal { mean: sum / count, variance }
        }
        Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals } if n[i] > 1 && out_of[i] != 0 => {
            let square = unit(*decimals) * unit(*decimals);
            let ratio = of[i] as f64 / out_of[i] as f64;
            let left = of2[i] as f64 - 2.0 * ratio * of_out[i] as f64 + ratio * ratio * out2[i] as f64;
            Truth::Ratio { ratio, variance: (left / square).max(0.0) / (n[i] - 1) as f64 }
        }
        Tallies::Histogram { cells, .. } if !cells[i].is_empty() => Truth::Values(cells[i].clone()),
        _ => Truth::Fixed,
    }
}

/// 10^decimals.
pub(super) fn unit(decimals: u8) -> f64 {
    10_f64.powi(i32::from(decimals))
}

impl Truth {
    /// The figure as rules see it: a share 0…1, NPS −100…100, a rate times its scale; `None` where nothing is drawn.
    pub fn figure(&self, of: &Tallies) -> Option<f64> {
        match (self, of) {
            (Truth::Share(p), _) => Some(*p),
            (Truth::Nps { promoters, detractors }, _) => Some(100.0 * (promoters - detractors)),
            (Truth::Rate(rate), Tallies::Rate { scale, .. }) => Some(rate * scale),
            (Truth::Normal { mean, .. }, _) => Some(*mean),
            (Truth::Ratio { ratio, .. }, _) => Some(*ratio),
            (Truth::Values(values), Tallies::Histogram { at, decimals, .. }) => quantile_of(values, *at, *decimals),
            _ => None,
        }
    }

    /// The same distribution with another figure: how the truth *at the line* is made. NPS keeps its passives where it can, a
    /// percentile shifts every value.
    pub fn moved(&self, to: f64, of: &Tallies) -> Truth {
        if !to.is_finite() {
            return self.clone();
        }
        match (self, of) {
            (Truth::Share(_), _) => Truth::Share(to.clamp(0.0, 1.0)),
            (Truth::Nps { promoters, detractors }, _) => {
                let (balance, answered) = ((to / 100.0).clamp(-1.0, 1.0), promoters + detractors);
                // p − d = balance needs p + d of at least |balance|
                let answered = answered.max(balance.abs());
                Truth::Nps { promoters: 0.5 * (answered + balance), detractors: 0.5 * (answered - balance) }
            }
            (Truth::Rate(_), Tallies::Rate { scale, .. }) if *scale > 0.0 => Truth::Rate((to / scale).max(0.0)),
            (Truth::Normal { variance, .. }, _) => Truth::Normal { mean: to, variance: *variance },
            (Truth::Ratio { variance, .. }, _) => Truth::Ratio { ratio: to, variance: *variance },
            (Truth::Values(values), Tallies::Histogram { decimals, .. }) => {
                let shift = self.figure(of).map_or(0.0, |now| ((to - now) * unit(*decimals)).round()) as i64;
                let mut moved: Vec<(i64, u64)> = values.iter().map(|(v, c)| (v.saturating_add(shift), *c)).collect();
                settle(&mut moved);
                Truth::Values(moved)
            }
            _ => self.clone(),
        }
    }
}

/// Sorts by value and adds the counts of equal ones.
fn settle(histogram: &mut Vec<(i64, u64)>) {
    histogram.sort_unstable();
    histogram.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
}

fn quantile_of(values: &[(i64, u64)], at: f64, decimals: u8) -> Option<f64> {
    let unit = unit(decimals);
    let histogram: Vec<(f64, u64)> = values.iter().map(|(v, c)| (*v as f64 / unit, *c)).collect();
    quantile::type7(&histogram, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn pools_are_sums_of_their_cells() {
        let base = Tallies::Share { hits: vec![9, 1, 3], n: vec![10, 10, 4] };
        assert_eq!(Pool::of(&base, &[0, 0, 2]).truths, [Truth::Share(0.5), Truth::Fixed, Truth::Share(0.75)]);
        // 1.0, 2.0 | 3.0 at one decimal
        let base = Tallies::Moments { n: vec![2, 1], sum: vec![30, 30], squares: vec![500, 900], decimals: 1 };
        let Truth::Normal { mean, variance } = Pool::of(&base, &[0, 0]).truths[0] else { panic!("not normal") };
        near(mean, 2.0, 1e-12);
        near(variance, 1.0, 1e-12);
        assert_eq!(Pool::of(&Tallies::Formula, &[0, 1]).truths, [Truth::Fixed, Truth::Fixed]);
        assert!(Pool::of(&base, &[]).truths.is_empty());
    }

    #[test]
    fn moving_to_a_line_gives_that_figure() {
        let rate = Tallies::Rate { n: vec![1], events: vec![4], per: vec![1000], decimals: 0, scale: 100.0 };
        let nps = Tallies::Nps { promoters: vec![5], detractors: vec![2], n: vec![10] };
        let mean = Tallies::Moments { n: vec![3], sum: vec![6], squares: vec![14], decimals: 0 };
        let median = Tallies::Histogram { cells: vec![vec![(10, 2), (20, 3), (40, 1)]], at: 0.5, decimals: 1 };
        for (base, to) in [(rate, 0.7), (nps.clone(), 45.0), (nps, -95.0), (mean, 5.5), (median, 7.3)] {
            let truth = Pool::of(&base, &[0]).truths[0].moved(to, &base);
            near(truth.figure(&base).unwrap(), to, 1e-9);
        }
    }

    #[test]
    fn a_score_keeps_its_passives_where_it_can() {
        let base = Tallies::Nps { promoters: vec![5], detractors: vec![2], n: vec![10] };
        let moved = Pool::of(&base, &[0]).truths[0].moved(10.0, &base);
        assert!(matches!(moved, Truth::Nps { promoters, detractors } if (promoters + detractors - 0.7).abs() < 1e-12));
        assert_eq!(Truth::Fixed.moved(0.5, &base), Truth::Fixed);
        assert_eq!(Truth::Share(0.4).moved(f64::NAN, &base), Truth::Share(0.4));
    }
}
