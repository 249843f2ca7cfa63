//! From a row's moment to a dense slot for its period, a few instructions a row.

use jiff::civil::Date;

use super::periods::{Clock, Key};
use crate::language::MISSING_TIME;

/// What a moment came to, beside a slot.
pub(crate) const NO_DATE: u32 = u32::MAX;
pub(crate) const TOO_LATE: u32 = u32::MAX - 1;
pub(crate) const TOO_EARLY: u32 = u32::MAX - 2;
/// Not among the batch's rows.
pub(crate) const NOT_SELECTED: u32 = u32::MAX - 3;
/// The source has no dates of its own; measures with an `at:` may still place the row.
pub(crate) const UNDATED: u32 = u32::MAX - 4;

/// The row has a period.
pub(crate) fn is_slot(slot: u32) -> bool {
    slot < UNDATED
}

/// The row counts among its source's.
pub(crate) fn is_used(slot: u32) -> bool {
    slot <= UNDATED
}

/// Which moments count: the first day, and the first moment after `as_of`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub from: i64,
    pub until: i64,
}

impl Bounds {
    pub(crate) fn of(clock: &Clock, from: Option<Date>, as_of: Option<Date>) -> Self {
        Self {
            from: from.map_or(i64::MIN, |day| clock.instant(day)),
            until: as_of.map_or(i64::MAX, |day| clock.end_of(day)),
        }
    }
}

/// About 19 hours: a power of two of microseconds.
const SHIFT: u32 = 36;
const BUCKETS: usize = 1 << 16;
const UNKNOWN: u32 = u32::MAX;
const SPLIT: u32 = u32::MAX - 1;

/// One worker's dating: periods get dense slots in the order in which they appear.
pub(crate) struct Dating<'a> {
    clock: &'a Clock,
    bounds: Bounds,
    /// By slot.
    pub keys: Vec<Key>,
    /// Start, end (exclusive) and slot, sorted.
    spans: Vec<(i64, i64, u32)>,
    /// The slot of a stretch of 2^36 µs from 1970 on that lies within one period.
    buckets: Vec<u32>,
}

impl<'a> Dating<'a> {
    pub(crate) fn new(clock: &'a Clock, bounds: Bounds) -> Self {
        Self { clock, bounds, keys: Vec::new(), spans: Vec::new(), buckets: vec![UNKNOWN; BUCKETS] }
    }

    /// The slot of a period known by its key.
    pub(crate) fn slot_of(&mut self, key: Key) -> u32 {
        let position = self.keys.iter().position(|k| *k == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        position as u32
    }

    /// The slot of a moment, or why it has none.
    #[inline]
    pub(crate) fn slot(&mut self, moment: i64) -> u32 {
        if moment == MISSING_TIME {
            return if self.clock.is_all() { self.slot_of(Key::Regular(0)) } else { NO_DATE };
        }
        if moment >= self.bounds.until {
            return TOO_LATE;
        }
        if moment < self.bounds.from {
            return TOO_EARLY;
        }
        let bucket = (moment >> SHIFT) as usize;
        match self.buckets.get(bucket) {
            Some(&slot) if slot < SPLIT => slot,
            Some(&SPLIT) | None => self.search(moment),
            Some(_) => self.fill(moment, bucket),
        }
    }

    fn fill(&mut self, moment: i64, bucket: usize) -> u32 {
        let slot = self.search(moment);
        let first = (bucket as i64) << SHIFT;
        let last = first + (1 << SHIFT) - 1;
        let whole = self.search(first) == slot && self.search(last) == slot;
        self.buckets[bucket] = if whole { slot } else { SPLIT };
        slot
    }

    fn search(&mut self, moment: i64) -> u32 {
        let after = self.spans.partition_point(|(start, _, _)| *start <= moment);
        if let Some(&(_, end, slot)) = after.checked_sub(1).and_then(|i| self.spans.get(i))
            && moment < end
        {
            return slot;
        }
        let (key, start, end) = self.clock.around(moment);
        let slot = self.slot_of(key);
        self.spans.insert(after, (start, end, slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::measure::periods::tests::clock;
    use crate::workspace::Every;

    #[test]
    fn every_moment_gets_the_period_of_its_day_in_the_zone() {
        for every in [Every::Day, Every::Week, Every::Month, Every::Quarter, Every::Year] {
            let clock = clock(every, (4, 1));
            let mut dating = Dating::new(&clock, Bounds { from: i64::MIN, until: i64::MAX });
            let start = clock.instant(date(2025, 12, 20));
            for step in 0..5_000_i64 {
                // Steps of a prime number of seconds, also across the clock changes; some before 1970.
                let moment = start + step * 10_007 * 1_000_000 * if step % 50 == 0 { -40 } else { 1 };
                let slot = dating.slot(moment);
                let expected = clock.around(moment);
                assert_eq!(dating.keys[slot as usize], expected.0);
                assert!(expected.1 <= moment && moment < expected.2);
            }
        }
    }

    #[test]
    fn what_lies_outside_the_bounds_is_told_apart() {
        let clock = clock(Every::Month, (1, 1));
        let bounds = Bounds::of(&clock, Some(date(2026, 1, 1)), Some(date(2026, 3, 31)));
        let mut dating = Dating::new(&clock, bounds);
        assert_eq!(dating.slot(clock.instant(date(2026, 4, 1))), TOO_LATE);
        assert_eq!(dating.slot(clock.instant(date(2026, 4, 1)) - 1), 0);
        assert_eq!(dating.slot(clock.instant(date(2026, 1, 1)) - 1), TOO_EARLY);
        assert_eq!(dating.slot(MISSING_TIME), NO_DATE);
    }
}
