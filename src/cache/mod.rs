//! Takes: bytes by name, from `measure`. Gives: the same bytes in a later run, or nothing: a shelf under `DIR/.evenhand/cache`.
//! May call: `measure` (its `Shelf`). An edge: it writes to its own folder and reads data files for their digests.
//! Never: fails a run, or gives what it is not sure of. The folder may be deleted, torn, full or read-only at any moment.

mod digests;
mod memory;
mod store;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use crate::measure::{Glance, Shelf};
use digests::Digests;
use memory::Memory;
use store::Store;

/// What the folder may hold, in bytes.
pub const MOST: u64 = 1 << 30;

/// The counts of one workspace's earlier runs.
pub struct Cache {
    store: Store,
    /// What the folder didn't take.
    memory: Mutex<Memory>,
    digests: Mutex<Option<Digests>>,
    /// Something was written since the folder was last tidied.
    written: AtomicBool,
    most: u64,
}

impl Cache {
    /// The cache of the workspace in `root`. `engine` tells programs apart that may count differently.
    pub fn open(root: &Path, engine: &str) -> Self {
        Self::bounded(root, engine, MOST)
    }

    /// With another bound on the folder, in bytes.
    pub fn bounded(root: &Path, engine: &str, most: u64) -> Self {
        Self {
            store: Store::new(folder(root), engine),
            memory: Mutex::default(),
            digests: Mutex::default(),
            written: AtomicBool::new(false),
            most,
        }
    }

    /// Writes down what was learnt of data files, and takes the longest unused out where there is too much. To be called
    /// when a run is done.
    pub fn tidy(&self) {
        if let Some(digests) = self.digests().as_mut().filter(|d| d.is_new()) {
            let bytes = digests.bytes();
            self.put(DIGESTS, bytes);
        }
        if self.written.swap(false, Ordering::Relaxed) {
            self.store.sweep(self.most);
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn digests(&self) -> MutexGuard<'_, Option<Digests>> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_digests<T>(&self, ask: impl FnOnce(&mut Digests) -> T) -> T {
        let held = || self.get(DIGESTS).map(|bytes| Digests::of(&bytes)).unwrap_or_default();
        ask(self.digests().get_or_insert_with(held))
    }
}

const DIGESTS: &str = "digests";

/// The folder of the cache below a workspace.
pub fn folder(root: &Path) -> PathBuf {
    root.join(".evenhand").join("cache")
}

/// Makes a folder below `DIR/.evenhand`, `depth` folders under the workspace. The workspace itself must be there: one that
/// is being exchanged for another must not come back as an empty shell, in the way of the new one.
pub fn make_folder(folder: &Path, depth: usize) -> io::Result<()> {
    let above: Vec<&Path> = folder.ancestors().take(depth).collect();
    above.into_iter().rev().try_for_each(|folder| match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    })
}

impl Shelf for Cache {
    fn get(&self, name: &str) -> Option<Arc<Vec<u8>>> {
        self.memory().get(name).or_else(|| self.store.get(name).map(Arc::new))
    }

    fn put(&self, name: &str, bytes: Vec<u8>) {
        if bytes.len() as u64 > self.most / 2 {
            return;
        }
        if self.store.put(name, &bytes).is_ok() {
            self.written.store(true, Ordering::Relaxed);
            self.memory().forget(name);
        } else {
            self.memory().put(name, bytes);
        }
    }

    fn digest(&self, path: &Path) -> Option<String> {
        if let Some(known) = self.with_digests(|d| d.get(path)) {
            return Some(known);
        }
        let (digest, glance) = digests::hashed(path)?;
        self.with_digests(|d| d.note(path, glance, &digest));
        Some(digest)
    }

    fn glance(&self, path: &Path) -> Option<Glance> {
        digests::glance(path)
    }

    fn unchanged(&self, path: &Path, since: Glance, digest: &str) -> bool {
        if digests::glance(path) != Some(since) {
            return false;
        }
        if digests::is_recent(since) {
            // Two writes may fall into one tick of the file system's clock: only the content tells.
            return digests::hashed(path).is_some_and(|(now, glance)| now == digest && glance == since);
        }
        self.with_digests(|d| d.note(path, since, digest));
        true
    }
}

#[cfg(test)]
mod tests;
