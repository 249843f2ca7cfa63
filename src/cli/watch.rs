//! `evenhand watch`: run again whenever a file is saved. The last good version stays in force.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use super::Answer;
use super::arguments::{Output, Watch, Workspace};
use super::console::Console;
use super::{run, serve};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::said;
use crate::serve::{Board, Entry, Evaluate, Generation, News, Rejection, Session};
use crate::watch::{self, Hint, Ignore, Settle, Watching};
use crate::words::Words;
use crate::{output, report};

/// Moves that are printed for a generation.
const MOVES: usize = 20;

pub fn run(arguments: &Watch, console: &Console) -> Answer {
    let Some(root) = root(&arguments.workspace, console) else { return Answer::CouldNot };
    let out = arguments.output.out.clone().unwrap_or_else(|| root.join("out"));
    let author = Author {
        folder: arguments.workspace.folder.clone(),
        watching: watching(root, out.clone(), arguments.poll),
        evaluate: &|plan| run::evaluate(plan, &arguments.when, console),
        results: Some(Results { output: &arguments.output, out }),
        console,
    };
    if !arguments.serve {
        author.work(Arc::default(), watch::hints());
        return Answer::Fine;
    }
    match serve::bind(&arguments.live) {
        Ok(bound) => {
            let folder = &arguments.workspace.folder;
            serve::with_page(bound, &arguments.live, folder, console, |board, hints| author.work(board, hints))
        }
        Err(problem) => serve::refuse(problem, console),
    }
}

/// The folder to watch; says so where there is none. From here on its author is answered in the language of the workspace.
pub fn root(workspace: &Workspace, console: &Console) -> Option<PathBuf> {
    let root = workspace.folder.clone();
    if !root.exists() {
        console.say(&said!("the folder `{folder}` does not exist", folder = root.display()));
        return None;
    }
    console.speak(&crate::workspace::load(&root).sources);
    let parent = |file: &PathBuf| file.parent().filter(|p| !p.as_os_str().is_empty()).map(PathBuf::from);
    Some(if root.is_file() { parent(&root).unwrap_or_else(|| PathBuf::from(".")) } else { root })
}

pub fn watching(root: PathBuf, out: PathBuf, poll: Option<f64>) -> Watching {
    Watching { root, settle: Settle::default(), poll: poll.map(serve::pause), ignore: Ignore { paths: vec![out] } }
}

/// The result files that follow the work.
pub struct Results<'a> {
    output: &'a Output,
    out: PathBuf,
}

impl Results<'_> {
    /// Writes those of a generation; gives what is worth a remark.
    fn write(&self, generation: &Generation) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        run::write(&generation.plan, &generation.recommendations, &[], self.output, &self.out)
            .map(|written| written.findings)
    }

    /// Says in the report that is there that a save was refused. The next set of results is without the note.
    fn refuse(&self, rejection: &Rejection, kept: u64, in_force: Option<&Generation>) -> Result<(), Vec<Diagnostic>> {
        let refusal =
            report::Refusal { problems: &rejection.problems, sources: &rejection.sources, at: &rejection.at, kept };
        let note = report::refusal_note(&refusal, in_force.map(|g| (&g.plan, &g.templates)))?;
        output::note_in_report(&self.out, Some(&note)).map_err(|problem| vec![problem])
    }
}

/// Somebody at work on a workspace, and what is to happen with each save.
pub struct Author<'a> {
    pub folder: PathBuf,
    pub watching: Watching,
    pub evaluate:
        &'a (dyn Fn(&crate::workspace::Plan) -> Result<crate::judge::Recommendations, Vec<Diagnostic>> + Sync + 'a),
    pub results: Option<Results<'a>>,
    pub console: &'a Console,
}

impl Author<'_> {
    /// Follows the files until the process ends.
    pub fn work(&self, board: Arc<Board>, hints: (Sender<Hint>, Receiver<Hint>)) {
        let evaluate: &Evaluate<'_> = &|plan| (self.evaluate)(plan);
        let shown = board.clone();
        let mut tell = |news: News<'_>| match news {
            News::Accepted { generation, entry } => self.accepted(generation, entry),
            News::Rejected { rejection, kept } => self.rejected(rejection, kept, shown.shown().generation.as_deref()),
        };
        let mut session = Session { folder: self.folder.clone(), board, evaluate, clock, tell: &mut tell };
        watch::follow(&self.watching, &mut session, hints);
    }

    fn accepted(&self, generation: &Generation, entry: &Entry) {
        self.console.speak(&generation.plan.author);
        let words = &generation.plan.words;
        let written = self.results.as_ref().map(|results| results.write(generation));
        let found = line(entry, words);
        let (at, number, took) = (&entry.at, entry.number, entry.took.as_millis());
        self.console.tell(&match &written {
            // The page shows it, the files don't: that must not be overlooked.
            Some(Err(_)) => {
                said!("[{at}] generation {number} · NOT WRITTEN · {found} · {took} ms", at, number, found, took)
            }
            _ => said!("[{at}] generation {number} · {found} · {took} ms", at, number, found, took),
        });
        let moves = entry.moved.iter().flat_map(|moved| moved.kept.iter().take(MOVES)).map(|one| one.line(words));
        let summary: Vec<String> = std::iter::once(found).chain(moves).collect();
        super::restore::keep(&generation.plan, &summary, self.console);
        for one in summary.iter().skip(1) {
            self.console.result(&format!("    {one}"));
        }
        if let Some(more) = entry.moved.as_ref().map(|moved| moved.all.saturating_sub(MOVES)).filter(|more| *more > 0) {
            self.console.tell(&said!("    and {more} more", more));
        }
        // What broke a limit leaves people undecided: that is said at once, not only on the page.
        let failed: Vec<Diagnostic> = generation.findings.iter().filter(|found| found.is_error()).cloned().collect();
        self.console.remarks(&failed, &generation.plan.author);
        if let Some(Ok(remarks) | Err(remarks)) = written {
            self.console.remarks(&remarks, &generation.plan.author)
        }
    }

    fn rejected(&self, rejection: &Rejection, kept: u64, in_force: Option<&Generation>) {
        self.console.remarks(&rejection.problems, &rejection.sources);
        self.console.speak(&rejection.sources);
        let count = super::console::count(&rejection.problems);
        let noted = self.results.as_ref().map_or(Ok(()), |results| results.refuse(rejection, kept, in_force));
        let kept = match kept {
            0 => said!("nothing is in force yet"),
            number => said!("generation {number} stays in force", number),
        };
        let rejected = said!("[{at}] rejected · {count}; {kept}", at = rejection.at, count, kept);
        self.console.tell(&match report::first_place(&rejection.problems, &rejection.sources) {
            Some((Some(place), message)) => said!("{rejected} · {place}: {message}", rejected, place, message),
            Some((None, message)) => said!("{rejected} · {message}", rejected, message),
            None => rejected,
        });
        if let Err(problems) = noted {
            self.console.remarks(&problems, &rejection.sources);
        }
    }
}

fn clock() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

/// `412 people: 61 reward, 98 develop, 4 sanction`
fn line(entry: &Entry, words: &Words) -> String {
    let people = entry.counts.iter().find(|(level, _)| level == "person").or(entry.counts.first());
    let Some((level, counts)) = people else { return words.say("tally.no_levels", &[]) };
    let outcomes: Vec<String> = named(counts)
        .filter_map(|(outcome, count)| words.count(&format!("tally.{}", outcome.word()), count, &[]))
        .collect();
    let none = || words.say("tally.none", &[]);
    let outcomes = if outcomes.is_empty() { none() } else { outcomes.join(", ") };
    let who = words.subjects(level, counts.values().sum());
    words.say("tally.line", &[("who", &who), ("outcomes", &outcomes)])
}

fn named(counts: &BTreeMap<Outcome, u64>) -> impl Iterator<Item = (Outcome, u64)> + '_ {
    let worth_a_word = Outcome::ALL.into_iter().filter(|o| *o != Outcome::None);
    worth_a_word.filter_map(|o| counts.get(&o).map(|n| (o, *n)))
}
