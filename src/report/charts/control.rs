//! Is a standard improving, stable or worsening? A control chart of individual values over at least eight periods.
//! Limits: x̄ ± 3·MR̄/1.128, MR̄ the mean of successive differences (Shewhart; Wheeler & Chambers 1992).

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, Table, WIDTH, line, place, point, polyline, text};
use crate::report::standing::StandardFigures;
use crate::report::{Cell, Report};

const LEFT: f64 = 60.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 170.0;
/// Periods before limits say anything.
const LEAST: usize = 8;
/// So many in a row on one side of the middle are a shift.
const RUN: usize = 8;
/// Mean of the range of two normal values, in standard deviations.
const D2: f64 = 1.128;

/// Middle and limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub middle: f64,
    pub lower: f64,
    pub upper: f64,
}

/// Limits of individual values; `None` with fewer than eight, or where nothing varies.
pub fn xmr(values: &[f64]) -> Option<Limits> {
    if values.len() < LEAST {
        return None;
    }
    let middle = values.iter().sum::<f64>() / values.len() as f64;
    let ranges: f64 = values.iter().zip(values.iter().skip(1)).map(|(a, b)| (b - a).abs()).sum();
    let half = 3.0 * ranges / (values.len() - 1) as f64 / D2;
    if half <= 1e-9 * middle.abs().max(1e-3) {
        return None;
    }
    Some(Limits { middle, lower: middle - half, upper: middle + half })
}

/// Which way the latest values have left the middle: up, down, or neither. By a stated rule: the last value lies
/// outside the limits, or the last eight lie on one side of the middle.
pub fn shift(values: &[f64], limits: Limits) -> Option<bool> {
    let last = *values.last()?;
    if last > limits.upper || last < limits.lower {
        return Some(last > limits.upper);
    }
    let run = values.get(values.len().checked_sub(RUN)?..)?;
    if run.iter().all(|v| *v > limits.middle) {
        Some(true)
    } else if run.iter().all(|v| *v < limits.middle) {
        Some(false)
    } else {
        None
    }
}

/// A chart for each standard of a subject that has enough periods, those that have shifted first.
pub fn controls(report: &Report<'_>, cell: Cell, most: usize) -> Vec<Chart> {
    let mut charts: Vec<(bool, Chart)> =
        (0..report.plan.standards.len()).filter_map(|position| chart(report, cell, position)).collect();
    charts.sort_by_key(|(shifted, _)| !shifted);
    charts.into_iter().take(most).map(|(_, chart)| chart).collect()
}

fn chart(report: &Report<'_>, cell: Cell, position: usize) -> Option<(bool, Chart)> {
    let words = &report.words;
    let readings = &report.recommendations.scorecards.readings;
    let of =
        |period: usize| StandardFigures::of(report.plan, report.recommendations, position, Cell { period, ..cell });
    let complete = (0..=cell.period).filter(|p| readings.periods.get(*p).is_some_and(|x| x.complete));
    let points: Vec<(usize, f64)> =
        complete.filter_map(|p| of(p).map(|s| (p, s.value))).filter(|(_, v)| v.is_finite()).collect();
    let values: Vec<f64> = points.iter().map(|(_, v)| *v).collect();
    let limits = xmr(&values)?;
    let shifted = shift(&values, limits);
    let figures = of(cell.period)?;
    let unit = figures.unit();
    let better = shifted.map(|up| up != figures.measure.lower_is_better);
    let verdict = match better {
        Some(true) => "chart.control.improving",
        Some(false) => "chart.control.worsening",
        None => "chart.control.stable",
    };
    let ends = [limits.lower, limits.upper];
    let y = Scale::around(values.iter().copied().chain(ends), 0.1, BOTTOM, TOP)?;
    let step = (RIGHT - LEFT) / points.len() as f64;
    let x = |i: usize| LEFT + step * (i as f64 + 0.5);
    let mut marks: Vec<Mark> = vec![line(LEFT, y.at(limits.middle), RIGHT, y.at(limits.middle), "axis")];
    for (limit, class) in [(limits.lower, "limit998"), (limits.upper, "limit998")] {
        marks.push(line(LEFT, y.at(limit), RIGHT, y.at(limit), class));
        marks.push(text(LEFT - 8.0, y.at(limit) + 4.0, "end", "tick", unit.show(limit, words)));
    }
    marks.push(text(LEFT - 8.0, y.at(limits.middle) + 4.0, "end", "tick", unit.show(limits.middle, words)));
    let path: Vec<Option<(f64, f64)>> = values.iter().enumerate().map(|(i, v)| Some((x(i), y.at(*v)))).collect();
    marks.push(polyline(&path, "series"));
    for (i, v) in values.iter().enumerate() {
        let out = *v < limits.lower || *v > limits.upper;
        let (shape, r, class) = if out { (Shape::Triangle, 5.5, "outside") } else { (Shape::Circle, 3.0, "value") };
        marks.push(point(shape, x(i), y.at(*v), r, class));
    }
    let name = |p: usize| readings.periods.get(p).map_or("", |p| p.name.as_str());
    let every = points.len().div_ceil(8);
    for (i, (p, _)) in points.iter().enumerate().filter(|(i, _)| (points.len() - 1 - i).is_multiple_of(every)) {
        marks.push(text(place(x(i)), BOTTOM + 18.0, "middle", "tick", name(*p)));
    }
    let rows =
        points.iter().rev().take(super::TABLE_ROWS).map(|(p, v)| vec![words.period(name(*p)), unit.show(*v, words)]);
    let show = |v: f64| unit.show(v, words);
    let chart = Chart {
        id: format!("chart-control-{position}"),
        title: words.say(
            "chart.control.title",
            &[("promise", &figures.standard.promise.value), ("verdict", &words.say(verdict, &[]))],
        ),
        desc: words.say(
            "chart.control.desc",
            &[
                ("periods", &words.integer(points.len() as u64)),
                ("middle", &show(limits.middle)),
                ("lower", &show(limits.lower)),
                ("upper", &show(limits.upper)),
            ],
        ),
        width: WIDTH,
        height: BOTTOM + 28.0,
        marks,
        legend: vec![
            Key { mark: point(Shape::Circle, 10.0, 6.0, 4.0, "value"), text: words.say("chart.value", &[]) },
            Key { mark: point(Shape::Triangle, 10.0, 6.0, 5.5, "outside"), text: words.say("chart.outside", &[]) },
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "limit998"), text: words.say("chart.control.limits", &[]) },
        ],
        table: Table {
            head: vec![words.say("chart.period", &[]), words.say("chart.value", &[])],
            rows: rows.collect(),
            more: 0,
        },
    };
    Some((better.is_some(), chart))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_published_ones() {
        let values = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
        let limits = xmr(&values).unwrap();
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-4, "{a} {b}");
        close(limits.middle, 50.81);
        close(limits.upper, 55.8041);
        close(limits.lower, 45.8159);
        assert_eq!(xmr(&values[..7]), None);
        assert_eq!(xmr(&[23.6; 12]), None);
        assert_eq!(shift(&values, limits), None);
    }

    #[test]
    fn a_last_value_outside_or_eight_on_one_side_are_a_shift() {
        let limits = Limits { middle: 10.0, lower: 7.0, upper: 13.0 };
        assert_eq!(shift(&[10.0, 9.0, 14.0], limits), Some(true));
        assert_eq!(shift(&[11.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0], limits), Some(false));
        assert_eq!(shift(&[9.0, 9.0, 9.0, 11.0, 9.0, 9.0, 9.0, 9.0, 9.0], limits), None);
        assert_eq!(shift(&[], limits), None);
    }
}
