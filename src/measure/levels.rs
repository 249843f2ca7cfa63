//! From `Counts` to Readings: every level is added up from the seats, never averaged; then figures, adjustment, states,
//! estimates. It can be called alone, on tallies that were drawn instead of counted.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::counts::{Counted, CountedTable, Counts};
use super::estimates::{self, Priors};

use super::peers::Peers;
use super::strata::{self, Share};
use super::subjects::PERSON;
use super::tallies::{self, Overflow};
use super::tally::{NO_LINE, SEVERAL_LINES, same_line};
use super::{Figures, LevelReadings, MeasureReadings, RowStates, State, Tallies, codes, figures, formula};
use crate::diagnostic::Diagnostic;
use crate::fairness::{Interval, Z95, standardisation};
use crate::language::Value;
use crate::said;
use crate::workspace::{Form, Measure, Plan};

/// Readings of every level from the counts. Failures are formulas that broke a limit; the error is an overflow.
#[allow(clippy::type_complexity)] // the levels, and failures by measure as `Readings` holds them
pub fn levels(
    plan: &Plan,
    counts: &Counts,
    priors: Priors,
) -> Result<(Vec<LevelReadings>, Vec<(usize, Diagnostic)>), Vec<Diagnostic>> {
    let mut levels = Vec::new();
    let mut failures = Vec::new();
    for level in 0..plan.levels.len() {
        let (readings, failed) =
            Level::new(plan, counts, level, priors).readings().map_err(|Overflow| vec![overflow()])?;
        failures.extend(failed);
        levels.push(readings);
    }
    failures.sort_by_key(|f| f.0);
    failures.dedup_by_key(|f| f.0);
    Ok((levels, failures))
}

pub(super) fn overflow() -> Diagnostic {
    Diagnostic::error(&codes::OVERFLOW, said!("the records of a level add up to more than can be counted exactly"))
        .help(said!("give the measures or their fields fewer `decimals:`, or measure in larger units"))
}

/// One level under way.
pub(crate) struct Level<'a> {
    pub plan: &'a Plan,
    pub counts: &'a Counts,
    pub level: usize,
    pub peers: Peers,
    pub priors: Priors,
    cells: usize,
    judged: Vec<bool>,
}

impl<'a> Level<'a> {
    fn new(plan: &'a Plan, counts: &'a Counts, level: usize, priors: Priors) -> Self {
        let subjects = counts.subjects.get(level).map_or(&[][..], |s| s);
        let peers = Peers::of(plan, level, subjects, &counts.periods);
        Self::with_peers(plan, counts, level, peers, priors)
    }

    /// For a caller that knows the peers already.
    pub(super) fn with_peers(plan: &'a Plan, counts: &'a Counts, level: usize, peers: Peers, priors: Priors) -> Self {
        let mut judged = vec![false; counts.periods.len()];
        for period in &counts.judged {
            if let Some(judged) = judged.get_mut(*period) {
                *judged = true;
            }
        }
        Self { plan, counts, level, peers, priors, cells: counts.cells(level), judged }
    }

    fn is_person(&self) -> bool {
        self.plan.levels.get(self.level).is_some_and(|l| l.value == PERSON)
    }

    pub(crate) fn is_judged(&self, cell: usize) -> bool {
        cell.checked_rem(self.judged.len()).and_then(|p| self.judged.get(p)).copied().unwrap_or(false)
    }

    fn readings(&self) -> Result<(LevelReadings, Vec<(usize, Diagnostic)>), Overflow> {
        let cells: Vec<Vec<u32>> = self.counts.tables.iter().map(|t| self.counts.level_cells(self.level, t)).collect();
        let mut measures: Vec<Option<MeasureReadings>> = (0..self.plan.measures.len())
            .into_par_iter()
            .map(|position| {
                let Some(measure) = self.plan.measures.get(position) else { return Ok(None) };
                let counted =
                    self.counts.tables.iter().zip(&cells).find_map(|(table, to)| {
                        Some((table, table.measures.iter().find(|m| m.measure == position)?, to))
                    });
                match (counted, &measure.form) {
                    (_, Form::Formula { .. }) | (None, _) => Ok(None),
                    (Some((table, counted, to)), _) => self.measure(measure, table, counted, to).map(Some),
                }
            })
            .collect::<Result<_, Overflow>>()?;
        let failures = formula::fill(self, &mut measures);
        let measures = measures
            .into_iter()
            .zip(&self.plan.measures)
            .map(|(readings, measure)| readings.unwrap_or_else(|| self.nothing(measure)))
            .collect();
        let readings = LevelReadings {
            level: self.plan.levels.get(self.level).map_or_else(String::new, |l| l.value.clone()),
            subjects: self.counts.subjects.get(self.level).cloned().unwrap_or_default(),
            measures,
            records: self.counts.records.get(self.level).cloned().unwrap_or_default(),
            mixes: Vec::new(),
        };
        Ok((readings, failures))
    }

    pub(super) fn measure(
        &self,
        measure: &Measure,
        table: &CountedTable,
        counted: &Counted,
        to: &[u32],
    ) -> Result<MeasureReadings, Overflow> {
        if self.counts.failures.iter().any(|(position, _)| *position == counted.measure) {
            return Ok(self.failed(measure, counted, to));
        }
        let at_home = counted.reported.as_ref().is_none_or(|(home, _)| *home == self.level);
        let rows = if at_home { tallies::rows_added(&counted.rows, to, self.cells)? } else { RowStates::default() };
        let Measured { all, figures, person_side } = self.figures(measure, table, counted, to)?;
        let is_sum = matches!(measure.form, Form::Sum(_));
        let judged = |cell: usize| self.is_judged(cell);
        let (estimate, reliability) = estimates::of(&all, is_sum, &figures, &self.peers, &judged, self.priors);
        let measured = match &counted.measured {
            Some(measured) => Some(tallies::counts_added(measured, to, self.cells)?),
            None => None,
        };
        let state = self.states(measure, &figures, &rows, measured.as_deref(), at_home);
        let lines = counted.lines.iter().map(|(field, lines)| (*field, self.lines(lines, to))).collect();
        Ok(MeasureReadings {
            tallies: all,
            rows,
            figures,
            estimate,
            reliability,
            state,
            method: figures::method(&measure.form, adjusts(measure, counted), self.peers.shares),
            person_side,
            lines,
            agreement: self.counts.raters.get(counted.measure).and_then(|r| r.as_ref()?.agreement).map(|a| a.figure),
        })
    }

    /// The figures of tallies that were drawn again, in the place of those before. What was not drawn stays: rows, states and
    /// lines; and estimates, unless somebody asks for them.
    pub(super) fn measure_again(
        &self,
        measure: &Measure,
        table: &CountedTable,
        counted: &Counted,
        to: &[u32],
        shrunken: bool,
        own: &mut MeasureReadings,
    ) -> Result<(), Overflow> {
        let Measured { all, figures, person_side } = self.figures(measure, table, counted, to)?;
        if shrunken {
            let judged = |cell: usize| self.is_judged(cell);
            let is_sum = matches!(measure.form, Form::Sum(_));
            (own.estimate, own.reliability) = estimates::of(&all, is_sum, &figures, &self.peers, &judged, self.priors);
        }
        (own.tallies, own.figures, own.person_side) = (all, figures, person_side);
        Ok(())
    }

    fn figures(
        &self,
        measure: &Measure,
        table: &CountedTable,
        counted: &Counted,
        to: &[u32],
    ) -> Result<Measured, Overflow> {
        let all = match &counted.reported {
            Some((home, reported)) if *home == self.level => reported.clone(),
            Some(_) => tallies::empty(measure, self.cells),
            None => counted.tallies.added(to, self.cells)?,
        };
        let is_sum = matches!(measure.form, Form::Sum(_));
        let mut figures = figures::of(&all, is_sum, &self.peers);
        let adjustment = if adjusts(measure, counted) { self.adjustment(table, counted, to) } else { None };
        if let Some(adjustment) = &adjustment {
            adjustment.apply(&all, &mut figures);
        }
        let person_side = match &counted.dropped {
            Some(dropped) if self.is_person() => {
                let side = all.without(&dropped.added(to, self.cells)?);
                let mut figures = figures::of(&side, is_sum, &self.peers);
                if let Some(adjustment) = &adjustment {
                    adjustment.apply(&side, &mut figures);
                }
                Some((side, figures))
            }
            _ => None,
        };
        Ok(Measured { all, figures, person_side })
    }

    /// A measure that could not be evaluated: what was counted before the breach is no figure.
    fn failed(&self, measure: &Measure, counted: &Counted, to: &[u32]) -> MeasureReadings {
        let lines = counted.lines.iter().map(|(field, lines)| (*field, self.lines(lines, to))).collect();
        MeasureReadings { state: vec![State::Failed; self.cells], lines, ..self.nothing(measure) }
    }

    /// A measure without a table: nothing was counted.
    fn nothing(&self, measure: &Measure) -> MeasureReadings {
        let tallies = tallies::empty(measure, self.cells);
        let missing = vec![f64::NAN; self.cells];
        MeasureReadings {
            rows: RowStates::default(),
            figures: Figures {
                n: vec![0; self.cells],
                raw: missing.clone(),
                value: missing.clone(),
                lower: missing.clone(),
                upper: missing.clone(),
            },
            estimate: missing.clone(),
            reliability: missing,
            state: vec![State::Unmeasured; self.cells],
            method: figures::method(&measure.form, false, self.peers.shares),
            person_side: None,
            lines: BTreeMap::new(),
            agreement: None,
            tallies,
        }
    }

    /// The state of each cell. `measured` are its measured rows, where they aren't its n (already counted ones).
    fn states(
        &self,
        measure: &Measure,
        figures: &Figures,
        rows: &RowStates,
        measured: Option<&[u64]>,
        at_home: bool,
    ) -> Vec<State> {
        if measure.is_census() && !at_home {
            return vec![State::NotApplicable; self.cells];
        }
        let of = |state: &Vec<u64>, cell: usize| state.get(cell).copied().unwrap_or(0);
        (0..self.cells)
            .map(|cell| {
                let n = figures.n.get(cell).copied().unwrap_or(0);
                let value = figures.value.get(cell).copied().unwrap_or(f64::NAN);
                let missing = of(&rows.missing, cell);
                let measured = measured.map_or(n, |m| m.get(cell).copied().unwrap_or(0));
                if value.is_nan() {
                    match (missing, of(&rows.not_due, cell), of(&rows.not_applicable, cell)) {
                        (0, 1.., _) if n == 0 => State::NotDue,
                        (0, 0, 1..) if n == 0 => State::NotApplicable,
                        _ => State::Unmeasured,
                    }
                } else if n < self.plan.minimum.records && !measure.is_census() {
                    State::TooFew
                } else if missing as f64 > measure.max_missing * (missing + measured) as f64 {
                    State::Doubtful
                } else {
                    State::Measured
                }
            })
            .collect()
    }

    fn lines(&self, lines: &[u64], to: &[u32]) -> Vec<Option<Value>> {
        let mut held = vec![NO_LINE; self.cells];
        for (line, cell) in lines.iter().zip(to) {
            if let Some(held) = held.get_mut(*cell as usize) {
                *held = same_line(*held, *line);
            }
        }
        let value = |bits: u64| match bits {
            NO_LINE => Some(Value::Missing),
            SEVERAL_LINES => None,
            bits => Some(Value::Number(f64::from_bits(bits))),
        };
        held.into_iter().map(value).collect()
    }

    /// What the mix of strata explains, by cell.
    fn adjustment(&self, table: &CountedTable, counted: &Counted, to: &[u32]) -> Option<Adjustment> {
        let shares = |exposure: &dyn Fn(usize) -> f64, count: &dyn Fn(usize) -> f64| {
            let cells = table.cells.iter().zip(to).enumerate().filter(|(_, (_, to))| (**to as usize) < self.cells);
            let shares: Vec<Share> = cells
                .map(|(i, (cell, to))| Share {
                    cell: *to as usize,
                    period: cell.period as usize,
                    stratum: cell.stratum as usize,
                    exposure: exposure(i),
                    counted: count(i),
                })
                .collect();
            let periods = self.counts.periods.len();
            let (mut expected, overall) = strata::expected(&shares, self.cells, periods, table.strata.len());
            let mut exposures = vec![0.0; self.cells];
            for share in &shares {
                exposures[share.cell] += share.exposure;
            }
            for (expected, exposure) in expected.iter_mut().zip(exposures) {
                *expected /= exposure;
            }
            Expected { expected, overall, periods }
        };
        Some(match &counted.tallies {
            Tallies::Share { hits, n } => Adjustment::Shift(shares(&|i| n[i] as f64, &|i| hits[i] as f64)),
            Tallies::Moments { n, sum, decimals, .. } => {
                Adjustment::Shift(shares(&|i| n[i] as f64, &|i| figures::scaled(sum[i], *decimals)))
            }
            Tallies::Nps { promoters, detractors, n } => Adjustment::Apart(
                shares(&|i| n[i] as f64, &|i| promoters[i] as f64),
                shares(&|i| n[i] as f64, &|i| detractors[i] as f64),
            ),
            Tallies::Rate { events, per, decimals, .. } => {
                Adjustment::Ratio(shares(&|i| figures::scaled(per[i], *decimals), &|i| {
                    figures::scaled(events[i], *decimals)
                }))
            }
            _ => return None,
        })
    }
}

/// A measure's tallies at a level, and what they say.
struct Measured {
    all: Tallies,
    figures: Figures,
    /// Without what doesn't count against a person.
    person_side: Option<(Tallies, Figures)>,
}

/// Whether the mix of strata is taken out; only these kinds can be adjusted.
fn adjusts(measure: &Measure, counted: &Counted) -> bool {
    !measure.adjust_for.is_empty()
        && matches!(
            counted.tallies,
            Tallies::Share { .. } | Tallies::Moments { .. } | Tallies::Nps { .. } | Tallies::Rate { .. }
        )
}

/// What everyone's rates would give in each cell's own mix.
struct Expected {
    /// By cell: what is expected per record (of a rate: per unit of exposure).
    expected: Vec<f64>,
    /// By period.
    overall: Vec<f64>,
    periods: usize,
}

impl Expected {
    /// (overall, expected) of a cell.
    fn of(&self, cell: usize) -> (f64, f64) {
        let overall = cell.checked_rem(self.periods).and_then(|p| self.overall.get(p)).copied().unwrap_or(f64::NAN);
        (overall, self.expected.get(cell).copied().unwrap_or(f64::NAN))
    }
}

/// How a kind is adjusted.
enum Adjustment {
    /// value = overall + raw − expected.
    Shift(Expected),
    /// The same for promoters and detractors apart.
    Apart(Expected, Expected),
    /// Observed over expected, times the overall rate, with Byar's limits.
    Ratio(Expected),
}

const SHARES: Interval = Interval { lower: 0.0, upper: 1.0 };
const SCORES: Interval = Interval { lower: -100.0, upper: 100.0 };

impl Adjustment {
    /// Turns raw figures into adjusted ones. The expected share is that of all the cell's records, so that a second tally
    /// of some of them moves alike.
    fn apply(&self, tallies: &Tallies, figures: &mut Figures) {
        for cell in 0..figures.value.len() {
            let raw = figures.raw[cell];
            if raw.is_nan() {
                continue;
            }
            let interval = figures.interval(cell);
            let n = tallies.n(cell) as f64;
            let adjusted = match (self, tallies) {
                (Adjustment::Shift(e), _) => {
                    let (overall, expected) = e.of(cell);
                    let range = matches!(tallies, Tallies::Share { .. }).then_some(SHARES);
                    standardisation::adjust(overall, raw, expected, interval, range)
                }
                (Adjustment::Apart(up, down), Tallies::Nps { promoters, detractors, .. }) => {
                    let share = |e: &Expected, counted: u64| {
                        let (overall, expected) = e.of(cell);
                        standardisation::adjust(overall, counted as f64 / n, expected, None, Some(SHARES))
                    };
                    match (share(up, promoters[cell]), share(down, detractors[cell])) {
                        (Some((p, _)), Some((d, _))) => {
                            standardisation::adjust(100.0 * (p - d), raw, raw, interval, Some(SCORES))
                                .map(|(_, i)| (100.0 * (p - d), i))
                        }
                        _ => None,
                    }
                }
                (Adjustment::Ratio(e), Tallies::Rate { events, per, decimals, scale, .. }) => {
                    let per = figures::scaled(per[cell], *decimals);
                    let (overall, expected) = e.of(cell);
                    let observed = figures::scaled(events[cell], *decimals);
                    standardisation::observed_over_expected(observed, expected * per, Z95).map(|(ratio, i)| {
                        let unit = overall * scale;
                        (ratio * unit, Some(Interval { lower: i.lower * unit, upper: i.upper * unit }))
                    })
                }
                _ => None,
            };
            let (value, interval) = adjusted.unwrap_or((raw, interval));
            figures.value[cell] = value;
            figures.lower[cell] = interval.map_or(f64::NAN, |i| i.lower.min(value));
            figures.upper[cell] = interval.map_or(f64::NAN, |i| i.upper.max(value));
        }
    }
}
