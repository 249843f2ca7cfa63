//! Arrow arrays into lane columns: straight copies where the types agree, one look per dictionary entry for texts, and
//! cell by cell for the rest.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, ArrowTimestampType, Date32Type, Date64Type, Decimal32Type,
    Decimal64Type, Decimal128Type, Decimal256Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};

use super::cell::{Broken, Cell};
use super::lane::{Dialect, Lane, LaneBuilder, LaneColumn, Reading};
use super::number::{LARGEST, in_bounds};
use crate::diagnostic::Said;
use crate::language::{MISSING_TIME, MISSING_WORD, TextColumn, Truth};

/// The entries of a dictionary, read: the batches of a row group share theirs, and the words keep their identity from
/// batch to batch, so that whoever translates them needs to do it once.
pub struct Remembered {
    values: ArrayRef,
    column: LaneColumn,
    /// Entry and reason, sorted by entry.
    refused: Vec<(u32, Said)>,
}

/// The cell of a row that is not null.
type Cells<'a> = Box<dyn Fn(usize) -> Cell<'a> + 'a>;
type Refuse<'a> = &'a mut dyn FnMut(usize, Said);

/// Reads an array as its lane says. Rows that can't be read are missing and told to `refuse`.
pub fn column(
    array: &ArrayRef,
    lane: &Lane,
    dialect: &Dialect,
    memory: &mut Option<Remembered>,
    refuse: Refuse<'_>,
) -> LaneColumn {
    if let DataType::Dictionary(key, _) = array.data_type() {
        return match **key {
            DataType::Int8 => dictionary::<Int8Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            DataType::Int16 => dictionary::<Int16Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            DataType::Int64 => dictionary::<Int64Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            DataType::UInt8 => dictionary::<UInt8Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            DataType::UInt16 => dictionary::<UInt16Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            DataType::UInt32 => dictionary::<UInt32Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            DataType::UInt64 => dictionary::<UInt64Type>(array.as_dictionary(), lane, dialect, memory, refuse),
            _ => dictionary::<Int32Type>(array.as_dictionary(), lane, dialect, memory, refuse),
        };
    }
    straight(array, lane, dialect, refuse).unwrap_or_else(|| by_cell(array, lane, dialect, refuse))
}

/// The type pairs that large files are made of.
fn straight(array: &ArrayRef, lane: &Lane, dialect: &Dialect, refuse: Refuse<'_>) -> Option<LaneColumn> {
    if lane.pattern.is_some() {
        return None;
    }
    Some(match (lane.reading, array.data_type()) {
        (Reading::Number, _) if dialect.has_missing_numbers() => return None,
        (Reading::Number, DataType::Float64) => numbers(array.as_primitive::<Float64Type>(), |x| x, refuse),
        (Reading::Number, DataType::Float32) => {
            // The shortest decimal of the single-precision number is what was meant by it.
            numbers(array.as_primitive::<Float32Type>(), |x| x.to_string().parse().unwrap_or(f64::from(x)), refuse)
        }
        (Reading::Number, DataType::Int64) => numbers(array.as_primitive::<Int64Type>(), |x| x as f64, refuse),
        (Reading::Number, DataType::Int32) => numbers(array.as_primitive::<Int32Type>(), f64::from, refuse),
        (Reading::Number, DataType::Int16) => numbers(array.as_primitive::<Int16Type>(), f64::from, refuse),
        (Reading::Number, DataType::Int8) => numbers(array.as_primitive::<Int8Type>(), f64::from, refuse),
        (Reading::Number, DataType::UInt8) => numbers(array.as_primitive::<UInt8Type>(), f64::from, refuse),
        (Reading::Number, DataType::UInt16) => numbers(array.as_primitive::<UInt16Type>(), f64::from, refuse),
        (Reading::Number, DataType::UInt32) => numbers(array.as_primitive::<UInt32Type>(), f64::from, refuse),
        (Reading::YesNo, DataType::Boolean) => {
            let array = array.as_boolean();
            LaneColumn::YesNo(array.iter().map(|v| v.map_or(Truth::MISSING, Truth::of)).collect())
        }
        (Reading::Time, DataType::Timestamp(unit, Some(_))) => LaneColumn::Time(match unit {
            TimeUnit::Second => moments::<TimestampSecondType>(array, 1_000_000, 1),
            TimeUnit::Millisecond => moments::<TimestampMillisecondType>(array, 1_000, 1),
            TimeUnit::Microsecond => moments::<TimestampMicrosecondType>(array, 1, 1),
            TimeUnit::Nanosecond => moments::<TimestampNanosecondType>(array, 1, 1_000),
        }),
        _ => return None,
    })
}

fn numbers<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    convert: impl Fn(T::Native) -> f64,
    refuse: Refuse<'_>,
) -> LaneColumn {
    let mut out: Vec<f64> = array.values().iter().map(|x| convert(*x)).collect();
    if let Some(nulls) = array.nulls() {
        for (x, valid) in out.iter_mut().zip(nulls.iter()) {
            if !valid {
                *x = f64::NAN;
            }
        }
    }
    let is_null = |row: usize| array.nulls().is_some_and(|n| n.is_null(row));
    for (row, x) in out.iter_mut().enumerate() {
        // Not a number is neither less nor more than anything.
        let fine = x.abs() <= LARGEST;
        if !fine && !is_null(row) {
            if let Err(reason) = in_bounds(*x, None) {
                refuse(row, reason);
            }
            *x = f64::NAN;
        }
    }
    LaneColumn::Number(out)
}

fn moments<T: ArrowTimestampType>(array: &ArrayRef, times: i64, over: i64) -> Vec<i64> {
    let array = array.as_primitive::<T>();
    let scaled = |x: i64| if over == 1 { x.saturating_mul(times) } else { x.div_euclid(over) };
    match array.nulls() {
        None => array.values().iter().map(|x| scaled(*x)).collect(),
        Some(_) => array.iter().map(|x| x.map_or(MISSING_TIME, scaled)).collect(),
    }
}

fn by_cell(array: &ArrayRef, lane: &Lane, dialect: &Dialect, refuse: Refuse<'_>) -> LaneColumn {
    let mut builder = LaneBuilder::new(lane, dialect, array.len());
    let cell = cells(array);
    for row in 0..array.len() {
        let cell = if array.is_null(row) { Cell::Empty } else { cell(row) };
        if let Err(reason) = builder.push(cell) {
            refuse(row, reason);
        }
    }
    builder.finish()
}

/// Each entry is read once; rows are gathered from the entries.
fn dictionary<K: ArrowDictionaryKeyType>(
    array: &DictionaryArray<K>,
    lane: &Lane,
    dialect: &Dialect,
    memory: &mut Option<Remembered>,
    refuse: Refuse<'_>,
) -> LaneColumn
where
    K::Native: TryInto<i64>,
{
    if memory.as_ref().is_none_or(|m| !same_values(&m.values, array.values())) {
        let mut refused = Vec::new();
        let column = by_cell(array.values(), lane, dialect, &mut |entry, reason| refused.push((entry as u32, reason)));
        *memory = Some(Remembered { values: array.values().clone(), column, refused });
    }
    let Some(known) = memory.as_ref() else { return LaneColumn::Skipped };
    let entry = |row: usize, key: K::Native| -> Option<usize> {
        if array.keys().is_null(row) { None } else { key.try_into().ok().and_then(|k| usize::try_from(k).ok()) }
    };
    if !known.refused.is_empty() {
        for (row, key) in array.keys().values().iter().enumerate() {
            let found = entry(row, *key)
                .and_then(|e| known.refused.binary_search_by_key(&(e as u32), |(entry, _)| *entry).ok())
                .and_then(|at| known.refused.get(at));
            if let Some((_, reason)) = found {
                refuse(row, reason.clone());
            }
        }
    }
    gather(&known.column, array.keys().values().iter().enumerate().map(|(row, key)| entry(row, *key)))
}

fn gather(entries: &LaneColumn, rows: impl Iterator<Item = Option<usize>>) -> LaneColumn {
    fn pick<T: Copy>(entries: &[T], missing: T, rows: impl Iterator<Item = Option<usize>>) -> Vec<T> {
        rows.map(|e| e.and_then(|e| entries.get(e)).copied().unwrap_or(missing)).collect()
    }
    match entries {
        LaneColumn::Number(v) => LaneColumn::Number(pick(v, f64::NAN, rows)),
        LaneColumn::YesNo(v) => LaneColumn::YesNo(pick(v, Truth::MISSING, rows)),
        LaneColumn::Time(v) => LaneColumn::Time(pick(v, MISSING_TIME, rows)),
        LaneColumn::Duration(v) => LaneColumn::Duration(pick(v, MISSING_TIME, rows)),
        LaneColumn::Key(v) => LaneColumn::Key(pick(v, 0, rows)),
        LaneColumn::Text(t) => {
            let codes = pick(&t.codes, MISSING_WORD, rows);
            LaneColumn::Text(TextColumn { codes: Arc::new(codes), words: t.words.clone() })
        }
        LaneColumn::Skipped => LaneColumn::Skipped,
    }
}

/// Whether two arrays are the same memory. The remembered one is still alive, so an equal address is an equal array.
fn same_values(a: &ArrayRef, b: &ArrayRef) -> bool {
    if Arc::ptr_eq(a, b) {
        return true;
    }
    let (a, b) = (a.to_data(), b.to_data());
    a.data_type() == b.data_type()
        && a.len() == b.len()
        && a.offset() == b.offset()
        && a.nulls().is_none()
        && b.nulls().is_none()
        && a.buffers().len() == b.buffers().len()
        && a.buffers().iter().zip(b.buffers()).all(|(x, y)| x.as_ptr() == y.as_ptr() && x.len() == y.len())
}

fn cells(array: &ArrayRef) -> Cells<'_> {
    fn ints<'a, T: ArrowPrimitiveType>(array: &'a ArrayRef) -> Cells<'a>
    where
        T::Native: TryInto<i64>,
    {
        let array = array.as_primitive::<T>();
        Box::new(move |row| match array.value(row).try_into() {
            Ok(i) => Cell::Integer(i),
            Err(_) => Cell::Broken(Broken::LargeNumber),
        })
    }
    match array.data_type() {
        DataType::Int8 => ints::<Int8Type>(array),
        DataType::Int16 => ints::<Int16Type>(array),
        DataType::Int32 => ints::<Int32Type>(array),
        DataType::Int64 => ints::<Int64Type>(array),
        DataType::UInt8 => ints::<UInt8Type>(array),
        DataType::UInt16 => ints::<UInt16Type>(array),
        DataType::UInt32 => ints::<UInt32Type>(array),
        DataType::UInt64 => ints::<UInt64Type>(array),
        DataType::Float16 => {
            let array = array.as_primitive::<Float16Type>();
            Box::new(move |row| Cell::Number(array.value(row).to_f64()))
        }
        DataType::Float32 => {
            let array = array.as_primitive::<Float32Type>();
            Box::new(move |row| {
                let x = array.value(row);
                Cell::Number(x.to_string().parse().unwrap_or(f64::from(x)))
            })
        }
        DataType::Float64 => {
            let array = array.as_primitive::<Float64Type>();
            Box::new(move |row| Cell::Number(array.value(row)))
        }
        DataType::Boolean => {
            let array = array.as_boolean();
            Box::new(move |row| Cell::YesNo(array.value(row)))
        }
        _ => texts(array).or_else(|| decimals(array)).unwrap_or_else(|| times(array)),
    }
}

fn texts(array: &ArrayRef) -> Option<Cells<'_>> {
    fn bytes(bytes: &[u8]) -> Cell<'_> {
        std::str::from_utf8(bytes).map_or(Cell::Broken(Broken::NotText), Cell::Text)
    }
    Some(match array.data_type() {
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            Box::new(move |row| Cell::Text(array.value(row)))
        }
        DataType::LargeUtf8 => {
            let array = array.as_string::<i64>();
            Box::new(move |row| Cell::Text(array.value(row)))
        }
        DataType::Utf8View => {
            let array = array.as_string_view();
            Box::new(move |row| Cell::Text(array.value(row)))
        }
        DataType::Binary => {
            let array = array.as_binary::<i32>();
            Box::new(move |row| bytes(array.value(row)))
        }
        DataType::LargeBinary => {
            let array = array.as_binary::<i64>();
            Box::new(move |row| bytes(array.value(row)))
        }
        DataType::BinaryView => {
            let array = array.as_binary_view();
            Box::new(move |row| bytes(array.value(row)))
        }
        _ => return None,
    })
}

fn decimals(array: &ArrayRef) -> Option<Cells<'_>> {
    fn all<T: ArrowPrimitiveType>(array: &ArrayRef, scale: i8) -> Cells<'_>
    where
        T::Native: std::fmt::Display,
    {
        let array = array.as_primitive::<T>();
        // Parsed from its digits, so that it is rounded once.
        Box::new(move |row| {
            let value = format!("{}e{}", array.value(row), -i32::from(scale)).parse();
            value.map_or(Cell::Broken(Broken::Number), Cell::Number)
        })
    }
    Some(match array.data_type() {
        DataType::Decimal32(_, scale) => all::<Decimal32Type>(array, *scale),
        DataType::Decimal64(_, scale) => all::<Decimal64Type>(array, *scale),
        DataType::Decimal128(_, scale) => all::<Decimal128Type>(array, *scale),
        DataType::Decimal256(_, scale) => all::<Decimal256Type>(array, *scale),
        _ => return None,
    })
}

fn times(array: &ArrayRef) -> Cells<'_> {
    const DAY: i64 = 86_400_000_000;
    fn scaled<'a, T: ArrowPrimitiveType>(
        array: &'a ArrayRef,
        micros: impl Fn(i64) -> i64 + 'a,
        cell: impl Fn(i64) -> Cell<'a> + 'a,
    ) -> Cells<'a>
    where
        T::Native: Into<i64>,
    {
        let array = array.as_primitive::<T>();
        Box::new(move |row| cell(micros(array.value(row).into())))
    }
    let second = |x: i64| x.saturating_mul(1_000_000);
    let milli = |x: i64| x.saturating_mul(1_000);
    let same = |x: i64| x;
    let nano = |x: i64| x.div_euclid(1_000);
    let civil = |micros: i64| Cell::Civil { micros, whole_day: false };
    let day = |micros: i64| Cell::Civil { micros, whole_day: true };
    let zoned = matches!(array.data_type(), DataType::Timestamp(_, Some(_)));
    let stamp = move |micros: i64| if zoned { Cell::Moment(micros) } else { civil(micros) };
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => scaled::<TimestampSecondType>(array, second, stamp),
        DataType::Timestamp(TimeUnit::Millisecond, _) => scaled::<TimestampMillisecondType>(array, milli, stamp),
        DataType::Timestamp(TimeUnit::Microsecond, _) => scaled::<TimestampMicrosecondType>(array, same, stamp),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => scaled::<TimestampNanosecondType>(array, nano, stamp),
        DataType::Date32 => scaled::<Date32Type>(array, |x| x.saturating_mul(DAY), day),
        DataType::Date64 => scaled::<Date64Type>(array, milli, day),
        DataType::Duration(TimeUnit::Second) => scaled::<DurationSecondType>(array, second, Cell::Length),
        DataType::Duration(TimeUnit::Millisecond) => scaled::<DurationMillisecondType>(array, milli, Cell::Length),
        DataType::Duration(TimeUnit::Microsecond) => scaled::<DurationMicrosecondType>(array, same, Cell::Length),
        DataType::Duration(TimeUnit::Nanosecond) => scaled::<DurationNanosecondType>(array, nano, Cell::Length),
        DataType::Time32(TimeUnit::Second) => scaled::<Time32SecondType>(array, second, Cell::Length),
        DataType::Time32(_) => scaled::<Time32MillisecondType>(array, milli, Cell::Length),
        DataType::Time64(TimeUnit::Nanosecond) => scaled::<Time64NanosecondType>(array, nano, Cell::Length),
        DataType::Time64(_) => scaled::<Time64MicrosecondType>(array, same, Cell::Length),
        _ => Box::new(|_| Cell::Broken(Broken::OtherKind)),
    }
}
