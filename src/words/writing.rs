//! Numbers, percentages, dates, counts and lists as a language writes them.

use jiff::civil::Date;

use super::figure::decimal_text;
use super::table::Words;

impl Words {
    /// A text that depends on a count: `key.one` or `key.other`, with `{count}` written out.
    pub fn count(&self, key: &str, count: u64, holes: &[(&str, &str)]) -> Option<String> {
        let one = count == 1 || count == 0 && self.none_is_one;
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
        self.punctuated(&decimal_text(x, places), 0)
    }

    /// The digits that a message gives a number, with the signs of this language. Four digits stand together, as those
    /// of a year or of a line do; what holds anything but digits stays.
    pub(super) fn written(&self, plain: &str) -> String {
        if plain.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') {
            self.punctuated(plain, 4)
        } else {
            plain.to_owned()
        }
    }

    /// `-1234.5` with the signs of this language; so many digits aren't parted yet.
    fn punctuated(&self, plain: &str, together: usize) -> String {
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |d| ("\u{2212}", d));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = if whole.len() <= together { whole.to_owned() } else { self.grouped(whole) };
        let mut text = format!("{sign}{whole}");
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

    /// Why rows were left out: the engine's own reasons in words, an author's as written.
    pub fn reason(&self, reason: &str) -> String {
        self.raw(&format!("reason.{reason}")).unwrap_or(reason).to_owned()
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
    use std::sync::Arc;

    use super::*;

    fn words(language: &str) -> Arc<Words> {
        Words::shipped(language).unwrap()
    }

    #[test]
    fn numbers_and_dates_follow_the_language() {
        let (en, fr) = (words("en"), words("fr"));
        assert_eq!(en.number(12034.5, 2), "12,034.5");
        assert_eq!(fr.number(12034.5, 2), "12\u{202f}034,5");
        assert_eq!(en.number(-1234567.0, 0), "\u{2212}1,234,567");
        assert_eq!(en.percent(0.85449, 1), "85.4%");
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
}
