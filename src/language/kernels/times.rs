//! Moments and lengths in microseconds; the least number is missing.

use rustc_hash::FxHashMap;

use super::super::clock::{self, Local, Offsets};
use super::super::tree::Comparison;
use super::super::working::{self, Timeline};
use super::super::{Calendar, MISSING_TIME, Truth, scalar};
use super::{Lane, map, zip};

pub(in crate::language) fn compare(comparison: Comparison, a: &Lane<i64>, b: &Lane<i64>) -> Lane<Truth> {
    match comparison {
        Comparison::Equal => tested(a, b, |x, y| x == y),
        Comparison::Unequal => tested(a, b, |x, y| x != y),
        Comparison::Less => tested(a, b, |x, y| x < y),
        Comparison::AtMost => tested(a, b, |x, y| x <= y),
        Comparison::Greater => tested(a, b, |x, y| x > y),
        Comparison::AtLeast => tested(a, b, |x, y| x >= y),
    }
}

fn tested(a: &Lane<i64>, b: &Lane<i64>, f: impl Fn(i64, i64) -> bool) -> Lane<Truth> {
    zip(a, b, |x, y| {
        let missing = (x == MISSING_TIME) | (y == MISSING_TIME);
        Truth((u8::from(missing) << 1) | (u8::from(f(x, y)) & u8::from(!missing)))
    })
}

pub(in crate::language) fn among(a: &Lane<i64>, list: &[i64]) -> Lane<Truth> {
    map(a, |x| if x == MISSING_TIME { Truth::MISSING } else { Truth::of(list.contains(&x)) })
}

/// The least and the greatest moment that is there.
fn range(lane: &Lane<i64>) -> Option<(i64, i64)> {
    match lane {
        Lane::Same(t) => (*t != MISSING_TIME).then_some((*t, *t)),
        Lane::Each(list) => {
            let there = list.iter().copied().filter(|t| *t != MISSING_TIME);
            there.fold(None, |found: Option<(i64, i64)>, t| Some(found.map_or((t, t), |(a, b)| (a.min(t), b.max(t)))))
        }
    }
}

/// A number from two moments; NaN where one is missing.
pub(in crate::language) fn between(a: &Lane<i64>, b: &Lane<i64>, f: fn(i64, i64) -> f64) -> Lane<f64> {
    zip(a, b, |x, y| if x == MISSING_TIME || y == MISSING_TIME { f64::NAN } else { f(x, y) })
}

/// Something of the time on the wall.
pub(in crate::language) fn wall(calendar: &Calendar, a: &Lane<i64>, f: fn(Local) -> f64) -> Lane<f64> {
    let offsets = range(a).and_then(|(from, to)| Offsets::covering(&calendar.zone, from, to));
    match offsets {
        Some(offsets) => map(a, |t| if t == MISSING_TIME { f64::NAN } else { f(offsets.local(t)) }),
        // A moment outside the calendar is among them: one by one.
        None => {
            map(a, |t| if t == MISSING_TIME { f64::NAN } else { clock::local(&calendar.zone, t).map_or(f64::NAN, f) })
        }
    }
}

/// The start of each day; days repeat, so each is looked up once.
pub(in crate::language) fn day_start(calendar: &Calendar, a: &Lane<i64>) -> Lane<i64> {
    let offsets = range(a).and_then(|(from, to)| Offsets::covering(&calendar.zone, from, to));
    let list = match (a, offsets) {
        (Lane::Each(list), Some(offsets)) => {
            let mut known = FxHashMap::<i64, i64>::default();
            let of = |t: &i64| {
                if *t == MISSING_TIME {
                    return MISSING_TIME;
                }
                let day = offsets.local(*t).day;
                *known.entry(day).or_insert_with(|| clock::day_start(&calendar.zone, day))
            };
            list.iter().map(of).collect()
        }
        _ => return map(a, |t| if t == MISSING_TIME { MISSING_TIME } else { scalar::day_start(calendar, t) }),
    };
    Lane::each(list)
}

/// Working hours from one moment to another: two look-ups in one timeline.
pub(in crate::language) fn working_between(calendar: &Calendar, a: &Lane<i64>, b: &Lane<i64>) -> Lane<f64> {
    let timeline = match (range(a), range(b)) {
        (Some(x), Some(y)) => Timeline::covering(calendar, x.0.min(y.0), x.1.max(y.1)),
        _ => None,
    };
    zip(a, b, |x, y| {
        if x == MISSING_TIME || y == MISSING_TIME {
            return f64::NAN;
        }
        match &timeline {
            Some(timeline) => (timeline.before(y) - timeline.before(x)) as f64 / clock::HOUR as f64,
            None => working::hours_between(calendar, x, y),
        }
    })
}

pub(in crate::language) fn add_working(calendar: &Calendar, a: &Lane<i64>, hours: &Lane<f64>) -> Lane<i64> {
    zip(a, hours, |t, h| working::add_hours(calendar, t, h))
}
