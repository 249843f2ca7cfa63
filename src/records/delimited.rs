//! Delimited text: csv in all the ways in which spreadsheets and systems export it.

use std::io::{self, Read};

use csv::ByteRecord;
use encoding_rs::Encoding;
use rayon::prelude::*;

use super::block::BlockBuilder;
use super::cell::{Broken, Cell};
use super::codes;
use super::files::{DataInput, unreadable, why};
use super::heading::Heading;
use super::lane::Lane;
use super::opened::{Give, Job, Opened, Stop};
use super::stream::{self, CHUNK, Chunk, Meter, Rows, Splitter, Trouble, count_lines};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::Format;

/// The titles must stand within this many bytes.
const SAMPLE: u64 = 1024 * 1024;
/// Tried where no delimiter is declared, in this order where nothing tells them apart.
pub const DELIMITERS: [u8; 4] = *b",;\t|";

/// How one file is written.
#[derive(Clone, Debug)]
pub struct Delimited {
    encoding: &'static Encoding,
    delimiter: u8,
    /// Bytes of the decoded text before the first row, and the line of that row.
    skip: usize,
    line: u64,
}

/// One way of reading the head of a file.
struct Trial {
    delimiter: u8,
    heading: Heading,
    end: usize,
    /// Titles that lanes look for, the share of rows that are as wide as the heading (in percent), the width.
    score: (usize, usize, usize),
}

impl Delimited {
    pub fn open(
        input: &DataInput,
        encoding: &'static Encoding,
        format: &Format,
        lanes: &[Lane],
    ) -> Result<(Heading, Self), Stop> {
        let sample = sample(input, encoding).map_err(|e| vec![unreadable(&input.name, input.span, why(&e))])?;
        let (start, declared) = match separator_line(&sample) {
            Some((end, delimiter)) => (end, format.delimiter.or(Some(delimiter))),
            None => (0, format.delimiter),
        };
        let start = match format.header_row {
            Some(row) => line_start(&sample, row),
            None => start,
        };
        let candidates = match &declared {
            Some(delimiter) => std::slice::from_ref(delimiter),
            None => DELIMITERS.as_slice(),
        };
        let mut best: Option<Trial> = None;
        for delimiter in candidates {
            let found = trial(&sample, start, *delimiter, lanes);
            if let Some(found) = found
                && best.as_ref().is_none_or(|b| found.score > b.score)
            {
                best = Some(found);
            }
        }
        let Some(best) = best else { return Err(vec![no_titles(input, format)]) };
        let line = 1 + count_lines(sample.get(..best.end).unwrap_or_default());
        Ok((best.heading, Self { encoding, delimiter: best.delimiter, skip: best.end, line }))
    }

    /// The line, delimiter and number of titles where most of the columns are found.
    pub fn elsewhere(&self, input: &DataInput, lanes: &[Lane]) -> Option<(u64, u8, usize)> {
        let sample = sample(input, self.encoding).ok()?;
        let tries = (1..=super::elsewhere::ROWS).flat_map(|row| DELIMITERS.map(|delimiter| (row, delimiter)));
        let found = tries.filter_map(|(row, delimiter)| trial(&sample, line_start(&sample, row), delimiter, lanes));
        // Of equals the first: the lines go down, the delimiters by their frequency.
        let better = |best: Option<Trial>, next: Trial| match best {
            Some(best) if best.heading.matches(lanes) >= next.heading.matches(lanes) => Some(best),
            _ => Some(next),
        };
        let best = found.fold(None, better)?;
        let matches = best.heading.matches(lanes);
        Some((best.heading.line, best.delimiter, matches))
    }

    pub fn decode(&self, file: &Opened, position: usize, job: Job<'_>, give: Give<'_>) -> Result<(), Stop> {
        let started = stream::open(&file.input, self.encoding, job.meter).and_then(|mut source| {
            io::copy(&mut source.by_ref().take(self.skip as u64), &mut io::sink())?;
            Ok(source)
        });
        let source = started.map_err(|e| file.trouble(Trouble::Io(e)))?;
        let rows = Rows::Quoted(self.delimiter);
        let mut splitter = Splitter::new(source, rows, CHUNK, self.line, job.format.footer_rows);
        waves(&mut splitter, file, &|chunk| {
            let block = self.chunk(file, job, &chunk).finish_with(position);
            give(block)
        })
    }

    fn reader<'b>(&self, bytes: &'b [u8]) -> csv::Reader<&'b [u8]> {
        reader(bytes, self.delimiter)
    }

    fn chunk<'j>(&self, file: &Opened, job: Job<'j>, chunk: &Chunk) -> Filled<'j> {
        let foot = if chunk.last { job.format.footer_rows as usize } else { 0 };
        let keep = if foot > 0 { self.count(&chunk.bytes).saturating_sub(foot) } else { usize::MAX };
        let mut builder = BlockBuilder::new(job.lanes, job.wanted, job.dialect, chunk.bytes.len() / 64);
        let mut reader = self.reader(&chunk.bytes);
        let mut record = ByteRecord::new();
        let width = file.heading.titles.len();
        let mut at = Position { byte: 0, line: chunk.line };
        let (mut seen, mut left) = (0, 0);
        // Reading from memory without a fixed width can't fail.
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            at.advance(&chunk.bytes, record.position().map_or(0, |p| p.byte() as usize));
            if is_blank(&record) {
                continue;
            }
            seen += 1;
            if seen > keep {
                left += 1;
                continue;
            }
            let extra = record.iter().skip(width).any(|c| !c.trim_ascii().is_empty());
            if record.len() < width || extra {
                builder.refuse(at.line, uneven(record.len(), width));
                continue;
            }
            builder.row(at.line, |lane| cell(&record, file.columns.get(lane).copied().flatten()));
        }
        Filled { builder, foot: left }
    }

    fn count(&self, bytes: &[u8]) -> usize {
        let mut reader = self.reader(bytes);
        let mut record = ByteRecord::new();
        let mut rows = 0;
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            rows += usize::from(!is_blank(&record));
        }
        rows
    }
}

struct Filled<'a> {
    builder: BlockBuilder<'a>,
    foot: u64,
}

impl Filled<'_> {
    fn finish_with(self, position: usize) -> super::block::Block {
        self.builder.finish(position, self.foot)
    }
}

/// Where a record starts: the reader counts only line feeds, and its position stands before blank lines.
pub struct Position {
    pub byte: usize,
    pub line: u64,
}

impl Position {
    pub fn advance(&mut self, bytes: &[u8], record: usize) {
        let blank = bytes.iter().skip(record).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let start = record + blank;
        self.line += count_lines(bytes.get(self.byte..start).unwrap_or_default());
        self.byte = start;
    }
}

/// The head of the file's text.
pub fn sample(input: &DataInput, encoding: &'static Encoding) -> io::Result<Vec<u8>> {
    let quiet = |_: u64, _: u64| {};
    let meter = Meter::new(0, &quiet);
    let mut sample = Vec::new();
    stream::open(input, encoding, &meter)?.take(SAMPLE).read_to_end(&mut sample)?;
    Ok(sample)
}

pub fn reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

pub fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|cell| cell.trim_ascii().is_empty())
}

fn cell(record: &ByteRecord, column: Option<usize>) -> Cell<'_> {
    match column.and_then(|c| record.get(c)) {
        None => Cell::Empty,
        Some(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text),
            Err(_) => Cell::Broken(Broken::Letters),
        },
    }
}

/// `sep=;`, which some spreadsheets write as a first line: its end, and the delimiter.
pub fn separator_line(sample: &[u8]) -> Option<(usize, u8)> {
    let delimiter = *sample.strip_prefix(b"sep=")?.first()?;
    let rest = sample.get(5..)?;
    let ending = if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
    (ending > 0).then_some((5 + ending, delimiter))
}

/// Where a line (from 1) starts; the end where there are not so many.
fn line_start(sample: &[u8], line: u32) -> usize {
    let mut at = 0;
    for _ in 1..line {
        let rest = sample.get(at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|b| matches!(b, b'\n' | b'\r')) else { return sample.len() };
        at += end + if rest.get(end..).is_some_and(|r| r.starts_with(b"\r\n")) { 2 } else { 1 };
    }
    at
}

fn trial(sample: &[u8], start: usize, delimiter: u8, lanes: &[Lane]) -> Option<Trial> {
    let body = sample.get(start..)?;
    let mut reader = reader(body, delimiter);
    let mut record = ByteRecord::new();
    let mut at = Position { byte: 0, line: 1 + count_lines(sample.get(..start)?) };
    loop {
        if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
            return None;
        }
        at.advance(body, record.position().map_or(0, |p| p.byte() as usize));
        if !is_blank(&record) {
            break;
        }
    }
    let heading = Heading::new(record.iter().map(String::from_utf8_lossy), at.line);
    let mut end = start + reader.position().byte() as usize;
    if sample.get(end.saturating_sub(1)..end + 1) == Some(b"\r\n") {
        end += 1;
    }
    let width = record.len();
    let (mut rows, mut as_wide) = (0, 0);
    while rows < 50 && matches!(reader.read_byte_record(&mut record), Ok(true)) {
        rows += 1;
        as_wide += usize::from(record.len() == width);
    }
    let even = (as_wide * 100usize).checked_div(rows).unwrap_or(100);
    // One column is no sign that the delimiter is right.
    let score = (heading.matches(lanes), if width > 1 { even } else { 0 }, width);
    Some(Trial { delimiter, heading, end, score })
}

/// A row with more or fewer cells than there are titles.
fn uneven(cells: usize, titles: usize) -> Said {
    match cells {
        1 => said!("the row has 1 cell where the titles are {titles}", titles),
        _ => said!("the row has {cells} cells where the titles are {titles}", cells, titles),
    }
}

fn no_titles(input: &DataInput, format: &Format) -> Diagnostic {
    let what = match format.header_row {
        Some(line) => said!("`{file}` has no line {line} for its titles", file = input.name, line),
        None => said!("`{file}` has no row of titles", file = input.name),
    };
    Diagnostic::error(&codes::EMPTY, what)
        .at(input.span, said!("named here"))
        .help(said!("a file needs at least its row of titles; delete it if nothing was to be exported"))
}

/// Reads on while the chunks read before are worked on by all threads: never more than two waves are in memory.
pub fn waves<R: Read + Send>(
    splitter: &mut Splitter<R>,
    file: &Opened,
    work: &(dyn Fn(Chunk) -> Result<(), Stop> + Sync),
) -> Result<(), Stop> {
    let width = rayon::current_num_threads().max(1) * 2;
    let mut fill = || -> Result<Vec<Chunk>, Stop> {
        let mut wave = Vec::with_capacity(width);
        while wave.len() < width {
            match splitter.next_chunk().map_err(|t| file.trouble(t))? {
                Some(chunk) => wave.push(chunk),
                None => break,
            }
        }
        Ok(wave)
    };
    let mut wave = fill()?;
    while !wave.is_empty() {
        let (next, done) = rayon::join(&mut fill, || wave.into_par_iter().try_for_each(work));
        done?;
        wave = next?;
    }
    Ok(())
}
