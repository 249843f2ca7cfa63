//! Figures as sentences show them: shares in percent, few decimals, each with its n and interval.

use super::view::{View, at};
use crate::score::Direction;
use crate::workspace::{Every, Form};

/// A number with at most `decimals` decimals, none of them trailing zeros.
pub(super) fn short(value: f64, decimals: usize) -> String {
    if value.is_nan() {
        return "not known".into();
    }
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.into() }
}

pub(super) fn is_share(view: &View<'_>, standard: usize) -> bool {
    let measure = view.plan.standards.get(standard).and_then(|s| view.plan.measures.get(s.measure));
    measure.is_some_and(|m| matches!(m.form, Form::Share(_) | Form::CountedShare { .. }))
}

/// A value of a standard: a share in percent, anything else as a number.
pub(super) fn figure(view: &View<'_>, standard: usize, value: f64) -> String {
    with_decimals(view, standard, value, if in_percent(view, standard) { 1 } else { 2 })
}

fn in_percent(view: &View<'_>, standard: usize) -> bool {
    let measure = view.plan.standards.get(standard).and_then(|s| view.plan.measures.get(s.measure));
    measure.is_some_and(crate::workspace::Measure::in_percent)
}

pub(super) fn with_decimals(view: &View<'_>, standard: usize, value: f64, decimals: usize) -> String {
    match in_percent(view, standard) && !value.is_nan() {
        true => format!("{} %", short(value * 100.0, decimals)),
        false => short(value, decimals),
    }
}

/// Two values of a standard, with as many decimals as it takes to tell them apart.
pub(super) fn pair(view: &View<'_>, standard: usize, a: f64, b: f64) -> (String, String) {
    let tell = |decimals| (with_decimals(view, standard, a, decimals), with_decimals(view, standard, b, decimals));
    (1..=6).map(tell).find(|(a, b)| a != b).unwrap_or_else(|| (figure(view, standard, a), figure(view, standard, b)))
}

pub(super) fn id<'a>(view: &View<'a>, standard: usize) -> &'a str {
    view.plan.standards.get(standard).map_or("", |s| s.id.value.as_str())
}

/// `0.031`; small ones as a bound.
pub(super) fn p(value: f64) -> String {
    if value < 0.0001 { "under 0.0001".into() } else { short(value, 4) }
}

pub(super) fn worse(view: &View<'_>, standard: usize) -> &'static str {
    if view.direction(standard) == Direction::Higher { "below" } else { "above" }
}

pub(super) fn beyond(view: &View<'_>, standard: usize) -> &'static str {
    if view.direction(standard) == Direction::Higher { "above" } else { "below" }
}

pub(super) fn worst_bound(view: &View<'_>, standard: usize) -> &'static str {
    if view.direction(standard) == Direction::Higher { "lower bound" } else { "upper bound" }
}

pub(super) fn best_bound(view: &View<'_>, standard: usize) -> &'static str {
    if view.direction(standard) == Direction::Higher { "upper bound" } else { "lower bound" }
}

pub(super) fn counted(n: u64) -> String {
    if n == 1 { "1 record".into() } else { format!("{n} records") }
}

pub(super) fn periods(view: &View<'_>) -> &'static str {
    match view.plan.periods.every.value {
        Every::Day => "days",
        Every::Week => "weeks",
        Every::Month => "months",
        Every::Quarter => "quarters",
        Every::Year => "years",
        Every::All => "periods",
    }
}

/// `94 % of 200 records (95 % interval 89.8 % to 96.5 %)`
pub(super) fn measured(view: &View<'_>, standard: usize, cell: usize) -> String {
    let Some(measure) = view.measure(standard) else { return String::new() };
    let figures = &measure.figures;
    let n = figures.n.get(cell).copied().unwrap_or(0);
    let (lower, upper) = (at(&figures.lower, cell), at(&figures.upper, cell));
    let value = figure(view, standard, at(&figures.value, cell));
    let of = if is_share(view, standard) { "of" } else { "over" };
    if lower.is_nan() || upper.is_nan() {
        return format!("{value} {of} {}, without an interval", counted(n));
    }
    let (lower, upper) = (figure(view, standard, lower), figure(view, standard, upper));
    format!("{value} {of} {} (95 % interval {lower} to {upper})", counted(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_a_negative_zero() {
        assert_eq!(short(54.10, 1), "54.1");
        assert_eq!(short(60.0, 1), "60");
        assert_eq!(short(100.0, 0), "100");
        assert_eq!(short(-0.001, 1), "0");
        assert_eq!(short(f64::NAN, 1), "not known");
    }

    #[test]
    fn a_small_p_is_a_bound() {
        assert_eq!(p(0.00003), "under 0.0001");
        assert_eq!(p(0.0312), "0.0312");
    }
}
