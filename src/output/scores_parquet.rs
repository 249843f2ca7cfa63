//! `scores.parquet`: the rows of `scores.csv` with typed columns; an empty cell is null. Numbers are whole here: what a
//! reader sees rounded at 12 decimals in the text table is the full 64-bit figure.

use std::io::Write;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{Float64Builder, StringDictionaryBuilder, UInt64Builder};
use arrow_array::types::Int32Type;
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;

use super::scores::{COLUMNS, ScoreRow, free_measures, rows_of};
use crate::judge::Recommendations;
use crate::workspace::Plan;

/// Rows of a row group, nearly.
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
}

impl Columns {
    fn new() -> Self {
        Self {
            first: (0..FIRST_TEXTS).map(|_| TextBuilder::new()).collect(),
            n: UInt64Builder::new(),
            numbers: (0..NUMBERS).map(|_| Float64Builder::new()).collect(),
            last: (0..LAST_TEXTS).map(|_| TextBuilder::new()).collect(),
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
    }

    fn finish(mut self) -> Vec<ArrayRef> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(COLUMNS.len());
        columns.extend(self.first.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        columns.push(Arc::new(self.n.finish()));
        columns.extend(self.numbers.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        columns.extend(self.last.iter_mut().map(|b| Arc::new(b.finish()) as ArrayRef));
        columns
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

/// Writes `scores.parquet`. Row groups are cut by subjects, so that they are encoded side by side and yet hold the same rows
/// with any number of threads.
pub fn parquet(plan: &Plan, recommendations: &Recommendations, out: impl Write + Send) -> Result<(), ParquetError> {
    let schema = schema();
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("evenhand".to_owned()).build();
    let (mut writer, columns) =
        ArrowWriter::try_new(out, schema.clone(), Some(properties))?.into_serialized_writer()?;
    let readings = &recommendations.scorecards.readings;
    let free = free_measures(plan);
    let subjects: Vec<(usize, usize)> = readings
        .levels
        .iter()
        .enumerate()
        .flat_map(|(level, of_level)| (0..of_level.subjects.len()).map(move |subject| (level, subject)))
        .collect();
    let each = readings.judged.len() * (plan.standards.len() + plan.scoring.groups.len() + free.len());
    let groups: Vec<&[(usize, usize)]> = subjects.chunks((ROWS / each.max(1)).max(1)).collect();
    let encode = |number: usize, group: &[(usize, usize)]| -> Result<Vec<ArrowColumnChunk>, ParquetError> {
        let mut rows = Columns::new();
        for (level, subject) in group {
            rows_of(plan, recommendations, *level, *subject, &free, |row| rows.push(row));
        }
        let mut writers = columns.create_column_writers(number)?;
        let leaves = schema.fields().iter().zip(rows.finish()).map(|(field, array)| compute_leaves(field, &array));
        for (writer, leaf) in writers.iter_mut().zip(leaves.collect::<Result<Vec<_>, _>>()?.into_iter().flatten()) {
            writer.write(&leaf)?;
        }
        writers.into_iter().map(|writer| writer.close()).collect()
    };
    let at_once = 2 * rayon::current_num_threads();
    for (round, window) in groups.chunks(at_once).enumerate() {
        let encoded: Result<Vec<_>, _> =
            window.par_iter().enumerate().map(|(i, group)| encode(round * at_once + i, group)).collect();
        for chunks in encoded? {
            let mut group = writer.next_row_group()?;
            chunks.into_iter().try_for_each(|chunk| chunk.append_to_row_group(&mut group))?;
            group.close()?;
        }
    }
    writer.close().map(|_| ())
}
