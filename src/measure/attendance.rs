//! Whose records they are, where that is in question: counted for the record of the run.

use std::collections::BTreeSet;

use super::Attendance;
use super::kernel::Worker;
use super::local::without_subject;
use super::merge::Merged;
use super::subjects::PERSON;
use crate::workspace::Plan;

/// What `local::subject_findings` tells in words.
pub(super) fn of(plan: &Plan, merged: &Merged, workers: &[Worker<'_>]) -> Attendance {
    let person = plan.levels.iter().position(|l| l.value == PERSON);
    let mut persons: BTreeSet<&str> = BTreeSet::new();
    let mut unknown_records = 0;
    for worker in workers {
        let words = person.and_then(|level| worker.seating.names.get(level)).map_or(&[][..], |n| &n.words);
        for (word, rows) in words.iter().zip(&worker.seating.unknown).filter(|(_, rows)| **rows > 0) {
            persons.insert(word);
            unknown_records += rows;
        }
    }
    let without = |level: usize| {
        let (without, _) = without_subject(merged, level);
        // Whom the people file doesn't know has a name all the same.
        if Some(level) == person { without.saturating_sub(unknown_records) } else { without }
    };
    let differing = |level: usize| workers.iter().filter_map(|w| w.seating.disagreements.get(level)).sum();
    Attendance {
        unknown_persons: persons.len() as u64,
        unknown_records,
        without: (0..plan.levels.len()).map(without).collect(),
        differing: (0..plan.levels.len()).map(differing).collect(),
    }
}
