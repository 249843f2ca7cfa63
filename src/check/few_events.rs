//! A count of what should not happen, under a standard: without a row it is unmeasured, so that the best there can be is never seen.

use super::codes;
use crate::diagnostic::{Diagnostic, Said};
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
