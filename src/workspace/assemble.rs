//! The merged tree in, the Plan out: sections in the order in which they need each other.

use std::path::Path;
use std::sync::Arc;

use super::keys::ROOT;
use super::plan::Plan;
use super::reader::Reader;
use super::sections::{
    calendar, charter, claim, fairness, file, header, importance, measure, report, roles, rule, scoring, source,
    standard,
};
use super::tree::{Kind, Node, Tree};
use super::unreachable;
use crate::diagnostic::{Diagnostic, Sources};
use crate::language::Functions;

/// The plan where the tree and everything in it is free of errors, and all that was found.
pub fn assemble(tree: &Tree, author: &Arc<Sources>, root: &Path) -> (Option<Plan>, Vec<Diagnostic>) {
    let (functions, problems) = Functions::load(&tree.functions);
    let mut reader = Reader::new(root, &tree.bases, &functions);
    reader.diagnostics.extend(problems);
    let reader = &mut reader;
    let top = reader.open(&tree.root, &ROOT);
    let header = header::read(reader, &top);
    let mut charter = charter::read(reader, &top);
    let files = file::read(reader, &top, &header.levels);
    let calendar = calendar::read(reader, &top, header.zone.clone());
    let mut sources = source::read(reader, &top, &header);
    let measures = measure::read(reader, &top, &header, &mut sources);
    let standards = standard::read(reader, &top, &header, &mut sources, &measures);
    let (claims, next_targets) = claim::read(reader, &top, &header, &measures, &standards);
    charter.book = roles::read(reader, &top, &mut sources, &standards.names);
    importance::of_charter(reader, &top, &standards.names);
    let (scoring, group_names) = scoring::read(reader, &top, &standards);
    let minimum = fairness::minimum(reader, &top);
    let policy = fairness::read(reader, &top);
    let luck = fairness::luck(reader, &top);
    let protected = super::protected::titles(files.protected.as_ref());
    policy.peers.iter().for_each(|peer| rule::not_protected(reader, peer, &protected));
    let around = rule::Surroundings {
        header: &header,
        standards: &standards,
        groups: &scoring.groups,
        group_names: &group_names,
        fairness: &policy,
        protected: &protected,
    };
    let (rules, places) = rule::read(reader, &top, &around);
    unreachable::report(reader, &rules, &places);
    let reports = report::read(reader, &top, &header.levels);
    let words = header::words(reader, &header.language, &tree.words);
    let found = std::mem::take(&mut reader.diagnostics);
    if found.iter().chain(&tree.diagnostics).any(Diagnostic::is_error) {
        return (None, found);
    }
    let mut list: Vec<_> = sources.sources.into_iter().flatten().collect();
    source::mark_used(&mut list, &sources.fields);
    let plan = Plan {
        author: author.clone(),
        root: root.to_path_buf(),
        author_files: tree.files.clone(),
        folders: tree.folders.clone(),
        language: header.language,
        words,
        zone_name: header.zone_name,
        zone: header.zone,
        periods: header.periods,
        as_of: header.as_of,
        charter,
        claims,
        next_targets,
        levels: header.levels,
        people: files.people,
        evidence: files.evidence,
        names: files.names,
        protected: files.protected,
        calendar,
        sources: list,
        measures: measures.measures.into_iter().flatten().collect(),
        standards: standards.standards.into_iter().flatten().collect(),
        scoring,
        minimum,
        fairness: policy,
        luck,
        rules,
        reports,
        findings: found.clone(),
        digest: digest(tree),
    };
    (Some(plan), found)
}

/// What can change a reading. Standards, rules and reports can't, but for the fields that lines name.
const OF_READINGS: [&str; 11] =
    ["evenhand", "zone", "periods", "as_of", "people", "levels", "names", "calendar", "sources", "measures", "minimum"];

/// BLAKE3 over the sections that can change a reading: not over comments, order of files or layout.
fn digest(tree: &Tree) -> String {
    let mut hasher = blake3::Hasher::new();
    for key in OF_READINGS {
        hasher.update(key.as_bytes());
        if let Some(node) = tree.root.get(key) {
            feed(&mut hasher, node);
        }
    }
    for key in ["peers", "methods"] {
        if let Some(node) = tree.root.get("fairness").and_then(|f| f.get(key)) {
            feed(&mut hasher, node);
        }
    }
    for key in ["activities", "channels"] {
        if let Some(node) = tree.root.get("charter").and_then(|charter| charter.get(key)) {
            feed(&mut hasher, node);
        }
    }
    for standard in tree.root.get("standards").map(Node::entries).unwrap_or_default() {
        for key in ["floor", "target", "stretch", "baseline"] {
            let line = standard.value.get(key).and_then(Node::text).map(|t| t.value.trim().to_string());
            // A number is no field: moving it must not read the data again.
            if let Some(field) = line.filter(|l| super::scalars::parse_percentage(l).is_none()) {
                text(&mut hasher, &format!("{key}: {field}"));
                if let Some(measure) = standard.value.get("measure") {
                    feed(&mut hasher, measure);
                }
            }
        }
    }
    tree.functions.iter().for_each(|f| text(&mut hasher, &f.value));
    hasher.finalize().to_hex().to_string()
}

fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

fn feed(hasher: &mut blake3::Hasher, node: &Node) {
    match &node.kind {
        Kind::Scalar(s) => {
            hasher.update(b"s");
            text(hasher, &s.text);
        }
        Kind::List(items) => {
            hasher.update(b"l");
            hasher.update(&(items.len() as u64).to_le_bytes());
            items.iter().for_each(|i| feed(hasher, i));
        }
        Kind::Map(entries) => {
            hasher.update(b"m");
            hasher.update(&(entries.len() as u64).to_le_bytes());
            for entry in entries {
                text(hasher, &entry.key.value);
                feed(hasher, &entry.value);
            }
        }
        Kind::Empty => {
            hasher.update(b"e");
        }
    }
}
