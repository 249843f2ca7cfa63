//! Diagnostics as a person reads them, and as JSON.

use super::{Diagnostic, Sources};

/// Drawn with the source line and a caret; sorted by file and line. `colour` for a terminal.
pub fn human(_diagnostics: &[Diagnostic], _sources: &Sources, _colour: bool) -> String {
    unimplemented!()
}

/// A JSON array of `{code, severity, message, labels: [{file, line, column, end_line, end_column, start, end, text}], help}`.
pub fn json(_diagnostics: &[Diagnostic], _sources: &Sources) -> serde_json::Value {
    unimplemented!()
}
