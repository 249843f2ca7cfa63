//! A year of judging: each period is judged once, with the periods before it as its history.

use crate::workspace::Every;

/// One period of the year: which existing period lends its n, and on which round through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub period: usize,
    pub lap: u64,
    /// Judged; the run-in periods only fill the first windows.
    pub judged: bool,
}

/// Periods judged in a year.
pub fn length(every: Every) -> usize {
    match every {
        Every::Day => 365,
        Every::Week => 52,
        Every::Month => 12,
        Every::Quarter => 4,
        Every::Year | Every::All => 1,
    }
}

/// m − 1 run-in periods and then the year's, over `existing` complete periods reused in turn; the last turn falls on the last
/// existing period, so that a single year of data is read as it stands. Empty without an existing period.
pub fn schedule(existing: usize, m: usize, year: usize) -> Vec<Turn> {
    if existing == 0 {
        return Vec::new();
    }
    let run_in = m.saturating_sub(1);
    let total = run_in + year;
    // counted from a multiple of `existing` before the start, so that the end lines up
    let offset = (existing - total % existing) % existing;
    let turn =
        |i: usize| Turn { period: (offset + i) % existing, lap: ((offset + i) / existing) as u64, judged: i >= run_in };
    (0..total).map(turn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn existing_periods_are_reused_in_turn_and_never_on_the_same_lap() {
        let turns = schedule(4, 4, 12);
        assert_eq!(turns.len(), 15);
        assert_eq!(turns.iter().filter(|t| t.judged).count(), 12);
        assert_eq!(turns.last().map(|t| t.period), Some(3));
        assert!(turns.windows(2).all(|t| t[1].period == (t[0].period + 1) % 4));
        let mut keys: Vec<(usize, u64)> = turns.iter().map(|t| (t.period, t.lap)).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 15);
    }

    #[test]
    fn one_period_and_none() {
        assert_eq!(schedule(0, 4, 12), []);
        assert!(schedule(1, 1, 3).iter().enumerate().all(|(i, t)| t.period == 0 && t.lap == i as u64 && t.judged));
        assert_eq!(length(Every::Month), 12);
    }
}
