//! Takes: folders, and a way to load what they hold. Gives: generations: a whole new state, or a rejection that stays until it is mended.
//! May call: `diagnostic`. The only user of notify; an edge.
//! Never: trusts an event (events are hints), publishes half a state, or ends because of what an author wrote.

mod arm;
mod fingerprint;
mod generations;

pub use fingerprint::{Fingerprint, Ignore};
pub use generations::{AuthorTexts, Change, Generations, KEPT, Kept};

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How long the files must be quiet before they are read, and the longest wait while they are not.
#[derive(Clone, Copy, Debug)]
pub struct Settle {
    pub quiet: Duration,
    pub most: Duration,
}

impl Default for Settle {
    fn default() -> Self {
        Self { quiet: Duration::from_millis(150), most: Duration::from_millis(1500) }
    }
}

/// What is watched and how.
#[derive(Clone, Debug)]
pub struct Watching {
    /// The workspace: watched with all folders below it.
    pub root: PathBuf,
    pub settle: Settle,
    /// Compare the files every so often instead of waiting for events (network mounts).
    pub poll: Option<Duration>,
    /// Our own outputs and caches.
    pub ignore: Ignore,
}

/// Why the loop woke up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Something happened in a folder.
    Changed,
    /// Stop watching.
    Stop,
}

/// Loads a state from the files as they are now. `Err` is a rejection (already a whole message of its own kind).
pub trait Reload {
    type State;
    type Rejection;
    /// Reads everything; also says which folders beyond the root hold files of this state.
    fn load(&mut self) -> (Result<Self::State, Self::Rejection>, Vec<PathBuf>);
    /// A new state came into force. `took`: since the files were quiet.
    fn accepted(&mut self, generation: u64, state: Self::State, took: Duration);
    /// The files hold something that can't be used; the last good generation stays in force.
    fn rejected(&mut self, generation: u64, rejection: Self::Rejection);
}

/// Loops until a `Stop` hint: settle, list, digest; the same digest is nothing; else load, and digest again: where the
/// files moved while they were read, the loaded state is dropped and the loop settles anew, so that a state is never a
/// mixture of two saves.
///
/// `hints` lets a caller stop the loop or nudge it; file events arrive through the same channel.
pub fn follow<R: Reload>(watching: &Watching, reload: &mut R, hints: (Sender<Hint>, Receiver<Hint>)) {
    let (sender, receiver) = hints;
    // Kept here too: without a watcher nobody else may hold it, and a closed channel would end the loop.
    let mut armed = arm::Armed::new(sender.clone(), watching.poll.is_some());
    let mut folders = vec![watching.root.clone()];
    let mut last: Option<Fingerprint> = None;
    let mut generation = 0;
    // What is there at the start is read at once.
    let mut settled = true;
    loop {
        armed.arm(&watching.root, &folders);
        let mut now = Fingerprint::take(&watching.root, &folders, &watching.ignore);
        if !last.as_ref().is_some_and(|last| last.same_content(&now)) {
            if !settled {
                let Some(steady) = steady(&receiver, watching, &folders, now) else { return };
                now = steady;
                settled = true;
            }
            let started = Instant::now();
            let (loaded, more) = reload.load();
            let mut seen: Vec<PathBuf> = std::iter::once(watching.root.clone()).chain(more).collect();
            seen.sort();
            seen.dedup();
            if seen != folders {
                // The state stands on folders that were not among those compared: read once more with them.
                folders = seen;
                continue;
            }
            if !Fingerprint::take(&watching.root, &folders, &watching.ignore).untouched_since(&now) {
                settled = false;
                continue;
            }
            last = Some(now);
            match loaded {
                Ok(state) => {
                    generation += 1;
                    reload.accepted(generation, state, started.elapsed());
                }
                Err(rejection) => reload.rejected(generation, rejection),
            }
        }
        match wait(&receiver, watching) {
            Woke::Stop => return,
            Woke::Quiet => settled = true,
            Woke::Clock => settled = false,
        }
    }
}

/// How a wait ended.
enum Woke {
    Stop,
    /// Something happened, and then nothing for the quiet time.
    Quiet,
    /// It is time to look; whether somebody is just saving is not known.
    Clock,
}

/// Where no event tells that it is quiet, two looks that find the same do. None: stop.
fn steady(
    receiver: &Receiver<Hint>,
    watching: &Watching,
    folders: &[PathBuf],
    mut now: Fingerprint,
) -> Option<Fingerprint> {
    let end = Instant::now() + watching.settle.most;
    loop {
        if settle(receiver, watching.settle) == Hint::Stop {
            return None;
        }
        let later = Fingerprint::take(&watching.root, folders, &watching.ignore);
        if later.untouched_since(&now) || Instant::now() >= end {
            return Some(later);
        }
        now = later;
    }
}

/// Waits for a hint (or the sweep that catches what no event told), then for quiet.
fn wait(receiver: &Receiver<Hint>, watching: &Watching) -> Woke {
    // A sweep every 5 s: a lost event must not keep an old policy in force.
    let longest = watching.poll.unwrap_or(Duration::from_secs(5));
    match receiver.recv_timeout(longest) {
        Ok(Hint::Stop) | Err(RecvTimeoutError::Disconnected) => Woke::Stop,
        Ok(Hint::Changed) => match settle(receiver, watching.settle) {
            Hint::Stop => Woke::Stop,
            Hint::Changed => Woke::Quiet,
        },
        Err(RecvTimeoutError::Timeout) => Woke::Clock,
    }
}

fn settle(receiver: &Receiver<Hint>, settle: Settle) -> Hint {
    let end = Instant::now() + settle.most;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(settle.quiet.min(left)) {
            Ok(Hint::Stop) | Err(RecvTimeoutError::Disconnected) => return Hint::Stop,
            Ok(Hint::Changed) if Instant::now() < end => {}
            Ok(Hint::Changed) | Err(RecvTimeoutError::Timeout) => return Hint::Changed,
        }
    }
}

/// A channel of hints, for `follow`.
pub fn hints() -> (Sender<Hint>, Receiver<Hint>) {
    channel()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Saves a second version when the first is in force, and tells of both.
    struct Twice {
        file: PathBuf,
        told: Sender<String>,
    }

    impl Reload for Twice {
        type State = String;
        type Rejection = ();

        fn load(&mut self) -> (Result<String, ()>, Vec<PathBuf>) {
            (std::fs::read_to_string(&self.file).map_err(|_| ()), Vec::new())
        }

        fn accepted(&mut self, generation: u64, state: String, _took: Duration) {
            let _ = self.told.send(format!("{generation} {state}"));
            if generation == 1 {
                std::fs::write(&self.file, "two").unwrap();
            }
        }

        fn rejected(&mut self, _generation: u64, _rejection: ()) {}
    }

    #[test]
    fn polling_goes_on_though_no_event_will_ever_come() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("evenhand.yaml");
        std::fs::write(&file, "one").unwrap();
        let watching = Watching {
            root: folder.path().to_path_buf(),
            settle: Settle { quiet: Duration::from_millis(10), most: Duration::from_millis(50) },
            poll: Some(Duration::from_millis(20)),
            ignore: Ignore::default(),
        };
        // The loop alone holds the channel, as for `watch` without a page; so nobody can stop it, and it ends with the tests.
        let (told, heard) = channel();
        std::thread::spawn(move || {
            let mut twice = Twice { file, told };
            follow(&watching, &mut twice, hints());
        });
        let next = || heard.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!([next(), next()], ["1 one", "2 two"]);
    }
}
