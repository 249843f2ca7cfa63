//! A source made ready: its files looked at, every column found. What is wrong with any file is known before the first
//! row is handed on.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::batch::InputFile;
use super::block::Block;
use super::clock::Clock;
use super::files::expand;
use super::lane::Dialect;
use super::layout::Layout;
use super::number::Signs;
use super::opened::{Body, Give, Job, Opened, Stop, declared_encoding, open};
use super::stream::Meter;
use crate::diagnostic::Diagnostic;
use crate::workspace::{Every, Format, Plan, Source};

/// Files above this size are read one after the other, each on all threads; smaller ones side by side.
const LARGE: u64 = 8 * 1024 * 1024;

pub struct Prepared<'a> {
    /// In `Plan::sources`.
    pub position: usize,
    pub source: &'a Source,
    pub layout: Layout,
    pub dialect: Dialect,
    pub files: Vec<Opened>,
    /// Periods are not told by dates.
    undated: bool,
}

/// How the cells of some files are written.
pub fn dialect(plan: &Plan, format: &Format, missing: &[String]) -> Dialect {
    let signs = Signs { decimal: format.decimal.unwrap_or('.'), thousands: format.thousands };
    let clock = Clock { zone: plan.zone.clone(), name: plan.zone_name.value.clone() };
    Dialect::new(signs, &format.dates, clock, missing)
}

impl<'a> Prepared<'a> {
    /// Finds and opens every file of a source, or those that `only` names; `needed` says of each field whether its
    /// values are asked for.
    pub fn new(
        plan: &'a Plan,
        position: usize,
        source: &'a Source,
        needed: &[bool],
        only: Option<&BTreeSet<String>>,
    ) -> Result<Self, Stop> {
        let layout = Layout::new(plan, position, needed);
        let (mut inputs, mut problems) = expand(&plan.root, &source.base, &source.files);
        inputs.retain(|input| only.is_none_or(|names| names.contains(&input.name)));
        let encoding = match declared_encoding(&source.format) {
            Ok(encoding) => encoding,
            Err(found) => {
                problems.extend(found);
                None
            }
        };
        let opened: Vec<Result<Opened, Stop>> = inputs
            .into_par_iter()
            .map(|input| {
                let mut file = open(input, &source.format, encoding, &layout.lanes)?;
                file.resolve(&layout.lanes, &source.format)?;
                Ok(file)
            })
            .collect();
        let mut files = Vec::new();
        for result in opened {
            match result {
                Ok(file) => files.push(file),
                Err(found) => problems.extend(found),
            }
        }
        problems.extend(never_seen(&layout, &files));
        let dialect = dialect(plan, &source.format, &source.missing);
        let undated = plan.periods.every.value == Every::All;
        if problems.is_empty() { Ok(Self { position, source, layout, dialect, files, undated }) } else { Err(problems) }
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.input.bytes).sum()
    }

    /// Hands every row of every file to `give`, with the lanes of this pass.
    pub fn pass(&self, wanted: &[bool], meter: &Meter<'_>, give: Give<'_>) -> Result<(), Stop> {
        let job = Job { lanes: &self.layout.lanes, wanted, dialect: &self.dialect, format: &self.source.format, meter };
        let decode = |(position, file): (usize, &Opened)| file.decode(position, job, give);
        let (large, small): (Vec<_>, Vec<_>) = self.files.iter().enumerate().partition(|(_, f)| f.input.bytes > LARGE);
        large.into_iter().try_for_each(decode)?;
        let results: Vec<Result<(), Stop>> = small.into_par_iter().map(decode).collect();
        let problems: Vec<Diagnostic> = results.into_iter().filter_map(Result::err).flatten().collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The files as they stand in `run.json`; `rows` by file.
    pub fn input_files(&self, rows: &[u64]) -> Vec<InputFile> {
        let files = self.files.iter().enumerate();
        files.map(|(i, f)| input_file(f, rows.get(i).copied().unwrap_or(0))).collect()
    }

    /// A row without a date is left out when it is measured.
    pub fn needs_dates(&self) -> bool {
        self.layout.at.is_some() && self.source.period.is_none() && !self.undated
    }

    /// The title of a bad cell's column; empty for a whole row.
    pub fn title(&self, lane: Option<usize>) -> String {
        lane.and_then(|l| self.layout.lanes.get(l)).map(|l| l.title.clone()).unwrap_or_default()
    }

    pub fn file_name(&self, block: &Block) -> &str {
        self.files.get(block.file).map_or("", |f| &f.input.name)
    }
}

pub fn input_file(file: &Opened, rows: u64) -> InputFile {
    InputFile { name: file.input.name.clone(), digest: file.digest.clone(), bytes: file.input.bytes, rows }
}

/// In json lines a row may leave out what it does not know; a title that no row of any file has is misspelt.
fn never_seen(layout: &Layout, files: &[Opened]) -> Vec<Diagnostic> {
    let with_rows = |f: &&Opened| matches!(&f.body, Body::JsonLines(j) if j.rows);
    let files: Vec<&Opened> = files.iter().filter(with_rows).collect();
    let Some(first) = files.first() else { return Vec::new() };
    let unseen = |lane: usize| files.iter().all(|f| f.columns.get(lane).copied().flatten().is_none());
    let lanes: Vec<_> =
        layout.lanes.iter().enumerate().filter(|(i, _)| unseen(*i)).map(|(_, lane)| lane.clone()).collect();
    first.heading.resolve(&lanes, &first.input.name).err().unwrap_or_default()
}
