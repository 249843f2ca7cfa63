//! Which page stands at which path. Paths are compared with fixed words and never reach the file system.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use super::address::Query;
use super::board::{Board, Generation, Shown};
use super::frame::{self, Frame};
use super::server::{Page, Site};
use super::{history, level, luck, overview, problems, subject, what_if};
use crate::diagnostic::{self, Diagnostic, Said};
use crate::report::{self, Cell, Plain, Report};
use crate::said;

const HTML: &str = "text/html; charset=utf-8";

/// The pages of one session.
pub struct Pages {
    board: Arc<Board>,
    version: &'static str,
    /// The workspace as the command line named it.
    folder: PathBuf,
}

/// What a page is made from: one state of the board, whole.
pub struct View<'a> {
    pub shown: &'a Shown,
    pub generation: &'a Generation,
    pub report: &'a Report<'a>,
    pub query: &'a Query,
    /// The workspace as the command line named it.
    pub folder: &'a Path,
}

/// What a page shows, or why there is none.
pub enum Answer {
    Page(u16, String),
    Failed(Vec<Diagnostic>),
}

#[derive(Serialize)]
struct Context<'a, T> {
    frame: &'a Frame,
    page: &'a T,
}

impl<'a> View<'a> {
    /// A value of the query; empty where it is not given.
    pub fn asked(&self, name: &str) -> &'a str {
        self.query.get(name).map_or("", |v| v.trim())
    }

    /// The period asked for where it was judged, else the latest that was.
    pub fn period(&self) -> Option<usize> {
        let readings = &self.generation.recommendations.scorecards.readings;
        let named = |p: &&usize| readings.periods.get(**p).is_some_and(|p| p.name == self.asked("period"));
        readings.judged.iter().find(named).or(readings.judged.last()).copied()
    }

    pub fn render(&self, template: &str, path: &str, page: &impl Serialize) -> Answer {
        self.render_as(200, template, path, page)
    }

    pub fn missing(&self) -> Answer {
        self.render_as(404, "live/missing.html", "", &())
    }

    fn render_as(&self, status: u16, template: &str, path: &str, page: &impl Serialize) -> Answer {
        let readings = &self.generation.recommendations.scorecards.readings;
        let levels: Vec<String> =
            readings.levels.iter().rev().filter(|l| l.subjects.len() > 1).map(|l| l.level.clone()).collect();
        let frame = frame::frame(self.shown, self.report.words(), &levels, path, self.asked("level"));
        match self.report.render(template, &Context { frame: &frame, page }) {
            Ok(text) => Answer::Page(status, text),
            Err(problem) => Answer::Failed(vec![problem]),
        }
    }
}

impl Pages {
    pub fn new(board: Arc<Board>, version: &'static str, folder: PathBuf) -> Self {
        Self { board, version, folder }
    }

    fn of_generation(&self, shown: &Shown, generation: &Generation, path: &str, query: &Query) -> Answer {
        let (plan, recommendations) = (&generation.plan, &generation.recommendations);
        let explain = |c: Cell| recommendations.detail(plan, c.level, c.subject, c.period);
        let templates = generation.templates.clone();
        let report = match Report::open(plan, recommendations, &explain, templates, &plan.digest, self.version) {
            Ok(report) => report,
            Err(problems) => return Answer::Failed(problems),
        };
        let view = View { shown, generation, report: &report, query, folder: &self.folder };
        match path {
            "/" => overview::page(&view),
            "/level" => level::page(&view),
            "/subject" => subject::page(&view),
            "/problems" => problems::page(&view),
            "/generations" => history::page(&view),
            "/what-if" => what_if::page(&view),
            "/luck" => luck::page(&view),
            _ => view.missing(),
        }
    }
}

/// No policy is in force yet: what is wrong with the files, or that they are being read.
fn waiting(shown: &Shown) -> Answer {
    let plain = Plain::open(shown.answering());
    let frame = frame::frame(shown, plain.words(), &[], "", "");
    match plain.render("live/waiting.html", &Context { frame: &frame, page: &() }) {
        Ok(text) => Answer::Page(200, text),
        Err(problem) => Answer::Failed(vec![problem]),
    }
}

fn style() -> String {
    static STYLE: LazyLock<String> =
        LazyLock::new(|| format!("{}\n{}", report::style_sheet(), include_str!("../../templates/live/live.css")));
    STYLE.clone()
}

impl Site for Pages {
    fn say(&self, said: &Said) -> String {
        self.board.shown().sources().say(said).into_owned()
    }

    fn language(&self) -> String {
        self.board.shown().answering().language.clone()
    }

    fn page(&self, path: &str, query: &Query) -> Page {
        match path {
            "/live.css" => return Page { status: 200, kind: "text/css; charset=utf-8", body: style() },
            "/live.js" => {
                let body = include_str!("../../templates/live/live.js").to_owned();
                return Page { status: 200, kind: "text/javascript; charset=utf-8", body };
            }
            _ => {}
        }
        let shown = self.board.shown();
        let answer = match &shown.generation {
            Some(generation) => self.of_generation(&shown, generation, path, query),
            None => waiting(&shown),
        };
        match answer {
            Answer::Page(status, body) => Page { status, kind: HTML, body },
            Answer::Failed(problems) => {
                let sources = shown.sources();
                let said = said!("this page could not be made");
                let body = format!("{}\n\n{}", sources.say(&said), diagnostic::human(&problems, &sources, false));
                Page { status: 500, kind: "text/plain; charset=utf-8", body }
            }
        }
    }
}
