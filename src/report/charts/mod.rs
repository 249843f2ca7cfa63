//! Charts as geometry: Rust computes places, `templates/charts.html` draws them as SVG with a title, a description and
//! a data table. Shapes differ as well as colours.

mod axis;
mod control;
mod distribution;
mod funnel;
mod luck;
mod standards;
mod sureness;
mod trend;

use serde::Serialize;

use super::{Cell, Report, Score};

pub use control::controls;
pub use luck::{of_power, of_worlds};

/// Width that every chart is drawn in; the page scales it.
pub const WIDTH: f64 = 680.0;

/// One chart.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    pub id: String,
    pub title: String,
    /// What can be read from it, in a sentence or two.
    pub desc: String,
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
    pub legend: Vec<Key>,
    pub table: Table,
}

/// One thing that is drawn; `class` gives its colour in the style sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Mark {
    Line { x1: f64, y1: f64, x2: f64, y2: f64, class: &'static str },
    Rect { x: f64, y: f64, width: f64, height: f64, class: &'static str },
    Path { d: String, class: &'static str },
    Text { x: f64, y: f64, anchor: &'static str, class: &'static str, text: String },
}

/// A line of the legend: a small drawing (20 × 12) and its words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Key {
    pub mark: Mark,
    pub text: String,
}

/// The figures behind a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Rows that are not shown.
    pub more: usize,
}

/// Rows of a chart's table.
pub const TABLE_ROWS: usize = 60;

/// A tenth of a unit is finer than any screen shows.
pub fn place(x: f64) -> f64 {
    let tenths = (x * 10.0).round() / 10.0;
    if tenths == 0.0 || !tenths.is_finite() { 0.0 } else { tenths }
}

/// The shapes of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Circle,
    Diamond,
    Triangle,
}

/// A point as a path around (x, y) with half-width r.
pub fn point(shape: Shape, x: f64, y: f64, r: f64, class: &'static str) -> Mark {
    let (left, right, top, bottom) = (place(x - r), place(x + r), place(y - r), place(y + r));
    let (x, y, r) = (place(x), place(y), place(r));
    let d = match shape {
        Shape::Circle => format!("M{left} {y}a{r} {r} 0 1 0 {w} 0a{r} {r} 0 1 0 -{w} 0z", w = place(2.0 * r)),
        Shape::Diamond => format!("M{x} {top}L{right} {y}L{x} {bottom}L{left} {y}z"),
        Shape::Triangle => format!("M{x} {top}L{right} {bottom}L{left} {bottom}z"),
    };
    Mark::Path { d, class }
}

pub fn line(x1: f64, y1: f64, x2: f64, y2: f64, class: &'static str) -> Mark {
    Mark::Line { x1: place(x1), y1: place(y1), x2: place(x2), y2: place(y2), class }
}

pub fn rect(x: f64, y: f64, width: f64, height: f64, class: &'static str) -> Mark {
    Mark::Rect { x: place(x), y: place(y), width: place(width.max(0.0)), height: place(height.max(0.0)), class }
}

pub fn text(x: f64, y: f64, anchor: &'static str, class: &'static str, text: impl Into<String>) -> Mark {
    Mark::Text { x: place(x), y: place(y), anchor, class, text: text.into() }
}

/// A line through points; a gap where one is missing.
pub fn polyline(points: &[Option<(f64, f64)>], class: &'static str) -> Mark {
    let mut d = String::new();
    let mut pen_down = false;
    for at in points {
        match at {
            Some((x, y)) => {
                d.push_str(&format!("{}{} {}", if pen_down { 'L' } else { 'M' }, place(*x), place(*y)));
                pen_down = true;
            }
            None => pen_down = false,
        }
    }
    Mark::Path { d, class }
}

/// A text of at most `most` characters, with an ellipsis where it is cut.
pub fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// The charts of a page, those that have something to show.
pub fn of_page(report: &Report<'_>, whole: Option<Cell>) -> Vec<Chart> {
    let mut charts = Vec::new();
    if let Some(cell) = whole {
        charts.extend(standards::chart(report, cell));
        charts.extend(trend::chart(report, cell));
    }
    charts.extend(distribution::chart(report));
    charts.extend(sureness::chart(report));
    charts.extend(funnel::chart(report));
    charts
}

/// The charts of one subject.
pub fn of_subject(report: &Report<'_>, cell: Cell, controls: usize) -> Vec<Chart> {
    let own = standards::chart(report, cell).into_iter().chain(trend::chart(report, cell));
    own.chain(self::controls(report, cell, controls)).collect()
}

/// Fewest scores that have a spread.
const SPREAD: usize = 5;

/// The first level at which at least five subjects were assessed with a score that is `wanted`: its name, and who scored what.
fn assessed_scores<'r>(
    report: &'r Report<'_>,
    wanted: impl Fn(&Score) -> bool,
) -> Option<(&'r str, Vec<(Cell, Score)>)> {
    let period = report.period()?;
    report.recommendations.scorecards.readings.levels.iter().enumerate().find_map(|(level, of_level)| {
        let cells = (0..of_level.subjects.len()).map(|subject| Cell { level, subject, period });
        let assessed = cells.filter(|c| report.outcome(*c).is_some()).map(|c| (c, report.score(c)));
        let scores: Vec<(Cell, Score)> = assessed.filter(|(_, score)| wanted(score)).collect();
        (scores.len() >= SPREAD).then_some((&*of_level.level, scores))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_short_and_finite() {
        assert_eq!(place(1.0 / 3.0), 0.3);
        assert_eq!(place(-0.01), 0.0);
        assert_eq!(place(f64::NAN), 0.0);
        assert_eq!(place(f64::INFINITY), 0.0);
    }

    #[test]
    fn a_missing_point_leaves_a_gap() {
        let mark = polyline(&[Some((0.0, 1.0)), None, Some((2.0, 3.0)), Some((4.0, 5.0))], "x");
        assert_eq!(mark, Mark::Path { d: "M0 1M2 3L4 5".into(), class: "x" });
    }

    #[test]
    fn long_words_are_cut_with_an_ellipsis() {
        assert_eq!(short("We answer", 20), "We answer");
        assert_eq!(short("We answer your call", 10), "We answer…");
    }
}
