//! What luck alone would do, and whether protected groups fare alike.

use std::fmt::Write;

use serde_json::Value;

use crate::harness::{Case, repository};

/// A policy with one line and nothing else: gates off, so that a window of k in m periods is all there is.
fn line(k_of_m: &str, more: &str) -> String {
    format!(
        r#"evenhand: 1
zone: UTC
periods: {{ every: month }}
levels: [person, organisation]
charter: {{ name: One line, version: "1", effective: 2026-01-01, review_by: 2026-12-31, owner: Head of Service, customer: the customer who pays }}
sources:
  calls: {{ files: data/*.csv, kind: record, person: agent, at: at, fields: {{ good: number, calls: number }} }}
measures:
  answered: {{ source: calls, kind: objective, share: {{ of: good, out_of: calls }} }}
standards:
  answer: {{ promise: We answer., measure: answered, floor: 80%, target: 95% }}
minimum: {{ records: 30 }}
rules:
  - {{ id: offender, recommend: sanction, when: 'below_floor("answer", {k_of_m})' }}
fairness:
  gates:
    bound: &off {{ value: off, accept_risk: {{ because: a known answer, approved_by: The tester }} }}
    multiplicity: *off
    reliability: *off
    source_types: *off
{more}"#
    )
}

/// `people` agents, four months, so many calls that one more or less doesn't count, of which exactly the floor's share is
/// good: the chance of a month below the line is 2.5005 %.
fn at_the_floor(people: usize) -> String {
    let mut text = "agent,at,good,calls\n".to_owned();
    for agent in 0..people {
        for month in 1..=4 {
            let _ = writeln!(text, "A{agent:03},2026-{month:02}-10,80000000,100000000");
        }
    }
    text
}

fn audited(case: &Case, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["luck", ".", "--format", "json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&case.run(&all).ok().out).unwrap()
}

fn outcome<'a>(answer: &'a Value, level: &str, outcome: &str) -> &'a Value {
    let by = |list: &'a Value, key: &str, name: &str| {
        list.as_array().unwrap().iter().find(|e| e[key] == name).unwrap_or_else(|| panic!("no {name} in {list}"))
    };
    by(&by(&answer["levels"], "level", level)["outcomes"], "outcome", outcome)
}

#[track_caller]
fn holds(estimate: &Value, known: f64) {
    let of = |key: &str| estimate[key].as_f64().unwrap();
    assert!(of("lower") <= known && known <= of("upper"), "{known} is not in {estimate}");
    assert!((of("value") / known - 1.0).abs() < 0.5, "{known} is far from {estimate}");
}

#[test]
fn a_one_sided_line_in_k_of_m_periods_has_its_known_chances() {
    for (k_of_m, window, year) in [("3, 4", 6.13e-5, 5.476e-4), ("2, 4", 0.003626, 0.02224)] {
        let case = Case::new();
        case.write("evenhand.yaml", line(k_of_m, "")).write("data/calls.csv", at_the_floor(100));
        let answers = audited(&case, &["--worlds", "400", "--seed", "5"]);
        let sanction = outcome(&answers[0], "person", "sanction");
        let pooled = &sanction["as_pooled"];
        holds(&pooled["single_window"], window);
        holds(&pooled["year"], year);
        assert_eq!(pooled["innocent"], 100);
        assert_eq!(pooled["rules"][0]["rule"], "offender");
        assert_eq!(sanction["at_the_line"], "same_as_pooled");
        let found = &answers[0]["power"]["found"];
        assert_eq!((found[0]["periods"].as_u64(), found[0]["probability"]["value"].as_f64()), (Some(4), Some(1.0)));
    }
}

#[test]
fn the_same_seed_draws_the_same_worlds_on_any_number_of_threads() {
    let case = Case::new();
    case.write("evenhand.yaml", line("2, 4", "")).write("data/calls.csv", at_the_floor(20));
    let of = |threads: &str, seed: &str| audited(&case, &["--worlds", "60", "--threads", threads, "--seed", seed]);
    assert_eq!(of("1", "3"), of("4", "3"));
    assert_ne!(of("2", "3"), of("2", "4"));
}

#[test]
fn check_holds_the_policys_tolerance() {
    let of = |luck: &str| {
        let case = Case::new();
        case.write("evenhand.yaml", line("2, 4", luck)).write("data/calls.csv", at_the_floor(60));
        case.run(&["check", ".", "--luck"])
    };
    let exceeded = of("luck: { sanction: 0.001, worlds: 100 }\n");
    assert_eq!(exceeded.code, 1);
    exceeded.says(&["EH0451", "0.001"]);
    of("luck: { sanction: 10%, worlds: 100 }\n").ok();
}

#[test]
fn red_beads_show_both_policies_side_by_side() {
    let ran = crate::harness::Case::of("samples/red-beads").run(&["luck", ".", "--worlds", "20", "--seed", "7"]).ok();
    ran.says(&["The bead company", "(naive)", "false sanctions", "within a year", "before due process", "power:"]);
    let (default, naive) = ran.out.split_once("(naive)").unwrap();
    assert!(default.contains("sanction (person)") && naive.contains("`worst_worker` 100%"), "{}", ran.out);
    assert!(repository().join("samples/red-beads/README.md").exists());
}

#[test]
fn the_luck_page_says_what_the_figures_say_and_stands_alone() {
    let case = Case::new();
    case.write("evenhand.yaml", line("2, 4", "luck: { sanction: 0.001 }\n")).write("data/calls.csv", at_the_floor(60));
    let answers = audited(&case, &["--worlds", "60", "--seed", "5", "--html", "page/luck.html"]);
    let page = case.read("page/luck.html");
    let pooled = &outcome(&answers[0], "person", "sanction")["as_pooled"];
    let spread: Vec<(u64, u64)> = pooled["spread"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["subjects"].as_u64().unwrap(), s["worlds"].as_u64().unwrap()))
        .collect();
    assert_eq!(spread.iter().map(|s| s.1).sum::<u64>(), 60, "each world stands in one bar");
    let met: u64 = spread.iter().map(|s| s.0 * s.1).sum();
    let chance = pooled["year"]["value"].as_f64().unwrap();
    assert!((met as f64 / 60.0 / 60.0 - chance).abs() < 1e-12, "{spread:?} {chance}");
    for said in [
        "If everyone were equally good",
        "tolerance exceeded",
        "<code>offender</code>",
        "<svg",
        "<desc ",
        "Found in time",
    ] {
        assert!(page.contains(said), "{said}");
    }
    for (subjects, worlds) in spread {
        assert!(page.contains(&format!("<th scope=\"row\">{subjects}</th><td>{worlds}</td>")), "{subjects} {worlds}");
    }
    assert!(!page.contains("<script") && !page.contains("http") && page.len() < 1_000_000);
}

#[test]
fn a_run_with_luck_has_it_in_the_report_the_same_with_any_threads() {
    let case = Case::of("samples/red-beads");
    case.edit("evenhand.yaml", "evenhand: 1", "evenhand: 1\nlanguage: fr");
    case.edit("evenhand.yaml", "[naive] }", "[naive], worlds: 10 }");
    let with = |threads: &str, out: &str| {
        case.run(&["run", ".", "--luck", "--threads", threads, "--out", out]).ok();
        case.files(out)
    };
    let one = with("1", "a");
    assert_eq!(one, with("4", "b"));
    let page = case.read("a/luck.html");
    assert!(
        page.contains("Si tous se valaient") && page.contains("(naive)") && page.contains("worst_worker"),
        "{page}"
    );
    let report = case.read("a/report.html");
    assert!(report.contains("id=\"luck\"") && !report.contains("(naive)"), "only the policy itself");
    assert!(report.len() < 5_000_000);
    assert!(case.json("a/run.json")["luck"][0]["worlds"].as_u64().is_some());
    case.run(&["run", ".", "--out", "c"]).ok();
    assert!(!case.read("c/report.html").contains("id=\"luck\"") && !case.path().join("c/luck.html").exists());
    assert!(case.json("c/run.json").get("luck").is_none());
}

#[test]
fn a_workspace_beside_that_is_not_there_is_said() {
    let case = Case::new();
    case.write("evenhand.yaml", line("2, 4", "luck: { beside: [elsewhere] }\n"))
        .write("data/calls.csv", at_the_floor(5));
    let ran = case.run(&["luck", ".", "--worlds", "5"]);
    assert_eq!(ran.code, 2);
    ran.says(&["EH0453", "elsewhere"]);
}

/// `of` is (group, people, rewarded).
fn groups(of: &[(&str, usize, usize)]) -> Case {
    let (mut calls, mut protected) = ("agent,at,good,calls\n".to_owned(), "person,gender\n".to_owned());
    for (group, people, rewarded) in of {
        for i in 0..*people {
            let good = if i < *rewarded { 1000 } else { 850 };
            let _ = writeln!(calls, "{group}{i:03},2026-03-10,{good},1000");
            let _ = writeln!(protected, "{group}{i:03},{group}");
        }
    }
    let case = Case::new();
    let rules = "rules:\n  - { id: best, recommend: reward, for: { level: [person] }, when: answer.value >= 0.99 }\n";
    let policy = line("1, 1", "").replace("rules:\n", rules);
    case.write("evenhand.yaml", policy + "protected: { file: hr/protected.csv }\nas_of: 2026-03-31\n")
        .write("data/calls.csv", calls)
        .write("hr/protected.csv", protected);
    case
}

#[test]
fn impact_flags_a_proven_difference_and_no_other() {
    let ran = groups(&[("f", 80, 48), ("m", 40, 12)]).run(&["impact", "."]);
    assert_eq!(ran.code, 1, "a flag is an answer that somebody must act on: {}", ran.err);
    ran.says(&["gender", "48 of 80 (60%)", "12 of 40", "ratio 0.5, p 0.0034", "FLAGGED"]);
    let small = groups(&[("f", 4, 3), ("m", 4, 1)]).run(&["impact", "."]).ok();
    small.says(&["not flagged", "withheld", "No adverse impact is flagged"]);
    assert!(!small.out.contains("3 of 4"), "{}", small.out);
}

#[test]
fn no_rule_may_name_a_protected_attribute() {
    let case = groups(&[("f", 4, 3), ("m", 4, 1)]);
    case.edit("evenhand.yaml", "when: answer.value >= 0.99", "when: 'gender == \"f\"'");
    let ran = case.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["`gender` is a protected attribute"]);
    let case = groups(&[("f", 4, 3), ("m", 4, 1)]);
    case.edit("evenhand.yaml", "for: { level: [person] }", "for: { gender: [f] }");
    let ran = case.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["EH0234", "`gender` is a protected attribute"]);
}

/// Among colleagues who are all the same no reading is reliable enough for a sanction; these differ, and what corroborates the
/// claim falls as short as the claim.
#[test]
fn somebody_who_does_fall_short_is_found_among_colleagues_who_differ() {
    let case = Case::of("samples/contact-centre");
    let answer = audited(&case, &["--worlds", "80"]);
    let power = &answer[0]["power"];
    assert_eq!(power["corroborating"], serde_json::json!(["satisfy"]));
    let found = power["found"].as_array().unwrap();
    let (first, last) = (&found[0]["probability"]["value"], &found[found.len() - 1]["probability"]["value"]);
    assert!(last.as_f64() > first.as_f64() && last.as_f64() > Some(0.2), "{power}");
}
