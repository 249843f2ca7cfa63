use std::io::Write as _;

use super::plan::{codes, field, name, read_bytes};
use crate::language::Type;

fn three() -> Vec<crate::workspace::Field> {
    vec![field("id", Type::Text), field("wait", Type::Number), field("closed", Type::Time)]
}

#[test]
fn delimiters_are_found_out() {
    for delimiter in [",", ";", "\t", "|"] {
        let text =
            "id,wait,closed,note\n007,12.5,2026-03-14,\"a, b; c\"\n,80%,2026-03-14 09:30,x\n".replace(',', delimiter);
        let text = text.replace(&format!("a{delimiter} b"), "a, b");
        let found = read_bytes("a.csv", text.as_bytes(), three(), |_| {}).unwrap();
        assert_eq!(
            found.lines(),
            ["2: 007|12.5|2026-03-14T00:00:00Z", "3: -|0.8|2026-03-14T09:30:00Z"],
            "{delimiter:?}"
        );
    }
}

#[test]
fn encodings_line_ends_and_marks() {
    let text = "id;größe\r\nJosé;1\r\n\r\nMüller;2\r\n";
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let narrow: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let old = text.replace("\r\n", "\r");
    for bytes in [text.as_bytes(), &wide, &narrow, &marked, old.as_bytes()] {
        let fields = vec![field("id", Type::Text), field("größe", Type::Number)];
        let found = read_bytes("a.csv", bytes, fields, |_| {}).unwrap();
        assert_eq!(found.lines(), ["2: José|1", "4: Müller|2"]);
    }
}

#[test]
fn declared_format() {
    let text = "Report of March\nprinted 1.4.2026\nid;wait;closed\nA;1.234,5;14/03/2026 09:30\nB;2;15/03/2026 10:00\nTotal;1.236,5;\n\n;;\n";
    let found = read_bytes("a.csv", text.as_bytes(), three(), |s| {
        s.format.header_row = Some(3);
        s.format.footer_rows = 1;
        s.format.decimal = Some(',');
        s.format.thousands = Some('.');
        s.format.dates = vec!["%d/%m/%Y %H:%M".to_owned()];
    })
    .unwrap();
    assert_eq!(found.lines(), ["4: A|1234.5|2026-03-14T09:30:00Z", "5: B|2|2026-03-15T10:00:00Z"]);
    assert_eq!(found.equation(0), "3 = 2 + [1 rows at the foot of the file] + 0");
}

#[test]
fn a_bad_cell_takes_out_its_row_and_says_where() {
    let text =
        "id,wait,closed\nA,soon,2026-03-14\nB,1\nC,1,2026-03-14,extra\nD,2,\"2026-02-30\"\nE,NaN,x\nF,3,2026-03-14,,\n";
    let found = read_bytes("a.csv", text.as_bytes(), three(), |_| {}).unwrap();
    assert_eq!(found.lines(), ["7: F|3|2026-03-14T00:00:00Z"], "empty cells too many do no harm");
    let list = found.quarantined();
    assert_eq!(list.len(), 6, "{list:#?}");
    assert!(list[0].starts_with("a.csv:2 wait: `soon` is not a number"));
    assert!(list[1].starts_with("a.csv:3 : the row has 2 cells where the titles are 3"));
    assert!(list[4].starts_with("a.csv:6 closed:") && list[5].starts_with("a.csv:6 wait:"), "both cells of a row");
    assert_eq!(found.equation(0), "6 = 1 + [] + 5");
    assert_eq!(found.intake.findings.iter().map(|f| f.code.id).collect::<Vec<_>>(), ["EH0515"]);
}

#[test]
fn missing_markers_and_unused_fields() {
    let mut fields = three();
    fields[2].used = false;
    let text = "id,wait,closed\nA,?,not a date\nB,Not Available,\n";
    let found =
        read_bytes("a.csv", text.as_bytes(), fields, |s| s.missing = vec!["?".into(), "Not Available".into()]).unwrap();
    assert_eq!(found.lines(), ["2: A|-|-", "3: B|-|-"], "an unused column is not read");
}

#[test]
fn whole_files_that_are_wrong() {
    let read = |text: &str| read_bytes("a.csv", text.as_bytes(), three(), |_| {});
    assert_eq!(codes(read("")), ["EH0506"]);
    assert_eq!(codes(read("\n\n")), ["EH0506"]);
    assert_eq!(codes(read("id,wait,id,closed\n")), ["EH0508"]);
    assert_eq!(codes(read("id,wait,closed\nA,\"1,2026\nB,2,2026\n")), ["EH0509"]);
    assert_eq!(read("id,wait,closed\n").unwrap().equation(0), "0 = 0 + [] + 0", "titles alone are fine");
    let long = format!("id,wait,closed\nA,1,\"{}\"\n", "x".repeat(17_000_000));
    assert_eq!(codes(read(&long)), ["EH0509"]);
    assert_eq!(codes(read_bytes("a.csv", b"id\n", three(), |s| s.files[0].value = "b*.csv".into())), ["EH0501"]);
    assert_eq!(codes(read_bytes("a.csv.gz", b"id\n", three(), |_| {})), ["EH0505"]);
    assert_eq!(
        codes(read_bytes("a.csv", b"id\n", three(), |s| s.format.encoding = Some(name("klingon")))),
        ["EH0510", "EH0507", "EH0507"]
    );
}

#[test]
fn titles_that_stand_elsewhere_are_found_and_told_once() {
    let help = |text: &str, row: Option<u32>, delimiter: Option<u8>| {
        let found = read_bytes("a.csv", text.as_bytes(), three(), |s| {
            s.format.header_row = row;
            s.format.delimiter = delimiter;
        });
        let problems = found.expect_err("no such columns");
        assert_eq!(problems.len(), 1, "{problems:#?}");
        assert_eq!(problems[0].message, "none of the 3 columns asked for is in `a.csv`");
        problems[0].help.join("; ")
    };
    let titled = "Report\nof March\n\nid,wait,closed\nA,1,2026-03-14\nB,2,2026-03-15\n";
    assert_eq!(help(titled, Some(2), None), "the titles stand in row 4: write `format: { header_row: 4 }`");
    let plain = "id,wait,closed\nA,1,2026-03-14\nB,2,2026-03-15\n";
    assert!(help(plain, Some(2), None).ends_with("`format: { header_row: 1 }`, or leave `header_row` out"));
    assert_eq!(
        help(plain, None, Some(b';')),
        "its cells are parted by commas: write `delimiter: \",\"`, or leave `delimiter` out"
    );
    assert!(
        help("x,y\n1,2\n", None, None)
            .starts_with("asked for are `closed`, `id`, `wait`; the titles read are `x`, `y`")
    );
}

#[test]
fn quotes_nul_and_separator_line() {
    let text =
        "sep=;\r\nid;wait;closed\r\n\"a\r\nb \"\"c\"\"\";1;2026-03-14\r\n5\" pipe;2;2026-03-14\r\nx\0;3;2026-03-14\r\n";
    let found = read_bytes("a.csv", text.as_bytes(), three(), |_| {}).unwrap();
    assert_eq!(found.lines(), ["3: a\r\nb \"c\"|1|2026-03-14T00:00:00Z", "5: 5\" pipe|2|2026-03-14T00:00:00Z"]);
    assert_eq!(found.intake.quarantine.iter().map(|q| q.line).collect::<Vec<_>>(), [6]);
}

#[test]
fn a_large_file_is_read_in_pieces_and_keeps_its_lines() {
    let mut text = String::from("id,wait,closed\n");
    for i in 0..80_000u32 {
        let quoted = if i % 1000 == 7 { "\"row, " } else { "row " };
        let end = if i % 1000 == 7 { "\"" } else { "" };
        text.push_str(&format!("{quoted}number {i}{end},{},2026-03-14T09:30:15Z\n", i % 97));
    }
    let packed = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    for (file, bytes) in [("a.csv", text.as_bytes()), ("a.csv.gz", packed.as_slice())] {
        let found = read_bytes(file, bytes, three(), |_| {}).unwrap();
        assert_eq!(found.equation(0), "80000 = 80000 + [] + 0");
        assert!(found.rows.iter().enumerate().all(|(i, r)| r.line == i as u64 + 2));
        assert_eq!(found.intake.files[0].rows, 80_000);
        assert_eq!(found.intake.files[0].digest, blake3::hash(bytes).to_hex().to_string());
    }
}

#[test]
fn a_record_over_several_lines_is_named_by_its_first() {
    let mut text = String::from("id,wait,closed\n");
    for i in 0..60_000u32 {
        text.push_str(&format!(
            "\"row\n{i} of many with some length\",{},\n",
            if i % 20_000 == 19_999 { "x" } else { "1" }
        ));
    }
    let found = read_bytes("a.csv", text.as_bytes(), three(), |_| {}).unwrap();
    assert_eq!(found.intake.quarantine.iter().map(|q| q.line).collect::<Vec<_>>(), [40_000, 80_000, 120_000]);
    assert_eq!(found.rows[1].line, 4);
}

#[test]
fn the_same_content_twice_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a.csv", "b.csv"] {
        std::fs::write(dir.path().join(name), "id\n1\n").unwrap();
    }
    let source = super::plan::source(dir.path(), "s", "*.csv", vec![field("id", Type::Text)]);
    let found = super::plan::run(&super::plan::plan(dir.path(), vec![source]), &[0]).unwrap();
    assert_eq!(found.intake.findings.iter().map(|f| f.code.id).collect::<Vec<_>>(), ["EH0514"]);
    assert_eq!(found.intake.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["a.csv", "b.csv"]);
}
