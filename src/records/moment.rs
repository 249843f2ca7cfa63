//! Dates and times as files write them.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;

use super::number::short;
use crate::diagnostic::Said;
use crate::said;

pub const SECOND: i64 = 1_000_000;
pub const DAY: i64 = 86_400;

/// What a cell's text says: a point on a wall clock, and the offset where the text has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// Microseconds since 1970-01-01T00:00 on the wall clock.
    pub civil: i64,
    /// Seconds east of UTC.
    pub offset: Option<i64>,
    /// Only a day was written.
    pub whole_day: bool,
}

/// The wall clock's date and time.
pub fn civil(micros: i64) -> Option<DateTime> {
    jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0).checked_add(SignedDuration::from_micros(micros)).ok()
}

/// A reason for the quarantine.
pub fn out_of_range() -> Said {
    said!("the date is out of range")
}

/// How a file writes its times: declared formats are tried first, then ISO 8601.
#[derive(Clone, Debug, Default)]
pub struct Formats(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    written: String,
    /// `None`: left to jiff's strptime.
    steps: Option<Vec<Step>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    HalfHour,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Space,
    Literal(u8),
}

impl Formats {
    pub fn new(written: &[String]) -> Self {
        Self(written.iter().map(|w| Pattern { written: w.clone(), steps: steps(w) }).collect())
    }

    /// Reads a trimmed, non-empty text. The error is a reason for the quarantine.
    pub fn stamp(&self, text: &str) -> Result<Stamp, Said> {
        for pattern in &self.0 {
            let found = match &pattern.steps {
                Some(steps) => walk(steps, text),
                None => strptime(&pattern.written, text),
            };
            if let Some(stamp) = found {
                return Ok(stamp);
            }
        }
        iso(text).ok_or_else(|| match self.0.first() {
            None => said!(
                "`{written}` is not a date or time like 2026-03-14 09:30 (other ways of writing need `format: { dates: [...] }`)",
                written = short(text)
            ),
            Some(first) if self.0.len() == 1 => said!(
                "`{written}` is not a date or time written as `{pattern}`",
                written = short(text),
                pattern = first.written
            ),
            Some(_) => said!(
                "`{written}` is not a date or time written in one of these ways: {patterns}",
                written = short(text),
                patterns = self.0.iter().map(|p| format!("`{}`", p.written)).collect::<Vec<_>>().join(", ")
            ),
        })
    }

    /// Reads a day (of the people file, say).
    pub fn day(&self, text: &str) -> Result<Date, Said> {
        let stamp = self.stamp(text)?;
        civil(stamp.civil).map(DateTime::date).ok_or_else(out_of_range)
    }
}

/// The common directives, so that a column of many rows is read fast. `None`: one that is not among them.
fn steps(written: &str) -> Option<Vec<Step>> {
    let mut out = Vec::new();
    let mut bytes = written.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b' ' {
            out.push(Step::Space);
            continue;
        }
        if byte != b'%' {
            out.push(Step::Literal(byte));
            continue;
        }
        let mut directive = bytes.next()?;
        if matches!(directive, b'-' | b'_' | b'0') {
            directive = bytes.next()?;
        }
        let day = [Step::Year, Step::Literal(b'-'), Step::Month, Step::Literal(b'-'), Step::Day];
        let time = [Step::Hour, Step::Literal(b':'), Step::Minute, Step::Literal(b':'), Step::Second];
        match directive {
            b'Y' => out.push(Step::Year),
            b'y' => out.push(Step::ShortYear),
            b'm' => out.push(Step::Month),
            b'b' | b'B' | b'h' => out.push(Step::MonthName),
            b'd' | b'e' => out.push(Step::Day),
            b'H' | b'k' => out.push(Step::Hour),
            b'I' | b'l' => out.push(Step::HalfHour),
            b'M' => out.push(Step::Minute),
            b'S' => out.push(Step::Second),
            b'f' => out.push(Step::Fraction),
            b'p' | b'P' => out.push(Step::HalfDay),
            b'%' => out.push(Step::Literal(b'%')),
            b'F' => out.extend(day),
            b'T' => out.extend(time),
            b'R' => out.extend(&time[..3]),
            b'D' => {
                out.extend([Step::Month, Step::Literal(b'/'), Step::Day, Step::Literal(b'/'), Step::ShortYear]);
            }
            _ => return None,
        }
    }
    Some(out)
}

/// The parts of a date and time as they are found.
#[derive(Clone, Copy)]
struct Parts {
    year: Option<i64>,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    afternoon: Option<bool>,
    half: bool,
    timed: bool,
}

const NOTHING: Parts = Parts {
    year: None,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    afternoon: None,
    half: false,
    timed: false,
};

impl Parts {
    fn stamp(mut self, offset: Option<i64>) -> Option<Stamp> {
        if self.half {
            if !(1..=12).contains(&self.hour) {
                return None;
            }
            self.hour = self.hour % 12 + if self.afternoon? { 12 } else { 0 };
        }
        // A leap second is the last moment before it; 24:00 is the next day's midnight.
        let second = if self.second == 60 { 59 } else { self.second };
        let midnight = self.hour == 24 && self.minute == 0 && second == 0;
        let year = self.year?;
        let fits = (1..=9999).contains(&year)
            && (1..=12).contains(&self.month)
            && (1..=days_in(year, self.month)).contains(&self.day)
            && ((0..24).contains(&self.hour) || midnight)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&second);
        if !fits {
            return None;
        }
        let days = days_since_1970(year, self.month, self.day);
        let seconds = days * DAY + self.hour * 3600 + self.minute * 60 + second;
        Some(Stamp { civil: seconds * SECOND + self.micros, offset, whole_day: !self.timed })
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Proleptic Gregorian calendar; Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
pub fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// Takes from `least` to `most` digits off the front.
fn digits(text: &mut &[u8], least: usize, most: usize) -> Option<i64> {
    let mut value = 0;
    let mut taken = 0;
    while let Some(byte) = text.get(taken).filter(|b| b.is_ascii_digit() && taken < most) {
        value = value * 10 + i64::from(byte - b'0');
        taken += 1;
    }
    *text = text.get(taken..)?;
    (taken >= least).then_some(value)
}

/// A fraction of a second in microseconds; digits after the sixth are dropped.
fn fraction(text: &mut &[u8]) -> Option<i64> {
    let mut micros = 0;
    let mut taken = 0;
    while let Some(byte) = text.get(taken).filter(|b| b.is_ascii_digit()) {
        if taken < 6 {
            micros = micros * 10 + i64::from(byte - b'0');
        }
        taken += 1;
    }
    *text = text.get(taken..)?;
    (taken > 0).then(|| micros * 10i64.pow(6 - taken.min(6) as u32))
}

fn expect(text: &mut &[u8], byte: u8) -> Option<()> {
    *text = text.strip_prefix(&[byte])?;
    Some(())
}

fn walk(steps: &[Step], text: &str) -> Option<Stamp> {
    let mut rest = text.as_bytes();
    let mut parts = NOTHING;
    for step in steps {
        match step {
            Step::Year => parts.year = Some(digits(&mut rest, 4, 4)?),
            Step::ShortYear => {
                let year = digits(&mut rest, 2, 2)?;
                parts.year = Some(if year < 69 { 2000 + year } else { 1900 + year }); // as POSIX strptime
            }
            Step::Month => parts.month = digits(&mut rest, 1, 2)?,
            Step::MonthName => parts.month = month_name(&mut rest)?,
            Step::Day => parts.day = digits(&mut rest, 1, 2)?,
            Step::Hour => {
                parts.hour = digits(&mut rest, 1, 2)?;
                parts.timed = true;
            }
            Step::HalfHour => {
                parts.hour = digits(&mut rest, 1, 2)?;
                parts.half = true;
                parts.timed = true;
            }
            Step::Minute => parts.minute = digits(&mut rest, 1, 2)?,
            Step::Second => parts.second = digits(&mut rest, 1, 2)?,
            Step::Fraction => parts.micros = fraction(&mut rest)?,
            Step::HalfDay => {
                let letter = rest.first()?.to_ascii_lowercase();
                parts.afternoon = Some(letter == b'p');
                let fits = matches!(letter, b'a' | b'p') && rest.get(1)?.eq_ignore_ascii_case(&b'm');
                rest = if fits { rest.get(2..)? } else { return None };
            }
            Step::Space => {
                let blank = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
                rest = if blank > 0 { rest.get(blank..)? } else { return None };
            }
            Step::Literal(byte) => expect(&mut rest, *byte)?,
        }
    }
    if rest.is_empty() { parts.stamp(None) } else { None }
}

fn month_name(text: &mut &[u8]) -> Option<i64> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let length = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let word = text.get(..length)?.to_ascii_lowercase();
    let full = NAMES.iter().position(|n| n.as_bytes() == word || (length == 3 && n.as_bytes().starts_with(&word)))?;
    *text = text.get(length..)?;
    Some(full as i64 + 1)
}

fn strptime(written: &str, text: &str) -> Option<Stamp> {
    let parsed = BrokenDownTime::parse(written, text).ok()?;
    let date = parsed.to_date().ok()?;
    let timed = parsed.hour().is_some();
    let civil = if timed { date.to_datetime(parsed.to_time().ok()?) } else { date.at(0, 0, 0, 0) };
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let micros = civil.duration_since(epoch).as_micros();
    let offset = parsed.offset().map(|o| i64::from(o.seconds()));
    Some(Stamp { civil: i64::try_from(micros).ok()?, offset, whole_day: !timed })
}

/// ISO 8601: `2026-03-14`, `2026-03` (its first day), `20260314`, with `T` or a space and a time, a fraction, `Z` or an
/// offset. Year-first dates with `/` are no less plain, and read too.
fn iso(text: &str) -> Option<Stamp> {
    let mut rest = text.as_bytes();
    let mut parts = NOTHING;
    parts.year = Some(digits(&mut rest, 4, 4)?);
    let mark = *rest.first()?;
    if mark == b'-' || mark == b'/' {
        expect(&mut rest, mark)?;
        parts.month = digits(&mut rest, 1, 2)?;
        if rest.is_empty() {
            return parts.stamp(None);
        }
        expect(&mut rest, mark)?;
        parts.day = digits(&mut rest, 1, 2)?;
    } else {
        parts.month = digits(&mut rest, 2, 2)?;
        parts.day = digits(&mut rest, 2, 2)?;
    }
    if rest.is_empty() {
        return parts.stamp(None);
    }
    rest = rest.strip_prefix(b"T").or_else(|| rest.strip_prefix(b"t")).or_else(|| rest.strip_prefix(b" "))?;
    while rest.first() == Some(&b' ') {
        expect(&mut rest, b' ')?;
    }
    parts.timed = true;
    parts.hour = digits(&mut rest, 1, 2)?;
    let colon = rest.first() == Some(&b':');
    if colon {
        expect(&mut rest, b':')?;
    }
    parts.minute = digits(&mut rest, 2, 2)?;
    let seconds = if colon { rest.first() == Some(&b':') } else { rest.first().is_some_and(u8::is_ascii_digit) };
    if seconds {
        if colon {
            expect(&mut rest, b':')?;
        }
        parts.second = digits(&mut rest, 2, 2)?;
        if matches!(rest.first(), Some(b'.' | b',')) {
            rest = rest.get(1..)?;
            parts.micros = fraction(&mut rest)?;
        }
    }
    let offset = offset(&mut rest)?;
    if rest.is_empty() { parts.stamp(offset) } else { None }
}

/// `Z`, ` UTC`, `+01:00`, `+0100`, `+01`, or nothing. The outer `None`: something else.
#[allow(clippy::option_option)] // nothing there, and not an offset, are two answers
fn offset(text: &mut &[u8]) -> Option<Option<i64>> {
    while text.first() == Some(&b' ') {
        expect(text, b' ')?;
    }
    let sign = match text.first() {
        None => return Some(None),
        Some(b'Z' | b'z') => {
            *text = text.get(1..)?;
            return Some(Some(0));
        }
        Some(b'U') => {
            *text = text.strip_prefix(b"UTC")?;
            return Some(Some(0));
        }
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    *text = text.get(1..)?;
    let hours = digits(text, 2, 2)?;
    if text.first() == Some(&b':') {
        expect(text, b':')?;
    }
    let minutes = if text.is_empty() { 0 } else { digits(text, 2, 2)? };
    (hours <= 25 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str, formats: &[&str]) -> Result<String, String> {
        let formats = Formats::new(&formats.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>());
        let stamp = formats.stamp(text)?;
        let micros = stamp.civil - stamp.offset.unwrap_or(0) * SECOND;
        Ok(jiff::Timestamp::from_microsecond(micros).unwrap().to_string())
    }

    #[test]
    fn reads_iso_with_and_without_time_and_offset() {
        for (text, expected) in [
            ("2026-03-14", "2026-03-14T00:00:00Z"),
            ("2026-03", "2026-03-01T00:00:00Z"),
            ("20260314T0930", "2026-03-14T09:30:00Z"),
            ("2026-03-14 09:30", "2026-03-14T09:30:00Z"),
            ("2026-03-14T09:30:15.25Z", "2026-03-14T09:30:15.25Z"),
            ("2026-03-14T09:30:15.123456789+01:00", "2026-03-14T08:30:15.123456Z"),
            ("2026-03-14 09:30-0530", "2026-03-14T15:00:00Z"),
            ("2026-03-14 24:00", "2026-03-15T00:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(utc(text, &[]).as_deref(), Ok(expected), "{text}");
        }
        for text in
            ["2026-02-30", "2026-13-01", "2026-03-14 25:00", "14/03/2026", "2026-03-14x", "2026", "26-03-14", "é"]
        {
            assert!(utc(text, &[]).is_err(), "{text}");
        }
    }

    #[test]
    fn declared_formats_come_first() {
        let formats = ["%d/%m/%Y %H:%M", "%d%m%Y", "%d %b %Y %I:%M %p", "%A, %d %B %Y"];
        for (text, expected) in [
            ("1/3/2026 9:05", "2026-03-01T09:05:00Z"),
            ("14032026", "2026-03-14T00:00:00Z"),
            ("14 Mar 2026 12:30 am", "2026-03-14T00:30:00Z"),
            ("Saturday, 14 March 2026", "2026-03-14T00:00:00Z"),
            ("2026-03-14", "2026-03-14T00:00:00Z"),
        ] {
            assert_eq!(utc(text, &formats).as_deref(), Ok(expected), "{text}");
        }
        assert!(utc("14/03/26 09:00", &formats).is_err(), "%Y has four digits");
        assert!(utc("31/04/2026 09:00", &formats).is_err());
    }
}
