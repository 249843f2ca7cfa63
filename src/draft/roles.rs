//! Which column says whom a record is about, when it happened, and which record it is.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Column, Columns, Values};
use super::story::Unsure;
use super::table::Table;
use super::words::{self, Words};

/// The columns that are no figures.
#[derive(Default)]
pub struct Roles {
    pub at: Option<usize>,
    pub id: Option<usize>,
    pub person: Option<usize>,
    /// The column with the person's name, where another holds the person's number.
    pub name: Option<usize>,
    /// Level and column, smallest level first, without the person.
    pub groups: Vec<(&'static str, usize)>,
    /// Columns of people that are filled in only here and there.
    pub gaps: Vec<usize>,
    pub unsure: Vec<Unsure>,
}

impl Roles {
    pub fn is_taken(&self, position: usize) -> bool {
        [self.at, self.id, self.person, self.name].contains(&Some(position))
            || self.groups.iter().any(|(_, c)| *c == position)
    }
}

const LEVELS: [(&str, Words); 3] = [("team", words::TEAM), ("department", words::DEPARTMENT), ("unit", words::UNIT)];

pub fn find(table: &Table, columns: &Columns) -> Roles {
    let mut roles = Roles::default();
    when(columns, &mut roles);
    who(columns, &mut roles);
    which(table, columns, &mut roles);
    roles
}

/// What a title that names someone or a group of people is about: its last word decides (`agent group` is a group). A
/// question, an opinion and a remark are about nobody, whatever words stand in them.
fn about(column: &Column) -> Option<&'static str> {
    if column.is_question() || column.has(words::FREE_TEXT) {
        return None;
    }
    let french = column.french.then_some(("department", words::SERVICE));
    let all = [("person", words::PERSON), ("outsider", words::OUTSIDER)].into_iter().chain(LEVELS).chain(french);
    all.filter_map(|(what, list)| Some((words::last(&column.folded, list)?, what)))
        .max_by_key(|(at, _)| *at)
        .map(|(_, what)| what)
}

/// Names or numbers of something, not figures about it.
fn is_label(column: &Column) -> bool {
    let figure = [words::RATING, words::LIKELIHOOD, words::WAIT, words::TIME_UNIT].iter().any(|w| column.has(w));
    match &column.values {
        Values::Texts => true,
        Values::Numbers { values, around: None, percent: false } => {
            !figure && values.iter().flatten().all(|x| x.fract() == 0.0 && *x >= 0.0)
        }
        _ => false,
    }
}

// ---- when ----

fn when(columns: &Columns, roles: &mut Roles) {
    let mut found: Vec<(u8, bool, &Column)> = Vec::new();
    for column in &columns.all {
        let Values::Times { values, .. } = &column.values else { continue };
        if column.title.reference.is_none() || column.filled == 0 {
            continue;
        }
        let full = column.filled * 10 >= values.len() * 9;
        let rank = if column.has(words::OTHER_DATE) {
            0
        } else if column.has(words::DUE) {
            1
        } else if column.has(words::START) {
            5
        } else if column.has(words::ANSWERED) || column.has(words::DONE) {
            3
        } else {
            4
        };
        found.push((rank, full, column));
    }
    let best = found.iter().max_by_key(|(rank, full, c)| (*full, *rank, std::cmp::Reverse(c.position)));
    let Some((rank, full, best)) = best else { return };
    roles.at = Some(best.position);
    let title = &best.title.written;
    let others: Vec<String> = found
        .iter()
        .filter(|(_, _, c)| c.position != best.position)
        .map(|(_, _, c)| format!("`{}`", c.title.written))
        .collect();
    let rivals = found.iter().filter(|(r, f, c)| c.position != best.position && (r, f) == (rank, full)).count();
    if *rank < 2 || rivals > 0 {
        roles.unsure.push(Unsure::new(
            format!(
                "which date counts: `{title}` was taken{}",
                if others.is_empty() {
                    String::new()
                } else {
                    format!(", {} {} dates too", others.join(", "), if others.len() == 1 { "holds" } else { "hold" })
                }
            ),
            "write another title after `at:`",
            "    at: ",
        ));
    }
    let Values::Times { values, .. } = &best.values else { return };
    let empty = values.len() - best.filled;
    if empty * 10 > values.len() {
        let merged = if merged(values) {
            "; it looks as if cells were merged: unmerge them and fill the date down to each row"
        } else {
            ""
        };
        roles.unsure.push(Unsure::new(
            format!(
                "{empty} of {} rows have no date in `{title}`, so they can't be counted in any period{merged}",
                values.len()
            ),
            "fill in the dates in the file, or write the title of a column that is filled after `at:`",
            "    at: ",
        ));
    }
}

/// A date and then some rows without one, again and again, as merged cells come out.
fn merged<T>(values: &[Option<T>]) -> bool {
    let starts = values.iter().filter(|v| v.is_some()).count();
    values.first().is_some_and(Option::is_some) && starts >= 2 && starts * 3 <= values.len() * 2
}

// ---- who ----

fn who(columns: &Columns, roles: &mut Roles) {
    let usable = |c: &&Column| c.title.reference.is_some() && is_label(c) && !roles.is_taken(c.position);
    let rows = columns.texts.first().map_or(0, Vec::len);
    let mut people: Vec<(bool, usize, usize, &Column)> = Vec::new();
    let mut gaps: Vec<(&Column, usize)> = Vec::new();
    for column in columns.all.iter().filter(usable) {
        let counts = column.counts(&columns.texts);
        let known: usize = counts.values().sum();
        if about(column) == Some("person") && counts.len() * 10 <= known * 7 && known * 2 >= rows {
            let rank = words::first(&column.folded, words::PERSON).unwrap_or(usize::MAX);
            // One and the same in every row tells nobody apart: only where there is no other.
            people.push((counts.len() < 2, rank, column.position, column));
        } else if about(column) == Some("person")
            && known * 2 < rows
            && columns.texts.get(column.position).is_some_and(|t| merged(t))
        {
            gaps.push((column, known));
        }
    }
    people.sort_by_key(|(single, rank, position, _)| (*single, *rank, *position));
    let mut groups = Vec::new();
    for (level, _) in LEVELS {
        let fits = |c: &&Column| {
            let counts = c.counts(&columns.texts);
            let known: usize = counts.values().sum();
            about(c) == Some(level)
                && matches!(c.values, Values::Texts)
                && counts.len() * 3 <= known
                && known * 2 >= rows
        };
        if let Some(column) = columns.all.iter().filter(usable).find(fits) {
            groups.push((level, column.position));
        }
    }
    roles.groups = groups;
    let mut people: Vec<&Column> = people.into_iter().map(|(_, _, _, c)| c).collect();
    if people.is_empty()
        && let Some(guess) = columns
            .all
            .iter()
            .find(|c| c.title.reference.is_some() && !roles.is_taken(c.position) && like_people(c, columns))
    {
        roles.unsure.push(Unsure::new(
            format!(
                "whether `{}` holds the people who did the work: its cells look like names, its title doesn't say",
                guess.title.written
            ),
            "if it doesn't, delete that line and the word `person, ` in the line `levels:`",
            "    person: ",
        ));
        people.push(guess);
    }
    if people.is_empty() {
        // The level can't be told from a few rows, and no one is judged by them.
        roles.unsure.extend(gaps.iter().map(|(column, known)| few_names(column, *known, rows)));
    }
    roles.gaps = gaps.iter().map(|(column, _)| column.position).collect();
    person(&people, columns, roles);
    nameless(columns, roles);
}

/// A name that stands only in the first row of its block.
fn few_names(column: &Column, known: usize, rows: usize) -> Unsure {
    Unsure::new(
        format!(
            "who did the work: `{}` is filled in only {known} of {rows} rows; it looks as if cells were merged, so no one is judged",
            column.title.written
        ),
        "unmerge the cells in the file, fill the name down to each row, and draft again",
        "levels: [",
    )
}

/// Rows that name nobody.
fn nameless(columns: &Columns, roles: &mut Roles) {
    let Some(column) = roles.person.and_then(|p| columns.all.get(p)) else { return };
    let texts = columns.texts.get(column.position).map_or(&[][..], |t| t);
    let empty = texts.iter().filter(|t| t.is_none()).count();
    // One row in fifty is a slip here and there, and a run says it too.
    if empty * 50 >= texts.len() && empty > 0 {
        roles.unsure.push(Unsure::new(
            format!(
                "{empty} of {} rows have no `{}`: they count for everyone together, and for no person",
                texts.len(),
                column.title.written
            ),
            "fill in the name in the file where somebody did the work, or leave it so",
            "    person: ",
        ));
    }
}

fn person(people: &[&Column], columns: &Columns, roles: &mut Roles) {
    let Some(first) = people.first() else { return };
    // A staff number is titled as a number, not as a person.
    let numbered = |c: &&Column| {
        c.has(words::STAFF_NUMBER) && c.title.reference.is_some() && is_label(c) && !roles.is_taken(c.position)
    };
    let others: Vec<&Column> = people
        .iter()
        .copied()
        .chain(columns.all.iter().filter(numbered).filter(|c| people.iter().all(|p| p.position != c.position)))
        .filter(|c| c.position != first.position)
        .collect();
    let twin = others.iter().find(|other| paired(first, other, columns));
    // Two people may bear one name; their numbers differ.
    let number = |c: &Column| {
        [words::IDENTITY, words::STAFF_NUMBER, &["=id", "email", "mail"]].iter().any(|w| c.has(w))
            || !matches!(c.values, Values::Texts)
    };
    let (id, name) = match twin {
        Some(twin) if number(twin) && !number(first) => (*twin, Some(*first)),
        Some(twin) if number(first) && !number(twin) => (*first, Some(*twin)),
        _ => (*first, None),
    };
    roles.person = Some(id.position);
    roles.name = name.map(|n| n.position);
    let rivals: Vec<String> = people
        .iter()
        .filter(|c| Some(c.position) != roles.person && Some(c.position) != roles.name)
        .map(|c| format!("`{}`", c.title.written))
        .collect();
    if !rivals.is_empty() {
        roles.unsure.push(Unsure::new(
            format!(
                "who is responsible for a row: `{}` was taken, {} could be meant too",
                id.title.written,
                rivals.join(", ")
            ),
            "write another title after `person:`",
            "    person: ",
        ));
    }
}

/// Each value of one column goes with one value of the other.
fn paired(a: &Column, b: &Column, columns: &Columns) -> bool {
    let (Some(left), Some(right)) = (columns.texts.get(a.position), columns.texts.get(b.position)) else {
        return false;
    };
    let mut pairs: BTreeMap<&str, &str> = BTreeMap::new();
    let mut back: BTreeMap<&str, &str> = BTreeMap::new();
    for (l, r) in left.iter().zip(right) {
        if let (Some(l), Some(r)) = (l, r)
            && (pairs.insert(l, r).is_some_and(|known| known != r) || back.insert(r, l).is_some_and(|known| known != l))
        {
            return false;
        }
    }
    pairs.len() > 1
}

/// Repeated cells such as `Ama Mensah`, `Mensah, Ama` or `ama@example.org`, under a title that doesn't say otherwise.
fn like_people(column: &Column, columns: &Columns) -> bool {
    if !matches!(column.values, Values::Texts) || about(column).is_some() {
        return false;
    }
    let counts = column.counts(&columns.texts);
    let known: usize = counts.values().sum();
    let like = |text: &&&str| {
        let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).collect();
        let capital = |w: &&str| {
            w.chars().next().is_some_and(char::is_uppercase)
                && w.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '.'))
        };
        (words.len() >= 2 && words.len() <= 4 && words.iter().all(capital)) || (words.len() == 1 && text.contains('@'))
    };
    counts.len() >= 2 && counts.len() * 5 <= known && counts.keys().filter(like).count() * 10 >= counts.len() * 9
}

// ---- which ----

fn which(table: &Table, columns: &Columns, roles: &mut Roles) {
    let mut found: Vec<(usize, &Column)> = columns
        .all
        .iter()
        .filter(|c| c.title.reference.is_some() && is_label(c) && !roles.is_taken(c.position))
        .filter_map(|c| Some((words::first(&c.folded, words::IDENTITY)?, c)))
        .filter(|(_, c)| !matches!(about(c), Some("outsider")))
        .collect();
    found.sort_by_key(|(rank, c)| (*rank, c.position));
    for (_, column) in found {
        let counts = column.counts(&columns.texts);
        if counts.len() * 2 < table.rows.len() {
            continue;
        }
        let single = counts.values().all(|n| *n == 1);
        if table.every == 1 && (single || only_copies(table, column, columns)) {
            roles.id = Some(column.position);
        } else if !single {
            let twice = counts.values().filter(|n| **n > 1).count();
            roles.unsure.push(Unsure::new(
                format!("`{}` looks like each row's number, but {twice} of them stand in several rows that differ; every row was counted", column.title.written),
                format!("if only the last row of each counts, add two lines there: `id: \"{0}\"` and `latest_by: \"TITLE\"`, with the title of the column that tells which row is the last", column.title.written),
                "    kind: ",
            ));
        }
        return;
    }
}

/// Rows with the same number are the same in every cell: the export holds them twice.
fn only_copies(table: &Table, column: &Column, columns: &Columns) -> bool {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut copies = BTreeSet::new();
    for (row, id) in columns.texts.get(column.position).into_iter().flatten().enumerate() {
        let Some(id) = id else { continue };
        if let Some(first) = seen.insert(id, row) {
            let same = table.rows.get(first).map(|r| &r.cells) == table.rows.get(row).map(|r| &r.cells);
            if !same {
                return false;
            }
            copies.insert(id);
        }
    }
    !copies.is_empty()
}
