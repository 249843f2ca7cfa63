use std::fmt::Write;

use super::*;
use crate::workspace;

/// Shares split by strata, a score of recommendation, a mean and a rate; every kind of rule, a look back, and a level above.
const POLICY: &str = r#"evenhand: 1
zone: UTC
periods: { every: month }
as_of: 2026-05-31
levels: [person, team, organisation]
charter: { name: Spans, version: "1", effective: 2026-01-01, review_by: 2026-12-31, owner: Head of Service, customer: the customer who pays }
sources:
  calls: { files: data/calls.csv, kind: record, person: agent, at: at, subjects: { team: team }, fields: { good: number, calls: number, hard: text, minutes: number, faults: number, score: number, team: text } }
measures:
  answered: { source: calls, kind: objective, share: { of: good, out_of: calls }, adjust_for: [hard] }
  plain: { source: calls, kind: objective, share: { of: good, out_of: calls } }
  quick: { source: calls, kind: objective, lower_is_better: yes, mean: minutes }
  faulty: { source: calls, kind: objective, lower_is_better: yes, rate: { events: faults, per: calls } }
  liked: { source: calls, kind: objective, nps: score }
standards:
  answer: { promise: We answer., measure: answered, floor: 70%, target: 80% }
  plainly: { promise: We answer plainly., measure: plain, floor: 76%, target: 78.5% }
  fast: { promise: We are quick., measure: quick, floor: 12, target: 11 }
  clean: { promise: We work cleanly., measure: faulty, floor: 0.2, target: 0.1 }
  recommended: { promise: You would recommend us., measure: liked, floor: -20, target: 30 }
minimum: { records: 2, accept_risk: { because: a test, approved_by: The tester } }
rules:
  - { id: best, recommend: reward, when: score >= 70 && plainly.value > 0.79 }
  - { id: helped, recommend: develop, when: fast.estimate > 14 }
  - { id: offender, recommend: sanction, when: 'below_floor("plainly", 1, 3)' }
  - { id: support, recommend: develop, when: score < 60 }
fairness:
  gates:
    bound: &off { value: off, accept_risk: { because: a test, approved_by: The tester } }
    multiplicity: *off
    reliability: *off
    source_types: *off
"#;

fn calls() -> String {
    let mut text = "agent,at,good,calls,hard,minutes,faults,score,team\n".to_owned();
    for agent in 0..12_u32 {
        for month in 1..=5 {
            for row in 0..6_u32 {
                let x = (agent * 31 + month * 17 + row * 13) % 29;
                let (calls, hard) = (20 + x % 5, if x % 3 == 0 { "yes" } else { "no" });
                let good = calls - 4 - x % 3;
                let _ = writeln!(
                    text,
                    "A{agent:02},2026-{month:02}-{:02},{good},{calls},{hard},{},{},{},T{}",
                    1 + row * 4,
                    8 + x % 7,
                    x % 4,
                    x % 11,
                    agent % 3
                );
            }
        }
    }
    text
}

/// The answer where a thread holds about so many figures.
fn answer(figures: usize, threads: usize) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("evenhand.yaml"), POLICY).unwrap();
    std::fs::write(folder.path().join("data/calls.csv"), calls()).unwrap();
    let loaded = workspace::load(folder.path());
    let plan = loaded.plan.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let named = Named::of(&plan);
    let (counts, crossed) =
        measure::count_crossed(&plan, None, &PeriodChoice::Latest, &named.measures(), &|_, _| {}).unwrap();
    let options = Options { worlds: 6, seed: 4, independent: false, effect: EFFECT, as_of: None };
    let year = Year::new(&plan, &named, &counts, figures);
    assert_eq!(year.spans.len() > 1, figures < 1000, "{:?}", year.spans);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| audit_year(&year, &crossed, &options, &|_, _| {}, &|| true)).unwrap()
}

#[test]
fn spans_and_threads_change_nothing() {
    let whole = answer(span::FIGURES, 1);
    let outcomes = whole.levels.iter().flat_map(|l| &l.outcomes);
    let rules: Vec<&str> = outcomes.flat_map(|o| &o.as_pooled.rules).map(|r| r.rule.as_str()).collect();
    assert!(rules.contains(&"best") && rules.contains(&"offender"), "the test needs something to count: {whole:#?}");
    let found = &whole.power.as_ref().unwrap().found;
    assert!(found.last().unwrap().probability.value > 0.0);
    assert_eq!(answer(1, 3), whole);
}
