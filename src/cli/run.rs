//! `evenhand run`: the main job, from a workspace to recommendations, tables and reports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use jiff::civil::Date;

use super::Answer;
use super::arguments::{Chances, Details, Output, Run, Scores, When};
use super::codes;
use super::console::Console;
use super::luck;
use crate::cache::Cache;
use crate::diagnostic::{Diagnostic, Severity};
use crate::judge::Recommendations;
use crate::measure::{PeriodChoice, Shelf};
use crate::said;
use crate::workspace::{self, Plan};
use crate::{check, output, pipeline, report};

pub fn run(arguments: &Run, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.speak(&loaded.sources);
    let Some(plan) = loaded.plan else {
        console.diagnostics(&loaded.diagnostics, &loaded.sources);
        return Answer::CouldNot;
    };
    console.remarks(&loaded.diagnostics, &loaded.sources);
    let out = out_folder(&arguments.output, &plan);
    let done = evaluate(&plan, &arguments.when, console).and_then(|recommendations| {
        let luck = match arguments.luck {
            true => luck::with_beside(&plan, &Chances::default(), arguments.when.as_of.as_deref(), console)?,
            false => Vec::new(),
        };
        let written = write(&plan, &recommendations, &luck, &arguments.output, &out)?;
        Ok((recommendations, written))
    });
    match done {
        Ok((recommendations, written)) => {
            let readings = &recommendations.scorecards.readings;
            console.remarks(&readings.findings, &loaded.sources);
            console.remarks(&recommendations.scorecards.findings, &loaded.sources);
            console.remarks(&failures(&recommendations), &loaded.sources);
            console.remarks(&warned(errors(check::lint(&plan))), &loaded.sources);
            console.remarks(&warned(check::lint_readings(&plan, readings)), &loaded.sources);
            if plan.as_of.as_ref().is_some_and(|day| day.value == readings.as_of) {
                console.remarks(&check::lint_day(&plan, readings.as_of), &loaded.sources);
            }
            console.remarks(&written.findings, &loaded.sources);
            console.result(&summary(&plan, &recommendations, &written, console.json()));
            Answer::Fine
        }
        Err(problems) => {
            console.diagnostics(&problems, &loaded.sources);
            Answer::CouldNot
        }
    }
}

/// What would make `check --data` say no: a run goes on without it, and says so.
fn warned(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let warning = |d: Diagnostic| if d.is_error() { Diagnostic { severity: Severity::Warning, ..d } } else { d };
    // Notes are advice for whoever writes the policy: `check` gives it.
    found.into_iter().filter(|d| d.severity != Severity::Note).map(warning).collect()
}

/// Of the findings about the policy itself `run` tells the errors; the rest is advice, which `check` gives.
fn errors(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(Diagnostic::is_error).collect()
}

pub fn out_folder(output: &Output, plan: &Plan) -> PathBuf {
    output.out.clone().unwrap_or_else(|| plan.root.join("out"))
}

/// The whole way to recommendations, with a progress bar.
pub fn evaluate(plan: &Plan, when: &When, console: &Console) -> Result<Recommendations, Vec<Diagnostic>> {
    let progress = console.progress(&said!("reading records"));
    let options =
        pipeline::Options { as_of: as_of(when.as_of.as_deref(), plan).map_err(|d| vec![d])?, periods: choice(when) };
    let cache = (!when.no_cache).then(|| cache_of(&plan.root));
    let shelf = cache.as_deref().map(|cache| cache as &dyn Shelf);
    let result = pipeline::evaluate_with(plan, &options, shelf, &|done, all| progress.report(done, all));
    progress.finish();
    if let Some(cache) = cache {
        cache.tidy();
    }
    result
}

/// The cache of a workspace, one for as long as the program runs: `watch` and `serve` come here at every save.
fn cache_of(root: &Path) -> Arc<Cache> {
    static OPEN: Mutex<BTreeMap<PathBuf, Arc<Cache>>> = Mutex::new(BTreeMap::new());
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.entry(root.clone()).or_insert_with(|| Arc::new(Cache::open(&root, &engine()))).clone()
}

/// What tells this program from another one that may count differently: its version, and the size and time of its file,
/// because a version under work keeps its number.
fn engine() -> String {
    let about = std::env::current_exe().and_then(std::fs::metadata);
    let changed = about.as_ref().ok().and_then(|a| a.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    format!("{} {:?} {changed:?}", env!("CARGO_PKG_VERSION"), about.map(|a| a.len()).ok())
}

/// Reads and measures, for `check --data`: what is wrong in the data.
pub fn measure_only(plan: &Plan, console: &Console) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let when = When { as_of: None, period: None, all_periods: false, no_cache: false };
    let recommendations = evaluate(plan, &when, console)?;
    let readings = &recommendations.scorecards.readings;
    let mut found = readings.findings.clone();
    found.extend(recommendations.scorecards.findings.iter().cloned());
    found.extend(failures(&recommendations));
    found.extend(check::lint_readings(plan, readings));
    Ok(found)
}

fn failures(recommendations: &Recommendations) -> Vec<Diagnostic> {
    recommendations.all_failures().into_iter().cloned().collect()
}

/// `--as-of`: a date, or `today` in the workspace's zone (the only use of the clock in a run).
pub fn as_of(text: Option<&str>, plan: &Plan) -> Result<Option<Date>, Diagnostic> {
    match text {
        None => Ok(None),
        Some("today") => Ok(Some(jiff::Timestamp::now().to_zoned(plan.zone.clone()).date())),
        Some(text) => text.parse::<Date>().map(Some).map_err(|_| {
            Diagnostic::error(&codes::BAD_DATE, said!("`--as-of {written}` is not a date", written = text))
                .help(said!("write year-month-day, such as --as-of 2026-04-30, or --as-of today"))
        }),
    }
}

fn choice(when: &When) -> PeriodChoice {
    match (&when.period, when.all_periods) {
        (Some(name), _) => PeriodChoice::One(name.clone()),
        (None, true) => PeriodChoice::All,
        (None, false) => PeriodChoice::Latest,
    }
}

/// Writes the result files of a run.
pub fn write(
    plan: &Plan,
    recommendations: &Recommendations,
    luck: &[crate::luck::Answer],
    asked: &Output,
    out: &std::path::Path,
) -> Result<output::Written, Vec<Diagnostic>> {
    let options = output::Options {
        parquet_scores: asked.scores == Scores::Parquet,
        details: match asked.details {
            Details::All => output::Details::All,
            Details::Acted => output::Details::Acted,
            Details::None => output::Details::None,
        },
        report: !asked.no_report,
        wait: !asked.no_wait,
    };
    output::write(plan, recommendations, luck, &options, out)
}

/// One sentence per outcome, and where the report is.
fn summary(plan: &Plan, recommendations: &Recommendations, written: &output::Written, json: bool) -> String {
    let report = written.report.as_ref().map(|p| p.display().to_string());
    let folder = written.folder.display().to_string();
    if json {
        let counts = report::counts(plan, recommendations);
        let value = serde_json::json!({ "outcomes": counts, "report": report, "folder": folder });
        return serde_json::to_string_pretty(&value).unwrap_or_default();
    }
    let mut lines = report::sentences(plan, recommendations);
    lines.push(match report {
        Some(path) => plan.words.say("run.report", &[("path", &path)]),
        None => plan.words.say("run.results", &[("path", &folder)]),
    });
    lines.join("\n")
}
