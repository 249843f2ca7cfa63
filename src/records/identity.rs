//! Which row of an id counts. One fixed-size entry is held per id; the verdict depends on the rows' cells alone, never on
//! the names or the order of files.

use std::cmp::Ordering;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::clock::Window;
use super::lane::{Dialect, LaneColumn};
use super::number::number;
use crate::language::{MISSING_TIME, MISSING_WORD, TextColumn};

const SHARDS: usize = 256;

/// A cell of `latest_by` in 32 bytes whose order is the order of the values: missing, then yes/no, numbers and lengths,
/// times, texts. Of a text the first 31 bytes are kept: rows that differ only later tie.
pub type SortKey = [u128; 2];

/// Where a row stands: file and line in one number.
pub fn place(file: usize, line: u64) -> u64 {
    ((file as u64) << 40) | (line & ((1 << 40) - 1))
}

/// What becomes of a row that has an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Kept,
    /// The same cells as the kept row.
    Again,
    Superseded,
    /// Different rows with one id, and nothing says which counts.
    Conflict,
    /// A row of this id can't be read, and may be the one that counts.
    Unreadable,
}

#[derive(Clone, Copy, Default)]
struct Entry {
    digest: u128,
    place: u64,
    conflict: bool,
    /// One of the rows that are as late as this can't be read.
    unreadable: bool,
    /// One that can't be read may be later than any.
    unknown: bool,
    /// Not all of its rows are the same.
    several: bool,
    /// What its cells of `latest_by` look like.
    looks: Looks,
}

/// By kind of `LOOKS`: the columns of `latest_by` that hold such a cell, a bit each. The eighth column and those after it
/// share a bit.
type Looks = [u8; 3];

/// Kinds of cells that a column without a type is ordered by.
const LOOKS: [u8; 3] = [NUMBER, TIME, TEXT];

#[derive(Default)]
struct Shard {
    index: FxHashMap<u128, u32>,
    entries: Vec<Entry>,
    /// `width` of them per entry.
    sort: Vec<SortKey>,
    /// By column of `latest_by` and kind of `LOOKS`: cells.
    seen: Vec<[u64; 3]>,
}

impl Shard {
    /// What is held of an id, with its sort keys.
    fn held(&mut self, id: u128, width: usize) -> Option<(&mut Entry, &mut [SortKey])> {
        let known = *self.index.get(&id)? as usize;
        Some((self.entries.get_mut(known)?, self.sort.get_mut(known * width..(known + 1) * width)?))
    }

    /// Counts what the cells of a row look like.
    fn look(&mut self, sort: &[SortKey]) -> Looks {
        let mut looks = [0; 3];
        self.seen.resize(self.seen.len().max(sort.len()), [0; 3]);
        for (column, (key, seen)) in sort.iter().zip(&mut self.seen).enumerate() {
            let kind = kind_of(*key);
            for ((wanted, seen), look) in LOOKS.iter().zip(seen).zip(&mut looks) {
                if *wanted == kind {
                    *seen += 1;
                    *look |= bit(column);
                }
            }
        }
        looks
    }

    fn add(&mut self, id: u128, entry: Entry, sort: &[SortKey]) {
        self.index.insert(id, self.entries.len() as u32);
        self.entries.push(entry);
        self.sort.extend_from_slice(sort);
    }
}

/// Takes every row of a source once (`note`), then tells of each what becomes of it.
pub struct Identity {
    shards: Vec<Mutex<Shard>>,
    width: usize,
}

impl Identity {
    /// `width` is the number of `latest_by` fields.
    pub fn new(width: usize) -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::new(Shard::default())).collect(), width }
    }

    pub fn note(&self, id: u128, digest: u128, sort: &[SortKey], place: u64) {
        let Some(shard) = self.shards.get((id >> 120) as usize % SHARDS) else { return };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let shard = &mut *shard;
        let looks = shard.look(sort);
        let new = Entry { digest, place, looks, ..Entry::default() };
        let Some((entry, best)) = shard.held(id, self.width) else { return shard.add(id, new, sort) };
        entry.joined_by(digest, looks);
        match sort.cmp(best) {
            Ordering::Less => {}
            Ordering::Greater => {
                *entry = Entry { unknown: entry.unknown, several: entry.several, looks: entry.looks, ..new };
                best.copy_from_slice(sort);
            }
            Ordering::Equal if entry.digest == digest => entry.place = entry.place.min(place),
            // What can't be read has no digest, and is counted as such.
            Ordering::Equal if entry.digest == 0 => *entry = Entry { digest, place, ..*entry },
            Ordering::Equal => entry.conflict = true,
        }
    }

    /// Notes a row that has an id and a cell that can't be read; `sort` is `None` where that is one of its `latest_by`.
    pub fn note_unreadable(&self, id: u128, sort: Option<&[SortKey]>) {
        let Some(shard) = self.shards.get((id >> 120) as usize % SHARDS) else { return };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let shard = &mut *shard;
        let looks = shard.look(sort.unwrap_or_default());
        let new = Entry { looks, unreadable: sort.is_some(), unknown: sort.is_none(), ..Entry::default() };
        let least = vec![[0, 0]; self.width];
        let Some((entry, best)) = shard.held(id, self.width) else { return shard.add(id, new, sort.unwrap_or(&least)) };
        entry.joined_by(0, looks);
        let Some(sort) = sort else { return entry.unknown = true };
        match sort.cmp(best) {
            Ordering::Less => {}
            Ordering::Greater => {
                *entry = Entry { unknown: entry.unknown, several: true, looks: entry.looks, ..new };
                best.copy_from_slice(sort);
            }
            Ordering::Equal => entry.unreadable = true,
        }
    }

    /// Ends the noting; the answers need no lock.
    pub fn settle(self) -> Settled {
        let shards = self.shards.into_iter().map(|s| s.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut seen = vec![[0; 3]; self.width];
        let shards = shards.map(|shard| {
            for (sum, more) in seen.iter_mut().zip(&shard.seen) {
                sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            }
            (shard.index, shard.entries)
        });
        Settled { shards: shards.collect(), strange: strange(&seen) }
    }
}

impl Entry {
    /// Another row of the same id.
    fn joined_by(&mut self, digest: u128, looks: Looks) {
        self.several |= self.digest != digest;
        self.looks.iter_mut().zip(looks).for_each(|(held, more)| *held |= more);
    }
}

/// By kind: the columns most of whose cells are dates, or numbers, and such a cell isn't. How it compares with the others
/// nobody knows, as with a cell that can't be read.
fn strange(seen: &[[u64; 3]]) -> Looks {
    let mut strange = [0; 3];
    for (column, counts) in seen.iter().enumerate() {
        let all: u64 = counts.iter().sum();
        let most = LOOKS.iter().zip(counts).find(|(_, n)| **n * 2 > all).map_or(TEXT, |(kind, _)| *kind);
        for (kind, columns) in LOOKS.iter().zip(&mut strange) {
            if most != TEXT && *kind != most {
                *columns |= bit(column);
            }
        }
    }
    strange
}

fn bit(column: usize) -> u8 {
    1 << column.min(7)
}

fn kind_of([high, _]: SortKey) -> u8 {
    (high >> 120) as u8
}

pub struct Settled {
    shards: Vec<(FxHashMap<u128, u32>, Vec<Entry>)>,
    strange: Looks,
}

impl Settled {
    pub fn verdict(&self, id: u128, digest: u128, place: u64) -> Verdict {
        let entry = self
            .shards
            .get((id >> 120) as usize % SHARDS)
            .and_then(|(index, entries)| index.get(&id).and_then(|i| entries.get(*i as usize)));
        match entry {
            None => Verdict::Conflict, // not noted: the file changed between the two passes
            Some(e) if e.unreadable || e.unknown || self.is_doubtful(e) => Verdict::Unreadable,
            Some(e) if e.conflict => Verdict::Conflict,
            Some(e) if e.place == place && e.digest == digest => Verdict::Kept,
            Some(e) if e.digest == digest => Verdict::Again,
            Some(_) => Verdict::Superseded,
        }
    }

    /// One of its rows that differ has a cell that can't be put in order.
    fn is_doubtful(&self, entry: &Entry) -> bool {
        entry.several && entry.looks.iter().zip(self.strange).any(|(held, strange)| held & strange != 0)
    }

    /// Some column of `latest_by` has a kind of cell that can't be put in order, if it occurs.
    pub fn has_order(&self) -> bool {
        self.strange != [0; 3]
    }

    /// The first column of `latest_by` whose cell can't be put in order.
    pub fn out_of_order(&self, sort: &[SortKey]) -> Option<usize> {
        sort.iter().enumerate().position(|(column, key)| {
            LOOKS.iter().zip(self.strange).any(|(kind, mask)| *kind == kind_of(*key) && mask & bit(column) != 0)
        })
    }
}

/// The 128-bit digest of each row's cells.
pub fn row_digests(columns: &[LaneColumn], rows: usize) -> Vec<u128> {
    // Texts by the digest of the word, so that a long text is hashed once.
    let words: Vec<Option<Vec<u128>>> = columns
        .iter()
        .map(|c| match c {
            LaneColumn::Text(t) => Some(t.words.iter().map(|w| super::lane::key_of(w)).collect()),
            _ => None,
        })
        .collect();
    let mut buffer = Vec::with_capacity(columns.len() * 17);
    (0..rows)
        .map(|row| {
            buffer.clear();
            for (column, words) in columns.iter().zip(&words) {
                push_cell(column, words.as_deref(), row, &mut buffer);
            }
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&blake3::hash(&buffer).as_bytes()[..16]);
            u128::from_le_bytes(bytes)
        })
        .collect()
}

fn push_cell(column: &LaneColumn, words: Option<&[u128]>, row: usize, out: &mut Vec<u8>) {
    match column {
        LaneColumn::Number(v) => out.extend(v.get(row).map_or(0, |x| x.to_bits()).to_le_bytes()),
        LaneColumn::Time(v) | LaneColumn::Duration(v) => {
            out.extend(v.get(row).copied().unwrap_or(MISSING_TIME).to_le_bytes());
        }
        LaneColumn::YesNo(v) => out.push(v.get(row).map_or(2, |t| t.0)),
        LaneColumn::Key(v) => out.extend(v.get(row).copied().unwrap_or(0).to_le_bytes()),
        LaneColumn::Text(t) => {
            let code = t.codes.get(row).copied().unwrap_or(MISSING_WORD);
            let key = words.and_then(|w| w.get(code as usize)).copied().unwrap_or(0);
            out.extend(key.to_le_bytes());
        }
        LaneColumn::Skipped => {}
    }
}

const YES_NO: u8 = 1;
const NUMBER: u8 = 2;
const TIME: u8 = 3;
const TEXT: u8 = 4;

/// The sort keys of a lane's rows. A column that is no field is ordered by what its cells look like.
pub fn sort_keys(column: &LaneColumn, untyped: bool, dialect: &Dialect) -> Vec<SortKey> {
    match column {
        LaneColumn::Number(v) => v.iter().map(|x| if x.is_nan() { [0, 0] } else { of_number(*x) }).collect(),
        LaneColumn::Time(v) => v.iter().map(|t| if *t == MISSING_TIME { [0, 0] } else { of_time(*t) }).collect(),
        LaneColumn::Duration(v) => {
            v.iter().map(|t| if *t == MISSING_TIME { [0, 0] } else { of_number(*t as f64) }).collect()
        }
        LaneColumn::YesNo(v) => v.iter().map(|t| if t.is_missing() { [0, 0] } else { key(YES_NO, &[t.0]) }).collect(),
        LaneColumn::Key(v) => v.iter().map(|k| [u128::from(*k != 0), *k]).collect(),
        LaneColumn::Text(text) => of_words(text, untyped, dialect),
        LaneColumn::Skipped => Vec::new(),
    }
}

fn of_words(text: &TextColumn, untyped: bool, dialect: &Dialect) -> Vec<SortKey> {
    let mut window = Window::default();
    let words: Vec<SortKey> = text
        .words
        .iter()
        .map(|word| {
            if untyped {
                if let Ok(x) = number(word, dialect.signs) {
                    return of_number(x);
                }
                if let Ok(at) = dialect.formats.stamp(word).and_then(|s| dialect.clock.utc(s, &mut window)) {
                    return of_time(at);
                }
            }
            key(TEXT, word.as_bytes())
        })
        .collect();
    text.codes.iter().map(|code| words.get(*code as usize).copied().unwrap_or([0, 0])).collect()
}

/// The bits of a number in an order that is the numbers' own (IEEE 754 totalOrder for finite numbers).
fn of_number(x: f64) -> SortKey {
    let bits = if x == 0.0 { 0 } else { x.to_bits() };
    let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
    key(NUMBER, &ordered.to_be_bytes())
}

/// The moment that a key stands for; `None` where it is no time.
pub fn moment_of(key: SortKey) -> Option<i64> {
    let [high, _] = key;
    (high >> 120 == u128::from(TIME)).then_some(((high >> 56) as u64 ^ 1 << 63) as i64)
}

fn of_time(micros: i64) -> SortKey {
    key(TIME, &(micros as u64 ^ 1 << 63).to_be_bytes())
}

fn key(kind: u8, bytes: &[u8]) -> SortKey {
    let mut all = [0u8; 32];
    all[0] = kind;
    for (to, from) in all.iter_mut().skip(1).zip(bytes) {
        *to = *from;
    }
    let half = |range: std::ops::Range<usize>| {
        all.get(range).into_iter().flatten().fold(0u128, |n, b| n << 8 | u128::from(*b))
    };
    [half(0..16), half(16..32)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(rows: &[(u128, u128, i64)], width: usize) -> Vec<Verdict> {
        let verdicts = |order: &mut dyn Iterator<Item = usize>| {
            let identity = Identity::new(width);
            let key = |i: usize| [of_time(rows[i].2)];
            for i in order {
                identity.note(rows[i].0, rows[i].1, &key(i)[..width], place(0, i as u64));
            }
            let settled = identity.settle();
            (0..rows.len()).map(|i| settled.verdict(rows[i].0, rows[i].1, place(0, i as u64))).collect::<Vec<_>>()
        };
        let forward = verdicts(&mut (0..rows.len()));
        let backward = verdicts(&mut (0..rows.len()).rev());
        assert_eq!(forward, backward, "the order does not matter");
        forward
    }

    #[test]
    fn without_latest_by_equal_rows_are_one_and_different_ones_none() {
        use Verdict::{Again, Conflict, Kept};
        assert_eq!(
            settle(&[(1, 7, 0), (1, 7, 0), (2, 8, 0), (2, 9, 0), (2, 8, 0)], 0),
            [Kept, Again, Conflict, Conflict, Conflict]
        );
    }

    #[test]
    fn the_last_row_supersedes_and_a_tie_quarantines() {
        use Verdict::{Again, Conflict, Kept, Superseded};
        assert_eq!(settle(&[(1, 7, 1), (1, 8, 3), (1, 9, 2), (1, 8, 3)], 1), [Superseded, Kept, Superseded, Again]);
        assert_eq!(
            settle(&[(1, 7, 3), (1, 8, 3), (1, 9, 4)], 1),
            [Superseded, Superseded, Kept],
            "a tie below the last"
        );
        assert_eq!(settle(&[(1, 7, 3), (1, 8, 3), (1, 9, 2)], 1), [Conflict, Conflict, Conflict]);
    }

    #[test]
    fn a_row_that_cannot_be_read_may_be_the_one_that_counts() {
        use Verdict::{Kept, Superseded, Unreadable};
        // A row is read (its digest), or not (0); its moment, or none where that is what can't be read.
        type Row = (u128, Option<i64>);
        let verdicts = |rows: &[Row], width: usize| {
            let of = |order: &mut dyn Iterator<Item = usize>| {
                let identity = Identity::new(width);
                for i in order {
                    let key = rows[i].1.map(|at| [of_time(at)]);
                    match (rows[i].0, key) {
                        (0, key) => identity.note_unreadable(1, key.as_ref().map(|k| &k[..width])),
                        (digest, key) => identity.note(1, digest, &key.unwrap()[..width], place(0, i as u64)),
                    }
                }
                let settled = identity.settle();
                let read = rows.iter().enumerate().filter(|(_, r)| r.0 != 0);
                read.map(|(i, r)| settled.verdict(1, r.0, place(0, i as u64))).collect::<Vec<_>>()
            };
            let forward = of(&mut (0..rows.len()));
            assert_eq!(forward, of(&mut (0..rows.len()).rev()), "the order does not matter");
            forward
        };
        assert_eq!(verdicts(&[(7, Some(1)), (0, Some(1))], 0), [Unreadable], "a twin");
        assert_eq!(verdicts(&[(7, Some(1)), (0, Some(2)), (8, Some(1))], 1), [Unreadable, Unreadable], "the latest");
        assert_eq!(verdicts(&[(7, Some(2)), (0, Some(2))], 1), [Unreadable], "as late");
        assert_eq!(verdicts(&[(7, Some(3)), (0, Some(2)), (8, Some(1))], 1), [Kept, Superseded], "an older one");
        assert_eq!(verdicts(&[(7, Some(3)), (0, None)], 1), [Unreadable], "nobody knows when");
    }

    #[test]
    fn a_cell_unlike_the_others_of_its_column_is_in_no_order() {
        use Verdict::{Kept, Superseded, Unreadable};
        let word = || key(TEXT, b"unknown");
        // Id, digest, cell of `latest_by`.
        let verdicts = |rows: &[(u128, u128, SortKey)]| {
            let of = |order: &mut dyn Iterator<Item = usize>| {
                let identity = Identity::new(1);
                order.for_each(|i| identity.note(rows[i].0, rows[i].1, &[rows[i].2], place(0, i as u64)));
                let settled = identity.settle();
                let verdict = |(i, r): (usize, &(u128, u128, SortKey))| settled.verdict(r.0, r.1, place(0, i as u64));
                rows.iter().enumerate().map(verdict).collect::<Vec<_>>()
            };
            let forward = of(&mut (0..rows.len()));
            assert_eq!(forward, of(&mut (0..rows.len()).rev()), "the order does not matter");
            forward
        };
        let at = |t: i64| of_time(t);
        assert_eq!(
            verdicts(&[(1, 7, word()), (1, 8, at(2)), (2, 7, at(1)), (2, 8, at(2)), (3, 7, at(0)), (4, 7, word())]),
            [Unreadable, Unreadable, Superseded, Kept, Kept, Kept],
            "a lone row needs no order"
        );
        assert_eq!(
            verdicts(&[(1, 7, of_number(2.0)), (1, 8, at(2)), (2, 7, at(1)), (2, 8, [0, 0])]),
            [Unreadable, Unreadable, Kept, Superseded],
            "a missing cell is before all"
        );
        assert_eq!(verdicts(&[(1, 7, word()), (1, 8, key(TEXT, b"v2"))]), [Superseded, Kept], "a column of words");
    }

    #[test]
    fn a_sort_key_gives_its_moment_back() {
        for at in [MISSING_TIME + 1, -1, 0, 1_767_571_200_000_000] {
            assert_eq!(moment_of(of_time(at)), Some(at));
        }
        assert_eq!((moment_of(of_number(3.0)), moment_of(key(TEXT, b"x")), moment_of([0, 0])), (None, None, None));
    }

    #[test]
    fn sort_keys_keep_the_order_of_values() {
        let numbers = [f64::NAN, -1e9, -2.5, 0.0, 1e-9, 2.0, 10.0, 1e15];
        let keys = sort_keys(&LaneColumn::Number(numbers.to_vec()), false, &dialect());
        assert!(keys.is_sorted() && keys.windows(2).all(|w| w[0] < w[1]));
        let words =
            TextColumn::of([None, Some("2"), Some("10"), Some("2026-01-02"), Some("2026-02-01"), Some("a"), Some("b")]);
        let keys = sort_keys(&LaneColumn::Text(words.clone()), true, &dialect());
        assert!(keys.windows(2).all(|w| w[0] < w[1]), "2 before 10, numbers before dates before texts");
        let keys = sort_keys(&LaneColumn::Text(words), false, &dialect());
        assert!(keys[1] > keys[2], "as words alone");
    }

    #[test]
    fn digests_tell_cells_apart() {
        let columns = |a: &[Option<&str>], b: &[Option<&str>]| {
            row_digests(
                &[LaneColumn::Text(TextColumn::of(a.to_vec())), LaneColumn::Text(TextColumn::of(b.to_vec()))],
                a.len(),
            )
        };
        let d = columns(&[Some("ab"), Some("a"), None, Some("ab")], &[Some("c"), Some("bc"), Some("ab"), Some("c")]);
        assert_eq!(d[0], d[3]);
        assert!(d[0] != d[1] && d[1] != d[2]);
    }

    fn dialect() -> Dialect {
        let clock = super::super::clock::Clock { zone: jiff::tz::TimeZone::UTC, name: "UTC".to_owned() };
        Dialect::new(super::super::number::Signs::default(), &[], clock, &[])
    }
}
