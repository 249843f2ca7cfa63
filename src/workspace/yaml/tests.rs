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

/// Each mistake: the first message, and a part of the way out.
#[test]
fn mistakes_are_named_in_plain_words_with_a_way_out() {
    let cases = [
        // what YAML swallows
        ("when: !resolved\nb: 1\n", "`!` at the start of a value has a meaning", "`when: '!resolved'`"),
        ("when: !is_missing(done) && x > 1\n", "`!` at the start of a value", "`when: '!is_missing(done) && x > 1'`"),
        ("when: !met(\"x\")\n", "`!` at the start of a value", "`when: '!met(\"x\")'`"),
        ("a: 1\nwhen: \"a\" == b\nc: 1\n", "text follows the closing quote", "`when: '\"a\" == b'`"),
        ("r:\n  - { when: f(\"p\", 3, 4), id: x }\n", "the commas cut this value", "`when: 'f(\"p\", 3, 4)'`"),
        ("r: { share: max(a, b) > 2, id: x }\n", "the commas cut this value", "`share: 'max(a, b) > 2'`"),
        ("when: > 5\nb: 1\n", "nothing stands before the comparison", "`when: 'FIELD > 5'`"),
        ("when: >5\nb: 1\n", "nothing stands before the comparison", "`when: 'FIELD > 5'`"),
        ("share: >= 4\n", "nothing stands before the comparison", "`share: 'FIELD >= 4'`"),
        ("- x: y: z\n", "a second `:` stands in this value", "`x: 'y: z'`"),
        ("key: a: b\n", "a second `:` stands in this value", "`key: 'a: b'`"),
        ("a: {x: 1 y: 2}\n", "a second `:` stands in this value", "put a comma before it"),
        ("t: %80\n", "`%` cannot start a value", "write the percentage as `t: 80%`"),
        ("t: @x\n", "`@` cannot start a value", "`t: '@x'`"),
        ("t: `x`\n", "a backtick cannot start a value", "`t: '`x`'`"),
        (
            "because: {{ subject.name }} kept\nb: 1\n",
            "`{` at the start of a value",
            "`because: '{{ subject.name }} kept'`",
        ),
        ("because: {{ subject.name }}\nb: 1\n", "`{` at the start of a value", "`because: '{{ subject.name }}'`"),
        ("name: {T}_points\n", "`{` at the start of a value", "`name: '{T}_points'`"),
        ("{T}_points: 1\nb: 2\n", "a name with brackets needs quotes", "write `\"{T}_points\":`"),
        (
            "s: { share: t in [\"a\", \"b\"] }\n",
            "brackets and quotes within this value",
            "`share: 't in [\"a\", \"b\"]'`",
        ),
        ("s: { share: \"a\" == t, b: 1 }\n", "text follows the closing quote", "`share: '\"a\" == t'`"),
        ("where: t == \"a #1\"\n", "the rest of this line is read as a comment", "`where: 't == \"a #1\"'`"),
        ("a: 'it's'\n", "text follows the closing quote", "`a: \"it's\"`"),
        ("when: && x\n", "`&` at the start of a value", "`when: '&& x'`"),
        ("x: !delete\n", "`!` at the start of a value", "write `!remove`"),
        ("l:\n  - \"a\" == b\n", "text follows the closing quote", "`- '\"a\" == b'`"),
        ("a: |-x\n  y\n", "`|` at the start of a value", "`a: '|-x'`"),
        // spaces and signs
        ("a:\n\tb: 1\n", "a tab stands at the start of this line", "replace each tab by two spaces"),
        ("a:\n  b: 1\n \tc: 2\n", "a tab stands at the start of this line", "replace each tab"),
        ("a:\n  b: 1\n   c: 2\n", "this line is indented too far", "with 2 spaces"),
        ("a:\n   b: 1\n  c: 2\n", "this line starts in a column where nothing above starts", "no spaces or 3 spaces"),
        ("a:\n  - b\n c: 1\n", "this line starts in a column where nothing above starts", "no spaces or 2 spaces"),
        ("a: |\n  x\n y\nb: 1\n", "this line starts in a column where nothing above starts", "no spaces or 2 spaces"),
        ("a: \"x\nb: 2\n", "the quote that starts here is not closed", "close the value with the same quote"),
        ("a: 'x\n  b\n", "the quote that starts here is not closed", "close the value"),
        ("a:1\nb: 2\n", "a space is missing after the colon", "write `a: 1`"),
        ("x: 1\nb:2\nc: 3\n", "a space is missing after the colon", "write `b: 2`"),
        ("a: 1\nb\nc: 2\n", "this line has no colon", "write `key: value`"),
        ("a: [1, 2\nb: 3\n", "the `[` that opens here is not closed", "add `]`"),
        ("a: {x: 1\n", "the `{` that opens here is not closed", "add `}`"),
        ("a: [1}\n", "`[` is closed by `}`", "close it by `]`"),
        ("a: 1\n]\n", "this bracket closes nothing", "remove it"),
        ("a: - b\n", "a list cannot start on the line of its key", "`a: [b]`"),
        ("a: \"\\d\"\n", "a `\\` between double quotes", "use single quotes"),
        ("%a: b\n", "a line that starts with `%`", "put quotes around the name"),
        ("a: \u{7}x\n", "an invisible control character", "delete it"),
        // keys and references
        ("a: 1\nb: 2\na: 3\n", "`a` is written twice", "keep one of the two"),
        ("[a]: b\n", "a key must be a word", "in quotes"),
        (": b\n", "a key must be a word", "in quotes"),
        ("a: *x\n", "`*x` refers to `&x`, which is nowhere above", "`a: '*x'`"),
        ("a: &x [*x]\n", "`*x` refers to what it stands in", "write the content here"),
        ("a: 1\n---\nb: 2\n", "a second document starts here", "`include:`"),
    ];
    for (text, message, help) in cases {
        let (reading, sources) = read_text(text);
        let drawn = human(&reading.diagnostics, &sources, false);
        assert_eq!(reading.diagnostics.len(), 1, "{text:?}\n{drawn}");
        let found = &reading.diagnostics[0];
        assert!(found.message.contains(message), "{text:?}\n{drawn}");
        assert!(found.help.iter().any(|h| h.contains(help)), "{text:?}\n{drawn}");
    }
}

#[test]
fn the_rewritten_line_is_what_its_author_meant() {
    for (text, key, meant) in [
        ("when: !resolved\n", "when", "!resolved"),
        ("when: \"a\" == b\n", "when", "\"a\" == b"),
        ("key: a: b\n", "key", "a: b"),
        ("promise: it's: ours\n", "promise", "it's: ours"),
        ("where: t == \"it's #1\"\n", "where", "t == \"it's #1\""),
    ] {
        let (reading, _) = read_text(text);
        let help = &reading.diagnostics[0].help[0];
        let line = help.split_once('`').unwrap().1.strip_suffix('`').unwrap();
        assert_eq!(root(line).get(key).unwrap().text().unwrap().value.as_ref(), meant, "{line}");
    }
}

#[test]
fn what_stands_before_a_syntax_error_is_kept() {
    let text =
        "charter: { name: A }\nstandards:\n  one: { floor: 1 }\n  two:\n    floor: 2\n    target: @x\n  three: 1\n";
    let (reading, _) = read_text(text);
    assert_eq!(reading.diagnostics.len(), 1);
    let kept = words(&reading.root.unwrap());
    assert_eq!(kept, serde_json::json!({ "charter": { "name": "A" }, "standards": { "one": { "floor": "1" } } }));
}

#[test]
fn ordinary_prose_and_scripts_are_left_alone() {
    for text in [
        "promise: We answer (within 20 seconds), always.\n",
        "size: 5\" # inches\n",
        "where: a in [\"x\", \"y\"] # a comment\n",
        "because: \"{{ subject.name }} kept it\"\n",
        "when: |\n  let a = 1;\n  a > 2\n",
        "points: >\n  value\n  * 2\n",
        "a: { b: c d, e: 'f(1, 2)' }\n",
        "empty:\nnext: 1\n",
        "\u{feff}a: 1\n",
        "!!map\na: !!str 5\n",
        "a: &x 1\nb: *x\nc: { <<: { d: 1 }, e: 2 }\n",
    ] {
        assert_eq!(shown(text), "", "{text:?}");
    }
}

#[test]
fn scalars_keep_their_raw_text_and_emptiness_is_not_text() {
    let node = root("a: no\nb: 007\nc: 2026.10\nd:\ne: ''\nf: ~\ng: null\nh: 1_000\n");
    assert_eq!(
        words(&node),
        serde_json::json!({ "a": "no", "b": "007", "c": "2026.10", "d": null, "e": "", "f": null, "g": "null", "h": "1_000" })
    );
    assert_eq!(node.get("d").unwrap().origin.span.start, 24, "an empty value is shown at its key");
}

/// Every byte range of a value that claims to stand in the file does stand there.
fn assert_points_home(node: &Node, sources: &Sources) {
    if let Some(text) = node.text()
        && text.map != TextMap::Whole
    {
        for (i, c) in text.value.char_indices().filter(|(_, c)| *c != '\n') {
            assert_eq!(sources.text(text.span(i..i + c.len_utf8())), c.to_string(), "{:?}", text.value);
        }
    }
    if let Kind::List(items) = &node.kind {
        items.iter().for_each(|n| assert_points_home(n, sources));
    }
    for entry in node.entries() {
        assert_eq!(sources.text(entry.key.span()).trim_matches(['"', '\'']), entry.key.value);
        assert_points_home(&entry.value, sources);
    }
}

#[test]
fn a_place_in_a_script_is_a_place_in_the_file() {
    for text in [
        "a: |\n\n    let x = 1;\n\n      x + 1\n    y\nb: 'plain' # c\nc: \"dq\"\nd: two words\n",
        "a: |\r\n  x\r\n\r\n  y\r\nb: 1\r\n",
        "a:\n  b: |-\n    é + 1\n     z\n",
        "l:\n- |+\n  q\n\n- 'it''s'\n- \"a\\nb\"\n- p\n  q\n",
        "a: |2\n    deep\n  less\n",
    ] {
        let (reading, sources) = read_text(text);
        assert!(reading.diagnostics.is_empty());
        assert_points_home(reading.root.as_ref().unwrap(), &sources);
    }
    let text = "a: |\n\n    let x = 1;\n\n      x + 1\n";
    let (reading, sources) = read_text(text);
    let script = reading.root.unwrap().get("a").unwrap().text().unwrap();
    assert!(matches!(script.map, TextMap::Lines(_)));
    assert_eq!(sources.shown(script.span_at(4, 3, 1)), "a.yaml:5:7");
    let folded = root("a: >\n  x\n  y\n");
    assert_eq!(folded.get("a").unwrap().text().unwrap().map, TextMap::Whole);
}

#[test]
fn groups_merge_where_an_alias_says_so() {
    let node = root("base: &b { x: 1, y: 2 }\nuse: { <<: *b, y: 3 }\nboth:\n  <<: [*b, { z: 4, x: 9 }]\n");
    assert_eq!(words(node.get("use").unwrap()), serde_json::json!({ "y": "3", "x": "1" }));
    assert_eq!(words(node.get("both").unwrap()), serde_json::json!({ "x": "1", "y": "2", "z": "4" }));
    assert!(shown("a: { <<: text }\n").contains("`<<` needs entries"));
}

#[test]
fn traps_are_refused_with_their_limit() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..9 {
        let items = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb += &format!("a{i}: &a{i} [{items}]\n");
    }
    assert!(shown(&bomb).contains("more than 200000 keys and values"));
    let deep = format!("a: {}{}\n", "[".repeat(100), "]".repeat(100));
    assert!(shown(&deep).contains("nested deeper than 64 levels"), "{}", shown(&deep));
    let mut stairs = String::from("a0: &a0 [x]\n");
    for i in 1..80 {
        stairs += &format!("a{i}: &a{i} [*a{}]\n", i - 1);
    }
    assert!(shown(&stairs).contains("nested deeper than 64 levels"));
    let blocks: String = (0..100).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert!(shown(&blocks).contains("nested deeper than 64 levels"), "{}", shown(&blocks));
}

/// The oracle's tree in our terms: texts, lists, maps; what it typed is written out again.
fn oracle(value: &serde_yaml::Value) -> serde_json::Value {
    use serde_yaml::Value::{Mapping, Null, Sequence, String, Tagged};
    match value {
        Null => serde_json::Value::Null,
        String(s) => s.clone().into(),
        Sequence(items) => items.iter().map(oracle).collect(),
        Mapping(map) => {
            let key = |k: &serde_yaml::Value| oracle(k).as_str().unwrap_or_default().to_owned();
            serde_json::Value::Object(map.iter().map(|(k, v)| (key(k), oracle(v))).collect())
        }
        Tagged(_) => unreachable!("no tags are written here"),
        other => serde_yaml::to_string(other).unwrap().trim().into(),
    }
}

#[test]
fn hand_written_documents_read_like_the_oracle() {
    for text in [
        "a: b\nc:\n  - d\n  - e: f\n    g: h\n",
        "a:\n- x\n- - y\n  - z\n",
        "k: 'it''s'\nl: \"tab\\there \\u00e9\"\nm: two\n  lines\n",
        "a: |\n  x\n   y\n\n  z\nb: >-\n  p\n  q\n\n  r\nc: |+\n  k\n\n",
        "{a: [b, {c: d}], 'e f': g}\n",
        "a: &x {p: q}\nb: *x\n",
        "? a\n: b\n",
        "\"a: b\": c # d\n#e\nf: g#h\n",
        "a: b:c\nurl: http://x/y\n",
    ] {
        let mut theirs: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
        theirs.apply_merge().unwrap();
        assert_eq!(words(&root(text)), oracle(&theirs), "{text}");
    }
}

/// A document as an author may write it: text and its meaning.
fn documents() -> impl Strategy<Value = serde_yaml::Value> {
    let word = prop_oneof!["[a-z][a-z0-9_]{0,6}", "[ -~]{0,12}", "\\PC{0,8}", "[a-z :#,{}\\[\\]'\"!&*|>%@`\n-]{0,14}",]
        // The oracle follows YAML 1.1, where these end a line; since YAML 1.2 they are letters like others.
        .prop_map(|s| s.replace(['\u{85}', '\u{2028}', '\u{2029}'], ""))
        .prop_map(|s| serde_yaml::Value::String(format!("t{s}")));
    word.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(serde_yaml::Value::Sequence),
            prop::collection::btree_map("[a-z]{1,5}( [a-z:#]{1,3})?", inner, 1..4).prop_map(|map| {
                serde_yaml::Value::Mapping(
                    map.into_iter().map(|(k, v)| (serde_yaml::Value::String(format!("k{k}")), v)).collect(),
                )
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_documents_read_like_the_oracle(value in documents()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let theirs: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        let (reading, sources) = read_text(&text);
        prop_assert!(reading.diagnostics.is_empty(), "{}\n{}", text, human(&reading.diagnostics, &sources, false));
        prop_assert_eq!(words(reading.root.as_ref().unwrap()), oracle(&theirs), "{}", text);
    }

    /// Any text at all is read or refused, never more; places fit the text, so that all can be drawn.
    #[test]
    fn any_text_is_read_or_refused(text in "([a-c]|[:#,{}\\[\\]'\"!&*|>%@`?<~.\\\\-]|[ \t\r\n]|- |: |  |\n  |\n- |when|é|\u{feff}|\\PC){0,40}") {
        let (reading, sources) = read_text(&text);
        human(&reading.diagnostics, &sources, true);
        if let Some(root) = &reading.root {
            assert_places(root, &text);
        }
    }
}

fn assert_places(node: &Node, text: &str) {
    let span = node.origin.span;
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} of {text:?}");
    if let Kind::List(items) = &node.kind {
        items.iter().for_each(|n| assert_places(n, text));
    }
    node.entries().iter().for_each(|e| assert_places(&e.value, text));
}
