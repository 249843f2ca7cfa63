//! What a charter covers and how good it is: importance, awards, coverage, balance, raters and anchors, diagnosis.

use std::fmt::Write as _;

use crate::harness::{Case, find, number};

const WORKSPACE: &str = r#"evenhand: 1
periods: { every: month }
as_of: 2026-04-30
levels: [person, department, organisation]
charter:
  name: Service
  version: "1"
  effective: 2026-01-01
  review_by: 2026-12-31
  owner: Head of Service
  customer: the payer
people: { file: data/people.csv }
minimum: { records: 10 }
sources:
  calls:
    files: data/calls.csv
    id: id
    person: agent
    at: at
    fields: { wait: number, channel: text, solved: yes_no }
  reviews:
    files: data/reviews.csv
    kind: observation
    id: id
    person: agent
    at: at
    rater: rater
    rated: call
    fields: { polite: yes_no }
measures:
  fast: { source: calls, kind: objective, share: wait <= 20 }
  solved: { source: calls, kind: objective, share: solved }
  kind: { source: reviews, kind: subjective, share: polite }
standards:
  answer: { promise: We answer fast., measure: fast, phase: before, perspective: customer, floor: 40%, target: 60%, weight: 2 }
  solve: { promise: We solve it., measure: solved, phase: after, perspective: customer, floor: 40%, target: 60% }
  be_kind: { promise: We are kind., measure: kind, quality: politeness, phase: during, perspective: employee, floor: 40%, target: 60% }
rules:
  - { id: keeps, recommend: reward, when: 'met("answer") && met("solve")' }
  - { id: help, recommend: develop, when: score < 80 }
"#;

/// A answers all calls in time and solves half; B the reverse; C does everything well; D nothing. The edits change the workspace.
fn case(edits: &[(&str, &str)]) -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", WORKSPACE);
    for (from, to) in edits {
        case.edit("evenhand.yaml", from, to);
    }
    let mut people = "id,name,role,contact,department,unit,from,to\n".to_owned();
    let mut calls = "id,agent,at,wait,channel,solved\n".to_owned();
    let mut reviews = "id,agent,at,rater,call,polite\n".to_owned();
    for (agent, fast, good) in [("A", 1, 2), ("B", 2, 1), ("C", 1, 1), ("D", 9, 9)] {
        writeln!(people, "{agent},Agent {agent},adviser,contactor,Cards,,,").unwrap();
        for month in 1..=4 {
            for call in 0..40 {
                let at = format!("2026-{month:02}-{:02}", 1 + call % 28);
                let (wait, solved) = (if call % fast == 0 { 10 } else { 60 }, call % good == 0);
                let solved = if solved { "yes" } else { "no" };
                writeln!(calls, "{agent}{month}{call},{agent},{at},{wait},phone,{solved}").unwrap();
                if call < 20 {
                    let rater = if call % 2 == 0 { "R1" } else { "R2" };
                    writeln!(reviews, "r{agent}{month}{call},{agent},{at},{rater},{agent}{month}{call},{solved}")
                        .unwrap();
                }
            }
        }
    }
    case.write("data/people.csv", people).write("data/calls.csv", calls).write("data/reviews.csv", reviews);
    case
}

const OWNER: &str = "  owner: Head of Service\n";

/// The charter gets one more key.
fn charter(key: &str) -> (&'static str, String) {
    (OWNER, format!("{OWNER}  {key}\n"))
}

fn with_charter(key: &str) -> Case {
    let (from, to) = charter(key);
    case(&[(from, &to)])
}

fn score(case: &Case, subject: &str) -> f64 {
    let rows = case.table("out/recommendations.csv");
    number(find(&rows, &[("level", "person"), ("subject", subject), ("period", "2026-04")]), "score")
}

#[test]
fn c36_customers_weights_are_set_beside_the_scores_and_used_on_demand() {
    let plain = case(&[]);
    plain.run(&["run", "."]).ok();
    assert!(!plain.read("out/report.html").contains("What customers value"));

    let survey = "measured: 2026-01-15, asked: 412, weights: { answer: 1, solve: 5, be_kind: 4 }";
    let beside = with_charter(&format!("importance: {{ {survey} }}"));
    let ran = beside.run(&["check", "."]).ok();
    ran.says(&[
        "EH0470",
        "customers give `answer` 10 % of the weight, the score 50 %",
        "40 points apart, more than 10",
        "customers give `solve` 50 % of the weight, the score 25 %",
        "use: weights",
    ]);
    beside.run(&["run", "."]).ok();
    assert_eq!(score(&beside, "A"), score(&plain, "A"), "said, not done");
    let page = beside.read("out/report.html");
    assert!(page.contains("Asked on 15 January 2026, 412 customers said"), "{page}");
    assert!(page.contains("“We solve it” matters more to customers (50%) than it counts in the score (25%)."));
    let wide = with_charter(&format!("importance: {{ {survey}, mismatch: 41 points }}"));
    assert!(!wide.run(&["check", "."]).ok().err.contains("EH0470"));

    let used = with_charter(&format!("importance: {{ {survey}, use: weights }}"));
    assert!(!used.run(&["check", "."]).ok().err.contains("EH0470"));
    used.run(&["run", "."]).ok();
    // A: fast 100, solved and kind 50 % of 60 %: halfway from floor to target, 50 points. Weights 2 1 1, then 1 5 4.
    assert!((score(&plain, "A") - 75.0).abs() < 1e-6, "{}", score(&plain, "A"));
    assert!((score(&used, "A") - 55.0).abs() < 1e-6, "{}", score(&used, "A"));
    assert!(used.read("out/report.html").contains("The score takes the weights that customers gave."));
}

#[test]
fn c36_mistakes_in_a_survey_have_a_place_and_a_way_out() {
    let unknown = with_charter("importance: { measured: 2026-01-15, weights: { answr: 1 } }");
    let ran = unknown.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["evenhand.yaml:11", "unknown standard `answr`", "did you mean `answer`?"]);
    let wrong = [
        ("importance: { weights: { answer: 1 } }", "needs `measured`"),
        ("importance: { measured: 2026-02-31 }", "EH0205"),
        ("importance: { measured: 2026-01-15, use: weights }", "`weights` is missing beside it"),
        ("importance: { measured: 2026-01-15, use: weight, weights: { answer: 1 } }", "EH0206"),
        ("importance: { measured: 2026-01-15, mismatch: a lot }", "mismatch: 10 points"),
        ("importance: { measured: 2026-01-15, weights: { answer: heavy } }", "EH0204"),
        ("importance: { measured: 2026-01-15, wieghts: { answer: 1 } }", "did you mean `weights`?"),
    ];
    for (key, message) in wrong {
        let ran = with_charter(key).run(&["check", "."]);
        assert_eq!(ran.code, 1, "{key}");
        ran.says(&[message]);
    }
    let own = case(&[("weight: 2 }", "weight: 2, importance: { measured: 2026-01-15, weight: much } }")]);
    own.run(&["check", "."]).says(&["EH0204", "much"]);
}

#[test]
fn c34_a_survey_of_long_ago_is_called_that() {
    let old = with_charter("importance: { measured: 2024-06-01, weights: { answer: 2, solve: 1, be_kind: 1 } }");
    let ran = old.run(&["check", "."]).ok();
    ran.says(&["customers were last asked on 2024-06-01, more than 18 months before 2026-04-30"]);
    assert!(!ran.err.contains("nothing says that customers were asked"), "{}", ran.err);
    let later = with_charter("importance: 2026-05-02").run(&["check", "."]).ok();
    later.says(&["customers were asked on 2026-05-02, after 2026-04-30"]);
}

/// The nine points as standards of the two measures; the last word is about `last`.
fn nine(last: &str, rule: &str) -> Case {
    let points = "commitment_to_time ability_to_change politeness truthfulness promises_kept quality problem_solving adding_value improvement";
    let mut standards = String::from("standards:\n");
    for (i, point) in points.split(' ').enumerate() {
        let quality = if i == 8 { last } else { point };
        let measure = if i == 0 { "fast" } else { "solved" };
        writeln!(
            standards,
            "  p{i}: {{ promise: We do., measure: {measure}, quality: {quality}, floor: 40%, target: 60% }}"
        )
        .unwrap();
    }
    let case = case(&[]);
    let text = case.read("evenhand.yaml");
    let head = text.split("standards:\n").next().unwrap();
    case.write(
        "evenhand.yaml",
        format!("{head}{standards}rules:\n  - {rule}\nreports: [certificate.html, report.html]\n"),
    );
    case
}

fn outcome(case: &Case, subject: &str) -> String {
    let rows = case.table("out/recommendations.csv");
    find(&rows, &[("level", "person"), ("subject", subject), ("period", "2026-04")])["outcome"].clone()
}

#[test]
fn c52_an_award_for_excellence_asks_for_all_nine_points() {
    let rule = "{ id: best, recommend: reward, when: 'met(\"p0\")', award: excellence, action: day off }";
    let all = nine("improvement", rule);
    assert!(!all.run(&["check", "."]).ok().out.contains("EH0471"));
    all.run(&["run", ".", "--details", "all"]).ok();
    assert_eq!((outcome(&all, "C"), outcome(&all, "A")), ("reward".into(), "none".into()), "A solves half");
    let letter = all.files("out/letters").into_values().next().unwrap();
    assert!(String::from_utf8(letter).unwrap().contains("for excellence: all nine points proven"));
    let lines = all.read("out/recommendations.jsonl");
    assert!(
        lines.contains("1 of the 9 points of excellence are proven; not proven beyond the target: ability to change"),
        "{lines}"
    );

    let eight = nine("quality", rule);
    eight.run(&["check", "."]).ok().says(&["EH0471", "nobody can be given the award `best`", "`improvement`"]);
    eight.run(&["run", ".", "--details", "all"]).ok();
    assert_eq!(outcome(&eight, "C"), "none");
    assert!(eight.read("out/recommendations.jsonl").contains("no standard is about improvement"));

    let named = nine("improvement", "{ id: excellence_award, recommend: reward, when: 'met(\"p0\")' }");
    named.run(&["check", "."]).ok().says(&["EH0471", "write `award: excellence` at the rule"]);
    named.run(&["run", "."]).ok();
    assert_eq!(outcome(&named, "A"), "reward", "said, not forbidden");
    let off = nine("improvement", &rule.replace("reward, when", "develop, when"));
    let ran = off.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["only a reward can be an award"]);
}

#[test]
fn c31_to_c33_what_the_charter_covers_is_shown() {
    let tagged = case(&[
        (
            "fast: { source: calls, kind: objective,",
            "fast: { source: calls, kind: objective, purpose: focus, tags: [productivity],",
        ),
        (OWNER, "  owner: Head of Service\n  waivers: { sales: we sell nothing }\n"),
    ]);
    let ran = tagged.run(&["check", "."]).ok();
    ran.says(&["EH0473", "without `purpose:` are `solved`, `kind`", "the charter doesn't say on which channels"]);
    ran.says(&["warning[EH0414]"]);
    tagged.run(&["run", "."]).ok();
    let covered = &tagged.json("out/run.json")["coverage"];
    assert_eq!(covered["objective"]["productivity"]["by"][0], "answer");
    assert_eq!(covered["objective"]["sales"]["waiver"], "we sell nothing");
    assert_eq!(covered["purpose"]["focus"]["by"][0], "answer");
    assert_eq!(covered["nine_points"]["politeness"]["by"][0], "be_kind");
    assert_eq!(covered["basics"]["honesty"]["by"].as_array().map(Vec::len), Some(0));
    let page = tagged.read("out/report.html");
    assert!(page.contains("What the charter covers") && page.contains("left out on purpose: we sell nothing"));

    let slip = case(&[(
        "kind: objective, share: solved",
        "kind: objective, share: solved, tags: [productivitee, relations, house]",
    )]);
    let ran = slip.run(&["check", "."]).ok();
    ran.says(&["did you mean `productivity`?", "`relations` is what an observed measure is about"]);
    assert!(!ran.out.contains("`house`"), "another word is the author's own");
    slip.run(&["run", "."]).ok();
    assert_eq!(
        slip.json("out/run.json")["coverage"]["subjective"]["relations"]["by"].as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn words_that_are_none_are_refused_where_they_stand() {
    let calls = "fields: { wait: number, channel: text, solved: yes_no }";
    let cause = |text: &str| case(&[(calls, &format!("{calls}\n    cause: {text}"))]);
    let ran = cause(r#"'"weather"'"#).run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["EH0206", "`weather` is not a word that `cause` takes"]);
    let branch = cause(r#"'if wait > 60 { "systems" } else { "person" }'"#).run(&["check", "."]);
    assert_eq!(branch.code, 1);
    branch.says(&["did you mean `system`?"]);
    cause(r#"'if wait > 60 { "system" } else { "person" }'"#).run(&["check", "."]).ok();
    let resource = case(&[("weight: 2 }", "weight: 2, resource: tactic }")]).run(&["check", "."]);
    assert_eq!(resource.code, 1);
    resource.says(&["did you mean `tactics`?"]);
}

#[test]
fn a_resource_and_a_beneficiary_at_the_measure_stand_for_the_standards() {
    let edit =
        ("solved: { source: calls, kind: objective,", "solved: { source: calls, kind: objective, resource: procedure,");
    let case_ = case(&[edit]);
    case_.run(&["run", ".", "--details", "all"]).ok();
    assert!(case_.read("out/recommendations.jsonl").contains("looked at first: the procedure"));
    let inside = case(&[(
        "kind: { source: reviews, kind: subjective,",
        "kind: { source: reviews, kind: subjective, beneficiary: the finance desk,",
    )]);
    let ran = inside.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["EH0404", "standard `be_kind` serves only `the finance desk`"]);
}
