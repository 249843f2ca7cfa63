//! Every count of hits out of some n, numbered: what a pure function makes of both is then worked out once a pair and looked up.

/// Pairs (hits, n) with hits = 0…n, for each n that was given; as many n as fit the bounds, the smallest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// By n: the number of (0, n); `NONE` where n has no pairs.
    first: Vec<u32>,
    pairs: usize,
}

const NONE: u32 = u32::MAX;
/// Beyond this a sum of squares costs less than a look-up.
const LARGEST: u64 = 2048;
const MOST: usize = 1 << 15;

impl Grid {
    pub fn of(n: impl IntoIterator<Item = u64>) -> Grid {
        let mut seen = Vec::new();
        for n in n.into_iter().filter(|n| *n <= LARGEST) {
            let n = n as usize;
            if seen.len() <= n {
                seen.resize(n + 1, false);
            }
            seen[n] = true;
        }
        let mut grid = Grid { first: vec![NONE; seen.len()], pairs: 0 };
        for (n, _) in seen.into_iter().enumerate().filter(|(_, seen)| *seen) {
            if grid.pairs + n + 1 > MOST {
                break;
            }
            grid.first[n] = grid.pairs as u32;
            grid.pairs += n + 1;
        }
        grid
    }

    /// Number of a pair, from 0; none where it isn't held.
    #[inline]
    pub fn number(&self, hits: u64, n: u64) -> Option<usize> {
        let first = *self.first.get(n as usize)?;
        (first != NONE && hits <= n).then_some(first as usize + hits as usize)
    }

    pub fn len(&self) -> usize {
        self.pairs
    }

    pub fn is_empty(&self) -> bool {
        self.pairs == 0
    }

    /// All pairs, in the order of their numbers.
    pub fn pairs(&self) -> impl Iterator<Item = (u64, u64)> {
        let held = self.first.iter().enumerate().filter(|(_, first)| **first != NONE);
        held.flat_map(|(n, _)| (0..=n as u64).map(move |hits| (hits, n as u64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_the_number_of_its_place() {
        let grid = Grid::of([3, 1, 3, 40]);
        assert_eq!(grid.len(), 4 + 2 + 41);
        assert!(grid.pairs().enumerate().all(|(i, (hits, n))| grid.number(hits, n) == Some(i)));
        assert_eq!(grid.pairs().count(), grid.len());
        assert_eq!([(0, 2), (4, 3), (1, 99)].map(|(hits, n)| grid.number(hits, n)), [None; 3]);
    }

    #[test]
    fn what_does_not_fit_is_left_to_the_formula() {
        let grid = Grid::of(0..5000);
        assert!(grid.len() <= MOST && grid.number(100, 100).is_some());
        assert_eq!((grid.number(1, 2048), grid.number(0, 4999)), (None, None));
        assert!(Grid::of([]).is_empty());
    }
}
