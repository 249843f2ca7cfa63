//! The people file and the evidence file, row by row, with every problem at its line.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::codes;
use super::directory::{Directory, EvidenceRow, Person};
use super::opened::Stop;
use super::table::{Table, at};
use crate::diagnostic::{Diagnostic, did_you_mean};

pub const PEOPLE: [&str; 8] = ["id", "name", "role", "contact", "department", "unit", "from", "to"];
pub const EVIDENCE: [&str; 7] = ["person", "kind", "standard", "from", "to", "step", "ref"];
pub const NAMES: [&str; 2] = ["id", "name"];
/// What an evidence row may say.
pub const KINDS: [&str; 11] = [
    "communicated",
    "support",
    "warning",
    "dispute",
    "appeal",
    "absence",
    "learning",
    "authority",
    "guidance",
    "coaching",
    "responsibility",
];
/// Steps of the ladder of warnings.
const STEPS: [&str; 3] = ["informal", "first", "final"];

/// The directory, and notes.
pub fn directory(table: &Table) -> Result<(Directory, Vec<Diagnostic>), Stop> {
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
    for (line, row) in &table.rows {
        let Some(name) = at(row, id) else {
            problems.push(
                table
                    .problem(&codes::BAD_PERSON_ROW, format!("a row of `{}` has no id", table.name), *line, id, "no id")
                    .help("give the row the person's id as it stands in the records, or delete it"),
            );
            continue;
        };
        let (from, to) = dates(table, row, *line, (from, to), &codes::BAD_PERSON_ROW, true, &mut problems);
        let mut found: BTreeMap<String, String> = attributes
            .iter()
            .filter_map(|(column, title)| at(row, Some(*column)).map(|cell| (title.clone(), cell.to_owned())))
            .collect();
        if let Some(contact) = found.get_mut("contact").filter(|c| c.eq_ignore_ascii_case("contractor")) {
            "contactor".clone_into(contact);
            contractors.push(*line);
        }
        people.push(Person { id: name.to_owned(), from, to, attributes: found, line: *line });
    }
    people.sort_by(|a, b| (&a.id, a.from, a.line).cmp(&(&b.id, b.from, b.line)));
    problems.extend(overlaps(table, &people));
    if !problems.is_empty() {
        return Err(problems);
    }
    let columns = attributes.into_iter().map(|(_, title)| title).collect();
    Ok((Directory { people, columns }, contractor_note(table, &contractors)))
}

fn contractor_note(table: &Table, lines: &[u64]) -> Vec<Diagnostic> {
    let Some(first) = lines.first() else { return Vec::new() };
    let rows = if lines.len() == 1 { "1 row".to_owned() } else { format!("{} rows", lines.len()) };
    vec![
        Diagnostic::note(
            &codes::CONTACT_WORD,
            format!("`contractor` is read as `contactor` in {rows} of `{}`", table.name),
        )
        .in_data(table.name.clone(), *first, 0, "here first")
        .help("the four roles by customer contact are contactor, modifier, influencer and isolated"),
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
                        format!("two rows of `{}` overlap", after.id),
                        after.line,
                        None,
                        "this row",
                    )
                    .in_data(table.name.clone(), before.line, 0, "holds on the same days as this one")
                    .help(
                        "a transfer is two rows: the first ends (`to`) on the day on which the second starts (`from`)",
                    ),
            );
        }
    }
    found
}

/// `from` and `to` of a row; `exclusive` where `to` is the first day after.
fn dates(
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
                let message = format!("`{title}` of a row of `{}` is no date", table.name);
                let problem = table.problem(code, message, line, column, &reason);
                problems.push(problem.help(
                    "write dates as 2026-03-14, or say how they are written: `format: { dates: [\"%d/%m/%Y\"] }`",
                ));
                None
            }
        }
    };
    let (first, last) = (day(from, "from"), day(to, "to"));
    if let (Some(first), Some(last)) = (first, last) {
        let fits = if exclusive { first < last } else { first <= last };
        if !fits {
            let message = format!("`to` of a row of `{}` is before its `from`", table.name);
            let label = format!("from {first} to {last} is no time");
            let help = if exclusive {
                "`to` is the first day on which the row no longer holds"
            } else {
                "both days are included"
            };
            problems.push(table.problem(code, message, line, to, &label).help(help));
        }
    }
    (first, last)
}

/// The evidence rows in file order, and warnings.
pub fn evidence(table: &Table) -> Result<(Vec<EvidenceRow>, Vec<Diagnostic>), Stop> {
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    let (person, kind) = (table.required("person", &mut problems), table.required("kind", &mut problems));
    let [standard, from, to, step, reference] =
        ["standard", "from", "to", "step", "ref"].map(|title| table.column(title, &mut problems));
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut rows = Vec::new();
    for (line, row) in &table.rows {
        let code = &codes::BAD_EVIDENCE_ROW;
        let Some(who) = at(row, person) else {
            let message = format!("a row of `{}` names no person", table.name);
            problems.push(
                table
                    .problem(code, message, *line, person, "no person")
                    .help("give the row the person's id, or delete it"),
            );
            continue;
        };
        let what = at(row, kind).unwrap_or_default().to_lowercase();
        if !KINDS.contains(&what.as_str()) {
            problems.push(unknown_kind(table, *line, kind, &what));
        }
        let (from, to) = dates(table, row, *line, (from, to), code, false, &mut problems);
        let step = at(row, step).map(str::to_lowercase);
        if let Some(step) = step.as_deref().filter(|s| what == "warning" && !STEPS.contains(s)) {
            notes.push(
                Diagnostic::warning(code, format!("`{step}` is no step of the ladder of warnings"))
                    .in_data(table.name.clone(), *line, 0, "this row")
                    .help("the steps are informal, first and final"),
            );
        }
        let text = |column| at(row, column).map(str::to_owned);
        rows.push(EvidenceRow {
            person: who.to_owned(),
            kind: what,
            standard: text(standard),
            from,
            to,
            step,
            reference: text(reference),
            line: *line,
        });
    }
    if problems.is_empty() { Ok((rows, notes)) } else { Err(problems) }
}

fn unknown_kind(table: &Table, line: u64, column: Option<usize>, what: &str) -> Diagnostic {
    let message = if what.is_empty() {
        "a row of evidence names no kind".to_owned()
    } else {
        format!("unknown kind of evidence `{what}`")
    };
    let problem = table.problem(&codes::BAD_EVIDENCE_ROW, message, line, column, "not a kind of evidence");
    match did_you_mean(what, KINDS) {
        Some(near) if !what.is_empty() => problem.help(format!("did you mean `{near}`?")),
        _ => problem,
    }
    .help(format!("the kinds are {}", KINDS.join(", ")))
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
                        format!("`{id}` has two names"),
                        *line,
                        None,
                        &format!("here `{name}`"),
                    )
                    .in_data(table.name.clone(), *first, 0, format!("here `{known}`"))
                    .help("each id stands in the file once"),
            ),
            Some(_) => {}
            None => {
                names.insert(id.to_owned(), (name.to_owned(), *line));
            }
        }
    }
    if problems.is_empty() { Ok(names.into_iter().map(|(id, (name, _))| (id, name)).collect()) } else { Err(problems) }
}
