//! Real data with published figures. Skipped, visibly, where ../shared is missing.

use std::collections::BTreeMap;
use std::io::Read;

use crate::harness::{Case, find, number, shared_data};

#[test]
fn city_requests_keep_their_open_cases() {
    let Some(data) = shared_data("boston311_2015/boston311_2015_core.csv.gz") else { return };
    let case = Case::of("tests/workspaces/boston311");
    case.bring(&data, "data/boston311_2015_core.csv.gz");
    case.run(&["run", "."]).ok();
    let scores = case.table("out/scores.csv");
    let city = |measure| find(&scores, &[("level", "organisation"), ("measure", measure)]);
    let closed = city("closed_in_time");
    assert_eq!(closed["n"], "79208", "closed cases with a target");
    assert_eq!((number(closed, "value") * 79208.0).round(), 60054.0, "on time");
    let agrees = city("flag_agrees");
    assert_eq!(
        (agrees["n"].as_str(), agrees["value"].as_str()),
        ("79126", "1"),
        "the flag says ONTIME exactly when closed by then"
    );
    let run = case.json("out/run.json");
    let rows = |measure: &str| {
        let all = run["rows"]["measures"].as_array().unwrap();
        all.iter().find(|r| r["measure"] == measure).unwrap().clone()
    };
    let excluded = &rows("flag_agrees")["excluded"][0];
    assert_eq!(excluded["reason"], "the case carries no flag");
    assert_eq!(excluded["rows"], 82, "the late ones without a flag are listed");
    let kept = rows("kept_date");
    assert_eq!(kept["not_applicable"], 26991, "no target: not measured ({kept})");
    let (measured, not_due) = (kept["measured"].as_u64().unwrap(), kept["not_due"].as_u64().unwrap());
    assert_eq!(measured + not_due + 26991, 121_145, "open cases are not due or overdue, never gone");
    assert!(not_due > 0 && measured > 79_208, "{kept}");
    println!("closed 79,208, on time 60,054, flagged 79,126, not due {not_due}, measured {measured}");
}

#[test]
fn incidents_count_once_and_few_are_insufficient() {
    let Some(data) = shared_data("incident_event_log/incident_event_log.csv.gz") else { return };
    let case = Case::of("tests/workspaces/incidents");
    case.bring(&data, "data/incident_event_log.csv.gz");
    case.run(&["run", "."]).ok();
    let scores = case.table("out/scores.csv");
    let all = find(&scores, &[("level", "organisation"), ("measure", "made_sla")]);
    assert_eq!(all["n"], "24918");
    assert_eq!((number(all, "value") * 24918.0).round(), 15803.0);
    let people: Vec<_> = case.table("out/recommendations.csv").into_iter().filter(|r| r["level"] == "person").collect();
    let insufficient = people.iter().filter(|r| r["outcome"] == "insufficient").count();
    assert_eq!((people.len(), insufficient), (216, 107));
    println!("24,918 incidents, 15,803 in time, {insufficient} of {} resolvers insufficient", people.len());
}

#[test]
fn airport_survey_leaves_blanks_off_the_scale() {
    let Some(data) = shared_data("sfo_survey/2017_SFO_Customer_Survey.csv") else { return };
    let case = Case::of("tests/workspaces/sfo2017");
    case.bring(&data, "data/2017_SFO_Customer_Survey.csv");
    case.run(&["run", "."]).ok();
    let scores = case.table("out/scores.csv");
    let nps = find(&scores, &[("level", "organisation"), ("measure", "nps")]);
    assert_eq!(nps["n"], "2746");
    assert!((number(nps, "value") - 39.8398).abs() < 5e-5, "{}", nps["value"]);
    assert_eq!(nps["period"], "2017");
    println!("NPS {} of {} answers", nps["value"], nps["n"]);
}

#[test]
fn counted_rows_add_up_by_provider() {
    let Some(data) = shared_data("nhs_ae/ae_attendances.csv.gz") else { return };
    let case = Case::of("tests/workspaces/nhs_ae");
    case.bring(&data, "data/ae_attendances.csv.gz");
    case.run(&["run", "."]).ok();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(&data).unwrap()).read_to_string(&mut text).unwrap();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.unwrap();
        let sum = sums.entry(row[1].to_string()).or_default();
        sum.0 += row[3].parse::<f64>().unwrap();
        sum.1 += row[4].parse::<f64>().unwrap();
    }
    let scores = case.table("out/scores.csv");
    for (provider, (attendances, breaches)) in &sums {
        let of = |measure| find(&scores, &[("level", "provider"), ("subject", provider), ("measure", measure)]);
        assert_eq!(number(of("attendances"), "value"), *attendances, "{provider}");
        assert_eq!(number(of("breaches"), "value"), *breaches, "{provider}");
        assert_eq!(number(of("within_four_hours"), "n"), *attendances, "{provider}");
    }
    println!("{} providers, {} attendances", sums.len(), sums.values().map(|s| s.0).sum::<f64>());
}
