use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::measure::{LevelReadings, State};
use crate::workspace::{Combine, Part};

/// One person-level standard `answer` (60 to 80 %), one month, these people.
fn simple(people: &[(u64, u64)], rules: &[(&str, Recommend, &str)]) -> (Plan, Readings) {
    let mut plan = plan();
    standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
    for (id, recommend, when) in rules {
        rule(&mut plan, id, *recommend, when);
    }
    let readings = readings(vec![level("person", people.len(), 1, vec![share_readings(people)])], 1);
    (plan, readings)
}

fn outcomes(plan: &Plan, readings: Readings) -> Vec<Option<Outcome>> {
    run(plan, readings).levels[0].outcome.clone()
}

fn run(plan: &Plan, readings: Readings) -> Recommendations {
    judge(plan, score(plan, readings, &environment()), Facts::default())
}

/// The readings once more: they are consumed by scoring.
fn same(of: &Readings) -> Readings {
    let periods = of.periods.len();
    readings(vec![LevelReadings::clone(&of.levels[0])], periods)
}

const REWARD: (&str, Recommend, &str) = ("keeps", Recommend::Reward, r#"met("answer")"#);
const HELP: (&str, Recommend, &str) = ("helps", Recommend::Develop, "score < 80");

#[test]
fn a_reward_needs_a_lower_bound_above_the_target() {
    // 90 of 100: lower bound .8256; 85 of 100: .7672; 27 of 30: .7438
    let (plan, readings) = simple(&[(90, 100), (85, 100), (27, 30), (29, 29), (0, 0)], &[REWARD]);
    let recommendations = run(&plan, readings);
    let got = &recommendations.levels[0].outcome;
    let none = Some(Outcome::None);
    assert_eq!(got[..], [Some(Outcome::Reward), none, none, Some(Outcome::Insufficient), None]);
    let detail = recommendations.detail(&plan, 0, 1, 0);
    assert_eq!(
        detail.notes[0],
        "would be reward by `keeps`, not proven because bound: `answer`: the lower end of the interval, 76.7%, is not above the target of 80%"
    );
    assert!(detail.evidence[0].favourable);
    assert!(detail.evidence[0].sentence.contains("85% of 100 records (95% interval 76.7% to 90.7%)"));
}

#[test]
fn a_doubtful_reading_is_not_rewarded() {
    let (plan, mut readings) = simple(&[(90, 100)], &[REWARD]);
    readings.levels[0].measures[0].state[0] = State::Doubtful;
    let recommendations = run(&plan, readings);
    assert_eq!(recommendations.levels[0].outcome[0], Some(Outcome::None));
    let gates = &recommendations.detail(&plan, 0, 0, 0).tried[0].gates;
    let verdicts: Vec<(&str, Verdict)> = gates.iter().map(|g| (g.name, g.verdict)).collect();
    assert_eq!(verdicts, [("minimum", Verdict::Pass), ("bound", Verdict::Pass), ("doubtful", Verdict::Fail)]);
}

#[test]
fn a_rule_that_names_only_the_score_is_held_to_the_reward_line() {
    let (mut plan, readings) = simple(&[(90, 100), (81, 100)], &[("keeps", Recommend::Reward, "score >= 90")]);
    assert_eq!(outcomes(&plan, same(&readings)), [Some(Outcome::Reward), Some(Outcome::None)]);
    plan.fairness.reward_line = 100.0;
    assert_eq!(outcomes(&plan, readings)[0], Some(Outcome::None));
}

#[test]
fn help_needs_an_estimate_below_target_and_no_interval() {
    let (plan, mut readings) = simple(&[(79, 100), (79, 100)], &[HELP]);
    // shrunken towards good peers, the second is not below target
    readings.levels[0].measures[0].estimate[1] = 0.81;
    readings.levels[0].measures[0].figures.lower[0] = f64::NAN;
    assert_eq!(outcomes(&plan, readings), [Some(Outcome::None), Some(Outcome::None)], "79 % is 95 points");
    let (plan, mut readings) = simple(&[(70, 100), (70, 100)], &[HELP]);
    readings.levels[0].measures[0].estimate[1] = 0.81;
    readings.levels[0].measures[0].figures.lower[0] = f64::NAN;
    let recommendations = run(&plan, readings);
    assert_eq!(recommendations.levels[0].outcome, [Some(Outcome::Develop), Some(Outcome::None)]);
    let detail = recommendations.detail(&plan, 0, 0, 0);
    assert_eq!(
        detail.counterfactual.as_deref(),
        Some("`answer`: 10 more kept of 100 records would reach the target of 80%")
    );
    assert!(detail.notes[0].contains("by 2 March 2026; measured again after that"), "{:?}", detail.notes);
}

#[test]
fn below_the_minimum_only_an_offer_is_made() {
    let help = ("helps", Recommend::Develop, "answer.estimate < answer.target");
    let (mut plan, readings) = simple(&[(5, 10)], &[help]);
    assert_eq!(outcomes(&plan, same(&readings)), [Some(Outcome::Insufficient)]);
    plan.rules[0].offer = true;
    assert_eq!(outcomes(&plan, readings), [Some(Outcome::Develop)]);
    let (mut plan, readings) = simple(&[(5, 10)], &[HELP]);
    plan.rules[0].offer = true;
    let recommendations = run(&plan, readings);
    assert_eq!(recommendations.levels[0].outcome, [Some(Outcome::Develop)], "also by a score of what there is");
    let gates = &recommendations.detail(&plan, 0, 0, 0).tried[0].gates;
    assert_eq!(gates[0].figure, "10 records, fewer than 30: help is offered all the same");
}

#[test]
fn the_first_rule_that_passes_wins_and_later_ones_are_tried_after_a_gate() {
    let never = ("never", Recommend::Reward, "answer.value > answer.target && score > 1000");
    let (plan, readings) = simple(&[(60, 100)], &[never, REWARD, HELP]);
    let recommendations = run(&plan, readings);
    assert_eq!(recommendations.levels[0].rule[0], Some(2));
    let (plan, readings) = simple(&[(82, 100)], &[REWARD, ("all", Recommend::Develop, "score > 0")]);
    let detail = run(&plan, readings).detail(&plan, 0, 0, 0);
    assert_eq!((detail.outcome, detail.tried.len()), (Outcome::None, 2), "an estimate of 82 % needs no help");
}

#[test]
fn an_endless_rule_leaves_people_undecided_unless_another_decides() {
    let endless = ("endless", Recommend::Develop, "{ let i = 0; while i < 1e12 { i += 1; } score > i }");
    let (plan, readings) = simple(&[(90, 100), (70, 100)], &[endless, REWARD]);
    let recommendations = run(&plan, readings);
    assert_eq!(recommendations.levels[0].outcome, [Some(Outcome::Reward), Some(Outcome::Undecided)]);
    assert_eq!(recommendations.failures.len(), 1);
    assert_eq!(recommendations.failures[0].code.id, "EH0703");
}

#[test]
fn a_failed_measure_leaves_people_undecided() {
    let (plan, mut readings) = simple(&[(70, 100)], &[HELP, REWARD]);
    readings.levels[0].measures[0].state[0] = State::Failed;
    assert_eq!(outcomes(&plan, readings), [Some(Outcome::Undecided)]);
}

#[test]
fn a_rule_is_for_those_it_names() {
    let (mut plan, mut readings) = simple(&[(90, 100), (90, 100), (90, 100)], &[REWARD]);
    plan.rules[0].applies_to.insert("contact".into(), vec![said("contactor".into())]);
    for (subject, contact) in readings.levels[0].subjects.iter_mut().zip(["contactor", "modifier"]) {
        subject.attributes[0] = Some(Arc::new(BTreeMap::from([("contact".to_string(), contact.to_string())])));
    }
    let none = Some(Outcome::None);
    assert_eq!(outcomes(&plan, readings), [Some(Outcome::Reward), none, none], "unknown is not meant");
}

#[test]
fn a_sanction_is_for_persons_unless_it_names_a_level() {
    let mut plan = plan();
    standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
    let by = rule(&mut plan, "offends", Recommend::Sanction, "answer.value < answer.floor");
    plan.rules[by].levels = vec![0, 1];
    let unit = || vec![share_readings(&[(40, 100)])];
    let all = || readings(vec![level("person", 1, 1, unit()), level("department", 1, 1, unit())], 1);
    let recommendations = run(&plan, all());
    assert!(recommendations.detail(&plan, 1, 0, 0).tried.is_empty());
    plan.rules[by].levels_named = true;
    let recommendations = run(&plan, all());
    assert_eq!(recommendations.detail(&plan, 1, 0, 0).tried.len(), 1);
}

#[test]
fn one_bad_period_never_suffices() {
    let mut offender = offender();
    offender.answered[..3].fill((90, 100));
    offender.plan.rules.clear();
    let by = rule(&mut offender.plan, "offends", Recommend::Sanction, r#"below_floor("answer")"#);
    offender.plan.rules[by].corroborated_by = vec![1];
    assert_eq!(offender.outcome(), Outcome::Develop);
    assert_eq!(offender.verdict("bound"), Verdict::Fail);
    let detail = offender.detail();
    assert!(
        detail.summary.contains("offered help") && detail.summary.ends_with("(help only: a sanction was not proven)")
    );
}

#[test]
fn rules_never_see_values_below_the_minimum_but_their_n() {
    let sees =
        ("sees", Recommend::Develop, "is_missing(answer.value) && answer.n == 10 && answer.state == \"too_few\"");
    let (plan, readings) = simple(&[(5, 10)], &[sees]);
    assert!(!run(&plan, readings).detail(&plan, 0, 0, 0).tried[0].missing);
}

#[test]
fn groups_scores_previous_and_names_reach_the_rules() {
    let mut plan = plan();
    let answer = standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
    let greet = standard(&mut plan, "greet", SourceKind::Record, 0.6, 0.8);
    group(&mut plan, "both", &[Part::Standard(answer), Part::Standard(greet)], Combine::Min);
    let when = r#"both.value == 50 && both.n == 60 && previous("answer") == 0.5 && subject == "person-0" && period == "2026-02""#;
    rule(&mut plan, "sees", Recommend::Develop, when);
    let measures = vec![share_readings(&[(50, 100), (70, 100)]), share_readings(&[(30, 60), (48, 60)])];
    let recommendations = run(&plan, readings(vec![level("person", 1, 2, measures)], 2));
    assert_eq!(recommendations.levels[0].outcome, [None, Some(Outcome::Develop)]);
}

#[test]
fn k_of_m_and_trend() {
    let mut plan = plan();
    standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
    rule(&mut plan, "steady", Recommend::Reward, r#"met("answer", 3, 4) && !met("answer", 4, 4)"#);
    rule(&mut plan, "falls", Recommend::Develop, r#"trend("answer") == "worsening""#);
    let run_of = |cells: &[(u64, u64)]| {
        let readings = readings(vec![level("person", 1, cells.len(), vec![share_readings(cells)])], cells.len());
        let tried = run(&plan, readings).detail(&plan, 0, 0, cells.len() - 1).tried;
        tried.iter().filter(|t| !t.missing).map(|t| t.rule).collect::<Vec<_>>()
    };
    assert_eq!(run_of(&[(90, 100), (5, 10), (80, 100), (95, 100)]), [0]);
    assert_eq!(run_of(&[(90, 100), (80, 100), (95, 100)]), [0usize; 0], "three months are not four");
    let mut falling = vec![(90, 100); 8];
    falling.push((20, 100));
    assert_eq!(run_of(&falling), [0, 1]);
}

#[test]
fn the_context_of_a_text_holds_figures_and_no_zero_for_missing() {
    let (plan, readings) = simple(&[(90, 100), (0, 0)], &[REWARD]);
    let recommendations = run(&plan, readings);
    let context = recommendations.context(&plan, 0, 0, 0);
    assert_eq!(context["answer"]["value"], 0.9);
    assert_eq!(context["answer"]["n"], 100);
    assert_eq!(context["subject"]["id"], "person-0");
    assert_eq!(context["outcome"], "reward");
    let context = recommendations.context(&plan, 0, 1, 0);
    assert!(context["answer"]["value"].is_null() && context["score"].is_null());
}

#[test]
fn a_broken_points_script_leaves_people_undecided() {
    let (mut plan, readings) = simple(&[(90, 100)], &[HELP]);
    let script = "{ let i = 0; while i < 1e12 { i += 1; } i + value }";
    plan.standards[0].points = Some(program(script, crate::language::Expected::Number, &mut { POINTS }));
    let recommendations = run(&plan, readings);
    assert_eq!(recommendations.levels[0].outcome, [Some(Outcome::Undecided)]);
    assert_eq!(recommendations.scorecards.failures[0].code.id, "EH0701");
}

#[test]
fn two_thousand_people_are_judged_in_one_go() {
    let mut plan = plan();
    for id in ["a", "b", "c"] {
        standard(&mut plan, id, SourceKind::Record, 0.6, 0.8);
    }
    rule(&mut plan, "keeps", Recommend::Reward, r#"met("a") && met("b")"#);
    rule(&mut plan, "offends", Recommend::Sanction, r#"below_floor("a", 2, 2)"#);
    let cells: Vec<(u64, u64)> = (0..4_000).map(|i| (40 + i % 60, 100)).collect();
    let measures = (0..3).map(|_| share_readings(&cells)).collect();
    let judged = run(&plan, readings(vec![level("person", 2_000, 2, measures)], 2));
    assert_eq!(judged.levels[0].outcome.iter().flatten().count(), 2_000);
}

/// C65: evidence of responsibility raises a reward, and the text says so; it is no reward by itself.
#[test]
fn c65_responsibility_raises_a_reward() {
    let (mut plan, readings) = simple(&[(95, 100), (60, 100)], &[REWARD]);
    plan.rules[0].action = Some(said("certificate".into()));
    plan.rules[0].more.insert("raised".into(), "certificate and a day off".into());
    let row = |person: &str| crate::records::EvidenceRow {
        person: person.into(),
        kind: "responsibility".into(),
        standard: None,
        from: Some(date(2026, 1, 20)),
        to: None,
        step: None,
        reference: Some("owned a lost parcel to the end".into()),
        line: 2,
    };
    let facts = |rows| Facts { rows, ..Facts::default() };
    let run = |facts| judge(&plan, score(&plan, same(&readings), &environment()), facts);
    let with = run(facts(vec![row("person-0"), row("person-1")]));
    assert_eq!(with.action(&plan, 0, 0, 0), Some("certificate and a day off"));
    let notes = with.detail(&plan, 0, 0, 0).notes;
    assert!(notes.iter().any(|n| n.contains("owned a lost parcel to the end; this raises the reward")), "{notes:?}");
    assert_eq!(run(Facts::default()).action(&plan, 0, 0, 0), Some("certificate"));
    assert_eq!(with.levels[0].outcome[1], Some(Outcome::None), "no reward without the proof");
    assert_eq!(with.action(&plan, 0, 1, 0), None);
}
