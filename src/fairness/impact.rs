//! Adverse impact between groups of people: the four-fifths rule (29 CFR 1607.4 D), with Fisher's exact test (JRSS 98
//! (1935) 39–82) and the shift of one person (EEOC, *Questions and Answers* 21).
use super::loader;

/// A group below this part of the pool is skipped.
pub const LEAST_SHARE_OF_POOL: f64 = 0.02;
/// A cell with fewer people is not printed: it could point at a person.
pub const LEAST_CELL: u64 = 5;
/// Ratio below which, and p below which, a difference is flagged.
pub const FOUR_FIFTHS: f64 = 0.8;
pub const SIGNIFICANCE: f64 = 0.05;

/// Two groups compared: (those selected, everyone) of each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impact {
    /// Smaller rate over the larger.
    pub ratio: f64,
    /// Fisher's two-sided p.
    pub p: f64,
    /// The finding holds after moving one person from the favoured group's selected to the other's.
    pub survives: bool,
    /// ratio < .80, p < .05 and survives.
    pub flagged: bool,
}

/// Fisher's exact test, two-sided: the sum of all tables no likelier than the one seen (those within 1e-7 of its
/// probability count as equal, as in R). Tables are a of m and b of n; 1 where a margin is empty.
pub fn fisher(a: u64, m: u64, b: u64, n: u64) -> f64 {
    let Some(selected) = a.checked_add(b).filter(|_| a <= m && b <= n && m > 0 && n > 0) else { return 1.0 };
    let least = selected.saturating_sub(n);
    let most = selected.min(m);
    let seen = hypergeometric(a, m, n, selected) * (1.0 + 1e-7);
    let tables = (least..=most).map(|x| hypergeometric(x, m, n, selected)).filter(|p| *p <= seen);
    tables.sum::<f64>().min(1.0)
}

/// Density of x selected among m when `k` are selected of m + n, as a product of binomial densities (Loader 2000).
fn hypergeometric(x: u64, m: u64, n: u64, k: u64) -> f64 {
    let (x, m, n, k) = (x as f64, m as f64, n as f64, k as f64);
    let p = k / (m + n);
    let q = (m + n - k) / (m + n);
    loader::binomial(x, m - x, p, q) * loader::binomial(k - x, n - (k - x), p, q) / loader::binomial(k, m + n - k, p, q)
}

/// Compares `a` selected of `m` with `b` of `n`. `None` where a group is empty or nobody was selected anywhere.
/// For an adverse outcome pass those *not* chosen for it where that is the question; reports do both.
pub fn compare(a: u64, m: u64, b: u64, n: u64) -> Option<Impact> {
    let ratio = rate_ratio(a, m, b, n)?;
    let p = fisher(a, m, b, n);
    // b's rate against a's without division: a·n ≥ b·m
    let first_favoured = u128::from(a) * u128::from(n) >= u128::from(b) * u128::from(m);
    let (moved_a, moved_b) = match first_favoured {
        true => (a.saturating_sub(1), (b + 1).min(n)),
        false => ((a + 1).min(m), b.saturating_sub(1)),
    };
    let found = |ratio: f64, p: f64| ratio < FOUR_FIFTHS && p < SIGNIFICANCE;
    let still_first = u128::from(moved_a) * u128::from(n) >= u128::from(moved_b) * u128::from(m);
    let survives = still_first == first_favoured
        && rate_ratio(moved_a, m, moved_b, n).is_some_and(|r| found(r, fisher(moved_a, m, moved_b, n)));
    Some(Impact { ratio, p, survives, flagged: found(ratio, p) && survives })
}

fn rate_ratio(a: u64, m: u64, b: u64, n: u64) -> Option<f64> {
    if m == 0 || n == 0 || a > m || b > n || a + b == 0 {
        return None;
    }
    let (first, second) = (a as f64 / m as f64, b as f64 / n as f64);
    Some(first.min(second) / first.max(second))
}

/// What was found on one group of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finding {
    /// The group with the highest rate, which the others are compared with.
    Reference,
    Compared(Impact),
    /// Under 2 % of the pool.
    TooSmall,
    /// Nobody was selected in any group.
    NobodySelected,
}

/// Compares every group, as (selected, everyone), with the one of the highest rate. Ties go to the larger group, then the
/// earlier.
pub fn groups(groups: &[(u64, u64)]) -> Vec<Finding> {
    let pool: u64 = groups.iter().map(|g| g.1).sum();
    let counts = |g: &(u64, u64)| g.1 > 0 && g.1 as f64 >= LEAST_SHARE_OF_POOL * pool as f64;
    let rate = |g: &(u64, u64)| g.0 as f64 / g.1 as f64;
    let best = groups
        .iter()
        .enumerate()
        .filter(|(_, g)| counts(g))
        .max_by(|(i, g), (j, h)| rate(g).total_cmp(&rate(h)).then(g.1.cmp(&h.1)).then(j.cmp(i)));
    let one = |(i, g): (usize, &(u64, u64))| match best {
        Some((b, _)) if b == i && g.0 > 0 => Finding::Reference,
        Some((_, r)) if counts(g) => compare(r.0, r.1, g.0, g.1).map_or(Finding::NobodySelected, Finding::Compared),
        _ => Finding::TooSmall,
    };
    groups.iter().enumerate().map(one).collect()
}

/// Whether a cell may be printed.
pub fn disclosable(count: u64) -> bool {
    count >= LEAST_CELL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn printed() {
        let found = compare(48, 80, 12, 40).unwrap();
        near(found.ratio, 0.50, 1e-12);
        near(found.p, 0.003409222, 5e-10);
        assert!(found.survives && found.flagged);
        near(fisher(3, 4, 1, 4), 0.485714, 1e-6);
    }

    #[test]
    fn a_finding_that_hangs_on_one_person_is_none() {
        // 10 of 20 against 3 of 20: p .0407; 9 against 4: p .176
        let found = compare(10, 20, 3, 20).unwrap();
        assert!(found.p < 0.05 && found.ratio < 0.8, "{found:?}");
        assert!(!found.survives && !found.flagged);
        let swapped = compare(3, 20, 10, 20).unwrap();
        near(swapped.p, found.p, 1e-12);
        assert_eq!((swapped.ratio, swapped.flagged), (found.ratio, found.flagged));
    }

    #[test]
    fn odd_tables() {
        assert_eq!(fisher(0, 0, 1, 4), 1.0);
        assert_eq!(fisher(5, 4, 1, 4), 1.0);
        near(fisher(0, 5, 0, 5), 1.0, 1e-12);
        assert_eq!(compare(0, 5, 0, 5), None);
        assert_eq!(compare(0, 50, 40, 50).unwrap().ratio, 0.0);
    }

    #[test]
    fn small_groups_are_skipped_and_the_highest_rate_is_the_reference() {
        let found = groups(&[(120, 400), (240, 400), (1, 10), (0, 0)]);
        assert_eq!(found[1], Finding::Reference);
        assert!(matches!(found[0], Finding::Compared(i) if i.flagged));
        assert_eq!(found[2], Finding::TooSmall);
        assert_eq!(found[3], Finding::TooSmall);
        assert!(matches!(groups(&[(0, 9), (0, 9)])[1], Finding::NobodySelected));
        assert!(!disclosable(4) && disclosable(5));
    }
}
