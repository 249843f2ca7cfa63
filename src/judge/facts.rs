//! What is known of a person beside the figures, from the evidence rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::measure::{Readings, TrainingSeen};
use crate::records::{self, Covered, Evidence, EvidenceRow, Roll};

/// The evidence rows, sorted by person.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub rows: Vec<EvidenceRow>,
    /// Rows of somebody whom nobody knows. They may be anybody's: where one would close a gate, it stays unknown.
    pub unattributed: Vec<EvidenceRow>,
    /// Courses completed, from sources of training. They stand apart: nothing is kept in evidence because of them.
    pub trained: Vec<EvidenceRow>,
}

impl Facts {
    /// The rows by whom they are about, and what is to be said of those that are about nobody. An id that nobody has is
    /// an error.
    pub fn of_evidence(evidence: Evidence, readings: &Readings) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut known: BTreeSet<&str> =
            readings.levels.iter().flat_map(|level| &level.subjects).map(|subject| &*subject.id).collect();
        // A unit without a record still stands in the people file.
        let units = readings.levels.iter().filter_map(|level| readings.roll.columns.get(&level.level));
        known.extend(units.flatten().map(String::as_str));
        let from = readings.periods.first().and_then(|period| period.start);
        let covered = Covered { from, as_of: readings.as_of };
        let attributed = records::attributed(evidence, &known, &readings.roll, covered)?;
        let facts = Self { rows: attributed.rows, unattributed: attributed.unattributed, trained: Vec::new() };
        Ok((facts, attributed.findings))
    }

    /// Courses that anyone has completed (one that is written in capitals and without them stands once), and people among
    /// them whom the people file doesn't name.
    pub fn training_seen(&self, roll: &Roll) -> TrainingSeen {
        let written = self.rows.iter().filter(|row| row.kind == records::TRAINED);
        let mut courses: BTreeMap<String, String> = BTreeMap::new();
        for course in written.chain(&self.trained).filter_map(|row| row.reference.as_deref()).map(str::trim) {
            let held = courses.entry(course.to_lowercase()).or_default();
            if held.as_str() < course {
                course.clone_into(held);
            }
        }
        // Who stands in the evidence file has been looked for there.
        let strange = |person: &&str| !roll.ids.is_empty() && !roll.ids.contains(*person);
        let people = self.trained.iter().map(|row| row.person.as_str());
        let strangers = people.filter(strange).map(str::to_owned).collect();
        TrainingSeen { courses: courses.into_values().collect(), strangers }
    }

    /// Brings the rows into their order: person, then date, then place in the file.
    pub fn sort(&mut self) {
        for rows in [&mut self.rows, &mut self.trained] {
            rows.sort_by(|a, b| (&a.person, a.from, a.line).cmp(&(&b.person, b.from, b.line)));
        }
    }

    /// The rows of one person (or of a unit, where a policy names its level), oldest first.
    pub fn of(&self, person: &str) -> &[EvidenceRow] {
        among(&self.rows, person)
    }

    /// The courses that somebody has completed, by whatever record.
    pub fn trainings(&self, person: &str) -> impl Iterator<Item = &EvidenceRow> {
        let written = self.of(person).iter().filter(|row| row.kind == records::TRAINED);
        written.chain(among(&self.trained, person))
    }
}

fn among<'a>(rows: &'a [EvidenceRow], person: &str) -> &'a [EvidenceRow] {
    let start = rows.partition_point(|row| row.person.as_str() < person);
    let rest = rows.get(start..).unwrap_or(&[]);
    let length = rest.partition_point(|row| row.person == person);
    rest.get(..length).unwrap_or(&[])
}
