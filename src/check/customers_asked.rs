//! C35, C57: being fast and getting few complaints is not yet good service: customers are asked.

use super::{codes, waiver};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::{Form, Plan, SourceKind};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut complaint = None;
    for standard in &plan.standards {
        for kind in kinds(plan, standard.measure, 0) {
            match kind {
                SourceKind::CustomerResponse => return Vec::new(),
                SourceKind::Complaint => complaint = complaint.or(Some(standard)),
                _ => {}
            }
        }
    }
    let Some(standard) = complaint else { return Vec::new() };
    if waiver(plan, "survey").is_some() {
        return Vec::new();
    }
    vec![
        Diagnostic::error(&codes::COMPLAINTS_ONLY, said!("the charter hears only customers who complain"))
            .at(standard.id.span(), said!("most dissatisfied customers say nothing and leave"))
            .help(said!("add a standard over a source of kind `customer_response`, such as a survey")),
    ]
}

/// The kinds of source behind a measure, through formulas.
fn kinds(plan: &Plan, measure: usize, depth: usize) -> Vec<SourceKind> {
    match plan.measures.get(measure) {
        Some(m) => match &m.form {
            Form::Formula { inputs, .. } if depth < 64 => {
                inputs.iter().flat_map(|i| kinds(plan, *i, depth + 1)).collect()
            }
            _ => m.source.and_then(|s| plan.sources.get(s)).map(|s| s.kind).into_iter().collect(),
        },
        None => Vec::new(),
    }
}
