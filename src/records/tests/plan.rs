//! A folder of data files with a Plan around it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;

use super::super::{Batch, Intake, Quarantined, SourceIntake, latest, read};
use crate::diagnostic::{Authored, Diagnostic, Origin};
use crate::language::{Calendar, Environment, Type, Value};
use crate::workspace::{
    Charter, Credit, DataFile, Every, FairnessPolicy, Field, Format, LuckPolicy, Minimum, PeriodRule, Plan, Scoring,
    Source, SourceKind,
};

pub fn authored<T>(value: T) -> Authored<T> {
    Authored::default_of(value)
}

pub fn name(value: &str) -> Authored<String> {
    authored(value.to_owned())
}

pub fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        origin: Origin::nowhere(),
        column: name.to_owned(),
        ty,
        decimals: 6,
        pattern: None,
        yes: vec![],
        no: vec![],
        taken: None,
        used: true,
    }
}

/// A source `s` whose files are `pattern`.
pub fn source(root: &Path, id: &str, pattern: &str, fields: Vec<Field>) -> Source {
    Source {
        id: name(id),
        origin: Origin::nowhere(),
        kind: SourceKind::Record,
        files: vec![name(pattern)],
        base: root.to_owned(),
        format: Format::default(),
        missing: vec![],
        key: None,
        latest_by: vec![],
        subjects: BTreeMap::new(),
        at: None,
        period: None,
        filter: None,
        fields,
        credit: None,
        lag_days: 0,
        shield: vec![],
        cause: None,
    }
}

pub fn credit(through: usize, key: &str, levels: &[&str]) -> Credit {
    Credit {
        origin: Origin::nowhere(),
        through,
        key: name(key),
        levels: levels.iter().map(|l| (*l).to_owned()).collect(),
    }
}

pub fn data_file(root: &Path, file: &str) -> DataFile {
    DataFile { file: name(file), base: root.to_owned(), format: Format::default(), missing: vec![] }
}

pub fn plan(root: &Path, sources: Vec<Source>) -> Plan {
    let zone = TimeZone::get("Africa/Accra").unwrap();
    Plan {
        author: Arc::default(),
        root: root.to_owned(),
        author_files: vec![],
        folders: vec![],
        language: name("en"),
        words: crate::words::Words::english(),
        zone_name: name("Africa/Accra"),
        zone: zone.clone(),
        periods: PeriodRule { every: authored(Every::Month), from: None, starts: (1, 1) },
        as_of: None,
        charter: Charter {
            overlay: None,
            origin: Origin::nowhere(),
            id: String::new(),
            name: name("c"),
            version: name("1"),
            effective: None,
            review_by: None,
            owner: None,
            customer: None,
            book: Default::default(),
            stale_after: crate::workspace::STALE_AFTER,
            more: BTreeMap::new(),
        },
        claims: Vec::new(),
        next_targets: None,
        levels: ["person", "department", "organisation"].map(name).to_vec(),
        people: None,
        evidence: None,
        names: BTreeMap::new(),
        protected: None,
        calendar: Arc::new(Calendar::office_hours(zone)),
        sources,
        measures: vec![],
        standards: vec![],
        scoring: Scoring { min_weight: 0.6, groups: vec![], total: None, unvalidated: None },
        minimum: Minimum { records: 30, accept_risk: None },
        fairness: FairnessPolicy {
            reward_line: 80.0,
            sanction_line: 40.0,
            peers: vec![],
            q: 0.05,
            k: 3,
            m: 4,
            gates: BTreeMap::new(),
            methods: Default::default(),
            warning_months: 12,
            reliability_person: 0.7,
            reliability_group: 0.7,
            more: BTreeMap::new(),
        },
        luck: LuckPolicy::default(),
        rules: vec![],
        reports: vec![],
        findings: vec![],
        digest: String::new(),
    }
}

/// What a reading gave: kept rows as `file:line` with their cells, sorted, and the account.
#[derive(Debug)]
pub struct Result {
    pub rows: Vec<Row>,
    pub intake: Intake,
}

#[derive(Debug, PartialEq)]
pub struct Row {
    pub line: u64,
    pub file: String,
    pub cells: Vec<String>,
    pub at: Option<i64>,
    pub person: Option<String>,
    pub directory_at: Option<i64>,
}

impl Result {
    pub fn account(&self, source: usize) -> &SourceIntake {
        self.intake.sources[source].as_ref().unwrap()
    }

    /// `lines in the file: cells`
    pub fn lines(&self) -> Vec<String> {
        self.rows.iter().map(|r| format!("{}: {}", r.line, r.cells.join("|"))).collect()
    }

    pub fn quarantined(&self) -> Vec<String> {
        let shown = |q: &Quarantined| format!("{}:{} {}: {}", q.file, q.line, q.column, q.reason);
        self.intake.quarantine.iter().map(shown).collect()
    }

    /// rows in, used, left out with reasons, quarantined
    pub fn equation(&self, source: usize) -> String {
        let a = self.account(source);
        let out: Vec<String> = a.left_out.iter().map(|l| format!("{} {}", l.rows, l.reason)).collect();
        let left: u64 = a.left_out.iter().map(|l| l.rows).sum();
        assert_eq!(a.rows_in, a.used + left + a.quarantined, "the equation holds");
        format!("{} = {} + [{}] + {}", a.rows_in, a.used, out.join(", "), a.quarantined)
    }
}

pub fn environment(plan: &Plan) -> Environment {
    Environment { calendar: plan.calendar.clone() }
}

/// Reads the given sources.
pub fn run(plan: &Plan, sources: &[usize]) -> std::result::Result<Result, Vec<Diagnostic>> {
    let rows = Mutex::new(Vec::new());
    let intake = read(plan, sources, &environment(plan), &|_, _| {}, &|batch| {
        rows.lock().unwrap().extend(rows_of(&batch));
        Ok(())
    })?;
    let mut rows = rows.into_inner().unwrap();
    rows.sort_by(|a: &Row, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(Result { rows, intake })
}

pub fn last(plan: &Plan, sources: &[usize]) -> Option<i64> {
    latest(plan, sources, &environment(plan)).unwrap()
}

fn rows_of(batch: &Batch) -> Vec<Row> {
    let all: Vec<u32> = (0..batch.rows as u32).collect();
    let selected = batch.selected.as_ref().unwrap_or(&all);
    selected
        .iter()
        .map(|row| {
            let row = *row as usize;
            Row {
                line: batch.lines.of(row),
                file: batch.file.to_string(),
                cells: batch.columns.iter().map(|c| shown(&c.value(row))).collect(),
                at: batch.at.get(row).copied(),
                person: batch.subjects.levels[0].as_ref().and_then(|t| t.get(row)).map(|w| w.to_string()),
                directory_at: batch.subjects.directory_at.get(row).copied(),
            }
        })
        .collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Missing => "-".to_owned(),
        Value::Number(x) => x.to_string(),
        Value::Text(t) => t.to_string(),
        Value::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Time(t) => jiff::Timestamp::from_microsecond(*t).unwrap().to_string(),
        Value::Duration(d) => format!("{}s", *d as f64 / 1e6),
        Value::Numbers(_) => "?".to_owned(),
    }
}

/// The codes of what went wrong.
pub fn codes(result: std::result::Result<Result, Vec<Diagnostic>>) -> Vec<&'static str> {
    result.unwrap_err().iter().map(|d| d.code.id).collect()
}

/// A source `s` over one file with the given bytes, read.
pub fn read_bytes(
    file: &str,
    bytes: &[u8],
    fields: Vec<Field>,
    change: impl Fn(&mut Source),
) -> std::result::Result<Result, Vec<Diagnostic>> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(file.split('#').next().unwrap()), bytes).unwrap();
    let mut source = source(dir.path(), "s", file, fields);
    change(&mut source);
    run(&plan(dir.path(), vec![source]), &[0])
}
