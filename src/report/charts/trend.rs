//! The score of one subject over the complete periods, with its interval.

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, TABLE_ROWS, Table, WIDTH, line, place, point, polyline, rect, text};
use crate::report::{Cell, Report, Score};

const LEFT: f64 = 44.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 210.0;
/// The latest periods that are drawn.
const MOST: usize = 36;

pub fn chart(report: &Report<'_>, cell: Cell) -> Option<Chart> {
    let words = &report.words;
    let readings = &report.recommendations.scorecards.readings;
    let complete: Vec<usize> =
        (0..=cell.period).filter(|p| readings.periods.get(*p).is_some_and(|x| x.complete)).collect();
    let shown = complete.get(complete.len().saturating_sub(MOST)..)?;
    let points: Vec<(usize, Score)> = shown.iter().map(|p| (*p, report.score(Cell { period: *p, ..cell }))).collect();
    if points.iter().filter(|(_, s)| s.value.is_finite()).count() < 2 {
        return None;
    }
    let ends = points.iter().flat_map(|(_, s)| [s.value, s.lower, s.upper]);
    let y = Scale::around(ends.chain([report.plan.fairness.reward_line]), 0.08, BOTTOM, TOP)?;
    let step = (RIGHT - LEFT) / points.len() as f64;
    let x = |i: usize| LEFT + step * (i as f64 + 0.5);
    let mut marks = Vec::new();
    grid(report, &y, &mut marks);
    for (i, (_, score)) in points.iter().enumerate() {
        if score.lower.is_finite() && score.upper.is_finite() {
            let (top, bottom) = (y.at(score.upper), y.at(score.lower));
            marks.push(rect(x(i) - (step * 0.18).min(9.0), top, (step * 0.36).min(18.0), bottom - top, "band"));
        }
    }
    let drawn = |(i, (_, s)): (usize, &(usize, Score))| s.value.is_finite().then(|| (x(i), y.at(s.value)));
    let path: Vec<Option<(f64, f64)>> = points.iter().enumerate().map(drawn).collect();
    marks.push(polyline(&path, "series"));
    marks.extend(path.iter().flatten().map(|(x, y)| point(Shape::Circle, *x, *y, 3.5, "value")));
    let names: Vec<&str> =
        points.iter().map(|(p, _)| readings.periods.get(*p).map_or("", |p| p.name.as_str())).collect();
    let every = points.len().div_ceil(9);
    for (i, name) in names.iter().enumerate().filter(|(i, _)| (names.len() - 1 - i).is_multiple_of(every)) {
        let last = i + 1 == names.len();
        let (at, anchor) = if last && names.len() > 9 { (RIGHT, "end") } else { (place(x(i)), "middle") };
        marks.push(text(at, BOTTOM + 18.0, anchor, "tick", *name));
    }
    let empty = || words.say("value.none", &[]);
    let show = |v: f64| if v.is_finite() { words.number(v, 1) } else { empty() };
    let rows = points.iter().zip(&names).rev().take(TABLE_ROWS);
    Some(Chart {
        id: "chart-trend".into(),
        title: words.say("chart.trend.title", &[("name", &report.name_of(cell))]),
        desc: words.say("chart.trend.desc", &[("periods", &words.integer(points.len() as u64))]),
        width: WIDTH,
        height: BOTTOM + 28.0,
        marks,
        legend: vec![
            Key { mark: point(Shape::Circle, 10.0, 6.0, 4.0, "value"), text: words.say("chart.score", &[]) },
            Key { mark: rect(6.0, 0.0, 8.0, 12.0, "band"), text: words.say("chart.interval", &[]) },
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "target"), text: words.say("chart.reward_line", &[]) },
        ],
        table: Table {
            head: ["chart.period", "chart.score", "chart.lower", "chart.upper"].map(|k| words.say(k, &[])).to_vec(),
            rows: rows
                .map(|((_, s), name)| vec![words.period(name), show(s.value), show(s.lower), show(s.upper)])
                .collect(),
            more: 0,
        },
    })
}

fn grid(report: &Report<'_>, y: &Scale, marks: &mut Vec<Mark>) {
    for tick in y.ticks(5) {
        marks.push(line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid"));
        marks.push(text(LEFT - 8.0, y.at(tick) + 4.0, "end", "tick", report.words.number(tick, 2)));
    }
    let reward = report.plan.fairness.reward_line;
    marks.push(line(LEFT, y.at(reward), RIGHT, y.at(reward), "target"));
}
