//! Parts of counts on the shelf: which files of a source were counted together (a lot), and the names under which their
//! frame, stands and columns are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{of_measure, of_table};
use super::kernel::Setup;
use super::part::{Column, Frame, Part, Stand};
use super::shelf::Shelf;
use super::wire::{Wire, fields};

/// Lots of one source that the shelf remembers.
const REMEMBERED: usize = 64;

/// A file by its name and digest.
pub(crate) type Named = (String, String);

/// Files of a source that were counted together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lot {
    /// Sorted.
    pub files: Vec<Named>,
    /// The files of the contacts that its answers are credited through.
    pub contacts: Vec<Named>,
    /// Where a measure refused rows, which leaves them out for all measures: the digest of all of them.
    pub only_for: Option<String>,
}

fields!(Lot { files, contacts, only_for });

/// One source of a run, as the shelf knows it.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    /// Digest of the definitions of the source and of the run.
    base: String,
    /// By table (position in `Setup::tables`) and by measure: digests of their definitions.
    tables: BTreeMap<usize, String>,
    columns: BTreeMap<usize, (usize, String)>,
}

/// What the shelf has of a lot; measures without a column are missing.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub lot: Lot,
    pub part: Part,
    pub missing: BTreeSet<usize>,
}

fn digest(words: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(&(word.len() as u64).to_le_bytes());
        hasher.update(word.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

impl Ledger {
    /// `definition` is that of the source's rows, `run` what holds for all sources.
    pub(crate) fn new(setup: &Setup<'_>, source: usize, definition: &str, run: &str) -> Self {
        let mut ledger = Self { base: digest(&[definition, run]), tables: BTreeMap::new(), columns: BTreeMap::new() };
        for (position, table) in setup.tables.iter().enumerate().filter(|(_, t)| t.source == source) {
            ledger.tables.insert(position, digest(&[&of_table(setup.plan, table)]));
            for layout in &table.measures {
                if let Some(measure) = setup.plan.measures.get(layout.measure) {
                    let words = of_measure(setup.plan, table, layout, measure);
                    ledger.columns.insert(layout.measure, (position, digest(&[&words])));
                }
            }
        }
        ledger
    }

    /// All measures of the source, as one digest; their order doesn't matter.
    pub(crate) fn measures(&self) -> String {
        let all: BTreeSet<&str> = self.columns.values().map(|(_, c)| c.as_str()).collect();
        digest(&all.into_iter().collect::<Vec<_>>())
    }

    fn index(&self) -> String {
        format!("lots-{}", self.base)
    }

    /// The name of a lot.
    fn name(&self, lot: &Lot) -> String {
        let mut words = vec![self.base.as_str()];
        let named =
            |files: &'_ [Named]| files.iter().flat_map(|(name, digest)| [name.clone(), digest.clone()]).collect();
        let (files, contacts): (Vec<String>, Vec<String>) = (named(&lot.files), named(&lot.contacts));
        words.extend(files.iter().map(String::as_str));
        words.push("contacts");
        words.extend(contacts.iter().map(String::as_str));
        words.push("only for");
        words.extend(lot.only_for.as_deref());
        digest(&words)
    }

    /// The lots that were counted with this definition, the latest first.
    pub(crate) fn lots(&self, shelf: &dyn Shelf) -> Vec<Lot> {
        shelf.get(&self.index()).and_then(|bytes| Vec::of(&bytes[..])).unwrap_or_default()
    }

    /// What the shelf has of a lot; `None` without its frame.
    pub(crate) fn find(&self, shelf: &dyn Shelf, lot: &Lot) -> Option<Found> {
        let name = self.name(lot);
        let frame = Frame::of(&shelf.get(&format!("frame-{name}"))?)?;
        let mut found = Found { lot: lot.clone(), part: Part { frame, ..Part::default() }, missing: BTreeSet::new() };
        for (table, words) in &self.tables {
            let bytes = shelf.get(&format!("stand-{}", digest(&[&name, words])));
            found.part.stands.extend(bytes.and_then(|b| Stand::of(&b)).map(|stand| (*table, stand)));
        }
        for (measure, (table, words)) in &self.columns {
            let bytes =
                found.part.stands.get(table).and_then(|_| shelf.get(&format!("column-{}", digest(&[&name, words]))));
            match bytes.and_then(|b| Column::of(&b)) {
                Some(column) => drop(found.part.columns.insert(*measure, column)),
                None => drop(found.missing.insert(*measure)),
            }
        }
        // A table without measures has nobody who would count it again.
        let lost = self
            .tables
            .keys()
            .any(|t| !found.part.stands.contains_key(t) && !self.columns.values().any(|(table, _)| table == t));
        (!lost).then_some(found)
    }

    /// Puts the pieces of a lot on the shelf, then its name: the name never stands for pieces that are not there yet.
    pub(crate) fn keep(&self, shelf: &dyn Shelf, lot: &Lot, part: &Part) {
        let name = self.name(lot);
        shelf.put(&format!("frame-{name}"), part.frame.bytes());
        self.keep_columns(shelf, lot, part);
        let mut lots = self.lots(shelf);
        lots.retain(|held| held != lot);
        lots.insert(0, lot.clone());
        lots.truncate(REMEMBERED);
        shelf.put(&self.index(), lots.bytes());
    }

    /// Puts the stands and columns of a part beside a frame that is there.
    pub(crate) fn keep_columns(&self, shelf: &dyn Shelf, lot: &Lot, part: &Part) {
        let name = self.name(lot);
        for (table, stand) in &part.stands {
            if let Some(words) = self.tables.get(table) {
                shelf.put(&format!("stand-{}", digest(&[&name, words])), stand.bytes());
            }
        }
        for (measure, column) in &part.columns {
            if let Some((_, words)) = self.columns.get(measure) {
                shelf.put(&format!("column-{}", digest(&[&name, words])), column.bytes());
            }
        }
    }

    /// Forgets a lot that can't be used: it is counted again.
    pub(crate) fn forget(&self, shelf: &dyn Shelf, lot: &Lot) {
        let mut lots = self.lots(shelf);
        lots.retain(|held| held != lot);
        shelf.put(&self.index(), lots.bytes());
    }

    /// The lots that together cover the most of the files, none of them twice. `apart`: files may be counted one without
    /// the other.
    pub(crate) fn cover(&self, lots: Vec<Lot>, files: &[Named], contacts: &[Named], apart: bool) -> Vec<Lot> {
        let measures = self.measures();
        let present: BTreeSet<&Named> = files.iter().collect();
        let mut fitting: Vec<Lot> = lots
            .into_iter()
            .filter(|lot| {
                lot.contacts == contacts
                    && lot.only_for.as_ref().is_none_or(|only| *only == measures)
                    && lot.files.iter().all(|file| present.contains(file))
                    && (apart || lot.files.len() == files.len())
            })
            .collect();
        // The largest first; among equals the latest, as they come.
        fitting.sort_by_key(|lot| std::cmp::Reverse(lot.files.len()));
        let mut taken: BTreeSet<Named> = BTreeSet::new();
        fitting.retain(|lot| {
            let free = lot.files.iter().all(|file| !taken.contains(file));
            if free {
                taken.extend(lot.files.iter().cloned());
            }
            free
        });
        fitting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        Ledger { base: "b".into(), tables: BTreeMap::new(), columns: BTreeMap::new() }
    }

    fn files(names: &str) -> Vec<Named> {
        names.chars().map(|c| (c.to_string(), format!("digest of {c}"))).collect()
    }

    fn lot(names: &str) -> Lot {
        Lot { files: files(names), contacts: Vec::new(), only_for: None }
    }

    #[test]
    fn lots_cover_files_once() {
        let covered = |lots: Vec<Lot>, present: &str, apart: bool| -> Vec<String> {
            let lots = ledger().cover(lots, &files(present), &[], apart);
            lots.iter().map(|lot| lot.files.iter().map(|f| f.0.as_str()).collect()).collect()
        };
        assert_eq!(covered(vec![lot("d"), lot("abc"), lot("ab")], "abcd", true), ["abc", "d"]);
        assert_eq!(covered(vec![lot("abz"), lot("b")], "abcd", true), ["b"], "a file of it is gone");
        assert_eq!(covered(vec![lot("abc"), lot("abcd")], "abcd", false), ["abcd"]);
        assert!(covered(vec![lot("abc")], "abcd", false).is_empty(), "ids are told apart over all files");
        let other = Lot { contacts: files("k"), ..lot("ab") };
        assert!(covered(vec![other], "ab", true).is_empty(), "other contacts");
        let refused = Lot { only_for: Some("other measures".into()), ..lot("ab") };
        assert!(covered(vec![refused], "ab", true).is_empty());
    }

    #[test]
    fn names_of_lots_tell_files_from_contacts() {
        let ledger = ledger();
        let a = Lot { contacts: files("b"), ..lot("a") };
        assert_ne!(ledger.name(&a), ledger.name(&lot("ab")));
        assert_ne!(ledger.name(&Lot { only_for: Some(String::new()), ..lot("ab") }), ledger.name(&lot("ab")));
    }
}
