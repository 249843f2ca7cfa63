//! Numbers as spreadsheets write them: decimal and thousands signs, percentages, a refusal of what is no number.

use crate::diagnostic::Said;
use crate::said;

/// Beyond this (in absolute value) a figure is no business figure, and sums in integers could overflow.
pub const LARGEST: f64 = 1e15;
/// Longer texts are not numbers.
const LONGEST: usize = 64;

/// The signs that a file uses inside numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signs {
    pub decimal: char,
    pub thousands: Option<char>,
}

impl Default for Signs {
    fn default() -> Self {
        Self { decimal: '.', thousands: None }
    }
}

/// Reads a trimmed, non-empty text. `53.50%` is 0.535, rounded once. The error is a reason for the quarantine.
pub fn number(text: &str, signs: Signs) -> Result<f64, Said> {
    let bytes = text.as_bytes();
    if bytes.len() <= 15 && bytes.iter().all(u8::is_ascii_digit) {
        return Ok(bytes.iter().fold(0u64, |n, b| n * 10 + u64::from(b - b'0')) as f64);
    }
    match plain(text, signs).and_then(|plain| plain.parse::<f64>().ok()) {
        Some(value) => in_bounds(value, Some(text)),
        None => Err(refusal(text, signs)),
    }
}

/// Refuses what is not finite or too large; `written` as it stands in the file, where that is a text.
pub fn in_bounds(value: f64, written: Option<&str>) -> Result<f64, Said> {
    if value.is_nan() {
        Err(said!("not a number (NaN)"))
    } else if !value.is_finite() || value.abs() > LARGEST {
        Err(match written.map(short) {
            Some(written) => {
                said!("`{written}` is too large: numbers up to 1,000,000,000,000,000 are read", written)
            }
            None => said!("the number is too large: numbers up to 1,000,000,000,000,000 are read"),
        })
    } else if value == 0.0 {
        Ok(0.0) // no negative zero: it would print as `-0`
    } else {
        Ok(value)
    }
}

/// The number in the plain notation that Rust parses, or `None` where it is none.
fn plain(text: &str, signs: Signs) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    if let Some(after) = rest.strip_prefix('-').or_else(|| rest.strip_prefix('\u{2212}')) {
        out.push('-');
        rest = after;
    } else if let Some(after) = rest.strip_prefix('+') {
        rest = after;
    }
    let percent = rest.strip_suffix('%').map(str::trim_end);
    let (mantissa, exponent) = match percent {
        Some(mantissa) => (mantissa, "-2"),
        None => match rest.find(['e', 'E']) {
            Some(at) => (rest.get(..at)?, exponent(rest.get(at + 1..)?)?),
            None => (rest, ""),
        },
    };
    let (whole, fraction) = match mantissa.split_once(signs.decimal) {
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let before = out.len();
    push_grouped(whole, signs.thousands, &mut out)?;
    if out.len() == before {
        if fraction.is_empty() {
            return None;
        }
        out.push('0');
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    if !exponent.is_empty() {
        out.push('e');
        out.push_str(exponent);
    }
    Some(out)
}

fn exponent(text: &str) -> Option<&str> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (!digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// Digits without their thousands signs. Groups must be of three (or, before the last, two: 12,34,567), so that a
/// decimal sign taken for a thousands sign is found out.
fn push_grouped(whole: &str, thousands: Option<char>, out: &mut String) -> Option<()> {
    let is_sign = |c: char| match thousands {
        // The spaces that word processors and spreadsheets put between groups.
        Some(' ') => matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'),
        Some(sign) => c == sign,
        None => false,
    };
    let groups: Vec<&str> = whole.split(is_sign).collect();
    let last = groups.len().saturating_sub(1);
    for (i, group) in groups.iter().enumerate() {
        if !group.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let fits = match (last, i) {
            (0, _) => true,
            (_, 0) => (1..=3).contains(&group.len()),
            (_, i) if i == last => group.len() == 3,
            _ => (2..=3).contains(&group.len()),
        };
        if !fits {
            return None;
        }
        out.push_str(group);
    }
    Some(())
}

fn refusal(text: &str, signs: Signs) -> Said {
    let other = if signs.decimal == ',' { '.' } else { ',' };
    let written = short(text);
    let swapped = Signs { decimal: other, thousands: None };
    if plain(text, swapped).is_some_and(|p| p.parse::<f64>().is_ok()) {
        return said!(
            "`{written}` is not a number where the decimal sign is `{sign}` (`format: { decimal: \"{other}\" }` or `thousands` may be missing)",
            written,
            sign = signs.decimal,
            other
        );
    }
    said!("`{written}` is not a number", written)
}

/// A cell's text for a message: at most 40 characters, on one line.
pub fn short(text: &str) -> String {
    let mut out: String =
        text.chars().take(40).map(|c| if c.is_control() || c == '`' { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Signs = Signs { decimal: ',', thousands: Some('.') };

    #[test]
    fn reads_what_spreadsheets_write() {
        let dot = Signs::default();
        for (text, value) in
            [("007", 7.0), ("-3.50", -3.5), ("+.5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("\u{2212}2", -2.0)]
        {
            assert_eq!(number(text, dot), Ok(value), "{text}");
        }
        assert_eq!(number("1.234.567,25", COMMA), Ok(1_234_567.25));
        assert_eq!(number("1\u{202f}234,5", Signs { decimal: ',', thousands: Some(' ') }), Ok(1234.5));
        assert_eq!(number("12,34,567", Signs { decimal: '.', thousands: Some(',') }), Ok(1_234_567.0));
        assert!(number("-0", dot).is_ok_and(|x| x.is_sign_positive()));
    }

    #[test]
    fn percentages_are_rounded_once() {
        for (text, value) in [("53.50%", 0.535), ("53.51%", 0.5351), ("7 %", 0.07), ("-0.1%", -0.001), ("80%", 0.8)] {
            assert_eq!(number(text, Signs::default()), Ok(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        let dot = Signs::default();
        for text in
            ["abc", "1,5", "inf", "NaN", "1e", "0x10", "1 000", "--1", "%", ".", "-", "1.2.3", "12-3", "1e400", "2e15"]
        {
            assert!(number(text, dot).is_err(), "{text}");
        }
        assert!(number("1,5", Signs { decimal: '.', thousands: Some(',') }).is_err(), "a group has three digits");
        assert!(number("1,5", dot).is_err_and(|r| r.contains("decimal")), "the way out is named");
        assert_eq!(number("1e15", dot), Ok(1e15));
    }
}
