//! Directory watches. A watch on a file dies with a save by rename, and a watch on a folder dies for good when the
//! folder is removed and made again: so folders are watched, and armed anew whenever their identity changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::Hint;

pub struct Armed {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, Identity>,
}

/// What tells one folder from another that took its name.
type Identity = Option<(u64, u64)>;

impl Armed {
    pub fn new(sender: Sender<Hint>, poll: bool) -> Self {
        // Any event, error or rescan only means "look again"; a closed channel means that nobody looks any more.
        let watcher = if poll {
            None
        } else {
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let noise = event.as_ref().is_ok_and(|e| matches!(e.kind, notify::EventKind::Access(_)));
                if !noise {
                    let _ = sender.send(Hint::Changed);
                }
            })
            .ok()
        };
        Self { watcher, watched: BTreeMap::new() }
    }

    /// Watches the root with all below it, the folders that its name stands in (so that a root that is replaced is
    /// seen), and each folder beyond.
    pub fn arm(&mut self, root: &Path, folders: &[PathBuf]) {
        let Some(watcher) = self.watcher.as_mut() else { return };
        let mut wanted: Vec<(PathBuf, RecursiveMode)> = vec![(root.to_path_buf(), RecursiveMode::Recursive)];
        wanted.extend(doors(root).into_iter().map(|door| (door, RecursiveMode::NonRecursive)));
        wanted.extend(folders.iter().filter(|f| f.as_path() != root).map(|f| (f.clone(), RecursiveMode::NonRecursive)));
        self.watched.retain(|path, _| {
            let keep = wanted.iter().any(|(w, _)| w == path);
            if !keep {
                let _ = watcher.unwatch(path);
            }
            keep
        });
        for (path, mode) in wanted {
            let now = identity(&path);
            if now.is_some() && self.watched.get(&path) == Some(&now) {
                continue;
            }
            if self.watched.remove(&path).is_some() {
                let _ = watcher.unwatch(&path);
            }
            if now.is_some() && watcher.watch(&path, mode).is_ok() {
                self.watched.insert(path, now);
            }
        }
    }
}

/// Links of a chain that are followed; a ring of links leads nowhere.
const LINKS: usize = 8;

/// The folders in which the name of `path` stands, and that of each link it leads through: there it is seen when the
/// path is replaced, taken away or made again, or when a link is turned. They don't depend on the path being there.
fn doors(path: &Path) -> Vec<PathBuf> {
    let mut doors = Vec::new();
    let Ok(mut at) = std::path::absolute(path) else { return doors };
    for _ in 0..=LINKS {
        // A folder is named by what it is: its own links are not followed again below.
        let Some(door) = at.parent().map(|p| p.canonicalize().unwrap_or_else(|_| p.to_path_buf())) else { break };
        let next = std::fs::read_link(&at).map(|target| door.join(target));
        if !doors.contains(&door) {
            doors.push(door);
        }
        match next {
            Ok(target) => at = target,
            Err(_) => break,
        }
    }
    doors
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|m| (m.dev(), m.ino()))
}

/// Where there is no inode, the time of creation tells a folder from its successor.
#[cfg(not(unix))]
fn identity(path: &Path) -> Identity {
    let made = std::fs::metadata(path).ok()?.created().ok()?;
    made.duration_since(std::time::UNIX_EPOCH).ok().map(|d| (d.as_secs(), u64::from(d.subsec_nanos())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_of_a_folder_is_known_while_it_is_away() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        assert_eq!(doors(&real.join("gone")), [real]);
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_root_has_a_door_for_each_link() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(real.join("releases/r1")).unwrap();
        symlink("releases/current", real.join("workspace")).unwrap();
        symlink("r1", real.join("releases/current")).unwrap();
        assert_eq!(doors(&real.join("workspace")), [real.clone(), real.join("releases")]);
        symlink("ring", real.join("ring")).unwrap();
        assert_eq!(doors(&real.join("ring")), [real], "a ring of links ends");
    }
}
