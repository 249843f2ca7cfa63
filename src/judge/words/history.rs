//! Figures of the gates on history: what is on record of a person beside the figures.

use jiff::civil::Date;

use super::unknown;
use crate::judge::ladder::Step;
use crate::measure::Period;
use crate::records::EvidenceRow;
use crate::words::Words;

pub(in crate::judge) fn communicated(words: &Words, standards: &[&str]) -> String {
    let named: Vec<String> = standards.iter().map(|s| format!("`{s}`")).collect();
    words.say("proof.communicated", &[("standards", &words.list(&named))])
}

pub(in crate::judge) fn nothing_communicated(words: &Words, standard: &str) -> String {
    unknown(words, "proof.communicated.unknown", &[("standard", standard)])
}

pub(in crate::judge) fn communicated_undated(words: &Words, standard: &str) -> String {
    unknown(words, "proof.communicated.undated", &[("standard", standard)])
}

pub(in crate::judge) fn communicated_late(words: &Words, standard: &str, from: Date) -> String {
    words.say("proof.communicated.late", &[("standard", standard), ("date", &words.date(from))])
}

pub(in crate::judge) fn supported(words: &Words, ended: Option<Date>) -> String {
    match ended {
        Some(ended) => words.say("proof.support.until", &[("date", &words.date(ended))]),
        None => words.say("proof.support", &[]),
    }
}

pub(in crate::judge) fn nothing_supported(words: &Words, standard: &str, offered: bool) -> String {
    let key = if offered { "proof.support.no_end" } else { "proof.support.unknown" };
    unknown(words, key, &[("standard", standard)])
}

pub(in crate::judge) fn support_open(words: &Words, standard: &str, end: Option<Date>, as_of: Date) -> String {
    let Some(end) = end else { return words.say("proof.support.endless", &[("standard", standard)]) };
    let key = if end >= as_of { "proof.support.runs" } else { "proof.support.nothing_after" };
    words.say(key, &[("standard", standard), ("date", &words.date(end))])
}

/// A sentence with the reference of its row behind it: `… (D-17)`.
fn referred(row: &EvidenceRow, sentence: String) -> String {
    match &row.reference {
        Some(reference) => format!("{sentence} ({reference})"),
        None => sentence,
    }
}

pub(in crate::judge) fn disputed(words: &Words, row: &EvidenceRow) -> String {
    let said = match (row.kind == "appeal", row.from) {
        (true, Some(from)) => words.say("proof.appeal.since", &[("date", &words.date(from))]),
        (true, None) => words.say("proof.appeal", &[]),
        (false, Some(from)) => words.say("proof.dispute.since", &[("date", &words.date(from))]),
        (false, None) => words.say("proof.dispute", &[]),
    };
    referred(row, said)
}

pub(in crate::judge) fn undisputed(words: &Words, kept: bool) -> String {
    if kept { words.say("proof.dispute.none", &[]) } else { unknown(words, "proof.dispute.unknown", &[]) }
}

pub(in crate::judge) fn absent(words: &Words, row: &EvidenceRow, period: &Period) -> String {
    referred(row, words.say("proof.absence", &[("period", &words.period(&period.name))]))
}

pub(in crate::judge) fn no_absence(words: &Words, kept: bool) -> String {
    if kept { words.say("proof.absence.none", &[]) } else { unknown(words, "proof.absence.unknown", &[]) }
}

pub(in crate::judge) fn for_learning(words: &Words, row: &EvidenceRow, period: &Period) -> String {
    referred(row, words.say("proof.learning", &[("period", &words.period(&period.name))]))
}

/// Another mistake within the year: the first was for learning.
pub(in crate::judge) fn learnt_before(words: &Words, day: Date) -> String {
    words.say("proof.learning.again", &[("date", &words.date(day))])
}

pub(in crate::judge) fn no_learning(words: &Words) -> String {
    words.say("proof.learning.none", &[])
}

pub(in crate::judge) fn ladder(words: &Words, live: Option<Step>, next: Step, wanted: Option<Step>) -> String {
    let name = |step: Step| words.say(step.key(), &[]);
    let wanted = wanted.filter(|wanted| *wanted != next).map(name);
    let (live, next) = (live.map(name), name(next));
    match (&live, &wanted) {
        (None, None) => words.say("proof.ladder", &[("next", &next)]),
        (Some(live), None) => words.say("proof.ladder.live", &[("live", live), ("next", &next)]),
        (None, Some(wanted)) => words.say("proof.ladder.other", &[("next", &next), ("wanted", wanted)]),
        (Some(live), Some(wanted)) => {
            words.say("proof.ladder.live.other", &[("live", live), ("next", &next), ("wanted", wanted)])
        }
    }
}

pub(in crate::judge) fn unclear_warning(words: &Words) -> String {
    unknown(words, "proof.ladder.unclear", &[])
}

pub(in crate::judge) fn nothing_since(words: &Words, given: Date) -> String {
    words.say("proof.ladder.since", &[("date", &words.date(given))])
}

pub(in crate::judge) fn no_ladder(words: &Words) -> String {
    unknown(words, "proof.ladder.unknown", &[])
}

/// A row that may be anybody's.
pub(in crate::judge) fn stray(words: &Words, row: &EvidenceRow) -> String {
    let (line, key) = (row.line.to_string(), format!("stray.{}", row.kind));
    unknown(words, "proof.stray", &[("line", &line), ("what", &words.say(&key, &[])), ("person", &row.person)])
}
