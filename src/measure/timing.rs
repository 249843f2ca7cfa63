//! What "now" is, which periods there are, and which of them are judged.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::dating::Bounds;
use super::kernel::{SAMPLES, Worker};
use super::periods::{Clock, Key};
use super::{Period, PeriodChoice, codes};
use crate::diagnostic::{Diagnostic, Place};
use crate::language::Program;
use crate::said;
use crate::workspace::{Cause, Form, Measure, Plan, Source};

/// The day up to which records count, and whether somebody wrote it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AsOf {
    /// None: the day of the latest record, known after reading.
    pub day: Option<Date>,
    pub given: bool,
}

impl AsOf {
    /// `--as-of`, else the workspace's, else the day of the latest record. That is only looked up before reading where an
    /// expression asks for it, or where a measure's own `at:` may lie after it; `latest` looks.
    pub(crate) fn before_reading(
        plan: &Plan,
        asked: Option<Date>,
        sources: &[usize],
        clock: &Clock,
        latest: &dyn Fn() -> Result<Option<i64>, Vec<Diagnostic>>,
    ) -> Result<Self, Vec<Diagnostic>> {
        if let Some(day) = asked.or(plan.as_of.as_ref().map(|a| a.value)) {
            return Ok(Self { day: Some(day), given: true });
        }
        let needed = plan.measures.iter().any(|m| m.at.is_some() || asks(plan, m))
            || sources.iter().filter_map(|s| plan.sources.get(*s)).any(source_asks);
        let latest = if needed { latest()? } else { None };
        let day = latest.map(|moment| clock.day(moment)).or_else(|| needed.then(|| fallback(plan, clock).0));
        Ok(Self { day, given: false })
    }

    /// The day, now that all records are read; with a note where nothing tells it.
    pub(crate) fn after_reading(self, plan: &Plan, clock: &Clock, latest: Option<i64>) -> (Date, Option<Diagnostic>) {
        match (self.day, latest) {
            (Some(day), None) if !self.given => (day, fallback(plan, clock).1),
            (Some(day), _) => (day, None),
            (None, Some(latest)) => (clock.day(latest), None),
            (None, None) => fallback(plan, clock),
        }
    }
}

/// Without any date: the end of the sources' `period:`, else the charter's first day.
fn fallback(plan: &Plan, clock: &Clock) -> (Date, Option<Diagnostic>) {
    if let Some(day) = clock.last_named_day() {
        return (day, None);
    }
    let day = plan.charter.effective.as_ref().map_or(jiff::civil::date(1970, 1, 1), |d| d.value);
    let note = Diagnostic::note(
        &codes::UNDATED,
        said!("no record has a date and `as_of` is not written: {day} is taken", day),
    )
    .at(plan.periods.every.span(), said!("no source has dates"))
    .help(said!("write `as_of: 2026-04-30`, or run with `--as-of 2026-04-30`"));
    (day, Some(note))
}

fn source_asks(source: &Source) -> bool {
    let reads = |program: &Program| program.slots().contains(&source.as_of_slot());
    source.filter.as_ref().is_some_and(reads)
        || source.shield.iter().any(|s| reads(&s.when))
        || matches!(&source.cause, Some(Cause::Of(program)) if reads(program))
}

/// Whether an expression of a measure reads `as_of`.
fn asks(plan: &Plan, measure: &Measure) -> bool {
    let Some(slot) = measure.source.and_then(|s| plan.sources.get(s)).map(Source::as_of_slot) else { return false };
    let reads = |program: &Program| program.slots().contains(&slot);
    let conditions = [&measure.filter, &measure.not_applicable, &measure.not_due];
    conditions.into_iter().flatten().any(reads)
        || measure.exclude.iter().chain(&measure.shield).any(|r| reads(&r.when))
        || matches!(&measure.cause, Some(Cause::Of(program)) if reads(program))
        || programs(&measure.form).into_iter().any(reads)
}

pub(crate) fn programs(form: &Form) -> Vec<&Program> {
    match form {
        Form::Share(p) | Form::Mean(p) | Form::Sum(p) | Form::Median(p) | Form::Nps(p) => vec![p],
        Form::Percentile { of, .. } => vec![of],
        Form::CountedShare { of, out_of } | Form::Ratio { of, out_of } => vec![of, out_of],
        Form::Rate { events, per, .. } => vec![events, per],
        Form::Events { events: program, .. } | Form::Cadence { of: program, .. } => program.iter().collect(),
        Form::CountedNps { promoters, passives, detractors } => vec![promoters, passives, detractors],
        Form::Gap { received, expected } => vec![received, expected],
        Form::Reported { of, n, lower, upper } => {
            [Some(of), n.as_ref(), lower.as_ref(), upper.as_ref()].into_iter().flatten().collect()
        }
        // A formula reads other measures.
        Form::Count | Form::Formula { .. } => Vec::new(),
    }
}

pub(crate) fn bounds(plan: &Plan, clock: &Clock, as_of: AsOf) -> Bounds {
    Bounds::of(clock, plan.periods.from.as_ref().map(|f| f.value), as_of.day)
}

/// One mistyped year must not move the whole judgement: where the latest records stand apart and nobody wrote `as_of`,
/// the run stops and lists them.
pub(crate) fn refuse_stragglers(
    plan: &Plan,
    clock: &Clock,
    rows: &BTreeMap<Key, u64>,
    workers: &[Worker<'_>],
) -> Result<(), Vec<Diagnostic>> {
    let counts: Vec<(i32, u64)> = rows
        .iter()
        .filter_map(|(key, n)| if let Key::Regular(ordinal) = key { Some((*ordinal, *n)) } else { None })
        .collect();
    let Some(first) = clock.apart(&counts, &|day| rests(plan, day)) else { return Ok(()) };
    let name = |ordinal: i32| clock.period(Key::Regular(ordinal), Date::MAX, 0).name;
    let before = first.checked_sub(1).and_then(|i| counts.get(i)).map_or_else(String::new, |c| name(c.0));
    let apart = counts.get(first..).unwrap_or(&[]);
    let total: u64 = apart.iter().map(|c| c.1).sum();
    let names: Vec<String> = apart.iter().take(3).map(|c| name(c.0)).collect();
    let mut samples: BTreeMap<i32, Vec<(std::sync::Arc<str>, u64)>> = BTreeMap::new();
    for worker in workers {
        for (places, key) in worker.samples.iter().zip(&worker.dating.keys) {
            if let Key::Regular(ordinal) = key
                && apart.iter().any(|c| c.0 == *ordinal)
            {
                samples.entry(*ordinal).or_default().extend(places.iter().cloned());
            }
        }
    }
    let mut places: Vec<(std::sync::Arc<str>, u64, String)> = Vec::new();
    for (ordinal, mut first) in samples {
        // As many as one worker keeps, however many there were.
        first.sort();
        places.extend(first.into_iter().take(SAMPLES).map(|(file, line)| (file, line, name(ordinal))));
    }
    places.sort();
    places.truncate(10);
    let more = if apart.len() > 3 { " …" } else { "" };
    let message = said!(
        "the latest records ({periods}) stand apart: the one before them is of {before}",
        periods = format!("{}{more}", names.join(", ")),
        before
    );
    let mut diagnostic = Diagnostic::error(&codes::APART, message);
    diagnostic.labels.extend(places.into_iter().map(|(file, line, name)| crate::diagnostic::Label {
        place: Place::Data { file: file.to_string(), line, column: 0 },
        text: said!("dated in {period}", period = name),
    }));
    let last = clock.period(Key::Regular(counts.get(first.saturating_sub(1)).map_or(0, |c| c.0)), Date::MAX, 0);
    let until = last.end.and_then(|end| end.yesterday().ok()).map_or_else(String::new, |d| d.to_string());
    Err(vec![
        diagnostic
            .help(match total {
                1 => said!("one record is meant: correct its date if it is mistyped"),
                _ => said!("{records} records are meant: correct their dates if they are mistyped", records = total),
            })
            .help(said!("or say until when records count: `as_of: {until}` leaves them out", until)),
    ])
}

/// A day that nobody works, by the policy's calendar.
pub(super) fn rests(plan: &Plan, day: Date) -> bool {
    let weekday = day.weekday().to_monday_zero_offset() as usize;
    let hours = plan.calendar.week.get(weekday).map_or(&[][..], |h| h);
    hours.is_empty() || plan.calendar.holidays.binary_search(&day).is_ok()
}

/// Days that the slowest of the sources in use needs.
pub(super) fn longest_lag(plan: &Plan) -> i64 {
    let used = super::local::sources_in_use(plan).into_iter().filter_map(|s| plan.sources.get(s));
    used.map(|s| s.lag_days).max().unwrap_or(0)
}

/// The periods of a run: `rows` of each, complete or not.
pub(crate) fn periods(plan: &Plan, clock: &Clock, keys: &[Key], rows: &[u64], as_of: Date) -> Vec<Period> {
    let lag = longest_lag(plan);
    keys.iter().zip(rows).map(|(key, rows)| Period { records: *rows, ..clock.period(*key, as_of, lag) }).collect()
}

/// Positions of the periods to judge: complete ones that hold a record.
pub(crate) fn judged(
    plan: &Plan,
    periods: &[Period],
    choice: &PeriodChoice,
    as_of: Date,
) -> Result<Vec<usize>, Vec<Diagnostic>> {
    let eligible: Vec<usize> =
        periods.iter().enumerate().filter(|(_, p)| p.complete && p.records > 0).map(|(i, _)| i).collect();
    let names: Vec<&str> = eligible.iter().filter_map(|i| periods.get(*i)).map(|p| p.name.as_str()).collect();
    let Some(last) = eligible.last() else {
        let open = periods.iter().find(|p| p.records > 0).map_or("", |p| p.name.as_str());
        return Err(vec![
            Diagnostic::error(&codes::NO_COMPLETE_PERIOD, said!("no period is complete on {as_of}", as_of))
                .at(plan.periods.every.span(), said!("the first with a record, {period}, ends later", period = open))
                .help(said!("set `as_of` to its last day (plus the longest `lag:`) or later, once its records are in"))
                .help(said!("or choose shorter periods: `every: week`")),
        ]);
    };
    let PeriodChoice::One(wanted) = choice else {
        return Ok(if *choice == PeriodChoice::All { eligible } else { vec![*last] });
    };
    let position = periods.iter().position(|p| p.name.eq_ignore_ascii_case(wanted.trim()));
    if let Some(position) = position.filter(|p| eligible.contains(p)) {
        return Ok(vec![position]);
    }
    let why = match position.and_then(|p| periods.get(p)) {
        Some(period) if !period.complete => {
            said!("period `{period}` is not complete on {as_of}", period = wanted, as_of)
        }
        Some(_) => said!("period `{period}` holds no record", period = wanted),
        None => said!("there is no period `{period}`", period = wanted),
    };
    let shown: Vec<&str> = names.iter().rev().take(24).rev().copied().collect();
    let mut diagnostic = Diagnostic::error(&codes::UNKNOWN_PERIOD, why)
        .help(said!("complete periods with records: {periods}", periods = shown.join(", ")));
    if names.len() > shown.len() {
        diagnostic = diagnostic.help(match names.len() - shown.len() {
            1 => said!("and one earlier one"),
            count => said!("and {count} earlier ones", count),
        });
    }
    Err(vec![diagnostic])
}
