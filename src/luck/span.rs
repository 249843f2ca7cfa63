//! The year in runs of turns, each laid out, drawn and judged at once. Days by many people don't fit the memory as one table;
//! streams are keyed by turn, so that a run draws the turns its windows look back on again, and nothing is handed on.

use std::borrow::Cow;
use std::ops::Range;

use super::named::PERSON;
use super::{Named, Turn, existing, length, schedule, timeline};
use crate::measure::{Cell, Counts, LevelReadings, NOBODY, Readings};
use crate::workspace::{Every, Plan};

/// Figures that a thread holds at a time, about: cells by measures. Each costs some 150 bytes.
pub(super) const FIGURES: usize = 1_200_000;

/// One policy's year.
pub(super) struct Year<'a> {
    pub plan: &'a Plan,
    pub named: &'a Named,
    pub counts: &'a Counts,
    /// Positions of the periods that lend their n.
    pub lenders: Vec<usize>,
    pub turns: Vec<Turn>,
    /// Position of the level of persons.
    pub person: Option<usize>,
    pub spans: Vec<Range<usize>>,
    /// Lenders that are laid out at once.
    lent: usize,
    /// Kept where there is no other.
    only: Option<Span>,
}

/// Some turns, ready to be drawn.
#[derive(Clone)]
pub(super) struct Span {
    /// Over these turns; those that are only looked back on aren't judged.
    pub counts: Counts,
    /// By table and cell: its pool.
    pub pools: Vec<Vec<u32>>,
    /// By turn: position of the lender.
    pub lends: Vec<usize>,
    /// The first turn, as the year counts them.
    pub first: usize,
}

impl<'a> Year<'a> {
    /// `figures` bounds what a span holds.
    pub fn new(plan: &'a Plan, named: &'a Named, counts: &'a Counts, figures: usize) -> Year<'a> {
        let every = plan.periods.every.value;
        let lenders = existing(counts);
        let window = if every == Every::All { 1 } else { named.window };
        let turns = schedule(lenders.len(), window, length(every));
        let audited = |(level, _): &(usize, &Vec<_>)| named.levels.get(*level).copied().unwrap_or(false);
        let subjects: usize = counts.subjects.iter().enumerate().filter(audited).map(|(_, s)| s.len()).sum();
        let measures = named.measures.iter().filter(|named| **named).count();
        let most = (figures / (subjects * measures).max(1)).max(1);
        // a trend has no end to look back to
        let at_once = if named.trend { turns.len() } else { most };
        let person = plan.levels.iter().position(|l| l.value == PERSON);
        let mut year =
            Year { spans: spans(&turns, at_once), plan, named, counts, lenders, turns, person, lent: most, only: None };
        if let [only] = year.spans.as_slice() {
            year.only = Some(year.lay_out(only.clone()));
        }
        year
    }

    /// Turns that are judged.
    pub fn judged(&self) -> usize {
        self.turns.len() - self.run_in()
    }

    /// Turns before the first judged one.
    pub fn run_in(&self) -> usize {
        self.turns.iter().position(|turn| turn.judged).unwrap_or(self.turns.len())
    }

    pub fn span(&self, range: &Range<usize>) -> Cow<'_, Span> {
        match &self.only {
            Some(only) => Cow::Borrowed(only),
            None => Cow::Owned(self.lay_out(range.clone())),
        }
    }

    fn lay_out(&self, range: Range<usize>) -> Span {
        // the first span judges from the first judged turn on, each other from where the one before ended
        let from = self.run_in().max(range.start + self.run_in().min(range.len()));
        let turn = |i: usize| Turn { judged: i >= from, ..self.turns[i] };
        let turns: Vec<Turn> = range.clone().map(turn).collect();
        self.over(&turns, range.start)
    }

    /// Every lender once, some at a time: what the truths are pooled from.
    pub fn lent(&self) -> impl Iterator<Item = Span> {
        let turn = |period: usize| Turn { period, lap: 0, judged: true };
        let runs = (0..self.lenders.len()).step_by(self.lent);
        runs.map(move |start| {
            let end = (start + self.lent).min(self.lenders.len());
            self.over(&(start..end).map(turn).collect::<Vec<_>>(), start)
        })
    }

    fn over(&self, turns: &[Turn], first: usize) -> Span {
        let counts = timeline(self.plan, self.counts, &self.lenders, turns, self.named);
        let lends: Vec<usize> = turns.iter().map(|turn| turn.period).collect();
        let lender = |cell: &Cell| lends.get(cell.period as usize).copied().unwrap_or(0);
        let of_table = |table: &crate::measure::CountedTable| {
            let strata = table.strata.len().max(1);
            let pool = |cell: &Cell| pool(lender(cell), cell.stratum as usize, strata, self.sits(cell.seat));
            table.cells.iter().map(pool).collect()
        };
        Span { pools: counts.tables.iter().map(of_table).collect(), lends, first, counts }
    }

    /// Whether a person sits there; everyone does where no person is assessed.
    pub fn sits(&self, seat: u32) -> bool {
        let subject = self.person.and_then(|level| self.counts.seats.get(seat as usize)?.get(level));
        self.person.is_none() || subject.is_some_and(|s| *s != NOBODY)
    }
}

/// The pool of a cell: lender, stratum, and whether a person answers for it.
fn pool(lender: usize, stratum: usize, strata: usize, sits: bool) -> u32 {
    ((lender * strata + stratum) * 2 + usize::from(!sits)) as u32
}

/// The lender of a pool.
pub(super) fn lender(pool: usize, strata: usize) -> usize {
    pool / 2 / strata.max(1)
}

/// Runs of about `at_once` turns that judge each turn once, with the turns before that a window looks back on. No more of a run
/// is looked back on than judged.
fn spans(turns: &[Turn], at_once: usize) -> Vec<Range<usize>> {
    let back = turns.iter().position(|turn| turn.judged).unwrap_or(0);
    let judged = at_once.saturating_sub(back).max(back).max(1);
    (back..turns.len()).step_by(judged).map(|from| from - back..(from + judged).min(turns.len())).collect()
}

impl Span {
    /// Readings over its turns.
    pub fn readings(&self, levels: Vec<LevelReadings>) -> Readings {
        Readings {
            levels,
            periods: self.counts.periods.clone(),
            judged: self.counts.judged.clone(),
            as_of: self.counts.as_of,
            sources: Vec::new(),
            rows: Vec::new(),
            quarantine: Vec::new(),
            files: Vec::new(),
            roll: Default::default(),
            training: Default::default(),
            raters: self.counts.raters.clone(),
            attendance: Default::default(),
            findings: Vec::new(),
            failures: self.counts.failures.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_is_judged_once_with_those_before_it() {
        let turns = schedule(5, 4, 12);
        let whole = vec![Range { start: 0, end: 15 }];
        assert_eq!([15, 99].map(|at_once| spans(&turns, at_once)), [whole.clone(), whole]);
        assert_eq!(spans(&turns, 8), [0..8, 5..13, 10..15]);
        // never less judged than looked back on
        assert_eq!(spans(&turns, 1), [0..6, 3..9, 6..12, 9..15]);
        assert_eq!(spans(&schedule(5, 1, 12), 5), [0..5, 5..10, 10..12]);
        assert_eq!(spans(&schedule(0, 4, 12), 5), []);
    }
}
