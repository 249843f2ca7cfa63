//! Whole columns at a time: each kernel is one plain loop over slices of one type, with constants taken
//! out of the loop, so that the compiler can use wide instructions.

pub(super) mod lists;
pub(super) mod numbers;
pub(super) mod texts;
pub(super) mod times;
pub(super) mod truths;

use std::sync::Arc;

/// The same in every row, or one each.
#[derive(Clone, Debug)]
pub(super) enum Lane<T> {
    Same(T),
    Each(Arc<Vec<T>>),
}

impl<T: Clone> Lane<T> {
    pub fn each(values: Vec<T>) -> Self {
        Lane::Each(Arc::new(values))
    }

    /// The value in a row; `missing` outside.
    pub fn get(&self, row: usize, missing: T) -> T {
        match self {
            Lane::Same(value) => value.clone(),
            Lane::Each(values) => values.get(row).cloned().unwrap_or(missing),
        }
    }

    /// The values as an own vector; copied only where somebody else holds them too.
    pub fn owned(self, rows: usize) -> Vec<T> {
        match self {
            Lane::Same(value) => vec![value; rows],
            Lane::Each(values) => Arc::try_unwrap(values).unwrap_or_else(|shared| shared.as_ref().clone()),
        }
    }
}

/// `f` over every row of two lanes.
pub(super) fn zip<A: Copy, B: Copy, C>(a: &Lane<A>, b: &Lane<B>, f: impl Fn(A, B) -> C) -> Lane<C> {
    match (a, b) {
        (Lane::Same(a), Lane::Same(b)) => Lane::Same(f(*a, *b)),
        (Lane::Each(a), Lane::Same(b)) => Lane::Each(Arc::new(a.iter().map(|a| f(*a, *b)).collect())),
        (Lane::Same(a), Lane::Each(b)) => Lane::Each(Arc::new(b.iter().map(|b| f(*a, *b)).collect())),
        (Lane::Each(a), Lane::Each(b)) => {
            Lane::Each(Arc::new(a.iter().zip(b.iter()).map(|(a, b)| f(*a, *b)).collect()))
        }
    }
}

pub(super) fn map<A: Copy, B>(a: &Lane<A>, f: impl Fn(A) -> B) -> Lane<B> {
    match a {
        Lane::Same(a) => Lane::Same(f(*a)),
        Lane::Each(a) => Lane::Each(Arc::new(a.iter().map(|a| f(*a)).collect())),
    }
}
