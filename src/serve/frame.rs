//! What every page has around its content: navigation, what is in force, and the refused save until it is mended.

use serde::Serialize;

use super::address::query;
use super::board::{Rejection, Shown};
use super::moves::{Move, Moved};
use crate::diagnostic::{self, Severity};
use crate::report::{Words, first_problem};

/// Text of the problems that is shown; beyond it the page says so.
const LONGEST: usize = 40_000;

#[derive(Serialize)]
pub struct Frame {
    pub language: String,
    /// Of the charter.
    pub name: String,
    pub version: u64,
    /// What is in force, in a sentence; read aloud when it changes.
    pub status: String,
    pub refused: Option<Refused>,
    pub links: Vec<Link>,
    pub footer: Option<String>,
}

#[derive(Serialize)]
pub struct Link {
    pub href: String,
    pub text: String,
    pub current: bool,
}

/// A save that can't be used, with its problems at their lines.
#[derive(Serialize)]
pub struct Refused {
    pub title: String,
    pub text: String,
    /// The problems go on.
    pub cut: bool,
}

#[derive(Serialize)]
pub struct MovedView {
    pub sentence: String,
    pub rows: Vec<MoveView>,
    /// Moves that are not among the rows.
    pub more: usize,
}

#[derive(Serialize)]
pub struct MoveView {
    pub level: String,
    pub id: String,
    pub name: String,
    pub period: String,
    /// Outcome words; empty where not assessed.
    pub before: &'static str,
    pub after: &'static str,
    pub adverse: bool,
    pub href: Option<String>,
}

/// The address of a subject's page.
pub fn subject_href(level: &str, id: &str, period: &str) -> String {
    format!("/subject{}", query(&[("level", level), ("id", id), ("period", period)]))
}

/// The frame of a page at `path`; `levels` are the names of those that have subjects, the widest first.
pub fn frame(shown: &Shown, words: &Words, levels: &[String], path: &str, level: &str) -> Frame {
    let link = |href: String, text: String, current: bool| Link { href, text, current };
    let mut links = Vec::new();
    if shown.generation.is_some() {
        links.push(link("/".into(), words.say("live.overview", &[]), path == "/"));
        links.extend(levels.iter().map(|l| {
            let current = path == "/level" && l == level;
            link(format!("/level{}", query(&[("level", l)])), words.level_title(l), current)
        }));
        for (href, key) in [
            ("/what-if", "live.what_if"),
            ("/luck", "chances.link"),
            ("/generations", "live.generations"),
            ("/problems", "live.problems"),
        ] {
            if href == "/luck" && shown.chances.is_none() {
                continue;
            }
            links.push(link(href.into(), words.say(key, &[]), path == href));
        }
    }
    Frame {
        language: words.language.clone(),
        name: shown.generation.as_ref().map_or("evenhand".into(), |g| g.plan.charter.name.value.clone()),
        version: shown.version,
        status: status(shown, words),
        refused: shown.rejection.as_ref().map(|r| refused(shown, r, words)),
        links,
        footer: shown.generation.as_ref().map(|g| {
            let files = words.integer(g.recommendations.scorecards.readings.files.len() as u64);
            let said = words.say("live.footer", &[("number", &g.number.to_string()), ("files", &files)]);
            if shown.rejection.is_some() { format!("{said} {}", status(shown, words)) } else { said }
        }),
    }
}

fn status(shown: &Shown, words: &Words) -> String {
    let kept = shown.generation.as_ref().map(|g| g.number.to_string());
    match (&shown.rejection, kept, shown.history.first()) {
        (Some(rejection), Some(number), _) => {
            let kept = words.say("live.refused_kept", &[("at", &rejection.at), ("number", &number)]);
            format!("{kept} {}", wrong(rejection, words)).trim_end().to_owned()
        }
        (Some(rejection), None, _) => {
            let none = words.say("live.refused_none", &[("at", &rejection.at)]);
            format!("{none} {}", wrong(rejection, words)).trim_end().to_owned()
        }
        (None, Some(number), Some(entry)) => {
            let in_force = words.say("live.in_force", &[("number", &number), ("at", &entry.at)]);
            match &entry.moved {
                Some(moved) => format!("{in_force} {}", sentence("live.moved", moved, words)),
                None => in_force,
            }
        }
        (None, _, _) => words.say("live.waiting", &[]),
    }
}

/// The first problem with its place.
fn wrong(rejection: &Rejection, words: &Words) -> String {
    let first = first_problem(&rejection.problems, &rejection.sources, words);
    first.map(|first| words.say("refused.status", &[("first", &first)])).unwrap_or_default()
}

fn refused(shown: &Shown, rejection: &Rejection, words: &Words) -> Refused {
    let errors = rejection.problems.iter().filter(|p| p.severity == Severity::Error).count() as u64;
    let errors = words.count("live.errors", errors, &[]).unwrap_or_default();
    let kept = match &shown.generation {
        Some(g) => words.say("live.kept", &[("number", &g.number.to_string())]),
        None => words.say("live.kept_none", &[]),
    };
    let title = words.say("live.refused_title", &[("at", &rejection.at), ("errors", &errors), ("kept", &kept)]);
    let mut text = diagnostic::human(&rejection.problems, &rejection.sources, false);
    let cut = text.len() > LONGEST;
    if cut {
        let end = (0..=LONGEST).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        text.truncate(end);
    }
    Refused { title, text, cut }
}

/// `3 moved, 1 of them for the worse.`, or of a what-if (`live.would`): `3 would move, …`
pub fn sentence(key: &str, moved: &Moved, words: &Words) -> String {
    match (moved.all, moved.adverse) {
        (0, _) => words.say(&format!("{key}_nobody"), &[]),
        (all, 0) => words.count(key, all as u64, &[]).unwrap_or_default(),
        (all, adverse) => {
            let adverse = words.integer(adverse as u64);
            words.count(&format!("{key}_adverse"), all as u64, &[("adverse", &adverse)]).unwrap_or_default()
        }
    }
}

/// At most `most` moves as rows. `linked`: the subjects have pages now.
pub fn moved_view(moved: &Moved, most: usize, linked: bool, words: &Words) -> MovedView {
    let view = |m: &Move| MoveView {
        level: m.level.clone(),
        id: m.id.clone(),
        name: m.name.clone(),
        period: words.period(&m.period),
        before: m.before.map_or("", |o| o.word()),
        after: m.after.map_or("", |o| o.word()),
        adverse: m.is_adverse(),
        href: (linked && m.after.is_some()).then(|| subject_href(&m.level, &m.id, &m.period)),
    };
    MovedView {
        sentence: sentence("live.moved", moved, words),
        rows: moved.kept.iter().take(most).map(view).collect(),
        more: moved.all.saturating_sub(most.min(moved.kept.len())),
    }
}
