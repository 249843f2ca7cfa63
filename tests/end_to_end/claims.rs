//! What the charter says of the service, held against what was measured (C14, C47, C54, C55).

use std::fmt::Write as _;

use crate::harness::{Case, find, number};

const WORKSPACE: &str = r#"
evenhand: 1
periods: { every: month }
as_of: 2026-04-30
levels: [person, branch, organisation]
charter:
  name: Claims
  version: "1"
  owner: Head of Service
  customer: the account holder
  effective: 2025-01-01
  review_by: 2026-12-31
  claims:
CLAIMS
minimum: { records: 30 }
sources:
  calls:
    files: data/calls.csv
    id: id
    subjects: { person: agent, branch: branch }
    at: at
    fields: { wait: number, again: yes_no, net: number, recovered: yes_no, recommend: number }
measures:
  fast: { source: calls, kind: objective, share: wait <= 20 }
  wait: { source: calls, kind: objective, mean: wait, lower_is_better: true }
  middle: { source: calls, kind: objective, median: wait, lower_is_better: true }
  promoters: { source: calls, kind: objective, nps: recommend }
  failure: { source: calls, kind: objective, share: again, lower_is_better: true }
  net: { source: calls, kind: objective, sum: net }
  per_call: { source: calls, kind: objective, rate: { events: 'if again { 1 } else { 0 }', per: 1 } }
  paid: { kind: objective, formula: net - 5000 }
  recovery: { kind: objective, formula: fast - failure }
  with_help: { source: calls, kind: objective, where: recovered, share: wait <= 20 }
  without: { source: calls, kind: objective, where: '!recovered', share: wait <= 20 }
standards:
  answer: { promise: We answer fast., measure: fast, floor: 60%, target: 80% }
rules:
  - { id: help, recommend: develop, when: score < 80 }
"#;

/// Twelve months of forty calls, twenty a branch. Nine in ten are answered in time; in `B` the tenth and each fourth aren't.
/// A third of the calls needn't have been. Each brings 9 and costs 10.
fn calls() -> String {
    let mut csv = "id,agent,branch,at,wait,again,net,recovered,recommend\n".to_owned();
    for month in 0..12 {
        let (year, of) = if month < 8 { (2025, month + 5) } else { (2026, month - 7) };
        for call in 0..40 {
            let n = month * 40 + call;
            let wait = if call % 10 == 9 { 60 + n % 7 } else { 5 + n % 13 };
            let branch = if call < 20 { "A" } else { "B" };
            writeln!(
                csv,
                "{n},P{},{branch},{year}-{of:02}-{:02},{wait},{},-1,{},{}",
                call % 4,
                1 + call % 28,
                if n % 3 == 0 { "yes" } else { "no" },
                if n % 2 == 0 { "yes" } else { "no" },
                n % 11,
            )
            .unwrap();
        }
    }
    csv
}

fn case(claims: &str) -> Case {
    let case = Case::new();
    let lines: String = claims.lines().map(|line| format!("    {line}\n")).collect();
    case.write("evenhand.yaml", WORKSPACE.trim_start().replace("CLAIMS\n", &lines)).write("data/calls.csv", calls());
    case
}

fn claim<'a>(run: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    run["claims"].as_array().unwrap().iter().find(|c| c["claim"] == name).unwrap()
}

#[test]
fn a_claim_is_supported_unsupported_or_unknown() {
    let case = case(
        "four_in_five: { says: Four in five calls are answered in 20 seconds., standard: answer }\n\
         nine_in_ten: { says: Nine in ten calls are answered in 20 seconds., measure: fast, at_least: 90% }\n\
         nearly_all: { says: Nearly all calls are answered in 20 seconds., measure: fast, at_least: 95% }",
    );
    let checked = case.run(&["check", ".", "--data"]);
    assert_eq!(checked.code, 1);
    checked.says(&[
        "error[EH0481]: claim `nearly_all` is unsupported",
        "90% was measured (87% to 92.4%, n 480), and at least 95% is claimed",
        "warning[EH0482]: nobody knows whether claim `nine_in_ten` is so",
    ]);
    assert!(!checked.err.contains("four_in_five"), "{}", checked.err);
    // A run goes on, and says so.
    case.run(&["run", "."]).ok().says(&["warning[EH0481]: claim `nearly_all` is unsupported"]);
    let run = case.json("out/run.json");
    let of = |name: &str| claim(&run, name)["support"].as_str().unwrap().to_owned();
    assert_eq!(
        (of("four_in_five"), of("nine_in_ten"), of("nearly_all")),
        ("supported".to_owned(), "unknown".to_owned(), "unsupported".to_owned())
    );
    let told = claim(&run, "four_in_five");
    assert_eq!((&told["line"], &told["from"], &told["to"]), (&0.8.into(), &"2025-05".into(), &"2026-04".into()));
    assert_eq!((&told["method"], &told["subjects"][0]["n"]), (&"share.wilson".into(), &480.into()));
    let page = case.read("out/report.md");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}:\n{page}"));
    assert!(at("## What we may say") < at("**supported**: Four in five calls are answered in 20 seconds."));
    assert!(at("**supported**") < at("**not so**: Nearly all"), "what may be told first");
    at("90% (87% to 92.4%) from 480 records, May 2025 to April 2026; claimed is at least 95%.");
    assert!(case.read("out/report.html").contains("Nearly all calls are answered in 20 seconds."));
}

/// The integers of twelve months, added, are those of the year: no figure is a mean of figures.
#[test]
fn a_window_of_twelve_months_is_the_year() {
    let measures = ["fast", "wait", "middle", "promoters", "net", "per_call", "paid", "recovery"];
    let mut claims = String::new();
    for measure in measures {
        let line = if ["fast", "recovery"].contains(&measure) { "0.1" } else { "1" };
        writeln!(claims, "c_{measure}: {{ says: So it is., measure: {measure}, at_least: {line}, level: branch }}")
            .unwrap();
    }
    let case = case(&claims);
    case.run(&["run", "."]).ok();
    let run = case.json("out/run.json");
    // The same records as one year, from May to April.
    case.edit("evenhand.yaml", "periods: { every: month }", "periods: { every: year, starts: 05-01 }");
    case.run(&["run", ".", "--out", "year"]).ok();
    let rows = case.table("year/scores.csv");
    for measure in measures {
        for (position, branch) in ["A", "B"].iter().enumerate() {
            let row = find(&rows, &[("level", "branch"), ("subject", branch), ("measure", measure)]);
            let told = &claim(&run, &format!("c_{measure}"))["subjects"][position];
            assert_eq!(told["subject"], *branch);
            for column in ["n", "value", "lower", "upper"] {
                match row[column].as_str() {
                    "" => assert!(told[column].is_null(), "{measure} {column}: {told}"),
                    shown => {
                        assert_eq!(told[column].as_f64().unwrap(), shown.parse::<f64>().unwrap(), "{measure} {column}")
                    }
                }
            }
            assert_eq!(told["periods_measured"], 12);
        }
        assert_eq!(
            claim(&run, &format!("c_{measure}"))["method"],
            find(&rows, &[("level", "branch"), ("measure", measure)])["method"]
        );
    }
    // What was counted in full needs no interval: its sign decides.
    assert_eq!(claim(&run, "c_net")["support"], "unsupported");
    assert_eq!(claim(&run, "c_paid")["support"], "unsupported");
    assert!(number(find(&rows, &[("level", "organisation"), ("measure", "net")]), "value") == -480.0);
}

/// C55: nothing is claimed where the interval of the difference holds zero.
#[test]
fn better_than_is_a_difference_with_its_interval() {
    let claims = "loyal: { says: Who was helped is happier., measure: with_help, better_than: without, over: 1 }\n\
                  quick: { says: More is fast than comes again., measure: fast, better_than: failure, over: 1 }";
    let case = case(claims);
    case.run(&["check", "."]).says(&["of `fast` and `failure` one is better when lower"]);
    case.edit("evenhand.yaml", "share: again, lower_is_better: true", "share: again");
    case.edit("evenhand.yaml", "records: 30", "records: 15");
    // (of, n) of those who were helped, then of the others
    let told = |helped: (u32, u32), others: (u32, u32)| {
        let mut csv = "id,agent,branch,at,wait,again,net,recovered,recommend\n".to_owned();
        for n in 0..helped.1 + others.1 {
            let (recovered, fast) = if n < helped.1 { ("yes", n < helped.0) } else { ("no", n - helped.1 < others.0) };
            let wait = if fast { 1 } else { 60 };
            writeln!(csv, "{n},P,A,2026-04-{:02},{wait},no,1,{recovered},9", 1 + n % 28).unwrap();
        }
        case.write("data/calls.csv", csv).run(&["run", "."]).ok();
        claim(&case.json("out/run.json"), "loyal").clone()
    };
    // Newcombe (1998), table II: 56 of 70 against 48 of 80.
    let found = told((56, 70), (48, 80));
    let against = &found["subjects"][0]["against"];
    assert_eq!((&found["support"], &against["n"]), (&"supported".into(), &80.into()));
    assert!((against["lower"].as_f64().unwrap() - 0.0524).abs() < 5e-5, "{against}");
    assert!((against["upper"].as_f64().unwrap() - 0.3339).abs() < 5e-5, "{against}");
    let page = case.read("out/report.md");
    let said =
        "80% from 70 records against 60% from 80 records, April 2026; the difference lies within 5.2 to 33.4 points.";
    assert!(page.contains(said), "{page}");
    assert_eq!(claim(&case.json("out/run.json"), "quick")["support"], "supported");
    // The same shares of twenty each may be alike.
    let found = told((16, 20), (12, 20));
    assert_eq!((&found["support"], &found["doubt"]), (&"unknown".into(), &"inside".into()));
    assert!(case.read("out/report.md").contains("The difference may be none, so nothing is claimed."));
    let found = told((12, 40), (32, 40));
    assert_eq!(found["support"], "unsupported");
}

/// C55: the difference of two shares is told in points, and that its interval holds the target is told too.
#[test]
fn a_difference_of_shares_is_in_points() {
    let case = case("gap: { says: Help makes up for it., measure: recovery, at_least: -10%, over: 1 }");
    case.edit("evenhand.yaml", "formula: fast - failure", "formula: with_help - without");
    case.edit(
        "evenhand.yaml",
        "rules:",
        "  recover: { promise: We make it good., measure: recovery, floor: -30%, target: 0% }\nrules:",
    );
    let mut csv = "id,agent,branch,at,wait,again,net,recovered,recommend\n".to_owned();
    for n in 0..200 {
        let (recovered, fast) = if n < 100 { ("yes", n < 80) } else { ("no", n < 184) };
        writeln!(csv, "{n},P,A,2026-04-{:02},{},no,1,{recovered},9", 1 + n % 28, if fast { 1 } else { 60 }).unwrap();
    }
    case.write("data/calls.csv", csv).run(&["run", "."]).ok();
    let page = case.read("out/report.md");
    for said in [
        "We make it good. (`recover`): \u{2212}4 points",
        "lies between \u{2212}14.7 points and 6.7 points, from 100 records: the target of 0 points may well be met.",
        "\u{2212}4 points (\u{2212}14.7 points to 6.7 points) from 100 records, April 2026; claimed is at least \u{2212}10 points.",
    ] {
        assert!(page.contains(said), "{said}:\n{page}");
    }
}

/// C47: what costs more than it brings over its horizon is listed, also where one month looks well.
#[test]
fn a_negative_net_over_the_horizon_is_listed() {
    let case = case("pays: { says: What we do for you pays., measure: net, at_least: 0, over: 12, public: no }");
    let checked = case.run(&["check", ".", "--data"]);
    assert_eq!(checked.code, 0, "said inside only: an alert, {}", checked.err);
    checked
        .says(&["warning[EH0481]: claim `pays` is unsupported", "\u{2212}480 was counted, and at least 0 is claimed"]);
    case.run(&["run", "."]).ok();
    let page = case.read("out/report.md");
    for said in [
        "What was claimed",
        "| What we do for you pays. | May 2025 to April 2026 | \u{2212}480 |",
        "It is said inside only.",
    ] {
        assert!(page.contains(said), "{said}:\n{page}");
    }
}

/// C54: an alert where more than a third of the work is failure demand.
#[test]
fn failure_demand_above_a_third_raises_an_alert() {
    let case =
        case("worth: { says: At most a third of our work repeats., measure: failure, at_most: 33.3%, public: no }");
    case.run(&["run", "."]).ok();
    assert_eq!(claim(&case.json("out/run.json"), "worth")["support"], "unknown", "160 of 480");
    let more = case.read("data/calls.csv").replace(",no,-1,yes,", ",yes,-1,yes,");
    case.write("data/calls.csv", more);
    case.run(&["run", "."]).ok().says(&["warning[EH0481]: claim `worth` is unsupported"]);
}

#[test]
fn what_is_not_on_record_is_not_told() {
    let case = case("years: { says: For years we were fast., measure: fast, at_least: 50%, over: 24 }");
    case.run(&["check", ".", "--data"]).says(&["it speaks of 24 periods, and 12 are on record", "write `over: 12`"]);
    case.run(&["run", "."]).ok();
    let run = case.json("out/run.json");
    assert_eq!(
        (&claim(&run, "years")["support"], &claim(&run, "years")["doubt"]),
        (&"unknown".into(), &"too_short".into())
    );
    // One branch without such calls says nothing for or against; one with few is not known.
    case.edit("evenhand.yaml", "over: 24", "over: 1, level: branch").edit(
        "evenhand.yaml",
        "records: 30",
        "records: 21",
    );
    case.run(&["check", ".", "--data"]).says(&["20 records were measured, and 21 are needed"]);
    let page = {
        case.run(&["run", "."]).ok();
        case.read("out/report.md")
    };
    assert!(
        page.contains(
            "Supported at 0 of 2 branches, April 2026. Not known: A (90%) and B (90%). At least 21 records are needed."
        ),
        "{page}"
    );
}

/// C39: what is proven met may become more, within the guardrail; the file stays as it is.
#[test]
fn a_next_target_is_proposed_and_never_applied() {
    let case = case("so: { says: So it is., standard: answer }");
    case.edit("evenhand.yaml", "minimum:", "  targets: { step: 5%, after: 12 }\nminimum:");
    case.write("data/calls.csv", case.read("data/calls.csv").replace(",6,", ",60,"));
    let before = case.read("evenhand.yaml");
    case.run(&["run", "."]).ok();
    assert_eq!(case.json("out/run.json")["next_targets"], serde_json::json!([]), "40 calls a month prove no 80 %");
    // Thrice the calls, all answered in time.
    let calls = case.read("data/calls.csv");
    let mut more = calls.lines().next().unwrap().to_owned() + "\n";
    for (copy, line) in (0..3).flat_map(|copy| calls.lines().skip(1).map(move |line| (copy, line))) {
        let cells: Vec<&str> = line.split(',').collect();
        writeln!(more, "{copy}-{},{},5,{}", cells[0], cells[1..4].join(","), cells[5..].join(",")).unwrap();
    }
    case.write("data/calls.csv", more).run(&["run", "."]).ok();
    let run = case.json("out/run.json");
    let next = &run["next_targets"][0];
    assert_eq!((&next["standard"], &next["target"], &next["next"]), (&"answer".into(), &0.8.into(), &0.85.into()));
    let line = 1 + before.lines().position(|l| l.contains("  answer: { promise")).unwrap();
    assert_eq!((&next["file"], &next["line"]), (&"evenhand.yaml".into(), &line.into()));
    let page = case.read("out/report.md");
    for said in [
        "We answer fast: 85% could follow the target of 80%.",
        &format!("write `target: 85%` at evenhand.yaml, line {line}."),
    ] {
        assert!(page.contains(said), "{said}:\n{page}");
    }
    assert_eq!(case.read("evenhand.yaml"), before);
    // Short of a stretch that is near.
    case.edit("evenhand.yaml", "target: 80% }", "target: 80%, stretch: 84% }").run(&["run", "."]).ok();
    assert_eq!(case.json("out/run.json")["next_targets"][0]["next"], 0.83);
    case.edit("evenhand.yaml", "step: 5%", "step: 0%")
        .run(&["check", "."])
        .says(&["a step of nothing", "write `step: 5%`"]);
}

/// C40: a gain of one perspective with a loss of another is a question, in both languages, and no recommendation.
#[test]
fn a_gain_with_a_loss_elsewhere_is_asked_about() {
    let case = case("so: { says: So it is., standard: answer }");
    case.edit("evenhand.yaml", "measure: fast, floor", "measure: fast, perspective: customer, floor");
    case.edit(
        "evenhand.yaml",
        "rules:",
        "  spare: { promise: We spare our people., measure: promoters, perspective: employee, target: 40 }\nrules:",
    );
    let mut csv = "id,agent,branch,at,wait,again,net,recovered,recommend\n".to_owned();
    for n in 0..800 {
        let april = n >= 400;
        let wait = if n % 10 < if april { 9 } else { 6 } { 5 } else { 60 };
        let recommend = if n % 4 == 0 || !april { 10 } else { 3 };
        writeln!(
            csv,
            "{n},P{},A,2026-0{}-{:02},{wait},no,1,no,{recommend}",
            n % 4,
            if april { 4 } else { 3 },
            1 + n % 28
        )
        .unwrap();
    }
    case.write("data/calls.csv", csv).run(&["run", "."]).ok();
    let trades = case.json("out/run.json")["trades"].clone();
    let of = |level: &str| trades.as_array().unwrap().iter().filter(|t| t["level"] == level).count();
    assert_eq!((of("person"), of("branch"), of("organisation")), (0, 1, 1), "{trades}");
    assert_eq!((&trades[0]["gained"]["standard"], &trades[0]["lost"]["standard"]), (&"answer".into(), &"spare".into()));
    let said = "the customer gained (We answer fast: 60% to 90%), and employees lost (We spare our people: 100 to \u{2212}50). What was traded for what?";
    let page = case.read("out/report.md");
    assert!(page.contains(said), "{page}");
    case.edit("evenhand.yaml", "evenhand: 1\n", "evenhand: 1\nlanguage: fr\n").run(&["run", "."]).ok();
    assert!(
        case.read("out/report.md").contains("le client a gagné (We answer fast\u{a0}: de 60\u{202f}% à 90\u{202f}%)")
    );
}

#[test]
fn a_slip_in_a_claim_has_its_place_and_a_way_out() {
    for (claim, said, help) in [
        ("measure: fats, at_least: 9%", "unknown measure `fats`", "did you mean `fast`?"),
        ("standard: anwser", "unknown standard `anwser`", "did you mean `answer`?"),
        ("measure: fast, at_least: 90", "a claim of 90 is off the scale of a share", "write `at_least: 90%`"),
        ("measure: fast, at_least: many", "a number or a percentage is needed here", "write `at_least: 80%`"),
        ("measure: fast", "claim `c` claims no figure", "add `at_least: 90%`"),
        ("at_least: 90%", "claim `c` speaks of no measure", "write `measure:` or `standard:`"),
        ("measure: fast, standard: answer", "claim `c` names a measure and a standard", "one of them"),
        (
            "measure: fast, at_least: 9%, at_most: 99%",
            "claim `c` says both `at_least` and `at_most`",
            "make two claims of it",
        ),
        ("measure: fast, better_than: fast", "`fast` is said to be better than itself", "name the measure"),
        ("measure: fast, better_than: wait", "`fast` and `wait` aren't on one scale", "such as two shares"),
        ("measure: fast, at_least: 9%, level: person", "claim `c` speaks of people one by one", "add `organisation`"),
        ("measure: fast, at_least: 9%, level: branhc", "unknown level `branhc`", "did you mean `branch`?"),
        ("measure: fast, at_least: 9%, over: 0", "out of range", "write a number from 1 to 1000"),
        ("measure: fast, at_leats: 9%", "unknown key `at_leats`", "did you mean `at_least`?"),
    ] {
        let ran = case(&format!("c: {{ says: So it is., {claim} }}")).run(&["check", "."]);
        assert_eq!(ran.code, 1, "{claim}");
        if said != "out of range" {
            ran.says(&[said]);
        }
        ran.says(&[help]);
    }
    case("c: { measure: fast, at_least: 9% }").run(&["check", "."]).says(&["a claim needs `says`"]);
    let reported = case("c: { says: So it is., measure: told, at_least: 9%, over: 3 }");
    reported.edit(
        "evenhand.yaml",
        "measures:\n",
        "measures:\n  told: { source: calls, kind: objective, value: net }\n",
    );
    reported.run(&["check", "."]).says(&["figures that were reported can't be joined over periods", "write `over: 1`"]);
}
