//! C34: customers were asked, not long ago, that what is measured matters to them.

use jiff::civil::Date;

use super::{charter_place, codes};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

/// By the workspace's own day, or with data by that of the readings.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    plan.as_of.as_ref().map(|day| as_of(plan, day.value)).unwrap_or_default()
}

pub fn as_of(plan: &Plan, day: Date) -> Vec<Diagnostic> {
    let unvalidated: Vec<usize> = (0..plan.standards.len()).filter(|s| !plan.validated(*s, day)).collect();
    if unvalidated.is_empty() || super::waiver(plan, "importance").is_some() {
        return Vec::new();
    }
    if unvalidated.len() == plan.standards.len() {
        return vec![
            Diagnostic::note(&codes::UNVALIDATED, said!("nothing says that customers were asked what matters to them"))
                .at(charter_place(plan), said!("every standard is `unvalidated`"))
                .help(said!("ask, and write `importance: { measured: 2026-01-15, weights: { … } }` in the charter")),
        ];
    }
    let one = |s: &usize| {
        let standard = plan.standards.get(*s)?;
        let weight = plan.weight(*s, day)?;
        let about = match plan.importance_measured(*s) {
            Some(last) => said!("customers were last asked on {last}, more than 18 months before {day}", last, day),
            None => said!("nothing says that customers were asked about it"),
        };
        let about = match weight < standard.weight {
            true => {
                said!("{about}: it weighs {weight} in place of {written}", about, weight, written = standard.weight)
            }
            false => about,
        };
        Some(
            Diagnostic::warning(&codes::UNVALIDATED, said!("standard `{name}` is unvalidated", name = standard.id))
                .at(standard.id.span(), about)
                .help(said!("ask customers how important it is, and write `importance: { measured: … }` with the day")),
        )
    };
    unvalidated.iter().filter_map(one).collect()
}
