//! Letters, certificates and role cards: one per subject that a `reports:` entry is for.

use serde::Serialize;

use super::card::Card;
use super::page::{CharterView, RunView};
use super::role::{RoleStandard, RoleView};
use super::{Cell, Report};
use crate::diagnostic::Diagnostic;
use crate::judge::Outcome;
use crate::workspace::{ReportSpec, attributes_match};

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
    role: RoleView,
}

#[derive(Serialize)]
struct SubjectView {
    id: String,
    name: String,
    level: String,
}

/// Whom a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A subject in a judged period.
    Cell(Cell),
    /// Somebody without records: position in the people file's rows (`Directory::people`). Only role cards are.
    Person(usize),
}

impl From<Cell> for Recipient {
    fn from(cell: Cell) -> Self {
        Recipient::Cell(cell)
    }
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

    /// Templates that are filled in per subject, each with whom it is for and the ending of their file names. The plain
    /// name is that of one template for everybody: a letter where there is one, else the first of `reports:`. So no file
    /// is a letter for one person and a role card for the next.
    pub fn letters(&self) -> Vec<(LetterSpec, Vec<(Recipient, String)>)> {
        let mut taken = std::collections::BTreeSet::new();
        let specs = self.plan.reports.iter().filter(|spec| per_subject(spec));
        let names: Vec<&str> = specs.clone().map(|spec| spec.template.value.as_str()).collect();
        let plain = names.iter().find(|name| file_of(name) == "letter.html").or(names.first()).copied();
        specs
            .map(|spec| {
                let template = spec.template.value.clone();
                let file = file_of(&template);
                let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "html"));
                let cells = self.cells_for(spec).into_iter().map(Recipient::Cell);
                let all = cells.chain(self.people_for(spec).into_iter().map(Recipient::Person));
                let all = all.filter_map(|who| {
                    let first = format!(".{ending}");
                    let other = format!("~{stem}.{ending}");
                    let key = self.ids_of(who);
                    [first, other]
                        .into_iter()
                        .skip(usize::from(plain != Some(&template)))
                        .find(|suffix: &String| taken.insert((key, suffix.clone())))
                        .map(|suffix| (who, suffix))
                });
                let all = all.collect();
                (LetterSpec { template }, all)
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

    /// People who are there on the day that is looked at, and of whom nothing was recorded in the period judged last: they have
    /// a role all the same.
    fn people_for(&self, spec: &ReportSpec) -> Vec<usize> {
        let readings = &self.recommendations.scorecards.readings;
        let Some(period) = self.period().filter(|_| file_of(&spec.template.value) == "role_card.html") else {
            return Vec::new();
        };
        let level = readings.levels.iter().position(|level| level.level == "person");
        let assessed = |id: &str| {
            let Some((level, subjects)) = level.and_then(|l| Some((l, &readings.levels.get(l)?.subjects))) else {
                return false;
            };
            let found = subjects.binary_search_by(|subject| (*subject.id).cmp(id));
            found.is_ok_and(|subject| self.outcome(Cell { level, subject, period }).is_some())
        };
        let everyone = readings.roll.directory.people.iter().enumerate();
        everyone
            .filter(|(_, person)| person.holds(readings.as_of) && !assessed(&person.id))
            .filter(|(_, person)| {
                !spec.applies_to.contains_key("outcome")
                    && attributes_match(&spec.applies_to, "person", Some(&person.attributes))
            })
            .map(|(position, _)| position)
            .collect()
    }

    /// Level, id and period of a recipient, as file names have them.
    pub fn ids_of(&self, who: Recipient) -> (&str, &str, &str) {
        match who {
            Recipient::Cell(cell) => self.ids(cell),
            Recipient::Person(position) => {
                let readings = &self.recommendations.scorecards.readings;
                let period = self.period().and_then(|p| readings.periods.get(p)).map_or("", |p| p.name.as_str());
                ("person", readings.roll.directory.people.get(position).map_or("", |p| p.id.as_str()), period)
            }
        }
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
    pub fn letter(&self, spec: &LetterSpec, who: impl Into<Recipient>) -> Result<String, Vec<Diagnostic>> {
        let (card, standards) = match who.into() {
            Recipient::Cell(cell) => {
                let Some(card) = self.card(cell) else { return Ok(String::new()) };
                (card, self.role_standards(cell))
            }
            Recipient::Person(position) => {
                let directory = &self.recommendations.scorecards.readings.roll.directory;
                let Some(person) = directory.people.get(position) else { return Ok(String::new()) };
                (self.card_of(person), self.standards_of(&person.attributes))
            }
        };
        let role = if card.level == "person" { self.role_view(&card.id) } else { RoleView::default() };
        let letter = Letter {
            language: self.words.language.clone(),
            charter: self.charter_view(),
            run: self.run_view(),
            subject: SubjectView { id: card.id.clone(), name: card.name.clone(), level: card.level.clone() },
            card,
            loosened: self.recommendations.loosened.clone(),
            standards,
            role,
        };
        self.engine.render(&spec.template, &letter).map_err(|d| vec![d])
    }
}
