//! The resolved workspace as YAML, each value with the place it comes from.

use std::fmt::Write;

use super::tree::{Kind, Node, Scalar, Style};
use crate::diagnostic::{FileId, Origin, Sources};
use crate::words::Words;

/// The merged tree as YAML that reads back the same, with a comment on each value: `# measures.yaml:3, overrides
/// base.yaml:9`.
pub fn show(root: &Node, sources: &Sources, words: &Words) -> String {
    let mut out = String::new();
    let places = &Places { sources, words };
    if root.entries().is_empty() {
        out.push_str("{}\n");
    }
    map(&mut out, root, places, 0);
    out
}

/// What the tree doesn't hold, as comments: the files of functions in force, and what was taken out of bases.
pub fn beside(functions: &[FileId], sources: &Sources, words: &Words) -> String {
    let files = functions.iter().filter_map(|file| sources.get(*file));
    let functions = files.map(|file| words.say("show.functions", &[("file", &file.name)]));
    let removed = sources.taken_out.iter().map(|entry| {
        let (file, line, _) = sources.place(entry.at);
        let name = if entry.of.is_empty() { entry.name.clone() } else { format!("{}: {}", entry.of, entry.name) };
        words.say("show.taken_out", &[("name", &name), ("place", &format!("{file}:{line}"))])
    });
    functions.chain(removed).map(|line| format!("# {}\n", line.replace(['\n', '\r'], " "))).collect()
}

fn map(out: &mut String, node: &Node, places: &Places<'_>, depth: usize) {
    for entry in node.entries() {
        indent(out, depth);
        out.push_str(&plain(&entry.key.value));
        out.push(':');
        // The key's place: a value that is a whole map began on the line below it.
        let origin = if matches!(entry.value.kind, Kind::Map(_) | Kind::List(_)) {
            Origin { span: entry.key.origin.span, ..entry.value.origin.clone() }
        } else {
            entry.value.origin.clone()
        };
        value(out, &entry.value, &origin, places, depth);
    }
}

/// What stands after `key:` or `-`.
fn value(out: &mut String, node: &Node, origin: &Origin, places: &Places<'_>, depth: usize) {
    match &node.kind {
        Kind::Scalar(s) => scalar(out, s, &places.comment(origin), depth),
        Kind::Empty => {
            let _ = writeln!(out, "{}", places.comment(origin));
        }
        Kind::Map(entries) if entries.is_empty() => {
            let _ = writeln!(out, " {{}}{}", places.comment(origin));
        }
        Kind::List(items) if items.is_empty() => {
            let _ = writeln!(out, " []{}", places.comment(origin));
        }
        Kind::Map(_) => {
            let _ = writeln!(out, "{}", places.comment(origin));
            map(out, node, places, depth + 1);
        }
        Kind::List(items) => {
            let _ = writeln!(out, "{}", places.comment(origin));
            for item in items {
                indent(out, depth + 1);
                out.push('-');
                value(out, item, &item.origin, places, depth + 1);
            }
        }
    }
}

fn scalar(out: &mut String, scalar: &Scalar, comment: &str, depth: usize) {
    if !scalar.text.contains('\n') {
        let text = if scalar.style == Style::Plain { plain(&scalar.text) } else { quoted(&scalar.text) };
        let _ = writeln!(out, " {text}{comment}");
        return;
    }
    if !block_can_hold(&scalar.text) {
        let _ = writeln!(out, " {}{comment}", double_quoted(&scalar.text));
        return;
    }
    let chomp = if scalar.text.ends_with("\n\n") {
        "|+"
    } else if scalar.text.ends_with('\n') {
        "|"
    } else {
        "|-"
    };
    let _ = writeln!(out, " {chomp}{comment}");
    for line in scalar.text.trim_end_matches('\n').split('\n') {
        if !line.is_empty() {
            indent(out, depth + 1);
        }
        let _ = writeln!(out, "{line}");
    }
    let trailing = scalar.text.len() - scalar.text.trim_end_matches('\n').len();
    (1..trailing).for_each(|_| out.push('\n'));
}

/// A literal block can't begin with a space or an empty line, nor hold control characters.
fn block_can_hold(text: &str) -> bool {
    !text.starts_with([' ', '\n', '\t']) && text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control())
}

/// The text without quotes where YAML reads it back as it is.
fn plain(text: &str) -> String {
    let reads_back = |mapping: serde_yaml::Mapping| {
        let value = mapping.get("k");
        // Numbers, yes and no are read from their raw text, so that they need no quotes.
        value.is_some_and(|v| !v.is_mapping() && !v.is_sequence() && v.as_str().is_none_or(|s| s == text))
    };
    let tricky = text.is_empty() || text.starts_with(['!', '&', '*', '|', '>', '"', '\'']) || text.contains(" #");
    if !tricky && serde_yaml::from_str::<serde_yaml::Mapping>(&format!("k: {text}")).is_ok_and(reads_back) {
        return text.to_string();
    }
    quoted(text)
}

fn quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return double_quoted(text);
    }
    // Single quotes need no escapes, which suits expressions with quotes of their own.
    if text.contains('"') || text.contains('\\') {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn indent(out: &mut String, depth: usize) {
    (0..depth).for_each(|_| out.push_str("  "));
}

/// Says where values come from, in the language of the workspace.
struct Places<'a> {
    sources: &'a Sources,
    words: &'a Words,
}

impl Places<'_> {
    /// `  # measures.yaml:3, overrides base.yaml:9`
    fn comment(&self, origin: &Origin) -> String {
        let place = |o: &Origin| {
            let (file, line, _) = self.sources.place(o.span);
            format!("{file}:{line}")
        };
        let mut text = format!("  # {}", place(origin));
        if let Some(item) = &origin.item {
            text = self.words.say("show.item", &[("place", &text), ("item", item)]);
        }
        if let Some(span) = origin.filled {
            text = self.words.say("show.filled", &[("place", &text), ("other", &place(&Origin::new(span)))]);
        }
        let mut over = origin.overrides.as_deref();
        while let Some(origin) = over {
            text = self.words.say("show.overrides", &[("place", &text), ("other", &place(origin))]);
            over = origin.overrides.as_deref();
        }
        text.replace(['\n', '\r'], " ")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Authored, FileId, Span, TextMap};
    use crate::workspace::tree::Entry;

    fn origin(line: usize) -> Origin {
        Origin::new(Span::new(FileId(0), line * 2 - 2..line * 2 - 1))
    }

    fn text(text: &str, style: Style) -> Node {
        let scalar = Scalar { text: text.into(), map: TextMap::Whole, style, tag: None };
        Node { kind: Kind::Scalar(scalar), origin: origin(2) }
    }

    fn map(entries: Vec<(&str, Node)>) -> Node {
        let entry = |(key, value): (&str, Node)| Entry { key: Authored::new(key.to_string(), origin(1)), value };
        Node { kind: Kind::Map(entries.into_iter().map(entry).collect()), origin: origin(1) }
    }

    fn show(root: &Node, sources: &Sources) -> String {
        super::show(root, sources, &Words::english())
    }

    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.add("evenhand.yaml", "a\nb\nc\n");
        sources
    }

    #[test]
    fn texts_read_back_as_they_were() {
        for written in [
            "30",
            "80%",
            "no",
            "2026.10",
            "a: b",
            "a #b",
            "!x",
            "> 5",
            "",
            " edge ",
            "it's \"quoted\" \\ back",
            "{{ subject.name }}",
            "line one\n  line two\n",
            "kept\n\n",
            "no end\nof line",
            "\n starts empty",
            "tab\tand\rreturn\n",
            "- item",
            "délai “é”",
            "@at",
            "%percent",
            "# not a comment",
        ] {
            for style in [Style::Plain, Style::DoubleQuoted, Style::Literal] {
                let shown = show(&map(vec![("k", text(written, style))]), &sources());
                let back: serde_yaml::Value = serde_yaml::from_str(&shown).unwrap_or_else(|e| panic!("{shown}\n{e}"));
                let value = &back["k"];
                let same = match value {
                    serde_yaml::Value::String(s) => s == written,
                    // Bare numbers and words: their raw text is what counts.
                    _ => style == Style::Plain && shown.starts_with(&format!("k: {written}  #")),
                };
                assert!(same, "{written:?} as {style:?}\n{shown}\n{value:?}");
            }
        }
    }

    #[test]
    fn each_value_says_where_it_comes_from() {
        let mut target = text("85%", Style::Plain);
        target.origin.overrides = Some(Arc::new(origin(3)));
        target.origin.item = Some("north".into());
        let list = Node { kind: Kind::List(vec![text("x", Style::Plain)]), origin: origin(2) };
        let shown = show(&map(vec![("a", map(vec![("target", target)])), ("of", list)]), &sources());
        assert_eq!(
            shown,
            "a:  # evenhand.yaml:1\n  target: 85%  # evenhand.yaml:2 for north, overrides evenhand.yaml:3\n\
             of:  # evenhand.yaml:1\n  - x  # evenhand.yaml:2\n"
        );
    }

    #[test]
    fn maps_in_lists_read_back() {
        let item = map(vec![("id", text("a", Style::Plain)), ("when", text("x > 1", Style::Plain))]);
        let list = Node { kind: Kind::List(vec![item]), origin: origin(2) };
        let shown = show(&map(vec![("rules", list)]), &sources());
        let back: serde_yaml::Value = serde_yaml::from_str(&shown).unwrap();
        assert_eq!(back["rules"][0]["when"], "x > 1", "{shown}");
    }
}
