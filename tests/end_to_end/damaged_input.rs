//! Damaged and hostile input: each a clear message or a counted exclusion; none a panic, a hang or a half-written output.

use crate::harness::Case;

const CHARTER: &str = r#"evenhand: 1
zone: Europe/Berlin
periods: { every: month }
levels: [person, organisation]
charter: { name: Test charter, version: "1", effective: 2026-01-01, review_by: 2026-12-31, owner: Head of Service, customer: the customer who pays }
sources:
  calls: { files: data/*.csv, kind: record, id: id, person: agent, at: at, fields: { wait: number } }
measures:
  quick: { source: calls, kind: objective, share: wait <= 20 }
standards:
  answer: { promise: We answer quickly., measure: quick, floor: 50%, target: 70% }
minimum: { records: 10 }
as_of: 2026-03-31
rules:
  - { id: support, recommend: develop, when: score < 80 }
"#;

const HEADER: &str = "id,agent,at,wait\n";

fn rows(n: usize) -> String {
    let mut text = HEADER.to_string();
    for i in 0..n {
        text += &format!("r{i},A,2026-03-{:02} 10:00,{}\n", i % 28 + 1, i % 40);
    }
    text
}

fn case(data: impl AsRef<[u8]>) -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", CHARTER).write("data/calls.csv", data);
    case
}

#[test]
fn empty_and_header_only_files_are_said() {
    let empty = case("").run(&["run", "."]);
    empty.says(&["data/calls.csv"]);
    assert_eq!(empty.code, 2);
    let header = case(HEADER).run(&["run", "."]);
    header.says(&["record"]);
}

#[test]
fn bad_rows_are_quarantined_with_their_place() {
    let mut text = rows(30);
    text += "r30,A,2026-03-01 10:00\n"; // ragged
    text += "r31,A,2026-02-31 10:00,5\n"; // no such day
    text += "r32,A,2026-03-29 02:30,5\n"; // skipped by the change to summer time
    text += "r33,A,2026-03-02 10:00,fast\n"; // not a number
    text += "r34,A,2026-03-02 10:00,5\nr34,A,2026-03-02 10:00,6\n"; // two rows with one id
    text += "r35,A,2026-03-02 10:00,5\nr35,A,2026-03-02 10:00,5\n"; // the same row twice
    let case = case(text);
    case.run(&["run", "."]).ok();
    let quarantine = case.table("out/quarantine.csv");
    assert_eq!(quarantine.len(), 6, "{quarantine:#?}");
    for line in ["32", "33", "34", "35"] {
        assert!(quarantine.iter().any(|r| r["line"] == line), "line {line}: {quarantine:#?}");
    }
    let run = case.json("out/run.json");
    let rows = &run["rows"]["sources"][0];
    assert_eq!(rows["rows_in"], 38);
    assert_eq!(rows["quarantined"], 6);
    assert_eq!(rows["used"], 31);
}

#[test]
fn strange_bytes_do_not_stop_a_run() {
    case(rows(30) + "r\0x,A,2026-03-01 10:00,5\n").run(&["run", "."]).says(&[]);
    let mixed = rows(30).replacen('\n', "\r\n", 7);
    case(mixed).run(&["run", "."]).ok();
    let big = format!("{}r99,{},2026-03-01 10:00,5\n", rows(30), "x".repeat(50_000_000));
    case(big).run(&["run", "."]).says(&[]);
}

#[test]
fn missing_files_and_folders_are_said_with_the_place_in_the_workspace() {
    let case = Case::new();
    case.write("evenhand.yaml", CHARTER);
    let none = case.run(&["run", "."]);
    assert_eq!(none.code, 2);
    none.says(&["data/*.csv", "evenhand.yaml:7"]);
    std::fs::create_dir_all(case.path().join("data/calls.csv")).unwrap();
    let folder = case.run(&["run", "."]);
    assert_eq!(folder.code, 2);
    folder.says(&["folder"]);
    assert!(!case.path().join("out").exists());
}

#[cfg(unix)]
#[test]
fn a_symlink_out_of_the_workspace_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.csv"), rows(30)).unwrap();
    let case = case(rows(30));
    std::os::unix::fs::symlink(outside.path().join("secret.csv"), case.path().join("data/more.csv")).unwrap();
    let ran = case.run(&["run", "."]);
    assert_eq!(ran.code, 2);
    ran.says(&["more.csv"]);
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut bomb = String::from("evenhand: 1\nlists:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        bomb += &format!("  a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "));
    }
    let case = Case::new();
    case.write("evenhand.yaml", bomb);
    let ran = case.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["EH01"]);
}

#[test]
fn a_template_stays_inside_and_prints_no_data_on_error() {
    let case = case(rows(30).replace(",A,", ",Secret Person,"));
    case.edit("evenhand.yaml", "rules:", "reports: [{ template: mine.html }]\nrules:");
    case.write("templates/mine.html", "{% include '../../etc/passwd' %}");
    let ran = case.run(&["run", "."]);
    assert_eq!(ran.code, 2);
    ran.says(&["mine.html:1"]);
    assert!(!ran.err.contains("root:"), "{}", ran.err);
    case.write("templates/mine.html", "<p>ok</p>\n{{ nothing_of_this_name }}");
    let ran = case.run(&["run", "."]);
    assert_eq!(ran.code, 2);
    ran.says(&["mine.html:2"]);
    assert!(!ran.err.contains("Secret"), "{}", ran.err);
    assert!(!case.path().join("out").exists(), "no half-written output");
}

#[test]
fn hostile_names_are_escaped_and_neutralised() {
    let text = rows(60).replace(",A,", ",<script>alert(1)</script>,")
        + &rows(60).replace(HEADER, "").replace('r', "s").replace(",A,", ",=1+1,");
    let case = case(text);
    case.edit("evenhand.yaml", "target: 70%", "target: 95%");
    case.run(&["run", "."]).ok();
    let page = case.read("out/report.html");
    assert!(page.contains("&lt;script&gt;alert") && !page.contains("<script>alert"));
    let table = case.read("out/recommendations.csv");
    assert!(table.contains("'=1+1"), "{table}");
    for name in case.files("out").keys() {
        assert!(!name.contains(['<', '>', '=', ':']), "{name}");
    }
}
