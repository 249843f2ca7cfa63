//! C59: each shared value is shown by an observable behaviour.

use serde_json::Value;

use super::{charter_place, codes, texts};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::said;
use crate::workspace::Plan;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    // Either a list of values, or each with the standards that show it.
    let declared: Vec<(&str, Vec<&str>)> = match plan.charter.more.get("values") {
        Some(Value::Object(map)) => map.keys().map(|value| (value.as_str(), texts_of(map.get(value)))).collect(),
        _ => texts(&plan.charter.more, "values").into_iter().map(|value| (value, Vec::new())).collect(),
    };
    let mut found = Vec::new();
    for (value, shown_by) in &declared {
        let by_standard = plan
            .standards
            .iter()
            .any(|s| texts(&s.more, "values").contains(value) || shown_by.contains(&s.id.value.as_str()));
        if !by_standard {
            found.push(
                Diagnostic::warning(&codes::VALUE_NOT_SHOWN, said!("nothing shows the value `{value}`", value))
                    .at(charter_place(plan), said!("a value that can't be observed is only a word"))
                    .help(said!("write `values: [{value}]` at the standard that shows it, or remove the value", value)),
            );
        }
    }
    for standard in &plan.standards {
        for value in texts(&standard.more, "values") {
            if declared.iter().any(|(v, _)| *v == value) {
                continue;
            }
            let near = did_you_mean(value, declared.iter().map(|(v, _)| *v));
            let help = match near {
                Some(near) => said!("did you mean `{near}`?", near),
                None => said!("add it to the charter's `values:`"),
            };
            found.push(
                Diagnostic::warning(&codes::VALUE_NOT_SHOWN, said!("the charter has no value `{value}`", value))
                    .at(standard.id.span(), said!("`{name}` names it", name = standard.id))
                    .help(help),
            );
        }
    }
    found
}

fn texts_of(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
