//! What would have to be different.

use super::gates::line;
use super::view::{View, at};
use super::words;
use crate::measure::Tallies;
use crate::score::Direction;

/// The line that someone is measured against in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    Floor,
    Target,
}

/// `3 more kept of 40 would reach the target of 80 %`, for the first of `standards` that is a share and falls short.
pub(super) fn sentence(view: &View<'_>, standards: &[usize], cell: usize, goal: Goal) -> Option<String> {
    standards.iter().find_map(|standard| {
        let (change, n) = change(view, *standard, cell, goal)?;
        Some(words::counterfactual(view, *standard, change, n, cell, goal))
    })
}

/// How many records of how many would have had to go the other way to reach the line; `None` where the line is reached,
/// can't be reached, or the measure isn't a share. Always positive.
pub(super) fn change(view: &View<'_>, standard: usize, cell: usize, goal: Goal) -> Option<(u64, u64)> {
    let measure = view.measure(standard)?;
    let Tallies::Share { hits, n } = &measure.tallies else { return None };
    let (hits, n) = (*hits.get(cell)?, *n.get(cell)?);
    let (floor, target) = line(view, standard, cell);
    let wanted = if goal == Goal::Floor { floor } else { target };
    let direction = view.direction(standard);
    let value = at(&measure.figures.value, cell);
    if n == 0 || !direction.short(value, wanted) {
        return None;
    }
    // Case mix moves the value by the same amount, however the records went.
    let shift = value - at(&measure.figures.raw, cell);
    let reached = |hits: u64| direction.reaches(hits as f64 / n as f64 + shift, wanted);
    let exact = (wanted - shift) * n as f64;
    // Rounding may put the count on either side of the line: look at the neighbours.
    let (start, better): (u64, fn(u64) -> Option<u64>) = match direction {
        Direction::Higher => ((exact.ceil().max(1.0) as u64) - 1, |h| h.checked_add(1)),
        Direction::Lower => ((exact.floor().max(0.0) as u64).saturating_add(1), |h| h.checked_sub(1)),
    };
    let mut count = Some(start);
    for _ in 0..3 {
        match count {
            Some(count) if count <= n && reached(count) => return Some((count.abs_diff(hits), n)),
            other => count = other.and_then(better),
        }
    }
    None
}
