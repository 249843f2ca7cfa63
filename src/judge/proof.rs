//! What a rule claims, and how far the records prove it: the figures that gates read.

use super::view::{View, at};
use crate::fairness::{Side, mean, normal, nps, rate, share};
use crate::measure::{State, Tallies};
use crate::score::Direction;
use crate::workspace::Rule;

/// What gates test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Standard(usize),
    /// The rule names only the score.
    Score,
}

/// One claim in one cell, as the gates of a sanction see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proof {
    pub n: u64,
    pub value: f64,
    pub best: f64,
    pub floor: f64,
    /// On enough records, the whole interval is worse than the floor.
    pub below: bool,
}

/// What a rule claims. Standards that don't apply to the subject are left out, unless none applies. One whose target
/// changed within the period does apply: it only can't be proven.
pub(super) fn claims(view: &View<'_>, rule: &Rule, cell: usize) -> Vec<Claim> {
    if rule.claims.is_empty() {
        return vec![Claim::Score];
    }
    let applies = |s: &&usize| view.state(**s, cell) != State::NotApplicable || view.without_line(**s, cell);
    let applicable: Vec<Claim> = rule.claims.iter().filter(applies).map(|s| Claim::Standard(*s)).collect();
    if applicable.is_empty() { rule.claims.iter().map(|s| Claim::Standard(*s)).collect() } else { applicable }
}

/// The standards behind a rule: those claimed, or for a claim on the score all that are measured.
pub(super) fn standards_behind(view: &View<'_>, rule: &Rule, cell: usize) -> Vec<usize> {
    let mut standards = Vec::new();
    for claim in claims(view, rule, cell) {
        match claim {
            Claim::Standard(standard) => standards.push(standard),
            Claim::Score => standards.extend(scored(view).into_iter().filter(|s| view.measured(*s, cell))),
        }
    }
    standards
}

/// The standards that the score is made of.
pub(super) fn scored(view: &View<'_>) -> Vec<usize> {
    match view.plan.scoring.total {
        Some(total) => view.leaves(crate::workspace::Part::Group(total)),
        None => (0..view.plan.standards.len()).collect(),
    }
}

/// Reads a claim in a cell; `minimum` is that of the gate.
pub(super) fn proof(view: &View<'_>, claim: Claim, cell: usize, minimum: u64) -> Proof {
    match claim {
        Claim::Score => {
            let [score, _, upper] = view.gate_score(cell);
            let line = view.plan.fairness.sanction_line;
            let standards = scored(view).into_iter().filter(|s| view.measured(*s, cell));
            let sampled = standards.filter(|s| !view.is_census(*s));
            let n = sampled.filter_map(|s| view.gate_side(s)?.1.n.get(cell).copied()).min().unwrap_or(0);
            let below = n >= minimum && Direction::Higher.short(upper, line);
            Proof { n, value: score, best: upper, floor: line, below }
        }
        Claim::Standard(standard) => {
            let direction = view.direction(standard);
            let floor = view.card(standard).map_or(f64::NAN, |card| at(&card.floor, cell));
            let nothing = Proof { n: 0, value: f64::NAN, best: f64::NAN, floor, below: false };
            let Some((_, figures)) = view.gate_side(standard) else { return nothing };
            if matches!(view.state(standard, cell), State::NotApplicable | State::Failed) {
                return nothing;
            }
            let n = figures.n.get(cell).copied().unwrap_or(0);
            let best = direction.best(at(&figures.lower, cell), at(&figures.upper, cell));
            let below = n >= minimum && direction.short(best, floor);
            Proof { n, value: at(&figures.value, cell), best, floor, below }
        }
    }
}

/// One-sided p of the true value being worse than the floor: exact for shares and rates, t or z for the others; 1 where
/// there are too few records, no floor or no interval.
pub(super) fn p_value(view: &View<'_>, claim: Claim, cell: usize, minimum: u64) -> f64 {
    let read = proof(view, claim, cell, minimum);
    if read.n < minimum || read.value.is_nan() || read.best.is_nan() || read.floor.is_nan() {
        return 1.0;
    }
    match claim {
        Claim::Score => tail(read.value, read.best, read.floor, Direction::Higher),
        Claim::Standard(standard) => of_standard(view, standard, cell, &read).clamp(0.0, 1.0),
    }
}

fn of_standard(view: &View<'_>, standard: usize, cell: usize, read: &Proof) -> f64 {
    let Some((tallies, figures)) = view.gate_side(standard) else { return 1.0 };
    let direction = view.direction(standard);
    let side = if direction == Direction::Higher { Side::Below } else { Side::Above };
    // Case mix shifts the value; the raw tally is tested against a floor shifted back by as much.
    let shift = read.value - at(&figures.raw, cell);
    let floor = if shift.is_nan() { read.floor } else { read.floor - shift };
    let by_interval = || tail(read.value, read.best, read.floor, direction);
    let count = |column: &Vec<u64>| column.get(cell).copied().unwrap_or(0);
    let wide = |column: &Vec<i128>| column.get(cell).copied().unwrap_or(0) as f64;
    match tallies {
        Tallies::Share { hits, n } => share::p_value(count(hits), count(n), floor.clamp(0.0, 1.0), side),
        Tallies::Nps { promoters, detractors, n } => {
            nps::p_value(count(promoters), count(detractors), count(n), floor.clamp(-100.0, 100.0), side)
        }
        Tallies::Moments { n, sum, squares, decimals } => {
            let one = 10f64.powi(i32::from(*decimals));
            let (n, sum, squares) = (count(n), wide(sum) / one, wide(squares) / (one * one));
            let mean = if n > 0 { sum / n as f64 } else { f64::NAN };
            let variance = (squares - sum * mean) / (n as f64 - 1.0);
            // One row, or all alike: the interval comes from the peers' pooled deviation, and so does the test.
            if n < 2 || variance <= 0.0 {
                return by_interval();
            }
            mean::p_value(mean, variance.sqrt(), n, n as f64 - 1.0, floor, side)
        }
        Tallies::Rate { events, per, decimals, scale, .. } => {
            let one = 10f64.powi(i32::from(*decimals));
            // An adjusted rate is the observed over the expected: the floor shrinks by the same factor.
            let factor = at(&figures.raw, cell) / read.value;
            let floor = if factor.is_finite() && factor > 0.0 { read.floor * factor } else { read.floor };
            rate::p_value(wide(events) / one, floor * wide(per) / one / scale, side)
        }
        Tallies::Histogram { cells, at: quantile, decimals } => {
            let one = 10f64.powi(i32::from(*decimals));
            let Some(histogram) = cells.get(cell) else { return 1.0 };
            sign_test(histogram, one, floor, *quantile, side)
        }
        // Sums, counts and cadences have no interval, and got no further.
        Tallies::Ratio { .. }
        | Tallies::Count { .. }
        | Tallies::Slots { .. }
        | Tallies::Reported { .. }
        | Tallies::Formula => by_interval(),
    }
}

/// Sign test of a quantile (Conover 1999, 3.2): if the true quantile lay at the line or on its good side, the count of
/// values on the bad side would be binomial with at most (at least) the quantile's share.
fn sign_test(histogram: &[(i64, u64)], one: f64, line: f64, quantile: f64, side: Side) -> f64 {
    let n: u64 = histogram.iter().map(|(_, count)| count).sum();
    let count = |under: &dyn Fn(f64) -> bool| -> u64 {
        histogram.iter().filter(|(value, _)| under(*value as f64 / one)).map(|(_, count)| count).sum()
    };
    match side {
        Side::Below => share::p_value(count(&|value| Direction::Higher.short(value, line)), n, quantile, Side::Above),
        Side::Above => share::p_value(count(&|value| !Direction::Higher.beyond(value, line)), n, quantile, Side::Below),
    }
}

/// Normal one-sided p from the half of the 95 % interval that points to the line.
fn tail(value: f64, best: f64, line: f64, direction: Direction) -> f64 {
    let error = (best - value).abs() / crate::fairness::Z95;
    if error <= 0.0 {
        return if direction.short(value, line) { 0.0 } else { 1.0 };
    }
    let distance = if direction == Direction::Higher { line - value } else { value - line };
    normal::cdf(-distance / error)
}

/// The kinds of sources a standard rests on, sorted.
pub(super) fn source_kinds(view: &View<'_>, standard: usize) -> Vec<crate::workspace::SourceKind> {
    let Some(about) = view.plan.standards.get(standard) else { return Vec::new() };
    let sources = crate::score::sources_of(view.plan, about.measure);
    let mut kinds: Vec<_> = sources.iter().filter_map(|s| view.plan.sources.get(*s)).map(|s| s.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
