//! Takes: the Plan. Gives: Recommendations, through every stage in its order.
//! May call: the stages. Never: looks behind a stage's noun, or prints.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::judge::{self, Facts, Recommendations};
use crate::language::Environment;
use crate::measure::{self, PeriodChoice, Shelf};
use crate::records::{self, Progress, Steady};
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

/// `evaluate`, with what a shelf has of the counts: the same recommendations, sooner. An error where a data file changed
/// meanwhile.
pub fn evaluate_with(
    plan: &Plan,
    options: &Options,
    shelf: Option<&dyn Shelf>,
    progress: Progress<'_>,
) -> Result<Recommendations, Vec<Diagnostic>> {
    let steady = Steady::of(plan);
    let recommendations = through_all(plan, options, shelf, progress);
    // First, since what reading met in half a file would mislead.
    steady.check()?;
    recommendations
}

fn through_all(
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

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = "evenhand: 1
periods: { every: month }
levels: [person]
charter: { name: T, version: 1, owner: Head of Service, customer: the payer, effective: 2026-01-01, review_by: 2026-12-31 }
sources: { calls: { files: calls.csv, id: id, person: agent, at: at, fields: { wait: number } } }
measures: { quick: { source: calls, kind: objective, share: wait <= 20 } }
standards: { prompt: { promise: We are quick., measure: quick, floor: 60%, target: 80% } }
";

    #[test]
    fn a_file_that_is_exchanged_during_a_run_stops_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let rows = |n: usize| -> String {
            let row = |i: usize| format!("{i},A1,2026-04-{:02},{i}\n", i % 30 + 1);
            std::iter::once("id,agent,at,wait\n".to_owned()).chain((0..n).map(row)).collect()
        };
        std::fs::write(path("evenhand.yaml"), WORKSPACE).unwrap();
        std::fs::write(path("calls.csv"), rows(90)).unwrap();
        let plan = crate::workspace::load(dir.path()).plan.unwrap();
        let exchange = |_: u64, _: u64| {
            std::fs::write(path("new"), rows(40)).unwrap();
            std::fs::rename(path("new"), path("calls.csv")).unwrap();
        };
        let found = evaluate(&plan, &Options::default(), &exchange).err().unwrap_or_default();
        let told: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(told, ["`calls.csv` changed while it was read"]);
        let next = evaluate(&plan, &Options::default(), &|_, _| {});
        assert!(next.is_ok(), "the next run reads one version: {:?}", next.err());
    }
}
