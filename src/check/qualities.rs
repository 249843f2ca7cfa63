//! C51, C52: which of the five basics and of the nine points of excellence no standard measures.

use super::{charter_place, codes};
use crate::diagnostic::{Code, Diagnostic};
use crate::said;
use crate::workspace::Plan;

pub const BASICS: [&str; 5] = ["efficiency", "honesty", "manners", "respect", "follow_through"];
pub const NINE_POINTS: [&str; 9] = [
    "commitment_to_time",
    "ability_to_change",
    "politeness",
    "truthfulness",
    "promises_kept",
    "quality",
    "problem_solving",
    "adding_value",
    "improvement",
];

pub fn basics(plan: &Plan) -> Vec<Diagnostic> {
    coverage(plan, &BASICS, "basics", &codes::BASICS)
}

pub fn nine_points(plan: &Plan) -> Vec<Diagnostic> {
    coverage(plan, &NINE_POINTS, "points of excellence", &codes::NINE_POINTS)
}

fn coverage(plan: &Plan, words: &[&str], what: &str, code: &'static Code) -> Vec<Diagnostic> {
    let measured = |word: &str| plan.standards.iter().any(|s| s.quality.as_deref().is_some_and(|q| q == word));
    let lacking: Vec<String> = words.iter().filter(|w| !measured(w)).map(|w| format!("`{w}`")).collect();
    if lacking.is_empty() || plan.standards.is_empty() {
        return Vec::new();
    }
    let count = words.len() - lacking.len();
    vec![
        Diagnostic::note(
            code,
            said!(
                "{count} of the {count_2} {what} {are} measured",
                count,
                count_2 = words.len(),
                what,
                are = if count == 1 { "is" } else { "are" }
            ),
        )
        .at(charter_place(plan), said!("not measured: {lacking}", lacking = lacking.join(", ")))
        .help(said!("where a standard is about one of them, say so with `quality:`")),
    ]
}
