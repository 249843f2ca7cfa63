//! The author files of each accepted generation, so that an edit can be undone: `.evenhand/generations/N` says which files
//! it had, and `.evenhand/generations/files` holds them by their digest, equal files once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::said;

/// So many generations are kept.
pub const KEPT: usize = 50;
/// A file that no generation names may be that of one which is being written.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Author files by name (relative to the workspace, `/` between folders), with their bytes.
pub type AuthorTexts = BTreeMap<String, Vec<u8>>;

/// One generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub number: u64,
    /// When it came into force, for people to read.
    pub at: String,
    /// What it recommends, and what moved.
    pub summary: Vec<String>,
    /// Name → BLAKE3 hex.
    pub files: BTreeMap<String, String>,
}

/// What putting a generation back does to one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It says something else now.
    Changed(String),
    /// It is not there now.
    Added(String),
    /// The generation didn't have it.
    Removed(String),
    /// It lies outside of the workspace, where other workspaces may use it: it stays as it is, though it has changed.
    Outside(String),
}

/// The generations of one workspace.
pub struct Generations {
    root: PathBuf,
    folder: PathBuf,
}

impl Generations {
    /// Those of the workspace in `root`; nothing is read or written yet.
    pub fn open(root: &Path) -> Self {
        Self { root: root.to_owned(), folder: root.join(".evenhand").join("generations") }
    }

    /// Keeps a generation, and gives its number. Where the latest has the same files, that is the one.
    pub fn record(&self, files: &AuthorTexts, summary: &[String], at: &str) -> io::Result<u64> {
        let digests: BTreeMap<String, String> =
            files.iter().map(|(name, bytes)| (name.clone(), digest(bytes))).collect();
        let latest = self.list().into_iter().next();
        if let Some(latest) = latest.as_ref().filter(|l| l.files == digests) {
            return Ok(latest.number);
        }
        crate::cache::make_folder(&self.folder.join("files"), 3)?;
        for (bytes, digest) in files.values().zip(digests.values()) {
            let path = self.file(digest);
            // One that is there may be torn by a loss of power: then it is written again.
            if !fs::read(&path).is_ok_and(|held| held == *bytes) {
                replace(&path, bytes)?;
            }
        }
        let mut kept = Kept { number: 0, at: at.to_owned(), summary: summary.to_vec(), files: digests };
        let mut number = latest.map_or(1, |l| l.number + 1);
        loop {
            kept.number = number;
            let text = serde_json::to_vec_pretty(&kept)?;
            if create(&self.folder.join(number.to_string()), &text)? {
                break;
            }
            // Somebody else took the number.
            number += 1;
        }
        self.prune();
        Ok(number)
    }

    /// The generations that are kept, the latest first. One that can't be read is not there.
    pub fn list(&self) -> Vec<Kept> {
        let mut numbers = self.numbers();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.into_iter().filter_map(|n| self.get(n)).collect()
    }

    pub fn get(&self, number: u64) -> Option<Kept> {
        let text = fs::read(self.folder.join(number.to_string())).ok()?;
        serde_json::from_slice(&text).ok().filter(|kept: &Kept| kept.number == number)
    }

    /// What putting a generation back would change. `present` names the author files of now.
    pub fn changes(&self, kept: &Kept, present: &BTreeSet<String>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, wanted) in &kept.files {
            let now = fs::read(self.root.join(name)).ok().map(|bytes| digest(&bytes));
            match now {
                Some(now) if now == *wanted => {}
                _ if !is_inside(name) => changes.push(Change::Outside(name.clone())),
                Some(_) => changes.push(Change::Changed(name.clone())),
                None => changes.push(Change::Added(name.clone())),
            }
        }
        let gone = present.iter().filter(|name| is_inside(name) && !kept.files.contains_key(*name));
        changes.extend(gone.filter(|name| self.root.join(name).exists()).cloned().map(Change::Removed));
        changes.sort();
        changes
    }

    /// Makes the changes. Everything is read and written beside before the first file is exchanged.
    pub fn restore(&self, kept: &Kept, changes: &[Change]) -> io::Result<()> {
        let mut ready = Vec::new();
        for change in changes {
            let (Change::Changed(name) | Change::Added(name)) = change else { continue };
            let bytes = kept.files.get(name).map(|wanted| self.bytes(wanted)).transpose()?.unwrap_or_default();
            let path = self.target(name)?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let beside = beside(&path);
            write(&beside, &bytes).inspect_err(|_| drop(fs::remove_file(&beside)))?;
            ready.push((beside, path));
        }
        for (beside, path) in ready {
            fs::rename(&beside, &path).inspect_err(|_| drop(fs::remove_file(&beside)))?;
        }
        for change in changes {
            if let Change::Removed(name) = change {
                fs::remove_file(self.root.join(name))?;
            }
        }
        Ok(())
    }

    /// Where a file of the workspace is written: behind a link, as long as that stays within the workspace.
    fn target(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.root.join(name);
        if !path.is_symlink() {
            return Ok(path);
        }
        let (real, root) = (path.canonicalize()?, self.root.canonicalize()?);
        if real.starts_with(root) {
            Ok(real)
        } else {
            Err(io::Error::other(said!("it is a link that leads out of the workspace")))
        }
    }

    fn file(&self, digest: &str) -> PathBuf {
        self.folder.join("files").join(digest)
    }

    fn bytes(&self, wanted: &str) -> io::Result<Vec<u8>> {
        // A digest is letters and digits; anything else would be a path.
        if !wanted.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(io::Error::other(said!("the generation is damaged")));
        }
        let bytes = fs::read(self.file(wanted))?;
        if digest(&bytes) == wanted { Ok(bytes) } else { Err(io::Error::other(said!("the kept file is damaged"))) }
    }

    fn numbers(&self) -> Vec<u64> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect()
    }

    /// Takes out all but the last generations, and the files that none of them has.
    fn prune(&self) {
        let mut numbers = self.numbers();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        for number in numbers.iter().skip(KEPT) {
            let _ = fs::remove_file(self.folder.join(number.to_string()));
        }
        if numbers.len() <= KEPT {
            return;
        }
        let named: BTreeSet<String> = self.list().into_iter().flat_map(|kept| kept.files.into_values()).collect();
        for entry in fs::read_dir(self.folder.join("files")).into_iter().flatten().flatten() {
            let old = entry
                .metadata()
                .and_then(|a| a.modified())
                .is_ok_and(|time| SystemTime::now().duration_since(time).is_ok_and(|age| age > ABANDONED));
            if old && !entry.file_name().to_str().is_some_and(|name| named.contains(name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// A plain way down from the workspace's folder.
fn is_inside(name: &str) -> bool {
    !name.is_empty() && !name.contains('\\') && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    // The watcher passes over names that end like this.
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a file beside and renames it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).inspect_err(|_| drop(fs::remove_file(&beside)))
}

/// Writes a file whole under a name that is free; `false` where it is taken.
fn create(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let beside = beside(path);
    write(&beside, bytes)?;
    // A link fails where the name is taken, which a rename would not.
    let linked = fs::hard_link(&beside, path);
    let made = match linked {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // A file system without links.
        Err(_) if path.exists() => Ok(false),
        Err(_) => fs::rename(&beside, path).map(|()| true),
    };
    let _ = fs::remove_file(&beside);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(files: &[(&str, &str)]) -> AuthorTexts {
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn put(root: &Path, files: &[(&str, &str)]) -> AuthorTexts {
        for (name, text) in files {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), text).unwrap();
        }
        texts(files)
    }

    fn names(files: &AuthorTexts) -> BTreeSet<String> {
        files.keys().cloned().collect()
    }

    #[test]
    fn a_generation_is_put_back_with_what_was_added_and_taken_away_since() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let generations = Generations::open(root);
        assert!(generations.list().is_empty());
        let first = put(root, &[("evenhand.yaml", "a: 1"), ("rules/a.yaml", "r")]);
        assert_eq!(generations.record(&first, &["3 people".into()], "Monday").unwrap(), 1);
        fs::remove_file(root.join("rules/a.yaml")).unwrap();
        let second = put(root, &[("evenhand.yaml", "a: 2"), ("new.rhai", "fn f() { 1 }")]);
        assert_eq!(generations.record(&second, &[], "Tuesday").unwrap(), 2);
        assert_eq!(generations.record(&second, &[], "Wednesday").unwrap(), 2, "the same files are the same generation");
        let kept = generations.get(1).unwrap();
        let changes = generations.changes(&kept, &names(&second));
        let (changed, added) = (Change::Changed("evenhand.yaml".into()), Change::Added("rules/a.yaml".into()));
        assert_eq!(changes, [changed, added, Change::Removed("new.rhai".into())]);
        generations.restore(&kept, &changes).unwrap();
        assert_eq!(fs::read_to_string(root.join("evenhand.yaml")).unwrap(), "a: 1");
        assert_eq!(fs::read_to_string(root.join("rules/a.yaml")).unwrap(), "r");
        assert!(!root.join("new.rhai").exists());
        assert!(generations.changes(&kept, &names(&first)).is_empty());
        let listed: Vec<_> = generations.list().into_iter().map(|k| (k.number, k.at)).collect();
        assert_eq!(listed, [(2, "Tuesday".into()), (1, "Monday".into())]);
    }

    #[test]
    fn the_last_fifty_are_kept_and_equal_files_once() {
        let folder = tempfile::tempdir().unwrap();
        let generations = Generations::open(folder.path());
        for i in 0..KEPT + 7 {
            let text = i.to_string();
            generations.record(&texts(&[("evenhand.yaml", &text), ("same.rhai", "f")]), &[], "").unwrap();
        }
        let listed = generations.list();
        assert_eq!((listed.len(), listed[0].number, listed[KEPT - 1].number), (KEPT, 57, 8));
        let files = fs::read_dir(folder.path().join(".evenhand/generations/files")).unwrap().count();
        assert_eq!(files, KEPT + 8, "one for each text; those of the first seven are too young to go");
        let gone = folder.path().join("gone");
        assert!(Generations::open(&gone).record(&texts(&[("evenhand.yaml", "1")]), &[], "").is_err());
        assert!(!gone.exists(), "a workspace that was moved away doesn't come back as an empty shell");
    }

    #[test]
    fn nothing_is_written_outside_and_nothing_damaged_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("client");
        fs::create_dir_all(&root).unwrap();
        let generations = Generations::open(&root);
        let files = put(&root, &[("evenhand.yaml", "a: 1"), ("../base/evenhand.yaml", "b: 1")]);
        generations.record(&files, &[], "").unwrap();
        put(&root, &[("evenhand.yaml", "a: 2"), ("../base/evenhand.yaml", "b: 2")]);
        let kept = generations.get(1).unwrap();
        let changes = generations.changes(&kept, &names(&files));
        assert_eq!(changes, [Change::Changed("evenhand.yaml".into()), Change::Outside("../base/evenhand.yaml".into())]);
        for entry in fs::read_dir(root.join(".evenhand/generations/files")).unwrap().flatten() {
            fs::write(entry.path(), "torn").unwrap();
        }
        assert!(generations.restore(&kept, &changes).is_err());
        assert_eq!(fs::read_to_string(root.join("evenhand.yaml")).unwrap(), "a: 2", "nothing was exchanged");
        generations.record(&texts(&[("evenhand.yaml", "a: 3")]), &[], "").unwrap();
        put(&root, &[("evenhand.yaml", "a: 1")]);
        generations.record(&files, &[], "").unwrap();
        put(&root, &[("evenhand.yaml", "a: 4")]);
        let kept = generations.get(3).unwrap();
        generations.restore(&kept, &generations.changes(&kept, &names(&files))).unwrap();
        assert_eq!(fs::read_to_string(root.join("evenhand.yaml")).unwrap(), "a: 1", "a torn file was written anew");
        assert_eq!(fs::read_to_string(root.join("../base/evenhand.yaml")).unwrap(), "b: 2");
    }
}
