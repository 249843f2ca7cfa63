//! Who a row is about: text to dense numbers, once per dictionary; the directory by person and day; and
//! *seats*. A seat is one combination of subjects over all levels (this agent, in this department, in this
//! unit). Rows are tallied by seat, once; the tallies of every level are sums over seats, so a level costs
//! nothing per row.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::periods::Clock;
use crate::language::{MISSING_TIME, MISSING_WORD, TextColumn};
use crate::records::{Batch, Directory};
use crate::workspace::Plan;

/// No subject at a level.
pub const NOBODY: u32 = u32::MAX;
const UNTRANSLATED: u32 = u32::MAX - 1;

/// The level of single people, resolved against the directory.
pub const PERSON: &str = "person";
/// The level whose one subject holds every row.
pub const ORGANISATION: &str = "organisation";

/// Text to dense numbers, in the order of appearance.
#[derive(Default)]
pub(crate) struct Names {
    numbers: FxHashMap<Arc<str>, u32>,
    pub words: Vec<Arc<str>>,
}

impl Names {
    pub(crate) fn number(&mut self, word: &Arc<str>) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.words.len() as u32;
        self.words.push(word.clone());
        self.numbers.insert(word.clone(), number);
        number
    }
}

/// A dictionary's words as numbers, filled where a row uses them: a word that no row uses names nobody.
/// Kept while batches share the dictionary (pages of one Parquet chunk do).
#[derive(Default)]
pub(crate) struct Translation {
    words: Option<Arc<Vec<Arc<str>>>>,
    numbers: Vec<u32>,
}

impl Translation {
    pub(crate) fn begin(&mut self, column: &TextColumn) {
        if self.words.as_ref().is_some_and(|words| Arc::ptr_eq(words, &column.words)) {
            return;
        }
        self.words = Some(column.words.clone());
        self.numbers.clear();
        self.numbers.resize(column.words.len(), UNTRANSLATED);
    }

    #[inline]
    pub(crate) fn number(&mut self, code: u32, names: &mut Names) -> u32 {
        if code == MISSING_WORD {
            return NOBODY;
        }
        match self.numbers.get(code as usize) {
            Some(&UNTRANSLATED) => {
                let word = self.words.as_ref().and_then(|words| words.get(code as usize));
                let number = word.map_or(NOBODY, |word| names.number(word));
                self.numbers[code as usize] = number;
                number
            }
            Some(&number) => number,
            None => NOBODY,
        }
    }
}

/// The directory, made ready: for each person the spells with the subjects of the other levels.
pub(crate) struct Roster {
    people: FxHashMap<Arc<str>, u32>,
    spells: Vec<Vec<Spell>>,
    /// By level: the names that spells refer to.
    groups: Vec<Vec<Arc<str>>>,
}

struct Spell {
    from: i64,
    to: i64,
    /// By level, positions in `Roster::groups`; `NOBODY` for none.
    groups: Box<[u32]>,
}

impl Roster {
    pub(crate) fn of(plan: &Plan, directory: &Directory, clock: &Clock) -> Self {
        let mut names: Vec<Names> = plan.levels.iter().map(|_| Names::default()).collect();
        let mut roster = Self { people: FxHashMap::default(), spells: Vec::new(), groups: Vec::new() };
        for person in &directory.people {
            let groups =
                plan.levels.iter().zip(&mut names).map(|(level, names)| match person.attributes.get(&**level) {
                    Some(word) if *level.value != *PERSON => names.number(&Arc::from(word.as_str())),
                    _ => NOBODY,
                });
            let spell = Spell {
                groups: groups.collect(),
                from: person.from.map_or(i64::MIN, |day| clock.instant(day)),
                to: person.to.map_or(i64::MAX, |day| clock.instant(day)),
            };
            let next = roster.spells.len() as u32;
            let position = *roster.people.entry(Arc::from(person.id.as_str())).or_insert(next);
            if position == next {
                roster.spells.push(Vec::new());
            }
            if let Some(spells) = roster.spells.get_mut(position as usize) {
                spells.push(spell);
            }
        }
        roster.groups = names.into_iter().map(|n| n.words).collect();
        roster
    }

    /// The spell that holds a moment; without a moment the last one.
    fn spell(&self, person: u32, moment: i64) -> Option<&Spell> {
        let spells = self.spells.get(person as usize)?;
        if moment == MISSING_TIME {
            return spells.last();
        }
        spells.iter().find(|s| s.from <= moment && moment < s.to)
    }
}

/// One worker's seats.
pub(crate) struct Seating<'a> {
    roster: Option<&'a Roster>,
    person: Option<usize>,
    organisation: Option<usize>,
    /// By level.
    pub names: Vec<Names>,
    translations: Vec<Translation>,
    /// By person number: position in the roster, or `NOBODY`.
    on_roster: Vec<u32>,
    /// By level and roster group: the number of that name here.
    group_numbers: Vec<Vec<u32>>,
    /// Flat: `levels` numbers a seat.
    seats: Vec<u32>,
    positions: FxHashMap<Box<[u32]>, u32>,
    /// The last seat of a first number: most people have one seat at a time.
    hints: Vec<u32>,
    /// Rows by person number that the directory doesn't know on the day.
    pub unknown: Vec<u64>,
    /// Rows by level whose column and directory disagree.
    pub disagreements: Vec<u64>,
    levels: usize,
    key: Vec<u32>,
}

impl<'a> Seating<'a> {
    pub(crate) fn new(plan: &Plan, roster: Option<&'a Roster>) -> Self {
        let levels = plan.levels.len();
        let position = |name: &str| plan.levels.iter().position(|l| l.value == name);
        let mut seating = Self {
            roster,
            person: position(PERSON),
            organisation: position(ORGANISATION),
            names: (0..levels).map(|_| Names::default()).collect(),
            translations: (0..levels).map(|_| Translation::default()).collect(),
            on_roster: Vec::new(),
            group_numbers: roster
                .map(|r| r.groups.iter().map(|g| vec![UNTRANSLATED; g.len()]).collect())
                .unwrap_or_default(),
            seats: Vec::new(),
            positions: FxHashMap::default(),
            hints: Vec::new(),
            unknown: Vec::new(),
            disagreements: vec![0; levels],
            levels,
            key: vec![NOBODY; levels],
        };
        if let Some(level) = seating.organisation {
            seating.names[level].number(&Arc::from(ORGANISATION));
        }
        seating
    }

    /// Takes in the seats of another worker, in their order; before any other. Seats are positions in `names`, by level.
    pub(crate) fn restore(
        &mut self,
        names: &[Vec<Arc<str>>],
        seats: &[Vec<u32>],
        unknown: &[(Arc<str>, u64)],
        disagreements: &[u64],
    ) -> Option<()> {
        if names.len() != self.levels || disagreements.len() != self.levels {
            return None;
        }
        let numbers: Vec<Vec<u32>> = names
            .iter()
            .zip(&mut self.names)
            .map(|(words, own)| words.iter().map(|w| own.number(w)).collect())
            .collect();
        for seat in seats {
            if seat.len() != self.levels {
                return None;
            }
            for (position, numbers) in seat.iter().zip(&numbers) {
                let number = if *position == NOBODY { NOBODY } else { *numbers.get(*position as usize)? };
                self.seats.push(number);
            }
        }
        for (word, rows) in unknown {
            let person = self.names.get_mut(self.person?)?.number(word) as usize;
            self.unknown.resize(self.unknown.len().max(person + 1), 0);
            *self.unknown.get_mut(person)? = *rows;
        }
        self.disagreements.copy_from_slice(disagreements);
        Some(())
    }

    /// How many seats there are.
    pub(crate) fn len(&self) -> usize {
        self.seats.len().checked_div(self.levels).unwrap_or(0)
    }

    /// The numbers of a seat, by level.
    pub(crate) fn seat(&self, seat: usize) -> &[u32] {
        self.seats.get(seat * self.levels..(seat + 1) * self.levels).unwrap_or(&[])
    }

    /// The seat of each of `rows`.
    pub(crate) fn place(&mut self, batch: &Batch, rows: &[u32]) -> Vec<u32> {
        for (translation, column) in self.translations.iter_mut().zip(&batch.subjects.levels) {
            if let Some(column) = column {
                translation.begin(column);
            }
        }
        rows.iter().map(|row| self.seat_of(batch, *row as usize)).collect()
    }

    fn seat_of(&mut self, batch: &Batch, row: usize) -> u32 {
        let mut key = std::mem::take(&mut self.key);
        key.fill(NOBODY);
        for (level, slot) in key.iter_mut().enumerate() {
            if Some(level) == self.organisation {
                *slot = 0;
            } else if let Some(Some(column)) = batch.subjects.levels.get(level) {
                let code = column.codes.get(row).copied().unwrap_or(MISSING_WORD);
                *slot = self.translations[level].number(code, &mut self.names[level]);
            }
        }
        if let (Some(roster), Some(level)) = (self.roster, self.person)
            && key[level] != NOBODY
        {
            let moment = batch.subjects.directory_at.get(row).copied().unwrap_or(MISSING_TIME);
            self.ask(roster, level, moment, &mut key);
        }
        let seat = self.number(&key);
        self.key = key;
        seat
    }

    /// Fills from the directory what the row's own columns leave open.
    fn ask(&mut self, roster: &'a Roster, level: usize, moment: i64, key: &mut [u32]) {
        let person = key[level] as usize;
        while self.on_roster.len() <= person {
            let word = self.names[level].words.get(self.on_roster.len());
            let position = word.and_then(|word| roster.people.get(word)).copied();
            self.on_roster.push(position.unwrap_or(NOBODY));
        }
        let Some(spell) = roster.spell(self.on_roster[person], moment) else {
            if self.unknown.len() <= person {
                self.unknown.resize(person + 1, 0);
            }
            self.unknown[person] += 1;
            key[level] = NOBODY;
            return;
        };
        for (other, group) in spell.groups.iter().enumerate() {
            if *group == NOBODY || Some(other) == self.organisation {
                continue;
            }
            let number = &mut self.group_numbers[other][*group as usize];
            if *number == UNTRANSLATED {
                *number = self.names[other].number(&roster.groups[other][*group as usize]);
            }
            if key[other] == NOBODY {
                key[other] = *number;
            } else if key[other] != *number {
                self.disagreements[other] += 1;
            }
        }
    }

    fn number(&mut self, key: &[u32]) -> u32 {
        let first = key.first().map_or(0, |first| first.wrapping_add(1)) as usize;
        if let Some(&seat) = self.hints.get(first)
            && seat != NOBODY
            && self.seat(seat as usize) == key
        {
            return seat;
        }
        let seat = match self.positions.get(key) {
            Some(seat) => *seat,
            None => {
                let seat = self.len() as u32;
                self.seats.extend_from_slice(key);
                self.positions.insert(key.into(), seat);
                seat
            }
        };
        if self.hints.len() <= first {
            self.hints.resize(first + 1, NOBODY);
        }
        self.hints[first] = seat;
        seat
    }
}

/// The row of the people file that stands for a person in a period: the last one valid in it.
pub(crate) fn attributes_in(
    rows: &[crate::records::Person],
    span: (Option<jiff::civil::Date>, Option<jiff::civil::Date>),
) -> Option<&BTreeMap<String, String>> {
    let valid = |p: &&crate::records::Person| {
        let begins = match (p.from, span.1) {
            (Some(from), Some(end)) => from < end,
            _ => true,
        };
        let lasts = match (p.to, span.0) {
            (Some(to), Some(start)) => start < to,
            _ => true,
        };
        begins && lasts
    };
    rows.iter().rev().find(valid).map(|p| &p.attributes)
}
