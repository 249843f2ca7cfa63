//! Sentences about delegated decisions, responsibility and critical items.

use super::figures::id;
use super::view::View;
use crate::records::EvidenceRow;

/// C62: what was on record before the events.
pub(super) fn authorised() -> String {
    "authority, guidance and coaching for delegated decisions were on record before the events".into()
}

pub(super) fn nothing_delegated() -> String {
    "no claimed standard rests on delegated decisions".into()
}

pub(super) fn not_authorised(standard: &str, lacking: &[&str]) -> String {
    let lacking = lacking.join(" and ");
    format!("not proven: `{standard}` rests on delegated decisions, and nothing records {lacking} before the events")
}

/// C65: what the person took upon them.
pub(super) fn responsible(name: &str, row: &EvidenceRow) -> String {
    let what = row.reference.as_ref().map_or(String::new(), |reference| format!(": {reference}"));
    format!("{name} took responsibility{what}; this raises the reward")
}

/// Failed critical items, apart from the score.
pub(super) fn critical(view: &View<'_>, standard: usize, failed: u64, reviews: u64, cap: Option<f64>) -> String {
    let scored = match cap {
        None => "it is shown apart from the score".to_owned(),
        Some(cap) => format!("such a review scores at most {} %", super::figures::short(cap * 100.0, 1)),
    };
    format!("`{}`: a critical item failed in {failed} of {reviews} reviews; {scored}", id(view, standard))
}
