//! A small file read whole, as texts: people, evidence, names.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::batch::InputFile;
use super::codes;
use super::files::expand;
use super::heading::{first_of, tidy};
use super::lane::{Dialect, Lane, LaneColumn, Reading};
use super::opened::{Job, Stop, declared_encoding, open};
use super::prepared::{dialect, input_file};
use super::stream::Meter;
use crate::diagnostic::{Code, Diagnostic, Origin, Said, Span};
use crate::said;
use crate::workspace::{DataFile, Format, Plan};

/// The rows of a file in order, cells without outer spaces, missing ones as `None`.
pub struct Table {
    pub name: String,
    pub span: Span,
    pub titles: Vec<String>,
    pub rows: Vec<(u64, Vec<Option<String>>)>,
    pub dialect: Dialect,
    pub input: InputFile,
    /// Line of the titles.
    pub heading: u64,
}

impl Table {
    /// Reads the file. `expected` are the titles that it may have (they help to find the delimiter); `code` is for rows
    /// that can't be read.
    pub fn read(plan: &Plan, file: &DataFile, expected: &[&str], code: &'static Code) -> Result<Self, Stop> {
        let table = Self::load(&plan.root, file, expected, code, dialect(plan, &file.format, &file.missing))?;
        Ok(table)
    }

    fn load(
        root: &Path,
        file: &DataFile,
        expected: &[&str],
        code: &'static Code,
        dialect: Dialect,
    ) -> Result<Self, Stop> {
        let span = file.file.span();
        let (mut inputs, problems) = expand(root, &file.base, std::slice::from_ref(&file.file));
        if !problems.is_empty() {
            return Err(problems);
        }
        let input = match (inputs.pop(), inputs.is_empty()) {
            (Some(input), true) => input,
            _ => {
                return Err(vec![
                    Diagnostic::error(&codes::NO_FILE, said!("`{file}` matches several files", file = file.file.value))
                        .at(span, said!("one file is needed here"))
                        .help(said!("name the one file")),
                ]);
            }
        };
        let hints: Vec<Lane> = expected.iter().map(|t| lane(t, &file.file.origin)).collect();
        let mut opened = open(input, &file.format, declared_encoding(&file.format)?, &hints)?;
        let titles = opened.heading.titles.clone();
        let lanes: Vec<Lane> = titles.iter().map(|t| lane(t, &file.file.origin)).collect();
        opened.columns = (0..titles.len()).map(Some).collect();
        let rows = Mutex::new(Vec::new());
        let bad = Mutex::new(Vec::new());
        let quiet = |_: u64, _: u64| {};
        let meter = Meter::new(0, &quiet);
        let wanted = vec![true; lanes.len()];
        let format: &Format = &file.format;
        let job = Job { lanes: &lanes, wanted: &wanted, dialect: &dialect, format, meter: &meter };
        let name = opened.input.name.clone();
        opened.decode(0, job, &|block| {
            let line = |row: u32| block.lines.of(row as usize);
            bad.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(block.bad.iter().map(|b| (line(b.row), b.lane.map_or(0, |l| l as u64 + 1), b.reason.clone())));
            let cells = |row: usize| block.columns.iter().map(|c| cell(c, row)).collect::<Vec<_>>();
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            rows.extend((0..block.rows).map(|row| (block.lines.of(row), cells(row))));
            Ok(())
        })?;
        let mut bad = bad.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !bad.is_empty() {
            bad.sort();
            let problem = |(line, column, reason): (u64, u64, Said)| {
                Diagnostic::error(code, said!("a row of `{file}` can't be read", file = name))
                    .in_data(name.clone(), line, column, reason)
                    .help(said!("correct the row in the file"))
            };
            return Err(bad.into_iter().map(problem).collect());
        }
        let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.sort_by_key(|(line, _)| *line);
        let input = input_file(&opened, rows.len() as u64);
        Ok(Self { name, span, titles, rows, dialect, input, heading: opened.heading.line })
    }

    /// The column of a known title, whatever its case; an error where two have it.
    pub fn column(&self, title: &str, problems: &mut Stop) -> Option<usize> {
        let mut found = self.titles.iter().enumerate().filter(|(_, t)| t.to_lowercase() == title).map(|(i, _)| i);
        let first = found.next()?;
        if found.next().is_some() {
            problems.push(
                Diagnostic::error(
                    &codes::AMBIGUOUS_COLUMN,
                    said!("`{file}` has two columns `{title}`", file = self.name, title),
                )
                .at(self.span, said!("read from here"))
                .in_data(self.name.clone(), self.heading, 0, said!("the titles stand here"))
                .help(said!("rename one of them in the file")),
            );
        }
        Some(first)
    }

    /// The same for a title that must be there.
    pub fn required(&self, title: &str, problems: &mut Stop) -> Option<usize> {
        let found = self.column(title, problems);
        if found.is_none() {
            let mut problem = Diagnostic::error(
                &codes::MISSING_COLUMN,
                said!("`{file}` has no column `{title}`", file = self.name, title),
            )
            .at(self.span, said!("this file needs it"))
            .in_data(self.name.clone(), self.heading, 0, said!("the titles stand here"));
            if let Some(near) = crate::diagnostic::did_you_mean(title, self.titles.iter().map(String::as_str)) {
                problem = problem.help(said!("rename `{near}` to `{title}`, if that is what it holds", near, title));
            }
            problems.push(
                problem.help(said!("the titles are {titles}", titles = first_of(&self.titles, self.titles.len()))),
            );
        }
        found
    }

    /// A place in the file.
    pub fn problem(
        &self,
        code: &'static Code,
        message: Said,
        line: u64,
        column: Option<usize>,
        label: Said,
    ) -> Diagnostic {
        let column = column.map_or(0, |c| c as u64 + 1);
        Diagnostic::error(code, message).in_data(self.name.clone(), line, column, label)
    }
}

/// The cell of a row.
pub fn at(row: &[Option<String>], column: Option<usize>) -> Option<&str> {
    column.and_then(|c| row.get(c)).and_then(Option::as_deref)
}

fn lane(title: &str, origin: &Origin) -> Lane {
    Lane {
        title: tidy(title),
        reading: Reading::Text,
        pattern: None,
        yes: Vec::new(),
        no: Vec::new(),
        origin: origin.clone(),
    }
}

fn cell(column: &LaneColumn, row: usize) -> Option<String> {
    match column {
        LaneColumn::Text(text) => text.get(row).map(|w| w.to_string()),
        _ => None,
    }
}
