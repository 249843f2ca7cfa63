//! The sheets of a workbook: those with the same titles are one table, a sheet a month; the others are named, so that
//! nobody takes a part for the whole.

use super::table::{self, Table};
use crate::records::Grid;

/// Which sheets were read.
pub struct Sheets {
    /// In the order of the workbook; empty where the file has one sheet or none.
    pub taken: Vec<String>,
    /// The same titles, but they begin or end in other lines than the one that was taken.
    alike: Vec<String>,
    /// Anything else that holds cells.
    left: Vec<String>,
}

/// Adds to `table` the records of the sheets that have the same titles.
pub fn gather(about: &Grid, others: Vec<Grid>, table: &mut Table) -> Sheets {
    let mut sheets = Sheets { taken: Vec::new(), alike: Vec::new(), left: Vec::new() };
    let Some(own) = about.sheet.clone().filter(|_| about.sheets.len() > 1) else { return sheets };
    let place = |name: &String| about.sheets.iter().position(|s| s == name).unwrap_or(usize::MAX);
    let mut parts: Vec<(usize, Table)> = Vec::new();
    for grid in others {
        let name = grid.sheet.clone().unwrap_or_default();
        match table::find(grid) {
            Some(other) if other.titles == table.titles && fits(table, &other) => {
                parts.push((place(&name), other));
                sheets.taken.push(name);
            }
            Some(other) if other.titles == table.titles && !other.rows.is_empty() => sheets.alike.push(name),
            _ => sheets.left.push(name),
        }
    }
    let at = place(&own);
    sheets.taken.push(own);
    sheets.taken.sort_by_key(place);
    parts.sort_by_key(|(place, _)| *place);
    let mut rows = Vec::new();
    let mut own = std::mem::take(&mut table.rows);
    for (place, part) in parts {
        if place > at {
            rows.append(&mut own);
        }
        table.total += part.total;
        rows.extend(part.rows);
    }
    rows.append(&mut own);
    table.rows = rows;
    sheets
}

/// One `format:` reads both.
fn fits(table: &Table, other: &Table) -> bool {
    let shape = |t: &Table| (t.header, t.above, t.foot.len(), t.second.as_ref().map(|s| s.1), t.every);
    !other.rows.is_empty() && shape(table) == shape(other)
}

impl Sheets {
    /// What wasn't read.
    pub fn remarks(&self) -> Vec<String> {
        let mut all = Vec::new();
        if !self.alike.is_empty() {
            all.push(format!(
                "{} the same titles, but in another line or with another end: bring them into the same shape and draft again, or they stay unread.",
                have(&self.alike)
            ));
        }
        if !self.left.is_empty() {
            all.push(format!(
                "Not read: {} {}.",
                if self.left.len() == 1 { "sheet" } else { "sheets" },
                quoted(&self.left)
            ));
        }
        all
    }
}

fn have(names: &[String]) -> String {
    match names {
        [one] => format!("Sheet `{one}` has"),
        all => format!("Sheets {} have", quoted(all)),
    }
}

/// `January`, `February` and `March`
pub fn quoted(names: &[String]) -> String {
    let named: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}
