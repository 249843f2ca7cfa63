//! Subjects of one level by volume and share, with the limits that luck alone would give.
//! Limits: θ₀ ± z·√(θ₀(1 − θ₀)/n), held to 0…1 (Spiegelhalter 2005).

use super::axis::Scale;
use super::{Chart, Key, Shape, TABLE_ROWS, Table, WIDTH, line, point, polyline, text};
use crate::fairness::{Z95, Z998};
use crate::report::standing::StandardFigures;
use crate::report::{Cell, Report};
use crate::workspace::Form;

const LEFT: f64 = 52.0;
const RIGHT: f64 = 664.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 250.0;
/// Points drawn inside the limits; all outside are.
const INSIDE: usize = 300;

/// A subject on the funnel.
struct Dot {
    name: String,
    n: f64,
    share: f64,
    outside: bool,
}

/// θ₀ ± z·√(θ₀(1 − θ₀)/n), held to 0…1.
pub fn limits(centre: f64, n: f64, z: f64) -> (f64, f64) {
    let half = z * (centre * (1.0 - centre) / n).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// Of the weightiest share among the standards, at the first level with at least five measured subjects.
pub fn chart(report: &Report<'_>) -> Option<Chart> {
    let words = &report.words;
    let plan = report.plan;
    let shares = plan.standards.iter().enumerate().filter(|(_, s)| {
        plan.measures.get(s.measure).is_some_and(|m| matches!(m.form, Form::Share(_) | Form::CountedShare { .. }))
    });
    // The first among the weightiest: `max_by` would take the last.
    let (position, standard) = shares.rev().max_by(|a, b| a.1.weight.total_cmp(&b.1.weight))?;
    let (level, centre, mut dots) = dots(report, position)?;
    for dot in &mut dots {
        let (low, high) = limits(centre, dot.n, Z998);
        dot.outside = dot.share < low || dot.share > high;
    }
    let most = dots.iter().map(|d| d.n).fold(1.0, f64::max);
    let x = Scale { low: 0.0, high: most * 1.05, from: LEFT, to: RIGHT };
    let y = Scale::around(dots.iter().map(|d| d.share).chain([centre]), 0.25, BOTTOM, TOP)?.within(0.0, 1.0);
    let mut marks = Vec::new();
    for tick in y.ticks(5) {
        marks.push(line(LEFT, y.at(tick), RIGHT, y.at(tick), "grid"));
        marks.push(text(LEFT - 8.0, y.at(tick) + 4.0, "end", "tick", words.percent(tick, 1)));
    }
    let ticks = x.ticks(6);
    for (i, tick) in ticks.iter().enumerate() {
        let anchor = if i + 1 == ticks.len() && RIGHT - x.at(*tick) < 16.0 { "end" } else { "middle" };
        marks.push(text(x.at(*tick), BOTTOM + 17.0, anchor, "tick", words.number(*tick, 0)));
    }
    marks.push(line(LEFT, y.at(centre), RIGHT, y.at(centre), "axis"));
    for (z, class) in [(Z95, "limit95"), (Z998, "limit998")] {
        for upper in [false, true] {
            let curve = (0..=60).map(|i| {
                // Denser where the funnel is steep.
                let n = (most * 1.05) * (f64::from(i) / 60.0).powi(2);
                let ends = limits(centre, n.max(1.0), z);
                let end = if upper { ends.1 } else { ends.0 };
                (end >= y.low && end <= y.high).then(|| (x.at(n.max(1.0)), y.at(end)))
            });
            marks.push(polyline(&curve.collect::<Vec<_>>(), class));
        }
    }
    let outside = dots.iter().filter(|d| d.outside).count();
    for dot in dots.iter().filter(|d| !d.outside).take(INSIDE) {
        marks.push(point(Shape::Circle, x.at(dot.n), y.at(dot.share), 3.5, "dot"));
    }
    for dot in dots.iter().filter(|d| d.outside) {
        marks.push(point(Shape::Triangle, x.at(dot.n), y.at(dot.share), 5.5, "outside"));
    }
    let mut sorted: Vec<&Dot> = dots.iter().collect();
    sorted.sort_by(|a, b| b.outside.cmp(&a.outside).then(a.name.cmp(&b.name)));
    let rows = sorted.iter().take(TABLE_ROWS).map(|d| {
        let mark = words.say(if d.outside { "chart.outside" } else { "chart.inside" }, &[]);
        vec![d.name.clone(), words.number(d.n, 0), words.percent(d.share, 1), mark]
    });
    Some(Chart {
        id: "chart-funnel".into(),
        title: words.say("chart.funnel.title", &[("promise", &standard.promise.value)]),
        desc: words.say(
            "chart.funnel.desc",
            &[
                ("subjects", &words.subjects(&level, dots.len() as u64)),
                ("outside", &words.integer(outside as u64)),
                ("centre", &words.percent(centre, 1)),
            ],
        ),
        width: WIDTH,
        height: BOTTOM + 26.0,
        marks,
        legend: vec![
            Key { mark: point(Shape::Circle, 10.0, 6.0, 4.0, "dot"), text: words.say("chart.inside", &[]) },
            Key { mark: point(Shape::Triangle, 10.0, 6.0, 5.5, "outside"), text: words.say("chart.outside", &[]) },
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "limit95"), text: words.say("chart.limit95", &[]) },
            Key { mark: line(1.0, 6.0, 19.0, 6.0, "limit998"), text: words.say("chart.limit998", &[]) },
        ],
        table: Table {
            head: vec![
                words.level_title(&level),
                words.say("chart.n", &[]),
                words.say("chart.value", &[]),
                words.say("chart.limit998", &[]),
            ],
            rows: rows.collect(),
            more: dots.len().saturating_sub(TABLE_ROWS),
        },
    })
}

/// Level, pooled share, and a dot per measured subject.
fn dots(report: &Report<'_>, position: usize) -> Option<(String, f64, Vec<Dot>)> {
    let readings = &report.recommendations.scorecards.readings;
    let period = report.period()?;
    for (level, of_level) in readings.levels.iter().enumerate() {
        let mut dots = Vec::new();
        for (subject, who) in of_level.subjects.iter().enumerate() {
            let cell = Cell { level, subject, period };
            let Some(s) = StandardFigures::of(report.plan, report.recommendations, position, cell) else { continue };
            if s.n > 0 && (0.0..=1.0).contains(&s.value) {
                dots.push(Dot { name: who.name.to_string(), n: s.n as f64, share: s.value, outside: false });
            }
        }
        if dots.len() >= 5 {
            let total: f64 = dots.iter().map(|d| d.n).sum();
            let hits: f64 = dots.iter().map(|d| d.n * d.share).sum();
            return Some((of_level.level.clone(), hits / total, dots));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_published_ones() {
        // θ₀ = .80642448, n = 10: lower .56154344 (95 %), .42032590 (99.8 %); n = 1: .03204264 (95 %).
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
        close(limits(0.80642448, 10.0, Z95).0, 0.56154344);
        close(limits(0.80642448, 10.0, Z998).0, 0.42032590);
        close(limits(0.80642448, 1.0, Z95).0, 0.03204264);
        assert_eq!(limits(0.80642448, 10.0, Z998).1, 1.0);
    }
}
