//! A Gaussian copula: measures of one source, subject and period move together as their records do (Nelsen, *An Introduction to
//! Copulas* (2006), 2.3). Sources are independent of each other.

use super::Stream;
use super::ziggurat::Ziggurat;

/// The lower Cholesky factor of a correlation matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Copula {
    size: usize,
    factor: Vec<f64>,
}

impl Copula {
    /// No dependence (`--independent`).
    pub fn independent(size: usize) -> Copula {
        let factor = (0..size * size).map(|i| f64::from(u8::from(i / size == i % size))).collect();
        Copula { size, factor }
    }

    /// From pooled correlations, row by row (`size`²; what isn't a number counts as 0). Correlations over different rows need not
    /// fit together: they are then pulled towards 0 by the least multiple of 1 % that makes them a correlation matrix.
    pub fn new(size: usize, correlations: &[f64]) -> Copula {
        let read = |i: usize, j: usize| {
            let (a, b) = (correlations.get(i * size + j), correlations.get(j * size + i));
            let held = |v: Option<&f64>| v.copied().filter(|v| v.is_finite()).unwrap_or(0.0).clamp(-1.0, 1.0);
            0.5 * (held(a) + held(b))
        };
        let pulled = |percent: u32| {
            let keep = 1.0 - f64::from(percent) / 100.0;
            cholesky(size, |i, j| if i == j { 1.0 } else { keep * read(i, j) })
        };
        (0..100).find_map(pulled).map_or_else(|| Copula::independent(size), |factor| Copula { size, factor })
    }

    /// One standard normal score for each measure, into `scores`.
    pub(super) fn draw(&self, normals: &Ziggurat, stream: &mut Stream, scores: &mut Vec<f64>) {
        scores.clear();
        scores.extend((0..self.size).map(|_| normals.draw(stream)));
        self.correlate(scores, 1);
    }

    /// Scores of many cells: a column a measure, a stream a cell.
    pub(super) fn draw_columns(&self, normals: &Ziggurat, streams: &mut [Stream], scores: &mut Vec<f64>) {
        let length = streams.len();
        scores.resize(self.size * length, 0.0);
        for (cell, stream) in streams.iter_mut().enumerate() {
            for score in scores.iter_mut().skip(cell).step_by(length) {
                *score = normals.draw(stream);
            }
        }
        self.correlate(scores, length);
    }

    /// Turns columns of unrelated numbers into related ones.
    fn correlate(&self, scores: &mut [f64], length: usize) {
        // from the last column up: one reads only those before it, which are still plain
        for i in (0..self.size).rev() {
            let row = &self.factor[i * self.size..=i * self.size + i];
            let (before, from_here) = scores.split_at_mut(i * length);
            let own = &mut from_here[..length];
            if row[i] != 1.0 {
                own.iter_mut().for_each(|score| *score *= row[i]);
            }
            for (weight, column) in row.iter().zip(before.chunks_exact(length)).filter(|(weight, _)| **weight != 0.0) {
                own.iter_mut().zip(column).for_each(|(score, z)| *score += weight * z);
            }
        }
    }
}

/// `None` where the matrix is not positive semidefinite. A pivot of 0 (perfect correlation) leaves its column 0.
fn cholesky(size: usize, at: impl Fn(usize, usize) -> f64) -> Option<Vec<f64>> {
    let mut l = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let rest = at(i, j) - (0..j).map(|k| l[i * size + k] * l[j * size + k]).sum::<f64>();
            l[i * size + j] = match (i == j, l[j * size + j]) {
                (true, _) if rest < -1e-12 => return None,
                (true, _) => rest.max(0.0).sqrt(),
                (false, pivot) if pivot > 1e-9 => rest / pivot,
                (false, _) if rest.abs() > 1e-9 => return None,
                (false, _) => 0.0,
            };
        }
    }
    Some(l)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation(copula: &Copula, a: usize, b: usize) -> f64 {
        let (mut scores, mut columns) = (Vec::new(), Vec::new());
        let normals = Ziggurat::new();
        let mut streams: Vec<Stream> = (0..20_000).map(|world| Stream::new(11, world, 0)).collect();
        copula.draw_columns(&normals, &mut streams, &mut columns);
        let mut sum = 0.0;
        for world in 0..20_000 {
            copula.draw(&normals, &mut Stream::new(11, world as u64, 0), &mut scores);
            assert!((scores[a] - columns[a * 20_000 + world]).abs() < 1e-12, "one by one or in columns");
            sum += scores[a] * scores[b];
        }
        sum / 20_000.0
    }

    #[test]
    fn drawn_scores_correlate_as_asked() {
        let copula = Copula::new(3, &[1.0, 0.6, 0.0, 0.6, 1.0, -0.3, 0.0, -0.3, 1.0]);
        assert!((correlation(&copula, 0, 1) - 0.6).abs() < 0.03);
        assert!((correlation(&copula, 1, 2) + 0.3).abs() < 0.03);
        assert!((correlation(&copula, 1, 1) - 1.0).abs() < 0.03);
        assert!(correlation(&Copula::independent(3), 0, 1).abs() < 0.03);
    }

    #[test]
    fn what_does_not_fit_is_pulled_towards_none() {
        // three measures can't all be opposite to one another
        let copula = Copula::new(3, &[1.0, -0.9, -0.9, -0.9, 1.0, -0.9, -0.9, -0.9, 1.0]);
        let found = correlation(&copula, 0, 1);
        assert!((found + 0.5).abs() < 0.04, "{found}");
        assert_eq!(Copula::new(2, &[1.0, f64::NAN]), Copula::independent(2));
    }

    #[test]
    fn one_measure_that_copies_another() {
        let copula = Copula::new(2, &[1.0; 4]);
        let mut scores = Vec::new();
        copula.draw(&Ziggurat::new(), &mut Stream::new(1, 2, 3), &mut scores);
        assert_eq!(scores[0], scores[1]);
    }
}
