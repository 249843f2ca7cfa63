//! Groups and the score, with their intervals.
//!
//! A weighted mean has the interval of MOVER (Zou & Donner 2008): lower = S − √(Σ_g (Σ_{i∈g} wᵢ(pᵢ − pᵢ(bad)))²)/Σw, upper
//! likewise; g runs over sources, because measures of one source share records and their deviations add. A mean of means is
//! a mean of its leaves, so each group carries its deviations by source, not only its ends. Every other `combine` is taken
//! at all bad ends and at all good ends; inside a mean it is one part whose source is all that its leaves touch.
//! The same formula as `fairness::mover`, kept in columns; a test holds the two together.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::dependence::Shape;
use super::points::numbers;
use super::{GroupScores, StandardScores, codes, counts};
use crate::diagnostic::Diagnostic;
use crate::language::{Column, Environment, Frame, Program};
use crate::measure::{LevelReadings, State};
use crate::workspace::{Combine, Part, Plan};

/// Which standards count as measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Those at or above `minimum.records`: scores, groups and rules.
    Minimum,
    /// Also those below it: only offers of help are made on so little.
    Any,
}

/// Groups and score of a run of cells.
#[derive(Debug, Default)]
pub struct Combined {
    /// By position in `Scoring::groups`.
    pub groups: Vec<GroupScores>,
    pub score: Vec<f64>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    /// A script that the score rests on broke a limit.
    pub failed: bool,
    pub failures: Vec<Diagnostic>,
}

/// Cells that are combined at a time: what a group carries by source then stays in the cache.
const CHUNK: usize = 4096;

/// Combines the points of `cells` (positions in the level's columns). `as_of` says how old evidence of importance is.
pub fn combine(
    plan: &Plan,
    level: &LevelReadings,
    standards: &[StandardScores],
    cells: Range<usize>,
    (basis, as_of): (Basis, Date),
    environment: &Environment,
) -> Combined {
    debug_assert!(cells.end <= level.records.len());
    let shape = Shape::of(plan);
    let weights: Vec<f64> = (0..plan.standards.len()).map(|s| plan.weight(s, as_of).unwrap_or(1.0)).collect();
    let mut combined = Combined::default();
    combined.groups.resize_with(plan.scoring.groups.len(), GroupScores::default);
    let mut start = cells.start;
    while start < cells.end {
        let end = (start + CHUNK).min(cells.end);
        let length = end - start;
        let chunk = Chunk { plan, shape: &shape, weights: &weights, standards, start, length, basis, environment };
        chunk.combine(&mut combined);
        start = end;
    }
    let total = plan.scoring.total;
    combined.failed = total.and_then(|g| combined.groups.get(g)).is_some_and(|g| g.failed);
    combined
}

pub(super) fn is_mean(combine: &Combine) -> bool {
    matches!(combine, Combine::WeightedMean | Combine::Mean)
}

/// One group over a chunk. `bad` and `good` hold the deviations to either end by class of sources: `class * length + i`.
#[derive(Default)]
struct Track {
    points: Vec<f64>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    bad: Vec<f64>,
    good: Vec<f64>,
    applicable: Vec<bool>,
    /// Share of the applicable weights that is present.
    coverage: Vec<f64>,
    failed: bool,
}

impl Track {
    fn new(length: usize, classes: usize) -> Track {
        let missing = || vec![f64::NAN; length];
        let none = || vec![0.0; length * classes];
        Track {
            points: missing(),
            lower: missing(),
            upper: missing(),
            bad: none(),
            good: none(),
            applicable: vec![false; length],
            coverage: vec![0.0; length],
            failed: false,
        }
    }
}

/// A part in one cell.
struct Seen {
    applicable: bool,
    points: f64,
    worst: f64,
    best: f64,
}

struct Chunk<'a> {
    /// By standard, as capped where customers weren't asked.
    weights: &'a [f64],
    plan: &'a Plan,
    shape: &'a Shape,
    standards: &'a [StandardScores],
    start: usize,
    length: usize,
    basis: Basis,
    environment: &'a Environment,
}

impl Chunk<'_> {
    fn combine(&self, into: &mut Combined) {
        let mut tracks: Vec<Track> = Vec::with_capacity(self.plan.scoring.groups.len());
        for (position, group) in self.plan.scoring.groups.iter().enumerate() {
            let mut track = match &group.combine {
                Combine::WeightedMean => self.mean(&group.parts, group.min_parts, true, &tracks),
                Combine::Mean => self.mean(&group.parts, group.min_parts, false, &tracks),
                Combine::Script(program) => match self.script(&group.parts, group.min_parts, program, &tracks) {
                    Ok(track) => track,
                    Err(breach) => {
                        if into.groups.get(position).is_some_and(|g| !g.failed) {
                            let message = format!("group `{}` could not be combined", group.id.value);
                            let failure = Diagnostic::error(&codes::COMBINE_FAILED, message)
                                .at(breach.span, breach.message)
                                .help("a score that rests on it stays undecided until the expression is mended");
                            into.failures.push(failure);
                        }
                        Track { failed: true, ..Track::new(self.length, self.shape.classes) }
                    }
                },
                other => self.fold(&group.parts, group.min_parts, other, &tracks),
            };
            track.failed |= group.parts.iter().any(|part| match part {
                Part::Group(g) => tracks.get(*g).is_some_and(|t| t.failed),
                Part::Standard(_) => false,
            });
            if let Some(scores) = into.groups.get_mut(position) {
                scores.points.extend_from_slice(&track.points);
                scores.lower.extend_from_slice(&track.lower);
                scores.upper.extend_from_slice(&track.upper);
                scores.failed |= track.failed;
            }
            tracks.push(track);
        }
        let all: Vec<Part> = (0..self.plan.standards.len()).map(Part::Standard).collect();
        let flat;
        let total = match self.plan.scoring.total.and_then(|g| tracks.get(g)) {
            Some(total) => total,
            None => {
                flat = self.mean(&all, 1, true, &tracks);
                &flat
            }
        };
        for i in 0..self.length {
            // 0.6 written as 60 % of weights such as 3 of 5 must hold exactly.
            let enough = super::Direction::Higher.reaches(total.coverage[i], self.plan.scoring.min_weight);
            let kept = |value: f64| if enough { value } else { f64::NAN };
            into.score.push(kept(total.points[i]));
            into.lower.push(kept(total.lower[i]));
            into.upper.push(kept(total.upper[i]));
        }
    }

    fn seen(&self, part: Part, i: usize, tracks: &[Track]) -> Seen {
        let missing = Seen { applicable: false, points: f64::NAN, worst: f64::NAN, best: f64::NAN };
        match part {
            Part::Standard(s) => {
                let cell = self.start + i;
                let Some(card) = self.standards.get(s).filter(|card| cell < card.state.len()) else { return missing };
                let state = card.state[cell];
                let usable = counts(state) || self.basis == Basis::Any && state == State::TooFew;
                let applicable = state != State::NotApplicable;
                if !usable {
                    return Seen { applicable, ..missing };
                }
                Seen {
                    applicable,
                    points: card.points[cell],
                    worst: card.points_worst[cell],
                    best: card.points_best[cell],
                }
            }
            Part::Group(g) => tracks.get(g).map_or(missing, |track| Seen {
                applicable: track.applicable[i],
                points: track.points[i],
                worst: track.lower[i],
                best: track.upper[i],
            }),
        }
    }

    fn weight(&self, part: Part, weighted: bool) -> f64 {
        let weight = match part {
            Part::Standard(s) => self.weights.get(s).copied(),
            Part::Group(g) => self.plan.scoring.groups.get(g).map(|g| g.weight),
        };
        if weighted { weight.unwrap_or(1.0) } else { 1.0 }
    }

    /// Whether a part brings deviations by class of its own, and if not, its one class.
    fn class(&self, part: Part) -> Option<usize> {
        match part {
            Part::Standard(s) => Some(self.shape.of_standard.get(s).copied().unwrap_or(0)),
            Part::Group(g) if self.plan.scoring.groups.get(g).is_some_and(|g| is_mean(&g.combine)) => None,
            Part::Group(g) => Some(self.shape.of_group.get(g).copied().unwrap_or(0)),
        }
    }

    fn mean(&self, parts: &[Part], min_parts: usize, weighted: bool, tracks: &[Track]) -> Track {
        let classes = self.shape.classes;
        let mut track = Track::new(self.length, classes);
        let known: Vec<(Part, f64, Option<usize>)> =
            parts.iter().map(|part| (*part, self.weight(*part, weighted), self.class(*part))).collect();
        let (mut bad, mut good) = (vec![0.0; classes], vec![0.0; classes]);
        for i in 0..self.length {
            bad.fill(0.0);
            good.fill(0.0);
            let (mut sum, mut weights, mut applicable, mut present, mut interval) = (0.0, 0.0, 0.0, 0, true);
            for (part, weight, class) in &known {
                let seen = self.seen(*part, i, tracks);
                track.applicable[i] |= seen.applicable;
                applicable += if seen.applicable { *weight } else { 0.0 };
                if seen.points.is_nan() {
                    continue;
                }
                present += 1;
                sum += weight * seen.points;
                weights += weight;
                interval &= !seen.worst.is_nan() && !seen.best.is_nan();
                match (class, part) {
                    (Some(class), _) => {
                        bad[*class] += weight * (seen.points - seen.worst);
                        good[*class] += weight * (seen.best - seen.points);
                    }
                    (None, Part::Group(g)) => {
                        for class in 0..classes {
                            bad[class] += weight * tracks[*g].bad[class * self.length + i];
                            good[class] += weight * tracks[*g].good[class * self.length + i];
                        }
                    }
                    (None, Part::Standard(_)) => {}
                }
            }
            track.coverage[i] = if applicable > 0.0 { weights / applicable } else { 0.0 };
            if present < min_parts.max(1) || weights <= 0.0 {
                continue;
            }
            track.points[i] = sum / weights;
            if interval {
                let spread = |deviations: &[f64]| deviations.iter().map(|d| d * d).sum::<f64>().sqrt() / weights;
                track.lower[i] = track.points[i] - spread(&bad);
                track.upper[i] = track.points[i] + spread(&good);
                for class in 0..classes {
                    track.bad[class * self.length + i] = bad[class] / weights;
                    track.good[class * self.length + i] = good[class] / weights;
                }
            }
        }
        track
    }

    /// Points and both ends of the parts present in cell `i`, in order, and how they cover what applies.
    fn present(&self, parts: &[Part], i: usize, tracks: &[Track], track: &mut Track, list: &mut Vec<Seen>) {
        list.clear();
        let (mut weights, mut applicable) = (0.0, 0.0);
        for part in parts {
            let seen = self.seen(*part, i, tracks);
            track.applicable[i] |= seen.applicable;
            let weight = self.weight(*part, true);
            applicable += if seen.applicable { weight } else { 0.0 };
            if !seen.points.is_nan() {
                weights += weight;
                list.push(seen);
            }
        }
        track.coverage[i] = if applicable > 0.0 { weights / applicable } else { 0.0 };
    }

    fn fold(&self, parts: &[Part], min_parts: usize, combine: &Combine, tracks: &[Track]) -> Track {
        let mut track = Track::new(self.length, self.shape.classes);
        let mut list = Vec::new();
        for i in 0..self.length {
            self.present(parts, i, tracks, &mut track, &mut list);
            if list.len() < min_parts.max(1) {
                continue;
            }
            let fold = |end: fn(&Seen) -> f64| match combine {
                Combine::Max => list.iter().map(end).fold(f64::NEG_INFINITY, f64::max),
                Combine::Min => list.iter().map(end).fold(f64::INFINITY, f64::min),
                _ => list.iter().map(end).sum(),
            };
            track.points[i] = fold(|s| s.points);
            if list.iter().all(|s| !s.worst.is_nan() && !s.best.is_nan()) {
                track.lower[i] = fold(|s| s.worst);
                track.upper[i] = fold(|s| s.best);
            }
        }
        track
    }

    fn script(
        &self,
        parts: &[Part],
        min_parts: usize,
        program: &Program,
        tracks: &[Track],
    ) -> Result<Track, crate::language::Breach> {
        let mut track = Track::new(self.length, self.shape.classes);
        let mut columns: [Vec<Arc<Vec<f64>>>; 3] = Default::default();
        let mut interval = vec![false; self.length];
        let mut enough = vec![false; self.length];
        let mut list = Vec::new();
        for i in 0..self.length {
            self.present(parts, i, tracks, &mut track, &mut list);
            enough[i] = list.len() >= min_parts.max(1);
            interval[i] = enough[i] && list.iter().all(|s| !s.worst.is_nan() && !s.best.is_nan());
            let ends: [fn(&Seen) -> f64; 3] = [|s| s.points, |s| s.worst, |s| s.best];
            for ((column, end), wanted) in columns.iter_mut().zip(ends).zip([enough[i], interval[i], interval[i]]) {
                let parts = if wanted { list.iter().map(end).collect() } else { Vec::new() };
                column.push(Arc::new(parts));
            }
        }
        let mut results = Vec::with_capacity(3);
        for column in columns {
            let columns = [Column::Numbers(Arc::new(column))];
            let frame = Frame { rows: self.length, columns: &columns };
            results.push(numbers(program.evaluate(frame, self.environment)?, self.length));
        }
        for i in 0..self.length {
            let at = |which: usize, wanted: bool| if wanted { results[which][i] } else { f64::NAN };
            track.points[i] = at(0, enough[i]);
            track.lower[i] = at(1, interval[i]);
            track.upper[i] = at(2, interval[i]);
        }
        Ok(track)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::mover;
    use crate::measure::Readings;
    use crate::score::fixture::*;
    use crate::score::{Scorecards, score};
    use crate::workspace::SourceKind;

    /// Two standards on one source, one on another; one person, one month.
    fn three() -> (Plan, Readings) {
        let mut plan = plan();
        standard(&mut plan, "a", SourceKind::Record, 0.4, 0.9);
        on_source(&mut plan, "b", 0, 0.4, 0.9);
        standard(&mut plan, "c", SourceKind::CustomerResponse, 0.4, 0.9);
        plan.standards[0].weight = 2.0;
        let measures = [(70, 100), (60, 100), (80, 100)].map(|cell| share_readings(&[cell])).to_vec();
        (plan, readings(vec![level("person", 1, 1, measures)], 1))
    }

    fn parts(cards: &Scorecards, weights: [f64; 3]) -> Vec<mover::Part> {
        let part = |(i, weight): (usize, f64)| {
            let card = &cards.levels[0].standards[i];
            let (point, worst, best) = (card.points[0], card.points_worst[0], card.points_best[0]);
            mover::Part { weight, point, worst, best, group: [0, 0, 1][i] }
        };
        weights.into_iter().enumerate().map(part).collect()
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    fn agrees(cards: &Scorecards, expected: (f64, f64, f64)) {
        let level = &cards.levels[0];
        near(level.score[0], expected.0);
        near(level.score_lower[0], expected.1);
        near(level.score_upper[0], expected.2);
    }

    #[test]
    fn the_score_is_the_weighted_mean_with_the_interval_of_mover() {
        let (plan, readings) = three();
        let cards = score(&plan, readings, &environment());
        near(cards.levels[0].standards[0].points[0], 60.0);
        near(cards.levels[0].score[0], (2.0 * 60.0 + 40.0 + 80.0) / 4.0);
        agrees(&cards, mover::weighted_mean(&parts(&cards, [2.0, 1.0, 1.0])).unwrap());
    }

    #[test]
    fn a_mean_of_means_is_a_mean_of_its_leaves() {
        let (mut plan, readings) = three();
        let inner = group(&mut plan, "inner", &[Part::Standard(0), Part::Standard(2)], Combine::WeightedMean);
        let total = group(&mut plan, "total", &[Part::Group(inner), Part::Standard(1)], Combine::Mean);
        plan.scoring.total = Some(total);
        let cards = score(&plan, readings, &environment());
        // inner is 2/3 and 1/3 of one half
        agrees(&cards, mover::weighted_mean(&parts(&cards, [2.0 / 3.0, 1.0, 1.0 / 3.0])).unwrap());
    }

    #[test]
    fn other_combines_take_all_bad_and_all_good_ends() {
        for (combine, expected) in [(Combine::Sum, 180.0), (Combine::Max, 80.0), (Combine::Min, 40.0)] {
            let (mut plan, readings) = three();
            let all = [0, 1, 2].map(Part::Standard);
            let total = group(&mut plan, "total", &all, combine.clone());
            plan.scoring.total = Some(total);
            let cards = score(&plan, readings, &environment());
            let ends: Vec<f64> = cards.levels[0].standards.iter().map(|card| card.points_worst[0]).collect();
            let lower = match combine {
                Combine::Sum => ends.iter().sum(),
                Combine::Max => ends.iter().copied().fold(f64::MIN, f64::max),
                _ => ends.iter().copied().fold(f64::MAX, f64::min),
            };
            near(cards.levels[0].score[0], expected);
            near(cards.levels[0].score_lower[0], lower);
        }
    }

    #[test]
    fn a_script_combines_the_parts_that_are_there() {
        let (mut plan, mut readings) = three();
        let script = program("max(parts) - min(parts)", crate::language::Expected::Number, &mut { PARTS });
        let total = group(&mut plan, "total", &[0, 1, 2].map(Part::Standard), Combine::Script(script));
        plan.scoring.total = Some(total);
        readings.levels[0].measures[1] = share_readings(&[(6, 10)]);
        let cards = score(&plan, readings, &environment());
        near(cards.levels[0].score[0], 20.0);
        plan.scoring.groups[total].min_parts = 3;
        let cards = score(&plan, cards.readings, &environment());
        assert!(cards.levels[0].score[0].is_nan());
    }

    #[test]
    fn a_missing_part_leaves_and_too_little_weight_gives_no_score() {
        let (mut plan, mut readings) = three();
        readings.levels[0].measures[1] = share_readings(&[(6, 10)]);
        let cards = score(&plan, readings, &environment());
        assert_eq!(cards.levels[0].standards[1].state[0], State::TooFew);
        near(cards.levels[0].standards[1].points[0], 40.0);
        near(cards.levels[0].score[0], (2.0 * 60.0 + 80.0) / 3.0);
        plan.scoring.min_weight = 0.75;
        let cards = score(&plan, cards.readings, &environment());
        assert!(!cards.levels[0].score[0].is_nan(), "three of four weights are 75 %");
        plan.scoring.min_weight = 0.76;
        let cards = score(&plan, cards.readings, &environment());
        assert!(cards.levels[0].score[0].is_nan() && cards.levels[0].score_lower[0].is_nan());
    }

    #[test]
    fn a_part_without_an_interval_leaves_the_score_without_one() {
        let (plan, mut readings) = three();
        readings.levels[0].measures[2].figures.lower[0] = f64::NAN;
        let level = &score(&plan, readings, &environment()).levels[0];
        near(level.score[0], 60.0);
        assert!(level.score_lower[0].is_nan() && level.score_upper[0].is_nan());
    }

    #[test]
    fn scoring_again_after_a_draw_gives_what_scoring_afresh_gives() {
        let (plan, readings) = three();
        let mut cards = score(&plan, readings, &environment());
        std::sync::Arc::make_mut(&mut cards.readings).levels[0].measures[0] = share_readings(&[(50, 100)]);
        crate::score::rescore(&plan, &mut cards, &environment());
        let again = cards.levels[0].score[0];
        let fresh = score(&plan, cards.readings, &environment());
        assert_eq!(again, fresh.levels[0].score[0]);
        near(again, (2.0 * 20.0 + 40.0 + 80.0) / 4.0);
    }
}
