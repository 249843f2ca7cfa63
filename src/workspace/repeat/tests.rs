use super::*;
use crate::diagnostic::{Sources, TextMap, human};
use crate::workspace::yaml;

const LISTS: &str = "\
lists:
  topics:
    billing: { label: Billing, phone: yes, columns: { score: \"Bill %\" }, strata: [a, b] }
    cards: { label: Cards, columns: { score: \"Card %\" } }
  ends: [first, last]
";

fn repeated(text: &str) -> (Node, String) {
    let text = format!("{LISTS}{text}");
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", text.as_str());
    let reading = yaml::read(id, &text, &Arc::from([id]));
    let mut diagnostics = reading.diagnostics;
    let mut root = reading.root.unwrap();
    repeat(
        &mut root,
        &BTreeMap::from([(id, 0)]),
        &mut Merging { diagnostics: &mut diagnostics, removed: &mut Vec::new() },
    );
    (root, human(&diagnostics, &sources, false))
}

fn words(node: &Node) -> serde_json::Value {
    match &node.kind {
        Kind::Scalar(s) => s.text.to_string().into(),
        Kind::List(items) => items.iter().map(words).collect(),
        Kind::Map(entries) => {
            serde_json::Value::Object(entries.iter().map(|e| (e.key.value.clone(), words(&e.value))).collect())
        }
        Kind::Empty => serde_json::Value::Null,
    }
}

fn clean(text: &str) -> Node {
    let (root, shown) = repeated(text);
    assert_eq!(shown, "");
    root
}

#[test]
fn entries_are_repeated_in_every_section() {
    let root = clean(
        "sources: { s: { fields: { \"{topics}\": { each: topics, column: \"{topics.columns.score}\" }, at: time } } }\n\
         measures: { \"{topics}_m\": { each: topics, share: '{topics} > 1 && x == \"{topics.label}\"', adjust_for: \"{topics.strata}\", if: { phone: yes } } }\n\
         scoring: { groups: { g: { of: [one, { each: topics, name: \"{topics}_points\" }] }, \"{ends}_g\": { each: ends, of: [{ each: topics, name: \"{topics}_{ends}\" }] } } }\n\
         rules: [{ each: ends, id: \"{ends}_rule\" }]\n",
    );
    assert_eq!(
        words(&root),
        serde_json::json!({
            "sources": { "s": { "fields": { "billing": { "column": "Bill %" }, "cards": { "column": "Card %" }, "at": "time" } } },
            "measures": { "billing_m": { "share": "billing > 1 && x == \"Billing\"", "adjust_for": ["a", "b"] } },
            "scoring": { "groups": {
                "g": { "of": ["one", "billing_points", "cards_points"] },
                "first_g": { "of": ["billing_first", "cards_first"] },
                "last_g": { "of": ["billing_last", "cards_last"] },
            } },
            "rules": [{ "id": "first_rule" }, { "id": "last_rule" }],
        })
    );
}

#[test]
fn a_repetition_points_at_its_entry_and_names_its_item() {
    let root = clean("measures:\n  \"{topics}_m\": { each: topics, share: \"{topics} > 1\", source: calls }\n");
    let measure = &root.get("measures").unwrap().entries()[1];
    assert_eq!(measure.key.value, "cards_m");
    assert_eq!(measure.key.origin.item.as_deref(), Some("cards"));
    let share = measure.value.get("share").unwrap();
    assert_eq!(share.origin.item.as_deref(), Some("cards"));
    assert_eq!(share.text().unwrap().map, TextMap::Whole, "filled in, so only the whole can be shown");
    assert!(matches!(measure.value.get("source").unwrap().text().unwrap().map, TextMap::Verbatim(_)));
    let other = &root.get("measures").unwrap().entries()[0];
    assert_eq!(other.key.span(), measure.key.span());
}

#[test]
fn braces_of_templates_patterns_and_scripts_stay() {
    let root = clean(
        "measures:\n  \"{topics}_m\":\n    each: topics\n    because: \"{{ topics }} {{topics}} {{ {topics}_m.value }}\"\n    pattern: \"{} out of 10\"\n    share: 'if a { b } else { #{x: 1}.x }'\n",
    );
    let entry = &root.get("measures").unwrap().entries()[0].value;
    assert_eq!(words(entry.get("because").unwrap()), "{{ topics }} {{topics}} {{ billing_m.value }}");
    assert_eq!(words(entry.get("pattern").unwrap()), "{} out of 10");
    assert_eq!(words(entry.get("share").unwrap()), "if a { b } else { #{x: 1}.x }");
}

#[test]
fn conditions_choose_items() {
    let root = clean(
        "measures:\n  \"{topics}_m\": { each: topics, if: { label: [Cards, Loans] } }\n  \"{topics}_n\": { each: topics, if: { columns.score: Bill % } }\n",
    );
    assert_eq!(words(&root), serde_json::json!({ "measures": { "cards_m": {}, "billing_n": {} } }));
}

#[test]
fn mistakes_are_said_once_with_a_way_out() {
    for (text, message, help) in [
        ("measures: { \"{topics}_m\": { each: topic } }\n", "unknown list `topic`", "did you mean `topics`?"),
        ("measures: { \"{topics}_m\": { each: [topics] } }\n", "`each` takes the name of one list", "each: NAME"),
        ("measures: { m: { each: topics } }\n", "every item of `topics` makes the same name `m`", "`\"{topics}_m\"`"),
        (
            "measures: { \"{topics}_m\": { each: topics, a: \"{topics.labl}\" } }\n",
            "the items of list `topics` have no `labl`",
            "did you mean `label`?",
        ),
        (
            "measures: { \"{topics}_m\": { each: topics, a: \"{topics.phone}\" } }\n",
            "item `cards` of list `topics` has no `phone`",
            "choose items with `if:`",
        ),
        (
            "measures: { \"{ends}_m\": { each: ends, a: \"{ends.x}\" } }\n",
            "the items of list `ends` have no `x`",
            "give them attributes",
        ),
        (
            "measures: { \"{topics}_m\": { each: topics, a: \"x {topics.columns}\" } }\n",
            "`{topics.columns}` holds several values",
            "name one of them",
        ),
        (
            "measures: { \"{topics}_m\": { each: topics, if: { phon: yes } } }\n",
            "the items of list `topics` have no `phon`",
            "did you mean `phone`?",
        ),
        (
            "measures: { \"{topics}_m\": { each: topics, if: yes } }\n",
            "`if` takes attributes with values",
            "if: { attribute: value }",
        ),
        ("measures: { \"{topics}_m\": { source: calls } }\n", "`{topics}` is not filled in", "add `each: topics`"),
        (
            "measures: { \"{topics}_m\": { each: topics, a: \"{topcs}\" } }\n",
            "`{topcs}` is not filled in",
            "did you mean `{topics}`?",
        ),
        ("measures: { cards_m: 1, \"{topics}_m\": { each: topics } }\n", "`cards_m` is made twice", "another name"),
        (
            "scoring: { groups: { g: { of: [{ each: topics }] } } }\n",
            "a repeated part needs a name",
            "name: \"{topics}\"",
        ),
    ] {
        let (_, shown) = repeated(text);
        assert_eq!(shown.matches("error[").count(), 1, "{text}\n{shown}");
        assert!(shown.contains(message) && shown.contains(help), "{text}\n{shown}");
    }
}

#[test]
fn wrong_lists_are_refused() {
    let mut sources = Sources::default();
    let text = "lists: { a: word, b: [[x]], c: { i: 1 }, d: }\nmeasures: { \"{d}\": { each: d } }\n";
    let id = sources.add("a.yaml", text);
    let mut root = yaml::read(id, text, &Arc::from([id])).root.unwrap();
    let mut diagnostics = Vec::new();
    repeat(&mut root, &BTreeMap::new(), &mut Merging { diagnostics: &mut diagnostics, removed: &mut Vec::new() });
    let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(messages, ["a list holds items", "an item is a word", "an item holds attributes with values"]);
    assert!(root.get("measures").unwrap().entries().is_empty(), "an empty list repeats nothing");
}

#[test]
fn repetitions_have_a_limit() {
    let items: Vec<String> = (0..200).map(|i| format!("i{i}")).collect();
    let mut text = format!("lists: {{ many: [{}] }}\nmeasures:\n", items.join(", "));
    for i in 0..60 {
        text += &format!("  \"m{i}_{{many}}\": {{ each: many }}\n");
    }
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", text.as_str());
    let mut root = yaml::read(id, &text, &Arc::from([id])).root.unwrap();
    let mut diagnostics = Vec::new();
    repeat(&mut root, &BTreeMap::new(), &mut Merging { diagnostics: &mut diagnostics, removed: &mut Vec::new() });
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].message, "more than 10000 repetitions");
    assert_eq!(root.get("measures").unwrap().entries().len(), MAX_REPETITIONS);
}
