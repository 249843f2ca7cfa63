//! Opens maps of the spanned tree against the table of keys and reads their values from raw text, collecting every
//! problem on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::codes;
use super::keys::{Doc, Section};
use super::names::{is_key_of, list};
use super::tree::{Entry, Kind, Node};
use crate::diagnostic::{Authored, Diagnostic, FileId, Origin, Said, Text, did_you_mean};
use crate::language::{Expected, Functions, Program, Scope};
use crate::said;

pub struct Reader<'t> {
    pub diagnostics: Vec<Diagnostic>,
    pub functions: &'t Functions,
    bases: &'t BTreeMap<FileId, PathBuf>,
    root: &'t Path,
}

/// A map whose keys have been checked.
#[derive(Clone, Copy)]
pub struct Opened<'n> {
    pub node: &'n Node,
    section: &'static Section,
}

impl<'n> Opened<'n> {
    /// The value of a key, also where nothing stands after it.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        debug_assert!(self.section.key(key).is_some(), "`{key}` is missing from the table of {}", self.section.what());
        self.node.get(key).or_else(|| self.misspelt(key).map(|e| &e.value))
    }

    /// The entry whose unknown key is most like `key`: it has its message, and what it says is read as if it were spelt
    /// right, so that nothing else seems to be missing.
    fn misspelt(&self, key: &str) -> Option<&'n Entry> {
        let names = || self.section.keys.iter().map(|k| k.name);
        let unknown = self.node.entries().iter().filter(|e| self.section.key(&e.key.value).is_none());
        unknown.into_iter().find(|e| did_you_mean(&e.key.value, names()) == Some(key))
    }

    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Where a key itself stands; the map's own place where it isn't there.
    pub fn key_origin(&self, key: &str) -> Origin {
        let entry = self.node.entries().iter().find(|e| e.key.value == key).or_else(|| self.misspelt(key));
        entry.map_or_else(|| self.node.origin.clone(), |e| e.key.origin.clone())
    }

    /// The given keys that are present, as plain values.
    pub fn more(&self, keys: &[&str]) -> BTreeMap<String, serde_json::Value> {
        let present = keys.iter().filter_map(|k| self.get(k).map(|node| ((*k).to_string(), as_json(node))));
        present.collect()
    }
}

/// As written: scalars as texts.
pub fn as_json(node: &Node) -> serde_json::Value {
    match &node.kind {
        Kind::Scalar(s) => serde_json::Value::String(s.text.to_string()),
        Kind::List(items) => items.iter().map(as_json).collect(),
        Kind::Map(entries) => {
            serde_json::Value::Object(entries.iter().map(|e| (e.key.value.clone(), as_json(&e.value))).collect())
        }
        Kind::Empty => serde_json::Value::Null,
    }
}

/// In plain words, what stands there.
pub fn what_stands(node: &Node) -> Said {
    match &node.kind {
        Kind::Scalar(s) if s.text.chars().count() <= 40 => Said::verbatim(format!("`{}`", s.text)),
        Kind::Scalar(_) => said!("a text"),
        Kind::List(_) => said!("a list"),
        Kind::Map(_) => said!("a group of keys"),
        Kind::Empty => said!("nothing"),
    }
}

impl<'t> Reader<'t> {
    pub fn new(root: &'t Path, bases: &'t BTreeMap<FileId, PathBuf>, functions: &'t Functions) -> Self {
        Self { diagnostics: Vec::new(), functions, bases, root }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The folder that paths written at this place start from.
    pub fn base(&self, origin: &Origin) -> PathBuf {
        self.bases.get(&origin.span.file).map_or_else(|| self.root.to_path_buf(), Clone::clone)
    }

    /// Reports that `needed` should stand where something else stands.
    pub fn wrong(&mut self, node: &Node, needed: Said, help: Said) {
        let (message, label) = match &node.kind {
            Kind::Empty => {
                (said!("{needed} is needed here, not nothing", needed), said!("nothing stands after the colon"))
            }
            _ => {
                (said!("{needed} is needed here, not {written}", needed, written = what_stands(node)), Said::default())
            }
        };
        self.report(
            Diagnostic::error(&codes::WRONG_SHAPE, message)
                .at(node.origin.span, label)
                .help(help)
                .for_origin(&node.origin),
        );
    }

    /// Checks a map against its section: unknown keys and missing ones are reported.
    pub fn open<'n>(&mut self, node: &'n Node, section: &'static Section) -> Opened<'n> {
        let opened = self.open_loosely(node, section);
        if matches!(node.kind, Kind::Map(_) | Kind::Empty) {
            for key in section.keys.iter().filter(|k| opened.get(k.name).is_none()) {
                if let Doc::Must(doc) = key.doc {
                    self.missing(node.origin.clone(), section.what(), key.name, doc());
                }
            }
        }
        opened
    }

    /// The same, where missing keys are reported elsewhere.
    pub fn open_loosely<'n>(&mut self, node: &'n Node, section: &'static Section) -> Opened<'n> {
        match &node.kind {
            Kind::Map(entries) => {
                for entry in entries.iter().filter(|e| section.key(&e.key.value).is_none()) {
                    self.unknown_key(&entry.key, section);
                }
            }
            Kind::Empty => {}
            _ => {
                let some: Vec<&str> = section.keys.iter().take(4).map(|k| k.name).collect();
                let help = said!("write keys such as {some} below it, each on a line of its own", some = list(&some));
                self.wrong(node, said!("{what} with its keys", what = section.what()), help);
            }
        }
        Opened { node, section }
    }

    /// Adds a way out, the first, to what was found missing since `from`.
    pub fn hint(&mut self, from: usize, help: Said) {
        for found in self.diagnostics.iter_mut().skip(from).filter(|d| d.code.id == codes::MISSING_KEY.id) {
            found.help.insert(0, help.clone());
        }
    }

    /// `doc` says what the key is for, as a part of a sentence.
    pub fn missing(&mut self, origin: Origin, what: Said, key: &str, doc: Said) {
        self.report(
            Diagnostic::error(&codes::MISSING_KEY, said!("{what} needs `{key}`", what, key))
                .at(origin.span, said!("`{key}` is missing here", key))
                .help(said!("add `{key}: …`: {doc}", key, doc))
                .for_origin(&origin),
        );
    }

    fn unknown_key(&mut self, key: &Authored<String>, section: &'static Section) {
        let written = key.value.as_str();
        let mut d = Diagnostic::error(&codes::UNKNOWN_KEY, said!("unknown key `{written}`", written))
            .at(key.span(), said!("{what} has no key of this name", what = section.what()));
        let known = section.keys.iter().map(|k| k.name);
        d = match did_you_mean(written, known) {
            Some(near) => d.help(said!("did you mean `{near}`?", near)),
            None if is_key_of(&super::keys::ROOT, written) => {
                d.help(said!("`{written}:` belongs at the left margin of the file: is it indented too far?", written))
            }
            None => {
                let all: Vec<&str> = section.keys.iter().map(|k| k.name).collect();
                d.help(said!("{what} may hold {all}", what = section.what(), all = list(&all)))
            }
        };
        self.report(d.for_origin(&key.origin));
    }

    /// The named entries of a map `NAME: …`.
    pub fn named<'n>(&mut self, node: &'n Node, what: Said) -> Vec<(&'n Authored<String>, &'n Node)> {
        match &node.kind {
            Kind::Map(entries) => entries.iter().map(|e| (&e.key, &e.value)).collect(),
            Kind::Empty => Vec::new(),
            _ => {
                self.wrong(
                    node,
                    said!("a name for {what}, and what belongs to it,", what),
                    said!("write `name:` and what belongs to it below"),
                );
                Vec::new()
            }
        }
    }

    /// The items of a list; one item may stand without the list.
    pub fn items<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        match &node.kind {
            Kind::List(items) => items.iter().collect(),
            Kind::Empty => Vec::new(),
            _ => vec![node],
        }
    }

    /// An expression, or any text that can point into its file.
    pub fn script(&mut self, node: &Node) -> Option<Text> {
        let text = node.text().filter(|t| !t.value.trim().is_empty());
        if text.is_none() {
            self.wrong(node, said!("an expression"), said!("write it on the same line, such as `wait_seconds <= 20`"));
        }
        text
    }

    /// Compiles an expression and keeps its problems.
    pub fn compile(&mut self, node: &Node, expected: Expected, scope: &mut dyn Scope) -> Option<Program> {
        let text = self.script(node)?;
        match Program::compile(&text, expected, scope, self.functions) {
            Ok(program) => Some(program),
            Err(problems) => {
                self.diagnostics.extend(problems.into_iter().map(|problem| problem.for_origin(&text.origin)));
                None
            }
        }
    }
}
