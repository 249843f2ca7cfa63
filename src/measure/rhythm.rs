//! What ought to happen regularly: the slots that were due, and what was done in them. A slot belongs to the period that its last
//! day lies in, so that every slot is asked about once. Nothing done is a miss and not nothing, as long as the source is alive.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::counts::{Counted, CountedTable, Counts};
use super::periods::Clock;
use super::subjects::{NOBODY, ORGANISATION};
use super::{Period, Subject, Tallies};
use crate::workspace::{Every, Form, Measure, Plan, Source};

/// Whether each slot that was due was kept, in order.
pub fn kept<'a>(done: &'a [(i64, u64)], due: &'a [i64], least: u64) -> impl Iterator<Item = bool> + 'a {
    due.iter().map(move |slot| {
        let amount = done.binary_search_by_key(slot, |d| d.0).ok().and_then(|i| done.get(i)).map_or(0, |d| d.1);
        amount >= least
    })
}

/// The level whose habit a cadence is (position in `Plan::levels`); none for other measures.
pub fn habit_level(plan: &Plan, measure: &Measure) -> Option<usize> {
    let Form::Cadence { level, .. } = &measure.form else { return None };
    let source = measure.source.and_then(|s| plan.sources.get(s))?;
    Some(home(plan, source, level.as_ref().map(|l| l.value.as_str())))
}

/// Level → slots by subject and period: what a cadence says belongs to one level and isn't added up.
pub(crate) fn settle(plan: &Plan, clock: &Clock, counts: &mut Counts) {
    let mut settled = Vec::new();
    for (at, table) in counts.tables.iter().enumerate() {
        for (of, counted) in table.measures.iter().enumerate() {
            let (measure, source) = (plan.measures.get(counted.measure), plan.sources.get(table.source));
            let home = measure.and_then(|m| habit_level(plan, m));
            if let (Some(Form::Cadence { every, .. }), Some(source), Some(home)) =
                (measure.map(|m| &m.form), source, home)
            {
                let rhythm = Rhythm { plan, clock, counts, every: *every, source, home, table };
                settled.push((at, of, (home, rhythm.slots(counted))));
            }
        }
    }
    for (at, of, slots) in settled {
        if let Some(counted) = counts.tables.get_mut(at).and_then(|t| t.measures.get_mut(of)) {
            counted.reported = Some(slots);
        }
    }
}

/// The level that is asked for, else the smallest that the rows name, else the organisation.
fn home(plan: &Plan, source: &Source, asked: Option<&str>) -> usize {
    let position = |wanted: &dyn Fn(&str) -> bool| plan.levels.iter().position(|level| wanted(&level.value));
    let named = |level: &str| {
        source.subjects.contains_key(level)
            || source.credit.as_ref().is_some_and(|c| c.levels.iter().any(|taken| taken == level))
    };
    asked
        .and_then(|asked| position(&|level| level == asked))
        .or_else(|| position(&named))
        .or_else(|| position(&|level| level == ORGANISATION))
        .unwrap_or(plan.levels.len().saturating_sub(1))
}

/// One cadence under way.
struct Rhythm<'a> {
    plan: &'a Plan,
    clock: &'a Clock,
    counts: &'a Counts,
    every: Every,
    source: &'a Source,
    home: usize,
    table: &'a CountedTable,
}

impl Rhythm<'_> {
    fn slots(&self, counted: &Counted) -> Tallies {
        let Tallies::Slots { cells: done, least, .. } = &counted.tallies else { return counted.tallies.clone() };
        let width = self.counts.periods.len();
        let first = done.iter().filter_map(|cell| cell.first()).map(|(slot, _)| *slot).min();
        let due = self.due(first);
        let period_of: BTreeMap<i64, usize> =
            due.iter().enumerate().flat_map(|(period, slots)| slots.iter().map(move |slot| (*slot, period))).collect();
        let subjects = self.counts.subjects.get(self.home).map_or(&[][..], |s| s);
        let mut cells: Vec<BTreeMap<i64, u64>> = vec![BTreeMap::new(); subjects.len() * width];
        // The period in which each subject first did it.
        let mut begun = vec![usize::MAX; subjects.len()];
        for (cell, done) in self.table.cells.iter().zip(done) {
            let seat = self.counts.seats.get(cell.seat as usize);
            let subject = seat.and_then(|seat| seat.get(self.home)).copied().unwrap_or(NOBODY) as usize;
            for (slot, amount) in done {
                let Some(period) = period_of.get(slot).copied() else { continue };
                let Some(begun) = begun.get_mut(subject) else { continue };
                *begun = (*begun).min(period);
                if let Some(held) = cells.get_mut(subject * width + period) {
                    let held = held.entry(*slot).or_default();
                    *held = held.saturating_add(*amount);
                }
            }
        }
        let none: Arc<[i64]> = Arc::from([]);
        let due = subjects.iter().zip(begun).enumerate().flat_map(|(position, (subject, begun))| {
            let none = none.clone();
            due.iter().enumerate().map(move |(period, due)| {
                if self.is_there(subject, position, period, begun) { due.clone() } else { none.clone() }
            })
        });
        let due = due.collect();
        Tallies::Slots { cells: cells.into_iter().map(|c| c.into_iter().collect()).collect(), due, least: *least }
    }

    /// The slots of each period; none where the source hadn't begun, or has ended.
    fn due(&self, first: Option<i64>) -> Vec<Arc<[i64]>> {
        let base = self.counts.tables.iter().find(|t| t.base && t.source == self.table.source);
        let lived = |position: &usize| {
            let at = |cell: &super::Cell| cell.period as usize == *position;
            base.is_some_and(|t| t.cells.iter().zip(&t.records).any(|(cell, rows)| at(cell) && *rows > 0))
        };
        let periods = 0..self.counts.periods.len();
        let (from, to) = (periods.clone().find(lived), periods.clone().rev().find(lived));
        let alive = |position: usize| from.is_some_and(|from| from <= position) && to.is_some_and(|to| position <= to);
        let each = self.counts.periods.iter().enumerate().map(|(position, period)| {
            let mut slots = if alive(position) { self.of_period(period) } else { Vec::new() };
            // A log that began in the middle of a period says nothing of the time before it.
            if let (true, Some(first)) = (Some(position) == from, first)
                && slots.contains(&first)
            {
                slots.retain(|slot| *slot >= first);
            }
            slots.into()
        });
        each.collect()
    }

    /// Slots whose last day lies in the period and is over, with the days that a record may be late. Days off are never due.
    fn of_period(&self, period: &Period) -> Vec<i64> {
        let (Some(start), Some(end)) = (period.start, period.end) else { return Vec::new() };
        let slot = |day: Date| self.clock.slot_of(self.every, day);
        let seconds = self.source.lag_days.saturating_sub(1).saturating_mul(86_400);
        let open = self.counts.as_of.saturating_sub(SignedDuration::from_secs(seconds));
        let from = self.plan.periods.from.as_ref().map(|f| f.value);
        let whole = |at: &i64| {
            let span = self.clock.slot_span(self.every, *at);
            span.is_some_and(|(first, _)| from.is_none_or(|from| first >= from) && self.is_working(first))
        };
        (slot(start)..slot(end).min(slot(open))).filter(whole).collect()
    }

    fn is_working(&self, day: Date) -> bool {
        if self.every != Every::Day {
            return true;
        }
        let calendar = &self.plan.calendar;
        let hours = calendar.week.get(day.weekday().to_monday_zero_offset() as usize);
        hours.is_some_and(|hours| !hours.is_empty()) && calendar.holidays.binary_search(&day).is_err()
    }

    /// A subject owes its slots in a period in which anything of it was recorded or the people file has it; one that no file
    /// knows, from its first time on.
    fn is_there(&self, subject: &Subject, position: usize, period: usize, begun: usize) -> bool {
        let cell = position * self.counts.periods.len() + period;
        let records = self.counts.records.get(self.home).and_then(|r| r.get(cell)).copied().unwrap_or(0);
        let known = subject.attributes.iter().any(Option::is_some);
        let listed = subject.attributes.get(period).is_some_and(Option::is_some);
        records > 0 || if known { listed } else { begun <= period }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_kept_where_enough_was_done_and_never_more_slots_than_were_due() {
        let done = [(3, 1), (5, 4), (6, 2), (9, 7)];
        let of = |due: &[i64], least: u64| kept(&done, due, least).collect::<Vec<_>>();
        assert_eq!(of(&[3, 4, 5, 6], 2), [false, false, true, true]);
        assert_eq!(of(&[3, 4], 1), [true, false]);
        assert!(of(&[], 1).is_empty(), "what was done when nothing was due is no slot");
        for least in 1..9 {
            let hits = |least: u64| of(&[1, 3, 5, 6, 7], least).iter().filter(|kept| **kept).count();
            assert!(hits(least) <= 5 && hits(least + 1) <= hits(least));
        }
    }
}
