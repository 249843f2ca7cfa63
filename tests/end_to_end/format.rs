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
    case.run(&["run", ".", "--no-cache"]).ok();
    assert_eq!(row(&case.table("out/scores.csv"), &[("subject", "A")])["value"], "1");
    // The `as_of` of rules is the same.
    let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-31,9,,\n"));
    case.edit("evenhand.yaml", "when: score < 80", "when: 'date(as_of) == \"2026-01-31\"'");
    case.run(&["run", ".", "--no-cache"]).ok();
    assert_eq!(row(&case.table("out/recommendations.csv"), &[("subject", "A")])["outcome"], "develop");
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

#[test]
fn without_a_report_there_are_no_letters_either() {
    let case = measured("mean: x", "target: 10%", &format!("{FIELDS}1,A,2026-01-05,9,,\n"));
    let letters = "reports: [ report.html, { template: letter.html, for: { level: [person] } } ]\n";
    let text = case.read("evenhand.yaml").replace("target: 10%", "target: 80") + letters;
    case.write("evenhand.yaml", text);
    case.run(&["run", "."]).ok();
    assert!(case.files("out").keys().any(|name| name.contains("letters/")), "the case has a letter");
    case.run(&["run", ".", "--no-report"]).ok();
    let left: Vec<String> =
        case.files("out").into_keys().filter(|n| n.contains("letters") || n.contains("report")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_target_in_the_data_on_the_wrong_side_of_its_floor_is_named_and_nobody_is_scored_on_it() {
    let sections = "sources:\n  a: { files: data/a.csv, id: id, person: p, at: at, fields: { x: number, f: number, t: number } }\n\
                    measures:\n  m: { source: a, kind: objective, mean: x }\n\
                    standards:\n  s: { promise: P., measure: m, floor: f, target: t }\n";
    let rows = "1,A,2026-01-05,25,30,20\n2,B,2026-01-05,25,20,20\n3,C,2026-01-05,25,10,20\n";
    let case = case(&format!("{sections}{RULE}"), &format!("id,p,at,x,f,t\n{rows}"));
    let ran = case.run(&["run", ".", "--no-cache"]).ok();
    ran.says(&["EH0704", "for 2 subjects and periods", "person `A` in 2026-01: floor 30, target 20", "person `B`"]);
    let scores = case.table("out/scores.csv");
    for (who, state, points) in [("A", "not_applicable", ""), ("B", "not_applicable", ""), ("C", "measured", "100")] {
        let found = row(&scores, &[("subject", who)]);
        assert_eq!((found["state"].as_str(), found["points"].as_str()), (state, points), "{who}");
    }
    case.run(&["check", "--data", "."]).says(&["EH0704"]);
}

/// A workspace over a base of the same data, with these lines added.
fn over_base(more: &str) -> Case {
    let case = Case::new();
    let base = format!(
        "{HEAD}sources:\n  a: {{ files: a.csv, id: id, person: p, at: at, fields: {{ x: number }} }}\n\
         measures:\n  m: {{ source: a, kind: objective, mean: x }}\n\
         standards:\n  s: {{ promise: P., measure: m, floor: 1, target: 80 }}\n\
         rules: [ {{ id: a, recommend: develop, when: score < 80, because: the words of the base }}, {{ id: b, recommend: reward, when: score > 80 }} ]\n"
    );
    case.write("base/evenhand.yaml", base).write("base/a.csv", "id,p,at,x\n1,A,2026-01-05,9\n");
    case.write("over/evenhand.yaml", format!("evenhand: 1\nextends: ../base\n{more}"));
    case
}

#[test]
fn a_rule_of_an_overlay_changes_what_it_names_and_keeps_the_rest() {
    let case = over_base("rules: [ { id: a, when: score < 90 } ]\n");
    case.run(&["run", "over", "--no-cache"]).ok();
    let outcomes = case.table("over/out/recommendations.csv");
    assert_eq!((outcomes[0]["rule"].as_str(), outcomes[0]["outcome"].as_str()), ("a", "develop"));
    assert!(case.read("over/out/recommendations.jsonl").contains("the words of the base"));
    let shown = case.run(&["show", "over"]).ok().out;
    assert!(shown.contains("score < 90") && !shown.contains("score < 80"), "{shown}");
    assert!(shown.find("id: a") < shown.find("id: b"), "the order of the base stays: {shown}");
    // A key is taken out by name, a rule by its own.
    let case = over_base("rules: [ { id: a, because: !remove }, !remove b ]\n");
    case.run(&["run", "over", "--no-cache"]).ok();
    assert!(!case.read("over/out/recommendations.jsonl").contains("the words of the base"));
}

#[test]
fn an_overlay_outside_its_time_is_said() {
    let overlay = |time: &str| over_base(&format!("overlay: {{ owner: Ops, because: new phones, {time} }}\n"));
    for verb in [&["run", "over", "--no-cache"][..], &["check", "over"], &["check", "--data", "over"]] {
        let ended = overlay("to: 2025-06-01").run(verb);
        ended.says(&["EH0427", "the overlay ended on 2025-06-01, and 2026-01-31 is judged by it"]);
        overlay("from: 2026-02-01").run(verb).says(&["EH0427", "the overlay begins on 2026-02-01"]);
        let held = overlay("from: 2026-01-31, to: 2026-01-31").run(verb);
        assert!(!held.err.contains("EH0427") && !held.out.contains("EH0427"), "its first and last day are in it");
    }
    let check = overlay("to: 2025-06-01").run(&["check", "--data", "over"]);
    assert_eq!(check.out.matches("EH0427").count(), 1, "said once:\n{}", check.out);
}

#[test]
fn the_period_of_a_source_is_one_of_the_workspace() {
    let case = |every: &str, period: &str| {
        let case = measured("mean: x", "target: 80", "id,p,x,due,done\n1,A,9,,\n");
        case.edit("evenhand.yaml", "every: month", &format!("every: {every}"));
        case.edit("evenhand.yaml", "at: at", &format!("period: {period}"));
        case.edit("evenhand.yaml", "as_of: 2026-01-31", "as_of: 2026-12-31");
        case
    };
    case("quarter", "2017-Q9").run(&["check", "."]).says(&["there is no period `2017-Q9`"]);
    case("month", "2017").run(&["check", "."]).says(&["`2017` is a year, not a month"]);
    case("week", "2017-W60").run(&["check", "."]).says(&["there is no period `2017-W60`"]);
    for (every, period) in [
        ("quarter", "2017-Q4"),
        ("month", "2017-02"),
        ("year", "2017"),
        ("week", "2017-W05"),
        ("day", "2017-02-03"),
        ("all", "2017"),
    ] {
        case(every, period).run(&["run", ".", "--no-cache"]).ok();
    }
}

#[test]
fn the_start_of_a_year_is_for_years() {
    for every in ["quarter", "month", "week"] {
        let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,9,,\n"));
        case.edit("evenhand.yaml", "{ every: month }", &format!("{{ every: {every}, starts: 02-01 }}"));
        let checked = case.run(&["check", "."]);
        checked.says(&["`starts` goes with `every: year` alone"]);
        assert_eq!(checked.code, 1);
    }
}

#[test]
fn one_stray_byte_sets_its_own_row_aside() {
    let mut data = FIELDS.as_bytes().to_vec();
    data.extend("1,Jérôme,2026-01-05,9,,\n2,Jérôme,2026-01-06,9,,\n".as_bytes());
    data.extend(b"3,Zo\xEB,2026-01-05,9,,\n");
    let case = measured("mean: x", "target: 80", FIELDS);
    case.write("data/a.csv", data);
    case.run(&["run", ".", "--no-cache"]).ok();
    let people: Vec<String> = case.table("out/recommendations.csv").iter().map(|r| r["subject"].clone()).collect();
    assert_eq!(people, ["Jérôme"]);
    let quarantine = case.table("out/quarantine.csv");
    assert_eq!((quarantine.len(), quarantine[0]["line"].as_str()), (1, "4"));
}

#[test]
fn who_is_in_question_is_counted_in_run_json_and_in_the_report() {
    let case = measured("mean: x", "target: 80", FIELDS);
    let people = "people: { file: data/people.txt, format: { delimiter: \",\" } }\n";
    case.edit("evenhand.yaml", "levels: [person]", "levels: [person, department]");
    case.write("evenhand.yaml", case.read("evenhand.yaml") + people);
    case.write("data/people.txt", "id,name,department\nA,Ama,North\n");
    case.write("data/a.csv", format!("{FIELDS}1,A,2026-01-05,9,,\n2,X,2026-01-05,9,,\n3,Y,2026-01-05,9,,\n4,Y,2026-01-06,9,,\n5,,2026-01-05,9,,\n"));
    let ran = case.run(&["run", ".", "--no-cache"]).ok();
    ran.says(&["doesn't know 2 persons of 3 records", "1 record without a person"]);
    let subjects = &case.json("out/run.json")["subjects"];
    assert_eq!((subjects["unknown_persons"].as_u64(), subjects["unknown_records"].as_u64()), (Some(2), Some(3)));
    assert_eq!(subjects["levels"][0]["records_without"].as_u64(), Some(1));
    for page in ["out/report.md", "out/report.html"] {
        let text = case.read(page);
        assert!(
            text.contains("doesn't know on that day: 3 (persons: 2)")
                || text.contains("doesn&#x27;t know on that day: 3"),
            "{page}"
        );
    }
}

#[test]
fn a_mistake_of_a_repeated_entry_names_its_items_and_counts_once() {
    let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,9,,\n"));
    let text = case.read("evenhand.yaml").replace("measures:\n", "lists: { item: [phone, chat] }\nmeasures:\n  \"{item}_m\": { each: item, source: a, kind: objective, mean: unheard }\n");
    case.write("evenhand.yaml", text);
    let checked = case.run(&["check", "."]);
    checked.says(&["`unheard`", "this is the entry for items `chat`, `phone`"]);
    assert!(checked.out.contains("1 error") && !checked.out.contains("2 errors"), "{}", checked.out);
}

#[test]
fn a_pattern_over_the_workspace_does_not_read_the_results_of_the_last_run() {
    let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,9,,\n"));
    case.edit("evenhand.yaml", "files: data/a.csv", "files: \"**/*.csv\"");
    for out in ["out", "elsewhere", "out"] {
        case.run(&["run", ".", "--no-cache", "--out", out]).ok();
        assert_eq!(case.json(&format!("{out}/run.json"))["inputs"]["data_files"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn more_threads_than_anybody_needs_do_no_harm() {
    let case = measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,9,,\n"));
    let started = std::time::Instant::now();
    case.run(&["--threads", "100000", "run", ".", "--no-cache"]).ok();
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn a_number_too_large_to_be_added_up_says_how_large_one_may_be() {
    let case =
        measured("mean: x", "target: 80", &format!("{FIELDS}1,A,2026-01-05,9,,\n2,A,2026-01-05,1000000000000,,\n"));
    case.run(&["run", ".", "--no-cache"]).ok();
    assert!(case.read("out/quarantine.csv").contains("with 6 decimals, 900000000000 is the largest"));
}
