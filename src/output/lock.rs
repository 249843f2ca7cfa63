//! One run at a time on one output folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::codes;
use super::folder::failed;
use crate::diagnostic::Diagnostic;
use crate::said;

/// An exclusive lock on a file of its own beside the output folder; the file goes away with the lock.
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for another run, or with `no_wait` says that there is one. `out` is the folder as the user named it.
    pub fn take(path: &Path, no_wait: bool, out: &Path) -> Result<Self, Diagnostic> {
        loop {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
            let file = file.map_err(|e| failed(path, &e))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if no_wait => return Err(busy(out)),
                Err(TryLockError::WouldBlock) => file.lock().map_err(|e| failed(path, &e))?,
                // A file system without locks: better unguarded than unusable.
                Err(TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(e)) => return Err(failed(path, &e)),
            }
            // The run before may have removed the file while we waited for it: then its name is free again.
            if is_at(&file, path) {
                return Ok(Self { file, path: path.to_owned() });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while held, so that nobody can hold a lock on a file that a third run doesn't see.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

fn busy(out: &Path) -> Diagnostic {
    let message = said!("another run is writing to `{folder}`", folder = out.display());
    Diagnostic::error(&codes::BUSY_FOLDER, message)
        .help(said!("leave `--no-wait` out to wait for it, or choose another `--out`"))
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => ours.ino() == there.ino() && ours.dev() == there.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_run_goes_on_when_the_other_ends() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".out.lock");
        let first = Lock::take(&path, true, Path::new("out")).unwrap();
        let waiting = {
            let path = path.clone();
            std::thread::spawn(move || Lock::take(&path, false, Path::new("out")).map(|_| ()).is_ok())
        };
        std::thread::sleep(std::time::Duration::from_millis(30));
        assert!(!waiting.is_finished());
        drop(first);
        assert!(waiting.join().unwrap());
        assert!(!cfg!(unix) || !path.exists());
    }
}
