//! A `for:` or `peers:` that names a column or a value which the people file doesn't have binds nobody, and says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{codes, listed};
use crate::diagnostic::{Authored, Diagnostic, Said, did_you_mean};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{For, Plan, ReportSpec};

/// Names of `for:` that aren't columns of the people file.
const OURS: [&str; 2] = ["level", "outcome"];

/// Without data: whether there is a people file at all, and certificates for those who aren't rewarded.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = plan.reports.iter().filter_map(certificate).collect();
    if plan.people.is_some() {
        return found;
    }
    for (what, wanted) in everyone(plan) {
        let columns = wanted.iter().filter(|(key, _)| !OURS.contains(&key.as_str()));
        found.extend(columns.filter_map(|(key, values)| {
            let message = said!("{what} binds nobody: the workspace names no people file", what);
            Some(
                Diagnostic::warning(&codes::BINDS_NOBODY, message)
                    .at(values.first()?.span(), said!("`{key}` would be a column of it", key))
                    .help(said!("write `people: { file: data/people.csv }`, a file with the columns id and those that `for:` names")),
            )
        }));
    }
    found
}

/// A certificate is for a reward, whatever its `for:` asks.
fn certificate(report: &ReportSpec) -> Option<Diagnostic> {
    let outcomes = report.applies_to.get("outcome")?;
    let named = report.template.rsplit('/').next() == Some("certificate.html");
    if !named || outcomes.iter().any(|outcome| outcome.value == "reward") {
        return None;
    }
    let message = said!("a certificate for those who are not rewarded is written for nobody");
    Some(
        Diagnostic::warning(&codes::BINDS_NOBODY, message)
            .at(outcomes.first()?.span(), said!("a certificate is only for a reward that nobody disputes"))
            .help(said!("write `outcome: [reward]`; `letter.html` is for every outcome")),
    )
}

/// With the people file: columns and values that it doesn't have.
pub fn lint_people(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    if plan.people.is_none() {
        return Vec::new();
    }
    let columns = &readings.roll.columns;
    let mut found = Vec::new();
    for (what, wanted) in everyone(plan) {
        for (column, values) in wanted.iter().filter(|(key, _)| !OURS.contains(&key.as_str())) {
            match columns.get(column) {
                None => found.extend(values.first().map(|first| {
                    let problem = no_column(column, columns, first);
                    problem.help(said!("as it stands, {what} binds nobody", what))
                })),
                Some(held) => found.extend(
                    values
                        .iter()
                        .filter(|value| !held.contains(&value.value))
                        .map(|value| nobody(&what, column, value, held.iter().map(String::as_str))),
                ),
            }
        }
    }
    let peers = plan.fairness.peers.iter().filter(|column| !columns.contains_key(&column.value));
    found.extend(peers.map(|column| {
        no_column(&column.value, columns, column)
            .help(said!("as it stands, nobody has peers by it: all are compared with all"))
    }));
    found
}

/// Whatever is limited by `for:`, and how it is called.
fn everyone(plan: &Plan) -> Vec<(Said, &For)> {
    let standards = plan.standards.iter().map(|s| (said!("standard `{name}`", name = s.id), &s.applies_to));
    let rules = plan.rules.iter().map(|r| (said!("rule `{name}`", name = r.id), &r.applies_to));
    let reports = plan.reports.iter().map(|r| (said!("template `{name}`", name = r.template), &r.applies_to));
    standards.chain(rules).chain(reports).collect()
}

fn no_column(column: &str, columns: &BTreeMap<String, BTreeSet<String>>, place: &Authored<String>) -> Diagnostic {
    let titles = || columns.keys().map(String::as_str);
    let problem = Diagnostic::error(&codes::BINDS_NOBODY, said!("the people file has no column `{column}`", column))
        .at(place.span(), said!("asked for here"));
    match did_you_mean(column, titles()) {
        Some(near) => problem.help(said!("did you mean `{near}`?", near)),
        None => problem.help(said!("its columns are {columns}", columns = listed(titles(), LISTED))),
    }
}

fn nobody<'a>(
    what: &Said,
    column: &str,
    value: &Authored<String>,
    held: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let problem =
        Diagnostic::warning(&codes::BINDS_NOBODY, said!("nobody has `{column}: {value}`", column, value = **value))
            .at(value.span(), said!("{what} binds no one by it", what));
    match (did_you_mean(value, held.clone()), held.clone().next()) {
        (Some(near), _) => problem.help(said!("did you mean `{near}`?", near)),
        (None, Some(_)) => problem.help(said!("the column holds {words}", words = listed(held, LISTED))),
        (None, None) => problem.help(said!("the column is empty: fill it in the people file")),
    }
}

/// Words that are listed.
const LISTED: usize = 8;
