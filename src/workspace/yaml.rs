//! One YAML text as a tree that knows its bytes. The only user of granit-parser.
//!
//! Scalars are never typed; duplicate keys, keys that are no words, tags, loose aliases and a second
//! document are refused with their places. A syntax error ends the text: entries that were complete
//! before it are kept, so that one mistake does not hide the others.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use super::codes_tree as codes;
use super::printed;
use super::swallowed::{self, Value};
use super::syntax;
use super::tree::{Entry, Kind, Node, Scalar, Style};
use crate::diagnostic::{Authored, Diagnostic, FileId, Origin, Place, Span, TextMap};
use crate::said;

/// Deepest nesting of maps and lists, those that an alias brings along included.
pub(super) const MAX_DEPTH: usize = 64;
/// Most keys and values of one file, those that aliases repeat included.
pub(super) const MAX_NODES: usize = 200_000;

/// What one text held.
pub(super) struct Reading {
    /// Nothing where the file says nothing.
    pub root: Option<Node>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one text. `through` are the files it was reached through, its own last.
pub(super) fn read(file: FileId, text: &str, through: &Arc<[FileId]>) -> Reading {
    let mut builder = Builder {
        file,
        text,
        through: through.clone(),
        frames: Vec::new(),
        root: None,
        anchors: BTreeMap::new(),
        unused: BTreeMap::new(),
        nodes: 0,
        documents: 0,
        diagnostics: Vec::new(),
    };
    for event in Parser::new_from_str_with_options(text, options()) {
        let step = match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                let tag = span.tag_span().and_then(|t| t.byte_range());
                builder.take(event, range, tag)
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
                let found = syntax::explain(error.kind(), at, &builder.situation());
                // `*Head of Service` has its message already, which says more.
                let told = |d: &Diagnostic| d.code == &codes::ALIAS && same_line(text, d, at);
                if builder.diagnostics.last().is_some_and(told) {
                    builder.abandon();
                    break;
                }
                // A key such as `{NAME}_points` was refused just before, in words that say less.
                let first = |d: &Diagnostic| d.labels.first().map(|l| l.place.clone());
                if builder.diagnostics.last().is_some_and(|d| d.code == &codes::NOT_A_WORD || first(d) == first(&found))
                {
                    builder.diagnostics.pop();
                }
                builder.cut_misread(&found);
                builder.diagnostics.push(found);
                Step::Stop
            }
        };
        if step == Step::Stop {
            builder.abandon();
            break;
        }
    }
    builder.close_all();
    builder.report_unused();
    Reading { root: builder.root, diagnostics: builder.diagnostics }
}

/// Whether a diagnostic stands on the line of byte `at`, or on the line that ends there.
fn same_line(text: &str, found: &Diagnostic, at: usize) -> bool {
    let Some(Place::Author(span)) = found.labels.first().map(|l| l.place.clone()) else { return false };
    let (from, to) = (span.start as usize, at.max(span.start as usize));
    text.get(from..to).is_some_and(|between| !between.trim_end().contains('\n'))
        || text.get(at..from).is_some_and(|between| !between.contains('\n'))
}

fn options() -> Options {
    granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    }
}

#[derive(PartialEq)]
enum Step {
    Go,
    Stop,
}

/// A node that `&name` marks, with what a copy of it costs.
struct Anchored {
    node: Node,
    nodes: usize,
    depth: usize,
}

pub(super) struct Frame {
    pub start: usize,
    pub flow: bool,
    pub content: Content,
    anchor: usize,
    nodes_before: usize,
    /// Levels of nesting below this one.
    depth: usize,
}

pub(super) enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Key>, merges: Vec<Node> },
}

pub(super) enum Key {
    Word(Authored<String>),
    /// `<<`
    Merge,
    /// Refused; its value is dropped.
    Bad,
}

/// What was open when a text could not be read further.
pub(super) struct Situation<'b> {
    pub file: FileId,
    pub text: &'b str,
    pub frames: &'b [Frame],
}

struct Builder<'t> {
    file: FileId,
    text: &'t str,
    through: Arc<[FileId]>,
    frames: Vec<Frame>,
    root: Option<Node>,
    anchors: BTreeMap<usize, Anchored>,
    /// Marks that nothing has referred to yet, in the order of their places.
    unused: BTreeMap<usize, Range<usize>>,
    nodes: usize,
    documents: usize,
    diagnostics: Vec<Diagnostic>,
}

impl Builder<'_> {
    fn situation(&self) -> Situation<'_> {
        Situation { file: self.file, text: self.text, frames: &self.frames }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn origin(&self, range: Range<usize>) -> Origin {
        Origin { span: self.span(range), through: self.through.clone(), overrides: None, item: None, filled: None }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>, tag_at: Option<Range<usize>>) -> Step {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let found = Diagnostic::error(&codes::SEVERAL_DOCUMENTS, said!("a second document starts here"))
                        .at(self.span(range), said!("`---` ends the document above"))
                        .help(said!("keep one document in a file: remove this line, or move what follows to a file of its own and name it under `include:`"));
                    self.diagnostics.push(found);
                    return Step::Stop;
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                return self.scalar(&value, style, anchor, tag.as_deref(), range, tag_at);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(Content::List(Vec::new()), style, anchor, range.start);
                self.refuse_tag_of_collection(tag.as_deref(), tag_at);
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = Content::Map { entries: Vec::new(), key: None, merges: Vec::new() };
                self.open(content, style, anchor, range.start);
                self.refuse_tag_of_collection(tag.as_deref(), tag_at);
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close(range.end),
            Event::Alias(id) => return self.alias(id, range),
            Event::UnresolvedAlias(name) => self.unresolved(&name, range),
            Event::Anchor(id, name) => {
                self.unused.insert(id, range.clone());
                self.check_anchor(&name, range);
            }
            _ => {}
        }
        Step::Go
    }

    fn open(&mut self, content: Content, style: StructureStyle, anchor: usize, start: usize) {
        let flow = style == StructureStyle::Flow;
        self.frames.push(Frame { start, flow, content, anchor, nodes_before: self.nodes, depth: 0 });
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        range: Range<usize>,
        tag_at: Option<Range<usize>>,
    ) -> Step {
        let custom = tag.filter(|t| !t.is_yaml_core_schema());
        if custom.is_none() && style == ScalarStyle::Plain && (range.is_empty() || value == "~") {
            let shown = self.key_in_waiting().unwrap_or(self.span(range));
            let node = Node { kind: Kind::Empty, origin: Origin { span: shown, ..self.origin(0..0) } };
            return self.place(node, anchor, 1, 0);
        }
        let mut removes = None;
        if let Some(tag) = custom {
            if tag.handle() == "!" && tag.suffix() == "remove" {
                removes = Some("remove".to_owned());
            } else {
                let start = tag_at.as_ref().map_or(range.start, |t| t.start);
                let value = self.value_at(start);
                let found = swallowed::tag(&self.situation(), &value);
                self.diagnostics.push(found);
                // As it was meant: what else is wrong in it is told too.
                let origin = self.origin(value.range.clone());
                return self.place(Node { kind: Kind::Scalar(value.scalar()), origin }, anchor, 1, 0);
            }
        }
        let shown = match (&removes, tag_at) {
            (Some(_), Some(tag)) if range.is_empty() => tag,
            _ => trimmed(self.text, range.clone()),
        };
        let (text, map) = (Arc::from(value), text_map(self.text, value, style, &range));
        let mut scalar = Scalar { text, map, style: style_of(style), tag: removes };
        let found = printed::straighten(&self.situation(), &mut scalar, &range);
        self.diagnostics.extend(found);
        let found = swallowed::scalar(&self.situation(), &scalar, &range);
        self.diagnostics.extend(found);
        let node = Node { kind: Kind::Scalar(scalar), origin: self.origin(shown) };
        self.place(node, anchor, 1, 0)
    }

    /// The key of the open map that waits for its value.
    fn key_in_waiting(&self) -> Option<Span> {
        match self.frames.last().map(|f| &f.content) {
            Some(Content::Map { key: Some(Key::Word(word)), .. }) => Some(word.span()),
            _ => None,
        }
    }

    fn value_at(&self, start: usize) -> Value {
        swallowed::value(&self.situation(), start)
    }

    /// Puts a finished node where it belongs: a list, a key, a key's value, or the root.
    fn place(&mut self, node: Node, anchor: usize, nodes: usize, depth: usize) -> Step {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            let found = Diagnostic::error(&codes::TOO_LARGE, said!("this file holds too much"))
                .at(
                    node.origin.span,
                    said!("more than {most} keys and values, repetitions by `*` included", most = MAX_NODES),
                )
                .help(said!("split the file and name the parts under `include:`, or use fewer aliases (`*name`)"));
            self.diagnostics.push(found);
            return Step::Stop;
        }
        if self.frames.len() + depth > MAX_DEPTH {
            let found =
                Diagnostic::error(&codes::TOO_LARGE, said!("nested deeper than {most} levels", most = MAX_DEPTH))
                    .at(node.origin.span, said!("this is too deep"))
                    .help(said!("a workspace needs fewer than ten levels: look for brackets that don't belong here"));
            self.diagnostics.push(found);
            return Step::Stop;
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, depth });
        }
        let is_key = matches!(self.frames.last(), Some(Frame { content: Content::Map { key: None, .. }, .. }));
        let as_key = if is_key { Some(self.key(&node)) } else { None };
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node).filter(|n| n.kind != Kind::Empty);
            return Step::Go;
        };
        frame.depth = frame.depth.max(depth + 1);
        match &mut frame.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, key, merges } => match key.take() {
                None => *key = as_key,
                Some(Key::Word(word)) => entries.push(Entry { key: word, value: node }),
                Some(Key::Merge) => merges.push(node),
                Some(Key::Bad) => {}
            },
        }
        Step::Go
    }

    fn key(&mut self, node: &Node) -> Key {
        match &node.kind {
            Kind::Scalar(s) if s.style == Style::Plain && &*s.text == "<<" => Key::Merge,
            Kind::Scalar(s) => Key::Word(Authored::new(s.text.to_string(), node.origin.clone())),
            _ => {
                let found = swallowed::key(&self.situation(), node);
                self.diagnostics.push(found);
                Key::Bad
            }
        }
    }

    fn close(&mut self, end: usize) -> Step {
        let Some(frame) = self.frames.pop() else { return Step::Go };
        let (flow, start, anchor, depth) = (frame.flow, frame.start, frame.anchor, frame.depth);
        let nodes = self.nodes.saturating_sub(frame.nodes_before) + 1;
        let kind = match frame.content {
            Content::List(items) => Kind::List(items),
            Content::Map { mut entries, merges, .. } => {
                if flow {
                    let found = swallowed::cut_at_commas(self.file, self.text, &mut entries);
                    self.diagnostics.extend(found);
                }
                let item = self.frames.last().is_some_and(|f| matches!(f.content, Content::List(_)));
                let mut entries = self.without_duplicates(entries, item && !flow);
                self.merge_in(&mut entries, merges);
                Kind::Map(entries)
            }
        };
        let range = trimmed(self.text, start..end.max(start));
        let node = Node { kind, origin: self.origin(range) };
        // Its children are counted already.
        self.nodes -= nodes - 1;
        self.place(node, anchor, nodes, depth)
    }

    /// Each key once. In an item of a list the first key comes again where a `- ` is missing: then what follows belongs
    /// to the next item, and is left aside.
    fn without_duplicates(&mut self, entries: Vec<Entry>, item: bool) -> Vec<Entry> {
        let mut first: BTreeMap<String, Span> = BTreeMap::new();
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries {
            let key = entry.key.value.clone();
            let Some(before) = first.get(&key) else {
                first.insert(key, entry.key.span());
                kept.push(entry);
                continue;
            };
            let next = item && kept.len() > 1 && kept.first().is_some_and(|e| e.key.value == key);
            let found = Diagnostic::error(&codes::DUPLICATE_KEY, said!("`{key}` is written twice", key))
                .at(entry.key.span(), said!("here again"))
                .at(*before, said!("first here"));
            self.diagnostics.push(match key.as_str() {
                _ if next => {
                    found.help(said!("is a `- ` missing before it, to begin the next item: `- {key}: …`?", key))
                }
                "when" | "where" | "not_due" | "not_applicable" => {
                    found.help(said!("write one condition, joined by `&&`: `{key}: a && b`", key))
                }
                _ => found.help(said!("keep one of the two, or give one of them another name")),
            });
            if next {
                break;
            }
        }
        kept
    }

    /// `<<: *base` adds the entries of `base` that the map does not have itself.
    fn merge_in(&mut self, entries: &mut Vec<Entry>, merges: Vec<Node>) {
        let mut maps: Vec<Node> = Vec::new();
        for node in merges {
            match node.kind {
                Kind::List(items) => maps.extend(items),
                _ => maps.push(node),
            }
        }
        let mut have: std::collections::BTreeSet<String> = entries.iter().map(|e| e.key.value.clone()).collect();
        for map in maps {
            let Kind::Map(more) = map.kind else {
                let found = Diagnostic::error(&codes::ALIAS, said!("`<<` needs entries to merge"))
                    .at(map.origin.span, said!("these are not keys with values"))
                    .help(said!("write `<<: *name`, where `&name` stands before a group of keys, or leave `<<` out"));
                self.diagnostics.push(found);
                continue;
            };
            entries.extend(more.into_iter().filter(|e| have.insert(e.key.value.clone())));
        }
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Step {
        let Some(anchored) = self.anchors.get(&id) else {
            let name = self.text.get(range.clone()).unwrap_or("*").to_owned();
            let found = Diagnostic::error(&codes::ALIAS, said!("`{name}` refers to what it stands in", name))
                .at(self.span(range.clone()), said!("it would never end"))
                .help(said!("write the content here, or refer to an entry that is complete before this line"));
            self.diagnostics.push(found);
            let node = Node { kind: Kind::Empty, origin: self.origin(range) };
            return self.place(node, 0, 1, 0);
        };
        let (node, nodes, depth) = (anchored.node.clone(), anchored.nodes, anchored.depth);
        self.unused.remove(&id);
        self.place(node, 0, nodes, depth)
    }

    fn unresolved(&mut self, name: &str, range: Range<usize>) {
        let value = self.value_at(range.start);
        let found =
            Diagnostic::error(&codes::ALIAS, said!("`*{name}` refers to `&{name}`, which is nowhere above", name))
                .at(self.span(range.clone()), said!("nothing has this mark"))
                .help(said!(
                    "if you mean the text itself, put quotes around the whole: `{line}`",
                    line = value.rewritten()
                ));
        self.diagnostics.push(found);
        let node = Node { kind: Kind::Scalar(value.scalar()), origin: self.origin(value.range) };
        self.place(node, 0, 1, 0);
    }

    /// `&& x` is read as a mark named `&`.
    fn check_anchor(&mut self, name: &str, range: Range<usize>) {
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            let covered = |d: &Diagnostic| {
                d.labels
                    .iter()
                    .any(|l| matches!(l.place, Place::Author(s) if (s.start..s.end).contains(&(range.start as u32))))
            };
            if self.diagnostics.last().is_some_and(covered) {
                return;
            }
            let value = self.value_at(range.start);
            let found =
                swallowed::sign(&self.situation(), &value, '&', said!("read as a mark for repeating the value"));
            self.diagnostics.push(found);
        }
    }

    /// `owner: &Head of Service`: a mark that nothing refers to, before a text, is a word that was lost.
    fn report_unused(&mut self) {
        for (id, range) in std::mem::take(&mut self.unused) {
            let Some(Anchored { node: Node { kind: Kind::Scalar(_), origin }, .. }) = self.anchors.get(&id) else {
                continue;
            };
            let value = self.text.get(range.start..origin.span.end as usize).unwrap_or("").to_owned();
            let mark = value.split_whitespace().next().unwrap_or("&").to_owned();
            let told = |d: &Diagnostic| {
                d.labels.iter().any(|l| matches!(l.place, Place::Author(s) if (s.start as usize) <= range.start && range.start < s.end as usize))
            };
            if self.diagnostics.iter().any(told) {
                continue;
            }
            let found = Diagnostic::warning(&codes::ALIAS, said!("`{mark}` is not part of the text", mark))
                .at(self.span(range), said!("YAML reads it as a mark for repeating the value, and nothing repeats it"))
                .help(said!("put quotes around the whole: `{line}`", line = crate::diagnostic::quoted(&value)));
            self.diagnostics.push(found);
        }
    }

    fn refuse_tag_of_collection(&mut self, tag: Option<&Tag>, at: Option<Range<usize>>) {
        if let (Some(tag), Some(at)) = (tag.filter(|t| !t.is_yaml_core_schema()), at) {
            let found =
                Diagnostic::error(&codes::SWALLOWED, said!("`{tag}` before a group of values", tag = tag.original()))
                    .at(self.span(at), said!("YAML reads this as a tag, and no tag can stand here"))
                    .help(said!("remove it; to remove an inherited entry write `!remove` alone after its key"));
            self.diagnostics.push(found);
        }
    }

    /// After a syntax error: an entry of a section that was not complete would only cause false alarms.
    fn abandon(&mut self) {
        self.frames.truncate(2);
        // Half of a list that was not begun as one says nothing.
        let is_list = |name: &str| name == "rules" || name == "reports";
        let open_map = matches!(self.frames.get(1).map(|f| &f.content), Some(Content::Map { .. }));
        let Some(Frame { content: Content::Map { entries, key, .. }, .. }) = self.frames.first_mut() else { return };
        match key {
            Some(Key::Word(word)) if is_list(&word.value) && open_map => self.frames.truncate(1),
            None if entries.last().is_some_and(|e| is_list(&e.key.value) && matches!(e.value.kind, Kind::Map(_))) => {
                entries.pop();
            }
            _ => {}
        }
    }

    /// A value that a key was read into (`every: month from`) ends before that key.
    fn cut_misread(&mut self, found: &Diagnostic) {
        let Some(Place::Author(at)) = found.labels.first().map(|l| l.place.clone()) else { return };
        let text = self.text;
        if let Some(Frame { content: Content::Map { entries, key: None, .. }, flow: true, .. }) = self.frames.last_mut()
            && let Some(Entry { value: Node { kind: Kind::Scalar(scalar), origin }, .. }) = entries.last_mut()
            && (origin.span.start + 1..origin.span.end).contains(&at.start)
            && let Some(rest) = text.get(origin.span.start as usize..at.start as usize)
        {
            let kept = rest.trim_end();
            origin.span.end = origin.span.start + kept.len() as u32;
            scalar.text = kept.into();
        }
    }

    fn close_all(&mut self) {
        while let Some(frame) = self.frames.last_mut() {
            if let Content::Map { key, .. } = &mut frame.content {
                *key = None;
            }
            let end = self.text.len();
            // The limits have been reported; what is kept is smaller than them.
            self.nodes = 0;
            self.close(end);
        }
    }
}

/// Without the spaces and line breaks at its end.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text.get(range.clone()).map_or(0, |t| t.trim_end().len());
    range.start..range.start + length
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// How the value's bytes stand in the file. Compared, never guessed.
fn text_map(text: &str, value: &str, style: ScalarStyle, range: &Range<usize>) -> TextMap {
    let raw = text.get(range.clone()).unwrap_or("");
    match style {
        ScalarStyle::Plain if raw == value => TextMap::Verbatim(range.start as u32),
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted
            if raw.len() >= 2 && raw.get(1..raw.len() - 1) == Some(value) =>
        {
            TextMap::Verbatim(range.start as u32 + 1)
        }
        ScalarStyle::Literal => literal_lines(text, value, range.start).map_or(TextMap::Whole, TextMap::Lines),
        _ => TextMap::Whole,
    }
}

/// The offset of each line of a literal block; the block starts (after its indentation) at `start`,
/// its first line that is not blank.
fn literal_lines(text: &str, value: &str, start: usize) -> Option<Vec<u32>> {
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let indent = start - line_start;
    let blank = value.len() - value.trim_start_matches('\n').len();
    // Go back over the blank lines that the block starts with.
    let mut at = line_start;
    for _ in 0..blank {
        at = text.get(..at.checked_sub(1)?)?.rfind('\n').map_or(0, |i| i + 1);
    }
    let mut lines = Vec::new();
    for line in value.split('\n') {
        let rest = text.get(at..).unwrap_or("");
        let length = rest.find('\n').unwrap_or(rest.len());
        let shown = rest.get(..length)?.trim_end_matches('\r');
        if line.is_empty() {
            lines.push((at + indent.min(shown.len())) as u32);
        } else if shown.get(indent..) == Some(line) {
            lines.push((at + indent) as u32);
        } else {
            return None;
        }
        at = (at + length + 1).min(text.len());
    }
    Some(lines)
}

#[cfg(test)]
mod tests;
