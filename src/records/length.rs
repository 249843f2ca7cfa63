//! Lengths of time as files write them.

use super::number::{Signs, number, short};
use crate::diagnostic::Said;
use crate::said;

const MICROS: f64 = 1e6;

/// Reads a trimmed, non-empty text in microseconds: `01:30:00`, `02:15` (minutes and seconds), `90 min`, `1 h 30 min`,
/// `PT1H30M`, or a plain number of seconds. Months and years have no fixed length and are refused.
pub fn length(text: &str, signs: Signs) -> Result<i64, Said> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let seconds = if rest.contains(':') {
        clock(rest, signs)
    } else if rest.starts_with(['P', 'p']) {
        iso(rest)
    } else {
        number(rest, signs)
            .ok()
            .filter(|_| !rest.ends_with('%') && !rest.starts_with('-'))
            .or_else(|| units(rest, signs))
    };
    match seconds.and_then(micros) {
        Some(micros) => Ok(if negative { -micros } else { micros }),
        None => Err(said!(
            "`{written}` is not a length of time such as 01:30:00, `90 min` or a number of seconds",
            written = short(text)
        )),
    }
}

/// Seconds to microseconds, where they are a sensible length (under 30,000 years).
pub fn micros(seconds: f64) -> Option<i64> {
    let micros = (seconds * MICROS).round();
    (micros.is_finite() && micros.abs() <= 1e18).then_some(micros as i64)
}

/// `HH:MM:SS` or `MM:SS`; the last part may have a fraction, the first may be of any size.
fn clock(text: &str, signs: Signs) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let whole = |t: &str| {
        (!t.is_empty() && t.len() <= 9 && t.bytes().all(|b| b.is_ascii_digit()))
            .then(|| t.parse::<f64>().ok())
            .flatten()
    };
    let seconds = |t: &str| {
        let first = t.bytes().next()?;
        let dot = Signs { decimal: '.', thousands: None };
        let value = number(t, dot).or_else(|_| number(t, Signs { thousands: None, ..signs })).ok()?;
        (first.is_ascii_digit() && !t.ends_with('%') && value < 60.0).then_some(value)
    };
    match parts.as_slice() {
        [m, s] => Some(whole(m)? * 60.0 + seconds(s)?),
        [h, m, s] => Some(whole(h)? * 3600.0 + whole(m).filter(|m| *m < 60.0)? * 60.0 + seconds(s)?),
        _ => None,
    }
}

fn iso(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut in_time = false;
    let mut figure = String::new();
    let mut any = false;
    for c in text.chars().skip(1) {
        let unit = match c.to_ascii_uppercase() {
            '0'..='9' | '.' => {
                figure.push(c);
                continue;
            }
            ',' => {
                figure.push('.');
                continue;
            }
            'T' if !in_time && figure.is_empty() => {
                in_time = true;
                continue;
            }
            'W' if !in_time => 604_800.0,
            'D' if !in_time => 86_400.0,
            'H' if in_time => 3600.0,
            'M' if in_time => 60.0,
            'S' if in_time => 1.0,
            _ => return None,
        };
        total += figure.parse::<f64>().ok()? * unit;
        figure.clear();
        any = true;
    }
    (any && figure.is_empty()).then_some(total)
}

/// `1 h 30 min`, `2.5 hours`, `3 days`.
fn units(text: &str, signs: Signs) -> Option<f64> {
    let mut total = 0.0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let figure_end = rest.find(char::is_alphabetic)?;
        let figure = number(rest.get(..figure_end)?.trim(), signs).ok().filter(|x| *x >= 0.0)?;
        rest = rest.get(figure_end..)?;
        let unit_end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let unit = match rest.get(..unit_end)?.to_lowercase().as_str() {
            "w" | "week" | "weeks" => 604_800.0,
            "d" | "day" | "days" => 86_400.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "ms" | "msec" | "millisecond" | "milliseconds" => 0.001,
            _ => return None,
        };
        total += figure * unit;
        rest = rest.get(unit_end..)?.trim_start_matches(['.', ',', ' ']);
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_ways() {
        for (text, seconds) in [
            ("01:30:00", 5400.0),
            ("125:00:01.5", 450_001.5),
            ("02:15", 135.0),
            ("90 min", 5400.0),
            ("1h30m", 5400.0),
            ("2.5 hours", 9000.0),
            ("PT1H30M", 5400.0),
            ("P1DT0.5S", 86_400.5),
            ("45", 45.0),
            ("-00:00:05", -5.0),
        ] {
            assert_eq!(length(text, Signs::default()), Ok((seconds * 1e6) as i64), "{text}");
        }
        assert_eq!(length("2,5 h", Signs { decimal: ',', thousands: None }), Ok(9_000_000_000));
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["1:2:3:4", "01:75:00", "P1M", "P", "PT", "3 months", "soon", "12:", "80%", "--5", "10 min ago"] {
            assert!(length(text, Signs::default()).is_err(), "{text}");
        }
    }
}
