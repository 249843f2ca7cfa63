//! How the measures of one source move together, record by record: what the luck audit's dependence is made of. Sums of
//! integers, so that neither batches nor threads can change a figure.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::rows::{DETRACTOR, HIT, MEASURED, Scored};
use crate::workspace::{Form, Plan};

/// Moments of one pair of measures over the records in which both were measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Moments {
    n: i128,
    sums: [i128; 2],
    squares: [i128; 2],
    product: i128,
    /// Larger than can be counted exactly: nothing is known then.
    overflown: bool,
}

impl Moments {
    fn add(&mut self, x: i128, y: i128) {
        let sum = |a: i128, b: i128| a.checked_add(b);
        let product = x.checked_mul(y).and_then(|p| sum(self.product, p));
        let first = x.checked_mul(x).and_then(|p| sum(self.squares[0], p));
        let second = y.checked_mul(y).and_then(|p| sum(self.squares[1], p));
        let (Some(product), Some(first), Some(second)) = (product, first, second) else {
            self.overflown = true;
            return;
        };
        self.n += 1;
        self.sums = [self.sums[0] + x, self.sums[1] + y];
        self.squares = [first, second];
        self.product = product;
    }

    fn merge(&mut self, other: &Moments) {
        let sum = |a: i128, b: i128| a.checked_add(b);
        let (first, second) = (sum(self.squares[0], other.squares[0]), sum(self.squares[1], other.squares[1]));
        let (Some(product), Some(first), Some(second)) = (sum(self.product, other.product), first, second) else {
            self.overflown = true;
            return;
        };
        self.overflown |= other.overflown;
        self.n += other.n;
        self.sums = [self.sums[0] + other.sums[0], self.sums[1] + other.sums[1]];
        self.squares = [first, second];
        self.product = product;
    }

    /// Pearson's r; `None` where one of them never varies, or on fewer than three records.
    fn correlation(&self) -> Option<f64> {
        if self.overflown || self.n < 3 {
            return None;
        }
        let n = self.n as f64;
        let [x, y] = self.sums.map(|s| s as f64);
        let [xx, yy] = self.squares.map(|s| s as f64);
        let (sx, sy) = (xx - x * x / n, yy - y * y / n);
        let r = (self.product as f64 - x * y / n) / (sx * sy).sqrt();
        (sx > 0.0 && sy > 0.0 && r.is_finite()).then_some(r.clamp(-1.0, 1.0))
    }
}

/// Correlations of pairs of measures (positions in `Plan::measures`, the smaller first), pooled over all records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crossed {
    /// Measures that are crossed, by source.
    wanted: BTreeMap<usize, Vec<usize>>,
    pairs: BTreeMap<(usize, usize), Moments>,
}

impl Crossed {
    /// For these measures. Already counted columns, counts, reported figures and formulas have no record of their own and
    /// are left out.
    pub fn new(plan: &Plan, measures: &[usize]) -> Self {
        let mut wanted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for position in measures {
            let Some(measure) = plan.measures.get(*position) else { continue };
            let single = matches!(
                measure.form,
                Form::Share(_)
                    | Form::Mean(_)
                    | Form::Sum(_)
                    | Form::Gap { .. }
                    | Form::Rate { .. }
                    | Form::Ratio { .. }
                    | Form::Nps(_)
                    | Form::Median(_)
                    | Form::Percentile { .. }
            );
            if let Some(source) = measure.source.filter(|_| single) {
                wanted.entry(source).or_default().push(*position);
            }
        }
        wanted.retain(|_, measures| measures.len() > 1);
        Self { wanted, pairs: BTreeMap::new() }
    }

    /// Adds the rows of one batch of a source.
    pub(crate) fn note(&mut self, source: usize, rows: &[u32], scored: &FxHashMap<usize, Scored>) {
        let Some(measures) = self.wanted.get(&source) else { return };
        for (i, first) in measures.iter().enumerate() {
            for second in measures.iter().skip(i + 1) {
                let (Some(a), Some(b)) = (scored.get(first), scored.get(second)) else { continue };
                let pair = self.pairs.entry((*first.min(second), *first.max(second))).or_default();
                for row in rows {
                    if let (Some(x), Some(y)) = (number(a, *row as usize), number(b, *row as usize)) {
                        pair.add(x, y);
                    }
                }
            }
        }
    }

    /// Adds what another worker saw.
    pub(crate) fn merge(&mut self, other: &Crossed) {
        for (pair, moments) in &other.pairs {
            self.pairs.entry(*pair).or_default().merge(moments);
        }
    }

    /// Correlation of two measures; `None` where the records don't tell.
    pub fn correlation(&self, a: usize, b: usize) -> Option<f64> {
        self.pairs.get(&(a.min(b), a.max(b))).and_then(Moments::correlation)
    }
}

/// What a record says, as a number: a hit 1, a promoter 1, a detractor −1, a number itself.
fn number(scored: &Scored, row: usize) -> Option<i128> {
    match *scored.codes.get(row)? {
        HIT => Some(1),
        DETRACTOR => Some(-1),
        MEASURED => Some(scored.numbers.first().and_then(|n| n.get(row)).copied().unwrap_or(0).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(codes: Vec<u8>, numbers: Vec<Vec<i64>>) -> Scored {
        Scored {
            codes,
            numbers,
            figures: Vec::new(),
            shielded: Vec::new(),
            excused: Vec::new(),
            unsure: Vec::new(),
            divided: Vec::new(),
        }
    }

    #[test]
    fn records_in_which_both_are_measured_tell_how_they_move() {
        let missing = super::super::rows::MISSING;
        let share = scored(vec![HIT, MEASURED, HIT, MEASURED, missing, HIT], vec![]);
        let mean = scored(vec![MEASURED; 6], vec![vec![10, 2, 8, 4, 99, 9]]);
        let mut crossed = Crossed { wanted: BTreeMap::from([(0, vec![3, 1])]), pairs: BTreeMap::new() };
        let mut half = crossed.clone();
        let batch = FxHashMap::from_iter([(1, mean), (3, share)]);
        crossed.note(0, &[0, 1, 2], &batch);
        half.note(0, &[3, 4, 5], &batch);
        half.note(7, &[0, 1], &batch);
        crossed.merge(&half);
        // x = 1 0 1 0 1, y = 10 2 8 4 9: r = 5.8 − … by hand: cov 7.2, √(1.2·43.2)
        let r = crossed.correlation(3, 1).unwrap();
        assert!((r - 7.2 / (1.2_f64 * 47.2).sqrt()).abs() < 1e-12, "{r}");
        assert_eq!(crossed.correlation(1, 2), None);
    }

    #[test]
    fn what_never_varies_or_does_not_fit_is_unknown() {
        let mut moments = Moments::default();
        (0..5).for_each(|y| moments.add(1, y));
        assert_eq!(moments.correlation(), None);
        let mut large = Moments::default();
        (0..5).for_each(|y| large.add(i128::from(i64::MAX) * i128::from(i64::MAX), y));
        assert_eq!(large.correlation(), None);
    }
}
