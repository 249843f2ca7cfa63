//! Contacts that answers are credited through: of each contact that an answer names, who it was, when, and the fields
//! that the answers take. Fixed-size per contact; words are kept once.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::batch::Batch;
use crate::language::{Column, MISSING_TIME, MISSING_WORD, TextColumn, Truth, Type, Value};
use crate::workspace::{Plan, Source};

/// No contact.
pub const NONE: u32 = u32::MAX;

/// Words of one column, each once.
#[derive(Default)]
struct Words {
    known: FxHashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
    codes: Vec<u32>,
}

impl Words {
    /// Appends the words of some rows; a word of the batch is looked up once.
    fn extend(&mut self, column: &TextColumn, rows: &[u32]) {
        let mut translated = vec![MISSING_WORD; column.words.len()];
        for row in rows {
            let code = column.codes.get(*row as usize).copied().unwrap_or(MISSING_WORD) as usize;
            let (Some(word), Some(slot)) = (column.words.get(code), translated.get_mut(code)) else {
                self.codes.push(MISSING_WORD);
                continue;
            };
            if *slot == MISSING_WORD {
                let next = self.words.len() as u32;
                *slot = *self.known.entry(word.clone()).or_insert(next);
                if *slot == next {
                    self.words.push(word.clone());
                }
            }
            self.codes.push(*slot);
        }
    }
}

enum Taken {
    Number(Vec<f64>),
    YesNo(Vec<Truth>),
    Time(Vec<i64>),
    Duration(Vec<i64>),
    Text(Words),
}

impl Taken {
    fn new(ty: Type) -> Self {
        match ty {
            Type::Number | Type::Numbers => Taken::Number(Vec::new()),
            Type::YesNo => Taken::YesNo(Vec::new()),
            Type::Time => Taken::Time(Vec::new()),
            Type::Duration => Taken::Duration(Vec::new()),
            Type::Text | Type::Missing => Taken::Text(Words::default()),
        }
    }

    fn extend(&mut self, column: Option<&Column>, rows: &[u32]) {
        let value = |row: &u32| column.map_or(Value::Missing, |c| c.value(*row as usize));
        match self {
            Taken::Number(v) => {
                v.extend(rows.iter().map(|r| if let Value::Number(x) = value(r) { x } else { f64::NAN }))
            }
            Taken::YesNo(v) => v.extend(
                rows.iter().map(|r| if let Value::YesNo(yes) = value(r) { Truth::of(yes) } else { Truth::MISSING }),
            ),
            Taken::Time(v) => {
                v.extend(rows.iter().map(|r| if let Value::Time(t) = value(r) { t } else { MISSING_TIME }));
            }
            Taken::Duration(v) => {
                v.extend(rows.iter().map(|r| if let Value::Duration(t) = value(r) { t } else { MISSING_TIME }));
            }
            Taken::Text(words) => match column {
                Some(Column::Text(text)) => words.extend(text, rows),
                _ => words.codes.extend(rows.iter().map(|_| MISSING_WORD)),
            },
        }
    }
}

#[derive(Default)]
struct Collected {
    index: FxHashMap<u128, u32>,
    moments: Vec<i64>,
    /// Position of the level, and its words; empty where the contacts have no column for it.
    levels: Vec<(usize, Words)>,
    /// Field of the answers' source, field of the contacts' source, values.
    fields: Vec<(usize, usize, Taken)>,
}

/// Takes the contacts while their source is read.
pub struct Collector {
    /// Ids that answers name.
    named: FxHashSet<u128>,
    /// Position in the plan of the answers' source.
    pub answers: usize,
    collected: Mutex<Collected>,
    /// Levels for which the contacts have a column.
    own: Vec<bool>,
    /// A contact without a date is left out, and nothing is credited through it.
    dated: bool,
}

impl Collector {
    pub fn new(plan: &Plan, answers: usize, source: &Source, named: FxHashSet<u128>) -> Self {
        let taken_levels = source.credit.iter().flat_map(|c| &c.levels);
        let levels = taken_levels
            .filter_map(|name| plan.levels.iter().position(|l| l.value == *name))
            .map(|level| (level, Words::default()))
            .collect::<Vec<_>>();
        let fields = source.fields.iter().enumerate();
        let fields = fields.filter_map(|(i, f)| f.taken.map(|from| (i, from, Taken::new(f.ty)))).collect();
        let own = vec![false; levels.len()];
        Self {
            named,
            answers,
            collected: Mutex::new(Collected { levels, fields, ..Collected::default() }),
            own,
            dated: false,
        }
    }

    /// Says for which levels the contacts' rows bring a column of their own.
    pub fn with_levels(mut self, has_column: &dyn Fn(usize) -> bool) -> Self {
        let collected = self.collected.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.own = collected.levels.iter().map(|(level, _)| has_column(*level)).collect();
        self
    }

    /// Says that a contact needs a date.
    pub fn dated(self, dated: bool) -> Self {
        Self { dated, ..self }
    }

    /// Fields of the contacts' source that are taken.
    pub fn taken_fields(source: &Source) -> impl Iterator<Item = usize> {
        source.fields.iter().filter_map(|f| f.taken)
    }

    /// Takes the kept rows of a batch of contacts that answers name. `keys` are the ids, by row.
    pub fn collect(&self, batch: &Batch, keys: &[u128]) {
        let dated = |row: usize| !self.dated || batch.at.get(row).is_some_and(|at| *at != MISSING_TIME);
        let named = |row: &u32| keys.get(*row as usize).is_some_and(|k| self.named.contains(k)) && dated(*row as usize);
        let rows: Vec<u32> = match &batch.selected {
            Some(selected) => selected.iter().copied().filter(named).collect(),
            None => (0..batch.rows as u32).filter(named).collect(),
        };
        if rows.is_empty() {
            return;
        }
        let mut collected = self.collected.lock().unwrap_or_else(PoisonError::into_inner);
        let collected = &mut *collected;
        for row in &rows {
            let row = *row as usize;
            if let Some(key) = keys.get(row) {
                collected.index.insert(*key, collected.moments.len() as u32);
                let moment = batch.subjects.directory_at.get(row).copied();
                collected.moments.push(moment.unwrap_or(MISSING_TIME));
            }
        }
        for (level, words) in &mut collected.levels {
            match batch.subjects.levels.get(*level) {
                Some(Some(column)) => words.extend(column, &rows),
                _ => words.codes.extend(rows.iter().map(|_| MISSING_WORD)),
            }
        }
        for (_, from, values) in &mut collected.fields {
            values.extend(batch.columns.get(*from), &rows);
        }
    }

    pub fn settle(self) -> Contacts {
        let collected = self.collected.into_inner().unwrap_or_else(PoisonError::into_inner);
        let levels =
            collected.levels.into_iter().zip(self.own).map(|((level, words), own)| (level, own.then(|| text(words))));
        let column = |taken: Taken| match taken {
            Taken::Number(v) => Column::Number(Arc::new(v)),
            Taken::YesNo(v) => Column::YesNo(Arc::new(v)),
            Taken::Time(v) => Column::Time(Arc::new(v)),
            Taken::Duration(v) => Column::Duration(Arc::new(v)),
            Taken::Text(w) => Column::Text(text(w)),
        };
        Contacts {
            index: collected.index,
            moments: collected.moments,
            levels: levels.collect(),
            fields: collected.fields.into_iter().map(|(field, _, taken)| (field, column(taken))).collect(),
        }
    }
}

fn text(words: Words) -> TextColumn {
    TextColumn { codes: Arc::new(words.codes), words: Arc::new(words.words) }
}

/// The contacts, by id.
pub struct Contacts {
    index: FxHashMap<u128, u32>,
    moments: Vec<i64>,
    /// Position of a taken level; its words, or `None` where only the directory knows it.
    pub levels: Vec<(usize, Option<TextColumn>)>,
    fields: Vec<(usize, Column)>,
}

impl Contacts {
    /// The contact of each answer, or `NONE`.
    pub fn find(&self, keys: &[u128]) -> Vec<u32> {
        keys.iter().map(|key| self.index.get(key).copied().unwrap_or(NONE)).collect()
    }

    pub fn moments(&self, found: &[u32]) -> Vec<i64> {
        pick(&self.moments, MISSING_TIME, found)
    }

    pub fn words(&self, column: &TextColumn, found: &[u32]) -> TextColumn {
        TextColumn { codes: Arc::new(pick(&column.codes, MISSING_WORD, found)), words: column.words.clone() }
    }

    /// The taken fields of some answers: position in the answers' source, and values.
    pub fn fields(&self, found: &[u32]) -> Vec<(usize, Column)> {
        let column = |column: &Column| match column {
            Column::Number(v) => Column::Number(Arc::new(pick(v, f64::NAN, found))),
            Column::YesNo(v) => Column::YesNo(Arc::new(pick(v, Truth::MISSING, found))),
            Column::Time(v) => Column::Time(Arc::new(pick(v, MISSING_TIME, found))),
            Column::Duration(v) => Column::Duration(Arc::new(pick(v, MISSING_TIME, found))),
            Column::Text(t) => Column::Text(self.words(t, found)),
            Column::Numbers(_) | Column::Constant(_) => Column::Constant(Value::Missing),
        };
        self.fields.iter().map(|(field, values)| (*field, column(values))).collect()
    }
}

fn pick<T: Copy>(values: &[T], missing: T, found: &[u32]) -> Vec<T> {
    found.iter().map(|i| values.get(*i as usize).copied().unwrap_or(missing)).collect()
}
