//! Takes: what a stage found wrong, and where. Gives: `Diagnostic`s and their renderings.
//! May call: nothing of ours. Never: prints, reads files, or stops at the first problem.

mod catalogue;
mod meaning;
mod render;
mod said;
mod source;
mod taken_out;
mod written;

pub use catalogue::Code;
pub use meaning::{did_you_mean, nearest};
pub use render::{distinct, human, json};
pub use said::{Filled, Part, Rounded, Said, Sayable, Tongue};
pub use source::{Authored, FileId, Origin, SourceFile, Sources, Span, Text, TextMap};
pub use taken_out::TakenOut;
pub use written::{days_as_written, invisible, month_name, needs_quotes, number_as_written, quoted};

use std::sync::Arc;

use serde::Serialize;

use crate::said;

/// How bad a finding is. `Error` makes `check` answer no; `Warning` and `Note` do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    pub fn word(self) -> Said {
        match self {
            Severity::Error => said!("error"),
            Severity::Warning => said!("warning"),
            Severity::Note => said!("note"),
        }
    }
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// In a file an author wrote, by bytes.
    Author(Span),
    /// In a data file: its name, and the line and column a reader counts (from 1; 0 = unknown).
    Data { file: String, line: u64, column: u64 },
}

/// A place and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Label {
    pub place: Place,
    pub text: Said,
}

/// One finding, in words an HR reader understands: lower case, no full stop, what the author wrote
/// in backticks. The first label is the place that the message is about.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: &'static Code,
    pub severity: Severity,
    pub message: Said,
    pub labels: Vec<Label>,
    pub help: Vec<Said>,
    /// Items of a list for whose repeated entries this was found.
    pub items: Vec<Arc<str>>,
}

impl Diagnostic {
    pub fn error(code: &'static Code, message: Said) -> Self {
        Self::new(Severity::Error, code, message)
    }

    pub fn warning(code: &'static Code, message: Said) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    pub fn note(code: &'static Code, message: Said) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &'static Code, message: Said) -> Self {
        Self { code, severity, message, labels: Vec::new(), help: Vec::new(), items: Vec::new() }
    }

    /// Adds a place in an author's file with what is wrong there.
    #[must_use]
    pub fn at(mut self, span: Span, text: Said) -> Self {
        self.labels.push(Label { place: Place::Author(span), text });
        self
    }

    /// Adds a place in a data file (line and column from 1; 0 = unknown).
    #[must_use]
    pub fn in_data(mut self, file: impl Into<String>, line: u64, column: u64, text: Said) -> Self {
        self.labels.push(Label { place: Place::Data { file: file.into(), line, column }, text });
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: Said) -> Self {
        self.help.push(text);
        self
    }

    /// Says for which item of a list the entry was repeated, where it was.
    #[must_use]
    pub fn for_item(mut self, item: Option<&Arc<str>>) -> Self {
        self.items.extend(item.cloned());
        self
    }

    /// The same, with the place in `lists:` from which a part of the entry was filled in.
    #[must_use]
    pub fn for_origin(self, origin: &Origin) -> Self {
        let found = self.for_item(origin.item.as_ref());
        match origin.filled {
            Some(span) => found.at(span, said!("filled in from here")),
            None => found,
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
