//! What is due of people on record: training, papers, role cards, and what somebody lacks for decisions of their own (C3 C28
//! C62 C72). What is in order comes first.

use serde_json::{Value, json};

use super::{Column, Item, Part, Table};
use crate::judge::{Notice, Recommendations};
use crate::report::{Report, Words};
use crate::workspace::Plan;

/// Rows of the table; the rest stands in `run.json`.
const ROWS: usize = 200;

pub(super) fn part(report: &Report<'_>) -> Part {
    let (words, held) = (&report.words, &report.recommendations.on_record);
    let mut items = Vec::new();
    for course in &held.courses {
        let (up, of) = (words.integer(course.up_to_date), words.integer(course.of));
        let text = words.say("on_record.course", &[("course", &course.course), ("up_to_date", &up), ("of", &of)]);
        items.push(in_order(words, text, course.up_to_date == course.of));
    }
    if let Some((signed, of)) = held.cards {
        let (up, all) = (words.integer(signed), words.integer(of));
        items.push(in_order(words, words.say("on_record.cards", &[("signed", &up), ("of", &all)]), signed == of));
    }
    // What is in order first; in the same order among themselves.
    items.sort_by_key(|item| item.tag.is_none());
    Part {
        id: "people-on-record",
        title: words.say("on_record.title", &[]),
        about: Some(words.say("on_record.about", &[])),
        items,
        tables: vec![table(words, &held.notices)],
    }
}

fn in_order(words: &Words, text: String, all: bool) -> Item {
    match all {
        true => Item::of(text).tagged("met", words.say("on_record.in_order", &[])),
        false => Item::of(text),
    }
}

fn table(words: &Words, notices: &[Notice]) -> Table {
    let column = |key: &str| Column { title: words.say(key, &[]), number: false };
    let who = |notice: &Notice| match notice.name == notice.person {
        true => notice.name.clone(),
        false => format!("{} ({})", notice.name, notice.person),
    };
    let more = notices.len().saturating_sub(ROWS) as u64;
    Table {
        caption: words.say("on_record.due", &[]),
        head: vec![column("on_record.person"), column("on_record.what")],
        rows: notices.iter().take(ROWS).map(|notice| vec![who(notice), notice.sentence(words)]).collect(),
        more: (more > 0).then(|| words.count("on_record.more", more, &[])).flatten(),
    }
}

/// What is due, for `run.json`.
pub fn on_record_object(plan: &Plan, recommendations: &Recommendations) -> Value {
    let held = &recommendations.on_record;
    let notices: Vec<Value> = held
        .notices
        .iter()
        .map(|n| {
            json!({
                "person": n.person,
                "kind": n.kind.word(),
                "about": n.about,
                "day": n.day.map(|day| day.to_string()),
                "lacking": n.lacking,
                "sentence": n.sentence(&plan.words),
            })
        })
        .collect();
    let courses: Vec<Value> =
        held.courses.iter().map(|c| json!({ "course": c.course, "of": c.of, "up_to_date": c.up_to_date })).collect();
    let cards = held.cards.map(|(acknowledged, of)| json!({ "acknowledged": acknowledged, "of": of }));
    json!({ "notices": notices, "courses": courses, "role_cards": cards })
}
