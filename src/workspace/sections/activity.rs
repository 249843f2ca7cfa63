//! `activities:` of the charter: what ought to happen regularly, such as a weekly briefing. Each is written out as a measure with
//! a cadence, as if the author had; standards may rest on it, and the report shows how the habit holds.

use super::expansion::Written;
use crate::diagnostic::{Authored, Diagnostic};
use crate::said;
use crate::workspace::codes_tree;
use crate::workspace::keys::{ACTIVITY, CADENCE};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::tree::{Entry, Kind, Node};

pub fn expand(reader: &mut Reader, top: &Opened, taken: &[Written]) -> Vec<Written> {
    let Some(node) = top.get("charter").and_then(|charter| charter.get("activities")) else { return Vec::new() };
    let mut made: Vec<Written> = Vec::new();
    for (key, node) in reader.named(node, said!("an activity")) {
        reader.open(node, &ACTIVITY);
        if let Some(first) = taken.iter().chain(&made).find(|written| written.key.value == key.value) {
            let name = key.value.as_str();
            reader.report(
                Diagnostic::error(&codes_tree::REPEATED_KEY, said!("`{name}` is made twice", name))
                    .at(key.span(), said!("makes the measure `{name}`", name))
                    .at(first.key.span(), said!("which stands here already"))
                    .help(said!("give one of the two another name")),
            );
            continue;
        }
        // What is missing has its message; a measure without it would only repeat that.
        if node.get("every").is_some() && node.get("source").is_some() {
            made.push(Written::plain(key, &measure(key, node)));
        }
    }
    made
}

/// The keys of the cadence go below `cadence:`, the others stay; what a misspelt key said was reported.
fn measure(key: &Authored<String>, node: &Node) -> Node {
    let known = node.entries().iter().filter(|e| ACTIVITY.key(&e.key.value).is_some());
    let (cadence, mut entries): (Vec<Entry>, Vec<Entry>) =
        known.cloned().partition(|e| CADENCE.key(&e.key.value).is_some());
    let cadence = Node { kind: Kind::Map(cadence), origin: node.origin.clone() };
    entries.push(Entry { key: Authored::new("cadence".to_owned(), key.origin.clone()), value: cadence });
    Node { kind: Kind::Map(entries), origin: node.origin.clone() }
}
