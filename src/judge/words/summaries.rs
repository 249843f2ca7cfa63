//! Summaries: one sentence each. A rule's own `because` takes their place in the report.

use super::state;
use crate::judge::figures::{id, measured, number};
use crate::judge::ladder::Step;
use crate::judge::notices::Notice;
use crate::judge::view::View;
use crate::measure::State;
use crate::words::Words;
use crate::workspace::Rule;

fn first_figure(view: &View<'_>, standards: &[usize], cell: usize) -> String {
    match standards.first() {
        Some(standard) => {
            let holes = [("standard", id(view, *standard)), ("measured", &*measured(view, *standard, cell))];
            view.words.say("summary.figure", &holes)
        }
        None => match view.score(cell)[0] {
            score if score.is_nan() => view.words.say("summary.no_score", &[]),
            score => view.words.say("summary.score", &[("score", &number(view.words, score, 1))]),
        },
    }
}

pub(in crate::judge) fn rewarded(view: &View<'_>, name: &str, rule: Option<&Rule>, cell: usize) -> String {
    let claimed = rule.map_or(&[][..], |rule| rule.claims.as_slice());
    view.words.say("summary.reward", &[("name", name), ("figure", &first_figure(view, claimed, cell))])
}

pub(in crate::judge) fn developed(
    view: &View<'_>,
    name: &str,
    standards: &[usize],
    cell: usize,
    unproven: bool,
) -> String {
    let key = if unproven { "summary.develop.unproven" } else { "summary.develop" };
    view.words.say(key, &[("name", name), ("figure", &first_figure(view, standards, cell))])
}

/// Training or a paper is due: that alone is why help is offered.
pub(in crate::judge) fn offered_what_is_due(words: &Words, name: &str, due: Option<&Notice>) -> String {
    let due = due.map(|notice| notice.sentence(words)).unwrap_or_default();
    words.say("summary.develop.due", &[("name", name), ("due", due.trim_end_matches('.'))])
}

pub(in crate::judge) fn sanctioned(
    view: &View<'_>,
    name: &str,
    standards: &[usize],
    cell: usize,
    step: Option<Step>,
) -> String {
    let words = view.words;
    let figure = first_figure(view, standards, cell);
    let step = step.map(|step| words.say(step.key(), &[]));
    match step {
        _ if !view.person => words.say("summary.sanction.unit", &[("name", name), ("figure", &figure)]),
        Some(step) => words.say("summary.sanction.step", &[("name", name), ("figure", &figure), ("step", &step)]),
        None => words.say("summary.sanction", &[("name", name), ("figure", &figure)]),
    }
}

pub(in crate::judge) fn reviewed(words: &Words, name: &str) -> String {
    words.say("summary.process_review", &[("name", name)])
}

pub(in crate::judge) fn nothing(words: &Words, name: &str, tried: bool) -> String {
    words.say(if tried { "summary.none.unproven" } else { "summary.none" }, &[("name", name)])
}

pub(in crate::judge) fn insufficient(view: &View<'_>, name: &str, cell: usize) -> String {
    if view.ungraded {
        return view.words.say("summary.insufficient.ungraded", &[("name", name)]);
    }
    let few = (0..view.plan.standards.len()).find(|s| view.state(*s, cell) == State::TooFew);
    match few {
        Some(standard) => {
            let few = state(view, standard, cell, State::TooFew);
            view.words.say("summary.insufficient.few", &[("name", name), ("few", &few)])
        }
        None => view.words.say("summary.insufficient", &[("name", name)]),
    }
}

/// Of whom nothing arrived in a period; the names of both periods as in `Readings`.
pub(in crate::judge) fn silent(words: &Words, name: &str, period: &str, last: &str) -> String {
    let (period, last) = (words.period(period), words.period(last));
    words.say("summary.insufficient.silent", &[("name", name), ("period", &period), ("last", &last)])
}

pub(in crate::judge) fn undecided(words: &Words, name: &str) -> String {
    words.say("summary.undecided", &[("name", name)])
}
