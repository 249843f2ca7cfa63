//! Files by name: each written beside and renamed, with a digest of its name and content inside, so that what was torn,
//! cut or swapped is not there. Their times tell which were used last.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// The form of the files; another one is another first line.
const MARK: &[u8] = b"evenhand cache 1\n";
/// Says to programs that make backups that this folder needs none (bford.info/cachedir).
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# Counts of earlier runs of evenhand. This folder may be deleted at any time.\n";
/// A file that was begun so long ago is nobody's any more.
const ABANDONED: Duration = Duration::from_secs(3600);
/// A file's time is set anew when it is used, but not more often than this.
const FRESH: Duration = Duration::from_secs(60);

pub struct Store {
    folder: PathBuf,
    engine: String,
    begun: AtomicU64,
}

impl Store {
    pub fn new(folder: PathBuf, engine: &str) -> Self {
        Self { folder, engine: engine.to_owned(), begun: AtomicU64::new(0) }
    }

    fn path(&self, name: &str) -> PathBuf {
        let digest = self.digest(name, &[]).to_hex();
        let (first, rest) = digest.split_at(2);
        self.folder.join(first).join(rest)
    }

    fn digest(&self, name: &str, bytes: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for word in [self.engine.as_bytes(), name.as_bytes()] {
            hasher.update(&(word.len() as u64).to_le_bytes());
            hasher.update(word);
        }
        hasher.update(bytes);
        hasher.finalize()
    }

    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.path(name);
        let mut bytes = fs::read(&path).ok()?;
        let head = MARK.len() + blake3::OUT_LEN;
        let sealed = bytes.strip_prefix(MARK)?.get(..blake3::OUT_LEN)?;
        if sealed != self.digest(name, bytes.get(head..)?).as_bytes() {
            // Torn or damaged: the next run needn't look at it again.
            let _ = fs::remove_file(&path);
            return None;
        }
        bytes.drain(..head);
        used(&path);
        Some(bytes)
    }

    pub fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.folder);
        if !folder.is_dir() {
            super::make_folder(folder, 3)?;
            let tag = self.folder.join("CACHEDIR.TAG");
            if !tag.exists() {
                fs::write(tag, TAG)?;
            }
        }
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!("{}-{number}.new", std::process::id()));
        let written = self.write(&beside, name, bytes).and_then(|()| fs::rename(&beside, &path));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn write(&self, path: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create_new(path)?;
        file.write_all(MARK)?;
        file.write_all(self.digest(name, bytes).as_bytes())?;
        file.write_all(bytes)
    }

    /// Takes the longest unused files out until a fifth of `most` is free again, and what nobody finished writing.
    pub fn sweep(&self, most: u64) {
        let now = SystemTime::now();
        let mut files = Vec::new();
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten().filter(|e| e.path().is_dir());
        for entry in folders.flat_map(|folder| fs::read_dir(folder.path())).flatten().flatten() {
            let Ok(about) = entry.metadata() else { continue };
            let Ok(time) = about.modified() else { continue };
            let abandoned = now.duration_since(time).is_ok_and(|age| age > ABANDONED);
            if entry.path().extension().is_some_and(|e| e == "new") {
                if abandoned {
                    let _ = fs::remove_file(entry.path());
                }
                continue;
            }
            files.push((time, entry.path(), about.len()));
        }
        let mut sum: u64 = files.iter().map(|f| f.2).sum();
        if sum <= most {
            return;
        }
        files.sort();
        for (_, path, bytes) in files {
            if sum <= most / 5 * 4 {
                return;
            }
            if fs::remove_file(&path).is_ok() {
                sum -= bytes;
            }
        }
    }
}

/// Notes that a file was used.
fn used(path: &Path) {
    let now = SystemTime::now();
    let time = fs::metadata(path).and_then(|about| about.modified());
    if time.is_ok_and(|time| now.duration_since(time).is_ok_and(|age| age > FRESH))
        && let Ok(file) = File::options().append(true).open(path)
    {
        let _ = file.set_modified(now);
    }
}
