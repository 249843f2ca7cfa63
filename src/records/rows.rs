//! From a decoded block to a batch: what is quarantined, what becomes of each id, whom an answer is credited to, and the
//! row filter, in this order; every row is counted once.

use std::sync::Arc;

use super::Horizon;
use super::account::{self, Account, Entry};
use super::batch::{Batch, Quarantined, Subjects};
use super::block::Block;
use super::codes;
use super::contacts::{Contacts, NONE};
use super::identity::{Settled, SortKey, Verdict, moment_of, place, row_digests, sort_keys};
use super::lane::LaneColumn;
use super::layout::Place;
use super::opened::Stop;
use super::prepared::Prepared;
use crate::diagnostic::{Diagnostic, Said};
use crate::language::{Column, Environment, Frame, MISSING_TIME, TextColumn, Value};
use crate::said;

/// A batch, and the ids of its rows (empty where the source has none).
pub struct Kept {
    pub batch: Batch,
    pub keys: Vec<u128>,
}

/// What decides on the rows of one source.
pub struct Judge<'a> {
    pub prepared: &'a Prepared<'a>,
    pub settled: Option<Settled>,
    pub contacts: Option<Contacts>,
    pub environment: &'a Environment,
    pub horizon: Horizon,
    /// The filter is not applied (where `as_of` is still to be found and the filter asks for it).
    pub unfiltered: bool,
    pub account: Account,
}

/// The ids of a block that may be compared: digests, moments and sort keys by row.
pub struct Marks {
    pub digests: Vec<u128>,
    sort: Vec<Vec<SortKey>>,
    at: Vec<i64>,
}

impl Marks {
    pub fn new(prepared: &Prepared<'_>, block: &Block, with_order: bool) -> Self {
        let sort = if with_order { prepared.layout.latest_by.as_slice() } else { &[] };
        let sort = sort
            .iter()
            .filter_map(|(lane, untyped)| block.columns.get(*lane).map(|c| sort_keys(c, *untyped, &prepared.dialect)))
            .collect();
        let at = match prepared.layout.at {
            Some(Place::Lane(lane)) => block.columns.get(lane),
            _ => None,
        };
        let at = if let Some(LaneColumn::Time(at)) = at { at.clone() } else { Vec::new() };
        Self { digests: row_digests(&block.columns, block.rows), sort, at }
    }

    /// The row's own date, or the first time among its `latest_by`, lies after the `as_of` that somebody wrote: on that day
    /// nobody knew of it.
    pub fn is_late(&self, row: usize, horizon: Horizon) -> bool {
        let Some(last) = horizon.last() else { return false };
        let at = self.at.get(row).copied().filter(|at| *at != MISSING_TIME);
        let version = || self.sort.iter().filter_map(|keys| keys.get(row)).find_map(|key| moment_of(*key));
        at.is_some_and(|at| at > last) || version().is_some_and(|at| at > last)
    }

    /// The row's sort keys, into `out`.
    pub fn sort_of(&self, row: usize, out: &mut Vec<SortKey>) {
        out.clear();
        out.extend(self.sort.iter().map(|keys| keys.get(row).copied().unwrap_or([0, 0])));
    }
}

/// By row: a cell of it can't be read.
pub fn refused(block: &Block) -> Option<Vec<bool>> {
    if block.bad.is_empty() {
        return None;
    }
    let mut out = vec![false; block.rows];
    for bad in &block.bad {
        if let Some(row) = out.get_mut(bad.row as usize) {
            *row = true;
        }
    }
    Some(out)
}

pub fn keys_of(block: &Block, lane: Option<usize>) -> &[u128] {
    match lane.and_then(|l| block.columns.get(l)) {
        Some(LaneColumn::Key(keys)) => keys,
        _ => &[],
    }
}

impl Judge<'_> {
    /// Counts a block's rows and makes its batch.
    pub fn keep(&self, block: Block) -> Result<Kept, Stop> {
        let mut entry = Entry { rows_in: block.rows as u64 + block.foot, ..Entry::default() };
        entry.leave_out(account::FOOT, block.foot);
        let mut out = self.quarantine(&block, &mut entry);
        self.identify(&block, &mut out, &mut entry);
        let keys = keys_of(&block, self.prepared.layout.key).to_vec();
        let found = self.contacts.as_ref().map(|c| c.find(keys_of(&block, self.prepared.layout.credit_key)));
        let (file, rows) = (block.file, block.rows);
        let mut batch = self.batch(block, found.as_deref());
        self.filter(&batch, found.as_deref(), &mut out, &mut entry)?;
        let left = out.map(|out| {
            (0..rows as u32).filter(|r| !out.get(*r as usize).copied().unwrap_or(false)).collect::<Vec<_>>()
        });
        entry.used = left.as_ref().map_or(rows, Vec::len) as u64;
        batch.selected = left.filter(|l| l.len() < rows);
        self.account.add(file, entry);
        Ok(Kept { batch, keys })
    }

    /// Rows with a cell that can't be read. `None` as long as no row is out.
    fn quarantine(&self, block: &Block, entry: &mut Entry) -> Option<Vec<bool>> {
        let file = self.prepared.file_name(block);
        entry.list.extend(block.bad.iter().map(|bad| Quarantined {
            file: file.to_owned(),
            line: block.lines.of(bad.row as usize),
            column: self.prepared.title(bad.lane),
            reason: bad.reason.clone(),
        }));
        // A title may be read in two ways; the reader of the list needs it once.
        entry.list.dedup_by(|a, b| a.line == b.line && a.column == b.column);
        let out = refused(block);
        entry.quarantined += out.iter().flatten().filter(|o| **o).count() as u64;
        out
    }

    fn identify(&self, block: &Block, out: &mut Option<Vec<bool>>, entry: &mut Entry) {
        let Some(settled) = &self.settled else { return };
        let keys = keys_of(block, self.prepared.layout.key);
        let marks = Marks::new(self.prepared, block, self.horizon.given || settled.has_order());
        let mut sort = Vec::new();
        let out = out.get_or_insert_with(|| vec![false; block.rows]);
        for (row, out) in out.iter_mut().enumerate() {
            if *out {
                continue;
            }
            if marks.is_late(row, self.horizon) {
                entry.leave_out(account::TOO_LATE, 1);
                *out = true;
                continue;
            }
            let id = keys.get(row).copied().unwrap_or(0);
            let line = block.lines.of(row);
            let mut lane = self.prepared.layout.key;
            let reason = if id == 0 {
                Some(said!("the row has no id"))
            } else {
                let digest = marks.digests.get(row).copied().unwrap_or(0);
                match settled.verdict(id, digest, place(block.file, line)) {
                    Verdict::Kept => continue,
                    Verdict::Again => {
                        entry.leave_out(account::AGAIN, 1);
                        None
                    }
                    Verdict::Superseded => {
                        entry.leave_out(account::SUPERSEDED, 1);
                        None
                    }
                    Verdict::Conflict => Some(self.conflict()),
                    Verdict::Unreadable => {
                        marks.sort_of(row, &mut sort);
                        match settled.out_of_order(&sort).and_then(|c| self.prepared.layout.latest_by.get(c)) {
                            Some((cell, _)) => {
                                lane = Some(*cell);
                                Some(said!(
                                    "this cell can't be compared with the others of its column, so nobody knows which row of the id is the latest"
                                ))
                            }
                            None => Some(self.unreadable()),
                        }
                    }
                }
            };
            *out = true;
            if let Some(reason) = reason {
                entry.quarantined += 1;
                entry.list.push(Quarantined {
                    file: self.prepared.file_name(block).to_owned(),
                    line,
                    column: self.prepared.title(lane),
                    reason,
                });
            }
        }
    }

    fn conflict(&self) -> Said {
        let fields: Vec<String> = self.prepared.source.latest_by.iter().map(|f| format!("`{}`", f.value)).collect();
        if fields.is_empty() {
            said!("different rows have this id (`latest_by` could say which one counts)")
        } else {
            said!("different rows have this id and are equally late by {fields}", fields = fields.join(", "))
        }
    }

    fn unreadable(&self) -> Said {
        if self.prepared.source.latest_by.is_empty() {
            said!("another row of this id can't be read, so nobody knows what counts")
        } else {
            said!("the latest row of this id can't be read, so nobody knows what counts")
        }
    }

    fn filter(
        &self,
        batch: &Batch,
        found: Option<&[u32]>,
        out: &mut Option<Vec<bool>>,
        entry: &mut Entry,
    ) -> Result<(), Stop> {
        let truth = match &self.prepared.source.filter {
            Some(filter) if !self.unfiltered => {
                let mut columns = batch.columns.clone();
                columns.push(Column::Constant(self.horizon.as_of.map_or(Value::Missing, Value::Time)));
                let frame = Frame { rows: batch.rows, columns: &columns };
                Some(filter.evaluate(frame, self.environment).map_err(|breach| {
                    vec![
                        Diagnostic::error(
                            &codes::FILTER_FAILED,
                            said!(
                                "the row filter of `{source}` could not be evaluated: {why}",
                                source = self.prepared.source.id.value,
                                why = breach.message
                            ),
                        )
                        .at(breach.span, said!("it happens here"))
                        .in_data(batch.file.to_string(), batch.lines.of(breach.row), 0, said!("in this row"))
                        .help(said!(
                            "make the expression simpler: comparisons, `&&`, `||` and `in` never break a limit"
                        )),
                    ]
                })?)
            }
            _ => None,
        };
        if truth.is_none() && found.is_none_or(|f| !f.contains(&NONE)) {
            return Ok(());
        }
        let out = out.get_or_insert_with(|| vec![false; batch.rows]);
        for (row, out) in out.iter_mut().enumerate() {
            if *out {
                continue;
            }
            let lost = found.and_then(|f| f.get(row)) == Some(&NONE);
            let reason = match truth.as_ref().map(|t| t.value(row)) {
                Some(Value::YesNo(false)) => account::ROW_FILTER,
                _ if lost => account::NO_CONTACT,
                None | Some(Value::YesNo(true)) => continue,
                Some(_) => account::ROW_FILTER_MISSING,
            };
            entry.leave_out(reason, 1);
            *out = true;
        }
        Ok(())
    }

    fn batch(&self, block: Block, found: Option<&[u32]>) -> Batch {
        let layout = &self.prepared.layout;
        let name = Arc::from(self.prepared.file_name(&block));
        let lanes: Vec<Column> = block.columns.into_iter().map(shared).collect();
        let taken = match (&self.contacts, found) {
            (Some(contacts), Some(found)) => contacts.fields(found),
            _ => Vec::new(),
        };
        let of = |place: Place| match place {
            Place::Lane(lane) => lanes.get(lane).cloned(),
            Place::Taken(field) => taken.iter().find(|(f, _)| *f == field).map(|(_, c)| c.clone()),
        };
        let nothing = || Column::Constant(Value::Missing);
        let columns = (0..self.prepared.source.fields.len())
            .map(|i| match layout.fields.get(i).copied().flatten() {
                // Unused fields are read as keys, to compare rows of one id.
                Some(lane) => lanes.get(lane).cloned().unwrap_or_else(nothing),
                _ => of(Place::Taken(i)).unwrap_or_else(nothing),
            })
            .collect();
        let at = layout.at.and_then(of).map_or_else(Arc::default, |c| times(&c));
        let mut levels: Vec<Option<TextColumn>> =
            layout.levels.iter().map(|p| p.and_then(of).and_then(|c| words(&c))).collect();
        let mut directory_at = at.clone();
        if let (Some(contacts), Some(found)) = (&self.contacts, found) {
            directory_at = Arc::new(contacts.moments(found));
            for (level, column) in &contacts.levels {
                if let Some(slot) = levels.get_mut(*level) {
                    *slot = column.as_ref().map(|c| contacts.words(c, found));
                }
            }
        }
        Batch {
            source: self.prepared.position,
            file: name,
            rows: block.rows,
            columns,
            selected: None,
            at,
            other_times: by_name(&layout.other_times, |p| of(p).map_or_else(Arc::default, |c| times(&c))),
            raters: by_name(&layout.raters, |p| of(p).and_then(|c| words(&c)).unwrap_or_else(|| no_words(block.rows))),
            lines: block.lines,
            subjects: Subjects { levels, directory_at },
        }
    }
}

fn by_name<T>(places: &[(String, Place)], value: impl Fn(Place) -> T) -> Vec<(String, T)> {
    places.iter().map(|(name, place)| (name.clone(), value(*place))).collect()
}

/// The lane's values, to be shared by everything that reads them.
fn shared(lane: LaneColumn) -> Column {
    match lane {
        LaneColumn::Number(v) => Column::Number(Arc::new(v)),
        LaneColumn::Text(t) => Column::Text(t),
        LaneColumn::YesNo(v) => Column::YesNo(Arc::new(v)),
        LaneColumn::Time(v) => Column::Time(Arc::new(v)),
        LaneColumn::Duration(v) => Column::Duration(Arc::new(v)),
        LaneColumn::Key(_) | LaneColumn::Skipped => Column::Constant(Value::Missing),
    }
}

fn times(column: &Column) -> Arc<Vec<i64>> {
    if let Column::Time(v) = column { v.clone() } else { Arc::default() }
}

fn words(column: &Column) -> Option<TextColumn> {
    if let Column::Text(t) = column { Some(t.clone()) } else { None }
}

fn no_words(rows: usize) -> TextColumn {
    TextColumn { codes: Arc::new(vec![crate::language::MISSING_WORD; rows]), words: Arc::default() }
}
