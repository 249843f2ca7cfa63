//! Who rated whom how: what Krippendorff's alpha is taken from, for measures that name their raters.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rows::{DETRACTOR, HIT, MEASURED, Scored};
use super::tally::Cells;
use crate::language::TextColumn;

/// Measure, seat, slot and rater.
type Rated = (usize, u32, u32, Arc<str>);

/// One worker's ratings: Σ of values and their number. Integers, so they merge exactly.
#[derive(Default)]
pub(crate) struct Ratings {
    pub sums: BTreeMap<Rated, (i128, u64)>,
}

impl Ratings {
    pub(crate) fn note(
        &mut self,
        measure: usize,
        cells: &Cells<'_>,
        seats: &[u32],
        scored: &Scored,
        raters: &TextColumn,
    ) {
        for ((row, slot), seat) in cells.rows.iter().zip(cells.slots).zip(seats) {
            let row = *row as usize;
            let value = match (scored.codes[row], scored.numbers.first()) {
                (MEASURED, Some(numbers)) => numbers[row],
                (HIT, None) => 1,
                (MEASURED, None) => 0,
                (DETRACTOR, None) => -1,
                _ => continue,
            };
            let Some(rater) = raters.get(row).filter(|_| super::dating::is_slot(*slot)) else { continue };
            let held = self.sums.entry((measure, *seat, *slot, rater.clone())).or_default();
            held.0 += i128::from(value);
            held.1 += 1;
        }
    }
}
