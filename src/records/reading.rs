//! Reads the sources: contacts before the answers that are credited through them, ids noted before rows are handed on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;

use super::account::{Account, Balance};
use super::batch::Batch;
use super::block::Block;
use super::codes;
use super::contacts::{Collector, Contacts};
use super::identity::{Identity, Settled, SortKey, place};
use super::opened::Stop;
use super::prepared::Prepared;
use super::receipt::Receipt;
use super::rows::{Judge, Marks, keys_of, refused};
use super::stream::Meter;
use super::{Horizon, Progress};
use crate::diagnostic::Diagnostic;
use crate::language::Environment;
use crate::said;
use crate::workspace::{Plan, Source};

/// Takes batches, from several threads.
pub type Sink<'a> = &'a (dyn Fn(Batch) -> Result<(), Stop> + Sync);

/// What a reading is for.
pub struct Request<'a> {
    pub plan: &'a Plan,
    /// Sources that are read; the contacts of their answers are read with them.
    pub sources: &'a [usize],
    /// All sources that the run measures: those among them are handed on, and what is read of one's contacts does not
    /// depend on which of them are read this time.
    pub in_use: &'a [usize],
    /// By source: display names of the files to read; all where it is not named.
    pub only: &'a BTreeMap<usize, BTreeSet<String>>,
    pub environment: &'a Environment,
    pub horizon: Horizon,
    /// Filters that ask for `as_of` are passed over.
    pub before_as_of: bool,
}

/// Reads what is requested, and gives the receipt of each source in the order of reading. Every problem of every file
/// is found before the first row is handed on.
pub fn read(request: &Request<'_>, progress: Progress<'_>, sink: Sink<'_>) -> Result<Vec<(usize, Receipt)>, Stop> {
    let plan = request.plan;
    let order = order(plan, request.sources)?;
    let prepared = prepare(request, &order)?;
    let total = prepared.values().map(|p| p.bytes() * passes(plan, &order, p)).sum();
    let meter = Meter::new(total, progress);
    let mut contacts: BTreeMap<usize, Contacts> = BTreeMap::new();
    let mut receipts = Vec::new();
    for position in &order {
        let Some(ready) = prepared.get(position) else { continue };
        let mut collectors = Vec::new();
        for answers in answers_through(plan, &order, *position) {
            if let (Some(their), Some(source)) = (prepared.get(&answers), plan.sources.get(answers)) {
                let named = named_ids(their, &meter)?;
                let own = |level: usize| {
                    let column = ready.layout.levels.get(level).is_some_and(Option::is_some);
                    column
                        || contacts
                            .get(position)
                            .is_some_and(|c| c.levels.iter().any(|(l, w)| *l == level && w.is_some()))
                };
                collectors
                    .push(Collector::new(plan, answers, source, named).with_levels(&own).dated(ready.needs_dates()));
            }
        }
        let balance = {
            let settled = settle(ready, request.horizon, &meter)?;
            let judge = judge(request, ready, settled, contacts.remove(position));
            let handed_on = request.in_use.contains(position);
            let lanes = vec![true; ready.layout.lanes.len()];
            ready.pass(&lanes, &meter, &|block| {
                let kept = judge.keep(block)?;
                for collector in &collectors {
                    collector.collect(&kept.batch, &kept.keys);
                }
                if handed_on { sink(kept.batch) } else { Ok(()) }
            })?;
            judge.account.close()
        };
        for collector in collectors {
            contacts.insert(collector.answers, collector.settle());
        }
        receipts.push((*position, receipt(ready, balance)));
    }
    Ok(receipts)
}

fn receipt(prepared: &Prepared<'_>, balance: Balance) -> Receipt {
    let files = prepared.input_files(&balance.by_file);
    Receipt { intake: balance.intake, quarantine: balance.list, cut: balance.cut, files }
}

fn judge<'a>(
    request: &Request<'a>,
    prepared: &'a Prepared<'a>,
    settled: Option<Settled>,
    contacts: Option<Contacts>,
) -> Judge<'a> {
    let asks = |s: &Source| s.filter.as_ref().is_some_and(|f| f.slots().contains(&s.as_of_slot()));
    Judge {
        prepared,
        settled,
        contacts,
        environment: request.environment,
        horizon: request.horizon,
        unfiltered: request.before_as_of && asks(prepared.source),
        account: Account::default(),
    }
}

/// The requested sources and those that their answers are credited through, contacts first.
pub fn order(plan: &Plan, sources: &[usize]) -> Result<Vec<usize>, Stop> {
    fn visit(plan: &Plan, at: usize, path: &mut Vec<usize>, out: &mut Vec<usize>) -> Result<(), Stop> {
        if out.contains(&at) {
            return Ok(());
        }
        let Some(source) = plan.sources.get(at) else { return Ok(()) };
        if path.contains(&at) {
            return Err(vec![
                Diagnostic::error(
                    &codes::CREDIT_CIRCLE,
                    said!("the credit of `{source}` goes round in a circle", source = source.id.value),
                )
                .at(source.credit.as_ref().map_or(source.id.span(), |c| c.origin.span), said!("it leads back here"))
                .help(said!("contacts must name their person themselves, or be credited through a source that does")),
            ]);
        }
        if let Some(credit) = &source.credit {
            path.push(at);
            visit(plan, credit.through, path, out)?;
            path.pop();
            if let Some(through) = plan.sources.get(credit.through).filter(|t| t.key.is_none()) {
                return Err(vec![
                    Diagnostic::error(
                        &codes::CREDIT_WITHOUT_ID,
                        said!(
                            "`{answers}` is credited through `{contacts}`, which has no `id`",
                            answers = source.id.value,
                            contacts = through.id.value
                        ),
                    )
                    .at(credit.origin.span, said!("answers find their contact by its id"))
                    .help(said!(
                        "give `{contacts}` an `id:` with the column that identifies a contact",
                        contacts = through.id.value
                    )),
                ]);
            }
        }
        out.push(at);
        Ok(())
    }
    let mut out = Vec::new();
    let mut problems = Vec::new();
    for source in sources {
        if let Err(found) = visit(plan, *source, &mut Vec::new(), &mut out) {
            problems.extend(found);
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// Opens every source, and lists every problem of all.
fn prepare<'a>(request: &Request<'a>, reading: &[usize]) -> Result<BTreeMap<usize, Prepared<'a>>, Stop> {
    let plan = request.plan;
    let all = order(plan, request.in_use)?;
    let mut ready = BTreeMap::new();
    let mut problems = Vec::new();
    for position in reading {
        let Some(source) = plan.sources.get(*position) else { continue };
        let needed = needed(plan, *position, source, request.in_use.contains(position), &all);
        match Prepared::new(plan, *position, source, &needed, request.only.get(position)) {
            Ok(prepared) => {
                ready.insert(*position, prepared);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(ready) } else { Err(problems) }
}

/// Which fields are read: those that are used, those that the row filter names, and those that answers take.
pub fn needed(plan: &Plan, position: usize, source: &Source, requested: bool, order: &[usize]) -> Vec<bool> {
    let mut needed: Vec<bool> = source.fields.iter().map(|f| f.used && requested).collect();
    let filter = source.filter.iter().flat_map(|f| f.slots().iter().copied());
    let taken = answers_through(plan, order, position)
        .into_iter()
        .filter_map(|a| plan.sources.get(a))
        .flat_map(Collector::taken_fields);
    for field in filter.chain(taken) {
        if let Some(slot) = needed.get_mut(field) {
            *slot = true;
        }
    }
    needed
}

fn answers_through(plan: &Plan, order: &[usize], position: usize) -> Vec<usize> {
    let through =
        |s: &usize| plan.sources.get(*s).and_then(|s| s.credit.as_ref()).is_some_and(|c| c.through == position);
    order.iter().copied().filter(through).collect()
}

/// How often the files of a source are read.
fn passes(plan: &Plan, order: &[usize], prepared: &Prepared<'_>) -> u64 {
    let credited =
        prepared.source.credit.as_ref().is_some_and(|c| order.contains(&c.through) && c.through < plan.sources.len());
    1 + u64::from(prepared.source.key.is_some()) + u64::from(credited)
}

/// The ids of contacts that answers name.
fn named_ids(answers: &Prepared<'_>, meter: &Meter<'_>) -> Result<FxHashSet<u128>, Stop> {
    let lane = answers.layout.credit_key;
    let wanted: Vec<bool> = (0..answers.layout.lanes.len()).map(|l| Some(l) == lane).collect();
    let named = Mutex::new(FxHashSet::default());
    answers.pass(&wanted, meter, &|block| {
        let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
        named.extend(keys_of(&block, lane).iter().copied().filter(|k| *k != 0));
        Ok(())
    })?;
    Ok(named.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Rows of which a `latest_by` cell can't be read: they may be the latest.
fn unordered(prepared: &Prepared<'_>, block: &Block) -> BTreeSet<u32> {
    let order = &prepared.layout.latest_by;
    let asked = |lane: Option<usize>| lane.is_none_or(|lane| order.iter().any(|(l, _)| *l == lane));
    block.bad.iter().filter(|bad| asked(bad.lane)).map(|bad| bad.row).collect()
}

/// The first pass over a source with an id: which row of each id counts. A row that can't be read takes part: nobody
/// knows what it says, so it is no twin, and may be the latest.
fn settle(prepared: &Prepared<'_>, horizon: Horizon, meter: &Meter<'_>) -> Result<Option<Settled>, Stop> {
    if prepared.source.key.is_none() {
        return Ok(None);
    }
    let identity = Identity::new(prepared.layout.latest_by.len());
    let lanes = vec![true; prepared.layout.lanes.len()];
    prepared.pass(&lanes, meter, &|block| {
        let refused = refused(&block);
        let unordered = unordered(prepared, &block);
        let marks = Marks::new(prepared, &block, true);
        let mut sort: Vec<SortKey> = Vec::new();
        for (row, (id, digest)) in keys_of(&block, prepared.layout.key).iter().zip(&marks.digests).enumerate() {
            if *id == 0 || marks.is_late(row, horizon) {
                continue;
            }
            marks.sort_of(row, &mut sort);
            if refused.as_ref().is_none_or(|r| r.get(row) != Some(&true)) {
                identity.note(*id, *digest, &sort, place(block.file, block.lines.of(row)));
            } else {
                let order = (!unordered.contains(&(row as u32))).then_some(sort.as_slice());
                identity.note_unreadable(*id, order);
            }
        }
        Ok(())
    })?;
    Ok(Some(identity.settle()))
}
