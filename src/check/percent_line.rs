//! A line written as a percentage on figures that are no shares: `60%` of a mean of seconds is 0.6 seconds.

use super::codes;
use crate::diagnostic::{Diagnostic, Span};
use crate::measure::Readings;
use crate::said;
use crate::workspace::{Form, Line, Plan};

/// A share that was read a little above 1 is still a share.
const MOST: f64 = 1.5;

pub fn lint(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for standard in &plan.standards {
        let Some(measure) = plan.measures.get(standard.measure) else { continue };
        if matches!(
            measure.form,
            Form::Cadence { .. } | Form::Share(_) | Form::CountedShare { .. } | Form::Nps(_) | Form::CountedNps { .. }
        ) {
            continue;
        }
        let Some(largest) = largest(readings, standard.measure).filter(|x| *x > MOST) else { continue };
        for (key, called, line) in [
            ("floor", said!("the floor"), &standard.floor),
            ("target", said!("the target"), &standard.target),
            ("stretch", said!("the stretch"), &standard.stretch),
        ] {
            let Some(line) = line.as_ref().filter(|l| matches!(l.value, Line::Number(_))) else { continue };
            if let Some((written, number)) = percent(plan, line.span()) {
                let message = said!(
                    "{line} of `{name}` is a percentage, and its figures are not",
                    line = called,
                    name = standard.id
                );
                found.push(
                    Diagnostic::warning(&codes::PERCENT_LINE, message)
                        .at(
                            line.span(),
                            said!(
                                "read as {number}; a figure of {largest} was measured",
                                number,
                                largest = (largest * 10.0).round() / 10.0
                            ),
                        )
                        .help(said!("write `{key}: {number}`", key, number = written)),
                );
            }
        }
    }
    found
}

/// What is farthest from zero among the figures of a measure.
fn largest(readings: &Readings, measure: usize) -> Option<f64> {
    let values = readings.levels.iter().filter_map(|l| l.measures.get(measure)).flat_map(|m| &m.figures.value);
    values.map(|v| v.abs()).filter(|v| v.is_finite()).reduce(f64::max)
}

/// The number before `%` as written, and what it is read as.
fn percent(plan: &Plan, span: Span) -> Option<(String, f64)> {
    let number = plan.author.text(span).trim_matches(['"', '\'']).trim().strip_suffix('%')?.trim();
    number.parse::<f64>().ok().map(|n| (number.to_owned(), n / 100.0))
}
