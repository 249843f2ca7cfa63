//! Lists of numbers, one a row (`parts` of a scorecard); they are short, so rows are gone through one by one.

use std::sync::Arc;

use super::super::number::near;
use super::super::{Truth, limits, scalar};
use super::Lane;

/// None is missing.
pub(in crate::language) type List = Option<Arc<Vec<f64>>>;

pub(in crate::language) fn over(lists: &Lane<List>, f: fn(&[f64]) -> f64) -> Lane<f64> {
    let one = |list: &List| list.as_ref().map_or(f64::NAN, |l| f(l));
    match lists {
        Lane::Same(list) => Lane::Same(one(list)),
        Lane::Each(all) => Lane::each(all.iter().map(one).collect()),
    }
}

pub(in crate::language) fn index(lists: &Lane<List>, at: &Lane<f64>, rows: usize) -> Lane<f64> {
    rowwise(lists, at, rows, |list, at| list.as_ref().map_or(f64::NAN, |l| scalar::index(l, at)))
}

pub(in crate::language) fn holds(lists: &Lane<List>, item: &Lane<f64>, rows: usize) -> Lane<Truth> {
    rowwise(lists, item, rows, |list, item| match list {
        Some(list) if !item.is_nan() => Truth::of(list.iter().any(|x| near(*x, item))),
        _ => Truth::MISSING,
    })
}

fn rowwise<T: Clone>(lists: &Lane<List>, other: &Lane<f64>, rows: usize, f: impl Fn(&List, f64) -> T) -> Lane<T> {
    match (lists, other) {
        (Lane::Same(list), Lane::Same(x)) => Lane::Same(f(list, *x)),
        _ => Lane::each((0..rows).map(|row| f(&lists.get(row, None), other.get(row, f64::NAN))).collect()),
    }
}

/// A list of the rows' numbers; missing where one is.
pub(in crate::language) fn gathered(items: &[Lane<f64>], rows: usize) -> Lane<List> {
    let one = |row: usize| -> List {
        let list: Vec<f64> = items.iter().map(|lane| lane.get(row, f64::NAN)).collect();
        (!list.iter().any(|x| x.is_nan())).then(|| Arc::new(list))
    };
    if items.iter().all(|lane| matches!(lane, Lane::Same(_))) {
        return Lane::Same(one(0));
    }
    Lane::each((0..rows).map(one).collect())
}

/// One list after the other; the row where they grow too long.
pub(in crate::language) fn chained(a: &Lane<List>, b: &Lane<List>, rows: usize) -> Result<Lane<List>, usize> {
    let one = |row: usize| -> Result<List, usize> {
        match (a.get(row, None), b.get(row, None)) {
            (Some(a), Some(b)) if a.len() + b.len() > limits::LIST => Err(row),
            (Some(a), Some(b)) => Ok(Some(Arc::new(a.iter().chain(b.iter()).copied().collect()))),
            _ => Ok(None),
        }
    };
    if let (Lane::Same(_), Lane::Same(_)) = (a, b) {
        return one(0).map(Lane::Same);
    }
    (0..rows).map(one).collect::<Result<Vec<_>, _>>().map(Lane::each)
}

pub(in crate::language) fn choose(test: &Lane<Truth>, a: &Lane<List>, b: &Lane<List>, rows: usize) -> Lane<List> {
    match test {
        Lane::Same(Truth::YES) => a.clone(),
        Lane::Same(Truth::NO) => b.clone(),
        Lane::Same(_) => Lane::Same(None),
        Lane::Each(tests) => Lane::each(
            (0..rows)
                .map(|row| match tests.get(row) {
                    Some(&Truth::YES) => a.get(row, None),
                    Some(&Truth::NO) => b.get(row, None),
                    _ => None,
                })
                .collect(),
        ),
    }
}
