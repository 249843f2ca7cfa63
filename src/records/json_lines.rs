//! Json lines: one object on each line. A row may leave out what it does not know; `a.b` reads `b` inside `a`.

use std::collections::BTreeSet;

use encoding_rs::Encoding;
use serde_json::{Map, Value};

use super::block::BlockBuilder;
use super::cell::{Broken, Cell};
use super::delimited::waves;
use super::files::{DataInput, unreadable, why};
use super::heading::Heading;
use super::lane::Lane;
use super::opened::{Give, Job, Opened, Stop, trouble_in};
use super::stream::{self, CHUNK, Chunk, Meter, Rows, Splitter, Trouble};
use crate::said;

#[derive(Clone, Debug)]
pub struct JsonLines {
    encoding: &'static Encoding,
    /// Whether the file holds any row.
    pub rows: bool,
}

impl JsonLines {
    /// Reads until every lane's title has been seen, or to the end.
    pub fn open(input: &DataInput, encoding: &'static Encoding, lanes: &[Lane]) -> Result<(Heading, Self), Stop> {
        let quiet = |_: u64, _: u64| {};
        let meter = Meter::new(0, &quiet);
        let source =
            stream::open(input, encoding, &meter).map_err(|e| vec![unreadable(&input.name, input.span, why(&e))])?;
        let mut splitter = Splitter::new(source, Rows::Lines, CHUNK, 1, 0);
        let mut titles = BTreeSet::new();
        let mut wanted: BTreeSet<&str> = lanes.iter().map(|l| l.title.as_str()).collect();
        let mut rows = false;
        while let Some(chunk) = splitter.next_chunk().map_err(|t| trouble_in(input, t))? {
            for row in
                lines(&chunk.bytes).filter_map(|(_, line)| serde_json::from_slice::<Map<String, Value>>(line).ok())
            {
                rows = true;
                wanted.retain(|title| {
                    let found = find(&row, title).is_some();
                    if found {
                        titles.insert((*title).to_owned());
                    }
                    !found
                });
                titles.extend(row.into_iter().map(|(title, _)| title));
                if wanted.is_empty() && !lanes.is_empty() {
                    break;
                }
            }
            if wanted.is_empty() && !lanes.is_empty() {
                break;
            }
        }
        let heading = Heading { titles: titles.into_iter().collect(), line: 0 };
        Ok((heading, Self { encoding, rows }))
    }

    pub fn decode(&self, file: &Opened, position: usize, job: Job<'_>, give: Give<'_>) -> Result<(), Stop> {
        let source = stream::open(&file.input, self.encoding, job.meter).map_err(|e| file.trouble(Trouble::Io(e)))?;
        let mut splitter = Splitter::new(source, Rows::Lines, CHUNK, 1, 0);
        waves(&mut splitter, file, &|chunk| give(chunk_rows(job, &chunk).finish(position, 0)))
    }
}

fn chunk_rows<'j>(job: Job<'j>, chunk: &Chunk) -> BlockBuilder<'j> {
    let mut builder = BlockBuilder::new(job.lanes, job.wanted, job.dialect, chunk.bytes.len() / 128);
    for (offset, line) in lines(&chunk.bytes) {
        let number = chunk.line + offset;
        match serde_json::from_slice::<Map<String, Value>>(line) {
            Ok(row) => builder.row(number, |lane| job.lanes.get(lane).map_or(Cell::Empty, |l| cell(&row, &l.title))),
            Err(_) => builder.refuse(number, said!("the line is not one whole object such as {\"id\": 7}")),
        }
    }
    builder
}

/// The lines that are not blank, with their offset from the first.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut number = 0;
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..)).unwrap_or_default();
            let at = number;
            number += 1;
            if !line.trim_ascii().is_empty() {
                return Some((at, line));
            }
        }
        None
    })
}

/// The value under a title, or along its dots.
fn find<'a>(row: &'a Map<String, Value>, title: &str) -> Option<&'a Value> {
    if let Some(value) = row.get(title) {
        return Some(value);
    }
    let (first, rest) = title.split_once('.')?;
    find(row.get(first)?.as_object()?, rest)
}

fn cell<'a>(row: &'a Map<String, Value>, title: &str) -> Cell<'a> {
    match find(row, title) {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::Bool(yes)) => Cell::YesNo(*yes),
        Some(Value::String(text)) => Cell::Text(text),
        Some(Value::Number(n)) => match (n.as_i64(), n.as_f64()) {
            (Some(i), _) => Cell::Integer(i),
            (None, Some(x)) => Cell::Number(x),
            (None, None) => Cell::Broken(Broken::Number),
        },
        Some(Value::Array(_)) => Cell::Broken(Broken::List),
        Some(Value::Object(_)) => Cell::Broken(Broken::Object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_may_lead_inside() {
        let row: Map<String, Value> = serde_json::from_str(r#"{"a":{"b":7},"a.c":true,"d":null,"e":[1]}"#).unwrap();
        assert_eq!(cell(&row, "a.b"), Cell::Integer(7));
        assert_eq!(cell(&row, "a.c"), Cell::YesNo(true));
        assert_eq!(cell(&row, "d"), Cell::Empty);
        assert_eq!(cell(&row, "x.y"), Cell::Empty);
        assert!(matches!(cell(&row, "e"), Cell::Broken(_)));
    }

    #[test]
    fn blank_lines_keep_the_count() {
        let found: Vec<u64> = lines(b"{}\r\n\r\n  \n{}\n").map(|(n, _)| n).collect();
        assert_eq!(found, [0, 3]);
    }
}
