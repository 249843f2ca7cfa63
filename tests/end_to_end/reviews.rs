//! Observed reviews: weighted items, critical items, raters, and what no sanction may rest on; questions and alerts on the page.

use std::fmt::Write as _;

use crate::harness::{Case, find, number};

const WORKSPACE: &str = r#"
evenhand: 1
periods: { every: month }
as_of: 2026-04-30
levels: [person, organisation]
charter: { name: Reviews, version: "1", owner: Head of Service, customer: the account holder, effective: 2026-01-01, review_by: 2026-12-31 }
minimum: { records: 30 }
evidence: data/evidence.csv
sources:
  reviews:
    files: data/reviews.csv
    kind: observation
    id: review
    person: agent
    at: at
    rater: rater
    rated: call
    missing: [n/a]
    fields: { greeted: yes_no, listened: { type: number, decimals: 0 }, verified: yes_no }
  calls:
    files: data/calls.csv
    id: call
    person: agent
    at: at
    fields: { solved: yes_no }
measures:
  call_quality:
    source: reviews
    kind: subjective
    items:
      greeted: 1
      listened: { weight: 2, out_of: 5 }
      verified: { weight: 1, critical: true }
    critical: zero
  solved: { source: calls, kind: objective, share: solved }
standards:
  good_calls: { promise: We listen., measure: call_quality, floor: 75%, target: 85% }
  solve: { promise: We solve it., measure: solved, floor: 60%, target: 80% }
rules:
  - id: offends
    recommend: sanction
    when: below_floor("good_calls", 1, 2)
    accept_risk: { because: a pilot of two months, approved_by: the works council }
    corroborated_by: [solve]
"#;

/// `shift` is what the second rater takes off the first one's points; `swap` turns every third of its verdicts round.
fn case(shift: i64, swap: bool) -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", WORKSPACE.trim_start());
    let mut reviews = "review,agent,rater,call,at,greeted,listened,verified\n".to_owned();
    let mut calls = "call,agent,at,solved\n".to_owned();
    let mut n = 0;
    for month in [3, 4] {
        for (agent, points, missed) in [("A", 4, 8), ("B", 4, 4), ("C", 5, 20), ("D", 4, 3), ("E", 1, 0)] {
            for call in 0..40 {
                let at = format!("2026-{month:02}-{:02}", 1 + call % 28);
                let solved = if missed == 0 { call % 4 == 0 } else { call % missed != 0 };
                writeln!(calls, "{agent}{month}{call},{agent},{at},{}", if solved { "yes" } else { "no" }).unwrap();
                for rater in ["R1", "R2"] {
                    n += 1;
                    let own = (points + i64::from(call % 2 == 0 && points < 5) - if rater == "R2" { shift } else { 0 })
                        .max(0);
                    let own = if swap && rater == "R2" { (own * 7 + call * 3) % 6 } else { own };
                    let greeted = ["yes", "n/a", "yes"][call as usize % 3];
                    let verified = if agent == "B" && call == 0 { "no" } else { "yes" };
                    writeln!(reviews, "{n},{agent},{rater},{agent}{month}{call},{at},{greeted},{own},{verified}")
                        .unwrap();
                }
            }
        }
    }
    case.write("data/reviews.csv", reviews).write("data/calls.csv", calls);
    let mut evidence = "person,kind,standard,from,to,step,ref\n".to_owned();
    evidence.push_str("E,communicated,,2026-01-01,,,\nE,support,,2026-01-10,2026-02-10,,\n");
    case.write("data/evidence.csv", evidence);
    case
}

/// The gate of the sanction's rule in `recommendations.jsonl`.
fn gate(case: &Case, name: &str) -> (String, String) {
    let line = case.read("out/recommendations.jsonl");
    let person = line.lines().find(|l| l.contains(r#""subject":"E""#)).unwrap();
    let object: serde_json::Value = serde_json::from_str(person).unwrap();
    let gates = object["tried"][0]["gates"].as_array().unwrap();
    let gate = gates.iter().find(|g| g["name"] == name).unwrap();
    (gate["verdict"].as_str().unwrap().into(), gate["figure"].as_str().unwrap().into())
}

#[test]
fn weighted_items_without_those_that_do_not_apply() {
    let case = case(0, false);
    case.run(&["run", ".", "--details", "all"]).ok();
    let rows = case.table("out/scores.csv");
    let row = |subject: &str, measure: &str| {
        find(&rows, &[("level", "person"), ("subject", subject), ("measure", measure)]).clone()
    };
    // C gets 5 of 5 points and is greeted and verified, or greeting doesn't apply: full marks either way.
    assert_eq!(number(&row("C", "call_quality"), "value"), 1.0);
    assert_eq!(row("C", "call_quality_greeted")["n"], "54", "a third leaves the denominator");
    // A: 4 or 5 of 5 points. Greeted: (1 + 2·.8 + 1)/4 = .9 and 1; not: (2·.8 + 1)/3 = .8667 and 1.
    let expected: f64 = (0..40)
        .map(|call| match (call % 2 == 0, call % 3 == 1) {
            (true, _) => 1.0,
            (false, false) => 3.6 / 4.0,
            (false, true) => 2.6 / 3.0,
        })
        .sum::<f64>()
        / 40.0;
    assert!((number(&row("A", "call_quality"), "value") - expected).abs() < 1e-6);
    // B failed the identity check in one call, which both raters saw: two of 80 reviews score nothing.
    assert!((number(&row("B", "call_quality_critical"), "value") - 2.0 / 80.0).abs() < 1e-12);
    assert!((number(&row("B", "call_quality"), "value") - (expected * 40.0 - 1.0) / 40.0).abs() < 1e-6);
    let object = case.read("out/recommendations.jsonl");
    assert!(object.contains("a critical item failed in 2 of 80 reviews; such a review scores at most 0%"));
    let page = case.read("out/report.html");
    assert!(page.contains("A critical item failed in 2 of 400 reviews"), "reported apart");
}

#[test]
fn raters_who_agree_let_a_sanction_through_and_others_do_not() {
    let agreed = case(0, false);
    agreed.run(&["run", ".", "--details", "all"]).ok();
    let (verdict, figure) = gate(&agreed, "rater_agreement");
    assert_eq!(verdict, "pass", "{figure}");
    assert!(figure.contains("intraclass correlation"), "{figure}");
    let people = agreed.table("out/recommendations.csv");
    assert_eq!(find(&people, &[("level", "person"), ("subject", "E")])["outcome"], "sanction");

    let apart = case(0, true);
    let ran = apart.run(&["run", ".", "--details", "all"]).ok();
    ran.says(&["EH0613", "agree too little"]);
    let (verdict, figure) = gate(&apart, "rater_agreement");
    assert_eq!(verdict, "fail", "{figure}");
    let people = apart.table("out/recommendations.csv");
    assert!(people.iter().all(|r| r["outcome"] != "sanction"), "below .667 nothing can feed a sanction");
    assert!(apart.read("out/report.html").contains("too little for any sanction"));
}

#[test]
fn a_lenient_rater_is_shown_with_raw_and_adjusted_scores() {
    let case = case(1, false);
    case.run(&["run", "."]).ok();
    let run = case.json("out/run.json");
    let quality = run["raters"].as_array().unwrap().iter().find(|r| r["measure"] == "call_quality").unwrap();
    let leniency: Vec<f64> =
        quality["leniency"].as_array().unwrap().iter().map(|r| r["leniency"].as_f64().unwrap()).collect();
    assert!(leniency[0] > 0.05 && (leniency[0] + leniency[1]).abs() < 1e-9, "{leniency:?}");
    let page = case.read("out/report.html");
    assert!(page.contains("As rated") && page.contains("Adjusted") && page.contains("R1"));
    // Raters who share nobody can't be told apart from the people they rate.
    let text = case.read("data/reviews.csv");
    let split: String = text
        .lines()
        .filter(|l| l.starts_with("review") || (l.contains(",R1,") == (l.contains(",A,") || l.contains(",B,"))))
        .fold(String::new(), |all, line| all + line + "\n");
    case.write("data/reviews.csv", split);
    case.run(&["run", "."]).ok();
    assert!(case.read("out/report.html").contains("some raters share nobody"));
}

#[test]
fn a_faulty_scorecard_says_what_is_wrong() {
    let case = case(0, false);
    case.edit("evenhand.yaml", "verified: { weight: 1, critical: true }", "verified: { weight: 0, critcal: true }");
    case.edit("evenhand.yaml", "critical: zero", "critical: never");
    let ran = case.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["unknown key `critcal`", "did you mean `critical`?", "`report`, `zero` or a percentage"]);
    let case = self::case(0, false);
    case.edit("evenhand.yaml", "    critical: zero\n", "    critical: zero\n    mean: listened\n");
    case.run(&["check", "."]).says(&["computes both `items` and `mean`"]);
    let case = self::case(0, false);
    case.edit("evenhand.yaml", "greeted: 1", "greeting: 1");
    let ran = case.run(&["check", "."]);
    ran.says(&["unknown name `greeting`", "known here: `as_of`, `greeted`"]);
    assert_eq!(
        ran.out.matches("unknown name").count() + ran.err.matches("unknown name").count(),
        1,
        "said once, at the item"
    );
}

/// C25: 90 % falling to 75 % on 100 records each is an alert to act on the page, at 20 each too few to say.
#[test]
fn c25_a_fall_reaches_the_report_as_an_alert() {
    for (n, words) in [(100, "The change is real"), (40, "It may be chance"), (20, "Nothing can be said yet")] {
        let case = Case::new();
        case.write("evenhand.yaml", FALL);
        let mut rows = "id,at,happy\n".to_owned();
        for (month, kept) in [(3, n * 9 / 10), (4, n * 3 / 4)] {
            for i in 0..n {
                writeln!(rows, "{month}{i},2026-{month:02}-{:02},{}", 1 + i % 28, if i < kept { "yes" } else { "no" })
                    .unwrap();
            }
        }
        case.write("data/answers.csv", rows);
        case.run(&["run", "."]).ok();
        let page = case.read("out/report.md");
        assert!(
            page.contains("went from 90% in March 2026 to 75% in April 2026") && page.contains(words),
            "{n}\n{page}"
        );
    }
}

const FALL: &str = r#"evenhand: 1
periods: { every: month }
as_of: 2026-04-30
levels: [organisation]
charter: { name: Falls, version: "1", owner: Head of Service, customer: the account holder }
minimum: { records: 10 }
sources: { answers: { files: data/answers.csv, kind: customer_response, id: id, at: at, fields: { happy: yes_no } } }
measures: { happy: { source: answers, kind: objective, share: happy } }
standards: { please: { promise: You leave happy., measure: happy, floor: 50%, target: 80%, baseline: previous } }
rules: [{ id: help, recommend: develop, when: score < 80 }]
"#;

/// C18: a channel with traffic but no measure is flagged, and so is one that the charter forgot.
#[test]
fn c18_a_channel_with_traffic_and_no_measure() {
    let case = Case::new();
    let text = FALL
        .replace("kind: customer_response", "kind: record")
        .replace("{ happy: yes_no }", "{ happy: yes_no, channel: text }");
    let text = text.replace("share: happy }", "share: happy, where: channel == \"phone\" }");
    case.write(
        "evenhand.yaml",
        text.replace("customer: the account holder }", "customer: the payer, channels: [phone, chat, office] }"),
    );
    case.write(
        "data/answers.csv",
        "id,at,happy,channel\n1,2026-04-01,yes,phone\n2,2026-04-02,no,chat\n3,2026-04-03,no,letter\n",
    );
    let ran = case.run(&["check", ".", "--data"]);
    ran.says(&[
        "EH0422",
        "nothing is measured on the channel `chat`",
        "one record came on a channel that the charter doesn't name",
    ]);
    let all = format!("{}{}", ran.out, ran.err);
    assert!(!all.contains("channel `phone`") && !all.contains("channel `office`"), "{all}");
    case.run(&["run", "."]).ok();
    assert!(!case.read("out/scores.csv").contains("traffic"), "counts of traffic are no figures");
}

/// The titles of protected attributes are known whatever kind of file they stand in.
#[test]
fn a_protected_attribute_can_not_be_named_in_any_kind_of_file() {
    for (name, text) in
        [("protected.csv", "person,gender\nA,f\n"), ("protected.jsonl", "{\"person\":\"A\",\"gender\":\"f\"}\n")]
    {
        let case = Case::new();
        let text_of = FALL.replace(
            "rules: [{ id: help, ",
            &format!("protected: {name}\nrules: [{{ id: help, for: {{ gender: [f] }}, "),
        );
        case.write("evenhand.yaml", text_of).write(name, text);
        case.write("data/answers.csv", "id,at,happy\n1,2026-04-01,yes\n");
        let ran = case.run(&["check", "."]);
        assert_eq!(ran.code, 1, "{name}");
        ran.says(&["`gender` is a protected attribute"]);
        assert_eq!(case.run(&["run", "."]).code, 2, "{name}");
    }
}

/// A flag of the impact audit is an answer that somebody must act on.
#[test]
fn impact_exits_with_one_when_it_flags() {
    let case = Case::new();
    let text = FALL.replace("[organisation]", "[person]").replace("id: id, at", "id: id, person: who, at");
    let text = text
        .replace("recommend: develop, when: score < 80", "recommend: develop, offer: true, when: please.value < 0.5");
    case.write("evenhand.yaml", format!("{text}protected: protected.csv\n"));
    let (mut rows, mut people) = ("id,who,at,happy\n".to_owned(), "person,group\n".to_owned());
    for i in 0..80 {
        let (group, bad) = if i < 40 { ("a", i < 2) } else { ("b", i < 70) };
        writeln!(people, "P{i:02},{group}").unwrap();
        for r in 0..12 {
            writeln!(rows, "{i}-{r},P{i:02},2026-04-{:02},{}", r + 1, if bad { "no" } else { "yes" }).unwrap();
        }
    }
    case.write("data/answers.csv", rows).write("protected.csv", people);
    let ran = case.run(&["impact", "."]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    ran.says(&["FLAGGED"]);
}
