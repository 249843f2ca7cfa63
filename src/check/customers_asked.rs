//! C35, C57: being fast and getting few complaints is not yet good service: customers are asked.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let Some(standard) = plan.ungraded().and_then(|position| plan.standards.get(position)) else { return Vec::new() };
    vec![
        Diagnostic::error(&codes::COMPLAINTS_ONLY, said!("the charter hears only customers who complain"))
            .at(standard.id.span(), said!("most dissatisfied customers say nothing and leave"))
            .help(said!("add a standard over a source of kind `customer_response`, such as a survey"))
            .help(said!("until then nothing is graded: no score, no reward and no sanction")),
    ]
}
