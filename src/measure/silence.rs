//! What ought to have come and didn't (C19, C20): periods since the judged one in which nothing was recorded, standards without a
//! figure for as long as the charter's `stale_after`, and subjects of whom nothing arrived any more. Silence says nothing good
//! or bad about anybody: it is a question to whoever sends the data.

use super::periods::Clock;
use super::subjects::PERSON;
use super::timing;
use super::{Period, Readings, State};
use crate::workspace::{Every, Plan};

/// After as many complete periods without a record a subject is taken to have left. Whoever the people file says has left isn't
/// missed at all.
const REMEMBERED: usize = 12;

/// Complete periods, one after the other, in which nothing was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Empty {
    pub first: Period,
    pub last: Period,
    /// How many: days that nobody works are not among them.
    pub periods: usize,
}

/// A standard without a figure for long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Position in `Plan::standards`.
    pub standard: usize,
    /// Position in `Readings::periods` of its last figure; none where it never had one.
    pub last: Option<usize>,
    /// Complete periods since then.
    pub periods: usize,
}

impl Readings {
    /// The complete periods since the last judged one in which nothing was recorded; `None` where there are none, or where a
    /// later period with records was there to be judged and another one was asked for.
    pub fn empty_since(&self, plan: &Plan) -> Option<Empty> {
        let judged = *self.judged.last()?;
        if self.later(judged).is_some() {
            return None;
        }
        let within = self.periods.iter().skip(judged + 1).filter(|p| p.complete && counts(plan, p));
        let mut found: Option<Empty> = None;
        for period in within.cloned().chain(self.since_the_last(plan)) {
            match &mut found {
                Some(empty) => {
                    empty.last = period;
                    empty.periods += 1;
                }
                None => found = Some(Empty { first: period.clone(), last: period, periods: 1 }),
            }
        }
        found
    }

    /// The latest complete period with records after this one.
    pub fn later(&self, period: usize) -> Option<usize> {
        let after = self.periods.iter().enumerate().skip(period + 1);
        after.filter(|(_, p)| p.complete && p.records > 0).map(|(position, _)| position).next_back()
    }

    /// Standards without a figure in the last `stale_after` complete periods, in the order of the plan. A standard over a source
    /// that is one period by itself (`period: 2017`) can't become stale.
    pub fn stale(&self, plan: &Plan) -> Vec<Stale> {
        let Some(&judged) = self.judged.last() else { return Vec::new() };
        let chosen = self.later(judged).is_some();
        let end = if chosen { judged + 1 } else { self.periods.len() };
        let since = if chosen { 0 } else { self.since_the_last(plan).len() };
        let complete: Vec<usize> = self
            .periods
            .iter()
            .enumerate()
            .take(end)
            .filter(|(_, p)| p.complete && (p.records > 0 || counts(plan, p)))
            .map(|(position, _)| position)
            .collect();
        let all = complete.len() + since;
        let after = plan.charter.stale_after as usize;
        let one = |(position, standard): (usize, &crate::workspace::Standard)| {
            let fixed = plan.measures.get(standard.measure)?.source.and_then(|s| plan.sources.get(s)?.period.as_ref());
            if fixed.is_some() {
                return None;
            }
            let latest = complete.iter().rposition(|p| self.heard(standard.measure, *p));
            let periods = latest.map_or(all, |at| all - at - 1);
            let last = complete.iter().rev().copied().find(|p| self.has_figure(standard.measure, *p));
            (periods >= after).then_some(Stale { standard: position, last, periods })
        };
        plan.standards.iter().enumerate().filter_map(one).collect()
    }

    /// The last complete period with a record of a subject of whom nothing arrived in `period`; `None` where something did, where
    /// nothing ever did within the last twelve complete periods, and where the people file says that the person isn't there.
    pub fn last_heard(&self, plan: &Plan, level: usize, subject: usize, period: usize) -> Option<usize> {
        let of_level = self.levels.get(level)?;
        let records = |p: usize| of_level.records.get(self.cell(subject, p)).copied().unwrap_or(0);
        if records(period) > 0 {
            return None;
        }
        let attributes = of_level.subjects.get(subject)?.attributes.get(period).and_then(Option::as_ref);
        if of_level.level == PERSON && plan.people.is_some() && attributes.is_none() {
            return None;
        }
        let before = self.periods.iter().enumerate().take(period).rev();
        let complete = before.filter(|(_, p)| p.complete && p.records > 0).map(|(position, _)| position);
        complete.take(REMEMBERED).find(|p| records(*p) > 0)
    }

    /// Whether nothing at all was measured for any standard in a period.
    pub fn nothing_measured(&self, plan: &Plan, period: usize) -> bool {
        plan.standards.iter().all(|standard| !self.has_figure(standard.measure, period))
    }

    /// Rows of a measure came, whether or not they gave a figure: what isn't due or doesn't apply was looked at.
    fn heard(&self, measure: usize, period: usize) -> bool {
        self.any_cell(measure, period, |found, cell| found.state.get(cell).is_some_and(|s| *s != State::Unmeasured))
    }

    fn has_figure(&self, measure: usize, period: usize) -> bool {
        self.any_cell(measure, period, |found, cell| found.figures.value.get(cell).is_some_and(|v| !v.is_nan()))
    }

    /// The widest level is asked first: it holds every row, and has the fewest subjects.
    fn any_cell(&self, measure: usize, period: usize, holds: impl Fn(&super::MeasureReadings, usize) -> bool) -> bool {
        self.levels.iter().rev().any(|level| {
            let Some(found) = level.measures.get(measure) else { return false };
            (0..level.subjects.len()).any(|subject| holds(found, self.cell(subject, period)))
        })
    }

    /// Complete periods after the last one with a record.
    fn since_the_last(&self, plan: &Plan) -> Vec<Period> {
        let clock = Clock::of(plan);
        let Some(last) = self.periods.last() else { return Vec::new() };
        let (Some(start), Some(end)) = (last.start, last.end) else { return Vec::new() };
        // Only a regular period is followed by another one: `period: 2017` of an undated source stands alone.
        let (key, _, _) = clock.around(clock.instant(start));
        if clock.period(key, self.as_of, 0).name != last.name {
            return Vec::new();
        }
        let after = clock.complete_from(end, self.as_of, timing::longest_lag(plan));
        after.into_iter().filter(|p| counts(plan, p)).collect()
    }
}

/// Days that nobody works bring no records: they are no silence.
fn counts(plan: &Plan, period: &Period) -> bool {
    *plan.periods.every != Every::Day || period.start.is_none_or(|day| !timing::rests(plan, day))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::diagnostic::Authored;
    use crate::score::fixture::{level, plan, readings, share_readings, standard};
    use crate::workspace::SourceKind;

    /// One unit, whose records by month these are.
    fn months(counts: &[u64]) -> (Plan, Readings) {
        let mut plan = plan();
        standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
        let cells: Vec<(u64, u64)> = counts.iter().map(|n| (*n, *n)).collect();
        let mut readings = readings(vec![level("unit", 1, counts.len(), vec![share_readings(&cells)])], counts.len());
        for (period, n) in readings.periods.iter_mut().zip(counts) {
            (period.records, period.complete) = (*n, true);
        }
        (plan, readings)
    }

    #[test]
    fn who_has_sent_nothing_for_twelve_periods_has_gone() {
        let heard = |silent: usize| {
            let mut counts = vec![40];
            counts.extend(std::iter::repeat_n(0, silent));
            let (plan, mut readings) = months(&counts);
            // Others had records all the time.
            readings.periods.iter_mut().for_each(|p| p.records = 900);
            readings.last_heard(&plan, 0, 0, silent)
        };
        assert_eq!(heard(0), None, "records came");
        assert_eq!(heard(1), Some(0));
        assert_eq!(heard(12), Some(0));
        assert_eq!(heard(13), None);
    }

    #[test]
    fn what_is_not_due_or_does_not_apply_was_looked_at() {
        let (plan, mut readings) = months(&[40, 0, 0]);
        readings.periods.iter_mut().for_each(|p| p.records = 900);
        assert_eq!(readings.stale(&plan), [Stale { standard: 0, last: Some(0), periods: 2 }]);
        readings.levels[0].measures[0].state[2] = State::NotDue;
        assert_eq!(readings.stale(&plan), []);
    }

    #[test]
    fn a_standard_needs_as_many_periods_as_the_charter_says() {
        let (mut plan, mut readings) = months(&[0, 0, 0]);
        readings.periods.iter_mut().for_each(|p| p.records = 900);
        for (after, stale) in [(2, true), (3, true), (4, false)] {
            plan.charter.stale_after = after;
            let found = readings.stale(&plan);
            assert_eq!(found, if stale { vec![Stale { standard: 0, last: None, periods: 3 }] } else { vec![] });
        }
        plan.charter.stale_after = 2;
        plan.sources[0].period = Some(Authored::default_of("2017".into()));
        assert_eq!(readings.stale(&plan), [], "a source that is one period by itself");
    }

    #[test]
    fn months_after_the_last_record_are_counted_up_to_the_day_and_its_lag() {
        let (mut plan, mut readings) = months(&[40, 40]);
        let end = readings.periods[1].end.unwrap();
        let day = |months: i64, days: i64| {
            let first = end.checked_add(jiff::Span::new().months(months)).unwrap();
            first.checked_add(jiff::Span::new().days(days - 1)).unwrap()
        };
        let empty = |readings: &Readings, plan: &Plan| readings.empty_since(plan).map(|empty| empty.periods);
        for (as_of, periods) in [(day(0, 0), None), (day(1, -1), None), (day(1, 0), Some(1)), (day(3, 5), Some(3))] {
            readings.as_of = as_of;
            assert_eq!(empty(&readings, &plan), periods, "{as_of}");
        }
        readings.as_of = day(1, 4);
        plan.sources[0].lag_days = 5;
        assert_eq!(empty(&readings, &plan), None, "not complete before its lag is over");
        readings.as_of = day(1, 5);
        assert_eq!(empty(&readings, &plan), Some(1));
        // Another month was asked for.
        readings.judged = vec![0];
        assert_eq!((empty(&readings, &plan), readings.later(0)), (None, Some(1)));
        assert_eq!(readings.stale(&plan), []);
    }

    #[test]
    fn days_that_nobody_works_are_no_silence() {
        let (mut plan, mut readings) = months(&[40]);
        plan.periods.every = Authored::default_of(Every::Day);
        let friday = date(2026, 3, 13);
        let day = &mut readings.periods[0];
        (day.name, day.start, day.end) = (friday.to_string(), Some(friday), friday.tomorrow().ok());
        readings.as_of = date(2026, 3, 15);
        assert_eq!(readings.empty_since(&plan), None, "a weekend");
        readings.as_of = date(2026, 3, 17);
        let empty = readings.empty_since(&plan).unwrap();
        assert_eq!((&*empty.first.name, &*empty.last.name, empty.periods), ("2026-03-16", "2026-03-17", 2));
    }
}
