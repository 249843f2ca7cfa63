//! Expressions that can't be compiled to whole columns and run row by row.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::workspace::Plan;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (owner, program) in plan.programs() {
        for (place, why) in program.interpreted() {
            found.push(
                Diagnostic::note(&codes::INTERPRETED, format!("{owner} runs row by row"))
                    .at(place, format!("because of {why}"))
                    .help("it gives the same answer, only slower; functions without loops, closures and recursion run on whole columns"),
            );
        }
    }
    found
}
