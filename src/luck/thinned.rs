//! What doesn't count against a person in a drawn world: shielded records, and misses whose cause isn't the person. Which
//! records those are is not drawn; how likely a hit, a miss or a record is among them is taken from the pool.

use super::Stream;
use super::binomial::binomial;
use crate::measure::{Counted, Tallies};

/// Chance of a record to be taken out, by what it is: hit (promoter, event), detractor, any other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Odds {
    hit: f64,
    detractor: f64,
    other: f64,
}

impl Odds {
    /// By pool; empty where nothing is ever taken out.
    pub fn by_pool(counted: &Counted, pools: &[u32]) -> Vec<Odds> {
        let Some(dropped) = &counted.dropped else { return Vec::new() };
        let count = pools.iter().max().map_or(0, |most| *most as usize + 1);
        let (Ok(all), Ok(dropped)) = (counted.tallies.added(pools, count), dropped.added(pools, count)) else {
            return Vec::new();
        };
        (0..count).map(|pool| Odds::of(&all, &dropped, pool)).collect()
    }

    fn of(all: &Tallies, dropped: &Tallies, i: usize) -> Odds {
        let part = |of: u64, n: u64| if n > 0 { of as f64 / n as f64 } else { 0.0 };
        match (all, dropped) {
            (Tallies::Share { hits, n }, Tallies::Share { hits: h, n: d }) => Odds {
                hit: part(h[i], hits[i]),
                other: part(d[i].saturating_sub(h[i]), n[i].saturating_sub(hits[i])),
                detractor: 0.0,
            },
            (Tallies::Nps { promoters, detractors, n }, Tallies::Nps { promoters: p, detractors: q, n: d }) => Odds {
                hit: part(p[i], promoters[i]),
                detractor: part(q[i], detractors[i]),
                other: part(d[i].saturating_sub(p[i] + q[i]), n[i].saturating_sub(promoters[i] + detractors[i])),
            },
            (Tallies::Rate { events, .. }, Tallies::Rate { events: e, .. }) => {
                Odds { hit: if events[i] > 0 { e[i] as f64 / events[i] as f64 } else { 0.0 }, ..Odds::default() }
            }
            _ => Odds { other: part(dropped.n(i), all.n(i)), ..Odds::default() },
        }
    }
}

/// Draws what is taken out of one drawn cell.
pub(super) fn thin(all: &Tallies, dropped: &mut Tallies, i: usize, odds: &Odds, stream: &mut Stream) {
    match (all, dropped) {
        (Tallies::Share { hits, n }, Tallies::Share { hits: h, n: d }) => {
            h[i] = binomial(stream, hits[i], odds.hit);
            d[i] = h[i] + binomial(stream, n[i].saturating_sub(hits[i]), odds.other);
        }
        (Tallies::Nps { promoters, detractors, n }, Tallies::Nps { promoters: p, detractors: q, n: d }) => {
            p[i] = binomial(stream, promoters[i], odds.hit);
            q[i] = binomial(stream, detractors[i], odds.detractor);
            d[i] = p[i] + q[i] + binomial(stream, n[i].saturating_sub(promoters[i] + detractors[i]), odds.other);
        }
        (Tallies::Rate { events, decimals, .. }, Tallies::Rate { events: e, .. }) => {
            let one = super::pool::unit(*decimals);
            let whole = (events[i] as f64 / one).max(0.0) as u64;
            e[i] = (binomial(stream, whole, odds.hit) as f64 * one) as i128;
        }
        // a part of the cell's records, as many as before: of their sum the same part, give or take their spread
        (Tallies::Moments { n, sum, squares, decimals }, Tallies::Moments { n: d, sum: s, squares: q, .. }) => {
            let (count, taken, one) = (n[i] as f64, d[i] as f64, super::pool::unit(*decimals));
            if n[i] == 0 || d[i] == 0 {
                return;
            }
            let (total, square) = (sum[i] as f64 / one, squares[i] as f64 / (one * one));
            let variance = (square - total * total / count).max(0.0) / (count - 1.0).max(1.0);
            let spread = (variance * taken * (1.0 - taken / count)).max(0.0).sqrt();
            let part = total * taken / count + spread * stream.normal();
            s[i] = (part * one).round() as i128;
            q[i] = (((taken - 1.0) * variance + part * part / taken) * one * one).round() as i128;
        }
        (Tallies::Ratio { n, of, of2, of_out, .. }, Tallies::Ratio { n: d, of: o, of2: oo, of_out: ox, .. })
            if n[i] > 0 =>
        {
            let part = d[i] as f64 / n[i] as f64;
            let scaled = |v: i128| (v as f64 * part).round() as i128;
            (o[i], oo[i], ox[i]) = (scaled(of[i]), scaled(of2[i]), scaled(of_out[i]));
        }
        (Tallies::Histogram { cells, .. }, Tallies::Histogram { cells: taken, .. }) => {
            let draw = |(value, count): &(i64, u64)| (*value, binomial(stream, *count, odds.other));
            taken[i] = cells[i].iter().map(draw).filter(|(_, count)| *count > 0).collect();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn excused_misses_are_excused_as_often_as_before() {
        let counted = Counted {
            measure: 0,
            tallies: Tallies::Share { hits: vec![60, 80], n: vec![100, 100] },
            rows: Default::default(),
            measured: None,
            dropped: Some(Tallies::Share { hits: vec![0, 7], n: vec![20, 17] }),
            lines: BTreeMap::new(),
            reported: None,
        };
        let odds = Odds::by_pool(&counted, &[0, 0]);
        assert_eq!(odds, [Odds { hit: 7.0 / 140.0, other: 0.5, detractor: 0.0 }]);
        let all = Tallies::Share { hits: vec![70], n: vec![100] };
        let mut taken = Tallies::Share { hits: vec![0], n: vec![0] };
        let mut misses = 0;
        for world in 0..2000 {
            thin(&all, &mut taken, 0, &odds[0], &mut Stream::new(2, world, 9));
            let Tallies::Share { hits, n } = &taken else { unreachable!() };
            assert!(hits[0] <= 70 && n[0] - hits[0] <= 30);
            misses += n[0] - hits[0];
        }
        assert!((misses as f64 / 2000.0 - 15.0).abs() < 0.3, "{misses}");
    }
}
