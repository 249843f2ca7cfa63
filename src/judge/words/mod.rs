//! What the judge says, by the keys of the strings files: kind, plain, precise; each figure with its n and interval; what
//! went well before what didn't; never a verdict on a person. The sentences themselves stand in `templates/words`.

mod history;
mod loosened;
mod notes;
mod proofs;
mod remarks;
mod summaries;

pub(super) use history::*;
pub(super) use loosened::*;
pub(super) use notes::*;
pub(super) use proofs::*;
pub(super) use remarks::*;
pub(super) use summaries::*;

use super::view::View;
use crate::score::Direction;
use crate::words::Words;

/// Sentences one after the other.
pub(super) fn join(words: &Words, sentences: impl Iterator<Item = String>) -> String {
    sentences.collect::<Vec<_>>().join(&words.say("format.also", &[]))
}

/// `figure` put as "not proven: …".
fn unknown(words: &Words, key: &str, holes: &[(&str, &str)]) -> String {
    words.say("proof.unknown", &[("what", &words.say(key, holes))])
}

/// The way of a standard in a key: a bound is proven at its lower or at its upper end.
fn way(view: &View<'_>, standard: usize) -> &'static str {
    match view.direction(standard) {
        Direction::Higher => "higher",
        Direction::Lower => "lower",
    }
}
