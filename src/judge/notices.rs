//! What is due of people on record, on the day that is looked at: training, papers, role cards, and what somebody lacks for
//! decisions of their own. It is told to them and to whoever can help; it never feeds a gate, and leads to help at the most.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;

use super::Facts;
use crate::records::{EvidenceRow, Person, Roll, TRAINED};
use crate::words::Words;
use crate::workspace::{Attributes, Plan, Training};

/// Days ahead within which the end of a paper, or the next training, is told.
const AHEAD: i64 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// The training that a role needs is over its time, or was never had (C3).
    TrainingGap,
    /// It comes due within thirty days.
    TrainingSoon,
    /// A paper has run out (C72).
    CredentialExpired,
    CredentialExpiring,
    /// A paper that the role needs is not on record.
    CredentialMissing,
    /// The role card of this version of the charter is not acknowledged (C28).
    CardOpen,
    /// Decisions are delegated without what the person needs for them (C62).
    NotReady,
}

impl NoticeKind {
    /// As `run.json` names it.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::TrainingGap => "training_gap",
            NoticeKind::TrainingSoon => "training_soon",
            NoticeKind::CredentialExpired => "credential_expired",
            NoticeKind::CredentialExpiring => "credential_expiring",
            NoticeKind::CredentialMissing => "credential_missing",
            NoticeKind::CardOpen => "card_not_acknowledged",
            NoticeKind::NotReady => "not_ready",
        }
    }

    /// Whoever nothing else is recommended for is offered help because of it.
    pub fn asks_for_help(self) -> bool {
        matches!(self, NoticeKind::TrainingGap | NoticeKind::CredentialExpired | NoticeKind::CredentialMissing)
    }
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Id, as the people file or the evidence names the person.
    pub person: String,
    pub name: String,
    pub kind: NoticeKind,
    /// Course, paper, standard; the charter's version for a role card.
    pub about: String,
    /// Last day on which all was well.
    pub day: Option<Date>,
    /// For `NotReady`: kinds of evidence that are not on record.
    pub lacking: Vec<&'static str>,
}

impl Notice {
    /// One sentence, without the person's name.
    pub fn sentence(&self, words: &Words) -> String {
        let lacking: Vec<String> = self.lacking.iter().map(|k| words.say(&format!("evidence.{k}"), &[])).collect();
        let key = match self.day {
            Some(_) => format!("notice.{}", self.kind.word()),
            None => format!("notice.{}.undated", self.kind.word()),
        };
        let date = self.day.map(|day| words.date(day)).unwrap_or_default();
        words.say(&key, &[("about", &self.about), ("date", &date), ("lacking", &words.list(&lacking))])
    }
}

/// How far a course has been had by those who need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub course: String,
    /// People who need it.
    pub of: u64,
    pub up_to_date: u64,
}

/// What is on record of people, on the day that is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnRecord {
    /// By person, then kind.
    pub notices: Vec<Notice>,
    /// Where training is recorded at all.
    pub courses: Vec<Course>,
    /// Role cards acknowledged, of so many people; where cards are asked for.
    pub cards: Option<(u64, u64)>,
}

impl OnRecord {
    /// `facts` are sorted.
    pub fn of(plan: &Plan, facts: &Facts, roll: &Roll, as_of: Date) -> OnRecord {
        let desk =
            Desk { plan, facts, as_of, trained: is_recorded(plan, facts), cards: cards_are_asked_for(plan, facts) };
        let mut found = OnRecord { cards: desk.cards.then_some((0, 0)), ..OnRecord::default() };
        let mut courses: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let everyone: Vec<&Person> = roll.directory.active(as_of).collect();
        for person in &everyone {
            desk.training(person, roll, &mut found.notices, &mut courses);
            desk.credentials(&person.id, person.name(), Some(&person.attributes), &mut found.notices);
            desk.card(person, &mut found);
            desk.readiness(person, &mut found.notices);
        }
        if roll.directory.people.is_empty() {
            // Papers run out also where nobody keeps a people file.
            let ids: BTreeSet<&str> =
                facts.rows.iter().filter(|row| row.kind == "credential").map(|row| row.person.as_str()).collect();
            ids.into_iter().for_each(|id| desk.credentials(id, id, None, &mut found.notices));
        }
        found.courses =
            courses.into_iter().map(|(course, (of, up_to_date))| Course { course, of, up_to_date }).collect();
        found.notices.sort();
        found
    }

    /// What is due of one person.
    pub fn of_person(&self, id: &str) -> impl Iterator<Item = &Notice> {
        let start = self.notices.partition_point(|notice| notice.person.as_str() < id);
        self.notices.iter().skip(start).take_while(move |notice| notice.person == id)
    }
}

/// Training is recorded somewhere: without that nobody knows of a gap.
fn is_recorded(plan: &Plan, facts: &Facts) -> bool {
    !plan.charter.book.records.is_empty() || facts.rows.iter().any(|row| row.kind == TRAINED)
}

/// Role cards are written, or somebody has acknowledged one.
fn cards_are_asked_for(plan: &Plan, facts: &Facts) -> bool {
    let is_card = |template: &str| template.rsplit('/').next() == Some("role_card.html");
    plan.evidence.is_some() && plan.reports.iter().any(|report| is_card(&report.template))
        || facts.rows.iter().any(|row| row.kind == "acknowledged")
}

/// Where somebody stands with a training that their role needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingStand {
    /// The day on which it was had last.
    pub had: Option<Date>,
    /// The last day on which all is well; none where it is needed once and was had.
    pub due: Option<Date>,
}

/// Where a person stands with one training. Somebody new has `within` days from their first day on record; without that day
/// on record, no time is known, and it is due.
pub fn training_stand(facts: &Facts, training: &Training, person: &Person, roll: &Roll, as_of: Date) -> TrainingStand {
    let had = facts
        .trainings(&person.id)
        .filter(|row| row.reference.as_deref().is_some_and(|course| same(course, &training.course)))
        .filter_map(|row| row.from)
        .filter(|day| *day <= as_of)
        .max();
    let due = match had {
        Some(had) => training.every.as_ref().map(|every| every.after(had)),
        None => first_day(person, training, roll).and_then(|day| day.checked_add(training.within_days.days()).ok()),
    };
    TrainingStand { had, due }
}

/// The first day of a role without a break: a transfer within it doesn't start the time anew.
fn first_day(person: &Person, training: &Training, roll: &Roll) -> Option<Date> {
    let needs = |row: &Person| crate::workspace::has_role(&row.attributes, &training.role);
    let rows = roll.directory.rows(&person.id);
    let mut first = person.from;
    for row in rows.iter().rev().filter(|row| row.from < person.from) {
        if row.to != first || !needs(row) {
            break;
        }
        first = row.from;
    }
    first
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// What the notices of one day are made from.
struct Desk<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    as_of: Date,
    trained: bool,
    cards: bool,
}

impl Desk<'_> {
    fn soon(&self) -> Date {
        self.as_of.checked_add(AHEAD.days()).unwrap_or(self.as_of)
    }

    fn training(
        &self,
        person: &Person,
        roll: &Roll,
        notices: &mut Vec<Notice>,
        courses: &mut BTreeMap<String, (u64, u64)>,
    ) {
        if !self.trained {
            return;
        }
        for training in self.plan.charter.book.training_of(&person.attributes) {
            let stand = training_stand(self.facts, training, person, roll, self.as_of);
            let never = stand.had.is_none() && stand.due.is_none();
            let over = never || stand.due.is_some_and(|due| due < self.as_of);
            let course = courses.entry(training.course.value.clone()).or_default();
            course.0 += 1;
            course.1 += u64::from(!over);
            let kind = match stand.due {
                _ if over => NoticeKind::TrainingGap,
                Some(due) if due <= self.soon() => NoticeKind::TrainingSoon,
                _ => continue,
            };
            notices.push(notice(&person.id, person.name(), kind, &training.course, stand.due));
        }
    }

    /// A paper holds until the day in `to`, that day included; without one it doesn't run out. A renewal is another row.
    fn credentials(&self, id: &str, name: &str, attributes: Option<&Attributes>, notices: &mut Vec<Notice>) {
        let mut held: BTreeMap<String, (&str, Option<Date>)> = BTreeMap::new();
        let begun = |row: &&EvidenceRow| row.from.is_none_or(|from| from <= self.as_of);
        for row in self.facts.of(id).iter().filter(|row| row.kind == "credential").filter(begun) {
            let Some(paper) = row.reference.as_deref() else { continue };
            let until = held.entry(paper.trim().to_lowercase()).or_insert((paper, row.to));
            // The later end counts, and no end is the latest.
            until.1 = until.1.zip(row.to).map(|(a, b)| a.max(b));
        }
        for (paper, until) in held.values() {
            let Some(until) = *until else { continue };
            let kind = match until {
                _ if until < self.as_of => NoticeKind::CredentialExpired,
                _ if until <= self.soon() => NoticeKind::CredentialExpiring,
                _ => continue,
            };
            notices.push(notice(id, name, kind, paper, Some(until)));
        }
        let needed: BTreeSet<&str> = attributes
            .into_iter()
            .flat_map(|a| self.plan.charter.book.roles_of(a))
            .flat_map(|role| role.credentials.iter().map(|c| c.value.trim()))
            .collect();
        let missing = needed.into_iter().filter(|paper| !held.contains_key(&paper.to_lowercase()));
        notices.extend(missing.map(|paper| notice(id, name, NoticeKind::CredentialMissing, paper, None)));
    }

    fn card(&self, person: &Person, found: &mut OnRecord) {
        if !self.cards {
            return;
        }
        let read = acknowledged(self.plan, self.facts, &person.id, self.as_of).is_some();
        if let Some((signed, of)) = &mut found.cards {
            *of += 1;
            *signed += u64::from(read);
        }
        if !read {
            let version = &self.plan.charter.version;
            found.notices.push(notice(&person.id, person.name(), NoticeKind::CardOpen, version, None));
        }
    }

    /// Authority, guidance and coaching for the delegated standards that bind somebody (C62). Asked where evidence is kept.
    fn readiness(&self, person: &Person, notices: &mut Vec<Notice>) {
        if self.plan.evidence.is_none() {
            return;
        }
        let delegated = self.plan.standards.iter().filter(|s| s.is_delegated());
        for standard in delegated.filter(|s| self.plan.binds_person(s, &person.attributes)) {
            let id = &standard.id.value;
            let on_record = |kinds: &[&str]| {
                self.facts.of(&person.id).iter().any(|row| {
                    kinds.contains(&row.kind.as_str())
                        && row.standard.as_ref().is_none_or(|s| s == id)
                        && row.from.is_some_and(|from| from <= self.as_of)
                        && (row.kind != "authority" || row.to.is_none_or(|to| to >= self.as_of))
                })
            };
            let lacking: Vec<&'static str> =
                READINESS.iter().filter(|(_, kinds)| !on_record(kinds)).map(|(name, _)| *name).collect();
            if !lacking.is_empty() {
                let found = notice(&person.id, person.name(), NoticeKind::NotReady, id, None);
                notices.push(Notice { lacking, ..found });
            }
        }
    }
}

/// What somebody needs for decisions of their own, and the kinds of evidence that show it: side-by-side support is coaching.
pub(super) const READINESS: [(&str, &[&str]); 3] =
    [("authority", &["authority"]), ("guidance", &["guidance"]), ("coaching", &["coaching", "support"])];

fn notice(person: &str, name: &str, kind: NoticeKind, about: &str, day: Option<Date>) -> Notice {
    Notice { person: person.into(), name: name.into(), kind, about: about.into(), day, lacking: Vec::new() }
}

/// The day on which somebody acknowledged the role card of this version of the charter. A `ref` names the version; without one
/// the row is taken to be of this one.
pub fn acknowledged(plan: &Plan, facts: &Facts, person: &str, as_of: Date) -> Option<Date> {
    let version = plan.charter.version.value.trim();
    let rows = facts.of(person).iter().filter(|row| row.kind == "acknowledged");
    let rows = rows.filter(|row| row.reference.as_deref().is_none_or(|r| r.trim() == version));
    let rows = rows.filter(|row| row.to.is_none_or(|to| to >= as_of));
    rows.filter_map(|row| row.from).filter(|day| *day <= as_of).max()
}

#[cfg(test)]
#[path = "tests/notices.rs"]
mod tests;
