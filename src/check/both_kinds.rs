//! C30: objective and subjective measures are both present, or a reasoned waiver says why not.

use super::{charter_place, codes, waiver};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::{MeasureKind, Plan};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    if plan.standards.is_empty() {
        return Vec::new();
    }
    let has = |kind| plan.standards.iter().filter_map(|s| plan.measures.get(s.measure)).any(|m| m.kind == kind);
    let kinds = [
        (
            MeasureKind::Objective,
            "objective",
            said!("no standard has a measure that is objective"),
            said!("a source of records or customers' responses"),
        ),
        (
            MeasureKind::Subjective,
            "subjective",
            said!("no standard has a measure that is subjective"),
            said!("a source of kind `observation`"),
        ),
    ];
    kinds
        .into_iter()
        .filter(|(kind, word, ..)| !has(*kind) && waiver(plan, word).is_none())
        .map(|(_, kind, message, source)| {
            Diagnostic::warning(&codes::ONE_KIND_ONLY, message)
                .at(charter_place(plan), said!("facts and opinions correct each other"))
                .help(said!(
                    "add one over {source}, or say why not: `charter: { waivers: { {kind}: … } }`",
                    source,
                    kind
                ))
        })
        .collect()
}
