//! Many tests at once.
//!
//! Benjamini and Hochberg, JRSS B 57 (1995) 289–300; partial conjunction: Benjamini and Heller, Biometrics 64 (2008)
//! 1215–1222 (Bonferroni's form, valid under any dependence between periods).

/// Benjamini–Hochberg adjusted p, in the order given. A p that is not a number counts as 1.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    benjamini_hochberg_into(p, &mut Vec::with_capacity(p.len()), &mut adjusted);
    adjusted
}

/// The same into buffers that the caller keeps: `order` is scratch, `adjusted` is cleared and filled.
/// Adjusted p-values min(1, m·p) (Dunn, JASA 56 (1961) 52–64): below q the chance of a single false one is at most q.
pub fn bonferroni(p: &[f64]) -> Vec<f64> {
    p.iter().map(|one| (one * p.len() as f64).min(1.0)).collect()
}

pub fn benjamini_hochberg_into(p: &[f64], order: &mut Vec<u32>, adjusted: &mut Vec<f64>) {
    let at = |i: u32| held(p[i as usize]);
    order.clear();
    // a p of 1 comes last and stays 1, and most are: they need no sorting
    order.extend((0..p.len() as u32).filter(|&i| at(i) < 1.0));
    order.sort_unstable_by(|&a, &b| at(a).total_cmp(&at(b)).then(a.cmp(&b)));
    adjusted.clear();
    adjusted.resize(p.len(), 1.0);
    let m = p.len() as f64;
    let mut least = 1.0_f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        // m/rank first: it is at least 1, so that no rounding makes an adjusted p smaller than its own
        least = least.min(at(i) * (m / (rank + 1) as f64));
        adjusted[i as usize] = least;
    }
}

/// The largest p that Benjamini–Hochberg rejects at `q`, or `None`: for a caller that only needs the decisions.
/// Candidates are gathered first, because only p ≤ q can be rejected and those are few.
pub fn threshold(p: &[f64], q: f64, scratch: &mut Vec<f64>) -> Option<f64> {
    scratch.clear();
    scratch.extend(p.iter().map(|&v| held(v)).filter(|&v| v <= q));
    scratch.sort_unstable_by(f64::total_cmp);
    let m = p.len() as f64;
    let passes = |(rank, &v): (usize, &f64)| (v * (m / (rank + 1) as f64) <= q).then_some(v);
    scratch.iter().enumerate().rev().find_map(passes)
}

/// Partial conjunction (Benjamini & Heller 2008): p that at least k of the m = p.len() hypotheses are false,
/// min(1, (m − k + 1)·p₍ₖ₎), p₍ₖ₎ the k-th smallest. 1 where k is 0 or exceeds m: nothing is claimed, nothing is proven.
pub fn partial_conjunction(p: &[f64], k: usize) -> f64 {
    if k == 0 || k > p.len() {
        return 1.0;
    }
    if p.iter().filter(|p| held(**p) < 1.0).count() < k {
        return 1.0;
    }
    // m is a handful of periods: the k-th smallest by counting, without a copy.
    let is_kth = |v: &f64| {
        let smaller = p.iter().filter(|&&o| held(o) < *v).count();
        let equal = p.iter().filter(|&&o| held(o) == *v).count();
        smaller < k && k <= smaller + equal
    };
    let kth = p.iter().map(|&v| held(v)).find(is_kth).unwrap_or(1.0);
    ((p.len() - k + 1) as f64 * kth).min(1.0)
}

fn held(p: f64) -> f64 {
    if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bonferroni_is_stricter_and_held_to_one() {
        let p = [0.001, 0.02, 0.4];
        let found = bonferroni(&p);
        assert_eq!(found, [0.003, 0.06, 1.0]);
        assert!(found.iter().zip(benjamini_hochberg(&p)).all(|(b, h)| *b >= h));
    }
    use crate::fairness::testing::near;
    use proptest::prelude::*;

    const PRINTED: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ];

    #[test]
    fn benjamini_and_hochbergs_own_example() {
        let adjusted = benjamini_hochberg(&PRINTED);
        for (found, printed) in adjusted.iter().zip([0.0015, 0.0030, 0.0095, 0.035625, 0.0603]) {
            near(*found, printed, 1e-6);
        }
        assert_eq!(adjusted.iter().filter(|&&p| p <= 0.05).count(), 4);
        assert_eq!(threshold(&PRINTED, 0.05, &mut Vec::new()), Some(0.0095));
    }

    #[test]
    fn order_does_not_matter_and_gaps_count_as_one() {
        let mut reversed = PRINTED;
        reversed.reverse();
        let mut adjusted = benjamini_hochberg(&reversed);
        adjusted.reverse();
        assert_eq!(adjusted, benjamini_hochberg(&PRINTED));
        assert_eq!(benjamini_hochberg(&[f64::NAN, 0.01]), vec![1.0, 0.02]);
        assert!(benjamini_hochberg(&[]).is_empty());
        assert_eq!(threshold(&[], 0.05, &mut Vec::new()), None);
    }

    #[test]
    fn three_of_four() {
        near(partial_conjunction(&[0.5, 0.01, 0.02, 0.001], 3), 2.0 * 0.02, 1e-15);
        near(partial_conjunction(&[0.01, 0.01, 0.01, 1.0], 3), 0.02, 1e-15);
        near(partial_conjunction(&[0.03], 1), 0.03, 1e-15);
        assert_eq!(partial_conjunction(&[0.9, 0.9], 1), 1.0);
        assert_eq!(partial_conjunction(&[0.0, 0.0], 3), 1.0);
        assert_eq!(partial_conjunction(&[0.0], 0), 1.0);
        assert_eq!(partial_conjunction(&[0.0, f64::NAN], 2), 1.0);
    }

    proptest! {
        #[test]
        fn adjusted_is_monotone_and_never_smaller(p in proptest::collection::vec(0.0_f64..=1.0, 1..60)) {
            let adjusted = benjamini_hochberg(&p);
            for i in 0..p.len() {
                prop_assert!(adjusted[i] >= p[i] && adjusted[i] <= 1.0);
                for j in 0..p.len() {
                    if p[i] < p[j] { prop_assert!(adjusted[i] <= adjusted[j]); }
                }
            }
        }

        #[test]
        fn the_threshold_makes_the_same_decisions(p in proptest::collection::vec(0.0_f64..=0.2, 1..60)) {
            let adjusted = benjamini_hochberg(&p);
            let line = threshold(&p, 0.05, &mut Vec::new());
            for i in 0..p.len() {
                prop_assert_eq!(adjusted[i] <= 0.05, line.is_some_and(|l| p[i] <= l));
            }
        }
    }
}
