//! C19, C20, C26: what ought to have come and didn't. A month without data isn't the month before, and a vendor that sends nothing
//! any more doesn't do well.

use super::{codes, is_written, listed};
use crate::diagnostic::{Diagnostic, Said, Span};
use crate::measure::{Empty, PERSON, Readings};
use crate::said;
use crate::workspace::Plan;

/// Subjects that are named for one level.
const NAMED: usize = 8;

pub fn lint(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        readings.empty_since(plan).and_then(|empty| nothing(plan, readings, &empty)).into_iter().collect();
    found.extend(stale(plan, readings));
    found.extend(silent(plan, readings));
    found
}

fn name(readings: &Readings, period: usize) -> &str {
    readings.periods.get(period).map_or("", |p| p.name.as_str())
}

/// The day that is looked at, where the author wrote it; else what says how long a period is.
fn place(plan: &Plan) -> Span {
    plan.as_of.as_ref().filter(|day| is_written(&day.origin)).map_or(plan.periods.every.span(), |day| day.span())
}

fn nothing(plan: &Plan, readings: &Readings, empty: &Empty) -> Option<Diagnostic> {
    let judged = name(readings, *readings.judged.last()?);
    let (first, last) = (&empty.first.name, &empty.last.name);
    let message = match empty.periods {
        1 => said!("nothing was measured in {period}: what is judged is {judged}", period = first, judged),
        _ => said!("nothing was measured from {first} to {last}: what is judged is {judged}", first, last, judged),
    };
    Some(
        Diagnostic::warning(&codes::NOTHING_SINCE, message)
            .at(place(plan), said!("complete, and without a record"))
            .help(said!("look whether its files have come, and whether `files:` finds them")),
    )
}

fn stale(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    // A standard that never had a record is said to be unmeasured, with where its rows went.
    let ever = |measure: usize| readings.rows.get(measure).is_some_and(|rows| rows.measured > 0);
    let one = |stale: crate::measure::Stale| {
        let standard = plan.standards.get(stale.standard)?;
        let last = match stale.last {
            Some(last) => said!("its last figure is of {period}", period = name(readings, last)),
            None if ever(standard.measure) => said!("it has no figure in any complete period"),
            None => return None,
        };
        let message = match stale.periods {
            1 => said!("standard `{name}` is stale: nothing was measured in the last period", name = standard.id),
            periods => said!(
                "standard `{name}` is stale: nothing was measured in the last {periods} periods",
                name = standard.id,
                periods
            ),
        };
        Some(
            Diagnostic::warning(&codes::STALE_STANDARD, message)
                .at(standard.id.span(), last)
                .help(said!("look whether its records still come, or take the standard out"))
                .help(said!(
                    "where it is measured less often, say so: `charter: { stale_after: {periods} }`",
                    periods = stale.periods + 1
                )),
        )
    };
    readings.stale(plan).into_iter().filter_map(one).collect()
}

/// Who isn't a person is named; people are counted in the report and stand in the tables.
fn silent(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let Some(&judged) = readings.judged.last() else { return Vec::new() };
    let mut found = Vec::new();
    for (position, level) in readings.levels.iter().enumerate().filter(|(_, l)| l.level != PERSON) {
        let Some(written) = plan.levels.get(position) else { continue };
        let missed = |subject: &usize| readings.last_heard(plan, position, *subject, judged).is_some();
        let ids: Vec<&str> =
            (0..level.subjects.len()).filter(missed).filter_map(|s| Some(&*level.subjects.get(s)?.id)).collect();
        if ids.is_empty() {
            continue;
        }
        let (subjects, period): (Said, &str) = (listed(ids.iter().copied(), NAMED), name(readings, judged));
        let message = said!("nothing arrived in {period} for {level} {subjects}", period, level = **written, subjects);
        let at = if is_written(&written.origin) { written.span() } else { plan.periods.every.span() };
        found.push(
            Diagnostic::warning(&codes::SILENT_SUBJECT, message)
                .at(at, said!("records came in the periods before"))
                .help(said!("ask for them: without figures nobody knows how well they serve")),
        );
    }
    found
}
