//! Gaming probes: patterns that a target can breed. Each raises a question to the measure's owner and is never evidence against a
//! person. Goodhart's warning in numbers; all are exact one-sided binomial tests or Newcombe differences over counts.
use super::{Side, Z95, share};

/// p below which a question is put. Strict, because every measure of every period is probed.
pub const QUESTION_BELOW: f64 = 0.001;
/// Fewer records than this and nothing is asked.
pub const LEAST_RECORDS: u64 = 30;

/// The outcome of a probe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// What was seen: a share or a difference of shares, as each probe says.
    pub figure: f64,
    /// One-sided p where the probe is a test.
    pub p: Option<f64>,
    /// The owner of the measure is asked.
    pub question: bool,
}

/// Bunching just inside a target: of the records in two equally narrow bands on either side of it, `inside` fell on the good
/// side. A smooth distribution gives about half (after McCrary, Journal of Econometrics 142 (2008) 698–714, for narrow
/// bands); `figure` is the share inside.
pub fn bunching(inside: u64, outside: u64) -> Option<Probe> {
    let n = inside.checked_add(outside)?;
    tested(inside, n, 0.5)
}

/// Edits after closing: `late` of this subject's `n` records, against the share among its peers.
pub fn edits_after_closing(late: u64, n: u64, peers_late: u64, peers_n: u64) -> Option<Probe> {
    if peers_n < LEAST_RECORDS || peers_late > peers_n {
        return None;
    }
    // one more late edit than the peers had: with none among them any single one would be an alarm
    tested(late, n, (peers_late as f64 + 1.0) / (peers_n as f64 + 2.0))
}

/// A falling invitation rate: (invited, served) before and after. `figure` is after less before.
pub fn falling_invitations(before: (u64, u64), after: (u64, u64)) -> Option<Probe> {
    moved(before, after, |lower, upper| upper < 0.0 && lower < 0.0)
}

/// A rising not-applicable rate: (not applicable, all) before and after. `figure` is after less before.
pub fn rising_not_applicable(before: (u64, u64), after: (u64, u64)) -> Option<Probe> {
    moved(before, after, |lower, upper| lower > 0.0 && upper > 0.0)
}

/// Paired measures that diverge: one got better while the other, meant to go with it, got worse, each beyond its interval.
/// Shares as (good, n) before and after; `figure` is the gap that opened: first change less second.
pub fn diverging(first: [(u64, u64); 2], second: [(u64, u64); 2]) -> Option<Probe> {
    let change = |[before, after]: [(u64, u64); 2]| {
        let enough = before.1.min(after.1) >= LEAST_RECORDS;
        enough.then(|| share::difference(after.0, after.1, before.0, before.1, Z95)).flatten()
    };
    let ((a, first), (b, second)) = (change(first)?, change(second)?);
    let question = first.lower > 0.0 && second.upper < 0.0 || first.upper < 0.0 && second.lower > 0.0;
    Some(Probe { figure: a - b, p: None, question })
}

fn tested(hits: u64, n: u64, line: f64) -> Option<Probe> {
    if n < LEAST_RECORDS || hits > n {
        return None;
    }
    let p = share::p_value(hits, n, line, Side::Above);
    Some(Probe { figure: hits as f64 / n as f64, p: Some(p), question: p < QUESTION_BELOW })
}

fn moved(before: (u64, u64), after: (u64, u64), asks: impl Fn(f64, f64) -> bool) -> Option<Probe> {
    if before.1.min(after.1) < LEAST_RECORDS {
        return None;
    }
    // 99.8 %: one-sided .001, as for the tests
    let (figure, limits) = share::difference(after.0, after.1, before.0, before.1, super::Z998)?;
    Some(Probe { figure, p: None, question: asks(limits.lower, limits.upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bunching_asks_on_a_cliff_and_not_on_a_slope() {
        assert!(bunching(90, 30).unwrap().question);
        assert!(!bunching(63, 57).unwrap().question);
        assert!(!bunching(30, 90).unwrap().question);
        assert_eq!(bunching(9, 1), None);
    }

    #[test]
    fn invitations_and_not_applicable_ask_in_one_direction_only() {
        assert!(falling_invitations((800, 1000), (600, 1000)).unwrap().question);
        assert!(!falling_invitations((600, 1000), (800, 1000)).unwrap().question);
        assert!(rising_not_applicable((20, 1000), (90, 1000)).unwrap().question);
        assert!(!rising_not_applicable((90, 1000), (20, 1000)).unwrap().question);
        assert!(!rising_not_applicable((20, 1000), (24, 1000)).unwrap().question);
        assert_eq!(falling_invitations((8, 10), (6, 10)), None);
    }

    #[test]
    fn a_pair_must_part_to_be_asked_about() {
        let (up, down) = ([(600, 1000), (800, 1000)], [(800, 1000), (600, 1000)]);
        assert!(diverging(up, down).unwrap().question);
        assert!(diverging(down, up).unwrap().question);
        assert!(!diverging(up, up).unwrap().question);
        assert!(!diverging(up, [(800, 1000), (799, 1000)]).unwrap().question);
    }

    #[test]
    fn edits_are_compared_with_the_peers() {
        assert!(edits_after_closing(20, 100, 30, 3000).unwrap().question);
        assert!(!edits_after_closing(1, 100, 0, 3000).unwrap().question);
        assert_eq!(edits_after_closing(1, 100, 0, 3), None);
    }
}
