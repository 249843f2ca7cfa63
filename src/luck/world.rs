//! One world: every cell of a source drawn again from the common truth, with its n as it was.

use std::collections::BTreeMap;

use super::pool::unit;
use super::{Cells, Copula, Pool, Stream, Table, Truth};
use crate::measure::Tallies;

/// What is needed to draw any number of worlds of one source. Shared by all threads.
pub struct World<'a> {
    cells: &'a Cells,
    /// By measure of the source.
    pools: Vec<Pool>,
    copula: Copula,
    tables: Vec<Table>,
    /// By measure, then place: which table, where the measure draws a count.
    tabled: Vec<Vec<u32>>,
    /// First stream of the source: sources come one after another.
    first_stream: u64,
}

/// No table for this cell.
const NONE: u32 = u32::MAX;

impl<'a> World<'a> {
    /// `pools` is one a measure of `cells`, as pooled or moved to the line. Tables are made once for each different
    /// (n, truth) of the data.
    pub fn new(cells: &'a Cells, pools: Vec<Pool>, copula: Copula, first_stream: u64) -> World<'a> {
        let mut tables = Vec::new();
        let mut known: BTreeMap<(bool, u64, u64), u32> = BTreeMap::new();
        let mut tabled = Vec::new();
        for ((_, tally), pool) in cells.measures.iter().zip(&pools) {
            let one = |(i, place): (usize, &super::Place)| {
                let Some((poisson, n, value)) = counted(tally, pool.truths.get(place.pool as usize), i) else {
                    return NONE;
                };
                *known.entry((poisson, n, value.to_bits())).or_insert_with(|| {
                    tables.push(if poisson { Table::poisson(value) } else { Table::binomial(n, value) });
                    tables.len() as u32 - 1
                })
            };
            tabled.push(cells.places.iter().enumerate().map(one).collect());
        }
        World { cells, pools, copula, tables, tabled, first_stream }
    }

    /// The tallies of the source in world `world`, in the order of `cells.measures`. The same for any order of worlds. `lap` counts
    /// how often the existing periods have been gone through (see `year`): each time they draw anew.
    pub fn draw(&self, seed: u64, world: u64, lap: u64) -> Vec<Tallies> {
        let mut drawn: Vec<Tallies> = self.cells.measures.iter().map(|(_, tally)| tally.clone()).collect();
        let mut scores = Vec::new();
        for (i, place) in self.cells.places.iter().enumerate() {
            let mut stream = Stream::new(seed, world, (lap << 40) + self.first_stream + i as u64);
            self.copula.draw(&mut stream, &mut scores);
            for (m, tally) in drawn.iter_mut().enumerate() {
                let Some(truth) = self.pools[m].truths.get(place.pool as usize) else { continue };
                let table = self.tabled[m].get(i).and_then(|t| self.tables.get(*t as usize));
                // a measure beyond the copula's size is independent
                let score = scores.get(m).copied().unwrap_or_else(|| stream.normal());
                cell(tally, i, truth, table, score, &mut stream);
            }
        }
        drawn
    }
}

/// (Poisson?, n, parameter) of a cell that draws a count.
fn counted(tally: &Tallies, truth: Option<&Truth>, i: usize) -> Option<(bool, u64, f64)> {
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

fn cell(tally: &mut Tallies, i: usize, truth: &Truth, table: Option<&Table>, score: f64, stream: &mut Stream) {
    match (tally, truth, table) {
        (Tallies::Share { hits, .. }, _, Some(table)) => hits[i] = table.at_score(score),
        (Tallies::Nps { promoters, detractors, n }, Truth::Nps { promoters: p, detractors: d }, Some(table)) => {
            promoters[i] = table.at_score(score);
            // of the others, each is a detractor with d/(1 − p)
            let among = if *p < 1.0 { (d / (1.0 - p)).clamp(0.0, 1.0) } else { 0.0 };
            detractors[i] = binomial(stream, n[i] - promoters[i], among);
        }
        (Tallies::Rate { events, decimals, .. }, _, Some(table)) => {
            events[i] = (table.at_score(score) as f64 * unit(*decimals)) as i128;
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

/// A binomial count whose n is itself drawn, so that no table is at hand: inversion from 0 up where the mean is small, a
/// table else.
fn binomial(stream: &mut Stream, n: u64, p: f64) -> u64 {
    let u = stream.uniform();
    if n == 0 || p <= 0.0 {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    if n as f64 * p > 60.0 {
        return Table::binomial(n, p).at(u);
    }
    let (mut x, mut density) = (0, libm::exp(n as f64 * libm::log1p(-p)));
    let mut upto = density;
    while upto < u && x < n {
        density *= (n - x) as f64 / (x + 1) as f64 * p / (1.0 - p);
        x += 1;
        upto += density;
        if density < 1e-18 && x as f64 > n as f64 * p {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;
    use crate::luck::Place;

    fn cells(count: usize, measures: Vec<Tallies>) -> Cells {
        let place = |i: usize| Place { pool: 0, period: 0, subjects: vec![Some(i as u32)] };
        Cells {
            places: (0..count).map(place).collect(),
            measures: measures.into_iter().enumerate().collect(),
            correlations: Vec::new(),
        }
    }

    fn pools(cells: &Cells) -> Vec<Pool> {
        let of: Vec<u32> = cells.places.iter().map(|p| p.pool).collect();
        cells.measures.iter().map(|(_, tally)| Pool::of(tally, &of)).collect()
    }

    fn mean_and_variance(values: impl Iterator<Item = f64>) -> (f64, f64) {
        let values: Vec<f64> = values.collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean, values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (values.len() - 1) as f64)
    }

    #[test]
    fn n_stays_and_counts_come_from_the_pool() {
        let size = 3000;
        let share = Tallies::Share { hits: vec![6; size], n: vec![20; size] };
        let nps = Tallies::Nps { promoters: vec![10; size], detractors: vec![4; size], n: vec![20; size] };
        let one = 1_000_000_i128;
        let rate = Tallies::Rate {
            n: vec![20; size],
            events: vec![3 * one; size],
            per: vec![50 * one; size],
            decimals: 6,
            scale: 100.0,
        };
        let cells = cells(size, vec![share, nps, rate]);
        let world = World::new(&cells, pools(&cells), Copula::independent(3), 0);
        assert_eq!(world.tables.len(), 3);
        let drawn = world.draw(1, 0, 0);
        let Tallies::Share { hits, n } = &drawn[0] else { panic!() };
        assert!(n.iter().all(|n| *n == 20));
        let (mean, variance) = mean_and_variance(hits.iter().map(|h| *h as f64));
        assert!((mean - 6.0).abs() < 0.15 && (variance - 4.2).abs() < 0.5, "{mean} {variance}");
        let Tallies::Nps { promoters, detractors, n } = &drawn[1] else { panic!() };
        assert!(promoters.iter().zip(detractors).zip(n).all(|((p, d), n)| p + d <= *n));
        let (mean, variance) = mean_and_variance(promoters.iter().zip(detractors).map(|(p, d)| *p as f64 - *d as f64));
        // n(p + d − (p − d)²) = 20(.7 − .09)
        assert!((mean - 6.0).abs() < 0.25 && (variance - 12.2).abs() < 1.3, "{mean} {variance}");
        let Tallies::Rate { events, .. } = &drawn[2] else { panic!() };
        assert!(events.iter().all(|e| e % one == 0));
        let (mean, variance) = mean_and_variance(events.iter().map(|e| (*e / one) as f64));
        assert!((mean - 3.0).abs() < 0.13 && (variance - 3.0).abs() < 0.4, "{mean} {variance}");
    }

    #[test]
    fn means_and_ratios_keep_the_pools_spread() {
        let size = 2000;
        let moments =
            Tallies::Moments { n: vec![5; size], sum: vec![250; size], squares: vec![14_500; size], decimals: 1 };
        let ratio = Tallies::Ratio {
            n: vec![5; size],
            of: vec![10; size],
            out_of: vec![20; size],
            of2: vec![30; size],
            of_out: vec![44; size],
            out2: vec![90; size],
            decimals: 0,
        };
        let cells = cells(size, vec![moments, ratio]);
        let pools = pools(&cells);
        let Truth::Normal { mean, variance } = pools[0].truths[0] else { panic!() };
        near(mean, 5.0, 1e-9);
        let world = World::new(&cells, pools, Copula::new(2, &[1.0, 0.8, 0.8, 1.0]), 0);
        let drawn = world.draw(9, 4, 0);
        let Tallies::Moments { n, sum, squares, .. } = &drawn[0] else { panic!() };
        let (found, spread) = mean_and_variance(sum.iter().map(|s| *s as f64 / 50.0));
        assert!((found - 5.0).abs() < 0.1 && (spread / (variance / 5.0) - 1.0).abs() < 0.15, "{found} {spread}");
        let own = |i: usize| (squares[i] as f64 / 100.0 - (sum[i] as f64 / 10.0).powi(2) / 5.0) / (n[i] - 1) as f64;
        assert!((own(3) / variance - 1.0).abs() < 0.05, "{} {variance}", own(3));
        let Tallies::Ratio { of, .. } = &drawn[1] else { panic!() };
        let both: Vec<(f64, f64)> = sum.iter().zip(of).map(|(a, b)| (*a as f64, *b as f64)).collect();
        let (a, va) = mean_and_variance(both.iter().map(|p| p.0));
        let (b, vb) = mean_and_variance(both.iter().map(|p| p.1));
        let together = both.iter().map(|p| (p.0 - a) * (p.1 - b)).sum::<f64>() / size as f64;
        assert!((together / (va * vb).sqrt() - 0.8).abs() < 0.05);
        assert!((b - 10.0).abs() < 0.3);
    }

    #[test]
    fn percentiles_draw_whole_records() {
        let had = vec![vec![(1, 2), (5, 1)], vec![(5, 6), (9, 1)], vec![]];
        let cells = cells(3, vec![Tallies::Histogram { cells: had, at: 0.9, decimals: 0 }]);
        let world = World::new(&cells, pools(&cells), Copula::independent(1), 0);
        let mut seen = BTreeMap::new();
        for i in 0..500 {
            let Tallies::Histogram { cells, .. } = &world.draw(3, i, 0)[0] else { panic!() };
            let size = |c: &Vec<(i64, u64)>| c.iter().map(|(_, n)| n).sum::<u64>();
            assert_eq!(cells.iter().map(size).collect::<Vec<_>>(), [3, 7, 0]);
            cells.iter().flatten().for_each(|(v, c)| *seen.entry(*v).or_insert(0) += c);
        }
        // pooled 2 : 7 : 1
        for (value, part) in [(1, 0.2), (5, 0.7), (9, 0.1)] {
            assert!((seen[&value] as f64 / 5000.0 - part).abs() < 0.03, "{seen:?}");
        }
    }

    #[test]
    fn a_world_is_the_same_whenever_it_is_drawn() {
        let base = vec![Tallies::Share { hits: vec![3, 9], n: vec![10, 30] }, Tallies::Count { n: vec![4, 4] }];
        let cells = cells(2, base.clone());
        let world = World::new(&cells, pools(&cells), Copula::independent(2), 5);
        let later = world.draw(1, 8, 0);
        let _ = world.draw(1, 7, 0);
        assert_ne!(world.draw(1, 8, 1), later);
        assert_eq!(world.draw(1, 8, 0), later);
        assert_ne!(
            (0..20).map(|w| world.draw(1, w, 0)).collect::<Vec<_>>(),
            (0..20).map(|w| world.draw(2, w, 0)).collect::<Vec<_>>()
        );
        assert_eq!(later[1], base[1]);
    }
}
