//! The functions of the workspace's `.rhai` files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mistakes::Problem;
use super::parse::{self, FunctionTree};
use super::tree::{Extent, Tree};
use super::{codes, vocabulary};
use crate::diagnostic::{Diagnostic, Text};
use crate::said;

/// One function, with the text it stands in.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub name: String,
    pub parameters: Vec<String>,
    pub body: Tree,
    pub head: Extent,
    pub text: Text,
}

/// The functions of the workspace's `.rhai` files.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    /// By name and number of parameters.
    all: BTreeMap<(String, usize), Arc<Function>>,
    /// Names that files with mistakes begin to define: their calls are no mistakes of their own.
    unread: BTreeSet<String>,
}

impl Functions {
    /// Parses every file and checks what needs no types; keeps going after a bad file.
    pub fn load(files: &[Text]) -> (Self, Vec<Diagnostic>) {
        let mut functions = Self::default();
        let mut diagnostics = Vec::new();
        for text in files {
            let (found, problems) = parse::functions(&text.value);
            if !problems.is_empty() {
                functions.unread.extend(begun(&text.value));
            }
            diagnostics.extend(problems.into_iter().map(|p| p.diagnostic(text)));
            for function in found {
                functions.add(function, text, &mut diagnostics);
            }
        }
        (functions, diagnostics)
    }

    fn add(&mut self, function: FunctionTree, text: &Text, diagnostics: &mut Vec<Diagnostic>) {
        let FunctionTree { name, parameters, body, head } = function;
        if vocabulary::named(&name).next().is_some() || vocabulary::WITH_CLOSURE.iter().any(|(n, _)| *n == name) {
            let problem = Problem::new(
                &codes::FUNCTION,
                said!("`{name}` is built in", name),
                head,
                said!("can't be defined again"),
            )
            .help(said!("give the function another name, such as `own_{name}`", name));
            diagnostics.push(problem.diagnostic(text));
            return;
        }
        let key = (name.clone(), parameters.len());
        if let Some(first) = self.all.get(&key) {
            let problem = Problem::new(
                &codes::FUNCTION,
                said!("function `{name}` is defined twice", name),
                head,
                said!("again here"),
            )
            .help(said!("rename one of them, or take it away; to replace the functions of a base, give your file the same name as the base's"));
            let first = first.text.span(first.head.range());
            diagnostics.push(problem.diagnostic(text).at(first, said!("first defined here")));
            return;
        }
        self.all.insert(key, Arc::new(Function { name, parameters, body, head, text: text.clone() }));
    }

    pub(super) fn get(&self, name: &str, parameters: usize) -> Option<Arc<Function>> {
        self.all.get(&(name.to_string(), parameters)).cloned()
    }

    /// Whether a file that couldn't be read begins to define this name.
    pub(super) fn is_unread(&self, name: &str) -> bool {
        self.unread.contains(name)
    }

    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<Function>> {
        self.all.values().filter(move |f| f.name == name)
    }

    /// The texts of the functions that a script names, and of those that they name, sorted. A function's text reaches
    /// to the next function: too much rather than too little.
    pub(super) fn behind(&self, script: &str) -> Vec<&str> {
        let mut open = vec![script];
        let mut behind = BTreeSet::new();
        while let Some(text) = open.pop() {
            let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            for function in self.all.values().filter(|f| words.contains(f.name.as_str())) {
                let text = self.text_of(function);
                if behind.insert(text) {
                    open.push(text);
                }
            }
        }
        behind.into_iter().collect()
    }

    fn text_of<'a>(&self, function: &'a Function) -> &'a str {
        let whole = &*function.text.value;
        let beside = self.all.values().filter(|f| f.text.origin.span.file == function.text.origin.span.file);
        let next = beside.map(|f| f.head.range().start).filter(|start| *start > function.head.range().start).min();
        whole.get(function.head.range().start..next.unwrap_or(whole.len())).unwrap_or(whole)
    }

    /// Every name, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.all.values().map(|f| f.name.clone()).collect();
        names.dedup();
        names
    }
}

/// Words that begin a function here and in other languages.
pub(super) const BEGINNINGS: [&str; 6] = ["fn", "def", "function", "Function", "func", "sub"];

/// The names after the words that begin a function.
fn begun(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    words().zip(words().skip(1)).filter(|(word, _)| BEGINNINGS.contains(word)).map(|(_, name)| name.to_owned())
}
