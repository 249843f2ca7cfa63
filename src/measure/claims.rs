//! What the charter says of the service, held against what was measured over the time that it speaks of (C14, C47, C55). It says
//! whether a sentence is supported; nobody is judged by it.

use std::ops::Range;

use super::{LevelReadings, Pool, Pooling, Readings, State};
use crate::fairness::claim::{self, Support};
use crate::fairness::{Interval, mover};
use crate::workspace::{Claimed, Plan, PublicClaim};

/// Why nothing can be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The periods on record don't reach back as far as the claim does.
    TooShort,
    Unmeasured,
    TooFew,
    /// Too much is missing.
    Doubtful,
    /// An expression could not be evaluated.
    Failed,
    /// The figure has no interval, and isn't counted in full.
    NoInterval,
    /// The line, or zero, lies inside of the interval.
    Inside,
}

impl Doubt {
    pub fn word(self) -> &'static str {
        match self {
            Doubt::TooShort => "too_short",
            Doubt::Unmeasured => "unmeasured",
            Doubt::TooFew => "too_few",
            Doubt::Doubtful => "doubtful",
            Doubt::Failed => "failed",
            Doubt::NoInterval => "no_interval",
            Doubt::Inside => "inside",
        }
    }
}

/// A claim at one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimReading {
    /// Position among the subjects of the claim's level.
    pub subject: usize,
    pub support: Support,
    /// Set where it is unknown.
    pub doubt: Option<Doubt>,
    pub n: u64,
    /// NaN without a figure.
    pub value: f64,
    /// None of what was counted in full, and where there is none.
    pub interval: Option<Interval>,
    /// Of what it is compared with: n, value, and the interval of the difference.
    pub other: Option<(u64, f64, Option<Interval>)>,
    /// Periods in which something was measured.
    pub measured: usize,
}

/// A claim, at each subject of its level of which something was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldClaim {
    /// Position in `Plan::claims`.
    pub claim: usize,
    /// Of all subjects together.
    pub support: Support,
    /// The first doubt where it is unknown.
    pub doubt: Option<Doubt>,
    /// Periods on record that it speaks of.
    pub periods: Range<usize>,
    pub readings: Vec<ClaimReading>,
    /// Method id of its figure.
    pub method: &'static str,
    /// Counted in full: no interval is needed.
    pub census: bool,
}

/// Every claim of the charter, in its order, as of the last judged period.
pub fn claims(plan: &Plan, readings: &Readings) -> Vec<HeldClaim> {
    let Some(judged) = readings.judged.last().copied() else { return Vec::new() };
    plan.claims
        .iter()
        .enumerate()
        .filter_map(|(position, claim)| held(plan, readings, position, claim, judged))
        .collect()
}

fn held(plan: &Plan, readings: &Readings, position: usize, claim: &PublicClaim, judged: usize) -> Option<HeldClaim> {
    let level = readings.levels.get(claim.level)?;
    let end = judged + 1;
    let periods = end.saturating_sub(claim.over)..end;
    let short = periods.len() < claim.over;
    let pooling = Pooling::window(readings, level, &periods);
    let own = readings.pooled(plan, level, claim.measure, &pooling);
    let other = match claim.claimed {
        Claimed::BetterThan(other) => Some(readings.pooled(plan, level, other, &pooling)),
        _ => None,
    };
    let lower = plan.measures.get(claim.measure).is_some_and(|m| m.lower_is_better);
    let found = subjects(level, &own, other.as_ref()).map(|subject| {
        let (support, doubt) = said(claim, &own, other.as_ref(), subject, lower);
        let (support, doubt) = match short && doubt != Some(Doubt::Failed) {
            true => (Support::Unknown, Some(Doubt::TooShort)),
            false => (support, doubt),
        };
        let figure = |pool: &Pool| {
            let n = pool.figures.n.get(subject).copied().unwrap_or(0);
            (n, pool.figures.value.get(subject).copied().unwrap_or(f64::NAN))
        };
        let (n, value) = figure(&own);
        ClaimReading {
            subject,
            support,
            doubt,
            n,
            value,
            interval: own.figures.interval(subject),
            other: other.as_ref().map(|other| {
                let (n, value) = figure(other);
                (n, value, difference(&own, other, subject))
            }),
            measured: own.measured.get(subject).copied().unwrap_or(0),
        }
    });
    let found: Vec<ClaimReading> = found.collect();
    let support = Support::of_all(found.iter().map(|f| f.support));
    let doubt = match support {
        Support::Unknown => Some(found.iter().find_map(|f| f.doubt).unwrap_or(Doubt::Unmeasured)),
        _ => None,
    };
    let census = own.census && other.as_ref().is_none_or(|o| o.census);
    Some(HeldClaim { claim: position, support, doubt, periods, readings: found, method: own.method, census })
}

/// Those of which something was measured, or could not be: a unit without such work says nothing for or against it.
fn subjects<'a>(level: &'a LevelReadings, own: &'a Pool, other: Option<&'a Pool>) -> impl Iterator<Item = usize> + 'a {
    let touched = |pool: &Pool, s: usize| {
        pool.state.get(s) == Some(&State::Failed) || pool.measured.get(s).is_some_and(|m| *m > 0)
    };
    (0..level.subjects.len()).filter(move |s| touched(own, *s) || other.is_some_and(|o| touched(o, *s)))
}

/// What may be said of a claim at one subject.
fn said(
    claim: &PublicClaim,
    own: &Pool,
    other: Option<&Pool>,
    subject: usize,
    lower_is_better: bool,
) -> (Support, Option<Doubt>) {
    let doubts = [Some(own), other].into_iter().flatten().filter_map(|pool| doubt(pool, subject));
    // What can't be evaluated comes before what was not measured.
    if let Some(doubt) = doubts.max_by_key(|d| *d == Doubt::Failed) {
        return (Support::Unknown, Some(doubt));
    }
    let support = match (claim.claimed, other) {
        (Claimed::AtLeast(line), _) => own.known(subject).map(|i| claim::at_least(i, line)),
        (Claimed::AtMost(line), _) => own.known(subject).map(|i| claim::at_most(i, line)),
        (Claimed::BetterThan(_), Some(other)) => difference(own, other, subject).map(|d| match lower_is_better {
            true => claim::above_zero(Interval { lower: -d.upper, upper: -d.lower }),
            false => claim::above_zero(d),
        }),
        (Claimed::BetterThan(_), None) => None,
    };
    match support {
        None => (Support::Unknown, Some(Doubt::NoInterval)),
        Some(Support::Unknown) => (Support::Unknown, Some(Doubt::Inside)),
        Some(support) => (support, None),
    }
}

fn doubt(pool: &Pool, subject: usize) -> Option<Doubt> {
    match pool.state.get(subject)? {
        State::Measured => None,
        State::Failed => Some(Doubt::Failed),
        State::TooFew => Some(Doubt::TooFew),
        State::Doubtful => Some(Doubt::Doubtful),
        State::Unmeasured | State::NotApplicable | State::NotDue => Some(Doubt::Unmeasured),
    }
}

/// The interval of the first figure less the second: MOVER, which for shares is Newcombe's.
fn difference(own: &Pool, other: &Pool, subject: usize) -> Option<Interval> {
    let term = |pool: &Pool, by: f64| {
        let interval = pool.known(subject)?;
        Some((by, *pool.figures.value.get(subject)?, interval.lower, interval.upper))
    };
    mover::linear(&[term(own, 1.0)?, term(other, -1.0)?], 0.0)
}
