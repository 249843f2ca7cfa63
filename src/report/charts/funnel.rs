//! Subjects of one level by volume and share, with the limits that luck alone would give, and where subjects differ by more
//! than luck the limits widened for it. All limits are the engine's own (`fairness::funnel`, `fairness::overdispersion`).

use super::axis::Scale;
use super::{Chart, Key, Mark, Shape, TABLE_ROWS, Table, WIDTH, line, point, polyline, text};
use crate::fairness::overdispersion::{Point, assess};
use crate::fairness::{Interval, Z95, Z998, funnel};
use crate::report::standing::StandardFigures;
use crate::report::{Cell, Report, Words};
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
    n: u64,
    share: f64,
    /// Luck alone would not give it.
    beyond_luck: bool,
    /// Beyond the widened limits too.
    outside: bool,
}

/// The limits of a funnel.
struct Limits {
    centre: f64,
    /// How much more than luck the subjects differ, on the arcsine scale; 0 for not at all.
    tau2: f64,
}

impl Limits {
    fn of(centre: f64, dots: &[Dot]) -> Self {
        let point = |d: &Dot| Point::share((d.share * d.n as f64).round() as u64, d.n, centre);
        let points: Option<Vec<Point>> = dots.iter().map(point).collect();
        let tau2 = points.and_then(|points| assess(&points)).map_or(0.0, |found| found.tau2);
        Self { centre, tau2 }
    }

    fn of_luck(&self, n: u64, z: f64) -> Option<Interval> {
        funnel::share(self.centre, n, z)
    }

    fn widened(&self, n: u64) -> Option<Interval> {
        match self.tau2 > 0.0 {
            true => funnel::share_overdispersed(self.centre, n, Z998, self.tau2),
            false => self.of_luck(n, Z998),
        }
    }
}

fn is_beyond(limits: Option<Interval>, share: f64) -> bool {
    limits.is_some_and(|l| share < l.lower || share > l.upper)
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
    let limits = Limits::of(centre, &dots);
    for dot in &mut dots {
        dot.beyond_luck = is_beyond(limits.of_luck(dot.n, Z998), dot.share);
        dot.outside = dot.beyond_luck && is_beyond(limits.widened(dot.n), dot.share);
    }
    let most = dots.iter().map(|d| d.n).fold(1, u64::max) as f64;
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
    let mut curve = |class: &'static str, of: &dyn Fn(u64) -> Option<Interval>| {
        for upper in [false, true] {
            let places = (0..=60).map(|i| {
                // Denser where the funnel is steep.
                let n = ((most * 1.05) * (f64::from(i) / 60.0).powi(2)).ceil().max(1.0);
                let end = of(n as u64).map(|l| if upper { l.upper } else { l.lower })?;
                (end >= y.low && end <= y.high).then(|| (x.at(n), y.at(end)))
            });
            marks.push(polyline(&places.collect::<Vec<_>>(), class));
        }
    };
    curve("limit95", &|n| limits.of_luck(n, Z95));
    curve("limit998", &|n| limits.of_luck(n, Z998));
    if limits.tau2 > 0.0 {
        curve("limitwide", &|n| limits.widened(n));
    }
    for dot in dots.iter().filter(|d| !d.beyond_luck).take(INSIDE) {
        marks.push(point(Shape::Circle, x.at(dot.n as f64), y.at(dot.share), 3.5, "dot"));
    }
    for dot in dots.iter().filter(|d| d.beyond_luck && !d.outside) {
        marks.push(point(Shape::Diamond, x.at(dot.n as f64), y.at(dot.share), 5.0, "beyond"));
    }
    for dot in dots.iter().filter(|d| d.outside) {
        marks.push(point(Shape::Triangle, x.at(dot.n as f64), y.at(dot.share), 5.5, "outside"));
    }
    let mut sorted: Vec<&Dot> = dots.iter().collect();
    sorted.sort_by(|a, b| b.outside.cmp(&a.outside).then(a.name.cmp(&b.name)));
    let rows = sorted.iter().take(TABLE_ROWS).map(|d| {
        let key = match (d.outside, d.beyond_luck) {
            (true, _) => "chart.outside",
            (false, true) => "chart.beyond_luck",
            (false, false) => "chart.inside",
        };
        vec![d.name.clone(), words.integer(d.n), words.percent(d.share, 1), words.say(key, &[])]
    });
    Some(Chart {
        id: "chart-funnel".into(),
        title: words.say("chart.funnel.title", &[("promise", &standard.promise.value)]),
        desc: desc(words, &level, &dots, &limits),
        width: WIDTH,
        height: BOTTOM + 26.0,
        marks,
        legend: legend(words, &limits),
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

/// How many lie where; where subjects differ by more than luck, that is said.
fn desc(words: &Words, level: &str, dots: &[Dot], limits: &Limits) -> String {
    let count = |of: &dyn Fn(&Dot) -> bool| words.integer(dots.iter().filter(|d| of(d)).count() as u64);
    let said = words.say(
        "chart.funnel.desc",
        &[
            ("subjects", &words.subjects(level, dots.len() as u64)),
            ("outside", &count(&|d| d.beyond_luck)),
            ("centre", &words.percent(limits.centre, 1)),
        ],
    );
    if limits.tau2 <= 0.0 {
        return said;
    }
    format!("{said} {}", words.say("chart.funnel.wide", &[("outside", &count(&|d| d.outside))]))
}

fn legend(words: &Words, limits: &Limits) -> Vec<Key> {
    let key = |mark: Mark, key: &str| Key { mark, text: words.say(key, &[]) };
    let mut legend = vec![
        key(point(Shape::Circle, 10.0, 6.0, 4.0, "dot"), "chart.inside"),
        key(point(Shape::Triangle, 10.0, 6.0, 5.5, "outside"), "chart.outside"),
        key(line(1.0, 6.0, 19.0, 6.0, "limit95"), "chart.limit95"),
        key(line(1.0, 6.0, 19.0, 6.0, "limit998"), "chart.limit998"),
    ];
    if limits.tau2 > 0.0 {
        legend.insert(1, key(point(Shape::Diamond, 10.0, 6.0, 5.0, "beyond"), "chart.beyond_luck"));
        legend.push(key(line(1.0, 6.0, 19.0, 6.0, "limitwide"), "chart.limitwide"));
    }
    legend
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
                let name = who.name.to_string();
                dots.push(Dot { name, n: s.n, share: s.value, beyond_luck: false, outside: false });
            }
        }
        if dots.len() >= 5 {
            let total: f64 = dots.iter().map(|d| d.n as f64).sum();
            let hits: f64 = dots.iter().map(|d| d.n as f64 * d.share).sum();
            return Some((of_level.level.clone(), hits / total, dots));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(shares: &[f64]) -> Vec<Dot> {
        let dot = |share: &f64| Dot { name: String::new(), n: 1000, share: *share, beyond_luck: false, outside: false };
        shares.iter().map(dot).collect()
    }

    #[test]
    fn limits_are_widened_where_subjects_differ_by_more_than_luck_and_only_there() {
        let alike = Limits::of(0.8, &dots(&[0.79, 0.8, 0.81, 0.8, 0.795]));
        assert_eq!(alike.tau2, 0.0);
        assert_eq!(alike.widened(500), alike.of_luck(500, Z998));
        let apart = Limits::of(0.8, &dots(&[0.7, 0.75, 0.8, 0.85, 0.9]));
        assert!(apart.tau2 > 0.0);
        assert!(is_beyond(apart.of_luck(1000, Z998), 0.7) && !is_beyond(apart.widened(1000), 0.7));
    }
}
