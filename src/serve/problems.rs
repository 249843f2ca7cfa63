//! Warnings and notes of the generation in force, each with its line. What refuses a save stands above every page.

use serde::Serialize;

use super::site::{Answer, View};
use crate::diagnostic::{self, Severity};

#[derive(Serialize)]
struct Body {
    errors: usize,
    warnings: usize,
    notes: usize,
    text: String,
}

pub fn page(view: &View<'_>) -> Answer {
    let found = &view.generation.findings;
    let of = |severity: Severity| found.iter().filter(|d| d.severity == severity).count();
    let body = Body {
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        notes: of(Severity::Note),
        text: diagnostic::human(found, &view.generation.plan.author, false),
    };
    view.render("live/problems.html", "/problems", &body)
}
