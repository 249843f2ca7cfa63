//! Who was trained in what, and when: the sources of kind training as facts of people (kind `trained`), so that a row of such a
//! source and one of the evidence file say the same.

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;

use super::account::TOO_LATE;
use super::batch::{Batch, Intake, LeftOut, Quarantined};
use super::directory::EvidenceRow;
use super::{Horizon, Progress, read_at};
use crate::diagnostic::Diagnostic;
use crate::language::{Column, Environment, MISSING_TIME};
use crate::said;
use crate::workspace::Plan;

/// A course completed, as facts name it.
pub const TRAINED: &str = "trained";

/// What the sources of training hold.
#[derive(Clone, Debug, Default)]
pub struct Trained {
    /// Sorted by person, day and course.
    pub rows: Vec<EvidenceRow>,
    pub intake: Intake,
}

/// Rows of one source, and what became of the others.
#[derive(Default)]
struct Found {
    rows: Vec<EvidenceRow>,
    late: u64,
    bad: Vec<Quarantined>,
}

/// Reads the sources of training that the charter's `training:` asks for, until `as_of`.
pub fn trained(plan: &Plan, as_of: Date, progress: Progress<'_>) -> Result<Trained, Vec<Diagnostic>> {
    let person = plan.levels.iter().position(|level| level.value == "person");
    let (records, Some(person)) = (&plan.charter.book.records, person) else { return Ok(Trained::default()) };
    if records.is_empty() {
        return Ok(Trained::default());
    }
    let sources: Vec<usize> = records.iter().map(|(source, _)| *source).collect();
    let found: Mutex<Vec<Found>> = Mutex::new(sources.iter().map(|_| Found::default()).collect());
    let end = as_of.tomorrow().ok().and_then(|day| day.to_zoned(plan.zone.clone()).ok());
    let last = end.map(|end| end.timestamp().as_microsecond() - 1);
    let sink = |batch: Batch| {
        let Some(at) = records.iter().position(|(source, _)| *source == batch.source) else { return Ok(()) };
        let course = records.get(at).map_or(0, |(_, field)| *field);
        let read = of_batch(plan, &batch, (person, course), last);
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = found.get_mut(at) {
            found.rows.extend(read.rows);
            found.late += read.late;
            found.bad.extend(read.bad);
        }
        Ok(())
    };
    let environment = Environment { calendar: plan.calendar.clone() };
    let horizon = Horizon { as_of: last, given: true };
    let mut intake = read_at(plan, &sources, &environment, horizon, progress, &sink)?;
    let mut rows = Vec::new();
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (source, found) in sources.iter().zip(found) {
        settle(&mut intake, *source, &found);
        rows.extend(found.rows);
        intake.quarantine.extend(found.bad);
    }
    intake.quarantine.sort();
    rows.sort_by(|a, b| (&a.person, a.from, &a.reference, a.line).cmp(&(&b.person, b.from, &b.reference, b.line)));
    Ok(Trained { rows, intake })
}

/// Rows in = used + left out + quarantined, also after what this reading sets aside.
fn settle(intake: &mut Intake, source: usize, found: &Found) {
    let Some(intake) = intake.sources.get_mut(source).and_then(Option::as_mut) else { return };
    let bad = found.bad.len() as u64;
    intake.used = intake.used.saturating_sub(found.late + bad);
    intake.quarantined += bad;
    if found.late == 0 {
        return;
    }
    match intake.left_out.iter_mut().find(|left| left.reason == TOO_LATE) {
        Some(left) => left.rows += found.late,
        None => {
            intake.left_out.push(LeftOut { reason: TOO_LATE.into(), rows: found.late });
            intake.left_out.sort_by(|a, b| a.reason.cmp(&b.reason));
        }
    }
}

fn of_batch(plan: &Plan, batch: &Batch, (person, course): (usize, usize), last: Option<i64>) -> Found {
    let mut found = Found::default();
    let people = batch.subjects.levels.get(person).and_then(Option::as_ref);
    let all: Vec<u32> = match &batch.selected {
        Some(rows) => rows.clone(),
        None => (0..batch.rows as u32).collect(),
    };
    for row in all {
        let row = row as usize;
        let line = batch.lines.of(row);
        let moment = batch.at.get(row).copied().filter(|at| *at != MISSING_TIME);
        let named = match batch.columns.get(course) {
            Some(Column::Text(text)) => text.get(row).map(|word| word.trim().to_owned()),
            _ => None,
        };
        let who = people.and_then(|people| people.get(row)).map(|word| word.to_string());
        let (Some(moment), Some(named), Some(who)) = (moment, named, who.clone()) else {
            let reason = match (moment, who) {
                (None, _) => said!("no date"),
                (_, None) => said!("no person"),
                _ => said!("no course"),
            };
            found.bad.push(Quarantined { file: batch.file.to_string(), line, column: String::new(), reason });
            continue;
        };
        if last.is_some_and(|last| moment > last) {
            found.late += 1;
            continue;
        }
        let day = jiff::Timestamp::from_microsecond(moment).ok().map(|at| plan.zone.to_datetime(at).date());
        found.rows.push(EvidenceRow {
            person: who,
            kind: TRAINED.into(),
            standard: None,
            from: day,
            to: None,
            step: None,
            reference: Some(named),
            line,
        });
    }
    found
}
