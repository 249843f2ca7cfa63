//! `channels:` of the charter: the traffic of each is counted, so that one with traffic and no measure can be seen (C18). No
//! report and no table shows these counts; `check --data` reads them.

use super::expansion::{Written, counted};
use super::source::SourceSet;
use crate::diagnostic::Authored;
use crate::language::Type;
use crate::workspace::plan::{Probe, ProbeKind, Source, SourceKind};
use crate::workspace::reader::Opened;
use crate::workspace::tree::{Kind, Node};

/// The field that tells channels apart.
const FIELD: &str = "channel";

pub fn expand(top: &Opened, sources: &SourceSet, taken: &[Written]) -> Vec<Written> {
    let Some(node) = top.get("charter").and_then(|charter| charter.get("channels")) else { return Vec::new() };
    let named: Vec<(String, &Node)> = match &node.kind {
        Kind::List(items) => items.iter().filter_map(|n| Some((n.text()?.value.trim().to_owned(), n))).collect(),
        Kind::Scalar(scalar) => vec![(scalar.text.trim().to_owned(), node)],
        _ => Vec::new(),
    };
    let quoted: Vec<String> = named.iter().map(|(channel, _)| quote(channel)).collect();
    let others = format!("!({FIELD} in [{}])", quoted.join(", "));
    let mut made: Vec<Written> = Vec::new();
    for source in channelled(sources) {
        let own =
            named.iter().zip(&quoted).map(|((channel, node), q)| (channel.as_str(), *node, format!("{FIELD} == {q}")));
        for (channel, at, filter) in own.chain([("", node, others.clone())]) {
            let name = free(&format!("traffic_{source}_{}", plain(channel)), &made, taken);
            let key = Authored::new(name, at.origin.clone());
            let node = counted(&key, &source, filter);
            let probe = Some(Probe { kind: ProbeKind::Traffic, of: channel.to_owned() });
            made.push(Written { key, node, scorecard: None, probe });
        }
    }
    made
}

/// Sources of records that say on which channel each came.
fn channelled(sources: &SourceSet) -> Vec<String> {
    let channel = |source: &&Source| {
        source.kind == SourceKind::Record
            && source.fields.iter().any(|f| f.name == FIELD && f.ty == Type::Text && f.taken.is_none())
    };
    sources.sources.iter().flatten().filter(channel).map(|source| source.id.value.clone()).collect()
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn plain(text: &str) -> String {
    if text.is_empty() {
        return "elsewhere".into();
    }
    text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn free(name: &str, made: &[Written], taken: &[Written]) -> String {
    let is_taken = |name: &str| made.iter().chain(taken).any(|w| w.key.value == name);
    let numbered = (2..).map(|n| format!("{name}_{n}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|n| !is_taken(n)).unwrap_or_else(|| name.to_owned())
}
