//! Simpson's case: the one with the harder work looks worse than another that it beats at each kind of work.

use std::fmt::Write;

use crate::harness::{Case, find, number};

/// A: 900 easy at 95 %, 100 hard at 60 %. B: 100 easy at 100 %, 900 hard at 70 %.
fn case(language: &str) -> Case {
    let mut calls = "agent,at,topic,solved\n".to_owned();
    for (agent, topic, n, solved) in
        [("A", "easy", 900, 855), ("A", "hard", 100, 60), ("B", "easy", 100, 100), ("B", "hard", 900, 630)]
    {
        for i in 0..n {
            let _ =
                writeln!(calls, "{agent},2026-03-{:02},{topic},{}", 1 + i % 28, if i < solved { "yes" } else { "no" });
        }
    }
    let policy = format!(
        r#"evenhand: 1
language: {language}
zone: UTC
periods: {{ every: month }}
levels: [person, organisation]
charter: {{ name: Two agents, version: "1", effective: 2026-01-01, review_by: 2026-12-31, owner: Head of Service, customer: the customer who pays }}
sources:
  calls: {{ files: data/*.csv, kind: record, person: agent, at: at, fields: {{ topic: text, solved: yes_no }} }}
measures:
  solved_first: {{ source: calls, kind: objective, share: solved, adjust_for: [topic] }}
standards:
  solve: {{ promise: We solve it the first time., measure: solved_first, floor: 50%, target: 80% }}
minimum: {{ records: 30 }}
rules:
  - {{ id: help, recommend: develop, when: score < 80 }}
as_of: 2026-03-31
"#
    );
    let case = Case::new();
    case.write("evenhand.yaml", policy).write("data/calls.csv", calls);
    case
}

#[test]
fn the_report_says_why_the_better_of_two_looked_worse() {
    let case = case("en");
    case.run(&["run", "."]).ok();
    let scores = case.table("out/scores.csv");
    let of = |person: &str| find(&scores, &[("level", "person"), ("subject", person), ("standard", "solve")]);
    assert!(number(of("A"), "raw") > number(of("B"), "raw"));
    assert!(number(of("B"), "value") > number(of("A"), "value"), "adjusted, B stands over A");
    let report = case.read("out/report.html");
    for said in [
        "Like for like",
        "B: 90% of the records are “hard” (topic); A: 10%.",
        "On the same mix of work B stands at",
        "before adjustment it was 73% against 91.5%",
    ] {
        assert!(report.contains(said), "{said}");
    }
}

#[test]
fn and_says_it_in_french() {
    let case = case("fr");
    case.run(&["run", "."]).ok();
    let report = case.read("out/report.html");
    assert!(report.contains("À travail égal, B se situe à") && report.contains("« hard » (topic)"));
}
