//! What the watched folders hold, as digests: events are hints, this decides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files up to this size are told apart by content; larger ones (data) by size, time and identity.
const READ_WHOLE: u64 = 1 << 20;
/// Depth below the root to which folders are listed.
const DEPTH: usize = 8;

/// Paths that are not part of what is watched: outputs, caches.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    pub paths: Vec<PathBuf>,
}

impl Ignore {
    fn holds(&self, path: &Path) -> bool {
        let name = path.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
        // Editors' swap and backup files, version control, our own folders; `..data` of a mounted volume does count.
        let scratch = name.ends_with('~')
            || name.ends_with(".swp")
            || name.ends_with(".swx")
            || name.ends_with(".tmp")
            || name.ends_with(".new")
            || name.starts_with(".#")
            || name.starts_with('#')
            || name == "4913"
            || name == ".git"
            || name == ".evenhand";
        scratch || self.paths.iter().any(|p| path.starts_with(p))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
    Content([u8; 32]),
    Outside { length: u64, changed: Option<SystemTime>, identity: u64 },
    Unreadable,
}

/// The state of every file that counts.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    marks: BTreeMap<PathBuf, Mark>,
    /// When each file was last touched: a file that was changed and changed back has the same mark, but another stamp.
    stamps: BTreeMap<PathBuf, Stamp>,
}

type Stamp = (Option<SystemTime>, u64);

impl Fingerprint {
    pub fn take(root: &Path, folders: &[PathBuf], ignore: &Ignore) -> Self {
        let mut taken = Self { marks: BTreeMap::new(), stamps: BTreeMap::new() };
        let mut seen = BTreeSet::new();
        taken.list(root, DEPTH, ignore, &mut seen);
        for folder in folders.iter().filter(|f| f.as_path() != root) {
            taken.list(folder, 1, ignore, &mut seen);
        }
        taken
    }

    /// The files hold the same.
    pub fn same_content(&self, other: &Self) -> bool {
        self.marks == other.marks
    }

    /// Nobody touched a file in between.
    pub fn untouched_since(&self, earlier: &Self) -> bool {
        self.marks == earlier.marks && self.stamps == earlier.stamps
    }

    fn list(&mut self, folder: &Path, depth: usize, ignore: &Ignore, seen: &mut BTreeSet<PathBuf>) {
        if depth == 0 || !folder.canonicalize().is_ok_and(|real| seen.insert(real)) {
            return;
        }
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            if ignore.holds(&path) {
                continue;
            }
            match std::fs::metadata(&path) {
                Ok(meta) if meta.is_dir() => self.list(&path, depth - 1, ignore, seen),
                Ok(meta) => {
                    self.stamps.insert(path.clone(), (meta.modified().ok(), identity(&meta)));
                    let mark = mark(&path, &meta);
                    self.marks.insert(path, mark);
                }
                Err(_) => {
                    self.marks.insert(path, Mark::Unreadable);
                }
            }
        }
    }
}

fn mark(path: &Path, meta: &std::fs::Metadata) -> Mark {
    if meta.len() <= READ_WHOLE {
        return std::fs::read(path).map_or(Mark::Unreadable, |bytes| Mark::Content(*blake3::hash(&bytes).as_bytes()));
    }
    Mark::Outside { length: meta.len(), changed: meta.modified().ok(), identity: identity(meta) }
}

fn identity(meta: &std::fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::ino(meta);
    #[cfg(not(unix))]
    {
        let _ = meta;
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_scratch_files_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        let take = || Fingerprint::take(&root, &[], &Ignore { paths: vec![root.join("out")] }).marks;
        std::fs::write(root.join("evenhand.yaml"), "a").unwrap();
        let first = take();
        std::fs::write(root.join("evenhand.yaml"), "a").unwrap();
        std::fs::write(root.join(".#evenhand.yaml"), "x").unwrap();
        std::fs::write(root.join("evenhand.yaml~"), "x").unwrap();
        std::fs::create_dir(root.join("out")).unwrap();
        std::fs::write(root.join("out/run.json"), "{}").unwrap();
        assert_eq!(first, take(), "the same content, a lock, a backup and our output are no change");
        std::fs::write(root.join("evenhand.yaml"), "b").unwrap();
        assert_ne!(first, take());
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_swap_of_a_mounted_volume_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        for (version, text) in [("..v1", "one"), ("..v2", "two")] {
            std::fs::create_dir(root.join(version)).unwrap();
            std::fs::write(root.join(version).join("evenhand.yaml"), text).unwrap();
        }
        std::os::unix::fs::symlink("..v1", root.join("..data")).unwrap();
        std::os::unix::fs::symlink("..data/evenhand.yaml", root.join("evenhand.yaml")).unwrap();
        let take = || Fingerprint::take(&root, &[], &Ignore::default()).marks;
        let first = take();
        std::os::unix::fs::symlink("..v2", root.join("..next")).unwrap();
        std::fs::rename(root.join("..next"), root.join("..data")).unwrap();
        assert_ne!(first, take());
    }
}
