//! The generations of this session: when each came into force, what it recommends and who moved; and the versions that can
//! be put back.

use serde::Serialize;

use super::frame::{MovedView, moved_view};
use super::kept;
use super::site::{Answer, View};
use crate::judge::Outcome;

/// Moves listed for a generation.
const MOVES: usize = 200;

#[derive(Serialize)]
struct Body {
    generations: Vec<Row>,
    kept: Vec<kept::Row>,
}

#[derive(Serialize)]
struct Row {
    number: u64,
    at: String,
    took: String,
    current: bool,
    levels: Vec<Level>,
    moved: Option<MovedView>,
}

#[derive(Serialize)]
struct Level {
    title: String,
    counts: Vec<Count>,
}

#[derive(Serialize)]
struct Count {
    outcome: &'static str,
    count: String,
}

pub fn page(view: &View<'_>) -> Answer {
    let words = view.report.words();
    let generations = view.shown.history.iter().enumerate().map(|(i, entry)| Row {
        number: entry.number,
        at: entry.at.clone(),
        took: words.integer(entry.took.as_millis().min(u128::from(u64::MAX)) as u64),
        current: i == 0,
        levels: entry
            .counts
            .iter()
            .filter(|(_, counts)| !counts.is_empty())
            .map(|(level, counts)| Level {
                title: words.level_title(level),
                counts: Outcome::ALL
                    .iter()
                    .filter_map(|o| Some(Count { outcome: o.word(), count: words.integer(*counts.get(o)?) }))
                    .collect(),
            })
            .collect(),
        moved: entry.moved.as_ref().map(|moved| moved_view(moved, MOVES, i == 0, words)),
    });
    view.render(
        "live/generations.html",
        "/generations",
        &Body { generations: generations.collect(), kept: kept::rows(view.generation, view.folder) },
    )
}
