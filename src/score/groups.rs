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
use crate::said;
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
const CHUNK: usize = 1024;

/// Combines the points of `cells` (positions in the level's columns). `as_of` says how old evidence of importance is.
pub fn combine(
    plan: &Plan,
    level: &LevelReadings,
    standards: &[StandardScores],
    cells: Range<usize>,
    (basis, as_of): (Basis, Date),
    environment: &Environment,
) -> Combined {
    let mut combined = Combined::default();
    combine_into(plan, level, standards, cells, (basis, as_of), environment, &mut combined);
    combined
}

/// The same in the place of what `combined` held.
pub(super) fn combine_into(
    plan: &Plan,
    level: &LevelReadings,
    standards: &[StandardScores],
    cells: Range<usize>,
    (basis, as_of): (Basis, Date),
    environment: &Environment,
    combined: &mut Combined,
) {
    debug_assert!(cells.end <= level.records.len());
    let shape = Shape::of(plan);
    combined.clear(plan.scoring.groups.len());
    let weights: Vec<f64> = (0..plan.standards.len()).map(|s| plan.weight(s, as_of).unwrap_or(1.0)).collect();
    let mut start = cells.start;
    while start < cells.end {
        let end = (start + CHUNK).min(cells.end);
        let length = end - start;
        let chunk = Chunk { plan, shape: &shape, weights: &weights, standards, start, length, basis, environment };
        chunk.combine(combined);
        start = end;
    }
    if plan.ungraded().is_some() {
        combined.unscored(plan.scoring.total);
    }
    let total = plan.scoring.total;
    combined.failed = total.and_then(|g| combined.groups.get(g)).is_some_and(|g| g.failed);
}

impl Combined {
    /// Who hears complaints alone doesn't know how good the service is (C57): there is no score, under whatever name.
    fn unscored(&mut self, total: Option<usize>) {
        let total = total.and_then(|group| self.groups.get_mut(group));
        let of_group = total.into_iter().flat_map(|g| [&mut g.points, &mut g.lower, &mut g.upper]);
        let own = [&mut self.score, &mut self.lower, &mut self.upper];
        own.into_iter().chain(of_group).for_each(|column| column.fill(f64::NAN));
    }

    fn clear(&mut self, groups: usize) {
        self.groups.resize_with(groups, GroupScores::default);
        for group in &mut self.groups {
            [&mut group.points, &mut group.lower, &mut group.upper].into_iter().for_each(Vec::clear);
            group.failed = false;
        }
        [&mut self.score, &mut self.lower, &mut self.upper].into_iter().for_each(Vec::clear);
        self.failures.clear();
        self.failed = false;
    }
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

/// What the parts of a mean add up to in one cell.
#[derive(Clone, Copy, Default)]
struct Sum {
    points: f64,
    weights: f64,
    applicable: f64,
    present: usize,
    /// Every part that is present has an interval.
    interval: bool,
}

impl Track {
    /// The mean of one cell, whose deviations stand in `bad` and `good` as sums.
    fn settle(&mut self, i: usize, sum: &Sum, min_parts: usize) {
        let length = self.points.len();
        self.coverage[i] = if sum.applicable > 0.0 { sum.weights / sum.applicable } else { 0.0 };
        let found = sum.present >= min_parts.max(1) && sum.weights > 0.0;
        if found {
            self.points[i] = sum.points / sum.weights;
        }
        let kept = found && sum.interval;
        let (mut bad, mut good) = (0.0, 0.0);
        for at in (i..self.bad.len()).step_by(length) {
            bad += self.bad[at] * self.bad[at];
            good += self.good[at] * self.good[at];
            let shared = |deviation: f64| if kept { deviation / sum.weights } else { 0.0 };
            (self.bad[at], self.good[at]) = (shared(self.bad[at]), shared(self.good[at]));
        }
        if kept {
            self.lower[i] = self.points[i] - bad.sqrt() / sum.weights;
            self.upper[i] = self.points[i] + good.sqrt() / sum.weights;
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
            let class = self.shape.in_group.get(position).map_or(&[][..], Vec::as_slice);
            let mut track = match &group.combine {
                Combine::WeightedMean => self.mean(&group.parts, group.min_parts, true, class, &tracks),
                Combine::Mean => self.mean(&group.parts, group.min_parts, false, class, &tracks),
                Combine::Script(program) => match self.script(&group.parts, group.min_parts, program, &tracks) {
                    Ok(track) => track,
                    Err(breach) => {
                        if into.groups.get(position).is_some_and(|g| !g.failed) {
                            let message = said!(
                                "group `{group}` could not be combined: {why}",
                                group = group.id.value,
                                why = breach.message
                            );
                            let failure = Diagnostic::error(&codes::COMBINE_FAILED, message)
                                .at(breach.span, said!("it happens here"))
                                .help(said!("a score that rests on it stays undecided until the expression is mended"));
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
                flat = self.mean(&all, 1, true, &self.shape.in_all, &tracks);
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

    /// Whether a part brings deviations by class of its own, and if not, a source of its one class.
    fn source(&self, part: Part) -> Option<usize> {
        match part {
            Part::Standard(s) => Some(self.shape.of_standard.get(s).copied().unwrap_or(0)),
            Part::Group(g) if self.plan.scoring.groups.get(g).is_some_and(|g| is_mean(&g.combine)) => None,
            Part::Group(g) => Some(self.shape.of_group.get(g).copied().unwrap_or(0)),
        }
    }

    /// Every cell of a part, in order. Column by column, because a mean is taken of millions of cells.
    fn each(&self, part: Part, tracks: &[Track], mut take: impl FnMut(usize, Seen)) {
        let missing = |applicable: bool| Seen { applicable, points: f64::NAN, worst: f64::NAN, best: f64::NAN };
        let columns = match part {
            Part::Standard(s) => self.standards.get(s).and_then(|card| {
                let cells = self.start..self.start + self.length;
                let points = card.points.get(cells.clone())?;
                let ends = (card.points_worst.get(cells.clone())?, card.points_best.get(cells.clone())?);
                Some((card.state.get(cells)?, points, ends))
            }),
            Part::Group(_) => return (0..self.length).for_each(|i| take(i, self.seen(part, i, tracks))),
        };
        let Some((states, points, (worst, best))) = columns else {
            return (0..self.length).for_each(|i| take(i, missing(false)));
        };
        let ends = worst.iter().zip(best);
        for (i, ((state, points), (worst, best))) in states.iter().zip(points).zip(ends).enumerate() {
            let usable = counts(*state) || self.basis == Basis::Any && *state == State::TooFew;
            let applicable = *state != State::NotApplicable;
            take(
                i,
                if usable {
                    Seen { applicable, points: *points, worst: *worst, best: *best }
                } else {
                    missing(applicable)
                },
            );
        }
    }

    /// `class`: that of each source within this mean.
    fn mean(&self, parts: &[Part], min_parts: usize, weighted: bool, class: &[usize], tracks: &[Track]) -> Track {
        let classes = self.shape.classes;
        let class_of = |source: usize| class.get(source).copied().unwrap_or(0);
        let mut track = Track::new(self.length, classes);
        let mut sums = vec![Sum { interval: true, ..Sum::default() }; self.length];
        for part in parts {
            let (weight, class, part) = (self.weight(*part, weighted), self.source(*part).map(class_of), *part);
            let Track { applicable, bad, good, .. } = &mut track;
            let columns = |of: usize| of * self.length..(of + 1) * self.length;
            let (bad, good) = match class {
                Some(class) => (&mut bad[columns(class)], &mut good[columns(class)]),
                None => (bad.as_mut_slice(), good.as_mut_slice()),
            };
            self.each(part, tracks, |i, seen| {
                let sum = &mut sums[i];
                applicable[i] |= seen.applicable;
                sum.applicable += if seen.applicable { weight } else { 0.0 };
                if seen.points.is_nan() {
                    return;
                }
                sum.present += 1;
                sum.points += weight * seen.points;
                sum.weights += weight;
                sum.interval &= !seen.worst.is_nan() && !seen.best.is_nan();
                match (class, part) {
                    (Some(_), _) => {
                        bad[i] += weight * (seen.points - seen.worst);
                        good[i] += weight * (seen.best - seen.points);
                    }
                    (None, Part::Group(g)) => {
                        for inner in 0..classes {
                            let (from, into) = (inner * self.length + i, class_of(inner) * self.length + i);
                            bad[into] += weight * tracks[g].bad[from];
                            good[into] += weight * tracks[g].good[from];
                        }
                    }
                    (None, Part::Standard(_)) => {}
                }
            });
        }
        sums.iter().enumerate().for_each(|(i, sum)| track.settle(i, sum, min_parts));
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
    fn what_is_not_scored_does_not_widen_the_score() {
        let (mut plan, readings) = three();
        group(&mut plan, "peak", &[Part::Standard(0), Part::Standard(2)], Combine::Max);
        let inner = group(&mut plan, "inner", &[0, 1, 2].map(Part::Standard), Combine::WeightedMean);
        plan.scoring.total = Some(inner);
        let cards = score(&plan, readings, &environment());
        agrees(&cards, mover::weighted_mean(&parts(&cards, [2.0, 1.0, 1.0])).unwrap());
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
