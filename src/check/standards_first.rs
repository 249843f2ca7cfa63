//! C1: standards come first. A charter has standards, and each has a target, a period and an owner.

use super::{charter_place, codes, is_written};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

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
        let mut lacks = Vec::new();
        if standard.target.is_none() && standard.points.is_none() {
            lacks.push("a target");
        }
        if standard.owner.is_none() && plan.charter.owner.is_none() {
            lacks.push("an owner");
        }
        if !lacks.is_empty() {
            found.push(
                Diagnostic::error(
                    &codes::INCOMPLETE_STANDARD,
                    said!(
                        "standard `{id}` has no {lacks}",
                        id = standard.id.value,
                        lacks = lacks.join(" and no ").replace("a target", "target").replace("an owner", "owner")
                    ),
                )
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
