//! Comparisons in rules that never come true: a word that is never the answer, a level taken for a person, a share
//! where figures go to 100.

use super::codes;
use super::names::list;
use super::plan::{Attribute, Part, RuleSlot};
use crate::diagnostic::{Authored, Diagnostic, Said, Span, did_you_mean};
use crate::language::Value;
use crate::said;

/// What `trend` answers.
const TRENDS: [&str; 3] = ["improving", "stable", "worsening"];
/// What the state of a standard can be.
const STATES: [&str; 7] = ["measured", "too_few", "doubtful", "unmeasured", "not_applicable", "not_due", "failed"];

/// What is wrong with comparing a name of a rule with a constant, if something is. `at` is the constant's place.
pub fn comparison(slot: &RuleSlot, with: &Value, levels: &[Authored<String>], at: Span) -> Option<Diagnostic> {
    match (slot, with) {
        (RuleSlot::Trend(_), Value::Text(word)) => never(said!("the answer of `trend`"), word, &TRENDS, at),
        (RuleSlot::Of(_, Attribute::State), Value::Text(word)) => never(said!("a state"), word, &STATES, at),
        (RuleSlot::Subject, Value::Text(word)) => level_as_subject(word, levels, at),
        (slot, Value::Number(number)) if to_hundred(slot) && *number > 0.0 && *number < 1.0 => {
            Some(too_small(*number, at))
        }
        _ => None,
    }
}

/// A word that a closed list of answers doesn't hold.
fn never(what: Said, word: &str, known: &[&str], at: Span) -> Option<Diagnostic> {
    if known.contains(&word) {
        return None;
    }
    let found = Diagnostic::error(&codes::NOT_A_CHOICE, said!("`\"{word}\"` is never {what}", word, what))
        .at(at, said!("no such word"));
    Some(match did_you_mean(word, known.iter().copied()) {
        Some(near) => found.help(said!("did you mean `\"{near}\"`?", near)),
        None => found.help(said!("the words are {known}", known = list(known))),
    })
}

/// `subject == "person"`. The organisation alone is called like its level.
fn level_as_subject(word: &str, levels: &[Authored<String>], at: Span) -> Option<Diagnostic> {
    let level = levels.iter().find(|l| l.value == word && word != "organisation")?;
    let found = Diagnostic::warning(&codes::NEVER_TRUE, said!("`subject` is an id, and `{word}` is a level", word))
        .at(at, said!("nobody is called so"));
    Some(found.help(said!("a rule is limited by `for: { level: [{level}] }`", level = level.value)))
}

/// Figures that go from 0 to 100.
fn to_hundred(slot: &RuleSlot) -> bool {
    use Attribute::{Best, Estimate, Lower, Points, Upper, Value, Worst};
    match slot {
        RuleSlot::Score | RuleSlot::ScoreLower | RuleSlot::ScoreUpper | RuleSlot::Of(_, Points) => true,
        RuleSlot::Of(Part::Group(_), attribute) => {
            matches!(attribute, Value | Lower | Upper | Worst | Best | Estimate)
        }
        _ => false,
    }
}

fn too_small(number: f64, at: Span) -> Diagnostic {
    // Through the decimal text: 0.07 times 100 would show as 7.000000000000001.
    let hundredfold = format!("{number}e2").parse::<f64>().unwrap_or(number * 100.0);
    Diagnostic::warning(&codes::NEVER_TRUE, said!("`{number}` is less than one point of a hundred", number))
        .at(at, said!("score and points go from 0 to 100"))
        .help(said!("write `{hundredfold}`", hundredfold))
}
