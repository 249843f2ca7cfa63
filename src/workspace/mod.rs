//! Takes: a folder of author files. Gives: a `Plan`, or every problem in them with its place.
//! May call: `diagnostic`, `language`, `fairness` (for constants). One of the edges: it reads author files and shipped packs.
//! Never: reads data files, stops at the first problem, or guesses a YAML type.

mod answered;
mod answers;
mod assemble;
pub mod builtin;
pub mod codes;
pub mod codes_tree;
mod coverage;
mod files;
mod fill;
mod importance;
mod keys;
mod merge;
mod names;
mod once;
mod plan;
mod printed;
mod programs;
mod protected;
mod ranges;
mod read;
mod reader;
mod repeat;
mod resolve;
mod roles;
mod scalars;
mod scale;
mod schema;
mod scopes;
mod sections;
mod show;
mod swallowed;
mod syntax;
mod tree;
mod ungraded;
mod unreachable;
mod yaml;
mod zones;

pub use coverage::{BASICS, Covered, NINE_POINTS, Topic, tags};
pub use importance::{Asked, Valued};
pub use names::is_free_name;
pub use plan::*;
pub use protected::protected_named;
pub use roles::{Attributes, ISOLATED, Interval, Role, RoleBook, RoleLink, Training, attributes_match, has_role};
pub use scale::Scale;
pub use schema::schema;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, FileId, Sources, Tongue};
use crate::words::Words;

/// What reading a workspace gave: the plan only where there is no error.
pub struct Loaded {
    pub plan: Option<Plan>,
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Arc<Sources>,
    /// Every folder that holds an author file or a data file (for `watch`), sorted.
    pub folders: Vec<PathBuf>,
    /// Folders of templates and texts, nearest first.
    pub templates: Vec<PathBuf>,
    /// The merged tree, for `show`.
    resolved: tree::Node,
    /// The files of functions in force.
    functions: Vec<FileId>,
}

/// Reads the workspace in `folder` (or the `evenhand.yaml` it names).
pub fn load(folder: &Path) -> Loaded {
    let mut tree = read::read_tree(folder);
    tree.sources.tongue = answered::answered(&tree);
    let author = Arc::new(std::mem::take(&mut tree.sources));
    let root = match folder.extension() {
        Some(extension) if extension == "yaml" || extension == "yml" => folder.parent().unwrap_or(folder),
        _ => folder,
    };
    // Where nothing could be read, its absence alone is worth a message.
    let nothing = tree.root.entries().is_empty() && tree.diagnostics.iter().any(Diagnostic::is_error);
    let (mut plan, found) = if nothing { (None, Vec::new()) } else { assemble::assemble(&tree, &author, root) };
    let mut diagnostics = std::mem::take(&mut tree.diagnostics);
    if let Some(plan) = &mut plan {
        plan.findings.splice(0..0, diagnostics.iter().cloned());
    }
    diagnostics.extend(once::said_once(found, &author));
    let folders = folders(&tree, plan.as_ref());
    let functions = tree.functions.iter().map(|script| script.origin.span.file).collect();
    let templates = tree.folders.into_iter().map(|f| f.path).collect();
    Loaded { plan, diagnostics, sources: author, folders, templates, resolved: tree.root, functions }
}

/// The language in which the authors of the workspace in `folder` are answered; `None` for English, and without a workspace.
pub fn tongue(folder: &Path) -> Option<Arc<dyn Tongue>> {
    answered::answered(&read::read_tree(folder))
}

/// The resolved workspace as YAML, with the place of each value in a comment.
pub fn show(loaded: &Loaded) -> String {
    let words = loaded.plan.as_ref().map_or_else(Words::english, |plan| plan.words.clone());
    let tree = show::show(&loaded.resolved, &loaded.sources, &words);
    format!("{tree}{}", show::beside(&loaded.functions, &loaded.sources, &words))
}

/// Folders of author files and, with a plan, of data files.
fn folders(tree: &tree::Tree, plan: Option<&Plan>) -> Vec<PathBuf> {
    let authors = tree.files.iter().filter_map(|f| f.path.parent().map(Path::to_path_buf));
    let mut folders: Vec<PathBuf> = authors.chain(tree.folders.iter().map(|f| f.path.clone())).collect();
    if let Some(plan) = plan {
        let sources = plan.sources.iter().flat_map(|s| s.files.iter().map(|f| data_folder(&s.base, &f.value)));
        let named = [&plan.people, &plan.evidence, &plan.protected].into_iter().flatten().chain(plan.names.values());
        folders.extend(sources.chain(named.map(|f| data_folder(&f.base, &f.file.value))));
    }
    folders.retain(|f| !f.as_os_str().is_empty());
    folders.sort();
    folders.dedup();
    folders
}

/// The folder of a data file; for a pattern the folder before its first wildcard.
fn data_folder(base: &Path, file: &str) -> PathBuf {
    let file = file.replace('\\', "/");
    let fixed = file.find(['*', '?', '[']).and_then(|at| file.get(..at)).unwrap_or(&file);
    let folder = fixed.rfind('/').and_then(|at| fixed.get(..at)).unwrap_or("");
    base.join(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_folders_end_before_the_pattern() {
        let base = Path::new("/w");
        assert_eq!(data_folder(base, "data/calls-*.csv"), Path::new("/w/data"));
        assert_eq!(data_folder(base, "data/*/calls.csv"), Path::new("/w/data"));
        assert_eq!(data_folder(base, "calls.csv"), Path::new("/w"));
        assert_eq!(data_folder(base, "..\\shared\\calls.csv"), Path::new("/w/../shared"));
    }
}
