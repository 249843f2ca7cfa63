//! What stays fixed: where every record counts. A cell is one person × event-time subjects × stratum × period of one source; all
//! its measures are drawn together, and every level is the sum of its cells.

use crate::measure::Tallies;

/// Where a cell counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The pool that it is drawn from: level, stratum and period, numbered by the caller.
    pub pool: u32,
    pub period: u32,
    /// By level, the subject's position; none where the records name no subject there.
    pub subjects: Vec<Option<u32>>,
}

/// The cells of one source.
#[derive(Clone, Debug)]
pub struct Cells {
    pub places: Vec<Place>,
    /// Position in `Plan::measures` and its tally, one entry a place.
    pub measures: Vec<(usize, Tallies)>,
    /// Pooled correlation of the measures' records, row by row; empty where unknown.
    pub correlations: Vec<f64>,
}

impl Cells {
    /// For a level: the dense cell (`subject * periods + period`) that each place adds to.
    pub fn destinations(&self, level: usize, periods: usize) -> Vec<Option<usize>> {
        let cell = |place: &Place| {
            let subject = place.subjects.get(level).copied().flatten()? as usize;
            ((place.period as usize) < periods).then(|| subject * periods + place.period as usize)
        };
        self.places.iter().map(cell).collect()
    }
}

/// Sums the entries of `base` into `cells` dense cells. `None` for what isn't a sum of records: reported figures and formulas.
pub fn add(base: &Tallies, destinations: &[Option<usize>], cells: usize) -> Option<Tallies> {
    let whole = |of: &[u64]| sum(of, destinations, cells, u64::saturating_add);
    let wide = |of: &[i128]| sum(of, destinations, cells, i128::saturating_add);
    Some(match base {
        Tallies::Share { hits, n } => Tallies::Share { hits: whole(hits), n: whole(n) },
        Tallies::Count { n } => Tallies::Count { n: whole(n) },
        Tallies::Nps { promoters, detractors, n } => {
            Tallies::Nps { promoters: whole(promoters), detractors: whole(detractors), n: whole(n) }
        }
        Tallies::Moments { n, sum, squares, decimals } => {
            Tallies::Moments { n: whole(n), sum: wide(sum), squares: wide(squares), decimals: *decimals }
        }
        Tallies::Rate { n, events, per, decimals, scale } => {
            Tallies::Rate { n: whole(n), events: wide(events), per: wide(per), decimals: *decimals, scale: *scale }
        }
        Tallies::Ratio { n, of, out_of, of2, of_out, out2, decimals } => Tallies::Ratio {
            n: whole(n),
            of: wide(of),
            out_of: wide(out_of),
            of2: wide(of2),
            of_out: wide(of_out),
            out2: wide(out2),
            decimals: *decimals,
        },
        Tallies::Histogram { cells: base, at, decimals } => {
            Tallies::Histogram { cells: histograms(base, destinations, cells), at: *at, decimals: *decimals }
        }
        Tallies::Reported { .. } | Tallies::Formula => return None,
    })
}

fn sum<T: Copy + Default>(of: &[T], destinations: &[Option<usize>], cells: usize, plus: impl Fn(T, T) -> T) -> Vec<T> {
    let mut summed = vec![T::default(); cells];
    for (value, destination) in of.iter().zip(destinations) {
        if let Some(held) = destination.and_then(|d| summed.get_mut(d)) {
            *held = plus(*held, *value);
        }
    }
    summed
}

/// A sorted (value, count) list.
type Histogram = Vec<(i64, u64)>;

fn histograms(base: &[Histogram], destinations: &[Option<usize>], cells: usize) -> Vec<Histogram> {
    let mut gathered = vec![Histogram::new(); cells];
    for (histogram, destination) in base.iter().zip(destinations) {
        if let Some(held) = destination.and_then(|d| gathered.get_mut(d)) {
            held.extend_from_slice(histogram);
        }
    }
    gathered.iter_mut().for_each(settle);
    gathered
}

/// Sorts by value and adds the counts of equal ones.
pub(super) fn settle(histogram: &mut Histogram) {
    histogram.sort_unstable();
    histogram.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(period: u32, person: u32, unit: Option<u32>) -> Place {
        Place { pool: 0, period, subjects: vec![Some(person), unit] }
    }

    #[test]
    fn every_level_is_the_sum_of_its_cells() {
        let places = vec![place(0, 0, Some(0)), place(0, 0, Some(1)), place(1, 1, Some(1)), place(1, 0, None)];
        let base = Tallies::Share { hits: vec![1, 2, 3, 4], n: vec![5, 6, 7, 8] };
        let cells = Cells { places, measures: vec![(0, base.clone())], correlations: Vec::new() };
        let persons = add(&base, &cells.destinations(0, 2), 4).unwrap();
        assert_eq!(persons, Tallies::Share { hits: vec![3, 4, 0, 3], n: vec![11, 8, 0, 7] });
        let units = add(&base, &cells.destinations(1, 2), 4).unwrap();
        assert_eq!(units, Tallies::Share { hits: vec![1, 0, 2, 3], n: vec![5, 0, 6, 7] });
        assert_eq!(cells.destinations(2, 2), [None; 4]);
        assert_eq!(cells.destinations(0, 1), [Some(0), Some(0), None, None]);
    }

    #[test]
    fn histograms_merge_sorted() {
        let base = Tallies::Histogram { cells: vec![vec![(3, 1), (9, 2)], vec![(1, 1), (3, 4)]], at: 0.5, decimals: 0 };
        let merged = add(&base, &[Some(0), Some(0)], 2).unwrap();
        assert_eq!(
            merged,
            Tallies::Histogram { cells: vec![vec![(1, 1), (3, 5), (9, 2)], vec![]], at: 0.5, decimals: 0 }
        );
        assert_eq!(add(&Tallies::Formula, &[], 0), None);
    }
}
