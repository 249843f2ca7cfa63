//! A small workbench for the tests of this folder: a scope of named columns, and one call to compile and run.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::{
    Binding, Calendar, Column, Environment, Expected, Frame, Functions, HostCall, Program, Scope, TextColumn, Truth,
    Type, Value,
};
use crate::diagnostic::{Diagnostic, Place, Said, Sources, Text};

pub(super) struct Bench {
    pub names: Vec<(&'static str, Column, Type)>,
    pub functions: Functions,
    pub sources: Sources,
    pub environment: Environment,
    pub rows: usize,
}

impl Scope for Bench {
    fn name(&mut self, path: &str) -> Option<Binding> {
        let slot = self.names.iter().position(|(n, ..)| *n == path)?;
        Some(Binding { slot, ty: self.names[slot].2 })
    }

    fn call(&mut self, function: &str, arguments: &[Value]) -> HostCall {
        match (function, arguments) {
            ("met", [Value::Text(name)]) if &**name == "speed" => HostCall::Bound(self.name("flag").unwrap()),
            ("met", _) => HostCall::Wrong {
                argument: Some(0),
                message: Said::verbatim("unknown standard"),
                help: Said::verbatim("write \"speed\""),
            },
            _ => HostCall::Unknown,
        }
    }

    fn candidates(&self) -> Vec<String> {
        self.names.iter().map(|(n, ..)| n.to_string()).chain(["met".to_string()]).collect()
    }

    fn what(&self) -> crate::diagnostic::Said {
        crate::diagnostic::Said::verbatim("field of source `calls`")
    }
}

pub(super) fn numbers(list: &[f64]) -> Column {
    Column::Number(Arc::new(list.to_vec()))
}

pub(super) fn times(list: &[&str]) -> Column {
    let moment = |t: &&str| super::clock::Written::parse(t).map_or(super::MISSING_TIME, |w| w.moment(&TimeZone::UTC));
    Column::Time(Arc::new(list.iter().map(moment).collect()))
}

/// Four rows: the last is missing everywhere.
pub(super) fn bench() -> Bench {
    let nan = f64::NAN;
    Bench {
        names: vec![
            ("x", numbers(&[1.0, 2.0, 3.0, nan]), Type::Number),
            ("y", numbers(&[0.0, 4.0, -1.0, nan]), Type::Number),
            ("topic", Column::Text(TextColumn::of([Some("card"), Some("loan"), Some("Card lost"), None])), Type::Text),
            ("channel", Column::Text(TextColumn::of([Some("phone"), Some("loan"), Some("chat"), None])), Type::Text),
            ("flag", Column::YesNo(Arc::new(vec![Truth::YES, Truth::NO, Truth::YES, Truth::MISSING])), Type::YesNo),
            ("opened", times(&["2026-03-06 16:30", "2026-03-02 09:00", "2026-03-29 12:00", ""]), Type::Time),
            ("closed", times(&["2026-03-09 09:30", "2026-03-02 17:00", "2026-03-28 12:00", ""]), Type::Time),
            ("speed.value", numbers(&[0.5, 0.6, 0.7, nan]), Type::Number),
            (
                "parts",
                Column::Numbers(Arc::new(vec![
                    Arc::new(vec![80.0, 40.0]),
                    Arc::new(vec![]),
                    Arc::new(vec![50.0]),
                    Arc::new(vec![1.0]),
                ])),
                Type::Numbers,
            ),
        ],
        functions: Functions::default(),
        sources: Sources::default(),
        environment: Environment { calendar: Arc::new(Calendar::office_hours(TimeZone::UTC)) },
        rows: 4,
    }
}

impl Bench {
    pub fn with(mut self, functions: &str) -> Self {
        let file = self.sources.add("scoring.rhai", functions);
        let (functions, problems) = Functions::load(&[Text::whole_file(file, functions)]);
        assert!(problems.is_empty(), "{problems:?}");
        self.functions = functions;
        self
    }

    pub fn compile(&mut self, text: &str, expected: Expected) -> Result<Program, Vec<Diagnostic>> {
        let file = self.sources.add("rules.yaml", text);
        let functions = self.functions.clone();
        Program::compile(&Text::whole_file(file, text), expected, self, &functions)
    }

    #[track_caller]
    pub fn program(&mut self, text: &str) -> Program {
        match self.compile(text, Expected::Any) {
            Ok(program) => program,
            Err(problems) => panic!("{text}: {problems:?}"),
        }
    }

    pub fn columns(&self) -> Vec<Column> {
        self.names.iter().map(|(_, c, _)| c.clone()).collect()
    }

    /// The values of all rows: by the kernels, and the same by the interpreter and by single rows.
    #[track_caller]
    pub fn values(&mut self, text: &str) -> Vec<Value> {
        let program = self.program(text);
        let columns = self.columns();
        let frame = Frame { rows: self.rows, columns: &columns };
        let all = |column: Column| -> Vec<Value> { (0..self.rows).map(|r| column.value(r)).collect() };
        let compiled = all(program.evaluate(frame, &self.environment).unwrap());
        let interpreted = all(program.evaluate_interpreted(frame, &self.environment).unwrap());
        assert_eq!(compiled, interpreted, "kernels and interpreter: {text}");
        let single: Vec<Value> =
            (0..self.rows).map(|r| program.because(frame, r, &self.environment).unwrap().value).collect();
        assert_eq!(compiled, single, "kernels and single rows: {text}");
        compiled
    }

    /// Message, what the label points at, and help, of each problem.
    pub fn problems(&mut self, text: &str) -> Vec<(String, String, String)> {
        let found = self.compile(text, Expected::Any).err().unwrap_or_default();
        found.iter().map(|d| self.shown(d)).collect()
    }

    pub fn shown(&self, d: &Diagnostic) -> (String, String, String) {
        let at = match d.labels.first().map(|l| &l.place) {
            Some(Place::Author(span)) => self.sources.text(*span).to_string(),
            _ => String::new(),
        };
        (d.message.to_string(), at, d.help.join("; "))
    }
}

/// Numbers as `Value`s; NaN is missing.
pub(super) fn nums(list: &[f64]) -> Vec<Value> {
    list.iter().map(|x| if x.is_nan() { Value::Missing } else { Value::Number(*x) }).collect()
}

/// `y n -` as yes, no, missing.
pub(super) fn truths(text: &str) -> Vec<Value> {
    text.chars()
        .map(|c| match c {
            'y' => Value::YesNo(true),
            'n' => Value::YesNo(false),
            _ => Value::Missing,
        })
        .collect()
}

pub(super) fn texts(list: &[&str]) -> Vec<Value> {
    list.iter().map(|t| if *t == "-" { Value::Missing } else { Value::Text(Arc::from(*t)) }).collect()
}
