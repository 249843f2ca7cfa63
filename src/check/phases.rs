//! C68: service has a before, a during and an after; an empty phase warns.

use super::{charter_place, codes};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Plan, Topic};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    if plan.standards.is_empty() {
        return Vec::new();
    }
    let phases = plan.covered(Topic::Phase);
    let mut found: Vec<Diagnostic> = phases
        .iter()
        .filter(|row| row.lacking())
        .map(|row| {
            let phase = row.word.as_str();
            Diagnostic::warning(&codes::EMPTY_PHASE, nothing_about(phase))
                .at(charter_place(plan), said!("customers judge the whole way"))
                .help(said!("add a standard with `phase: {phase}`, or tag one that has no phase", phase))
        })
        .collect();
    // Where no standard is tagged at all, one sentence says it.
    if found.len() == phases.len() {
        found.truncate(1);
        if let Some(first) = found.first_mut() {
            first.message = said!("no standard says whether it is about before, during or after the service");
            first.help = vec![said!("write `phase: before`, `phase: during` or `phase: after` at each standard")];
        }
    }
    found
}

fn nothing_about(phase: &str) -> Said {
    match phase {
        "before" => said!("no standard is about what happens before the service"),
        "during" => said!("no standard is about what happens during the service"),
        _ => said!("no standard is about what happens after the service"),
    }
}
