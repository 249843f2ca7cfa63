//! A change of a base is for a time: once that is over, nobody decided that it goes on.

use jiff::civil::Date;

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::workspace::Plan;

/// Whether the overlay holds on the day that is looked at.
pub fn lint(plan: &Plan, day: Date) -> Vec<Diagnostic> {
    let Some(overlay) = &plan.charter.overlay else { return Vec::new() };
    let over = overlay.to.as_ref().filter(|to| to.value < day);
    let ahead = overlay.from.as_ref().filter(|from| from.value > day);
    let found = |what: String, at: &crate::diagnostic::Authored<Date>, label: &str, help: &str| {
        Diagnostic::warning(&codes::OVERLAY_OVER, what).at(at.span(), label).help(help)
    };
    match (over, ahead) {
        (Some(to), _) => vec![found(
            format!("the overlay ended on {}, and {day} is judged by it", to.value),
            to,
            "its changes still apply",
            "take its changes out, so that the base applies again, or agree on a later `to` with its owner",
        )],
        (None, Some(from)) => vec![found(
            format!("the overlay begins on {}, and {day} is judged by it", from.value),
            from,
            "its changes apply already",
            "judge the days before it by the base, or agree on an earlier `from` with its owner",
        )],
        (None, None) => Vec::new(),
    }
}
