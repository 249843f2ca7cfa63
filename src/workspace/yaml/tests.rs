use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Sources, human};

fn read_text(text: &str) -> (Reading, Sources) {
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", text);
    (read(id, text, &Arc::from([id])), sources)
}

/// The findings as a reader sees them.
fn shown(text: &str) -> String {
    let (reading, sources) = read_text(text);
    human(&reading.diagnostics, &sources, false)
}

fn root(text: &str) -> Node {
    let (reading, sources) = read_text(text);
    assert!(reading.diagnostics.is_empty(), "{}", human(&reading.diagnostics, &sources, false));
    reading.root.unwrap()
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

#[test]
fn print_cases() {
    for text in [
        "when: !resolved\nb: 1\n",
        "when: !is_missing(done) && x > 1\nb: 2\n",
        "when: !met(\"x\")\n",
        "a: 1\nwhen: \"a\" == b\nc: 1\n",
        "rules:\n  - { when: f(\"p\", 3, 4), id: x, k: 1 }\n",
        "when: > 5\nb: 1\n",
        "when: >5\nb: 1\n",
        "share: >= 4\nb: 1\n",
        "- x: y: z\n",
        "key: a: b\n",
        "t: %80\n",
        "%a: b\n",
        "t: @x\n",
        "t: `x`\n",
        "a:\n\tb: 1\n",
        "a:\n  b: 1\n \tc: 2\n",
        "a:\n  b: 1\n   c: 2\n",
        "a:\n   b: 1\n  c: 2\n",
        "a: \"x\nb: 2\n",
        "a: 'x\nb: 2\n",
        "a: 'x\n  b\n",
        "a:1\nb: 2\n",
        "x: 1\nb:2\nc: 3\n",
        "a: 1\nb\nc: 2\n",
        "a: [1, 2\nb: 3\n",
        "a: {x: 1\nb: 3\n",
        "a: {x: 1\n",
        "a: {x: 1 y: 2}\n",
        "a: [1}\n",
        "a: 1\n]\n",
        "because: {{ subject.name }} kept\nb: 1\n",
        "because: {{ subject.name }}\nb: 1\n",
        "name: {T}_points\n",
        "{T}_points: 1\nb: 2\n",
        "a: *x\n",
        "a: &x [*x]\n",
        "a: 1\n---\nb: 2\n",
        "[a]: b\n",
        ": b\n",
        "a: - b\n",
        "a: \"\\d\"\n",
        "a: |\n  x\n y\nb: 1\n",
        "a: |-x\n  y\n",
        "s: { share: t in [\"a\", \"b\"] }\n",
        "s: { share: \"a\" == t, b: 1 }\n",
        "where: t == \"a #1\"\n",
        "a: b\n c: d\n",
        "a: 'it's'\n",
        "a: \"x\" \"y\"\n",
        "when: && x\n",
        "a: \u{7}x\n",
        "a: 1\nb: 2\na: 3\n",
        "x: !delete\n",
        "l:\n  - \"a\" == b\n",
        "a:\n  - b\n c: 1\n",
    ] {
        println!("{:?}\n{}", text, shown(text));
    }
}
