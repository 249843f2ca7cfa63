//! The local kernel: reads the sources through a pool of workers and merges what they counted into `Counts`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::counts::Counts;
use super::heard::hear;
use super::kernel::{LeftOut, Setup, Worker};
use super::merge::{self, Merged};
use super::people::People;
use super::periods::{Clock, PeriodChoice};
use super::rows::{DETRACTOR, EXCLUDED, MISSING, NOT_APPLICABLE, NOT_DUE, OFF_SCALE, OUT_OF_SCOPE};
use super::subjects::{NOBODY, PERSON, Roster};
use super::timing::{self, AsOf};
use super::{Crossed, MeasureRows, agreement, attendance, codes, exposure, layout, rhythm};
use crate::diagnostic::{Diagnostic, Origin, Rounded, Said};
use crate::language::Environment;
use crate::records::{self, Batch, Directory, Intake, Roll, SourceIntake};
use crate::said;
use crate::workspace::{Form, Plan};

/// Workers at rest. A batch takes one, or a new one where all are busy: there are never more than threads.
pub(super) struct Pool<'a> {
    setup: &'a Setup<'a>,
    crossed: &'a Crossed,
    resting: Mutex<Vec<Worker<'a>>>,
    retired: Mutex<Vec<Worker<'a>>>,
}

impl<'a> Pool<'a> {
    pub fn new(setup: &'a Setup<'a>, crossed: &'a Crossed) -> Self {
        Self { setup, crossed, resting: Mutex::default(), retired: Mutex::default() }
    }

    pub fn tally(&self, batch: &Batch) -> Result<(), Vec<Diagnostic>> {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = resting.unwrap_or_else(|| {
            let mut worker = Worker::new(self.setup);
            worker.crossed.clone_from(self.crossed);
            worker
        });
        let result = worker.tally(batch);
        let rest = if worker.is_retired() { &self.retired } else { &self.resting };
        rest.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }

    pub fn workers(self) -> Vec<Worker<'a>> {
        let mut workers = self.resting.into_inner().unwrap_or_else(PoisonError::into_inner);
        workers.extend(self.retired.into_inner().unwrap_or_else(PoisonError::into_inner));
        workers
    }
}

/// Counts the records of every source that a measure reads.
pub fn count(
    plan: &Plan,
    as_of: Option<Date>,
    choice: &PeriodChoice,
    progress: records::Progress<'_>,
) -> Result<Counts, Vec<Diagnostic>> {
    count_crossed(plan, as_of, choice, &[], progress).map(|(counts, _)| counts)
}

/// Counts, and tells how the records of these measures (positions in `Plan::measures`) move together.
pub fn count_crossed(
    plan: &Plan,
    as_of: Option<Date>,
    choice: &PeriodChoice,
    measures: &[usize],
    progress: records::Progress<'_>,
) -> Result<(Counts, Crossed), Vec<Diagnostic>> {
    let ground = Ground::of(plan);
    let latest = || records::latest(plan, &ground.sources, &ground.environment);
    let as_of = AsOf::before_reading(plan, as_of, &ground.sources, &ground.clock, &latest)?;
    let people = Sheets::read(plan, &ground.clock)?;
    let setup = ground.setup(plan, as_of, &people);
    let crossed = Crossed::new(plan, measures);
    let pool = Pool::new(&setup, &crossed);
    let sink = |batch: Batch| pool.tally(&batch);
    let intake = records::read_at(plan, &ground.sources, &ground.environment, setup.horizon(), progress, &sink)?;
    let workers = pool.workers();
    let mut seen = crossed.clone();
    workers.iter().for_each(|worker| seen.merge(&worker.crossed));
    let census = Census { setup: &setup, as_of, choice, directory: people.directory.as_ref(), names: &people.names };
    let mut counts = people.filed(census.counts(workers, intake)?);
    hear(plan, &ground.environment, &mut counts.rows);
    Ok((counts, seen))
}

/// What a run stands on before anything is read.
pub(super) struct Ground {
    pub clock: Clock,
    pub environment: Environment,
    /// Positions of the sources that are measured, sorted.
    pub sources: Vec<usize>,
    tables: Vec<super::layout::Table>,
}

impl Ground {
    pub fn of(plan: &Plan) -> Self {
        Self {
            clock: Clock::of(plan),
            environment: Environment { calendar: plan.calendar.clone() },
            sources: sources_in_use(plan),
            tables: layout::tables(plan),
        }
    }

    pub fn setup<'a>(&'a self, plan: &'a Plan, as_of: AsOf, people: &'a Sheets) -> Setup<'a> {
        Setup {
            plan,
            clock: &self.clock,
            roster: people.roster.as_ref(),
            bounds: timing::bounds(plan, &self.clock, as_of),
            as_of: as_of.day.map(|day| self.clock.last_of(day)),
            as_of_given: as_of.given,
            environment: &self.environment,
            tables: &self.tables,
        }
    }
}

/// The small files that say who is who.
pub(super) struct Sheets {
    pub directory: Option<Directory>,
    pub file: Option<records::InputFile>,
    pub names: records::Names,
    roster: Option<Roster>,
    roll: Roll,
    findings: Vec<Diagnostic>,
    name_files: Vec<records::InputFile>,
}

impl Sheets {
    pub fn read(plan: &Plan, clock: &Clock) -> Result<Self, Vec<Diagnostic>> {
        let (directory, findings, file) = records::directory(plan)?;
        let (names, name_files) = records::display_names(plan)?;
        let roster = directory.as_ref().map(|d| Roster::of(plan, d, clock));
        let roll = directory.as_ref().map(Roll::of).unwrap_or_default();
        Ok(Self { directory, file, names, roster, roll, findings, name_files })
    }

    /// The counts with what these files are and what was found in them.
    pub fn filed(&self, mut counts: Counts) -> Counts {
        counts.findings.splice(0..0, self.findings.iter().cloned());
        let strangers = std::mem::take(&mut counts.roll.strangers);
        counts.roll = Roll { strangers, ..self.roll.clone() };
        counts.files.extend(self.file.iter().chain(&self.name_files).cloned());
        counts.files.sort();
        counts.files.dedup();
        counts
    }
}

/// Positions of the sources that measures read, sorted.
pub(super) fn sources_in_use(plan: &Plan) -> Vec<usize> {
    let per = |m: &crate::workspace::Measure| if let Form::Events { per, .. } = m.form { Some(per) } else { None };
    let mut sources: Vec<usize> = plan.measures.iter().flat_map(|m| [m.source, per(m)]).flatten().collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// What turns workers into counts.
pub(crate) struct Census<'a> {
    pub setup: &'a Setup<'a>,
    pub as_of: AsOf,
    pub choice: &'a PeriodChoice,
    pub directory: Option<&'a Directory>,
    pub names: &'a BTreeMap<String, BTreeMap<String, String>>,
}

impl Census<'_> {
    pub(crate) fn counts(&self, mut workers: Vec<Worker<'_>>, intake: Intake) -> Result<Counts, Vec<Diagnostic>> {
        let (plan, clock) = (self.setup.plan, self.setup.clock);
        let rows = merge::rows_by_key(self.setup, &workers);
        if rows.is_empty() && workers.iter().all(|w| w.rows == 0) {
            // What can't be read stands beside it: it is why nothing is left.
            let mut found = vec![self.nothing(&workers, &intake)];
            found.extend(intake.findings);
            return Err(found);
        }
        if !self.as_of.given {
            timing::refuse_stragglers(plan, clock, &rows, &workers)?;
        }
        let latest = workers.iter().filter_map(|w| w.latest).max();
        let (as_of, note) = self.as_of.after_reading(plan, clock, latest);
        let merged = merge::merge(self.setup, &mut workers)?;
        let periods = timing::periods(plan, clock, &merged.keys, &merged.period_rows, as_of);
        let judged = timing::judged(plan, &periods, self.choice, as_of)?;
        let raters = raters(plan, &merged, &workers, &judged);
        let mut findings = intake.findings.clone();
        findings.extend(note);
        let strangers = self.strangers(&workers);
        findings.extend(self.subject_findings(&merged, &workers, &strangers));
        findings.extend(agreement_findings(plan, &raters));
        let attendance = attendance::of(plan, &merged, &workers);
        let sources = sources(&intake, &workers);
        let failures = failures(&workers);
        let rows = self.measure_rows(&merged, &workers, &sources, &failures);
        findings.extend(super::shields::findings(plan, &rows));
        let mut quarantine = intake.quarantine;
        quarantine.extend(workers.iter_mut().flat_map(|w| std::mem::take(&mut w.quarantine)));
        quarantine.sort();
        let people = People { plan, directory: self.directory, names: self.names, periods: &periods };
        let subjects = people.subjects(&merged.subjects, &merged.seats, &merged.tables);
        let Merged { seats, tables, .. } = merged;
        let tables = exposure::joined(plan, tables);
        let mut counts = Counts {
            as_of,
            periods,
            judged,
            subjects,
            seats,
            tables,
            records: Vec::new(),
            raters,
            sources,
            attendance,
            rows,
            quarantine,
            files: intake.files,
            roll: Roll { strangers: strangers.into_keys().collect(), ..Roll::default() },
            findings,
            failures,
        };
        counts.records = records_by_level(plan, &counts);
        rhythm::settle(plan, clock, &mut counts);
        Ok(counts)
    }

    fn nothing(&self, workers: &[Worker<'_>], intake: &Intake) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(&codes::NOTHING_TO_MEASURE, said!("no record is left to measure"));
        let all = sources(intake, workers);
        let mut unreadable = false;
        for (position, source) in all.iter().enumerate() {
            let (Some(intake), Some(source)) = (source, self.setup.plan.sources.get(position)) else { continue };
            let through = source.credit.as_ref().and_then(|c| all.get(c.through)).and_then(Option::as_ref);
            if through.is_some_and(|contacts| contacts.used == 0 && contacts.rows_in > 0) {
                // Answers without contacts only follow from what is said of the contacts.
                continue;
            }
            let (source_id, gone) = (&*source.id, Said::joined(intake.gone(), ", "));
            let text = match intake.rows_in {
                0 => said!("source `{source}` holds no rows", source = source_id),
                1 => said!("source `{source}`: 1 row: {gone}", source = source_id, gone),
                rows => said!("source `{source}`: {rows} rows: {gone}", source = source_id, rows, gone),
            };
            unreadable |= intake.quarantined * 2 > intake.rows_in;
            diagnostic = diagnostic.at(source.id.span(), text);
        }
        diagnostic.help(if unreadable {
            said!("most rows can't be read: the first of them stands beside this, with what is wrong in it")
        } else {
            said!("look at `as_of`, `periods.from` and the sources' `where:`")
        })
    }

    /// Persons that the people file doesn't know on the day, and their rows.
    fn strangers(&self, workers: &[Worker<'_>]) -> BTreeMap<Arc<str>, u64> {
        let mut unknown: BTreeMap<Arc<str>, u64> = BTreeMap::new();
        let person = self.setup.plan.levels.iter().position(|l| l.value == PERSON);
        for worker in workers {
            let words = person.and_then(|level| worker.seating.names.get(level)).map_or(&[][..], |n| &n.words);
            for (word, rows) in words.iter().zip(&worker.seating.unknown).filter(|(_, rows)| **rows > 0) {
                *unknown.entry(word.clone()).or_default() += rows;
            }
        }
        unknown
    }

    /// Persons that nobody knows, columns that disagree with the directory, rows without a subject.
    fn subject_findings(
        &self,
        merged: &Merged,
        workers: &[Worker<'_>],
        unknown: &BTreeMap<Arc<str>, u64>,
    ) -> Vec<Diagnostic> {
        let plan = self.setup.plan;
        let mut findings = Vec::new();
        if !unknown.is_empty() {
            findings.push(unknown_persons(plan, unknown));
        }
        for (position, level) in plan.levels.iter().enumerate() {
            let rows: u64 = workers.iter().filter_map(|w| w.seating.disagreements.get(position)).sum();
            if rows > 0 {
                let message = match rows {
                    1 => said!("1 record where the {level} differs from the people file's", level = **level),
                    _ => {
                        said!("{rows} records where the {level} differs from the people file's", rows, level = **level)
                    }
                };
                findings.push(
                    Diagnostic::warning(&codes::DISAGREEMENT, message)
                        .at(level.span(), said!("the record's own column wins"))
                        .help(said!("a transfer is two rows of the people file, with `from` and `to`")),
                );
            }
            let (mut without, all) = without_subject(merged, position);
            if level.value == PERSON {
                // Said above: the record names somebody.
                without = without.saturating_sub(unknown.values().sum());
            }
            if without == 0 {
                continue;
            }
            // Nobody asked for the departments and units that a workspace has by default.
            if without == all && level.origin == Origin::nowhere() && level.value != "person" {
                continue;
            }
            let message = match without {
                1 => said!("1 record without a {level}", level = **level),
                rows => said!("{rows} records without a {level}", rows, level = **level),
            };
            findings.push(if without == all {
                Diagnostic::warning(&codes::NO_SUBJECT, said!("no record has a {level}", level = **level))
                    .at(level.span(), said!("nobody is assessed at this level"))
                    .help(said!(
                        "name its column: `subjects: { {level}: COLUMN }`, or add it to the people file",
                        level = **level
                    ))
            } else {
                Diagnostic::note(&codes::NO_SUBJECT, message)
                    .at(level.span(), said!("they count at the other levels only"))
                    .help(said!("fill the column in the data, or the people file"))
            });
        }
        findings
    }

    fn measure_rows(
        &self,
        merged: &Merged,
        workers: &[Worker<'_>],
        sources: &[Option<SourceIntake>],
        failures: &[(usize, Diagnostic)],
    ) -> Vec<MeasureRows> {
        let mut rows = vec![MeasureRows::default(); self.setup.plan.measures.len()];
        for (position, (table, totals)) in self.setup.tables.iter().zip(&merged.totals).enumerate() {
            let undated = workers.iter().filter_map(|w| w.undated.get(position)).fold(LeftOut::default(), sum);
            for (layout, codes) in table.measures.iter().zip(totals) {
                let used = sources.get(table.source).and_then(Option::as_ref).map_or(0, |s| s.used);
                let failed = failures.iter().any(|(measure, _)| *measure == layout.measure);
                let (Some(rows), Some(measure)) =
                    (rows.get_mut(layout.measure), self.setup.plan.measures.get(layout.measure))
                else {
                    continue;
                };
                *rows = if failed {
                    let reason = "the measure could not be evaluated".to_owned();
                    MeasureRows { used, excluded: vec![(reason, used)], ..MeasureRows::default() }
                } else {
                    let reasons: Vec<&str> = measure.exclude.iter().map(|e| e.reason.as_str()).collect();
                    let divided_by_zero = workers.iter().filter_map(|w| w.divided.get(layout.measure)).sum();
                    let shield_missing = workers.iter().filter_map(|w| w.unsure.get(layout.measure)).sum();
                    MeasureRows { divided_by_zero, shield_missing, ..counted_rows(used, codes, &reasons, undated) }
                };
            }
        }
        rows
    }
}

fn counted_rows(used: u64, codes: &[u64], reasons: &[&str], undated: LeftOut) -> MeasureRows {
    let of = |code: u8| codes.get(code as usize).copied().unwrap_or(0);
    let mut excluded: BTreeMap<String, u64> = BTreeMap::new();
    for (position, rows) in codes.iter().skip(EXCLUDED as usize).enumerate() {
        let reason = reasons.get(position).map_or("other reasons", |r| r);
        *excluded.entry(reason.to_owned()).or_default() += rows;
    }
    for (reason, rows) in reasons_of(undated) {
        *excluded.entry(reason.to_owned()).or_default() += rows;
    }
    MeasureRows {
        used,
        measured: (0..=DETRACTOR).map(of).sum(),
        out_of_scope: of(OUT_OF_SCOPE),
        excluded: excluded.into_iter().filter(|(_, rows)| *rows > 0).collect(),
        not_applicable: of(NOT_APPLICABLE),
        not_due: of(NOT_DUE),
        missing: of(MISSING) + of(OFF_SCALE),
        off_scale: of(OFF_SCALE),
        divided_by_zero: 0,
        shield_missing: 0,
        heard: Vec::new(),
    }
}

fn reasons_of(out: LeftOut) -> [(&'static str, u64); 3] {
    [(records::TOO_LATE, out.too_late), (records::TOO_EARLY, out.too_early), (records::NO_DATE, out.no_date)]
}

fn sum(mut a: LeftOut, b: &LeftOut) -> LeftOut {
    a.add(b);
    a
}

/// The intake with what this stage left out: rows in = used + left out + quarantined still holds.
fn sources(intake: &Intake, workers: &[Worker<'_>]) -> Vec<Option<SourceIntake>> {
    let mut sources = intake.sources.clone();
    for (position, source) in sources.iter_mut().enumerate() {
        let Some(source) = source else { continue };
        let out = workers.iter().filter_map(|w| w.left_out.get(position)).fold(LeftOut::default(), sum);
        let mut reasons: BTreeMap<String, u64> =
            std::mem::take(&mut source.left_out).into_iter().map(|l| (l.reason, l.rows)).collect();
        for (reason, rows) in reasons_of(out).into_iter().filter(|(_, rows)| *rows > 0) {
            *reasons.entry(reason.to_owned()).or_default() += rows;
            source.used = source.used.saturating_sub(rows);
        }
        source.left_out = reasons.into_iter().map(|(reason, rows)| records::LeftOut { reason, rows }).collect();
        source.used = source.used.saturating_sub(out.refused);
        source.quarantined += out.refused;
    }
    sources
}

/// The first breach of each measure, by file and line.
fn failures(workers: &[Worker<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut first: BTreeMap<usize, (&str, u64, &Diagnostic)> = BTreeMap::new();
    for (measure, (file, line, diagnostic)) in workers.iter().flat_map(|w| &w.failures) {
        let held = first.entry(*measure).or_insert((file, *line, diagnostic));
        if (&**file, *line) < (held.0, held.1) {
            *held = (file, *line, diagnostic);
        }
    }
    first.into_iter().map(|(measure, (_, _, diagnostic))| (measure, diagnostic.clone())).collect()
}

fn unknown_persons(plan: &Plan, unknown: &BTreeMap<Arc<str>, u64>) -> Diagnostic {
    let rows: u64 = unknown.values().sum();
    let ids: Vec<&Arc<str>> = unknown.keys().collect();
    let message = match (ids.len(), rows) {
        (1, 1) => said!("the people file doesn't know 1 person of 1 record on their day"),
        (1, _) => said!("the people file doesn't know 1 person of {records} records on their day", records = rows),
        (persons, _) => said!(
            "the people file doesn't know {persons} persons of {records} records on their day",
            persons,
            records = rows
        ),
    };
    let diagnostic = Diagnostic::warning(&codes::UNKNOWN_PERSONS, message);
    let diagnostic = match &plan.people {
        Some(people) => diagnostic.at(people.file.span(), said!("not there, or not valid on the day of the record")),
        None => diagnostic,
    };
    diagnostic
        .help(said!("they are counted, not judged: {persons}", persons = records::first_of(&ids, 5)))
        .help(said!("add them to the people file, or correct the ids; `from` and `to` say when a row is valid"))
}

/// Records without a subject at a level, and all records.
pub(super) fn without_subject(merged: &Merged, level: usize) -> (u64, u64) {
    let (mut without, mut all) = (0, 0);
    for table in merged.tables.iter().filter(|t| t.base) {
        for (cell, records) in table.cells.iter().zip(&table.records) {
            all += records;
            let seat = merged.seats.get(cell.seat as usize);
            if seat.and_then(|s| s.get(level)).is_none_or(|subject| *subject == NOBODY) {
                without += records;
            }
        }
    }
    (without, all)
}

/// Records by cell of each level, whatever the measure.
fn records_by_level(plan: &Plan, counts: &Counts) -> Vec<Vec<u64>> {
    (0..plan.levels.len())
        .map(|level| {
            let mut records = vec![0; counts.cells(level)];
            for table in counts.tables.iter().filter(|t| t.base) {
                for (cell, rows) in counts.level_cells(level, table).into_iter().zip(&table.records) {
                    if let Some(held) = records.get_mut(cell as usize) {
                        *held += rows;
                    }
                }
            }
            records
        })
        .collect()
}

/// How the raters of persons agree in the judged periods and how lenient they are, for measures that name raters.
fn raters(
    plan: &Plan,
    merged: &Merged,
    workers: &[Worker<'_>],
    judged: &[usize],
) -> Vec<Option<agreement::RaterReadings>> {
    let level = plan.levels.iter().position(|l| l.value == PERSON).unwrap_or(0);
    let of = |(position, measure): (usize, &crate::workspace::Measure)| {
        measure.rater.as_ref()?;
        // Shares and scores count whole rows; numbers are kept at the measure's decimals.
        let counted = matches!(measure.form, crate::workspace::Form::Share(_) | crate::workspace::Form::Nps(_));
        let mut given = merged.ratings(workers, position, level, if counted { 0 } else { measure.decimals });
        given.retain(|rating| judged.contains(&(rating.period as usize)));
        Some(agreement::read(&measure.form, &given))
    };
    plan.measures.iter().enumerate().map(of).collect()
}

/// Below this agreement nobody should rely on a measure (Krippendorff 2004).
const TENTATIVE: f64 = 0.667;

fn agreement_findings(plan: &Plan, raters: &[Option<agreement::RaterReadings>]) -> Vec<Diagnostic> {
    let low = |(measure, raters): (&crate::workspace::Measure, &Option<agreement::RaterReadings>)| {
        let agreement = raters.as_ref()?.agreement?;
        let least = measure.agreement.unwrap_or(TENTATIVE);
        (agreement.figure < least).then(|| {
            let message = said!(
                "the raters of measure `{measure}` agree too little: {agreement}",
                measure = *measure.id,
                agreement = Rounded(agreement.figure, 2)
            );
            Diagnostic::warning(&codes::LOW_AGREEMENT, message)
                .at(measure.id.span(), said!("below {least}: it can't feed a sanction", least))
                .help(said!(
                    "let some persons be rated twice with a common guide, and talk through where ratings differ"
                ))
        })
    };
    plan.measures.iter().zip(raters).filter_map(low).collect()
}
