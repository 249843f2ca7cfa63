//! `lists:` and `each:`: entries repeated per item, with `{NAME}` and `{NAME.attr}` filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::codes_tree as codes;
use super::merge;
use super::tree::{Entry, Kind, Node, Scalar};
use crate::diagnostic::{Authored, Diagnostic, FileId, Place, Span, TextMap, did_you_mean, nearest};

/// Most entries that all repetitions of a workspace make.
pub(super) const MAX_REPETITIONS: usize = 10_000;

struct List {
    items: Vec<Item>,
}

struct Item {
    name: String,
    attributes: Vec<Entry>,
}

struct Repeater<'r> {
    lists: BTreeMap<String, List>,
    layers: &'r BTreeMap<FileId, u32>,
    made: usize,
    diagnostics: &'r mut Vec<Diagnostic>,
}

/// Repeats the `each:` entries of `measures`, `standards`, `scoring.groups`, every source's `fields`, the items
/// of `rules` and of every `of:` list, and takes `lists` out of the tree. `layers` tell which file overrides which.
pub(super) fn repeat(root: &mut Node, layers: &BTreeMap<FileId, u32>, diagnostics: &mut Vec<Diagnostic>) {
    let Kind::Map(sections) = &mut root.kind else { return };
    let lists = sections.iter().position(|e| e.key.value == "lists").map(|i| sections.remove(i).value);
    let lists = lists.map(|node| read_lists(node, diagnostics)).unwrap_or_default();
    let before = diagnostics.len();
    let mut repeater = Repeater { lists, layers, made: 0, diagnostics };
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
        diagnostics.push(wrong_list(node.origin.span, "`lists` takes names, each with its items"));
    }
    let Kind::Map(entries) = node.kind else { return lists };
    for entry in entries {
        let items = match entry.value.kind {
            Kind::Map(items) => items.into_iter().map(|e| item(e, diagnostics)).collect(),
            Kind::List(items) => items.into_iter().filter_map(|n| bare_item(&n, diagnostics)).collect(),
            Kind::Empty => Vec::new(),
            Kind::Scalar(_) => {
                diagnostics.push(wrong_list(entry.value.origin.span, "a list holds items"));
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
            diagnostics.push(wrong_list(entry.value.origin.span, "an item holds attributes with values"));
            Vec::new()
        }
    };
    Item { name: entry.key.value, attributes }
}

fn bare_item(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Item> {
    let text = node.text();
    if text.is_none() {
        diagnostics.push(wrong_list(node.origin.span, "an item is a word"));
    }
    text.map(|t| Item { name: t.value.to_string(), attributes: Vec::new() })
}

fn wrong_list(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(&codes::LIST, message)
        .at(span, "not understood here")
        .help("write `NAME: [first, second]`, or `NAME: { first: { attribute: value }, second: {} }`")
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
            let found = Diagnostic::error(&codes::REPEATED_KEY, format!("`{}` is made twice", entry.key.value))
                .at(entry.key.span(), format!("again, for item `{item}`"))
                .at(have.key.span(), "first here")
                .help("put the item into the name, such as `\"{NAME}_kept\"`, or give one of the two another name");
            self.diagnostics.push(found);
            return;
        }
        let (base, over) = if new > old { (have.clone(), entry) } else { (entry, have.clone()) };
        let mut key = over.key;
        key.origin.overrides = Some(Arc::new(base.key.origin.clone()));
        let value = merge::overlay(base.value, over.value, &[key.value.as_str()], self.diagnostics);
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
                    format!("every item of `{list}` makes the same name `{}`", key.value),
                )
                .at(entry.key.span(), "the item is not part of the name")
                .help(format!("put it in, such as `\"{{{list}}}_{}\"`", entry.key.value));
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
            let found = Diagnostic::error(&codes::LIST, "`each` takes the name of one list")
                .at(each.origin.span, "not a name")
                .help("write `each: NAME`, where NAME stands under `lists:`");
            self.diagnostics.push(found);
            return None;
        };
        if !self.lists.contains_key(&name) {
            let found = Diagnostic::error(&codes::UNKNOWN_LIST, format!("unknown list `{name}`"))
                .at(each.origin.span, "no list has this name");
            let found = match did_you_mean(&name, self.lists.keys().map(String::as_str)) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help(format!("add it: `lists: {{ {name}: [first, second] }}`")),
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
                let found = Diagnostic::error(&codes::TOO_MANY, format!("more than {MAX_REPETITIONS} repetitions"))
                    .at(each.origin.span, "this and what follows is not repeated")
                    .help("shorten the list, or choose items with `if:`");
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
            let found = Diagnostic::error(&codes::LIST, "`if` takes attributes with values")
                .at(node.origin.span, "not understood here")
                .help("write `if: { attribute: value }`");
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
                let found = Diagnostic::error(&codes::LIST, "a repeated part needs a name")
                    .at(node.origin.span, "no `name:` stands here")
                    .help(format!("write `{{ each: {list}, name: \"{{{list}}}\" }}`"));
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
                let found = Diagnostic::error(&codes::STRAY_PLACEHOLDER, format!("`{{{path}}}` is not filled in"))
                    .at(span, format!("no `each: {name}` stands in this entry"))
                    .help(format!("add `each: {name}` to the entry, or take the braces away"));
                self.diagnostics.push(found);
            }
        }
    }
}

/// `a.b` in nested attributes.
fn lookup<'n>(attributes: &'n [Entry], path: &str) -> Option<&'n Node> {
    let mut parts = path.split('.');
    let first = parts.next()?;
    let mut node = &attributes.iter().find(|e| e.key.value == first)?.value;
    for part in parts {
        node = node.get(part)?;
    }
    Some(node)
}

fn unknown_attribute(path: &str, list: &str, item: Option<&Item>, items: &[Item], span: Span) -> Diagnostic {
    let elsewhere = items.iter().any(|i| lookup(&i.attributes, path).is_some());
    let mut names: Vec<&str> = items.iter().flat_map(|i| i.attributes.iter().map(|e| e.key.value.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    match item.filter(|_| elsewhere) {
        Some(item) => Diagnostic::error(
            &codes::UNKNOWN_ATTRIBUTE,
            format!("item `{}` of list `{list}` has no `{path}`", item.name),
        )
        .at(span, "other items have it")
        .help(format!("add `{path}` to `{}` under `lists: {list}`, or choose items with `if:`", item.name)),
        None => {
            let found =
                Diagnostic::error(&codes::UNKNOWN_ATTRIBUTE, format!("the items of list `{list}` have no `{path}`"))
                    .at(span, "unknown attribute");
            match did_you_mean(path, names.iter().copied()) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None if names.is_empty() => {
                    found.help(format!("give them attributes: `{list}: {{ item: {{ {path}: value }} }}`"))
                }
                None => found.help(format!(
                    "they have {}",
                    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
                )),
            }
        }
    }
}

/// `{word}` and `{word.word}`; not `{{ … }}`, which belongs to templates.
fn placeholders(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|t| t.find('{')).map(|i| at + i) {
        let rest = text.get(open + 1..).unwrap_or("");
        if rest.starts_with('{') {
            at = open + 2;
            continue;
        }
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '.')).unwrap_or(rest.len());
        if length > 0 && rest.get(length..).is_some_and(|t| t.starts_with('}')) {
            found.push(open..open + length + 2);
        }
        at = open + 1;
    }
    found
}

/// Fills one item in.
struct Filler<'f> {
    list: &'f str,
    items: &'f [Item],
    item: Option<&'f Item>,
    diagnostics: &'f mut Vec<Diagnostic>,
}

impl<'f> Filler<'f> {
    fn new(list: &'f str, of: Option<&'f List>, item: usize, diagnostics: &'f mut Vec<Diagnostic>) -> Self {
        let items = of.map(|l| l.items.as_slice()).unwrap_or_default();
        Self { list, items, item: items.get(item), diagnostics }
    }

    fn mark(&self, origin: &mut crate::diagnostic::Origin) {
        let name = self.item.map(|i| i.name.as_str()).unwrap_or_default();
        // A part repeated within a repeated entry names both items.
        origin.item = Some(match &origin.item {
            Some(outer) => Arc::from(format!("{outer}, {name}")),
            None => Arc::from(name),
        });
    }

    fn key(&mut self, key: &Authored<String>) -> Authored<String> {
        let mut filled = key.clone();
        if let Some(text) = self.text(&key.value, key.span()) {
            filled.value = text;
        }
        self.mark(&mut filled.origin);
        filled
    }

    fn node(&mut self, node: &Node) -> Node {
        let mut origin = node.origin.clone();
        self.mark(&mut origin);
        let kind = match &node.kind {
            Kind::Scalar(scalar) => self.scalar(scalar, node.origin.span),
            Kind::List(items) => Kind::List(items.iter().map(|n| self.node(n)).collect()),
            Kind::Map(entries) => {
                Kind::Map(entries.iter().map(|e| Entry { key: self.key(&e.key), value: self.node(&e.value) }).collect())
            }
            Kind::Empty => Kind::Empty,
        };
        Node { kind, origin }
    }

    fn scalar(&mut self, scalar: &Scalar, span: Span) -> Kind {
        // A value that is one placeholder may stand for a whole list.
        if let [place] = placeholders(&scalar.text).as_slice()
            && place.len() == scalar.text.len()
            && let Some(path) = scalar.text.get(1..place.end - 1)
            && let Some(path) = path.strip_prefix(self.list).and_then(|p| p.strip_prefix('.'))
            && let Some(node) = self.item.and_then(|i| lookup(&i.attributes, path))
            && !matches!(node.kind, Kind::Scalar(_))
        {
            return node.kind.clone();
        }
        match self.text(&scalar.text, span) {
            Some(text) => Kind::Scalar(Scalar { text: Arc::from(text), map: TextMap::Whole, ..scalar.clone() }),
            None => Kind::Scalar(scalar.clone()),
        }
    }

    /// The text with this list's placeholders filled in; nothing where there are none.
    fn text(&mut self, text: &str, span: Span) -> Option<String> {
        let mut filled = String::with_capacity(text.len());
        let mut done = 0;
        for place in placeholders(text) {
            let path = text.get(place.start + 1..place.end - 1)?;
            let Some(value) = self.value(path, span) else { continue };
            filled.push_str(text.get(done..place.start)?);
            filled.push_str(&value);
            done = place.end;
        }
        if done == 0 {
            return None;
        }
        filled.push_str(text.get(done..)?);
        Some(filled)
    }

    fn value(&mut self, path: &str, span: Span) -> Option<String> {
        let item = self.item?;
        let (name, attribute) = path.split_once('.').map_or((path, None), |(n, a)| (n, Some(a)));
        if name != self.list {
            self.misspelt(path, name, span);
            return None;
        }
        let Some(attribute) = attribute else { return Some(item.name.clone()) };
        let found = lookup(&item.attributes, attribute);
        let value = found.and_then(Node::text).map(|t| t.value.to_string());
        match (&value, found.map(|n| &n.kind)) {
            (Some(_), _) => {}
            (None, Some(Kind::Map(_) | Kind::List(_))) => self.diagnostics.push(
                Diagnostic::error(&codes::UNKNOWN_ATTRIBUTE, format!("`{{{path}}}` holds several values"))
                    .at(span, "it cannot stand within a text")
                    .help("name one of them, such as `{NAME.attr.part}`, or let it be the whole value"),
            ),
            (None, _) => {
                let found = unknown_attribute(attribute, self.list, Some(item), self.items, span);
                self.diagnostics.push(found);
            }
        }
        value
    }

    /// `{topcs}` in an entry with `each: topics`.
    fn misspelt(&mut self, path: &str, name: &str, span: Span) {
        if nearest(name, [self.list]).is_some() {
            let found = Diagnostic::error(&codes::STRAY_PLACEHOLDER, format!("`{{{path}}}` is not filled in"))
                .at(span, format!("the entry says `each: {}`", self.list))
                .help(format!(
                    "did you mean `{{{}}}`? braces that belong to the text go with a space inside them",
                    path.replacen(name, self.list, 1)
                ));
            self.diagnostics.push(found);
        }
    }
}

#[cfg(test)]
mod tests;
