//! One author at work: loads what was saved, and puts it on the board whole or refuses it. Shared by `watch` and `serve`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::board::{Board, Entry, Generation, Rejection};
use crate::diagnostic::{Diagnostic, Sources};
use crate::judge::Recommendations;
use crate::watch::Reload;
use crate::workspace::{self, Plan};
use crate::{check, output, report};

/// How a plan becomes recommendations: the pipeline, with what the command line asks of it.
pub type Evaluate<'a> = dyn Fn(&Plan) -> Result<Recommendations, Vec<Diagnostic>> + 'a;

/// What happened to a save.
pub enum News<'a> {
    Accepted {
        generation: &'a Generation,
        entry: &'a Entry,
    },
    /// `kept` is the generation that stays in force; 0 is none.
    Rejected {
        rejection: &'a Rejection,
        kept: u64,
    },
}

pub struct Session<'a> {
    pub folder: PathBuf,
    pub board: Arc<Board>,
    pub evaluate: &'a Evaluate<'a>,
    /// The time of day, for people to read.
    pub clock: fn() -> String,
    /// Told after the board has changed.
    pub tell: &'a mut (dyn FnMut(News<'_>) + 'a),
}

impl Session<'_> {
    /// Everything is read, checked, compiled and run before anything of it counts.
    fn whole(&self, loaded: workspace::Loaded) -> Result<Generation, (Vec<Diagnostic>, Arc<Sources>)> {
        let sources = loaded.sources;
        let refused = |problems: Vec<Diagnostic>| (problems, sources.clone());
        let Some(plan) = loaded.plan else { return Err(refused(loaded.diagnostics)) };
        let mut findings = loaded.diagnostics;
        findings.extend(check::lint(&plan));
        if findings.iter().any(Diagnostic::is_error) {
            return Err(refused(findings));
        }
        let templates = output::author_templates(&plan).map_err(refused)?;
        let wrong = report::check(&plan, &templates);
        if wrong.iter().any(Diagnostic::is_error) {
            return Err(refused(wrong));
        }
        let recommendations = (self.evaluate)(&plan).map_err(refused)?;
        let readings = &recommendations.scorecards.readings;
        findings.extend(readings.findings.iter().cloned());
        findings.extend(recommendations.scorecards.findings.iter().cloned());
        findings.extend(check::lint_readings(&plan, readings));
        findings.extend(recommendations.all_failures().into_iter().cloned());
        Ok(Generation { number: 0, plan, recommendations, templates, findings })
    }
}

impl Reload for Session<'_> {
    type State = Generation;
    type Rejection = (Vec<Diagnostic>, Arc<Sources>);

    fn load(&mut self) -> (Result<Generation, Self::Rejection>, Vec<PathBuf>) {
        self.board.busy();
        let mut loaded = workspace::load(&self.folder);
        let folders = std::mem::take(&mut loaded.folders);
        (self.whole(loaded), folders)
    }

    fn accepted(&mut self, number: u64, state: Generation, took: Duration) {
        let generation = Arc::new(Generation { number, ..state });
        let entry = self.board.accept(generation.clone(), (self.clock)(), took);
        (self.tell)(News::Accepted { generation: &generation, entry: &entry });
    }

    fn rejected(&mut self, kept: u64, (problems, sources): Self::Rejection) {
        let rejection = Arc::new(Rejection { problems, sources, at: (self.clock)() });
        self.board.reject(rejection.clone());
        (self.tell)(News::Rejected { rejection: &rejection, kept });
    }
}
