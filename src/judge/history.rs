//! The gates on history: what was said, offered, disputed and warned before anyone is sanctioned. Nothing on record is
//! "unknown", and unknown never passes.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Verdict;
use super::gates::{Case, Protocol, minimum, verdict};
use super::ladder::{Standing, Step, standing};
use super::proof::{Claim, claims, proof, standards_behind};
use super::view::View;
use super::{remarks, words};
use crate::measure::Period;
use crate::records::EvidenceRow;

pub(super) fn run(case: &Case<'_>, protocol: &mut Protocol) {
    let history = History::of(case);
    for gate in [communicated, support, dispute, absence, learning, authority, ladder] {
        gate(case, &history, protocol);
        if protocol.over() {
            return;
        }
    }
}

/// What the gates on history look at, gathered once.
struct History<'a> {
    rows: &'a [EvidenceRow],
    /// Evidence is kept at all: only then does the absence of a dispute mean that there is none.
    kept: bool,
    standards: Vec<usize>,
    ids: Vec<&'a str>,
    as_of: Date,
    /// Periods of the window in which a claim is below its floor; the judged one where none is.
    events: Vec<&'a Period>,
    /// How many of them the proof needs.
    needed: usize,
}

impl<'a> History<'a> {
    fn of(case: &Case<'a>) -> History<'a> {
        let view = case.view;
        let claimed = claims(view, case.rule, case.cell);
        let (k, m) = view.k_of_m(case.rule);
        let periods = view.window(case.period, m).unwrap_or(0..=case.period);
        let failing = |period: &usize| {
            let cell = view.cell(case.subject, *period);
            claimed.iter().any(|claim: &Claim| proof(view, *claim, cell, minimum(view.plan)).below)
        };
        let mut failing: Vec<usize> = periods.filter(failing).collect();
        if failing.is_empty() {
            failing.push(case.period);
        }
        let events: Vec<&Period> =
            failing.iter().filter_map(|period| view.scorecards.readings.periods.get(*period)).collect();
        let standards = standards_behind(view, case.rule, case.cell);
        History {
            rows: view.facts.of(view.subject_id(case.subject)),
            kept: view.plan.evidence.is_some() || !view.facts.rows.is_empty(),
            ids: standards.iter().map(|s| id(view, *s)).collect(),
            standards,
            as_of: view.scorecards.readings.as_of,
            needed: (k as usize).clamp(1, events.len().max(1)),
            events,
        }
    }

    /// The rows of a kind that concern a standard; a row without a standard concerns all.
    fn rows(&self, kind: &str, standard: &str) -> impl Iterator<Item = &'a EvidenceRow> {
        let rows = self.rows;
        let about = move |row: &&EvidenceRow| row.standard.as_deref().is_none_or(|s| s == standard);
        rows.iter().filter(move |row| row.kind == kind).filter(about)
    }

    /// The rows of a kind that concern any standard behind the rule.
    fn any(&self, kind: &str) -> impl Iterator<Item = &'a EvidenceRow> {
        let (rows, ids) = (self.rows, self.ids.clone());
        rows.iter()
            .filter(move |row| row.kind == kind)
            .filter(move |row| row.standard.as_deref().is_none_or(|s| ids.contains(&s)))
    }
}

fn id<'a>(view: &View<'a>, standard: usize) -> &'a str {
    view.plan.standards.get(standard).map_or("", |s| s.id.value.as_str())
}

/// Told before the events: as many failing periods as the proof needs began when the standard had been communicated.
fn communicated(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let told = |row: &EvidenceRow, period: &Period| {
        let begun = period.start.is_some_and(|start| row.from.is_none_or(|from| from <= start));
        begun && row.to.is_none_or(|to| period.start.is_some_and(|start| start <= to))
    };
    let mut worst = Verdict::Pass;
    let mut about = None;
    for standard in &history.standards {
        let name = id(case.view, *standard);
        let mut first: Option<&EvidenceRow> = None;
        let mut enough = false;
        for row in history.rows("communicated", name) {
            first = first.or(Some(row));
            let covered = history.events.iter().filter(|period| told(row, period)).count();
            enough |= covered >= history.needed && history.events.last().is_some_and(|period| told(row, period));
        }
        let found = match first {
            None => Verdict::Unknown,
            Some(_) => verdict(enough),
        };
        if found != Verdict::Pass && worst != Verdict::Unknown {
            (worst, about) = (found, Some((name, first.and_then(|row| row.from))));
        }
    }
    protocol.add(case.view.plan, "communicated", worst, || match (worst, about) {
        (Verdict::Unknown, Some((name, _))) => words::nothing_communicated(name),
        (Verdict::Fail, Some((name, from))) => words::communicated_late(name, from),
        _ => words::communicated(&history.ids),
    });
}

/// Support was offered, its window has passed, and a failing period starts after it.
fn support(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let mut worst = Verdict::Pass;
    let mut about = None;
    let mut ended = None;
    for standard in &history.standards {
        let name = id(case.view, *standard);
        let days = case.view.plan.standards.get(*standard).and_then(|s| s.develop.as_ref()).and_then(|d| d.within_days);
        let window_end = |row: &EvidenceRow| {
            row.to.or_else(|| row.from.and_then(|from| days.and_then(|days| from.checked_add(days.days()).ok())))
        };
        let mut found = Verdict::Unknown;
        let mut last = None;
        for row in history.rows("support", name) {
            let Some(end) = window_end(row) else { continue };
            let after = |period: &&&Period| period.start.is_some_and(|start| start > end);
            if end < history.as_of && history.events.iter().any(|period| after(&period)) {
                found = Verdict::Pass;
                ended = ended.max(Some(end));
                break;
            }
            found = Verdict::Fail;
            last = last.max(Some(end));
        }
        let offered = history.rows("support", name).next().is_some();
        if found != Verdict::Pass && worst != Verdict::Unknown {
            (worst, about) = (found, Some((name, last, offered)));
        }
    }
    protocol.add(case.view.plan, "support", worst, || match (worst, about) {
        (Verdict::Unknown, Some((name, _, offered))) => words::nothing_supported(name, offered),
        (Verdict::Fail, Some((name, end, _))) => words::support_open(name, end, history.as_of),
        _ => words::supported(ended),
    });
}

/// No open dispute or appeal. A row is closed by `closed` in its step or by an end before `as_of`.
fn dispute(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let open = |row: &&EvidenceRow| {
        let step = row.step.as_deref().map(|s| s.trim().to_lowercase());
        let begun = row.from.is_none_or(|from| from <= history.as_of);
        begun
            && match step.as_deref() {
                Some("open") => true,
                Some("closed") => false,
                _ => row.to.is_none_or(|to| to >= history.as_of),
            }
    };
    let found = history.any("dispute").chain(history.any("appeal")).find(open);
    protocol.add(case.view.plan, "dispute", unless(history.kept, found.is_some()), || match found {
        Some(row) => words::disputed(row),
        None => words::undisputed(history.kept),
    });
}

/// No protected absence within a failing period.
fn absence(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let found = overlap(history, "absence");
    protocol.add(case.view.plan, "absence", unless(history.kept, found.is_some()), || match found {
        Some((row, period)) => words::absent(row, period),
        None => words::no_absence(history.kept),
    });
}

/// A mistake made within authority, in good faith and for the first time is for learning (C61): a period that holds one
/// can't feed a sanction, and no policy can switch that off.
fn learning(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let found = overlap(history, "learning");
    // An exception that somebody records: none on record is none, also where no evidence is kept at all.
    protocol.add(case.view.plan, "learning", verdict(found.is_none()), || match found {
        Some((row, period)) => words::for_learning(row, period),
        None => words::no_learning(),
    });
}

/// Support the unready (C62): where a claimed standard rests on delegated decisions, the person had the authority for them,
/// guidance and coaching, each on record before the events.
fn authority(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let delegated = |standard: &&usize| {
        let more = case.view.plan.standards.get(**standard).and_then(|s| s.more.get("delegated"));
        more.and_then(|v| v.as_str()).is_some_and(|v| matches!(v.trim(), "yes" | "true" | "on"))
    };
    let delegated: Vec<&str> = history.standards.iter().filter(delegated).map(|s| id(case.view, *s)).collect();
    let first = history.events.iter().filter_map(|period| period.start).min();
    let on_record = |standard: &str, kinds: &[&str]| {
        kinds.iter().flat_map(|kind| history.rows(kind, standard)).any(|row| {
            let begun = row.from.is_none_or(|from| first.is_some_and(|first| from <= first));
            begun && row.to.is_none_or(|to| first.is_some_and(|first| to >= first) || row.kind != "authority")
        })
    };
    // Side-by-side support is coaching.
    let needed: [(&str, &[&str]); 3] =
        [("authority", &["authority"]), ("guidance", &["guidance"]), ("coaching", &["coaching", "support"])];
    let lacking = delegated.iter().find_map(|standard| {
        let kinds = needed.iter().filter(|(_, kinds)| !on_record(standard, kinds)).map(|(name, _)| *name);
        let kinds: Vec<&str> = kinds.collect();
        (!kinds.is_empty()).then_some((*standard, kinds))
    });
    let found = if lacking.is_some() { Verdict::Unknown } else { Verdict::Pass };
    protocol.add(case.view.plan, "authority", found, || match &lacking {
        Some((standard, kinds)) => remarks::not_authorised(standard, kinds),
        None if delegated.is_empty() => remarks::nothing_delegated(),
        None => remarks::authorised(),
    });
}

/// The next step of the ladder, and nothing beyond it. A rule that names a `step` is held to it.
fn ladder(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let standing = standing(history.rows, &history.ids, history.as_of, case.view.plan.fairness.warning_months);
    let wanted = case.rule.more.get("step").and_then(|s| s.as_str()).and_then(Step::parse);
    let verdict = match standing {
        _ if !history.kept => Verdict::Unknown,
        Standing::Unclear => Verdict::Unknown,
        Standing::Live(live) => verdict(wanted.is_none_or(|wanted| wanted == Step::after(live))),
    };
    protocol.add(case.view.plan, "ladder", verdict, || match standing {
        Standing::Live(live) if history.kept => words::ladder(live, Step::after(live), wanted),
        Standing::Unclear if history.kept => words::unclear_warning(),
        _ => words::no_ladder(),
    });
}

/// The next step for a subject, where warnings are on record and clear.
pub(super) fn next_step(case: &Case<'_>) -> Option<Step> {
    let history = History::of(case);
    match standing(history.rows, &history.ids, history.as_of, case.view.plan.fairness.warning_months) {
        Standing::Live(live) if history.kept => Some(Step::after(live)),
        _ => None,
    }
}

fn unless(kept: bool, found: bool) -> Verdict {
    match (kept, found) {
        (false, _) => Verdict::Unknown,
        (true, found) => verdict(!found),
    }
}

/// A row of this kind that touches a failing period. Its dates are inclusive; the end of a period isn't.
fn overlap<'a>(history: &History<'a>, kind: &str) -> Option<(&'a EvidenceRow, &'a Period)> {
    history.any(kind).find_map(|row| {
        let touches = |period: &&&Period| {
            let starts = period.end.is_none_or(|end| row.from.is_none_or(|from| from < end));
            // A row with only a first day is about that day.
            let last = row.to.or(row.from);
            starts && period.start.is_none_or(|start| last.is_none_or(|last| last >= start))
        };
        history.events.iter().find(|period| touches(period)).map(|period| (row, *period))
    })
}
