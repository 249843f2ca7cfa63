//! Who works where, and when; and the facts that gates read.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// The effective-dated people file. A transfer is two rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    /// Sorted by id, then `from`. Rows of one id don't overlap.
    pub people: Vec<Person>,
    /// Columns beyond id, from, to, in file order (`name`, `role`, `contact`, `department`, `unit` …).
    pub columns: Vec<String>,
}

/// One row of the people file: valid from `from` (inclusive) to `to` (exclusive); none is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub id: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// By column: non-empty cells only.
    pub attributes: BTreeMap<String, String>,
    pub line: u64,
}

impl Person {
    /// Whether the row is valid on a day.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// The display name; the id where there is none.
    pub fn name(&self) -> &str {
        self.attributes.get("name").map_or(&self.id, String::as_str)
    }
}

impl Directory {
    /// All rows of a person, oldest first.
    pub fn rows(&self, id: &str) -> &[Person] {
        let start = self.people.partition_point(|p| p.id.as_str() < id);
        let length = self.people[start..].partition_point(|p| p.id == id);
        &self.people[start..start + length]
    }

    /// The rows valid on a day, by id: one for each person who is there.
    pub fn active(&self, day: Date) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |p| p.holds(day))
    }

    /// The row valid on a day.
    pub fn on(&self, id: &str, day: Date) -> Option<&Person> {
        self.rows(id).iter().find(|p| p.holds(day))
    }
}

/// One row of the evidence file. Dates are inclusive; an empty standard means all.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceRow {
    pub person: String,
    /// communicated, support, warning, dispute, appeal, absence, learning, authority, guidance,
    /// coaching, responsibility, acknowledged, credential, trained.
    pub kind: String,
    pub standard: Option<String>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Step of the ladder for a warning: informal, first, final; `open`/`closed` for a dispute or appeal.
    pub step: Option<String>,
    pub reference: Option<String>,
    pub line: u64,
}
