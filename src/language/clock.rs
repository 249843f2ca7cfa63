//! Moments in the policy's zone: local days and hours, dates written as text.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::MISSING_TIME;

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const HOUR: i64 = 3_600 * SECOND;
pub(super) const DAY: i64 = 24 * HOUR;

/// A date or time that an author wrote: it needs the zone to become a moment, unless it names an offset.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    Exact(i64),
    Local(DateTime),
}

impl Written {
    /// `2026-03-01`, `2026-03-01 14:30`, `2026-03-01T14:30:00+01:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Jiff reads more than a date here (times, years with signs); authors write a year first.
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Some(Written::Exact(stamp.as_microsecond()));
        }
        text.parse::<DateTime>().ok().map(Written::Local)
    }

    pub fn moment(&self, zone: &TimeZone) -> i64 {
        match self {
            Written::Exact(t) => *t,
            Written::Local(local) => local_moment(*local, zone),
        }
    }
}

/// In a gap the time after it, in a fold the first; missing outside the years 1 to 9999.
pub(super) fn local_moment(local: DateTime, zone: &TimeZone) -> i64 {
    zone.to_ambiguous_zoned(local).compatible().map_or(MISSING_TIME, |z| z.timestamp().as_microsecond())
}

/// A moment on the wall: days since 1970-01-01 and microseconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Local {
    pub day: i64,
    pub time: i64,
}

impl Local {
    pub fn hour(self) -> f64 {
        (self.time / HOUR) as f64
    }

    /// Monday is 1.
    pub fn weekday(self) -> f64 {
        ((self.day + 3).rem_euclid(7) + 1) as f64
    }
}

/// The zone's offsets over a stretch of time: one binary search a row instead of a zone lookup.
pub(super) struct Offsets {
    /// From this moment on, this offset; sorted.
    steps: Vec<(i64, i64)>,
}

impl Offsets {
    /// None where the moments are outside the calendar.
    pub fn covering(zone: &TimeZone, from: i64, to: i64) -> Option<Self> {
        let first = Timestamp::from_microsecond(from).ok()?;
        Timestamp::from_microsecond(to).ok()?;
        let offset = |o: jiff::tz::Offset| i64::from(o.seconds()) * SECOND;
        let mut steps = vec![(i64::MIN, offset(zone.to_offset(first)))];
        for change in zone.following(first) {
            let at = change.timestamp().as_microsecond();
            if at > to {
                break;
            }
            steps.push((at, offset(change.offset())));
        }
        Some(Self { steps })
    }

    #[inline]
    pub fn local(&self, moment: i64) -> Local {
        let i = self.steps.partition_point(|(from, _)| *from <= moment);
        let offset = self.steps.get(i.wrapping_sub(1)).map_or(0, |s| s.1);
        let wall = moment + offset;
        Local { day: wall.div_euclid(DAY), time: wall.rem_euclid(DAY) }
    }
}

/// The wall time of one moment.
pub(super) fn local(zone: &TimeZone, moment: i64) -> Option<Local> {
    Some(Offsets::covering(zone, moment, moment)?.local(moment))
}

pub(super) fn date_of(day: i64) -> Option<Date> {
    let days = i32::try_from(day).ok()?;
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

pub(super) fn day_start(zone: &TimeZone, day: i64) -> i64 {
    date_of(day).map_or(MISSING_TIME, |date| local_moment(date.to_datetime(jiff::civil::Time::midnight()), zone))
}

/// A moment as in a report: `2026-03-01`, or `2026-03-01 14:30` when it is not a day's start.
pub(super) fn shown(zone: &TimeZone, moment: i64) -> Arc<str> {
    let Ok(stamp) = Timestamp::from_microsecond(moment) else { return Arc::from("") };
    let zoned = stamp.to_zoned(zone.clone());
    let format =
        if day_start(zone, Offsets::covering(zone, moment, moment).map_or(0, |o| o.local(moment).day)) == moment {
            "%Y-%m-%d"
        } else {
            "%Y-%m-%d %H:%M"
        };
    Arc::from(zoned.strftime(format).to_string())
}

/// A length of time as a reader says it: `2 days 3 h 20 min`.
pub(super) fn length_shown(duration: i64) -> String {
    let sign = if duration < 0 { "-" } else { "" };
    let all = duration.unsigned_abs();
    let (day, hour, minute, second) = (DAY as u64, HOUR as u64, 60 * SECOND as u64, SECOND as u64);
    let days = all / day;
    let parts = [
        (days > 0).then(|| format!("{days} day{}", if days == 1 { "" } else { "s" })),
        (all % day >= hour).then(|| format!("{} h", all % day / hour)),
        (all % hour >= minute).then(|| format!("{} min", all % hour / minute)),
        (!all.is_multiple_of(minute) || all == 0)
            .then(|| format!("{} s", super::number::shown((all % minute) as f64 / second as f64))),
    ];
    let text: Vec<String> = parts.into_iter().flatten().collect();
    format!("{sign}{}", text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str, zone: &TimeZone) -> i64 {
        Written::parse(text).unwrap().moment(zone)
    }

    #[test]
    fn dates_as_authors_write_them() {
        let utc = TimeZone::UTC;
        assert_eq!(at("1970-01-02", &utc), DAY);
        assert_eq!(at("1970-01-01 01:00", &utc), HOUR);
        assert_eq!(at("1970-01-01T01:00:00+01:00", &zone("Asia/Tokyo")), 0);
        assert_eq!(at("1970-01-02", &zone("Asia/Tokyo")), DAY - 9 * HOUR);
        for wrong in ["1/3/2026", "2026-02-30", "soon", "", "2026"] {
            assert_eq!(Written::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn walls_follow_clock_changes() {
        let berlin = zone("Europe/Berlin");
        let before = at("2026-03-29T00:59:00Z", &berlin);
        let after = at("2026-03-29T01:00:00Z", &berlin);
        let offsets = Offsets::covering(&berlin, before, after).unwrap();
        assert_eq!(offsets.local(before).hour(), 1.0);
        assert_eq!(offsets.local(after).hour(), 3.0);
        assert_eq!(offsets.local(after), local(&berlin, after).unwrap());
        assert_eq!(local(&berlin, after).unwrap().weekday(), 7.0);
        assert_eq!(local(&TimeZone::UTC, 0).unwrap().weekday(), 4.0);
        assert!(local(&berlin, i64::MAX - 1).is_none());
    }

    #[test]
    fn lengths_and_moments_in_words() {
        assert_eq!(length_shown(DAY + 3 * HOUR + 20 * 60 * SECOND), "1 day 3 h 20 min");
        assert_eq!(length_shown(0), "0 s");
        assert_eq!(length_shown(-1_500_000), "-1.5 s");
        let accra = zone("Africa/Accra");
        assert_eq!(&*shown(&accra, at("2026-03-01", &accra)), "2026-03-01");
        assert_eq!(&*shown(&accra, at("2026-03-01 14:30", &accra)), "2026-03-01 14:30");
    }
}
