//! Tallies as sums: taken out of a table's cells, added up into the cells of a level, and taken from each other.
//! Everything is an integer, so order doesn't matter; what doesn't fit is an error, never a wrap.

use super::layout::Layout;
use super::rows::{DETRACTOR, HIT, MEASURED, MISSING, NOT_APPLICABLE, NOT_DUE, OFF_SCALE};
use super::{RowStates, Tallies};
use crate::workspace::{Form, Measure};

/// A tally that doesn't fit its integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The counts of all cells of a table, side by side.
pub(crate) struct Grid<'a> {
    pub counters: &'a [u64],
    pub counters_each: usize,
    pub sums: &'a [i128],
    pub sums_each: usize,
}

impl Grid<'_> {
    fn cells(&self) -> impl Iterator<Item = (&[u64], &[i128])> {
        let sums = |i: usize| self.sums.get(i * self.sums_each..(i + 1) * self.sums_each).unwrap_or(&[]);
        self.counters.chunks_exact(self.counters_each).enumerate().map(move |(i, c)| (c, sums(i)))
    }
}

/// The measured rows of one cell: by the three measured codes, and the sums.
struct Measured<'a> {
    plain: u64,
    hits: u64,
    detractors: u64,
    sums: &'a [i128],
}

impl Measured<'_> {
    fn sum(&self, i: usize) -> i128 {
        self.sums.get(i).copied().unwrap_or(0)
    }

    fn whole(&self, i: usize) -> Result<u64, Overflow> {
        u64::try_from(self.sum(i)).map_err(|_| Overflow)
    }
}

/// One measure's tallies over all cells of its table.
pub(crate) fn taken(measure: &Measure, layout: &Layout, grid: &Grid<'_>) -> Result<Tallies, Overflow> {
    gathered(measure, grid, |counters, sums| Measured {
        plain: layout.count(counters, MEASURED),
        hits: layout.count(counters, HIT),
        detractors: layout.count(counters, DETRACTOR),
        sums: sums.get(layout.first_sum..).unwrap_or(&[]),
    })
}

/// What of it doesn't count against a person.
pub(crate) fn dropped(measure: &Measure, layout: &Layout, grid: &Grid<'_>) -> Result<Option<Tallies>, Overflow> {
    let Some((counters, first_sum)) = layout.dropped else { return Ok(None) };
    let tallies = gathered(measure, grid, |cell, sums| {
        let [plain, hits, detractors] = counters.map(|c| cell.get(c as usize).copied().unwrap_or(0));
        Measured { plain, hits, detractors, sums: sums.get(first_sum..).unwrap_or(&[]) }
    })?;
    Ok(Some(tallies))
}

fn gathered(
    measure: &Measure,
    grid: &Grid<'_>,
    look: impl for<'c> Fn(&'c [u64], &'c [i128]) -> Measured<'c>,
) -> Result<Tallies, Overflow> {
    let mut tallies = empty(measure, 0);
    for (counters, sums) in grid.cells() {
        let cell = look(counters, sums);
        match &mut tallies {
            Tallies::Share { hits, n } if matches!(measure.form, Form::CountedShare { .. }) => {
                hits.push(cell.whole(0)?);
                n.push(cell.whole(1)?);
            }
            Tallies::Share { hits, n } => {
                hits.push(cell.hits);
                n.push(cell.hits + cell.plain);
            }
            Tallies::Moments { n, sum, squares, .. } => {
                n.push(cell.plain);
                sum.push(cell.sum(0));
                squares.push(cell.sum(1));
            }
            Tallies::Count { n } => n.push(cell.plain),
            Tallies::Rate { n, events, per, .. } if matches!(measure.form, Form::Events { .. }) => {
                // Exposure is of another source, and comes when all are counted.
                n.push(0);
                let every = matches!(measure.form, Form::Events { events: None, .. });
                events.push(i128::from(if every { cell.plain } else { cell.hits }));
                per.push(0);
            }
            Tallies::Rate { n, events, per, .. } => {
                n.push(cell.plain);
                events.push(cell.sum(0));
                per.push(cell.sum(1));
            }
            Tallies::Ratio { n, of, out_of, of2, of_out, out2, .. } => {
                n.push(cell.plain);
                for (i, column) in [of, out_of, of2, of_out, out2].into_iter().enumerate() {
                    column.push(cell.sum(i));
                }
            }
            Tallies::Nps { promoters, detractors, n } if matches!(measure.form, Form::CountedNps { .. }) => {
                promoters.push(cell.whole(0)?);
                detractors.push(cell.whole(2)?);
                let passives = cell.whole(1)?;
                let sum = cell.whole(0)?.checked_add(cell.whole(2)?).and_then(|s| s.checked_add(passives));
                n.push(sum.ok_or(Overflow)?);
            }
            Tallies::Nps { promoters, detractors, n } => {
                promoters.push(cell.hits);
                detractors.push(cell.detractors);
                n.push(cell.hits + cell.detractors + cell.plain);
            }
            Tallies::Histogram { cells, .. } | Tallies::Slots { cells, .. } => cells.push(Vec::new()),
            Tallies::Reported { .. } | Tallies::Formula => {}
        }
    }
    Ok(tallies)
}

/// Tallies of a measure with nothing counted in `cells` cells.
pub(crate) fn empty(measure: &Measure, cells: usize) -> Tallies {
    let decimals = measure.decimals;
    let count = || vec![0u64; cells];
    let wide = || vec![0i128; cells];
    match &measure.form {
        Form::Share(_) | Form::CountedShare { .. } => Tallies::Share { hits: count(), n: count() },
        Form::Mean(_) | Form::Sum(_) | Form::Gap { .. } => {
            Tallies::Moments { n: count(), sum: wide(), squares: wide(), decimals }
        }
        Form::Count => Tallies::Count { n: count() },
        Form::Rate { scale, .. } => Tallies::Rate { n: count(), events: wide(), per: wide(), decimals, scale: *scale },
        Form::Events { scale, .. } => {
            Tallies::Rate { n: count(), events: wide(), per: wide(), decimals: 0, scale: *scale }
        }
        Form::Cadence { at_least, of, .. } => Tallies::Slots {
            cells: vec![Vec::new(); cells],
            due: Vec::new(),
            least: least(*at_least, if of.is_some() { decimals } else { 0 }),
        },
        Form::Ratio { .. } => Tallies::Ratio {
            n: count(),
            of: wide(),
            out_of: wide(),
            of2: wide(),
            of_out: wide(),
            out2: wide(),
            decimals,
        },
        Form::Nps(_) | Form::CountedNps { .. } => Tallies::Nps { promoters: count(), detractors: count(), n: count() },
        Form::Median(_) => Tallies::Histogram { cells: vec![Vec::new(); cells], at: 0.5, decimals },
        Form::Percentile { at, .. } => Tallies::Histogram { cells: vec![Vec::new(); cells], at: *at, decimals },
        Form::Reported { .. } => Tallies::Reported {
            value: vec![f64::NAN; cells],
            n: count(),
            lower: vec![f64::NAN; cells],
            upper: vec![f64::NAN; cells],
        },
        Form::Formula { .. } => Tallies::Formula,
    }
}

/// An amount in the units that rows are added up in.
fn least(amount: f64, decimals: u8) -> u64 {
    super::evaluation::quantised(amount, decimals).and_then(|q| u64::try_from(q).ok()).unwrap_or(u64::MAX).max(1)
}

/// Rows by state of one measure over all cells of its table; a state without rows anywhere is empty. And how many rows
/// in all have each code.
pub(crate) fn states(layout: &Layout, grid: &Grid<'_>) -> (RowStates, Vec<u64>) {
    let mut rows = RowStates::default();
    let mut totals = vec![0u64; layout.counter.len().max(OFF_SCALE as usize + 1)];
    for (counters, _) in grid.cells() {
        for (code, total) in totals.iter_mut().enumerate() {
            *total += layout.count(counters, code as u8);
        }
        rows.missing.push(layout.count(counters, MISSING) + layout.count(counters, OFF_SCALE));
        rows.not_applicable.push(layout.count(counters, NOT_APPLICABLE));
        rows.not_due.push(layout.count(counters, NOT_DUE));
        rows.excluded.push(layout.excluded().map(|code| layout.count(counters, code)).sum());
    }
    for state in [&mut rows.missing, &mut rows.not_applicable, &mut rows.not_due, &mut rows.excluded] {
        if state.iter().all(|n| *n == 0) {
            *state = Vec::new();
        }
    }
    (rows, totals)
}

fn added<T: Copy + Default>(
    from: &[T],
    to: &[u32],
    cells: usize,
    add: impl Fn(T, T) -> Option<T>,
) -> Result<Vec<T>, Overflow> {
    let mut sums = vec![T::default(); cells];
    for (value, cell) in from.iter().zip(to) {
        if let Some(sum) = sums.get_mut(*cell as usize) {
            *sum = add(*sum, *value).ok_or(Overflow)?;
        }
    }
    Ok(sums)
}

/// Measured rows of each cell, for the forms whose n is something else.
pub(crate) fn measured(measure: &Measure, layout: &Layout, grid: &Grid<'_>) -> Option<Vec<u64>> {
    let counted = matches!(
        measure.form,
        Form::CountedShare { .. }
            | Form::CountedNps { .. }
            | Form::Reported { .. }
            | Form::Events { .. }
            | Form::Cadence { .. }
    );
    let rows = |counters: &[u64]| layout.count(counters, MEASURED) + layout.count(counters, HIT);
    counted.then(|| grid.cells().map(|(counters, _)| rows(counters)).collect())
}

/// Adds up counts.
pub(crate) fn counts_added(counts: &[u64], to: &[u32], cells: usize) -> Result<Vec<u64>, Overflow> {
    added(counts, to, cells, u64::checked_add)
}

/// Adds up rows by state; what is empty stays empty.
pub(crate) fn rows_added(rows: &RowStates, to: &[u32], cells: usize) -> Result<RowStates, Overflow> {
    let sum = |from: &[u64]| {
        if from.is_empty() { Ok(Vec::new()) } else { added(from, to, cells, u64::checked_add) }
    };
    Ok(RowStates {
        missing: sum(&rows.missing)?,
        not_applicable: sum(&rows.not_applicable)?,
        not_due: sum(&rows.not_due)?,
        excluded: sum(&rows.excluded)?,
    })
}

impl Tallies {
    /// The tallies of coarser cells: entry `i` goes to cell `to[i]`; one past the end belongs nowhere. Reported figures
    /// and formulas never add up.
    pub fn added(&self, to: &[u32], cells: usize) -> Result<Tallies, Overflow> {
        let count = |from: &[u64]| added(from, to, cells, u64::checked_add);
        let wide = |from: &[i128]| added(from, to, cells, i128::checked_add);
        Ok(match self {
            Tallies::Share { hits, n } => Tallies::Share { hits: count(hits)?, n: count(n)? },
            Tallies::Moments { n, sum, squares, decimals } => {
                Tallies::Moments { n: count(n)?, sum: wide(sum)?, squares: wide(squares)?, decimals: *decimals }
            }
            Tallies::Count { n } => Tallies::Count { n: count(n)? },
            Tallies::Rate { n, events, per, decimals, scale } => Tallies::Rate {
                n: count(n)?,
                events: wide(events)?,
                per: wide(per)?,
                decimals: *decimals,
                scale: *scale,
            },
            Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals } => Tallies::Ratio {
                n: count(n)?,
                of: wide(of)?,
                out_of: wide(out_of)?,
                of2: wide(of2)?,
                of_out: wide(of_out)?,
                out2: wide(out2)?,
                decimals: *decimals,
            },
            Tallies::Nps { promoters, detractors, n } => {
                Tallies::Nps { promoters: count(promoters)?, detractors: count(detractors)?, n: count(n)? }
            }
            Tallies::Histogram { cells: from, at, decimals } => {
                Tallies::Histogram { cells: histograms(from, to, cells), at: *at, decimals: *decimals }
            }
            Tallies::Slots { cells: from, least, .. } => {
                Tallies::Slots { cells: histograms(from, to, cells), due: Vec::new(), least: *least }
            }
            Tallies::Reported { .. } => Tallies::Reported {
                value: vec![f64::NAN; cells],
                n: vec![0; cells],
                lower: vec![f64::NAN; cells],
                upper: vec![f64::NAN; cells],
            },
            Tallies::Formula => Tallies::Formula,
        })
    }

    /// These tallies without those of some of their rows.
    #[must_use]
    pub fn without(&self, rows: &Tallies) -> Tallies {
        let count = |a: &[u64], b: &[u64]| -> Vec<u64> { a.iter().zip(b).map(|(a, b)| a.saturating_sub(*b)).collect() };
        let wide =
            |a: &[i128], b: &[i128]| -> Vec<i128> { a.iter().zip(b).map(|(a, b)| a.saturating_sub(*b)).collect() };
        match (self, rows) {
            (Tallies::Share { hits, n }, Tallies::Share { hits: h, n: m }) => {
                Tallies::Share { hits: count(hits, h), n: count(n, m) }
            }
            (Tallies::Moments { n, sum, squares, decimals }, Tallies::Moments { n: m, sum: s, squares: q, .. }) => {
                Tallies::Moments { n: count(n, m), sum: wide(sum, s), squares: wide(squares, q), decimals: *decimals }
            }
            (Tallies::Count { n }, Tallies::Count { n: m }) => Tallies::Count { n: count(n, m) },
            (Tallies::Rate { n, events, per, decimals, scale }, Tallies::Rate { n: m, events: e, per: p, .. }) => {
                Tallies::Rate {
                    n: count(n, m),
                    events: wide(events, e),
                    per: wide(per, p),
                    decimals: *decimals,
                    scale: *scale,
                }
            }
            (
                Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals },
                Tallies::Ratio { n: m, of: a, out_of: b, of2: aa, of_out: ab, out2: bb, .. },
            ) => Tallies::Ratio {
                n: count(n, m),
                of: wide(of, a),
                out_of: wide(out_of, b),
                of2: wide(of2, aa),
                of_out: wide(of_out, ab),
                out2: wide(out2, bb),
                decimals: *decimals,
            },
            (Tallies::Nps { promoters, detractors, n }, Tallies::Nps { promoters: p, detractors: d, n: m }) => {
                Tallies::Nps { promoters: count(promoters, p), detractors: count(detractors, d), n: count(n, m) }
            }
            (Tallies::Histogram { cells, at, decimals }, Tallies::Histogram { cells: less, .. }) => {
                Tallies::Histogram {
                    cells: cells.iter().zip(less).map(|(a, b)| histogram_without(a, b)).collect(),
                    at: *at,
                    decimals: *decimals,
                }
            }
            _ => self.clone(),
        }
    }

    /// Number of cells; 0 for a formula.
    pub fn len(&self) -> usize {
        match self {
            Tallies::Share { n, .. }
            | Tallies::Moments { n, .. }
            | Tallies::Count { n }
            | Tallies::Rate { n, .. }
            | Tallies::Ratio { n, .. }
            | Tallies::Nps { n, .. }
            | Tallies::Reported { n, .. } => n.len(),
            Tallies::Histogram { cells, .. } | Tallies::Slots { cells, .. } => cells.len(),
            Tallies::Formula => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Measured rows of a cell.
    pub fn n(&self, cell: usize) -> u64 {
        match self {
            Tallies::Share { n, .. }
            | Tallies::Moments { n, .. }
            | Tallies::Count { n }
            | Tallies::Rate { n, .. }
            | Tallies::Ratio { n, .. }
            | Tallies::Nps { n, .. }
            | Tallies::Reported { n, .. } => n.get(cell).copied().unwrap_or(0),
            Tallies::Histogram { cells, .. } => cells.get(cell).map_or(0, |h| h.iter().map(|(_, n)| n).sum()),
            Tallies::Slots { due, .. } => due.get(cell).map_or(0, |due| due.len() as u64),
            Tallies::Formula => 0,
        }
    }
}

fn histograms(from: &[Vec<(i64, u64)>], to: &[u32], cells: usize) -> Vec<Vec<(i64, u64)>> {
    let mut sums = vec![Vec::new(); cells];
    for (histogram, cell) in from.iter().zip(to) {
        if let Some(sum) = sums.get_mut(*cell as usize) {
            sum.extend_from_slice(histogram);
        }
    }
    for histogram in &mut sums {
        coalesce(histogram);
    }
    sums
}

/// Sorts by value; each value stands once.
pub(crate) fn coalesce(histogram: &mut Vec<(i64, u64)>) {
    histogram.sort_unstable();
    histogram.dedup_by(|next, held| {
        let same = next.0 == held.0;
        if same {
            // Rows never fill the number; amounts of a cadence may, and stay full then.
            held.1 = held.1.saturating_add(next.1);
        }
        same
    });
}

fn histogram_without(all: &[(i64, u64)], less: &[(i64, u64)]) -> Vec<(i64, u64)> {
    all.iter()
        .map(|(value, n)| {
            let gone = less.binary_search_by_key(value, |l| l.0).ok().and_then(|i| less.get(i)).map_or(0, |l| l.1);
            (*value, n.saturating_sub(gone))
        })
        .filter(|(_, n)| *n > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarser_cells_are_sums_and_nothing_is_lost_but_what_belongs_nowhere() {
        let fine = Tallies::Share { hits: vec![1, 2, 3, 4], n: vec![10, 20, 30, 40] };
        let coarse = fine.added(&[0, 1, 0, u32::MAX], 2).unwrap();
        assert_eq!(coarse, Tallies::Share { hits: vec![4, 2], n: vec![40, 20] });
    }

    #[test]
    fn an_overflow_is_an_error() {
        let fine = Tallies::Count { n: vec![u64::MAX, 1] };
        assert_eq!(fine.added(&[0, 0], 1), Err(Overflow));
        let wide = Tallies::Moments { n: vec![1, 1], sum: vec![0, 0], squares: vec![i128::MAX, 1], decimals: 6 };
        assert_eq!(wide.added(&[0, 0], 1), Err(Overflow));
    }

    #[test]
    fn histograms_merge_sorted_and_subtract() {
        let fine = Tallies::Histogram { cells: vec![vec![(1, 2), (5, 1)], vec![(1, 1), (3, 4)]], at: 0.5, decimals: 0 };
        let all = fine.added(&[0, 0], 1).unwrap();
        let Tallies::Histogram { cells, .. } = &all else { unreachable!() };
        assert_eq!(cells[0], [(1, 3), (3, 4), (5, 1)]);
        let less = Tallies::Histogram { cells: vec![vec![(3, 4), (5, 0)]], at: 0.5, decimals: 0 };
        let Tallies::Histogram { cells, .. } = all.without(&less) else { unreachable!() };
        assert_eq!(cells[0], [(1, 3), (5, 1)]);
    }
}
