//! Where in a sheet the table is: the row of titles, what stands above it, what stands below the last record.

use std::collections::BTreeMap;

use super::words;
use crate::records::{Grid, GridCell, GridRow, tidy};

/// Titles stand within so many rows.
const SEARCHED: usize = 40;
/// More rows than this at the end are no foot.
const LONGEST_FOOT: usize = 12;

pub struct Table {
    /// The line of the titles, from 1, and how many rows with anything in them stand above it.
    pub header: u64,
    pub above: usize,
    pub titles: Vec<Title>,
    /// Records, without the rows of the foot.
    pub rows: Vec<GridRow>,
    /// Rows at the end that are no records.
    pub foot: Vec<GridRow>,
    /// A row below the titles that says more of each column, as survey programs write it, and the column by which it is
    /// known: records fill it, this row doesn't.
    pub second: Option<(GridRow, usize)>,
    pub total: u64,
    /// Only every so many rows in the middle of the file were looked at.
    pub every: u64,
}

/// A column's title.
#[derive(Clone, Debug, PartialEq)]
pub struct Title {
    pub written: String,
    /// How a workspace names the column; none where it has no title, or one that can't be written.
    pub reference: Option<String>,
    /// How many columns have this title.
    pub same: usize,
}

/// The table of a grid; none where no row looks like titles above records.
pub fn find(grid: Grid) -> Option<Table> {
    let at = header(&grid.rows)?;
    let mut rows = grid.rows;
    let mut rest = rows.split_off(at);
    if rest.is_empty() {
        return None;
    }
    let header = rest.remove(0);
    let titles = titles(&header, rest.iter().map(|r| r.cells.len()).max().unwrap_or(0));
    let foot = rest.split_off(rest.len() - foot(&rest));
    let second = second(&rest, &titles).map(|column| (rest.remove(0), column));
    Some(Table {
        header: header.line,
        above: at,
        titles,
        total: grid.total.saturating_sub(at as u64 + 1 + foot.len() as u64 + u64::from(second.is_some())),
        rows: rest,
        foot,
        second,
        every: grid.every,
    })
}

fn filled(row: &GridRow) -> usize {
    row.cells.iter().filter(|c| !c.is_empty()).count()
}

/// Could stand in a row of titles.
fn is_word(cell: &GridCell) -> bool {
    match cell {
        GridCell::Text(text) => {
            let figures = text.chars().filter(char::is_ascii_digit).count();
            text.chars().any(char::is_alphabetic) && figures * 2 <= text.chars().count() || text == "#"
        }
        _ => false,
    }
}

fn has_figure(row: &GridRow) -> bool {
    row.cells.iter().any(|c| !c.is_empty() && !is_word(c))
}

/// How many cells a usual row fills.
fn usual(rows: &[GridRow]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(filled).collect();
    widths.sort_unstable();
    widths.get(widths.len() / 2).copied().unwrap_or(0)
}

/// The first row of words about as wide as the records; of two such rows on top of each other, where records have
/// figures, the lower one: the upper names groups of columns.
fn header(rows: &[GridRow]) -> Option<usize> {
    let usual = usual(rows).max(1);
    let wide = |row: &GridRow| filled(row) * 10 >= usual * 6;
    let words = |row: &GridRow| row.cells.iter().filter(|c| is_word(c)).count() * 10 >= filled(row) * 8;
    let mut at = rows.iter().take(SEARCHED).position(|row| wide(row) && words(row))?;
    let below = rows.get(at + 1..).unwrap_or_default();
    let figures = below.iter().filter(|r| has_figure(r)).count() * 10 >= below.len() * 8;
    while figures
        && let (Some(this), Some(next)) = (rows.get(at), rows.get(at + 1))
        && !has_figure(next)
        && filled(next) >= filled(this)
        && rows.len() > at + 2
    {
        at += 1;
    }
    Some(at)
}

fn titles(header: &GridRow, width: usize) -> Vec<Title> {
    let mut written: Vec<String> =
        header.cells.iter().map(|c| tidy(&super::columns::written(c).unwrap_or_default())).collect();
    written.resize(written.len().max(width), String::new());
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for title in &written {
        *count.entry(title).or_default() += 1;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for title in &written {
        let same = count.get(title.as_str()).copied().unwrap_or(1);
        let number = seen.entry(title).or_default();
        *number += 1;
        let plain = !title.is_empty() && !title.chars().any(|c| c.is_control() || c == '\u{fffd}');
        let reference = plain.then(|| if same > 1 { format!("{title} ({number})") } else { title.clone() });
        all.push(Title { written: title.clone(), reference, same });
    }
    all
}

/// Whether the first row below the titles is one of titles too: words that no record repeats, under an empty cell of a
/// column that (nearly) all records fill. Gives that column.
fn second(rows: &[GridRow], titles: &[Title]) -> Option<usize> {
    let (first, records) = rows.split_first()?;
    if records.len() < 10 || filled(first) < 2 || has_figure(first) {
        return None;
    }
    let cell = |row: &GridRow, column: usize| row.cells.get(column).cloned().unwrap_or(GridCell::Empty);
    let repeated = first
        .cells
        .iter()
        .enumerate()
        .filter(|(_, c)| !c.is_empty())
        .any(|(column, own)| records.iter().any(|row| cell(row, column) == *own));
    if repeated {
        return None;
    }
    let always =
        |column: usize| records.iter().filter(|r| !cell(r, column).is_empty()).count() * 50 >= records.len() * 49;
    let named = |column: usize| titles.get(column).is_some_and(|t| t.reference.is_some());
    (0..titles.len()).find(|column| cell(first, *column).is_empty() && named(*column) && always(*column))
}

/// How many rows at the end are totals or remarks: they say so, or fill at most a third of the usual cells.
fn foot(rows: &[GridRow]) -> usize {
    let usual = usual(rows);
    let is_foot = |row: &&GridRow| {
        let texts = row.cells.iter().filter_map(|c| match c {
            GridCell::Text(text) => Some(words::fold(text)),
            _ => None,
        });
        let first: Vec<String> = texts.take(2).collect();
        let begins = |list| first.iter().any(|t| words::begins(t, list));
        let n = filled(row);
        // A name may begin like a remark, but then its row is full.
        (begins(words::TOTAL) && n < usual.max(2))
            || (begins(words::REMARK) && n * 2 <= usual)
            || (usual >= 3 && n * 3 <= usual)
    };
    let found = rows.iter().rev().take(LONGEST_FOOT).take_while(is_foot).count();
    // A table whose every row is sparse has no foot.
    if found * 2 > rows.len() { 0 } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(text: &str) -> Grid {
        let rows: Vec<GridRow> = text
            .lines()
            .enumerate()
            .map(|(i, line)| GridRow { line: i as u64 + 1, cells: line.split(';').map(GridCell::text).collect() })
            .filter(|r| filled(r) > 0)
            .collect();
        Grid { total: rows.len() as u64, every: 1, rows, ..Grid::default() }
    }

    const ROWS: &str = "\n1;Ama;2026-01-01;4\n2;Kofi;2026-01-02;5\n3;Ama;2026-01-03;3\n4;Esi;2026-01-04;2\n5;Esi;2026-01-05;1\n6;Ama;2026-01-06;2";

    #[test]
    fn titles_and_foot_are_found_among_the_rest() {
        let text = format!(
            "Ticket report;;;\nCreated on;01.02.2026;;\n;;;\nID;Agent;Date;Rating{ROWS}\n;;;\nTotal;6;;17\nend of report"
        );
        let table = find(grid(&text)).unwrap();
        assert_eq!((table.header, table.above, table.rows.len(), table.foot.len(), table.total), (4, 2, 6, 2, 6));
        let titles: Vec<&str> = table.titles.iter().map(|t| t.written.as_str()).collect();
        assert_eq!(titles, ["ID", "Agent", "Date", "Rating"]);
        let table = find(grid(&format!("ID;Agent;Date;Rating{ROWS}"))).unwrap();
        assert_eq!((table.header, table.foot.len(), table.rows.len()), (1, 0, 6));
        let table = find(grid(&format!("ID;Agent;Date;Rating{ROWS}\n7;Page, Larry;2026-01-07;"))).unwrap();
        assert_eq!((table.foot.len(), table.rows.len()), (0, 7), "a person called Page is no page number");
    }

    #[test]
    fn of_two_rows_of_titles_the_lower_one_counts() {
        let table = find(grid(&format!("Ticket;Who;Time;Result\nID;Agent;Date;Rating{ROWS}"))).unwrap();
        assert_eq!((table.header, table.rows.len()), (2, 6));
        let table = find(grid("Agent;Team;Answer\nAma;A;yes\nKofi;B;no\nEsi;A;yes")).unwrap();
        assert_eq!(
            (table.header, table.rows.len()),
            (1, 3),
            "where records are words too, the first row is the titles"
        );
    }

    #[test]
    fn a_second_row_of_titles_is_no_record() {
        let mut text = "ID;Agent;Solved\n;Response;Open-Ended Response".to_owned();
        (0..12).for_each(|i| text += &format!("\n{i};{};{}", ["Ama", "Kofi"][i % 2], ["Yes", "No"][i % 2]));
        let table = find(grid(&text)).unwrap();
        assert_eq!((table.rows.len(), table.total, table.second.map(|s| s.1)), (12, 12, Some(0)));
        let table = find(grid(&text.replace(";Response;Open-Ended Response", ";Ama;Yes"))).unwrap();
        assert_eq!((table.rows.len(), table.second.is_none()), (13, true), "a record without its number");
    }

    #[test]
    fn one_title_twice_is_told_apart_by_number() {
        let table = find(grid(&format!("ID;Name;Date;Name{ROWS}"))).unwrap();
        let references: Vec<Option<&str>> = table.titles.iter().map(|t| t.reference.as_deref()).collect();
        assert_eq!(references, [Some("ID"), Some("Name (1)"), Some("Date"), Some("Name (2)")]);
    }

    #[test]
    fn what_has_no_titles_is_no_table() {
        assert!(find(grid("1;2;3\n4;5;6\n7;8;9")).is_none());
        assert!(find(Grid::default()).is_none());
        assert_eq!(find(grid("Agent;Note")).unwrap().rows.len(), 0);
    }
}
