//! Points of a standard: the default scale, or the author's own expression.

use std::sync::Arc;

use super::{Direction, StandardScores, codes, counts};
use crate::diagnostic::Diagnostic;
use crate::language::{Column, Environment, Frame, Program, Value};
use crate::measure::{Figures, MeasureReadings, State};
use crate::said;
use crate::workspace::{Plan, Standard};

/// 0 at the floor or worse, 80 at target, 100 at stretch or better, linear between; without a stretch the target is 100,
/// without a floor all that falls short of the target is 0. NaN where value or target is missing, and where the target is
/// not beyond the floor.
pub fn default_points(value: f64, floor: f64, target: f64, stretch: f64, direction: Direction) -> f64 {
    if value.is_nan() || target.is_nan() {
        return f64::NAN;
    }
    // Columns may say so; nothing lies between such lines, and at them a value would be unacceptable and aimed at.
    if !floor.is_nan() && !direction.beyond(target, floor) {
        return f64::NAN;
    }
    let stretched = direction.beyond(stretch, target);
    let at_target = if stretched { 80.0 } else { 100.0 };
    if direction.reaches(value, target) {
        return match () {
            () if !stretched || direction.reaches(value, stretch) => 100.0,
            () if super::same(value, target) => 80.0,
            () => 80.0 + 20.0 * (value - target) / (stretch - target),
        };
    }
    if !direction.beyond(value, floor) {
        return 0.0;
    }
    at_target * (value - floor) / (target - floor)
}

/// The reading's state, with `TooFew` below the plan's minimum, which may not be the one it was read under (what-if);
/// what doesn't apply stays so.
pub(super) fn states(
    plan: &Plan,
    standard: &Standard,
    measure: &MeasureReadings,
    figures: &Figures,
    card: &mut StandardScores,
) {
    let minimum = plan.minimum.records;
    if plan.measures.get(standard.measure).is_some_and(crate::workspace::Measure::is_census) {
        for (cell, state) in card.state.iter_mut().enumerate().filter(|(_, state)| **state != State::NotApplicable) {
            *state = measure.state.get(cell).copied().unwrap_or(State::Unmeasured);
        }
        return;
    }
    let max_missing = plan.measures.get(standard.measure).map_or(1.0, |m| m.max_missing);
    for (cell, state) in card.state.iter_mut().enumerate() {
        if *state == State::NotApplicable {
            continue;
        }
        let reading = measure.state.get(cell).copied().unwrap_or(State::Unmeasured);
        let n = figures.n.get(cell).copied().unwrap_or(0);
        *state = match reading {
            reading if counts(reading) && n < minimum => State::TooFew,
            State::TooFew if n >= minimum => {
                let missing = measure.rows.missing.get(cell).copied().unwrap_or(0);
                if missing as f64 > max_missing * (missing + n) as f64 { State::Doubtful } else { State::Measured }
            }
            reading => reading,
        };
    }
}

/// Points of every cell at its value and at both ends of its interval.
pub(super) fn fill(
    plan: &Plan,
    standard: &Standard,
    figures: &Figures,
    card: &mut StandardScores,
    environment: &Environment,
) -> Option<Diagnostic> {
    let direction = direction(plan, standard);
    let [_, worst, best] = ends(figures, direction);
    if let Some(program) = &standard.points {
        for points in [&mut card.points, &mut card.points_worst, &mut card.points_best] {
            points.fill(f64::NAN);
        }
        let script = Script { program, figures, card, environment };
        let computed = [&figures.value, worst, best].map(|at| script.points(at));
        return match computed {
            [Ok(points), Ok(at_worst), Ok(at_best)] => {
                card.points = points;
                card.points_worst = at_worst;
                card.points_best = at_best;
                None
            }
            [a, b, c] => a.err().or(b.err()).or(c.err()).map(|breach| {
                let id = standard.id.value.as_str();
                let what = said!(
                    "the points of standard `{standard}` could not be computed: {why}",
                    standard = id,
                    why = breach.message
                );
                Diagnostic::error(&codes::POINTS_FAILED, what)
                    .at(breach.span, said!("it happens here"))
                    .help(said!("whoever is scored on it stays undecided until the expression is mended"))
            }),
        };
    }
    let StandardScores { floor, target, stretch, points, points_worst, points_best, .. } = card;
    for (into, at) in [(points, &figures.value), (points_worst, worst), (points_best, best)] {
        for (cell, points) in into.iter_mut().enumerate() {
            *points = of_cell(at, [floor, target, stretch], cell, direction);
        }
    }
    None
}

pub(super) fn direction(plan: &Plan, standard: &Standard) -> Direction {
    let lower_is_better = plan.measures.get(standard.measure).is_some_and(|m| m.lower_is_better);
    if lower_is_better { Direction::Lower } else { Direction::Higher }
}

/// The value, and the worse and the better end of its interval.
pub(super) fn ends(figures: &Figures, direction: Direction) -> [&Vec<f64>; 3] {
    let Figures { value, lower, upper, .. } = figures;
    if direction == Direction::Lower { [value, upper, lower] } else { [value, lower, upper] }
}

/// Default points in one cell of a figure's column, on its floor, target and stretch.
pub(super) fn of_cell(figure: &[f64], lines: [&Vec<f64>; 3], cell: usize, direction: Direction) -> f64 {
    let at = |column: &[f64]| column.get(cell).copied().unwrap_or(f64::NAN);
    default_points(at(figure), at(lines[0]), at(lines[1]), at(lines[2]), direction)
}

struct Script<'a> {
    program: &'a Program,
    figures: &'a Figures,
    card: &'a StandardScores,
    environment: &'a Environment,
}

impl Script<'_> {
    /// The expression with `value` taken at `at`. What has no value has no points, whatever the script says.
    fn points(&self, at: &[f64]) -> Result<Vec<f64>, crate::language::Breach> {
        let used = self.program.slots();
        let figures = self.figures;
        let columns: Vec<Column> = (0..crate::workspace::POINTS_NAMES.len())
            .map(|slot| {
                if !used.contains(&slot) {
                    return Column::Constant(Value::Missing);
                }
                Column::Number(Arc::new(match slot {
                    0 => at.to_vec(),
                    1 => figures.n.iter().map(|n| *n as f64).collect(),
                    2 => self.card.floor.clone(),
                    3 => self.card.target.clone(),
                    4 => self.card.stretch.clone(),
                    5 => self.card.baseline.clone(),
                    6 => figures.lower.clone(),
                    _ => figures.upper.clone(),
                }))
            })
            .collect();
        let frame = Frame { rows: at.len(), columns: &columns };
        let mut points = numbers(self.program.evaluate(frame, self.environment)?, at.len());
        for (points, value) in points.iter_mut().zip(at) {
            if value.is_nan() {
                *points = f64::NAN;
            }
        }
        Ok(points)
    }
}

/// A number column as plain numbers; anything else is missing.
pub(super) fn numbers(column: Column, rows: usize) -> Vec<f64> {
    match column {
        Column::Number(values) => Arc::unwrap_or_clone(values),
        Column::Constant(Value::Number(value)) => vec![value; rows],
        _ => vec![f64::NAN; rows],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: f64 = f64::NAN;

    #[test]
    fn the_default_scale_has_its_known_points() {
        let points = |value| default_points(value, 0.6, 0.8, 0.9, Direction::Higher);
        assert_eq!(points(0.5), 0.0);
        assert_eq!(points(0.6), 0.0);
        assert!((points(0.7) - 40.0).abs() < 1e-9);
        assert_eq!(points(0.8), 80.0);
        assert!((points(0.85) - 90.0).abs() < 1e-9);
        assert_eq!(points(0.9), 100.0);
        assert_eq!(points(1.0), 100.0);
        assert!(points(NONE).is_nan());
    }

    #[test]
    fn without_a_stretch_the_target_is_100_and_without_a_floor_short_is_0() {
        assert_eq!(default_points(0.8, 0.6, 0.8, NONE, Direction::Higher), 100.0);
        assert!((default_points(0.7, 0.6, 0.8, NONE, Direction::Higher) - 50.0).abs() < 1e-9);
        assert_eq!(default_points(0.79, NONE, 0.8, 0.9, Direction::Higher), 0.0);
        assert_eq!(default_points(0.8, NONE, 0.8, 0.9, Direction::Higher), 80.0);
        assert!(default_points(0.8, 0.6, NONE, 0.9, Direction::Higher).is_nan());
    }

    #[test]
    fn lower_is_better_runs_the_other_way() {
        let points = |value| default_points(value, 400.0, 280.0, 200.0, Direction::Lower);
        assert_eq!(points(500.0), 0.0);
        assert!((points(340.0) - 40.0).abs() < 1e-9);
        assert_eq!(points(280.0), 80.0);
        assert!((points(240.0) - 90.0).abs() < 1e-9);
        assert_eq!(points(100.0), 100.0);
    }

    #[test]
    fn a_value_a_rounding_error_under_the_target_is_at_the_target() {
        let value = [0.1; 8].iter().sum::<f64>();
        assert_eq!(default_points(value, 0.6, 0.8, 0.9, Direction::Higher), 80.0);
    }

    #[test]
    fn lines_of_fields_on_the_wrong_side_never_give_an_infinity() {
        for value in [0.7, 0.8, 0.9] {
            assert!(default_points(value, 0.8, 0.8, NONE, Direction::Higher).is_nan(), "neither 0 nor 100");
            assert!(default_points(value, 0.8, 0.7, 0.9, Direction::Higher).is_nan());
        }
        assert_eq!(default_points(0.85, 0.6, 0.8, 0.7, Direction::Higher), 100.0);
    }

    #[test]
    fn a_state_below_the_minimum_is_too_few_and_what_does_not_apply_stays_so() {
        use crate::score::fixture;
        let mut plan = fixture::plan();
        fixture::standard(&mut plan, "a", crate::workspace::SourceKind::Record, 0.4, 0.9);
        let mut measure = fixture::share_readings(&[(9, 10), (90, 100), (9, 10)]);
        let mut states_at = |minimum: u64, read: [State; 3], missing: Vec<u64>| {
            plan.minimum.records = minimum;
            measure.state = read.to_vec();
            measure.rows.missing = missing;
            let state = vec![State::Unmeasured, State::Unmeasured, State::NotApplicable];
            let mut card = StandardScores { state, ..StandardScores::default() };
            states(&plan, &plan.standards[0], &measure, &measure.figures, &mut card);
            card.state
        };
        let read = [State::Measured; 3];
        assert_eq!(states_at(30, read, vec![]), [State::TooFew, State::Measured, State::NotApplicable]);
        // Read under a higher minimum, asked under a lower one.
        let read = [State::TooFew, State::Measured, State::TooFew];
        assert_eq!(states_at(10, read, vec![]), [State::Measured, State::Measured, State::NotApplicable]);
        assert_eq!(states_at(10, read, vec![9, 0, 0]), [State::Doubtful, State::Measured, State::NotApplicable]);
    }
}
