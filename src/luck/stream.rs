//! Random numbers keyed by (seed, world, cell): a cell draws the same whatever thread reaches it, and in whatever order.
//! SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014).

use crate::fairness::{beta, normal};

/// One cell's numbers in one world.
#[derive(Clone, Debug)]
pub struct Stream(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Each key is mixed in by itself, so that (seed, 1, 2) and (seed, 2, 1) are far apart.
fn keyed(state: u64, key: u64) -> u64 {
    mix(state.wrapping_add(STEP) ^ mix(key.wrapping_mul(STEP)))
}

/// One world, whose cells have streams of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct World(u64);

impl World {
    pub fn new(seed: u64, world: u64) -> World {
        World(keyed(mix(seed.wrapping_add(STEP)), world))
    }

    #[inline]
    pub fn stream(self, cell: u64) -> Stream {
        Stream(keyed(self.0, cell))
    }
}

impl Stream {
    pub fn new(seed: u64, world: u64, cell: u64) -> Stream {
        World::new(seed, world).stream(cell)
    }

    /// Another stream, which has nothing in common with what this one goes on to give.
    pub(super) fn fork(&mut self) -> Stream {
        Stream(keyed(self.bits(), 1))
    }

    #[inline]
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Between 0 and 1, both out.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal, by inversion: one number in, one out.
    pub fn normal(&mut self) -> f64 {
        normal::quantile(self.uniform())
    }

    /// Uniform order statistics of n at the given ascending ranks, 1…n: U₍₁₎ ~ Beta(r, n + 1 − r), each next one the part of
    /// what is left (David and Nagaraja, *Order Statistics* (2003), 2.5). Ranks out of range are left out.
    pub fn order_statistics(&mut self, n: u64, ranks: &[u64]) -> Vec<f64> {
        let (mut at, mut before) = (0.0, 0);
        let mut drawn = Vec::with_capacity(ranks.len());
        for &rank in ranks.iter().filter(|r| (1..=n).contains(*r)) {
            if rank > before {
                let (gap, left) = ((rank - before) as f64, (n + 1 - rank) as f64);
                at += (1.0 - at) * beta::quantile(gap, left, self.uniform());
                before = rank;
            }
            drawn.push(at);
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_draws_the_same_and_neighbours_differ() {
        let first = |a, b, c| Stream::new(a, b, c).uniform();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        let keys = [(1, 2, 3), (1, 3, 2), (2, 1, 3), (1, 2, 4), (0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0)];
        for (i, a) in keys.iter().enumerate() {
            for b in &keys[i + 1..] {
                assert_ne!(first(a.0, a.1, a.2), first(b.0, b.1, b.2), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn first_numbers_of_neighbouring_cells_are_uniform_and_unrelated() {
        let first: Vec<f64> = (0..20_000).map(|cell| Stream::new(7, 0, cell).uniform()).collect();
        let mean = first.iter().sum::<f64>() / 20_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let product: f64 = first.windows(2).map(|p| (p[0] - 0.5) * (p[1] - 0.5)).sum::<f64>() / 20_000.0;
        assert!(product.abs() < 0.003, "{product}");
    }

    #[test]
    fn forks_are_unrelated_to_what_follows() {
        let pairs = (0..20_000).map(|cell| {
            let mut stream = Stream::new(7, 1, cell);
            let (mut fork, mut second) = (stream.fork(), stream.fork());
            [stream.uniform(), fork.uniform(), second.uniform()]
        });
        let sums = pairs.fold([0.0; 3], |s, [a, b, c]| {
            let about = |x: f64, y: f64| (x - 0.5) * (y - 0.5);
            [s[0] + about(a, b), s[1] + about(b, c), s[2] + about(a, c)]
        });
        assert!(sums.iter().all(|sum| (sum / 20_000.0).abs() < 0.003), "{sums:?}");
    }

    #[test]
    fn order_statistics_ascend_about_their_means() {
        let (mut sums, ranks) = ([0.0; 3], [2, 5, 9]);
        for world in 0..4000 {
            let drawn = Stream::new(3, world, 0).order_statistics(9, &ranks);
            assert!(drawn.windows(2).all(|p| p[0] < p[1]));
            for (sum, value) in sums.iter_mut().zip(&drawn) {
                *sum += value;
            }
        }
        for (sum, rank) in sums.iter().zip(ranks) {
            assert!((sum / 4000.0 - rank as f64 / 10.0).abs() < 0.01, "{rank}");
        }
        assert_eq!(Stream::new(1, 1, 1).order_statistics(3, &[0, 4]), Vec::<f64>::new());
    }
}
