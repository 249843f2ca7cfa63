//! One subject: what is recommended and why, its gates, evidence, standards and charts, and where it belongs.

use serde::Serialize;

use super::address::query;
use super::frame::{Link, subject_href};
use super::site::{Answer, View};
use crate::measure::Readings;
use crate::report::{Card, Cell, Chart, LikeView, Trial};

/// Control charts on the page.
const CONTROLS: usize = 12;

#[derive(Serialize)]
struct Body {
    card: Card,
    level_title: String,
    level_href: String,
    charts: Vec<Chart>,
    /// Why `adjust_for` moved figures, where it did.
    like: Vec<LikeView>,
    trials: Vec<Trial>,
    /// The subjects of higher levels that it belongs to.
    parents: Vec<Link>,
    /// The levels below that have members of it.
    members: Vec<Link>,
    /// The other periods that were judged.
    periods: Vec<Link>,
}

pub fn page(view: &View<'_>) -> Answer {
    let readings = &view.generation.recommendations.scorecards.readings;
    let found = find(readings, view.asked("level"), view.asked("id")).zip(view.period());
    let Some(((level, subject), period)) = found else { return view.missing() };
    let cell = Cell { level, subject, period };
    let Some(card) = view.report.card(cell) else { return view.missing() };
    let words = view.report.words();
    let body = Body {
        level_title: words.level_title(&card.level),
        level_href: format!("/level{}", query(&[("level", &card.level)])),
        charts: view.report.charts(cell, CONTROLS),
        like: view.report.like_of_subject(cell),
        trials: view.report.trials(cell),
        parents: parents(view, readings, cell),
        members: members(view, readings, cell),
        periods: periods(view, readings, cell),
        card,
    };
    view.render("live/subject.html", "/subject", &body)
}

/// Positions of a level and of a subject in it.
pub fn find(readings: &Readings, level: &str, id: &str) -> Option<(usize, usize)> {
    let position = readings.levels.iter().position(|l| l.level == level)?;
    let subjects = &readings.levels.get(position)?.subjects;
    let subject = subjects.binary_search_by(|s| (*s.id).cmp(id)).ok()?;
    Some((position, subject))
}

fn parents(view: &View<'_>, readings: &Readings, cell: Cell) -> Vec<Link> {
    let subject = readings.levels.get(cell.level).and_then(|l| l.subjects.get(cell.subject));
    let period = readings.periods.get(cell.period).map_or("", |p| p.name.as_str());
    let parents = subject.into_iter().flat_map(|s| &s.parents);
    parents
        .filter_map(|(level, by_period)| {
            let parent = by_period.get(cell.period).copied().flatten()?;
            let name = view.report.name_of(Cell { level: *level, subject: parent as usize, ..cell });
            let level = readings.levels.get(*level)?;
            let parent = level.subjects.get(parent as usize)?;
            let href = subject_href(&level.level, &parent.id, period);
            Some(Link { href, text: name, current: false })
        })
        .collect()
}

fn members(view: &View<'_>, readings: &Readings, cell: Cell) -> Vec<Link> {
    let Some(of) = readings.levels.get(cell.level) else { return Vec::new() };
    let Some(id) = of.subjects.get(cell.subject).map(|s| &*s.id) else { return Vec::new() };
    let period = readings.periods.get(cell.period).map_or("", |p| p.name.as_str());
    let words = view.report.words();
    let below = readings.levels.iter().filter(|l| l.level != of.level);
    below
        .filter_map(|level| {
            let belongs = |s: &&crate::measure::Subject| {
                let parent = s.parents.get(&cell.level).and_then(|p| p.get(cell.period)).copied().flatten();
                parent == u32::try_from(cell.subject).ok()
            };
            let count = level.subjects.iter().filter(belongs).count() as u64;
            let pairs = [("level", &*level.level), ("of", &*of.level), ("in", id), ("period", period)];
            (count > 0).then(|| Link {
                href: format!("/level{}", query(&pairs)),
                text: words.subjects(&level.level, count),
                current: false,
            })
        })
        .collect()
}

fn periods(view: &View<'_>, readings: &Readings, cell: Cell) -> Vec<Link> {
    if readings.judged.len() < 2 {
        return Vec::new();
    }
    let (level, id, _) = view.report.ids(cell);
    let judged = readings.judged.iter().filter_map(|p| readings.periods.get(*p).map(|period| (*p, period)));
    judged
        .map(|(p, period)| Link {
            href: subject_href(level, id, &period.name),
            text: view.report.words().period(&period.name),
            current: p == cell.period,
        })
        .collect()
}
