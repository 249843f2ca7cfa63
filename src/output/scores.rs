//! The rows of `scores.csv`, in their order, and the CSV itself.
//!
//! A row per level, subject and judged period for every standard (also when nothing was measured), every group, and
//! every measure without a standard.

use std::io::Write;

use rayon::prelude::*;

use super::cells;
use crate::judge::Recommendations;
use crate::measure::State;
use crate::workspace::{Combine, Plan, ProbeKind};

/// The header of `scores.csv` and the columns of `scores.parquet`.
pub const COLUMNS: [&str; 17] = [
    "level", "subject", "period", "standard", "measure", "n", "raw", "value", "lower", "upper", "estimate", "floor",
    "target", "stretch", "points", "state", "method",
];

/// One row. NaN is an empty cell.
#[derive(Clone, Copy, Debug)]
pub struct ScoreRow<'a> {
    pub level: &'a str,
    pub subject: &'a str,
    pub period: &'a str,
    pub standard: &'a str,
    pub measure: &'a str,
    pub n: Option<u64>,
    pub raw: f64,
    pub value: f64,
    pub lower: f64,
    pub upper: f64,
    pub estimate: f64,
    pub floor: f64,
    pub target: f64,
    pub stretch: f64,
    pub points: f64,
    pub state: &'static str,
    pub method: &'static str,
}

/// The method id of a group's points.
pub fn group_method(combine: &Combine) -> &'static str {
    match combine {
        Combine::WeightedMean => "group.weighted_mean",
        Combine::Mean => "group.mean",
        Combine::Sum => "group.sum",
        Combine::Max => "group.max",
        Combine::Min => "group.min",
        Combine::Script(_) => "group.script",
    }
}

fn at(column: &[f64], cell: usize) -> f64 {
    column.get(cell).copied().unwrap_or(f64::NAN)
}

/// The rows of one subject, in order. `free`: `free_measures` of the plan.
pub fn rows_of<'a>(
    plan: &'a Plan,
    recommendations: &'a Recommendations,
    level: usize,
    subject: usize,
    free: &[usize],
    mut emit: impl FnMut(&ScoreRow<'a>),
) {
    let readings = &recommendations.scorecards.readings;
    let (Some(of_level), Some(scores)) = (readings.levels.get(level), recommendations.scorecards.levels.get(level))
    else {
        return;
    };
    let Some(who) = of_level.subjects.get(subject) else { return };
    for period in &readings.judged {
        let cell = readings.cell(subject, *period);
        let name = readings.periods.get(*period).map_or("", |p| p.name.as_str());
        let reading = |measure: usize| -> ScoreRow<'a> {
            let mut row = ScoreRow::empty(&of_level.level, &who.id, name);
            if let (Some(m), Some(r)) = (plan.measures.get(measure), of_level.measures.get(measure)) {
                row.measure = &m.id.value;
                row.n = Some(r.figures.n.get(cell).copied().unwrap_or(0));
                row.raw = at(&r.figures.raw, cell);
                row.value = at(&r.figures.value, cell);
                row.lower = at(&r.figures.lower, cell);
                row.upper = at(&r.figures.upper, cell);
                row.estimate = at(&r.estimate, cell);
                row.state = r.state.get(cell).copied().unwrap_or(State::Unmeasured).word();
                row.method = r.method;
            }
            row
        };
        for (standard, scored) in plan.standards.iter().zip(&scores.standards) {
            let mut row = reading(standard.measure);
            row.standard = &standard.id.value;
            row.floor = at(&scored.floor, cell);
            row.target = at(&scored.target, cell);
            row.stretch = at(&scored.stretch, cell);
            row.points = at(&scored.points, cell);
            row.state = scored.state.get(cell).copied().unwrap_or(State::Unmeasured).word();
            emit(&row);
        }
        for (group, scored) in plan.scoring.groups.iter().zip(&scores.groups) {
            let mut row = ScoreRow::empty(&of_level.level, &who.id, name);
            row.standard = &group.id.value;
            row.points = at(&scored.points, cell);
            row.value = row.points;
            row.lower = at(&scored.lower, cell);
            row.upper = at(&scored.upper, cell);
            let state = match row.points.is_nan() {
                _ if scored.failed => State::Failed,
                true => State::Unmeasured,
                false => State::Measured,
            };
            row.state = state.word();
            row.method = group_method(&group.combine);
            emit(&row);
        }
        for measure in free {
            emit(&reading(*measure));
        }
    }
}

/// Measures that no standard uses.
pub fn free_measures(plan: &Plan) -> Vec<usize> {
    let shown = |m: &crate::workspace::Measure| m.probe.as_ref().is_none_or(|p| p.kind != ProbeKind::Traffic);
    let shown = plan.measures.iter().enumerate().filter(|(_, m)| shown(m)).map(|(position, _)| position);
    shown.filter(|m| plan.standards.iter().all(|s| s.measure != *m)).collect()
}

impl<'a> ScoreRow<'a> {
    fn empty(level: &'a str, subject: &'a str, period: &'a str) -> Self {
        let nan = f64::NAN;
        Self {
            level,
            subject,
            period,
            standard: "",
            measure: "",
            n: None,
            raw: nan,
            value: nan,
            lower: nan,
            upper: nan,
            estimate: nan,
            floor: nan,
            target: nan,
            stretch: nan,
            points: nan,
            state: "",
            method: "",
        }
    }

    fn csv(&self, out: &mut Vec<u8>) {
        for text in [self.level, self.subject, self.period, self.standard, self.measure] {
            cells::text_then(text, out);
        }
        match self.n {
            Some(n) => {
                // Writing to memory can't fail.
                let _ = write!(out, "{n},");
            }
            None => out.push(b','),
        }
        for number in [
            self.raw,
            self.value,
            self.lower,
            self.upper,
            self.estimate,
            self.floor,
            self.target,
            self.stretch,
            self.points,
        ] {
            cells::number_then(number, out);
        }
        cells::text_then(self.state, out);
        cells::text(self.method, out);
        out.push(b'\n');
    }
}

/// Subjects whose rows are made at once: enough work for all cores, little memory.
const WINDOW: usize = 8192;

/// Writes `scores.csv`. Rows are made on all cores and written in order.
pub fn csv(plan: &Plan, recommendations: &Recommendations, out: &mut impl Write) -> std::io::Result<()> {
    out.write_all(COLUMNS.join(",").as_bytes())?;
    out.write_all(b"\n")?;
    let free = free_measures(plan);
    for (level, of_level) in recommendations.scorecards.readings.levels.iter().enumerate() {
        let subjects: Vec<usize> = (0..of_level.subjects.len()).collect();
        for window in subjects.chunks(WINDOW) {
            let parts: Vec<Vec<u8>> = window
                .par_chunks(128)
                .map(|chunk| {
                    let mut part = Vec::with_capacity(chunk.len() * 1024);
                    for subject in chunk {
                        rows_of(plan, recommendations, level, *subject, &free, |row| row.csv(&mut part));
                    }
                    part
                })
                .collect();
            for part in parts {
                out.write_all(&part)?;
            }
        }
    }
    Ok(())
}
