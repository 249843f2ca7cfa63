//! Intraclass correlations of raters, six forms: Shrout and Fleiss, Psychological Bulletin 86 (1979) 420–428.

/// The six forms: (1) each subject has raters of its own, (2) the same random raters, (3) the same fixed raters; of a
/// single rating or of the mean of k.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Icc {
    pub one_single: f64,
    pub two_single: f64,
    pub three_single: f64,
    pub one_mean: f64,
    pub two_mean: f64,
    pub three_mean: f64,
}

/// Rows are subjects, columns raters, complete. `None` with fewer than two of either, ragged rows, a value that is not a
/// number, or no variation at all.
pub fn icc(ratings: &[Vec<f64>]) -> Option<Icc> {
    let (n, k) = (ratings.len(), ratings.first()?.len());
    let sound = |row: &Vec<f64>| row.len() == k && row.iter().all(|v| v.is_finite());
    if n < 2 || k < 2 || !ratings.iter().all(sound) {
        return None;
    }
    let (subjects, raters) = (n as f64, k as f64);
    let grand = ratings.iter().flatten().sum::<f64>() / (subjects * raters);
    let square = |v: f64| (v - grand) * (v - grand);
    let between: f64 = ratings.iter().map(|row| square(row.iter().sum::<f64>() / raters)).sum::<f64>() * raters;
    let column = |j: usize| ratings.iter().map(|row| row[j]).sum::<f64>() / subjects;
    let judges: f64 = (0..k).map(|j| square(column(j))).sum::<f64>() * subjects;
    let total: f64 = ratings.iter().flatten().map(|&v| square(v)).sum();
    // mean squares: subjects, within subjects, raters, residual
    let b = between / (subjects - 1.0);
    let w = (total - between).max(0.0) / (subjects * (raters - 1.0));
    let j = judges / (raters - 1.0);
    let e = (total - between - judges).max(0.0) / ((subjects - 1.0) * (raters - 1.0));
    let found = Icc {
        one_single: (b - w) / (b + (raters - 1.0) * w),
        two_single: (b - e) / (b + (raters - 1.0) * e + raters * (j - e) / subjects),
        three_single: (b - e) / (b + (raters - 1.0) * e),
        one_mean: (b - w) / b,
        two_mean: (b - e) / (b + (j - e) / subjects),
        three_mean: (b - e) / b,
    };
    let all =
        [found.one_single, found.two_single, found.three_single, found.one_mean, found.two_mean, found.three_mean];
    all.iter().all(|v| v.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn shrout_and_fleiss_table() {
        let ratings = [
            [9.0, 2.0, 5.0, 8.0],
            [6.0, 1.0, 3.0, 2.0],
            [8.0, 4.0, 6.0, 8.0],
            [7.0, 1.0, 2.0, 6.0],
            [10.0, 5.0, 6.0, 9.0],
            [6.0, 2.0, 4.0, 7.0],
        ];
        let found = icc(&ratings.map(|row| row.to_vec())).unwrap();
        near(found.one_single, 0.166, 5e-4);
        near(found.two_single, 0.290, 5e-4);
        near(found.three_single, 0.715, 5e-4);
        near(found.one_mean, 0.443, 5e-4);
        near(found.two_mean, 0.620, 5e-4);
        near(found.three_mean, 0.909, 5e-4);
    }

    #[test]
    fn nothing_to_compare() {
        assert_eq!(icc(&[]), None);
        assert_eq!(icc(&[vec![1.0, 2.0]]), None);
        assert_eq!(icc(&[vec![1.0, 2.0], vec![1.0]]), None);
        assert_eq!(icc(&[vec![3.0, 3.0], vec![3.0, 3.0]]), None);
        assert_eq!(icc(&[vec![3.0, f64::NAN], vec![3.0, 3.0]]), None);
    }
}
