//! What ought to happen regularly: weeks kept of weeks that were due, where nothing done is a miss as long as the log goes on.

use crate::harness::{Case, Ran, find};

const POLICY: &str = r#"evenhand: 1
zone: UTC
periods: { every: month, from: 2026-01 }
as_of: 2026-04-30
levels: [person, leader, unit, organisation]
charter:
  name: C
  version: "1"
  effective: 2020-01-01
  review_by: 2036-12-31
  owner: Head
  customer: the customer who pays
  activities:
    briefing: { every: week, level: unit, source: log, where: activity == "briefing", owner: Team lead, tags: [recognition] }
    on_the_floor: { every: week, source: floor, of: hours, at_least: 1, owner: Managing director }
people: { file: people.csv }
sources:
  calls: { files: calls.csv, id: id, person: agent, at: at, fields: { wait: number } }
  log: { files: log.csv, id: id, subjects: { unit: unit }, at: at, fields: { activity: text } }
  floor: { files: floor.csv, id: id, subjects: { leader: who }, at: at, fields: { hours: number } }
measures:
  fast: { source: calls, kind: objective, share: wait <= 20 }
standards:
  quick: { promise: We answer fast., measure: fast, floor: 50%, target: 70%, for: { level: [person, unit] } }
  brief: { promise: We talk every week., measure: briefing, perspective: employee, floor: 25%, target: 100%, for: { level: [unit] } }
  present: { promise: Leaders are on the floor., measure: on_the_floor, perspective: employee, target: 75%, for: { level: [leader] } }
minimum: { records: 10 }
rules:
  - { id: help, recommend: develop, for: { level: [unit, leader] }, when: score < 80 }
"#;

/// Retail briefs every Friday but in February; Loans on some. Leaders are on the floor for half an hour or more.
fn case() -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", POLICY);
    case.write(
        "people.csv",
        "id,name,unit,from,to\nA,Ann,Retail,2025-01-01,\nB,Ben,Loans,2025-01-01,\nN,Nat,New,2025-01-01,\n",
    );
    let mut calls = "id,agent,at,wait\n".to_owned();
    for month in 1..=4 {
        for (k, agent) in ["A", "B"].iter().cycle().take(40).enumerate() {
            calls += &format!("{month}-{k},{agent},2026-{month:02}-{:02},{}\n", 1 + k % 28, k % 30);
        }
    }
    // A unit that nobody ever briefed is there all the same.
    calls += "n1,N,2026-03-02,5\nn2,N,2026-04-02,5\n";
    case.write("calls.csv", calls);
    let fridays = [
        "01-02", "01-09", "01-16", "01-23", "01-30", "03-06", "03-13", "03-20", "03-27", "04-03", "04-10", "04-17",
        "04-24",
    ];
    let retail = fridays.iter().map(|day| format!("Retail,2026-{day},briefing"));
    let loans = ["01-07", "02-11", "02-12", "04-08", "04-22"].iter().map(|day| format!("Loans,2026-{day},briefing"));
    let other = ["Loans,2026-03-04,party".to_owned()];
    let rows: String = retail.chain(loans).chain(other).enumerate().map(|(k, row)| format!("{k},{row}\n")).collect();
    case.write("log.csv", format!("id,unit,at,activity\n{rows}"));
    // 3.5 hours in April: in one week only half an hour; two halves make one.
    let floor = "1,Lea,2026-04-01,1\n2,Lea,2026-04-07,0.5\n3,Lea,2026-04-14,0.5\n4,Lea,2026-04-16,0.5\n5,Lea,2026-04-22,1\n6,Leo,2026-03-03,2\n7,Leo,2026-04-02,0.9\n";
    case.write("floor.csv", format!("id,who,at,hours\n{floor}"));
    case
}

fn run(case: &Case, more: &[&str]) -> Ran {
    case.run(&[&["run", ".", "--all-periods"], more].concat()).ok()
}

/// n and value of a subject's month.
fn of(case: &Case, standard: &str, who: &str, month: &str) -> (String, String, String) {
    let scores = case.table("out/scores.csv");
    let row = find(&scores, &[("standard", standard), ("subject", who), ("period", month)]);
    (row["n"].clone(), row["value"].clone(), row["state"].clone())
}

fn is(n: &str, value: &str, state: &str) -> (String, String, String) {
    (n.into(), value.into(), state.into())
}

#[test]
fn weeks_without_a_briefing_are_missed_and_not_unknown() {
    let case = case();
    run(&case, &["--no-cache"]);
    // Weeks end on Sundays: 4, 11, 18, 25 January (the first begins before the first period), February has 4 with
    // that of 30 January, March 5, April 4.
    assert_eq!(of(&case, "brief", "Retail", "2026-01"), is("3", "1", "measured"));
    assert_eq!(
        of(&case, "brief", "Retail", "2026-02"),
        is("4", "0.25", "measured"),
        "30 January lies in a week of February"
    );
    assert_eq!(of(&case, "brief", "Retail", "2026-03"), is("5", "0.8", "measured"));
    assert_eq!(of(&case, "brief", "Retail", "2026-04"), is("4", "1", "measured"));
    assert_eq!(of(&case, "brief", "Loans", "2026-02"), is("4", "0.25", "measured"), "two in one week are one week");
    assert_eq!(
        of(&case, "brief", "Loans", "2026-03"),
        is("5", "0", "measured"),
        "a party is no briefing, and the log goes on"
    );
    assert_eq!(of(&case, "brief", "New", "2026-04"), is("4", "0", "measured"), "nobody ever briefed it");
    let scores = case.table("out/scores.csv");
    let row = find(&scores, &[("standard", "brief"), ("subject", "Retail"), ("period", "2026-04")]);
    assert_eq!((row["lower"].as_str(), row["upper"].as_str(), row["points"].as_str()), ("", "", "100"));
    assert_eq!(row["method"], "cadence.none");
    assert_eq!(find(&scores, &[("level", "organisation"), ("measure", "briefing")])["state"], "not_applicable");
}

#[test]
fn hours_of_a_week_are_added_up_before_they_are_held_against_what_is_asked() {
    let case = case();
    run(&case, &["--no-cache"]);
    // Weeks ending on 5, 12, 19 and 26 April.
    assert_eq!(of(&case, "present", "Lea", "2026-04"), is("4", "0.75", "measured"));
    assert_eq!(of(&case, "present", "Leo", "2026-04"), is("4", "0", "measured"), "0.9 hours are less than one");
    let outcomes = case.table("out/recommendations.csv");
    let leo = find(&outcomes, &[("subject", "Leo"), ("period", "2026-04")]);
    assert_eq!(leo["outcome"], "develop", "help needs no ten weeks");
}

#[test]
fn a_log_that_ends_is_unknown_and_not_missed() {
    let case = case();
    let log = case.read("log.csv");
    let until: String = log.lines().filter(|line| !line.contains("2026-04")).map(|line| format!("{line}\n")).collect();
    case.write("log.csv", until);
    run(&case, &["--no-cache"]);
    assert_eq!(of(&case, "brief", "Retail", "2026-03"), is("5", "0.8", "measured"));
    assert_eq!(of(&case, "brief", "Retail", "2026-04"), is("0", "", "unmeasured"));
}

#[test]
fn the_report_shows_how_habits_hold_the_longest_silence_first() {
    let case = case();
    run(&case, &["--no-cache"]);
    let page = case.read("out/report.md");
    let part = page.split("## Habits").nth(1).unwrap_or_else(|| panic!("no habits in:\n{page}"));
    let at = |text: &str| part.find(text).unwrap_or_else(|| panic!("`{text}` is missing in:\n{part}"));
    assert!(at("briefing: every week. Owner: Team lead") < at("on_the_floor: every week. Owner: Managing director"));
    assert!(at("| New |") < at("| Loans |") && at("| Loans |") < at("| Retail |"), "{part}");
    assert!(part.contains("| Retail | 4 of 4 | 8 kept | 4 of 12 | 20 April 2026 |"), "{part}");
    assert!(part.contains("| Leo | 0 of 4 |") && part.contains("| not yet |"), "{part}");
    assert!(!part.contains("kept by all"), "{part}");
    let only = case.read("log.csv").replace("Loans", "Retail");
    let calls: String = case
        .read("calls.csv")
        .lines()
        .filter(|l| !l.contains(",B,") && !l.contains(",N,"))
        .map(|l| format!("{l}\n"))
        .collect();
    case.write("log.csv", only).write("calls.csv", calls);
    run(&case, &["--no-cache"]);
    let page = case.read("out/report.md");
    assert!(page.contains("- **kept**: briefing: kept by all throughout April 2026."), "{page}");
    case.edit("evenhand.yaml", "evenhand: 1\n", "evenhand: 1\nlanguage: fr\n");
    run(&case, &["--no-cache"]);
    let page = case.read("out/report.md");
    assert!(
        page.contains("## Habitudes") && page.contains("briefing\u{a0}: chaque semaine. Responsable\u{a0}: Team lead")
    );
    assert!(case.read("out/report.html").contains("id=\"habits\""));
}

#[test]
fn persons_are_counted_and_not_named() {
    let case = case();
    case.edit(
        "evenhand.yaml",
        "    on_the_floor:",
        "    first_call: { every: day, source: calls, owner: Team lead }\n    on_the_floor:",
    );
    run(&case, &["--no-cache"]);
    let page = case.read("out/report.md");
    let part = page.split("## Habits").nth(1).unwrap().split("\n## ").next().unwrap();
    assert!(part.contains("first_call: 0 of 3 people kept it throughout April 2026"), "{part}");
    assert!(!part.contains("Ann") && !part.contains("Ben"), "{part}");
}

#[test]
fn nobody_sees_threads_and_caches() {
    let case = case();
    let files = |more: &[&str]| {
        run(&case, more);
        case.files("out")
    };
    let once = files(&["--no-cache", "--threads", "1"]);
    assert_eq!(once, files(&["--no-cache", "--threads", "2"]));
    assert_eq!(once, files(&[]));
    assert_eq!(once, files(&[]));
    case.edit("evenhand.yaml", "at_least: 1,", "at_least: 0.5,");
    case.edit("evenhand.yaml", "briefing: { every: week", "briefing: { every: month");
    let fresh = files(&["--no-cache"]);
    assert_ne!(once["scores.csv"], fresh["scores.csv"]);
    assert_eq!(fresh, files(&[]));
}

#[test]
fn what_a_cadence_cannot_tell_is_refused_with_a_way_out() {
    let wrong = |from: &str, to: &str, words: &[&str]| {
        let case = case();
        case.edit("evenhand.yaml", from, to);
        let ran = case.run(&["check", "."]);
        ran.says(words);
        ran.code
    };
    assert_eq!(
        wrong("briefing: { every: week", "briefing: { every: quarter", &["EH0251", "too short for this cadence"]),
        1
    );
    assert_eq!(wrong("every: week, level: unit", "every: week, level: units", &["`units`", "did you mean `unit`"]), 1);
    assert_eq!(wrong("briefing: { every: week", "briefing: { evry: week", &["did you mean `every`"]), 1);
    assert_eq!(
        wrong("  fast: {", "  briefing: { source: calls, count: true }\n  fast: {", &["`briefing` is made twice"]),
        1
    );
    assert_eq!(
        wrong(
            "  fast: {",
            "  t: { source: log, cadence: { every: week }, cause: person }\n  fast: {",
            &["EH0251", "`cause` means nothing here"]
        ),
        1
    );
    assert_eq!(wrong("floor: 25%, target: 100%", "floor: 25%, target: 4", &["EH0233"]), 1);
    assert_eq!(wrong("of: hours, at_least: 1", "of: hours, at_least: 0", &["a number above 0"]), 1);
    let sanction = "rules:\n  - { id: blame, recommend: sanction, for: { level: [unit] }, when: 'below_floor(\"brief\", 3, 4)' }\n";
    wrong("rules:\n", sanction, &["EH0436", "a sanction can't rest on `brief`: a cadence has no interval"]);
    wrong("every: week, level: unit", "every: week, level: organisation", &["EH0436", "asked of another level"]);
}

#[test]
fn a_sanction_never_rests_on_a_habit() {
    let case = case();
    let sanction = "rules:\n  - { id: blame, recommend: sanction, for: { level: [unit] }, when: 'brief.value < 0.5', accept_risk: { because: t, approved_by: t } }\n";
    case.edit("evenhand.yaml", "rules:\n", sanction);
    run(&case, &["--no-cache"]);
    let outcomes = case.table("out/recommendations.csv");
    assert!(outcomes.iter().all(|row| row["outcome"] != "sanction"), "{outcomes:?}");
    assert_eq!(find(&outcomes, &[("subject", "Loans"), ("period", "2026-03")])["outcome"], "develop");
}
