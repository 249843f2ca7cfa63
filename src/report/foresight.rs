//! What can be told of a template before anything is filled in: filters that don't exist, figures named without saying
//! which, names that nothing is called by.

use std::collections::BTreeSet;

use super::codes;
use super::environment::Engine;
use super::faults::{in_because, in_template};
use crate::diagnostic::{Diagnostic, Said, Text, nearest};
use crate::said;
use crate::workspace::Plan;

/// Our filters, for did-you-mean.
const FILTERS: [&str; 8] = ["percent", "number", "points", "date", "period", "interval", "sentence", "prose"];
/// Filters that take one number.
const OF_NUMBERS: [&str; 3] = ["percent", "number", "points"];
/// What `charter` holds on pages and in letters.
const CHARTER: [&str; 8] = ["id", "name", "version", "effective", "review_by", "stale", "owner", "customer"];
/// What `subject` holds by its usual names.
const SUBJECT: [&str; 7] = ["id", "name", "level", "role", "contact", "department", "unit"];

/// A filter within `{{ }}` or `{% %}`: what it is applied to, its name, and where that stands.
#[derive(Debug, PartialEq)]
struct Filter<'t> {
    operand: &'t str,
    name: &'t str,
    at: usize,
}

/// What is wrong with the filters of a `because`, in the first place where it can be said.
pub(super) fn of_line(plan: &Plan, engine: &Engine, text: &Text, rule: &str) -> Vec<Diagnostic> {
    let standards = plan.standards.iter().map(|s| s.id.value.as_str());
    let own: BTreeSet<&str> = standards.chain(plan.scoring.groups.iter().map(|g| g.id.value.as_str())).collect();
    let mut found = Vec::new();
    for filter in filters(&text.value) {
        let span = text.span(filter.at..filter.at + filter.name.len());
        if !engine.has_filter(filter.name) {
            let problem = Diagnostic::error(&codes::TEMPLATE_FAILED, in_because(rule, no_filter(filter.name)));
            found.push(problem.at(span, said!("no such filter")).help(did_you_mean(filter.name)));
        } else if own.contains(filter.operand) && OF_NUMBERS.contains(&filter.name) {
            let what = said!("`{name}` has several figures", name = filter.operand);
            let problem = Diagnostic::error(&codes::TEMPLATE_FAILED, in_because(rule, what));
            let way_out = said!("write `{name}.value | {filter}`", name = filter.operand, filter = filter.name);
            found.push(problem.at(span, said!("which one is meant?")).help(way_out));
        }
    }
    found
}

fn no_filter(name: &str) -> Said {
    said!("`{name}` is not a filter that exists", name)
}

fn did_you_mean(filter: &str) -> Said {
    match nearest(filter, FILTERS) {
        Some(near) => said!("did you mean `{near}`?", near),
        None => said!("filters are {filters} and those of the template language", filters = FILTERS.join(", ")),
    }
}

/// Unknown filters and names of the charter in an author's template.
pub(super) fn of_template(engine: &Engine, name: &str) -> Vec<Diagnostic> {
    let Some((text, shown, names)) = engine.asks_for(name) else { return Vec::new() };
    let place = |at: usize| {
        let before = text.get(..at).unwrap_or("");
        let line = before.matches('\n').count() as u64 + 1;
        (line, before.rsplit('\n').next().map_or(1, |l| l.chars().count() as u64 + 1))
    };
    let mut found = Vec::new();
    for filter in filters(&text).into_iter().filter(|f| !engine.has_filter(f.name)) {
        let (line, column) = place(filter.at);
        let problem = Diagnostic::error(&codes::TEMPLATE_FAILED, in_template(name, no_filter(filter.name)));
        found.push(
            problem.in_data(shown.clone(), line, column, said!("no such filter")).help(did_you_mean(filter.name)),
        );
    }
    for path in names {
        let Some(rest) = path.strip_prefix("charter.") else { continue };
        let attribute = rest.split('.').next().unwrap_or(rest);
        let Some(at) = text.find(&format!("charter.{attribute}")).filter(|_| !CHARTER.contains(&attribute)) else {
            continue;
        };
        let (line, column) = place(at);
        let what = said!("`{name}` is not a name that this text knows", name = format!("charter.{attribute}"));
        let problem = Diagnostic::error(&codes::TEMPLATE_NAME, in_template(name, what));
        let help = match nearest(attribute, CHARTER) {
            Some(near) => said!("did you mean `{near}`?", near = format!("charter.{near}")),
            None => said!("the charter has {names}", names = CHARTER.map(|c| format!("`{c}`")).join(", ")),
        };
        found.push(problem.in_data(shown.clone(), line, column, said!("no such name")).help(help));
    }
    found
}

/// Names of the subject that look misspelt. Columns of the people file are the author's own, so that this is no error.
pub(super) fn doubtful(plan: &Plan, engine: &Engine) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (position, rule) in plan.rules.iter().enumerate() {
        let Some(text) = &rule.because else { continue };
        for path in engine.names_of_line(position) {
            let Some(attribute) = path.strip_prefix("subject.").map(|a| a.split('.').next().unwrap_or(a)) else {
                continue;
            };
            let Some(near) = nearest(attribute, SUBJECT).filter(|_| !SUBJECT.contains(&attribute)) else { continue };
            let written = format!("subject.{attribute}");
            let span = text.value.find(&written).map_or(text.origin.span, |at| text.span(at..at + written.len()));
            let message = in_because(&rule.id.value, said!("`{written}` may be misspelt", written));
            found.push(
                Diagnostic::warning(&codes::TEMPLATE_NAME, message)
                    .at(span, said!("only known if the people file has such a column"))
                    .help(said!("did you mean `{near}`?", near = format!("subject.{near}"))),
            );
        }
    }
    found
}

/// The filters of a text, outside quoted strings.
fn filters(text: &str) -> Vec<Filter<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|t| t.find("{{").into_iter().chain(t.find("{%")).min()) {
        let start = at + open + 2;
        let closing = if text.get(start - 1..start) == Some("%") { "%}" } else { "}}" };
        let Some(length) = text.get(start..).and_then(|t| t.find(closing)) else { break };
        filters_of(text, start, start + length, &mut found);
        at = start + length + 2;
    }
    found
}

fn filters_of<'t>(text: &'t str, start: usize, end: usize, found: &mut Vec<Filter<'t>>) {
    let inside = text.get(start..end).unwrap_or("");
    let name_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut quote = None;
    for (i, c) in inside.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '|' => {
                let rest = inside.get(i + 1..).unwrap_or("");
                let blank = rest.len() - rest.trim_start().len();
                let rest = rest.trim_start();
                let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
                let before = inside.get(..i).unwrap_or("").trim_end();
                let operand = before.rsplit(|c: char| !name_part(c)).next().unwrap_or("");
                if !name.is_empty() {
                    found.push(Filter { operand, name, at: start + i + 1 + blank });
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stand_in_tags_and_outside_of_strings() {
        let text = "a | b {{ x.value | percent(missing=\"a | b\") }} {% if y|length %}{{ 'c | d' }}";
        let found: Vec<(&str, &str)> = filters(text).iter().map(|f| (f.operand, f.name)).collect();
        assert_eq!(found, [("x.value", "percent"), ("y", "length")]);
        assert_eq!(filters(text).first().map(|f| f.at), text.find("percent"));
        assert!(filters("{{ x | ").is_empty());
    }
}
