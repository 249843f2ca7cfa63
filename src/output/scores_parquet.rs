//! `scores.parquet`: the rows of `scores.csv` with typed columns; an empty cell is null. Numbers are whole here: what a
//! reader sees rounded at 12 decimals in the text table is the full 64-bit figure.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringDictionaryBuilder, UInt64Builder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::scores::{COLUMNS, ScoreRow, free_measures, rows_of};
use crate::judge::Recommendations;
use crate::workspace::Plan;

/// Rows of a batch and of a row group.
const ROWS: usize = 1 << 16;

/// Columns of text stand before and after those of numbers.
const FIRST_TEXTS: usize = 5;
const NUMBERS: usize = 9;
const LAST_TEXTS: usize = 2;

type TextBuilder = StringDictionaryBuilder<Int32Type>;

struct Columns {
    first: Vec<TextBuilder>,
    n: UInt64Builder,
    numbers: Vec<Float64Builder>,
    last: Vec<TextBuilder>,
    rows: usize,
}

impl Columns {
    fn new() -> Self {
        Self {
            first: (0..FIRST_TEXTS).map(|_| TextBuilder::new()).collect(),
            n: UInt64Builder::new(),
            numbers: (0..NUMBERS).map(|_| Float64Builder::new()).collect(),
            last: (0..LAST_TEXTS).map(|_| TextBuilder::new()).collect(),
            rows: 0,
        }
    }

    fn push(&mut self, row: &ScoreRow<'_>) {
        let text = |builder: &mut TextBuilder, value: &str| {
            if value.is_empty() { builder.append_null() } else { builder.append_value(value) }
        };
        let first = [row.level, row.subject, row.period, row.standard, row.measure];
        self.first.iter_mut().zip(first).for_each(|(builder, value)| text(builder, value));
        self.n.append_option(row.n);
        let numbers =
            [row.raw, row.value, row.lower, row.upper, row.estimate, row.floor, row.target, row.stretch, row.points];
        self.numbers
            .iter_mut()
            .zip(numbers)
            .for_each(|(builder, value)| builder.append_option(value.is_finite().then_some(value)));
        self.last.iter_mut().zip([row.state, row.method]).for_each(|(builder, value)| text(builder, value));
        self.rows += 1;
    }

    fn batch(&mut self, schema: &Arc<Schema>) -> Result<RecordBatch, ParquetError> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(COLUMNS.len());
        columns.extend(self.first.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        columns.push(Arc::new(self.n.finish()));
        columns.extend(self.numbers.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        columns.extend(self.last.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        self.rows = 0;
        Ok(RecordBatch::try_new(schema.clone(), columns)?)
    }
}

fn schema() -> Arc<Schema> {
    let text = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = COLUMNS.iter().enumerate().map(|(i, name)| {
        let ty = match i {
            FIRST_TEXTS => DataType::UInt64,
            i if i > FIRST_TEXTS && i <= FIRST_TEXTS + NUMBERS => DataType::Float64,
            _ => text.clone(),
        };
        Field::new(*name, ty, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Writes `scores.parquet`.
pub fn parquet(plan: &Plan, recommendations: &Recommendations, out: impl Write + Send) -> Result<(), ParquetError> {
    let schema = schema();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROWS))
        .set_created_by("evenhand".to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
    let mut columns = Columns::new();
    let free = free_measures(plan);
    for (level, of_level) in recommendations.scorecards.readings.levels.iter().enumerate() {
        for subject in 0..of_level.subjects.len() {
            rows_of(plan, recommendations, level, subject, &free, |row| columns.push(row));
            if columns.rows >= ROWS {
                writer.write(&columns.batch(&schema)?)?;
            }
        }
    }
    if columns.rows > 0 {
        writer.write(&columns.batch(&schema)?)?;
    }
    writer.close().map(|_| ())
}
