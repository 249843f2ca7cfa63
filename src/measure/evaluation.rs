//! Columns of expressions: evaluated so that only rows that matter can fail, and read as truths, numbers and integers.

use std::sync::Arc;

use crate::language::{
    Breach, Column, Environment, Frame, MISSING_TIME, MISSING_WORD, Program, TextColumn, Truth, Value,
};

/// The largest integer that a number may become, so that differences fit as well. (At six decimals: 900 thousand
/// million.) Sums of squares are kept in 128 bits; where even they don't hold, the run stops with an error.
pub(crate) const LARGEST: f64 = 9.0e17;

/// Up to here the product with a power of ten is right to a hundredth; beyond it the decimal digits are counted.
const PRODUCT: f64 = 1e13;

/// Half away from zero at `decimals`, forgiving the last bits of a decimal fraction in binary.
pub(crate) fn quantised(x: f64, decimals: u8) -> Option<i64> {
    let scaled = x * 10f64.powi(i32::from(decimals));
    if !scaled.is_finite() || scaled.abs() > LARGEST {
        return None;
    }
    if scaled.abs() > PRODUCT {
        return shifted(x, decimals);
    }
    let whole = scaled.trunc();
    let up = (scaled - whole).abs() >= 0.5 - scaled.abs() * 4.0 * f64::EPSILON;
    Some(whole as i64 + if up { scaled.signum() as i64 } else { 0 })
}

/// The shortest decimal that stands for `x`, taken half away from zero at `decimals`: where binary fractions are too
/// coarse for a product to tell a half from a whole.
fn shifted(x: f64, decimals: u8) -> Option<i64> {
    let text = format!("{:e}", x.abs());
    let (mantissa, exponent) = text.split_once('e')?;
    let mut places = exponent.parse::<i32>().ok()? + i32::from(decimals);
    let mut whole: i128 = 0;
    let mut figures = mantissa.bytes().filter(u8::is_ascii_digit).map(|figure| i128::from(figure - b'0'));
    while places >= 0 {
        whole = whole.checked_mul(10)?.checked_add(figures.next().unwrap_or(0))?;
        places -= 1;
    }
    // Numbers that come here have figures before the point: the next one decides.
    whole += i128::from(figures.next().is_some_and(|figure| figure >= 5));
    i64::try_from(if x < 0.0 { -whole } else { whole }).ok()
}

/// Evaluates expressions over one batch, only failing on rows that matter.
pub(crate) struct Evaluation<'a> {
    pub frame: Frame<'a>,
    pub environment: &'a Environment,
}

impl Evaluation<'_> {
    /// The column of a program. A breach on a row that doesn't count for this measure is no breach: then only the rows
    /// that count are evaluated.
    pub(crate) fn column(&self, program: &Program, counts: &dyn Fn(usize) -> bool) -> Result<Column, Breach> {
        match program.evaluate(self.frame, self.environment) {
            Ok(column) => Ok(column),
            Err(breach) => self.again(program, counts, breach).map(|(column, _)| column),
        }
    }

    /// The same, with the rows that are missing because something was divided by zero.
    pub(crate) fn counting(
        &self,
        program: &Program,
        counts: &dyn Fn(usize) -> bool,
    ) -> Result<(Column, Vec<u32>), Breach> {
        program.evaluate_counting(self.frame, self.environment).or_else(|breach| self.again(program, counts, breach))
    }

    fn again(
        &self,
        program: &Program,
        counts: &dyn Fn(usize) -> bool,
        breach: Breach,
    ) -> Result<(Column, Vec<u32>), Breach> {
        let rows: Vec<usize> = (0..self.frame.rows).filter(|row| counts(*row)).collect();
        if rows.len() == self.frame.rows {
            return Err(breach);
        }
        let columns: Vec<Column> = self.frame.columns.iter().map(|c| gathered(c, &rows)).collect();
        let frame = Frame { rows: rows.len(), columns: &columns };
        match program.evaluate_counting(frame, self.environment) {
            Ok((column, divided)) => {
                let divided = divided.iter().filter_map(|row| rows.get(*row as usize)).map(|row| *row as u32);
                Ok((scattered(&column, &rows, self.frame.rows), divided.collect()))
            }
            Err(inner) => Err(Breach { row: rows.get(inner.row).copied().unwrap_or(0), ..inner }),
        }
    }
}

fn gathered(column: &Column, rows: &[usize]) -> Column {
    fn pick<T: Clone>(values: &[T], rows: &[usize]) -> Arc<Vec<T>> {
        Arc::new(rows.iter().filter_map(|row| values.get(*row).cloned()).collect())
    }
    match column {
        Column::Number(v) => Column::Number(pick(v, rows)),
        Column::YesNo(v) => Column::YesNo(pick(v, rows)),
        Column::Text(t) => Column::Text(TextColumn { codes: pick(&t.codes, rows), words: t.words.clone() }),
        Column::Time(v) => Column::Time(pick(v, rows)),
        Column::Duration(v) => Column::Duration(pick(v, rows)),
        Column::Numbers(v) => Column::Numbers(pick(v, rows)),
        Column::Constant(v) => Column::Constant(v.clone()),
    }
}

fn scattered(column: &Column, rows: &[usize], total: usize) -> Column {
    fn spread<T: Clone>(values: &[T], rows: &[usize], total: usize, missing: T) -> Arc<Vec<T>> {
        let mut all = vec![missing; total];
        for (value, row) in values.iter().zip(rows) {
            if let Some(slot) = all.get_mut(*row) {
                *slot = value.clone();
            }
        }
        Arc::new(all)
    }
    match column {
        Column::Number(v) => Column::Number(spread(v, rows, total, f64::NAN)),
        Column::YesNo(v) => Column::YesNo(spread(v, rows, total, Truth::MISSING)),
        Column::Text(t) => {
            Column::Text(TextColumn { codes: spread(&t.codes, rows, total, MISSING_WORD), words: t.words.clone() })
        }
        Column::Time(v) => Column::Time(spread(v, rows, total, MISSING_TIME)),
        Column::Duration(v) => Column::Duration(spread(v, rows, total, MISSING_TIME)),
        Column::Numbers(v) => Column::Numbers(spread(v, rows, total, Arc::default())),
        Column::Constant(v) => Column::Constant(v.clone()),
    }
}

/// Yes, no or missing in each row.
pub(crate) fn truths(column: &Column, row: usize) -> Truth {
    match column {
        Column::YesNo(v) => v.get(row).copied().unwrap_or(Truth::MISSING),
        Column::Constant(Value::YesNo(yes)) => Truth::of(*yes),
        _ => Truth::MISSING,
    }
}

/// A number in each row, durations in seconds; NaN is missing.
pub(crate) fn number(column: &Column, row: usize) -> f64 {
    const MICROS: f64 = 1e6;
    match column {
        Column::Number(v) => v.get(row).copied().unwrap_or(f64::NAN),
        Column::Duration(v) => match v.get(row) {
            Some(&length) if length != MISSING_TIME => length as f64 / MICROS,
            _ => f64::NAN,
        },
        Column::Constant(Value::Number(x)) => *x,
        Column::Constant(Value::Duration(length)) => *length as f64 / MICROS,
        _ => f64::NAN,
    }
}

/// An integer at `decimals` in a row: missing, too large, or the number. Durations stay integers throughout.
pub(crate) enum Whole {
    Missing,
    TooLarge,
    Of(i64),
}

pub(crate) fn whole(column: &Column, row: usize, decimals: u8) -> Whole {
    let length = match column {
        Column::Duration(v) => v.get(row).copied().filter(|d| *d != MISSING_TIME),
        Column::Constant(Value::Duration(length)) => Some(*length),
        _ => {
            let x = number(column, row);
            if x.is_nan() {
                return Whole::Missing;
            }
            return quantised(x, decimals).map_or(Whole::TooLarge, Whole::Of);
        }
    };
    let Some(length) = length else { return Whole::Missing };
    let length = i128::from(length);
    let q = if decimals >= 6 {
        length * 10i128.pow(u32::from(decimals) - 6)
    } else {
        let unit = 10i128.pow(6 - u32::from(decimals));
        (length.abs() + unit / 2) / unit * length.signum()
    };
    if q.unsigned_abs() > LARGEST as u128 { Whole::TooLarge } else { Whole::Of(q as i64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_half_away_from_zero() {
        assert_eq!(quantised(1.000_000_5, 6), Some(1_000_001));
        assert_eq!(quantised(-1.000_000_5, 6), Some(-1_000_001));
        assert_eq!(quantised(2.5, 0), Some(3));
        assert_eq!(quantised(0.285, 2), Some(29), "0.285 is a little less in binary");
        assert_eq!(quantised(0.284_999, 2), Some(28));
        assert_eq!(quantised(1e300, 6), None);
        assert_eq!(quantised(f64::INFINITY, 0), None);
        assert_eq!(quantised(-0.0, 6), Some(0));
    }

    #[test]
    fn a_large_number_is_taken_as_it_is_written() {
        for x in [2e9, 6e8, 562_949_953.0, 9_007_199_254.0, 899_999_999_999.0] {
            assert_eq!(quantised(x, 6), Some(x as i64 * 1_000_000), "{x}");
            assert_eq!(quantised(-x, 6), Some(x as i64 * -1_000_000), "-{x}");
        }
        assert_eq!(quantised(1000.0, 12), Some(1_000_000_000_000_000));
        assert_eq!(quantised(5400.0, 12), Some(5_400_000_000_000_000));
        assert_eq!(quantised(9_000_000_000.1, 6), Some(9_000_000_000_100_000));
        assert_eq!(quantised(140_737_488.355_25, 6), Some(140_737_488_355_250));
        assert_eq!(quantised(12_345_678.000_000_5, 6), Some(12_345_678_000_001));
        assert_eq!(quantised(12_345_678.000_000_4, 6), Some(12_345_678_000_000));
        assert_eq!(quantised(250_000_000_000_000.5, 0), Some(250_000_000_000_001));
        assert_eq!(quantised(250_000_000_000_000.25, 0), Some(250_000_000_000_000));
        assert_eq!(quantised(1e15, 0), Some(1_000_000_000_000_000));
    }

    #[test]
    fn durations_are_seconds_without_passing_through_binary_fractions() {
        let column = Column::Duration(Arc::new(vec![1_500_000, -1_500_000, MISSING_TIME, 1_499_999]));
        let at = |row, decimals| match whole(&column, row, decimals) {
            Whole::Of(q) => Some(q),
            _ => None,
        };
        assert_eq!((at(0, 6), at(0, 0), at(1, 0)), (Some(1_500_000), Some(2), Some(-2)));
        assert_eq!((at(2, 0), at(3, 0), at(0, 9)), (None, Some(1), Some(1_500_000_000)));
    }
}
