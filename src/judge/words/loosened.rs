//! Loosened gates, with who answers for them.

use crate::judge::figures::{number, records};
use crate::words::Words;

/// Why, and who approved it; `None` where the policy doesn't say.
pub(in crate::judge) struct Answered<'a> {
    pub because: Option<&'a str>,
    pub approved_by: Option<&'a str>,
}

impl Answered<'_> {
    fn say(&self, words: &Words, key: &str, holes: &[(&str, &str)]) -> String {
        let nobody = words.say("loosened.not_stated", &[]);
        let own = [("because", self.because.unwrap_or(&nobody)), ("approved_by", self.approved_by.unwrap_or(&nobody))];
        words.say(key, &[holes, &own].concat())
    }
}

pub(in crate::judge) fn loosened(words: &Words, gate: &str, to: Option<f64>, by: &Answered<'_>) -> String {
    match to {
        Some(to) => by.say(words, "loosened.to", &[("name", gate), ("value", &number(words, to, 6))]),
        None => by.say(words, "loosened.off", &[("name", gate)]),
    }
}

pub(in crate::judge) fn loosened_line(words: &Words, key: &str, value: f64, by: &Answered<'_>) -> String {
    by.say(words, "loosened.line", &[("name", key), ("value", &number(words, value, 6))])
}

pub(in crate::judge) fn loosened_minimum(words: &Words, least: u64, by: &Answered<'_>) -> String {
    by.say(words, "loosened.minimum", &[("records", &records(words, least))])
}
