//! Who works where, and when; and the facts that gates read.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// The effective-dated people file. A transfer is two rows.
#[derive(Clone, Debug, Default)]
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

impl Directory {
    /// All rows of a person, oldest first.
    pub fn rows(&self, id: &str) -> &[Person] {
        let start = self.people.partition_point(|p| p.id.as_str() < id);
        let length = self.people[start..].partition_point(|p| p.id == id);
        &self.people[start..start + length]
    }

    /// The row valid on a day.
    pub fn on(&self, id: &str, day: Date) -> Option<&Person> {
        self.rows(id).iter().find(|p| p.from.is_none_or(|f| f <= day) && p.to.is_none_or(|t| day < t))
    }
}

/// One row of the evidence file. Dates are inclusive; an empty standard means all.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceRow {
    pub person: String,
    /// communicated, support, warning, dispute, appeal, absence, learning, authority, guidance,
    /// coaching, responsibility.
    pub kind: String,
    pub standard: Option<String>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Step of the ladder for a warning: informal, first, final; `open`/`closed` for a dispute or appeal.
    pub step: Option<String>,
    pub reference: Option<String>,
    pub line: u64,
}
