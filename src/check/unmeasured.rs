//! C4, C26: a standard of which nothing was ever measured.

use super::codes;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::measure::{MeasureRows, Readings};
use crate::said;
use crate::workspace::{Form, Measure, Plan};

pub fn lint(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let live = |measure: usize| readings.rows.get(measure).is_some_and(|rows| rows.measured > 0);
    let mut found = Vec::new();
    for standard in &plan.standards {
        let Some(measure) = plan.measures.get(standard.measure) else { continue };
        let lives = match &measure.form {
            // A formula lives where all it is computed from does; a formula among them is looked at on its own.
            Form::Formula { inputs, .. } => inputs
                .iter()
                .all(|i| live(*i) || matches!(plan.measures.get(*i).map(|m| &m.form), Some(Form::Formula { .. }))),
            _ => live(standard.measure),
        };
        if lives {
            continue;
        }
        let (why, help) = why(plan, readings, standard.measure, measure);
        let message = format!("standard `{}` is unmeasured", standard.id.value);
        let place = match &measure.filter {
            Some(filter) if help.never_true => filter.span(),
            _ => measure.id.span(),
        };
        let diagnostic = Diagnostic::error(&codes::UNMEASURED, message)
            .at(standard.id.span(), said!("no record was measured for it"));
        found.push(help.lines.into_iter().fold(diagnostic.at(place, why), Diagnostic::help));
    }
    found
}

#[derive(Default)]
struct Help {
    lines: Vec<String>,
    never_true: bool,
}

/// Where the records of a measure went, and what to look at.
fn why(plan: &Plan, readings: &Readings, position: usize, measure: &Measure) -> (String, Help) {
    let help = |line: String| Help { lines: vec![line], never_true: false };
    if let Form::Formula { inputs, .. } = &measure.form {
        let dead = inputs.iter().filter(|i| readings.rows.get(**i).is_none_or(|rows| rows.measured == 0));
        let dead: Vec<String> = dead.filter_map(|i| plan.measures.get(*i)).map(|m| format!("`{}`", *m.id)).collect();
        return (
            "its measure".into(),
            help(format!("it is computed from {}, of which nothing was measured", dead.join(", "))),
        );
    }
    let Some(rows) = readings.rows.get(position) else { return ("its measure".into(), Help::default()) };
    if rows.used == 0 {
        let source = measure.source.and_then(|s| plan.sources.get(s));
        let name = source.map_or("", |s| s.id.value.as_str());
        let intake = measure.source.and_then(|s| readings.sources.get(s)).and_then(Option::as_ref);
        let gone: Vec<_> = intake.map(|i| i.gone()).unwrap_or_default();
        let text = match intake {
            Some(intake) if intake.rows_in > 0 => {
                format!("of {} rows of `{name}` none is left: {}", intake.rows_in, gone.join(", "))
            }
            _ => format!("`{name}` holds no rows"),
        };
        return (text, help("look at the source's `files:` and `where:`, and at `as_of` and `periods.from`".into()));
    }
    let text = format!("of {} records {}", rows.used, states(rows).join(", "));
    if rows.out_of_scope < rows.used {
        let line = if rows.missing > 0 {
            "look at the columns that it measures: are they filled in, and do they mean what is measured?"
        } else {
            "look at its `where:`, `exclude:`, `not_applicable:` and `not_due:`: together they leave nothing"
        };
        return (text, help(line.into()));
    }
    let Some(filter) = &measure.filter else { return (text, Help::default()) };
    let mut lines = vec![format!("`where: {}` was never true{}", filter.wording(), holds(rows))];
    lines.extend(meant(filter.wording(), rows));
    (text, Help { lines, never_true: true })
}

/// `400 were out of scope` and what else.
fn states(rows: &MeasureRows) -> Vec<String> {
    let mut parts: Vec<(u64, &str)> = vec![(rows.out_of_scope, "out of scope")];
    parts.extend(rows.excluded.iter().map(|(reason, rows)| (*rows, reason.as_str())));
    parts.extend([(rows.not_applicable, "not applicable"), (rows.not_due, "not due"), (rows.missing, "missing")]);
    parts.iter().filter(|(rows, _)| *rows > 0).map(|(rows, state)| format!("{rows} are {state}")).collect()
}

/// Words of a field that are listed.
const LISTED: usize = 6;

fn holds(rows: &MeasureRows) -> String {
    let field = |(field, words): &(String, Vec<String>)| {
        let mut listed: Vec<String> = words.iter().take(LISTED).map(|w| format!("`{w}`")).collect();
        if words.len() > LISTED {
            listed.push(format!("{} more", words.len() - LISTED));
        }
        match listed.as_slice() {
            [] => format!("; `{field}` is empty everywhere"),
            listed => format!("; `{field}` holds {}", listed.join(", ")),
        }
    };
    rows.heard.iter().map(field).collect()
}

/// The word of the data that a text between quotes was meant to be.
fn meant(wording: &str, rows: &MeasureRows) -> Option<String> {
    let held: Vec<&str> = rows.heard.iter().flat_map(|(_, words)| words).map(String::as_str).collect();
    let written = wording.split('"').skip(1).step_by(2);
    written.filter(|w| !held.contains(w)).find_map(|written| {
        did_you_mean(written, held.iter().copied()).map(|near| format!("did you mean `\"{near}\"`?"))
    })
}
