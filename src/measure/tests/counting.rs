//! Who, when, and which rows: without expressions.

use super::*;
use crate::measure::State;
use crate::records::Person;
use crate::workspace::Every;

fn person(id: &str, department: &str, from: Option<&str>, to: Option<&str>) -> Person {
    Person {
        id: id.into(),
        from: from.map(day),
        to: to.map(day),
        attributes: BTreeMap::from([
            ("department".to_string(), department.to_string()),
            ("name".to_string(), format!("{id} by name")),
        ]),
        line: 0,
    }
}

fn directory() -> Directory {
    Directory {
        people: vec![
            person("a", "north", None, Some("2026-02-10")),
            person("a", "south", Some("2026-02-10"), None),
            person("b", "north", None, None),
        ],
        columns: vec!["name".into(), "department".into()],
    }
}

#[test]
fn a_transfer_moves_the_rows_from_its_day_on() {
    let rows = [row("a", "2026-02-09"), row("a", "2026-02-10"), row("a", "2026-01-05"), row("b", "2026-02-28")];
    let readings = Run { directory: Some(directory()), ..Run::default() }.readings(&plan(vec![Form::Count]), &rows);
    assert_eq!(ids(&readings, 0), ["a", "b"]);
    assert_eq!(ids(&readings, 1), ["north", "south"]);
    assert_eq!(ids(&readings, 2), ["organisation"]);
    // January and February of north, then of south.
    assert_eq!(readings.levels[1].records, [1, 2, 0, 1]);
    assert_eq!(readings.levels[2].records, [1, 3]);
    let a = &readings.levels[0].subjects[0];
    assert_eq!(&*a.name, "a by name");
    assert_eq!(a.attributes[0].as_ref().unwrap()["department"], "north");
    assert_eq!(a.attributes[1].as_ref().unwrap()["department"], "south", "the last row valid in the period");
    // January: records say north. February: records say both, so the people file decides.
    assert_eq!(a.parents[&1], [Some(0), Some(1)]);
    assert_eq!(a.parents[&2], [Some(0), Some(0)]);
}

#[test]
fn unknown_persons_are_counted_and_their_rows_still_count_for_the_organisation() {
    let rows = [row("a", "2026-01-05"), row("x", "2026-01-06"), row("x", "2026-01-31")];
    let readings = Run { directory: Some(directory()), ..Run::default() }.readings(&plan(vec![Form::Count]), &rows);
    assert_eq!(ids(&readings, 0), ["a"]);
    assert_eq!(readings.levels[2].records, [3]);
    let found: Vec<_> = readings.findings.iter().map(|f| (f.code.id, f.message.as_str())).collect();
    assert_eq!(found[0], ("EH0607", "the people file doesn't know 1 person of 2 records on their day"));
    assert!(!found.iter().any(|(_, message)| message.ends_with("without a person")), "they name somebody: {found:?}");
    assert!(found.contains(&("EH0609", "2 records without a department")));
    let counted = &readings.attendance;
    assert_eq!((counted.unknown_persons, counted.unknown_records), (1, 2));
    assert_eq!((counted.without.as_slice(), counted.differing.as_slice()), (&[0, 2, 0][..], &[0, 0, 0][..]));
}

#[test]
fn the_rows_own_column_wins_over_the_people_file() {
    let mut moved = row("b", "2026-01-31");
    moved.department = Some("east".into());
    let readings = Run { directory: Some(directory()), ..Run::default() }.readings(&plan(vec![Form::Count]), &[moved]);
    assert_eq!(ids(&readings, 1), ["east"]);
    assert!(readings.findings.iter().any(|f| f.code.id == "EH0608"));
}

#[test]
fn without_a_people_file_the_records_name_their_people() {
    let readings = readings(&plan(vec![Form::Count]), &[row("z", "2026-01-31"), row("é", "2026-01-05")]);
    assert_eq!(ids(&readings, 0), ["z", "é"]);
    assert!(readings.levels[1].subjects.is_empty());
    assert!(!readings.findings.iter().any(|f| f.message == "no record has a department"), "nobody asked for any");
}

#[test]
fn records_after_as_of_and_before_the_first_period_are_left_out_and_counted() {
    let mut plan = plan(vec![Form::Count]);
    plan.periods.from = Some(said(day("2026-01-01")));
    let mut undated = row("a", "2026-01-05");
    undated.at = None;
    let rows = [row("a", "2025-12-31"), row("a", "2026-01-31"), row("a", "2026-02-01"), undated];
    let readings = Run { as_of: Some(day("2026-01-31")), ..Run::default() }.readings(&plan, &rows);
    let source = readings.sources[0].as_ref().unwrap();
    let left_out: Vec<_> = source.left_out.iter().map(|l| (l.reason.as_str(), l.rows)).collect();
    assert_eq!(left_out, [("after as_of", 1), ("before the first period", 1), ("no date", 1)]);
    assert_eq!((source.used, readings.rows[0].used, readings.rows[0].measured), (1, 1, 1));
    assert_eq!(readings.periods.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["2026-01"]);
}

#[test]
fn the_latest_complete_period_with_a_record_is_judged() {
    let plan = plan(vec![Form::Count]);
    let rows = [row("a", "2026-01-05"), row("a", "2026-02-28"), row("a", "2026-03-02")];
    let run = |choice| Run { choice, ..Run::default() }.counts(&plan, &[batch(&plan, &rows)]);
    let latest = run(PeriodChoice::Latest).unwrap();
    assert_eq!((latest.as_of, latest.judged.as_slice()), (day("2026-03-02"), &[1][..]));
    assert!(!latest.periods[2].complete);
    assert_eq!(run(PeriodChoice::All).unwrap().judged, [0, 1]);
    assert_eq!(run(PeriodChoice::One("2026-01".into())).unwrap().judged, [0]);
    let refused = run(PeriodChoice::One("2026-03".into())).unwrap_err();
    assert_eq!(refused[0].message, "period `2026-03` is not complete on 2026-03-02");
    assert_eq!(refused[0].help[0], "complete periods with records: 2026-01, 2026-02");
}

#[test]
fn no_complete_period_stops_the_run_with_a_way_out() {
    let plan = plan(vec![Form::Count]);
    let error = Run::default().counts(&plan, &[batch(&plan, &[row("a", "2026-01-05")])]).unwrap_err();
    assert_eq!(error[0].code.id, "EH0602");
    let none = Run { as_of: Some(day("2025-01-01")), ..Run::default() };
    let error = none.counts(&plan, &[batch(&plan, &[row("a", "2026-01-05")])]).unwrap_err();
    assert_eq!(error[0].code.id, "EH0601");
}

#[test]
fn one_mistyped_year_stops_the_run_and_is_named_unless_as_of_is_written() {
    let plan = plan(vec![Form::Count]);
    let mut slip = row("a", "2062-02-03");
    slip.line = 77;
    let rows = [row("a", "2026-01-05"), row("a", "2026-02-28"), slip];
    let batches = [batch(&plan, &rows)];
    let error = Run::default().counts(&plan, &batches).unwrap_err();
    assert_eq!(error[0].code.id, "EH0604");
    assert_eq!(error[0].message, "the latest records (2062-02) stand apart: the one before them is of 2026-02");
    let crate::diagnostic::Place::Data { file, line, .. } = &error[0].labels[0].place else { unreachable!() };
    assert_eq!((file.as_str(), *line), ("rows.csv", 77));
    assert!(error[0].help[1].contains("as_of: 2026-02-28"));
    let counts = Run { as_of: Some(day("2026-02-28")), ..Run::default() }.counts(&plan, &batches).unwrap();
    assert_eq!(counts.periods.len(), 2);
}

#[test]
fn all_is_one_period_that_needs_no_dates() {
    let mut plan = plan(vec![Form::Count]);
    plan.periods.every = said(Every::All);
    let mut undated = row("a", "2026-01-05");
    undated.at = None;
    let readings = readings(&plan, &[row("a", "2020-01-05"), undated]);
    assert_eq!(readings.periods[0].name, "all");
    assert_eq!((readings.levels[0].records.as_slice(), readings.judged.as_slice()), (&[2][..], &[0][..]));
    assert_eq!(readings.as_of, day("2020-01-05"));
}

#[test]
fn a_source_without_dates_forms_the_period_that_it_says() {
    let mut plan = plan(vec![Form::Count]);
    plan.sources[0].at = None;
    plan.sources[0].period = Some(said("2017".into()));
    let mut batch = batch(&plan, &[row("a", "2026-01-05")]);
    batch.at = Arc::default();
    batch.subjects.directory_at = Arc::default();
    let counts = Run::default().counts(&plan, &[batch]).unwrap();
    assert_eq!((counts.periods[0].name.as_str(), counts.as_of), ("2017", day("2017-12-31")));
    assert_eq!(counts.judged, [0]);
}

#[test]
fn a_measures_own_date_moves_its_rows_and_leaves_undated_ones_out_by_reason() {
    let mut plan = plan(vec![Form::Count, Form::Count]);
    plan.measures[1].at = Some(said("closed".into()));
    let mut rows = vec![row("a", "2026-01-05"), row("a", "2026-01-06"), row("a", "2026-02-07")];
    rows[0].closed = Some(day("2026-02-01"));
    rows[2].closed = Some(day("2026-02-08"));
    let run = Run { as_of: Some(day("2026-02-28")), ..Run::default() };
    let readings = run.readings(&plan, &rows);
    let n = |m: usize| readings.levels[2].measures[m].figures.n.clone();
    assert_eq!((n(0), n(1)), (vec![2, 1], vec![0, 2]));
    assert_eq!(readings.rows[1].excluded, [("no date".to_string(), 1)]);
    assert_eq!(readings.rows[1].used, 3);
    assert_eq!(readings.levels[2].records, [2, 1], "records are dated by their source");
}

#[test]
fn what_nobody_recorded_is_unmeasured_not_zero() {
    let rows = [row("a", "2026-01-05"), row("b", "2026-02-05"), row("b", "2026-02-28")];
    let readings = readings(&plan(vec![Form::Count]), &rows);
    let measure = &readings.levels[0].measures[0];
    assert!(measure.figures.value[1].is_nan());
    assert_eq!(measure.state, [State::Measured, State::Unmeasured, State::Unmeasured, State::Measured]);
}

#[test]
fn selected_rows_alone_count() {
    let plan = plan(vec![Form::Count]);
    let mut batch = batch(&plan, &[row("a", "2026-01-31"), row("ghost", "2026-01-31"), row("a", "2026-01-31")]);
    batch.selected = Some(vec![0, 2]);
    let counts = Run::default().counts(&plan, &[batch]).unwrap();
    assert_eq!(counts.subjects[0].len(), 1, "a word that no counted row uses names nobody");
    assert_eq!(counts.records[0], [2]);
}
