//! A change of a base is for a time: once that is over, nobody decided that it goes on.

use jiff::civil::Date;

use super::codes;
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::said;
use crate::workspace::Plan;

/// Whether the overlay holds on the day that is looked at.
pub fn lint(plan: &Plan, day: Date) -> Vec<Diagnostic> {
    let Some(overlay) = &plan.charter.overlay else { return Vec::new() };
    let over = overlay.to.as_ref().filter(|to| to.value < day);
    let ahead = overlay.from.as_ref().filter(|from| from.value > day);
    let found = |what: Said, at: &Authored<Date>, label: Said, help: Said| {
        Diagnostic::warning(&codes::OVERLAY_OVER, what).at(at.span(), label).help(help)
    };
    match (over, ahead) {
        (Some(to), _) => vec![found(
            said!("the overlay ended on {end}, and {day} is judged by it", end = to, day),
            to,
            said!("its changes still apply"),
            said!("take its changes out, so that the base applies again, or agree on a later `to` with its owner"),
        )],
        (None, Some(from)) => vec![found(
            said!("the overlay begins on {beginning}, and {day} is judged by it", beginning = from, day),
            from,
            said!("its changes apply already"),
            said!("judge the days before it by the base, or agree on an earlier `from` with its owner"),
        )],
        (None, None) => Vec::new(),
    }
}
