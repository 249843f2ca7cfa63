//! Who may call whom (the table of the house), held by a test: every `crate::NAME` in a stage's files is looked up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Stage → the stages it may name. `diagnostic`, `language`, `words` and `fairness` are open to every stage of the pipeline.
fn table() -> BTreeMap<&'static str, Vec<&'static str>> {
    let open = ["diagnostic", "language", "fairness", "words"];
    let with = |more: &[&'static str]| open.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    BTreeMap::from([
        ("diagnostic", vec![]),
        ("fairness", vec![]),
        ("language", vec!["diagnostic"]),
        ("words", vec!["diagnostic"]),
        ("workspace", with(&[])),
        ("records", with(&["workspace"])),
        ("measure", with(&["workspace", "records"])),
        ("score", with(&["workspace", "measure"])),
        ("judge", with(&["workspace", "measure", "score", "records"])),
        ("luck", with(&["workspace", "records", "measure", "score", "judge"])),
        ("report", with(&["workspace", "records", "measure", "score", "judge", "luck"])),
        ("output", with(&["workspace", "records", "measure", "score", "judge", "luck", "report"])),
        ("check", with(&["workspace", "measure"])),
        // Keeps bytes for `measure`: it knows the trait, never what the bytes say.
        ("cache", vec!["measure"]),
        ("watch", vec!["diagnostic", "cache"]),
    ])
}

/// Stages that call the pipeline and everything in it.
const ABOVE: [&str; 7] = ["pipeline", "draft", "compare", "impact", "trial", "serve", "cli"];

#[test]
fn stages_call_only_whom_they_may() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table = table();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let stage = path.file_stem().unwrap().to_string_lossy().into_owned();
        if ["lib", "main"].contains(&stage.as_str()) {
            continue;
        }
        let mut files = Vec::new();
        collect(&path, &mut files);
        for file in files.iter().filter(|f| !is_test(f)) {
            let text = std::fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or("");
            for named in names(code) {
                // The macro stands at the root of the crate, as macros do.
                let named = if named == "said" { "diagnostic".to_owned() } else { named };
                let allowed = match table.get(stage.as_str()) {
                    Some(may) => named == stage || may.contains(&named.as_str()),
                    None => ABOVE.contains(&stage.as_str()) && (named != "cli" || stage == "cli"),
                };
                if !allowed {
                    wrong.push(format!("{} names {named}", file.strip_prefix(&source).unwrap().display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn one_place_for_each_package_that_matters() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let homes = [
        ("rhai::", vec!["language"]),
        ("minijinja::", vec!["report"]),
        ("clap::", vec!["cli"]),
        ("notify::", vec!["watch"]),
        ("granit_parser::", vec!["workspace"]),
        ("axum::", vec!["serve"]),
        ("rust_xlsxwriter::", vec!["output"]),
        ("calamine::", vec!["records"]),
    ];
    let mut files = Vec::new();
    collect(&source, &mut files);
    let mut wrong = BTreeSet::new();
    for file in files.iter().filter(|f| !is_test(f)) {
        let inside = file.strip_prefix(&source).unwrap();
        let stage = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(file).unwrap();
        for (package, home) in &homes {
            if text.contains(package) && !home.contains(&stage.as_str()) {
                wrong.insert(format!("{} uses {package}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Test files may look further than the stage they stand in.
fn is_test(path: &Path) -> bool {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap_or(path);
    below.components().any(|c| ["tests", "tests.rs", "trial.rs"].contains(&c.as_os_str().to_string_lossy().as_ref()))
}

fn collect(path: &Path, files: &mut Vec<std::path::PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), files);
        }
    } else if path.extension().is_some_and(|e| e == "rs") {
        files.push(path.to_path_buf());
    }
}

/// The first segments after `crate::`, also of `use crate::{a, b::c}`.
fn names(text: &str) -> BTreeSet<String> {
    let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].lines().last().is_some_and(|l| l.trim_start().starts_with("//")) {
            continue;
        }
        let rest = &text[at + 7..];
        match rest.strip_prefix('{') {
            None => {
                found.insert(word(rest));
            }
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (i, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            found.insert(word(&group[i..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.remove("");
    found
}
