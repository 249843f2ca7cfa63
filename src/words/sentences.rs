//! Test only: every sentence that the program says to an author, read from its source, has its text in each language.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Words;
use super::phrase::Phrase;

/// The English sentences in `said!("…")` outside of tests.
pub(super) fn in_source() -> BTreeSet<String> {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        for (at, call) in code.match_indices("said!(") {
            // A macro's own definition, and its mention in a comment.
            let Some(literal) = code[at + call.len()..].trim_start().strip_prefix('"') else { continue };
            let comment = code[..at].rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("//"));
            if !comment {
                found.insert(unescaped(literal));
            }
        }
    }
    found
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "tests" {
                walk(&path, files);
            }
        } else if name.ends_with(".rs") && !["tests.rs", "fixture.rs", "sentences.rs"].contains(&name.as_str()) {
            files.push(path);
        }
    }
}

/// A string literal from after its first quote to its last.
fn unescaped(literal: &str) -> String {
    let mut text = String::new();
    let mut signs = literal.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => break,
            '\\' => match signs.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('\n') => while signs.next_if(|c| c.is_whitespace()).is_some() {},
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

fn holes(text: &str) -> Vec<String> {
    let mut holes: Vec<String> = Phrase::new(text).holes().map(str::to_owned).collect();
    holes.sort();
    holes.dedup();
    holes
}

#[test]
fn every_sentence_for_authors_has_its_french() {
    let sentences = in_source();
    assert!(sentences.len() > 800, "{}", sentences.len());
    let french = Words::shipped("fr").unwrap();
    // Signs and marks between pieces are the same everywhere.
    let says_nothing = |text: &str| {
        !Phrase::new(text).fill(&[]).split(['{', '}']).step_by(2).any(|said| said.contains(char::is_alphabetic))
    };
    let mut missing = Vec::new();
    let mut strange = Vec::new();
    for sentence in sentences.iter().filter(|s| !says_nothing(s)) {
        match french.raw(sentence) {
            None => missing.push(sentence.as_str()),
            Some(text) if holes(text) != holes(sentence) => strange.push(format!("{sentence}\n    {text}")),
            Some(_) => {}
        }
    }
    assert!(strange.is_empty(), "holes differ:\n{}", strange.join("\n"));
    assert!(missing.is_empty(), "{} without French:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    assert_eq!(unescaped(r#"a \"b\" \\ c" d"#), r#"a "b" \ c"#);
    assert_eq!(unescaped("one \\\n      two\" x"), "one two");
}
