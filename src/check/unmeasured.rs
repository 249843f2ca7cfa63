//! C4, C26: a standard of which nothing was ever measured.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::measure::Readings;
use crate::workspace::{Form, Plan};

pub fn lint(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let live = |measure: usize| readings.rows.get(measure).is_some_and(|rows| rows.measured > 0);
    let mut found = Vec::new();
    for standard in &plan.standards {
        let Some(measure) = plan.measures.get(standard.measure) else { continue };
        let lives = match &measure.form {
            // A formula lives where all it is computed from does; a formula among them is looked at on its own.
            Form::Formula { inputs, .. } => inputs
                .iter()
                .all(|i| live(*i) || matches!(plan.measures.get(*i).map(|m| &m.form), Some(Form::Formula { .. }))),
            _ => live(standard.measure),
        };
        if !lives {
            found.push(
                Diagnostic::error(&codes::UNMEASURED, format!("standard `{}` is unmeasured", standard.id.value))
                    .at(standard.id.span(), "no record was measured for it")
                    .at(measure.id.span(), "its measure")
                    .help("see in `rows` why its records were left out: out of scope, not applicable, missing, or no file"),
            );
        }
    }
    found
}
