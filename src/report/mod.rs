//! Takes: the Plan, Recommendations, and the author's templates as texts. Gives: pages, letters and sentences as texts.
//! May call: `diagnostic`; reads `judge`'s Recommendations (and through them Scorecards and Readings), and `luck`'s Answers.
//! Never: reads or writes files, judges, prints what is missing, or shows a person's data in an error.

mod agenda;
mod attendance;
mod because;
mod card;
mod certificate;
mod charts;
pub mod codes;
mod detail;
mod environment;
mod faults;
mod foresight;
mod insight;
mod letters;
mod like_for_like;
mod live;
mod luck;
mod methods;
mod page;
mod parts;
mod refusal;
mod role;
mod standing;

pub use crate::words::{Words, decimal_text, figure, figure_text, rounded};
pub use because::Told;
pub use card::Card;
pub use charts::Chart;
pub use codes::ALL as CODES;
pub use environment::AuthorTemplate;
pub use insight::insight_object;
pub use letters::{LetterSpec, Recipient};
pub use like_for_like::LikeView;
pub use live::{Branch, LevelCounts, Overview, Plain, Trial, style_sheet};
pub use luck::{LuckView, luck_page};
pub use methods::Method;
pub use page::LevelRow;
pub use parts::coverage_object;
pub use parts::on_record_object;
pub use parts::silence_object;
pub use parts::{claims_object, targets_object, trades_object};
pub use refusal::{Refusal, first_place, first_problem, refusal_note};
pub use standing::{StandardFigures, Standing};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::diagnostic::Diagnostic;
use crate::judge::{Detail, Outcome, Recommendations};
use crate::luck::Answer;
use crate::measure::Subject;
use crate::said;
use crate::workspace::Plan;

/// One subject in one judged period: positions in `Plan::levels`, the level's subjects and `Readings::periods`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub level: usize,
    pub subject: usize,
    pub period: usize,
}

/// Makes everything behind one recommendation, on demand.
pub type Explain<'a> = dyn Fn(Cell) -> Detail + Sync + 'a;

/// Names and texts of the shipped templates.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    environment::SHIPPED.into_iter()
}

/// What a workspace's templates and `because` texts have wrong; nothing is filled in.
pub fn check(plan: &Plan, templates: &BTreeMap<String, AuthorTemplate>) -> Vec<Diagnostic> {
    match prepare(plan, templates.clone()) {
        Ok((_, engine, _)) => foresight::doubtful(plan, &engine),
        Err(problems) => problems,
    }
}

/// One sentence per outcome, in the workspace's language.
pub fn sentences(plan: &Plan, recommendations: &Recommendations) -> Vec<String> {
    page::headlines(&plan.words, recommendations)
}

/// Level → period → outcome → count of subjects, for the judged periods.
pub fn counts(_plan: &Plan, recommendations: &Recommendations) -> serde_json::Value {
    page::counts_object(recommendations)
}

/// Everything behind one recommendation, as `explain` prints it. Positions as in `Cell`.
pub fn detail_text(
    plan: &Plan,
    recommendations: &Recommendations,
    level: usize,
    subject: usize,
    period: usize,
) -> Result<String, Vec<Diagnostic>> {
    let explain = |c: Cell| recommendations.detail(plan, c.level, c.subject, c.period);
    let report = Report::open(plan, recommendations, &explain, BTreeMap::new(), "", "")?;
    Ok(report.text(Cell { level, subject, period }).unwrap_or_default())
}

/// The same as a line of `recommendations.jsonl`, without the certificate, whose digest is that of a run.
pub fn detail_json(
    plan: &Plan,
    recommendations: &Recommendations,
    level: usize,
    subject: usize,
    period: usize,
) -> Result<String, Vec<Diagnostic>> {
    let explain = |c: Cell| recommendations.detail(plan, c.level, c.subject, c.period);
    let report = Report::open(plan, recommendations, &explain, BTreeMap::new(), "", "")?;
    let cell = Cell { level, subject, period };
    let detail = explain(cell);
    let mut object = report.object(cell, &detail, &report.told(cell, &detail));
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("certificate");
    }
    Ok(serde_json::to_string_pretty(&object).unwrap_or_default())
}

/// Words, engine and the `because` texts by rule.
type Prepared = (Arc<Words>, environment::Engine, Vec<Option<because::BecauseText>>);

fn prepare(plan: &Plan, templates: BTreeMap<String, AuthorTemplate>) -> Result<Prepared, Vec<Diagnostic>> {
    let words = plan.words.clone();
    let names: Vec<String> = templates.keys().filter(|n| n.ends_with(".html") || n.ends_with(".md")).cloned().collect();
    let mut engine = environment::Engine::new(&words, templates);
    let mut problems: Vec<Diagnostic> = names.iter().filter_map(|name| engine.check(name)).collect();
    for name in &names {
        problems.extend(foresight::of_template(&engine, name));
    }
    for spec in &plan.reports {
        let name = &spec.template.value;
        if !engine.has(name) {
            let known: Vec<&str> =
                environment::SHIPPED.iter().map(|(n, _)| *n).chain(names.iter().map(String::as_str)).collect();
            let problem = Diagnostic::error(&codes::TEMPLATE_UNKNOWN, said!("no template is named `{name}`", name));
            let problem = problem.at(spec.template.span(), said!("no such template"));
            // `report` for `report.html`: letters are pages before they are texts.
            let ending = known.iter().copied().find(|k| *k == format!("{name}.html") || *k == format!("{name}.md"));
            problems.push(problem.help(match ending.or_else(|| crate::diagnostic::nearest(name, known)) {
                Some(near) => said!("did you mean `{near}`?", near),
                None => said!("put the file into the workspace's `templates` folder"),
            }));
        }
    }
    let (becauses, wrong) = because::read(plan, &mut engine);
    problems.extend(wrong);
    if problems.is_empty() { Ok((words, engine, becauses)) } else { Err(problems) }
}

/// Everything that pages and letters are made from.
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub recommendations: &'a Recommendations,
    pub explain: &'a Explain<'a>,
    words: Arc<Words>,
    engine: environment::Engine,
    becauses: Vec<Option<because::BecauseText>>,
    /// Luck audits that came along, the policy's own first.
    luck: &'a [Answer],
    /// Digest of all inputs, for footers and certificates.
    digest: String,
    version: String,
    /// `because` texts that a missing figure left without words: first of each rule, and how many subjects.
    unsaid: Mutex<BTreeMap<usize, (Diagnostic, u64)>>,
    /// Notes on the pages themselves.
    notes: Mutex<Vec<Diagnostic>>,
}

/// The score of a cell; NaN is missing.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
}

impl<'a> Report<'a> {
    /// Reads templates and `because` texts; gives every problem in them.
    pub fn open(
        plan: &'a Plan,
        recommendations: &'a Recommendations,
        explain: &'a Explain<'a>,
        templates: BTreeMap<String, AuthorTemplate>,
        digest: &str,
        version: &str,
    ) -> Result<Self, Vec<Diagnostic>> {
        let (words, engine, becauses) = prepare(plan, templates)?;
        Ok(Self {
            plan,
            recommendations,
            explain,
            words,
            engine,
            becauses,
            luck: &[],
            digest: digest.to_owned(),
            version: version.to_owned(),
            unsaid: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// The same with luck audits, which get a page and a part of the report.
    #[must_use]
    pub fn with_luck(self, luck: &'a [Answer]) -> Self {
        Self { luck, ..self }
    }

    /// The outcome of a cell; `None` where the subject is not assessed.
    pub fn outcome(&self, cell: Cell) -> Option<Outcome> {
        let at = self.at(cell);
        self.recommendations.levels.get(cell.level)?.outcome.get(at).copied().flatten()
    }

    /// Ids of level, subject and period.
    pub fn ids(&self, cell: Cell) -> (&'a str, &'a str, &'a str) {
        let readings = &self.recommendations.scorecards.readings;
        let level = readings.levels.get(cell.level);
        let subject = level.and_then(|l| l.subjects.get(cell.subject)).map_or("", |s| &*s.id);
        let period = readings.periods.get(cell.period).map_or("", |p| p.name.as_str());
        (level.map_or("", |l| l.level.as_str()), subject, period)
    }

    pub fn subject(&self, cell: Cell) -> Option<&'a Subject> {
        self.recommendations.scorecards.readings.levels.get(cell.level)?.subjects.get(cell.subject)
    }

    pub fn score(&self, cell: Cell) -> Score {
        let at = self.at(cell);
        let level = self.recommendations.scorecards.levels.get(cell.level);
        let get = |column: Option<&Vec<f64>>| column.and_then(|c| c.get(at)).copied().unwrap_or(f64::NAN);
        Score {
            value: get(level.map(|l| &l.score)),
            lower: get(level.map(|l| &l.score_lower)),
            upper: get(level.map(|l| &l.score_upper)),
        }
    }

    /// The figures of every standard, in the order of the plan.
    pub fn standards(&self, cell: Cell) -> impl Iterator<Item = StandardFigures<'a>> + use<'a> {
        let (plan, recommendations) = (self.plan, self.recommendations);
        (0..plan.standards.len()).filter_map(move |s| StandardFigures::of(plan, recommendations, s, cell))
    }

    /// Position of a cell in dense columns.
    fn at(&self, cell: Cell) -> usize {
        self.recommendations.scorecards.readings.cell(cell.subject, cell.period)
    }

    /// The judged period that pages are about: the latest.
    fn period(&self) -> Option<usize> {
        self.recommendations.scorecards.readings.judged.last().copied()
    }

    /// Warnings of texts that could not be said.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let unsaid = self.unsaid.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let notes = self.notes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let warnings = unsaid.values().map(|(first, count)| {
            let mut warning = first.clone();
            warning.severity = crate::diagnostic::Severity::Warning;
            warning.help(said!(
                "for {subjects} the general sentence stands instead",
                subjects = self.words.subjects("subject", *count)
            ))
        });
        warnings.chain(notes.iter().cloned()).collect()
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
