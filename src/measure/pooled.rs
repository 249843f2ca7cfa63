//! Several cells together: the integers that were counted for each are added, and the figure and its interval come of the sum by
//! the measure's own method. Never a mean of figures. Nothing is adjusted for the mix of work: what is told of the whole is what
//! happened.

use std::ops::Range;

use super::peers::Peers;
use super::tallies::Overflow;
use super::{Figures, LevelReadings, Readings, State, figures, formula};
use crate::fairness::Interval;
use crate::language::Environment;
use crate::workspace::{Form, Plan};

/// Figures of a measure, one entry a group of cells.
#[derive(Clone, Debug)]
pub struct Pool {
    pub figures: Figures,
    pub state: Vec<State>,
    /// Cells of the group in which something was measured.
    pub measured: Vec<usize>,
    /// Method id of value and interval.
    pub method: &'static str,
    /// Counted in full: the figure is what it is, and has no interval.
    pub census: bool,
}

impl Pool {
    /// What the figure of a group is known to lie in: its interval; of what was counted in full, the figure itself.
    pub fn known(&self, group: usize) -> Option<Interval> {
        let value = self.figures.value.get(group).copied().filter(|v| !v.is_nan())?;
        let full = Interval { lower: value, upper: value };
        self.figures.interval(group).or_else(|| self.census.then_some(full))
    }
}

/// Which cells of a level go together.
#[derive(Clone, Debug)]
pub struct Pooling {
    /// By cell; past the last group where a cell belongs to none.
    pub to: Vec<u32>,
    pub groups: usize,
}

impl Pooling {
    /// Each subject over a range of periods.
    pub fn window(readings: &Readings, level: &LevelReadings, periods: &Range<usize>) -> Self {
        let (width, groups) = (readings.periods.len(), level.subjects.len());
        let group = |cell: usize| match (cell.checked_rem(width), cell.checked_div(width)) {
            (Some(period), Some(subject)) if periods.contains(&period) => subject as u32,
            _ => u32::MAX,
        };
        Self { to: (0..width * groups).map(group).collect(), groups }
    }
}

impl Readings {
    /// A measure over groups of a level's cells. What doesn't fit its integers, or breaks a limit, is `Failed`.
    pub fn pooled(&self, plan: &Plan, level: &LevelReadings, measure: usize, pooling: &Pooling) -> Pool {
        let groups = pooling.groups;
        let census = is_census(plan, measure, plan.measures.len());
        let environment = Environment { calendar: plan.calendar.clone() };
        let pooler = Pooler { plan, level, pooling, environment, census };
        let (figures, mut state) = pooler.of(measure, plan.measures.len()).unwrap_or_else(|Overflow| {
            let mut none = Figures::default();
            (0..groups).for_each(|_| none.push(0, f64::NAN, None));
            (none, vec![State::Failed; groups])
        });
        let mut measured = vec![0; groups];
        let readings = level.measures.get(measure);
        for (cell, group) in pooling.to.iter().enumerate() {
            let value = readings.and_then(|m| m.figures.value.get(cell)).is_some_and(|v| !v.is_nan());
            if let Some(measured) = measured.get_mut(*group as usize).filter(|_| value) {
                *measured += 1;
            }
        }
        for (group, state) in state.iter_mut().enumerate() {
            *state = pooler.state(*state, &figures, group);
        }
        let method = match plan.measures.get(measure).map(|m| &m.form) {
            Some(Form::Formula { .. }) | None => readings.map_or("formula.none", |m| m.method),
            Some(form) => figures::method(form, false, plan.fairness.methods.share),
        };
        Pool { figures, state, measured, method, census }
    }
}

/// Counted in full, not seen in part: sums and counts, and what is computed of nothing else.
fn is_census(plan: &Plan, measure: usize, rounds: usize) -> bool {
    match plan.measures.get(measure).map(|m| &m.form) {
        Some(Form::Sum(_) | Form::Count | Form::Cadence { .. }) => true,
        Some(Form::Formula { inputs, .. }) => {
            rounds > 0 && !inputs.is_empty() && inputs.iter().all(|i| is_census(plan, *i, rounds - 1))
        }
        _ => false,
    }
}

struct Pooler<'a> {
    plan: &'a Plan,
    level: &'a LevelReadings,
    pooling: &'a Pooling,
    environment: Environment,
    census: bool,
}

impl Pooler<'_> {
    /// Figures, and what stands in their way, as far as the cells say: `Failed`, `Doubtful`, else `Measured`. `rounds` bounds how
    /// deep formulas go.
    fn of(&self, measure: usize, rounds: usize) -> Result<(Figures, Vec<State>), Overflow> {
        let (to, groups) = (&self.pooling.to, self.pooling.groups);
        let (Some(written), Some(readings)) = (self.plan.measures.get(measure), self.level.measures.get(measure))
        else {
            return Err(Overflow);
        };
        if let Form::Formula { program, inputs } = &written.form {
            let below = rounds.checked_sub(1).ok_or(Overflow)?;
            let inputs = inputs.iter().map(|i| self.of(*i, below)).collect::<Result<Vec<_>, _>>()?;
            let read: Vec<Option<&Figures>> = inputs.iter().map(|(figures, _)| Some(figures)).collect();
            let figures = formula::figures(program, &read, groups, &self.environment).map_err(|_| Overflow)?;
            let worst = |group: usize| {
                let states = inputs.iter().filter_map(|(_, states)| states.get(group).copied());
                states.max_by_key(|s| severity(*s)).unwrap_or(State::Measured)
            };
            return Ok((figures, (0..groups).map(worst).collect()));
        }
        if matches!(written.form, Form::Reported { .. }) {
            return Ok(self.reported(measure));
        }
        let tallies = readings.tallies.added(to, groups)?;
        let peers = Peers { group: vec![0; groups], groups: 1, shares: self.plan.fairness.methods.share };
        let figures = figures::of(&tallies, matches!(written.form, Form::Sum(_)), &peers);
        let missing = self.missing(&readings.rows.missing);
        let counted = matches!(written.form, Form::CountedShare { .. } | Form::CountedNps { .. });
        let (failed, doubted) = (self.any(&readings.state, State::Failed), self.any(&readings.state, State::Doubtful));
        let holds = |of: &[bool], group: usize| of.get(group).copied().unwrap_or(false);
        let state = (0..groups).map(|group| {
            let n = figures.n.get(group).copied().unwrap_or(0);
            let missing = missing.get(group).copied().unwrap_or(0);
            // Already counted columns: a row stands for many, so their own cells say whether too much is missing.
            let doubtful = match counted {
                true => holds(&doubted, group),
                false => missing as f64 > written.max_missing * (missing + n) as f64,
            };
            match doubtful {
                _ if holds(&failed, group) => State::Failed,
                true => State::Doubtful,
                false => State::Measured,
            }
        });
        let state = state.collect();
        Ok((figures, state))
    }

    /// The one reported figure of each group, where it holds one cell that has any.
    fn reported(&self, measure: usize) -> (Figures, Vec<State>) {
        let groups = self.pooling.groups;
        let mut held: Vec<Vec<usize>> = vec![Vec::new(); groups];
        let readings = self.level.measures.get(measure);
        for (cell, group) in self.pooling.to.iter().enumerate() {
            let value = readings.and_then(|m| m.figures.value.get(cell)).is_some_and(|v| !v.is_nan());
            if let Some(held) = held.get_mut(*group as usize).filter(|_| value) {
                held.push(cell);
            }
        }
        let mut figures = Figures::default();
        for cells in held {
            match (cells.as_slice(), readings) {
                ([cell], Some(readings)) => {
                    let value = readings.figures.value.get(*cell).copied().unwrap_or(f64::NAN);
                    let n = readings.figures.n.get(*cell).copied().unwrap_or(0);
                    figures.push(n, value, readings.figures.interval(*cell));
                }
                _ => figures.push(0, f64::NAN, None),
            }
        }
        figures.raw = figures.value.clone();
        (figures, vec![State::Measured; groups])
    }

    fn missing(&self, missing: &[u64]) -> Vec<u64> {
        let mut sums = vec![0u64; self.pooling.groups];
        for (rows, group) in missing.iter().zip(&self.pooling.to) {
            if let Some(sum) = sums.get_mut(*group as usize) {
                *sum = sum.saturating_add(*rows);
            }
        }
        sums
    }

    /// By group: a cell of it has this state.
    fn any(&self, states: &[State], wanted: State) -> Vec<bool> {
        let mut found = vec![false; self.pooling.groups];
        for (_, group) in states.iter().zip(&self.pooling.to).filter(|(state, _)| **state == wanted) {
            if let Some(found) = found.get_mut(*group as usize) {
                *found = true;
            }
        }
        found
    }

    fn state(&self, so_far: State, figures: &Figures, group: usize) -> State {
        let n = figures.n.get(group).copied().unwrap_or(0);
        if so_far == State::Failed {
            State::Failed
        } else if figures.value.get(group).is_none_or(|v| v.is_nan()) {
            State::Unmeasured
        } else if n < self.plan.minimum.records && !self.census {
            State::TooFew
        } else {
            so_far
        }
    }
}

fn severity(state: State) -> u8 {
    match state {
        State::Failed => 2,
        State::Doubtful => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Tallies;
    use crate::score::fixture::*;
    use crate::workspace::SourceKind;

    /// One unit over three months of a share.
    fn pooled(months: &[(u64, u64)], change: impl FnOnce(&mut Readings)) -> Pool {
        let mut plan = plan();
        standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
        let cells = share_readings(months);
        let mut readings = readings(vec![level("unit", 1, months.len(), vec![cells])], months.len());
        change(&mut readings);
        let pooling = Pooling::window(&readings, &readings.levels[0], &(0..months.len()));
        readings.pooled(&plan, &readings.levels[0], 0, &pooling)
    }

    #[test]
    fn records_are_added_and_shares_are_never_averaged() {
        // The mean of 90 % and 50 % is 70 %; 95 of 110 is 86.4 %.
        let pool = pooled(&[(90, 100), (5, 10), (0, 0)], |_| {});
        assert_eq!((pool.figures.n[0], pool.figures.value[0]), (110, 95.0 / 110.0));
        let (lower, upper) = wilson(95, 110);
        assert_eq!(pool.known(0), Some(Interval { lower, upper }));
        assert_eq!((pool.state[0], pool.measured[0], pool.method), (State::Measured, 2, "share.wilson"));
    }

    #[test]
    fn what_stands_in_the_way_of_a_month_stands_in_the_way_of_all() {
        let many = [(90, 100); 3];
        assert_eq!(pooled(&[(9, 10); 2], |_| {}).state[0], State::TooFew);
        assert_eq!(pooled(&[(0, 0); 2], |_| {}).state[0], State::Unmeasured);
        let failed = |r: &mut Readings| r.levels[0].measures[0].state[1] = State::Failed;
        assert_eq!(pooled(&many, failed).state[0], State::Failed);
        // 80 of 380 rows are missing: more than a fifth; 60 of 360 aren't.
        let missing = |rows: u64| move |r: &mut Readings| r.levels[0].measures[0].rows.missing = vec![0, rows, 0];
        assert_eq!(pooled(&many, missing(80)).state[0], State::Doubtful);
        assert_eq!(pooled(&many, missing(60)).state[0], State::Measured);
    }

    #[test]
    fn what_does_not_fit_has_failed() {
        let wide = |r: &mut Readings| {
            r.levels[0].measures[0].tallies = Tallies::Share { hits: vec![1, 1], n: vec![u64::MAX, 1] };
        };
        assert_eq!(pooled(&[(1, 1); 2], wide).state[0], State::Failed);
    }

    #[test]
    fn groups_are_what_somebody_says() {
        let mut plan = plan();
        standard(&mut plan, "answer", SourceKind::Record, 0.6, 0.8);
        let cells = share_readings(&[(10, 20), (30, 40), (1, 50), (2, 60)]);
        let readings = readings(vec![level("unit", 2, 2, vec![cells])], 2);
        let pooling = Pooling { to: vec![0, 1, u32::MAX, 0], groups: 2 };
        let pool = readings.pooled(&plan, &readings.levels[0], 0, &pooling);
        assert_eq!((pool.figures.n, pool.figures.value), (vec![80, 40], vec![12.0 / 80.0, 0.75]));
    }
}
