//! The output folder: written beside the old one as `OUT.new`, exchanged in one step at the end.
//!
//! What a stop leaves: before the exchange the old set is whole and `OUT.new` holds a marker; after it the new
//! set is whole. Either way the next run cleans up. Where the system has no exchange, the old set is renamed to
//! `OUT.old` first; a stop in that instant is mended by the next run.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::codes;
use super::lock::Lock;
use crate::diagnostic::{Diagnostic, Said};
use crate::said;

/// Stands in a folder of results that is being made or being removed.
const MARKER: &str = ".evenhand-unfinished";
/// The last file of a run: with it a set is whole.
pub const MANIFEST: &str = "run.json";

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Relative to the output folder, `/` between folders.
    pub name: String,
    /// BLAKE3, hex.
    pub digest: String,
    pub bytes: u64,
}

/// An output folder under way. Dropped before `exchange`, it leaves the old results as they were.
pub struct Folder {
    target: PathBuf,
    fresh: PathBuf,
    files: Vec<OutputFile>,
    done: bool,
    /// Held until the folder is dropped.
    _lock: Lock,
}

/// A file of the new set; counts and digests what goes through.
pub struct Writing {
    name: String,
    path: PathBuf,
    inner: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Folder {
    /// Takes the lock, refuses what is not ours, mends and cleans what a killed run left, and makes `OUT.new`.
    pub fn begin(out: &Path, no_wait: bool) -> Result<Self, Diagnostic> {
        let target = resolved(out)?;
        let parent = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|e| failed(parent, &e))?;
        let lock = Lock::take(&lock_of(&target), no_wait, out)?;
        let fresh = beside(&target, "", ".new");
        let old = beside(&target, "", ".old");
        mend(&target, &fresh, &old).map_err(|e| failed(&target, &e))?;
        refuse_foreign(&target, out)?;
        for leftover in [&fresh, &old] {
            clear_leftover(leftover)?;
        }
        fs::create_dir(&fresh).map_err(|e| failed(&fresh, &e))?;
        let folder = Self { target, fresh, files: Vec::new(), done: false, _lock: lock };
        fs::write(folder.fresh.join(MARKER), b"").map_err(|e| failed(&folder.fresh, &e))?;
        Ok(folder)
    }

    /// Opens a file of the new set. `name` is relative, `/` between folders, and safe.
    pub fn create(&self, name: &str) -> Result<Writing, Diagnostic> {
        let path = name.split('/').fold(self.fresh.clone(), |path, part| path.join(part));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| failed(parent, &e))?;
        }
        let file = File::create(&path).map_err(|e| failed(&path, &e))?;
        let inner = BufWriter::with_capacity(1 << 18, file);
        Ok(Writing { name: name.to_owned(), path, inner, hasher: blake3::Hasher::new(), bytes: 0 })
    }

    /// Closes a file and notes its digest.
    pub fn finish(&mut self, mut file: Writing) -> Result<(), Diagnostic> {
        file.inner.flush().map_err(|e| failed(&file.path, &e))?;
        let digest = file.hasher.finalize().to_hex().to_string();
        self.files.push(OutputFile { name: file.name, digest, bytes: file.bytes });
        Ok(())
    }

    /// Writes a whole file.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
        let mut file = self.create(name)?;
        file.write_all(bytes).map_err(|e| failed(&file.path, &e))?;
        self.finish(file)
    }

    /// The files written so far, sorted by name.
    pub fn files(&mut self) -> &[OutputFile] {
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
        &self.files
    }

    /// Puts the new set in the place of the old one, and removes the old one.
    pub fn exchange(mut self) -> Result<PathBuf, Diagnostic> {
        let of = |e: io::Error| failed(&self.target, &e);
        self.keep_foreign().map_err(of)?;
        File::open(self.fresh.join(MANIFEST)).and_then(|f| f.sync_all()).map_err(of)?;
        fs::remove_file(self.fresh.join(MARKER)).map_err(of)?;
        if !self.target.exists() {
            fs::rename(&self.fresh, &self.target).map_err(of)?;
        } else if swap(&self.fresh, &self.target).is_ok() {
            remove_results(&self.fresh);
        } else {
            let old = beside(&self.target, "", ".old");
            fs::rename(&self.target, &old).map_err(of)?;
            if let Err(error) = fs::rename(&self.fresh, &self.target) {
                // The old set goes back, so that there is always one.
                let _ = fs::rename(&old, &self.target);
                return Err(failed(&self.target, &error));
            }
            remove_results(&old);
        }
        self.done = true;
        Ok(self.target.clone())
    }

    /// Files that someone put beside the results of the last run go along into the new set.
    fn keep_foreign(&self) -> io::Result<()> {
        if !self.target.exists() {
            return Ok(());
        }
        let ours = listed(&self.target);
        for entry in fs::read_dir(&self.target)? {
            let entry = entry?;
            let name = entry.file_name();
            let shown = name.to_string_lossy().into_owned();
            let kept = self.fresh.join(&name);
            if ours.contains(&shown) || kept.exists() || [MARKER, MANIFEST, "letters"].contains(&shown.as_str()) {
                continue;
            }
            carry(&entry.path(), &kept)?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            remove_results(&self.fresh);
        }
    }
}

/// A result file could not be written: what, in which file or folder, and a way out.
pub fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let why = match error.kind() {
        io::ErrorKind::PermissionDenied => said!("it may not be changed"),
        io::ErrorKind::StorageFull => said!("the disk is full"),
        io::ErrorKind::ReadOnlyFilesystem => said!("the disk is read-only"),
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => {
            said!("it is a disk of its own, which can't be changed over in one step")
        }
        _ => Said::verbatim(error.to_string().to_lowercase()),
    };
    Diagnostic::error(&codes::CANNOT_WRITE, said!("can't write `{name}`: {why}", name, why)).help(said!(
        "the results of the last run are unchanged; close open files, or choose another folder with `--out`"
    ))
}

/// The folder that is meant: links followed, so that the new set lands on the same disk.
fn resolved(out: &Path) -> Result<PathBuf, Diagnostic> {
    if out.exists() {
        let real = fs::canonicalize(out).map_err(|e| failed(out, &e))?;
        if !real.is_dir() {
            let message = said!("`{folder}` is a file, and results need a folder", folder = out.display());
            return Err(Diagnostic::error(&codes::NOT_A_FOLDER, message).help(said!("name a folder with `--out`")));
        }
        return Ok(real);
    }
    let absolute = std::path::absolute(out).map_err(|e| failed(out, &e))?;
    if absolute.file_name().is_none() {
        return Err(Diagnostic::error(
            &codes::NOT_A_FOLDER,
            said!("`{folder}` can't hold results", folder = out.display()),
        )
        .help(said!("name a folder of its own with `--out`")));
    }
    Ok(absolute)
}

/// The lock of an output folder.
pub fn lock_of(target: &Path) -> PathBuf {
    beside(target, ".", ".lock")
}

/// A whole set of results that a run wrote.
pub fn is_ours(target: &Path) -> bool {
    whole(target)
}

/// `dir/name` → `dir/{before}name{after}`
fn beside(target: &Path, before: &str, after: &str) -> PathBuf {
    let mut name = OsString::from(before);
    name.push(target.file_name().unwrap_or_default());
    name.push(after);
    target.with_file_name(name)
}

/// Finishes the change-over of a run that was killed between its two renames.
fn mend(target: &Path, fresh: &Path, old: &Path) -> io::Result<()> {
    if target.exists() {
        return Ok(());
    }
    if whole(fresh) {
        fs::rename(fresh, target)
    } else if whole(old) {
        fs::rename(old, target)
    } else {
        Ok(())
    }
}

/// A complete set of results.
fn whole(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() && !folder.join(MARKER).exists() && manifest(folder).is_some()
}

/// The `run.json` of a folder, where it is one of ours.
fn manifest(folder: &Path) -> Option<serde_json::Value> {
    let text = fs::read(folder.join(MANIFEST)).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&text).ok()?;
    value.get("evenhand").is_some().then_some(value)
}

/// First parts of the names that the folder's `run.json` lists.
fn listed(folder: &Path) -> BTreeSet<String> {
    let manifest = manifest(folder);
    let outputs = manifest.as_ref().and_then(|m| m.get("outputs")).and_then(|o| o.as_array());
    let names = outputs.into_iter().flatten().filter_map(|o| o.get("name")).filter_map(|n| n.as_str());
    names.filter_map(|n| n.split('/').next()).map(str::to_owned).collect()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn refuse_foreign(target: &Path, out: &Path) -> Result<(), Diagnostic> {
    if !target.exists() || is_empty(target) || manifest(target).is_some() {
        return Ok(());
    }
    let message = said!(
        "`{folder}` holds files that are not results of a run, and a run would replace them",
        folder = out.display()
    );
    Err(Diagnostic::error(&codes::FOREIGN_FOLDER, message)
        .help(said!("name an empty or a new folder with `--out`, or move those files elsewhere")))
}

/// Removes `OUT.new` or `OUT.old` of a killed run; refuses a folder of that name that is not ours.
fn clear_leftover(folder: &Path) -> Result<(), Diagnostic> {
    if !folder.exists() {
        return Ok(());
    }
    if !(is_empty(folder) || folder.join(MARKER).exists() || manifest(folder).is_some()) {
        let message =
            said!("`{folder}` is needed while results are written, and holds other files", folder = folder.display());
        return Err(Diagnostic::error(&codes::FOREIGN_FOLDER, message)
            .help(said!("rename that folder, or choose another `--out`")));
    }
    remove_results(folder);
    if folder.exists() {
        return Err(failed(folder, &io::Error::from(io::ErrorKind::PermissionDenied)));
    }
    Ok(())
}

/// Removes a set of results, the marker last, so that half a set is always known as one. What can't be removed
/// stays for the next run.
fn remove_results(folder: &Path) {
    let marker = folder.join(MARKER);
    if !folder.is_dir() || fs::write(&marker, b"").is_err() {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path != marker {
            let _ = if entry.file_type().is_ok_and(|t| t.is_dir()) {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
        }
    }
    let left = fs::read_dir(folder).map_or(1, Iterator::count);
    if left <= 1 {
        let _ = fs::remove_file(&marker);
        let _ = fs::remove_dir(folder);
    }
}

/// Copies a file or folder (a hard link where the disk allows it).
fn carry(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            carry(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(|_| ())
}

/// Exchanges two folders in one step.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn swap(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn swap(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(out: &Path, files: &[(&str, &str)]) {
        let mut folder = Folder::begin(out, true).unwrap();
        for (name, text) in files {
            folder.write(name, text.as_bytes()).unwrap();
        }
        let names: Vec<_> = files.iter().map(|(n, _)| serde_json::json!({ "name": n })).collect();
        let manifest = serde_json::json!({ "evenhand": {}, "outputs": names }).to_string();
        folder.write(MANIFEST, manifest.as_bytes()).unwrap();
        folder.exchange().unwrap();
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_second_run_leaves_nothing_of_the_first_and_nothing_beside() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        run(&out, &[("a.csv", "1"), ("letters/2026-01/person/AG-1.html", "old")]);
        run(&out, &[("a.csv", "2"), ("letters/2026-02/person/AG-2.html", "new")]);
        assert_eq!(fs::read_to_string(out.join("a.csv")).unwrap(), "2");
        assert!(!out.join("letters/2026-01").exists());
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn a_run_that_stops_leaves_the_old_set() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        run(&out, &[("a.csv", "1")]);
        let mut folder = Folder::begin(&out, true).unwrap();
        folder.write("a.csv", b"half").unwrap();
        drop(folder);
        assert_eq!(fs::read_to_string(out.join("a.csv")).unwrap(), "1");
        assert_eq!(names(dir.path()), ["out"]);
    }

    #[test]
    fn leftovers_of_a_killed_run_are_cleaned() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        fs::create_dir(dir.path().join("out.new")).unwrap();
        fs::write(dir.path().join("out.new").join(MARKER), "").unwrap();
        fs::write(dir.path().join("out.new/half.csv"), "x").unwrap();
        run(&out, &[("a.csv", "1")]);
        assert_eq!(names(dir.path()), ["out"]);
        assert_eq!(names(&out), ["a.csv", "run.json"]);
    }

    #[test]
    fn a_kill_between_two_renames_is_mended() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        run(&out, &[("a.csv", "1")]);
        fs::rename(&out, dir.path().join("out.old")).unwrap();
        let folder = Folder::begin(&out, true).unwrap();
        assert_eq!(fs::read_to_string(out.join("a.csv")).unwrap(), "1");
        drop(folder);
    }

    #[test]
    fn other_peoples_folders_are_refused_and_their_files_kept() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("thesis.docx"), "years of work").unwrap();
        let refused = Folder::begin(&out, true).err().unwrap();
        assert_eq!(refused.code.id, "EH0850");
        fs::remove_file(out.join("thesis.docx")).unwrap();
        run(&out, &[("a.csv", "1")]);
        fs::write(out.join("notes.txt"), "mine").unwrap();
        run(&out, &[("b.csv", "2")]);
        assert_eq!(names(&out), ["b.csv", "notes.txt", "run.json"]);
        let file = out.join("b.csv");
        assert_eq!(Folder::begin(&file, true).err().unwrap().code.id, "EH0853");
    }

    #[test]
    fn a_foreign_new_folder_is_not_destroyed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("out.new")).unwrap();
        fs::write(dir.path().join("out.new/plan.md"), "x").unwrap();
        assert!(Folder::begin(&dir.path().join("out"), true).is_err());
        assert!(dir.path().join("out.new/plan.md").exists());
    }

    #[test]
    fn a_second_run_at_the_same_time_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let first = Folder::begin(&out, true).unwrap();
        assert_eq!(Folder::begin(&out, true).err().unwrap().code.id, "EH0851");
        drop(first);
        assert!(Folder::begin(&out, true).is_ok());
    }
}
