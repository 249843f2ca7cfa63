//! Expressions that can't be compiled to whole columns and run row by row.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Plan;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (owner, program) in plan.programs() {
        for (place, why) in program.interpreted() {
            found.push(
                Diagnostic::note(&codes::INTERPRETED, said!("{owner} runs row by row", owner))
                    .at(place, why)
                    .help(said!("it gives the same answer, only slower; functions without loops, closures and recursion run on whole columns")),
            );
        }
    }
    found
}
