//! What people write by habit, and how it is written here: days, quotes, signs that can't be seen.

use super::Said;
use crate::said;

/// How months are written by people, in the languages whose names for them we know.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "janvier", "januar"],
    &["february", "feb", "février", "februar"],
    &["march", "mar", "mars", "märz"],
    &["april", "apr", "avril"],
    &["may", "mai"],
    &["june", "jun", "juin", "juni"],
    &["july", "jul", "juillet", "juli"],
    &["august", "aug", "août"],
    &["september", "sep", "sept", "septembre"],
    &["october", "oct", "octobre", "oktober"],
    &["november", "nov", "novembre"],
    &["december", "dec", "décembre", "dezember"],
];

/// The name of a month from 1.
pub fn month_name(month: usize) -> Option<Said> {
    Some(match month {
        1 => said!("January"),
        2 => said!("February"),
        3 => said!("March"),
        4 => said!("April"),
        5 => said!("May"),
        6 => said!("June"),
        7 => said!("July"),
        8 => said!("August"),
        9 => said!("September"),
        10 => said!("October"),
        11 => said!("November"),
        12 => said!("December"),
        _ => return None,
    })
}

/// A day, or a month of a year, in another order than year-month-day: each way to read it, as it is written here, and
/// in words. `30.04.2026` has one; `01/02/2026` has two. Whether such a day exists is not looked at beyond month 12 and
/// day 31.
pub fn days_as_written(text: &str) -> Vec<(String, Said)> {
    let parts: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || "./-,".contains(c)).filter(|p| !p.is_empty()).collect();
    let number = |p: &str| p.parse::<usize>().ok().filter(|_| p.len() <= 4);
    let year = |p: &str| number(p).filter(|y| p.len() == 4 && (1900..2200).contains(y));
    let day =
        |p: &str| number(p.trim_end_matches(['t', 'h', 's', 'r', 'd', 'n', 'e'])).filter(|d| (1..=31).contains(d));
    let named = |p: &str| MONTHS.iter().position(|names| names.contains(&p.to_lowercase().as_str())).map(|m| m + 1);
    let month = |p: &str| number(p).filter(|m| (1..=12).contains(m));
    let whole = |y: usize, m: usize, d: usize| {
        let month = month_name(m).unwrap_or_default();
        // Some languages count the first day of a month and number the others.
        let said = if d == 1 { said!("1 {month}", month) } else { said!("{day} {month}", day = d, month) };
        (format!("{y}-{m:02}-{d:02}"), said)
    };
    match parts.as_slice() {
        [m, y] => match (named(m), year(y)) {
            (Some(m), Some(y)) => {
                vec![(
                    format!("{y}-{m:02}"),
                    said!("{month} {year}", month = month_name(m).unwrap_or_default(), year = y),
                )]
            }
            _ => Vec::new(),
        },
        [a, b, c] => {
            if let (Some(y), Some(m), Some(d)) = (year(a), month(b), day(c)) {
                return vec![whole(y, m, d)];
            }
            let Some(y) = year(c) else { return Vec::new() };
            let words = named(b).zip(day(a)).or_else(|| named(a).zip(day(b)));
            if let Some((m, d)) = words {
                return vec![whole(y, m, d)];
            }
            let mut ways = Vec::new();
            if let (Some(d), Some(m)) = (day(a), month(b)) {
                ways.push(whole(y, m, d));
            }
            // Only slashes and hyphens are written with the month first.
            if let (Some(m), Some(d), false) = (month(a), day(b), text.contains('.'))
                && m != d
            {
                ways.push(whole(y, m, d));
            }
            ways
        }
        _ => Vec::new(),
    }
}

/// A character that looks like a space or like nothing: what it is called, and the way out.
pub fn invisible(sign: char) -> Option<(Said, Said)> {
    match sign {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => Some((
            said!("a no-break space"),
            said!("delete it and type a space; Word and web pages write it, and it looks like one"),
        )),
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => Some((
            said!("a space without width"),
            said!("delete it; it comes along when text is pasted from a web page"),
        )),
        '\u{ad}' => {
            Some((said!("a soft hyphen"), said!("delete it; it comes along when text is pasted from another program")))
        }
        _ => None,
    }
}

#[rustfmt::skip]
const WORDS: [(&str, u32); 28] = [
    ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9),
    ("ten", 10), ("eleven", 11), ("twelve", 12), ("thirteen", 13), ("fourteen", 14), ("fifteen", 15), ("sixteen", 16),
    ("seventeen", 17), ("eighteen", 18), ("nineteen", 19), ("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50),
    ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90), ("hundred", 100),
];

/// A number as it is written here, and what was strange about the one that was written: `0,6`, `1,000`, `60 seconds`,
/// `sixty percent`.
pub fn number_as_written(text: &str) -> Option<(String, Said)> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let share = ["percent", "per cent", "pct", "%"].iter().find_map(|word| lower.strip_suffix(word));
    let sign = if share.is_some() { "%" } else { "" };
    let stem = share.unwrap_or(&lower).trim();
    let is_number =
        |t: &str| t.parse::<f64>().is_ok_and(f64::is_finite) && t.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if let Some(number) = in_words(stem) {
        return Some((format!("{number}{sign}"), said!("a number is written in digits")));
    }
    if is_number(stem) && share.is_some() && !lower.ends_with('%') {
        return Some((format!("{stem}%"), said!("a percentage is written with its sign")));
    }
    let groups: Vec<&str> = stem.split(',').collect();
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let thousands = groups.iter().skip(1).all(|g| g.len() == 3 && digits(g));
    match groups.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && digits(first) && thousands && *first != "0" => {
            return Some((format!("{}{sign}", groups.concat()), said!("thousands have no comma here")));
        }
        [whole, part] if digits(whole.trim_start_matches('-')) && digits(part) => {
            return Some((format!("{whole}.{part}{sign}"), said!("decimals have a point here")));
        }
        _ => {}
    }
    let end = stem.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(stem.len());
    let (number, unit) = stem.split_at(end);
    let unit = unit.trim().trim_end_matches('.');
    let word = !unit.is_empty() && unit.chars().all(char::is_alphabetic);
    (word && sign.is_empty() && is_number(number)).then(|| (number.to_owned(), said!("the unit is that of the column")))
}

/// `sixty`, `twenty five`: none, or the number.
fn in_words(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split([' ', '-']).filter(|p| !p.is_empty()).collect();
    let value = |p: &str| WORDS.iter().find(|(word, _)| *word == p).map(|(_, n)| *n);
    match parts.as_slice() {
        [one] => value(one),
        [tens, ones] => {
            let (tens, ones) = (value(tens)?, value(ones)?);
            ((20..100).contains(&tens) && ones < 10).then_some(tens + ones)
        }
        _ => None,
    }
}

/// In single quotes (which change nothing inside), or in double ones where that reads better.
pub fn quoted(text: &str) -> String {
    if text.contains('\'') && !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Whether YAML would take a value without quotes for something else, at the end of a line.
pub fn needs_quotes(value: &str) -> bool {
    value.starts_with(['!', '&', '*', '%', '@', '`', '"', '\'', '{', '[', '}', ']', '>', '|', '#', ','])
        || value.starts_with("- ")
        || value.starts_with("? ")
        || value.contains(": ")
        || value.ends_with(':')
        || value.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Vec<String> {
        days_as_written(text).into_iter().map(|(day, _)| day).collect()
    }

    #[test]
    fn days_in_other_orders() {
        assert_eq!(days("30.04.2026"), ["2026-04-30"]);
        assert_eq!(days("1.2.2026"), ["2026-02-01"]);
        assert_eq!(days("01/02/2026"), ["2026-02-01", "2026-01-02"]);
        assert_eq!(days("31/01/2026"), ["2026-01-31"]);
        assert_eq!(days("01/31/2026"), ["2026-01-31"]);
        assert_eq!(days("05/05/2026"), ["2026-05-05"]);
        assert_eq!(days("2026/3/1"), ["2026-03-01"]);
        assert_eq!(days("30 April 2026"), ["2026-04-30"]);
        assert_eq!(days("April 30th, 2026"), ["2026-04-30"]);
        assert_eq!(days("January 2026"), ["2026-01"]);
        assert_eq!(days("1er janvier 2026"), ["2026-01-01"]);
        assert_eq!(days("2e mars 2026"), ["2026-03-02"]);
        for text in ["soon", "2026", "32.01.2026", "1.13.2026", "0.8", "1.2.3", ""] {
            assert!(days(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn numbers_with_commas_units_and_words() {
        let meant = |text: &str| number_as_written(text).map(|(number, _)| number);
        for (text, number) in [
            ("0,6", "0.6"),
            ("60,5%", "60.5%"),
            ("1,000", "1000"),
            ("12,345,678", "12345678"),
            ("60 seconds", "60"),
            ("20s", "20"),
            ("60 percent", "60%"),
            ("sixty percent", "60%"),
            ("Twenty-five", "25"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(number), "{text}");
        }
        for text in ["", "60", "60%", "wait_seconds", "previous", "a,b", "v2 beta 3"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }

    #[test]
    fn values_that_yaml_would_misread() {
        for text in ["!x", "\"a\" == b", "> 5", "a: b", "a #1", "[1]"] {
            assert!(needs_quotes(text), "{text}");
        }
        assert!(!needs_quotes("score < 80 && met(\"a\")"));
    }
}
