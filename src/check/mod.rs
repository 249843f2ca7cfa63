//! Takes: a Plan, and with data its Readings. Gives: findings about the charter and the policy themselves.
//! May call: `diagnostic`, `fairness`; reads `workspace`'s Plan and `measure`'s Readings.
//! Never: judges anyone, changes the plan, or hides one finding behind another.
//! One lint a file: what it looks for, why, and what to write instead stand in its code's explanation.

mod attainable;
mod awards;
mod both_kinds;
mod bound;
mod cadences;
mod channels;
mod claims;
pub mod codes;
mod contact_roles;
mod criteria;
mod customers_asked;
mod few_events;
mod importance;
mod initiative;
mod interpreted;
mod line_of_sight;
mod overlay;
mod owner;
mod paying_customer;
mod percent_line;
mod perspectives;
mod phases;
mod purposes;
mod qualities;
mod review;
mod roll;
mod silence;
mod standards_first;
mod training;
mod unmeasured;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Origin, Said, Span};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{Plan, Standard};

/// Every finding about a plan, in the order of the lints.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let lints: &[fn(&Plan) -> Vec<Diagnostic>] = &[
        standards_first::lint,
        owner::lint,
        paying_customer::lint,
        line_of_sight::lint,
        contact_roles::lint,
        |plan| roll::lint(plan).into_iter().collect(),
        training::lint,
        initiative::lint,
        both_kinds::lint,
        customers_asked::lint,
        perspectives::lint,
        values::lint,
        criteria::lint,
        phases::lint,
        qualities::basics,
        qualities::nine_points,
        purposes::lint,
        awards::lint,
        channels::lint,
        attainable::lint,
        few_events::lint,
        cadences::lint,
        bound::lint,
        review::lint,
        importance::lint,
        interpreted::lint,
    ];
    let written = plan.as_of.as_ref().map(|day| lint_day(plan, day.value)).unwrap_or_default();
    lints.iter().flat_map(|lint| lint(plan)).chain(written).collect()
}

/// Findings that need to know which day is judged.
pub fn lint_day(plan: &Plan, day: Date) -> Vec<Diagnostic> {
    overlay::lint(plan, day)
}

/// Findings that need data: standards of which nothing was measured, or which bind nobody, lines on another scale than the
/// figures, and those of the day where the data tell it.
pub fn lint_readings(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let mut found = unmeasured::lint(plan, readings);
    found.extend(bound::lint_people(plan, readings));
    found.extend(roll::lint_people(plan, readings));
    found.extend(training::lint_readings(plan, readings));
    found.extend(percent_line::lint(plan, readings));
    found.extend(channels::lint_readings(plan, readings));
    found.extend(claims::lint_readings(plan, readings));
    found.extend(silence::lint(plan, readings));
    found.extend(few_events::lint_readings(plan, readings));
    if plan.as_of.is_none() {
        found.extend(importance::as_of(plan, readings.as_of));
    }
    if plan.as_of.as_ref().is_none_or(|day| day.value != readings.as_of) {
        found.extend(lint_day(plan, readings.as_of));
    }
    found
}

/// The texts of a key kept as written: one, or a list.
fn texts<'a>(more: &'a BTreeMap<String, Value>, key: &str) -> Vec<&'a str> {
    match more.get(key) {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether something was written by an author rather than taken by default.
fn is_written(origin: &Origin) -> bool {
    *origin != Origin::nowhere()
}

/// Where the charter stands; the start of the workspace where there is none.
fn charter_place(plan: &Plan) -> Span {
    if is_written(&plan.charter.name.origin) { plan.charter.name.span() } else { plan.charter.origin.span }
}

/// The role words that a standard is restricted to; none where it is for everyone.
fn roles(standard: &Standard) -> Vec<&str> {
    standard.applies_to.get("contact").map(|all| all.iter().map(|v| v.value.as_str()).collect()).unwrap_or_default()
}

/// Whether the standard binds a role by customer contact.
fn binds(standard: &Standard, role: &str) -> bool {
    let roles = roles(standard);
    roles.is_empty() || roles.contains(&role)
}

/// The first words of the data, and how many more there are.
fn listed<'a>(words: impl Iterator<Item = &'a str>, most: usize) -> Said {
    let words: Vec<String> = words.map(|w| format!("`{w}`")).collect();
    let shown = words.get(..most).unwrap_or(&words).join(", ");
    match words.len().saturating_sub(most) {
        0 => Said::verbatim(shown),
        count => said!("{words} and {count} more", words = shown, count),
    }
}

/// A reason written under `charter: waivers:`.
fn waiver<'a>(plan: &'a Plan, what: &str) -> Option<&'a str> {
    plan.waiver(what)
}
