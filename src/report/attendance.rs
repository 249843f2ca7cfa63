//! What the report says of records whose subject is in question.

use crate::measure::Attendance;
use crate::words::Words;
use crate::workspace::Plan;

/// A sentence for each count that is not 0.
pub(super) fn sentences(words: &Words, plan: &Plan, counted: &Attendance) -> Vec<String> {
    let mut said = Vec::new();
    if counted.unknown_records > 0 {
        let (rows, persons) = (words.integer(counted.unknown_records), words.integer(counted.unknown_persons));
        said.push(words.say("rows.unknown_persons", &[("rows", &rows), ("persons", &persons)]));
    }
    let kinds = [("rows.without_subject", &counted.without), ("rows.differing", &counted.differing)];
    for (key, counts) in kinds {
        for (level, rows) in plan.levels.iter().zip(counts).filter(|(_, rows)| **rows > 0) {
            said.push(words.say(key, &[("rows", &words.integer(*rows)), ("level", &level.value)]));
        }
    }
    said
}
