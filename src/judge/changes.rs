//! What changed since the period before, and where each standard is heading: *act*, *watch* or wait for more evidence (C25), and
//! improving, stable or worsening over at least eight periods (C13). It is about the figure, and proposes nothing for anyone.

use super::Recommendations;
use super::trend;
use super::view::{View, at};
use crate::fairness::trend::{Advice, LEAST_RECORDS, change};
use crate::fairness::{Z95, charts};
use crate::measure::Tallies;
use crate::score::Direction;
use crate::workspace::Plan;

/// z of a two-sided 90 % interval over that of a 95 % one: how much narrower it is.
const NARROWER: f64 = 1.6448536269514722 / Z95;

/// A standard of one subject, held against the complete period before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Position in `Plan::standards`.
    pub standard: usize,
    /// Positions in `Readings::periods`.
    pub from: usize,
    pub to: usize,
    pub before: f64,
    pub after: f64,
    /// Fewer records of the two.
    pub records: u64,
    /// The 95 % interval of after less before.
    pub lower: f64,
    pub upper: f64,
    pub advice: Advice,
    /// In the direction that is worse.
    pub worse: bool,
}

/// Where a standard of one subject is heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    pub direction: charts::Direction,
    /// Measured complete periods behind it.
    pub periods: usize,
}

impl Recommendations {
    /// The change of a standard since the period before; `None` where either has no figure with an interval.
    pub fn change(&self, plan: &Plan, level: usize, subject: usize, standard: usize, period: usize) -> Option<Change> {
        let view = View::new(plan, &self.scorecards, &self.facts, level)?;
        let from = period.checked_sub(1)?;
        self.scorecards.readings.periods.get(from).filter(|p| p.complete)?;
        let measure = view.measure(standard)?;
        let (before, after) = (view.cell(subject, from), view.cell(subject, period));
        let n = |cell: usize| measure.figures.n.get(cell).copied().unwrap_or(0);
        let value = |cell: usize| at(&measure.figures.value, cell);
        let figure = |cell: usize| [value(cell), at(&measure.figures.lower, cell), at(&measure.figures.upper, cell)];
        let records = n(before).min(n(after));
        let plain = |cell: usize| value(cell).to_bits() == at(&measure.figures.raw, cell).to_bits();
        let (lower, upper, advice) = match &measure.tallies {
            Tallies::Share { hits, n } if plain(before) && plain(after) => {
                let counted = |cell: usize| Some((*hits.get(cell)?, *n.get(cell)?));
                let found = change(counted(before)?, counted(after)?)?;
                (found.interval.lower, found.interval.upper, found.advice)
            }
            _ => difference(figure(before), figure(after), records)?,
        };
        let worse = view.direction(standard).short(value(after), value(before));
        let (before, after) = (value(before), value(after));
        Some(Change { standard, from, to: period, before, after, records, lower, upper, advice, worse })
    }

    /// By the stated rule of `fairness::charts`; `None` on fewer than eight measured periods.
    pub fn heading(
        &self,
        plan: &Plan,
        level: usize,
        subject: usize,
        standard: usize,
        period: usize,
    ) -> Option<Heading> {
        let view = View::new(plan, &self.scorecards, &self.facts, level)?;
        let values = trend::values(&view, standard, subject, period);
        let lower_is_better = view.direction(standard) == Direction::Lower;
        let direction = charts::direction(&values, lower_is_better)?;
        Some(Heading { direction, periods: values.len() })
    }
}

/// MOVER over the two intervals (Zou and Donner 2008); for shares that is Newcombe's method.
fn difference([a, al, au]: [f64; 3], [b, bl, bu]: [f64; 3], records: u64) -> Option<(f64, f64, Advice)> {
    let below = ((b - bl).powi(2) + (au - a).powi(2)).sqrt();
    let above = ((bu - b).powi(2) + (a - al).powi(2)).sqrt();
    let (lower, upper) = (b - a - below, b - a + above);
    if !(lower.is_finite() && upper.is_finite()) {
        return None;
    }
    let leaves_out_zero = |by: f64| b - a - by * below > 0.0 || b - a + by * above < 0.0;
    let advice = match () {
        () if leaves_out_zero(1.0) => Advice::Act,
        () if records < LEAST_RECORDS => Advice::Insufficient,
        () if leaves_out_zero(NARROWER) => Advice::Watch,
        () => Advice::Steady,
    };
    Some((lower, upper, advice))
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use crate::score::fixture::*;
    use crate::score::score;
    use crate::workspace::SourceKind;

    fn of(months: &[(u64, u64)]) -> (Plan, Recommendations) {
        let mut plan = plan();
        plan.minimum.records = 10;
        standard(&mut plan, "satisfy", SourceKind::CustomerResponse, 0.6, 0.8);
        let readings = readings(vec![level("unit", 1, months.len(), vec![share_readings(months)])], months.len());
        let recommendations = judge(&plan, score(&plan, readings, &environment()), Facts::default());
        (plan, recommendations)
    }

    /// C25: 90 % extremely satisfied falling to 75 %.
    #[test]
    fn c25_act_watch_or_wait() {
        for (n, advice) in [(100, Advice::Act), (40, Advice::Watch), (20, Advice::Insufficient)] {
            let (plan, recommendations) = of(&[(n * 9 / 10, n), (n * 3 / 4, n)]);
            let found = recommendations.change(&plan, 0, 0, 0, 1).unwrap();
            assert_eq!((found.advice, found.worse, found.records), (advice, true, n));
        }
        let (plan, recommendations) = of(&[(30, 40)]);
        assert_eq!(recommendations.change(&plan, 0, 0, 0, 0), None, "nothing came before");
    }

    /// C13: a stated rule over at least eight periods.
    #[test]
    fn c13_eight_periods_before_anything_is_heading_anywhere() {
        let rising: Vec<(u64, u64)> = (0..16).map(|m| (if m < 8 { 60 + m % 2 } else { 80 + m % 2 }, 100)).collect();
        let (plan, recommendations) = of(&rising);
        let heading = |period| recommendations.heading(&plan, 0, 0, 0, period);
        assert_eq!(heading(6), None);
        assert_eq!(heading(7).map(|h| h.direction), Some(charts::Direction::Stable));
        let last = heading(15).unwrap();
        assert_eq!((last.direction, last.periods), (charts::Direction::Improving, 16));
    }

    #[test]
    fn the_difference_of_two_intervals_is_newcombes_for_shares() {
        let wilson = |x, n| {
            let i = crate::fairness::share::wilson(x, n, Z95).unwrap();
            [x as f64 / n as f64, i.lower, i.upper]
        };
        let (lower, upper, _) = difference(wilson(48, 80), wilson(56, 70), 70).unwrap();
        assert!((lower - 0.0524).abs() < 5e-5 && (upper - 0.3339).abs() < 5e-5, "{lower} {upper}");
    }
}
