//! What a role card says beside the standards: authority, duties, training, papers, and whether the card is acknowledged. One for
//! every person who is there, with or without records (C28, C60).

use serde::Serialize;

use super::card::Card;
use super::standing::Unit;
use super::{Cell, Report};
use crate::judge::{acknowledged, training_stand};
use crate::records::Person;
use crate::workspace::{Attributes, Line};

/// A role as its card shows it.
#[derive(Debug, Default, Serialize)]
pub struct RoleView {
    /// What the role may decide without asking; one for each of somebody's roles that says so.
    authority: Vec<String>,
    duties: Vec<String>,
    /// Papers that the role needs.
    credentials: Vec<String>,
    /// A sentence for each training.
    training: Vec<String>,
    /// Promises that the role's work helps to keep (line of sight).
    serves: Vec<String>,
    /// The day on which the card of this version was acknowledged.
    acknowledged: Option<String>,
}

/// A standard as a role card promises it.
#[derive(Debug, Serialize)]
pub struct RoleStandard {
    id: String,
    promise: String,
    floor: Option<String>,
    target: Option<String>,
    owner: Option<String>,
}

impl Report<'_> {
    /// The row of the people file of a person on the day that is looked at.
    fn person(&self, id: &str) -> Option<&Person> {
        let readings = &self.recommendations.scorecards.readings;
        readings.roll.directory.on(id, readings.as_of)
    }

    /// Empty for whoever isn't in the people file on the day that is looked at.
    pub(super) fn role_view(&self, id: &str) -> RoleView {
        let (plan, words) = (self.plan, &self.words);
        let (facts, readings) = (&self.recommendations.facts, &self.recommendations.scorecards.readings);
        let as_of = readings.as_of;
        let mut view = RoleView {
            acknowledged: acknowledged(plan, facts, id, as_of).map(|day| words.date(day)),
            ..RoleView::default()
        };
        let Some(person) = self.person(id) else { return view };
        for role in plan.charter.book.roles_of(&person.attributes) {
            view.authority.extend(role.authority.iter().map(|a| a.value.clone()));
            view.duties.extend(role.duties.iter().map(|d| d.value.clone()));
            view.credentials.extend(role.credentials.iter().map(|c| c.value.clone()));
        }
        for training in plan.charter.book.training_of(&person.attributes) {
            let stand = training_stand(facts, training, person, &readings.roll, as_of);
            let key = match (stand.had, stand.due) {
                (Some(_), Some(_)) => "role.training.next",
                (Some(_), None) => "role.training.had",
                (None, Some(_)) => "role.training.first",
                (None, None) => "role.training.open",
            };
            let [had, due] = [stand.had, stand.due].map(|day| day.map(|day| words.date(day)).unwrap_or_default());
            view.training.push(words.say(key, &[("course", &training.course), ("had", &had), ("due", &due)]));
        }
        for link in plan.charter.book.links_of(&person.attributes) {
            let served = plan.standards.iter().find(|s| s.id.value == link.value);
            view.serves.extend(served.map(|s| s.promise.value.clone()));
        }
        view
    }

    /// The standards that bind a person, with the lines that are the same for everyone.
    pub(super) fn standards_of(&self, attributes: &Attributes) -> Vec<RoleStandard> {
        let plan = self.plan;
        let bound = plan.standards.iter().filter(|s| plan.binds_person(s, attributes));
        bound
            .map(|standard| {
                let unit = plan.measures.get(standard.measure).map(|measure| Unit::of(plan, measure));
                let show = |line: &Option<crate::diagnostic::Authored<Line>>| match line.as_ref().map(|l| &l.value) {
                    Some(Line::Number(x)) => unit.map(|unit| unit.show(*x, &self.words)),
                    _ => None,
                };
                RoleStandard {
                    id: standard.id.value.clone(),
                    promise: standard.promise.value.clone(),
                    floor: show(&standard.floor),
                    target: show(&standard.target),
                    owner: standard.owner.as_ref().map(|o| o.value.clone()),
                }
            })
            .collect()
    }

    /// The standards that bind the subject of a cell: those that are applicable to it.
    pub(super) fn role_standards(&self, cell: Cell) -> Vec<RoleStandard> {
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

    /// The card of somebody of whom there are no records: who they are, and no figures.
    pub(super) fn card_of(&self, person: &Person) -> Card {
        let period = self.period().and_then(|p| self.recommendations.scorecards.readings.periods.get(p));
        let period = period.map_or("", |p| p.name.as_str());
        Card {
            level: "person".into(),
            id: person.id.clone(),
            name: person.name().to_owned(),
            attributes: person.attributes.clone(),
            period: period.to_owned(),
            period_text: self.words.period(period),
            outcome: "none",
            due: self.due_of(&person.id),
            ..Card::default()
        }
    }

    /// What is due of a person, a sentence each.
    pub(super) fn due_of(&self, id: &str) -> Vec<String> {
        self.recommendations.on_record.of_person(id).map(|notice| notice.sentence(&self.words)).collect()
    }
}
