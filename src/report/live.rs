//! The parts of a report that the live page shows one at a time, with the page's own templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::card::{self, GateView};
use super::charts::{self, Chart};
use super::environment::Engine;
use super::like_for_like::LikeView;
use super::page::{CharterView, Count, Headline, LevelRow, RunView, Whole};
use super::parts::Part;
use super::{Cell, Report, Words};
use crate::diagnostic::Diagnostic;
use crate::language::Because;
use crate::workspace::Recommend;

/// Templates of the live page; a workspace's file of the same name under `templates/live` wins, as for all others.
pub(super) const TEMPLATES: [(&str, &str); 11] = [
    ("live/page.html", include_str!("../../templates/live/page.html")),
    ("live/parts.html", include_str!("../../templates/live/parts.html")),
    ("live/overview.html", include_str!("../../templates/live/overview.html")),
    ("live/level.html", include_str!("../../templates/live/level.html")),
    ("live/subject.html", include_str!("../../templates/live/subject.html")),
    ("live/problems.html", include_str!("../../templates/live/problems.html")),
    ("live/generations.html", include_str!("../../templates/live/generations.html")),
    ("live/what_if.html", include_str!("../../templates/live/what_if.html")),
    ("live/waiting.html", include_str!("../../templates/live/waiting.html")),
    ("live/luck.html", include_str!("../../templates/live/luck.html")),
    ("live/missing.html", include_str!("../../templates/live/missing.html")),
];

/// The look that reports and live page share, as a style sheet of its own.
pub fn style_sheet() -> &'static str {
    let style = include_str!("../../templates/style.html").trim();
    style.strip_prefix("<style>").and_then(|s| s.strip_suffix("</style>")).unwrap_or(style)
}

/// Pages while no policy is in force.
pub struct Plain {
    words: Arc<Words>,
    engine: Engine,
}

impl Plain {
    pub fn open(words: Arc<Words>) -> Self {
        let engine = Engine::new(&words, BTreeMap::new());
        Self { words, engine }
    }

    pub fn words(&self) -> &Words {
        &self.words
    }

    pub fn render(&self, template: &str, context: &impl Serialize) -> Result<String, Diagnostic> {
        self.engine.render(template, context)
    }
}

/// The latest judged period in short.
#[derive(Serialize)]
pub struct Overview {
    charter: CharterView,
    run: RunView,
    /// What is missing, before all else.
    first: Vec<Part>,
    headlines: Vec<Headline>,
    loosened: Vec<String>,
    failures: Vec<String>,
    whole: Option<Whole>,
    charts: Vec<Chart>,
    controls: Vec<Chart>,
    like: Vec<LikeView>,
    levels: Vec<LevelCounts>,
}

/// One level: how many subjects have which outcome.
#[derive(Serialize)]
pub struct LevelCounts {
    level: String,
    title: String,
    total_text: String,
    counts: Vec<Count>,
}

/// A rule that was tried for one subject.
#[derive(Serialize)]
pub struct Trial {
    rule: String,
    /// Where it is written: `rules.yaml:12:5`.
    place: String,
    recommend: &'static str,
    passed: bool,
    /// `when` was missing.
    missing: bool,
    gates: Vec<GateView>,
    because: Option<Branch>,
}

/// Why an expression came out as it did, part by part.
#[derive(Serialize)]
pub struct Branch {
    wording: String,
    value: String,
    parts: Vec<Branch>,
}

impl Report<'_> {
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Fills in one of the live page's templates.
    pub fn render(&self, template: &str, context: &impl Serialize) -> Result<String, Diagnostic> {
        self.engine.render(template, context)
    }

    /// Everything of the latest judged period that needs no list of subjects. `controls` bounds the control charts.
    pub fn overview(&self, controls: usize) -> Overview {
        let whole = self.whole_cell();
        let levels = &self.recommendations.scorecards.readings.levels;
        Overview {
            charter: self.charter_view(),
            run: self.run_view(),
            first: self.first_parts(),
            headlines: self.headline_views(),
            loosened: self.recommendations.loosened.clone(),
            failures: self.failures(),
            whole: whole.and_then(|cell| self.whole(cell)),
            charts: charts::of_page(self, whole),
            controls: whole.map(|cell| charts::controls(self, cell, controls)).unwrap_or_default(),
            like: self.like_for_like(),
            levels: (0..levels.len()).rev().filter_map(|level| self.level_counts(level)).collect(),
        }
    }

    fn level_counts(&self, level: usize) -> Option<LevelCounts> {
        let counts = self.counts(level, self.period()?);
        let name = &self.recommendations.scorecards.readings.levels.get(level)?.level;
        Some(LevelCounts {
            level: name.clone(),
            title: self.words.level_title(name),
            total_text: self.words.subjects(name, counts.values().sum()),
            counts: self.count_views(&counts),
        })
    }

    /// A subject's row in a level's table. `None` where it is not assessed.
    pub fn row(&self, cell: Cell) -> Option<LevelRow> {
        Some(self.level_row(cell, self.outcome(cell)?))
    }

    /// The charts of one subject.
    pub fn charts(&self, cell: Cell, controls: usize) -> Vec<Chart> {
        charts::of_subject(self, cell, controls)
    }

    /// The rules that were tried, in order, up to the one that passed, each with its gates and why it was true.
    pub fn trials(&self, cell: Cell) -> Vec<Trial> {
        let detail = (self.explain)(cell);
        let tried = detail.tried.iter().filter_map(|tried| Some((tried, self.plan.rules.get(tried.rule)?)));
        tried
            .map(|(tried, rule)| Trial {
                rule: rule.id.value.clone(),
                place: self.plan.author.shown(rule.origin.span),
                recommend: match rule.recommend {
                    Recommend::Reward => "reward",
                    Recommend::Develop => "develop",
                    Recommend::Sanction => "sanction",
                },
                passed: tried.passed,
                missing: tried.missing,
                gates: self.gates(tried),
                because: tried.because.as_ref().map(|because| self.branch(because)),
            })
            .collect()
    }

    fn branch(&self, because: &Because) -> Branch {
        // A value that is only its own name again adds nothing.
        let parts = because.parts.iter().filter(|part| part.wording != because.wording);
        Branch {
            wording: because.wording.clone(),
            value: card::shown(&because.value, &self.words),
            parts: parts.map(|part| self.branch(part)).collect(),
        }
    }
}
