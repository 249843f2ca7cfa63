//! What each kind of measure makes of its rows.

use super::*;
use crate::measure::{State, Tallies};
use crate::workspace::{Cause, CauseKind, Every, Line, Reasoned, Standard};

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

fn rated(person: &str, rating: Option<f64>) -> Row {
    Row { rating, ..row(person, "2026-01-31") }
}

fn kept(person: &str, kept: Option<bool>) -> Row {
    Row { kept, ..row(person, "2026-01-31") }
}

#[test]
fn the_first_state_that_holds_is_the_rows_and_the_equation_holds() {
    let mut plan = plan(vec![Form::Share(yes_no("rating >= 4"))]);
    let m = &mut plan.measures[0];
    m.filter = Some(yes_no("topic != \"test\""));
    m.exclude = vec![Reasoned { reason: "spoilt".into(), when: yes_no("topic == \"spoilt\"") }];
    m.not_applicable = Some(yes_no("topic == \"none\""));
    m.not_due = Some(yes_no("topic == \"later\" && rating < 10"));
    let topics = [
        (Some("test"), Some(5.0)),
        (Some("spoilt"), None),
        (Some("none"), Some(5.0)),
        (Some("later"), Some(5.0)),
        (Some("later"), None),
        (None, Some(5.0)),
        (Some("call"), Some(5.0)),
        (Some("call"), Some(1.0)),
        (Some("call"), None),
    ];
    let rows: Vec<Row> = topics.iter().map(|(t, r)| Row { topic: t.map(Into::into), ..rated("a", *r) }).collect();
    let readings = readings(&plan, &rows);
    let r = &readings.rows[0];
    assert_eq!((r.used, r.out_of_scope, r.not_applicable, r.not_due, r.missing, r.measured), (9, 1, 1, 1, 3, 2));
    assert_eq!(r.excluded, [("spoilt".to_string(), 1)]);
    let m = &readings.levels[0].measures[0];
    assert_eq!(m.tallies, Tallies::Share { hits: vec![1], n: vec![2] });
    assert_eq!(m.state, [State::Doubtful], "3 of 5 are missing");
}

#[test]
fn rows_that_are_all_not_due_or_not_applicable_say_so() {
    let mut plan = plan(vec![Form::Share(yes_no("kept"))]);
    plan.measures[0].not_applicable = Some(yes_no("topic == \"none\""));
    plan.measures[0].not_due = Some(yes_no("topic == \"later\""));
    let topic = |p: &str, t: &str| Row { topic: Some(t.into()), ..kept(p, Some(true)) };
    let rows = [topic("a", "none"), topic("b", "later"), topic("b", "none"), kept("c", None)];
    let mut rows = rows.to_vec();
    rows[3].topic = Some("call".into());
    let readings = readings(&plan, &rows);
    let states = &readings.levels[0].measures[0].state;
    assert_eq!(*states, [State::NotApplicable, State::NotDue, State::Unmeasured]);
}

#[test]
fn counted_shares_add_up_and_impossible_rows_are_quarantined_for_all_measures() {
    let of = || (number("rating"), number("out_of"));
    let (a, b) = of();
    let plan = plan(vec![Form::CountedShare { of: a, out_of: b }, Form::Count]);
    let counted = |of: f64, out_of: f64, line: u64| Row {
        rating: Some(of),
        out_of: Some(out_of),
        line,
        ..row("a", "2026-01-31")
    };
    let readings = readings(&plan, &[counted(8.0, 10.0, 2), counted(11.0, 10.0, 3), counted(1.0, 40.0, 4)]);
    assert_eq!(readings.levels[2].measures[0].tallies, Tallies::Share { hits: vec![9], n: vec![50] });
    let q = &readings.quarantine[0];
    assert_eq!((q.line, q.reason.as_str()), (3, "11 counted out of 10"));
    let source = readings.sources[0].as_ref().unwrap();
    assert_eq!((source.rows_in, source.used, source.quarantined), (3, 2, 1));
    assert_eq!((readings.rows[1].used, readings.rows[1].measured), (2, 2));
}

#[test]
fn means_sums_gaps_rates_and_ratios() {
    let mut plan = plan(vec![
        Form::Mean(number("rating")),
        Form::Sum(number("rating")),
        Form::Gap { received: number("rating"), expected: number("out_of") },
        Form::Rate { events: number("rating"), per: number("out_of"), scale: 1000.0 },
        Form::Ratio { of: number("rating"), out_of: number("out_of") },
        Form::Median(number("rating")),
    ]);
    plan.measures[0].decimals = 1;
    let both = |r: f64, o: f64| Row { out_of: Some(o), ..rated("a", Some(r)) };
    let readings = readings(&plan, &[both(1.04, 4.0), both(2.0, 4.0), both(4.0, 5.0)]);
    let value = |m: usize| readings.levels[0].measures[m].figures.value[0];
    near(value(0), 7.0 / 3.0);
    near(value(1), 7.04);
    near(value(2), (7.04 - 13.0) / 3.0);
    near(value(3), 1000.0 * 7.04 / 13.0);
    near(value(4), 7.04 / 13.0);
    near(value(5), 2.0);
    let figures = |m: usize| &readings.levels[0].measures[m].figures;
    assert!(figures(0).interval(0).is_some() && figures(1).interval(0).is_none());
    assert!(figures(3).interval(0).is_some() && figures(4).interval(0).is_some());
}

#[test]
fn nps_codes_off_the_scale_are_missing_and_counted() {
    let plan = plan(vec![Form::Nps(number("rating"))]);
    let rows: Vec<Row> = [10.0, 9.0, 8.5, 6.5, 0.0, 11.0].iter().map(|r| rated("a", Some(*r))).collect();
    let readings = readings(&plan, &rows);
    assert_eq!(
        readings.levels[0].measures[0].tallies,
        Tallies::Nps { promoters: vec![2], detractors: vec![2], n: vec![5] }
    );
    assert_eq!((readings.rows[0].missing, readings.rows[0].off_scale), (1, 1));
}

#[test]
fn the_second_tally_leaves_out_shielded_rows_and_misses_of_another_cause() {
    let mut plan = plan(vec![Form::Share(yes_no("kept"))]);
    plan.measures[0].shield = vec![Reasoned { reason: "abuse".into(), when: yes_no("topic == \"abuse\"") }];
    plan.measures[0].cause =
        Some(Cause::Of(program("if topic == \"outage\" { \"system\" } else { \"person\" }", Expected::Text)));
    let topic = |t: &str, k: bool| Row { topic: Some(t.into()), ..kept("a", Some(k)) };
    let rows = [
        topic("abuse", false),
        topic("outage", false),
        topic("outage", true),
        topic("call", false),
        topic("call", true),
    ];
    let readings = readings(&plan, &rows);
    let measure = &readings.levels[0].measures[0];
    assert_eq!(measure.tallies, Tallies::Share { hits: vec![2], n: vec![5] });
    let (side, figures) = measure.person_side.as_ref().unwrap();
    assert_eq!(*side, Tallies::Share { hits: vec![2], n: vec![3] });
    near(figures.value[0], 2.0 / 3.0);
    assert!(readings.levels[2].measures[0].person_side.is_none(), "units answer for all of it");
}

#[test]
fn every_miss_of_a_process_measure_is_excused() {
    let mut plan = plan(vec![Form::CountedShare { of: number("rating"), out_of: number("out_of") }]);
    plan.measures[0].cause = Some(Cause::Always(CauseKind::Process));
    let readings = readings(&plan, &[Row { out_of: Some(10.0), ..rated("a", Some(7.0)) }]);
    let (side, _) = readings.levels[0].measures[0].person_side.as_ref().unwrap();
    assert_eq!(*side, Tallies::Share { hits: vec![7], n: vec![7] });
}

#[test]
fn two_reported_figures_in_one_cell_are_an_error_that_names_both() {
    let form = || Form::Reported { of: number("rating"), n: None, lower: None, upper: None };
    let plan = plan(vec![form()]);
    let mut rows = vec![rated("a", Some(3.5)), rated("b", Some(4.0))];
    let figures = readings(&plan, &rows);
    near(figures.levels[0].measures[0].figures.value[1], 4.0);
    assert!(figures.levels[2].measures[0].figures.value[0].is_nan(), "reported figures never roll up");
    rows.push(Row { line: 9, ..rated("a", Some(3.5)) });
    let errors = Run::default().counts(&plan, &[batch(&plan, &rows)]).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].message, "measure `m0` has two figures for `a` in 2026-01");
    assert_eq!(errors[0].labels.len(), 2);
}

#[test]
fn adjusting_for_the_kind_of_work_turns_simpsons_order() {
    let mut plan = plan(vec![Form::Share(yes_no("kept"))]);
    plan.measures[0].adjust_for = vec![3];
    let mut rows = Vec::new();
    for (person, topic, n, hits) in
        [("a", "easy", 100, 95), ("a", "hard", 10, 6), ("b", "easy", 10, 10), ("b", "hard", 90, 63)]
    {
        rows.extend((0..n).map(|i| Row { topic: Some(topic.into()), ..kept(person, Some(i < hits)) }));
    }
    let readings = readings(&plan, &rows);
    let m = &readings.levels[0].measures[0];
    assert!(m.figures.raw[0] > m.figures.raw[1]);
    assert!(m.figures.value[1] > m.figures.value[0]);
    near(
        m.figures.value[0] - m.figures.raw[0],
        m.figures.lower[0] - crate::fairness::share::wilson(101, 110, crate::fairness::Z95).unwrap().lower,
    );
    assert_eq!(m.method, "standardisation.additive");
    let all = &readings.levels[2].measures[0].figures;
    near(all.value[0], all.raw[0]);
}

#[test]
fn lines_hold_the_one_value_of_a_cell() {
    let mut plan = plan(vec![Form::Share(yes_no("kept"))]);
    let mut standard: Standard = {
        let mut other = bare_plan();
        crate::score::fixture::standard(&mut other, "s", SourceKind::Record, 0.5, 0.8);
        other.standards.remove(0)
    };
    standard.measure = 0;
    standard.target = Some(said(Line::Field(1)));
    plan.standards.push(standard);
    let target = |p: &str, t: Option<f64>| Row { out_of: t, ..kept(p, Some(true)) };
    let rows = [target("a", Some(0.8)), target("a", Some(0.8)), target("b", Some(0.7)), target("c", None)];
    let readings = readings(&plan, &rows);
    let lines = &readings.levels[0].measures[0].lines[&1];
    assert_eq!(*lines, [Some(Value::Number(0.8)), Some(Value::Number(0.7)), Some(Value::Missing)]);
    assert_eq!(readings.levels[2].measures[0].lines[&1], [None]);
}

#[test]
fn a_formula_is_computed_from_values_and_is_as_sure_as_its_inputs() {
    let mut plan = plan(vec![Form::Share(yes_no("kept")), Form::Share(yes_no("rating > 3"))]);
    struct Inputs;
    impl Scope for Inputs {
        fn name(&mut self, path: &str) -> Option<Binding> {
            ["m0", "m1"].iter().position(|m| *m == path).map(|slot| Binding { slot, ty: Type::Number })
        }
        fn call(&mut self, _: &str, _: &[Value]) -> HostCall {
            HostCall::Unknown
        }
        fn candidates(&self) -> Vec<String> {
            Vec::new()
        }
        fn what(&self) -> crate::diagnostic::Said {
            crate::diagnostic::Said::verbatim("a measure")
        }
    }
    let program = compiled("(m0 + m1) / 2", Expected::Number, &mut Inputs);
    plan.measures.insert(0, measure("both", Form::Formula { program, inputs: vec![1, 2] }));
    let rows: Vec<Row> =
        (0..20).map(|i| Row { kept: Some(i < 10), ..rated("a", if i < 16 { Some(5.0) } else { None }) }).collect();
    let readings = readings(&plan, &rows);
    let both = &readings.levels[0].measures[0];
    near(both.figures.value[0], 0.75);
    assert_eq!(both.figures.n[0], 16);
    assert!(both.figures.interval(0).is_some());
    assert_eq!(both.method, "formula.mover");
}

#[test]
fn as_of_is_the_end_of_its_day() {
    let mut plan = plan(vec![Form::Share(yes_no("date(\"2026-01-31T23:59\") < as_of"))]);
    plan.periods.every = said(Every::All);
    let run = Run { as_of: Some(day("2026-01-31")), ..Run::default() };
    let readings = run.readings(&plan, &[row("a", "2026-01-31")]);
    near(readings.levels[0].measures[0].figures.value[0], 1.0);
}

#[test]
fn a_division_by_zero_makes_the_row_missing_and_is_counted() {
    let plan = plan(vec![Form::Mean(number("rating / out_of"))]);
    let over = |o: Option<f64>| Row { out_of: o, ..rated("a", Some(6.0)) };
    let readings = readings(&plan, &[over(Some(2.0)), over(Some(0.0)), over(None)]);
    let rows = &readings.rows[0];
    assert_eq!((rows.measured, rows.missing, rows.divided_by_zero), (1, 2, 1));
    near(readings.levels[0].measures[0].figures.value[0], 3.0);
}

#[test]
fn nobody_is_judged_on_a_measure_whose_evaluation_failed() {
    let endless = "{ let i = 0.0; while i < rating { i = i * 1.0 } true }";
    let mut plan = plan(vec![Form::Share(yes_no(endless)), Form::Count]);
    let rows = [Row { line: 2, ..rated("a", Some(0.0)) }, Row { line: 3, ..rated("b", Some(1.0)) }];
    let failed = readings(&plan, &rows);
    let reading = &failed.levels[0].measures[0];
    assert_eq!(reading.state, [State::Failed, State::Failed]);
    assert_eq!(reading.figures.n, [0, 0], "what was counted before the breach is no figure");
    assert!(reading.figures.value.iter().chain(&reading.estimate).all(|x| x.is_nan()));
    assert!(
        failed.failures[0].1.message.contains("operations"),
        "the limit is named: {}",
        failed.failures[0].1.message
    );
    let crate::diagnostic::Place::Data { line, .. } = failed.failures[0].1.labels[1].place else { unreachable!() };
    assert_eq!((failed.failures[0].0, line), (0, 3));
    assert_eq!(failed.rows[0].excluded, [("the measure could not be evaluated".to_string(), 2)]);
    assert_eq!(failed.levels[0].measures[1].state, [State::Measured, State::Measured]);
    // The same row out of scope: no failure.
    plan.measures[0].filter = Some(yes_no("rating < 1"));
    let fine = readings(&plan, &rows);
    assert!(fine.failures.is_empty());
    assert_eq!((fine.rows[0].out_of_scope, fine.rows[0].measured), (1, 1));
}

#[test]
fn raters_that_agree_are_told_from_raters_that_do_not() {
    let mut plan = plan(vec![Form::Mean(number("rating"))]);
    plan.measures[0].rater = Some(said("observer".into()));
    let ratings =
        [("a", 1.0, "r"), ("a", 1.0, "s"), ("b", 3.0, "r"), ("b", 3.0, "s"), ("c", 5.0, "r"), ("c", 5.0, "s")];
    let alpha = |shift: f64| {
        let rows: Vec<Row> = ratings
            .iter()
            .map(|(p, r, rater)| rated(p, Some(if *rater == "s" { (r + shift) % 6.0 } else { *r })))
            .collect();
        let mut batch = batch(&plan, &rows);
        batch.raters = vec![("observer".into(), TextColumn::of(ratings.iter().map(|r| Some(r.2))))];
        let counts = Run::default().counts(&plan, &[batch]).unwrap();
        (
            counts.raters[0].as_ref().unwrap().agreement.unwrap().figure,
            counts.findings.iter().any(|f| f.code.id == "EH0613"),
        )
    };
    assert_eq!(alpha(0.0), (1.0, false));
    let (low, warned) = alpha(3.0);
    assert!(low < 0.667 && warned);
}

#[test]
fn an_adjusted_rate_is_observed_over_expected_with_byars_limits() {
    let mut plan = plan(vec![Form::Rate { events: number("rating"), per: number("out_of"), scale: 100.0 }]);
    plan.measures[0].adjust_for = vec![3];
    let of = |p: &str, topic: &str, events: f64, per: f64| Row {
        topic: Some(topic.into()),
        out_of: Some(per),
        ..rated(p, Some(events))
    };
    let rows = [
        of("a", "easy", 10.0, 100.0),
        of("a", "hard", 20.0, 50.0),
        of("b", "easy", 10.0, 100.0),
        of("b", "hard", 60.0, 150.0),
    ];
    let readings = readings(&plan, &rows);
    let m = &readings.levels[0].measures[0];
    // Both have everyone's rates in both strata, so both stand at the overall rate of 100 in 400.
    near(m.figures.value[0], 25.0);
    near(m.figures.value[1], 25.0);
    near(m.figures.raw[0], 20.0);
    let (_, limits) =
        crate::fairness::standardisation::observed_over_expected(30.0, 30.0, crate::fairness::Z95).unwrap();
    near(m.figures.lower[0], 25.0 * limits.lower);
    assert_eq!(m.method, "standardisation.byar");
}
