//! The luck audit of the policy in force, drawn in the background: on one core, never while a save is being read, and given
//! up as soon as another policy comes into force.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::board::{Board, Chances, Change, Generation};
use crate::diagnostic::{Diagnostic, Sources};
use crate::luck::{self, Answer, Options};

/// Years that are drawn: enough for a first figure, with its interval; `evenhand luck` draws as many as are asked for.
pub const WORLDS: u64 = 100;
/// Between two looks whether a save is still being read.
const PATIENCE: Duration = Duration::from_millis(20);
/// Nothing is drawn while edits follow each other: they have the cores to themselves.
const CALM: Duration = Duration::from_secs(2);

/// Draws for each generation that comes into force, on a thread of its own until the process ends. Call before the first.
pub fn follow(board: Arc<Board>) {
    board.draw_luck();
    // It holds nothing that has to be put away: a page that can't start it is a page without the figure.
    let _ = std::thread::Builder::new().name("luck".into()).spawn(move || work(&board));
}

fn work(board: &Board) {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let (Ok(one), Ok(runtime)) = (one, runtime) else { return };
    let mut changes = board.changes();
    loop {
        let now = *changes.borrow_and_update();
        let shown = board.shown();
        let wanted = shown.generation.clone().filter(|_| !now.busy && matches!(shown.chances, Some(Chances::Drawing)));
        drop(shown);
        if let Some(generation) = wanted {
            match runtime.block_on(async { tokio::time::timeout(CALM, changes.changed()).await }) {
                Ok(Ok(())) => continue,
                Ok(Err(_)) => return,
                Err(_) => {}
            }
            let reader = changes.clone();
            let found = one.install(|| drawn(&generation, board, &reader));
            if let Some(found) = found {
                board.found(generation.number, found);
            }
        }
        if runtime.block_on(changes.changed()).is_err() {
            return;
        }
    }
}

/// `None`: given up, because a save is being read or another generation is in force.
fn drawn(generation: &Generation, board: &Board, changes: &watch::Receiver<Change>) -> Option<Chances> {
    let plan = &generation.plan;
    let options = Options {
        worlds: plan.luck.worlds.map_or(WORLDS, |worlds| u64::from(worlds).min(WORLDS)),
        seed: plan.luck.seed.unwrap_or(1),
        independent: false,
        effect: luck::EFFECT,
        as_of: Some(generation.recommendations.scorecards.readings.as_of),
    };
    let busy = || changes.borrow().busy;
    let go_on = || !busy() && board.in_force() == Some(generation.number);
    // Reading can't be broken off, but it can wait for whoever reads a save.
    let reading = |_, _| {
        while busy() {
            std::thread::sleep(PATIENCE);
        }
    };
    match luck::audit_while(plan, &options, &reading, &|_, _| {}, &go_on) {
        Ok(answer) => Some(Chances::Drawn(Arc::new(answer))),
        Err(problems) if problems.is_empty() => None,
        Err(problems) => Some(Chances::Failed(said(&problems, &plan.author))),
    }
}

fn said(problems: &[Diagnostic], author: &Sources) -> String {
    problems
        .iter()
        .map(|p| author.say(&p.message))
        .collect::<Vec<_>>()
        .join(&crate::words::Words::answering(author).say("format.also", &[]))
}

/// The answer of a generation, where it has been drawn.
pub fn answer(chances: Option<&Chances>) -> Option<&Answer> {
    match chances {
        Some(Chances::Drawn(answer)) => Some(answer),
        _ => None,
    }
}
