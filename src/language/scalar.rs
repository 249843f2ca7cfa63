//! One value at a time: what the interpreter, `because` and constants use. The kernels do the same to
//! whole columns; a property test holds the two together.

use std::cmp::Ordering;
use std::sync::Arc;

use super::clock::{self, Written};
use super::fault::Fault;
use super::number::{self, finite};
use super::tree::{Arithmetic, Comparison};
use super::vocabulary::{Builtin, Kernel};
use super::{Calendar, MISSING_TIME, Value, limits, working};

pub(super) fn of_number(x: f64) -> Value {
    if x.is_finite() { Value::Number(x) } else { Value::Missing }
}

pub(super) fn of_moment(t: i64) -> Value {
    if t == MISSING_TIME { Value::Missing } else { Value::Time(t) }
}

pub(super) fn of_length(t: i64) -> Value {
    if t == MISSING_TIME { Value::Missing } else { Value::Duration(t) }
}

/// Microseconds, or missing where they don't fit.
pub(super) fn microseconds(x: f64) -> i64 {
    let x = x.round();
    // 2^63 is the first that doesn't fit; NaN fails the comparison.
    if x.abs() < 9_223_372_036_854_775_808.0 { x as i64 } else { MISSING_TIME }
}

pub(super) fn add_time(a: i64, b: i64) -> i64 {
    if a == MISSING_TIME || b == MISSING_TIME { MISSING_TIME } else { a.checked_add(b).unwrap_or(MISSING_TIME) }
}

pub(super) fn subtract_time(a: i64, b: i64) -> i64 {
    if a == MISSING_TIME || b == MISSING_TIME { MISSING_TIME } else { a.checked_sub(b).unwrap_or(MISSING_TIME) }
}

pub(super) fn scale_time(a: i64, by: f64) -> i64 {
    if a == MISSING_TIME { MISSING_TIME } else { microseconds(a as f64 * by) }
}

pub(super) fn shrink_time(a: i64, by: f64) -> i64 {
    if a == MISSING_TIME { MISSING_TIME } else { microseconds(a as f64 / by) }
}

pub(super) fn time_ratio(a: i64, b: i64) -> f64 {
    if a == MISSING_TIME || b == MISSING_TIME { f64::NAN } else { finite(a as f64 / b as f64) }
}

pub(super) fn seconds(a: i64) -> f64 {
    if a == MISSING_TIME { f64::NAN } else { a as f64 / clock::SECOND as f64 }
}

pub(super) fn arithmetic(operator: Arithmetic, a: &Value, b: &Value) -> Result<Value, Fault> {
    use Arithmetic::*;
    use Value::*;
    Ok(match (operator, a, b) {
        (_, Number(a), Number(b)) => of_number(number::combine(operator, *a, *b)),
        (Add, Text(a), Text(b)) => Text(joined(&[a, b])?),
        (Add, Time(a), Duration(b)) | (Add, Duration(a), Time(b)) => of_moment(add_time(*a, *b)),
        (Add, Duration(a), Duration(b)) => of_length(add_time(*a, *b)),
        (Subtract, Time(a), Time(b)) | (Subtract, Duration(a), Duration(b)) => of_length(subtract_time(*a, *b)),
        (Subtract, Time(a), Duration(b)) => of_moment(subtract_time(*a, *b)),
        (Multiply, Duration(a), Number(b)) | (Multiply, Number(b), Duration(a)) => of_length(scale_time(*a, *b)),
        (Divide, Duration(a), Number(b)) => of_length(shrink_time(*a, *b)),
        (Divide, Duration(a), Duration(b)) => of_number(time_ratio(*a, *b)),
        (Add, Numbers(a), Numbers(b)) => {
            if a.len() + b.len() > limits::LIST {
                return Err(Fault::List);
            }
            Numbers(Arc::new(a.iter().chain(b.iter()).copied().collect()))
        }
        _ => Missing,
    })
}

/// Whether `/` or `%` divides by zero here.
pub(super) fn divides_by_zero(operator: Arithmetic, a: &Value, b: &Value) -> bool {
    matches!(operator, Arithmetic::Divide | Arithmetic::Remainder)
        && !matches!(a, Value::Missing)
        && matches!(b, Value::Number(0.0) | Value::Duration(0))
}

pub(super) fn negate(a: &Value) -> Value {
    match a {
        Value::Number(x) => Value::Number(-x),
        Value::Duration(d) => of_length(subtract_time(0, *d)),
        _ => Value::Missing,
    }
}

/// The order of two values of one type; none where one is missing. A text beside a time is a date.
pub(super) fn order(a: &Value, b: &Value, calendar: &Calendar) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Number(a), Value::Number(b)) => number::order(*a, *b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::YesNo(a), Value::YesNo(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) | (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Time(a), Value::Text(b)) => a.cmp(&dated(b, calendar)?),
        (Value::Text(a), Value::Time(b)) => dated(a, calendar)?.cmp(b),
        _ => return None,
    })
}

fn dated(text: &str, calendar: &Calendar) -> Option<i64> {
    Written::parse(text).map(|w| w.moment(&calendar.zone)).filter(|t| *t != MISSING_TIME)
}

pub(super) fn compare(comparison: Comparison, a: &Value, b: &Value, calendar: &Calendar) -> Value {
    order(a, b, calendar).map_or(Value::Missing, |o| Value::YesNo(comparison.holds(o)))
}

pub(super) fn and(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::YesNo(false), _) | (_, Value::YesNo(false)) => Value::YesNo(false),
        (Value::YesNo(true), Value::YesNo(true)) => Value::YesNo(true),
        _ => Value::Missing,
    }
}

pub(super) fn or(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::YesNo(true), _) | (_, Value::YesNo(true)) => Value::YesNo(true),
        (Value::YesNo(false), Value::YesNo(false)) => Value::YesNo(false),
        _ => Value::Missing,
    }
}

pub(super) fn not(a: &Value) -> Value {
    match a {
        Value::YesNo(a) => Value::YesNo(!a),
        _ => Value::Missing,
    }
}

/// The texts one after another.
pub(super) fn joined<S: AsRef<str>>(parts: &[S]) -> Result<Arc<str>, Fault> {
    let length: usize = parts.iter().map(|p| p.as_ref().len()).sum();
    if length > limits::TEXT {
        return Err(Fault::Text);
    }
    let mut text = String::with_capacity(length);
    parts.iter().for_each(|p| text.push_str(p.as_ref()));
    Ok(Arc::from(text))
}

/// As a text inside a text.
pub(super) fn shown(value: &Value, calendar: &Calendar) -> Option<Arc<str>> {
    Some(match value {
        Value::Missing => return None,
        Value::Number(x) => Arc::from(number::shown(*x)),
        Value::Text(t) => t.clone(),
        Value::YesNo(b) => Arc::from(if *b { "yes" } else { "no" }),
        Value::Time(t) => clock::shown(&calendar.zone, *t),
        Value::Duration(d) => Arc::from(clock::length_shown(*d)),
        Value::Numbers(list) => Arc::from(list.iter().map(|x| number::shown(*x)).collect::<Vec<_>>().join(", ")),
    })
}

/// Items count from 0, from the end below; missing outside and between.
pub(super) fn index(list: &[f64], at: f64) -> f64 {
    let at = if at < 0.0 { at + list.len() as f64 } else { at };
    if at >= 0.0 && at.fract() == 0.0 { list.get(at as usize).copied().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// Whether one of the items equals it: missing where a missing one might.
pub(super) fn among(item: &Value, list: &[Value], calendar: &Calendar) -> Value {
    list.iter().fold(Value::YesNo(false), |found, other| or(&found, &compare(Comparison::Equal, item, other, calendar)))
}

/// A built-in function of values; a missing operand makes it missing.
pub(super) fn call(builtin: &Builtin, values: &[Value], calendar: &Calendar) -> Result<Value, Fault> {
    use Value::*;
    Ok(match (&builtin.kernel, values) {
        (Kernel::IsMissing, [x]) => YesNo(*x == Missing),
        (Kernel::Number { one, .. }, [Number(x)]) => of_number(one(*x)),
        (Kernel::Pair { one, .. }, [Number(a), Number(b)]) => of_number(one(*a, *b)),
        (Kernel::Three(f), [Number(a), Number(b), Number(c)]) => of_number(f(*a, *b, *c)),
        (Kernel::TextTest(f), [Text(a), Text(b)]) => YesNo(f(a, b)),
        (Kernel::TextMap(f), [Text(a)]) => {
            let text = f(a);
            // `upper` can make a text longer: ß becomes SS.
            if text.len() > limits::TEXT {
                return Err(Fault::Text);
            }
            Text(Arc::from(text))
        }
        (Kernel::TextLength(f), [Text(a)]) => of_number(f(a)),
        (Kernel::List(f), [Numbers(list)]) => of_number(f(list)),
        (Kernel::Between(f), [Time(a), Time(b)]) => of_number(f(*a, *b)),
        (Kernel::Wall(f), [Time(a)]) => clock::local(&calendar.zone, *a).map_or(Missing, |l| of_number(f(l))),
        (Kernel::DayStart, [Time(a)]) => of_moment(day_start(calendar, *a)),
        (Kernel::WorkingBetween, [Time(a), Time(b)]) => of_number(working::hours_between(calendar, *a, *b)),
        (Kernel::AddWorking, [Time(a), Number(h)]) => of_moment(working::add_hours(calendar, *a, *h)),
        (Kernel::Length(unit), [Number(n)]) => of_length(microseconds(n * *unit as f64)),
        _ => Missing,
    })
}

pub(super) fn day_start(calendar: &Calendar, moment: i64) -> i64 {
    clock::local(&calendar.zone, moment).map_or(MISSING_TIME, |l| clock::day_start(&calendar.zone, l.day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn missing_is_missing() {
        let (no, yes, none) = (Value::YesNo(false), Value::YesNo(true), Value::Missing);
        assert_eq!(and(&none, &no), no);
        assert_eq!(and(&none, &yes), none);
        assert_eq!(or(&yes, &none), yes);
        assert_eq!(or(&none, &no), none);
        assert_eq!(not(&none), none);
        let calendar = Calendar::office_hours(TimeZone::UTC);
        let list = [Value::Number(1.0), Value::Missing];
        assert_eq!(among(&Value::Number(1.0), &list, &calendar), yes);
        assert_eq!(among(&Value::Number(2.0), &list, &calendar), none);
        assert_eq!(among(&Value::Missing, &list[..1], &calendar), none);
        assert_eq!(among(&Value::Number(2.0), &list[..1], &calendar), no);
    }

    #[test]
    fn times_do_not_wrap() {
        assert_eq!(arithmetic(Arithmetic::Add, &Value::Time(i64::MAX), &Value::Duration(1)), Ok(Value::Missing));
        assert_eq!(arithmetic(Arithmetic::Divide, &Value::Duration(5), &Value::Number(0.0)), Ok(Value::Missing));
        assert_eq!(arithmetic(Arithmetic::Multiply, &Value::Duration(3), &Value::Number(0.5)), Ok(Value::Duration(2)));
        assert_eq!(negate(&Value::Duration(i64::MIN + 1)), Value::Duration(i64::MAX));
    }

    #[test]
    fn items_of_lists() {
        assert_eq!(index(&[1.0, 2.0], -1.0), 2.0);
        for at in [2.0, -3.0, 0.5, f64::NAN] {
            assert!(index(&[1.0, 2.0], at).is_nan());
        }
    }

    #[test]
    fn long_texts_are_refused() {
        let half = "x".repeat(limits::TEXT / 2 + 1);
        assert!(joined(&[&half, &half]).is_err());
    }
}
