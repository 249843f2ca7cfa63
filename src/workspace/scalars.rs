//! Scalars from their raw text, by what the key expects: numbers, percentages, dates, yes and no, words.

use jiff::civil::Date;

use super::codes;
use super::names::{either, list, suggestion};
use super::plan::Every;
use super::reader::{Opened, Reader};
use super::tree::{Kind, Node, Style};
use crate::diagnostic::{Authored, Diagnostic, Said, days_as_written, did_you_mean, month_name, number_as_written};
use crate::said;

/// A number as people write it: `30`, `-0.5`, `1_000`, `1e3`; never infinite.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.strip_prefix('+').unwrap_or(text);
    let digits = plain.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_' | 'e' | 'E'));
    let has_digit = plain.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let bad_underscore = plain.starts_with('_') || plain.ends_with('_') || plain.contains("__");
    if !digits || !has_digit || bad_underscore {
        return None;
    }
    plain.replace('_', "").parse::<f64>().ok().filter(|n| n.is_finite())
}

/// `80%` is 0.8, `0.8` is 0.8.
pub fn parse_percentage(text: &str) -> Option<f64> {
    match text.trim().strip_suffix('%') {
        // Through the decimal text, so that 80% and 0.8 are the same number.
        Some(number) => {
            let number = number.trim().replace('_', "");
            parse_number(&number)?;
            let shifted = if number.contains(['e', 'E']) { None } else { format!("{number}e-2").parse::<f64>().ok() };
            shifted.or_else(|| parse_number(&number).map(|n| n / 100.0))
        }
        None => parse_number(text),
    }
}

/// yes, no, true, false (capitals don't matter).
pub fn parse_yes_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

/// Yes and no as people say them in other languages, or with a digit or a letter.
fn meant_yes_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "oui" | "vrai" | "ja" | "wahr" | "sí" | "si" | "y" | "on" | "1" => Some(true),
        "non" | "faux" | "nein" | "falsch" | "n" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// Why a text is no date, and a way out.
#[derive(Debug)]
pub struct NoDate {
    pub message: Said,
    pub help: Said,
    /// It is written as dates are, but no calendar has such a day.
    pub written_well: bool,
}

impl NoDate {
    fn form(message: Said, help: Said) -> Self {
        Self { message, help, written_well: false }
    }

    fn calendar(message: Said, help: Said) -> Self {
        Self { message, help, written_well: true }
    }
}

/// A date, or what is wrong with it.
pub fn parse_date(text: &str) -> Result<Date, NoDate> {
    let form = || {
        let message = needed(said!("a date"), "2026-03-31", text);
        NoDate::form(message, in_our_order(text, said!("write year-month-day")))
    };
    let parts: Vec<&str> = text.trim().split('-').collect();
    let [year, month, day] = parts.as_slice() else { return Err(form()) };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || ![year, month, day].iter().all(|p| digits(p) && (1..=4).contains(&p.len())) {
        return Err(form());
    }
    let (Ok(y), Ok(m), Ok(d)) = (year.parse::<i16>(), month.parse::<usize>(), day.parse::<i8>()) else {
        return Err(form());
    };
    let Some(name) = month_name(m) else {
        return Err(NoDate::calendar(
            said!("there is no month {month}", month = m),
            said!("months go from 01 to 12: write year-month-day"),
        ));
    };
    Date::new(y, m as i8, d).map_err(|_| {
        let last = Date::new(y, m as i8, 1).map_or(31, |first| first.days_in_month());
        NoDate::calendar(
            said!(
                "there is no {day} {month} {year}",
                day = u64::from(d.unsigned_abs()),
                month = name,
                year = i32::from(y)
            ),
            said!("the last day of that month is {last}", last = last.to_string()),
        )
    })
}

fn needed(what: Said, example: &str, text: &str) -> Said {
    let text = text.trim();
    match days_as_written(text).is_empty() || text.chars().count() > 40 {
        true => said!("{needed} is needed here, such as {example}", needed = what, example),
        false => said!("`{written}` is not written year first", written = text),
    }
}

/// Each way to read a date that was written in another order.
fn in_our_order(text: &str, otherwise: Said) -> Said {
    match days_as_written(text).as_slice() {
        [] => otherwise,
        [(day, _)] => said!("write `{day}`", day),
        several => {
            let ways = either(several.iter().map(|(day, words)| said!("`{day}` ({words})", day, words)));
            said!("write {ways}", ways)
        }
    }
}

/// The first day of a period written as `2026`, `2026-Q1`, `2026-03`, `2026-W05` or `2026-03-14`.
pub fn parse_period_start(text: &str) -> Result<Date, NoDate> {
    let text = text.trim();
    let form = || {
        let message = needed(said!("a first period"), "2026-01", text);
        NoDate::form(message, in_our_order(text, said!("write a year, 2026-Q1, a month, 2026-W05 or a date")))
    };
    let year = |t: &str| if t.len() == 4 { t.parse::<i16>().ok() } else { None };
    if let Some(y) = year(text) {
        return Date::new(y, 1, 1).map_err(|_| form());
    }
    let Some((head, tail)) = text.split_once('-') else { return Err(form()) };
    let Some(y) = year(head) else { return Err(form()) };
    if let Some(quarter) = tail.strip_prefix(['Q', 'q']) {
        let quarter = quarter.parse::<i8>().ok().filter(|q| (1..=4).contains(q)).ok_or_else(form)?;
        return Date::new(y, quarter * 3 - 2, 1).map_err(|_| form());
    }
    if let Some(week) = tail.strip_prefix(['W', 'w']) {
        let week = week.parse::<i8>().map_err(|_| form())?;
        let monday = jiff::civil::ISOWeekDate::new(y, week, jiff::civil::Weekday::Monday);
        return monday.map(|w| w.date()).map_err(|_| {
            NoDate::calendar(
                said!("there is no week {week} in {year}", week = i32::from(week), year = i32::from(y)),
                said!("weeks are written 2026-W05"),
            )
        });
    }
    if tail.contains('-') { parse_date(text) } else { parse_date(&format!("{text}-01")) }
}

/// Of what kind the period of a name is, by the name's form alone: `2026`, `2026-Q1`, `2026-W05`, `2026-03`, `2026-03-14`.
pub fn every_of_name(name: &str) -> Option<Every> {
    let Some((_, rest)) = name.split_once('-') else {
        return (name.len() == 4).then_some(Every::Year);
    };
    Some(match rest.get(..1)? {
        "Q" | "q" => Every::Quarter,
        "W" | "w" => Every::Week,
        _ if rest.contains('-') => Every::Day,
        _ => Every::Month,
    })
}

/// A number of days: `30 days`, `2 weeks`, `3 months`, `1 year`, `14`. A month counts 31 days and a year 366: where a
/// length of time is promised to a person, the longer reading is theirs.
pub fn parse_days(text: &str) -> Option<i64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number = number.parse::<i64>().ok().filter(|n| *n <= 100_000)?;
    let each = match unit.trim().trim_end_matches('s') {
        "" | "day" | "d" => 1,
        "week" | "w" => 7,
        "month" => 31,
        "year" => 366,
        _ => return None,
    };
    Some(number * each)
}

/// `30 jours`, `2 Wochen`: as they are written here; `None` for anything else.
fn length_as_written(text: &str) -> Option<String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = match unit.trim().to_lowercase().as_str() {
        "jour" | "jours" | "j" | "tag" | "tage" => "day",
        "semaine" | "semaines" | "sem" | "woche" | "wochen" => "week",
        "mois" | "monat" | "monate" => "month",
        "an" | "ans" | "année" | "années" | "jahr" | "jahre" => "year",
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    Some(format!("{number} {unit}{}", if number == 1 { "" } else { "s" }))
}

pub fn every(word: &str) -> Option<Every> {
    Some(match word {
        "day" => Every::Day,
        "week" => Every::Week,
        "month" => Every::Month,
        "quarter" => Every::Quarter,
        "year" => Every::Year,
        "all" => Every::All,
        _ => return None,
    })
}

/// The number of a percentage: `80` of `80%`.
pub fn percent_of(node: &Node) -> Option<String> {
    let Kind::Scalar(s) = &node.kind else { return None };
    let number = s.text.trim().strip_suffix('%')?.trim();
    parse_number(number).map(|_| number.to_string())
}

/// `a, b, c` without quotes or brackets, where each part is a word.
fn without_brackets(node: &Node) -> Option<Vec<Authored<String>>> {
    let Kind::Scalar(s) = &node.kind else { return None };
    let word = |p: &&str| !p.is_empty() && p.chars().all(|c| c.is_alphanumeric() || "_-./*".contains(c));
    let parts: Vec<&str> = s.text.split(',').map(str::trim).collect();
    if s.style != Style::Plain || parts.len() < 2 || !s.text.contains(", ") || !parts.iter().all(word) {
        return None;
    }
    Some(parts.into_iter().map(|p| Authored::new(p.to_string(), node.origin.clone())).collect())
}

impl Reader<'_> {
    pub fn text(&mut self, node: &Node) -> Option<Authored<String>> {
        match &node.kind {
            Kind::Scalar(s) => Some(Authored::new(s.text.trim_end_matches('\n').to_string(), node.origin.clone())),
            _ => {
                self.wrong(node, said!("a text"), said!("write it after the colon, on the same line"));
                None
            }
        }
    }

    /// One text or a list of texts.
    pub fn texts(&mut self, node: &Node) -> Vec<Authored<String>> {
        if let Some(parts) = without_brackets(node) {
            let all: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
            let help = said!("put brackets around them: `[{all}]`", all = all.join(", "));
            self.report(
                Diagnostic::error(&codes::WRONG_SHAPE, said!("several values stand here without brackets"))
                    .at(node.origin.span, said!("read as one text with commas in it"))
                    .help(help),
            );
            return parts;
        }
        self.items(node).into_iter().filter_map(|item| self.text(item)).collect()
    }

    /// A kind of number; one that was written by another habit is shown as it is written here.
    fn parsed<T>(
        &mut self,
        node: &Node,
        parse: impl FnOnce(&str) -> Option<T>,
        needed: Said,
        help: Said,
    ) -> Option<Authored<T>> {
        let written = if let Kind::Scalar(s) = &node.kind { Some(&*s.text) } else { None };
        let value = written.and_then(parse);
        if value.is_none() {
            let help = match written.and_then(number_as_written) {
                Some((meant, why)) => said!("write `{meant}`: {why}", meant, why),
                None => help,
            };
            self.wrong(node, needed, help);
        }
        value.map(|v| Authored::new(v, node.origin.clone()))
    }

    pub fn number(&mut self, node: &Node) -> Option<Authored<f64>> {
        if let Some(number) = percent_of(node) {
            self.wrong(node, said!("a number"), said!("write `{number}`, without `%`", number));
            return None;
        }
        self.parsed(
            node,
            parse_number,
            said!("a number"),
            said!("write a number, such as 30; thousands as 1000 or 1_000, decimals as 0.5"),
        )
    }

    /// 0 … 1.
    pub fn percentage(&mut self, node: &Node) -> Option<Authored<f64>> {
        let value = self.parsed(
            node,
            parse_percentage,
            said!("a percentage"),
            said!("write a percentage, such as 80% (or 0.8)"),
        )?;
        if (0.0..=1.0).contains(&value.value) {
            return Some(value);
        }
        let help = if (1.0..=100.0).contains(&value.value) {
            said!("write `{number}%`", number = value.value)
        } else {
            said!("write a percentage between 0% and 100%")
        };
        self.out_of_range(node, "0%", "100%", help);
        None
    }

    /// A whole number from 0.
    pub fn count(&mut self, node: &Node) -> Option<Authored<u64>> {
        let parse = |t: &str| parse_number(t).filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 9e15).map(|n| n as u64);
        self.parsed(node, parse, said!("a whole number"), said!("write a whole number, such as 30"))
    }

    /// A number within limits.
    pub fn number_in(&mut self, node: &Node, from: f64, to: f64) -> Option<Authored<f64>> {
        // What lies between 0 and 1 may well be thought of as a percentage.
        if to == 1.0 && percent_of(node).is_some() {
            let share = node.text().and_then(|t| parse_percentage(&t.value)).unwrap_or_default();
            self.wrong(node, said!("a number"), said!("write `{number}`", number = share));
            return None;
        }
        let value = self.number(node)?;
        if (from..=to).contains(&value.value) {
            return Some(value);
        }
        self.not_within(node, &from.to_string(), &to.to_string());
        None
    }

    pub fn count_in(&mut self, node: &Node, from: u64, to: u64) -> Option<Authored<u64>> {
        let value = self.count(node)?;
        if (from..=to).contains(&value.value) {
            return Some(value);
        }
        self.not_within(node, &from.to_string(), &to.to_string());
        None
    }

    fn not_within(&mut self, node: &Node, from: &str, to: &str) {
        self.out_of_range(node, from, to, said!("write a number from {from} to {to}", from, to));
    }

    fn out_of_range(&mut self, node: &Node, from: &str, to: &str, help: Said) {
        let written = super::reader::what_stands(node);
        let message = said!("{written} is not between {from} and {to}", written, from, to);
        self.report(Diagnostic::error(&codes::OUT_OF_RANGE, message).at(node.origin.span, Said::default()).help(help));
    }

    pub fn yes_no(&mut self, node: &Node) -> Option<Authored<bool>> {
        let text = node.text();
        let value = text.as_ref().and_then(|text| parse_yes_no(&text.value));
        if value.is_none() {
            let help = match text.and_then(|text| meant_yes_no(&text.value)) {
                Some(true) => said!("write `{written}`", written = "yes"),
                Some(false) => said!("write `{written}`", written = "no"),
                None => said!("write `yes` or `no`"),
            };
            self.wrong(node, said!("yes or no"), help);
        }
        value.map(|v| Authored::new(v, node.origin.clone()))
    }

    pub fn date(&mut self, node: &Node) -> Option<Authored<Date>> {
        self.dated(node, parse_date)
    }

    /// A date or another text that begins a period.
    pub fn dated(&mut self, node: &Node, parse: fn(&str) -> Result<Date, NoDate>) -> Option<Authored<Date>> {
        let Kind::Scalar(s) = &node.kind else {
            self.wrong(node, said!("a date"), said!("write a date, such as 2026-03-31"));
            return None;
        };
        match parse(&s.text) {
            Ok(date) => Some(Authored::new(date, node.origin.clone())),
            Err(NoDate { message, help, written_well }) => {
                let label = if written_well {
                    said!("`{written}` is not in the calendar", written = s.text)
                } else {
                    said!("dates are written year-month-day")
                };
                self.report(Diagnostic::error(&codes::NO_SUCH_DATE, message).at(node.origin.span, label).help(help));
                None
            }
        }
    }

    /// A number of days, with the text as written.
    pub fn days(&mut self, node: &Node) -> Option<Authored<i64>> {
        let foreign = node.text().and_then(|text| length_as_written(&text.value));
        if let Some(written) = foreign {
            self.wrong(node, said!("a number of days"), said!("write `{written}`", written));
            return None;
        }
        self.parsed(node, parse_days, said!("a number of days"), said!("write `30 days`, `2 weeks` or `3 months`"))
    }

    /// One of the words that the table of keys allows here.
    pub fn word(&mut self, opened: &Opened<'_>, key: &str, words: &[&str]) -> Option<Authored<String>> {
        opened.get(key).and_then(|node| self.one_of(node, words, key))
    }

    pub fn one_of(&mut self, node: &Node, words: &[&str], key: &str) -> Option<Authored<String>> {
        let written = self.text(node)?;
        if words.contains(&written.value.as_str()) {
            return Some(written);
        }
        let help = match did_you_mean(&written.value, words.iter().copied()) {
            Some(near) => said!("did you mean `{near}`? the words are {words}", near, words = list(words)),
            None => said!("write one of {words}", words = list(words)),
        };
        self.report(
            Diagnostic::error(
                &codes::NOT_A_CHOICE,
                said!("`{written}` is not a word that `{key}` takes", written = written.value, key),
            )
            .at(node.origin.span, Said::default())
            .help(help),
        );
        None
    }

    /// A name among those known; the problem is reported with its own code.
    pub fn known<'a>(
        &mut self,
        name: &Authored<String>,
        known: impl IntoIterator<Item = &'a str>,
        what: Said,
        section: &str,
        code: &'static crate::diagnostic::Code,
    ) -> bool {
        let known: Vec<&str> = known.into_iter().collect();
        if known.contains(&name.value.as_str()) {
            return true;
        }
        self.report(
            Diagnostic::error(code, said!("unknown {what} `{name}`", what, name = name.value))
                .at(name.span(), said!("no {what} has this name", what))
                .help(suggestion(&name.value, known, section)),
        );
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (text, number) in
            [("30", 30.0), ("-0.5", -0.5), ("1_000", 1000.0), ("1e3", 1000.0), (" 7 ", 7.0), (".5", 0.5)]
        {
            assert_eq!(parse_number(text), Some(number), "{text}");
        }
        for text in ["", "thirty", "1,000", "inf", "nan", "_1", "1__0", "0x10", "1e999", "-", "e3"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn eighty_percent_is_exactly_point_eight() {
        for (text, number) in
            [("80%", 0.8), ("0.8", 0.8), ("7%", 0.07), ("57 %", 0.57), ("12.5%", 0.125), ("1_0%", 0.1)]
        {
            assert_eq!(parse_percentage(text), Some(number), "{text}");
        }
        assert_eq!(parse_percentage("%"), None);
        assert_eq!(parse_percentage("8O%"), None);
    }

    #[test]
    fn dates_that_do_not_exist_say_so() {
        assert!(parse_date("2026-02-28").is_ok());
        let found = parse_date("2026-02-31").unwrap_err();
        assert_eq!(found.message, "there is no 31 February 2026");
        assert_eq!(found.help, "the last day of that month is 28");
        assert_eq!(parse_date("2028-02-30").unwrap_err().help, "the last day of that month is 29");
        assert_eq!(parse_date("2026-13-01").unwrap_err().message, "there is no month 13");
        assert!(parse_date("31/03/2026").is_err());
        assert!(parse_date("2026-03").is_err());
        assert!(parse_date("26-03-01").is_err());
    }

    #[test]
    fn periods_begin_where_their_name_says() {
        for (text, year, month, day) in [
            ("2026", 2026, 1, 1),
            ("2026-01", 2026, 1, 1),
            ("2026-Q2", 2026, 4, 1),
            ("2026-W01", 2025, 12, 29),
            ("2026-03-14", 2026, 3, 14),
        ] {
            assert_eq!(parse_period_start(text).unwrap(), Date::new(year, month, day).unwrap(), "{text}");
        }
        for text in ["2026-Q5", "2026-W54", "March", "2026.10", "2026-13"] {
            assert!(parse_period_start(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(parse_days("30 days"), Some(30));
        assert_eq!(parse_days("1 day"), Some(1));
        assert_eq!(parse_days("2 weeks"), Some(14));
        assert_eq!(parse_days("14"), Some(14));
        assert_eq!(parse_days("1 month"), Some(31));
        assert_eq!(parse_days("soon"), None);
        assert_eq!(parse_days("-3 days"), None);
    }

    #[test]
    fn lengths_and_answers_of_other_languages_are_told_as_they_are_written_here() {
        for (text, written) in [
            ("30 jours", "30 days"),
            ("1 jour", "1 day"),
            ("2 semaines", "2 weeks"),
            ("3 mois", "3 months"),
            ("30 Tage", "30 days"),
            ("1 Woche", "1 week"),
            ("2 ans", "2 years"),
        ] {
            assert_eq!(length_as_written(text).as_deref(), Some(written), "{text}");
            assert!(parse_days(written).is_some(), "{written}");
        }
        assert_eq!(length_as_written("30 days"), None);
        assert_eq!(length_as_written("jours"), None);
        assert_eq!((meant_yes_no("Oui"), meant_yes_no("FAUX"), meant_yes_no("maybe")), (Some(true), Some(false), None));
    }

    #[test]
    fn yes_and_no() {
        assert_eq!(parse_yes_no("Yes"), Some(true));
        assert_eq!(parse_yes_no("no"), Some(false));
        assert_eq!(parse_yes_no("1"), None);
    }
}
