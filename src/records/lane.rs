//! A lane is one column that is read from the files of a source: which title, read as what. Its builder takes cells and
//! gives a column.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell::Cell;
use super::clock::{Clock, Window};
use super::length::{length, micros};
use super::moment::{Formats, Stamp};
use super::number::{LARGEST, Signs, in_bounds, number, short};
use crate::diagnostic::{Origin, Said};
use crate::language::{MISSING_TIME, MISSING_WORD, TextColumn, Truth};
use crate::said;

/// What the cells of a lane become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    Number,
    Text,
    YesNo,
    Time,
    Duration,
    /// The 128-bit key of the text (0 where missing), for ids.
    Key,
}

/// One column to read.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The title in the file.
    pub title: String,
    pub reading: Reading,
    /// What stands before and after the hole.
    pub pattern: Option<(String, String)>,
    pub yes: Vec<String>,
    pub no: Vec<String>,
    /// Where the author named the column.
    pub origin: Origin,
}

impl Lane {
    /// The same cells read the same way: one lane is enough.
    pub fn same_as(&self, other: &Lane) -> bool {
        self.title == other.title
            && self.reading == other.reading
            && self.pattern == other.pattern
            && self.yes == other.yes
            && self.no == other.no
    }
}

/// How the files of one source write their cells.
#[derive(Clone, Debug)]
pub struct Dialect {
    pub signs: Signs,
    pub formats: Formats,
    pub clock: Clock,
    /// Texts that mean missing, sorted.
    missing: Vec<String>,
    /// Those of them that are numbers, for typed files.
    missing_numbers: Vec<f64>,
}

impl Dialect {
    pub fn new(signs: Signs, dates: &[String], clock: Clock, missing: &[String]) -> Self {
        let mut missing: Vec<String> = missing.iter().map(|m| m.trim().to_owned()).collect();
        missing.sort();
        let missing_numbers = missing.iter().filter_map(|m| number(m, Signs::default()).ok()).collect();
        Self { signs, formats: Formats::new(dates), clock, missing, missing_numbers }
    }

    /// Whether a trimmed text means missing.
    pub fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || (!self.missing.is_empty() && self.missing.binary_search_by(|m| m.as_str().cmp(text)).is_ok())
    }

    pub fn is_missing_number(&self, value: f64) -> bool {
        self.missing_numbers.contains(&value)
    }

    pub fn has_missing_numbers(&self) -> bool {
        !self.missing_numbers.is_empty()
    }
}

/// The cells of a lane, read.
#[derive(Clone, Debug)]
pub enum LaneColumn {
    Number(Vec<f64>),
    Text(TextColumn),
    YesNo(Vec<Truth>),
    Time(Vec<i64>),
    Duration(Vec<i64>),
    Key(Vec<u128>),
    /// Not asked for in this pass.
    Skipped,
}

/// The 128-bit key of an id's text; never 0, which stands for missing.
pub fn key_of(text: &str) -> u128 {
    let digest = blake3::hash(text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    u128::from_le_bytes(bytes).max(1)
}

#[derive(Default)]
struct Words {
    known: FxHashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
    codes: Vec<u32>,
}

impl Words {
    fn push(&mut self, word: &str) {
        let code = match self.known.get(word) {
            Some(code) => *code,
            None => {
                let code = self.words.len() as u32;
                let word: Arc<str> = Arc::from(word);
                self.words.push(word.clone());
                self.known.insert(word, code);
                code
            }
        };
        self.codes.push(code);
    }
}

enum Values {
    Number(Vec<f64>),
    Text(Words),
    YesNo(Vec<Truth>),
    Time(Vec<i64>),
    Duration(Vec<i64>),
    Key(Vec<u128>),
}

/// Takes the cells of one lane, in order.
pub struct LaneBuilder<'a> {
    lane: &'a Lane,
    dialect: &'a Dialect,
    window: Window,
    scratch: String,
    values: Values,
}

impl<'a> LaneBuilder<'a> {
    pub fn new(lane: &'a Lane, dialect: &'a Dialect, rows: usize) -> Self {
        let values = match lane.reading {
            Reading::Number => Values::Number(Vec::with_capacity(rows)),
            Reading::Text => Values::Text(Words { codes: Vec::with_capacity(rows), ..Words::default() }),
            Reading::YesNo => Values::YesNo(Vec::with_capacity(rows)),
            Reading::Time => Values::Time(Vec::with_capacity(rows)),
            Reading::Duration => Values::Duration(Vec::with_capacity(rows)),
            Reading::Key => Values::Key(Vec::with_capacity(rows)),
        };
        Self { lane, dialect, window: Window::default(), scratch: String::new(), values }
    }

    /// Appends one row. On an error, which is a reason for the quarantine, the row is missing here.
    pub fn push(&mut self, cell: Cell<'_>) -> Result<(), Said> {
        let read = self.read(cell);
        if !matches!(read, Ok(true)) {
            self.push_missing();
        }
        read.map(|_| ())
    }

    /// `Ok(false)`: missing, and nothing was appended.
    fn read(&mut self, cell: Cell<'_>) -> Result<bool, Said> {
        match cell {
            Cell::Empty => Ok(false),
            Cell::Broken(why) => Err(why.said()),
            Cell::Text(text) => match self.bare(text)? {
                None => Ok(false),
                Some(bare) => self.read_text(bare).map(|()| true),
            },
            Cell::Number(x) if self.dialect.is_missing_number(x) => Ok(false),
            Cell::Integer(i) if self.dialect.is_missing_number(i as f64) => Ok(false),
            typed => self.read_typed(typed).map(|()| true),
        }
    }

    /// The text without outer spaces, missing markers and what the pattern holds around the hole.
    fn bare<'t>(&self, text: &'t str) -> Result<Option<&'t str>, Said> {
        let trimmed = text.trim();
        if self.dialect.is_missing(trimmed) {
            return Ok(None);
        }
        if trimmed.contains(['\0', '\u{fffd}']) {
            return Err(said!(
                "it holds characters that can't be read: the file is damaged, or its `encoding` is another"
            ));
        }
        let Some((before, after)) = &self.lane.pattern else { return Ok(Some(trimmed)) };
        let hole = trimmed.strip_prefix(before.trim_start()).and_then(|t| t.strip_suffix(after.trim_end()));
        match hole.map(str::trim) {
            Some(hole) if !hole.is_empty() => Ok(Some(hole)),
            _ => Err(said!(
                "`{written}` does not fit the pattern `{pattern}`",
                written = short(trimmed),
                pattern = format!("{before}{{}}{after}")
            )),
        }
    }

    fn read_text(&mut self, text: &str) -> Result<(), Said> {
        let dialect = self.dialect;
        match &mut self.values {
            Values::Number(v) => v.push(number(text, dialect.signs)?),
            Values::Text(words) => words.push(text),
            Values::YesNo(v) => v.push(Truth::of(yes_no(text, self.lane)?)),
            Values::Time(v) => v.push(dialect.clock.utc(dialect.formats.stamp(text)?, &mut self.window)?),
            Values::Duration(v) => v.push(length(text, dialect.signs)?),
            Values::Key(v) => v.push(key_of(text)),
        }
        Ok(())
    }

    fn read_typed(&mut self, cell: Cell<'_>) -> Result<(), Said> {
        let dialect = self.dialect;
        let written = || {
            let mut shown = String::new();
            cell.write(&mut shown);
            short(&shown)
        };
        match (&mut self.values, cell) {
            (Values::Number(v), Cell::Integer(i)) => v.push(in_bounds(i as f64, Some(&i.to_string()))?),
            (Values::Number(v), Cell::Number(x)) => v.push(in_bounds(x, None)?),
            (Values::Number(v), Cell::YesNo(yes)) => v.push(f64::from(u8::from(yes))),
            (Values::Number(_), _) => return Err(said!("`{written}` is not a number", written = written())),
            (Values::YesNo(v), Cell::YesNo(yes)) => v.push(Truth::of(yes)),
            (Values::YesNo(_), Cell::Integer(_) | Cell::Number(_)) => return self.read_written(cell),
            (Values::YesNo(_), _) => return Err(said!("`{written}` is not yes or no", written = written())),
            (Values::Time(v), Cell::Moment(at)) => v.push(at),
            (Values::Time(v), Cell::Civil { micros, whole_day }) => {
                let stamp = Stamp { civil: micros, offset: None, whole_day };
                v.push(dialect.clock.utc(stamp, &mut self.window)?);
            }
            // 20260314, as some systems keep a day.
            (Values::Time(_), Cell::Integer(_)) => return self.read_written(cell),
            (Values::Time(_), _) => return Err(said!("`{written}` is not a date or time", written = written())),
            (Values::Duration(v), Cell::Length(length)) => v.push(length),
            (Values::Duration(v), Cell::Integer(i)) => v.push(seconds(i as f64)?),
            (Values::Duration(v), Cell::Number(x)) => v.push(seconds(x)?),
            (Values::Duration(_), _) => return Err(said!("`{written}` is not a length of time", written = written())),
            (Values::Text(_) | Values::Key(_), Cell::Number(x)) if !x.is_finite() => {
                return Err(said!("`{written}` is not a text", written = written()));
            }
            (Values::Text(_) | Values::Key(_), _) => return self.read_written(cell),
        }
        Ok(())
    }

    /// A typed cell by its text.
    fn read_written(&mut self, cell: Cell<'_>) -> Result<(), Said> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        cell.write(&mut scratch);
        let read = if self.lane.pattern.is_some() {
            match self.bare(&scratch) {
                Ok(Some(bare)) => self.read_text(bare),
                Ok(None) => Err(said!("nothing stands in the hole of the pattern")),
                Err(reason) => Err(reason),
            }
        } else {
            self.read_text(&scratch)
        };
        self.scratch = scratch;
        read
    }

    pub fn push_missing(&mut self) {
        match &mut self.values {
            Values::Number(v) => v.push(f64::NAN),
            Values::Text(words) => words.codes.push(MISSING_WORD),
            Values::YesNo(v) => v.push(Truth::MISSING),
            Values::Time(v) | Values::Duration(v) => v.push(MISSING_TIME),
            Values::Key(v) => v.push(0),
        }
    }

    pub fn finish(self) -> LaneColumn {
        match self.values {
            Values::Number(v) => LaneColumn::Number(v),
            Values::Text(w) => LaneColumn::Text(TextColumn { codes: Arc::new(w.codes), words: Arc::new(w.words) }),
            Values::YesNo(v) => LaneColumn::YesNo(v),
            Values::Time(v) => LaneColumn::Time(v),
            Values::Duration(v) => LaneColumn::Duration(v),
            Values::Key(v) => LaneColumn::Key(v),
        }
    }
}

fn seconds(value: f64) -> Result<i64, Said> {
    micros(value).filter(|_| value.abs() <= LARGEST).ok_or_else(|| said!("`{value}` seconds is too long", value))
}

const YES: [&str; 10] = ["yes", "y", "true", "1", "oui", "ja", "sí", "sim", "vrai", "wahr"];
const NO: [&str; 10] = ["no", "n", "false", "0", "non", "nein", "não", "nee", "faux", "falsch"];

/// The field's own words first, then the usual ones; case does not matter.
fn yes_no(text: &str, lane: &Lane) -> Result<bool, Said> {
    let same = |word: &str| word.eq_ignore_ascii_case(text) || word.to_lowercase() == text.to_lowercase();
    if lane.yes.iter().any(|w| same(w.trim())) {
        return Ok(true);
    }
    if lane.no.iter().any(|w| same(w.trim())) {
        return Ok(false);
    }
    match text {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ if YES.iter().any(|w| same(w)) => Ok(true),
        _ if NO.iter().any(|w| same(w)) => Ok(false),
        _ => Err(said!(
            "`{written}` is neither yes nor no (a field may name its own words: `yes: [...]`, `no: [...]`)",
            written = short(text)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn dialect(missing: &[&str]) -> Dialect {
        let clock = Clock { zone: TimeZone::UTC, name: "UTC".to_owned() };
        let missing: Vec<String> = missing.iter().map(|m| (*m).to_owned()).collect();
        Dialect::new(Signs::default(), &[], clock, &missing)
    }

    fn lane(reading: Reading) -> Lane {
        Lane {
            title: "x".to_owned(),
            reading,
            pattern: None,
            yes: vec!["ONTIME".to_owned()],
            no: vec![],
            origin: Origin::nowhere(),
        }
    }

    fn run(lane: &Lane, dialect: &Dialect, cells: &[Cell<'_>]) -> (LaneColumn, Vec<bool>) {
        let mut builder = LaneBuilder::new(lane, dialect, 0);
        let fine = cells.iter().map(|c| builder.push(*c).is_ok()).collect();
        (builder.finish(), fine)
    }

    #[test]
    fn markers_and_the_empty_text_are_missing() {
        let d = dialect(&["?", "-99"]);
        let cells =
            [Cell::Text(" ? "), Cell::Text(""), Cell::Integer(-99), Cell::Text("-99"), Cell::Text("5"), Cell::Empty];
        let (column, fine) = run(&lane(Reading::Number), &d, &cells);
        assert!(fine.iter().all(|f| *f));
        let LaneColumn::Number(v) = column else { unreachable!() };
        assert_eq!(v.iter().filter(|x| x.is_nan()).count(), 5);
        assert_eq!(v.get(4), Some(&5.0));
    }

    #[test]
    fn a_pattern_reads_its_hole() {
        let mut l = lane(Reading::Number);
        l.pattern = Some((String::new(), " out of 10".to_owned()));
        let cells = [
            Cell::Text("6 out of 10"),
            Cell::Text("6"),
            Cell::Text(" out of 10"),
            Cell::Text("x out of 10"),
            Cell::Text(""),
        ];
        let (column, fine) = run(&l, &dialect(&[]), &cells);
        assert_eq!(fine, [true, false, false, false, true]);
        let LaneColumn::Number(v) = column else { unreachable!() };
        assert_eq!((v.len(), v.first().copied()), (5, Some(6.0)), "a refused row keeps its place");
    }

    #[test]
    fn yes_and_no_in_several_languages() {
        let cells = ["Yes", "oui", "1", "ontime", "SÍ", "Nein", "false", "perhaps"].map(Cell::Text);
        let (column, fine) = run(&lane(Reading::YesNo), &dialect(&[]), &cells);
        assert_eq!(fine, [true, true, true, true, true, true, true, false]);
        let LaneColumn::YesNo(v) = column else { unreachable!() };
        assert_eq!(v.iter().filter(|t| t.is_yes()).count(), 5);
    }

    #[test]
    fn text_stays_as_written_and_ids_agree_across_formats() {
        let (column, _) =
            run(&lane(Reading::Text), &dialect(&[]), &[Cell::Text(" 007 "), Cell::Integer(7), Cell::Text("007")]);
        let LaneColumn::Text(t) = column else { unreachable!() };
        assert_eq!(t.codes.as_slice(), [0, 1, 0]);
        assert_eq!(t.words.first().map(|w| &**w), Some("007"));
        let (column, _) = run(&lane(Reading::Key), &dialect(&[]), &[Cell::Text("7"), Cell::Number(7.0), Cell::Empty]);
        let LaneColumn::Key(k) = column else { unreachable!() };
        assert!(k[0] == k[1] && k[2] == 0 && k[0] != 0);
    }

    #[test]
    fn what_is_not_finite_or_damaged_is_refused() {
        let (_, fine) = run(
            &lane(Reading::Number),
            &dialect(&[]),
            &[Cell::Number(f64::NAN), Cell::Number(f64::INFINITY), Cell::Integer(i64::MAX)],
        );
        assert_eq!(fine, [false, false, false]);
        let (_, fine) = run(&lane(Reading::Text), &dialect(&[]), &[Cell::Text("a\0b"), Cell::Number(f64::NAN)]);
        assert_eq!(fine, [false, false]);
    }
}
