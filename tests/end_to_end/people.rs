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

/// C2, C16, C58, C63: the charter against real people.
#[test]
fn the_charter_is_held_against_the_people_on_record() {
    let case = case("");
    let more = "K,Kofi,clerk,influencer,2025-01-01,\nI,Ines,archive,isolated,2025-01-01,\nL,Lars,clerk,influencer,2024-01-01,2025-06-01\n";
    case.write("data/people.csv", format!("{PEOPLE}{more}"));
    let check = |words: &[&str], not: &[&str]| {
        let ran = case.run(&["check", ".", "--data"]);
        ran.says(words);
        let all = format!("{}{}", ran.out, ran.err);
        not.iter().for_each(|word| assert!(!all.contains(word), "`{word}` in\n{all}"));
        ran.code
    };
    // Everyone is bound, but the archive isn't judged by what customers say.
    check(&["EH0442", "standard `please` leaves out one person whom customers never meet: `I`"], &["EH0440"]);
    for (from, to) in [
        ("measure: solved, floor", "measure: solved, for: { role: [adviser] }, floor"),
        ("measure: happy, floor", "measure: happy, for: { role: [adviser] }, floor"),
    ] {
        case.edit("evenhand.yaml", from, to);
    }
    check(&["EH0440", "2 people are bound by no standard, nor linked to one: `I`, `K`"], &["`L`"]);
    assert_eq!(case.run(&["check", ".", "--data", "--strict"]).code, 1);
    case.run(&["run", "."]).ok().says(&["EH0440"]);
    // A line of sight settles it; a standard that isn't there and a role that nobody has are told.
    case.edit(
        "evenhand.yaml",
        "  owner: Head of Service\n",
        "  owner: Head of Service\n  links: { clerk: [sovle], archve: [solve] }\n",
    );
    case.run(&["check", "."]).says(&["unknown standard `sovle`", "did you mean `solve`?"]);
    case.edit("evenhand.yaml", "[sovle]", "[solve]");
    check(&["nobody has the role `archve`", "did you mean `archive`?", "one person is bound by no standard"], &[]);
    case.edit("evenhand.yaml", "archve", "archive");
    check(&[], &["EH0440", "EH0424"]);
    // C16: only people whom customers never meet, by whatever column.
    case.edit("evenhand.yaml", "measure: solved, for: { role: [adviser] }", "measure: solved, for: { role: [clerk] }");
    check(&["EH0405", "`solve` has no line of sight"], &[]);
    case.edit("evenhand.yaml", "for: { role: [clerk] }", "for: { role: [adviser] }");
    // C63: by the standards that a person really carries.
    let standards: String = (0..12)
        .map(|i| {
            format!("  more_{i}: {{ promise: More., measure: solved, for: {{ role: [adviser] }}, target: 80% }}\n")
        })
        .collect();
    case.edit("evenhand.yaml", "rules:\n", &format!("{standards}rules:\n"));
    check(&["EH0412", "the role `adviser` is judged by 14 standards, more than 12"], &[]);
}

/// C58: whoever customers never meet has no figure from what they say, under a standard for everyone.
#[test]
fn c58_an_isolated_person_is_not_judged_by_answers() {
    let case = case("");
    case.write("data/people.csv", PEOPLE.replace("E,Eve,adviser,contactor", "E,Eve,archive,isolated"));
    run(&case);
    let rows = case.table("out/scores.csv");
    let state = |who: &str, standard: &str| find(&rows, &[("subject", who), ("standard", standard)])["state"].clone();
    assert_eq!((state("E", "please").as_str(), state("E", "solve").as_str()), ("not_applicable", "measured"));
    assert_eq!(state("D", "please"), "measured");
    assert_eq!(state("organisation", "please"), "measured");
}

const CARDS: &str = r#"  roles:
    adviser: { authority: refunds up to 50, duties: [answers calls], credentials: [data protection] }
  training:
    contactor: { course: call control, every: 12 months, within: 30 days }
  links: { clerk: [solve] }
"#;

/// Roles, training and papers; a source of training with a row that can't be used and one after `as_of`.
fn with_cards() -> Case {
    let papers = "A,credential,,2024-01-01,2026-04-30,,data protection\nB,credential,,2024-01-01,2026-04-10,,data protection\n\
        C,credential,,2024-01-01,,,data protection\nD,credential,,2024-01-01,,,Data protection\nE,credential,,2024-01-01,,,data protection\n\
        A,acknowledged,,2026-01-15,,,1\nB,acknowledged,,2025-01-15,,,0\n";
    let case = case(papers);
    case.edit("evenhand.yaml", "  owner: Head of Service\n", &format!("  owner: Head of Service\n{CARDS}"));
    let source = "  training: { files: data/training.csv, kind: training, id: id, person: who, at: day, fields: { course: text } }\n";
    case.edit("evenhand.yaml", "measures:\n", &format!("{source}measures:\n"));
    case.edit("evenhand.yaml", "reports: [letter.html]", "reports: [letter.html, role_card.html, report.md]");
    let people = "N,Nia,adviser,contactor,2026-04-15,\nK,Kofi,clerk,influencer,2025-01-01,\nL,Lars,adviser,contactor,2024-01-01,2026-01-01\n";
    case.write("data/people.csv", format!("{PEOPLE}{people}"));
    case.write(
        "data/training.csv",
        "id,who,day,course\n1,A,2025-06-01,call control\n2,B,2025-05-10,Call control\n3,C,2026-01-05,call control\n\
         4,D,2025-04-29,call control\n5,E,2026-02-01,call control\n6,A,2026-05-20,call control\n7,,2026-01-01,call control\n",
    );
    case
}

fn kinds_of(case: &Case, person: &str) -> Vec<String> {
    let run = case.json("out/run.json");
    let notices = run["on_record"]["notices"].as_array().unwrap().clone();
    notices.iter().filter(|n| n["person"] == person).map(|n| n["kind"].as_str().unwrap().to_owned()).collect()
}

/// C3, C28, C72: what is due reaches run.json, the report and letters, and leads to help and nothing else.
#[test]
fn what_is_due_is_told_and_leads_to_help_alone() {
    let case = with_cards();
    let ran = run(&case);
    ran.says(&[]);
    assert_eq!(kinds_of(&case, "A"), ["credential_expiring"], "expiry is inclusive");
    assert_eq!(kinds_of(&case, "B"), ["training_soon", "credential_expired", "card_not_acknowledged"]);
    assert_eq!(kinds_of(&case, "C"), ["card_not_acknowledged"]);
    assert_eq!(kinds_of(&case, "D"), ["training_gap", "card_not_acknowledged"]);
    assert_eq!(kinds_of(&case, "N"), ["training_soon", "credential_missing", "card_not_acknowledged"]);
    assert_eq!(kinds_of(&case, "L"), [""; 0], "who has left");
    // Nobody is sanctioned for it; whoever had nothing to do is offered help; a reward stays.
    assert_eq!(outcome(&case, "A"), "reward");
    assert_eq!(outcome(&case, "B"), "develop");
    assert_eq!(outcome(&case, "D"), "develop");
    let rows = case.table("out/recommendations.csv");
    let row = find(&rows, &[("level", "person"), ("subject", "D")]);
    assert_eq!(row["rule"], "");
    assert_eq!(
        row["summary"],
        "Dan is offered help with what is due: Training in call control was due by 29 April 2026"
    );
    let letter = case.read("out/letters/2026-04/person/D.html");
    assert!(letter.contains("Something is due, and we will help") && letter.contains("was due by 29 April 2026"));
    assert!(!letter.contains("below the target we set ourselves"), "his figures are not why");
    let page = case.read("out/report.md");
    assert!(page.contains("call control: 5 of 6 people are up to date") && page.contains("Dan (D)"), "{page}");
    assert!(page.contains("Role cards: 1 of 7 people have acknowledged theirs"));
    // The row equation holds, and what can't be used is listed.
    let run = case.json("out/run.json");
    let sources = run["rows"]["sources"].as_array().unwrap();
    let training = sources.iter().find(|s| s["source"] == "training").unwrap();
    assert_eq!((&training["rows_in"], &training["used"], &training["quarantined"]), (&7.into(), &5.into(), &1.into()));
    assert_eq!(training["left_out"][0]["reason"], "after as_of");
    assert!(case.read("out/quarantine.csv").contains("no person"));
}

/// C28, C60: a card for everyone who is there, with authority, duties, training, and the day on which it was acknowledged.
#[test]
fn c28_everyone_who_is_there_has_a_role_card() {
    let case = with_cards();
    run(&case);
    let cards = case.files("out/letters");
    let card = |id: &str| {
        let name = [format!("2026-04/person/{id}~role_card.html"), format!("2026-04/person/{id}.html")];
        let bytes = name.iter().find_map(|n| cards.get(n)).unwrap_or_else(|| panic!("{id}: {:?}", cards.keys()));
        String::from_utf8(bytes.clone()).unwrap()
    };
    let ama = card("A");
    for words in
        ["Refunds up to 50", "Answers calls", "We solve it.", "had on 1 June 2025", "Acknowledged on 15 January 2026"]
    {
        assert!(ama.contains(words), "{words}");
    }
    let nia = card("N");
    assert!(
        nia.contains("Nia") && nia.contains("We solve it.") && nia.contains("call control: due by 15 May 2026"),
        "{nia}"
    );
    assert!(!nia.contains("Acknowledged on"));
    assert!(card("K").contains("Promises that your work helps to keep"));
    assert!(!cards.keys().any(|name| name.contains("/L")), "who has left needs none");
}

/// Without a record of training anywhere nobody knows of a gap, and an author's slips are told.
#[test]
fn training_that_nobody_records_is_unknown_and_slips_are_told() {
    let case = with_cards();
    case.edit("evenhand.yaml", "course: call control", "course: call contrl");
    case.run(&["check", ".", "--data"]).says(&[
        "EH0441",
        "nobody was ever trained in `call contrl`",
        "did you mean `call control`?",
    ]);
    let case = with_cards();
    case.edit("data/training.csv", "3,C,", "3,CC,");
    case.run(&["run", "."]).ok().says(&["EH0441", "name one person whom the people file doesn't: `CC`"]);
    let case = with_cards();
    case.edit("evenhand.yaml", "fields: { course: text } }", "fields: { cours: text } }");
    let ran = case.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["source `training` of training doesn't say what was learnt", "fields: { course: text }"]);
    let case = with_cards();
    case.edit("evenhand.yaml", "every: 12 months", "every: yearly");
    case.run(&["check", "."]).says(&["a length of time is needed here, not `yearly`", "write `12 months`"]);
    let case = self::case("");
    case.edit("evenhand.yaml", "  owner: Head of Service\n", &format!("  owner: Head of Service\n{CARDS}"));
    run(&case);
    assert!(!kinds_of(&case, "A").contains(&"training_gap".to_owned()));
}

/// A row of training opens no gate: nothing is kept in evidence because of it.
#[test]
fn training_is_no_evidence_for_a_sanction() {
    let case = with_cards();
    case.edit("evenhand.yaml", "evidence: data/evidence.csv\n", "");
    run(&case);
    assert_eq!(gate(&case, "dispute").0, "unknown");
    assert_eq!(gate(&case, "ladder").0, "unknown");
}

/// C61: only the first mistake of a kind in twelve months is for learning.
#[test]
fn c61_the_second_mistake_within_a_year_is_not_the_first() {
    let first = case(&format!("{READY}E,learning,solve,2026-04-02,,,\nE,learning,solve,2025-04-01,,,\n"));
    run(&first);
    assert_eq!(gate(&first, "learning").0, "fail", "a year and a day lie between");
    for earlier in ["E,learning,solve,2025-04-03,,,\n", "E,learning,,2026-01-10,,,\n"] {
        let again = case(&format!("{READY}E,learning,solve,2026-04-02,,,\n{earlier}"));
        run(&again);
        let (verdict, figure) = gate(&again, "learning");
        assert_eq!(verdict, "pass", "{earlier}");
        assert!(figure.contains("within twelve months is not the first"), "{figure}");
        assert_eq!(outcome(&again, "E"), "sanction");
    }
    let other = case(&format!("{READY}E,learning,solve,2026-04-02,,,\nE,learning,please,2026-01-10,,,\n"));
    run(&other);
    assert_eq!(gate(&other, "learning").0, "fail", "that was about something else");
}
