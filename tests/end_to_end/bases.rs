//! What a consultant meets who keeps one base for many clients, and a batch that runs them at night.

use crate::harness::{Case, find};

const BASE: &str = r#"evenhand: 1
zone: Africa/Accra
periods: { every: month, from: 2026-01 }
as_of: 2026-04-30
levels: [person, organisation]
charter: { name: Base charter, version: "3", effective: 2026-01-01, review_by: 2026-12-31, owner: Consultant, customer: the payer }
sources:
  calls: { files: data/calls.csv, id: id, person: agent, at: at, fields: { wait: number, solved: yes_no } }
measures:
  quick: { source: calls, kind: objective, share: wait <= 20 }
  solved: { source: calls, kind: objective, share: solved }
standards:
  prompt: { promise: We answer quickly., measure: quick, floor: 60%, target: 80%, stretch: 90%, points: "pts(value, floor, target, stretch)" }
  solve: { promise: We solve it., measure: solved, floor: 40%, target: 70% }
minimum: { records: 10 }
rules:
  - { id: best, recommend: reward, when: score >= 90 && met("prompt") }
  - { id: help, recommend: develop, when: score < 80 }
reports: [report.html, { template: letter.html, for: { level: [person], outcome: [reward, develop] } }]
"#;

const SCORE: &str = "fn pts(value, floor, target, stretch) {
    if value <= floor { 0 } else if value < target { 80 * (value - floor) / (target - floor) }
    else { min(100, 80 + 20 * (value - target) / (stretch - target)) }
}
";

/// `base/` and a client beside it.
fn case(client: &str) -> Case {
    let case = Case::new();
    case.write("base/evenhand.yaml", BASE).write("base/score.rhai", SCORE);
    let mut calls = "id,agent,at,wait,solved\n".to_owned();
    for (agent, slow) in [("A1", 1), ("A2", 5), ("A3", 10)] {
        for n in 0..40 {
            let wait = if n < slow { 60 } else { 5 };
            let solved = if n % 4 == 0 { "no" } else { "yes" };
            calls.push_str(&format!("{agent}-{n},{agent},2026-04-{:02} 10:00,{wait},{solved}\n", n % 28 + 1));
        }
    }
    case.write("client/data/calls.csv", calls);
    let head =
        "evenhand: 1\nextends: ../base\noverlay: { owner: Lead, because: agreed, from: 2026-01-01, to: 2026-12-31 }\n";
    let sources = if client.contains("sources:") { "" } else { "sources: { calls: { files: data/calls.csv } }\n" };
    case.write("client/evenhand.yaml", format!("{head}{sources}{client}"));
    case
}

#[test]
fn a_line_that_points_need_cannot_be_taken_out() {
    let case = case("standards:\n  prompt: { target: 85%, stretch: !remove }\n");
    let ran = case.run(&["check", "client"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    ran.says(&[
        "error[EH0255]",
        "`prompt` has no `stretch`, which its `points` need",
        "evenhand.yaml:6",
        "taken out here",
    ]);
    case.write(
        "base/evenhand.yaml",
        BASE.replace("(value, floor, target, stretch)", "(value, floor, target, stretch ?? 1)"),
    );
    case.run(&["run", "client"]).ok();
    let table = case.table("client/out/recommendations.csv");
    assert_eq!(find(&table, &[("subject", "A1")])["outcome"], "reward");
}

#[test]
fn letters_of_a_base_are_used_however_the_folder_is_named() {
    let case = case("rules:\n  - { id: best, when: score >= 60 }\n");
    case.write("base/templates/letter.html", "<p>BASE LETTER {{ subject.name }}</p>");
    let letters = |run: &dyn Fn(&Case) -> crate::harness::Ran| {
        run(&case).ok();
        let files = case.files("client/out");
        let letters: Vec<_> = files.into_iter().filter(|(name, _)| name.starts_with("letters/")).collect();
        let manifest = case.json("client/out/run.json").to_string();
        assert!(manifest.contains("\"../base/templates/letter.html\""), "{manifest}");
        assert!(letters.iter().any(|(_, text)| String::from_utf8_lossy(text).contains("BASE LETTER")));
        (letters, case.read("client/out/run.json"))
    };
    let absolute = case.path().join("client");
    let relative = letters(&|case| case.run(&["run", "client"]));
    assert_eq!(relative, letters(&|case| case.run(&["run", absolute.to_str().unwrap()])));
    let within = letters(&|case| {
        let output = case.command(&["run", "."]).current_dir(&absolute).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        crate::harness::Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    });
    assert_eq!(relative, within);
    case.write("base/templates/letter.html", "{{ subject.name");
    let ran = case.run(&["check", "client"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    ran.says(&["../base/templates/letter.html"]);
}

#[test]
fn of_several_bases_the_later_ones_letter_is_used() {
    let case = case("rules:\n  - { id: best, when: score >= 60 }\n");
    for name in ["zz", "aa", "mm"] {
        case.write(&format!("{name}/evenhand.yaml"), "evenhand: 1\n");
        case.write(&format!("{name}/templates/letter.html"), format!("<p>LETTER OF {name}</p>"));
    }
    case.write("base/templates/letter.html", "<p>LETTER OF base</p>");
    case.edit("client/evenhand.yaml", "extends: ../base", "extends: [../base, ../zz, ../aa, ../mm]");
    case.run(&["run", "client"]).ok();
    let files = case.files("client/out");
    let letters: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.starts_with("letters/"))
        .map(|(_, text)| String::from_utf8_lossy(text).into_owned())
        .collect();
    assert!(!letters.is_empty() && letters.iter().all(|text| text.contains("LETTER OF mm")), "{letters:?}");
}

#[test]
fn what_misses_a_removed_entry_names_the_line_that_removed_it() {
    let removed = |client: &str, words: &[&str]| {
        let case = case(client);
        let ran = case.run(&["check", "client"]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        ran.says(words).says(&["taken out here"]);
    };
    removed("standards:\n  prompt: !remove\n", &["`prompt`", "evenhand.yaml:6:3", "- !remove ID"]);
    removed("sources:\n  calls: { files: data/calls.csv, fields: { wait: !remove } }\n", &["`wait`"]);
    removed(
        "standards:\n  solve: { target: !remove }\n",
        &["`solve` has no target", "6 |   solve: { target: !remove }"],
    );
}

#[test]
fn one_slip_is_one_message() {
    let case = case("");
    let broken = BASE.replace("source: calls", "source: cals");
    case.write("base/evenhand.yaml", &broken);
    let ran = case.run(&["check", "client"]);
    assert_eq!(ran.out.matches("unknown source `cals`").count(), 1, "{}", ran.out);
    ran.says(&["the name stands in 2 places; the others are ../base/evenhand.yaml:11:21"]);
    case.write("list/evenhand.yaml", "evenhand: 1\nlists: [\nsources:\n  a: { files: x.csv }\n");
    let ran = case.run(&["check", "list"]);
    assert_eq!(ran.out.matches("error[").count(), 1, "{}", ran.out);
    ran.says(&["the `[` that opens here is not closed", "evenhand.yaml:2:8"]);
}

#[test]
fn what_the_system_refuses_is_told_in_plain_words() {
    let case = case("rules:\n  - { id: best, when: score >= 60 }\n");
    case.write("f", "x");
    for (arguments, words) in [
        (&["run", "client", "--out", "f/out"][..], "a file stands where a folder is needed"),
        (&["--threads", "0", "check", "client"][..], "a whole number from 1 on is needed"),
    ] {
        let ran = case.run(arguments);
        assert_eq!(ran.code, 2);
        assert!(!ran.err.contains("os error") && !ran.err.contains("non-zero"), "{}", ran.err);
        ran.says(&[words]);
    }
}

#[test]
fn an_overlay_without_a_word_on_who_and_why_is_refused() {
    let case = case("");
    case.edit("client/evenhand.yaml", "owner: Lead, because: agreed", "owner: \"\", because: \" \"");
    let ran = case.run(&["check", "client"]);
    assert_eq!(ran.code, 1);
    ran.says(&["the overlay needs `owner`", "the overlay needs `because`", "evenhand.yaml:3:19"]);
}

#[test]
fn remarks_of_a_run_in_json_are_json() {
    let case = case("rules:\n  - { id: best, when: score >= 60 }\n");
    case.edit("client/data/calls.csv", "A1-0,A1,2026-04-01 10:00,60", "A1-0,A1,2026-04-01 10:00,soon");
    let ran = case.run(&["run", "client", "--format", "json"]).ok();
    let remarks: serde_json::Value = serde_json::from_str(&ran.err).unwrap_or_else(|e| panic!("{e}: {}", ran.err));
    assert!(remarks.as_array().unwrap().iter().any(|d| d["code"] == "EH0515"), "{remarks}");
    serde_json::from_str::<serde_json::Value>(&ran.out).unwrap();
}

#[test]
fn a_value_of_a_list_is_traced_to_where_it_stands() {
    let case = case("lists: { topic: { cards: { goal: 70% }, loans: { goal: 30 } } }\n");
    let each = "  solve: { promise: We solve it., measure: solved, floor: 40%, target: 70% }";
    let listed = "  \"solve_{topic}\": { each: topic, promise: We solve it., measure: solved, floor: 40%, target: \"{topic.goal}\" }";
    case.edit("base/evenhand.yaml", each, listed);
    let ran = case.run(&["check", "client"]);
    ran.says(&["a target of 30 is off the scale", "item `loans`", "evenhand.yaml:5:56", "filled in from here"]);
    let shown = case.run(&["show", "client"]);
    shown.says(&["../base/evenhand.yaml:14 for loans, filled in from evenhand.yaml:5"]);
}

#[test]
fn a_misspelt_standard_and_a_source_without_files_name_the_way_out() {
    let case = case("standards:\n  promt: { target: 85% }\n");
    let ran = case.run(&["check", "client"]);
    assert_eq!(ran.code, 1);
    ran.says(&["a standard needs `measure`", "did you mean `prompt`?"]);
    case.write("pack/evenhand.yaml", "evenhand: 1\nextends: builtin:service-desk\n");
    case.run(&["check", "pack"])
        .says(&["in your own `evenhand.yaml`: `sources: { contacts: { files: data/contacts.csv } }`"]);
    case.write("client/own.rhai", "fn pts(a, b, c, d) { 1 }");
    case.edit("client/evenhand.yaml", "standards:\n  promt: { target: 85% }", "functions: [own.rhai]");
    case.run(&["check", "client"]).says(&["`pts` is defined twice", "give your file the same name as the base's"]);
}

#[test]
fn empty_cells_of_a_shield_are_counted_and_said() {
    let case = case("rules:\n  - { id: best, when: score >= 60 }\n");
    case.edit("base/evenhand.yaml", "share: solved }", "share: solved, shield: { slow call: wait > 50 } }");
    case.edit("client/data/calls.csv", "A2-9,A2,2026-04-10 10:00,5,", "A2-9,A2,2026-04-10 10:00,,");
    let ran = case.run(&["run", "client"]).ok();
    ran.says(&["note[EH0614]: 1 of 120 records of `solved` has no value for its `shield`"]);
    let manifest = case.json("client/out/run.json").to_string();
    assert!(manifest.contains("\"shield_missing\":1"), "{manifest}");
    let again = case.run(&["run", "client"]).ok();
    assert!(again.err.contains("EH0614"), "from the cache too");
}

#[test]
fn show_names_functions_and_what_was_taken_out() {
    let case = case("rules:\n  - !remove best\n");
    let shown = case.run(&["show", "client"]);
    shown.says(&["# functions from ../base/score.rhai", "# rules: best is taken out at evenhand.yaml:6"]);
}
