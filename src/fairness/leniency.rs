//! Rater leniency: least squares y = subject + rater with Σ rater = 0 (two-way additive model; Searle, *Linear Models for
//! Unbalanced Data* (1987), chapter 5). Refused when the design is disconnected: then no adjustment can be told from the
//! subjects' own level.

/// One rating: subject and rater by position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rating {
    pub subject: usize,
    pub rater: usize,
    pub score: f64,
}

/// Adjusted figure of each subject (its level under an average rater), leniency of each rater (above 0 is generous), and
/// the raw mean of each subject for showing beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Leniency {
    pub subjects: Vec<f64>,
    pub raters: Vec<f64>,
    pub raw: Vec<f64>,
}

/// Why there is no adjustment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No rating, or one that is not a number.
    Empty,
    /// A position without any rating, or out of range.
    Unrated,
    /// Two groups of subjects share no rater: their levels can't be compared.
    Disconnected,
}

/// Fits `subjects` × `raters` from the ratings.
pub fn fit(ratings: &[Rating], subjects: usize, raters: usize) -> Result<Leniency, Refusal> {
    if ratings.is_empty() || ratings.iter().any(|r| !r.score.is_finite()) {
        return Err(Refusal::Empty);
    }
    if ratings.iter().any(|r| r.subject >= subjects || r.rater >= raters) {
        return Err(Refusal::Unrated);
    }
    let (mut count, mut sum, mut rated) = (vec![0.0; subjects], vec![0.0; subjects], vec![false; raters]);
    for rating in ratings {
        count[rating.subject] += 1.0;
        sum[rating.subject] += rating.score;
        rated[rating.rater] = true;
    }
    if count.contains(&0.0) || rated.contains(&false) {
        return Err(Refusal::Unrated);
    }
    if !connected(ratings, subjects, raters) {
        return Err(Refusal::Disconnected);
    }
    let raw: Vec<f64> = sum.iter().zip(&count).map(|(s, c)| s / c).collect();
    let leniency = solve(ratings, &raw, &count, raters);
    // s_i = mean over its ratings of (score − leniency of the rater)
    let mut adjusted = raw.clone();
    for rating in ratings {
        adjusted[rating.subject] -= leniency[rating.rater] / count[rating.subject];
    }
    Ok(Leniency { subjects: adjusted, raters: leniency, raw })
}

/// Union of subjects and raters through ratings: one piece?
fn connected(ratings: &[Rating], subjects: usize, raters: usize) -> bool {
    let mut parent: Vec<usize> = (0..subjects + raters).collect();
    fn root(parent: &mut [usize], mut node: usize) -> usize {
        while parent[node] != node {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        node
    }
    for rating in ratings {
        let (a, b) = (root(&mut parent, rating.subject), root(&mut parent, subjects + rating.rater));
        parent[a.max(b)] = a.min(b);
    }
    let first = root(&mut parent, 0);
    (0..parent.len()).all(|node| root(&mut parent, node) == first)
}

/// Conjugate gradients (Hestenes and Stiefel 1952) on the raters' normal equations with the subjects eliminated. The matrix is
/// positive on Σ = 0, which every step keeps; thousands of raters need no dense matrix.
fn solve(ratings: &[Rating], raw: &[f64], count: &[f64], raters: usize) -> Vec<f64> {
    let mut residual = vec![0.0; raters];
    for rating in ratings {
        residual[rating.rater] += rating.score - raw[rating.subject];
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut found = vec![0.0; raters];
    let mut direction = residual.clone();
    let mut length = dot(&residual, &residual);
    let enough = length * 1e-30;
    for _ in 0..10 * raters + 100 {
        if length <= enough {
            break;
        }
        let image = apply(ratings, count, &direction);
        let curvature = dot(&direction, &image);
        if curvature <= 0.0 {
            break;
        }
        let step = length / curvature;
        for i in 0..raters {
            found[i] += step * direction[i];
            residual[i] -= step * image[i];
        }
        let next = dot(&residual, &residual);
        for i in 0..raters {
            direction[i] = residual[i] + next / length * direction[i];
        }
        length = next;
    }
    let mean = found.iter().sum::<f64>() / raters as f64;
    found.iter().map(|v| v - mean).collect()
}

/// (D − NᵀC⁻¹N)·v: each rating's v less the mean v over its subject's ratings, summed by rater.
fn apply(ratings: &[Rating], count: &[f64], v: &[f64]) -> Vec<f64> {
    let mut means = vec![0.0; count.len()];
    for rating in ratings {
        means[rating.subject] += v[rating.rater] / count[rating.subject];
    }
    let mut image = vec![0.0; v.len()];
    for rating in ratings {
        image[rating.rater] += v[rating.rater] - means[rating.subject];
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    fn rating(subject: usize, rater: usize, score: f64) -> Rating {
        Rating { subject, rater, score }
    }

    #[test]
    fn printed() {
        let ratings = [
            rating(0, 0, 80.0),
            rating(0, 1, 70.0),
            rating(1, 0, 90.0),
            rating(1, 2, 85.0),
            rating(2, 1, 60.0),
            rating(2, 2, 75.0),
            rating(3, 0, 85.0),
            rating(3, 1, 75.0),
        ];
        let found = fit(&ratings, 4, 3).unwrap();
        for (value, printed) in found.subjects.iter().zip([76.667, 83.667, 69.667, 81.667]) {
            near(*value, printed, 5e-4);
        }
        for (value, printed) in found.raters.iter().zip([4.333, -7.667, 3.333]) {
            near(*value, printed, 5e-4);
        }
        assert_eq!(found.raw, [75.0, 87.5, 67.5, 80.0]);
    }

    #[test]
    fn two_islands_are_refused() {
        let ratings = [rating(0, 0, 1.0), rating(1, 0, 2.0), rating(2, 1, 3.0)];
        assert_eq!(fit(&ratings, 3, 2), Err(Refusal::Disconnected));
        assert_eq!(fit(&ratings, 4, 2), Err(Refusal::Unrated));
        assert_eq!(fit(&ratings, 2, 2), Err(Refusal::Unrated));
        assert_eq!(fit(&[], 0, 0), Err(Refusal::Empty));
        assert_eq!(fit(&[rating(0, 0, f64::NAN)], 1, 1), Err(Refusal::Empty));
    }

    #[test]
    fn one_rater_is_neither_strict_nor_lenient() {
        let found = fit(&[rating(0, 0, 3.0), rating(1, 0, 5.0)], 2, 1).unwrap();
        assert_eq!(found.raters, [0.0]);
        assert_eq!(found.subjects, found.raw);
    }

    #[test]
    fn an_exact_model_is_recovered() {
        let (subjects, raters) = ([3.0, 7.0, 1.0, 4.0, 9.0], [1.5, -0.5, -1.0]);
        let pairs = (0..5).flat_map(|s| (0..3).map(move |r| (s, r))).filter(|(s, r)| (s + 2 * r) % 4 != 1);
        let ratings: Vec<Rating> = pairs.map(|(s, r)| rating(s, r, subjects[s] + raters[r])).collect();
        let found = fit(&ratings, 5, 3).unwrap();
        for (a, b) in found.subjects.iter().zip(subjects) {
            near(*a, b, 1e-9);
        }
        for (a, b) in found.raters.iter().zip(raters) {
            near(*a, b, 1e-9);
        }
    }
}
