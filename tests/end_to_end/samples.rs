//! The shipped samples, and that the same input gives the same bytes.

use std::collections::BTreeSet;

use crate::harness::Case;

#[test]
fn the_contact_centre_shows_every_outcome_on_every_level() {
    let case = Case::of("samples/contact-centre");
    let ran = case.run(&["run", "."]).ok();
    let rows = case.table("out/recommendations.csv");
    let outcomes: BTreeSet<&str> =
        rows.iter().filter(|r| r["level"] == "person").map(|r| r["outcome"].as_str()).collect();
    for outcome in ["reward", "develop", "sanction", "none", "insufficient"] {
        assert!(outcomes.contains(outcome), "{outcome} is missing in {outcomes:?}");
    }
    let levels: BTreeSet<&str> = rows.iter().map(|r| r["level"].as_str()).collect();
    assert_eq!(levels, BTreeSet::from(["person", "department", "unit", "organisation"]));
    assert!(ran.out.contains("report.html"), "{}", ran.out);
    assert!(
        rows.iter().filter(|r| r["outcome"] == "sanction").all(|r| r["subject"] == "AG-07"),
        "only the planted offender"
    );
}

#[test]
fn threads_and_file_names_change_nothing() {
    let case = Case::of("samples/contact-centre");
    case.run(&["run", ".", "--threads", "1", "--out", "one"]).ok();
    case.run(&["run", ".", "--threads", "2", "--out", "two"]).ok();
    let one = case.files("one");
    assert!(one.len() > 10, "{:?}", one.keys());
    assert!(one == case.files("two"), "the same bytes with any number of threads");
    for (from, to) in [("contacts-2025", "contacts-zz"), ("contacts-2026", "contacts-aa")] {
        std::fs::rename(case.path().join(format!("data/{from}.csv")), case.path().join(format!("data/{to}.csv")))
            .unwrap();
    }
    case.run(&["run", ".", "--out", "renamed"]).ok();
    for (name, bytes) in case.files("renamed") {
        if name != "run.json" && name != "quarantine.csv" {
            assert!(one[&name] == bytes, "{name} depends on the names of the input files");
        }
    }
}

#[test]
fn a_new_workspace_checks_and_runs() {
    let case = Case::new();
    case.run(&["init", "mine"]).ok();
    case.run(&["check", "mine"]).ok();
    case.run(&["run", "mine"]).ok().says(&["report.html"]);
    let again = case.run(&["init", "mine"]);
    assert_eq!(again.code, 2);
    again.says(&["exists already"]);
}
