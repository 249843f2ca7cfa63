//! Twelve mistakes in three files: one reading names the twelve places.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails should say so loudly

use std::collections::BTreeSet;
use std::path::Path;

use evenhand::diagnostic::{Diagnostic, Place};
use evenhand::workspace::{Loaded, load};

/// File, line and what is wrong there.
const MISTAKES: [(&str, usize, &str); 12] = [
    ("evenhand.yaml", 9, "31 February"),
    ("evenhand.yaml", 12, "owner"),
    ("evenhand.yaml", 25, "case"),
    ("evenhand.yaml", 39, "wieght"),
    ("evenhand.yaml", 44, "floor"),
    ("evenhand.yaml", 47, "npss"),
    ("evenhand.yaml", 50, "thirty"),
    ("evenhand.yaml", 58, "nobody_at_all"),
    ("evenhand.yaml", 61, "scroe"),
    ("measures.yaml", 5, "wait_secs"),
    ("measures.yaml", 8, "ease"),
    ("reports.yaml", 4, ""),
];

fn place(loaded: &Loaded, diagnostic: &Diagnostic) -> (String, usize) {
    match diagnostic.labels.first().map(|l| &l.place) {
        Some(Place::Author(span)) => {
            let (file, line, _) = loaded.sources.place(*span);
            (file.to_string(), line)
        }
        _ => (String::new(), 0),
    }
}

#[test]
fn all_twelve_places_in_one_reading() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces/twelve_mistakes");
    let loaded = load(&folder);
    assert!(loaded.plan.is_none());
    let found: Vec<((String, usize), String)> =
        loaded.diagnostics.iter().map(|d| (place(&loaded, d), format!("{} {}", d.message, d.help.join(" ")))).collect();
    for (file, line, word) in MISTAKES {
        assert!(
            found.iter().any(|((f, l), message)| f == file && *l == line && message.contains(word)),
            "nothing at {file}:{line} about `{word}`, but\n{found:#?}"
        );
    }
    let places: BTreeSet<_> = found.iter().map(|(place, _)| place.clone()).collect();
    let expected: BTreeSet<_> = MISTAKES.iter().map(|(file, line, _)| ((*file).to_string(), *line)).collect();
    assert_eq!(places, expected, "nothing follows from a mistake that isn't one itself");
    assert_eq!(found.len(), 12, "each once: {found:#?}");
    assert!(loaded.diagnostics.iter().all(|d| !d.help.is_empty()), "each has a way out");
}
