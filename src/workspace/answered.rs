//! The language in which the authors of a workspace are answered, also where the workspace is not fit for a plan.

use std::sync::Arc;

use super::tree::{Node, Tree};
use crate::diagnostic::{Authored, Tongue};
use crate::words::Words;

/// The words that messages take; `None` for English, and where nobody has words for the language.
pub(super) fn answered(tree: &Tree) -> Option<Arc<dyn Tongue>> {
    let language = written(&tree.root).or_else(|| guessed(tree))?;
    let lines = tree.words.iter().filter_map(|line| {
        let text = line.value.text()?;
        Some((line.key.clone(), Authored::new(text.value.trim_end_matches('\n').to_owned(), text.origin)))
    });
    let words = Words::load(&Authored::default_of(language.clone()), &lines.collect::<Vec<_>>());
    let meant = Words::code_of(&language).unwrap_or(&language);
    let words = words.ok().or_else(|| Words::shipped(meant))?;
    (!words.is_english()).then_some(words as Arc<dyn Tongue>)
}

fn written(root: &Node) -> Option<String> {
    root.get("language")?.text().map(|text| text.value.trim().to_owned())
}

/// A file that YAML can't read has no keys, but perhaps a line that says so.
fn guessed(tree: &Tree) -> Option<String> {
    let first = tree.sources.files().first()?;
    let line = first.text.lines().find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("language:"))?;
    let word = line.split('#').next().unwrap_or("").trim().trim_matches(['"', '\'']);
    (!word.is_empty()).then(|| word.to_owned())
}
