//! Sentences about delegated decisions, responsibility and critical items.

use super::unknown;
use crate::judge::figures::id;
use crate::judge::view::View;
use crate::records::EvidenceRow;
use crate::words::Words;

/// C62: what was on record before the events.
pub(in crate::judge) fn authorised(words: &Words) -> String {
    words.say("proof.authority", &[])
}

pub(in crate::judge) fn nothing_delegated(words: &Words) -> String {
    words.say("proof.authority.none", &[])
}

/// `lacking`: kinds of evidence, as the file names them.
pub(in crate::judge) fn not_authorised(words: &Words, standard: &str, lacking: &[&str]) -> String {
    let named: Vec<String> = lacking.iter().map(|kind| words.say(&format!("evidence.{kind}"), &[])).collect();
    unknown(words, "proof.authority.unknown", &[("standard", standard), ("lacking", &words.list(&named))])
}

/// C65: what the person took upon them.
pub(in crate::judge) fn responsible(words: &Words, name: &str, row: &EvidenceRow) -> String {
    match &row.reference {
        Some(reference) => words.say("note.responsible.for", &[("name", name), ("what", reference)]),
        None => words.say("note.responsible", &[("name", name)]),
    }
}

/// Failed critical items, apart from the score.
pub(in crate::judge) fn critical(
    view: &View<'_>,
    standard: usize,
    failed: u64,
    reviews: u64,
    cap: Option<f64>,
) -> String {
    let words = view.words;
    let (failed, reviews) = (words.integer(failed), words.integer(reviews));
    let holes = [("standard", id(view, standard)), ("failed", &failed), ("reviews", &reviews)];
    match cap {
        None => words.say("note.critical", &holes),
        Some(cap) => {
            let [standard, failed, reviews] = holes;
            words.say("note.critical.cap", &[standard, failed, reviews, ("cap", &words.percent(cap, 1))])
        }
    }
}
