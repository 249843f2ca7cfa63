//! Standards of one subject: value and interval against floor and target, each on a scale of its own.

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, TABLE_ROWS, Table, WIDTH, line, point, rect, short, text};
use crate::report::standing::{StandardFigures, StandardView, Unit};
use crate::report::{Cell, Report};

const LEFT: f64 = 268.0;
const RIGHT: f64 = 604.0;
const ROW: f64 = 40.0;
/// Standards drawn; more stand in the table.
const MOST: usize = 24;

/// Two thirds of the way up the room of a row.
const BAR: f64 = 12.0;

pub fn chart(report: &Report<'_>, cell: Cell) -> Option<Chart> {
    let words = &report.words;
    let figures: Vec<StandardFigures<'_>> = report.standards(cell).filter(|s| !s.value.is_nan()).collect();
    if figures.is_empty() {
        return None;
    }
    let shown = figures.len().min(MOST);
    let mut marks = Vec::new();
    for (row, figure) in figures.iter().take(shown).enumerate() {
        draw(report, figure, 12.0 + row as f64 * ROW, &mut marks);
    }
    let views: Vec<StandardView> = figures.iter().map(|s| StandardView::of(s, words)).collect();
    let reached = figures.iter().filter(|s| s.standing().is_win()).count();
    let name = report.name_of(cell);
    let empty = || words.say("value.none", &[]);
    let rows = views.iter().take(TABLE_ROWS).map(|v| {
        let optional = [&v.value, &v.interval, &v.floor, &v.target].map(|o| o.clone().unwrap_or_else(empty));
        std::iter::once(v.promise.clone()).chain(optional).chain([v.n_text.clone()]).collect()
    });
    Some(Chart {
        id: "chart-standards".into(),
        title: words.say("chart.standards.title", &[("name", &name)]),
        desc: words.say(
            "chart.standards.desc",
            &[("reached", &words.integer(reached as u64)), ("all", &words.integer(figures.len() as u64))],
        ),
        width: WIDTH,
        height: 18.0 + shown as f64 * ROW,
        marks,
        legend: vec![
            Key { mark: point(Shape::Diamond, 10.0, 6.0, 5.0, "value"), text: words.say("chart.value", &[]) },
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "interval"), text: words.say("chart.interval", &[]) },
            Key { mark: line(10.0, 0.0, 10.0, 12.0, "target"), text: words.say("chart.target", &[]) },
            Key { mark: line(10.0, 0.0, 10.0, 12.0, "floor"), text: words.say("chart.floor", &[]) },
        ],
        table: Table {
            head: ["chart.standard", "chart.value", "chart.interval", "chart.floor", "chart.target", "chart.n"]
                .map(|k| words.say(k, &[]))
                .to_vec(),
            rows: rows.collect(),
            more: views.len().saturating_sub(TABLE_ROWS),
        },
    })
}

fn draw(report: &Report<'_>, s: &StandardFigures<'_>, top: f64, marks: &mut Vec<Mark>) {
    let words = &report.words;
    let unit = s.unit();
    let all = [s.value, s.lower, s.upper, s.floor, s.target, s.stretch];
    let Some(scale) = Scale::around(all, 0.12, LEFT, RIGHT) else { return };
    let scale = match unit {
        Unit::Share => Scale { low: 0.0, high: 1.0, ..scale },
        Unit::Points | Unit::Number => scale,
    };
    let middle = top + 14.0;
    marks.push(text(0.0, middle + 4.0, "start", "label", short(&s.standard.promise.value, 36)));
    marks.push(rect(LEFT, middle - BAR / 2.0, RIGHT - LEFT, BAR, "track"));
    // The side of the target that is wanted.
    if s.target.is_finite() {
        let at = scale.at(s.target);
        let (from, to) = if s.measure.lower_is_better { (LEFT, at) } else { (at, RIGHT) };
        marks.push(rect(from, middle - BAR / 2.0, to - from, BAR, "good"));
    }
    for (x, class) in [(s.floor, "floor"), (s.target, "target")] {
        if x.is_finite() {
            marks.push(line(scale.at(x), middle - 11.0, scale.at(x), middle + 11.0, class));
        }
    }
    if s.lower.is_finite() && s.upper.is_finite() {
        let (from, to) = (scale.at(s.lower), scale.at(s.upper));
        marks.push(line(from, middle, to, middle, "interval"));
        for end in [from, to] {
            marks.push(line(end, middle - 4.0, end, middle + 4.0, "interval"));
        }
    }
    marks.push(point(Shape::Diamond, scale.at(s.value), middle, 5.5, "value"));
    marks.push(text(WIDTH, middle + 4.0, "end", "figure", unit.show(s.value, words)));
}
