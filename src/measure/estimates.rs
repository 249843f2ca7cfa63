//! Shrinkage towards the peers: the estimate of each judged cell and its reliability, from the peers of the same period
//! and nothing later.

use rayon::prelude::*;

use super::figures::{scaled, spreads};
use super::peers::Peers;
use super::{Figures, Tallies};
use crate::fairness::{nps, shrinkage};

/// How the priors of shares are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priors {
    /// Maximum likelihood; with fewer than ten peers each subject's from the others.
    #[default]
    Likelihood,
    /// Moments: fast enough for the worlds of the luck audit.
    Moments,
}

/// (estimate, reliability) by cell: `value` and NaN where nothing is shrunken. Shrinkage works on the raw figures; what
/// `adjust_for` added to a value is added to its estimate.
pub(crate) fn of(
    tallies: &Tallies,
    is_sum: bool,
    figures: &Figures,
    peers: &Peers,
    judged: &dyn Fn(usize) -> bool,
    priors: Priors,
) -> (Vec<f64>, Vec<f64>) {
    let mut estimate = figures.value.clone();
    let mut reliability = vec![f64::NAN; estimate.len()];
    let groups: Vec<Vec<usize>> = peers
        .members()
        .into_iter()
        .map(|cells| {
            let measured = |cell: &usize| judged(*cell) && figures.raw.get(*cell).is_some_and(|v| !v.is_nan());
            cells.into_iter().filter(measured).collect::<Vec<usize>>()
        })
        .filter(|cells| cells.len() >= 3)
        .collect();
    if groups.is_empty() {
        return (estimate, reliability);
    }
    let errors = errors(tallies, is_sum, peers);
    let shrunken: Vec<Option<Vec<(f64, f64)>>> = groups
        .par_iter()
        .map(|cells| match (tallies, &errors) {
            (Tallies::Share { hits, n }, _) => share(cells, hits, n, priors),
            (_, Some(errors)) => normal(cells, &figures.raw, &errors(cells)),
            _ => None,
        })
        .collect();
    for (cells, results) in groups.iter().zip(shrunken) {
        for (cell, (shrunk, trust)) in cells.iter().zip(results.unwrap_or_default()) {
            estimate[*cell] = held(tallies, shrunk + (figures.value[*cell] - figures.raw[*cell]));
            reliability[*cell] = trust;
        }
    }
    (estimate, reliability)
}

/// A share stays within 0…1, an NPS within −100…100.
fn held(tallies: &Tallies, estimate: f64) -> f64 {
    match tallies {
        Tallies::Share { .. } => estimate.clamp(0.0, 1.0),
        Tallies::Nps { .. } => estimate.clamp(-100.0, 100.0),
        _ => estimate,
    }
}

fn share(cells: &[usize], hits: &[u64], n: &[u64], priors: Priors) -> Option<Vec<(f64, f64)>> {
    let pairs: Vec<(u64, u64)> = cells.iter().map(|cell| (hits[*cell], n[*cell])).collect();
    let priors = match priors {
        Priors::Likelihood => shrinkage::beta_binomial_each(&pairs)?,
        Priors::Moments => vec![shrinkage::beta_binomial_moments(&pairs)?; pairs.len()],
    };
    Some(priors.iter().zip(&pairs).map(|(p, (x, n))| (p.estimate(*x, *n), p.reliability(*x, *n))).collect())
}

fn normal(cells: &[usize], raw: &[f64], errors: &[f64]) -> Option<Vec<(f64, f64)>> {
    let pairs: Vec<(f64, f64)> = cells.iter().zip(errors).map(|(cell, error)| (raw[*cell], *error)).collect();
    let usable: Vec<bool> = pairs.iter().map(|p| p.1 > 0.0 && p.1.is_finite()).collect();
    if usable.iter().filter(|u| **u).count() < 3 {
        return None;
    }
    let (estimates, trust) = shrinkage::normal(&pairs)?;
    // Without an error of its own a figure is neither shrunken nor reliable.
    let trust = trust.into_iter().zip(usable).map(|(r, usable)| if usable { r } else { f64::NAN });
    Some(estimates.into_iter().zip(trust).collect())
}

type Errors<'a> = Box<dyn Fn(&[usize]) -> Vec<f64> + Sync + 'a>;

/// The standard errors of a peer group's figures, for the kinds that are shrunken by them.
fn errors<'a>(tallies: &'a Tallies, is_sum: bool, peers: &Peers) -> Option<Errors<'a>> {
    match tallies {
        Tallies::Moments { n, sum, squares, decimals } if !is_sum => {
            let spreads = spreads(n, sum, squares, *decimals, peers);
            Some(Box::new(move |cells| cells.iter().map(|c| spreads[*c].sd / (n[*c] as f64).sqrt()).collect()))
        }
        Tallies::Nps { promoters, detractors, n } => Some(Box::new(move |cells| {
            let sum = |v: &[u64]| cells.iter().map(|c| v[*c]).sum::<u64>();
            let total = sum(n);
            let pooled = nps::standard_error(sum(promoters), sum(detractors), total).unwrap_or(0.0);
            // Where all answers of a cell are alike, the peers' variance stands in.
            let error = |c: &usize| match nps::standard_error(promoters[*c], detractors[*c], n[*c]) {
                Some(own) if own > 0.0 => own,
                _ => pooled * (total as f64 / n[*c] as f64).sqrt(),
            };
            cells.iter().map(error).collect()
        })),
        // The variance of a Poisson rate is taken at the peers' pooled rate: a cell without events is not certain.
        Tallies::Rate { events, per, decimals, scale, .. } => Some(Box::new(move |cells| {
            let sum = |v: &[i128]| cells.iter().map(|c| scaled(v[*c], *decimals)).sum::<f64>();
            let rate = sum(events) / sum(per);
            cells.iter().map(|c| scale * (rate / scaled(per[*c], *decimals)).sqrt()).collect()
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::figures;

    fn peers(groups: Vec<u32>) -> Peers {
        let count = groups.iter().max().map_or(0, |g| *g as usize + 1);
        Peers { group: groups, groups: count, shares: Default::default() }
    }

    fn shrunken(tallies: &Tallies, peers: &Peers) -> (Vec<f64>, Vec<f64>) {
        let figures = figures::of(tallies, false, peers);
        of(tallies, false, &figures, peers, &|_| true, Priors::Likelihood)
    }

    #[test]
    fn a_small_sample_moves_further_towards_its_peers() {
        let hits = vec![8, 80, 50, 65, 40, 72, 55, 61, 47, 69, 58];
        let n = vec![10, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100];
        let (estimate, reliability) = shrunken(&Tallies::Share { hits, n }, &peers(vec![0; 11]));
        assert!(estimate[0] < estimate[1] && estimate[1] < 0.8);
        assert!(reliability[0] < reliability[1] && reliability[1] < 1.0);
    }

    #[test]
    fn fewer_than_three_peers_are_not_compared() {
        let tallies = Tallies::Share { hits: vec![5, 9, 7, 1, 2], n: vec![10; 5] };
        let (estimate, reliability) = shrunken(&tallies, &peers(vec![0, 0, 1, 1, 1]));
        assert_eq!((estimate[0], estimate[1]), (0.5, 0.9));
        assert!(reliability[0].is_nan() && !reliability[2].is_nan());
    }

    #[test]
    fn means_and_rates_are_shrunken_by_their_errors() {
        let n = vec![4, 4, 4, 4];
        let sum: Vec<i128> = vec![8, 16, 24, 32];
        // Every cell holds mean − 1, mean − 1, mean + 1, mean + 1.
        let squares = sum.iter().map(|s| s * s / 4 + 4).collect();
        let (estimate, reliability) = shrunken(&Tallies::Moments { n, sum, squares, decimals: 0 }, &peers(vec![0; 4]));
        assert!(estimate[0] > 2.0 && estimate[3] < 8.0 && reliability[0] > 0.5);
        let rate =
            Tallies::Rate { n: vec![9; 4], events: vec![0, 10, 20, 30], per: vec![100; 4], decimals: 0, scale: 1000.0 };
        let (estimate, _) = shrunken(&rate, &peers(vec![0; 4]));
        assert!(estimate[0] > 0.0 && estimate[3] < 300.0);
    }

    #[test]
    fn sums_and_counts_are_what_they_are() {
        let tallies = Tallies::Count { n: vec![3, 30, 300] };
        let (estimate, reliability) = shrunken(&tallies, &peers(vec![0; 3]));
        assert_eq!(estimate, [3.0, 30.0, 300.0]);
        assert!(reliability.iter().all(|r| r.is_nan()));
    }
}
