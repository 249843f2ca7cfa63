//! C51, C52: which of the five basics and of the nine points of excellence no standard measures.

use super::{charter_place, codes};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Covered, Plan, Topic};

/// A charter that says of any standard which quality it is about is held to the basics; before that a note will do.
pub fn basics(plan: &Plan) -> Vec<Diagnostic> {
    let rows = plan.covered(Topic::Basics);
    let (measured, all) = (rows.iter().filter(|row| !row.by.is_empty()).count(), rows.len());
    let message = match measured {
        1 => said!("1 of the {all} basics is measured", all),
        _ => said!("{count} of the {all} basics are measured", count = measured, all),
    };
    let spoken_of = plan.standards.iter().any(|s| s.quality.is_some());
    let found = match spoken_of {
        true => Diagnostic::warning(&codes::BASICS, message),
        false => Diagnostic::note(&codes::BASICS, message),
    };
    lacking(plan, &rows, found)
        .map(|d| d.help(said!("or say why one is left out: `charter: { waivers: { honesty: … } }`")))
        .into_iter()
        .collect()
}

pub fn nine_points(plan: &Plan) -> Vec<Diagnostic> {
    let rows = plan.covered(Topic::NinePoints);
    let (measured, all) = (rows.iter().filter(|row| !row.by.is_empty()).count(), rows.len());
    let message = match measured {
        1 => said!("1 of the {all} points of excellence is measured", all),
        _ => said!("{count} of the {all} points of excellence are measured", count = measured, all),
    };
    lacking(plan, &rows, Diagnostic::note(&codes::NINE_POINTS, message)).into_iter().collect()
}

fn lacking(plan: &Plan, rows: &[Covered], found: Diagnostic) -> Option<Diagnostic> {
    let lacking: Vec<String> = rows.iter().filter(|row| row.lacking()).map(|row| format!("`{}`", row.word)).collect();
    if lacking.is_empty() || plan.standards.is_empty() {
        return None;
    }
    let lacking = Said::verbatim(lacking.join(", "));
    Some(
        found
            .at(charter_place(plan), said!("not measured: {lacking}", lacking))
            .help(said!("where a standard is about one of them, say so with `quality:`")),
    )
}
