//! A slip in the data or in a name must be said: a row that nobody finds, a standard that binds nobody, a measure that
//! measures nothing would else change an outcome in silence.

use crate::harness::{Case, find};

const SLIP: &str = "AG-07,dispute,answer_promptly,2026-04-20,,open,D1\n";

fn centre(evidence: &str) -> Case {
    let case = Case::of("samples/contact-centre");
    let support = case.read("data/support.csv") + evidence;
    case.write("data/support.csv", support);
    case
}

#[test]
fn a_mistyped_person_or_standard_in_the_evidence_stops_the_run() {
    let line = centre("").read("data/support.csv").lines().count() + 1;
    for (from, to, column, cure) in [
        ("answer_promptly", "answer_promtly", 3, "did you mean `answer_promptly`?"),
        ("answer_promptly", "answered_in_20s", 3, "the standard on it is `answer_promptly`"),
        ("AG-07", "AG-7", 1, "did you mean `AG-07`?"),
        ("AG-07", "AG07", 1, "did you mean `AG-07`?"),
    ] {
        let case = centre(&SLIP.replace(from, to));
        let ran = case.run(&["run", "."]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        ran.says(&["error[EH0523]", to, &format!("data/support.csv:{line}:{column}"), cure]);
        assert!(!case.path().join("out/run.json").exists());
    }
}

#[test]
fn an_old_dispute_of_nobody_leaves_the_sanction_unproven() {
    let outcome = |evidence: &str| {
        let case = centre(evidence);
        let ran = case.run(&["run", ".", "--no-report"]).ok();
        let table = case.table("out/recommendations.csv");
        (find(&table, &[("level", "person"), ("subject", "AG-07")])["outcome"].clone(), ran.err)
    };
    assert_eq!(outcome("").0, "sanction");
    assert_eq!(outcome("ZZ-991,dispute,,2024-03-01,,closed,\n").0, "sanction");
    let (found, said) = outcome("ZZ-991,dispute,,2024-03-01,2024-04-01,open,\n");
    assert_eq!(found, "develop");
    assert!(said.contains("warning[EH0523]: nobody has the id `ZZ-991`"), "{said}");
}

const CHARTER: &str = r#"evenhand: 1
zone: Europe/Berlin
periods: { every: month }
levels: [person, organisation]
charter: { name: Test charter, version: "1", effective: 2026-01-01, review_by: 2026-12-31, owner: Head of Service, customer: the customer who pays }
people: { file: people.csv }
sources:
  calls: { files: data/*.csv, kind: record, id: id, person: agent, at: at, fields: { wait: number, channel: text } }
measures:
  quick: { source: calls, kind: objective, where: channel == "phone", share: wait <= 20 }
standards:
  answer: { promise: We answer quickly., measure: quick, floor: 50%, target: 70%, for: { role: [agent] } }
minimum: { records: 10 }
as_of: 2026-03-31
rules:
  - { id: support, recommend: develop, when: score < 80 }
"#;

fn case() -> Case {
    let mut text = "id,agent,at,wait,channel\n".to_owned();
    for i in 0..40 {
        text += &format!("r{i},A,2026-03-{:02} 10:00,{},phone\n", i % 28 + 1, i % 40);
    }
    let case = Case::new();
    case.write("evenhand.yaml", CHARTER).write("data/calls.csv", text);
    case.write("people.csv", "id,name,role,contact\nA,Ama,agent,contactor\n");
    case
}

#[test]
fn rows_set_aside_are_counted_as_rows_and_said() {
    let case = case();
    let text = case.read("data/calls.csv") + "r98,A,31/04/2026,abc,phone\nr99,A,32/13/2026,fast,phone\n";
    case.write("data/calls.csv", text);
    let ran = case.run(&["run", "."]).ok();
    ran.says(&["note[EH0515]: 2 of 42 rows of `calls` can't be read and don't count", "data/calls.csv:42"]);
    let summaries = case.read("out/recommendations.csv");
    assert!(summaries.contains("% of 40 records") && !summaries.contains(" %"), "as in the report: {summaries}");
    assert_eq!(case.table("out/quarantine.csv").len(), 4, "each cell has its reason");
    assert_eq!(case.json("out/run.json")["quarantined"], 2);
    assert!(case.read("out/report.html").contains("Rows set aside because a cell could not be read: 2."));
    case.run(&["check", "--data", "."]).says(&["2 of 42 rows"]);
}

#[test]
fn where_no_row_can_be_read_the_reason_is_said() {
    let case = case();
    case.write("data/calls.csv", case.read("data/calls.csv").replace(",phone", " sec.,phone"));
    let ran = case.run(&["run", "."]);
    assert_eq!(ran.code, 2);
    ran.says(&["EH0601", "all 40 rows of `calls` can't be read", "data/calls.csv:2", "`0 sec.` is not a number"]);
    assert!(!ran.err.contains("quarantine.csv"), "{}", ran.err);
}

#[test]
fn a_where_that_is_never_true_is_said_by_both_verbs() {
    let case = case();
    case.edit("evenhand.yaml", "channel == \"phone\"", "channel == \"Phone\"");
    let words = ["EH0419", "of 40 records 40 are out of scope", "`channel` holds `phone`", "did you mean `\"phone\"`?"];
    let ran = case.run(&["run", "."]).ok();
    ran.says(&words).says(&["warning[EH0419]"]);
    // From what was kept of the first run as well.
    case.run(&["run", "."]).ok().says(&words);
    let checked = case.run(&["check", "--data", "."]);
    assert_eq!(checked.code, 1);
    checked.says(&words).says(&["error[EH0419]"]);
}

#[test]
fn a_standard_that_binds_nobody_is_said() {
    let told = |from: &str, to: &str, verb: &[&str], words: &[&str]| {
        let case = case();
        case.edit("evenhand.yaml", from, to);
        case.run(verb).says(words);
    };
    let data = ["check", "--data", "."];
    told("role: [agent]", "rol: [agent]", &data, &["error[EH0424]", "no column `rol`", "did you mean `role`?"]);
    told(
        "role: [agent]",
        "role: [agnet]",
        &data,
        &["warning[EH0424]", "nobody has `role: agnet`", "did you mean `agent`?"],
    );
    told("role: [agent]", "role: [agnet]", &["run", "."], &["warning[EH0424]"]);
    told("role: [agent]", "contact: [contacter]", &["check", "."], &["error[EH0206]", "did you mean `contactor`?"]);
    told("people: { file: people.csv }\n", "", &["check", "."], &["warning[EH0424]", "names no people file"]);
    let certificate = "reports: [{ template: certificate.html, for: { outcome: [develop] } }]\nminimum:";
    told("minimum:", certificate, &["check", "."], &["warning[EH0424]", "written for nobody", "`outcome: [reward]`"]);
    told("minimum:", "fairness: { peers: [rle] }\nminimum:", &data, &["no column `rle`"]);
    let case = case();
    case.edit("people.csv", "contactor", "frontline").edit("evenhand.yaml", "role: [agent]", "contact: [contactor]");
    case.run(&data).says(&["warning[EH0522]", "people.csv:2:4", "`frontline`"]);
}
