//! People on record: each kind of evidence through a file, who is bound, trained, empowered and protected.

use std::fmt::Write as _;

use crate::harness::{Case, Ran, find};

const WORKSPACE: &str = r#"
evenhand: 1
periods: { every: month }
as_of: 2026-04-30
levels: [person, organisation]
charter:
  name: People
  version: "1"
  owner: Head of Service
  customer: the account holder
  effective: 2026-01-01
  review_by: 2026-12-31
people: data/people.csv
evidence: data/evidence.csv
minimum: { records: 30 }
sources:
  calls: { files: data/calls.csv, id: call, person: agent, at: at, fields: { solved: yes_no } }
  surveys:
    files: data/surveys.csv
    kind: customer_response
    id: answer
    at: at
    credit: { through: calls, key: call, take: [person] }
    fields: { happy: yes_no }
measures:
  solved: { source: calls, kind: objective, share: solved }
  happy: { source: surveys, kind: objective, share: happy }
standards:
  solve: { promise: We solve it., measure: solved, floor: 60%, target: 80% }
  please: { promise: You leave happy., measure: happy, floor: 60%, target: 80% }
rules:
  - { id: shines, recommend: reward, when: met("solve"), action: a bonus, raised: a larger bonus }
  - id: offends
    recommend: sanction
    when: below_floor("solve", 1, 2)
    accept_risk: { because: a pilot of two months, approved_by: the works council }
    corroborated_by: [please]
reports: [letter.html]
"#;

const PEOPLE: &str = "\
id,name,role,contact,from,to
A,Ama,adviser,contactor,2025-01-01,
B,Ben,adviser,contactor,2025-01-01,
C,Cleo,adviser,contactor,2025-01-01,
D,Dan,adviser,contactor,2025-01-01,
E,Eve,adviser,contactor,2025-01-01,
";

/// What lets a sanction of E through.
const READY: &str = "E,communicated,,2026-01-01,,,\nE,support,,2026-01-10,2026-02-10,,\n";

/// C solves everything, E a quarter of it, in March and in April.
fn case(evidence: &str) -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", WORKSPACE.trim_start()).write("data/people.csv", PEOPLE);
    let mut calls = "call,agent,at,solved\n".to_owned();
    let mut surveys = "answer,call,at,happy\n".to_owned();
    for month in [3, 4] {
        for (agent, missed) in [("A", 8), ("B", 4), ("C", 99), ("D", 3), ("E", 0)] {
            for call in 0..100 {
                let day = 1 + call % 28;
                let good = if missed == 0 { call % 4 == 0 } else { call % missed != missed - 1 };
                let word = if good { "yes" } else { "no" };
                writeln!(calls, "{agent}{month}{call},{agent},2026-{month:02}-{day:02},{word}").unwrap();
                writeln!(surveys, "S{agent}{month}{call},{agent}{month}{call},2026-{month:02}-{day:02},{word}")
                    .unwrap();
            }
        }
    }
    case.write("data/calls.csv", calls).write("data/surveys.csv", surveys);
    case.write("data/evidence.csv", format!("person,kind,standard,from,to,step,ref\n{evidence}"));
    case
}

fn run(case: &Case) -> Ran {
    case.run(&["run", ".", "--details", "all"]).ok()
}

fn outcome(case: &Case, person: &str) -> String {
    let rows = case.table("out/recommendations.csv");
    find(&rows, &[("level", "person"), ("subject", person)])["outcome"].clone()
}

fn detail(case: &Case, person: &str) -> serde_json::Value {
    let lines = case.read("out/recommendations.jsonl");
    let wanted = format!(r#""subject":"{person}""#);
    serde_json::from_str(lines.lines().find(|l| l.contains(&wanted)).unwrap()).unwrap()
}

/// Verdict and figure of a gate of the sanction of E.
fn gate(case: &Case, name: &str) -> (String, String) {
    let object = detail(case, "E");
    let gates = object["tried"][0]["gates"].as_array().unwrap();
    let gate = gates.iter().find(|g| g["name"] == name).unwrap();
    (gate["verdict"].as_str().unwrap().into(), gate["figure"].as_str().unwrap().into())
}

/// The kinds of the guide's table.
fn kinds() -> Vec<String> {
    let guide = std::fs::read_to_string(crate::harness::repository().join("docs/guide.md")).unwrap();
    let table = guide.split("| `kind` | what it records").nth(1).unwrap().split("\n\n").next().unwrap();
    let first = table.lines().skip(2).map(|row| row.split('|').nth(1).unwrap());
    first.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned)).collect()
}

/// Every kind that the guide promises is read from a file, and no other.
#[test]
fn each_kind_of_evidence_of_the_guide_is_read() {
    let kinds = kinds();
    assert!(kinds.len() >= 11, "{kinds:?}");
    let rows: String = kinds.iter().map(|kind| format!("A,{kind},,2026-01-05,2026-12-31,,x\n")).collect();
    let case = case(&rows);
    case.run(&["run", "."]).ok();
    case.write("data/evidence.csv", "person,kind,standard,from\nA,authorty,,2026-01-05\n");
    let ran = case.run(&["run", "."]);
    assert_eq!(ran.code, 2);
    ran.says(&["unknown kind of evidence `authorty`", "did you mean `authority`?"]);
    for kind in &kinds {
        ran.says(&[kind]);
    }
}

/// The gates on history open and close by what the file says.
#[test]
fn each_kind_moves_its_gate_through_the_file() {
    let ready = case(READY);
    run(&ready);
    assert_eq!(outcome(&ready, "E"), "sanction", "{}", ready.read("out/recommendations.jsonl"));
    for (row, closed) in [
        ("E,dispute,,2026-04-20,,open,D-1\n", "dispute"),
        ("E,appeal,,2026-04-20,,open,A-1\n", "dispute"),
        ("E,absence,,2026-04-02,2026-04-20,,\n", "absence"),
        ("E,learning,solve,2026-04-02,,,L-1\n", "learning"),
        ("E,warning,,2026-04-02,,final,W-1\n", "ladder"),
    ] {
        let case = case(&format!("{READY}{row}"));
        run(&case);
        assert_eq!(outcome(&case, "E"), "develop", "{row}");
        assert_eq!(gate(&case, closed).0, "fail", "{row}");
    }
    for (kept, missing) in [("communicated", "support"), ("support", "communicated")] {
        let rows: String = READY.split_inclusive('\n').filter(|row| row.contains(kept)).collect();
        let case = case(&rows);
        run(&case);
        assert_eq!(gate(&case, missing).0, "unknown");
    }
}

/// C62: a sanction on a delegated decision wants authority, guidance and coaching on record before the events.
#[test]
fn c62_who_was_not_made_ready_is_not_sanctioned() {
    let delegate = |rows: &str| {
        let case = case(&format!("{READY}{rows}"));
        case.edit("evenhand.yaml", "measure: solved, floor", "measure: solved, delegated: yes, floor");
        run(&case);
        case
    };
    // Support at the side is coaching.
    let bare = delegate("");
    assert_eq!(outcome(&bare, "E"), "develop");
    let (verdict, figure) = gate(&bare, "authority");
    assert_eq!(verdict, "unknown", "{figure}");
    let late =
        delegate("E,authority,solve,2026-04-15,,,\nE,guidance,solve,2026-01-05,,,\nE,coaching,solve,2026-01-05,,,\n");
    assert_eq!(outcome(&late, "E"), "develop", "authority came after the events");
    let ready =
        delegate("E,authority,solve,2026-01-05,,,\nE,guidance,solve,2026-01-05,,,\nE,coaching,solve,2026-01-05,,,\n");
    assert_eq!(outcome(&ready, "E"), "sanction", "{:?}", gate(&ready, "authority"));
}

/// C65: responsibility on record raises a reward, and the text says so.
#[test]
fn c65_responsibility_raises_a_reward() {
    let plain = case("");
    run(&plain);
    assert_eq!(outcome(&plain, "C"), "reward");
    let letter = |case: &Case| case.read("out/letters/2026-04/person/C.html");
    assert!(letter(&plain).contains("What is proposed: a bonus"));
    let raised = case("C,responsibility,,2026-04-10,,,took over the night line\n");
    run(&raised);
    assert!(letter(&raised).contains("What is proposed: a larger bonus"));
    let notes = detail(&raised, "C")["notes"].to_string();
    assert!(notes.contains("took over the night line"), "{notes}");
    let before = case("C,responsibility,,2026-03-10,,,\n");
    run(&before);
    assert!(letter(&before).contains("What is proposed: a bonus"), "that was of another month");
}
