//! Readings of drawn tallies, in the place of those of the world before. n, states and lines are the same in every world:
//! for plain shares, of which most policies are made, only what hits change is worked out, without a new allocation; the
//! other kinds go the common way.

use super::counts::{Counted, Counts};
use super::estimates::Priors;
use super::levels::{Level, levels};
use super::peers::Peers;
use super::subjects::PERSON;
use super::tallies::Overflow;
use super::{LevelReadings, MeasureReadings, Tallies};
use crate::diagnostic::Diagnostic;
use crate::fairness::shrinkage;
use crate::workspace::{Form, Plan};

/// What all worlds of one audit have in common.
pub struct Redrawn {
    levels: Vec<Shape>,
    /// Some measure is computed from others.
    formulas: bool,
}

struct Shape {
    peers: Peers,
    /// By table: the level's cell of each of its cells.
    to: Vec<Vec<u32>>,
    /// Peers of judged cells, of which there are at least three.
    groups: Vec<Vec<usize>>,
    person: bool,
}

/// Scratch of one thread.
#[derive(Default)]
pub struct Scratch {
    pairs: Vec<(u64, u64)>,
}

impl Redrawn {
    pub fn new(plan: &Plan, counts: &Counts) -> Redrawn {
        let shape = |level: usize| {
            let subjects = counts.subjects.get(level).map_or(&[][..], |s| s);
            let peers = Peers::of(plan, level, subjects, &counts.periods);
            let width = counts.periods.len().max(1);
            let judged = |cell: &usize| counts.judged.binary_search(&(cell % width)).is_ok();
            let members = peers.members().into_iter().map(|cells| cells.into_iter().filter(judged).collect::<Vec<_>>());
            Shape {
                groups: members.filter(|cells| cells.len() >= 3).collect(),
                to: counts.tables.iter().map(|table| counts.level_cells(level, table)).collect(),
                person: plan.levels.get(level).is_some_and(|l| l.value == PERSON),
                peers,
            }
        };
        let counted: Vec<usize> = counts.tables.iter().flat_map(|t| t.measures.iter().map(|m| m.measure)).collect();
        let rests = |form: &Form| match form {
            Form::Formula { inputs, .. } => inputs.iter().any(|i| counted.contains(i)),
            _ => false,
        };
        Redrawn {
            levels: (0..plan.levels.len()).map(shape).collect(),
            formulas: plan.measures.iter().any(|m| rests(&m.form)),
        }
    }

    /// Brings `into`, the readings of another world of the same year, to what `counts` say.
    pub fn measure(
        &self,
        plan: &Plan,
        counts: &Counts,
        into: &mut Vec<LevelReadings>,
        scratch: &mut Scratch,
    ) -> Result<(), Vec<Diagnostic>> {
        if self.formulas {
            *into = levels(plan, counts, Priors::Moments)?.0;
            return Ok(());
        }
        let mut others = false;
        for (shape, readings) in self.levels.iter().zip(into.iter_mut()) {
            for (table, to) in counts.tables.iter().zip(&shape.to) {
                for counted in &table.measures {
                    let plain = plan.measures.get(counted.measure).is_some_and(|m| m.adjust_for.is_empty());
                    let Some(own) = readings.measures.get_mut(counted.measure) else { continue };
                    others |= !(plain && shape.share(counted, to, own, scratch));
                }
            }
        }
        if others { self.others(plan, counts, into) } else { Ok(()) }
    }

    /// The measures that the short way doesn't know.
    fn others(&self, plan: &Plan, counts: &Counts, into: &mut [LevelReadings]) -> Result<(), Vec<Diagnostic>> {
        for (position, (shape, readings)) in self.levels.iter().zip(into).enumerate() {
            let level = Level::with_peers(plan, counts, position, shape.peers.clone(), Priors::Moments);
            for (table, to) in counts.tables.iter().zip(&shape.to) {
                for counted in &table.measures {
                    let Some(measure) = plan.measures.get(counted.measure) else { continue };
                    let short = measure.adjust_for.is_empty() && shape.is_short(counted);
                    if let Some(own) = readings.measures.get_mut(counted.measure).filter(|_| !short) {
                        *own = level
                            .measure(measure, table, counted, to)
                            .map_err(|Overflow| vec![super::levels::overflow()])?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Shape {
    fn is_short(&self, counted: &Counted) -> bool {
        matches!(counted.tallies, Tallies::Share { .. }) && !(self.person && counted.dropped.is_some())
    }

    /// A plain share; false where it isn't one.
    fn share(&self, counted: &Counted, to: &[u32], own: &mut MeasureReadings, scratch: &mut Scratch) -> bool {
        let (Tallies::Share { hits: drawn, .. }, true) = (&counted.tallies, self.is_short(counted)) else {
            return false;
        };
        let MeasureReadings { tallies, figures, estimate, reliability, .. } = own;
        let Tallies::Share { hits, n } = tallies else { return false };
        hits.fill(0);
        for (drawn, cell) in drawn.iter().zip(to) {
            if let Some(hits) = hits.get_mut(*cell as usize) {
                *hits += drawn;
            }
        }
        for cell in 0..n.len() {
            if n[cell] == 0 {
                continue;
            }
            let value = hits[cell] as f64 / n[cell] as f64;
            (figures.value[cell], figures.raw[cell], estimate[cell]) = (value, value, value);
            if let Some(interval) = self.peers.share(hits[cell], n[cell]) {
                (figures.lower[cell], figures.upper[cell]) = (interval.lower, interval.upper);
            }
        }
        for group in &self.groups {
            let measured = || group.iter().filter(|cell| n[**cell] > 0);
            scratch.pairs.clear();
            scratch.pairs.extend(measured().map(|cell| (hits[*cell], n[*cell])));
            let Some(prior) = shrinkage::beta_binomial_moments(&scratch.pairs) else { continue };
            for cell in measured() {
                estimate[*cell] = prior.estimate(hits[*cell], n[*cell]).clamp(0.0, 1.0);
                reliability[*cell] = prior.reliability(hits[*cell], n[*cell]);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::figures;

    #[test]
    fn the_short_way_gives_what_the_common_way_gives() {
        let n: Vec<u64> = (0..40).map(|i| 10 + 7 * i % 60).collect();
        let hits: Vec<u64> = n.iter().enumerate().map(|(i, n)| n * (3 + i as u64 % 5) / 9).collect();
        let tallies = Tallies::Share { hits: hits.clone(), n: n.clone() };
        let peers = Peers { group: (0..40).map(|i| i % 2).collect(), groups: 2, shares: Default::default() };
        let common = figures::of(&tallies, false, &peers);
        let (estimate, reliability) =
            super::super::estimates::of(&tallies, false, &common, &peers, &|cell| cell % 2 == 1, Priors::Moments);
        let shape =
            Shape { groups: vec![(0..40).filter(|i| i % 2 == 1).collect()], to: Vec::new(), person: true, peers };
        let start = Tallies::Share { hits: vec![0; 40], n: n.clone() };
        let before = figures::of(&start, false, &shape.peers);
        let mut own = MeasureReadings {
            estimate: before.value.clone(),
            figures: before,
            tallies: start,
            rows: Default::default(),
            reliability: vec![f64::NAN; 40],
            state: Vec::new(),
            method: "share.wilson",
            person_side: None,
            lines: Default::default(),
            agreement: None,
        };
        let counted = Counted {
            measure: 0,
            tallies: tallies.clone(),
            rows: Default::default(),
            measured: None,
            dropped: None,
            lines: Default::default(),
            reported: None,
        };
        let to: Vec<u32> = (0..40).collect();
        assert!(shape.share(&counted, &to, &mut own, &mut Scratch::default()));
        assert_eq!((&own.tallies, &own.figures, &own.estimate), (&tallies, &common, &estimate));
        let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&own.reliability), bits(&reliability));
    }
}
