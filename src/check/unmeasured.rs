//! C4, C26: a standard of which nothing was ever measured.

use super::{codes, listed};
use crate::diagnostic::{Diagnostic, Said, did_you_mean};
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
        let message = said!("standard `{name}` is unmeasured", name = standard.id);
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
    lines: Vec<Said>,
    never_true: bool,
}

impl Help {
    fn of(line: Said) -> Help {
        Help { lines: vec![line], never_true: false }
    }
}

/// Where the records of a measure went, and what to look at.
fn why(plan: &Plan, readings: &Readings, position: usize, measure: &Measure) -> (Said, Help) {
    if let Form::Formula { inputs, .. } = &measure.form {
        let dead = inputs.iter().filter(|i| readings.rows.get(**i).is_none_or(|rows| rows.measured == 0));
        let dead: Vec<String> = dead.filter_map(|i| plan.measures.get(*i)).map(|m| format!("`{}`", *m.id)).collect();
        let line = said!("it is computed from {measures}, of which nothing was measured", measures = dead.join(", "));
        return (said!("its measure"), Help::of(line));
    }
    let Some(rows) = readings.rows.get(position) else { return (said!("its measure"), Help::default()) };
    if rows.used == 0 {
        let line = said!("look at the source's `files:` and `where:`, and at `as_of` and `periods.from`");
        return (no_rows(plan, readings, measure), Help::of(line));
    }
    let states = states(rows);
    let text = match rows.used {
        1 => said!("of 1 record {states}", states),
        records => said!("of {records} records {states}", records, states),
    };
    if rows.out_of_scope < rows.used {
        let line = if rows.missing > 0 {
            said!("look at the columns that it measures: are they filled in, and do they mean what is measured?")
        } else {
            said!("look at its `where:`, `exclude:`, `not_applicable:` and `not_due:`: together they leave nothing")
        };
        return (text, Help::of(line));
    }
    let Some(filter) = &measure.filter else { return (text, Help::default()) };
    let never = said!("`where: {condition}` was never true", condition = filter.wording());
    let mut lines = vec![Said::joined(std::iter::once(never).chain(holds(rows)), "; ")];
    lines.extend(meant(filter.wording(), rows));
    (text, Help { lines, never_true: true })
}

/// A source of which no row is used.
fn no_rows(plan: &Plan, readings: &Readings, measure: &Measure) -> Said {
    let source = measure.source.and_then(|s| plan.sources.get(s));
    let name = source.map_or("", |s| s.id.value.as_str());
    let intake = measure.source.and_then(|s| readings.sources.get(s)).and_then(Option::as_ref);
    let Some(intake) = intake.filter(|intake| intake.rows_in > 0) else {
        return said!("`{name}` holds no rows", name);
    };
    let gone = Said::joined(intake.gone(), ", ");
    match intake.rows_in {
        1 => said!("of 1 row of `{name}` none is left: {gone}", name, gone),
        rows => said!("of {rows} rows of `{name}` none is left: {gone}", rows, name, gone),
    }
}

/// `400 are out of scope` and what else.
fn states(rows: &MeasureRows) -> Said {
    let out_of_scope = match rows.out_of_scope {
        1 => said!("1 is out of scope"),
        count => said!("{count} are out of scope", count),
    };
    let not_applicable = match rows.not_applicable {
        1 => said!("1 is not applicable"),
        count => said!("{count} are not applicable", count),
    };
    let not_due = match rows.not_due {
        1 => said!("1 is not due"),
        count => said!("{count} are not due", count),
    };
    let missing = match rows.missing {
        1 => said!("1 is missing"),
        count => said!("{count} are missing", count),
    };
    let excluded = rows.excluded.iter().map(|(reason, count)| match count {
        1 => (1, said!("1 is excluded ({reason})", reason)),
        _ => (*count, said!("{count} are excluded ({reason})", count, reason)),
    });
    let after = [(rows.not_applicable, not_applicable), (rows.not_due, not_due), (rows.missing, missing)];
    let all = std::iter::once((rows.out_of_scope, out_of_scope)).chain(excluded).chain(after);
    Said::joined(all.filter(|(count, _)| *count > 0).map(|(_, state)| state), ", ")
}

/// Words of a field that are listed.
const LISTED: usize = 6;

/// What the fields of the condition hold in its place.
fn holds(rows: &MeasureRows) -> impl Iterator<Item = Said> {
    rows.heard.iter().map(|(field, words)| match words.is_empty() {
        true => said!("`{field}` is empty everywhere", field),
        false => said!("`{field}` holds {words}", field, words = listed(words.iter().map(String::as_str), LISTED)),
    })
}

/// The word of the data that a text between quotes was meant to be.
fn meant(wording: &str, rows: &MeasureRows) -> Option<Said> {
    let held: Vec<&str> = rows.heard.iter().flat_map(|(_, words)| words).map(String::as_str).collect();
    let written = wording.split('"').skip(1).step_by(2);
    written.filter(|w| !held.contains(w)).find_map(|written| {
        did_you_mean(written, held.iter().copied()).map(|near| said!("did you mean `\"{near}\"`?", near))
    })
}
