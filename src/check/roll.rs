//! The charter against the people on record: who is bound by nothing (C2), whom a standard binds that meets no customer (C16), who
//! is left out of what customers say (C58), and how many standards one person carries (C63).

use std::collections::{BTreeMap, BTreeSet};

use super::{codes, criteria, line_of_sight, listed};
use crate::diagnostic::{Authored, Diagnostic, did_you_mean};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{Attributes, ISOLATED, Plan, Standard, attributes_match};

/// Id and attributes of somebody who is there.
type Someone<'a> = (&'a str, &'a Attributes);

/// People that one finding names.
const NAMED: usize = 8;

/// Without data: roles that are named for nobody, because there is no people file.
pub fn lint(plan: &Plan) -> Option<Diagnostic> {
    if plan.people.is_some() {
        return None;
    }
    let first = plan.charter.book.named().next()?;
    let message =
        said!("what the charter says of `{role}` reaches nobody: the workspace names no people file", role = first);
    Some(
        Diagnostic::warning(&codes::BINDS_NOBODY, message)
            .at(first.span(), said!("a word of its columns `contact` or `role`"))
            .help(said!("write `people: { file: data/people.csv }`, a file with the columns id, role and contact")),
    )
}

/// With the people file: those who are there on the day that is looked at.
pub fn lint_people(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let people: Vec<Someone<'_>> = readings.people().collect();
    if people.is_empty() {
        return Vec::new();
    }
    let mut found = unknown_roles(plan, readings);
    found.extend(unbound(plan, &people));
    found.extend(plan.standards.iter().filter_map(|s| back_office(plan, s, &people)));
    found.extend(plan.standards.iter().filter_map(|s| left_out(plan, s, &people)));
    found.extend(too_many(plan, &people));
    found
}

/// A role that nobody has: what stands there reaches no one.
fn unknown_roles(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let columns = ["contact", "role"].map(|column| readings.roll.columns.get(column));
    let held: BTreeSet<&str> = columns.into_iter().flatten().flatten().map(String::as_str).collect();
    let mut seen = BTreeSet::new();
    let unknown = |role: &&Authored<String>| !held.contains(role.value.as_str()) && seen.insert(role.value.clone());
    let problem = |role: &Authored<String>| {
        let found = Diagnostic::warning(&codes::BINDS_NOBODY, said!("nobody has the role `{role}`", role))
            .at(role.span(), said!("neither the column `contact` nor `role` holds it"));
        match did_you_mean(role, held.iter().copied()) {
            Some(near) => found.help(said!("did you mean `{near}`?", near)),
            None => found.help(said!("they hold {words}", words = listed(held.iter().copied(), NAMED))),
        }
    };
    plan.charter.book.named().filter(unknown).map(problem).collect()
}

/// C2: the charter binds everyone, by a standard or by a line of sight to one.
fn unbound(plan: &Plan, people: &[Someone<'_>]) -> Option<Diagnostic> {
    if plan.standards.is_empty() || !plan.levels.iter().any(|level| level.value == "person") {
        return None;
    }
    let bound = |attributes: &Attributes| {
        plan.charter.book.links_of(attributes).next().is_some()
            || plan.standards.iter().any(|s| plan.binds_person(s, attributes))
    };
    let free: Vec<&str> = people.iter().filter(|(_, held)| !bound(held)).map(|(id, _)| *id).collect();
    let who = listed(free.iter().copied(), NAMED);
    let message = match free.len() {
        0 => return None,
        1 => said!("one person is bound by no standard, nor linked to one: {who}", who),
        count => said!("{count} people are bound by no standard, nor linked to one: {who}", count, who),
    };
    Some(Diagnostic::warning(&codes::BOUND_BY_NOTHING, message).at(super::charter_place(plan), said!("the charter is for everyone")).help(said!(
        "say whom their work serves, `charter: links: { clerk: [answer_promptly] }`, by a word of `role` or `contact`, or add a standard for them"
    )))
}

/// C16: a standard that binds, by whatever column, only people whom customers never meet.
fn back_office(plan: &Plan, standard: &Standard, people: &[Someone<'_>]) -> Option<Diagnostic> {
    // Where `for:` names contact, the charter alone says so.
    if standard.applies_to.is_empty()
        || standard.applies_to.contains_key("contact")
        || !line_of_sight::is_open(standard)
    {
        return None;
    }
    let mut bound = people.iter().filter(|(_, held)| plan.binds_person(standard, held)).peekable();
    bound.peek()?;
    let inside =
        |(_, held): &Someone<'_>| held.get("contact").is_some_and(|c| matches!(c.as_str(), "influencer" | ISOLATED));
    bound.all(inside).then(|| line_of_sight::missing(standard))
}

/// C58: whom customers never meet isn't judged by what they say, and that is told.
fn left_out(plan: &Plan, standard: &Standard, people: &[Someone<'_>]) -> Option<Diagnostic> {
    if !plan.leaves_isolated_out(standard) {
        return None;
    }
    let out = people.iter().filter(|(_, held)| {
        held.get("contact").is_some_and(|c| c == ISOLATED)
            && attributes_match(&standard.applies_to, "person", Some(held))
    });
    let out: Vec<&str> = out.map(|(id, _)| *id).collect();
    let (name, who) = (&standard.id, listed(out.iter().copied(), NAMED));
    let message = match out.len() {
        0 => return None,
        1 => said!("standard `{name}` leaves out one person whom customers never meet: {who}", name, who),
        count => {
            said!("standard `{name}` leaves out {count} people whom customers never meet: {who}", name, count, who)
        }
    };
    Some(
        Diagnostic::note(&codes::LEFT_OUT, message)
            .at(name.span(), said!("it rests on what customers say"))
            .help(said!("`for: { contact: [contactor, modifier, influencer] }` says so in the charter")),
    )
}

/// C63: not too many rules for anyone: counted by the roles that people really have.
fn too_many(plan: &Plan, people: &[Someone<'_>]) -> Vec<Diagnostic> {
    if !criteria::lint(plan).is_empty() {
        // The charter alone says it.
        return Vec::new();
    }
    let most = criteria::most(plan);
    let mut by_role: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, held) in people {
        let count = plan.standards.iter().filter(|s| plan.binds_person(s, held)).count();
        let role = ["role", "contact"].iter().find_map(|column| held.get(*column));
        let carried = by_role.entry(role.map_or("", String::as_str)).or_default();
        *carried = count.max(*carried);
    }
    let over = by_role.into_iter().filter(|(_, count)| *count > most);
    over.map(|(role, count)| {
        let message = match role {
            "" => said!("everyone is judged by {count} standards, more than {most}", count, most),
            role => said!("the role `{role}` is judged by {count} standards, more than {most}", role, count, most),
        };
        criteria::too_many(plan, message)
    })
    .collect()
}
