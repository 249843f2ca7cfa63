//! Numbers: NaN is missing.

use std::sync::Arc;

use super::super::Truth;
use super::super::number::{self, combine, near, neighbourhood};
use super::super::tree::{Arithmetic, Comparison};
use super::{Lane, zip};

/// One loop for each operator: the choice is made outside.
pub(in crate::language) fn arithmetic(operator: Arithmetic, a: Lane<f64>, b: Lane<f64>) -> Lane<f64> {
    match operator {
        Arithmetic::Add => joined(a, b, |x, y| combine(Arithmetic::Add, x, y)),
        Arithmetic::Subtract => joined(a, b, |x, y| combine(Arithmetic::Subtract, x, y)),
        Arithmetic::Multiply => joined(a, b, |x, y| combine(Arithmetic::Multiply, x, y)),
        Arithmetic::Divide => joined(a, b, |x, y| combine(Arithmetic::Divide, x, y)),
        Arithmetic::Remainder => joined(a, b, |x, y| combine(Arithmetic::Remainder, x, y)),
        Arithmetic::Power => joined(a, b, number::power),
    }
}

/// Into the left or the right operand's memory where nobody else needs it.
fn joined(mut a: Lane<f64>, mut b: Lane<f64>, f: impl Fn(f64, f64) -> f64) -> Lane<f64> {
    if let Lane::Each(own) = &mut a
        && let Some(own) = Arc::get_mut(own)
    {
        match &b {
            Lane::Same(y) => own.iter_mut().for_each(|x| *x = f(*x, *y)),
            Lane::Each(ys) => own.iter_mut().zip(ys.iter()).for_each(|(x, y)| *x = f(*x, *y)),
        }
        return a;
    }
    if let Lane::Each(own) = &mut b
        && let Some(own) = Arc::get_mut(own)
    {
        match &a {
            Lane::Same(x) => own.iter_mut().for_each(|y| *y = f(*x, *y)),
            Lane::Each(xs) => own.iter_mut().zip(xs.iter()).for_each(|(y, x)| *y = f(*x, *y)),
        }
        return b;
    }
    zip(&a, &b, f)
}

/// Rows where a division by zero happens.
pub(in crate::language) fn zero_divisions(a: &Lane<f64>, b: &Lane<f64>, rows: usize) -> Option<Vec<u8>> {
    let some = match b {
        Lane::Same(y) => *y == 0.0,
        Lane::Each(ys) => ys.contains(&0.0),
    };
    if !some {
        return None;
    }
    let found = zip(a, b, |x, y| u8::from(y == 0.0 && !x.is_nan()));
    Some(found.owned(rows))
}

pub(in crate::language) fn compare(comparison: Comparison, a: &Lane<f64>, b: &Lane<f64>) -> Lane<Truth> {
    match (a, b) {
        (Lane::Each(xs), Lane::Same(c)) => against(comparison, xs, *c),
        (Lane::Same(c), Lane::Each(ys)) => against(comparison.turned(), ys, *c),
        _ => match comparison {
            Comparison::Equal => tested(a, b, near),
            Comparison::Unequal => tested(a, b, |x, y| !near(x, y)),
            Comparison::Less => tested(a, b, |x, y| (x < y) & !near(x, y)),
            Comparison::AtMost => tested(a, b, |x, y| (x < y) | near(x, y)),
            Comparison::Greater => tested(a, b, |x, y| (x > y) & !near(x, y)),
            Comparison::AtLeast => tested(a, b, |x, y| (x > y) | near(x, y)),
        },
    }
}

#[inline(always)]
fn truth(missing: bool, holds: bool) -> Truth {
    // 2 where missing, whatever the test said: no branch, so the loop is wide.
    Truth((u8::from(missing) << 1) | (u8::from(holds) & u8::from(!missing)))
}

fn tested(a: &Lane<f64>, b: &Lane<f64>, f: impl Fn(f64, f64) -> bool) -> Lane<Truth> {
    zip(a, b, |x, y| truth(x.is_nan() | y.is_nan(), f(x, y)))
}

/// A column against a constant: the numbers near the constant are an interval, known before the loop.
fn against(comparison: Comparison, xs: &[f64], c: f64) -> Lane<Truth> {
    if c.is_nan() {
        return Lane::Same(Truth::MISSING);
    }
    let (low, high) = neighbourhood(c);
    let run = |xs: &[f64]| -> Vec<Truth> {
        match comparison {
            Comparison::Equal => each(xs, |x| (x >= low) & (x <= high)),
            Comparison::Unequal => each(xs, |x| (x < low) | (x > high)),
            Comparison::Less => each(xs, |x| x < low),
            Comparison::AtMost => each(xs, |x| x <= high),
            Comparison::Greater => each(xs, |x| x > high),
            Comparison::AtLeast => each(xs, |x| x >= low),
        }
    };
    Lane::each(run(xs))
}

#[inline(always)]
fn each(xs: &[f64], f: impl Fn(f64) -> bool) -> Vec<Truth> {
    xs.iter().map(|x| truth(x.is_nan(), f(*x))).collect()
}

/// Equal to one of these.
pub(in crate::language) fn among(a: &Lane<f64>, list: &[f64]) -> Lane<Truth> {
    let near_ones: Vec<(f64, f64)> = list.iter().map(|c| neighbourhood(*c)).collect();
    super::map(a, |x| {
        truth(x.is_nan(), near_ones.iter().fold(false, |found, (low, high)| found | ((x >= *low) & (x <= *high))))
    })
}
