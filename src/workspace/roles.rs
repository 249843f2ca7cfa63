//! Roles of people: what they may decide, do and must learn, which standards they serve, and whom a standard binds.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde_json::Value;

use super::plan::{For, Plan, SourceKind, Standard};
use crate::diagnostic::Authored;

/// The columns of a person's row of the people file.
pub type Attributes = BTreeMap<String, String>;

/// The level of single people.
const PERSON: &str = "person";
/// Whom customers never meet.
pub const ISOLATED: &str = "isolated";

/// What the charter says of roles. A role is named by a word of the people file's columns `contact` or `role`.
#[derive(Clone, Debug, Default)]
pub struct RoleBook {
    /// In the order of the charter, like the lists below.
    pub roles: Vec<Role>,
    pub training: Vec<Training>,
    pub links: Vec<RoleLink>,
    /// Where training is recorded: positions of the sources of kind training, and of their field `course`.
    pub records: Vec<(usize, usize)>,
}

/// `roles: { adviser: { authority: refunds up to 50, duties: [ … ], credentials: [ … ] } }`
#[derive(Clone, Debug)]
pub struct Role {
    pub name: Authored<String>,
    /// What the role may decide without asking.
    pub authority: Option<Authored<String>>,
    pub duties: Vec<Authored<String>>,
    /// Papers that the role needs, as `ref` of evidence of the kind `credential` names them.
    pub credentials: Vec<Authored<String>>,
}

/// `training: { contactor: { course: call control, every: 12 months, within: 30 days } }`
#[derive(Clone, Debug)]
pub struct Training {
    pub role: Authored<String>,
    pub course: Authored<String>,
    /// None: once is enough.
    pub every: Option<Interval>,
    /// Days that somebody new has for the first time.
    pub within_days: i64,
}

/// `links: { clerk: [answer_promptly] }`: the standards that a role's work serves (line of sight).
#[derive(Clone, Debug)]
pub struct RoleLink {
    pub role: Authored<String>,
    pub standards: Vec<Authored<String>>,
}

/// A length of time in the calendar: `12 months` from 31 January end on 31 January.
#[derive(Clone, Debug)]
pub struct Interval {
    /// As written.
    pub written: String,
    span: Span,
}

impl Interval {
    /// `12 months`, `1 year`, `6 weeks`, `90 days`.
    pub fn parse(text: &str) -> Option<Interval> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let number = number.parse::<i64>().ok().filter(|n| (1..=10_000).contains(n))?;
        let span = match unit.trim().trim_end_matches('s') {
            "day" => number.days(),
            "week" => number.weeks(),
            "month" => number.months(),
            "year" if number <= 1_000 => number.years(),
            _ => return None,
        };
        Some(Interval { written: text.to_owned(), span })
    }

    /// The last day that it reaches.
    pub fn after(&self, day: Date) -> Date {
        day.checked_add(self.span).unwrap_or(Date::MAX)
    }
}

impl RoleBook {
    /// Nothing is said of any role.
    pub fn is_empty(&self) -> bool {
        self.roles.is_empty() && self.training.is_empty() && self.links.is_empty()
    }

    /// Every place where a role is named.
    pub fn named(&self) -> impl Iterator<Item = &Authored<String>> {
        let roles = self.roles.iter().map(|r| &r.name);
        roles.chain(self.training.iter().map(|t| &t.role)).chain(self.links.iter().map(|l| &l.role))
    }

    /// What the charter says of somebody's roles.
    pub fn roles_of<'a>(&'a self, attributes: &'a Attributes) -> impl Iterator<Item = &'a Role> {
        self.roles.iter().filter(|r| has_role(attributes, &r.name))
    }

    pub fn training_of<'a>(&'a self, attributes: &'a Attributes) -> impl Iterator<Item = &'a Training> {
        self.training.iter().filter(|t| has_role(attributes, &t.role))
    }

    /// The standards that somebody's work serves.
    pub fn links_of<'a>(&'a self, attributes: &'a Attributes) -> impl Iterator<Item = &'a Authored<String>> {
        self.links.iter().filter(|l| has_role(attributes, &l.role)).flat_map(|l| &l.standards)
    }
}

/// Somebody has a role where the column `contact` or `role` says so.
pub fn has_role(attributes: &Attributes, role: &str) -> bool {
    ["contact", "role"].iter().any(|column| attributes.get(*column).is_some_and(|held| held == role))
}

/// Whether `for:` names a subject. Attributes are those of a person; other levels have none and are not narrowed by them. A
/// person of whom the attribute isn't known is not meant.
pub fn attributes_match(wanted: &For, level: &str, attributes: Option<&Attributes>) -> bool {
    wanted.iter().all(|(key, values)| {
        let allowed = |value: &str| values.iter().any(|v| v.value == value);
        match key.as_str() {
            "level" => allowed(level),
            _ if level != PERSON => true,
            _ => attributes.and_then(|a| a.get(key)).is_some_and(|value| allowed(value)),
        }
    })
}

impl Standard {
    /// It rests on decisions that people may take themselves.
    pub fn is_delegated(&self) -> bool {
        self.more.get("delegated").and_then(Value::as_str).is_some_and(|v| matches!(v.trim(), "yes" | "true" | "on"))
    }
}

impl Plan {
    /// Customers' own words, or a contact with them, behind a standard.
    pub fn hears_customers(&self, standard: &Standard) -> bool {
        let Some(measure) = self.measures.get(standard.measure) else { return false };
        let source = measure.source.and_then(|s| self.sources.get(s));
        let named = |more: &BTreeMap<String, Value>| match more.get("tags") {
            Some(Value::String(one)) => one == "contact",
            Some(Value::Array(many)) => many.iter().any(|tag| tag == "contact"),
            _ => false,
        };
        let spoken = source.is_some_and(|s| {
            matches!(s.kind, SourceKind::CustomerResponse | SourceKind::Complaint) || s.credit.is_some()
        });
        named(&measure.more) || named(&standard.more) || spoken
    }

    /// A standard over what customers say, which doesn't itself name roles by contact: it is not meant for people whom customers
    /// never meet (C58).
    pub fn leaves_isolated_out(&self, standard: &Standard) -> bool {
        !standard.applies_to.contains_key("contact") && self.hears_customers(standard)
    }

    /// Whether a standard is meant for a subject.
    pub fn is_meant(&self, standard: &Standard, level: &str, attributes: Option<&Attributes>) -> bool {
        let isolated = || attributes.is_some_and(|a| a.get("contact").is_some_and(|c| c == ISOLATED));
        attributes_match(&standard.applies_to, level, attributes)
            && !(level == PERSON && isolated() && self.leaves_isolated_out(standard))
    }

    /// Whether a standard binds a person, whatever it says of levels above: a standard of departments alone binds nobody in
    /// person.
    pub fn binds_person(&self, standard: &Standard, attributes: &Attributes) -> bool {
        self.is_meant(standard, PERSON, Some(attributes))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_interval_is_counted_in_the_calendar() {
        let after = |text: &str, day| Interval::parse(text).map(|i| i.after(day));
        assert_eq!(after("12 months", date(2024, 2, 29)), Some(date(2025, 2, 28)));
        assert_eq!(after("1 year", date(2025, 3, 1)), Some(date(2026, 3, 1)));
        assert_eq!(after("6 weeks", date(2026, 1, 1)), Some(date(2026, 2, 12)));
        for wrong in ["", "yearly", "0 days", "12", "-1 month", "12 moons", "99999 years"] {
            assert!(Interval::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_role_is_a_word_of_either_column() {
        let attributes = Attributes::from([("role".into(), "clerk".into()), ("contact".into(), "influencer".into())]);
        assert!(has_role(&attributes, "clerk") && has_role(&attributes, "influencer"));
        assert!(!has_role(&attributes, "adviser"));
    }
}
