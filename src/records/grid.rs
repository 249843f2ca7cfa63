//! A table as it stands in a file, before anyone has said which row holds the titles: what a first draft looks at.

use std::collections::VecDeque;
use std::path::Path;

use csv::ByteRecord;

use super::codes;
use super::delimited::{self, Position};
use super::files::{self, DataInput, Kind, unreadable, why};
use super::opened::{Stop, trouble_in};
use super::scout::scout;
use super::stream::{self, CHUNK, Meter, Rows, Splitter};
use super::workbook;
use crate::diagnostic::{Diagnostic, Origin, Place};
use crate::said;

/// Rows kept from the start and from the end, whatever the size of the file.
const HEAD: usize = 400;
const TAIL: usize = 100;
/// Rows kept in all; of a longer file every second one is kept, then every fourth …
const MOST: usize = 40_000;

/// The rows of one table.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    pub sheet: Option<String>,
    /// The sheets of the workbook, in order; empty for text.
    pub sheets: Vec<String>,
    /// Of a text file, where it is none of the Unicode encodings.
    pub encoding: Option<&'static str>,
    pub delimiter: Option<u8>,
    /// In the order of the file; rows without any cell are not among them.
    pub rows: Vec<GridRow>,
    /// How many rows the file holds.
    pub total: u64,
    /// In the middle of the file only every so many rows are kept (1: each).
    pub every: u64,
    /// The other sheets of the workbook that hold anything, in order.
    pub others: Vec<Grid>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GridRow {
    /// From 1, as an editor or a spreadsheet counts.
    pub line: u64,
    pub cells: Vec<GridCell>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GridCell {
    Empty,
    /// Without outer spaces, never empty.
    Text(String),
    Number(f64),
    YesNo(bool),
    /// Microseconds since 1970 on the wall clock.
    Civil {
        micros: i64,
        whole_day: bool,
    },
    /// Microseconds.
    Length(i64),
    /// A formula's error.
    Broken,
}

impl GridCell {
    pub fn text(text: &str) -> Self {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if trimmed.is_empty() { GridCell::Empty } else { GridCell::Text(trimmed.to_owned()) }
    }

    pub fn is_empty(&self) -> bool {
        *self == GridCell::Empty
    }
}

/// Reads a .csv (also .tsv, .txt, .gz) or .xlsx file. Of a workbook the sheet with the most cells is taken.
pub fn grid(path: &Path) -> Result<Grid, Stop> {
    let looked = input(path).and_then(|input| match input.kind {
        Kind::Delimited => text(&input),
        Kind::Workbook => sheet(&input),
        Kind::JsonLines | Kind::Parquet => Err(vec![
            Diagnostic::error(
                &codes::UNKNOWN_FORMAT,
                said!("a first draft can't be made from `{file}`", file = input.name),
            )
            .help(said!("save the table as .csv or .xlsx; a workspace itself also reads .jsonl and .parquet")),
        ]),
    });
    // There is no workspace yet, so nothing in one can be pointed at.
    looked.map_err(|mut problems| {
        problems.iter_mut().for_each(|p| p.labels.retain(|l| !matches!(l.place, Place::Author(_))));
        problems
    })
}

fn input(path: &Path) -> Result<DataInput, Stop> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let nowhere = Origin::nowhere().span;
    let about = std::fs::metadata(path).map_err(|e| {
        vec![
            match e.kind() {
                std::io::ErrorKind::NotFound => {
                    Diagnostic::error(&codes::NO_FILE, said!("there is no file `{path}`", path = path.display()))
                }
                _ => unreadable(&path.display().to_string(), nowhere, why(&e)),
            }
            .help(said!("check the spelling of the path, or drag the file into the terminal to have it written")),
        ]
    })?;
    if about.is_dir() {
        return Err(vec![
            Diagnostic::error(&codes::NOT_A_FILE, said!("`{path}` is a folder", path = path.display()))
                .help(said!("name one file in it, such as `--from tickets.csv`")),
        ]);
    }
    let Some((kind, gzip)) = files::kind_of(path) else {
        return Err(vec![
            Diagnostic::error(&codes::UNKNOWN_FORMAT, said!("`{file}` is no table that can be read", file = name))
                .help(said!("save it as .csv or .xlsx (an older .xls workbook too: open it and save it as .xlsx)")),
        ]);
    };
    Ok(DataInput { path: path.to_owned(), name, sheet: None, kind, gzip, bytes: about.len(), span: nowhere })
}

fn empty(input: &DataInput) -> Stop {
    vec![
        Diagnostic::error(&codes::EMPTY, said!("`{name}` is empty", name = input.name))
            .help(said!("export it again: a row of titles and some rows below it are needed")),
    ]
}

// ---- text ----

fn text(input: &DataInput) -> Result<Grid, Stop> {
    let failed = |e: std::io::Error| vec![unreadable(&input.name, input.span, why(&e))];
    let scouted = scout(input, None).map_err(failed)?;
    if scouted.empty {
        return Err(empty(input));
    }
    let quiet = |_: u64, _: u64| {};
    let meter = Meter::new(0, &quiet);
    let sample = delimited::sample(input, scouted.encoding).map_err(failed)?;
    let delimiter = delimited::separator_line(&sample).map_or_else(|| delimiter(&sample), |(_, d)| d);
    let source = stream::open(input, scouted.encoding, &meter).map_err(failed)?;
    let mut splitter = Splitter::new(source, Rows::Quoted(delimiter), CHUNK, 1, 0);
    let mut kept = Kept::default();
    while let Some(chunk) = splitter.next_chunk().map_err(|t| trouble_in(input, t))? {
        let mut reader = delimited::reader(&chunk.bytes, delimiter);
        let mut record = ByteRecord::new();
        let mut at = Position { byte: 0, line: chunk.line };
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            at.advance(&chunk.bytes, record.position().map_or(0, |p| p.byte() as usize));
            let named = at.line == 1 && record.get(0).is_some_and(|c| c.starts_with(b"sep="));
            if named || delimited::is_blank(&record) {
                continue;
            }
            let cells = record.iter().map(|c| GridCell::text(&String::from_utf8_lossy(c))).collect();
            kept.push(GridRow { line: at.line, cells });
        }
    }
    let declared = !["UTF-8", "UTF-16LE", "UTF-16BE"].contains(&scouted.encoding.name());
    let grid = kept.grid(Grid {
        encoding: declared.then(|| scouted.encoding.name()),
        delimiter: Some(delimiter),
        ..Grid::default()
    });
    if grid.rows.is_empty() { Err(empty(input)) } else { Ok(grid) }
}

/// The delimiter that gives the most rows of one and the same width of at least two; a comma where none does.
fn delimiter(sample: &[u8]) -> u8 {
    let mut best = (0, 0, b',');
    for delimiter in delimited::DELIMITERS {
        let mut reader = delimited::reader(sample, delimiter);
        let mut record = ByteRecord::new();
        let mut widths = std::collections::BTreeMap::new();
        let mut rows = 0;
        while rows < 500 && matches!(reader.read_byte_record(&mut record), Ok(true)) {
            rows += 1;
            *widths.entry(record.len()).or_insert(0usize) += 1;
        }
        let usual = widths.into_iter().filter(|(width, _)| *width > 1).map(|(width, rows)| (rows, width)).max();
        let Some((rows, width)) = usual else { continue };
        // More columns may be worth a few ragged rows; a comma in every sentence is not.
        if rows * 10 > best.0 * 11 || (rows * 11 > best.0 * 10 && width > best.1) {
            best = (rows, width, delimiter);
        }
    }
    best.2
}

// ---- workbooks ----

fn sheet(input: &DataInput) -> Result<Grid, Stop> {
    workbook::measure(input)?;
    let mut book = workbook::book(input)?;
    let sheets = workbook::names(&book);
    let mut all: Vec<(u64, Grid)> = Vec::new();
    let mut damaged = None;
    for name in &sheets {
        let mut kept = Kept::default();
        let mut cells = 0;
        let read = workbook::Rows::new(&mut book, name).and_then(|mut rows| {
            while let Some(row) = rows.next_row()? {
                cells += row.cells.len() as u64;
                kept.push(workbook::plain(row));
            }
            Ok(())
        });
        match read {
            Err(why) => damaged = damaged.or(Some(why)),
            Ok(()) if cells > 0 => {
                let about = Grid { sheet: Some(name.clone()), sheets: sheets.clone(), ..Grid::default() };
                all.push((cells, kept.grid(about)));
            }
            Ok(()) => {}
        }
    }
    let most = all.iter().map(|(cells, _)| *cells).max();
    let best = all.iter().position(|(cells, _)| Some(*cells) == most).map(|at| all.remove(at).1);
    let others = all.into_iter().map(|(_, grid)| grid).collect();
    match (best, damaged) {
        (Some(grid), _) => Ok(Grid { others, ..grid }),
        (None, Some(why)) => Err(vec![unreadable(&input.name, input.span, why)]),
        (None, None) => Err(empty(input)),
    }
}

// ---- what is kept ----

/// Keeps the first and the last rows, and of those between an even sample that doesn't depend on chance.
#[derive(Default)]
struct Kept {
    head: Vec<GridRow>,
    middle: Vec<(u64, GridRow)>,
    tail: VecDeque<GridRow>,
    seen: u64,
    /// Rows that have left the tail.
    passed: u64,
    step: u64,
}

impl Kept {
    fn push(&mut self, row: GridRow) {
        self.seen += 1;
        if self.head.len() < HEAD {
            return self.head.push(row);
        }
        self.tail.push_back(row);
        if self.tail.len() <= TAIL {
            return;
        }
        let Some(row) = self.tail.pop_front() else { return };
        self.step = self.step.max(1);
        if self.passed.is_multiple_of(self.step) {
            self.middle.push((self.passed, row));
        }
        self.passed += 1;
        if self.middle.len() > MOST {
            self.step *= 2;
            let step = self.step;
            self.middle.retain(|(position, _)| position.is_multiple_of(step));
        }
    }

    fn grid(self, about: Grid) -> Grid {
        let middle = self.middle.into_iter().map(|(_, row)| row);
        let rows = self.head.into_iter().chain(middle).chain(self.tail).collect();
        Grid { rows, total: self.seen, every: self.step.max(1), ..about }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, bytes: &[u8]) -> Result<Grid, Vec<&'static str>> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(name), bytes).unwrap();
        grid(&dir.path().join(name)).map_err(|p| p.iter().map(|p| p.code.id).collect())
    }

    #[test]
    fn titles_above_do_not_hide_the_delimiter() {
        let grid =
            of("a.csv", b"Report, all teams, March\n\nAgent;Zeit;Note\nM\xFCller;1,5;2\n;;\nJ\xF6rg;2,5;3\n").unwrap();
        assert_eq!((grid.delimiter, grid.encoding, grid.total), (Some(b';'), Some("windows-1252"), 4));
        assert_eq!(grid.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 3, 4, 6]);
        assert_eq!(
            grid.rows[2].cells,
            [GridCell::Text("Müller".into()), GridCell::Text("1,5".into()), GridCell::Text("2".into())]
        );
        let grid = of("a.csv", b"sep=|\na|b\n1|2\n").unwrap();
        assert_eq!((grid.delimiter, grid.rows.len(), grid.rows[0].line), (Some(b'|'), 2, 2));
    }

    #[test]
    fn a_long_file_is_thinned_but_not_at_its_ends() {
        let rows = 300_000;
        let text: String = (0..rows).map(|i| format!("{i},x\n")).collect();
        let grid = of("a.csv", text.as_bytes()).unwrap();
        let number = |r: &GridRow| match &r.cells[0] {
            GridCell::Text(t) => t.parse::<usize>().unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!((grid.total, grid.every), (rows as u64, 8));
        assert!(grid.rows.len() <= MOST + HEAD + TAIL);
        assert_eq!((number(&grid.rows[1]), number(grid.rows.last().unwrap())), (1, rows - 1));
        assert_eq!(grid.rows[0].line, 1);
        assert_eq!(grid.rows[1000].line, number(&grid.rows[1000]) as u64 + 1);
    }

    #[test]
    fn what_is_no_table_is_said() {
        assert_eq!(of("a.csv", b"").unwrap_err(), ["EH0505"].map(|_| codes::EMPTY.id));
        assert_eq!(of("a.csv", b"\n\n ; \n").unwrap_err(), [codes::EMPTY.id]);
        assert_eq!(of("a.xls", b"x").unwrap_err(), [codes::UNKNOWN_FORMAT.id]);
        assert_eq!(of("a.jsonl", b"{}").unwrap_err(), [codes::UNKNOWN_FORMAT.id]);
        assert_eq!(of("a.xlsx", b"x").unwrap_err(), [codes::UNREADABLE.id]);
        assert_eq!(of("a.csv", b"a,b\n1,\"2\n").unwrap_err(), [codes::OPEN_QUOTE.id]);
        assert!(grid(Path::new("/nowhere/a.csv")).is_err());
    }
}
