//! `lists:` and `each:`: entries repeated per item, with `{NAME}` and `{NAME.attr}` filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::codes_tree as codes;
use super::fill::{Filler, Item, List, lookup, placeholders, unknown_attribute};
use super::merge::{self, Merging, Removed};
use super::tree::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, FileId, Place, Said, Span, did_you_mean};
use crate::said;

/// Most entries that all repetitions of a workspace make.
pub(super) const MAX_REPETITIONS: usize = 10_000;

struct Repeater<'r> {
    lists: BTreeMap<String, List>,
    layers: &'r BTreeMap<FileId, u32>,
    made: usize,
    diagnostics: &'r mut Vec<Diagnostic>,
    removed: &'r mut Vec<Removed>,
}

/// Repeats the `each:` entries of `measures`, `standards`, `scoring.groups`, every source's `fields`, the items
/// of `rules` and of every `of:` list, and takes `lists` out of the tree. `layers` tell which file overrides which.
pub(super) fn repeat(root: &mut Node, layers: &BTreeMap<FileId, u32>, merging: &mut Merging<'_>) {
    let Merging { diagnostics, removed } = merging;
    let Kind::Map(sections) = &mut root.kind else { return };
    let lists = sections.iter().position(|e| e.key.value == "lists").map(|i| sections.remove(i).value);
    let lists = lists.map(|node| read_lists(node, diagnostics)).unwrap_or_default();
    let before = diagnostics.len();
    let mut repeater = Repeater { lists, layers, made: 0, diagnostics, removed };
    for section in sections {
        match section.key.value.as_str() {
            "measures" | "standards" => repeater.section(&mut section.value),
            "scoring" => repeater.inner(&mut section.value, "groups"),
            "sources" => {
                if let Kind::Map(sources) = &mut section.value.kind {
                    sources.iter_mut().for_each(|s| repeater.inner(&mut s.value, "fields"));
                }
            }
            "rules" => repeater.lists_within(&mut section.value, None),
            _ => {}
        }
    }
    once(diagnostics, before);
}

/// Every item of a list finds the same mistake of its entry: keep one of each, from `from` on.
fn once(diagnostics: &mut Vec<Diagnostic>, from: usize) {
    let mut kept: Vec<Diagnostic> = Vec::new();
    for found in diagnostics.drain(from..) {
        let same = |k: &Diagnostic| {
            k.message == found.message && k.labels.iter().map(|l| &l.place).eq(found.labels.iter().map(|l| &l.place))
        };
        if !kept.iter().any(same) {
            kept.push(found);
        }
    }
    diagnostics.extend(kept);
}

fn read_lists(node: Node, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, List> {
    let mut lists = BTreeMap::new();
    if !matches!(node.kind, Kind::Map(_) | Kind::Empty) {
        diagnostics.push(wrong_list(node.origin.span, said!("`lists` takes names, each with its items")));
    }
    let Kind::Map(entries) = node.kind else { return lists };
    for entry in entries {
        let items = match entry.value.kind {
            Kind::Map(items) => items.into_iter().map(|e| item(e, diagnostics)).collect(),
            Kind::List(items) => items.into_iter().filter_map(|n| bare_item(&n, diagnostics)).collect(),
            Kind::Empty => Vec::new(),
            Kind::Scalar(_) => {
                diagnostics.push(wrong_list(entry.value.origin.span, said!("a list holds items")));
                continue;
            }
        };
        lists.insert(entry.key.value, List { items });
    }
    lists
}

fn item(entry: Entry, diagnostics: &mut Vec<Diagnostic>) -> Item {
    let attributes = match entry.value.kind {
        Kind::Map(attributes) => attributes,
        Kind::Empty => Vec::new(),
        _ => {
            diagnostics.push(wrong_list(entry.value.origin.span, said!("an item holds attributes with values")));
            Vec::new()
        }
    };
    Item { name: entry.key.value, attributes }
}

fn bare_item(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Item> {
    let text = node.text();
    if text.is_none() {
        diagnostics.push(wrong_list(node.origin.span, said!("an item is a word")));
    }
    text.map(|t| Item { name: t.value.to_string(), attributes: Vec::new() })
}

fn wrong_list(span: Span, message: Said) -> Diagnostic {
    Diagnostic::error(&codes::LIST, message)
        .at(span, said!("not understood here"))
        .help(said!("write `NAME: [first, second]`, or `NAME: { first: { attribute: value }, second: {} }`"))
}

impl Repeater<'_> {
    fn inner(&mut self, node: &mut Node, key: &str) {
        if let Kind::Map(entries) = &mut node.kind {
            for entry in entries.iter_mut().filter(|e| e.key.value == key) {
                self.section(&mut entry.value);
            }
        }
    }

    /// A map whose entries may be repeated.
    fn section(&mut self, node: &mut Node) {
        let Kind::Map(entries) = &mut node.kind else { return };
        let mut made: Vec<Entry> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for entry in std::mem::take(entries) {
            if entry.value.get("each").is_some() {
                for entry in self.entry(entry) {
                    self.put(&mut made, &mut places, entry);
                }
            } else {
                self.put(&mut made, &mut places, entry);
            }
        }
        for entry in &mut made {
            self.lists_within(&mut entry.value, None);
            self.stray(&entry.key.value, entry.key.span());
            self.stray_within(&entry.value);
        }
        *entries = made;
    }

    /// Adds an entry; one of a higher layer changes what a lower layer repeats.
    fn put(&mut self, made: &mut Vec<Entry>, places: &mut BTreeMap<String, usize>, entry: Entry) {
        let Some(have) = places.get(&entry.key.value).and_then(|i| made.get_mut(*i)) else {
            places.insert(entry.key.value.clone(), made.len());
            made.push(entry);
            return;
        };
        let layer = |e: &Entry| self.layers.get(&e.key.span().file).copied().unwrap_or(0);
        let (old, new) = (layer(have), layer(&entry));
        if old == new {
            let item = entry.key.origin.item.as_deref().or(have.key.origin.item.as_deref()).unwrap_or_default();
            let found = Diagnostic::error(&codes::REPEATED_KEY, said!("`{key}` is made twice", key = entry.key.value))
                .at(entry.key.span(), said!("again, for item `{item}`", item))
                .at(have.key.span(), said!("first here"))
                .help(said!(
                    "put the item into the name, such as `\"{NAME}_kept\"`, or give one of the two another name"
                ));
            self.diagnostics.push(found);
            return;
        }
        let (base, over) = if new > old { (have.clone(), entry) } else { (entry, have.clone()) };
        let mut key = over.key;
        key.origin.overrides = Some(Arc::new(base.key.origin.clone()));
        let value = {
            let Repeater { diagnostics, removed, .. } = self;
            merge::overlay(base.value, over.value, &[key.value.as_str()], &mut Merging { diagnostics, removed })
        };
        *have = Entry { key, value };
    }

    fn entry(&mut self, entry: Entry) -> Vec<Entry> {
        let Some((list, items, body)) = self.chosen(&entry.value) else { return Vec::new() };
        let mut made = Vec::new();
        let mut names = BTreeSet::new();
        for item in items {
            let mut filler = Filler::new(&list, self.lists.get(&list), item, self.diagnostics);
            let key = filler.key(&entry.key);
            if !names.insert(key.value.clone()) {
                let found = Diagnostic::error(
                    &codes::REPEATED_KEY,
                    said!("every item of `{list}` makes the same name `{key}`", list, key = key.value),
                )
                .at(entry.key.span(), said!("the item is not part of the name"))
                .help(said!("put it in, such as `\"{{list}}_{key}\"`", list, key = entry.key.value));
                self.diagnostics.push(found);
                break;
            }
            let value = filler.node(&body);
            made.push(Entry { key, value });
        }
        made
    }

    /// The list of an `each:` entry, the positions of the items that its `if:` takes, and the entry without both.
    fn chosen(&mut self, node: &Node) -> Option<(String, Vec<usize>, Node)> {
        let each = node.get("each")?;
        let Some(name) = each.text().map(|t| t.value.trim().to_owned()) else {
            let found = Diagnostic::error(&codes::LIST, said!("`each` takes the name of one list"))
                .at(each.origin.span, said!("not a name"))
                .help(said!("write `each: NAME`, where NAME stands under `lists:`"));
            self.diagnostics.push(found);
            return None;
        };
        if !self.lists.contains_key(&name) {
            let found = Diagnostic::error(&codes::UNKNOWN_LIST, said!("unknown list `{name}`", name))
                .at(each.origin.span, said!("no list has this name"));
            let found = match did_you_mean(&name, self.lists.keys().map(String::as_str)) {
                Some(near) => found.help(said!("did you mean `{near}`?", near)),
                None => found.help(said!("add it: `lists: { {name}: [first, second] }`", name)),
            };
            self.diagnostics.push(found);
            return None;
        }
        let conditions = node.get("if").map(|n| self.conditions(n, &name)).unwrap_or_default();
        let items = &self.lists.get(&name)?.items;
        let fits = |item: &Item| {
            conditions.iter().all(|(attribute, allowed)| {
                lookup(&item.attributes, attribute)
                    .and_then(Node::text)
                    .is_some_and(|t| allowed.iter().any(|a| **a == *t.value))
            })
        };
        let items: Vec<usize> = items.iter().enumerate().filter(|(_, i)| fits(i)).map(|(i, _)| i).collect();
        self.made += items.len();
        if self.made > MAX_REPETITIONS {
            if self.made - items.len() <= MAX_REPETITIONS {
                let found =
                    Diagnostic::error(&codes::TOO_MANY, said!("more than {most} repetitions", most = MAX_REPETITIONS))
                        .at(each.origin.span, said!("this and what follows is not repeated"))
                        .help(said!("shorten the list, or choose items with `if:`"));
                self.diagnostics.push(found);
            }
            return None;
        }
        let rest = node.entries().iter().filter(|e| e.key.value != "each" && e.key.value != "if").cloned().collect();
        Some((name, items, Node { kind: Kind::Map(rest), origin: node.origin.clone() }))
    }

    /// `if: { attr: value }` or `{ attr: [value, value] }`
    fn conditions(&mut self, node: &Node, list: &str) -> Vec<(String, Vec<String>)> {
        if node.entries().is_empty() {
            let found = Diagnostic::error(&codes::LIST, said!("`if` takes attributes with values"))
                .at(node.origin.span, said!("not understood here"))
                .help(said!("write `if: { attribute: value }`"));
            self.diagnostics.push(found);
        }
        let mut conditions = Vec::new();
        for entry in node.entries() {
            let allowed: Vec<String> = match &entry.value.kind {
                Kind::List(items) => items.iter().filter_map(Node::text).map(|t| t.value.to_string()).collect(),
                _ => entry.value.text().map(|t| t.value.to_string()).into_iter().collect(),
            };
            let items = self.lists.get(list).map(|l| l.items.as_slice()).unwrap_or_default();
            let known = items.is_empty() || items.iter().any(|i| lookup(&i.attributes, &entry.key.value).is_some());
            if !known {
                let found = unknown_attribute(&entry.key.value, list, None, items, entry.key.span());
                self.diagnostics.push(found);
            }
            conditions.push((entry.key.value.clone(), allowed));
        }
        conditions
    }

    /// Repeats the items of lists within a node: `of: [{ each: NAME, name: "{NAME}_points" }]`.
    fn lists_within(&mut self, node: &mut Node, key: Option<&str>) {
        match &mut node.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    self.lists_within(&mut entry.value, Some(entry.key.value.as_str()));
                }
            }
            Kind::List(items) => {
                let mut made = Vec::new();
                for item in std::mem::take(items) {
                    if item.get("each").is_some() {
                        made.extend(self.items(&item, key == Some("of")));
                    } else {
                        made.push(item);
                    }
                }
                made.iter_mut().for_each(|n| self.lists_within(n, None));
                *items = made;
            }
            _ => {}
        }
    }

    /// `names`: the list holds names, so that each repetition is its `name:` alone.
    fn items(&mut self, node: &Node, names: bool) -> Vec<Node> {
        let Some((list, items, body)) = self.chosen(node) else { return Vec::new() };
        let body = match (names, body.get("name")) {
            (true, Some(name)) => name.clone(),
            (true, None) => {
                let found = Diagnostic::error(&codes::LIST, said!("a repeated part needs a name"))
                    .at(node.origin.span, said!("no `name:` stands here"))
                    .help(said!("write `{ each: {list}, name: \"{{list}}\" }`", list));
                self.diagnostics.push(found);
                return Vec::new();
            }
            (false, _) => body,
        };
        items.into_iter().map(|i| Filler::new(&list, self.lists.get(&list), i, self.diagnostics).node(&body)).collect()
    }

    fn stray_within(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar(s) => self.stray(&s.text, node.origin.span),
            Kind::List(items) => items.iter().for_each(|n| self.stray_within(n)),
            Kind::Map(entries) => entries.iter().for_each(|e| {
                self.stray(&e.key.value, e.key.span());
                self.stray_within(&e.value);
            }),
            Kind::Empty => {}
        }
    }

    /// `{NAME}` of a list, left where no `each:` fills it in.
    fn stray(&mut self, text: &str, span: Span) {
        for place in placeholders(text) {
            let Some(path) = text.get(place.start + 1..place.end - 1) else { continue };
            let name = path.split('.').next().unwrap_or(path);
            let said = |d: &Diagnostic| d.labels.iter().any(|l| l.place == Place::Author(span));
            if self.lists.contains_key(name) && !self.diagnostics.iter().any(said) {
                let found = Diagnostic::error(&codes::STRAY_PLACEHOLDER, said!("`{{path}}` is not filled in", path))
                    .at(span, said!("no `each: {name}` stands in this entry", name))
                    .help(said!("add `each: {name}` to the entry, or take the braces away", name));
                self.diagnostics.push(found);
            }
        }
    }
}

#[cfg(test)]
mod tests;
