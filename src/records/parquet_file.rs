//! Parquet: the only user of the Parquet reader. Only used columns are read; row groups are the unit of parallel work;
//! dictionaries stay dictionaries, so that a text is looked at once and not once a row.

use std::fs::File;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;

use super::arrays::{Remembered, column};
use super::batch::Lines;
use super::block::{Bad, Block};
use super::codes;
use super::files::{DataInput, unreadable, why};
use super::heading::Heading;
use super::lane::{Lane, LaneColumn, Reading};
use super::opened::{Give, Job, Opened, Stop};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;

/// Rows of a block.
const ROWS: usize = 64 * 1024;

pub struct ParquetFile {
    metadata: ArrowReaderMetadata,
}

impl ParquetFile {
    pub fn open(input: &DataInput) -> Result<(Heading, Self), Stop> {
        let failed = |why: Said| vec![unreadable(&input.name, input.span, why)];
        let file = File::open(&input.path).map_err(|e| failed(why(&e)))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
            .map_err(|_| failed(said!("it is no Parquet file, is damaged, or was not copied whole")))?;
        let heading = Heading::new(metadata.schema().fields().iter().map(|f| f.name().as_str()), 0);
        Ok((heading, Self { metadata }))
    }

    /// Whether each column can be read as its lane says.
    pub fn check(&self, lanes: &[Lane], columns: &[usize], name: &str) -> Result<(), Stop> {
        let mut problems = Vec::new();
        for (lane, column) in lanes.iter().zip(columns) {
            let Some(field) = self.metadata.schema().fields().get(*column) else { continue };
            if !readable(field.data_type(), lane.reading) {
                problems.push(
                    Diagnostic::error(
                        &codes::WRONG_TYPE,
                        said!(
                            "the column `{title}` of `{file}` holds {holds}, which can't be read as {wanted}",
                            title = lane.title,
                            file = name,
                            holds = holds(field.data_type()),
                            wanted = wanted(lane.reading)
                        ),
                    )
                    .at(lane.origin.span, said!("this column"))
                    .help(said!("give the field the type that the column has, or export the column as text")),
                );
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    pub fn decode(&self, file: &Opened, position: usize, job: Job<'_>, give: Give<'_>) -> Result<(), Stop> {
        let failed = |why: Said| vec![unreadable(&file.input.name, file.input.span, why)];
        let wanted = |lane: usize| job.wanted.get(lane).copied().unwrap_or(false);
        let mut roots: Vec<usize> =
            file.columns.iter().enumerate().filter(|(lane, _)| wanted(*lane)).filter_map(|(_, c)| *c).collect();
        roots.sort_unstable();
        roots.dedup();
        let schema = Arc::new(self.schema(file, &job, &roots));
        let options = ArrowReaderOptions::new().with_schema(schema);
        let metadata = ArrowReaderMetadata::try_new(self.metadata.metadata().clone(), options)
            .map_err(|_| failed(said!("its columns are stored in a way that is not known")))?;
        // By lane: the position among the columns that are read.
        let places: Vec<Option<usize>> = file
            .columns
            .iter()
            .enumerate()
            .map(|(lane, c)| c.filter(|_| wanted(lane)).and_then(|c| roots.binary_search(&c).ok()))
            .collect();
        let mut groups = Vec::new();
        let mut first = 1;
        for group in 0..metadata.metadata().num_row_groups() {
            let rows = metadata.metadata().row_group(group).num_rows().max(0) as u64;
            groups.push((group, first, rows));
            first += rows;
        }
        let total = (first - 1).max(1);
        groups.into_par_iter().try_for_each(|(group, first, rows)| {
            let source = File::open(&file.input.path).map_err(|e| failed(why(&e)))?;
            let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(source, metadata.clone())
                .with_projection(mask)
                .with_row_groups(vec![group])
                .with_batch_size(ROWS)
                .build()
                .map_err(|_| failed(said!("it is damaged, or was not copied whole")))?;
            let mut line = first;
            let mut remembered: Vec<Option<Remembered>> = places.iter().map(|_| None).collect();
            for batch in reader {
                let batch = batch.map_err(|_| failed(said!("it is damaged, or was not copied whole")))?;
                let block = block(&batch, &places, position, line, job, &mut remembered);
                line += batch.num_rows() as u64;
                give(block)?;
            }
            job.meter.add((u128::from(file.input.bytes) * u128::from(rows) / u128::from(total)) as u64);
            Ok(())
        })
    }

    /// The file's schema with dictionaries asked for where a text is read; a column that is only a key has hardly a
    /// value twice, so it stays plain.
    fn schema(&self, file: &Opened, job: &Job<'_>, roots: &[usize]) -> Schema {
        let fields = self.metadata.schema().fields().iter().enumerate().map(|(i, field)| {
            let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
                || matches!(field.data_type(), DataType::Dictionary(_, v) if matches!(**v, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View));
            if !is_text || !roots.contains(&i) {
                return field.as_ref().clone();
            }
            let more_than_key = job.lanes.iter().enumerate().any(|(lane, l)| {
                l.reading != Reading::Key
                    && file.columns.get(lane) == Some(&Some(i))
                    && job.wanted.get(lane) == Some(&true)
            });
            let ty = if more_than_key {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            } else {
                DataType::Utf8
            };
            Field::new(field.name(), ty, field.is_nullable())
        });
        Schema::new(fields.collect::<Vec<_>>())
    }
}

fn block(
    batch: &RecordBatch,
    places: &[Option<usize>],
    position: usize,
    line: u64,
    job: Job<'_>,
    remembered: &mut [Option<Remembered>],
) -> Block {
    let mut bad: Vec<Bad> = Vec::new();
    let mut columns = Vec::with_capacity(places.len());
    for (lane, (place, memory)) in places.iter().zip(remembered).enumerate() {
        let array = place.and_then(|p| batch.columns().get(p));
        columns.push(match (array, job.lanes.get(lane)) {
            (Some(array), Some(l)) => column(array, l, job.dialect, memory, &mut |row, reason| {
                bad.push(Bad { row: row as u32, lane: Some(lane), reason });
            }),
            _ => LaneColumn::Skipped,
        });
    }
    bad.sort_by_key(|b| (b.row, b.lane));
    Block { file: position, rows: batch.num_rows(), lines: Lines::From(line), columns, bad, foot: 0 }
}

fn readable(ty: &DataType, reading: Reading) -> bool {
    use DataType as D;
    let text =
        matches!(ty, D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Binary | D::LargeBinary | D::BinaryView | D::Null);
    let whole = ty.is_integer();
    let number = whole
        || ty.is_floating()
        || matches!(ty, D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Decimal256(..));
    let moment = matches!(ty, D::Timestamp(..) | D::Date32 | D::Date64);
    let length = matches!(ty, D::Duration(_) | D::Time32(_) | D::Time64(_));
    let yes_no = *ty == D::Boolean;
    match ty {
        D::Dictionary(_, value) => readable(value, reading),
        _ => match reading {
            Reading::Number => text || number || yes_no,
            Reading::Text | Reading::Key => text || number || moment || length || yes_no,
            Reading::YesNo => text || whole || yes_no,
            Reading::Time => text || moment || whole,
            Reading::Duration => text || number || length,
        },
    }
}

fn holds(ty: &DataType) -> Said {
    use DataType as D;
    match ty {
        D::Boolean => said!("yes and no"),
        D::Timestamp(..) | D::Date32 | D::Date64 => said!("dates or times"),
        D::Duration(_) | D::Time32(_) | D::Time64(_) => said!("lengths of time"),
        D::List(_) | D::LargeList(_) | D::FixedSizeList(..) | D::ListView(_) | D::LargeListView(_) => said!("lists"),
        D::Struct(_) | D::Map(..) | D::Union(..) => said!("groups of values"),
        D::Dictionary(_, value) => holds(value),
        ty if ty.is_numeric() => said!("numbers"),
        D::Utf8 | D::LargeUtf8 | D::Utf8View => said!("texts"),
        _ => said!("values of another kind"),
    }
}

fn wanted(reading: Reading) -> Said {
    match reading {
        Reading::Number => said!("a number"),
        Reading::Text | Reading::Key => said!("a text"),
        Reading::YesNo => said!("yes or no"),
        Reading::Time => said!("a time"),
        Reading::Duration => said!("a duration"),
    }
}
