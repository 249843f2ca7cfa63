//! What ought to have come and didn't: months without data, standards nobody measures any more, vendors that send nothing; what
//! the agenda of the next meeting makes of it; and charters that hear complaints alone.

use std::fmt::Write as _;

use crate::harness::{Case, find};

const WORKSPACE: &str = r#"
evenhand: 1
periods: { every: month, from: 2025-11 }
as_of: 2026-04-30
levels: [person, vendor, department, organisation]
charter: { name: Charter, version: "1", owner: Head of Service, customer: the account holder, effective: 2025-06-01, review_by: 2026-12-31 }
people: data/people.csv
evidence: data/evidence.csv
minimum: { records: 10 }
sources:
  calls: { files: data/calls.csv, id: id, person: agent, at: at, fields: { wait: number } }
  partners: { files: data/partners.csv, id: id, subjects: { vendor: vendor }, at: at, fields: { wait: number } }
  surveys: { files: data/surveys.csv, kind: customer_response, id: id, person: agent, at: at, fields: { rating: number } }
  complaints: { files: data/complaints.csv, kind: complaint, id: id, person: agent, at: at, fields: { severity: text } }
measures:
  fast: { source: calls, kind: objective, share: wait <= 20 }
  partner_fast: { source: partners, kind: objective, share: wait <= 20 }
  happy: { source: surveys, kind: objective, share: rating >= 4 }
  few: { source: complaints, kind: objective, count: true, lower_is_better: true }
standards:
  answer: { promise: We answer fast., measure: fast, floor: 50%, target: 80%, owner: Head of Calls, develop: { skill: call control, action: coaching, within: 20 days } }
  partners_answer: { promise: Our partners answer fast., measure: partner_fast, floor: 50%, target: 80% }
  satisfy: { promise: You leave happy., measure: happy, floor: 30%, target: 40% }
rules:
  - { id: keeps, recommend: reward, when: met("answer"), action: certificate }
  - { id: help, recommend: develop, when: answer.value < 0.8 }
reports: [agenda.md]
"#;

const MONTHS: [&str; 6] = ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"];

/// Four people in two departments and two vendors, a row a day each; A answers fast, the others don't.
fn case(keep: impl Fn(&str, &str) -> bool) -> Case {
    let case = Case::new();
    case.write("evenhand.yaml", WORKSPACE.trim_start());
    let [mut calls, mut partners, mut surveys, mut complaints] =
        ["id,agent,at,wait\n", "id,vendor,at,wait\n", "id,agent,at,rating\n", "id,agent,at,severity\n"]
            .map(String::from);
    for month in MONTHS {
        for day in 1..=28 {
            for who in ["A", "B", "C", "D"].into_iter().filter(|who| keep(who, month)) {
                let wait = if who == "A" || day % 2 == 0 { 10 } else { 60 };
                writeln!(calls, "{month}{day}{who},{who},{month}-{day:02},{wait}").unwrap();
            }
            for who in ["Acme", "Beta"].into_iter().filter(|who| keep(who, month)) {
                writeln!(partners, "{month}{day}{who},{who},{month}-{day:02},10").unwrap();
            }
            if keep("surveys", month) {
                writeln!(surveys, "{month}{day},A,{month}-{day:02},{}", 3 + day % 3).unwrap();
            }
        }
        writeln!(complaints, "{month},B,{month}-05,low").unwrap();
    }
    let mut people = "id,name,role,contact,department,unit,from,to\n".to_owned();
    for who in ["A", "B", "C", "D"] {
        let department = if who < "C" { "Cards" } else { "Loans" };
        writeln!(people, "{who},Agent {who},adviser,contactor,{department},Retail,2025-01-01,").unwrap();
    }
    case.write("data/calls.csv", calls).write("data/partners.csv", partners).write("data/surveys.csv", surveys);
    case.write("data/complaints.csv", complaints).write("data/people.csv", people);
    case.write("data/evidence.csv", "person,kind,standard,from,to,step,ref\n");
    case
}

/// C19: a vendor of whom nothing arrived is told of, by name; people are counted.
#[test]
fn c19_a_vendor_that_sends_nothing_is_missed() {
    let case = case(|who, month| !(["Acme", "D"].contains(&who) && month == "2026-04"));
    let ran = case.run(&["run", "."]).ok();
    ran.says(&["warning[EH0432]: nothing arrived in 2026-04 for vendor `Acme`"]);
    case.run(&["check", "--data", "."]).ok().says(&["warning[EH0432]"]);
    let rows = case.table("out/recommendations.csv");
    let acme = find(&rows, &[("level", "vendor"), ("subject", "Acme")]);
    assert_eq!((&*acme["outcome"], &*acme["rule"], &*acme["score"]), ("insufficient", "", ""));
    assert_eq!(acme["summary"], "Acme: nothing arrived for April 2026; the last is March 2026");
    assert_eq!(find(&rows, &[("level", "person"), ("subject", "D")])["outcome"], "insufficient");
    let page = case.read("out/report.md");
    let (missing, wins) = (page.find("## What is missing").unwrap(), page.find("## What goes well").unwrap());
    assert!(missing < wins, "before the wins");
    let part = &page[missing..wins];
    assert!(part.contains("Acme: nothing arrived for April 2026. The last is March 2026."), "{part}");
    assert!(part.contains("on 1 person with records before") && !part.contains("Agent D"), "{part}");
    assert!(!part.contains("Beta"), "{part}");
    let silent = &case.json("out/run.json")["silence"]["silent"];
    assert_eq!(silent[1]["level"], "vendor");
    assert_eq!((silent.as_array().unwrap().len(), &silent[0]["subjects"]), (2, &1.into()));
    case.run(&["explain", "vendor:Acme", "."]).ok().says(&["nothing arrived for April 2026"]);
}

#[test]
fn who_left_or_was_absent_is_not_missed() {
    let case = case(|who, month| !(["C", "D"].contains(&who) && month == "2026-04"));
    let people = case.read("data/people.csv");
    case.write(
        "data/people.csv",
        people.replace(
            "C,Agent C,adviser,contactor,Loans,Retail,2025-01-01,",
            "C,Agent C,adviser,contactor,Loans,Retail,2025-01-01,2026-04-01",
        ),
    );
    case.write("data/evidence.csv", "person,kind,standard,from,to,step,ref\nD,absence,,2026-03-20,,,\n");
    case.run(&["run", "."]).ok();
    let rows = case.table("out/recommendations.csv");
    assert!(rows.iter().all(|r| !["C", "D"].contains(&&*r["subject"])), "{rows:#?}");
    assert!(find(&rows, &[("subject", "Loans")])["summary"].contains("nothing arrived"), "the department is");
    // For twelve periods; then they are taken to have gone.
    let case = self::case(|who, month| who != "Acme" || month == "2025-11");
    case.run(&["run", "."]).ok();
    assert_eq!(find(&case.table("out/recommendations.csv"), &[("subject", "Acme")])["outcome"], "insufficient");
}

/// C20: standards without figures for long, and since when.
#[test]
fn c20_a_standard_that_nobody_measures_becomes_stale() {
    let case = case(|who, month| who != "surveys" || month < "2026-02");
    let ran = case.run(&["run", "."]).ok();
    ran.says(&["warning[EH0431]: standard `satisfy` is stale: nothing was measured in the last 3 periods", "2026-01"]);
    let page = case.read("out/report.html");
    let told = "“You leave happy”: nothing was measured in the last 3 periods. Last figure: January 2026.";
    assert!(page.contains(told));
    assert!(page.find(told) < page.find("id=\"wins\""));
    let stale = &case.json("out/run.json")["silence"]["stale"];
    assert_eq!(
        (&stale[0]["standard"], &stale[0]["last"], &stale[0]["periods"]),
        (&"satisfy".into(), &"2026-01".into(), &3.into())
    );
    let states = case.table("out/scores.csv");
    assert_eq!(
        find(&states, &[("level", "organisation"), ("standard", "satisfy")])["state"],
        "unmeasured",
        "as before"
    );
    // The key: how many periods it takes.
    case.edit("evenhand.yaml", "owner: Head of Service,", "owner: Head of Service, stale_after: 4,");
    assert!(!case.run(&["run", "."]).ok().err.contains("EH0431"));
    assert!(!case.read("out/report.html").contains(told));
    case.edit("evenhand.yaml", "stale_after: 4", "stale_after: 3");
    case.run(&["check", "--data", "."]).ok().says(&["EH0431", "charter: { stale_after: 4 }"]);
    case.edit("evenhand.yaml", "stale_after: 3", "stale_after: 0");
    let ran = case.run(&["check", "."]);
    assert_eq!(ran.code, 1);
    ran.says(&["write a number from 1 to 1000"]);
}

/// C20, C26: a month without data isn't the month before.
#[test]
fn c20_a_month_without_data_is_said() {
    let case = case(|_, month| month < "2026-04");
    case.edit("evenhand.yaml", "  complaints: {", "  complaints: { where: at < \"2026-04-01\",");
    let complaints = case.read("data/complaints.csv").replace("2026-04,B,2026-04-05,low\n", "");
    case.write("data/complaints.csv", complaints);
    case.write("evenhand.yaml", WORKSPACE.trim_start());
    let said = "nothing was measured in 2026-04: what is judged is 2026-03";
    case.run(&["check", "--data", "."]).ok().says(&["EH0430", said]);
    case.run(&["run", "."]).ok().says(&["EH0430", said]);
    let told = "Nothing was measured in April 2026. What follows is March 2026.";
    assert!(case.read("out/report.html").contains(told) && case.read("out/agenda.md").contains(told));
    assert_eq!(case.json("out/run.json")["silence"]["nothing_since"]["periods"], 1);
    case.run(&["run", ".", "--as-of", "2026-06-30"]).ok().says(&["nothing was measured from 2026-04 to 2026-06"]);
    let told = "“We answer fast”: nothing was measured in the last 3 periods. Last figure: March 2026.";
    assert!(case.read("out/report.html").contains(told));
    // An earlier month that somebody asks for is no silence, but the page says which month it is.
    let ran = case.run(&["run", ".", "--period", "2026-02"]).ok();
    assert!(!ran.err.contains("EH0430") && !ran.err.contains("EH0431"), "{}", ran.err);
    assert!(case.read("out/report.html").contains("This is about February 2026. There are figures up to March 2026."));
    // Nor is a month that isn't over.
    assert!(!case.run(&["run", ".", "--as-of", "2026-04-29"]).ok().err.contains("EH0430"));
}

/// C22: an agenda with owners, days, changes and decisions.
#[test]
fn c22_the_agenda_names_owners_days_and_decisions() {
    let case = case(|who, month| !(who == "Acme" && month == "2026-04"));
    case.run(&["run", "."]).ok();
    let agenda = case.read("out/agenda.md");
    assert!(agenda.starts_with("# Agenda: service, April 2026\n"), "{agenda}");
    for line in [
        "- [ ] **Nothing arrived**: Acme: nothing arrived for April 2026.",
        "- You leave happy. 67.9%, target 40% (target met, proven).",
        "- [ ] We answer fast. 62.5%, target 80% (short of target). Owner: Head of Calls. Due: 20 May 2026.",
        "- [ ] **Process review**: The process of the organisation should be reviewed",
        "- [ ] **Develop**: Loans is offered help: `answer` at 50%",
        "- [ ] **Develop**: Recommended for development: 3 people.",
        "- [ ] **Reward**: Recommended for a reward: 1 person.",
    ] {
        assert!(agenda.contains(line), "`{line}` is missing in\n{agenda}");
    }
    assert!(!agenda.contains("Agent "), "persons are counted: {agenda}");
    let headings: Vec<&str> = agenda.lines().filter(|l| l.starts_with("## ")).collect();
    assert!(headings[0].starts_with("## 1. What is missing") && headings[1] == "## 2. What went well", "{headings:?}");
}

/// What got worse beyond chance is on the agenda.
#[test]
fn c22_changes_to_act_on_are_on_the_agenda() {
    let case = case(|_, _| true);
    let calls: String = case
        .read("data/calls.csv")
        .lines()
        .map(|line| {
            let slow = line.contains("2026-04") && !line.contains("A,");
            format!("{}\n", if slow { line.replace(",10", ",90") } else { line.to_owned() })
        })
        .collect();
    case.write("data/calls.csv", calls);
    case.run(&["run", "."]).ok();
    let agenda = case.read("out/agenda.md");
    assert!(agenda.contains("- **Act**: the organisation: “We answer fast” went from 62.5% in March 2026"), "{agenda}");
}

#[test]
fn c22_with_nothing_measured_it_says_that_alone() {
    let case = case(|_, _| true);
    case.edit("evenhand.yaml", "share: wait <= 20 }\n  partner", "where: wait > 900, share: wait <= 20 }\n  partner");
    case.edit(
        "evenhand.yaml",
        "partners, kind: objective, share",
        "partners, kind: objective, where: wait > 900, share",
    );
    case.edit("evenhand.yaml", "share: rating >= 4", "where: rating > 9, share: rating >= 4");
    case.run(&["run", "."]).ok();
    let agenda = case.read("out/agenda.md");
    assert!(agenda.trim_end().ends_with("**Nothing was measured.**") && !agenda.contains("## "), "{agenda}");
}

/// The errors that `check` finds in a policy are said by `run`, which goes on.
#[test]
fn a_charter_without_an_owner_is_told_of_by_run() {
    let case = case(|_, _| true);
    case.edit("evenhand.yaml", "owner: Head of Service, ", "");
    assert_eq!(case.run(&["check", "."]).code, 1);
    let ran = case.run(&["run", "."]).ok();
    ran.says(&["warning[EH0403]: nobody answers for the charter"]);
    assert!(!ran.err.contains("EH0410") && !ran.err.contains("EH0414"), "advice is for `check`: {}", ran.err);
}

/// C57: whoever hears complaints alone grades nobody.
#[test]
fn c57_a_charter_that_hears_complaints_alone_is_ungraded() {
    let case = case(|_, _| true);
    let survey = "  satisfy: { promise: You leave happy., measure: happy, floor: 30%, target: 40% }\n";
    case.edit("evenhand.yaml", survey, "  few: { promise: Few complaints., measure: few, floor: 9, target: 3 }\n");
    case.run(&["run", ".", "--details", "all"]).ok().says(&["warning[EH0409]", "no score, no reward"]);
    let rows = case.table("out/recommendations.csv");
    assert!(rows.iter().all(|r| r["outcome"] != "reward" && r["score"].is_empty()), "{rows:#?}");
    assert_eq!(find(&rows, &[("subject", "B")])["outcome"], "develop", "help is offered all the same");
    let about = find(&rows, &[("subject", "A")]);
    assert_eq!(about["outcome"], "insufficient");
    assert!(about["summary"].ends_with("is not graded: the charter hears customers only when they complain"));
    let told = case.read("out/recommendations.jsonl");
    assert!(told.contains("\"customers_asked\""), "the gate that stops the reward is shown");
    assert!(case.read("out/report.html").contains("So nothing is graded"));
    // With a waiver it is a choice that somebody explains.
    case.edit("evenhand.yaml", "owner: Head of Service, ", "owner: Head of Service, waivers: { survey: in May }, ");
    case.run(&["run", "."]).ok();
    assert_eq!(find(&case.table("out/recommendations.csv"), &[("subject", "A")])["outcome"], "reward");
    // And with a survey it is graded as before.
    let case = self::case(|_, _| true);
    case.run(&["run", "."]).ok();
    assert_eq!(find(&case.table("out/recommendations.csv"), &[("subject", "A")])["outcome"], "reward");
}
