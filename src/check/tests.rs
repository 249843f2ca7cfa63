//! Each lint on a plan that it has nothing to say about, and on one that it does.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::codes;
use super::*;
use crate::diagnostic::{Authored, Severity};
use crate::language::Calendar;
use crate::said;
use crate::workspace::*;

fn written<T>(value: T) -> Authored<T> {
    let span = Span { file: crate::diagnostic::FileId(0), start: 1, end: 2 };
    Authored::new(value, Origin::new(span))
}

fn measure(id: &str, kind: MeasureKind, source: usize) -> Measure {
    Measure {
        id: written(id.to_string()),
        origin: Origin::nowhere(),
        source: Some(source),
        kind,
        form: Form::Count,
        wording: said!("rows"),
        filter: None,
        exclude: vec![],
        not_applicable: None,
        not_due: None,
        shield: vec![],
        cause: None,
        adjust_for: vec![],
        lower_is_better: false,
        at: None,
        purpose: None,
        decimals: 6,
        max_missing: 0.2,
        agreement: None,
        rater: None,
        rated: None,
        scorecard: None,
        probe: None,
        more: BTreeMap::new(),
    }
}

fn standard(id: &str, measure: usize, phase: &str, perspective: &str) -> Standard {
    Standard {
        id: written(id.to_string()),
        origin: Origin::nowhere(),
        promise: written("We do.".to_string()),
        binding: None,
        measure,
        quality: None,
        phase: Some(written(phase.to_string())),
        perspective: Some(written(perspective.to_string())),
        applies_to: For::new(),
        floor: None,
        target: Some(written(Line::Number(10.0))),
        stretch: None,
        baseline: None,
        weight: 1.0,
        points: None,
        develop: None,
        owner: None,
        more: BTreeMap::new(),
    }
}

fn source(id: &str, kind: SourceKind) -> Source {
    Source {
        id: written(id.to_string()),
        origin: Origin::nowhere(),
        kind,
        files: vec![],
        base: Default::default(),
        format: Format::default(),
        missing: vec![],
        key: None,
        latest_by: vec![],
        subjects: BTreeMap::new(),
        at: None,
        period: None,
        filter: None,
        fields: vec![],
        credit: None,
        lag_days: 0,
        shield: vec![],
        cause: None,
    }
}

/// A plan that only the coverage of qualities is noted on.
fn sound() -> Plan {
    let mut objective = measure("called", MeasureKind::Objective, 0);
    objective.more.insert("tags".into(), json!(["initiative"]));
    objective.purpose = Some(written("focus".into()));
    let mut seen = measure("seen", MeasureKind::Subjective, 1);
    seen.purpose = Some(written("progress".into()));
    Plan {
        author: Arc::default(),
        root: Default::default(),
        author_files: vec![],
        folders: vec![],
        language: written("en".into()),
        words: crate::words::Words::english(),
        zone_name: written("UTC".into()),
        zone: TimeZone::UTC,
        periods: PeriodRule { every: written(Every::Month), from: None, starts: (1, 1) },
        as_of: None,
        charter: Charter {
            overlay: None,
            origin: Origin::nowhere(),
            id: "c".into(),
            name: written("Charter".into()),
            version: written("1".into()),
            effective: None,
            review_by: None,
            owner: Some(written("Head of Service".into())),
            customer: Some(written("the account holder who pays".into())),
            book: Default::default(),
            stale_after: crate::workspace::STALE_AFTER,
            more: BTreeMap::new(),
        },
        claims: Vec::new(),
        next_targets: None,
        levels: vec![written("person".into())],
        people: None,
        evidence: None,
        names: BTreeMap::new(),
        protected: None,
        calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)),
        sources: vec![
            source("calls", SourceKind::Record),
            source("reviews", SourceKind::Observation),
            source("surveys", SourceKind::CustomerResponse),
            source("complaints", SourceKind::Complaint),
        ],
        measures: vec![objective, seen],
        standards: vec![
            standard("call_buyers", 0, "after", "customer"),
            standard("be_kind", 1, "during", "employee"),
            standard("be_ready", 1, "before", "owner"),
        ],
        scoring: Scoring { min_weight: 0.6, groups: vec![], total: None, unvalidated: None },
        minimum: Minimum { records: 30, accept_risk: None },
        fairness: FairnessPolicy {
            reward_line: 80.0,
            sanction_line: 40.0,
            peers: vec![],
            q: 0.05,
            k: 3,
            m: 4,
            gates: BTreeMap::new(),
            methods: Default::default(),
            warning_months: 12,
            reliability_person: 0.9,
            reliability_group: 0.7,
            more: BTreeMap::new(),
        },
        luck: LuckPolicy::default(),
        rules: vec![],
        reports: vec![],
        findings: vec![],
        digest: String::new(),
    }
}

fn more(standard: &mut Standard, key: &str, value: Value) {
    standard.more.insert(key.into(), value);
}

/// Ids of the findings that are more than notes.
fn found(change: impl FnOnce(&mut Plan)) -> Vec<&'static str> {
    let mut plan = sound();
    change(&mut plan);
    lint(&plan).into_iter().filter(|d| d.severity != Severity::Note).map(|d| d.code.id).collect()
}

#[test]
fn a_sound_charter_gives_notes_only() {
    assert_eq!(found(|_| {}), Vec::<&str>::new());
    let notes = lint(&sound());
    assert_eq!(notes.len(), 2, "{notes:#?}");
    assert!(notes[1].message.contains("0 of the 9"));
}

#[test]
fn standards_come_first() {
    assert_eq!(found(|p| p.standards.clear()), ["EH0401"]);
    assert_eq!(found(|p| p.standards[0].target = None), ["EH0402"]);
    assert_eq!(found(|p| p.periods.every = Authored::default_of(Every::Month)), ["EH0402"]);
}

#[test]
fn someone_answers_for_the_charter() {
    let ownerless = found(|p| p.charter.owner = None);
    assert_eq!(ownerless, ["EH0402", "EH0402", "EH0402", "EH0403"]);
    let owned_standards = found(|p| {
        p.charter.owner = None;
        p.standards.iter_mut().for_each(|s| s.owner = Some(written("Head of Calls".into())));
    });
    assert_eq!(owned_standards, ["EH0403"]);
}

#[test]
fn one_customer_the_one_who_pays() {
    let inside = |p: &mut Plan| more(&mut p.standards[0], "beneficiary", json!("finance"));
    assert_eq!(found(inside), ["EH0404"]);
    assert_eq!(found(|p| more(&mut p.standards[0], "beneficiary", json!("The account holder who pays"))), [""; 0]);
    let linked = |p: &mut Plan| {
        inside(p);
        more(&mut p.standards[0], "serves", json!("be_kind"));
    };
    assert_eq!(found(linked), [""; 0]);
    let off = |p: &mut Plan| {
        inside(p);
        p.charter.more.insert("single_customer".into(), json!("off"));
    };
    assert_eq!(found(off), [""; 0]);
}

#[test]
fn the_back_office_sees_the_customer() {
    let isolated = |p: &mut Plan| {
        p.standards[0].applies_to.insert("contact".into(), vec![written("isolated".to_string())]);
    };
    // Without a people file nobody is known to be isolated.
    assert_eq!(found(isolated), ["EH0405", "EH0407", "EH0424"]);
    let isolated = move |p: &mut Plan| {
        isolated(p);
        p.people = Some(people_file());
    };
    // The initiative tag stands on its measure, and no longer binds those who meet customers.
    assert_eq!(found(isolated), ["EH0405", "EH0407"]);
    let chained = |to: &'static str| {
        move |p: &mut Plan| {
            isolated(p);
            more(&mut p.standards[0], "line_of_sight", json!([to]));
        }
    };
    assert_eq!(found(chained("be_kind")), ["EH0407"]);
    assert_eq!(found(chained("call_buyers")), ["EH0406", "EH0407"], "back to itself");
}

#[test]
fn both_kinds_and_all_perspectives_or_a_reason() {
    assert_eq!(found(|p| p.measures[1].kind = MeasureKind::Objective), ["EH0408"]);
    let waived = |p: &mut Plan| {
        p.measures[1].kind = MeasureKind::Objective;
        p.charter.more.insert("waivers".into(), json!({ "subjective": "nobody is on site" }));
    };
    assert_eq!(found(waived), [""; 0]);
    let one_sided = |p: &mut Plan| p.standards[2].perspective = Some(written("customer".to_string()));
    assert_eq!(found(one_sided), ["EH0410"]);
    let light = |p: &mut Plan| {
        p.charter.more.insert("balance".into(), json!({ "customer": "50%" }));
    };
    assert_eq!(found(light), ["EH0410"]);
}

#[test]
fn customers_are_asked() {
    let complaints = |p: &mut Plan| p.measures[0].source = Some(3);
    assert_eq!(found(complaints), ["EH0409"]);
    let asked = |p: &mut Plan| {
        complaints(p);
        p.measures.push(measure("satisfied", MeasureKind::Objective, 2));
        p.standards.push(standard("satisfy", 2, "after", "customer"));
    };
    assert_eq!(found(asked), [""; 0]);
}

#[test]
fn values_are_shown_by_standards() {
    let value = |p: &mut Plan| {
        p.charter.more.insert("values".into(), json!(["respect"]));
    };
    assert_eq!(found(value), ["EH0411"]);
    let shown = |p: &mut Plan| {
        value(p);
        more(&mut p.standards[1], "values", json!("respect"));
    };
    assert_eq!(found(shown), [""; 0]);
    assert_eq!(found(|p| more(&mut p.standards[1], "values", json!(["courage"]))), ["EH0411"]);
}

#[test]
fn a_dozen_standards_are_enough() {
    let many = |count: usize| {
        move |p: &mut Plan| {
            let extra =
                (3..count).map(|i| standard(&format!("s{i}"), 0, "after", ["customer", "employee", "owner"][i % 3]));
            p.standards.extend(extra);
        }
    };
    assert_eq!(found(many(12)), [""; 0]);
    assert_eq!(found(many(13)), ["EH0412"]);
}

#[test]
fn an_empty_phase_warns() {
    assert_eq!(found(|p| p.standards[0].phase = None), ["EH0413"]);
    assert_eq!(found(|p| p.standards.iter_mut().for_each(|s| s.phase = None)), ["EH0413"], "said once");
}

#[test]
fn a_charter_past_its_review_is_stale() {
    let day = jiff::civil::date(2026, 4, 30);
    let looked_at = |p: &mut Plan, review: jiff::civil::Date| {
        p.as_of = Some(written(day));
        p.charter.review_by = Some(written(review));
    };
    assert_eq!(found(|p| looked_at(p, day)), [""; 0]);
    assert_eq!(found(|p| looked_at(p, jiff::civil::date(2026, 4, 29))), ["EH0417"]);
}

/// C34: without evidence of importance of the last 18 months a standard is unvalidated, and its weight is capped.
#[test]
fn c34_customers_were_asked_not_long_ago() {
    let day = jiff::civil::date(2026, 4, 30);
    let plan = |change: &dyn Fn(&mut Plan)| {
        let mut plan = sound();
        plan.as_of = Some(written(day));
        plan.standards[1].weight = 5.0;
        plan.standards[2].weight = 0.5;
        change(&mut plan);
        plan
    };
    let ids = |plan: &Plan| importance::lint(plan).iter().map(|d| (d.code.id, d.severity)).collect::<Vec<_>>();
    let none = plan(&|_| {});
    assert_eq!(ids(&none), [("EH0423", Severity::Note)]);
    assert_eq!(none.weight(1, day), Some(5.0), "nobody was asked: there is nothing to measure by");
    let asked =
        |on: &'static str| move |p: &mut Plan| more(&mut p.standards[0], "importance", json!({ "measured": on }));
    let recent = plan(&asked("2024-10-30"));
    assert_eq!(ids(&recent), [("EH0423", Severity::Warning); 2]);
    assert_eq!((0..3).map(|s| recent.weight(s, day).unwrap()).collect::<Vec<_>>(), [1.0, 1.0, 0.5]);
    assert_eq!(ids(&plan(&asked("2024-10-29"))), [("EH0423", Severity::Note)], "a day too old");
    let own = plan(&|p| p.scoring.unvalidated = Some(2.0));
    assert_eq!((own.weight(1, day), own.weight(0, day)), (Some(2.0), Some(1.0)));
    let charter = plan(&|p| {
        p.charter.more.insert("importance".into(), json!({ "measured": "2026-01-15", "weights": { "be_kind": "5" } }));
    });
    assert_eq!((charter.weight(1, day), charter.validated(0, day)), (Some(5.0), false));
}

fn people_file() -> DataFile {
    DataFile {
        file: written("people.csv".to_string()),
        base: Default::default(),
        format: Format::default(),
        missing: Vec::new(),
    }
}

/// C58: isolated roles have enabling measures only; modifiers are measured on manners.
#[test]
fn c58_each_role_has_what_belongs_to_it() {
    let bind = |s: &mut Standard, role: &str| {
        s.applies_to.insert("contact".into(), vec![written(role.to_string())]);
    };
    let isolated = |source: usize| {
        move |p: &mut Plan| {
            p.people = Some(people_file());
            let mut own = standard("kept_for_isolated", p.measures.len(), "after", "customer");
            bind(&mut own, "isolated");
            more(&mut own, "line_of_sight", json!(["call_buyers"]));
            p.measures.push(measure("asked", MeasureKind::Objective, source));
            p.standards.push(own);
        }
    };
    assert_eq!(found(isolated(2)), ["EH0420"], "customers' answers");
    assert_eq!(found(isolated(3)), ["EH0420", "EH0409"], "complaints, and nobody asks");
    assert_eq!(found(isolated(0)), [""; 0], "files ready on time");
    let training = |of: &'static str| {
        move |p: &mut Plan| {
            let (role, course) = (written("isolated".to_string()), written(of.to_string()));
            p.charter.book.training.push(Training { role, course, every: None, within_days: 0 });
        }
    };
    assert_eq!(found(training("customer service course")), ["EH0420", "EH0424", "EH0441"]);
    assert_eq!(found(training("archive system")), ["EH0424", "EH0441"], "recorded nowhere, and no people file");
    let modifier = |p: &mut Plan| {
        p.people = Some(people_file());
        bind(&mut p.standards[1], "modifier");
    };
    assert_eq!(found(modifier), ["EH0421"]);
    let polite = |p: &mut Plan| {
        modifier(p);
        p.standards[1].quality = Some(written("politeness".into()));
    };
    assert_eq!(found(polite), ["EH0414"], "who names a quality is held to the basics");
}

#[test]
fn codes_are_unique_and_explained() {
    let ids: std::collections::BTreeSet<&str> = codes::ALL.iter().map(|c| c.id).collect();
    assert_eq!(ids.len(), codes::ALL.len());
    assert!(codes::ALL.iter().all(|c| c.id.starts_with("EH04") && c.explanation.lines().count() >= 2));
}
