//! Working time: spans of a calendar as instants, with how much work lies before each, so that the
//! working time between two moments is one subtraction.

use jiff::civil::Time;

use super::clock::{self, DAY, HOUR};
use super::{Calendar, MISSING_TIME};

/// Two moments farther apart than this are a mistake in the data: the answer is missing.
const LONGEST: i64 = 200 * 366 * DAY;

/// The working spans from one day to another.
pub(super) struct Timeline {
    /// Half-open, sorted, apart from one another: start, end, work before the start.
    spans: Vec<(i64, i64, i64)>,
}

impl Timeline {
    /// Spans of every day that touches the stretch. None outside the calendar, or over 200 years.
    pub fn covering(calendar: &Calendar, from: i64, to: i64) -> Option<Self> {
        if to.checked_sub(from)? > LONGEST {
            return None;
        }
        let first = clock::local(&calendar.zone, from)?.day;
        let last = clock::local(&calendar.zone, to)?.day;
        let mut spans: Vec<(i64, i64, i64)> = Vec::new();
        for day in first - 1..=last + 1 {
            let Some(date) = clock::date_of(day) else { continue };
            if calendar.holidays.binary_search(&date).is_ok() {
                continue;
            }
            let weekday = date.weekday().to_monday_zero_offset() as usize;
            for (opens, closes) in calendar.week.get(weekday).into_iter().flatten() {
                let start = clock::local_moment(date.to_datetime(*opens), &calendar.zone);
                let end = closing(calendar, day, date, *closes);
                let (before, earliest) = spans.last().map_or((0, i64::MIN), |s| (s.2 + s.1 - s.0, s.1));
                let start = start.max(earliest);
                if start != MISSING_TIME && end != MISSING_TIME && start < end {
                    spans.push((start, end, before));
                }
            }
        }
        Some(Self { spans })
    }

    /// Working time from the timeline's start to a moment.
    #[inline]
    pub fn before(&self, moment: i64) -> i64 {
        let i = self.spans.partition_point(|s| s.0 <= moment);
        match self.spans.get(i.wrapping_sub(1)) {
            Some((start, end, before)) => before + moment.min(*end) - start,
            None => 0,
        }
    }

    fn total(&self) -> i64 {
        self.spans.last().map_or(0, |s| s.2 + s.1 - s.0)
    }

    /// The first moment by which so much work is done.
    fn first_with(&self, work: i64) -> Option<i64> {
        let i = self.spans.partition_point(|s| s.2 + s.1 - s.0 < work);
        self.spans.get(i).map(|s| s.0 + (work - s.2))
    }

    /// The last moment by which no more than so much work is done.
    fn last_with(&self, work: i64) -> Option<i64> {
        let i = self.spans.partition_point(|s| s.2 <= work);
        let (start, _, before) = self.spans.get(i.checked_sub(1)?)?;
        Some(start + (work - before))
    }
}

/// Midnight, or the last instant of the day, closes the day as a whole.
fn closing(calendar: &Calendar, day: i64, date: jiff::civil::Date, closes: Time) -> i64 {
    if closes == Time::midnight() || closes.subsec_nanosecond() == 999_999_999 {
        clock::day_start(&calendar.zone, day + 1)
    } else {
        clock::local_moment(date.to_datetime(closes), &calendar.zone)
    }
}

/// Working hours from `a` to `b`, negative where `b` is earlier; NaN where unknown.
pub(super) fn hours_between(calendar: &Calendar, a: i64, b: i64) -> f64 {
    match Timeline::covering(calendar, a.min(b), a.max(b)) {
        Some(timeline) => (timeline.before(b) - timeline.before(a)) as f64 / HOUR as f64,
        None => f64::NAN,
    }
}

/// The moment at which so many working hours have passed since `from` (or, negative, were still to pass).
pub(super) fn add_hours(calendar: &Calendar, from: i64, hours: f64) -> i64 {
    let work = (hours * HOUR as f64).round();
    if from == MISSING_TIME || work.is_nan() || work.abs() > LONGEST as f64 {
        return MISSING_TIME;
    }
    let work = work as i64;
    if work == 0 {
        return from;
    }
    let mut reach = (work.abs().saturating_mul(6)).clamp(21 * DAY, LONGEST);
    loop {
        let other = from.saturating_add(reach * work.signum());
        let Some(timeline) = Timeline::covering(calendar, from.min(other), from.max(other)) else {
            return MISSING_TIME;
        };
        let target = timeline.before(from) + work;
        let found = if work > 0 {
            timeline.first_with(target)
        } else if target >= 0 && timeline.total() > 0 {
            // Work exactly at the start of what was looked at may begin earlier still.
            timeline.last_with(target)
        } else {
            None
        };
        match found {
            Some(moment) => return moment,
            None if reach >= LONGEST => return MISSING_TIME,
            None => reach = (reach * 4).min(LONGEST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn at(text: &str, zone: &TimeZone) -> i64 {
        clock::Written::parse(text).unwrap().moment(zone)
    }

    fn office() -> Calendar {
        Calendar::office_hours(TimeZone::UTC)
    }

    #[track_caller]
    fn adds(calendar: &Calendar, from: &str, hours: f64, to: &str) {
        let zone = &calendar.zone;
        assert_eq!(&*clock::shown(zone, add_hours(calendar, at(from, zone), hours)), to);
    }

    #[test]
    fn adds_working_hours() {
        let office = office();
        adds(&office, "2026-03-06 16:30", 1.0, "2026-03-09 09:30"); // a Friday
        adds(&office, "2026-03-07 12:00", 24.0, "2026-03-11 17:00"); // a Saturday
        adds(&office, "2026-03-06 16:30", 0.5, "2026-03-06 17:00");
        adds(&office, "2026-03-09 09:30", -1.0, "2026-03-06 16:30");
        adds(&office, "2026-03-09 09:30", -0.5, "2026-03-09 09:00");
        adds(&office, "2026-03-07 12:00", 0.0, "2026-03-07 12:00");
        adds(&office, "2026-01-01 09:00", 2080.0, "2026-12-30 17:00");
    }

    #[test]
    fn measures_working_hours() {
        let office = office();
        let zone = &office.zone;
        let hours = |a, b| hours_between(&office, at(a, zone), at(b, zone));
        assert_eq!(hours("2026-03-06 16:30", "2026-03-09 09:30"), 1.0);
        assert_eq!(hours("2026-03-09 09:30", "2026-03-06 16:30"), -1.0);
        assert_eq!(hours("2026-03-07 00:00", "2026-03-08 23:00"), 0.0);
        assert_eq!(hours("2026-03-02 00:00", "2026-03-09 00:00"), 40.0);
        assert!(hours_between(&office, 0, LONGEST + 1).is_nan());
        assert!(hours_between(&office, 0, i64::MAX).is_nan());
    }

    #[test]
    fn breaks_and_holidays_do_not_count() {
        let mut calendar = office();
        let time = |h| jiff::civil::time(h, 0, 0, 0);
        calendar.week[0] = vec![(time(9), time(12)), (time(13), time(17))];
        calendar.holidays = vec![jiff::civil::date(2026, 3, 10)];
        let zone = calendar.zone.clone();
        let hours = |a, b| hours_between(&calendar, at(a, &zone), at(b, &zone));
        assert_eq!(hours("2026-03-09 11:00", "2026-03-09 14:00"), 2.0);
        assert_eq!(hours("2026-03-09 16:00", "2026-03-11 10:00"), 2.0);
        adds(&calendar, "2026-03-09 11:30", 1.0, "2026-03-09 13:30");
    }

    #[test]
    fn whole_days_follow_clock_changes() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let day = vec![(Time::midnight(), Time::midnight())];
        let always = Calendar { zone: zone.clone(), week: std::array::from_fn(|_| day.clone()), holidays: vec![] };
        let hours = hours_between(&always, at("2026-03-29", &zone), at("2026-03-30", &zone));
        assert_eq!(hours, 23.0);
        let never = Calendar { zone, week: std::array::from_fn(|_| vec![]), holidays: vec![] };
        assert_eq!(add_hours(&never, 0, 1.0), MISSING_TIME);
    }
}
