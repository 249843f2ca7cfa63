//! C24: a charter without an accountable person fails.

use super::{charter_place, codes};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let named = plan.charter.owner.as_ref().is_some_and(|o| !o.value.trim().is_empty());
    if named {
        return Vec::new();
    }
    vec![
        Diagnostic::error(&codes::NO_OWNER, said!("nobody answers for the charter"))
            .at(charter_place(plan), said!("the charter has no owner"))
            .help(said!("add `owner:` to the charter, such as `owner: Head of Service`")),
    ]
}
