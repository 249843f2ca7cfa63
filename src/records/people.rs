//! The people file and the files of names, row by row, with every problem at its line.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::codes;
use super::directory::{Directory, Person};
use super::opened::Stop;
use super::table::{Table, at};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::said;

pub const PEOPLE: [&str; 8] = ["id", "name", "role", "contact", "department", "unit", "from", "to"];
/// Roles by customer contact.
const CONTACTS: [&str; 4] = ["contactor", "modifier", "influencer", "isolated"];
pub const NAMES: [&str; 2] = ["id", "name"];

/// The directory, and notes.
///
/// `by_contact`: the workspace asks for roles by customer contact, so that other words are worth a warning.
pub fn directory(table: &Table, by_contact: bool) -> Result<(Directory, Vec<Diagnostic>), Stop> {
    let mut problems = Vec::new();
    let id = table.required("id", &mut problems);
    let from = table.column("from", &mut problems);
    let to = table.column("to", &mut problems);
    let known = |title: &str| PEOPLE.iter().find(|k| **k == title.to_lowercase()).map(|k| (*k).to_owned());
    let attributes: Vec<(usize, String)> = table
        .titles
        .iter()
        .enumerate()
        .filter(|(i, t)| !t.is_empty() && Some(*i) != id && Some(*i) != from && Some(*i) != to)
        .map(|(i, t)| (i, known(t).unwrap_or_else(|| t.clone())))
        .collect();
    let mut seen = BTreeSet::new();
    for (_, title) in &attributes {
        if !seen.insert(title.as_str()) && known(title).is_none() {
            table.column(&title.to_lowercase(), &mut problems);
        }
    }
    if id.is_none() || !problems.is_empty() {
        return Err(problems);
    }
    let mut people = Vec::new();
    let mut contractors = Vec::new();
    let mut strange = BTreeMap::new();
    for (line, row) in &table.rows {
        let Some(name) = at(row, id) else {
            problems.push(
                table
                    .problem(
                        &codes::BAD_PERSON_ROW,
                        said!("a row of `{file}` has no id", file = table.name),
                        *line,
                        id,
                        said!("no id"),
                    )
                    .help(said!("give the row the person's id as it stands in the records, or delete it")),
            );
            continue;
        };
        let (from, to) = dates(table, row, *line, (from, to), &codes::BAD_PERSON_ROW, true, &mut problems);
        let mut found: BTreeMap<String, String> = attributes
            .iter()
            .filter_map(|(column, title)| at(row, Some(*column)).map(|cell| (title.clone(), cell.to_owned())))
            .collect();
        if let Some(contact) = found.get_mut("contact") {
            let lower = contact.to_lowercase();
            if lower == "contractor" {
                "contactor".clone_into(contact);
                contractors.push(*line);
            } else if CONTACTS.contains(&lower.as_str()) {
                *contact = lower;
            } else {
                strange.entry(contact.clone()).or_insert((*line, 0)).1 += 1;
            }
        }
        people.push(Person { id: name.to_owned(), from, to, attributes: found, line: *line });
    }
    people.sort_by(|a, b| (&a.id, a.from, a.line).cmp(&(&b.id, b.from, b.line)));
    problems.extend(overlaps(table, &people));
    if !problems.is_empty() {
        return Err(problems);
    }
    let columns = attributes.into_iter().map(|(_, title)| title).collect();
    let mut notes = contractor_note(table, &contractors);
    if by_contact {
        notes.extend(strange.into_iter().map(|(word, seen)| strange_contact(table, &word, seen)));
    }
    Ok((Directory { people, columns }, notes))
}

/// A word that is none of the four roles: whoever has it is bound by no standard for a role.
fn strange_contact(table: &Table, word: &str, (line, rows): (u64, u64)) -> Diagnostic {
    let column = table.titles.iter().position(|t| t.to_lowercase() == "contact").map_or(0, |c| c as u64 + 1);
    let label = match rows {
        1 => said!("`for: { contact: … }` doesn't find this person"),
        rows => said!("here first, in {rows} rows; `for: { contact: … }` doesn't find them", rows),
    };
    let found = Diagnostic::warning(&codes::CONTACT_WORD, said!("`{word}` is not a word that `contact` takes", word))
        .in_data(table.name.clone(), line, column, label);
    match did_you_mean(word, CONTACTS) {
        Some(near) => found.help(said!("did you mean `{near}`?", near)),
        None => found,
    }
    .help(said!("the four roles by customer contact are contactor, modifier, influencer and isolated"))
}

fn contractor_note(table: &Table, lines: &[u64]) -> Vec<Diagnostic> {
    let Some(first) = lines.first() else { return Vec::new() };
    let file = &table.name;
    let message = match lines.len() {
        1 => said!("`contractor` is read as `contactor` in 1 row of `{file}`", file),
        rows => said!("`contractor` is read as `contactor` in {rows} rows of `{file}`", rows, file),
    };
    vec![
        Diagnostic::note(&codes::CONTACT_WORD, message)
            .in_data(table.name.clone(), *first, 0, said!("here first"))
            .help(said!("the four roles by customer contact are contactor, modifier, influencer and isolated")),
    ]
}

fn overlaps(table: &Table, people: &[Person]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pair in people.windows(2) {
        let [before, after] = pair else { continue };
        if before.id != after.id {
            continue;
        }
        let apart = match (before.to, after.from) {
            (Some(to), Some(from)) => to <= from,
            _ => false,
        };
        if !apart {
            found.push(
                table
                    .problem(
                        &codes::OVERLAP,
                        said!("two rows of `{person}` overlap", person = after.id),
                        after.line,
                        None,
                        said!("this row"),
                    )
                    .in_data(table.name.clone(), before.line, 0, said!("holds on the same days as this one"))
                    .help(said!(
                        "a transfer is two rows: the first ends (`to`) on the day on which the second starts (`from`)"
                    )),
            );
        }
    }
    found
}

/// `from` and `to` of a row; `exclusive` where `to` is the first day after.
pub(super) fn dates(
    table: &Table,
    row: &[Option<String>],
    line: u64,
    (from, to): (Option<usize>, Option<usize>),
    code: &'static crate::diagnostic::Code,
    exclusive: bool,
    problems: &mut Stop,
) -> (Option<Date>, Option<Date>) {
    let mut day = |column: Option<usize>, title: &str| {
        let text = at(row, column)?;
        match table.dialect.formats.day(text) {
            Ok(day) => Some(day),
            Err(reason) => {
                let message = said!("`{title}` of a row of `{file}` is no date", title, file = table.name);
                let problem = table.problem(code, message, line, column, reason);
                problems.push(problem.help(said!(
                    "write dates as 2026-03-14, or say how they are written: `format: { dates: [\"%d/%m/%Y\"] }`"
                )));
                None
            }
        }
    };
    let (first, last) = (day(from, "from"), day(to, "to"));
    if let (Some(first), Some(last)) = (first, last) {
        let fits = if exclusive { first < last } else { first <= last };
        if !fits {
            let message = said!("`to` of a row of `{file}` is before its `from`", file = table.name);
            let label = said!("from {first} to {last} is no time", first, last);
            let help = if exclusive {
                said!("`to` is the first day on which the row no longer holds")
            } else {
                said!("both days are included")
            };
            problems.push(table.problem(code, message, line, to, label).help(help));
        }
    }
    (first, last)
}

/// Display names by id.
pub fn names(table: &Table) -> Result<BTreeMap<String, String>, Stop> {
    let mut problems = Vec::new();
    let (id, name) = (table.required("id", &mut problems), table.required("name", &mut problems));
    let mut names: BTreeMap<String, (String, u64)> = BTreeMap::new();
    for (line, row) in &table.rows {
        let (Some(id), Some(name)) = (at(row, id), at(row, name)) else { continue };
        match names.get(id) {
            Some((known, first)) if known != name => problems.push(
                table
                    .problem(
                        &codes::BAD_NAMES_ROW,
                        said!("`{id}` has two names", id),
                        *line,
                        None,
                        said!("here `{name}`", name),
                    )
                    .in_data(table.name.clone(), *first, 0, said!("here `{name}`", name = known))
                    .help(said!("each id stands in the file once")),
            ),
            Some(_) => {}
            None => {
                names.insert(id.to_owned(), (name.to_owned(), *line));
            }
        }
    }
    if problems.is_empty() { Ok(names.into_iter().map(|(id, (name, _))| (id, name)).collect()) } else { Err(problems) }
}
