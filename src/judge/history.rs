//! The gates on history: what was said, offered, disputed and warned before anyone is sanctioned. Nothing on record is
//! "unknown", and unknown never passes.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Verdict;
use super::gates::{Case, Protocol, minimum, verdict};
use super::ladder::{Standing, Step, live_until, standing};
use super::notices::READINESS;
use super::proof::{Claim, claims, proof, standards_behind};
use super::view::View;
use super::words;
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
    /// Rows of somebody whom nobody knows: perhaps this one's.
    unattributed: &'a [EvidenceRow],
    /// Evidence is kept at all: only then does the absence of a dispute mean that there is none.
    kept: bool,
    standards: Vec<usize>,
    ids: Vec<&'a str>,
    /// Those behind the rule and those that corroborate it: a dispute about either holds the sanction.
    leaned_on: Vec<&'a str>,
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
            view.applies(case.rule, case.subject, *period)
                && claimed.iter().any(|claim: &Claim| proof(view, *claim, cell, minimum(view.plan)).below)
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
            unattributed: &view.facts.unattributed,
            kept: view.plan.evidence.is_some() || !view.facts.rows.is_empty(),
            ids: standards.iter().map(|s| id(view, *s)).collect(),
            leaned_on: standards.iter().chain(&case.rule.corroborated_by).map(|s| id(view, *s)).collect(),
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

    /// The rows of a kind that concern any standard the rule leans on.
    fn any(&self, kind: &str) -> impl Iterator<Item = &'a EvidenceRow> {
        self.among(self.rows, kind)
    }

    /// The same among rows that may be anybody's.
    fn stray(&self, kind: &str) -> impl Iterator<Item = &'a EvidenceRow> {
        self.among(self.unattributed, kind)
    }

    fn among(&self, rows: &'a [EvidenceRow], kind: &str) -> impl Iterator<Item = &'a EvidenceRow> {
        let ids = self.leaned_on.clone();
        rows.iter()
            .filter(move |row| row.kind == kind)
            .filter(move |row| row.standard.as_deref().is_none_or(|s| ids.contains(&s)))
    }
}

impl<'a> History<'a> {
    fn standing(&self, case: &Case<'_>) -> Standing {
        standing(self.rows, &self.ids, self.as_of, case.view.plan.fairness.warning_months)
    }

    /// A live warning that may be anybody's.
    fn stray_warning(&self, case: &Case<'_>) -> Option<&'a EvidenceRow> {
        let live = |row: &&EvidenceRow| {
            let months = case.view.plan.fairness.warning_months;
            standing(std::slice::from_ref(*row), &self.ids, self.as_of, months) != Standing::Live(None)
        };
        self.unattributed.iter().find(live)
    }
}

fn id<'a>(view: &View<'a>, standard: usize) -> &'a str {
    view.plan.standards.get(standard).map_or("", |s| s.id.value.as_str())
}

/// Told before the events: as many failing periods as the proof needs began when the standard had been communicated.
fn communicated(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let told = |row: &EvidenceRow, period: &Period| {
        let begun = period.start.is_some_and(|start| row.from.is_some_and(|from| from <= start));
        begun && row.to.is_none_or(|to| period.start.is_some_and(|start| start <= to))
    };
    let mut worst = Verdict::Pass;
    let mut about = None;
    for standard in &history.standards {
        let name = id(case.view, *standard);
        let mut first: Option<&EvidenceRow> = None;
        let mut enough = false;
        for row in history.rows("communicated", name) {
            // A row without a date says nothing where another has one.
            first = first.filter(|first| first.from.is_some()).or(Some(row));
            let covered = history.events.iter().filter(|period| told(row, period)).count();
            enough |= covered >= history.needed && history.events.last().is_some_and(|period| told(row, period));
        }
        let dated = first.is_some_and(|row| row.from.is_some());
        let found = match first {
            _ if enough => Verdict::Pass,
            None => Verdict::Unknown,
            Some(_) if !dated => Verdict::Unknown,
            Some(_) => Verdict::Fail,
        };
        if found != Verdict::Pass && worst != Verdict::Unknown {
            (worst, about) = (found, Some((name, first)));
        }
    }
    protocol.add(case.view.plan, "communicated", worst, || match (worst, about) {
        (Verdict::Unknown, Some((name, None))) => words::nothing_communicated(case.view.words, name),
        (Verdict::Unknown, Some((name, Some(_)))) => words::communicated_undated(case.view.words, name),
        (Verdict::Fail, Some((name, Some(EvidenceRow { from: Some(from), .. })))) => {
            words::communicated_late(case.view.words, name, *from)
        }
        _ => words::communicated(case.view.words, &history.ids),
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
        (Verdict::Unknown, Some((name, _, offered))) => words::nothing_supported(case.view.words, name, offered),
        (Verdict::Fail, Some((name, end, _))) => words::support_open(case.view.words, name, end, history.as_of),
        _ => words::supported(case.view.words, ended),
    });
}

/// No dispute or appeal that is open on `as_of`. A row is closed by `closed` in its step or by an end before that day; what
/// was closed later was still open.
fn dispute(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let open = |row: &&EvidenceRow| {
        let step = row.step.as_deref().map(|s| s.trim().to_lowercase());
        let begun = row.from.is_none_or(|from| from <= history.as_of);
        begun
            && match step.as_deref() {
                Some("open") => true,
                Some("closed") => row.to.is_some_and(|to| to > history.as_of),
                _ => row.to.is_none_or(|to| to >= history.as_of),
            }
    };
    let found = history.any("dispute").chain(history.any("appeal")).find(open);
    let stray = history.stray("dispute").chain(history.stray("appeal")).find(open);
    protocol.add(case.view.plan, "dispute", unless(history.kept, found.is_some(), stray), || match (found, stray) {
        (Some(row), _) => words::disputed(case.view.words, row),
        (None, Some(row)) => words::stray(case.view.words, row),
        (None, None) => words::undisputed(case.view.words, history.kept),
    });
}

/// No protected absence within a failing period.
fn absence(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let found = overlap(history, history.any("absence"));
    let stray = overlap(history, history.stray("absence")).map(|(row, _)| row);
    protocol.add(case.view.plan, "absence", unless(history.kept, found.is_some(), stray), || match (found, stray) {
        (Some((row, period)), _) => words::absent(case.view.words, row, period),
        (None, Some(row)) => words::stray(case.view.words, row),
        (None, None) => words::no_absence(case.view.words, history.kept),
    });
}

/// Months for which a mistake is the first of its kind.
const FIRST_TIME: i64 = 12;

/// A mistake made within authority, in good faith and for the first time is for learning (C61): a period that holds one
/// can't feed a sanction, and no policy can switch that off. Good faith and authority are for whoever records it; that it is
/// the first of the person about that standard in twelve months is seen here.
fn learning(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let before = |row: &EvidenceRow| history.rows.iter().filter(|r| r.kind == "learning").rfind(|r| preceded(row, r));
    let found = overlap(history, history.any("learning").filter(|row| before(row).is_none()));
    let again = overlap(history, history.any("learning")).and_then(|(row, _)| before(row)?.from);
    let stray = overlap(history, history.stray("learning")).map(|(row, _)| row);
    // An exception that somebody records: none on record is none, also where no evidence is kept at all.
    protocol.add(case.view.plan, "learning", unless(true, found.is_some(), stray), || match (found, stray) {
        (Some((row, period)), _) => words::for_learning(case.view.words, row, period),
        (None, Some(row)) => words::stray(case.view.words, row),
        (None, None) => match again {
            Some(day) => words::learnt_before(case.view.words, day),
            None => words::no_learning(case.view.words),
        },
    });
}

/// Whether `earlier` is a mistake of the same kind in the twelve months before.
fn preceded(row: &EvidenceRow, earlier: &EvidenceRow) -> bool {
    let about = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    row.from.zip(earlier.from).is_some_and(|(day, before)| before < day && day < live_until(before, FIRST_TIME))
        && about(&row.standard, &earlier.standard)
}

/// Support the unready (C62): where a claimed standard rests on delegated decisions, the person had the authority for them,
/// guidance and coaching, each on record before the events.
fn authority(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let delegated = |standard: &&usize| case.view.plan.standards.get(**standard).is_some_and(|s| s.is_delegated());
    let delegated: Vec<&str> = history.standards.iter().filter(delegated).map(|s| id(case.view, *s)).collect();
    let first = history.events.iter().filter_map(|period| period.start).min();
    let on_record = |standard: &str, kinds: &[&str]| {
        kinds.iter().flat_map(|kind| history.rows(kind, standard)).any(|row| {
            let begun = row.from.is_some_and(|from| first.is_some_and(|first| from <= first));
            begun && row.to.is_none_or(|to| first.is_some_and(|first| to >= first) || row.kind != "authority")
        })
    };
    let lacking = delegated.iter().find_map(|standard| {
        let kinds = READINESS.iter().filter(|(_, kinds)| !on_record(standard, kinds)).map(|(name, _)| *name);
        let kinds: Vec<&str> = kinds.collect();
        (!kinds.is_empty()).then_some((*standard, kinds))
    });
    let found = if lacking.is_some() { Verdict::Unknown } else { Verdict::Pass };
    protocol.add(case.view.plan, "authority", found, || match &lacking {
        Some((standard, kinds)) => words::not_authorised(case.view.words, standard, kinds),
        None if delegated.is_empty() => words::nothing_delegated(case.view.words),
        None => words::authorised(case.view.words),
    });
}

/// The next step of the ladder, and nothing beyond it, for what happened since the last live warning: the same failing
/// periods don't carry anyone up a second step. A rule that names a `step` is held to it.
fn ladder(case: &Case<'_>, history: &History<'_>, protocol: &mut Protocol) {
    let standing = history.standing(case);
    let stray = history.stray_warning(case);
    let wanted = case.rule.more.get("step").and_then(|s| s.as_str()).and_then(Step::parse);
    let since = |given: Date| history.events.iter().any(|period| period.start.is_some_and(|start| start > given));
    let verdict = match standing {
        _ if !history.kept || stray.is_some() => Verdict::Unknown,
        Standing::Unclear => Verdict::Unknown,
        Standing::Live(Some((_, given))) if !since(given) => Verdict::Fail,
        Standing::Live(live) => verdict(wanted.is_none_or(|wanted| wanted == Step::after(live.map(|l| l.0)))),
    };
    protocol.add(case.view.plan, "ladder", verdict, || match (standing, stray) {
        (_, Some(row)) => words::stray(case.view.words, row),
        (Standing::Live(Some((_, given))), _) if history.kept && !since(given) => {
            words::nothing_since(case.view.words, given)
        }
        (Standing::Live(live), _) if history.kept => {
            let live = live.map(|l| l.0);
            words::ladder(case.view.words, live, Step::after(live), wanted)
        }
        (Standing::Unclear, _) if history.kept => words::unclear_warning(case.view.words),
        _ => words::no_ladder(case.view.words),
    });
}

/// The next step for a subject, where warnings are on record and clear.
pub(super) fn next_step(case: &Case<'_>) -> Option<Step> {
    let history = History::of(case);
    match history.standing(case) {
        Standing::Live(live) if history.kept && history.stray_warning(case).is_none() => {
            Some(Step::after(live.map(|l| l.0)))
        }
        _ => None,
    }
}

/// Passes where nothing was found; a row that may be anybody's leaves it unknown.
fn unless(kept: bool, found: bool, stray: Option<&EvidenceRow>) -> Verdict {
    match (kept, found, stray) {
        (false, _, _) | (true, false, Some(_)) => Verdict::Unknown,
        (true, found, _) => verdict(!found),
    }
}

/// One of the rows that touches a failing period. Its dates are inclusive; the end of a period isn't.
fn overlap<'a>(
    history: &History<'a>,
    mut rows: impl Iterator<Item = &'a EvidenceRow>,
) -> Option<(&'a EvidenceRow, &'a Period)> {
    rows.find_map(|row| {
        let touches = |period: &&&Period| {
            let starts = period.end.is_none_or(|end| row.from.is_none_or(|from| from < end));
            // A mistake with only a first day is of that day; an absence without an end goes on.
            let last = if row.kind == "absence" { row.to } else { row.to.or(row.from) };
            starts && period.start.is_none_or(|start| last.is_none_or(|last| last >= start))
        };
        history.events.iter().find(|period| touches(period)).map(|period| (row, *period))
    })
}
