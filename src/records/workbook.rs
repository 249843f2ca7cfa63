//! Workbooks (xlsx): the only user of calamine. Cells come typed; a sheet is read cell by cell, never as a whole.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;

use calamine::{Cell as SheetCell, DataRef, Reader, Xlsx, XlsxCellReader};

use super::block::BlockBuilder;
use super::cell::{Broken, Cell};
use super::codes;
use super::files::{DataInput, unreadable, why};
use super::grid::{GridCell, GridRow};
use super::heading::{Heading, first_of};
use super::lane::Lane;
use super::moment::days_since_1970;
use super::opened::{Give, Job, Opened, Stop};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::Format;

/// Refused beyond this: what all parts of the file unpack to.
const LARGEST: u64 = 1024 * 1024 * 1024;
/// Rows of a block.
const ROWS: usize = 32 * 1024;

#[derive(Clone, Debug)]
pub struct Workbook {
    sheet: String,
    /// Row of the titles, from 1.
    header: u64,
}

/// A row with its cells that are not empty.
pub struct Row {
    pub line: u64,
    pub cells: Vec<(usize, Owned)>,
}

pub enum Owned {
    Text(String),
    Number(f64),
    YesNo(bool),
    Civil {
        micros: i64,
        whole_day: bool,
    },
    Length(i64),
    /// The error that the cell shows.
    Broken(String),
}

impl Owned {
    fn cell(&self) -> Cell<'_> {
        match self {
            Owned::Text(text) => Cell::Text(text),
            Owned::Number(x) => Cell::Number(*x),
            Owned::YesNo(yes) => Cell::YesNo(*yes),
            Owned::Civil { micros, whole_day } => Cell::Civil { micros: *micros, whole_day: *whole_day },
            Owned::Length(micros) => Cell::Length(*micros),
            Owned::Broken(error) => Cell::Broken(Broken::Error(error)),
        }
    }
}

pub type Book = Xlsx<BufReader<File>>;

impl Workbook {
    pub fn open(input: &DataInput, format: &Format) -> Result<(Heading, Self), Stop> {
        measure(input)?;
        let mut book = book(input)?;
        let names = book.sheet_names();
        let sheet = match &input.sheet {
            None => names.first().cloned(),
            Some(wanted) => names.iter().find(|n| n.trim().to_lowercase() == wanted.trim().to_lowercase()).cloned(),
        };
        let Some(sheet) = sheet else { return Err(vec![no_sheet(input, &names)]) };
        let mut rows = Rows::new(&mut book, &sheet).map_err(|why| vec![unreadable(&input.name, input.span, why)])?;
        while let Some(row) = rows.next_row().map_err(|why| vec![unreadable(&input.name, input.span, why)])? {
            match format.header_row {
                Some(wanted) if row.line < u64::from(wanted) => continue,
                Some(wanted) if row.line > u64::from(wanted) => break,
                _ => {}
            }
            return Ok((heading_of(&row), Self { sheet, header: row.line }));
        }
        Err(vec![
            Diagnostic::error(&codes::EMPTY, said!("`{file}` has no row of titles", file = input.name))
                .at(input.span, said!("named here"))
                .help(said!("the first row that is not empty holds the titles, or the one that `header_row` names")),
        ])
    }

    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    pub fn decode(&self, file: &Opened, position: usize, job: Job<'_>, give: Give<'_>) -> Result<(), Stop> {
        let failed = |why: Said| vec![unreadable(&file.input.name, file.input.span, why)];
        let mut book = book(&file.input)?;
        let mut rows = Rows::new(&mut book, &self.sheet).map_err(failed)?;
        let foot = job.format.footer_rows as usize;
        let mut held = VecDeque::with_capacity(foot + 1);
        let mut builder = BlockBuilder::new(job.lanes, job.wanted, job.dialect, 0);
        while let Some(row) = rows.next_row().map_err(failed)? {
            if row.line <= self.header {
                continue;
            }
            held.push_back(row);
            if held.len() <= foot {
                continue;
            }
            if let Some(row) = held.pop_front() {
                builder.row(row.line, |lane| {
                    let column = file.columns.get(lane).copied().flatten();
                    let found = row.cells.iter().find(|(c, _)| Some(*c) == column);
                    found.map_or(Cell::Empty, |(_, cell)| cell.cell())
                });
            }
            if builder.rows() == ROWS {
                let full = std::mem::replace(&mut builder, BlockBuilder::new(job.lanes, job.wanted, job.dialect, 0));
                give(full.finish(position, 0))?;
            }
        }
        job.meter.add(file.input.bytes);
        give(builder.finish(position, held.len() as u64))
    }
}

/// A row as titles.
fn heading_of(row: &Row) -> Heading {
    let width = row.cells.iter().map(|(c, _)| c + 1).max().unwrap_or(0);
    let mut titles = vec![String::new(); width];
    for (column, cell) in &row.cells {
        if let Some(title) = titles.get_mut(*column) {
            cell.cell().write(title);
        }
    }
    Heading::new(titles, row.line)
}

/// The sheet, row and number of titles where most of the columns are found.
pub fn elsewhere(input: &DataInput, lanes: &[Lane]) -> Option<(String, u64, usize)> {
    let mut book = book(input).ok()?;
    let mut best: Option<(String, u64, usize)> = None;
    for sheet in book.sheet_names() {
        let Ok(mut rows) = Rows::new(&mut book, &sheet) else { continue };
        for _ in 0..super::elsewhere::ROWS {
            let Ok(Some(row)) = rows.next_row() else { break };
            let matches = heading_of(&row).matches(lanes);
            if best.as_ref().is_none_or(|(_, _, most)| matches > *most) {
                best = Some((sheet.clone(), row.line, matches));
            }
        }
    }
    best
}

/// A small file can unpack to gigabytes: the sizes stand in its table of contents.
pub fn measure(input: &DataInput) -> Result<(), Stop> {
    let failed = |why: Said| vec![unreadable(&input.name, input.span, why)];
    let file = File::open(&input.path).map_err(|e| failed(why(&e)))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|_| failed(not_a_book()))?;
    let mut total = 0u64;
    for part in 0..archive.len() {
        let size = archive.by_index_raw(part).map_err(|_| failed(not_a_book()))?.size();
        total = total.saturating_add(size);
    }
    if total <= LARGEST {
        return Ok(());
    }
    Err(vec![
        Diagnostic::error(
            &codes::TOO_LARGE,
            said!("`{file}` would unpack to {megabytes} MB", file = input.name, megabytes = total / 1_048_576),
        )
        .at(input.span, said!("named here"))
        .help(said!("save the sheet as .csv or .parquet: those are read piece by piece, however long they are")),
    ])
}

fn not_a_book() -> Said {
    said!("it is not a workbook, is damaged, or has a password")
}

pub fn book(input: &DataInput) -> Result<Book, Stop> {
    let failed = |why: Said| vec![unreadable(&input.name, input.span, why)];
    let file = File::open(&input.path).map_err(|e| failed(why(&e)))?;
    Xlsx::new(BufReader::new(file)).map_err(|_| failed(not_a_book()))
}

/// The sheets, in the order of the workbook.
pub fn names(book: &Book) -> Vec<String> {
    book.sheet_names()
}

/// A row with its empty cells too.
pub fn plain(row: Row) -> GridRow {
    let width = row.cells.iter().map(|(c, _)| c + 1).max().unwrap_or(0);
    let mut cells = vec![GridCell::Empty; width];
    for (column, cell) in row.cells {
        if let Some(place) = cells.get_mut(column) {
            *place = match cell {
                Owned::Text(text) => GridCell::text(&text),
                Owned::Number(x) => GridCell::Number(x),
                Owned::YesNo(yes) => GridCell::YesNo(yes),
                Owned::Civil { micros, whole_day } => GridCell::Civil { micros, whole_day },
                Owned::Length(micros) => GridCell::Length(micros),
                Owned::Broken(_) => GridCell::Broken,
            };
        }
    }
    GridRow { line: row.line, cells }
}

fn no_sheet(input: &DataInput, names: &[String]) -> Diagnostic {
    let wanted = input.sheet.as_deref().unwrap_or_default();
    let diagnostic = Diagnostic::error(
        &codes::NO_SHEET,
        said!("there is no sheet `{sheet}` in `{file}`", sheet = wanted, file = input.name),
    )
    .at(input.span, said!("no such sheet"));
    match crate::diagnostic::nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(said!("did you mean `{near}`?", near)),
        None => diagnostic,
    }
    .help(said!("the sheets are {sheets}", sheets = first_of(names, names.len())))
}

fn damaged() -> Said {
    said!("the sheet is damaged")
}

/// The rows of a sheet that hold anything.
pub struct Rows<'a> {
    cells: XlsxCellReader<'a, BufReader<File>>,
    next: Option<(u32, u32, Owned)>,
    /// Asked again after its end, the reader fails.
    ended: bool,
}

impl<'a> Rows<'a> {
    pub fn new(book: &'a mut Book, sheet: &str) -> Result<Self, Said> {
        let cells = book.worksheet_cells_reader(sheet).map_err(|_| damaged())?;
        Ok(Self { cells, next: None, ended: false })
    }

    fn next_cell(&mut self) -> Result<Option<(u32, u32, Owned)>, Said> {
        if let Some(waiting) = self.next.take() {
            return Ok(Some(waiting));
        }
        while !self.ended {
            match self.cells.next_cell() {
                Err(_) => return Err(damaged()),
                Ok(None) => self.ended = true,
                Ok(Some(cell)) => {
                    let (row, column) = cell.get_position();
                    if let Some(owned) = owned(&cell) {
                        return Ok(Some((row, column, owned)));
                    }
                }
            }
        }
        Ok(None)
    }

    pub fn next_row(&mut self) -> Result<Option<Row>, Said> {
        let mut found: Option<(u32, Vec<(usize, Owned)>)> = None;
        while let Some((row, column, cell)) = self.next_cell()? {
            match &mut found {
                None => found = Some((row, vec![(column as usize, cell)])),
                Some((current, cells)) if *current == row => cells.push((column as usize, cell)),
                Some(_) => {
                    self.next = Some((row, column, cell));
                    break;
                }
            }
        }
        Ok(found.map(|(row, cells)| Row { line: u64::from(row) + 1, cells }))
    }
}

fn owned(cell: &SheetCell<DataRef<'_>>) -> Option<Owned> {
    Some(match cell.get_value() {
        DataRef::Empty => return None,
        DataRef::Int(i) => Owned::Number(*i as f64),
        DataRef::Float(x) => Owned::Number(*x),
        DataRef::Bool(yes) => Owned::YesNo(*yes),
        DataRef::String(text) => return written(text),
        DataRef::SharedString(text) => return written(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Owned::Text(text.clone()),
        DataRef::Error(error) => Owned::Broken(error.to_string()),
        // A day's fraction alone is a time of day or a length.
        DataRef::DateTime(when) if when.is_duration() || when.as_f64().abs() < 1.0 => {
            Owned::Length((when.as_f64() * 86_400e6 / 1000.0).round() as i64 * 1000)
        }
        DataRef::DateTime(when) => {
            let (year, month, day, hour, minute, second, milli) = when.to_ymd_hms_milli();
            let days = days_since_1970(i64::from(year), i64::from(month), i64::from(day));
            let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
            let in_day = seconds * 1_000_000 + i64::from(milli) * 1000;
            Owned::Civil { micros: days * 86_400_000_000 + in_day, whole_day: in_day == 0 }
        }
    })
}

fn written(text: &str) -> Option<Owned> {
    (!text.trim().is_empty()).then(|| Owned::Text(text.to_owned()))
}
