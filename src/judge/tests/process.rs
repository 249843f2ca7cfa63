use std::collections::BTreeMap;

use super::*;
use crate::measure::LevelReadings;

/// A department of these people, and the organisation, all of one month; the target is 80 %.
fn bead_box(people: &[(u64, u64)]) -> (Plan, Vec<LevelReadings>) {
    let mut plan = plan();
    standard(&mut plan, "white", SourceKind::Record, 0.6, 0.9);
    let whole = people.iter().fold((0, 0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    let mut persons = level("person", people.len(), 1, vec![share_readings(people)]);
    for person in &mut persons.subjects {
        person.parents = BTreeMap::from([(1, vec![Some(0)])]);
    }
    let departments = level("department", 1, 1, vec![share_readings(&[whole])]);
    let organisation = level("organisation", 1, 1, vec![share_readings(&[whole])]);
    (plan, vec![persons, departments, organisation])
}

fn units(plan: &Plan, levels: Vec<LevelReadings>, periods: usize) -> [Outcome; 2] {
    let judged = judge(plan, score(plan, readings(levels, periods), &environment()), Facts::default());
    [1, 2].map(|level: usize| judged.levels[level].outcome[periods - 1].unwrap())
}

#[test]
fn six_willing_workers_are_one_process() {
    // Deming's beads: six workers, 20 % red; only chance tells them apart. The organisation is the highest of the branch.
    let (plan, levels) = bead_box(&[(164, 200), (155, 200), (170, 200), (158, 200), (161, 200), (149, 200)]);
    assert_eq!(units(&plan, levels, 1), [Outcome::None, Outcome::ProcessReview]);
}

#[test]
fn a_worker_who_stands_out_is_no_common_cause() {
    let mut people = vec![(160, 200); 14];
    people.push((60, 200));
    let (plan, levels) = bead_box(&people);
    assert_eq!(units(&plan, levels, 1), [Outcome::None, Outcome::None]);
}

#[test]
fn two_members_or_a_met_target_are_no_process_review() {
    let (plan, levels) = bead_box(&[(160, 200), (155, 200)]);
    assert_eq!(units(&plan, levels, 1)[1], Outcome::None);
    let (plan, levels) = bead_box(&[(185, 200), (182, 200), (186, 200)]);
    assert_eq!(units(&plan, levels, 1)[1], Outcome::None);
}

#[test]
fn a_department_is_reviewed_where_the_organisation_is_not() {
    let (plan, mut levels) = bead_box(&[(164, 200), (155, 200), (170, 200)]);
    levels[2] = level("organisation", 1, 1, vec![share_readings(&[(1900, 2000)])]);
    assert_eq!(units(&plan, levels, 1), [Outcome::ProcessReview, Outcome::None]);
}

#[test]
fn a_signal_on_the_units_chart_is_a_special_cause() {
    let months = 9;
    let series = |hits: &[u64]| -> Vec<(u64, u64)> { hits.iter().map(|h| (*h, 600)).collect() };
    let calm = [480, 483, 478, 481, 479, 482, 480, 481, 479];
    let mut broken = calm;
    broken[8] = 400;
    for (hits, outcome) in [(calm, Outcome::ProcessReview), (broken, Outcome::None)] {
        let (plan, _) = bead_box(&[]);
        let third: Vec<(u64, u64)> = series(&hits).iter().map(|(h, n)| (h / 3, n / 3)).collect();
        let people: Vec<(u64, u64)> = (0..3).flat_map(|_| third.clone()).collect();
        let mut persons = level("person", 3, months, vec![share_readings(&people)]);
        for person in &mut persons.subjects {
            person.parents = BTreeMap::from([(1, vec![Some(0); months])]);
        }
        let unit = |name: &str| level(name, 1, months, vec![share_readings(&series(&hits))]);
        let levels = vec![persons, unit("department"), unit("organisation")];
        assert_eq!(units(&plan, levels, months)[1], outcome);
    }
}
