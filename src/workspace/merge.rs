//! Two trees as one: `include:` splices (a key twice is an error), `extends:` overrides by key (later wins).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::codes_tree as codes;
use super::tree::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, Origin, Span, TakenOut, did_you_mean};
use crate::said;

/// Lists that merge by a name in their items: section → key of the name.
const NAMED_ITEMS: [(&str, &str); 2] = [("rules", "id"), ("reports", "template")];

/// Adds the entries of an included file. Sections join, lists of sections are put one after the other;
/// everything else that both have is reported with both places, and the first is kept.
pub(super) fn splice(into: &mut Vec<Entry>, more: Vec<Entry>, diagnostics: &mut Vec<Diagnostic>) {
    splice_at(into, more, &[], diagnostics);
}

fn splice_at(into: &mut Vec<Entry>, more: Vec<Entry>, path: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    let mut places: BTreeMap<String, usize> = into.iter().enumerate().map(|(i, e)| (e.key.value.clone(), i)).collect();
    for entry in more {
        let Some(have) = places.get(&entry.key.value).and_then(|i| into.get_mut(*i)) else {
            places.insert(entry.key.value.clone(), into.len());
            into.push(entry);
            continue;
        };
        let key = entry.key.value.clone();
        // What joins: sections, and the one section within a section.
        let joins = path.is_empty() || (path == ["scoring"] && key == "groups");
        match (&mut have.value.kind, entry.value.kind) {
            (_, Kind::Empty) if joins => {}
            (Kind::Empty, kind) if joins => have.value = Node { kind, ..entry.value },
            (Kind::Map(old), Kind::Map(new)) if joins => {
                let inner: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
                splice_at(old, new, &inner, diagnostics);
            }
            (Kind::List(old), Kind::List(new)) if path.is_empty() && NAMED_ITEMS.iter().any(|(s, _)| *s == key) => {
                old.extend(new);
            }
            _ => diagnostics.push(
                Diagnostic::error(&codes::DUPLICATE_KEY, said!("`{key}` is written in two files", key))
                    .at(entry.key.span(), said!("here again"))
                    .at(have.key.span(), said!("first here"))
                    .help(said!(
                        "keep one of the two; to change an entry of a base, use `extends:` instead of `include:`"
                    )),
            ),
        }
    }
}

/// What an overlay leaves behind beside the tree.
pub(super) struct Merging<'m> {
    pub diagnostics: &'m mut Vec<Diagnostic>,
    pub removed: &'m mut Vec<Removed>,
}

/// An entry that was taken out of a base.
pub(super) struct Removed {
    /// Keys from the root down to the entry.
    path: Vec<String>,
    at: Span,
}

impl Removed {
    fn new(path: &[&str], name: String, at: Span) -> Self {
        Self { path: path.iter().map(|key| (*key).to_owned()).chain([name]).collect(), at }
    }

    /// `None` where a layer above put it back.
    pub fn taken_out(mut self, root: &Node) -> Option<TakenOut> {
        let found = self.path.iter().try_fold(root, |node, key| node.get(key));
        let name = self.path.pop().filter(|_| found.is_none())?;
        Some(TakenOut { of: self.path.pop().unwrap_or_default(), name, at: self.at })
    }
}

/// `over` on top of `base`: maps key by key, rules and reports by their names, everything else replaced.
/// `!remove` takes an entry out. `path` is where both stand, from the root.
pub(super) fn overlay(base: Node, over: Node, path: &[&str], merging: &mut Merging<'_>) -> Node {
    let origin = over_origin(&base.origin, &over.origin);
    let named = NAMED_ITEMS.iter().find(|(section, _)| path == [*section]).map(|(_, key)| *key);
    // The why and when of a change belong to one layer; two of them must not mix.
    let whole = path.last() == Some(&"overlay");
    let kind = match (base.kind, over.kind) {
        (Kind::Map(old), Kind::Map(new)) if !whole => Kind::Map(overlay_entries(old, new, path, merging)),
        (Kind::List(old), Kind::List(new)) if named.is_some() => {
            Kind::List(overlay_items(old, new, named.unwrap_or("id"), path, merging))
        }
        (Kind::Empty, kind) => kind,
        (kind, Kind::Empty) => {
            let what = path.last().copied().unwrap_or("this");
            merging.diagnostics.push(
                Diagnostic::warning(
                    &codes::SAYS_NOTHING,
                    said!("`{what}` says nothing, so the base's value stays", what),
                )
                .at(over.origin.span, said!("nothing stands after this key"))
                .at(base.origin.span, said!("the value of the base"))
                .help(said!("remove the line, or write `{what}: !remove` to take the base's value out", what)),
            );
            return Node { kind, origin: base.origin };
        }
        (_, kind) => kind,
    };
    Node { kind, origin }
}

fn over_origin(base: &Origin, over: &Origin) -> Origin {
    Origin { overrides: Some(Arc::new(base.clone())), ..over.clone() }
}

fn overlay_entries(old: Vec<Entry>, new: Vec<Entry>, path: &[&str], merging: &mut Merging<'_>) -> Vec<Entry> {
    let mut over: BTreeMap<String, Entry> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for entry in new {
        order.push(entry.key.value.clone());
        over.insert(entry.key.value.clone(), entry);
    }
    let mut entries = Vec::with_capacity(old.len());
    for mut entry in old {
        let Some(change) = over.remove(&entry.key.value) else {
            entries.push(entry);
            continue;
        };
        if removes(&change.value) {
            let at = change.key.span().to(change.value.origin.span);
            merging.removed.push(Removed::new(path, change.key.value, at));
            continue;
        }
        let inner: Vec<&str> = path.iter().copied().chain([change.key.value.as_str()]).collect();
        let value = overlay(entry.value, change.value, &inner, merging);
        entry.key.origin = over_origin(&entry.key.origin, &change.key.origin);
        entries.push(Entry { key: entry.key, value });
    }
    // What the base does not have, in the order written.
    entries.extend(order.iter().filter_map(|key| over.remove(key)));
    entries
}

/// Items of the same name stay in their place, others are put at the end. A rule is changed key by key; a report is
/// replaced, since one template may stand there for several levels.
fn overlay_items(old: Vec<Node>, new: Vec<Node>, name: &str, path: &[&str], merging: &mut Merging<'_>) -> Vec<Node> {
    let name_of =
        |node: &Node| node.get(name).and_then(Node::text).map(|t| t.value.to_string()).or_else(|| removed_item(node));
    let mut changes: Vec<(Option<String>, Vec<Node>)> = Vec::new();
    for node in new {
        let key = name_of(&node);
        match changes.iter_mut().find(|(k, _)| k.is_some() && *k == key) {
            Some((_, nodes)) => nodes.push(node),
            None => changes.push((key, vec![node])),
        }
    }
    let mut items = Vec::new();
    let mut replaced: Vec<String> = Vec::new();
    for node in old {
        let key = name_of(&node);
        if let Some(k) = &key
            && replaced.contains(k)
        {
            continue;
        }
        let Some(i) = changes.iter().position(|(k, _)| k.is_some() && *k == key) else {
            items.push(node);
            continue;
        };
        let (key, nodes) = changes.remove(i);
        replaced.extend(key);
        let mut base = (name == "id" && matches!(node.kind, Kind::Map(_))).then(|| node.clone());
        for gone in nodes.iter().filter(|n| removes(n)) {
            merging.removed.extend(removed_item(gone).map(|id| Removed::new(path, id, gone.origin.span)));
        }
        for change in nodes.into_iter().filter(|n| !removes(n)) {
            // A second change of the same name is a duplicate, and is reported as one.
            items.push(match base.take() {
                Some(base) if matches!(change.kind, Kind::Map(_)) => {
                    let inner: Vec<&str> = path.iter().copied().chain([name]).collect();
                    overlay(base, change, &inner, merging)
                }
                _ => Node { origin: over_origin(&node.origin, &change.origin), ..change },
            });
        }
    }
    items.extend(changes.into_iter().flat_map(|(_, nodes)| nodes));
    items
}

fn removes(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(s) if s.tag.as_deref() == Some("remove"))
}

/// `- !remove consistent_offender`
fn removed_item(node: &Node) -> Option<String> {
    node.text().filter(|_| removes(node)).map(|t| t.value.to_string())
}

/// Reports and takes out every `!remove` that found nothing to remove.
pub(super) fn refuse_leftover(node: &mut Node, diagnostics: &mut Vec<Diagnostic>) {
    let refuse = |span, name: &str, others: Vec<&str>| {
        let found = Diagnostic::error(&codes::NOTHING_TO_REMOVE, said!("there is no `{name}` to remove", name))
            .at(span, said!("no base has this entry"));
        match did_you_mean(name, others) {
            Some(near) => found.help(said!("did you mean `{near}`?", near)),
            None => {
                found.help(said!("`!remove` takes out an entry that comes from a workspace named under `extends:`"))
            }
        }
    };
    match &mut node.kind {
        Kind::Map(entries) => {
            let names: Vec<String> =
                entries.iter().filter(|e| !removes(&e.value)).map(|e| e.key.value.clone()).collect();
            entries.retain(|e| {
                if removes(&e.value) {
                    let others = names.iter().map(String::as_str).collect();
                    diagnostics.push(refuse(e.key.span().to(e.value.origin.span), &e.key.value, others));
                }
                !removes(&e.value)
            });
            entries.iter_mut().for_each(|e| refuse_leftover(&mut e.value, diagnostics));
        }
        Kind::List(items) => {
            let names: Vec<String> = items
                .iter()
                .filter_map(|n| n.get("id").or(n.get("template"))?.text())
                .map(|t| t.value.to_string())
                .collect();
            items.retain(|n| {
                if let Some(name) = removed_item(n) {
                    let others = names.iter().map(String::as_str).collect();
                    diagnostics.push(refuse(n.origin.span, &name, others));
                }
                !removes(n)
            });
            items.iter_mut().for_each(|n| refuse_leftover(n, diagnostics));
        }
        _ => {}
    }
}
