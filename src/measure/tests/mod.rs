//! The stage from batches to readings, over plans and rows made by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::counts::Counts;
use super::dating::Bounds;
use super::kernel::{Setup, Worker};
use super::local::Census;
use super::periods::{Clock, PeriodChoice};
use super::subjects::Roster;
use super::timing::AsOf;
use super::{Readings, layout};
use crate::diagnostic::{Diagnostic, Origin};
use crate::language::{
    Binding, Column, Environment, Expected, HostCall, MISSING_TIME, Program, Scope, TextColumn, Truth, Type, Value,
};
use crate::records::{Batch, Directory, Intake, Lines, SourceIntake, Subjects};
use crate::score::fixture::{plan as bare_plan, program as compiled, said};
use crate::workspace::{Field, Form, Measure, MeasureKind, Plan, Source, SourceKind};

mod counting;
mod exactness;
mod measuring;

/// A row of the tests' source.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub person: Option<String>,
    pub department: Option<String>,
    /// A day, or none.
    pub at: Option<Date>,
    pub closed: Option<Date>,
    pub rating: Option<f64>,
    pub out_of: Option<f64>,
    pub kept: Option<bool>,
    pub topic: Option<String>,
    pub line: u64,
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(super) fn row(person: &str, at: &str) -> Row {
    Row { person: Some(person.into()), at: Some(day(at)), ..Row::default() }
}

const FIELDS: [(&str, Type); 4] =
    [("rating", Type::Number), ("out_of", Type::Number), ("kept", Type::YesNo), ("topic", Type::Text)];

struct Fields;

impl Scope for Fields {
    fn name(&mut self, path: &str) -> Option<Binding> {
        if path == "as_of" {
            return Some(Binding { slot: FIELDS.len(), ty: Type::Time });
        }
        FIELDS.iter().position(|(name, _)| *name == path).map(|slot| Binding { slot, ty: FIELDS[slot].1 })
    }
    fn call(&mut self, _: &str, _: &[Value]) -> HostCall {
        HostCall::Unknown
    }
    fn candidates(&self) -> Vec<String> {
        Vec::new()
    }
    fn what(&self) -> crate::diagnostic::Said {
        crate::diagnostic::Said::verbatim("a field of the tests")
    }
}

pub(super) fn program(words: &str, expected: Expected) -> Program {
    compiled(words, expected, &mut Fields)
}

pub(super) fn yes_no(words: &str) -> Program {
    program(words, Expected::YesNo)
}

pub(super) fn number(words: &str) -> Program {
    program(words, Expected::Measured)
}

/// Levels person, department, organisation; one source with the tests' fields; minimum of one record.
pub(super) fn plan(forms: Vec<Form>) -> Plan {
    let mut plan = bare_plan();
    plan.minimum.records = 1;
    plan.sources.push(Source {
        id: said("rows".into()),
        origin: Origin::nowhere(),
        kind: SourceKind::Record,
        files: Vec::new(),
        base: Default::default(),
        format: Default::default(),
        missing: Vec::new(),
        key: None,
        latest_by: Vec::new(),
        subjects: BTreeMap::from([("person".into(), said("person".into()))]),
        at: Some(said("at".into())),
        period: None,
        filter: None,
        fields: FIELDS.iter().map(|(name, ty)| field(name, *ty)).collect(),
        credit: None,
        lag_days: 0,
        shield: Vec::new(),
        cause: None,
    });
    for (i, form) in forms.into_iter().enumerate() {
        plan.measures.push(measure(&format!("m{i}"), form));
    }
    plan
}

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        origin: Origin::nowhere(),
        column: name.into(),
        ty,
        decimals: 6,
        pattern: None,
        yes: Vec::new(),
        no: Vec::new(),
        taken: None,
        used: true,
    }
}

pub(super) fn measure(id: &str, form: Form) -> Measure {
    Measure {
        id: said(id.into()),
        origin: Origin::nowhere(),
        source: if matches!(form, Form::Formula { .. }) { None } else { Some(0) },
        kind: MeasureKind::Objective,
        form,
        wording: String::new(),
        filter: None,
        exclude: Vec::new(),
        not_applicable: None,
        not_due: None,
        shield: Vec::new(),
        cause: None,
        adjust_for: Vec::new(),
        lower_is_better: false,
        at: None,
        purpose: None,
        decimals: 6,
        max_missing: 0.2,
        agreement: None,
        rater: None,
        rated: None,
        scorecard: None,
        probe: None,
        more: BTreeMap::new(),
    }
}

/// A batch of rows at noon of their days. Departments are a column only where some row has one.
pub(super) fn batch(plan: &Plan, rows: &[Row]) -> Batch {
    let clock = Clock::of(plan);
    let noon = |day: Option<Date>| day.map_or(MISSING_TIME, |d| clock.instant(d) + 43_200_000_000);
    let at: Arc<Vec<i64>> = Arc::new(rows.iter().map(|r| noon(r.at)).collect());
    let departments = rows.iter().any(|r| r.department.is_some());
    let numbers = |pick: fn(&Row) -> Option<f64>| {
        Column::Number(Arc::new(rows.iter().map(|r| pick(r).unwrap_or(f64::NAN)).collect()))
    };
    let levels = plan.levels.iter().map(|level| match level.value.as_str() {
        "person" => Some(TextColumn::of(rows.iter().map(|r| r.person.as_deref()))),
        "department" if departments => Some(TextColumn::of(rows.iter().map(|r| r.department.as_deref()))),
        _ => None,
    });
    Batch {
        source: 0,
        file: Arc::from("rows.csv"),
        rows: rows.len(),
        columns: vec![
            numbers(|r| r.rating),
            numbers(|r| r.out_of),
            Column::YesNo(Arc::new(rows.iter().map(|r| r.kept.map_or(Truth::MISSING, Truth::of)).collect())),
            Column::Text(TextColumn::of(rows.iter().map(|r| r.topic.as_deref()))),
        ],
        selected: None,
        other_times: vec![("closed".into(), Arc::new(rows.iter().map(|r| noon(r.closed)).collect()))],
        raters: Vec::new(),
        subjects: Subjects { levels: levels.collect(), directory_at: at.clone() },
        at,
        lines: Lines::Each(Arc::new(rows.iter().map(|r| r.line).collect())),
    }
}

/// How a test runs the stage.
#[derive(Clone, Default)]
pub(super) struct Run {
    pub as_of: Option<Date>,
    pub choice: PeriodChoice,
    pub directory: Option<Directory>,
    /// Batches go to workers in turn.
    pub workers: usize,
}

impl Run {
    pub(super) fn counts(&self, plan: &Plan, batches: &[Batch]) -> Result<Counts, Vec<Diagnostic>> {
        let clock = Clock::of(plan);
        let environment = Environment { calendar: plan.calendar.clone() };
        let roster = self.directory.as_ref().map(|d| Roster::of(plan, d, &clock));
        let tables = layout::tables(plan);
        let bounds = Bounds::of(&clock, plan.periods.from.as_ref().map(|f| f.value), self.as_of);
        let setup = Setup {
            plan,
            clock: &clock,
            roster: roster.as_ref(),
            bounds,
            as_of: self.as_of.map(|d| clock.last_of(d)),
            as_of_given: self.as_of.is_some(),
            environment: &environment,
            tables: &tables,
        };
        let mut workers: Vec<Worker<'_>> = (0..self.workers.max(1)).map(|_| Worker::new(&setup)).collect();
        let count = workers.len();
        for (i, batch) in batches.iter().enumerate() {
            workers[i % count].tally(batch)?;
        }
        let rows: u64 =
            batches.iter().map(|b| b.selected.as_ref().map_or(b.rows, |selected| selected.len()) as u64).sum();
        let intake = Intake {
            sources: vec![Some(SourceIntake { rows_in: rows, used: rows, ..SourceIntake::default() })],
            ..Intake::default()
        };
        let as_of = AsOf { day: self.as_of, given: self.as_of.is_some() };
        let names = BTreeMap::new();
        let census =
            Census { setup: &setup, as_of, choice: &self.choice, directory: self.directory.as_ref(), names: &names };
        census.counts(workers, intake)
    }

    pub(super) fn readings(&self, plan: &Plan, rows: &[Row]) -> Readings {
        let counts = self.counts(plan, &[batch(plan, rows)]).unwrap_or_else(|e| panic!("{e:?}"));
        super::readings(plan, counts).unwrap_or_else(|e| panic!("{e:?}"))
    }
}

pub(super) fn readings(plan: &Plan, rows: &[Row]) -> Readings {
    Run::default().readings(plan, rows)
}

/// The ids of a level's subjects.
pub(super) fn ids(readings: &Readings, level: usize) -> Vec<String> {
    readings.levels[level].subjects.iter().map(|s| s.id.to_string()).collect()
}
