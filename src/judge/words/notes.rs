//! Notes, evidence, offers, and what would have to be different.

use jiff::civil::Date;

use super::{join, way};
use crate::judge::counterfactual::Goal;
use crate::judge::figures::{figure, id, measured, pair, records};
use crate::judge::gates::line;
use crate::judge::view::{View, at};
use crate::judge::{Gate, Verdict};
use crate::measure::State;
use crate::words::Words;
use crate::workspace::{Develop, Recommend};

pub(in crate::judge) fn would_be<'a>(
    words: &Words,
    recommend: Recommend,
    rule: &str,
    open: impl Iterator<Item = &'a Gate>,
) -> String {
    let reasons = join(words, open.map(|gate| gate_reason(words, gate)));
    let key = match recommend {
        Recommend::Reward => "note.would_be.reward",
        Recommend::Develop => "note.would_be.develop",
        Recommend::Sanction => "note.would_be.sanction",
    };
    words.say(key, &[("rule", rule), ("reasons", &reasons)])
}

/// The charter hears customers only when they complain.
pub(in crate::judge) fn ungraded(words: &Words) -> String {
    words.say("note.ungraded", &[])
}

fn gate_reason(words: &Words, gate: &Gate) -> String {
    // "not proven because not proven: …" says it twice.
    let figure = words.inside("proof.unknown", &gate.figure).unwrap_or(&gate.figure);
    match gate.verdict {
        Verdict::Unknown => figure.to_owned(),
        _ => words
            .say("note.gate", &[("gate", &words.say(&format!("gate.short.{}", gate.name), &[])), ("figure", figure)]),
    }
}

pub(in crate::judge) fn rule_missing(words: &Words, rule: &str) -> String {
    words.say("note.rule_missing", &[("rule", rule)])
}

pub(in crate::judge) fn rule_failed(words: &Words, rule: &str) -> String {
    words.say("note.rule_failed", &[("rule", rule)])
}

pub(in crate::judge) fn sanction_is_for_review(words: &Words, person: bool) -> String {
    words.say(if person { "note.review.person" } else { "note.review.unit" }, &[])
}

pub(in crate::judge) fn common_cause(view: &View<'_>, standard: usize, cell: usize) -> String {
    let key = if way(view, standard) == "higher" { "note.common_cause.higher" } else { "note.common_cause.lower" };
    let holes = [
        ("standard", id(view, standard)),
        ("measured", &*measured(view, standard, cell)),
        ("target", &*figure(view, standard, line(view, standard, cell).1)),
    ];
    view.words.say(key, &holes)
}

pub(in crate::judge) fn state(view: &View<'_>, standard: usize, cell: usize, state: State) -> String {
    let words = view.words;
    let standard_id = ("standard", id(view, standard));
    match state {
        State::TooFew => {
            let n = view.measure(standard).and_then(|m| m.figures.n.get(cell)).copied().unwrap_or(0);
            let needed = words.integer(view.plan.minimum.records);
            words.count("note.too_few", n, &[standard_id, ("needed", &needed)]).unwrap_or_default()
        }
        State::Doubtful => words.say("note.doubtful", &[standard_id]),
        State::Failed => words.say("note.failed", &[standard_id]),
        _ => words.say("note.unmeasured", &[standard_id]),
    }
}

pub(in crate::judge) fn no_score(words: &Words, min_weight: f64) -> String {
    words.say("note.no_score", &[("share", &words.percent(min_weight, 1))])
}

/// `trend`: a word of `trend`, as machines read it.
pub(in crate::judge) fn evidence(view: &View<'_>, standard: usize, cell: usize, trend: Option<&str>) -> String {
    let words = view.words;
    let (floor, target) = line(view, standard, cell);
    let value = view.measure(standard).map_or(f64::NAN, |m| at(&m.figures.value, cell));
    let direction = view.direction(standard);
    let higher = way(view, standard) == "higher";
    let (key, shown) = if direction.reaches(value, target) {
        ("evidence.reached", figure(view, standard, target))
    } else if direction.short(value, floor) {
        (if higher { "evidence.floor.higher" } else { "evidence.floor.lower" }, figure(view, standard, floor))
    } else if direction.short(value, target) {
        (if higher { "evidence.short.higher" } else { "evidence.short.lower" }, pair(view, standard, value, target).1)
    } else {
        ("evidence", String::new())
    };
    let holes = [("standard", id(view, standard)), ("measured", &*measured(view, standard, cell)), ("line", &*shown)];
    let said = words.say(key, &holes);
    let trend = trend.and_then(|word| words.try_say(&format!("trend.{word}"), &[]));
    match trend {
        Some(trend) => words.say("evidence.trend", &[("evidence", &said), ("trend", &trend)]),
        None => said,
    }
}

pub(in crate::judge) fn offer(view: &View<'_>, standard: usize, develop: &Develop, by: Date) -> String {
    let words = view.words;
    let talk = words.say("offer.talk", &[]);
    let key = match (&develop.resource, &develop.skill) {
        (None, None) => "offer",
        (None, Some(_)) => "offer.skill",
        (Some(_), None) => "offer.with",
        (Some(_), Some(_)) => "offer.with.skill",
    };
    let resource = develop.resource.as_deref().and_then(|r| words.try_say(&format!("resource.{r}"), &[]));
    let holes = [
        ("standard", id(view, standard)),
        ("action", develop.action.as_deref().unwrap_or(&talk)),
        ("date", &*words.date(by)),
        ("skill", develop.skill.as_deref().unwrap_or_default()),
        ("resource", resource.as_deref().or(develop.resource.as_deref()).unwrap_or_default()),
    ];
    words.say(key, &holes)
}

pub(in crate::judge) fn counterfactual(
    view: &View<'_>,
    standard: usize,
    change: u64,
    n: u64,
    cell: usize,
    goal: Goal,
) -> String {
    let (floor, target) = line(view, standard, cell);
    // Of a lower-is-better share the hits are what went wrong.
    let (key, line) = match (way(view, standard), goal) {
        ("higher", Goal::Floor) => ("change.higher.floor", floor),
        ("higher", Goal::Target) => ("change.higher.target", target),
        (_, Goal::Floor) => ("change.lower.floor", floor),
        (_, Goal::Target) => ("change.lower.target", target),
    };
    let holes = [
        ("standard", id(view, standard)),
        ("records", &*records(view.words, n)),
        ("line", &*figure(view, standard, line)),
    ];
    view.words.count(key, change, &holes).unwrap_or_default()
}
