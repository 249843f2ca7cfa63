//! The account of a source: rows in = used + left out by reason + quarantined, and the list of what was quarantined.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::batch::{LeftOut, Quarantined, SourceIntake};

/// So many quarantined cells of a source are listed; all are counted. Those of the first files and lines are kept, so
/// the list does not depend on threads.
pub const LISTED: usize = 500_000;

pub const ROW_FILTER: &str = "row filter";
pub const ROW_FILTER_MISSING: &str = "row filter: missing";
pub const SUPERSEDED: &str = "superseded by a later row";
pub const AGAIN: &str = "same row again";
pub const NO_CONTACT: &str = "answers that match no contact";
/// As the measure stage says it of the rows that reach it.
pub const TOO_LATE: &str = "after as_of";
pub const TOO_EARLY: &str = "before the first period";
pub const NO_DATE: &str = "no date";
pub const FOOT: &str = "rows at the foot of the file";

/// What one block adds.
#[derive(Default)]
pub struct Entry {
    pub rows_in: u64,
    pub used: u64,
    pub quarantined: u64,
    pub left_out: BTreeMap<&'static str, u64>,
    pub list: Vec<Quarantined>,
}

impl Entry {
    pub fn leave_out(&mut self, reason: &'static str, rows: u64) {
        if rows > 0 {
            *self.left_out.entry(reason).or_default() += rows;
        }
    }
}

#[derive(Default)]
struct Total {
    sum: Entry,
    cut: bool,
    by_file: Vec<u64>,
}

#[derive(Default)]
pub struct Account(Mutex<Total>);

/// A closed account.
pub struct Balance {
    pub intake: SourceIntake,
    pub list: Vec<Quarantined>,
    /// More was quarantined than is listed.
    pub cut: bool,
    /// Rows of each file.
    pub by_file: Vec<u64>,
}

impl Account {
    pub fn add(&self, file: usize, entry: Entry) {
        let mut total = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if total.by_file.len() <= file {
            total.by_file.resize(file + 1, 0);
        }
        if let Some(rows) = total.by_file.get_mut(file) {
            *rows += entry.rows_in;
        }
        let sum = &mut total.sum;
        sum.rows_in += entry.rows_in;
        sum.used += entry.used;
        sum.quarantined += entry.quarantined;
        for (reason, rows) in entry.left_out {
            *sum.left_out.entry(reason).or_default() += rows;
        }
        sum.list.extend(entry.list);
        if sum.list.len() > 2 * LISTED {
            sum.list.sort();
            sum.list.truncate(LISTED);
            total.cut = true;
        }
    }

    pub fn close(self) -> Balance {
        let mut total = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        total.sum.list.sort();
        total.cut |= total.sum.list.len() > LISTED;
        total.sum.list.truncate(LISTED);
        let left_out =
            total.sum.left_out.into_iter().map(|(reason, rows)| LeftOut { reason: reason.to_owned(), rows }).collect();
        Balance {
            intake: SourceIntake {
                rows_in: total.sum.rows_in,
                used: total.sum.used,
                left_out,
                quarantined: total.sum.quarantined,
            },
            list: total.sum.list,
            cut: total.cut,
            by_file: total.by_file,
        }
    }
}
