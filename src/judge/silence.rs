//! Whom nothing arrived of any more (C19): they are named among the recommendations, with too little evidence, in place of being
//! passed over. It says nothing of their work.

use super::view::View;
use super::{Recommendations, words};
use crate::workspace::Plan;

/// A subject of whom nothing arrived in the judged period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent {
    /// Position in `Plan::levels`, and in the level's subjects.
    pub level: usize,
    pub subject: usize,
    /// Position in `Readings::periods` of the last with a record.
    pub last: usize,
}

/// The last complete period with a record of a subject of whom nothing arrived in this one. Who was absent then, with that on
/// record, isn't missed.
pub(super) fn last_heard(view: &View<'_>, subject: usize, period: usize) -> Option<usize> {
    let last = view.scorecards.readings.last_heard(view.plan, view.index, subject, period)?;
    (!absent(view, subject, period)).then_some(last)
}

fn absent(view: &View<'_>, subject: usize, period: usize) -> bool {
    let Some(about) = view.scorecards.readings.periods.get(period) else { return false };
    view.facts.of(view.subject_id(subject)).iter().any(|row| {
        let begun = about.end.is_none_or(|end| row.from.is_none_or(|from| from < end));
        row.kind == "absence" && begun && about.start.is_none_or(|start| row.to.is_none_or(|to| to >= start))
    })
}

/// `nothing arrived on Acme for April 2026; the last is of March 2026`
pub(super) fn summary(view: &View<'_>, name: &str, period: usize, last: usize) -> String {
    let name_of = |p: usize| view.scorecards.readings.periods.get(p).map_or("", |p| p.name.as_str());
    words::silent(view.words, name, name_of(period), name_of(last))
}

impl Recommendations {
    /// Everyone of whom nothing arrived in a judged period, in the order of levels and ids.
    pub fn silent(&self, plan: &Plan, period: usize) -> Vec<Silent> {
        let mut found = Vec::new();
        for level in 0..self.scorecards.readings.levels.len() {
            let Some(view) = View::new(plan, &self.scorecards, &self.facts, level) else { continue };
            for subject in 0..view.level.subjects.len() {
                found.extend(last_heard(&view, subject, period).map(|last| Silent { level, subject, last }));
            }
        }
        found
    }
}
