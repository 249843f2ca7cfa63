//! `rate: { events: …, per: SOURCE }`: no event among many is a figure, at every level, against a count by hand.

use std::collections::BTreeMap;

use crate::harness::{Case, find, number};

const AGENTS: [(&str, &str); 4] = [("A", "Cards"), ("B", "Cards"), ("C", "Loans"), ("D", "Loans")];
const MONTHS: [&str; 3] = ["2026-01", "2026-02", "2026-03"];

const POLICY: &str = r#"evenhand: 1
zone: UTC
periods: { every: month, from: 2026-01 }
as_of: 2026-03-31
levels: [person, department, organisation]
charter: { name: C, version: "1", effective: 2020-01-01, review_by: 2036-12-31, owner: Head, customer: the customer who pays, waivers: { survey: nobody is asked in this case } }
people: { file: people.csv }
sources:
  calls: { files: "calls-*.csv", id: id, person: agent, at: at, fields: { wait: number } }
  complaints:
    files: complaints.csv
    kind: complaint
    id: id
    person: agent
    at: at
    fields: { severity: number, by: text }
measures:
  fast: { source: calls, kind: objective, share: wait <= 20 }
  harm: { source: complaints, kind: objective, rate: { events: 1, per: calls, scale: 1000 }, lower_is_better: true }
  severe: { source: complaints, kind: objective, rate: { events: severity >= 3, per: calls, scale: 100 }, lower_is_better: true }
standards:
  quick: { promise: We answer fast., measure: fast, floor: 50%, target: 70% }
  noharm: { promise: We do no harm., measure: harm, floor: 90, target: 40 }
minimum: { records: 30 }
rules:
  - { id: praise, recommend: reward, when: met("quick") && met("noharm") }
  - { id: help, recommend: develop, when: score < 80 }
"#;

/// Agent, month, and wait or severity.
type Row = (usize, usize, u64);

/// Calls and complaints, spread by a fixed rule: A has no complaint, D none in March.
fn rows() -> (Vec<Row>, Vec<Row>) {
    let mut calls = Vec::new();
    let mut complaints = Vec::new();
    for agent in 0..4 {
        for month in 0..3 {
            let many = 40 + 13 * agent + 7 * month;
            calls.extend((0..many).map(|k| (agent, month, (k as u64 * 7 + agent as u64) % 40)));
            let few = if agent == 0 || agent == 3 && month == 2 { 0 } else { agent + month };
            complaints.extend((0..few).map(|k| (agent, month, 1 + (k as u64 * 5 + month as u64) % 4)));
        }
    }
    (calls, complaints)
}

fn case() -> Case {
    let case = Case::new();
    let people: String =
        AGENTS.iter().map(|(id, department)| format!("{id},Agent {id},contactor,{department},2025-01-01,\n")).collect();
    case.write("evenhand.yaml", POLICY).write("people.csv", format!("id,name,contact,department,from,to\n{people}"));
    let (calls, complaints) = rows();
    for (month, name) in MONTHS.iter().enumerate() {
        let mut text = "id,agent,at,wait\n".to_owned();
        for (k, (agent, _, wait)) in calls.iter().filter(|c| c.1 == month).enumerate() {
            text += &format!("{name}-{k},{},{name}-{:02},{wait}\n", AGENTS[*agent].0, 1 + k % 27);
        }
        case.write(&format!("calls-{name}.csv"), text);
    }
    let mut text = "id,agent,at,severity,by\n".to_owned();
    for (k, (agent, month, severity)) in complaints.iter().enumerate() {
        let by = if k % 3 == 0 { "system" } else { "person" };
        text += &format!("{k},{},{}-{:02},{severity},{by}\n", AGENTS[*agent].0, MONTHS[*month], 1 + k % 27);
    }
    case.write("complaints.csv", text);
    case
}

/// Level and subject of an agent.
fn places(agent: usize) -> [(&'static str, &'static str); 3] {
    [("person", AGENTS[agent].0), ("department", AGENTS[agent].1), ("organisation", "organisation")]
}

/// P(X ≤ k), X ~ Poisson(mean), term by term.
fn poisson_up_to(k: u64, mean: f64) -> f64 {
    let mut term = (-mean).exp();
    let mut sum = term;
    for i in 1..=k {
        term *= mean / i as f64;
        sum += term;
    }
    sum
}

/// The mean at which a falling probability reaches `p`.
fn bisected(p: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 200.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if of(middle) > p { low = middle } else { high = middle }
    }
    low
}

#[test]
fn every_figure_is_that_of_a_count_by_hand() {
    let case = case();
    case.run(&["run", ".", "--no-cache", "--all-periods"]).ok();
    let scores = case.table("out/scores.csv");
    let (calls, complaints) = rows();
    let mut exposure: BTreeMap<(&str, &str, usize), u64> = BTreeMap::new();
    let mut events: BTreeMap<(&str, &str, usize), [u64; 2]> = BTreeMap::new();
    for (agent, month, _) in calls {
        places(agent).iter().for_each(|(level, who)| *exposure.entry((level, who, month)).or_default() += 1);
    }
    for (agent, month, severity) in complaints {
        for (level, who) in places(agent) {
            let held = events.entry((level, who, month)).or_default();
            held[0] += 1;
            held[1] += u64::from(severity >= 3);
        }
    }
    for ((level, who, month), n) in exposure {
        let counted = events.get(&(level, who, month)).copied().unwrap_or_default();
        for (measure, count, scale) in [("harm", counted[0], 1000.0), ("severe", counted[1], 100.0)] {
            let place = [("level", level), ("subject", who), ("period", MONTHS[month]), ("measure", measure)];
            let row = find(&scores, &place);
            let near = |column: &str, by_hand: f64| {
                let found = number(row, column);
                assert!((found - by_hand).abs() < 1e-6, "{place:?} {column}: {found}, by hand {by_hand}");
            };
            let unit = scale / n as f64;
            assert_eq!(
                (row["state"].as_str(), row["method"].as_str()),
                ("measured", "rate.poisson_exact"),
                "{place:?}"
            );
            near("n", n as f64);
            near("value", count as f64 * unit);
            near("upper", unit * bisected(0.025, |mean| poisson_up_to(count, mean)));
            let lower = if count == 0 { 0.0 } else { bisected(0.975, |mean| poisson_up_to(count - 1, mean)) };
            near("lower", unit * lower);
        }
    }
    let page = case.read("out/report.md");
    let all = rows().1.len();
    assert!(page.contains(&format!("`harm`: {all} rows used = {all} measured")), "{page}");
}

#[test]
fn nobody_sees_threads_caches_or_the_order_of_files() {
    let case = case();
    let files = |more: &[&str]| {
        case.run(&[&["run", ".", "--all-periods"], more].concat()).ok();
        case.files("out")
    };
    let once = files(&["--no-cache", "--threads", "1"]);
    assert_eq!(once, files(&["--no-cache", "--threads", "2"]));
    assert_eq!(once, files(&[]), "nothing was kept yet");
    assert_eq!(once, files(&[]), "from what was kept");
    // A month more, and another idea of an event: only they are counted anew.
    let march = case.read("calls-2026-03.csv").replace("2026-03-", "x").replace("\nx", "\n2026-03-");
    case.write("calls-2026-03b.csv", march.replace("\n2026-03-", "\nb").replace(",x", ",2026-03-"));
    case.edit("evenhand.yaml", "severity >= 3", "severity >= 2");
    let fresh = files(&["--no-cache"]);
    assert_ne!(once["scores.csv"], fresh["scores.csv"]);
    assert_eq!(fresh, files(&[]));
    // The exposure alone: no measure reads the calls themselves.
    case.edit("evenhand.yaml", "  fast: { source: calls, kind: objective, share: wait <= 20 }\n", "");
    case.edit("evenhand.yaml", "  quick: { promise: We answer fast., measure: fast, floor: 50%, target: 70% }\n", "");
    case.edit("evenhand.yaml", "met(\"quick\") && ", "");
    let fresh = files(&["--no-cache"]);
    assert_eq!(fresh, files(&[]));
    assert_eq!(fresh, files(&[]));
    let row = find(&case.table("out/scores.csv"), &[("subject", "A"), ("standard", "noharm")]).clone();
    assert_eq!((row["value"].as_str(), row["state"].as_str()), ("0", "measured"));
}

#[test]
fn complaints_that_are_not_the_persons_leave_the_exposure_and_the_units_figure() {
    let case = case();
    let was = case.run(&["run", ".", "--no-cache"]).ok();
    drop(was);
    let units = |case: &Case| {
        let scores = case.table("out/scores.csv");
        let mut rows: Vec<String> =
            scores.iter().filter(|r| r["measure"] == "harm").map(|r| format!("{r:?}")).collect();
        rows.sort();
        rows
    };
    let before = units(&case);
    case.edit(
        "evenhand.yaml",
        "scale: 1000 }, lower_is_better: true",
        "scale: 1000 }, lower_is_better: true, cause: by",
    );
    case.edit("evenhand.yaml", "rules:\n", "rules:\n  - { id: look, recommend: sanction, when: 'noharm.value > 1', corroborated_by: [quick], accept_risk: { because: t, approved_by: t } }\n");
    case.run(&["run", ".", "--no-cache", "--details", "all"]).ok();
    assert_eq!(before, units(&case), "the value holds every event");
    let details = case.read("out/recommendations.jsonl");
    let line = details.lines().find(|line| line.contains("\"subject\":\"C\"")).unwrap();
    assert!(line.contains("\"look\""), "{line}");
}

#[test]
fn luck_draws_events_at_the_exposure_that_there_was() {
    let case = case();
    case.edit("evenhand.yaml", "met(\"quick\") && ", "").edit(
        "evenhand.yaml",
        "floor: 90, target: 40",
        "floor: 200, target: 90",
    );
    let answer = |threads: &str| {
        let arguments = ["luck", ".", "--format", "json", "--worlds", "400", "--seed", "3", "--threads", threads];
        case.run(&arguments).ok().out
    };
    let out = answer("2");
    assert_eq!(out, answer("1"));
    let answers: serde_json::Value = serde_json::from_str(&out).unwrap();
    let people = answers[0]["levels"].as_array().unwrap().iter().find(|l| l["level"] == "person").unwrap();
    let reward = people["outcomes"].as_array().unwrap().iter().find(|o| o["outcome"] == "reward").unwrap();
    let window = &reward["at_the_line"]["drawn"]["single_window"];
    // At the line 0.09 of n are expected; a reward needs the upper end of the exact interval below it.
    let mut chances = Vec::new();
    for agent in 0..4 {
        for month in 0..3 {
            let n = (40 + 13 * agent + 7 * month) as f64;
            let upper = |x: u64| bisected(0.025, |mean| poisson_up_to(x, mean)) / n;
            let most = (0..20).take_while(|x| upper(*x) < 0.09).last();
            chances.push(most.map_or(0.0, |most| poisson_up_to(most, 0.09 * n)));
        }
    }
    let known = chances.iter().sum::<f64>() / chances.len() as f64;
    let of = |key: &str| window[key].as_f64().unwrap_or_else(|| panic!("{reward}"));
    assert!(known > 0.003 && of("lower") <= known && known <= of("upper"), "{known} is not in {window}");
}

#[test]
fn what_cannot_be_counted_is_refused_with_a_way_out() {
    let wrong = |from: &str, to: &str, words: &[&str]| {
        let case = case();
        case.edit("evenhand.yaml", from, to);
        let ran = case.run(&["check", "."]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        ran.says(words);
    };
    wrong(
        "events: severity >= 3, per",
        "events: severity, per",
        &["EH0250", "`severity` doesn't say which rows are events", "`events: 1`"],
    );
    wrong(
        "events: 1, per: calls",
        "events: 1, per: complaints",
        &["EH0250", "counted per `complaints` itself", "`share:`"],
    );
    wrong(
        "scale: 1000 },",
        "scale: 1000 }, adjust_for: [by],",
        &["a rate per another source can't be adjusted", "`where:`"],
    );
}

#[test]
fn a_count_of_harm_is_told_of_the_rate() {
    let case = case();
    case.run(&["check", "."]).says(&[]);
    assert!(!case.run(&["check", "."]).out.contains("EH0435"));
    case.edit("evenhand.yaml", "rate: { events: 1, per: calls, scale: 1000 }", "count: true");
    case.run(&["check", "."]).says(&["EH0435", "`harm` would be unmeasured", "`rate: { events: 1, per: calls }`"]);
}

#[test]
fn a_log_that_falls_silent_is_said_and_still_counts_as_none() {
    let case = case();
    let until: String =
        case.read("complaints.csv").lines().filter(|l| !l.contains("2026-03")).map(|l| format!("{l}\n")).collect();
    case.write("complaints.csv", until);
    let ran = case.run(&["check", "--data", "."]);
    ran.says(&["EH0437", "no event of `harm` in 2026-03", "the last one is of 2026-02"]);
    case.run(&["run", ".", "--no-cache"]).ok();
    let scores = case.table("out/scores.csv");
    assert_eq!(find(&scores, &[("level", "organisation"), ("measure", "harm")])["value"], "0");
    assert!(!super::exposure::case().run(&["check", "--data", "."]).out.contains("EH0437"));
}
