//! Readings of drawn tallies, in the place of those of the world before. n, states and lines are the same in every world:
//! for plain shares, of which most policies are made, only what hits change is worked out, without a new allocation; the
//! other kinds go the common way.

use super::counts::{Counted, Counts};
use super::estimates::Priors;
use super::levels::{Level, levels};
use super::peers::Peers;
use super::peers::share_interval;
use super::subjects::PERSON;
use super::tallies::Overflow;
use super::{LevelReadings, MeasureReadings, Tallies};
use crate::diagnostic::Diagnostic;
use crate::fairness::grid::Grid;
use crate::fairness::shrinkage;
use crate::workspace::{Form, Plan, ShareInterval};

/// What all worlds of one audit have in common.
pub struct Redrawn {
    levels: Vec<Shape>,
    shares: Shares,
    /// By measure: something asks for its estimate or reliability.
    shrunken: Vec<bool>,
    /// Some measure is computed from others.
    formulas: bool,
}

struct Shape {
    peers: Peers,
    /// By table: the level's cell of each of its cells.
    to: Vec<Vec<u32>>,
    /// By table, where no cell of the level has two of the table's: the one of each; past the end where it has none.
    alone: Vec<Option<Vec<u32>>>,
    /// Peers of judged cells, of which there are at least three.
    groups: Vec<Vec<usize>>,
    person: bool,
}

/// Value and interval of each share that small n can give.
struct Shares {
    grid: Grid,
    known: Vec<[f64; 3]>,
    method: ShareInterval,
}

impl Shares {
    fn of(n: impl IntoIterator<Item = u64>, method: ShareInterval) -> Shares {
        let grid = Grid::of(n);
        Shares { known: grid.pairs().map(|(hits, n)| Shares::worked_out(hits, n, method)).collect(), grid, method }
    }

    fn worked_out(hits: u64, n: u64, method: ShareInterval) -> [f64; 3] {
        let interval = share_interval(hits, n, method);
        let value = if n == 0 { f64::NAN } else { hits as f64 / n as f64 };
        [value, interval.map_or(f64::NAN, |i| i.lower), interval.map_or(f64::NAN, |i| i.upper)]
    }

    #[inline]
    fn figures(&self, hits: u64, n: u64) -> [f64; 3] {
        let known = self.grid.number(hits, n).and_then(|number| self.known.get(number));
        known.copied().unwrap_or_else(|| Shares::worked_out(hits, n, self.method))
    }
}

/// Scratch of one thread.
#[derive(Default)]
pub struct Scratch {
    pairs: Vec<(u64, u64)>,
}

impl Redrawn {
    /// `shrunken` says, by measure, of which estimates and reliability are asked for: the others are left missing.
    pub fn new(plan: &Plan, counts: &Counts, shrunken: &[bool]) -> Redrawn {
        let shape = |level: usize| {
            let subjects = counts.subjects.get(level).map_or(&[][..], |s| s);
            let peers = Peers::of(plan, level, subjects, &counts.periods);
            let width = counts.periods.len().max(1);
            let judged = |cell: &usize| counts.judged.binary_search(&(cell % width)).is_ok();
            let members = peers.members().into_iter().map(|cells| cells.into_iter().filter(judged).collect::<Vec<_>>());
            let to: Vec<Vec<u32>> = counts.tables.iter().map(|table| counts.level_cells(level, table)).collect();
            Shape {
                groups: members.filter(|cells| cells.len() >= 3).collect(),
                alone: to.iter().map(|to| alone(to, counts.cells(level))).collect(),
                to,
                person: plan.levels.get(level).is_some_and(|l| l.value == PERSON),
                peers,
            }
        };
        let counted: Vec<usize> = counts.tables.iter().flat_map(|t| t.measures.iter().map(|m| m.measure)).collect();
        let rests = |form: &Form| match form {
            Form::Formula { inputs, .. } => inputs.iter().any(|i| counted.contains(i)),
            _ => false,
        };
        let each = counts.tables.iter().flat_map(|t| &t.measures);
        let n = each.flat_map(|counted| match &counted.tallies {
            Tallies::Share { n, .. } => n.as_slice(),
            _ => &[],
        });
        Redrawn {
            levels: (0..plan.levels.len()).map(shape).collect(),
            shares: Shares::of(n.copied(), plan.fairness.methods.share),
            shrunken: shrunken.to_vec(),
            formulas: plan.measures.iter().any(|m| rests(&m.form)),
        }
    }

    /// Readings of the first world.
    pub fn first(&self, plan: &Plan, counts: &Counts) -> Result<Vec<LevelReadings>, Vec<Diagnostic>> {
        let mut readings = levels(plan, counts, Priors::Moments)?.0;
        for level in &mut readings {
            for (own, _) in level.measures.iter_mut().zip(&self.shrunken).filter(|(_, shrunken)| !**shrunken) {
                own.estimate.fill(f64::NAN);
                own.reliability.fill(f64::NAN);
            }
        }
        Ok(readings)
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
            for (table, source) in counts.tables.iter().enumerate() {
                for counted in &source.measures {
                    let plain = plan.measures.get(counted.measure).is_some_and(|m| m.adjust_for.is_empty());
                    let Some(own) = readings.measures.get_mut(counted.measure) else { continue };
                    if !(plain && shape.share(table, counted, own, &self.shares)) {
                        others = true;
                    } else if self.shrunken.get(counted.measure) == Some(&true) {
                        shape.shrink(own, scratch);
                    }
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
                    let shrunken = self.shrunken.get(counted.measure) == Some(&true);
                    if let Some(own) = readings.measures.get_mut(counted.measure).filter(|_| !short) {
                        level
                            .measure_again(measure, table, counted, to, shrunken, own)
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

    /// A plain share; false where it isn't one. Nothing is shrunken yet.
    fn share(&self, table: usize, counted: &Counted, own: &mut MeasureReadings, shares: &Shares) -> bool {
        let (Tallies::Share { hits: drawn, .. }, true) = (&counted.tallies, self.is_short(counted)) else {
            return false;
        };
        let MeasureReadings { tallies, figures, .. } = own;
        let Tallies::Share { hits, n } = tallies else { return false };
        match (self.alone.get(table), self.to.get(table)) {
            (Some(Some(alone)), _) => {
                for (hits, from) in hits.iter_mut().zip(alone) {
                    *hits = drawn.get(*from as usize).copied().unwrap_or(0);
                }
            }
            (_, to) => {
                hits.fill(0);
                for (drawn, cell) in drawn.iter().zip(to.map_or(&[][..], |to| to)) {
                    if let Some(hits) = hits.get_mut(*cell as usize) {
                        *hits += drawn;
                    }
                }
            }
        }
        let ends = figures.lower.iter_mut().zip(figures.upper.iter_mut());
        let into = figures.value.iter_mut().zip(figures.raw.iter_mut()).zip(ends);
        for ((hits, n), ((value, raw), (lower, upper))) in hits.iter().zip(n.iter()).zip(into) {
            [*value, *lower, *upper] = shares.figures(*hits, *n);
            *raw = *value;
        }
        true
    }

    /// Estimates and reliability of a share.
    fn shrink(&self, own: &mut MeasureReadings, scratch: &mut Scratch) {
        let MeasureReadings { tallies, figures, estimate, reliability, .. } = own;
        let Tallies::Share { hits, n } = tallies else { return };
        estimate.copy_from_slice(&figures.value);
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
    }
}

/// The table's cell of each of the level's, where there is never more than one.
fn alone(to: &[u32], cells: usize) -> Option<Vec<u32>> {
    let mut from = vec![u32::MAX; cells];
    for (i, cell) in to.iter().enumerate() {
        if let Some(from) = from.get_mut(*cell as usize) {
            if *from != u32::MAX {
                return None;
            }
            *from = i as u32;
        }
    }
    Some(from)
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
        let groups = vec![(0..40).filter(|i| i % 2 == 1).collect()];
        let to: Vec<u32> = (0..40).collect();
        let shape = |alone| Shape {
            groups: groups.clone(),
            alone: vec![alone],
            to: vec![to.clone()],
            person: true,
            peers: peers.clone(),
        };
        let start = Tallies::Share { hits: vec![0; 40], n: n.clone() };
        let before = figures::of(&start, false, &peers);
        let own = MeasureReadings {
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
        let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        // half of the n are worked out before, half aren't; and cells of their own, or added up
        let shares = Shares::of(n.iter().copied().filter(|n| n % 2 == 0), ShareInterval::default());
        for alone in [None, alone(&to, 40)] {
            let (shape, mut own) = (shape(alone), own.clone());
            assert!(shape.share(0, &counted, &mut own, &shares));
            shape.shrink(&mut own, &mut Scratch::default());
            assert_eq!((&own.tallies, &own.figures, &own.estimate), (&tallies, &common, &estimate));
            assert_eq!(bits(&own.reliability), bits(&reliability));
        }
        assert_eq!(super::alone(&[1, 1], 2), None);
    }
}
