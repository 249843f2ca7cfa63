//! One world: every cell drawn again from the common truth, with its n as it was.
//!
//! The measures of one source, seat and period share a Gaussian copula. Where a table splits a seat by strata, each stratum
//! has numbers of its own whose sum, weighted by √(n_s/n), is the seat's: z_s = e_s + √w_s·(Z − Σ√w_t·e_t). Each z_s is
//! standard normal, and a measure that isn't split moves with the sum of one that is.

use std::collections::BTreeMap;

use super::binomial::binomial;
use super::pool::unit;
use super::thinned::{Odds, thin};
use super::{Copula, Pool, Stream, Table, Truth};
use crate::measure::{Counted, CountedTable, Counts, Crossed, Tallies};

/// The truths of every counted measure, by position in `Plan::measures`, with the pool of each of its table's cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Truths {
    pub by_measure: BTreeMap<usize, Pool>,
}

/// What is needed to draw any number of worlds. Shared by all threads.
pub struct Draws {
    tables: Vec<TableDraws>,
    seed: u64,
}

struct TableDraws {
    source: u64,
    /// Of the whole source: numbers that its tables share.
    copula: Copula,
    /// Other tables of the source exist, or cells of one seat: they need numbers of their own too.
    own: Option<Copula>,
    measures: Vec<MeasureDraws>,
    /// By cell: its pool.
    pools: Vec<u32>,
}

struct MeasureDraws {
    /// Position among the numbers of the source.
    place: usize,
    common: Side,
    /// What those drawn as planted have instead.
    planted: Option<Side>,
    /// By pool: how what doesn't count against a person is taken out.
    odds: Vec<Odds>,
}

/// One truth of one measure.
struct Side {
    pool: Pool,
    tables: Vec<Table>,
    /// By cell: which table, where the measure draws a count.
    tabled: Vec<u32>,
}

/// No table for this cell.
const NONE: u32 = u32::MAX;

impl Draws {
    /// `planted` are the truths of those whom a world marks. `pools` gives the pool of each cell, by table.
    pub fn new(
        counts: &Counts,
        pools: &[Vec<u32>],
        truths: &Truths,
        planted: Option<&Truths>,
        crossed: Option<&Crossed>,
        seed: u64,
    ) -> Draws {
        let tables = counts.tables.iter().zip(pools).map(|(table, pools)| {
            let alike = || counts.tables.iter().filter(|t| t.source == table.source);
            let members: Vec<usize> = alike().flat_map(|t| &t.measures).map(|m| m.measure).collect();
            let split = table.strata.len() > 1 || alike().count() > 1;
            let measures = table.measures.iter().map(|counted| MeasureDraws {
                place: members.iter().position(|m| *m == counted.measure).unwrap_or(0),
                common: Side::new(counted, pools, truths),
                planted: planted.map(|truths| Side::new(counted, pools, truths)),
                odds: Odds::by_pool(counted, pools),
            });
            TableDraws {
                source: table.source as u64,
                copula: copula(&members, crossed),
                own: split.then(|| copula(&members, crossed)),
                measures: measures.collect(),
                pools: pools.clone(),
            }
        });
        Draws { tables: tables.collect(), seed }
    }

    /// Draws a world into `counts`, a copy of those that `new` was given; the same whatever was drawn before. `planted` marks
    /// seats.
    pub fn draw(&self, world: u64, planted: Option<&[bool]>, counts: &mut Counts) {
        for (position, (draws, table)) in self.tables.iter().zip(&mut counts.tables).enumerate() {
            draws.draw(self.seed, world, position as u64, planted, table);
        }
    }
}

fn copula(members: &[usize], crossed: Option<&Crossed>) -> Copula {
    let Some(crossed) = crossed else { return Copula::independent(members.len()) };
    let of = |a: &usize, b: &usize| if a == b { 1.0 } else { crossed.correlation(*a, *b).unwrap_or(0.0) };
    let correlations: Vec<f64> = members.iter().flat_map(|a| members.iter().map(move |b| of(a, b))).collect();
    Copula::new(members.len(), &correlations)
}

impl Side {
    fn new(counted: &Counted, pools: &[u32], truths: &Truths) -> Side {
        let pool = truths.by_measure.get(&counted.measure).cloned().unwrap_or(Pool { truths: Vec::new() });
        let mut tables = Vec::new();
        let mut known: BTreeMap<(bool, u64, u64), u32> = BTreeMap::new();
        let one = |(i, place): (usize, &u32)| {
            let Some((poisson, n, value)) = drawn_count(&counted.tallies, pool.truths.get(*place as usize), i) else {
                return NONE;
            };
            *known.entry((poisson, n, value.to_bits())).or_insert_with(|| {
                let table = if poisson { Table::poisson(value) } else { Table::binomial(n, value) };
                tables.push(table.by_score());
                tables.len() as u32 - 1
            })
        };
        let tabled = pools.iter().enumerate().map(one).collect();
        Side { pool, tables, tabled }
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

impl TableDraws {
    fn draw(&self, seed: u64, world: u64, position: u64, planted: Option<&[bool]>, table: &mut CountedTable) {
        let CountedTable { cells, records, measures, .. } = table;
        let (mut common, mut own) = (Vec::new(), Vec::new());
        let mut start = 0;
        while let Some(first) = cells.get(start) {
            let same = |c: &&crate::measure::Cell| c.seat == first.seat && c.period == first.period;
            let end = start + cells[start..].iter().take_while(same).count();
            let key = self.source << 52 ^ u64::from(first.period) << 32 ^ u64::from(first.seat);
            let mut stream = Stream::new(seed, world, key);
            self.copula.draw(&mut stream, &mut common);
            if let Some(copula) = &self.own {
                // what only this table draws must not repeat what another draws after the shared numbers
                stream = Stream::new(seed ^ (position + 1), world, key);
                spread(copula, &common, records.get(start..end).unwrap_or(&[]), &mut stream, &mut own);
            }
            let marked = planted.and_then(|p| p.get(first.seat as usize)).copied().unwrap_or(false);
            for i in start..end {
                let scores = if self.own.is_some() {
                    own.get((i - start) * common.len()..).unwrap_or(&[])
                } else {
                    common.as_slice()
                };
                for (draws, counted) in self.measures.iter().zip(measures.iter_mut()) {
                    let side = draws.planted.as_ref().filter(|_| marked).unwrap_or(&draws.common);
                    let Some(pool) = self.pools.get(i).map(|p| *p as usize) else { continue };
                    let Some(truth) = side.pool.truths.get(pool) else { continue };
                    let drawn = side.tabled.get(i).and_then(|t| side.tables.get(*t as usize));
                    let score = scores.get(draws.place).copied().unwrap_or(0.0);
                    cell(&mut counted.tallies, i, truth, drawn, score, &mut stream);
                    if let (Some(dropped), Some(odds)) = (&mut counted.dropped, draws.odds.get(pool)) {
                        thin(&counted.tallies, dropped, i, odds, &mut stream);
                    }
                }
            }
            start = end;
        }
    }
}

/// The numbers of a seat's cells, cell by cell, whose weighted sum is the seat's.
fn spread(copula: &Copula, seat: &[f64], records: &[u64], stream: &mut Stream, into: &mut Vec<f64>) {
    into.clear();
    let total: u64 = records.iter().sum();
    let weight = |n: u64| if total > 0 { (n as f64 / total as f64).sqrt() } else { 0.0 };
    let mut sums = vec![0.0; seat.len()];
    let mut one = Vec::new();
    for n in records {
        copula.draw(stream, &mut one);
        sums.iter_mut().zip(&one).for_each(|(sum, e)| *sum += weight(*n) * e);
        into.extend_from_slice(&one);
    }
    for (cell, n) in into.chunks_exact_mut(seat.len().max(1)).zip(records) {
        for ((number, z), sum) in cell.iter_mut().zip(seat).zip(&sums) {
            *number += weight(*n) * (z - sum);
        }
    }
}

fn cell(tally: &mut Tallies, i: usize, truth: &Truth, table: Option<&Table>, score: f64, stream: &mut Stream) {
    match (tally, truth, table) {
        (Tallies::Share { hits, .. }, _, Some(table)) => hits[i] = table.at(score),
        (Tallies::Nps { promoters, detractors, n }, Truth::Nps { promoters: p, detractors: d }, Some(table)) => {
            promoters[i] = table.at(score);
            // of the others, each is a detractor with d/(1 − p)
            let among = if *p < 1.0 { (d / (1.0 - p)).clamp(0.0, 1.0) } else { 0.0 };
            detractors[i] = binomial(stream, n[i] - promoters[i], among);
        }
        (Tallies::Rate { events, decimals, .. }, _, Some(table)) => {
            events[i] = (table.at(score) as f64 * unit(*decimals)) as i128;
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

#[cfg(test)]
mod tests;
