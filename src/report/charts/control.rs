//! Is a standard improving, stable or worsening? A control chart of individual values over at least eight periods.
//! Limits and direction are the engine's own (`fairness::charts`), the same that rules and process reviews read.

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, Table, WIDTH, line, place, point, polyline, text};
use crate::fairness::charts::{self, Direction, Xmr};
use crate::report::standing::StandardFigures;
use crate::report::{Cell, Report};

const LEFT: f64 = 60.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 170.0;
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
    let found = varying(&values)?;
    let (lower, upper) = *found.chart.limits.last()?;
    let figures = of(cell.period)?;
    let unit = figures.unit();
    let direction = charts::direction(&values, figures.measure.lower_is_better)?;
    let verdict = match direction {
        Direction::Improving => "chart.control.improving",
        Direction::Worsening => "chart.control.worsening",
        Direction::Stable => "chart.control.stable",
    };
    let (middle, ends) = (found.chart.centre, [lower, upper]);
    let y = Scale::around(values.iter().copied().chain(ends), 0.1, BOTTOM, TOP)?;
    let step = (RIGHT - LEFT) / points.len() as f64;
    let x = |i: usize| LEFT + step * (i as f64 + 0.5);
    let mut marks: Vec<Mark> = vec![line(LEFT, y.at(middle), RIGHT, y.at(middle), "axis")];
    for (limit, class) in [(lower, "limit998"), (upper, "limit998")] {
        marks.push(line(LEFT, y.at(limit), RIGHT, y.at(limit), class));
        marks.push(text(LEFT - 8.0, y.at(limit) + 4.0, "end", "tick", unit.show(limit, words)));
    }
    marks.push(text(LEFT - 8.0, y.at(middle) + 4.0, "end", "tick", unit.show(middle, words)));
    let path: Vec<Option<(f64, f64)>> = values.iter().enumerate().map(|(i, v)| Some((x(i), y.at(*v)))).collect();
    marks.push(polyline(&path, "series"));
    for (i, v) in values.iter().enumerate() {
        let out = found.chart.outside.contains(&i);
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
                ("middle", &show(middle)),
                ("lower", &show(lower)),
                ("upper", &show(upper)),
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
    Some((direction != Direction::Stable, chart))
}

/// `None` with fewer than eight values, or where nothing varies: a flat line needs no chart.
fn varying(values: &[f64]) -> Option<Xmr> {
    charts::xmr(values).filter(|x| x.mean_range > 1e-9 * x.chart.centre.abs().max(1e-3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_needs_eight_periods_that_differ() {
        let values = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
        assert!(varying(&values).is_some());
        assert!(varying(&values[..7]).is_none());
        assert!(varying(&[23.6; 12]).is_none());
    }
}
