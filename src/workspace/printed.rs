//! Marks of printed text that a word processor brings along: quotes around a whole value, spaces that are no spaces.

use std::ops::Range;

use super::codes_tree as codes;
use super::swallowed;
use super::tree::{Scalar, Style};
use super::yaml::{Content, Key, Situation};
use crate::diagnostic::{Diagnostic, FileId, Span, TextMap, invisible};
use crate::said;

const PAIRS: [(char, &[char]); 5] =
    [('“', &['”', '“']), ('„', &['“', '”']), ('”', &['”']), ('‘', &['’']), ('«', &['»'])];

/// `version: “2026.1”`: printer's quotes around the whole value are read as straight ones, and the author is told.
pub(super) fn straighten(situation: &Situation<'_>, scalar: &mut Scalar, range: &Range<usize>) -> Option<Diagnostic> {
    let key = match situation.frames.last().map(|f| &f.content) {
        Some(Content::Map { key: Some(Key::Word(key)), .. }) => Some(key.value.as_str()),
        Some(Content::List(_)) => None,
        _ => return None,
    };
    // In expressions the language tells of them.
    if scalar.style != Style::Plain || key.is_some_and(swallowed::is_expression) {
        return None;
    }
    let first = scalar.text.chars().next()?;
    let (_, closing) = PAIRS.iter().find(|(open, _)| *open == first)?;
    let inner = scalar.text.strip_prefix(first)?.strip_suffix(*closing)?.to_owned();
    if inner.contains(['“', '”', '„', '‘', '«', '»']) {
        return None;
    }
    // French sets the spaces within its quotes as part of them.
    let inner = if first == '«' { inner.trim_matches([' ', '\u{a0}', '\u{202f}']).to_owned() } else { inner };
    let straight = if inner.contains(['"', '\\']) { format!("'{inner}'") } else { format!("\"{inner}\"") };
    let written = key.map_or_else(|| format!("- {straight}"), |key| format!("{key}: {straight}"));
    scalar.map = match scalar.map {
        TextMap::Verbatim(start) => TextMap::Verbatim(start + first.len_utf8() as u32),
        _ => TextMap::Whole,
    };
    scalar.text = inner.into();
    let found = Diagnostic::warning(&codes::SWALLOWED, said!("printer's quotes stand around this value"))
        .at(Span::new(situation.file, range.clone()), said!("read as if they were straight ones"));
    Some(found.help(said!("write `{written}`", written)))
}

/// The text of an author file with the spaces that are none, where YAML counts spaces, replaced; with the place of each and
/// what each was. Within values they stay as they are: `80 %` may be set with one.
pub(super) fn mended(text: String) -> (String, Vec<(usize, char)>) {
    if !text.contains(|c| invisible(c).is_some()) {
        return (text, Vec::new());
    }
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::new();
    for line in text.split_inclusive('\n') {
        let structure = structure_of(line);
        for (i, sign) in line.char_indices() {
            match invisible(sign) {
                // A byte order mark has a message of its own.
                Some(_) if i < structure && sign != '\u{feff}' => {
                    let space = sign.is_whitespace();
                    places.push((out.len(), sign));
                    out.push_str(if space { " " } else { "" });
                }
                _ => out.push(sign),
            }
        }
    }
    (out, places)
}

/// How many bytes of a line belong to its structure: the spaces at its start, a dash, a key and the space after its colon.
fn structure_of(line: &str) -> usize {
    let blank = |c: char| c == ' ' || invisible(c).is_some();
    let said = line.trim_start_matches(blank);
    let said = said.strip_prefix('-').filter(|r| r.starts_with(blank)).map_or(said, |r| r.trim_start_matches(blank));
    let start = line.len() - said.len();
    if said.starts_with('#') {
        return 0;
    }
    let Some(colon) = said.find(':') else { return start };
    let (key, rest) = said.split_at(colon);
    let word = key.chars().all(|c| c.is_alphanumeric() || "_- {}.\"'".contains(c) || blank(c)) && !key.is_empty();
    let rest = rest.get(1..).unwrap_or("");
    let value = rest.trim_start_matches(blank);
    if word && (value.len() < rest.len() || rest.trim().is_empty()) { line.len() - value.len() } else { start }
}

/// One message for all of them in a file.
pub(super) fn report(file: FileId, text: &str, places: &[(usize, char)]) -> Option<Diagnostic> {
    let (first, sign) = *places.first()?;
    let (name, help) = invisible(sign)?;
    let line = |at: usize| text.get(..at).map_or(0, |t| t.matches('\n').count());
    let lines: std::collections::BTreeSet<usize> = places.iter().map(|(p, _)| line(*p)).collect();
    let found = Diagnostic::error(&codes::INVISIBLE, said!("{name} stands here", name))
        .at(Span::new(file, first..first + 1), said!("it looks like a space, and YAML takes it for a letter"));
    Some(match lines.len() {
        1 => found.help(help),
        lines => found.help(said!("{help} ({lines} lines of this file hold such a sign)", help, lines)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_structure_of_a_line_is_mended() {
        let (text, places) = mended("a:\u{a0}1\n\u{a0}\u{a0}b: 80\u{a0}%\n# c\u{a0}d\n-\u{a0}id: x\n".into());
        assert_eq!(text, "a: 1\n  b: 80\u{a0}%\n# c\u{a0}d\n- id: x\n");
        assert_eq!(places.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2, 5, 6, 24]);
        assert_eq!(mended("stan\u{ad}dards:\n".into()).0, "standards:\n");
        let prose = "promise: We\u{a0}answer: always\n";
        assert_eq!(mended(prose.into()).0, prose);
    }
}
