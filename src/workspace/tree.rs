//! The spanned YAML tree: every key and value knows its bytes, its file and the files it came through.
//! After `read_tree` it is one merged map: includes spliced, `extends` merged by key (later wins, provenance kept),
//! `each:` entries repeated with `{NAME}` and `{NAME.attr}` filled in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{AuthorFile, Folder};
use crate::diagnostic::{Authored, Diagnostic, FileId, Origin, Sources, Text, TextMap};

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub kind: Kind,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    /// In the order written (a base's entries first). Keys are unique.
    Map(Vec<Entry>),
    /// Nothing stands after the key.
    Empty,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: Authored<String>,
    pub value: Node,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text as YAML unescapes it, never typed.
    pub text: Arc<str>,
    pub map: TextMap,
    pub style: Style,
    /// `!x` before the value, without the `!`.
    pub tag: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// All author files of a workspace as one tree.
pub struct Tree {
    /// A map; without the keys include, extends, functions and lists, and without any tag: all are done with.
    pub root: Node,
    /// The texts of the `.rhai` files, in order of name (bases first).
    pub functions: Vec<Text>,
    pub sources: Sources,
    pub files: Vec<AuthorFile>,
    /// The folder that relative paths written in a file start from.
    pub bases: BTreeMap<FileId, PathBuf>,
    /// Lines of the strings files for the workspace's language, bases first: a later one wins.
    pub words: Vec<Entry>,
    /// Templates and texts beside the workspace's and its bases' files: folders to look in, nearest first.
    pub folders: Vec<Folder>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|e| e.key.value == key).map(|e| &e.value)
    }

    /// Empty unless a map.
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// A scalar as a text that can point into its file.
    pub fn text(&self) -> Option<Text> {
        match &self.kind {
            Kind::Scalar(s) => Some(Text { value: s.text.clone(), origin: self.origin.clone(), map: s.map.clone() }),
            _ => None,
        }
    }
}
