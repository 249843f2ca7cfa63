use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, TimestampMicrosecondArray, types::Int32Type,
};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::plan::{codes, field, name, read_bytes};
use crate::language::Type;

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out
}

#[test]
fn parquet_columns_become_fields() {
    let file = parquet(vec![
        (
            "agent",
            Arc::new(vec![Some("A "), None, Some("B"), Some("?")].into_iter().collect::<DictionaryArray<Int32Type>>()),
        ),
        ("topic", Arc::new(StringArray::from(vec![Some("x"), Some("x"), None, Some("y")]))),
        ("wait", Arc::new(Float64Array::from(vec![Some(1.5), None, Some(f64::NAN), Some(1e16)]))),
        ("calls", Arc::new(Int64Array::from(vec![1, 2, -99, 4]))),
        ("price", Arc::new(Decimal128Array::from(vec![5351, 1, 2, 3]).with_precision_and_scale(10, 4).unwrap())),
        ("kept", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, None]))),
        ("seen", Arc::new(TimestampMicrosecondArray::from(vec![Some(0), Some(1), None, Some(3)]).with_timezone("UTC"))),
        ("day", Arc::new(Date32Array::from(vec![Some(0), Some(1), None, Some(3)]))),
        ("text", Arc::new(StringArray::from(vec!["80%", "1", "2", "abc"]))),
    ]);
    let fields = vec![
        field("agent", Type::Text),
        field("topic", Type::Text),
        field("calls", Type::Number),
        field("price", Type::Number),
        field("kept", Type::YesNo),
        field("seen", Type::Time),
        field("day", Type::Time),
        field("wait", Type::Number),
        field("text", Type::Number),
    ];
    let found = read_bytes("a.parquet", &file, fields, |s| {
        s.missing = vec!["?".into(), "-99".into()];
        s.at = Some(name("seen"));
        s.subjects.insert("person".into(), name("calls"));
    })
    .unwrap();
    assert_eq!(
        found.lines(),
        [
            "1: A|x|1|0.5351|yes|1970-01-01T00:00:00Z|1970-01-01T00:00:00Z|1.5|0.8",
            "2: -|x|2|0.0001|no|1970-01-01T00:00:00.000001Z|1970-01-02T00:00:00Z|-|1",
        ]
    );
    assert_eq!(found.rows[1].person.as_deref(), Some("2"), "a number is an id by its digits");
    let quarantined = found.quarantined();
    assert!(quarantined[0].starts_with("a.parquet:3 wait: not a number"), "{quarantined:#?}");
    assert_eq!(found.equation(0), "4 = 2 + [] + 2");
}

#[test]
fn parquet_types_that_do_not_fit_are_refused() {
    let list = ListArray::from_iter_primitive::<arrow_array::types::Int64Type, _, _>(vec![Some(vec![Some(1)])]);
    let file = parquet(vec![("tags", Arc::new(list)), ("kept", Arc::new(BooleanArray::from(vec![true])))]);
    let fields = vec![field("tags", Type::Number), field("kept", Type::Time)];
    assert_eq!(codes(read_bytes("a.parquet", &file, fields, |_| {})), ["EH0511", "EH0511"]);
    assert_eq!(codes(read_bytes("a.parquet", b"PAR1 nothing", vec![], |_| {})), ["EH0505"]);
}

#[test]
fn json_lines_may_leave_out_what_they_do_not_know() {
    let text = "{\"id\":\"A\",\"wait\":1.5}\n\n{\"id\":7,\"who\":{\"name\":\"Ama\"},\"ok\":true}\nnot json\n{\"id\":\"B\",\"wait\":[1]}\n";
    let mut fields =
        vec![field("id", Type::Text), field("wait", Type::Number), field("name", Type::Text), field("ok", Type::YesNo)];
    fields[2].column = "who.name".into();
    let found = read_bytes("a.jsonl", text.as_bytes(), fields.clone(), |_| {}).unwrap();
    assert_eq!(found.lines(), ["1: A|1.5|-|-", "3: 7|-|Ama|yes"]);
    assert_eq!(found.equation(0), "4 = 2 + [] + 2");
    assert_eq!(found.intake.quarantine.iter().map(|q| q.line).collect::<Vec<_>>(), [4, 5]);
    fields[2].column = "who.nmae".into();
    assert_eq!(codes(read_bytes("a.jsonl", text.as_bytes(), fields.clone(), |_| {})), ["EH0507"]);
    assert!(read_bytes("a.jsonl", b"", fields, |_| {}).is_ok(), "nothing was recorded");
}

fn workbook() -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write(0, 0, "nothing here").unwrap();
    let sheet = book.add_worksheet().set_name("Jan 2026").unwrap();
    sheet.write(0, 0, "Report").unwrap();
    for (i, title) in ["id", "wait", "closed", "kept", "took"].iter().enumerate() {
        sheet.write(2, i as u16, *title).unwrap();
    }
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let time = Format::new().set_num_format("[h]:mm:ss");
    let when = ExcelDateTime::from_ymd(2026, 3, 14).unwrap().and_hms(9, 30, 0).unwrap();
    sheet.write(3, 0, 1001).unwrap();
    sheet.write(3, 1, 1.5).unwrap();
    sheet.write_with_format(3, 2, &when, &date).unwrap();
    sheet.write(3, 3, true).unwrap();
    sheet.write_with_format(3, 4, 0.5, &time).unwrap();
    sheet.write(5, 0, "007").unwrap();
    sheet.write(5, 1, "soon").unwrap();
    sheet.write(6, 0, "B").unwrap();
    sheet.write(6, 2, "2026-03-15").unwrap();
    sheet.write(7, 0, "Total").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn workbooks_are_typed() {
    let fields = || {
        vec![
            field("id", Type::Text),
            field("wait", Type::Number),
            field("closed", Type::Time),
            field("kept", Type::YesNo),
            field("took", Type::Duration),
        ]
    };
    let read = |file: &str| {
        read_bytes(file, &workbook(), fields(), |s| {
            s.format.header_row = Some(3);
            s.format.footer_rows = 1;
        })
    };
    let found = read("a.xlsx#Jan 2026").unwrap();
    assert_eq!(found.lines(), ["4: 1001|1.5|2026-03-14T09:30:00Z|yes|43200s", "7: B|-|2026-03-15T00:00:00Z|-|-"]);
    assert_eq!(found.equation(0), "4 = 2 + [1 rows at the foot of the file] + 1");
    assert_eq!(found.intake.files[0].name, "a.xlsx#Jan 2026");
    assert_eq!(codes(read("a.xlsx#Feb")), ["EH0513"]);
    let other = read_bytes("a.xlsx", &workbook(), fields(), |_| {}).err().unwrap();
    assert_eq!(other.len(), 1, "{other:#?}");
    assert_eq!(
        other[0].help,
        ["the sheet `Jan 2026` has these titles, in row 3, and `Notes` was read: write `a.xlsx#Jan 2026`"]
    );
    assert_eq!(codes(read_bytes("b.xlsx", b"no workbook", fields(), |_| {})), ["EH0505"]);
}
