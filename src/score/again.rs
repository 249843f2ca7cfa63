//! The same cells scored again and again on other figures: how the luck audit scores its drawn worlds, in the place of the world
//! before. Points of a plain share are a function of its hits and n alone, so each pair is worked out once.

use super::groups::{Basis, Combined, combine_into};
use super::{LevelScores, Scorecards, StandardScores, counts, lines, points};
use crate::fairness::grid::Grid;
use crate::language::Environment;
use crate::measure::{MeasureReadings, State, Tallies};
use crate::workspace::{Line, Plan, Standard};

/// What is asked of the scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing reads the standard: it keeps what it had.
    Nothing,
    /// Its state and lines.
    State,
    Points,
}

/// What stays from one world to the next.
pub struct Again {
    /// By position in `Plan::standards`.
    wanted: Vec<Wanted>,
    /// Groups and score too.
    with_score: bool,
    /// By level and standard.
    memos: Vec<Vec<Memo>>,
}

/// Points already worked out.
enum Memo {
    /// Not looked at yet.
    New,
    /// More than hits and n decides.
    Apart,
    /// By number in the grid: points at the value and at both ends; an infinity where nobody asked yet.
    Shares { grid: Grid, points: Vec<[f64; 3]> },
}

impl Again {
    pub fn new(wanted: Vec<Wanted>, with_score: bool) -> Again {
        Again { wanted, with_score, memos: Vec::new() }
    }

    pub fn everything(plan: &Plan) -> Again {
        // one pass: there is nothing to remember
        let memos = plan.levels.iter().map(|_| plan.standards.iter().map(|_| Memo::Apart).collect()).collect();
        Again { memos, ..Again::new(vec![Wanted::Points; plan.standards.len()], true) }
    }

    /// Scores again after the figures of `scorecards.readings` have changed. Their shape, n, states, `lines` and what applies to
    /// whom have not.
    pub fn rescore(&mut self, plan: &Plan, scorecards: &mut Scorecards, environment: &Environment) {
        let Scorecards { readings, levels, failures, .. } = scorecards;
        failures.clear();
        let periods = readings.periods.len();
        self.memos.resize_with(levels.len(), Vec::new);
        for ((level, scores), memos) in readings.levels.iter().zip(levels.iter_mut()).zip(&mut self.memos) {
            memos.resize_with(plan.standards.len(), || Memo::New);
            for (((position, standard), wanted), memo) in plan.standards.iter().enumerate().zip(&self.wanted).zip(memos)
            {
                let (Some(measure), Some(card)) =
                    (level.measures.get(standard.measure), scores.standards.get_mut(position))
                else {
                    continue;
                };
                let script = standard.points.is_some();
                if *wanted == Wanted::Nothing || memo.fill(plan, standard, measure, card, *wanted) {
                    continue;
                }
                points::states(plan, standard, measure, &measure.figures, card);
                lines::previous(standard, measure, card, periods);
                if *wanted == Wanted::State && !script {
                    continue;
                }
                if let Some(failure) = points::fill(plan, standard, &measure.figures, card, environment) {
                    failures.push(failure);
                    card.state.iter_mut().filter(|s| counts(**s)).for_each(|s| *s = State::Failed);
                }
            }
            if self.with_score {
                let mut combined = Combined::of(scores);
                let cells = 0..level.records.len();
                let basis = (Basis::Minimum, readings.as_of);
                combine_into(plan, level, &scores.standards, cells, basis, environment, &mut combined);
                failures.append(&mut combined.failures);
                combined.give(scores);
                scores.own = super::own_score(plan, level, &scores.standards, readings.as_of, environment);
            }
        }
    }
}

impl Memo {
    /// Looks the points up; false where they can't be.
    fn fill(
        &mut self,
        plan: &Plan,
        standard: &Standard,
        measure: &MeasureReadings,
        card: &mut StandardScores,
        wanted: Wanted,
    ) -> bool {
        let Tallies::Share { hits, n } = &measure.tallies else { return false };
        if matches!(self, Memo::New) {
            *self = Memo::of(plan, standard, n);
            // states and whatever is not a share's points are worked out once, the common way
            return false;
        }
        let Memo::Shares { grid, points } = self else { return false };
        if wanted == Wanted::State {
            return true;
        }
        let direction = points::direction(plan, standard);
        let ends = points::ends(&measure.figures, direction);
        let StandardScores { floor, target, stretch, points: at_value, points_worst, points_best, .. } = card;
        let into = at_value.iter_mut().zip(points_worst.iter_mut().zip(points_best.iter_mut()));
        for (cell, ((hits, n), (at_value, (at_worst, at_best)))) in hits.iter().zip(n).zip(into).enumerate() {
            let work_out = || ends.map(|end| points::of_cell(end, [floor, target, stretch], cell, direction));
            let found = match grid.number(*hits, *n).and_then(|number| points.get_mut(number)) {
                Some(known) if known[0] == f64::INFINITY => {
                    *known = work_out();
                    *known
                }
                Some(known) => *known,
                None => work_out(),
            };
            [*at_value, *at_worst, *at_best] = found;
        }
        true
    }

    /// A plain share on the default scale, whose lines are numbers.
    fn of(plan: &Plan, standard: &Standard, n: &[u64]) -> Memo {
        let lines = [&standard.floor, &standard.target, &standard.stretch];
        let numbers = lines.into_iter().flatten().all(|line| matches!(line.value, Line::Number(_)));
        let plain = plan.measures.get(standard.measure).is_some_and(|m| m.adjust_for.is_empty());
        if !(numbers && plain && standard.points.is_none() && standard.baseline.is_none()) {
            return Memo::Apart;
        }
        let grid = Grid::of(n.iter().copied());
        Memo::Shares { points: vec![[f64::INFINITY; 3]; grid.len()], grid }
    }
}

impl Combined {
    /// The columns of the scores, to be filled again.
    fn of(scores: &mut LevelScores) -> Combined {
        Combined {
            groups: std::mem::take(&mut scores.groups),
            score: std::mem::take(&mut scores.score),
            lower: std::mem::take(&mut scores.score_lower),
            upper: std::mem::take(&mut scores.score_upper),
            ..Combined::default()
        }
    }

    fn give(self, scores: &mut LevelScores) {
        scores.groups = self.groups;
        scores.score = self.score;
        scores.score_lower = self.lower;
        scores.score_upper = self.upper;
        scores.score_failed = self.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::fixture::*;
    use crate::score::{rescore, score};
    use crate::workspace::SourceKind;
    use std::sync::Arc;

    #[test]
    fn remembered_points_are_those_worked_out() {
        let mut plan = plan();
        standard(&mut plan, "a", SourceKind::Record, 0.4, 0.9);
        standard(&mut plan, "b", SourceKind::Record, 0.7, 0.8);
        plan.measures[1].lower_is_better = true;
        plan.standards[1].floor = Some(said(Line::Number(0.95)));
        let world = |by: u64| {
            let of = |k: u64| -> Vec<(u64, u64)> {
                (0..60).map(|i| ((i * k + by) % (21 + i % 7), 20 + i % 7)).chain([(0, 0), (by, 5000)]).collect()
            };
            [share_readings(&of(3)), share_readings(&of(5))]
        };
        let cards = |by: u64| {
            let measures = world(by).to_vec();
            score(&plan, readings(vec![level("person", 62, 1, measures)], 1), &environment())
        };
        let mut again = Again::new(vec![Wanted::Points; 2], true);
        let mut drawn = cards(0);
        for by in [1, 2, 9, 2] {
            Arc::get_mut(&mut drawn.readings).unwrap().levels[0].measures = world(by).to_vec();
            again.rescore(&plan, &mut drawn, &environment());
            let mut fresh = cards(by);
            rescore(&plan, &mut fresh, &environment());
            let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            for (a, b) in drawn.levels[0].standards.iter().zip(&fresh.levels[0].standards) {
                assert_eq!(bits(&a.points), bits(&b.points));
                assert_eq!(bits(&a.points_worst), bits(&b.points_worst));
                assert_eq!(bits(&a.points_best), bits(&b.points_best));
            }
            assert_eq!(bits(&drawn.levels[0].score), bits(&fresh.levels[0].score));
            assert_eq!(bits(&drawn.levels[0].score_lower), bits(&fresh.levels[0].score_lower));
        }
        assert!(matches!(again.memos[0][0], Memo::Shares { .. }));
    }
}
