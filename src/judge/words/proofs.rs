//! Figures of the gates on records.

use super::{join, unknown, way};
use crate::judge::figures::{figure, id, number, p, pair, records};
use crate::judge::gates::line;
use crate::judge::proof::Proof;
use crate::judge::view::{View, at};
use crate::measure::State;
use crate::words::Words;
use crate::workspace::{Every, SourceKind};

pub(in crate::judge) fn minimum(words: &Words, n: u64, needed: f64, offered: bool) -> String {
    let key = if offered { "proof.minimum.offered" } else { "proof.minimum" };
    words.say(key, &[("records", &records(words, n)), ("needed", &number(words, needed, 0))])
}

pub(in crate::judge) fn reward_bound(
    view: &View<'_>,
    standard: usize,
    worst: f64,
    target: f64,
    proven: bool,
) -> String {
    let id = id(view, standard);
    if target.is_nan() {
        return view.words.say("proof.no_target", &[("standard", id)]);
    }
    if worst.is_nan() {
        return view.words.say("proof.no_interval", &[("standard", id)]);
    }
    let (bound, target) = pair(view, standard, worst, target);
    let key = match (way(view, standard), proven) {
        ("higher", true) => "proof.reward.higher.proven",
        ("higher", false) => "proof.reward.higher.open",
        (_, true) => "proof.reward.lower.proven",
        (_, false) => "proof.reward.lower.open",
    };
    view.words.say(key, &[("standard", id), ("bound", &bound), ("target", &target)])
}

/// How many of the nine points of excellence are proven, and what the others lack.
pub(in crate::judge) fn nine_points(words: &Words, open: &[&str], lacking: &[&str]) -> String {
    let named = |points: &[&str]| -> String {
        let points: Vec<String> = points.iter().map(|p| words.say(&format!("quality.{p}"), &[])).collect();
        words.list(&points)
    };
    let all = crate::workspace::NINE_POINTS.len();
    let proven = (all - open.len() - lacking.len()) as u64;
    let mut said =
        vec![words.say("proof.nine", &[("count", &words.integer(proven)), ("all", &words.integer(all as u64))])];
    if !lacking.is_empty() {
        said.push(words.say("proof.nine.lacking", &[("points", &named(lacking))]));
    }
    if !open.is_empty() {
        said.push(words.say("proof.nine.open", &[("points", &named(open))]));
    }
    super::join(words, said.into_iter())
}

pub(in crate::judge) fn reward_score(words: &Words, score: f64, lower: f64, needed: f64, proven: bool) -> String {
    if score.is_nan() || lower.is_nan() {
        return words.say("proof.score.no_interval", &[]);
    }
    let key = if proven { "proof.score.reward.proven" } else { "proof.score.reward.open" };
    let [score, lower, needed] = [score, lower, needed].map(|x| number(words, x, 2));
    words.say(key, &[("bound", &lower), ("score", &score), ("line", &needed)])
}

pub(in crate::judge) fn doubtful(view: &View<'_>, standards: &[usize], cell: usize) -> String {
    if standards.is_empty() {
        return view.words.say("proof.not_doubtful", &[]);
    }
    join(view.words, standards.iter().map(|s| super::state(view, *s, cell, State::Doubtful)))
}

pub(in crate::judge) fn estimate_short(view: &View<'_>, standard: usize, cell: usize) -> String {
    let estimate = view.measure(standard).map_or(f64::NAN, |m| at(&m.estimate, cell));
    let (estimate, target) = pair(view, standard, estimate, line(view, standard, cell).1);
    let key = if way(view, standard) == "higher" { "proof.estimate.higher" } else { "proof.estimate.lower" };
    view.words.say(key, &[("standard", id(view, standard)), ("estimate", &estimate), ("target", &target)])
}

pub(in crate::judge) fn no_estimate_short(view: &View<'_>, standards: &[usize], cell: usize) -> String {
    let known = standards.iter().filter(|s| !line(view, **s, cell).1.is_nan());
    let sentence = |standard: &usize| {
        let estimate = view.measure(*standard).map_or(f64::NAN, |m| at(&m.estimate, cell));
        let (estimate, target) =
            (figure(view, *standard, estimate), figure(view, *standard, line(view, *standard, cell).1));
        let holes = [("standard", id(view, *standard)), ("estimate", &*estimate), ("target", &*target)];
        view.words.say("proof.estimate.reached", &holes)
    };
    let sentences: Vec<String> = known.map(sentence).collect();
    if sentences.is_empty() {
        return view.words.say("proof.estimate.none", &[]);
    }
    join(view.words, sentences.into_iter())
}

pub(in crate::judge) fn too_few_periods(words: &Words, have: usize, needed: u32) -> String {
    let have = words.integer(have as u64);
    words.count("proof.periods", u64::from(needed), &[("have", &have)]).unwrap_or_default()
}

/// In how many of the last periods a claim was below its line.
fn window(view: &View<'_>, count: usize, (k, m): (u32, u32)) -> String {
    let key = match view.plan.periods.every.value {
        Every::Day => "window.day",
        Every::Week => "window.week",
        Every::Month => "window.month",
        Every::Quarter => "window.quarter",
        Every::Year => "window.year",
        Every::All => "window.all",
    };
    let [times, needed] = [count as u64, u64::from(k)].map(|n| view.words.integer(n));
    let holes = [("times", &*times), ("needed", &*needed)];
    view.words.count(key, u64::from(m), &holes).unwrap_or_default()
}

pub(in crate::judge) fn sanction_bound(
    view: &View<'_>,
    standard: usize,
    judged: &Proof,
    count: usize,
    of: (u32, u32),
) -> String {
    let id = id(view, standard);
    if judged.floor.is_nan() {
        return view.words.say("proof.no_floor", &[("standard", id)]);
    }
    if judged.best.is_nan() {
        return view.words.say("proof.no_interval", &[("standard", id)]);
    }
    let (bound, floor) = pair(view, standard, judged.best, judged.floor);
    let key = match (way(view, standard), judged.below) {
        ("higher", true) => "proof.sanction.higher.proven",
        ("higher", false) => "proof.sanction.higher.open",
        (_, true) => "proof.sanction.lower.proven",
        (_, false) => "proof.sanction.lower.open",
    };
    let (records, window) = (records(view.words, judged.n), window(view, count, of));
    let holes = [("standard", id), ("bound", &bound), ("records", &records), ("floor", &floor), ("window", &window)];
    view.words.say(key, &holes)
}

pub(in crate::judge) fn sanction_score(view: &View<'_>, judged: &Proof, count: usize, of: (u32, u32)) -> String {
    if judged.best.is_nan() {
        return view.words.say("proof.score.no_interval", &[]);
    }
    let key = if judged.below { "proof.score.sanction.proven" } else { "proof.score.sanction.open" };
    let [bound, line] = [judged.best, judged.floor].map(|x| number(view.words, x, 2));
    view.words.say(key, &[("bound", &bound), ("line", &line), ("window", &window(view, count, of))])
}

pub(in crate::judge) fn multiplicity(words: &Words, adjusted: f64, q: f64, family: usize) -> String {
    let holes = [("p", &*p(words, adjusted)), ("q", &*number(words, q, 4))];
    words.count("proof.multiplicity", family as u64, &holes).unwrap_or_default()
}

pub(in crate::judge) fn reliability(words: &Words, least: f64, needed: f64) -> String {
    if !least.is_finite() {
        return words.say("proof.reliability.none", &[]);
    }
    let [found, needed] = [least, needed].map(|x| number(words, x, 3));
    words.say("proof.reliability", &[("found", &found), ("needed", &needed)])
}

fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Record => "kind.record",
        SourceKind::CustomerResponse => "kind.customer_response",
        SourceKind::Observation => "kind.observation",
        SourceKind::Complaint => "kind.complaint",
        SourceKind::Training => "kind.training",
    }
}

pub(in crate::judge) fn source_types(words: &Words, kinds: &[SourceKind], needed: f64) -> String {
    let named: Vec<String> = kinds.iter().map(|k| words.say(kind(*k), &[])).collect();
    let named = if named.is_empty() { words.say("kind.none", &[]) } else { words.list(&named) };
    let (found, needed) = (words.integer(kinds.len() as u64), number(words, needed, 0));
    words.say("proof.source_types", &[("found", &found), ("needed", &needed), ("kinds", &named)])
}

pub(in crate::judge) fn complaints_alone(words: &Words) -> String {
    words.say("proof.complaints_alone", &[])
}

pub(in crate::judge) fn no_raters(view: &View<'_>, standard: usize) -> String {
    unknown(view.words, "proof.agreement.unknown", &[("standard", id(view, standard))])
}

pub(in crate::judge) fn nothing_observed(words: &Words) -> String {
    words.say("proof.agreement.none", &[])
}

/// Krippendorff (2004): from here on agreement can be relied on; below, down to .667, conclusions are tentative.
const RELIABLE: f64 = 0.8;

pub(in crate::judge) fn agreement(view: &View<'_>, standard: usize, found: Option<f64>, needed: f64) -> String {
    let raters = view.plan.standards.get(standard).and_then(|s| view.scorecards.readings.raters.get(s.measure));
    let method = raters.and_then(|r| r.as_ref()?.agreement).map_or("", |a| a.method);
    let english = crate::fairness::methods::method(method).map_or(method, |m| m.name);
    let method = view.words.raw(&format!("method.{method}")).unwrap_or(english).to_owned();
    let key = match found {
        Some(found) if (needed..RELIABLE).contains(&found) => "proof.agreement.tentative",
        _ => "proof.agreement",
    };
    let [found, needed] = [found.unwrap_or(f64::NAN), needed].map(|x| number(view.words, x, 3));
    let holes = [("standard", id(view, standard)), ("found", &found), ("needed", &needed), ("method", &method)];
    view.words.say(key, &holes)
}
