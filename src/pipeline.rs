//! Takes: the Plan. Gives: Recommendations, through every stage in its order.
//! May call: the stages. Never: looks behind a stage's noun, or prints.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::judge::{self, Facts, Recommendations};
use crate::language::Environment;
use crate::measure::{self, PeriodChoice, Shelf};
use crate::records::{self, Progress};
use crate::score;
use crate::workspace::Plan;

/// What a run may be asked beside its workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The day up to which records count; the workspace's `as_of`, or the latest record's day, where it is none.
    pub as_of: Option<Date>,
    pub periods: PeriodChoice,
}

/// Measure, score, judge.
pub fn evaluate(plan: &Plan, options: &Options, progress: Progress<'_>) -> Result<Recommendations, Vec<Diagnostic>> {
    evaluate_with(plan, options, None, progress)
}

/// `evaluate`, with what a shelf has of the counts: the same recommendations, sooner.
pub fn evaluate_with(
    plan: &Plan,
    options: &Options,
    shelf: Option<&dyn Shelf>,
    progress: Progress<'_>,
) -> Result<Recommendations, Vec<Diagnostic>> {
    let seen = records::protected_names(plan);
    if !seen.is_empty() {
        return Err(seen);
    }
    let mut evidence = records::evidence(plan)?;
    let counts = match shelf {
        Some(shelf) => measure::count_with(plan, options.as_of, &options.periods, shelf, progress)?,
        None => measure::count(plan, options.as_of, &options.periods, progress)?,
    };
    let mut readings = measure::readings(plan, counts)?;
    readings.findings.append(&mut evidence.findings);
    readings.files.extend(evidence.file.clone());
    readings.files.sort();
    readings.files.dedup();
    let (mut facts, findings) = Facts::of_evidence(evidence, &readings)?;
    readings.findings.extend(findings);
    let trained = records::trained(plan, readings.as_of, &|_, _| {})?;
    readings.take_in(trained.intake);
    facts.trained = trained.rows;
    readings.training = facts.training_seen(&readings.roll);
    let environment = Environment { calendar: plan.calendar.clone() };
    let scorecards = score::score(plan, readings, &environment);
    Ok(judge::judge(plan, scorecards, facts))
}
