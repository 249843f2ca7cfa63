//! Digests of data files, remembered by path, size, times and identity, so that a big file is read once and not at every
//! run. A file that was written to within the last two seconds is never remembered: its times could stay the same.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::measure::Glance;

/// A change may keep a file's times for this long: FAT counts in steps of two seconds.
const COARSEST: u64 = 2_000_000_000;
/// Files remembered; those that are not there any more go when there are more.
const MOST: usize = 100_000;

#[derive(Default)]
pub struct Digests {
    known: BTreeMap<PathBuf, (Glance, String)>,
    new: bool,
}

impl Digests {
    /// Reads `bytes` back; what is not understood is left out.
    pub fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let line = |line: &str| -> Option<(PathBuf, (Glance, String))> {
            let mut parts = line.splitn(7, ' ');
            let mut glance = Glance::default();
            for number in &mut glance {
                *number = parts.next()?.parse().ok()?;
            }
            let digest = parts.next()?.to_owned();
            Some((PathBuf::from(parts.next()?), (glance, digest)))
        };
        Self { known: text.lines().filter_map(line).collect(), new: false }
    }

    pub fn bytes(&mut self) -> Vec<u8> {
        self.new = false;
        if self.known.len() > MOST {
            self.known.retain(|path, _| path.exists());
        }
        let mut text = String::new();
        for (path, ([a, b, c, d, e], digest)) in &self.known {
            // A name that is no plain text can't be written down here: that file is read again.
            if let Some(path) = path.to_str().filter(|p| !p.contains(['\n', '\r'])) {
                text.push_str(&format!("{a} {b} {c} {d} {e} {digest} {path}\n"));
            }
        }
        text.into_bytes()
    }

    /// Something was noted since the last `bytes`.
    pub fn is_new(&self) -> bool {
        self.new
    }

    /// The digest of a file that can be read and that nobody has touched since.
    pub fn get(&self, path: &Path) -> Option<String> {
        let (glance, digest) = self.known.get(path)?;
        let file = File::open(path).ok()?;
        (glance_of(&file.metadata().ok()?) == *glance).then(|| digest.clone())
    }

    pub fn note(&mut self, path: &Path, glance: Glance, digest: &str) {
        let same = self.known.get(path).is_some_and(|(g, d)| *g == glance && d == digest);
        if !same && !is_recent(glance) {
            self.known.insert(path.to_owned(), (glance, digest.to_owned()));
            self.new = true;
        }
    }
}

pub fn glance(path: &Path) -> Option<Glance> {
    std::fs::metadata(path).ok().as_ref().map(glance_of)
}

/// Size, time of the last change of the content, of the entry, identity.
fn glance_of(about: &Metadata) -> Glance {
    let nanos = |time: std::io::Result<SystemTime>| {
        time.ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()).map_or(0, |d| d.as_nanos() as u64)
    };
    let changed = nanos(about.modified());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let entry = (about.ctime() as u64).wrapping_mul(1_000_000_000).wrapping_add(about.ctime_nsec() as u64);
        [about.len(), changed, entry, about.ino(), about.dev()]
    }
    #[cfg(not(unix))]
    {
        [about.len(), changed, nanos(about.created()), 0, 0]
    }
}

/// Written to so lately, or so far in the future, that its times prove nothing.
pub fn is_recent([_, changed, entry, ..]: Glance) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
    changed == 0 || changed.max(entry).saturating_add(COARSEST) > now
}

/// BLAKE3 of a file, and its glance, which was the same before and after.
pub fn hashed(path: &Path) -> Option<(String, Glance)> {
    let mut file = File::open(path).ok()?;
    let before = glance_of(&file.metadata().ok()?);
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => break,
            n => hasher.update(buffer.get(..n)?),
        };
    }
    let after = glance(path)?;
    (before == after).then(|| (hasher.finalize().to_hex().to_string(), after))
}
