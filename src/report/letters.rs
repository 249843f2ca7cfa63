//! Letters, certificates and role cards: one per subject that a `reports:` entry is for.

use serde::Serialize;

use super::card::Card;
use super::page::{CharterView, RunView};
use super::{Cell, Report};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::workspace::ReportSpec;

/// Shipped templates that are made per subject even where `for:` is left out.
const PER_SUBJECT: [&str; 3] = ["letter.html", "certificate.html", "role_card.html"];

/// A template of `reports:` that is filled in per subject.
#[derive(Clone, Debug)]
pub struct LetterSpec {
    pub template: String,
}

#[derive(Serialize)]
struct Letter {
    language: String,
    charter: CharterView,
    run: RunView,
    /// The names that `because` texts use too.
    subject: SubjectView,
    card: Card,
    loosened: Vec<String>,
    standards: Vec<RoleStandard>,
}

#[derive(Serialize)]
struct SubjectView {
    id: String,
    name: String,
    level: String,
}

/// A standard as a role card promises it.
#[derive(Serialize)]
struct RoleStandard {
    id: String,
    promise: String,
    floor: Option<String>,
    target: Option<String>,
    owner: Option<String>,
}

fn per_subject(spec: &ReportSpec) -> bool {
    !spec.applies_to.is_empty() || PER_SUBJECT.contains(&file_of(&spec.template.value))
}

fn file_of(template: &str) -> &str {
    template.rsplit('/').next().unwrap_or(template)
}

impl Report<'_> {
    /// Templates of `reports:` that are pages of the whole run.
    pub(super) fn page_templates(&self) -> Vec<String> {
        self.plan.reports.iter().filter(|spec| !per_subject(spec)).map(|spec| spec.template.value.clone()).collect()
    }

    /// Templates that are filled in per subject, each with the cells it is for and the ending of their file names. The plain
    /// name is that of one template for everybody: a letter where there is one, else the first of `reports:`. So no file
    /// is a letter for one person and a role card for the next.
    pub fn letters(&self) -> Vec<(LetterSpec, Vec<(Cell, String)>)> {
        let mut taken = std::collections::BTreeSet::new();
        let specs = self.plan.reports.iter().filter(|spec| per_subject(spec));
        let names: Vec<&str> = specs.clone().map(|spec| spec.template.value.as_str()).collect();
        let plain = names.iter().find(|name| file_of(name) == "letter.html").or(names.first()).copied();
        specs
            .map(|spec| {
                let template = spec.template.value.clone();
                let file = file_of(&template);
                let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "html"));
                let cells = self.cells_for(spec).into_iter().filter_map(|cell| {
                    let first = format!(".{ending}");
                    let other = format!("~{stem}.{ending}");
                    [first, other]
                        .into_iter()
                        .skip(usize::from(plain != Some(&template)))
                        .find(|suffix| taken.insert((cell, suffix.clone())))
                        .map(|s| (cell, s))
                });
                let cells = cells.collect();
                (LetterSpec { template }, cells)
            })
            .collect()
    }

    /// Assessed subjects of judged periods that a `for:` holds for.
    fn cells_for(&self, spec: &ReportSpec) -> Vec<Cell> {
        let readings = &self.recommendations.scorecards.readings;
        let certificate = file_of(&spec.template.value) == "certificate.html";
        // A letter tells somebody something; without `for:` it goes to whom something is recommended for.
        let acted_only = spec.applies_to.is_empty() && file_of(&spec.template.value) == "letter.html";
        let mut cells = Vec::new();
        for (level, of_level) in readings.levels.iter().enumerate() {
            for period in readings.judged.iter().copied() {
                let all = (0..of_level.subjects.len()).map(|subject| Cell { level, subject, period });
                cells.extend(all.filter(|cell| {
                    let Some(outcome) = self.outcome(*cell) else { return false };
                    let person = of_level.level == "person" || !spec.applies_to.is_empty();
                    let acted = matches!(outcome, Outcome::Reward | Outcome::Develop | Outcome::Sanction);
                    let earned = outcome == Outcome::Reward && !self.disputed(*cell);
                    person && self.is_for(spec, *cell, outcome) && (acted || !acted_only) && (earned || !certificate)
                }));
            }
        }
        cells
    }

    fn is_for(&self, spec: &ReportSpec, cell: Cell, outcome: Outcome) -> bool {
        let attributes = self.subject(cell).and_then(|s| s.attributes.get(cell.period)).and_then(Option::as_ref);
        spec.applies_to.iter().all(|(key, allowed)| {
            let value = match key.as_str() {
                "level" => Some(self.ids(cell).0),
                "outcome" => Some(outcome.word()),
                _ => attributes.and_then(|a| a.get(key)).map(String::as_str),
            };
            value.is_some_and(|value| allowed.iter().any(|a| a.value == value))
        })
    }

    /// One letter. Errors: a template that can't be filled in.
    pub fn letter(&self, spec: &LetterSpec, cell: Cell) -> Result<String, Vec<Diagnostic>> {
        let Some(card) = self.card(cell) else { return Ok(String::new()) };
        let letter = Letter {
            language: self.words.language.clone(),
            charter: self.charter_view(),
            run: self.run_view(),
            subject: SubjectView { id: card.id.clone(), name: card.name.clone(), level: card.level.clone() },
            card,
            loosened: self.recommendations.loosened.clone(),
            standards: self.role_standards(cell),
        };
        self.engine.render(&spec.template, &letter).map_err(|d| vec![d])
    }

    /// The standards that bind the subject: those that are applicable to it.
    fn role_standards(&self, cell: Cell) -> Vec<RoleStandard> {
        self.standards(cell)
            .filter(|s| s.state != crate::measure::State::NotApplicable)
            .map(|s| {
                let show = |x: f64| (!x.is_nan()).then(|| s.unit().show(x, &self.words));
                RoleStandard {
                    id: s.standard.id.value.clone(),
                    promise: s.standard.promise.value.clone(),
                    floor: show(s.floor),
                    target: show(s.target),
                    owner: s.standard.owner.as_ref().map(|o| o.value.clone()),
                }
            })
            .collect()
    }
}
