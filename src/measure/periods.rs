//! Periods: half-open intervals of days in the workspace's zone, their names, and the fast way from a
//! moment to its period.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Period;
use crate::workspace::{Every, Plan};

/// Which complete periods are judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PeriodChoice {
    /// The latest complete period that holds a record.
    #[default]
    Latest,
    /// The one with this name.
    One(String),
    /// Every complete period that holds a record.
    All,
}

/// A period of a run, in the order of time among regular ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// The one period of a source without dates (`period: 2017`), by its position in `Clock::named`.
    Named(u32),
    /// Counted from 1970 in the unit of `every`.
    Regular(i32),
}

/// Days, periods and moments of one workspace.
#[derive(Clone, Debug)]
pub struct Clock {
    every: Every,
    starts: (i8, i8),
    zone: TimeZone,
    named: Vec<Named>,
    /// By source: the key of its `period:`.
    fixed: Vec<Option<Key>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Named {
    name: String,
    span: Option<(Date, Date)>,
}

const EPOCH: Date = date(1970, 1, 1);

fn days(day: Date) -> i64 {
    day.duration_since(EPOCH).as_secs().div_euclid(86_400)
}

fn after(day: Date, count: i64) -> Date {
    day.saturating_add(SignedDuration::from_secs(count.saturating_mul(86_400)))
}

fn first_of(year: i32, month: i8) -> Date {
    i16::try_from(year).ok().and_then(|y| Date::new(y, month, 1).ok()).unwrap_or(if year < 0 {
        Date::MIN
    } else {
        Date::MAX
    })
}

fn ordinal(every: Every, starts: (i8, i8), day: Date) -> i32 {
    let (year, month) = (i32::from(day.year()), i32::from(day.month()));
    match every {
        Every::Day => days(day) as i32,
        // 1970-01-01 was a Thursday.
        Every::Week => (days(day) + 3).div_euclid(7) as i32,
        Every::Month => year * 12 + month - 1,
        Every::Quarter => year * 4 + (month - 1) / 3,
        Every::Year => {
            if day < year_start(year, starts) {
                year - 1
            } else {
                year
            }
        }
        Every::All => 0,
    }
}
/// First day and first day after; none for `all`.
fn span(every: Every, starts: (i8, i8), ordinal: i32) -> Option<(Date, Date)> {
    let month = |index: i32| first_of(index.div_euclid(12), index.rem_euclid(12) as i8 + 1);
    Some(match every {
        Every::Day => (after(EPOCH, i64::from(ordinal)), after(EPOCH, i64::from(ordinal) + 1)),
        Every::Week => {
            let monday = i64::from(ordinal) * 7 - 3;
            (after(EPOCH, monday), after(EPOCH, monday + 7))
        }
        Every::Month => (month(ordinal), month(ordinal + 1)),
        Every::Quarter => (month(ordinal * 3), month(ordinal * 3 + 3)),
        Every::Year => (year_start(ordinal, starts), year_start(ordinal + 1, starts)),
        Every::All => return None,
    })
}

impl Clock {
    pub fn of(plan: &Plan) -> Self {
        let rule = &plan.periods;
        let mut clock = Self {
            every: *rule.every,
            starts: rule.starts,
            zone: plan.zone.clone(),
            named: Vec::new(),
            fixed: Vec::new(),
        };
        for source in &plan.sources {
            let key = source.period.as_ref().map(|name| clock.name_key(name.trim()));
            clock.fixed.push(key);
        }
        clock
    }

    /// The key of a period that an author names: one of the regular ones where it has their form.
    fn name_key(&mut self, name: &str) -> Key {
        if self.every == Every::All {
            return Key::Regular(0);
        }
        let span = span_of_name(name, self.starts);
        if let Some((start, end)) = span {
            let ordinal = self.ordinal(start);
            if self.span(ordinal) == Some((start, end)) {
                return Key::Regular(ordinal);
            }
        }
        let named = Named { name: name.to_owned(), span };
        let position = self.named.iter().position(|n| *n == named).unwrap_or_else(|| {
            self.named.push(named);
            self.named.len() - 1
        });
        Key::Named(position as u32)
    }

    /// The period of a source that says `period:`.
    pub(crate) fn fixed(&self, source: usize) -> Option<Key> {
        self.fixed.get(source).copied().flatten()
    }

    pub fn is_all(&self) -> bool {
        self.every == Every::All
    }

    /// The start of a day, µs UTC.
    pub fn instant(&self, day: Date) -> i64 {
        match day.to_zoned(self.zone.clone()) {
            Ok(zoned) => zoned.timestamp().as_microsecond(),
            Err(_) if day.year() > 1970 => i64::MAX,
            Err(_) => i64::MIN + 1,
        }
    }

    /// The end of a day, exclusive, µs UTC.
    pub fn end_of(&self, day: Date) -> i64 {
        day.tomorrow().map_or(i64::MAX, |next| self.instant(next))
    }

    /// The last microsecond of a day: a moment of that day, and not the first of the next.
    pub fn last_of(&self, day: Date) -> i64 {
        self.end_of(day).saturating_sub(1)
    }

    /// The day of a moment.
    pub fn day(&self, moment: i64) -> Date {
        let stamp =
            Timestamp::from_microsecond(moment).unwrap_or(if moment < 0 { Timestamp::MIN } else { Timestamp::MAX });
        self.zone.to_datetime(stamp).date()
    }

    /// The period around a moment, with its first moment and the first after it.
    pub(crate) fn around(&self, moment: i64) -> (Key, i64, i64) {
        let ordinal = self.ordinal(self.day(moment));
        let (start, end) = match self.span(ordinal) {
            Some((start, end)) => (self.instant(start), self.instant(end)),
            None => (i64::MIN, i64::MAX),
        };
        (Key::Regular(ordinal), start, end)
    }

    /// The slot of a cadence around a moment.
    pub(crate) fn slot(&self, every: Every, moment: i64) -> i64 {
        self.slot_of(every, self.day(moment))
    }

    /// The slot of a cadence around a day.
    pub(crate) fn slot_of(&self, every: Every, day: Date) -> i64 {
        i64::from(ordinal(every, self.starts, day))
    }

    /// First day of a slot, and the first after it.
    pub fn slot_span(&self, every: Every, slot: i64) -> Option<(Date, Date)> {
        span(every, self.starts, i32::try_from(slot).ok()?)
    }

    fn ordinal(&self, day: Date) -> i32 {
        ordinal(self.every, self.starts, day)
    }

    /// First day and first day after; none for `all`.
    fn span(&self, at: i32) -> Option<(Date, Date)> {
        span(self.every, self.starts, at)
    }

    fn name(&self, ordinal: i32) -> String {
        let start = self.span(ordinal).map_or(EPOCH, |(start, _)| start);
        match self.every {
            Every::Day => start.to_string(),
            Every::Week => {
                let week = start.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Every::Month => format!("{:04}-{:02}", start.year(), start.month()),
            Every::Quarter => format!("{:04}-Q{}", start.year(), (start.month() - 1) / 3 + 1),
            Every::Year => format!("{ordinal:04}"),
            Every::All => "all".to_owned(),
        }
    }

    /// The period of a key, without its records; `until` is the first moment after `as_of`.
    pub(crate) fn period(&self, key: Key, as_of: Date, lag_days: i64) -> Period {
        let (name, span) = match key {
            Key::Regular(ordinal) => (self.name(ordinal), self.span(ordinal)),
            Key::Named(position) => match self.named.get(position as usize) {
                Some(named) => (named.name.clone(), named.span),
                None => (String::new(), None),
            },
        };
        // `as_of` is the last day that counts: the first day after the period may be the day after it.
        let next = as_of.tomorrow().unwrap_or(as_of);
        let complete = span.is_none_or(|(_, end)| after(end, lag_days) <= next);
        Period { name, start: span.map(|s| s.0), end: span.map(|s| s.1), complete, records: 0 }
    }

    /// The complete periods from a first day of one on.
    pub(crate) fn complete_from(&self, first: Date, as_of: Date, lag_days: i64) -> Vec<Period> {
        // The first day that may lie in a period that isn't complete.
        let open = after(as_of.tomorrow().unwrap_or(as_of), -lag_days);
        if self.is_all() || open <= first {
            return Vec::new();
        }
        let ordinals = self.ordinal(first)..self.ordinal(open);
        ordinals.map(|ordinal| self.period(Key::Regular(ordinal), as_of, lag_days)).collect()
    }

    /// All periods of a run in the order of time: those with a record and the regular ones between them.
    pub(crate) fn filled(&self, with_records: &BTreeSet<Key>) -> Vec<Key> {
        let regular = || with_records.iter().filter_map(|k| if let Key::Regular(o) = k { Some(*o) } else { None });
        let mut keys: Vec<Key> = with_records.iter().copied().filter(|k| matches!(k, Key::Named(_))).collect();
        if let (Some(first), Some(last)) = (regular().min(), regular().max()) {
            keys.extend((first..=last).map(Key::Regular));
        }
        keys.sort_by_cached_key(|key| {
            let span = match key {
                Key::Regular(ordinal) => self.span(*ordinal),
                Key::Named(position) => self.named.get(*position as usize).and_then(|n| n.span),
            };
            (span.map(|s| s.0), span.map(|s| s.1), *key)
        });
        keys
    }

    /// The last day of a named period: `as_of` where no record has a date.
    pub(crate) fn last_named_day(&self) -> Option<Date> {
        let regular = self.fixed.iter().filter_map(|key| match key {
            Some(Key::Regular(ordinal)) => self.span(*ordinal).map(|s| s.1),
            _ => None,
        });
        let named = self.named.iter().filter_map(|n| n.span.map(|s| s.1));
        regular.chain(named).max().and_then(|end| end.yesterday().ok())
    }

    /// The regular periods of a list that stand apart at its end: two or more empty ones stand before them, and
    /// they hold fewer records than what stands before. `rests` says which days nobody works: an empty weekend
    /// is no gap.
    pub(crate) fn apart(&self, counts: &[(i32, u64)], rests: &dyn Fn(Date) -> bool) -> Option<usize> {
        if self.every == Every::All {
            return None;
        }
        let mut tail = 0;
        for i in (1..counts.len()).rev() {
            tail += counts[i].1;
            let (before, here) = (counts[i - 1].0, counts[i].0);
            if i64::from(here) - i64::from(before) <= 2 || self.empty_between(before, here, rests) < 2 {
                continue;
            }
            let head: u64 = counts[..i].iter().map(|c| c.1).sum();
            return (tail < head).then_some(i);
        }
        None
    }

    fn empty_between(&self, before: i32, here: i32, rests: &dyn Fn(Date) -> bool) -> usize {
        let gap = before + 1..here;
        if self.every != Every::Day {
            return gap.len();
        }
        gap.filter(|ordinal| !self.span(*ordinal).is_some_and(|(day, _)| rests(day))).take(2).count()
    }
}

fn year_start(year: i32, (month, day): (i8, i8)) -> Date {
    let first = first_of(year, month);
    let day = day.clamp(1, first.days_in_month());
    first.with().day(day).build().unwrap_or(first)
}

/// First day and first day after of `2026`, `2026-Q1`, `2026-03`, `2026-W05` or `2026-03-14`.
fn span_of_name(name: &str, starts: (i8, i8)) -> Option<(Date, Date)> {
    let (year, rest) = match name.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (name, None),
    };
    if year.len() != 4 {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let months = |first: i32, count: i32| {
        let index = i32::from(year) * 12 + first;
        let at = |i: i32| first_of(i.div_euclid(12), i.rem_euclid(12) as i8 + 1);
        (at(index), at(index + count))
    };
    match rest {
        None => Some((year_start(i32::from(year), starts), year_start(i32::from(year) + 1, starts))),
        Some(rest) => {
            if let Some(quarter) = rest.strip_prefix(['Q', 'q']) {
                let quarter: i32 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
                return Some(months((quarter - 1) * 3, 3));
            }
            if let Some(week) = rest.strip_prefix(['W', 'w']) {
                let week = week.parse().ok()?;
                let monday = jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday).ok()?.date();
                return Some((monday, after(monday, 7)));
            }
            if rest.contains('-') {
                let day: Date = name.parse().ok()?;
                return Some((day, day.tomorrow().ok()?));
            }
            let month: i32 = rest.parse().ok().filter(|m| (1..=12).contains(m))?;
            Some(months(month - 1, 1))
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn clock(every: Every, starts: (i8, i8)) -> Clock {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        Clock { every, starts, zone, named: Vec::new(), fixed: Vec::new() }
    }

    #[test]
    fn names_and_spans_agree_for_every_rule() {
        let day = date(2026, 3, 14);
        for (every, starts, name, start, end) in [
            (Every::Day, (1, 1), "2026-03-14", day, date(2026, 3, 15)),
            (Every::Week, (1, 1), "2026-W11", date(2026, 3, 9), date(2026, 3, 16)),
            (Every::Month, (1, 1), "2026-03", date(2026, 3, 1), date(2026, 4, 1)),
            (Every::Quarter, (1, 1), "2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
            (Every::Year, (1, 1), "2026", date(2026, 1, 1), date(2027, 1, 1)),
            (Every::Year, (4, 1), "2025", date(2025, 4, 1), date(2026, 4, 1)),
        ] {
            let clock = clock(every, starts);
            let ordinal = clock.ordinal(day);
            assert_eq!(clock.name(ordinal), name);
            assert_eq!(clock.span(ordinal), Some((start, end)));
            assert_eq!(span_of_name(name, starts), Some((start, end)));
            assert_eq!(clock.ordinal(start), ordinal);
            assert_eq!(clock.ordinal(end), ordinal + 1);
        }
    }

    #[test]
    fn the_iso_week_of_new_year_belongs_to_the_old_year() {
        let clock = clock(Every::Week, (1, 1));
        assert_eq!(clock.name(clock.ordinal(date(2027, 1, 1))), "2026-W53");
        assert_eq!(clock.name(clock.ordinal(date(1969, 12, 28))), "1969-W52");
    }

    #[test]
    fn a_year_that_starts_on_a_leap_day_starts_on_the_last_of_february() {
        assert_eq!(year_start(2025, (2, 29)), date(2025, 2, 28));
        assert_eq!(year_start(2024, (2, 29)), date(2024, 2, 29));
    }

    #[test]
    fn a_period_is_complete_from_its_last_day_on_plus_the_lag() {
        let clock = clock(Every::Month, (1, 1));
        let key = Key::Regular(clock.ordinal(date(2026, 3, 3)));
        assert!(clock.period(key, date(2026, 3, 31), 0).complete);
        assert!(!clock.period(key, date(2026, 3, 30), 0).complete);
        assert!(!clock.period(key, date(2026, 4, 4), 5).complete);
        assert!(clock.period(key, date(2026, 4, 5), 5).complete);
    }

    #[test]
    fn days_start_in_the_zone() {
        let clock = clock(Every::Day, (1, 1));
        // Clocks went forward on 29 March 2026: that day has 23 hours.
        let (start, end) = (clock.instant(date(2026, 3, 29)), clock.end_of(date(2026, 3, 29)));
        assert_eq!(end - start, 23 * 3_600_000_000);
        assert_eq!(clock.day(end - 1), date(2026, 3, 29));
        assert_eq!(clock.day(end), date(2026, 3, 30));
    }

    #[test]
    fn holes_are_filled_and_named_periods_stand_in_time() {
        let mut clock = clock(Every::Month, (1, 1));
        let year = clock.name_key("2025");
        assert!(matches!(year, Key::Named(0)));
        let (jan, apr) = (clock.name_key("2026-01"), clock.name_key("2026-04"));
        let keys = clock.filled(&BTreeSet::from([jan, apr, year]));
        let names: Vec<_> = keys.iter().map(|k| clock.period(*k, date(2026, 12, 1), 0).name).collect();
        assert_eq!(names, ["2025", "2026-01", "2026-02", "2026-03", "2026-04"]);
        assert_eq!(clock.name_key("2025"), year);
    }

    #[test]
    fn one_mistyped_year_stands_apart_but_a_weekend_does_not() {
        let months = clock(Every::Month, (1, 1));
        assert_eq!(months.apart(&[(100, 50), (101, 40), (104, 1)], &|_| false), Some(2));
        assert_eq!(months.apart(&[(100, 50), (101, 40), (103, 1)], &|_| false), None);
        assert_eq!(months.apart(&[(100, 1), (900, 40), (901, 30)], &|_| false), None, "an early slip moves nothing");
        let week = clock(Every::Day, (1, 1));
        let friday = week.ordinal(date(2026, 3, 13));
        let weekend = |day: Date| day.weekday().to_monday_zero_offset() > 4;
        assert_eq!(week.apart(&[(friday, 50), (friday + 3, 4)], &weekend), None);
        assert_eq!(week.apart(&[(friday, 50), (friday + 3, 4)], &|_| false), Some(1));
    }

    #[test]
    fn names_that_are_no_period_have_no_span() {
        for name in ["FY2024", "26-01", "2026-13", "2026-Q5", "2026-W54", "2026-02-30", ""] {
            assert_eq!(span_of_name(name, (1, 1)), None, "{name}");
        }
    }
}
