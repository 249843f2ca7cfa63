//! A count of what should not happen, under a standard: without a row it is unmeasured, so that the best there can be is never seen.

use super::codes;
use crate::diagnostic::{Diagnostic, Said};
use crate::measure::{Readings, Tallies};
use crate::said;
use crate::workspace::{Form, Measure, Plan, SourceKind};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut measures: Vec<usize> = plan.standards.iter().map(|s| s.measure).collect();
    measures.sort_unstable();
    measures.dedup();
    let of = |position: usize| {
        let measure = plan.measures.get(position).filter(|m| m.lower_is_better && m.probe.is_none())?;
        let name = measure.id.value.as_str();
        let message = said!("with no row at all `{name}` would be unmeasured, though less is better", name);
        let found = match measure.form {
            Form::Count => Diagnostic::warning(&codes::FEW_EVENTS, message),
            // A sum over rows that are always there, such as costs, is right as it stands.
            Form::Sum(_) => Diagnostic::note(&codes::FEW_EVENTS, message),
            _ => return None,
        };
        Some(found.at(measure.id.span(), said!("rows are needed for a figure")).help(way_out(plan, measure)))
    };
    measures.into_iter().filter_map(of).collect()
}

fn way_out(plan: &Plan, measure: &Measure) -> Said {
    let exposed = |(position, source): &(usize, &crate::workspace::Source)| {
        source.kind == SourceKind::Record && measure.source != Some(*position)
    };
    match plan.sources.iter().enumerate().find(exposed) {
        Some((_, source)) => said!(
            "write `rate: { events: 1, per: {source} }`: no event among many is a figure, with an interval",
            source = source.id
        ),
        None => said!(
            "measure a rate per what could have led to an event: no event among many is a figure, with an interval"
        ),
    }
}

/// With data: a log of events that falls silent. None is taken as none, which is wrong where its file is missing.
pub fn lint_readings(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let Some((level, judged)) = readings.levels.last().zip(readings.judged.last().copied()) else { return Vec::new() };
    let width = readings.periods.len().max(1);
    let silent = |position: usize| -> Option<String> {
        let Tallies::Rate { events, .. } = &level.measures.get(position)?.tallies else { return None };
        let of = |period: usize| events.iter().skip(period).step_by(width).sum::<i128>();
        let last = (0..width).rev().find(|period| of(*period) > 0).filter(|last| *last < judged)?;
        Some(readings.periods.get(last)?.name.clone())
    };
    let per_source = |(_, measure): &(usize, &Measure)| matches!(measure.form, Form::Events { .. });
    let measures = plan.measures.iter().enumerate().filter(per_source);
    measures
        .filter_map(|(position, measure)| {
            let (name, last) = (measure.id.value.as_str(), silent(position)?);
            let period = readings.periods.get(judged).map_or("", |p| p.name.as_str());
            Some(
                Diagnostic::note(
                    &codes::SILENT_LOG,
                    said!("no event of `{name}` in {period}: that is taken as none", name, period),
                )
                .at(measure.id.span(), said!("the last one is of {period}", period = last))
                .help(said!("if its records of that time are missing, add them; else nothing is to be done")),
            )
        })
        .collect()
}
