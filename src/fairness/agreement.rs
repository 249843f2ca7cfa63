//! Agreement of raters on categories: Cohen's κ (Educational and Psychological Measurement 20 (1960) 37–46) and Fleiss' κ
//! (Psychological Bulletin 76 (1971) 378–382). Krippendorff's α and the intraclass correlations have files of their own.

/// What an agreement allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// ≥ .80: rely on it.
    Reliable,
    /// .667–.80: tentative conclusions only.
    Tentative,
    /// Below .667: the measure cannot feed a sanction.
    Unusable,
}

/// Krippendorff's customary lines, *Content Analysis* (2004), 241.
pub fn standing(agreement: f64) -> Standing {
    match agreement {
        a if a >= 0.80 => Standing::Reliable,
        a if a >= 0.667 => Standing::Tentative,
        _ => Standing::Unusable,
    }
}

/// Cohen's κ of a square table, rows the first rater's categories: (pₒ − pₑ)/(1 − pₑ).
/// `None` where the table is empty or not square, or both raters used one and the same category throughout.
pub fn cohen(table: &[Vec<u64>]) -> Option<f64> {
    let size = table.len();
    if table.iter().any(|row| row.len() != size) {
        return None;
    }
    let total: u64 = table.iter().flatten().sum();
    if total == 0 {
        return None;
    }
    let n = total as f64;
    let rows = table.iter().map(|row| row.iter().sum::<u64>() as f64);
    let columns = (0..size).map(|j| table.iter().map(|row| row[j]).sum::<u64>() as f64);
    let chance: f64 = rows.zip(columns).map(|(r, c)| r * c).sum::<f64>() / (n * n);
    let agreed = table.iter().enumerate().map(|(i, row)| row[i]).sum::<u64>() as f64 / n;
    (chance < 1.0).then(|| (agreed - chance) / (1.0 - chance))
}

/// Fleiss' κ: per item how many raters chose each category; every item has the same count of raters, at least two.
pub fn fleiss(items: &[Vec<u64>]) -> Option<f64> {
    let raters: u64 = items.first()?.iter().sum();
    let categories = items.first()?.len();
    let sound = |item: &Vec<u64>| item.len() == categories && item.iter().sum::<u64>() == raters;
    if raters < 2 || !items.iter().all(sound) {
        return None;
    }
    let (n, m) = (items.len() as f64, raters as f64);
    let pairs = |item: &Vec<u64>| item.iter().map(|&c| c as f64 * (c as f64 - 1.0)).sum::<f64>() / (m * (m - 1.0));
    let agreed = items.iter().map(pairs).sum::<f64>() / n;
    let part = |j: usize| items.iter().map(|item| item[j]).sum::<u64>() as f64 / (n * m);
    let chance: f64 = (0..categories).map(|j| part(j) * part(j)).sum();
    (chance < 1.0).then(|| (agreed - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn cohen_printed() {
        near(cohen(&[vec![20, 5], vec![10, 15]]).unwrap(), 0.40, 1e-12);
        assert_eq!(cohen(&[vec![9, 0], vec![0, 0]]), None);
        assert_eq!(cohen(&[vec![9, 0]]), None);
        assert_eq!(cohen(&[]), None);
        near(cohen(&[vec![5, 0], vec![0, 5]]).unwrap(), 1.0, 1e-12);
    }

    /// Fourteen raters, ten items, five categories: the worked example after Fleiss 1971, κ = .210.
    #[test]
    fn fleiss_worked_example() {
        let items = [
            [0, 0, 0, 0, 14],
            [0, 2, 6, 4, 2],
            [0, 0, 3, 5, 6],
            [0, 3, 9, 2, 0],
            [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0],
            [3, 2, 6, 3, 0],
            [2, 5, 3, 2, 2],
            [6, 5, 2, 1, 0],
            [0, 2, 2, 3, 7],
        ];
        let items: Vec<Vec<u64>> = items.iter().map(|i| i.to_vec()).collect();
        near(fleiss(&items).unwrap(), 0.210, 5e-4);
        assert_eq!(fleiss(&[vec![1, 0], vec![2, 0]]), None);
        assert_eq!(fleiss(&[]), None);
        assert_eq!(fleiss(&[vec![2, 0], vec![2, 0]]), None);
    }

    #[test]
    fn lines() {
        assert_eq!(standing(0.8), Standing::Reliable);
        assert_eq!(standing(0.7), Standing::Tentative);
        assert_eq!(standing(0.66), Standing::Unusable);
        assert_eq!(standing(f64::NAN), Standing::Unusable);
    }
}
