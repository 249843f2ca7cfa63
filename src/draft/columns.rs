//! What the cells of each column are: numbers, yes and no, moments, lengths of time, or words.

use std::collections::{BTreeMap, BTreeSet};

use super::dates::{self, Dates, ENOUGH, Order};
use super::signs;
use super::table::{Table, Title};
use super::words;
use crate::records::{Formats, GridCell, Signs, Stamp, length, number};

/// A column and what it holds, by record.
pub struct Column {
    pub position: usize,
    pub title: Title,
    /// The title with its letters folded, for looking up words.
    pub folded: String,
    pub values: Values,
    /// Cells that hold anything but a word for nothing.
    pub filled: usize,
    /// Of those, cells that can't be read as what the column is.
    pub unread: usize,
    /// Texts that stand for nothing, as written.
    pub nothing: BTreeSet<String>,
    /// The titles of its file are French.
    pub french: bool,
}

pub enum Values {
    Empty,
    /// What stands around the number in each cell, such as ` out of 5`.
    Numbers {
        values: Vec<Option<f64>>,
        around: Option<(String, String)>,
        percent: bool,
    },
    YesNo {
        values: Vec<Option<bool>>,
        yes: Vec<String>,
        no: Vec<String>,
    },
    Times {
        values: Vec<Option<Stamp>>,
        dates: Dates,
    },
    /// Seconds; `short`: all are written 12:34, which could be hours and minutes.
    Lengths {
        values: Vec<Option<f64>>,
        short: Option<String>,
    },
    Texts,
}

/// The columns, and how numbers and dates are written in all of them.
pub struct Columns {
    pub all: Vec<Column>,
    /// By column and record, as text.
    pub texts: Vec<Vec<Option<String>>>,
    pub signs: signs::Found,
    /// Every way in which dates are written.
    pub formats: Vec<String>,
    /// A column whose day and month can't be told apart, and an example.
    pub doubtful_dates: Option<(String, String)>,
    pub order: Option<Order>,
}

/// A cell as a text, as an id or a name would be read from it.
pub fn written(cell: &GridCell) -> Option<String> {
    match cell {
        GridCell::Empty | GridCell::Broken => None,
        GridCell::Text(text) => Some(text.clone()),
        GridCell::Number(x) => Some(x.to_string()),
        GridCell::YesNo(yes) => Some(if *yes { "true" } else { "false" }.to_owned()),
        GridCell::Civil { micros, whole_day } => {
            let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
            let at = epoch.checked_add(jiff::SignedDuration::from_micros(*micros)).ok()?;
            Some(if *whole_day { at.date().to_string() } else { at.to_string() })
        }
        GridCell::Length(micros) => Some((*micros as f64 / 1e6).to_string()),
    }
}

/// Reads every column of a table.
pub fn read(table: &Table, semicolons: bool) -> Columns {
    let empty = GridCell::Empty;
    let cells: Vec<Vec<&GridCell>> = (0..table.titles.len())
        .map(|c| table.rows.iter().map(|r| r.cells.get(c).unwrap_or(&empty)).collect())
        .collect();
    let mut dates: Vec<Option<Dates>> = cells.iter().map(|c| dates::of(c)).collect();
    let doubtful_dates = settle(&mut dates, &table.titles);
    let order = dates.iter().flatten().find_map(|d| d.order);
    let texts = cells.iter().zip(&dates).filter(|(_, d)| d.is_none()).flat_map(|(c, _)| c.iter());
    let signs =
        signs::of(texts.filter_map(|c| if let GridCell::Text(t) = c { Some(t.as_str()) } else { None }), semicolons);
    let mut formats: Vec<String> = Vec::new();
    for format in dates.iter().flatten().flat_map(|d| &d.formats) {
        if !formats.contains(format) {
            formats.push(format.clone());
        }
    }
    let heads: Vec<String> = table.titles.iter().map(|t| words::fold(&t.written)).collect();
    let any = |list| heads.iter().any(|head| words::has(head, list));
    let french = any(words::FRENCH) && !any(words::NOT_FRENCH);
    let mut all = Vec::new();
    for (position, (cells, (dates, title))) in cells.iter().zip(dates.into_iter().zip(&table.titles)).enumerate() {
        all.push(Column { french, ..column(position, title, cells, dates, signs.signs) });
    }
    let texts =
        cells.iter().map(|c| c.iter().map(|c| written(c).filter(|t| !words::is_nothing(t))).collect()).collect();
    Columns { all, texts, signs, formats, doubtful_dates, order }
}

/// A column that leaves day and month open follows one that doesn't. What stays open is returned.
fn settle(dates: &mut [Option<Dates>], titles: &[Title]) -> Option<(String, String)> {
    let known = dates.iter().flatten().find(|d| d.order.is_some() && d.other.is_none()).and_then(|d| d.order);
    let mut doubt = None;
    for (found, title) in dates.iter_mut().zip(titles) {
        let Some(found) = found else { continue };
        let Some(other) = found.other.clone() else { continue };
        match known {
            Some(order) => {
                if found.order != Some(order) {
                    found.formats = other;
                    found.order = Some(order);
                }
                found.other = None;
            }
            None => doubt = doubt.or_else(|| Some((title.written.clone(), found.example.clone()))),
        }
    }
    doubt
}

fn column(position: usize, title: &Title, cells: &[&GridCell], dates: Option<Dates>, signs: Signs) -> Column {
    let mut nothing = BTreeSet::new();
    for cell in cells {
        if let GridCell::Text(text) = cell
            && words::is_nothing(text)
        {
            nothing.insert(text.clone());
        }
    }
    let known: Vec<&GridCell> = cells
        .iter()
        .map(|c| match c {
            GridCell::Text(text) if nothing.contains(text) => &GridCell::Empty,
            other => *other,
        })
        .collect();
    let filled = known.iter().filter(|c| !c.is_empty()).count();
    let folded = words::fold(&title.written);
    let values = if filled == 0 {
        Values::Empty
    } else if let Some(dates) = dates {
        let formats = Formats::new(&dates.formats);
        Values::Times { values: known.iter().map(|c| dates::stamp(c, &formats)).collect(), dates }
    } else {
        yes_no(&known)
            .or_else(|| days(&known, &folded))
            .or_else(|| numbers(&known, filled, signs))
            .or_else(|| lengths(&known, filled, signs))
            .or_else(|| around(&known, filled, signs))
            .unwrap_or(Values::Texts)
    };
    let read = match &values {
        Values::Numbers { values, .. } | Values::Lengths { values, .. } => values.iter().flatten().count(),
        Values::YesNo { values, .. } => values.iter().flatten().count(),
        Values::Times { values, .. } => values.iter().flatten().count(),
        Values::Empty | Values::Texts => filled,
    };
    Column { position, title: title.clone(), folded, values, filled, unread: filled - read, nothing, french: false }
}

/// Enough of the cells could be read.
fn enough<T>(values: &[Option<T>], filled: usize) -> bool {
    values.iter().flatten().count() as f64 >= filled as f64 * ENOUGH
}

fn yes_no(cells: &[&GridCell]) -> Option<Values> {
    let mut seen = BTreeSet::new();
    for cell in cells.iter().filter(|c| !c.is_empty()) {
        match cell {
            GridCell::YesNo(_) => {}
            GridCell::Text(text) => {
                seen.insert(text.to_lowercase());
            }
            _ => return None,
        }
        if seen.len() > 4 {
            return None;
        }
    }
    let (yes, no) = words::YES_NO
        .iter()
        .find(|(yes, no)| seen.iter().all(|w| yes.contains(&w.as_str()) || no.contains(&w.as_str())))?;
    let values: Vec<Option<bool>> = cells
        .iter()
        .map(|c| match c {
            GridCell::YesNo(yes) => Some(*yes),
            GridCell::Text(text) => Some(yes.contains(&text.to_lowercase().as_str())),
            _ => None,
        })
        .collect();
    // A column that always says `x`, and is else empty, is a tick: what is not ticked is not known to be no.
    if seen.len() < 2
        && !cells.iter().any(|c| matches!(c, GridCell::YesNo(_)))
        && seen.iter().any(|w| w.chars().count() == 1)
    {
        return None;
    }
    // A file writes a word in one way or a few; the reader does not mind the case.
    let used = |words: &[&str]| words.iter().filter(|w| seen.contains(**w)).map(|w| (*w).to_owned()).collect();
    Some(Values::YesNo { values, yes: used(yes), no: used(no) })
}

/// 20260314, under a title that speaks of a date.
fn days(cells: &[&GridCell], folded: &str) -> Option<Values> {
    if !words::has(folded, words::DATE) && !words::has(folded, words::START) {
        return None;
    }
    let formats = Formats::default();
    let day = |cell: &GridCell| {
        written(cell).filter(|t| t.len() == 8 && t.starts_with(['1', '2'])).and_then(|t| formats.stamp(&t).ok())
    };
    let values: Vec<Option<Stamp>> = cells.iter().map(|c| day(c)).collect();
    let filled = cells.iter().filter(|c| !c.is_empty()).count();
    // A workbook's number is not read as a day, only a text is.
    let typed = cells.iter().any(|c| matches!(c, GridCell::Number(_)));
    let dates = Dates { formats: Vec::new(), order: None, other: None, example: String::new() };
    (enough(&values, filled) && !typed).then_some(Values::Times { values, dates })
}

fn of_number(cell: &GridCell, signs: Signs) -> Option<f64> {
    match cell {
        GridCell::Number(x) => Some(*x),
        GridCell::Text(text) => number(text, signs).ok(),
        _ => None,
    }
}

fn numbers(cells: &[&GridCell], filled: usize, signs: Signs) -> Option<Values> {
    let values: Vec<Option<f64>> = cells.iter().map(|c| of_number(c, signs)).collect();
    let percent = cells.iter().filter(|c| matches!(c, GridCell::Text(t) if t.ends_with('%'))).count() * 2 > filled;
    enough(&values, filled).then_some(Values::Numbers { values, around: None, percent })
}

fn lengths(cells: &[&GridCell], filled: usize, signs: Signs) -> Option<Values> {
    let values: Vec<Option<f64>> = cells
        .iter()
        .map(|c| match c {
            GridCell::Length(micros) => Some(*micros as f64 / 1e6),
            GridCell::Text(text) => length(text, signs).ok().map(|micros| micros as f64 / 1e6),
            _ => None,
        })
        .collect();
    if !enough(&values, filled) {
        return None;
    }
    let texts: Vec<&str> =
        cells.iter().filter_map(|c| if let GridCell::Text(t) = c { Some(t.as_str()) } else { None }).collect();
    let short =
        texts.iter().all(|t| t.matches(':').count() == 1).then(|| texts.first().map(|t| (*t).to_owned())).flatten();
    Some(Values::Lengths { values, short })
}

/// Numbers with the same words around each: `4 out of 5`, `12 Min.`.
fn around(cells: &[&GridCell], filled: usize, signs: Signs) -> Option<Values> {
    let split = |text: &str| {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let rest = text.get(start..)?;
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\''))).unwrap_or(rest.len());
        let (figure, after) = rest.split_at_checked(end)?;
        let figure_end = figure.trim_end_matches(['.', ',']);
        let value = number(figure_end, signs).ok()?;
        let after = format!("{}{after}", figure.get(figure_end.len()..)?);
        Some(((text.get(..start)?.to_owned(), after), value))
    };
    let parts: Vec<Option<((String, String), f64)>> =
        cells.iter().map(|c| if let GridCell::Text(t) = c { split(t) } else { None }).collect();
    let mut counts: BTreeMap<&(String, String), usize> = BTreeMap::new();
    for (around, _) in parts.iter().flatten() {
        *counts.entry(around).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|(_, n)| *n)?.0.clone();
    // `T-1001` is a name, `4 out of 5` a number: words stand behind a number, a name before it.
    if !usual.0.trim().is_empty() || !usual.1.contains(char::is_alphanumeric) && usual.1.trim().is_empty() {
        return None;
    }
    let values: Vec<Option<f64>> =
        parts.iter().map(|p| p.as_ref().filter(|(around, _)| *around == usual).map(|(_, v)| *v)).collect();
    enough(&values, filled).then_some(Values::Numbers { values, around: Some(usual), percent: false })
}

impl Column {
    /// How many records hold each value, as text.
    pub fn counts<'t>(&self, texts: &'t [Vec<Option<String>>]) -> BTreeMap<&'t str, usize> {
        let mut counts = BTreeMap::new();
        for text in texts.get(self.position).into_iter().flatten().flatten() {
            *counts.entry(text.as_str()).or_default() += 1;
        }
        counts
    }

    /// The title as it is shown: with its number where several columns have it.
    pub fn shown(&self) -> String {
        match &self.title.reference {
            Some(reference) if self.title.same > 1 => reference.clone(),
            _ => self.title.written.clone(),
        }
    }

    /// The title asks for an answer.
    pub fn is_question(&self) -> bool {
        let asks = self.title.written.trim_end().ends_with(['?', '？']);
        asks && !words::begins(&self.folded, words::ASKS_FOR_NAME)
            || self.has(words::RATING) && self.title.written.split_whitespace().count() > 3
            || self.has(words::LIKELIHOOD)
    }

    /// The cells number or name things; they are no figures about them.
    pub fn is_code(&self, texts: &[Vec<Option<String>>]) -> bool {
        let Values::Numbers { values, around: None, percent: false } = &self.values else { return false };
        let whole = values.iter().flatten().all(|x| x.fract() == 0.0 && *x >= 0.0);
        if !whole || self.has(words::COUNT) {
            return false;
        }
        let own = texts.get(self.position).map_or(&[][..], |t| t);
        let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit());
        // A figure isn't written 00017.
        let padded = own.iter().flatten().filter(|t| t.len() > 1 && t.starts_with('0') && digits(t)).count();
        if padded * 10 > self.filled {
            return true;
        }
        let different = self.counts(texts).len();
        self.has(words::CODE)
            || self.has(words::STAFF_NUMBER)
            || self.has(words::IDENTITY) && different * 2 >= self.filled
    }

    pub fn has(&self, words: words::Words) -> bool {
        words::has(&self.folded, words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(title: &str, texts: &[&str]) -> Column {
        let cells: Vec<GridCell> = texts.iter().map(|t| GridCell::text(t)).collect();
        let cells: Vec<&GridCell> = cells.iter().collect();
        let title = Title { written: title.into(), reference: Some(title.into()), same: 1 };
        column(0, &title, &cells, dates::of(&cells), Signs { decimal: ',', thousands: Some('.') })
    }

    #[test]
    fn cells_are_told_apart() {
        let c = read_one("Erledigt", &["Ja", "nein", "k.A.", "", "JA"]);
        let Values::YesNo { values, yes, no } = &c.values else { panic!() };
        assert_eq!(values, &[Some(true), Some(false), None, None, Some(true)]);
        assert_eq!((yes.as_slice(), no.as_slice()), (["ja".to_owned()].as_slice(), ["nein".to_owned()].as_slice()));
        assert_eq!((c.filled, c.unread, c.nothing.len()), (3, 0, 1));
        assert!(matches!(read_one("SLA", &["Met", "Late"]).values, Values::Texts), "two pairs are not mixed");
        assert!(matches!(read_one("SLA", &["Met", "Missed"]).values, Values::YesNo { .. }));
        assert!(matches!(read_one("Zeit", &["1.234,5", "3"]).values, Values::Numbers { .. }));
        assert!(matches!(read_one("Quote", &["85 %", "90 %"]).values, Values::Numbers { percent: true, .. }));
        assert!(matches!(read_one("Dauer", &["00:03:25", "01:00:00"]).values, Values::Lengths { short: None, .. }));
        assert!(matches!(read_one("Dauer", &["03:25", "01:00"]).values, Values::Lengths { short: Some(_), .. }));
        assert!(matches!(read_one("Agent", &["A1", "B2"]).values, Values::Texts));
        assert!(matches!(read_one("Ticket", &["T-1", "T-2"]).values, Values::Texts));
        assert!(matches!(read_one("Datum", &["20260314", "20260315"]).values, Values::Times { .. }));
        assert!(matches!(read_one("Nummer", &["20260314", "20260315"]).values, Values::Numbers { .. }));
        assert!(matches!(read_one("x", &["", "-"]).values, Values::Empty));
    }

    #[test]
    fn words_around_a_number() {
        let c = read_one("Note", &["4 von 5", "2 von 5", "-"]);
        let Values::Numbers { values, around, .. } = &c.values else { panic!() };
        assert_eq!(values, &[Some(4.0), Some(2.0), None]);
        assert_eq!(around, &Some((String::new(), " von 5".to_owned())));
        let c = read_one("Dauer", &["12 Sek.", "3 Sek."]);
        assert!(matches!(&c.values, Values::Numbers { around: Some((_, after)), .. } if after == " Sek."));
    }
}
