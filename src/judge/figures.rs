//! Figures as sentences show them: shares in percent, few decimals, each with its n and interval.

use super::view::{View, at};
use crate::words::Words;
use crate::workspace::Form;

/// A number with at most `decimals` decimals, none of them trailing zeros.
pub(super) fn number(words: &Words, value: f64, decimals: i32) -> String {
    if value.is_nan() {
        return words.say("figure.unknown", &[]);
    }
    words.number(value, decimals)
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

pub(super) fn with_decimals(view: &View<'_>, standard: usize, value: f64, decimals: i32) -> String {
    match in_percent(view, standard) && !value.is_nan() {
        true => view.words.percent(value, decimals),
        false => number(view.words, value, decimals),
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

/// `0.0312`; small ones as a bound.
pub(super) fn p(words: &Words, value: f64) -> String {
    if value < SMALLEST_P {
        return words.say("figure.under", &[("number", &words.number(SMALLEST_P, 4))]);
    }
    number(words, value, 4)
}

/// Below it the digits of a p say nothing more.
const SMALLEST_P: f64 = 0.0001;

/// `1 record`, `200 records`
pub(super) fn records(words: &Words, n: u64) -> String {
    words.count("records", n, &[]).unwrap_or_default()
}

/// `94% of 200 records (95% interval 89.8% to 96.5%)`
pub(super) fn measured(view: &View<'_>, standard: usize, cell: usize) -> String {
    let Some(measure) = view.measure(standard) else { return String::new() };
    let figures = &measure.figures;
    let n = figures.n.get(cell).copied().unwrap_or(0);
    let (lower, upper) = (at(&figures.lower, cell), at(&figures.upper, cell));
    let bare = lower.is_nan() || upper.is_nan();
    let key = match (is_share(view, standard), bare) {
        (true, false) => "measured.share",
        (true, true) => "measured.share.bare",
        (false, false) => "measured.number",
        (false, true) => "measured.number.bare",
    };
    let value = figure(view, standard, at(&figures.value, cell));
    let records = records(view.words, n);
    if bare {
        return view.words.say(key, &[("value", &value), ("records", &records)]);
    }
    let [lower, upper] = [lower, upper].map(|end| figure(view, standard, end));
    view.words.say(key, &[("value", &value), ("records", &records), ("lower", &lower), ("upper", &upper)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_a_negative_zero() {
        let words = Words::english();
        let short = |x: f64, decimals| number(&words, x, decimals);
        assert_eq!(short(54.10, 1), "54.1");
        assert_eq!(short(60.0, 1), "60");
        assert_eq!(short(100.0, 0), "100");
        assert_eq!(short(-0.001, 1), "0");
        assert_eq!(short(f64::NAN, 1), "not known");
    }

    #[test]
    fn a_small_p_is_a_bound_in_each_language() {
        let (en, fr) = (Words::english(), Words::shipped("fr").unwrap());
        assert_eq!(p(&en, 0.00003), "under 0.0001");
        assert_eq!(p(&en, 0.0312), "0.0312");
        assert_eq!(p(&fr, 0.00003), "moins de 0,0001");
        assert_eq!(p(&fr, 0.0312), "0,0312");
    }
}
