//! `points:` of a standard, tried out: an expression that asks for a line which isn't set gives nobody points, and whoever
//! has no points has no score.

use std::sync::Arc;

use crate::diagnostic::{Authored, Diagnostic, Span};
use crate::language::{Calendar, Column, Environment, Frame, Program, Value};
use crate::said;
use crate::workspace::codes;
use crate::workspace::plan::{Line, POINTS_NAMES};
use crate::workspace::reader::Reader;

/// Floor, target, stretch and baseline of a standard, as far as they are written.
pub type Lines<'a> = [Option<&'a Authored<Line>>; 4];

const KEYS: [&str; 4] = ["floor", "target", "stretch", "baseline"];
/// Of the first line in the frame.
const FIRST_SLOT: usize = 2;
/// Values that are tried: from well short of the floor to well beyond the stretch.
const STEPS: i32 = 48;

/// Reports lines that aren't set, and without which some value has no points.
pub fn try_out(
    reader: &mut Reader,
    (standard, span): (&Authored<String>, Span),
    program: &Program,
    lines: Lines<'_>,
    lower: bool,
) {
    let Some(scale) = Scale::of(lines, lower) else { return };
    let absent = lines.map(|line| line.is_none());
    let set = absent.map(|absent| !absent);
    let Some(points) = scale.points(program, set) else { return };
    let helps = |line: &usize| {
        let with: [bool; 4] = std::array::from_fn(|i| set[i] || i == *line);
        let gained = |with: Vec<bool>| points.iter().zip(with).any(|(before, after)| !before && after);
        scale.points(program, with).is_some_and(gained)
    };
    let asked = |line: &usize| absent[*line] && program.slots().contains(&(FIRST_SLOT + line));
    let needed: Vec<usize> = (0..KEYS.len()).filter(asked).filter(helps).collect();
    for key in needed.iter().filter_map(|line| KEYS.get(*line)) {
        reader.report(
            Diagnostic::error(
                &codes::POINTS_NEED,
                said!("`{standard}` has no `{line}`, which its `points` need", standard, line = key),
            )
            .at(span, said!("without it some values have no points, and nobody who reaches them a score"))
            .at(standard.span(), said!("the standard"))
            .help(said!("set `{line}`, or say what counts without it, such as `{line} ?? target`", line = key))
            .for_item(standard.origin.item.as_ref()),
        );
    }
}

/// The lines on a scale of their own: the author's numbers, and likely places for the others.
struct Scale {
    lines: [f64; 4],
    from: f64,
    step: f64,
}

impl Scale {
    /// None where the target isn't known, without which there are no points.
    fn of(lines: Lines<'_>, lower: bool) -> Option<Self> {
        lines[1]?;
        let number = |line: Option<&Authored<Line>>| match line.map(|l| &l.value) {
            Some(Line::Number(number)) => Some(*number),
            _ => None,
        };
        let [floor, target, stretch, baseline] = lines.map(number);
        let target = target.or(floor).or(stretch).unwrap_or(0.5);
        let guess = (target.abs() / 8.0).max(0.05) * if lower { -1.0 } else { 1.0 };
        let far = |line: Option<f64>| line.map(|at| (target - at).abs()).filter(|width| *width > 0.0);
        let width = far(floor).or(far(stretch)).map_or(guess, |width| width.copysign(guess));
        let (floor, stretch) = (floor.unwrap_or(target - width), stretch.unwrap_or(target + width));
        let (from, to) = (floor - width, stretch + width);
        Some(Self {
            lines: [floor, target, stretch, baseline.unwrap_or(target)],
            from,
            step: (to - from) / f64::from(STEPS),
        })
    }

    /// Which of the values have points where these lines are set; `None` where the expression breaks off.
    fn points(&self, program: &Program, set: [bool; 4]) -> Option<Vec<bool>> {
        let mut values: Vec<f64> = (0..=STEPS).map(|i| self.from + self.step * f64::from(i)).collect();
        values.extend(self.lines);
        let line = |i: usize| match self.lines.get(i).zip(set.get(i)) {
            Some((line, true)) => Column::Constant(Value::Number(*line)),
            _ => Column::Constant(Value::Missing),
        };
        let value = Column::Number(Arc::new(values.clone()));
        let columns: Vec<Column> = (0..POINTS_NAMES.len())
            .map(|slot| match slot {
                0 | 6 | 7 => value.clone(),
                1 => Column::Constant(Value::Number(1000.0)),
                slot => line(slot - FIRST_SLOT),
            })
            .collect();
        let environment = Environment { calendar: Arc::new(Calendar::office_hours(jiff::tz::TimeZone::UTC)) };
        let points = program.evaluate(Frame { rows: values.len(), columns: &columns }, &environment).ok()?;
        Some((0..values.len()).map(|row| !matches!(points.value(row), Value::Missing)).collect())
    }
}
