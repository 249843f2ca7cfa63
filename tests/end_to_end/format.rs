//! What the format promises, held against the program: each case a small workspace and one sentence of the format.

use crate::harness::{Case, find as row};

const HEAD: &str = r#"evenhand: 1
zone: UTC
periods: { every: month }
as_of: 2026-01-31
levels: [person]
charter: { name: C, version: "1", effective: 2020-01-01, review_by: 2036-12-31, owner: Head, customer: the customer who pays }
minimum: { records: 1, accept_risk: { because: t, approved_by: t } }
"#;

const RULE: &str = "rules: [ { id: r, recommend: develop, when: score < 80 } ]\n";

/// A workspace of these sections with one data file.
fn case(sections: &str, data: &str) -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", format!("{HEAD}{sections}")).write("data/a.csv", data);
    case
}

/// One measure `m` with this form over columns `x` (number), `due` and `done` (times), and a standard `s` on it.
fn measured(form: &str, standard: &str, data: &str) -> Case {
    let sections = format!(
        "sources:\n  a: {{ files: data/a.csv, id: id, person: p, at: at, fields: {{ x: number, due: time, done: time }} }}\n\
         measures:\n  m: {{ source: a, kind: objective, {form} }}\n\
         standards:\n  s: {{ promise: P., measure: m, {standard} }}\n{RULE}"
    );
    case(&sections, data)
}

const FIELDS: &str = "id,p,at,x,due,done\n";

#[test]
fn a_breach_is_said_on_the_screen_and_in_run_json_and_leaves_no_figure() {
    let case = measured("mean: f(x)", "target: 80", &format!("{FIELDS}1,A,2026-01-05,900000,,\n"));
    case.write("f.rhai", "fn f(x) { let i = 0; while i < x { i += 1; } i }");
    let ran = case.run(&["run", ".", "--no-cache"]).ok();
    ran.says(&["EH0", "measure `m` could not be evaluated", "function `f`", "250,000 operations"]);
    let failure = case.json("out/run.json")["failures"][0]["message"].to_string();
    assert!(failure.contains("function `f`") && failure.contains("250,000"), "{failure}");
    let scores = case.table("out/scores.csv");
    let found = row(&scores, &[("subject", "A"), ("standard", "s")]);
    assert_eq!((found["state"].as_str(), found["n"].as_str()), ("failed", "0"));
    for figure in ["raw", "value", "lower", "upper", "estimate", "points"] {
        assert_eq!(found[figure], "", "{figure} of a measure that failed");
    }
    let outcomes = case.table("out/recommendations.csv");
    assert_eq!(row(&outcomes, &[("subject", "A")])["outcome"], "undecided");
    assert!(case.read("out/report.md").contains("250,000"));
}

#[test]
fn a_breach_of_a_rule_is_said_by_run_and_by_check() {
    let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,9,,\n"));
    case.edit("evenhand.yaml", "when: score < 80", "when: big(s.value) > 1");
    case.write("f.rhai", "fn big(x) { let i = 0; while i > -1 { i += 1; } i }");
    for verb in [&["run", ".", "--no-cache"][..], &["check", "--data", "."]] {
        case.run(verb).says(&["rule `r` could not be evaluated", "function `big`"]);
    }
}

#[test]
fn a_large_number_is_kept_to_the_last_decimal() {
    let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,2000000000,,\n"));
    case.run(&["run", ".", "--no-cache"]).ok();
    assert_eq!(row(&case.table("out/scores.csv"), &[("subject", "A")])["value"], "2000000000");
}

#[test]
fn as_of_is_the_end_of_its_own_day() {
    let holds = "share: 'date(as_of) == date(\"2026-01-31\") && weekday(as_of) == 6 && as_of < \"2026-02-01\"'";
    let case = measured(holds, "target: 80%", &format!("{FIELDS}1,A,2026-01-31 23:59:59,1,,\n"));
    case.edit("evenhand.yaml", "when: score < 80", "when: 'date(as_of) == \"2026-01-31\"'");
    case.run(&["run", ".", "--no-cache"]).ok();
    assert_eq!(row(&case.table("out/scores.csv"), &[("subject", "A")])["value"], "1");
    // The rule's `as_of` is the same: it holds, and no reading is below its target.
    assert!(
        case.read("out/recommendations.csv").contains(",r,") || case.read("out/recommendations.csv").contains("none")
    );
}

#[test]
fn open_cases_that_are_due_tomorrow_are_not_due_and_work_done_on_the_due_day_is_kept() {
    // The guide's recipe for a due day without a time.
    let form = "not_applicable: is_missing(due), not_due: is_missing(done) && due > as_of, \
                share: '!is_missing(done) && date(done) <= due'";
    let data = "1,A,2026-01-05,,2026-01-31,\n2,B,2026-01-05,,2026-02-01,\n3,D,2026-01-05,,2026-01-31,2026-01-31 10:00\n\
                4,E,2026-01-05,,2026-01-20,2026-01-21 00:00\n";
    let case = measured(form, "target: 80%", &format!("{FIELDS}{data}"));
    case.run(&["run", ".", "--no-cache"]).ok();
    let scores = case.table("out/scores.csv");
    let of = |who: &str| {
        let found = row(&scores, &[("subject", who)]);
        (found["state"].clone(), found["value"].clone())
    };
    assert_eq!(of("A"), ("measured".into(), "0".into()), "open, and its day is over");
    assert_eq!(of("B").0, "not_due");
    assert_eq!(of("D"), ("measured".into(), "1".into()));
    assert_eq!(of("E"), ("measured".into(), "0".into()));
}
