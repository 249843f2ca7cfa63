//! Cells of a CSV file that a spreadsheet opens without running or splitting them.

use crate::report::figure;

/// Whether a spreadsheet would take a text for a formula.
fn would_run(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Appends a text cell: neutralised, quoted where it must be.
pub fn text(value: &str, out: &mut Vec<u8>) {
    let quoted = value.contains([',', '"', '\n', '\r']) || value.starts_with(' ') || value.ends_with(' ');
    if quoted {
        out.push(b'"');
    }
    if would_run(value) {
        out.push(b'\'');
    }
    if quoted {
        for byte in value.bytes() {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    } else {
        out.extend_from_slice(value.as_bytes());
    }
}

/// Appends a text cell and the comma after it.
pub fn text_then(value: &str, out: &mut Vec<u8>) {
    text(value, out);
    out.push(b',');
}

/// Appends a number cell (empty for NaN) and the comma after it. A negative number is not a formula.
pub fn number_then(value: f64, out: &mut Vec<u8>) {
    figure(value, out);
    out.push(b',');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: &str) -> String {
        let mut out = Vec::new();
        text(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_a_spreadsheet_would_run_gets_an_apostrophe() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("+33 1"), "'+33 1");
        assert_eq!(cell("-5"), "'-5");
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell("\tx"), "'\tx");
        assert_eq!(cell("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn commas_quotes_and_lines_are_quoted() {
        assert_eq!(cell("Mensah, Ama"), "\"Mensah, Ama\"");
        assert_eq!(cell("the \"best\""), "\"the \"\"best\"\"\"");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
        assert_eq!(cell(" padded"), "\" padded\"");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn negative_numbers_stay_numbers() {
        let mut out = Vec::new();
        number_then(-12.5, &mut out);
        number_then(f64::NAN, &mut out);
        assert_eq!(out, b"-12.5,,");
    }
}
