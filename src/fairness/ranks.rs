//! Ranks, never bare: expected ranks (Laird and Louis, Journal of Educational Statistics 14 (1989) 29–46) and bands.
use super::normal;

/// ERᵢ = 1 + Σ_{j≠i} Φ((θⱼ − θᵢ)/√(sᵢ² + sⱼ²)), rank 1 being the largest θ, of (θ, standard error) pairs.
/// Two without any error that are equal share the rank. `None` with a value or error that is not a number.
pub fn expected(subjects: &[(f64, f64)]) -> Option<Vec<f64>> {
    if !subjects.iter().all(|(theta, s)| theta.is_finite() && s.is_finite() && *s >= 0.0) {
        return None;
    }
    let ahead = |(a, s): (f64, f64), (b, t): (f64, f64)| {
        let error = libm::hypot(s, t);
        match error > 0.0 {
            true => normal::cdf((b - a) / error),
            false if b == a => 0.5,
            false => f64::from(u8::from(b > a)),
        }
    };
    let rank = |i: usize| {
        let others = subjects.iter().enumerate().filter(|(j, _)| *j != i);
        1.0 + others.map(|(_, other)| ahead(subjects[i], *other)).sum::<f64>()
    };
    Some((0..subjects.len()).map(rank).collect())
}

/// Where a subject stands among its peers, as reports say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Its interval lies above the common figure.
    Above,
    /// Cannot be told from the others.
    Among,
    Below,
}

/// Bands against the common figure: above or below only where the whole interval θ ± z·s is.
pub fn bands(subjects: &[(f64, f64)], common: f64, z: f64) -> Vec<Band> {
    let band = |&(theta, s): &(f64, f64)| match () {
        () if theta - z * s > common => Band::Above,
        () if theta + z * s < common => Band::Below,
        () => Band::Among,
    };
    subjects.iter().map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::{Z95, testing::near};

    const FOUR: [(f64, f64); 4] = [(0.90, 0.03), (0.85, 0.06), (0.80, 0.02), (0.70, 0.05)];

    #[test]
    fn printed() {
        for (found, printed) in expected(&FOUR).unwrap().iter().zip([1.2311, 2.0140, 2.8143, 3.9406]) {
            near(*found, printed, 5e-5);
        }
    }

    #[test]
    fn ranks_share_out_all_places() {
        near(expected(&FOUR).unwrap().iter().sum(), 10.0, 1e-12);
        assert_eq!(expected(&[(0.5, 0.0), (0.5, 0.0), (0.4, 0.0)]).unwrap(), [1.5, 1.5, 3.0]);
        assert_eq!(expected(&[(0.5, f64::NAN)]), None);
        assert_eq!(expected(&[]).unwrap(), Vec::<f64>::new());
    }

    #[test]
    fn bands_need_the_whole_interval() {
        assert_eq!(bands(&FOUR, 0.82, Z95), [Band::Above, Band::Among, Band::Among, Band::Below]);
        assert_eq!(bands(&[(f64::NAN, 0.1)], 0.5, Z95), [Band::Among]);
    }
}
