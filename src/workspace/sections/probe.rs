//! `probes:` of a measure: what would show that its target is being gamed. Each is a measure of its own that watches the other; it
//! raises a question to the measure's owner, and no standard can rest on it.

use super::expansion::{Written, child, number};
use crate::diagnostic::Authored;
use crate::said;
use crate::workspace::keys::{BUNCHING, INVITED, PROBES};
use crate::workspace::plan::{Probe, ProbeKind};
use crate::workspace::reader::Reader;
use crate::workspace::tree::Node;

pub fn expand(reader: &mut Reader, key: &Authored<String>, node: &Node, probes: &Node) -> Vec<Written> {
    let opened = reader.open(probes, &PROBES);
    let mut made = Vec::new();
    let at = |name: &str| Authored::new(format!("{}_{name}", key.value), opened.key_origin(name));
    let mut watch = |kind: ProbeKind, name: &str, node: Node| {
        let probe = Some(Probe { kind, of: key.value.clone() });
        made.push(Written { key: at(name), node, scorecard: None, probe });
    };
    if let Some(written) = opened.get("bunching")
        && let Some(lines) = bunching(reader, node, written)
    {
        watch(ProbeKind::Bunching, "bunching", child(&at("bunching"), node, &lines, None));
    }
    if let Some(written) = opened.get("edited")
        && let Some(text) = reader.script(written)
    {
        let lines = [("share", text.value.to_string()), ("lower_is_better", "yes".to_owned())];
        watch(ProbeKind::Edited, "edited", child(&at("edited"), node, &lines, None));
    }
    if let Some(written) = opened.get("invited") {
        reader.open(written, &INVITED);
        watch(ProbeKind::Invited, "invited", written.clone());
    }
    made
}

/// Two equally wide bands on either side of the line: inside is the good side.
fn bunching(reader: &mut Reader, node: &Node, written: &Node) -> Option<Vec<(&'static str, String)>> {
    let opened = reader.open(written, &BUNCHING);
    let of = opened.get("of").and_then(|n| reader.script(n))?.value.to_string();
    let within = opened.get("within").and_then(|n| reader.number_in(n, 1e-9, 1e15))?.value;
    let mut line = |key: &str| opened.get(key).and_then(|n| reader.number_in(n, -1e15, 1e15)).map(|n| n.value);
    let (near, inside) = match (line("at_most"), line("at_least")) {
        (Some(line), None) => {
            let (from, to) = (number(line - within), number(line + within));
            (format!("({of}) > {from} && ({of}) <= {to}"), format!("({of}) <= {}", number(line)))
        }
        (None, Some(line)) => {
            let (from, to) = (number(line - within), number(line + within));
            (format!("({of}) >= {from} && ({of}) < {to}"), format!("({of}) >= {}", number(line)))
        }
        _ => {
            reader.wrong(written, said!("either `at_most` or `at_least`"), said!("write for example `at_most: 20`"));
            return None;
        }
    };
    let own = node.get("where").and_then(Node::text).map(|t| t.value.to_string());
    let near = own.map_or(near.clone(), |own| format!("({own}) && {near}"));
    Some(vec![("where", near), ("share", inside)])
}
