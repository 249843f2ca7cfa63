//! Text by dictionary: a word is looked at once, its rows get the answer from a table.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::tree::Comparison;
use super::super::{MISSING_WORD, TextColumn, Truth};
use super::Lane;

/// The same text in every row (or none), or a column.
#[derive(Clone, Debug)]
pub(in crate::language) enum Words {
    Same(Option<Arc<str>>),
    Each(TextColumn),
}

impl Words {
    pub fn get(&self, row: usize) -> Option<&Arc<str>> {
        match self {
            Words::Same(word) => word.as_ref(),
            Words::Each(column) => column.get(row),
        }
    }
}

/// A figure of every row's word. A dictionary much longer than the batch is not gone through as a whole.
pub(in crate::language) fn of_words<T: Copy>(text: &Words, missing: T, f: impl Fn(&str) -> T) -> Lane<T> {
    let column = match text {
        Words::Same(word) => return Lane::Same(word.as_ref().map_or(missing, |w| f(w))),
        Words::Each(column) => column,
    };
    if column.words.len() > column.codes.len().saturating_mul(2).max(64) {
        return Lane::each((0..column.codes.len()).map(|row| column.get(row).map_or(missing, |w| f(w))).collect());
    }
    let table: Vec<T> = column.words.iter().map(|w| f(w)).collect();
    Lane::each(column.codes.iter().map(|code| table.get(*code as usize).copied().unwrap_or(missing)).collect())
}

pub(in crate::language) fn test(text: &Words, f: impl Fn(&str) -> bool) -> Lane<Truth> {
    of_words(text, Truth::MISSING, |w| Truth::of(f(w)))
}

/// A test of two texts.
pub(in crate::language) fn test_pair(a: &Words, b: &Words, rows: usize, f: impl Fn(&str, &str) -> bool) -> Lane<Truth> {
    match (a, b) {
        (_, Words::Same(None)) | (Words::Same(None), _) => Lane::Same(Truth::MISSING),
        (_, Words::Same(Some(b))) => test(a, |a| f(a, b)),
        (Words::Same(Some(a)), _) => test(b, |b| f(a, b)),
        _ => Lane::each(
            (0..rows)
                .map(|row| match (a.get(row), b.get(row)) {
                    (Some(a), Some(b)) => Truth::of(f(a, b)),
                    _ => Truth::MISSING,
                })
                .collect(),
        ),
    }
}

pub(in crate::language) fn compare(comparison: Comparison, a: &Words, b: &Words) -> Lane<Truth> {
    match (a, b) {
        (Words::Each(x), Words::Each(y)) if x.words.len() + y.words.len() <= x.codes.len().max(64) * 4 => {
            ranked(comparison, x, y)
        }
        _ => {
            let rows = match (a, b) {
                (Words::Each(x), _) | (_, Words::Each(x)) => x.codes.len(),
                _ => 0,
            };
            test_pair(a, b, rows, |a, b| comparison.holds(a.cmp(b)))
        }
    }
}

/// Two columns by the rank of each word among the words of both.
fn ranked(comparison: Comparison, a: &TextColumn, b: &TextColumn) -> Lane<Truth> {
    let mut all: Vec<&str> = a.words.iter().chain(b.words.iter()).map(AsRef::as_ref).collect();
    all.sort_unstable();
    all.dedup();
    let rank: FxHashMap<&str, u32> = all.iter().enumerate().map(|(i, w)| (*w, i as u32)).collect();
    let ranks = |column: &TextColumn| -> Vec<u32> {
        let table: Vec<u32> =
            column.words.iter().map(|w| rank.get(w.as_ref()).copied().unwrap_or(MISSING_WORD)).collect();
        column.codes.iter().map(|c| table.get(*c as usize).copied().unwrap_or(MISSING_WORD)).collect()
    };
    let test = |x: u32, y: u32| {
        if x == MISSING_WORD || y == MISSING_WORD { Truth::MISSING } else { Truth::of(comparison.holds(x.cmp(&y))) }
    };
    Lane::each(ranks(a).into_iter().zip(ranks(b)).map(|(x, y)| test(x, y)).collect())
}

pub(in crate::language) fn among(text: &Words, list: &[Arc<str>]) -> Lane<Truth> {
    let mut sorted: Vec<&str> = list.iter().map(AsRef::as_ref).collect();
    sorted.sort_unstable();
    test(text, |w| sorted.binary_search_by(|s| Ord::cmp(*s, w)).is_ok())
}

/// Every word changed; the rows keep their codes. `f` says no to a word that may not be.
pub(in crate::language) fn changed(text: &Words, f: impl Fn(&str) -> Option<Arc<str>>) -> Result<Words, usize> {
    match text {
        Words::Same(None) => Ok(Words::Same(None)),
        Words::Same(Some(word)) => f(word).map(|w| Words::Same(Some(w))).ok_or(0),
        Words::Each(column) if column.words.len() > column.codes.len().saturating_mul(2).max(64) => {
            built(column.codes.len(), |row| column.get(row).map(|w| f(w).ok_or(row)).transpose())
        }
        Words::Each(column) => {
            let mut words = Vec::with_capacity(column.words.len());
            for (i, word) in column.words.iter().enumerate() {
                match f(word) {
                    Some(word) => words.push(word),
                    // Words that no row uses don't count.
                    None => match column.codes.iter().position(|c| *c as usize == i) {
                        Some(row) => return Err(row),
                        None => words.push(Arc::from("")),
                    },
                }
            }
            Ok(Words::Each(TextColumn { codes: column.codes.clone(), words: Arc::new(words) }))
        }
    }
}

/// A column row by row; each distinct word stands once.
pub(in crate::language) fn built<E>(
    rows: usize,
    mut f: impl FnMut(usize) -> Result<Option<Arc<str>>, E>,
) -> Result<Words, E> {
    let mut known = FxHashMap::<Arc<str>, u32>::default();
    let mut words = Vec::new();
    let mut codes = Vec::with_capacity(rows);
    for row in 0..rows {
        codes.push(match f(row)? {
            None => MISSING_WORD,
            Some(word) => *known.entry(word).or_insert_with_key(|word| {
                words.push(word.clone());
                words.len() as u32 - 1
            }),
        });
    }
    Ok(Words::Each(TextColumn { codes: Arc::new(codes), words: Arc::new(words) }))
}

/// One of two by a code per row: 0 the first, 1 the second, else missing.
pub(in crate::language) fn picked(a: &Words, b: &Words, rows: usize, which: impl Fn(usize) -> u8) -> Words {
    let (left, right) = (column(a), column(b));
    let shift = left.words.len() as u32;
    let mut words = left.words.as_ref().clone();
    let shared = Arc::ptr_eq(&left.words, &right.words);
    if !shared {
        words.extend(right.words.iter().cloned());
    }
    let code = |column: &TextColumn, one: bool, row: usize| {
        if one { column.codes.first() } else { column.codes.get(row) }.copied().unwrap_or(MISSING_WORD)
    };
    let (one_left, one_right) = (matches!(a, Words::Same(_)), matches!(b, Words::Same(_)));
    let codes = (0..rows)
        .map(|row| match which(row) {
            0 => code(&left, one_left, row),
            1 => match code(&right, one_right, row) {
                MISSING_WORD => MISSING_WORD,
                c if shared => c,
                c => c + shift,
            },
            _ => MISSING_WORD,
        })
        .collect();
    Words::Each(TextColumn { codes: Arc::new(codes), words: if shared { left.words } else { Arc::new(words) } })
}

/// A constant as a column of one row.
fn column(words: &Words) -> TextColumn {
    match words {
        Words::Each(column) => column.clone(),
        Words::Same(word) => TextColumn::of([word.as_deref()]),
    }
}
