//! Working hours and holidays.

use std::sync::Arc;

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::language::Calendar;
use crate::said;
use crate::workspace::keys::{CALENDAR, WEEKDAYS};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::tree::{Kind, Node};

/// Days that aren't named are days off, unless none is named: then it is Monday to Friday, 9 to 17.
pub fn read(reader: &mut Reader, top: &Opened, zone: TimeZone) -> Arc<Calendar> {
    let mut calendar = Calendar::office_hours(zone);
    let Some(node) = top.get("calendar") else { return Arc::new(calendar) };
    let opened = reader.open(node, &CALENDAR);
    if WEEKDAYS.iter().any(|day| opened.has(day)) {
        for (spans, day) in calendar.week.iter_mut().zip(WEEKDAYS) {
            *spans = opened.get(day).map(|n| hours(reader, n)).unwrap_or_default();
        }
    }
    if let Some(node) = opened.get("holidays") {
        calendar.holidays = reader.items(node).into_iter().filter_map(|n| reader.date(n)).map(|d| d.value).collect();
        calendar.holidays.sort_unstable();
        calendar.holidays.dedup();
    }
    Arc::new(calendar)
}

fn hours(reader: &mut Reader, node: &Node) -> Vec<(Time, Time)> {
    let mut spans: Vec<(Time, Time)> = Vec::new();
    for item in reader.items(node) {
        let Kind::Scalar(s) = &item.kind else {
            reader.wrong(item, said!("working hours"), said!("write `09:00-17:00`"));
            continue;
        };
        let text = s.text.trim();
        if matches!(text, "closed" | "off" | "none" | "") {
            continue;
        }
        match span(text) {
            Some((from, to)) if from < to => spans.push((from, to)),
            Some(_) => reader.wrong(
                item,
                said!("an end after the beginning"),
                said!("night shifts go in two: `22:00-24:00` and, on the next day, `00:00-06:00`"),
            ),
            None => reader.wrong(item, said!("working hours"), said!("write `09:00-17:00`, or nothing for a day off")),
        }
    }
    spans.sort_unstable();
    if spans.windows(2).any(|w| w[1].0 < w[0].1) {
        let needed = said!("a list of hours that don't overlap");
        reader.wrong(node, needed, said!("join those that overlap: `09:00-17:00`"));
    }
    spans
}

fn span(text: &str) -> Option<(Time, Time)> {
    let (from, to) = text.split_once(['-', '–'])?;
    Some((clock(from)?, clock(to)?))
}

/// `9:00`, `09:30`, `24:00` (the end of the day).
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute) = (hour.parse::<i8>().ok()?, minute.parse::<i8>().ok()?);
    if (hour, minute) == (24, 0) {
        return Some(Time::MAX);
    }
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        assert_eq!(span("09:00-12:30"), Some((clock("9:00").unwrap(), clock("12:30").unwrap())));
        assert_eq!(span("00:00 – 24:00"), Some((Time::midnight(), Time::MAX)));
        for bad in ["9-17", "09:60-10:00", "25:00-26:00", "soon"] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }
}
