//! One item of a list, filled in: `{NAME}` and `{NAME.attr}` in keys and texts.

use std::ops::Range;
use std::sync::Arc;

use super::codes_tree as codes;
use super::tree::{Entry, Kind, Node, Scalar};
use crate::diagnostic::{Authored, Diagnostic, Origin, Said, Span, TextMap, did_you_mean, nearest};
use crate::said;

pub(super) struct List {
    pub items: Vec<Item>,
}

pub(super) struct Item {
    pub name: String,
    pub attributes: Vec<Entry>,
}

/// `a.b` in nested attributes.
pub(super) fn lookup<'n>(attributes: &'n [Entry], path: &str) -> Option<&'n Node> {
    let mut parts = path.split('.');
    let first = parts.next()?;
    let mut node = &attributes.iter().find(|e| e.key.value == first)?.value;
    for part in parts {
        node = node.get(part)?;
    }
    Some(node)
}

pub(super) fn unknown_attribute(path: &str, list: &str, item: Option<&Item>, items: &[Item], span: Span) -> Diagnostic {
    let elsewhere = items.iter().any(|i| lookup(&i.attributes, path).is_some());
    let mut names: Vec<&str> = items.iter().flat_map(|i| i.attributes.iter().map(|e| e.key.value.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    match item.filter(|_| elsewhere) {
        Some(item) => Diagnostic::error(
            &codes::UNKNOWN_ATTRIBUTE,
            said!("item `{name}` of list `{list}` has no `{path}`", name = item.name, list, path),
        )
        .at(span, said!("other items have it"))
        .help(said!(
            "add `{path}` to `{name}` under `lists: {list}`, or choose items with `if:`",
            path,
            name = item.name,
            list
        )),
        None => {
            let found = Diagnostic::error(
                &codes::UNKNOWN_ATTRIBUTE,
                said!("the items of list `{list}` have no `{path}`", list, path),
            )
            .at(span, said!("unknown attribute"));
            match did_you_mean(path, names.iter().copied()) {
                Some(near) => found.help(said!("did you mean `{near}`?", near)),
                None if names.is_empty() => {
                    found.help(said!("give them attributes: `{list}: { item: { {path}: value } }`", list, path))
                }
                None => {
                    let names = names.iter().map(|name| Said::verbatim(format!("`{name}`")));
                    found.help(said!("they have {names}", names = Said::joined(names, ", ")))
                }
            }
        }
    }
}

/// `{word}` and `{word.word}`; not `{{ … }}`, which belongs to templates.
pub(super) fn placeholders(text: &str) -> Vec<Range<usize>> {
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
pub(super) struct Filler<'f> {
    list: &'f str,
    items: &'f [Item],
    item: Option<&'f Item>,
    diagnostics: &'f mut Vec<Diagnostic>,
    /// Where the last attribute that was put in stands.
    used: Option<Span>,
}

impl<'f> Filler<'f> {
    pub fn new(list: &'f str, of: Option<&'f List>, item: usize, diagnostics: &'f mut Vec<Diagnostic>) -> Self {
        let items = of.map(|l| l.items.as_slice()).unwrap_or_default();
        Self { list, items, item: items.get(item), diagnostics, used: None }
    }

    fn mark(&self, origin: &mut Origin) {
        let name = self.item.map(|i| i.name.as_str()).unwrap_or_default();
        // A part repeated within a repeated entry names both items.
        origin.item = Some(match &origin.item {
            Some(outer) => Arc::from(format!("{outer}, {name}")),
            None => Arc::from(name),
        });
    }

    pub fn key(&mut self, key: &Authored<String>) -> Authored<String> {
        let mut filled = key.clone();
        if let Some(text) = self.text(&key.value, key.span()) {
            filled.value = text;
        }
        self.mark(&mut filled.origin);
        filled.origin.filled = self.used.take();
        filled
    }

    pub fn node(&mut self, node: &Node) -> Node {
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
        origin.filled = self.used.take().or(origin.filled);
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
            self.used = Some(node.origin.span);
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
            (Some(_), _) => self.used = found.map(|n| n.origin.span),
            (None, Some(Kind::Map(_) | Kind::List(_))) => self.diagnostics.push(
                Diagnostic::error(&codes::UNKNOWN_ATTRIBUTE, said!("`{{path}}` holds several values", path))
                    .at(span, said!("it cannot stand within a text"))
                    .help(said!("name one of them, such as `{NAME.attr.part}`, or let it be the whole value")),
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
            let found = Diagnostic::error(&codes::STRAY_PLACEHOLDER, said!("`{{path}}` is not filled in", path))
                .at(span, said!("the entry says `each: {list}`", list = self.list))
                .help(said!(
                    "did you mean `{{near}}`? braces that belong to the text go with a space inside them",
                    near = path.replacen(name, self.list, 1)
                ));
            self.diagnostics.push(found);
        }
    }
}
