//! C20: service degrades without review: past `review_by` the charter is stale.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

/// Needs an `as_of` in the workspace; with data, the report compares the day of the run.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let (Some(review_by), Some(as_of)) = (&plan.charter.review_by, &plan.as_of) else { return Vec::new() };
    if as_of.value <= review_by.value {
        return Vec::new();
    }
    vec![
        Diagnostic::warning(&codes::STALE, said!("the charter was to be reviewed by {day}", day = review_by))
            .at(review_by.span(), said!("past"))
            .at(as_of.span(), said!("the day that is looked at"))
            .help(said!("review the charter with its owner, then set a new `version` and `review_by`")),
    ]
}
