//! Author files, places in them, and values that know where they come from.

use std::borrow::Cow;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::said::{Said, Tongue};
use super::taken_out::TakenOut;

/// A file of the workspace, by its position in `Sources`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in an author's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Self { file, start: range.start as u32, end: range.end as u32 }
    }

    /// From the start of `self` to the end of `other` (same file; else `self`).
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file == other.file { Span { end: other.end.max(self.end), ..self } } else { self }
    }
}

/// One author file: its name as shown (relative to the workspace, `/` between folders) and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    pub name: String,
    pub text: Arc<str>,
    line_starts: Vec<u32>,
}

/// Every author file that was read, so that a span can be shown with its line.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// The language in which their author is answered; English without one.
    pub tongue: Option<Arc<dyn Tongue>>,
    /// What was taken out of bases, which a problem may miss.
    pub taken_out: Vec<TakenOut>,
}

impl Sources {
    /// No files: what is said of the command line and the system, in the language of a workspace.
    pub fn without_files(tongue: Option<Arc<dyn Tongue>>) -> Self {
        Self { tongue, ..Self::default() }
    }

    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        let text: Arc<str> = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        self.files.push(SourceFile { name: name.into(), text, line_starts });
        FileId(self.files.len() as u32 - 1)
    }

    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// A sentence in the language in which the author is answered.
    pub fn say<'s>(&self, said: &'s Said) -> Cow<'s, str> {
        said.in_tongue(self.tongue.as_deref())
    }

    /// File name, line and column (characters, both from 1) of a span's start.
    pub fn place(&self, span: Span) -> (&str, usize, usize) {
        match self.get(span.file) {
            None => ("", 0, 0),
            Some(file) => {
                let (line, column) = file.line_column(span.start as usize);
                (&file.name, line, column)
            }
        }
    }

    /// `measures.yaml:3:3`
    pub fn shown(&self, span: Span) -> String {
        let (file, line, column) = self.place(span);
        format!("{file}:{line}:{column}")
    }

    /// The text under a span; empty where the span does not fit the file.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|f| f.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }
}

impl SourceFile {
    /// Line and column (characters), both from 1, of a byte offset; clamped into the file.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|s| *s as usize <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let column = self.text.get(start..offset).map_or(0, |t| t.chars().count());
        (line, column + 1)
    }

    /// The byte offset at which a line (from 1) starts.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.line_starts.get(line.checked_sub(1)?).map(|s| *s as usize)
    }
}

/// Where a value stands, the files it came through (outermost first: the workspace that extends,
/// then the base that was extended or included), and what it replaced in a base.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    pub span: Span,
    /// Files from the workspace's own down to the one that holds the value.
    pub through: Arc<[FileId]>,
    /// The value of a base that this one overrides.
    pub overrides: Option<Arc<Origin>>,
    /// The item of a list for which an `each:` entry was repeated.
    pub item: Option<Arc<str>>,
    /// The attribute of that item which was filled in.
    pub filled: Option<Span>,
}

impl Origin {
    pub fn new(span: Span) -> Self {
        Self { span, through: Arc::from([span.file]), overrides: None, item: None, filled: None }
    }

    /// For values that no author wrote (defaults): an empty span at the start of the first file.
    pub fn nowhere() -> Self {
        Self::new(Span { file: FileId(0), start: 0, end: 0 })
    }
}

/// A value together with where its author wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Authored<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T> Authored<T> {
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A default: nobody wrote it.
    pub fn default_of(value: T) -> Self {
        Self { value, origin: Origin::nowhere() }
    }

    pub fn span(&self) -> Span {
        self.origin.span
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Authored<U> {
        Authored { value: f(self.value), origin: self.origin }
    }
}

impl<T> Deref for Authored<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// How bytes of a scalar's value map to bytes of its file.
#[derive(Clone, Debug, PartialEq)]
pub enum TextMap {
    /// The value stands in the file as it is, from this byte on (plain and quoted one-liners).
    Verbatim(u32),
    /// A literal block: the file offset at which each line of the value starts.
    Lines(Vec<u32>),
    /// Folded, escaped or composed text: only the whole can be pointed at.
    Whole,
}

/// A text scalar (a script, a template) that can point into its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub value: Arc<str>,
    pub origin: Origin,
    pub map: TextMap,
}

impl Text {
    /// A text that stands alone in a file (a `.rhai` file) or was made up in a test.
    pub fn whole_file(file: FileId, text: impl Into<Arc<str>>) -> Self {
        let value: Arc<str> = text.into();
        let span = Span::new(file, 0..value.len());
        Self { value, origin: Origin::new(span), map: TextMap::Verbatim(0) }
    }

    /// How another value would be written in place of this one: as it is between quotes or in a block, else in quotes of
    /// its own where YAML would misread it.
    pub fn in_place(&self, value: &str) -> String {
        // No value of a workspace file stands at its first byte: what does is a script.
        let start = self.origin.span.start;
        let plain = start > 0 && self.map == TextMap::Verbatim(start);
        if plain && super::needs_quotes(value) { super::quoted(value) } else { value.to_owned() }
    }

    /// The place in the file of a byte range of the value; the whole scalar where that is unknown.
    pub fn span(&self, range: Range<usize>) -> Span {
        let whole = self.origin.span;
        match &self.map {
            TextMap::Verbatim(start) => {
                Span { file: whole.file, start: start + range.start as u32, end: start + range.end as u32 }
            }
            TextMap::Lines(lines) => {
                let Some(before) = self.value.get(..range.start) else { return whole };
                let line = before.matches('\n').count();
                let column = before.rfind('\n').map_or(range.start, |i| range.start - i - 1);
                match lines.get(line) {
                    Some(offset) => {
                        let start = offset + column as u32;
                        Span { file: whole.file, start, end: start + (range.end - range.start) as u32 }
                    }
                    None => whole,
                }
            }
            TextMap::Whole => whole,
        }
    }

    /// The place of a line and column (both from 1, columns in characters) of the value, `length` bytes long.
    pub fn span_at(&self, line: usize, column: usize, length: usize) -> Span {
        let mut start = 0;
        for (i, text) in self.value.split_inclusive('\n').enumerate() {
            if i + 1 == line {
                let offset = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(o, _)| o);
                let from = start + offset;
                return self.span(from..(from + length).min(self.value.len()));
            }
            start += text.len();
        }
        self.origin.span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> (Sources, FileId) {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        (sources, id)
    }

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let (sources, id) = sources("é: x\r\nb: yy\n");
        let at = |offset: usize| sources.get(id).unwrap().line_column(offset);
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(4), (1, 4));
        assert_eq!(at(7), (2, 1));
        assert_eq!(at(10), (2, 4));
        assert_eq!(at(13), (3, 1));
        assert_eq!(at(999), (3, 1));
        assert_eq!(sources.shown(Span::new(id, 10..12)), "a.yaml:2:4");
        assert_eq!(sources.text(Span::new(id, 10..12)), "yy");
        assert_eq!(sources.text(Span::new(id, 1..2)), "", "inside a character");
        assert_eq!(sources.place(Span::new(FileId(9), 0..0)), ("", 0, 0));
        assert_eq!(sources.get(id).unwrap().line_start(2), Some(7));
        assert_eq!(sources.get(id).unwrap().line_start(0), None);
    }

    #[test]
    fn spans_join_within_a_file_only() {
        let (a, b) = (FileId(0), FileId(1));
        assert_eq!(Span::new(a, 2..3).to(Span::new(a, 7..9)), Span::new(a, 2..9));
        assert_eq!(Span::new(a, 2..9).to(Span::new(a, 4..5)), Span::new(a, 2..9));
        assert_eq!(Span::new(a, 2..3).to(Span::new(b, 7..9)), Span::new(a, 2..3));
    }

    #[test]
    fn a_text_points_into_its_file() {
        // key: |
        //   let a = 1;
        //   a + b
        let file = "key: |\n  let a = 1;\n  a + b\n";
        let (sources, id) = sources(file);
        let text = Text {
            value: Arc::from("let a = 1;\na + b\n"),
            origin: Origin::new(Span::new(id, 9..28)),
            map: TextMap::Lines(vec![9, 22, 28]),
        };
        assert_eq!(sources.text(text.span(15..16)), "b");
        assert_eq!(sources.text(text.span_at(2, 5, 1)), "b");
        assert_eq!(sources.text(text.span_at(1, 5, 1)), "a");
        assert_eq!(text.span_at(9, 1, 1), text.origin.span, "a line that is not there");
        let whole = Text { map: TextMap::Whole, ..text };
        assert_eq!(whole.span(15..16), whole.origin.span);
    }
}
