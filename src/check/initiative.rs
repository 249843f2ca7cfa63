//! C17: people who meet customers are measured on initiative too, not only on answering.

use super::{binds, codes, texts};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let contact: Vec<_> = plan.standards.iter().filter(|s| binds(s, "contactor")).collect();
    let Some(first) = contact.first() else { return Vec::new() };
    let tagged = contact.iter().any(|s| {
        let measure = plan.measures.get(s.measure);
        let tags = measure.map(|m| texts(&m.more, "tags")).unwrap_or_default();
        texts(&s.more, "tags").into_iter().chain(tags).any(|t| matches!(t, "initiative" | "outgoing" | "pro-activity"))
    });
    if tagged || super::waiver(plan, "initiative").is_some() {
        return Vec::new();
    }
    vec![
        Diagnostic::warning(&codes::NO_INITIATIVE, said!("nothing measures initiative of those who meet customers"))
            .at(first.id.span(), said!("this and the other standards wait for the customer to come"))
            .help(said!("tag a measure `tags: [initiative]`, such as the share of recent buyers who were called")),
    ]
}
