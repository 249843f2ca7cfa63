//! C51, C52: which of the five basics and of the nine points of excellence no standard measures.

use super::{charter_place, codes};
use crate::diagnostic::{Code, Diagnostic, Said};
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
    coverage(plan, &BASICS, &codes::BASICS, |count, all| match count {
        1 => said!("1 of the {all} basics is measured", all),
        _ => said!("{count} of the {all} basics are measured", count, all),
    })
}

pub fn nine_points(plan: &Plan) -> Vec<Diagnostic> {
    coverage(plan, &NINE_POINTS, &codes::NINE_POINTS, |count, all| match count {
        1 => said!("1 of the {all} points of excellence is measured", all),
        _ => said!("{count} of the {all} points of excellence are measured", count, all),
    })
}

fn coverage(
    plan: &Plan,
    words: &[&str],
    code: &'static Code,
    message: impl Fn(usize, usize) -> Said,
) -> Vec<Diagnostic> {
    let measured = |word: &str| plan.standards.iter().any(|s| s.quality.as_deref().is_some_and(|q| q == word));
    let lacking: Vec<String> = words.iter().filter(|w| !measured(w)).map(|w| format!("`{w}`")).collect();
    if lacking.is_empty() || plan.standards.is_empty() {
        return Vec::new();
    }
    let count = words.len() - lacking.len();
    vec![
        Diagnostic::note(code, message(count, words.len()))
            .at(charter_place(plan), said!("not measured: {lacking}", lacking = lacking.join(", ")))
            .help(said!("where a standard is about one of them, say so with `quality:`")),
    ]
}
