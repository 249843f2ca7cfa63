//! Where the titles stand, in a file that holds none of the columns asked for where they were looked for: another row,
//! another sign between cells, another sheet.

use super::codes;
use super::files::DataInput;
use super::heading::{Heading, tidy};
use super::lane::Lane;
use super::opened::Body;
use super::workbook;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Format;

/// Rows that are looked at from the top.
pub const ROWS: u32 = 40;

/// One message in place of one for each column; `None` where some column was found, or only one was asked for.
pub fn report(
    input: &DataInput,
    body: &Body,
    heading: &Heading,
    format: &Format,
    lanes: &[Lane],
) -> Option<Diagnostic> {
    let mut titles: Vec<String> = lanes.iter().map(|l| tidy(&l.title)).collect();
    titles.sort();
    titles.dedup();
    if titles.len() < 2 || heading.matches(lanes) > 0 {
        return None;
    }
    let message = format!("none of the {} columns asked for is in `{}`", titles.len(), input.name);
    let found = Diagnostic::error(&codes::MISSING_COLUMN, message).at(input.span, said!("named here")).in_data(
        input.name.clone(),
        heading.line,
        0,
        said!("the titles were read here"),
    );
    // Fewer than half of them could be chance.
    let enough = |matches: usize| matches * 2 > lanes.len();
    let cause = match body {
        Body::Delimited(file) => {
            let best = file.elsewhere(input, lanes).filter(|(_, _, matches)| enough(*matches));
            best.map(|(line, delimiter, _)| in_text(line, delimiter, heading, format))
        }
        Body::Workbook(file) => {
            let best = workbook::elsewhere(input, lanes).filter(|(_, _, matches)| enough(*matches));
            best.map(|(sheet, line, _)| in_workbook(input, file.sheet(), &sheet, line))
        }
        _ => None,
    };
    let named: Vec<String> =
        heading.titles.iter().filter(|t| !t.is_empty()).take(12).map(|t| format!("`{t}`")).collect();
    let more = if heading.titles.len() > 12 { " and more" } else { "" };
    let wanted: Vec<String> = titles.iter().take(12).map(|t| format!("`{t}`")).collect();
    Some(found.help(cause.unwrap_or_else(|| {
        format!("asked for are {}; the titles read are {}{more}", wanted.join(", "), named.join(", "))
    })))
}

fn in_text(line: u64, delimiter: u8, heading: &Heading, format: &Format) -> String {
    if line != heading.line {
        let leave = if line == 1 && format.header_row.is_some() { ", or leave `header_row` out" } else { "" };
        return format!("the titles stand in row {line}: write `format: {{ header_row: {line} }}`{leave}");
    }
    let (name, sign) = match delimiter {
        b'\t' => ("tabs", "tab".to_string()),
        b';' => ("semicolons", "\";\"".to_string()),
        b'|' => ("bars", "\"|\"".to_string()),
        other => ("commas", format!("\"{}\"", char::from(other))),
    };
    format!("its cells are parted by {name}: write `delimiter: {sign}`, or leave `delimiter` out")
}

fn in_workbook(input: &DataInput, read: &str, sheet: &str, line: u64) -> String {
    let file = input.name.split('#').next().unwrap_or(&input.name);
    if sheet == read {
        return format!("the titles stand in row {line} of the sheet: write `format: {{ header_row: {line} }}`");
    }
    let row = if line > 1 { format!(", in row {line}") } else { String::new() };
    format!("the sheet `{sheet}` has these titles{row}, and `{read}` was read: write `{file}#{sheet}`")
}
