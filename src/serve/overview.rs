//! The first page: the result in short, who moved since the last generation, and what luck alone would do.

use std::collections::BTreeMap;

use serde::Serialize;

use super::address::query;
use super::frame::{MovedView, moved_view};
use super::luck::Luck;
use super::site::{Answer, View};
use crate::report::Overview;

/// Moves on the first page; the page of generations lists more.
const MOVES: usize = 20;
/// Control charts on the first page.
const CONTROLS: usize = 3;

#[derive(Serialize)]
struct Body<'a> {
    overview: Overview,
    /// Against the generation before; none for the first.
    moved: Option<MovedView>,
    /// What luck alone would do; none where nobody draws.
    luck: Option<Luck>,
    /// The page of each level.
    hrefs: BTreeMap<&'a str, String>,
}

pub fn page(view: &View<'_>) -> Answer {
    let moved = view.shown.history.first().and_then(|entry| entry.moved.as_ref());
    let levels = view.generation.recommendations.scorecards.readings.levels.iter().map(|l| l.level.as_str());
    let body = Body {
        hrefs: levels.map(|level| (level, format!("/level{}", query(&[("level", level)])))).collect(),
        overview: view.report.overview(CONTROLS),
        moved: moved.map(|moved| moved_view(moved, MOVES, true, view.report.words())),
        luck: Luck::of(view),
    };
    view.render("live/overview.html", "/", &body)
}
