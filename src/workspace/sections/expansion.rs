//! Measures that stand for several: a scorecard for its items, a measure for the probes that watch it. They are written out here
//! as if the author had, each pointing at the line that asked for it, so that everything after knows only plain measures.

use std::sync::Arc;

use super::{probe, scorecard};
use crate::diagnostic::{Authored, Diagnostic, Origin, TextMap};
use crate::said;
use crate::workspace::codes_tree;
use crate::workspace::plan::{Probe, Scorecard};
use crate::workspace::reader::Reader;
use crate::workspace::tree::{Entry, Kind, Node, Scalar, Style};

/// A measure as it is read.
pub struct Written {
    pub key: Authored<String>,
    pub node: Node,
    pub scorecard: Option<Scorecard>,
    pub probe: Option<Probe>,
}

impl Written {
    pub fn plain(key: &Authored<String>, node: &Node) -> Written {
        Written { key: key.clone(), node: node.clone(), scorecard: None, probe: None }
    }
}

/// Every measure, those that stand for several written out after them.
pub fn expand(reader: &mut Reader, entries: &[(&Authored<String>, &Node)]) -> Vec<Written> {
    let mut made: Vec<Written> = Vec::new();
    for (key, node) in entries {
        let own = match node.get("items") {
            Some(items) => scorecard::expand(reader, key, node, items),
            None => vec![Written::plain(key, node)],
        };
        let probes = node.get("probes").map(|probes| probe::expand(reader, key, node, probes)).unwrap_or_default();
        for (place, written) in own.into_iter().chain(probes).enumerate() {
            let name = &written.key.value;
            let first = entries.iter().map(|(key, _)| *key).find(|other| place > 0 && other.value == *name);
            let first = first.or_else(|| made.iter().map(|m| &m.key).find(|other| place > 0 && other.value == *name));
            match first {
                Some(first) => reader.report(
                    Diagnostic::error(&codes_tree::REPEATED_KEY, said!("`{name}` is made twice", name))
                        .at(written.key.span(), said!("makes the measure `{name}`", name))
                        .at(first.span(), said!("which stands here already"))
                        .help(said!("give one of the two another name")),
                ),
                None => made.push(written),
            }
        }
    }
    made
}

/// What a measure hands on to those that are made of it.
const HANDED: [&str; 13] = [
    "source",
    "kind",
    "where",
    "exclude",
    "not_due",
    "shield",
    "cause",
    "at",
    "rater",
    "rated",
    "max_missing",
    "agreement",
    "owner",
];

/// A measure over the same rows, with other lines; `missing` joins what doesn't apply already.
pub fn child(key: &Authored<String>, parent: &Node, lines: &[(&str, String)], missing: Option<String>) -> Node {
    let handed = parent.entries().iter().filter(|e| HANDED.contains(&e.key.value.as_str()));
    let handed = handed.filter(|e| !lines.iter().any(|(name, _)| *name == e.key.value));
    let mut entries: Vec<Entry> = handed.cloned().collect();
    let own = parent.get("not_applicable").and_then(Node::text).map(|t| t.value.to_string());
    let not_applicable = match (own, missing) {
        (Some(own), Some(missing)) => Some(format!("({own}) || ({missing})")),
        (own, missing) => own.or(missing),
    };
    let more = not_applicable.map(|text| ("not_applicable", text));
    let lines = lines.iter().map(|(name, text)| (*name, text.clone())).chain(more);
    entries.extend(lines.map(|(name, text)| line(&key.origin, name, text)));
    Node { kind: Kind::Map(entries), origin: parent.origin.clone() }
}

fn line(origin: &Origin, name: &str, text: String) -> Entry {
    Entry { key: Authored::new(name.to_owned(), origin.clone()), value: script(origin, text) }
}

fn script(origin: &Origin, text: String) -> Node {
    let text = Arc::from(text);
    let scalar = Scalar { text, map: TextMap::Whole, style: Style::DoubleQuoted, tag: None };
    Node { kind: Kind::Scalar(scalar), origin: origin.clone() }
}

/// Rows of a source for which something holds.
pub fn counted(key: &Authored<String>, source: &str, filter: String) -> Node {
    let lines = [("source", source.to_owned()), ("where", filter), ("count", "true".to_owned())];
    let entries = lines.into_iter().map(|(name, text)| line(&key.origin, name, text)).collect();
    Node { kind: Kind::Map(entries), origin: key.origin.clone() }
}

/// A name that the program gives, at the line that asked for it.
pub fn shown(at: &Authored<String>, name: &str) -> Authored<String> {
    Authored::new(name.to_owned(), at.origin.clone())
}

/// A number as the language reads it.
pub fn number(value: f64) -> String {
    format!("{value}")
}

/// One of these conditions holds.
pub fn any(conditions: &[String]) -> String {
    let each: Vec<String> = conditions.iter().map(|c| format!("({c})")).collect();
    each.join(" || ")
}
