//! Where the titles stand, in a file that holds none of the columns asked for where they were looked for: another row,
//! another sign between cells, another sheet.

use super::codes;
use super::files::DataInput;
use super::heading::{Heading, first_of, tidy};
use super::lane::Lane;
use super::opened::Body;
use super::workbook;
use crate::diagnostic::{Diagnostic, Said};
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
    let message =
        said!("none of the {count} columns asked for is in `{file}`", count = titles.len(), file = input.name);
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
    let named: Vec<&String> = heading.titles.iter().filter(|t| !t.is_empty()).collect();
    Some(found.help(cause.unwrap_or_else(|| {
        said!(
            "asked for are {wanted}; the titles read are {found}",
            wanted = first_of(&titles, 12),
            found = first_of(&named, 12)
        )
    })))
}

fn in_text(line: u64, delimiter: u8, heading: &Heading, format: &Format) -> Said {
    if line != heading.line {
        return if line == 1 && format.header_row.is_some() {
            said!("the titles stand in row 1: write `format: { header_row: 1 }`, or leave `header_row` out")
        } else {
            said!("the titles stand in row {line}: write `format: { header_row: {line} }`", line)
        };
    }
    match delimiter {
        b'\t' => said!("its cells are parted by tabs: write `delimiter: tab`, or leave `delimiter` out"),
        b';' => said!("its cells are parted by semicolons: write `delimiter: \";\"`, or leave `delimiter` out"),
        b'|' => said!("its cells are parted by bars: write `delimiter: \"|\"`, or leave `delimiter` out"),
        _ => said!("its cells are parted by commas: write `delimiter: \",\"`, or leave `delimiter` out"),
    }
}

fn in_workbook(input: &DataInput, read: &str, sheet: &str, line: u64) -> Said {
    let file = input.name.split('#').next().unwrap_or(&input.name);
    if sheet == read {
        return said!("the titles stand in row {line} of the sheet: write `format: { header_row: {line} }`", line);
    }
    if line > 1 {
        said!(
            "the sheet `{sheet}` has these titles, in row {line}, and `{read}` was read: write `{file}#{sheet}`",
            sheet,
            line,
            read,
            file
        )
    } else {
        said!("the sheet `{sheet}` has these titles, and `{read}` was read: write `{file}#{sheet}`", sheet, read, file)
    }
}
