//! What is in force, as pages see it: one `Arc`, swapped whole, so that no page ever shows half a generation.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use super::moves::{Judgement, Moved};
use crate::diagnostic::{Diagnostic, Sources, Tongue};
use crate::judge::{Outcome, Recommendations};
use crate::luck::Answer;
use crate::report::{AuthorTemplate, Words};
use crate::workspace::Plan;

/// Generations that the page lists.
const LISTED: usize = 50;

/// One whole state that was accepted.
pub struct Generation {
    /// From 1.
    pub number: u64,
    pub plan: Plan,
    pub recommendations: Recommendations,
    pub templates: BTreeMap<String, AuthorTemplate>,
    /// Warnings and notes of the author files, the charter's lints and the data.
    pub findings: Vec<Diagnostic>,
}

/// The luck audit of the generation in force.
#[derive(Clone, Debug)]
pub enum Chances {
    /// Under way, or waiting for its turn.
    Drawing,
    Drawn(Arc<Answer>),
    /// What stood in its way.
    Failed(String),
}

impl Generation {
    pub fn judgement(&self) -> Judgement<'_> {
        Judgement { readings: &self.recommendations.scorecards.readings, levels: &self.recommendations.levels }
    }

    /// Subjects by outcome in the latest judged period, by level.
    pub fn counts(&self) -> Vec<(String, BTreeMap<Outcome, u64>)> {
        let readings = &self.recommendations.scorecards.readings;
        let Some(&period) = readings.judged.last() else { return Vec::new() };
        let levels = readings.levels.iter().zip(&self.recommendations.levels);
        levels
            .map(|(level, outcomes)| {
                let mut counts = BTreeMap::new();
                for subject in 0..level.subjects.len() {
                    if let Some(Some(outcome)) = outcomes.outcome.get(readings.cell(subject, period)) {
                        *counts.entry(*outcome).or_insert(0) += 1;
                    }
                }
                (level.level.clone(), counts)
            })
            .collect()
    }
}

/// A save that can't be used. It stays until the files are mended.
pub struct Rejection {
    pub problems: Vec<Diagnostic>,
    pub sources: Arc<Sources>,
    /// The clock when it was refused.
    pub at: String,
}

/// What is remembered of a generation when its figures are gone.
#[derive(Clone, Debug)]
pub struct Entry {
    pub number: u64,
    /// The clock when it came into force.
    pub at: String,
    pub took: Duration,
    pub counts: Vec<(String, BTreeMap<Outcome, u64>)>,
    /// Against the generation before; none for the first.
    pub moved: Option<Moved>,
}

/// Everything a page may show, consistent in itself.
#[derive(Clone, Default)]
pub struct Shown {
    /// Counts every generation and every rejection.
    pub version: u64,
    pub generation: Option<Arc<Generation>>,
    pub rejection: Option<Arc<Rejection>>,
    /// Of the generation in force; none where nobody draws.
    pub chances: Option<Chances>,
    /// Newest first.
    pub history: Vec<Arc<Entry>>,
    /// The language of the workspace as it was started with, until something of it is shown.
    pub tongue: Option<Arc<dyn Tongue>>,
}

impl Shown {
    /// The files that are in force, else those that were refused: they say in which language their author is answered.
    pub fn sources(&self) -> Arc<Sources> {
        let in_force = self.generation.as_ref().map(|g| g.plan.author.clone());
        let sources = in_force.or_else(|| self.rejection.as_ref().map(|r| r.sources.clone()));
        sources.unwrap_or_else(|| Arc::new(Sources::without_files(self.tongue.clone())))
    }

    /// The words in that language.
    pub fn answering(&self) -> Arc<Words> {
        match &self.generation {
            Some(generation) => generation.plan.words.clone(),
            None => Words::answering(&self.sources()),
        }
    }
}

/// What the stream of events tells: which version is shown, and whether a save is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub version: u64,
    pub busy: bool,
}

/// Written by the watch loop, read by pages.
pub struct Board {
    shown: RwLock<Arc<Shown>>,
    changes: watch::Sender<Change>,
    /// Somebody draws the chances of each generation.
    draws: AtomicBool,
}

impl Default for Board {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Board {
    /// Nothing is shown yet; `tongue` is what that is said in.
    pub fn new(tongue: Option<Arc<dyn Tongue>>) -> Self {
        let changes = watch::Sender::new(Change { version: 0, busy: true });
        let shown = RwLock::new(Arc::new(Shown { tongue, ..Shown::default() }));
        Self { shown, changes, draws: AtomicBool::new(false) }
    }

    pub fn shown(&self) -> Arc<Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn changes(&self) -> watch::Receiver<Change> {
        self.changes.subscribe()
    }

    /// A save is being read.
    pub fn busy(&self) {
        self.changes.send_modify(|change| change.busy = true);
    }

    /// A generation comes into force and ends a rejection. Gives what moved against the one before.
    pub fn accept(&self, generation: Arc<Generation>, at: String, took: Duration) -> Arc<Entry> {
        let before = self.shown();
        let moved = before.generation.as_ref().map(|old| super::moves::moved(old.judgement(), generation.judgement()));
        let entry = Arc::new(Entry { number: generation.number, at, took, counts: generation.counts(), moved });
        let mut history = vec![entry.clone()];
        history.extend(before.history.iter().take(LISTED - 1).cloned());
        let chances = self.draws.load(Ordering::Relaxed).then_some(Chances::Drawing);
        self.update(Some(false), |shown| {
            let version = shown.version + 1;
            Some(Shown { version, generation: Some(generation), rejection: None, chances, history, tongue: None })
        });
        entry
    }

    /// From now on somebody draws the chances of each generation.
    pub fn draw_luck(&self) {
        self.draws.store(true, Ordering::Relaxed);
    }

    /// The number of the generation in force.
    pub fn in_force(&self) -> Option<u64> {
        self.shown().generation.as_ref().map(|g| g.number)
    }

    /// The chances of a generation, where that is still in force.
    pub fn found(&self, number: u64, chances: Chances) {
        self.update(None, |shown| {
            let same = shown.generation.as_ref().is_some_and(|g| g.number == number);
            same.then(|| Shown { version: shown.version + 1, chances: Some(chances), ..Shown::clone(shown) })
        });
    }

    /// The generation in force stays; the rejection is shown until a save can be used.
    pub fn reject(&self, rejection: Arc<Rejection>) {
        self.update(Some(false), |shown| {
            Some(Shown { version: shown.version + 1, rejection: Some(rejection), ..Shown::clone(shown) })
        });
    }

    /// Replaces what is shown by what `with` makes of it. Two threads publish: the one that reads saves, and the one that draws;
    /// the lock is held from the look to the exchange, so that neither undoes what the other did. `busy`: whether a save is
    /// being read from now on; none leaves that as it is.
    fn update(&self, busy: Option<bool>, with: impl FnOnce(&Shown) -> Option<Shown>) {
        // The old state is dropped after the lock is free: freeing a large one must not hold up pages.
        let (old, version) = {
            let mut place = self.shown.write().unwrap_or_else(PoisonError::into_inner);
            let Some(shown) = with(&place) else { return };
            let version = shown.version;
            (std::mem::replace(&mut *place, Arc::new(shown)), version)
        };
        self.changes.send_modify(|change| {
            change.version = change.version.max(version);
            change.busy = busy.unwrap_or(change.busy);
        });
        drop(old);
    }
}
