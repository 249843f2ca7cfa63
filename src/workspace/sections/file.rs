//! Data files: how they are written, and the people, evidence, names and protected files.

use std::collections::BTreeMap;

use crate::diagnostic::{Authored, Said};
use crate::said;
use crate::workspace::keys::{FILE, FORMAT};
use crate::workspace::plan::{DataFile, Format};
use crate::workspace::reader::{Opened, Reader};
use crate::workspace::sections::header::known_level;
use crate::workspace::tree::{Kind, Node};

pub struct Files {
    pub people: Option<DataFile>,
    pub evidence: Option<DataFile>,
    pub protected: Option<DataFile>,
    pub names: BTreeMap<String, DataFile>,
}

pub fn read(reader: &mut Reader, top: &Opened, levels: &[Authored<String>]) -> Files {
    let mut names = BTreeMap::new();
    if let Some(node) = top.get("names") {
        for (level, value) in reader.named(node, said!("a level")) {
            if known_level(reader, level, levels)
                && let Some(file) = data_file(reader, value)
            {
                names.insert(level.value.clone(), file);
            }
        }
    }
    Files {
        people: top.get("people").and_then(|n| data_file(reader, n)),
        evidence: top.get("evidence").and_then(|n| data_file(reader, n)),
        protected: top.get("protected").and_then(|n| data_file(reader, n)),
        names,
    }
}

/// `{ file: … }`, or only the path.
fn data_file(reader: &mut Reader, node: &Node) -> Option<DataFile> {
    if let Kind::Scalar(_) = node.kind {
        let file = reader.text(node)?;
        let base = reader.base(&file.origin);
        return Some(DataFile { file, base, format: Format::default(), missing: Vec::new() });
    }
    let opened = reader.open(node, &FILE);
    let file = opened.get("file").and_then(|n| reader.text(n))?;
    let base = reader.base(&file.origin);
    let format = opened.get("format").map(|n| format(reader, n)).unwrap_or_default();
    Some(DataFile { file, base, format, missing: missing(reader, &opened) })
}

pub fn missing(reader: &mut Reader, opened: &Opened) -> Vec<String> {
    opened.get("missing").map(|n| reader.texts(n)).unwrap_or_default().into_iter().map(|t| t.value).collect()
}

pub fn format(reader: &mut Reader, node: &Node) -> Format {
    let opened = reader.open(node, &FORMAT);
    let count = |reader: &mut Reader, key: &str, from: u64| {
        opened.get(key).and_then(|n| reader.count_in(n, from, 1_000_000)).map(|c| c.value as u32)
    };
    let header_row = count(reader, "header_row", 1);
    let footer_rows = count(reader, "footer_rows", 0).unwrap_or(0);
    let delimiter = opened.get("delimiter").and_then(|n| delimiter(reader, n));
    let decimal =
        opened.get("decimal").and_then(|n| sign(reader, n, &['.', ','], said!("write `.` or `,`, in quotes")));
    let thousands = opened.get("thousands").and_then(|n| {
        let allowed = [',', '.', ' ', '\'', '’', '_', '\u{a0}', '\u{202f}'];
        sign(reader, n, &allowed, said!("write a sign such as `,`, in quotes"))
    });
    if let (Some(node), Some(sign)) = (opened.get("thousands"), thousands)
        && sign == decimal.unwrap_or('.')
    {
        reader.wrong(
            node,
            said!("a thousands separator other than the decimal sign"),
            said!("set `decimal:` too, such as `decimal: \",\"`"),
        );
    }
    let encoding = opened.get("encoding").and_then(|n| reader.text(n));
    let dates = opened.get("dates").map(|n| reader.texts(n)).unwrap_or_default();
    for date in dates.iter().filter(|d| !is_date_format(&d.value)) {
        let node = Node { kind: scalar(&date.value), origin: date.origin.clone() };
        reader.wrong(
            &node,
            said!("a way of writing dates"),
            said!("write `%d` for the day, `%m` the month, `%Y` the year: `%d/%m/%Y`"),
        );
    }
    let dates = dates.into_iter().map(|t| t.value).collect();
    Format { delimiter, encoding, header_row, decimal, thousands, dates, footer_rows }
}

/// Letters are parts of a date only after `%`: `MM/%d/%Y` would ask for the letters `MM` in every cell.
fn is_date_format(format: &str) -> bool {
    const OF_OTHERS: [&str; 8] = ["d", "dd", "m", "mm", "yy", "yyyy", "hh", "ss"];
    let pieces = format.split(|c: char| !(c.is_alphanumeric() || c == '%')).filter(|p| !p.contains('%'));
    format.contains('%') && pieces.into_iter().all(|p| !OF_OTHERS.contains(&p.to_lowercase().as_str()))
}

/// A text as a node, for a message about it.
pub fn scalar(text: &str) -> Kind {
    Kind::Scalar(crate::workspace::tree::Scalar {
        text: text.into(),
        map: crate::diagnostic::TextMap::Whole,
        style: crate::workspace::tree::Style::Plain,
        tag: None,
    })
}

fn delimiter(reader: &mut Reader, node: &Node) -> Option<u8> {
    let text = reader.text(node)?;
    match text.value.as_str() {
        "tab" | "\t" | "\\t" => Some(b'\t'),
        "comma" => Some(b','),
        "semicolon" => Some(b';'),
        one if one.len() == 1 && one.bytes().all(|b| b.is_ascii_punctuation() && b != b'"') => one.bytes().next(),
        _ => {
            let help = said!("write `\",\"`, `\";\"`, `\"|\"` or `tab`");
            reader.wrong(node, said!("one sign between cells"), help);
            None
        }
    }
}

fn sign(reader: &mut Reader, node: &Node, allowed: &[char], help: Said) -> Option<char> {
    let text = reader.text(node)?;
    let mut letters = text.value.chars();
    match (letters.next(), letters.next()) {
        (Some(one), None) if allowed.contains(&one) => Some(one),
        _ => {
            reader.wrong(node, said!("one sign"), help);
            None
        }
    }
}
