//! Measures over other measures: the value of each cell from the values of its inputs, the interval by MOVER where the
//! formula is linear in them, else none.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::levels::Level;
use super::{Figures, MeasureReadings, RowStates, State, Tallies, codes};
use crate::diagnostic::Diagnostic;
use crate::fairness::{Interval, mover};
use crate::language::{Breach, Column, Environment, Frame, Program};
use crate::said;
use crate::workspace::{Form, Measure};

/// Fills the formulas of a level, each after its inputs. Gives those that broke a limit.
pub(crate) fn fill(level: &Level<'_>, measures: &mut [Option<MeasureReadings>]) -> Vec<(usize, Diagnostic)> {
    let mut failures = Vec::new();
    // One round fills at least one formula, unless they go round in a circle (which the plan refuses).
    for _ in 0..measures.len() {
        let mut filled = false;
        for (position, measure) in level.plan.measures.iter().enumerate() {
            let Form::Formula { program, inputs } = &measure.form else { continue };
            let ready = |p: &usize| measures.get(*p).is_some_and(Option::is_some) || !is_pending(level, *p);
            if measures.get(position).is_none_or(Option::is_some) || !inputs.iter().all(ready) {
                continue;
            }
            let read: Vec<Option<&MeasureReadings>> =
                inputs.iter().map(|p| measures.get(*p).and_then(Option::as_ref)).collect();
            let readings = match readings(level, program, &read) {
                Ok(readings) => readings,
                Err(breach) => {
                    failures.push((position, failed(measure, &breach)));
                    nothing(level, &read, State::Failed)
                }
            };
            measures[position] = Some(readings);
            filled = true;
        }
        if !filled {
            break;
        }
    }
    failures
}

/// An input that a later round may fill.
fn is_pending(level: &Level<'_>, position: usize) -> bool {
    level.plan.measures.get(position).is_some_and(|m| matches!(m.form, Form::Formula { .. }))
}

fn failed(measure: &Measure, breach: &Breach) -> Diagnostic {
    let what = said!("measure `{measure}` could not be evaluated: {why}", measure = *measure.id, why = breach.message);
    Diagnostic::error(&codes::FAILED, what)
        .at(breach.span, said!("it happens here"))
        .help(said!("nobody is judged on this measure until the formula holds for everyone"))
}

fn readings(
    level: &Level<'_>,
    program: &Program,
    inputs: &[Option<&MeasureReadings>],
) -> Result<MeasureReadings, Breach> {
    let environment = Environment { calendar: level.plan.calendar.clone() };
    let cells = level.peers.group.len();
    let main: Vec<Option<&Figures>> = inputs.iter().map(|i| i.map(|i| &i.figures)).collect();
    let figures = figures(program, &main, cells, &environment)?;
    let person_side = if inputs.iter().flatten().any(|i| i.person_side.is_some()) {
        let side: Vec<Option<&Figures>> = inputs
            .iter()
            .map(|i| i.map(|i| i.person_side.as_ref().map_or(&i.figures, |(_, figures)| figures)))
            .collect();
        Some((Tallies::Formula, self::figures(program, &side, cells, &environment)?))
    } else {
        None
    };
    let state = (0..cells).map(|cell| state(level, &figures, inputs, cell)).collect();
    let method = if program.linear().is_some() { "formula.mover" } else { "formula.none" };
    let agreements = inputs.iter().flatten().filter_map(|i| i.agreement);
    Ok(MeasureReadings {
        tallies: Tallies::Formula,
        rows: RowStates::default(),
        estimate: figures.value.clone(),
        reliability: vec![f64::NAN; cells],
        state,
        method,
        person_side,
        lines: BTreeMap::new(),
        // Raters of one input that don't agree make the formula as doubtful as the input.
        agreement: agreements.reduce(f64::min),
        figures,
    })
}

/// All cells without a value.
fn nothing(level: &Level<'_>, inputs: &[Option<&MeasureReadings>], state: State) -> MeasureReadings {
    let cells = level.peers.group.len();
    let mut figures = Figures::default();
    for cell in 0..cells {
        figures.push(least(inputs.iter().map(|i| i.map(|i| &i.figures)), cell), f64::NAN, None);
    }
    figures.raw = figures.value.clone();
    MeasureReadings {
        tallies: Tallies::Formula,
        rows: RowStates::default(),
        estimate: figures.value.clone(),
        reliability: vec![f64::NAN; cells],
        state: vec![state; cells],
        method: "formula.none",
        person_side: None,
        lines: BTreeMap::new(),
        agreement: None,
        figures,
    }
}

/// A formula rests on as many records as its weakest input.
fn least<'f>(inputs: impl Iterator<Item = Option<&'f Figures>>, cell: usize) -> u64 {
    inputs.map(|i| i.and_then(|f| f.n.get(cell)).copied().unwrap_or(0)).min().unwrap_or(0)
}

pub(super) fn figures(
    program: &Program,
    inputs: &[Option<&Figures>],
    cells: usize,
    environment: &Environment,
) -> Result<Figures, Breach> {
    let evaluated = |pick: &dyn Fn(&Figures) -> &Vec<f64>| {
        let none = || Column::Number(Arc::new(vec![f64::NAN; cells]));
        let columns: Vec<Column> =
            inputs.iter().map(|i| i.map_or_else(none, |f| Column::Number(Arc::new(pick(f).clone())))).collect();
        program.evaluate(Frame { rows: cells, columns: &columns }, environment)
    };
    let value = evaluated(&|f| &f.value)?;
    let raw = evaluated(&|f| &f.raw)?;
    let linear = program.linear();
    let mut figures = Figures::default();
    for cell in 0..cells {
        let interval = linear.as_ref().and_then(|(terms, constant)| interval(terms, *constant, inputs, cell));
        figures.push(least(inputs.iter().copied(), cell), super::evaluation::number(&value, cell), interval);
        figures.raw.push(super::evaluation::number(&raw, cell));
    }
    Ok(figures)
}

fn interval(terms: &[(usize, f64)], constant: f64, inputs: &[Option<&Figures>], cell: usize) -> Option<Interval> {
    let parts: Option<Vec<(f64, f64, f64, f64)>> = terms
        .iter()
        .map(|(slot, coefficient)| {
            let figures = inputs.get(*slot).copied().flatten()?;
            let interval = figures.interval(cell)?;
            Some((*coefficient, *figures.value.get(cell)?, interval.lower, interval.upper))
        })
        .collect();
    mover::linear(&parts?, constant)
}

/// What stands in the way of one input stands in the way of the formula.
fn state(level: &Level<'_>, figures: &Figures, inputs: &[Option<&MeasureReadings>], cell: usize) -> State {
    let states = || inputs.iter().map(|i| i.and_then(|i| i.state.get(cell)).copied().unwrap_or(State::Unmeasured));
    if states().any(|s| s == State::Failed) {
        return State::Failed;
    }
    if figures.value.get(cell).is_none_or(|v| v.is_nan()) {
        let without = [State::Unmeasured, State::NotDue, State::NotApplicable];
        return without.into_iter().find(|w| states().any(|s| s == *w)).unwrap_or(State::Unmeasured);
    }
    // What counts everything that was due stands for no sample; what is left must be enough.
    let sampled = |i: &&&MeasureReadings| !matches!(i.tallies, Tallies::Slots { .. });
    let few = |i: &MeasureReadings| i.figures.n.get(cell).is_none_or(|n| *n < level.plan.minimum.records);
    if inputs.iter().flatten().filter(sampled).any(|i| few(i)) {
        State::TooFew
    } else if states().any(|s| s == State::Doubtful) {
        State::Doubtful
    } else {
        State::Measured
    }
}
