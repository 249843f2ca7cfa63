//! k of the last m periods: the chance that luck alone fills a window, in one window and somewhere in a year of rolling
//! windows. Exact, by the chain of the last m − 1 periods (Fu and Koutras, JASA 89 (1994) 1050–1058).

/// The longest window that is followed exactly: 2^(m−1) states.
pub const LONGEST: u32 = 16;

/// P(at least k of m) when each period has probability `p`, independently; `None` where k or m make no window.
pub fn one_window(p: f64, k: u32, m: u32) -> Option<f64> {
    windows(p, k, m, 1)
}

/// P(at least one of `count` consecutive windows of m periods holds k or more). The first window is full at the start: m − 1
/// run-in periods come before the first judged one. `None` for p outside 0…1, k = 0, k > m, m > 16 or no window.
pub fn windows(p: f64, k: u32, m: u32, count: u32) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) || k == 0 || k > m || m > LONGEST || count == 0 {
        return None;
    }
    // State: the last m − 1 periods as bits, youngest lowest. Mass that has met a full window leaves.
    let kept = (1_usize << (m - 1)) - 1;
    let chance = |bits: usize| {
        let hits = bits.count_ones() as i32;
        p.powi(hits) * (1.0 - p).powi(m as i32 - 1 - hits)
    };
    let mut states: Vec<f64> = (0..=kept).map(chance).collect();
    let mut met = 0.0;
    for _ in 0..count {
        let mut next = vec![0.0; kept + 1];
        for (bits, mass) in states.iter().enumerate() {
            for (hit, part) in [(0, mass * (1.0 - p)), (1, mass * p)] {
                let window = bits << 1 | hit;
                if window.count_ones() >= k { met += part } else { next[window & kept] += part }
            }
        }
        states = next;
    }
    Some(met.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fairness::testing::near;

    #[test]
    fn printed() {
        near(one_window(0.025, 3, 4).unwrap(), 6.13e-5, 5e-8);
        near(windows(0.025, 3, 4, 12).unwrap(), 5.476e-4, 5e-8);
        near(one_window(0.025, 2, 4).unwrap(), 0.003626, 5e-7);
        near(windows(0.025, 2, 4, 12).unwrap(), 0.02224, 5e-6);
    }

    #[test]
    fn by_hand_and_out_of_range() {
        near(windows(0.1, 1, 1, 12).unwrap(), 1.0 - 0.9_f64.powi(12), 1e-15);
        near(one_window(0.3, 2, 2).unwrap(), 0.09, 1e-15);
        assert_eq!(windows(1.0, 4, 4, 3), Some(1.0));
        assert_eq!(one_window(0.1, 0, 4), None);
        assert_eq!(one_window(0.1, 5, 4), None);
        assert_eq!(one_window(f64::NAN, 1, 4), None);
        assert_eq!(windows(0.1, 1, 17, 1), None);
    }
}
