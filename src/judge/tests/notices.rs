//! What is due, day by day.

use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::diagnostic::{Authored, Origin};
use crate::records::Directory;
use crate::score::fixture;
use crate::workspace::{Interval, Role};

fn word(text: &str) -> Authored<String> {
    Authored::new(text.to_owned(), Origin::nowhere())
}

fn plan() -> Plan {
    let mut plan = fixture::plan();
    plan.charter.book.training.push(Training {
        role: word("contactor"),
        course: word("call control"),
        every: Interval::parse("12 months"),
        within_days: 30,
    });
    plan
}

fn row(kind: &str, from: Option<Date>, to: Option<Date>, reference: &str) -> EvidenceRow {
    EvidenceRow {
        person: "a".into(),
        kind: kind.into(),
        standard: None,
        from,
        to,
        step: None,
        reference: (!reference.is_empty()).then(|| reference.into()),
        line: 2,
    }
}

fn person(from: Option<Date>, to: Option<Date>, department: &str) -> Person {
    let attributes =
        [("contact", "contactor"), ("department", department)].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    Person { id: "a".into(), from, to, attributes, line: 2 }
}

fn roll(people: Vec<Person>) -> Roll {
    Roll { directory: Arc::new(Directory { people, columns: Vec::new() }), ..Roll::default() }
}

fn kinds(plan: &Plan, rows: Vec<EvidenceRow>, roll: &Roll, day: Date) -> Vec<&'static str> {
    let mut facts = Facts { rows, ..Facts::default() };
    facts.sort();
    OnRecord::of(plan, &facts, roll, day).notices.iter().map(|n| n.kind.word()).collect()
}

#[test]
fn c03_a_gap_opens_on_the_day_after_the_interval() {
    let (plan, roll) = (plan(), roll(vec![person(Some(date(2024, 1, 1)), None, "Cards")]));
    let had = || vec![row(TRAINED, Some(date(2025, 3, 10)), None, "Call control ")];
    assert_eq!(kinds(&plan, had(), &roll, date(2026, 2, 7)), [""; 0]);
    assert_eq!(kinds(&plan, had(), &roll, date(2026, 2, 8)), ["training_soon"]);
    assert_eq!(kinds(&plan, had(), &roll, date(2026, 3, 10)), ["training_soon"], "the last day is a good one");
    assert_eq!(kinds(&plan, had(), &roll, date(2026, 3, 11)), ["training_gap"]);
    let again = [had(), vec![row(TRAINED, Some(date(2026, 3, 20)), None, "call control")]].concat();
    assert_eq!(kinds(&plan, again.clone(), &roll, date(2026, 3, 19)), ["training_gap"], "not had yet");
    assert_eq!(kinds(&plan, again, &roll, date(2026, 3, 20)), [""; 0]);
}

#[test]
fn c03_somebody_new_has_time_and_a_transfer_starts_none_anew() {
    let plan = plan();
    let other = || vec![row(TRAINED, Some(date(2025, 3, 10)), None, "something else")];
    let new = roll(vec![person(Some(date(2026, 4, 1)), None, "Cards")]);
    assert_eq!(kinds(&plan, other(), &new, date(2026, 5, 1)), ["training_soon"], "30 days from 1 April");
    assert_eq!(kinds(&plan, other(), &new, date(2026, 5, 2)), ["training_gap"]);
    let moved = roll(vec![
        person(Some(date(2026, 1, 1)), Some(date(2026, 4, 1)), "Cards"),
        person(Some(date(2026, 4, 1)), None, "Loans"),
    ]);
    assert_eq!(kinds(&plan, other(), &moved, date(2026, 4, 2)), ["training_gap"]);
    assert_eq!(kinds(&plan, Vec::new(), &moved, date(2026, 4, 2)), [""; 0], "recorded nowhere: unknown, and no gap");
    let gone = roll(vec![person(Some(date(2026, 1, 1)), Some(date(2026, 4, 1)), "Cards")]);
    assert_eq!(kinds(&plan, other(), &gone, date(2026, 4, 1)), [""; 0], "who has left needs none");
}

#[test]
fn c72_a_paper_holds_to_its_last_day_and_a_renewal_counts() {
    let (plan, roll) = (fixture::plan(), roll(vec![person(None, None, "Cards")]));
    let until = |day| row("credential", Some(date(2025, 1, 1)), Some(day), "Licence");
    let held = || vec![until(date(2026, 3, 31))];
    assert_eq!(kinds(&plan, held(), &roll, date(2026, 2, 28)), [""; 0]);
    assert_eq!(kinds(&plan, held(), &roll, date(2026, 3, 1)), ["credential_expiring"]);
    assert_eq!(kinds(&plan, held(), &roll, date(2026, 3, 31)), ["credential_expiring"]);
    assert_eq!(kinds(&plan, held(), &roll, date(2026, 4, 1)), ["credential_expired"]);
    let renewed = vec![until(date(2026, 3, 31)), until(date(2028, 3, 31))];
    assert_eq!(kinds(&plan, renewed, &roll, date(2026, 4, 1)), [""; 0]);
    let endless = vec![until(date(2026, 3, 31)), row("credential", Some(date(2025, 6, 1)), None, "licence")];
    assert_eq!(kinds(&plan, endless, &roll, date(2026, 4, 1)), [""; 0]);
    // Also where nobody keeps a people file.
    assert_eq!(kinds(&plan, held(), &Roll::default(), date(2026, 4, 1)), ["credential_expired"]);
    let mut asking = fixture::plan();
    asking.charter.book.roles.push(Role {
        name: word("contactor"),
        authority: None,
        duties: Vec::new(),
        credentials: vec![word("LICENCE"), word("first aid")],
    });
    assert_eq!(kinds(&asking, held(), &roll, date(2026, 2, 1)), ["credential_missing"]);
}

#[test]
fn c28_a_card_is_acknowledged_for_its_version() {
    let (plan, roll) = (fixture::plan(), roll(vec![person(None, None, "Cards")]));
    let day = date(2026, 4, 30);
    let version = plan.charter.version.value.clone();
    assert_eq!(kinds(&plan, Vec::new(), &roll, day), [""; 0], "nobody asked for cards");
    for (reference, open) in [("", false), (version.as_str(), false), ("an older one", true)] {
        let found = kinds(&plan, vec![row("acknowledged", Some(date(2026, 2, 1)), None, reference)], &roll, day);
        assert_eq!(!found.is_empty(), open, "{reference}: {found:?}");
    }
    let later = vec![row("acknowledged", Some(date(2026, 5, 1)), None, "")];
    assert_eq!(kinds(&plan, later, &roll, day), ["card_not_acknowledged"], "not yet on that day");
}
