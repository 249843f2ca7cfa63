//! What the charter covers (C31 to C33, C51, C52): a table a topic, with the standards about each point.

use serde_json::{Value, json};

use super::{Column, Part, Table};
use crate::report::Report;
use crate::words::Words;
use crate::workspace::{Covered, Plan, Topic};

pub(super) fn part(report: &Report<'_>) -> Part {
    let (plan, words) = (report.plan, &report.words);
    if plan.standards.is_empty() {
        return Part::default();
    }
    let say = |key: &str| words.say(key, &[]);
    let table = |topic: Topic| Table {
        caption: say(&format!("coverage.{}", topic.word())),
        head: ["coverage.word", "coverage.by"].map(|key| Column { title: say(key), number: false }).into(),
        rows: plan.covered(topic).iter().map(|row| vec![point(words, row), by(words, row)]).collect(),
        more: None,
    };
    Part {
        id: "coverage",
        title: say("coverage.title"),
        about: Some(say("coverage.about")),
        items: Vec::new(),
        tables: Topic::ALL.into_iter().map(table).collect(),
    }
}

fn point(words: &Words, row: &Covered) -> String {
    match row.topic {
        Topic::Channel => row.word.clone(),
        Topic::NinePoints => words.say(&format!("quality.{}", row.word), &[]),
        topic => words.say(&format!("coverage.{}.{}", topic.word(), row.word), &[]),
    }
}

fn by(words: &Words, row: &Covered) -> String {
    match &row.waiver {
        _ if !row.by.is_empty() => row.by.join(", "),
        Some(reason) => words.say("coverage.waived", &[("reason", reason)]),
        None => words.say("coverage.none", &[]),
    }
}

/// The same for `run.json`: topic → point → `by`, the names, and `waiver` where there is a reason.
pub fn coverage_object(plan: &Plan) -> Value {
    let topic = |topic: Topic| {
        let rows = plan.covered(topic).into_iter().map(|row| {
            let value = match row.waiver {
                Some(waiver) => json!({ "by": row.by, "waiver": waiver }),
                None => json!({ "by": row.by }),
            };
            (row.word, value)
        });
        (topic.word().to_owned(), Value::Object(rows.collect()))
    };
    Value::Object(Topic::ALL.into_iter().map(topic).collect())
}
