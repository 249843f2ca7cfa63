//! Takes: an export (.csv, .xlsx). Gives: the files of a first workspace for it, and in plain words what was taken for what.
//! May call: `diagnostic`, `workspace` (which names are free), `records` (to read the file).
//! Never: writes or overwrites anything, changes the export, or drafts a rule for sanctions.

mod answers;
pub mod codes;
mod columns;
mod dates;
mod figures;
mod roles;
mod sheets;
mod signs;
mod spans;
mod start;
mod story;
mod table;
mod words;
mod workspace;

pub use story::{Story, Unsure};

use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Said};
use crate::records;
use crate::said;
use columns::{Columns, Values};
use figures::Figures;
use roles::Roles;
use sheets::{Sheets, quoted};
use start::Start;
use story::{grouped, plural};
use table::Table;

/// Fewer records than this are no ground for anything.
const FEWEST: u64 = 10;
/// Display names of the people, where the export has both number and name.
const NAMES: &str = "data/names.csv";

/// A workspace that is not yet written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Name within the workspace and content, in the order in which they are to be shown.
    pub files: Vec<(String, String)>,
    pub story: Story,
}

/// Drafts a workspace from `export`, which will lie at `file` within it (`data/tickets.csv`).
pub fn draft(export: &Path, file: &str) -> Result<Draft, Vec<Diagnostic>> {
    let name = export.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut about = records::grid(export)?;
    let others = std::mem::take(&mut about.others);
    let grid = records::Grid { rows: std::mem::take(&mut about.rows), ..about.clone() };
    let mut table = table::find(grid).ok_or_else(|| vec![no_table(&name)])?;
    let sheets = sheets::gather(&about, others, &mut table);
    if table.total < FEWEST {
        return Err(vec![too_few(&name, &table)]);
    }
    let columns = columns::read(&table, about.delimiter == Some(b';'));
    let roles = roles::find(&table, &columns);
    let figures = figures::find(&columns, &roles);
    if figures.all.is_empty() {
        return Err(vec![nothing(&name, &columns, &figures)]);
    }
    let start = start::find(&columns, &roles, &figures.all, table.every);
    let names = roles.person.zip(roles.name).map(|(id, name)| names(&columns, id, name));
    let files: Vec<String> = match sheets.taken.as_slice() {
        [] => vec![file.to_owned()],
        taken => taken.iter().map(|sheet| format!("{file}#{sheet}")).collect(),
    };
    let survey = is_survey(&name, &columns, &figures);
    let text = workspace::Sheet {
        name: &name,
        files: &files,
        about: &about,
        table: &table,
        columns: &columns,
        roles: &roles,
        figures: &figures.all,
        start: &start,
        names: names.as_ref().map(|_| NAMES),
        survey,
    };
    let used = text.used();
    let text = text.text();
    let mut story = Story {
        looked: looked(&name, &about, &sheets, &table, &columns),
        took: took(&columns, &roles, &figures, &start),
        unsure: unsure(&table, &columns, &roles, &figures, &start),
        unused: unused(&columns, &roles, &figures, &used),
    };
    story.unsure.iter_mut().for_each(|u| u.place(&text));
    let files = [("evenhand.yaml".to_owned(), text)].into_iter().chain(names.map(|n| (NAMES.to_owned(), n))).collect();
    Ok(Draft { files, story })
}

fn no_table(name: &str) -> Diagnostic {
    Diagnostic::error(&codes::NO_TABLE, said!("no row of titles was found in `{name}`", name))
        .help(said!("put words such as Agent, Date, Rating above the columns, and save the file again"))
        .help(said!("in a workbook with several sheets, save the one with the records as a file of its own"))
}

fn too_few(name: &str, table: &Table) -> Diagnostic {
    let message = match table.total {
        1 => said!("`{name}` has only 1 record below its titles", name),
        count => said!("`{name}` has only {count} records below its titles", name, count = grouped(count)),
    };
    Diagnostic::error(&codes::TOO_FEW, message)
        .in_data(name, table.header, 0, said!("these were taken for the titles"))
        .help(said!(
            "export a longer time: at least {fewest} records are needed, and 30 a person are better",
            fewest = FEWEST
        ))
}

fn nothing(name: &str, columns: &Columns, figures: &Figures) -> Diagnostic {
    let titles: Vec<String> = columns
        .all
        .iter()
        .filter(|c| !c.title.written.is_empty())
        .take(30)
        .map(|c| format!("`{}`", c.title.written))
        .collect();
    let problem = Diagnostic::error(
        &codes::NOTHING_TO_MEASURE,
        said!("no column of `{name}` says how good the service was", name),
    )
    .help(said!("the columns are {titles}", titles = titles.join(", ")))
    .help(said!("export a column more: a waiting time, a rating, or whether the matter was solved (yes, no)"));
    let near = figures.left.iter().filter_map(|(c, why)| {
        let title = columns.all.get(*c).map(|c| &c.title.written).filter(|t| !t.is_empty())?;
        Some(said!("`{title}`: {why}", title, why))
    });
    let near = Said::joined(near, "; ");
    if near.is_empty() { problem } else { problem.help(said!("these were near: {columns}", columns = near)) }
}

/// Mostly what customers answered, and nothing that was clocked.
fn is_survey(name: &str, columns: &Columns, figures: &Figures) -> bool {
    let said = figures.all.iter().filter(|f| f.rank == 1 || f.rank == 2).count();
    let clocked = figures.all.iter().any(|f| f.rank == 3);
    let titled = words::has(&words::fold(name), words::SURVEY)
        || columns.all.iter().any(|c| c.has(words::SURVEY) && !matches!(c.values, Values::Numbers { .. }));
    said > 0 && !clocked && (titled || said * 2 > figures.all.len())
}

/// `id,name`, each person once.
fn names(columns: &Columns, id: usize, name: usize) -> String {
    let (Some(ids), Some(names)) = (columns.texts.get(id), columns.texts.get(name)) else { return String::new() };
    let all: BTreeMap<&String, &String> =
        ids.iter().zip(names).filter_map(|(i, n)| Some((i.as_ref()?, n.as_ref()?))).collect();
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    all.iter().fold("id,name\n".to_owned(), |out, (id, name)| format!("{out}{},{}\n", cell(id), cell(name)))
}

// ---- the story ----

fn looked(name: &str, about: &records::Grid, sheets: &Sheets, table: &Table, columns: &Columns) -> Vec<String> {
    let sheet = match sheets.taken.as_slice() {
        [] => String::new(),
        [one] => format!(", sheet `{one}`"),
        all => format!(", sheets {}", quoted(all)),
    };
    let mut all = vec![format!(
        "{name}{sheet}: {} under the titles in line {}",
        plural(table.total, "record", "records"),
        table.header
    )];
    all.extend(sheets.remarks());
    if let Some((row, _)) = &table.second {
        all.push(format!("Line {} says more about the titles; it is not a record and will be left out.", row.line));
    }
    if table.every > 1 {
        all.push(format!(
            "The file is long: one row in {} was looked at. A run reads all of them.",
            grouped(table.every)
        ));
    }
    if !table.foot.is_empty() {
        let n = table.foot.len() as u64;
        all.push(match n {
            1 => "The last row is not a record (a total or a remark) and will be left out.".to_owned(),
            n => format!("The last {n} rows are not records (totals or remarks) and will be left out."),
        });
    }
    let mut how = Vec::new();
    match about.delimiter {
        Some(b'\t') => how.push("cells parted by tabs".to_owned()),
        Some(b',') | None => {}
        Some(other) => how.push(format!("cells parted by `{}`", char::from(other))),
    }
    how.extend(about.encoding.map(|e| format!("letters stored as {e}")));
    if columns.signs.signs.decimal == ',' {
        how.push("numbers with a decimal comma".to_owned());
    }
    if !how.is_empty() {
        all.push(format!("It is written with {}.", how.join(", ")));
    }
    all
}

fn took(columns: &Columns, roles: &Roles, figures: &Figures, start: &Start) -> Vec<(String, String)> {
    let title = |c: usize| {
        columns.all.get(c).map(|c| format!("`{}`", c.title.reference.clone().unwrap_or_default())).unwrap_or_default()
    };
    let different = |c: usize| columns.all.get(c).map_or(0, |c| c.counts(&columns.texts).len()) as u64;
    let mut all = Vec::new();
    match roles.person {
        Some(c) => {
            let name = roles.name.map_or_else(String::new, |n| format!(", their names from {}", title(n)));
            all.push(("the person".to_owned(), format!("{} ({} different{name})", title(c), grouped(different(c)))));
        }
        None => {
            all.push(("the person".to_owned(), "none was found: no one is judged, only everyone together".to_owned()))
        }
    }
    for (level, c) in &roles.groups {
        all.push((format!("the {level}"), format!("{} ({} different)", title(*c), grouped(different(*c)))));
    }
    match (roles.at, start.days) {
        (Some(at), Some((first, last))) => {
            all.push(("the date".to_owned(), format!("{}{}, from {first} to {last}", title(at), order(columns, at))))
        }
        (Some(at), None) => all.push(("the date".to_owned(), title(at))),
        (None, _) => all.push(("the date".to_owned(), "none was found: all records are one period".to_owned())),
    }
    if let Some(id) = roles.id {
        all.push(("the row's number".to_owned(), title(id)));
    }
    for (figure, (floor, target)) in figures.all.iter().zip(&start.lines) {
        all.push((
            "measured".to_owned(),
            format!("`{}`: {} (floor {floor}, target {target})", figure.title, figure.said),
        ));
    }
    all
}

fn order(columns: &Columns, at: usize) -> &'static str {
    match columns.all.get(at).map(|c| &c.values) {
        Some(Values::Times { dates, .. }) => match dates.order {
            Some(dates::Order::DayFirst) => ", read as day, month, year",
            Some(dates::Order::MonthFirst) => ", read as month, day, year",
            None => "",
        },
        _ => "",
    }
}

fn unsure(table: &Table, columns: &Columns, roles: &Roles, figures: &Figures, start: &Start) -> Vec<Unsure> {
    let mut all = roles.unsure.clone();
    if let Some((title, example)) = &columns.doubtful_dates {
        let (taken, other) = match columns.order {
            Some(dates::Order::MonthFirst) => ("month first", "put %d before %m"),
            _ => ("day first", "put %m before %d"),
        };
        all.push(Unsure::new(
            format!("whether `{example}` in `{title}` is written day first or month first: nothing in the file tells, {taken} was taken"),
            format!("if that is wrong, {other}"),
            "      dates: ",
        ));
    }
    if let Some(example) = &columns.signs.doubt {
        let sign = columns.signs.signs.decimal;
        all.push(Unsure::new(
            format!("whether `{example}` has thousands or decimals: nothing in the file tells, `{sign}` was taken for the decimal sign"),
            "name the signs there, such as `decimal: \",\"` and `thousands: \".\"`, each on its own line",
            if sign == ',' { "      decimal: " } else { "    format:" },
        ));
    }
    all.extend(figures.unsure.iter().cloned());
    if start.astray > 0 {
        let last = start.as_of.map(|d| d.to_string()).unwrap_or_default();
        all.push(Unsure::new(
            format!(
                "{} later than {last}, long after all others: the dates look mistyped",
                plural(start.astray as u64, "row is", "rows are")
            ),
            "mend the dates in the file, then delete that line",
            "as_of: ",
        ));
    }
    unreadable(table, columns, roles, figures, &mut all);
    if start.usual < start.minimum {
        all.push(Unsure::new(
            format!(
                "most of those assessed have about {} in a period, too few to judge anyone on",
                plural(start.usual, "record", "records")
            ),
            "export a longer time; the number of records itself should stay",
            "minimum: ",
        ));
    }
    all
}

/// Cells that no run will be able to read.
fn unreadable(table: &Table, columns: &Columns, roles: &Roles, figures: &Figures, all: &mut Vec<Unsure>) {
    let fields = figures.all.iter().flat_map(|f| f.fields.iter().map(|f| f.column));
    let used: std::collections::BTreeSet<usize> = fields.chain(roles.at).collect();
    for column in columns.all.iter().filter(|c| used.contains(&c.position) && c.unread > 0) {
        all.push(Unsure::new(
            format!(
                "{} of `{}` can't be read as the others are; those rows will be listed in quarantine.csv and not counted",
                plural(column.unread as u64 * table.every, "cell", "cells"),
                column.title.written
            ),
            "mend the cells in the file, or leave it so",
            "",
        ));
    }
    all.iter_mut().filter(|u| u.anchor.is_empty()).for_each(|u| u.anchor = "\u{0}".into());
}

fn unused(
    columns: &Columns,
    roles: &Roles,
    figures: &Figures,
    used: &std::collections::BTreeSet<usize>,
) -> Vec<String> {
    columns
        .all
        .iter()
        .filter(|c| !(used.contains(&c.position) || c.title.written.is_empty() && c.filled == 0))
        .map(|c| {
            let title = match &c.title.reference {
                Some(reference) => format!("`{reference}`"),
                None => format!("column {}", c.position + 1),
            };
            match figures.left.iter().find(|(p, _)| *p == c.position) {
                Some((_, why)) => format!("{title} ({why})"),
                None => format!("{title} ({})", why_unused(c, columns, roles)),
            }
        })
        .collect()
}

/// A cell on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Different words of a column that are shown.
const SHOWN: usize = 5;

/// Why a column that nobody asked about is not used.
fn why_unused(column: &columns::Column, columns: &Columns, roles: &Roles) -> String {
    if roles.gaps.contains(&column.position) {
        let rows = columns.texts.first().map_or(0, Vec::len);
        return format!("filled in only {} of {rows} rows, as merged cells come out", column.filled);
    }
    match &column.values {
        Values::Empty => "empty".into(),
        Values::Times { .. } => "a date; no time was measured by it".into(),
        Values::Numbers { .. } if column.is_code(&columns.texts) => "numbers or names things".into(),
        _ if column.has(words::CLOCK) => "a time of day".into(),
        Values::Numbers { .. } | Values::Lengths { .. } | Values::YesNo { .. } => "nothing told what it is for".into(),
        Values::Texts if column.has(words::FREE_TEXT) => "remarks in words of their own".into(),
        Values::Texts => {
            let counts = column.counts(&columns.texts);
            if counts.len() > 12 || counts.len() * 3 > column.filled {
                return "words or names".into();
            }
            let mut words: Vec<(&str, usize)> = counts.into_iter().collect();
            words.sort_by_key(|(word, n)| (std::cmp::Reverse(*n), *word));
            let mut shown: Vec<String> = words.iter().take(SHOWN).map(|(w, _)| format!("`{}`", line(w))).collect();
            if words.len() > SHOWN {
                shown.push("…".into());
            }
            format!("its cells are words: {}", shown.join(", "))
        }
    }
}
