//! The words of reports and letters: one strings file a language; numbers and dates as that language writes them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::codes;
use crate::diagnostic::Diagnostic;

const ENGLISH: &str = include_str!("../../templates/words/en.yaml");
const FRENCH: &str = include_str!("../../templates/words/fr.yaml");

/// Languages whose words are shipped, with their files.
pub const SHIPPED: [(&str, &str); 2] = [("en", ENGLISH), ("fr", FRENCH)];

/// Keys and texts of one language. `{name}` in a text is a hole.
#[derive(Clone, Debug)]
pub struct Words {
    pub language: String,
    texts: BTreeMap<String, String>,
    decimal: String,
    thousands: String,
}

fn parsed(yaml: &str) -> Result<BTreeMap<String, String>, String> {
    serde_yaml::from_str(yaml).map_err(|e| e.to_string())
}

impl Words {
    /// The words of `language`: `own` (an author's file) over the shipped ones over English. `en-GB` falls back to `en`.
    pub fn load(language: &str, own: Option<(&str, &str)>) -> Result<Self, Diagnostic> {
        let base = language.split(['-', '_']).next().unwrap_or(language).to_lowercase();
        let shipped = SHIPPED.iter().find(|(name, _)| *name == base).map(|(_, yaml)| *yaml);
        if shipped.is_none() && own.is_none() {
            let message = format!("no words for the language `{language}`");
            return Err(Diagnostic::error(&codes::WORDS_WRONG, message)
                .help(format!("write `language: en` or `language: fr`, or add `templates/words/{language}.yaml`")));
        }
        let broken = |name: &str, why: &str| {
            Diagnostic::error(&codes::WORDS_WRONG, format!("the words of `{language}` can't be read: {why}"))
                .in_data(name, 0, 0, "this file")
                .help("write one line a key, each with its text in quotes: `title: \"Report\"`")
        };
        let mut texts = parsed(ENGLISH).map_err(|e| broken("words/en.yaml", &e))?;
        if let Some(yaml) = shipped {
            texts.extend(parsed(yaml).map_err(|e| broken("words", &e))?);
        }
        if let Some((name, yaml)) = own {
            texts.extend(parsed(yaml).map_err(|e| broken(name, &e))?);
        }
        let sign = |key: &str, otherwise: &str| texts.get(key).cloned().unwrap_or_else(|| otherwise.to_owned());
        let (decimal, thousands) = (sign("format.decimal", "."), sign("format.thousands", ","));
        Ok(Self { language: language.to_owned(), texts, decimal, thousands })
    }

    /// The text of a key as it stands in the file.
    pub fn raw(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Every key, for did-you-mean.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The text of a key with its holes filled; the key itself where there is none (a test keeps that from happening).
    pub fn say(&self, key: &str, holes: &[(&str, &str)]) -> String {
        self.try_say(key, holes).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a key with its holes filled.
    pub fn try_say(&self, key: &str, holes: &[(&str, &str)]) -> Option<String> {
        let mut text = self.raw(key)?.to_owned();
        for (name, value) in holes {
            let hole = format!("{{{name}}}");
            if text.contains(&hole) {
                text = text.replace(&hole, value);
            }
        }
        Some(text)
    }

    /// A text that depends on a count: `key.one` or `key.other`, with `{count}` written out.
    pub fn count(&self, key: &str, count: u64, holes: &[(&str, &str)]) -> Option<String> {
        let one = if self.language.to_lowercase().starts_with("fr") { count < 2 } else { count == 1 };
        let shown = self.integer(count);
        let holes: Vec<(&str, &str)> = holes.iter().copied().chain([("count", shown.as_str())]).collect();
        self.try_say(&format!("{key}.{}", if one { "one" } else { "other" }), &holes)
    }

    /// `1 person`, `3 departments`; for levels of the author's own, the name beside the count.
    pub fn subjects(&self, level: &str, count: u64) -> String {
        let own = || self.count("level.own", count, &[("level", level), ("plural", &english_plural(level))]);
        self.count(&format!("level.{level}"), count, &[]).or_else(own).unwrap_or_default()
    }

    /// The title of a level: `Departments`.
    pub fn level_title(&self, level: &str) -> String {
        self.raw(&format!("level.{level}.title")).map_or_else(|| capitalised(level), str::to_owned)
    }

    /// `1,234`
    pub fn integer(&self, x: u64) -> String {
        self.grouped(&x.to_string())
    }

    /// At most `places` decimals, half up, without trailing zeros: `12,034.5`.
    pub fn number(&self, x: f64, places: i32) -> String {
        let plain = super::figure::decimal_text(x, places);
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |d| ("\u{2212}", d));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut text = format!("{sign}{}", self.grouped(whole));
        if !fraction.is_empty() {
            text.push_str(&self.decimal);
            text.push_str(fraction);
        }
        text
    }

    /// 0…1 as a percentage: `85.4%`.
    pub fn percent(&self, x: f64, places: i32) -> String {
        self.say("format.percent", &[("number", &self.number(x * 100.0, places))])
    }

    /// `30 April 2026`
    pub fn date(&self, date: Date) -> String {
        let month = self.say(&format!("month.{}", date.month()), &[]);
        let day = self.raw(&format!("format.day.{}", date.day())).map_or_else(|| date.day().to_string(), str::to_owned);
        self.say("format.date", &[("day", &day), ("month", &month), ("year", &date.year().to_string())])
    }

    /// A period's name as people say it: `2026-03` is `March 2026`.
    pub fn period(&self, name: &str) -> String {
        let parts: Vec<&str> = name.split('-').collect();
        let said = match parts.as_slice() {
            ["all"] => Some(self.say("period.all", &[])),
            [year, month] if month.len() == 2 && month.parse::<u8>().is_ok_and(|m| (1..=12).contains(&m)) => {
                let month = self.say(&format!("month.{}", month.trim_start_matches('0')), &[]);
                Some(self.say("period.month", &[("month", &month), ("year", year)]))
            }
            [year, part] if part.starts_with('W') => {
                let week = part.trim_start_matches('W').trim_start_matches('0');
                Some(self.say("period.week", &[("week", week), ("year", year)]))
            }
            [year, part] if part.starts_with('Q') => {
                Some(self.say("period.quarter", &[("quarter", part.trim_start_matches('Q')), ("year", year)]))
            }
            [_, _, _] => name.parse::<Date>().ok().map(|d| self.date(d)),
            _ => None,
        };
        said.unwrap_or_else(|| name.to_owned())
    }

    /// A sentence of the judge with percentages written as in this language: `54.1 %` is `54.1%`.
    pub fn localised(&self, sentence: &str) -> String {
        let sign = self.say("format.percent", &[("number", "")]);
        let mut text = String::with_capacity(sentence.len());
        for (i, part) in sentence.split(" %").enumerate() {
            if i > 0 {
                let figure = text.ends_with(|c: char| c.is_ascii_digit());
                text.push_str(if figure { &sign } else { " %" });
            }
            text.push_str(part);
        }
        text
    }

    /// `a, b and c`
    pub fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{}{}{last}", first.join(", "), self.say("format.and", &[])),
        }
    }

    fn grouped(&self, digits: &str) -> String {
        let mut text = String::with_capacity(digits.len() + 4);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) && digits.len() > 3 {
                text.push_str(&self.thousands);
            }
            text.push(digit);
        }
        text
    }
}

/// Several of a level that an author named: `branch` → `branches`. Other languages don't ask for it.
fn english_plural(word: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if ends(&["s", "x", "z", "ch", "sh"]) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// The first letter as a capital.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(language: &str) -> Words {
        Words::load(language, None).unwrap()
    }

    #[test]
    fn every_language_has_every_key_and_the_same_holes() {
        let english = parsed(ENGLISH).unwrap();
        for (name, yaml) in SHIPPED {
            let other = parsed(yaml).unwrap();
            let missing: Vec<_> = english.keys().filter(|k| !other.contains_key(*k)).collect();
            let extra: Vec<_> =
                other.keys().filter(|k| !english.contains_key(*k) && !k.starts_with("format.day.")).collect();
            assert!(missing.is_empty() && extra.is_empty(), "{name}: missing {missing:?}, extra {extra:?}");
            for (key, text) in &english {
                let holes = |text: &str| {
                    let mut found: Vec<String> =
                        text.split('{').skip(1).filter_map(|t| t.split_once('}')).map(|(h, _)| h.to_owned()).collect();
                    found.sort();
                    found.dedup();
                    found
                };
                // A `one` may leave its count out; only English makes plurals of an author's words.
                if !key.ends_with(".one") && key != "level.own.other" {
                    assert_eq!(holes(text), holes(&other[key]), "{name}: {key}");
                }
            }
        }
    }

    #[test]
    fn numbers_and_dates_follow_the_language() {
        let (en, fr) = (words("en"), words("fr"));
        assert_eq!(en.number(12034.5, 2), "12,034.5");
        assert_eq!(fr.number(12034.5, 2), "12\u{202f}034,5");
        assert_eq!(en.number(-1234567.0, 0), "\u{2212}1,234,567");
        assert_eq!(en.percent(0.85449, 1), "85.4%");
        assert_eq!(en.localised("54.1 % of 112, a % sign"), "54.1% of 112, a % sign");
        assert_eq!(fr.percent(0.85449, 1), "85,4\u{202f}%");
        let day = jiff::civil::date(2026, 5, 1);
        assert_eq!(en.date(day), "1 May 2026");
        assert_eq!(fr.date(day), "1er mai 2026");
    }

    #[test]
    fn periods_are_said_as_people_say_them() {
        let en = words("en");
        assert_eq!(en.period("2026-03"), "March 2026");
        assert_eq!(en.period("2026-W05"), "week 5 of 2026");
        assert_eq!(en.period("2026-Q1"), "quarter 1 of 2026");
        assert_eq!(en.period("2026"), "2026");
        assert_eq!(en.period("2026-03-14"), "14 March 2026");
        assert_eq!(en.period("all"), "the whole time");
    }

    #[test]
    fn counts_take_their_form() {
        let (en, fr) = (words("en"), words("fr"));
        assert_eq!(en.subjects("person", 1), "1 person");
        assert_eq!(en.subjects("person", 0), "0 people");
        assert_eq!(fr.subjects("person", 0), "0 personne");
        assert_eq!(en.subjects("hospital", 12), "12 hospitals");
        assert_eq!(en.subjects("branch", 2), "2 branches");
        assert_eq!(en.subjects("agency", 1), "1 agency");
        assert_eq!(en.subjects("agency", 2), "2 agencies");
        assert_eq!(fr.subjects("hospital", 12), "12 × hospital");
        assert_eq!(en.list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn an_unknown_language_is_refused_and_an_authors_one_used() {
        assert_eq!(Words::load("xx", None).unwrap_err().code.id, "EH0808");
        let own = Words::load("xx", Some(("templates/words/xx.yaml", "outcome.reward: \"Bravo\""))).unwrap();
        assert_eq!(own.say("outcome.reward", &[]), "Bravo");
        assert_eq!(own.period("2026-03"), "March 2026");
    }
}
