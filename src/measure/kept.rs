//! Counting with a shelf: what was counted before of the same files, in the same way, is not counted again. New files are
//! counted alone and added; a new or changed measure is counted alone and joined. Everything passes through the same
//! merge as without a shelf, so the result can't differ.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::Crossed;
use super::counts::Counts;
use super::definition::of_run;
use super::heard::hear;
use super::kernel::{Setup, Worker};
use super::layout::{Table, tables_of};
use super::local::{Census, Ground, Pool, Sheets, count};
use super::lots::{Found, Ledger, Lot, Named};
use super::part::{self, Part};
use super::periods::PeriodChoice;
use super::restored;
use super::shelf::{Glance, Shelf};
use super::timing::AsOf;
use super::wire::Wire;
use crate::diagnostic::Diagnostic;
use crate::records::{self, Batch, DataInput, Receipt};
use crate::workspace::Plan;

/// More lots of one source than this are put together to one.
const MOST_LOTS: usize = 8;

/// `count`, with what a shelf has of it.
pub fn count_with(
    plan: &Plan,
    as_of: Option<Date>,
    choice: &PeriodChoice,
    shelf: &dyn Shelf,
    progress: records::Progress<'_>,
) -> Result<Counts, Vec<Diagnostic>> {
    let ground = Ground::of(plan);
    let order = records::order(plan, &ground.sources)?;
    let plain = || count(plan, as_of, choice, progress);
    let Some(files) = order.iter().map(|s| Some((*s, records::files(plan, *s)?))).collect() else { return plain() };
    let files: BTreeMap<usize, Vec<DataInput>> = files;
    let latest = || latest(plan, &ground, &order, &files, shelf);
    let day = AsOf::before_reading(plan, as_of, &ground.sources, &ground.clock, &latest)?;
    let people = Sheets::read(plan, &ground.clock)?;
    let setup = ground.setup(plan, day, &people);
    let run =
        format!("{} until {:?} as of {:?}", of_run(plan, people.file.as_ref()), setup.bounds.until, setup.horizon());
    let mut keeping = Keeping {
        setup: &setup,
        ground: &ground,
        shelf,
        progress,
        ledgers: order
            .iter()
            .map(|s| {
                let definition = records::definition(plan, *s, &ground.sources, &order);
                (*s, Ledger::new(&setup, *s, &definition, &run))
            })
            .collect(),
        files,
        digests: BTreeMap::new(),
        found: BTreeMap::new(),
        receipts: BTreeMap::new(),
        raw: Vec::new(),
    };
    let jobs = keeping.look(&order);
    if !keeping.work(jobs)? {
        return plain();
    }
    let Some((workers, receipts)) = keeping.gathered(&order) else { return plain() };
    let intake = records::intake(plan, receipts);
    let census =
        Census { setup: &setup, as_of: day, choice, directory: people.directory.as_ref(), names: &people.names };
    let mut counts = people.filed(census.counts(workers, intake)?);
    hear(plan, &ground.environment, &mut counts.rows);
    Ok(counts)
}

/// The latest moment of all records, where the shelf knows it for these files.
fn latest(
    plan: &Plan,
    ground: &Ground,
    order: &[usize],
    files: &BTreeMap<usize, Vec<DataInput>>,
    shelf: &dyn Shelf,
) -> Result<Option<i64>, Vec<Diagnostic>> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(of_run(plan, None).as_bytes());
    for source in order {
        hasher.update(records::definition(plan, *source, &ground.sources, order).as_bytes());
    }
    let name = format!("latest-{}", hasher.finalize().to_hex());
    let all: Vec<&DataInput> = files.values().flatten().collect();
    let digests =
        || -> Option<Vec<Named>> { all.iter().map(|f| Some((f.name.clone(), shelf.digest(&f.path)?))).collect() };
    let held: Option<(Vec<Named>, Option<i64>)> = shelf.get(&name).and_then(|bytes| Wire::of(&bytes));
    if let Some((seen, moment)) = held
        && digests().is_some_and(|now| now == seen)
    {
        return Ok(moment);
    }
    let glances: Vec<Option<Glance>> = all.iter().map(|f| shelf.glance(&f.path)).collect();
    let moment = records::latest(plan, &ground.sources, &ground.environment)?;
    if let Some(digests) = digests() {
        let still = |((file, glance), digest): ((&&DataInput, &Option<Glance>), &Named)| {
            glance.is_some_and(|glance| shelf.unchanged(&file.path, glance, &digest.1))
        };
        if all.iter().zip(&glances).zip(&digests).all(still) {
            shelf.put(&name, (digests, moment).bytes());
        }
    }
    Ok(moment)
}

/// Something to read: files of one source.
struct Job {
    source: usize,
    /// Display names; none: all files.
    only: Option<BTreeSet<String>>,
    /// A lot on the shelf (position in `Keeping::found`) that lacks these measures; none: everything is counted.
    lot: Option<(usize, BTreeSet<usize>)>,
}

struct Keeping<'a> {
    setup: &'a Setup<'a>,
    ground: &'a Ground,
    shelf: &'a dyn Shelf,
    progress: records::Progress<'a>,
    ledgers: BTreeMap<usize, Ledger>,
    files: BTreeMap<usize, Vec<DataInput>>,
    /// By source: its files as they are; only where somebody asked.
    digests: BTreeMap<usize, Option<Vec<Named>>>,
    /// By source: lots, from the shelf or counted now.
    found: BTreeMap<usize, Vec<Found>>,
    /// By source: receipts of rows that can't be kept.
    receipts: BTreeMap<usize, Vec<Receipt>>,
    /// Workers whose counts can't be kept, because a measure failed.
    raw: Vec<Worker<'a>>,
}

impl<'a> Keeping<'a> {
    /// Looks what the shelf has, and gives what is left to read.
    fn look(&mut self, order: &[usize]) -> Vec<Job> {
        let mut jobs = Vec::new();
        for source in order {
            let (Some(ledger), Some(files)) = (self.ledgers.get(source).cloned(), self.files.get(source)) else {
                continue;
            };
            let apart = records::is_apart(self.setup.plan, *source, files);
            let names: BTreeSet<String> = files.iter().map(|f| f.name.clone()).collect();
            let lots = ledger.lots(self.shelf);
            // Without a lot nobody needs the digests before the files are read.
            let known = if lots.is_empty() { None } else { self.digests(*source).zip(self.contacts(*source)) };
            let mut found: Vec<Found> = Vec::new();
            if let Some((files, contacts)) = known {
                let lots = ledger.cover(lots, &files, &contacts, apart);
                found.extend(lots.iter().filter_map(|lot| ledger.find(self.shelf, lot)));
            }
            let mut open = names;
            for (position, found) in found.iter().enumerate() {
                let own: BTreeSet<String> = found.lot.files.iter().map(|f| f.0.clone()).collect();
                open.retain(|name| !own.contains(name));
                if !found.missing.is_empty() {
                    jobs.push(Job { source: *source, only: Some(own), lot: Some((position, found.missing.clone())) });
                }
            }
            if !open.is_empty() {
                let only = (!found.is_empty()).then_some(open);
                jobs.push(Job { source: *source, only, lot: None });
            }
            self.found.insert(*source, found);
        }
        jobs
    }

    /// The files of a source as they are.
    fn digests(&mut self, source: usize) -> Option<Vec<Named>> {
        if let Some(known) = self.digests.get(&source) {
            return known.clone();
        }
        let all = |files: &Vec<DataInput>| -> Option<Vec<Named>> {
            files.iter().map(|f| Some((f.name.clone(), self.shelf.digest(&f.path)?))).collect()
        };
        let now = self.files.get(&source).and_then(all);
        self.digests.insert(source, now.clone());
        now
    }

    /// The files of the contacts that answers of a source are credited through, and of their contacts.
    fn contacts(&mut self, source: usize) -> Option<Vec<Named>> {
        let mut all = Vec::new();
        for contact in contacts_of(self.setup.plan, source) {
            all.extend(self.digests(contact)?);
        }
        Some(all)
    }

    /// Reads what is left, at most one job of a source at a time. `false`: a lot didn't fit, count without the shelf.
    fn work(&mut self, mut jobs: Vec<Job>) -> Result<bool, Vec<Diagnostic>> {
        while !jobs.is_empty() {
            let mut round: Vec<Job> = Vec::new();
            let mut later = Vec::new();
            for job in jobs {
                if round.iter().any(|r| r.source == job.source) { later.push(job) } else { round.push(job) }
            }
            if !self.round(&round)? {
                return Ok(false);
            }
            jobs = later;
        }
        Ok(true)
    }

    fn round(&mut self, jobs: &[Job]) -> Result<bool, Vec<Diagnostic>> {
        let (plan, setup) = (self.setup.plan, self.setup);
        let tables: Vec<Vec<Table>> = jobs
            .iter()
            .map(|job| match &job.lot {
                Some((_, missing)) => tables_of(plan, &|measure| missing.contains(&measure)),
                None => Vec::new(),
            })
            .collect();
        let setups: Vec<Setup<'_>> = tables.iter().map(|tables| Setup { tables, ..*setup }).collect();
        let crossed = Crossed::default();
        let whole: Vec<Pool<'_>> = jobs.iter().map(|_| Pool::new(setup, &NOTHING)).collect();
        let some: Vec<Pool<'_>> = setups.iter().map(|setup| Pool::new(setup, &crossed)).collect();
        let sink = |batch: Batch| match jobs.iter().position(|job| job.source == batch.source) {
            Some(at) if jobs[at].lot.is_some() => some[at].tally(&batch),
            Some(at) => whole[at].tally(&batch),
            // A contact of answers: what it says itself is on the shelf.
            None => Ok(()),
        };
        let (receipts, settled) = self.read(jobs, &sink)?;
        for (((job, whole), some), setup) in jobs.iter().zip(whole).zip(some).zip(&setups) {
            let Some(receipt) = receipts.get(&job.source).cloned() else { return Ok(false) };
            match &job.lot {
                None => self.counted(job.source, whole.workers(), receipt, &settled),
                Some((lot, _)) => {
                    let part = part::part(setup, job.source, &some.workers(), receipt);
                    if !self.joined(job.source, *lot, part, setup, &settled) {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Reads the files of the jobs: receipts by source, and the files by source that nobody wrote to meanwhile, in all.
    #[allow(clippy::type_complexity)] // two answers of one read
    fn read(
        &self,
        jobs: &[Job],
        sink: &(dyn Fn(Batch) -> Result<(), Vec<Diagnostic>> + Sync),
    ) -> Result<(BTreeMap<usize, Receipt>, BTreeMap<usize, Vec<Named>>), Vec<Diagnostic>> {
        let plan = self.setup.plan;
        let sources: Vec<usize> = jobs.iter().map(|job| job.source).collect();
        let only: BTreeMap<usize, BTreeSet<String>> =
            jobs.iter().filter_map(|job| Some((job.source, job.only.clone()?))).collect();
        let mut glances: BTreeMap<usize, Vec<(String, PathBuf, Option<Glance>)>> = BTreeMap::new();
        for source in records::order(plan, &sources)? {
            let files = self.files.get(&source).into_iter().flatten();
            let files = files.filter(|f| only.get(&source).is_none_or(|names| names.contains(&f.name)));
            let glance = |f: &DataInput| (f.name.clone(), f.path.clone(), self.shelf.glance(&f.path));
            glances.insert(source, files.map(glance).collect());
        }
        let part = records::Part { sources: &sources, in_use: &self.ground.sources, only };
        let receipts =
            records::read_part(plan, &part, &self.ground.environment, self.setup.horizon(), self.progress, sink)?;
        let receipts: BTreeMap<usize, Receipt> = receipts.into_iter().collect();
        let mut settled = BTreeMap::new();
        for (source, glances) in glances {
            let Some(receipt) = receipts.get(&source) else { continue };
            let read: Vec<Named> = receipt.files.iter().map(|f| (f.name.clone(), f.digest.clone())).collect();
            let still = |(name, digest): &Named| {
                let glance = glances.iter().find(|g| g.0 == *name);
                glance.is_some_and(|(_, path, glance)| glance.is_some_and(|g| self.shelf.unchanged(path, g, digest)))
            };
            if read.len() == glances.len() && read.iter().all(still) {
                settled.insert(source, read);
            }
        }
        Ok((receipts, settled))
    }

    /// A job that counted everything.
    fn counted(
        &mut self,
        source: usize,
        workers: Vec<Worker<'a>>,
        receipt: Receipt,
        settled: &BTreeMap<usize, Vec<Named>>,
    ) {
        let Some(ledger) = self.ledgers.get(&source) else { return };
        let Some(part) = part::part(self.setup, source, &workers, receipt.clone()) else {
            self.receipts.entry(source).or_default().push(receipt);
            self.raw.extend(workers);
            return;
        };
        let only_for = (!part.frame.refused.is_empty()).then(|| ledger.measures());
        let contacts: Option<Vec<Vec<Named>>> =
            contacts_of(self.setup.plan, source).into_iter().map(|contact| settled.get(&contact).cloned()).collect();
        let files = settled.get(&source).cloned();
        let settled = files.is_some() && contacts.is_some();
        let contacts = contacts.into_iter().flatten().flatten().collect();
        // Without files a lot stands for rows that are not kept.
        let lot = Lot { files: files.unwrap_or_default(), contacts, only_for };
        if settled {
            ledger.keep(self.shelf, &lot, &part);
        }
        self.found.entry(source).or_default().push(Found { lot, part, missing: BTreeSet::new() });
    }

    /// A job that counted what a lot lacks. `false` where it saw other rows than the lot did: the lot is forgotten then.
    fn joined(
        &mut self,
        source: usize,
        lot: usize,
        counted: Option<Part>,
        setup: &Setup<'_>,
        settled: &BTreeMap<usize, Vec<Named>>,
    ) -> bool {
        let Some(ledger) = self.ledgers.get(&source) else { return false };
        let Some(found) = self.found.get_mut(&source).and_then(|f| f.get_mut(lot)) else { return false };
        let fits = counted.and_then(|counted| {
            let counted = aligned(counted, setup, self.setup, source);
            let same_rows = counted.frame == found.part.frame && counted.frame.refused.is_empty();
            let same_cells = counted.stands.iter().all(|(t, s)| found.part.stands.get(t).is_none_or(|held| held == s));
            (same_rows && same_cells).then_some(counted)
        });
        let Some(counted) = fits else {
            ledger.forget(self.shelf, &found.lot);
            return false;
        };
        // The receipts are the same, digests and all; contacts may have been written to.
        let mut read = contacts_of(self.setup.plan, source);
        read.push(source);
        if read.iter().all(|source| settled.contains_key(source)) {
            ledger.keep_columns(self.shelf, &found.lot, &counted);
        }
        found.part.stands.extend(counted.stands);
        found.part.columns.extend(counted.columns);
        found.missing.clear();
        true
    }

    /// Workers and receipts of all sources, as reading everything would have given them.
    #[allow(clippy::type_complexity)] // two answers that only the caller takes apart
    fn gathered(mut self, order: &[usize]) -> Option<(Vec<Worker<'a>>, Vec<(usize, Receipt)>)> {
        let mut workers = std::mem::take(&mut self.raw);
        let mut receipts = Vec::new();
        let mut raw = std::mem::take(&mut self.receipts);
        for source in order {
            let mut receipt = Receipt::default();
            let mut own = Vec::new();
            let mut lots = Vec::new();
            // A part goes as soon as its worker is there: only one of them is in memory twice.
            for found in self.found.remove(source).unwrap_or_default() {
                receipt.add(found.part.frame.receipt.clone());
                own.push(restored::worker(self.setup, *source, &found.part)?);
                lots.push(found.lot);
            }
            let whole = !raw.contains_key(source);
            raw.remove(source).into_iter().flatten().for_each(|r| receipt.add(r));
            if whole && lots.len() > MOST_LOTS && lots.iter().all(|lot| !lot.files.is_empty()) {
                self.put_together(*source, &lots, &own, &receipt);
            }
            workers.extend(own);
            receipts.push((*source, receipt));
        }
        Some((workers, receipts))
    }

    /// Many small lots as one.
    fn put_together(&self, source: usize, lots: &[Lot], workers: &[Worker<'_>], receipt: &Receipt) {
        let Some(ledger) = self.ledgers.get(&source) else { return };
        let only_for = lots.iter().find_map(|lot| lot.only_for.clone());
        let mut files: Vec<Named> = lots.iter().flat_map(|lot| lot.files.iter().cloned()).collect();
        files.sort();
        if let Some(part) = part::part(self.setup, source, workers, receipt.clone()) {
            ledger.keep(self.shelf, &Lot { files, contacts: Vec::new(), only_for }, &part);
        }
    }
}

/// The sources that answers of this one are credited through, the next first.
fn contacts_of(plan: &Plan, source: usize) -> Vec<usize> {
    let through = |source: &usize| plan.sources.get(*source)?.credit.as_ref().map(|c| c.through);
    // `records::order` has refused circles.
    std::iter::successors(through(&source), through).collect()
}

static NOTHING: std::sync::LazyLock<Crossed> = std::sync::LazyLock::new(Crossed::default);

/// Stands by the positions that their tables have among all tables.
fn aligned(mut part: Part, from: &Setup<'_>, to: &Setup<'_>, source: usize) -> Part {
    let place = |position: usize| {
        let table = from.tables.get(position)?;
        to.tables.iter().position(|t| t.source == source && t.at == table.at && t.adjust_for == table.adjust_for)
    };
    part.stands = part.stands.into_iter().filter_map(|(position, stand)| Some((place(position)?, stand))).collect();
    part
}
