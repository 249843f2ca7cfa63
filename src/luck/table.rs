//! Counts by inversion. The n of a cell and the truth it is drawn from are the same in every world, so the distribution is
//! tabulated once and a draw is a binary search. Equal (n, truth) share a table.

use crate::fairness::{normal, rate, share};

/// A count's distribution function over the values that can happen (all but 1e-16 of it), with a guide into it (Chen and
/// Asau, AIIE Transactions 6 (1974) 163–166): a draw is one look-up and a step or two.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    first: u64,
    /// By count: its distribution function, or that function's standard normal score.
    steps: Vec<f64>,
    /// By equal parts of the range of the steps: the first step at or above the part's lower edge.
    guide: Vec<u32>,
    from: f64,
    /// Parts of the guide in a unit.
    density: f64,
}

impl Table {
    /// Binomial(n, p); p is held to 0…1.
    pub fn binomial(n: u64, p: f64) -> Table {
        let p = if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 };
        let (centre, deviation) = (n as f64 * p, (n as f64 * p * (1.0 - p)).sqrt());
        Table::over(centre, deviation, n, |x| share::density(x, n, p))
    }

    /// Poisson of a mean, none below 0.
    pub fn poisson(mean: f64) -> Table {
        let mean = if mean.is_finite() { mean.max(0.0) } else { 0.0 };
        Table::over(mean, mean.sqrt(), u64::MAX, |x| rate::density(x, mean))
    }

    /// Nine deviations and some to either side hold all but 1e-16.
    fn over(centre: f64, deviation: f64, most: u64, density: impl Fn(u64) -> f64) -> Table {
        let first = (centre - 9.0 * deviation - 5.0).max(0.0) as u64;
        let last = ((centre + 9.0 * deviation) as u64).saturating_add(40).min(most);
        let mut upto = 0.0;
        let steps = (first..=last).map(|x| {
            upto += density(x);
            upto
        });
        Table::guided(first, steps.collect(), 0.0, 1.0)
    }

    fn guided(first: u64, steps: Vec<f64>, from: f64, to: f64) -> Table {
        let parts = PARTS * steps.len().max(1);
        let edge = |part: usize| from + (to - from) * part as f64 / parts as f64;
        let guide = (0..parts).map(|part| steps.partition_point(|s| *s < edge(part)) as u32).collect();
        Table { first, guide, from, density: parts as f64 / (to - from), steps }
    }

    /// The same distribution by standard normal scores: what a copula's numbers are looked up in, without Φ in each draw.
    #[must_use]
    pub fn by_score(&self) -> Table {
        let score = |f: &f64| if *f >= 1.0 { f64::INFINITY } else { normal::quantile(*f) };
        Table::guided(self.first, self.steps.iter().map(score).collect(), -7.0, 7.0)
    }

    /// The smallest count whose step is at or above `x`: a uniform number, or of `by_score` a standard normal one.
    #[inline]
    pub fn at(&self, x: f64) -> u64 {
        self.first + found(&self.steps, &self.guide, (x - self.from) * self.density, x)
    }
}

/// Parts of a guide for each step: most draws then take no further step.
const PARTS: usize = 3;

/// The first step at or above `x`, which lies in this part of the guide.
#[inline]
fn found(steps: &[f64], guide: &[u32], part: f64, x: f64) -> u64 {
    let last = steps.len().saturating_sub(1);
    let mut place = match guide.get((part as usize).min(guide.len().saturating_sub(1))) {
        // below the range of the guide its first part may already lie above
        Some(place) if part >= 0.0 => *place as usize,
        _ => 0,
    };
    while place < last && steps[place] < x {
        place += 1;
    }
    place.min(last) as u64
}

/// Many tables side by side, so that a draw finds all it needs in two places.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    heads: Vec<Head>,
    steps: Vec<f64>,
    guides: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    first: u64,
    from: f64,
    density: f64,
    step: usize,
    length: u32,
}

impl Tables {
    /// Adds a table; its number.
    pub fn push(&mut self, table: &Table) -> u32 {
        let Table { first, from, density, .. } = *table;
        self.heads.push(Head { first, from, density, step: self.steps.len(), length: table.steps.len() as u32 });
        self.steps.extend_from_slice(&table.steps);
        self.guides.extend_from_slice(&table.guide);
        self.heads.len() as u32 - 1
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// `Table::at` of the table of this number; none where there is none.
    #[inline]
    pub fn at(&self, number: u32, x: f64) -> Option<u64> {
        let head = self.heads.get(number as usize)?;
        let (step, length) = (head.step, head.length as usize);
        let steps = self.steps.get(step..step + length)?;
        let guide = self.guides.get(PARTS * step..PARTS * (step + length))?;
        Some(head.first + found(steps, guide, (x - head.from) * head.density, x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::Stream;

    #[test]
    fn inversion_by_hand() {
        // B(3, ½): 1/8, 4/8, 7/8, 1
        let table = Table::binomial(3, 0.5);
        assert_eq!([0.1, 0.2, 0.49, 0.51, 0.9].map(|u| table.at(u)), [0, 1, 1, 2, 3]);
        assert_eq!(Table::binomial(9, 0.0).at(0.999), 0);
        assert_eq!(Table::binomial(9, 1.0).at(0.001), 9);
        assert_eq!(Table::binomial(0, 0.4).at(0.5), 0);
        assert_eq!(Table::poisson(0.0).at(0.999), 0);
        assert_eq!(Table::binomial(5, f64::NAN).at(0.7), 0);
    }

    #[test]
    fn the_guide_leads_where_a_search_would() {
        for table in [Table::binomial(40, 0.3), Table::binomial(3, 0.5), Table::poisson(900.0), Table::binomial(9, 0.0)]
        {
            let scored = table.by_score();
            for i in 0..5000 {
                let u = Stream::new(8, i, 1).uniform();
                let found = table.steps.partition_point(|f| *f < u).min(table.steps.len() - 1) as u64;
                assert_eq!(table.at(u), table.first + found);
                assert_eq!(scored.at(normal::quantile(u)), table.first + found);
            }
            for far in [-40.0, -7.5, 7.5, 40.0] {
                let found = scored.steps.partition_point(|f| *f < far).min(scored.steps.len() - 1) as u64;
                assert_eq!(scored.at(far), table.first + found, "{far}");
            }
            let mut many = Tables::default();
            many.push(&Table::binomial(7, 0.4).by_score());
            let number = many.push(&scored);
            for x in [-40.0, -3.0, -0.1, 0.0, 0.7, 2.9, 40.0] {
                assert_eq!(many.at(number, x), Some(scored.at(x)));
            }
            assert_eq!((many.at(2, 0.0), many.len()), (None, 2));
        }
    }

    #[test]
    fn drawn_moments_are_the_distributions() {
        for (table, mean, variance) in [
            (Table::binomial(40, 0.3), 12.0, 8.4),
            (Table::binomial(100_000, 0.999), 99_900.0, 99.9),
            (Table::poisson(6.5), 6.5, 6.5),
            (Table::poisson(40_000.0), 40_000.0, 40_000.0),
        ] {
            let drawn: Vec<f64> = (0..20_000).map(|i| table.at(Stream::new(5, i, 0).uniform()) as f64).collect();
            let found = drawn.iter().sum::<f64>() / 20_000.0;
            let spread = drawn.iter().map(|x| (x - found) * (x - found)).sum::<f64>() / 19_999.0;
            assert!((found - mean).abs() < 4.0 * (variance / 20_000.0_f64).sqrt(), "{found} {mean}");
            assert!((spread / variance - 1.0).abs() < 0.05, "{spread} {variance}");
        }
    }
}
