//! How colleagues differ: people in groups by how they do, so that the power of a policy isn't that among people who are all
//! the same. Where nobody differs, no reading is reliable enough for a sanction, and nobody is ever found.

use std::collections::BTreeMap;

use super::draw::Truths;
use super::span::Year;
use super::truths::Pools;
use crate::diagnostic::Diagnostic;
use crate::measure::{self, Priors};

/// Groups of about the same size.
const GROUPS: usize = 5;

/// People of one level, grouped.
pub(super) struct Classes {
    /// By person: 0 where nothing is known of them, else the position of their group in `truths`, from 1.
    pub of: Vec<u8>,
    /// By group: the pooled truths, moved to where its people's estimates lie on average.
    pub truths: Vec<Truths>,
}

/// Distances from the pooled figure: by measure and person, NaN where nothing was measured.
type Distances = BTreeMap<usize, Vec<f64>>;

impl Classes {
    /// `claimed` are the measures that order people, best first or last alike.
    pub fn of(year: &Year<'_>, pools: &Pools, level: usize, claimed: &[usize]) -> Result<Classes, Vec<Diagnostic>> {
        let people = year.counts.subjects.get(level).map_or(0, Vec::len);
        let distances = distances(year, pools, level, people)?;
        let lower = |measure: usize| year.plan.measures.get(measure).is_some_and(|m| m.lower_is_better);
        let order = standing(&distances, claimed, &lower, people);
        let mut known: Vec<usize> = (0..people).filter(|person| order[*person].is_finite()).collect();
        known.sort_by(|a, b| order[*a].total_cmp(&order[*b]).then(a.cmp(b)));
        let groups = GROUPS.min(known.len() / 2).max(1);
        let mut of = vec![0; people];
        for (rank, person) in known.iter().enumerate() {
            of[*person] = (rank * groups / known.len()) as u8 + 1;
        }
        let truths = (1..=groups as u8).map(|group| {
            let mean = |of_measure: &Vec<f64>| {
                let own: Vec<f64> = of_measure
                    .iter()
                    .zip(&of)
                    .filter(|(d, g)| **g == group && d.is_finite())
                    .map(|(d, _)| *d)
                    .collect();
                if own.is_empty() { 0.0 } else { own.iter().sum::<f64>() / own.len() as f64 }
            };
            let away: BTreeMap<usize, f64> = distances.iter().map(|(m, of_measure)| (*m, mean(of_measure))).collect();
            pools.moved(&|measure, _, pooled| pooled + away.get(&measure).copied().unwrap_or(0.0))
        });
        let truths = truths.collect();
        Ok(Classes { of, truths })
    }
}

/// How far each person's estimates lie from the pooled figures, over all periods by their records.
fn distances(year: &Year<'_>, pools: &Pools, level: usize, people: usize) -> Result<Distances, Vec<Diagnostic>> {
    let mut sums: BTreeMap<usize, Vec<(f64, f64)>> = BTreeMap::new();
    for span in year.lent() {
        let (levels, _) = measure::levels(year.plan, &span.counts, Priors::Moments)?;
        let Some(readings) = levels.get(level) else { continue };
        let width = span.counts.periods.len().max(1);
        for (measure, about) in readings.measures.iter().enumerate() {
            let of_measure = sums.entry(measure).or_insert_with(|| vec![(0.0, 0.0); people]);
            for (cell, (estimate, n)) in about.estimate.iter().zip(&about.figures.n).enumerate() {
                let lender = span.lends.get(cell % width).copied().unwrap_or(0);
                let pooled = pools.figure(measure, lender);
                if let (Some(sum), Some(pooled)) = (of_measure.get_mut(cell / width), pooled)
                    && estimate.is_finite()
                {
                    *sum = (sum.0 + (estimate - pooled) * *n as f64, sum.1 + *n as f64);
                }
            }
        }
    }
    let mean = |(sum, n): (f64, f64)| if n > 0.0 { sum / n } else { f64::NAN };
    Ok(sums.into_iter().map(|(measure, of)| (measure, of.into_iter().map(mean).collect())).collect())
}

/// By person: the mean of their distances in what is claimed, each in its own spread, better ones higher; NaN without any.
fn standing(distances: &Distances, claimed: &[usize], lower: &dyn Fn(usize) -> bool, people: usize) -> Vec<f64> {
    let spread = |of: &[f64]| {
        let known: Vec<f64> = of.iter().copied().filter(|d| d.is_finite()).collect();
        (known.iter().map(|d| d * d).sum::<f64>() / known.len().max(1) as f64).sqrt()
    };
    let scaled: Vec<(&Vec<f64>, f64)> = claimed
        .iter()
        .filter_map(|measure| {
            let of = distances.get(measure)?;
            let spread = spread(of);
            (spread > 0.0).then_some((of, if lower(*measure) { -spread } else { spread }))
        })
        .collect();
    let one = |person: usize| {
        let own: Vec<f64> =
            scaled.iter().filter_map(|(of, by)| Some(of.get(person)? / by)).filter(|d| d.is_finite()).collect();
        own.iter().sum::<f64>() / own.len() as f64
    };
    (0..people).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stand_by_what_is_claimed_of_them_whichever_way_is_better() {
        let distances =
            BTreeMap::from([(0, vec![0.2, -0.2, f64::NAN, 0.0]), (1, vec![-10.0, 10.0, f64::NAN, f64::NAN])]);
        let order = standing(&distances, &[0, 1], &|measure| measure == 1, 4);
        assert!(order[0] > order[3] && order[3] > order[1] && order[2].is_nan(), "{order:?}");
        assert!(standing(&distances, &[], &|_| false, 4).iter().all(|d| d.is_nan()));
    }
}
