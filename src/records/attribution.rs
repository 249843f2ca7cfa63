//! Whom the evidence file is about. A row of somebody whom nobody knows is a row that no gate will find: it is said, and
//! never lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::batch::InputFile;
use super::codes;
use super::directory::{Directory, EvidenceRow};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::said;

/// The evidence file, read.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// In file order.
    pub rows: Vec<EvidenceRow>,
    pub findings: Vec<Diagnostic>,
    /// None where the workspace names no evidence file.
    pub file: Option<InputFile>,
    /// Where `person` stands among its columns, from 1.
    pub person: u64,
}

/// Everyone and everything that a run has heard of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roll {
    /// Ids of the people file, and the values of its other columns.
    pub columns: BTreeMap<String, BTreeSet<String>>,
    pub ids: BTreeSet<Arc<str>>,
    /// The people file, as it is.
    pub directory: Arc<Directory>,
    /// Persons of the records whom the people file doesn't know on their day.
    pub strangers: BTreeSet<Arc<str>>,
}

impl Roll {
    /// What the people file says, on whatever day.
    pub fn of(directory: &Directory) -> Self {
        let mut columns: BTreeMap<String, BTreeSet<String>> =
            directory.columns.iter().map(|title| (title.clone(), BTreeSet::new())).collect();
        for person in &directory.people {
            for (title, value) in &person.attributes {
                if let Some(values) = columns.get_mut(title)
                    && !values.contains(value)
                {
                    values.insert(value.clone());
                }
            }
        }
        let ids = directory.people.iter().map(|p| Arc::from(p.id.as_str())).collect();
        Self { columns, ids, directory: Arc::new(directory.clone()), strangers: BTreeSet::new() }
    }
}

/// What a run says about the time that its records cover.
#[derive(Clone, Copy, Debug)]
pub struct Covered {
    /// First day of the first period; none where periods have no days.
    pub from: Option<Date>,
    pub as_of: Date,
}

/// The rows of people (or units) that are known, and those of nobody.
#[derive(Clone, Debug, Default)]
pub struct Attributed {
    pub rows: Vec<EvidenceRow>,
    /// Rows that may belong to anybody: where one would matter, the gate that reads it stays unknown.
    pub unattributed: Vec<EvidenceRow>,
    /// A warning for each id that belongs to nobody.
    pub findings: Vec<Diagnostic>,
}

/// Tells the rows of those who are known from those of nobody. `known` are the ids of what is assessed, at any level; those
/// of the `roll` are known too. An id that nobody has is an error; a warning where all its rows lie outside of what the
/// records cover, as those of someone who left before do.
pub fn attributed(
    evidence: Evidence,
    known: &BTreeSet<&str>,
    roll: &Roll,
    covered: Covered,
) -> Result<Attributed, Vec<Diagnostic>> {
    let known: BTreeSet<&str> = known.iter().copied().chain(roll.ids.iter().map(|id| &**id)).collect();
    let mut nobodys: BTreeMap<&str, Vec<&EvidenceRow>> = BTreeMap::new();
    for row in evidence.rows.iter().filter(|row| !known.contains(row.person.as_str())) {
        nobodys.entry(&row.person).or_default().push(row);
    }
    if nobodys.is_empty() {
        return Ok(Attributed { rows: evidence.rows, ..Attributed::default() });
    }
    let alike: BTreeMap<String, &str> = known.iter().map(|id| (bare(id), *id)).collect();
    let mut found = Vec::new();
    let mut lost = BTreeSet::new();
    for (id, rows) in nobodys {
        let same = alike.get(&bare(id)).copied();
        if same.is_none() && roll.strangers.contains(id) {
            // The records name this person, and what is missing in the people file has its own message.
            continue;
        }
        lost.insert(id.to_owned());
        let outside = rows.iter().all(|row| is_outside(row, covered));
        let near = same.or_else(|| did_you_mean(id, known.iter().copied()));
        let file = evidence.file.as_ref().map_or("", |f| f.name.as_str());
        found.push(nobody(id, &rows, (file, evidence.person), near, same.is_none() && outside, !roll.ids.is_empty()));
    }
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let (unattributed, rows) = evidence.rows.into_iter().partition(|row| lost.contains(&row.person));
    Ok(Attributed { rows, unattributed, findings: found })
}

/// Letters and numbers only: `AG-07`, `ag7` and `AG 7` are alike.
fn bare(id: &str) -> String {
    let mut text = String::new();
    for part in id.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let mut rest = part;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, after) = rest.split_at(digits);
            if digits > 0 {
                let number = number.trim_start_matches('0');
                text.push_str(if number.is_empty() { "0" } else { number });
                // A mark behind the number, so that 1-2 is not 12.
                text.push('.');
            }
            let word = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let (word, after) = after.split_at(word);
            text.push_str(word);
            rest = after;
        }
    }
    text
}

/// Whether a row lies wholly before the first period, or begins after the day that is looked at.
fn is_outside(row: &EvidenceRow, covered: Covered) -> bool {
    let before = match (row.to.or(row.from), covered.from) {
        (Some(last), Some(first)) => last < first,
        _ => false,
    };
    before || row.from.is_some_and(|from| from > covered.as_of)
}

fn nobody(
    id: &str,
    rows: &[&EvidenceRow],
    (file, column): (&str, u64),
    near: Option<&str>,
    outside: bool,
    directory: bool,
) -> Diagnostic {
    let message = said!("nobody has the id `{id}`", id);
    let mut found = if outside {
        Diagnostic::warning(&codes::BAD_EVIDENCE_ROW, message)
    } else {
        Diagnostic::error(&codes::BAD_EVIDENCE_ROW, message)
    };
    let nowhere = if directory {
        said!("no record and no row of the people file has it")
    } else {
        said!("no record has it, and the workspace names no people file")
    };
    let label = match rows.len() {
        0 | 1 => nowhere,
        2 => said!("{nowhere}; one more row names it", nowhere),
        n => said!("{nowhere}; {more} more rows name it", nowhere, more = n - 1),
    };
    if let Some(first) = rows.first() {
        found = found.in_data(file, first.line, column, label);
    }
    if let Some(near) = near {
        found = found.help(said!("did you mean `{near}`?", near));
    }
    found.help(if directory {
        said!("someone who has left, or has no record yet, needs a row in the people file; a row about nobody can be deleted")
    } else {
        said!(
            "someone who has left, or has no record yet, needs a people file (`people:`) that names them; a row about nobody can be deleted"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(person: &str, line: u64, from: (i16, i8)) -> EvidenceRow {
        EvidenceRow {
            person: person.into(),
            kind: "dispute".into(),
            standard: None,
            from: Some(jiff::civil::date(from.0, from.1, 1)),
            to: None,
            step: Some("open".into()),
            reference: None,
            line,
        }
    }

    fn told(rows: Vec<EvidenceRow>, roll: &Roll) -> (Vec<String>, Vec<u64>, Vec<u64>) {
        let file = InputFile { name: "e.csv".into(), digest: String::new(), bytes: 1, rows: 1 };
        let evidence = Evidence { rows, findings: Vec::new(), file: Some(file), person: 2 };
        let known = BTreeSet::from(["AG-07", "AG-08", "billing"]);
        let covered = Covered { from: Some(jiff::civil::date(2026, 1, 1)), as_of: jiff::civil::date(2026, 4, 30) };
        let words = |found: &[Diagnostic]| -> Vec<String> {
            found.iter().map(|d| format!("{:?} {} {}", d.severity, d.message, d.help[0])).collect()
        };
        match attributed(evidence, &known, roll, covered) {
            Ok(a) => {
                let lines = |rows: &[EvidenceRow]| rows.iter().map(|r| r.line).collect();
                (words(&a.findings), lines(&a.rows), lines(&a.unattributed))
            }
            Err(found) => (words(&found), Vec::new(), Vec::new()),
        }
    }

    #[test]
    fn ids_are_alike_whatever_marks_and_noughts() {
        assert_eq!(bare("AG-07"), bare("ag7"));
        assert_eq!(bare("AG 7"), bare("AG-07"));
        assert_eq!(bare("0"), bare("000"));
        assert_ne!(bare("1-2"), bare("12"));
        assert_ne!(bare("AG-70"), bare("AG-07"));
    }

    #[test]
    fn a_mistyped_person_is_an_error_with_the_right_one() {
        let (found, ..) = told(vec![row("AG-7", 25, (2026, 4)), row("AG-08", 26, (2026, 4))], &Roll::default());
        assert_eq!(found, ["Error nobody has the id `AG-7` did you mean `AG-07`?"]);
        let (found, ..) = told(vec![row("AG-7", 25, (2025, 4))], &Roll::default());
        assert_eq!(found, ["Error nobody has the id `AG-7` did you mean `AG-07`?"], "however old: it is his");
    }

    #[test]
    fn someone_who_left_before_is_a_warning_and_the_row_is_kept_apart() {
        let rows = vec![row("AG-07", 2, (2026, 2)), row("XX-31", 3, (2025, 3)), row("billing", 4, (2026, 3))];
        let (found, kept, lost) = told(rows, &Roll::default());
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("Warning nobody has the id `XX-31`"), "{found:?}");
        assert_eq!((kept, lost), (vec![2, 4], vec![3]));
        let (found, ..) = told(vec![row("XX-31", 3, (2025, 3)), row("XX-31", 9, (2026, 3))], &Roll::default());
        assert!(found[0].starts_with("Error"), "{found:?}");
    }

    #[test]
    fn whom_the_people_file_or_a_record_names_is_known() {
        let roll =
            Roll { ids: ["XX-31".into()].into(), strangers: ["YY-2".into(), "AG7".into()].into(), ..Roll::default() };
        let (found, kept, _) = told(vec![row("XX-31", 3, (2026, 3)), row("YY-2", 4, (2026, 3))], &roll);
        assert_eq!((found.len(), kept), (0, vec![3, 4]));
        let (found, ..) = told(vec![row("AG7", 3, (2026, 3))], &roll);
        assert_eq!(found, ["Error nobody has the id `AG7` did you mean `AG-07`?"], "the records have the same slip");
    }
}
