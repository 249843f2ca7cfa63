//! Takes: a folder of author files. Gives: a `Plan`, or every problem in them with its place.
//! May call: `diagnostic`, `language`, `fairness` (for constants). One of the edges: it reads author files and shipped packs.
//! Never: reads data files, stops at the first problem, or guesses a YAML type.

mod builtin;
mod codes_tree;
mod files;
mod fill;
mod merge;
mod plan;
mod read;
mod repeat;
mod swallowed;
mod syntax;
mod tree;
mod yaml;

pub use plan::*;

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Sources};

/// What reading a workspace gave: the plan only where there is no error.
pub struct Loaded {
    pub plan: Option<Plan>,
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Arc<Sources>,
    /// Every folder that holds an author file or a data file (for `watch`), sorted.
    pub folders: Vec<std::path::PathBuf>,
}

/// Reads the workspace in `folder` (or the `evenhand.yaml` it names).
pub fn load(_folder: &Path) -> Loaded {
    unimplemented!()
}
