//! The file of protected attributes: people by the groups that the law protects. Nothing but the impact audit asks for it.

use std::collections::BTreeMap;

use super::batch::InputFile;
use super::codes;
use super::files::expand;
use super::opened::{declared_encoding, open};
use super::table::{Table, at};
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::said;
use crate::workspace::{self, Plan};

/// What the file says.
#[derive(Clone, Debug)]
pub struct Protected {
    /// Column titles beside `person`, in file order.
    pub attributes: Vec<String>,
    /// By person: one entry an attribute; none where the cell is empty.
    pub people: BTreeMap<String, Vec<Option<String>>>,
    pub input: InputFile,
}

const PROTECTED: [&str; 1] = ["person"];

/// Reads it; `None` where the workspace names none. Two rows for one person are an error.
pub fn protected(plan: &Plan) -> Result<Option<Protected>, Vec<Diagnostic>> {
    let Some(file) = &plan.protected else { return Ok(None) };
    let table = Table::read(plan, file, &PROTECTED, &codes::BAD_PROTECTED_ROW)?;
    let mut problems = Vec::new();
    let person = table.required("person", &mut problems);
    let attributes: Vec<(usize, String)> = table
        .titles
        .iter()
        .enumerate()
        .filter(|(i, title)| Some(*i) != person && !title.is_empty())
        .map(|(i, title)| (i, title.clone()))
        .collect();
    let mut people: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    for (line, row) in &table.rows {
        let groups = attributes.iter().map(|(column, _)| at(row, Some(*column)).map(str::to_owned)).collect();
        // Ids stay out of messages: this file is not for everyone's eyes.
        let told = |message: Said, label: Said| table.problem(&codes::BAD_PROTECTED_ROW, message, *line, person, label);
        match at(row, person) {
            None if person.is_some() => problems.push(
                told(said!("a row names no person in `{file}`", file = table.name), said!("no person"))
                    .help(said!("give the row the person's id, or delete it")),
            ),
            None => {}
            Some(id) if people.insert(id.to_owned(), groups).is_some() => problems.push(
                told(said!("a person stands twice in `{file}`", file = table.name), said!("here again"))
                    .help(said!("keep one row for each person")),
            ),
            Some(_) => {}
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let attributes = attributes.into_iter().map(|(_, title)| title).collect();
    Ok(Some(Protected { attributes, people, input: table.input }))
}

/// The attributes of the protected file that a rule, a standard or the peers name, whatever kind of file it is. The titles
/// alone are looked at, not a cell. A file that can't be opened names nothing here: the impact audit says what is wrong.
pub fn protected_names(plan: &Plan) -> Vec<Diagnostic> {
    let titles = titles(plan).unwrap_or_default();
    let rules = plan.rules.iter().flat_map(|r| r.applies_to.iter());
    let standards = plan.standards.iter().flat_map(|s| s.applies_to.iter());
    let within = |(key, values): (&String, &Vec<Authored<String>>)| {
        let place = values.first().map(|v| v.origin.clone()).unwrap_or_else(crate::diagnostic::Origin::nowhere);
        Authored::new(key.clone(), place)
    };
    let named = rules.chain(standards).map(within).chain(plan.fairness.peers.iter().cloned());
    let found = named.filter(|name| titles.iter().any(|title| title.eq_ignore_ascii_case(&name.value)));
    found.map(|name| workspace::protected_named(&name)).collect()
}

fn titles(plan: &Plan) -> Option<Vec<String>> {
    let file = plan.protected.as_ref()?;
    let (mut inputs, _) = expand(&plan.root, &file.base, std::slice::from_ref(&file.file));
    let encoding = declared_encoding(&file.format).ok()?;
    let opened = open(inputs.pop()?, &file.format, encoding, &[]).ok()?;
    let attributes = opened.heading.titles.iter().map(|t| t.trim().to_owned());
    Some(attributes.filter(|t| !t.is_empty() && !t.eq_ignore_ascii_case("person")).collect())
}
