//! C63: not too many rules: at most a dozen standards a role, unless the charter says otherwise.

use super::{charter_place, codes, roles};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::Plan;

const MOST: usize = 12;

/// Most standards that one role may carry.
pub fn most(plan: &Plan) -> usize {
    let written = plan.charter.more.get("max_criteria").and_then(|v| v.as_str()).and_then(|t| t.trim().parse().ok());
    written.unwrap_or(MOST)
}

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let most = most(plan);
    let mut named: Vec<&str> = plan.standards.iter().flat_map(roles).collect();
    named.sort_unstable();
    named.dedup();
    let for_all = plan.standards.iter().filter(|s| s.applies_to.is_empty()).count();
    let mut found = Vec::new();
    if named.is_empty() && for_all > most {
        let message = said!("everyone is judged by {count} standards, more than {most}", count = for_all, most);
        found.push(too_many(plan, message));
    }
    for role in named {
        let count = for_all + plan.standards.iter().filter(|s| roles(s).contains(&role)).count();
        if count > most {
            let message =
                said!("the role `{role}` is judged by {count} standards, more than {most}", role, count, most);
            found.push(too_many(plan, message));
        }
    }
    found
}

pub fn too_many(plan: &Plan, message: Said) -> Diagnostic {
    Diagnostic::warning(&codes::TOO_MANY, message)
        .at(charter_place(plan), said!("nobody can attend to so many at once"))
        .help(said!("keep those that customers value most, or raise `max_criteria:` in the charter"))
}
