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
    let mut armed = arm::Armed::new(sender, watching.poll.is_some());
    let mut folders = vec![watching.root.clone()];
    let mut last: Option<Fingerprint> = None;
    let mut generation = 0;
    loop {
        armed.arm(&watching.root, &folders);
        let now = Fingerprint::take(&watching.root, &folders, &watching.ignore);
        if !last.as_ref().is_some_and(|last| last.same_content(&now)) {
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
                match settle(&receiver, watching.settle) {
                    Hint::Stop => return,
                    Hint::Changed => continue,
                }
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
            Hint::Stop => return,
            Hint::Changed => {}
        }
    }
}

/// Waits for a hint (or the sweep that catches what no event told), then for quiet.
fn wait(receiver: &Receiver<Hint>, watching: &Watching) -> Hint {
    // A sweep every 5 s: a lost event must not keep an old policy in force.
    let longest = watching.poll.unwrap_or(Duration::from_secs(5));
    match receiver.recv_timeout(longest) {
        Ok(Hint::Stop) | Err(RecvTimeoutError::Disconnected) => Hint::Stop,
        Ok(Hint::Changed) => settle(receiver, watching.settle),
        Err(RecvTimeoutError::Timeout) => Hint::Changed,
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
