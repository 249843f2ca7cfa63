//! What mix of work each subject of a judged period had: what `adjust_for` takes out, so that a report can say why.

use std::collections::BTreeMap;

use super::strata::StratumValue;
use super::{Counts, Tallies, figures};
use crate::workspace::Plan;

/// The strata of one adjusted measure at one level, in the latest judged period.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// Position in `Plan::measures`.
    pub measure: usize,
    /// What each stratum stands for, a part a field of `adjust_for`.
    pub strata: Vec<Vec<StratumValue>>,
    /// By cell (`subject * periods + period`): stratum and exposure (records; of a rate what it is per), sorted by stratum.
    pub cells: BTreeMap<usize, Vec<(u32, f64)>>,
}

impl Mix {
    /// Part of a cell's exposure in a stratum, 0…1; NaN without any.
    pub fn share(&self, cell: usize, stratum: u32) -> f64 {
        self.cells.get(&cell).map_or(f64::NAN, |of| part(of, stratum))
    }

    /// The same of all cells together.
    pub fn overall(&self, stratum: u32) -> f64 {
        let all: Vec<(u32, f64)> = self.cells.values().flatten().copied().collect();
        part(&all, stratum)
    }
}

fn part(of: &[(u32, f64)], stratum: u32) -> f64 {
    let sum = |keep: &dyn Fn(u32) -> bool| of.iter().filter(|(s, _)| keep(*s)).map(|(_, n)| n).sum::<f64>();
    sum(&|s| s == stratum) / sum(&|_| true)
}

/// Of every adjusted measure that was counted, at one level.
pub(crate) fn of_level(plan: &Plan, counts: &Counts, level: usize) -> Vec<Mix> {
    let Some(judged) = counts.judged.last() else { return Vec::new() };
    let cells = counts.cells(level);
    let mut mixes = Vec::new();
    for table in &counts.tables {
        let adjusted = |m: &usize| plan.measures.get(*m).is_some_and(|m| !m.adjust_for.is_empty());
        let counted: Vec<_> = table.measures.iter().filter(|m| adjusted(&m.measure)).collect();
        if counted.is_empty() {
            continue;
        }
        let to = counts.level_cells(level, table);
        for counted in counted {
            let mut mix = Mix { measure: counted.measure, strata: table.strata.clone(), cells: BTreeMap::new() };
            let of_period = table.cells.iter().zip(&to).enumerate().filter(|(_, (c, _))| c.period as usize == *judged);
            for (position, (cell, to)) in of_period.filter(|(_, (_, to))| (**to as usize) < cells) {
                let exposure = exposure(&counted.tallies, position);
                if exposure > 0.0 {
                    add(mix.cells.entry(*to as usize).or_default(), cell.stratum, exposure);
                }
            }
            mixes.push(mix);
        }
    }
    mixes.sort_by_key(|mix| mix.measure);
    mixes
}

fn exposure(tallies: &Tallies, position: usize) -> f64 {
    match tallies {
        Tallies::Rate { per, decimals, .. } => per.get(position).map_or(0.0, |per| figures::scaled(*per, *decimals)),
        tallies => tallies.n(position) as f64,
    }
}

fn add(strata: &mut Vec<(u32, f64)>, stratum: u32, exposure: f64) {
    match strata.binary_search_by_key(&stratum, |s| s.0) {
        Ok(at) => strata[at].1 += exposure,
        Err(at) => strata.insert(at, (stratum, exposure)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_parts_of_what_a_cell_was_exposed_to() {
        let mut cells: BTreeMap<usize, Vec<(u32, f64)>> = BTreeMap::new();
        for (cell, stratum, n) in [(3, 1, 60.0), (3, 0, 10.0), (3, 1, 30.0), (5, 0, 90.0), (5, 1, 10.0)] {
            add(cells.entry(cell).or_default(), stratum, n);
        }
        let mix = Mix { measure: 0, strata: vec![Vec::new(); 2], cells };
        assert_eq!((mix.share(3, 1), mix.share(5, 1), mix.overall(1)), (0.9, 0.1, 0.5));
        assert_eq!(mix.share(3, 7), 0.0);
        assert!(mix.share(9, 0).is_nan());
    }
}
