//! Where a standard of one subject is heading, by the stated rule of `fairness::charts`.

use super::view::{View, at};
use crate::fairness::charts;
use crate::score::Direction;

/// Values of the complete, measured periods up to this one, in the order of time.
pub(super) fn values(view: &View<'_>, standard: usize, subject: usize, period: usize) -> Vec<f64> {
    let Some(measure) = view.measure(standard) else { return Vec::new() };
    let periods = &view.scorecards.readings.periods;
    (0..=period)
        .filter(|p| *p == period || periods.get(*p).is_some_and(|about| about.complete))
        .map(|p| view.cell(subject, p))
        .filter(|cell| view.measured(standard, *cell))
        .map(|cell| at(&measure.figures.value, cell))
        .filter(|value| !value.is_nan())
        .collect()
}

/// improving, stable or worsening; `None` on fewer than eight measured periods.
pub(super) fn word(view: &View<'_>, standard: usize, subject: usize, period: usize) -> Option<&'static str> {
    let lower_is_better = view.direction(standard) == Direction::Lower;
    charts::direction(&values(view, standard, subject, period), lower_is_better).map(charts::Direction::word)
}
