//! C68: service has a before, a during and an after; an empty phase warns.

use super::{charter_place, codes, waiver};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

const ALL: [(&str, &str); 3] = [("before", "the service"), ("during", "the service"), ("after", "the service")];

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    if plan.standards.is_empty() {
        return Vec::new();
    }
    let has = |phase: &str| plan.standards.iter().any(|s| s.phase.as_deref().is_some_and(|p| p == phase));
    let mut found: Vec<Diagnostic> = ALL
        .iter()
        .filter(|(phase, _)| !has(phase) && waiver(plan, phase).is_none())
        .map(|(phase, what)| {
            Diagnostic::warning(
                &codes::EMPTY_PHASE,
                said!("no standard is about what happens {phase} {what}", phase, what),
            )
            .at(charter_place(plan), said!("customers judge the whole way"))
            .help(said!("add a standard with `phase: {phase}`, or tag one that has no phase", phase))
        })
        .collect();
    // Where no standard is tagged at all, one sentence says it.
    if found.len() == ALL.len() {
        found.truncate(1);
        if let Some(first) = found.first_mut() {
            first.message = "no standard says whether it is about before, during or after the service".into();
            first.help = vec!["write `phase: before`, `phase: during` or `phase: after` at each standard".into()];
        }
    }
    found
}
