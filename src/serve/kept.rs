//! The versions that `evenhand restore` can put back, as the page of generations lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::board::Generation;
use crate::watch::{Generations, Kept};

/// Lines of what moved that are shown for a version.
const SHOWN: usize = 6;

#[derive(Debug, PartialEq, Serialize)]
pub struct Row {
    pub number: u64,
    pub at: String,
    /// What it recommended.
    pub head: String,
    pub moves: Vec<String>,
    /// Lines that are not shown.
    pub more: usize,
    /// Files that putting it back would change; none where they are those in force.
    pub changes: Vec<String>,
    pub same: bool,
    pub command: String,
}

/// Newest first. `folder` is the workspace as the command line named it.
pub fn rows(generation: &Generation, folder: &Path) -> Vec<Row> {
    let now = now(generation);
    let kept = Generations::open(&generation.plan.root).list();
    kept.into_iter().map(|kept| row(kept, &now, folder)).collect()
}

/// Author files and templates in force, by name, with their digests.
fn now(generation: &Generation) -> BTreeMap<String, String> {
    let files = generation.plan.author_files.iter().map(|f| (f.name.clone(), f.digest.clone()));
    let digest = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    files.chain(generation.templates.values().map(|t| (t.shown.clone(), digest(&t.text)))).collect()
}

fn row(kept: Kept, now: &BTreeMap<String, String>, folder: &Path) -> Row {
    let mut lines = kept.summary.iter().cloned();
    let head = lines.next().unwrap_or_default();
    let mut moves: Vec<String> = lines.collect();
    let more = moves.len().saturating_sub(SHOWN);
    moves.truncate(SHOWN);
    let changes = changes(&kept, now);
    let command = command(kept.number, folder);
    Row { number: kept.number, at: kept.at, head, moves, more, same: changes.is_empty(), changes, command }
}

/// The files that say something else now, or stand on one side only. Those outside of the workspace stay as they are.
fn changes(kept: &Kept, now: &BTreeMap<String, String>) -> Vec<String> {
    let own = |name: &&String| !name.starts_with("builtin:") && !name.starts_with("../");
    let names: BTreeSet<&String> = kept.files.keys().chain(now.keys()).filter(own).collect();
    names.into_iter().filter(|name| kept.files.get(*name) != now.get(*name)).cloned().collect()
}

/// A line for a shell.
fn command(number: u64, folder: &Path) -> String {
    let folder = folder.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+:\\".contains(c);
    match folder.as_ref() {
        "." | "" => format!("evenhand restore {number}"),
        folder if folder.chars().all(plain) => format!("evenhand restore {number} {folder}"),
        folder => format!("evenhand restore {number} '{}'", folder.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_names_the_files_that_would_change() {
        let files = |of: &[(&str, &str)]| -> BTreeMap<String, String> {
            of.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned())).collect()
        };
        let now =
            files(&[("evenhand.yaml", "a"), ("new.yaml", "n"), ("builtin:service-desk", "b"), ("../base.yaml", "x")]);
        let kept = |of: &[(&str, &str)]| Kept {
            number: 7,
            at: "Monday".into(),
            summary: (0..9).map(|i| format!("line {i}")).collect(),
            files: files(of),
        };
        let older =
            kept(&[("evenhand.yaml", "z"), ("gone.rhai", "g"), ("templates/x.html", "t"), ("../base.yaml", "y")]);
        let older = row(older, &now, Path::new("."));
        assert_eq!(older.changes, ["evenhand.yaml", "gone.rhai", "new.yaml", "templates/x.html"]);
        assert_eq!((older.head.as_str(), older.moves.len(), older.more), ("line 0", SHOWN, 2));
        let same = row(kept(&[("evenhand.yaml", "a"), ("new.yaml", "n")]), &now, Path::new("."));
        assert!(same.same && same.changes.is_empty());
    }

    #[test]
    fn commands_can_be_pasted() {
        assert_eq!(command(3, Path::new(".")), "evenhand restore 3");
        assert_eq!(command(3, Path::new("clients/acme")), "evenhand restore 3 clients/acme");
        assert_eq!(command(3, Path::new("Ama's bank; x")), r"evenhand restore 3 'Ama'\''s bank; x'");
    }
}
