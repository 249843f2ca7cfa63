//! C1: standards come first. A charter has standards, and each has a target, a period and an owner.

use super::{charter_place, codes, is_written};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Plan, Standard};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    if plan.standards.is_empty() {
        return vec![
            Diagnostic::error(&codes::NO_STANDARD, said!("the charter has no standard"))
                .at(charter_place(plan), said!("nothing is promised to anyone"))
                .help(said!("add `standards:` with at least one promise, its measure and its target")),
        ];
    }
    let mut found = Vec::new();
    for standard in &plan.standards {
        if let Some(message) = lacks(plan, standard) {
            found.push(
                Diagnostic::error(&codes::INCOMPLETE_STANDARD, message)
                    .at(standard.id.span(), said!("this can't be checked, or nobody answers for it"))
                    .help(said!("add `target:` here, and `owner:` here or in the charter")),
            );
        }
    }
    if !is_written(&plan.periods.every.origin) {
        found.push(
            Diagnostic::error(&codes::INCOMPLETE_STANDARD, said!("no standard has a period"))
                .at(charter_place(plan), said!("nothing says how often the standards are judged"))
                .help(said!("add `periods: { every: month }`")),
        );
    }
    found
}

fn lacks(plan: &Plan, standard: &Standard) -> Option<Said> {
    let name = &standard.id;
    let target = standard.target.is_some() || standard.points.is_some();
    let owner = standard.owner.is_some() || plan.charter.owner.is_some();
    match (target, owner) {
        (true, true) => None,
        (false, true) => Some(said!("standard `{name}` has no target", name)),
        (true, false) => Some(said!("standard `{name}` has no owner", name)),
        (false, false) => Some(said!("standard `{name}` has no target and no owner", name)),
    }
}
