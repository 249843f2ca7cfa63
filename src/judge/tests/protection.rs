//! Ways in which a person could be sanctioned who may not be, each closed.

use super::*;
use crate::measure::State;

#[test]
fn the_score_of_a_sanction_is_that_of_the_persons_own_records() {
    let mut offender = offender();
    offender.plan.rules.clear();
    let sanction = rule(&mut offender.plan, "offends", Recommend::Sanction, "score < 40");
    assert_eq!(offender.outcome(), Outcome::Sanction);
    // 60 of the 100 calls were abusive; of the other 40 all were answered
    offender.adapt = |readings| {
        let mut own = share_readings(&[(90, 100); 12]);
        for cell in 0..4 {
            (own.figures.n[cell], own.figures.value[cell]) = (40, 1.0);
            (own.figures.lower[cell], own.figures.upper[cell]) = (0.91, 1.0);
        }
        readings.levels[0].measures[0].person_side = Some((own.tallies, own.figures));
    };
    assert_eq!(offender.verdict("bound"), Verdict::Fail);
    assert!(
        offender.gate("bound").figure.starts_with("the upper end of the score's interval, 50, is not below 40"),
        "{}",
        offender.gate("bound").figure
    );
    assert_eq!(offender.verdict("multiplicity"), Verdict::Fail);
    assert_ne!(offender.outcome(), Outcome::Sanction);
    // the score that is shown, and that rules read, is still of all records
    assert_eq!(offender.plan.rules[sanction].id.value, "offends");
    assert_eq!(offender.judged().scorecards.levels[0].score[3], 0.0);
}

#[test]
fn the_same_failing_months_lead_up_no_second_step() {
    let mut offender = offender();
    let warned = |on: Date| EvidenceRow { step: Some("informal".into()), ..row("warning", Some(on), None) };
    offender.facts.rows.push(warned(date(2026, 3, 31)));
    assert_eq!(offender.verdict("ladder"), Verdict::Pass, "April failed after the warning");
    offender.facts.rows[2] = warned(date(2026, 4, 1));
    assert_eq!(offender.verdict("ladder"), Verdict::Fail);
    assert_eq!(
        offender.gate("ladder").figure,
        "no failing period began after the warning of 1 April 2026: what led to it does not count again"
    );
    // a later, lower warning about the same standard counts as well
    offender.facts.rows[2] = EvidenceRow { step: Some("final".into()), ..warned(date(2025, 12, 1)) };
    assert_eq!(offender.detail().step.as_deref(), Some("dismissal review"));
    offender.facts.rows.push(warned(date(2026, 4, 20)));
    assert_eq!(offender.verdict("ladder"), Verdict::Fail);
}

#[test]
fn an_absence_without_an_end_goes_on() {
    let mut offender = offender();
    offender.facts.rows.push(row("absence", Some(date(2025, 11, 3)), None));
    assert_eq!(offender.verdict("absence"), Verdict::Fail);
}

#[test]
fn a_dispute_that_was_closed_after_the_day_of_judgement_was_open() {
    let mut offender = offender();
    let closed =
        |on: Date| EvidenceRow { step: Some("closed".into()), ..row("dispute", Some(date(2026, 4, 2)), Some(on)) };
    offender.facts.rows.push(closed(date(2026, 5, 20)));
    assert_eq!(offender.verdict("dispute"), Verdict::Fail);
    offender.facts.rows[2] = closed(date(2026, 4, 30));
    assert_eq!(offender.verdict("dispute"), Verdict::Pass);
}

#[test]
fn a_dispute_about_what_corroborates_holds_the_sanction_too() {
    let mut offender = offender();
    let about = |standard: &str| EvidenceRow {
        standard: Some(standard.into()),
        step: Some("open".into()),
        ..row("dispute", Some(date(2026, 4, 2)), None)
    };
    offender.facts.rows.push(about("satisfy"));
    assert_eq!(offender.verdict("dispute"), Verdict::Fail);
    offender.facts.rows[2] = about("another");
    assert_eq!(offender.verdict("dispute"), Verdict::Pass);
}

#[test]
fn nothing_records_when_it_was_communicated() {
    let mut offender = offender();
    offender.facts.rows[0].from = None;
    assert_eq!(offender.verdict("communicated"), Verdict::Unknown);
    assert_eq!(offender.gate("communicated").figure, "not proven: nothing records when `answer` was communicated");
}

#[test]
fn a_reading_that_misses_too_much_proves_nothing_against_a_person() {
    let mut offender = offender();
    offender.adapt = |readings| readings.levels[0].measures[0].state[3] = State::Doubtful;
    assert_eq!(offender.verdict("doubtful"), Verdict::Fail);
    assert_eq!(offender.outcome(), Outcome::Develop);
}

#[test]
fn reliability_is_that_of_the_records_that_count() {
    let mut offender = offender();
    offender.adapt = |readings| {
        let measure = &mut readings.levels[0].measures[0];
        let mut own = share_readings(&[(16, 40); 12]);
        own.figures.n[3] = 40;
        measure.reliability[3] = 0.95;
        measure.person_side = Some((own.tallies, own.figures));
    };
    // Spearman–Brown: .4·.95/(1 − .95 + .4·.95)
    assert_eq!(offender.gate("reliability").figure, "reliability 0.884, at least 0.9 needed");
    assert_eq!(offender.verdict("reliability"), Verdict::Fail);
}

#[test]
fn shielded_records_corroborate_nothing() {
    let mut offender = offender();
    assert_eq!(offender.verdict("source_types"), Verdict::Pass);
    offender.adapt = |readings| {
        let own = share_readings(&[(40, 40); 12]);
        readings.levels[0].measures[1].person_side = Some((own.tallies, own.figures));
    };
    assert_eq!(offender.verdict("source_types"), Verdict::Fail);
}

#[test]
fn an_observation_corroborates_only_where_raters_agree() {
    let mut offender = offender();
    offender.plan.sources[1].kind = SourceKind::Observation;
    assert_eq!(offender.verdict("source_types"), Verdict::Fail, "nobody knows whether they agree");
    offender.adapt = |readings| readings.levels[0].measures[1].agreement = Some(0.8);
    assert_eq!(offender.verdict("source_types"), Verdict::Pass);
    offender.adapt = |readings| readings.levels[0].measures[1].agreement = Some(0.6);
    assert_eq!(offender.verdict("source_types"), Verdict::Fail);
}

#[test]
fn no_threshold_of_a_measure_goes_below_what_agreement_means() {
    let mut offender = offender();
    offender.plan.sources[0].kind = SourceKind::Observation;
    offender.plan.measures[0].agreement = Some(0.01);
    offender.adapt = |readings| readings.levels[0].measures[0].agreement = Some(0.5);
    assert_eq!(offender.verdict("rater_agreement"), Verdict::Fail);
}

/// The first `loans` months in one department, the rest in another.
fn worked(readings: &mut Readings, loans: usize) {
    for subject in &mut readings.levels[0].subjects {
        for (period, attributes) in subject.attributes.iter_mut().enumerate() {
            let department = if period < loans { "Loans" } else { "Cards" };
            *attributes = Some(std::sync::Arc::new([("department".to_string(), department.to_string())].into()));
        }
    }
}

#[test]
fn months_of_another_department_are_no_evidence_under_this_ones_rule() {
    let mut offender = offender();
    offender.plan.rules[0].applies_to = [("department".to_string(), vec![said("Cards".to_string())])].into();
    offender.adapt = |readings| worked(readings, 1);
    assert_eq!(offender.outcome(), Outcome::Sanction, "three months in Cards");
    offender.adapt = |readings| worked(readings, 2);
    assert_eq!(offender.verdict("bound"), Verdict::Fail);
    assert_ne!(offender.outcome(), Outcome::Sanction);
}

#[test]
fn a_claimed_standard_without_a_target_of_its_own_is_not_proven() {
    let mut offender = offender();
    offender.plan.rules.clear();
    let praise = rule(&mut offender.plan, "praise", Recommend::Reward, "score > 0");
    offender.plan.rules[praise].claims = vec![0, 1];
    offender.answered.fill((95, 100));
    offender.satisfied.fill((95, 100));
    assert_eq!(offender.outcome(), Outcome::Reward);
    // the target changed within the month
    let goal = crate::workspace::Line::Field(0);
    offender.plan.standards[0].target = Some(said(goal));
    offender.adapt = |readings| {
        readings.levels[0].measures[0].lines.insert(0, vec![None; 12]);
    };
    assert_eq!(offender.verdict("bound"), Verdict::Fail);
    assert_ne!(offender.outcome(), Outcome::Reward);
}
