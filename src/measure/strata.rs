//! `adjust_for`: strata of like work, and what would be expected of a subject that met the same mix.

use rustc_hash::FxHashMap;

use super::subjects::{NOBODY, Names, Translation};
use crate::language::{Column, MISSING_TIME, Value};

/// The value of one field of a stratum. Missing values form a stratum of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StratumValue {
    Missing,
    No,
    Yes,
    /// A number by its bits, a moment or a duration in µs.
    Number(u64),
    Text(std::sync::Arc<str>),
}

/// One worker's strata of one table: combinations of field values, and places (a seat with a stratum).
#[derive(Default)]
pub(crate) struct Strata {
    names: Names,
    translations: Vec<Translation>,
    /// By stratum: one code a field.
    keys: Vec<Box<[u64]>>,
    numbers: FxHashMap<Box<[u64]>, u32>,
    /// By place: seat and stratum.
    pub places: Vec<(u32, u32)>,
    positions: FxHashMap<(u32, u32), u32>,
}

/// Codes of a field's value; a text's number and a number's bits stand apart by their field's type.
const MISSING: u64 = u64::MAX;

impl Strata {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place of each of `rows`, which sit on `seats`.
    pub(crate) fn place(&mut self, columns: &[Column], fields: &[usize], rows: &[u32], seats: &[u32]) -> Vec<u32> {
        self.translations.resize_with(fields.len(), Translation::default);
        let missing = Column::Constant(Value::Missing);
        let columns: Vec<&Column> = fields.iter().map(|f| columns.get(*f).unwrap_or(&missing)).collect();
        for (translation, column) in self.translations.iter_mut().zip(&columns) {
            if let Column::Text(text) = column {
                translation.begin(text);
            }
        }
        let mut key = vec![MISSING; fields.len()];
        let mut last = ((NOBODY, NOBODY), NOBODY);
        rows.iter()
            .zip(seats)
            .map(|(row, seat)| {
                for (i, column) in columns.iter().enumerate() {
                    key[i] = self.code(i, column, *row as usize);
                }
                let pair = (*seat, self.number(&key));
                if last.0 != pair {
                    last = (pair, self.place_of(pair.0, pair.1));
                }
                last.1
            })
            .collect()
    }

    fn code(&mut self, field: usize, column: &Column, row: usize) -> u64 {
        match column {
            Column::Text(text) => {
                let code = text.codes.get(row).copied().unwrap_or(crate::language::MISSING_WORD);
                match self.translations[field].number(code, &mut self.names) {
                    NOBODY => MISSING,
                    number => u64::from(number),
                }
            }
            Column::YesNo(v) => v.get(row).filter(|t| !t.is_missing()).map_or(MISSING, |t| u64::from(t.is_yes())),
            Column::Number(v) => v.get(row).filter(|x| !x.is_nan()).map_or(MISSING, |x| (x + 0.0).to_bits()),
            Column::Time(v) | Column::Duration(v) => {
                v.get(row).filter(|t| **t != MISSING_TIME).map_or(MISSING, |t| *t as u64)
            }
            _ => MISSING,
        }
    }

    fn number(&mut self, key: &[u64]) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = self.keys.len() as u32;
        self.keys.push(key.into());
        self.numbers.insert(key.into(), number);
        number
    }

    /// Takes in strata by what they stand for, in this order; before any other.
    pub(crate) fn restore(&mut self, strata: &[Vec<StratumValue>]) {
        for parts in strata {
            let code = |part: &StratumValue| match part {
                StratumValue::Missing => MISSING,
                StratumValue::No => 0,
                StratumValue::Yes => 1,
                StratumValue::Number(bits) => *bits,
                StratumValue::Text(word) => u64::from(self.names.number(word)),
            };
            let key: Box<[u64]> = parts.iter().map(code).collect();
            self.number(&key);
        }
    }

    /// The place of a seat and a stratum.
    pub(crate) fn place_of(&mut self, seat: u32, stratum: u32) -> u32 {
        let next = self.places.len() as u32;
        let place = *self.positions.entry((seat, stratum)).or_insert(next);
        if place == next {
            self.places.push((seat, stratum));
        }
        place
    }

    /// What a stratum stands for, the same in every worker. `texts` and `truths` tell the types of the fields.
    pub(crate) fn parts(&self, stratum: u32, types: &[crate::language::Type]) -> Vec<StratumValue> {
        use crate::language::Type;
        let key = self.keys.get(stratum as usize).map_or(&[][..], |k| k);
        key.iter()
            .zip(types)
            .map(|(code, ty)| match (*code, ty) {
                (MISSING, _) => StratumValue::Missing,
                (number, Type::Text) => self
                    .names
                    .words
                    .get(number as usize)
                    .map_or(StratumValue::Missing, |word| StratumValue::Text(word.clone())),
                (0, Type::YesNo) => StratumValue::No,
                (_, Type::YesNo) => StratumValue::Yes,
                (bits, _) => StratumValue::Number(bits),
            })
            .collect()
    }
}

/// One stratum of one cell of a level: an exposure and what was counted on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Share {
    pub cell: usize,
    pub period: usize,
    pub stratum: usize,
    pub exposure: f64,
    pub counted: f64,
}

/// The counted total that each cell would have with everyone's rates in its own mix of strata, and the overall rate of
/// each period: Σ n_s·r_s with r_s from all the level's records of the period (indirect standardisation).
pub(crate) fn expected(shares: &[Share], cells: usize, periods: usize, strata: usize) -> (Vec<f64>, Vec<f64>) {
    let mut all = vec![(0.0, 0.0); periods * strata];
    let mut overall = vec![(0.0, 0.0); periods];
    for share in shares {
        for total in [&mut all[share.period * strata + share.stratum], &mut overall[share.period]] {
            total.0 += share.exposure;
            total.1 += share.counted;
        }
    }
    let rate = |(exposure, counted): (f64, f64)| if exposure > 0.0 { counted / exposure } else { f64::NAN };
    let mut expected = vec![0.0; cells];
    for share in shares.iter().filter(|s| s.exposure > 0.0) {
        expected[share.cell] += share.exposure * rate(all[share.period * strata + share.stratum]);
    }
    (expected, overall.into_iter().map(rate).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{TextColumn, Type};

    #[test]
    fn simpsons_order_is_turned_around() {
        // A: 90 easy at 95 %, 10 hard at 60 %; B: 10 easy at 100 %, 90 hard at 70 % (85.5 + 6 and 10 + 63 of 100).
        let share = |cell, stratum, exposure, counted| Share { cell, period: 0, stratum, exposure, counted };
        let shares =
            [share(0, 0, 90.0, 85.5), share(0, 1, 10.0, 6.0), share(1, 0, 10.0, 10.0), share(1, 1, 90.0, 63.0)];
        let (expected, overall) = expected(&shares, 2, 1, 2);
        let value = |cell: usize, raw: f64| overall[0] + raw - expected[cell] / 100.0;
        assert!(value(1, 0.73) > value(0, 0.915));
        assert!((overall[0] - 0.8225).abs() < 1e-12);
        assert!((expected[0] - (90.0 * 0.955 + 10.0 * 0.69)).abs() < 1e-9);
    }

    #[test]
    fn missing_values_form_a_stratum_and_dictionaries_may_differ_between_batches() {
        let mut strata = Strata::default();
        let first = [Column::Text(TextColumn::of([Some("hard"), None, Some("easy")]))];
        let second = [Column::Text(TextColumn::of([Some("easy"), Some("hard")]))];
        let a = strata.place(&first, &[0], &[0, 1, 2], &[7, 7, 7]);
        let b = strata.place(&second, &[0], &[0, 1], &[7, 8]);
        assert_eq!((a.as_slice(), b.as_slice()), (&[0, 1, 2][..], &[2, 3][..]));
        assert_eq!(strata.places, [(7, 0), (7, 1), (7, 2), (8, 0)]);
        assert_eq!(strata.parts(1, &[Type::Text]), [StratumValue::Missing]);
        assert_eq!(strata.parts(2, &[Type::Text]), [StratumValue::Text("easy".into())]);
    }
}
