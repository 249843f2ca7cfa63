//! What is known of a person beside the figures, from the evidence rows.

use crate::records::EvidenceRow;

/// The evidence rows, sorted by person.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub rows: Vec<EvidenceRow>,
}

impl Facts {
    /// Brings the rows into their order: person, then date, then place in the file.
    pub fn sort(&mut self) {
        self.rows.sort_by(|a, b| (&a.person, a.from, a.line).cmp(&(&b.person, b.from, b.line)));
    }

    /// The rows of one person (or of a unit, where a policy names its level), oldest first.
    pub fn of(&self, person: &str) -> &[EvidenceRow] {
        let start = self.rows.partition_point(|row| row.person.as_str() < person);
        let rest = self.rows.get(start..).unwrap_or(&[]);
        let length = rest.partition_point(|row| row.person == person);
        rest.get(..length).unwrap_or(&[])
    }
}
