//! What must hold for any data, through the real pipeline: records in a file, recommendations out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

use std::fmt::Write as _;
use std::path::Path;

use evenhand::fairness::{charts, multiplicity, standardisation};
use evenhand::judge::{Outcome, Recommendations};
use evenhand::pipeline::{Options, evaluate};
use evenhand::workspace::{Plan, load};
use proptest::prelude::*;

/// One month of three people; the first one's records vary.
#[derive(Clone, Debug)]
struct Month {
    /// By person: (kept of 40, points 0–10 of each of 12 answers).
    people: Vec<(Vec<bool>, Vec<u8>)>,
}

fn month() -> impl Strategy<Value = Month> {
    let person = (proptest::collection::vec(any::<bool>(), 31..60), proptest::collection::vec(0u8..=10, 31..50));
    proptest::collection::vec(person, 4..7).prop_map(|people| Month { people })
}

const WORKSPACE: &str = r#"evenhand: 1
periods: { every: month }
as_of: 2026-04-30
levels: [person, organisation]
charter: { name: Any, version: "1", owner: Head of Service, customer: the account holder }
sources:
  calls: { files: calls.csv, id: id, person: who, at: at, fields: { kept: yes_no } }
  answers: { files: answers.csv, kind: customer_response, id: id, person: who, at: at, fields: { points: number } }
measures:
  kept: { source: calls, kind: objective, share: kept }
  rated: { source: answers, kind: objective, mean: points }
  nps: { source: answers, kind: objective, nps: points }
standards:
  keep: { promise: We keep it., measure: kept, floor: 40%, target: 60%, stretch: 90%, weight: WEIGHT1 }
  rate: { promise: You rate us well., measure: rated, floor: 3, target: 6, weight: WEIGHT2 }
  advocate: { promise: You recommend us., measure: nps, floor: -50, target: 0, weight: WEIGHT3 }
fairness: { reward_line: 80, sanction_line: 40 }
rules:
  - { id: keeps, recommend: reward, when: met("keep") }
  - { id: help, recommend: develop, when: score < 80 }
"#;

fn run(month: &Month, weights: [f64; 3]) -> (Plan, Recommendations) {
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = folder.path();
    let [a, b, c] = weights.map(|w| w.to_string());
    let text = WORKSPACE.replace("WEIGHT1", &a).replace("WEIGHT2", &b).replace("WEIGHT3", &c);
    std::fs::write(path.join("evenhand.yaml"), text).unwrap();
    let (mut calls, mut answers) = ("id,who,at,kept\n".to_owned(), "id,who,at,points\n".to_owned());
    for (who, (kept, points)) in month.people.iter().enumerate() {
        for (i, kept) in kept.iter().enumerate() {
            let kept = if *kept { "yes" } else { "no" };
            writeln!(calls, "{who}-{i},P{who:02},2026-04-{:02},{kept}", 1 + i % 30).unwrap();
        }
        for (i, points) in points.iter().enumerate() {
            writeln!(answers, "{who}-{i},P{who:02},2026-04-{:02},{points}", 1 + i % 30).unwrap();
        }
    }
    std::fs::write(path.join("calls.csv"), calls).unwrap();
    std::fs::write(path.join("answers.csv"), answers).unwrap();
    let plan = load(path).plan.expect("the workspace is sound");
    let recommendations = evaluate(&plan, &Options::default(), &|_, _| {}).expect("it runs");
    (plan, recommendations)
}

/// Everyone's scores at the first level, sorted by subject.
fn scores(recommendations: &Recommendations) -> Vec<f64> {
    recommendations.scorecards.levels[0].score.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// The interval contains the value, and the estimate lies between the value and the peers.
    #[test]
    fn intervals_hold_values_and_estimates_lie_between(month in month()) {
        let (_, found) = run(&month, [1.0, 1.0, 1.0]);
        let readings = &found.scorecards.readings;
        for level in &readings.levels {
            for measure in &level.measures {
                let f = &measure.figures;
                let known: Vec<usize> = (0..f.value.len()).filter(|c| !f.value[*c].is_nan()).collect();
                let low = known.iter().map(|c| f.value[*c]).fold(f64::INFINITY, f64::min);
                let high = known.iter().map(|c| f.value[*c]).fold(f64::NEG_INFINITY, f64::max);
                for cell in known {
                    let (value, estimate) = (f.value[cell], measure.estimate[cell]);
                    prop_assert!(f.lower[cell] <= value && value <= f.upper[cell], "{value} in {} … {}", f.lower[cell], f.upper[cell]);
                    // The prior is a mean of the peers, so that shrinkage never leaves their range.
                    prop_assert!(low - 1e-9 <= estimate && estimate <= high + 1e-9, "{estimate} in {low} … {high}");
                }
            }
        }
    }

    /// Among ten peers or more with equally many records, shrinkage never turns the order round: each estimate lies between the value
    /// and one prior that is common to all.
    #[test]
    fn shrinkage_keeps_the_order_of_equal_counts(hits in proptest::collection::vec(0usize..=40, 10..14)) {
        let people = hits.iter().map(|h| ((0..40).map(|i| i < *h).collect(), vec![5; 31])).collect();
        let (_, found) = run(&Month { people }, [1.0, 1.0, 1.0]);
        let estimate = &found.scorecards.readings.levels[0].measures[0].estimate;
        for a in 0..hits.len() {
            for b in 0..hits.len() {
                prop_assert!(hits[a] <= hits[b] || estimate[a] >= estimate[b] - 1e-12);
            }
        }
    }

    /// Weights are relative: scaling all of them changes no score, and so no ranking.
    #[test]
    fn scaling_all_weights_changes_nothing(month in month(), by in 0.01f64..100.0, w in 0.1f64..10.0) {
        let (_, one) = run(&month, [1.0, w, 2.0]);
        let (_, other) = run(&month, [by, w * by, 2.0 * by]);
        for (a, b) in scores(&one).iter().zip(scores(&other)) {
            prop_assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
        prop_assert_eq!(&one.levels[0].outcome, &other.levels[0].outcome);
    }

    /// A better record never turns a reward into less, and lowers no value and no points.
    #[test]
    fn a_better_record_never_hurts(month in month(), which in any::<proptest::sample::Index>()) {
        let mut better = month.clone();
        let (kept, points) = &mut better.people[0];
        let call = which.index(kept.len());
        kept[call] = true;
        let answer = which.index(points.len());
        points[answer] = 10;
        let ((_, before), (_, after)) = (run(&month, [1.0, 1.0, 1.0]), run(&better, [1.0, 1.0, 1.0]));
        for measure in 0..3 {
            let value = |r: &Recommendations| r.scorecards.readings.levels[0].measures[measure].figures.value[0];
            prop_assert!(value(&after) >= value(&before) - 1e-12, "measure {measure}");
        }
        for standard in 0..3 {
            let points = |r: &Recommendations| r.scorecards.levels[0].standards[standard].points[0];
            prop_assert!(points(&after) >= points(&before) - 1e-9, "standard {standard}");
        }
        // The reward rests on a share with default points.
        if before.levels[0].outcome[0] == Some(Outcome::Reward) {
            prop_assert_eq!(after.levels[0].outcome[0], Some(Outcome::Reward));
        }
    }
}

proptest! {
    /// A smaller p-value never gets a larger adjusted one, and none gets smaller than it was.
    #[test]
    fn benjamini_hochberg_is_monotone(p in proptest::collection::vec(0.0f64..=1.0, 1..60)) {
        let adjusted = multiplicity::benjamini_hochberg(&p);
        for (i, (p_i, a_i)) in p.iter().zip(&adjusted).enumerate() {
            prop_assert!(*a_i >= *p_i && *a_i <= 1.0);
            for (p_j, a_j) in p.iter().zip(&adjusted).skip(i) {
                prop_assert!(p_i > p_j || a_i <= a_j);
            }
        }
    }

    /// With equal counts Laney's p′ chart is the XmR chart of the shares.
    #[test]
    fn equal_counts_make_laneys_chart_the_xmr_chart(hits in proptest::collection::vec(5u64..95, 8..30)) {
        prop_assume!(hits.windows(2).any(|w| w[0] != w[1]));
        let counts: Vec<(u64, u64)> = hits.iter().map(|h| (*h, 100)).collect();
        let shares: Vec<f64> = hits.iter().map(|h| *h as f64 / 100.0).collect();
        let (laney, _) = charts::laney(&counts).unwrap();
        let xmr = charts::xmr(&shares).unwrap().chart;
        prop_assert_eq!(laney.outside, xmr.outside);
        prop_assert!((laney.centre - xmr.centre).abs() < 1e-9);
    }

    /// Indirect standardisation of everyone together: observed over expected is 1.
    #[test]
    fn everyone_together_is_as_expected(cells in proptest::collection::vec((1u64..500, 0.0f64..1.0), 1..20)) {
        let observed: f64 = cells.iter().map(|(n, share)| (*n as f64 * share).round()).sum();
        prop_assume!(observed > 0.0);
        // Each stratum's rate is its own observed over its own exposure, so that the expected sum is the observed one.
        let expected: f64 = cells.iter().map(|(n, share)| *n as f64 * ((*n as f64 * share).round() / *n as f64)).sum();
        let (ratio, limits) = standardisation::observed_over_expected(observed, expected, 1.96).unwrap();
        prop_assert!((ratio - 1.0).abs() < 1e-9 && limits.lower < 1.0 && limits.upper > 1.0);
    }
}

/// The same through the pipeline: adjusted for the mix of work, the shares of all people average to the overall share.
#[test]
fn adjusted_shares_average_to_the_overall_share() {
    let folder = tempfile::tempdir().unwrap();
    let text = WORKSPACE
        .replace("fields: { kept: yes_no }", "fields: { kept: yes_no, topic: text }")
        .replace("share: kept }", "share: kept, adjust_for: [topic] }");
    let text = text.replace("WEIGHT1", "1").replace("WEIGHT2", "1").replace("WEIGHT3", "1");
    std::fs::write(folder.path().join("evenhand.yaml"), text).unwrap();
    let mut calls = "id,who,at,kept,topic\n".to_owned();
    let (mut kept, mut all) = (0, 0);
    for (who, n) in [(0, 40), (1, 90), (2, 33)] {
        for i in 0..n {
            let topic = if (i + who) % (who + 2) == 0 { "hard" } else { "easy" };
            let good = (i * 7 + who) % 10 < if topic == "hard" { 4 } else { 8 };
            kept += u32::from(good);
            all += 1;
            writeln!(calls, "{who}-{i},P{who},2026-04-{:02},{},{topic}", 1 + i % 30, if good { "yes" } else { "no" })
                .unwrap();
        }
    }
    std::fs::write(folder.path().join("calls.csv"), calls).unwrap();
    std::fs::write(folder.path().join("answers.csv"), "id,who,at,points\n1,P0,2026-04-01,5\n").unwrap();
    let plan = load(folder.path()).plan.expect("sound");
    let found = evaluate(&plan, &Options::default(), &|_, _| {}).expect("runs");
    let figures = &found.scorecards.readings.levels[0].measures[0].figures;
    let sum: f64 = figures.value.iter().zip(&figures.n).map(|(v, n)| v * *n as f64).sum();
    assert!((sum / f64::from(all) - f64::from(kept) / f64::from(all)).abs() < 1e-9);
}
