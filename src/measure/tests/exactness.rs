//! Any split of rows into batches and workers gives the same counts, and they are those of a naive evaluator.

use proptest::prelude::*;

use super::*;
use crate::measure::{MeasureRows, Tallies};
use crate::workspace::{Cause, Reasoned};

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let person = prop_oneof![4 => "[a-e]".prop_map(Some), 1 => Just(None)];
    let topic = prop_oneof![3 => "[x-z]".prop_map(Some), 1 => Just(None)];
    let kept = prop_oneof![Just(Some(true)), Just(Some(false)), Just(None)];
    let rating = prop_oneof![4 => (-50i32..1200).prop_map(|r| Some(f64::from(r) / 100.0)), 1 => Just(None)];
    let department = prop_oneof![Just(Some("north".to_string())), Just(Some("south".to_string())), Just(None)];
    let one = (person, topic, kept, rating, department, 0i64..150);
    prop::collection::vec(one, 1..60).prop_map(|rows| {
        let of = |(i, (person, topic, kept, rating, department, days)): (usize, _)| Row {
            person,
            topic,
            kept,
            rating,
            department,
            at: Some(day("2026-01-01").saturating_add(jiff::SignedDuration::from_hours(24 * days))),
            closed: None,
            out_of: Some(1.0),
            line: i as u64 + 2,
        };
        rows.into_iter().enumerate().map(of).collect()
    })
}

fn policy() -> Plan {
    let mut plan = plan(vec![
        Form::Share(yes_no("kept")),
        Form::Mean(number("rating")),
        Form::Nps(number("rating")),
        Form::Median(number("rating")),
        Form::Count,
    ]);
    plan.measures[0].filter = Some(yes_no("topic != \"x\""));
    plan.measures[0].shield = vec![Reasoned { reason: "shield".into(), when: yes_no("rating > 9") }];
    plan.measures[1].adjust_for = vec![3];
    plan.measures[2].exclude = vec![Reasoned { reason: "z".into(), when: yes_no("topic == \"z\"") }];
    plan.measures[2].cause = Some(Cause::Of(program("topic", Expected::Text)));
    plan
}

/// Everything but what depends on names of files.
fn shown(counts: &Counts) -> String {
    let Counts { periods, judged, subjects, seats, tables, records, sources, rows, quarantine, .. } = counts;
    format!("{periods:?} {judged:?} {subjects:?} {seats:?} {tables:?} {records:?} {sources:?} {rows:?} {quarantine:?}")
}

fn equation(rows: &MeasureRows) -> u64 {
    let excluded: u64 = rows.excluded.iter().map(|e| e.1).sum();
    rows.measured + rows.out_of_scope + excluded + rows.not_applicable + rows.not_due + rows.missing
}

/// (hits, n) of the share by the rules read aloud, for rows that a subject holds.
fn naive<'r>(rows: impl Iterator<Item = &'r Row>) -> (u64, u64) {
    let (mut hits, mut n) = (0, 0);
    for row in rows {
        let in_scope = row.topic.as_deref().map(|t| t != "x");
        if let (Some(true), Some(kept)) = (in_scope, row.kept) {
            n += 1;
            hits += u64::from(kept);
        }
    }
    (hits, n)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn batches_and_workers_change_nothing(rows in rows(), size in 1usize..20, workers in 1usize..5) {
        let plan = policy();
        let as_of = Some(day("2026-12-31"));
        let whole = Run { as_of, ..Run::default() }.counts(&plan, &[batch(&plan, &rows)]).unwrap();
        let mut pieces: Vec<Batch> = rows.chunks(size).map(|rows| batch_like(&plan, rows)).collect();
        pieces.reverse();
        let split = Run { as_of, workers, ..Run::default() }.counts(&plan, &pieces).unwrap();
        prop_assert_eq!(shown(&whole), shown(&split));
        let whole = crate::measure::readings(&plan, whole).unwrap();
        let split = crate::measure::readings(&plan, split).unwrap();
        prop_assert_eq!(format!("{:?}", whole.levels), format!("{:?}", split.levels));
    }

    #[test]
    fn the_row_equation_holds_and_the_naive_evaluator_agrees(rows in rows()) {
        let plan = policy();
        let run = Run { as_of: Some(day("2026-12-31")), ..Run::default() };
        let readings = run.readings(&plan, &rows);
        for measure in &readings.rows {
            prop_assert_eq!(measure.used, rows.len() as u64);
            prop_assert_eq!(equation(measure), measure.used);
        }
        for level in &readings.levels {
            let Tallies::Share { hits, n } = &level.measures[0].tallies else { unreachable!() };
            for (position, subject) in level.subjects.iter().enumerate() {
                for (index, period) in readings.periods.iter().enumerate() {
                    let held = rows.iter().filter(|row| {
                        let inside = row.at >= period.start && row.at < period.end;
                        let whose = match level.level.as_str() {
                            "person" => row.person.as_deref(),
                            "department" => row.department.as_deref(),
                            _ => Some("organisation"),
                        };
                        inside && whose == Some(&*subject.id)
                    });
                    let cell = readings.cell(position, index);
                    prop_assert_eq!((hits[cell], n[cell]), naive(held));
                }
            }
        }
    }

    #[test]
    fn the_organisation_is_the_sum_of_its_people_and_of_nobodys_rows(rows in rows()) {
        let plan = policy();
        let run = Run { as_of: Some(day("2026-12-31")), ..Run::default() };
        let readings = run.readings(&plan, &rows);
        let people: u64 = readings.levels[0].records.iter().sum();
        let nobody = rows.iter().filter(|r| r.person.is_none()).count() as u64;
        let all: u64 = readings.levels[2].records.iter().sum();
        prop_assert_eq!(people + nobody, all);
    }
}

/// A batch that has a department column whether its rows need one or not.
fn batch_like(plan: &Plan, rows: &[Row]) -> Batch {
    let mut batch = batch(plan, rows);
    batch.subjects.levels[1] = Some(TextColumn::of(rows.iter().map(|r| r.department.as_deref())));
    batch
}
