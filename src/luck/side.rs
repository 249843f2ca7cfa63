//! One measure's draws: from a score to what is counted, cell by cell.

use std::collections::BTreeMap;
use std::ops::Range;

use super::binomial::binomial;
use super::draw::Truths;
use super::pool::unit;
use super::table::Tables;
use super::thinned::{Odds, thin};
use super::{Pool, Stream, Table, Truth};
use crate::measure::{Counted, Tallies};

pub(super) struct MeasureDraws {
    /// Position among the numbers of the source.
    pub place: usize,
    pub common: Side,
    /// What those have instead who are marked, by their mark from 1.
    others: Vec<Side>,
    /// By pool: how what doesn't count against a person is taken out.
    odds: Vec<Odds>,
}

/// One truth of one measure.
pub(super) struct Side {
    pool: Pool,
    pub tables: Tables,
    /// By cell: which table, where the measure draws a count.
    tabled: Vec<u32>,
}

/// A run of cells with their numbers.
pub(super) struct Run<'a> {
    pub cells: Range<usize>,
    /// By cell of the run, as are the others.
    pub scores: &'a [f64],
    pub streams: &'a mut [Stream],
    /// 0 for the common truth; empty where everyone has it.
    pub marked: &'a [u8],
    /// By cell of the table.
    pub pools: &'a [u32],
}

/// No table for this cell.
const NONE: u32 = u32::MAX;

impl MeasureDraws {
    pub fn new(place: usize, counted: &Counted, pools: &[u32], truths: &Truths, others: &[Truths]) -> MeasureDraws {
        MeasureDraws {
            place,
            common: Side::new(counted, pools, truths),
            others: others.iter().map(|truths| Side::new(counted, pools, truths)).collect(),
            odds: Odds::by_pool(counted, pools),
        }
    }

    pub fn draw(&self, run: &mut Run<'_>, counted: &mut Counted) {
        let first = run.cells.start;
        if let Tallies::Share { hits, .. } = &mut counted.tallies {
            let hits = hits.get_mut(run.cells.clone()).unwrap_or(&mut []);
            if run.marked.is_empty() {
                self.common.counts(run.cells.clone(), run.scores, hits);
            } else {
                for (k, (hits, score)) in hits.iter_mut().zip(run.scores).enumerate() {
                    *hits = self.side(run.marked, k).count(first + k, *score).unwrap_or(*hits);
                }
            }
        } else {
            for (k, score) in run.scores.iter().enumerate() {
                let (i, side) = (first + k, self.side(run.marked, k));
                let truth = run.pools.get(i).and_then(|pool| side.pool.truths.get(*pool as usize));
                let (Some(truth), Some(stream)) = (truth, run.streams.get_mut(k)) else { continue };
                cell(&mut counted.tallies, i, truth, side.count(i, *score), *score, stream);
            }
        }
        let Some(dropped) = &mut counted.dropped else { return };
        for (k, stream) in run.streams.iter_mut().enumerate() {
            let i = first + k;
            if let Some(odds) = run.pools.get(i).and_then(|pool| self.odds.get(*pool as usize)) {
                thin(&counted.tallies, dropped, i, odds, stream);
            }
        }
    }

    #[inline]
    fn side(&self, marked: &[u8], k: usize) -> &Side {
        let mark = marked.get(k).map_or(0, |mark| *mark as usize);
        mark.checked_sub(1).and_then(|other| self.others.get(other)).unwrap_or(&self.common)
    }
}

impl Side {
    fn new(counted: &Counted, pools: &[u32], truths: &Truths) -> Side {
        let pool = truths.by_measure.get(&counted.measure).cloned().unwrap_or(Pool { truths: Vec::new() });
        let mut tables = Tables::default();
        let mut known: BTreeMap<(bool, u64, u64), u32> = BTreeMap::new();
        let one = |(i, place): (usize, &u32)| {
            let Some((poisson, n, value)) = drawn_count(&counted.tallies, pool.truths.get(*place as usize), i) else {
                return NONE;
            };
            *known.entry((poisson, n, value.to_bits())).or_insert_with(|| {
                let table = if poisson { Table::poisson(value) } else { Table::binomial(n, value) };
                tables.push(&table.by_score())
            })
        };
        let tabled = pools.iter().enumerate().map(one).collect();
        Side { pool, tables, tabled }
    }

    /// The counts of a run, all from this truth.
    fn counts(&self, cells: Range<usize>, scores: &[f64], into: &mut [u64]) {
        let tabled = self.tabled.get(cells).unwrap_or(&[]);
        for ((count, score), table) in into.iter_mut().zip(scores).zip(tabled) {
            *count = self.tables.at(*table, *score).unwrap_or(*count);
        }
    }

    #[inline]
    fn count(&self, i: usize, score: f64) -> Option<u64> {
        self.tables.at(*self.tabled.get(i)?, score)
    }
}

/// (Poisson?, n, parameter) of a cell that draws a count.
fn drawn_count(tally: &Tallies, truth: Option<&Truth>, i: usize) -> Option<(bool, u64, f64)> {
    match (tally, truth?) {
        (Tallies::Share { n, .. }, Truth::Share(p)) => Some((false, n[i], *p)),
        (Tallies::Nps { n, .. }, Truth::Nps { promoters, .. }) => Some((false, n[i], *promoters)),
        // events and exposure stand at the same decimals: their ratio needs none, the mean is in whole events
        (Tallies::Rate { per, decimals, .. }, Truth::Rate(rate)) => {
            Some((true, 0, rate * per[i] as f64 / unit(*decimals)))
        }
        _ => None,
    }
}

/// Any other cell than a share's. `count` is what the score stands for, where a count is drawn.
fn cell(tally: &mut Tallies, i: usize, truth: &Truth, count: Option<u64>, score: f64, stream: &mut Stream) {
    match (tally, truth, count) {
        (Tallies::Nps { promoters, detractors, n }, Truth::Nps { promoters: p, detractors: d }, Some(count)) => {
            promoters[i] = count;
            // of the others, each is a detractor with d/(1 − p)
            let among = if *p < 1.0 { (d / (1.0 - p)).clamp(0.0, 1.0) } else { 0.0 };
            detractors[i] = binomial(stream, n[i] - promoters[i], among);
        }
        (Tallies::Rate { events, decimals, .. }, _, Some(count)) => {
            events[i] = (count as f64 * unit(*decimals)) as i128;
        }
        (Tallies::Moments { n, sum, squares, decimals }, Truth::Normal { mean, variance }, _) if n[i] > 0 => {
            let (count, unit) = (n[i] as f64, unit(*decimals));
            let total = (mean + score * (variance / count).sqrt()) * count;
            sum[i] = (total * unit).round() as i128;
            let square = (count - 1.0) * variance + total * total / count;
            squares[i] = (square * unit * unit).round() as i128;
        }
        (Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals }, Truth::Ratio { ratio, variance }, _)
            if n[i] > 0 =>
        {
            // of = ratio·out_of + e, e normal: its sum is drawn, its spread is the pool's
            let (count, unit) = (n[i] as f64, unit(*decimals));
            let (x, xx) = (out_of[i] as f64 / unit, out2[i] as f64 / (unit * unit));
            let error = score * (variance * count).sqrt();
            let (shared, spread) = (error / count * x, (count - 1.0) * variance + error * error / count);
            of[i] = ((ratio * x + error) * unit).round() as i128;
            of_out[i] = ((ratio * xx + shared) * unit * unit).round() as i128;
            of2[i] = ((ratio * ratio * xx + 2.0 * ratio * shared + spread) * unit * unit).round() as i128;
        }
        (Tallies::Histogram { cells, .. }, Truth::Values(values), _) => cells[i] = sample(stream, &cells[i], values),
        _ => {}
    }
}

/// As many records as the cell had, drawn from the pooled ones. The whole histogram is drawn, not one quantile, because the
/// interval reads other ranks and higher levels add the records up.
fn sample(stream: &mut Stream, had: &[(i64, u64)], values: &[(i64, u64)]) -> Vec<(i64, u64)> {
    let mut left: u64 = had.iter().map(|(_, c)| c).sum();
    let mut rest: u64 = values.iter().map(|(_, c)| c).sum();
    let mut drawn = Vec::new();
    // one binomial a value: the multinomial, value by value
    for &(value, count) in values {
        if left == 0 || rest == 0 {
            break;
        }
        let here = if count == rest { left } else { binomial(stream, left, count as f64 / rest as f64) };
        if here > 0 {
            drawn.push((value, here));
        }
        left -= here;
        rest -= count;
    }
    drawn
}
