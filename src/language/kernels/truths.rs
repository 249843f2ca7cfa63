//! Yes, no and missing in a byte: 1, 0 and 2. All operators are arithmetic on bytes, without branches.

use std::sync::Arc;

use super::super::Truth;
use super::{Lane, map, zip};

#[inline(always)]
fn both(a: Truth, b: Truth) -> Truth {
    // no wins over everything (a & b is 0); yes with missing (1 ^ 2 is 3) is missing
    Truth((a.0 & b.0) | (u8::from(a.0 ^ b.0 == 3) << 1))
}

#[inline(always)]
fn either(a: Truth, b: Truth) -> Truth {
    // yes wins: 1 | 2 is 3, which stands for yes
    let one = a.0 | b.0;
    Truth(one - (u8::from(one == 3) << 1))
}

#[inline(always)]
fn opposite(a: Truth) -> Truth {
    // 0 and 1 change places, 2 stays
    Truth(a.0 ^ (1 - (a.0 >> 1)))
}

pub(in crate::language) fn and(a: Lane<Truth>, b: Lane<Truth>) -> Lane<Truth> {
    joined(a, b, both)
}

pub(in crate::language) fn or(a: Lane<Truth>, b: Lane<Truth>) -> Lane<Truth> {
    joined(a, b, either)
}

pub(in crate::language) fn not(a: &Lane<Truth>) -> Lane<Truth> {
    map(a, opposite)
}

fn joined(mut a: Lane<Truth>, b: Lane<Truth>, f: impl Fn(Truth, Truth) -> Truth) -> Lane<Truth> {
    if let (Lane::Each(own), Lane::Each(other)) = (&mut a, &b)
        && let Some(own) = Arc::get_mut(own)
    {
        own.iter_mut().zip(other.iter()).for_each(|(x, y)| *x = f(*x, *y));
        return a;
    }
    zip(&a, &b, f)
}

/// One of two by a test; `missing` where the test is.
pub(in crate::language) fn choose<T: Copy>(test: &Lane<Truth>, a: &Lane<T>, b: &Lane<T>, missing: T) -> Lane<T> {
    let tests = match test {
        Lane::Same(Truth::YES) => return a.clone(),
        Lane::Same(Truth::NO) => return b.clone(),
        Lane::Same(_) => return Lane::Same(missing),
        Lane::Each(tests) => tests,
    };
    let pick = |t: Truth, a: T, b: T| match t {
        Truth::YES => a,
        Truth::NO => b,
        _ => missing,
    };
    let rows = tests.iter();
    Lane::each(match (a, b) {
        (Lane::Same(a), Lane::Same(b)) => rows.map(|t| pick(*t, *a, *b)).collect(),
        (Lane::Each(a), Lane::Same(b)) => rows.zip(a.iter()).map(|(t, a)| pick(*t, *a, *b)).collect(),
        (Lane::Same(a), Lane::Each(b)) => rows.zip(b.iter()).map(|(t, b)| pick(*t, *a, *b)).collect(),
        (Lane::Each(a), Lane::Each(b)) => {
            rows.zip(a.iter().zip(b.iter())).map(|(t, (a, b))| pick(*t, *a, *b)).collect()
        }
    })
}

/// The first, or the second where the first is missing.
pub(in crate::language) fn coalesce<T: Copy>(a: Lane<T>, b: &Lane<T>, missing: impl Fn(T) -> bool) -> Lane<T> {
    match (&a, b) {
        (Lane::Same(x), _) => {
            if missing(*x) {
                b.clone()
            } else {
                a
            }
        }
        _ => zip(&a, b, |x, y| if missing(x) { y } else { x }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Value, scalar};
    use super::*;

    fn value(t: Truth) -> Value {
        if t.is_missing() { Value::Missing } else { Value::YesNo(t.is_yes()) }
    }

    #[test]
    fn bytes_do_as_values_do() {
        let all = [Truth::NO, Truth::YES, Truth::MISSING];
        for a in all {
            assert_eq!(value(opposite(a)), scalar::not(&value(a)));
            for b in all {
                assert_eq!(value(both(a, b)), scalar::and(&value(a), &value(b)), "{a:?} and {b:?}");
                assert_eq!(value(either(a, b)), scalar::or(&value(a), &value(b)), "{a:?} or {b:?}");
            }
        }
    }
}
