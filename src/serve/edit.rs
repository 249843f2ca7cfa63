//! The edit of the author's file that would make a what-if true: which file, which line, how it reads now and then.

use std::ops::Range;

use serde::Serialize;

use super::what_if::Knob;
use crate::diagnostic::{FileId, SourceFile, Span};
use crate::report::{Words, decimal_text};
use crate::workspace::Plan;

/// An edit, or where the value can't be pointed at (a default, a base, a pack), the lines to write.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Edit {
    /// What to do, in a sentence that names the file and line.
    pub sentence: String,
    /// The line as it stands; none where lines are added.
    pub before: Option<String>,
    pub after: String,
}

/// A number as an author would write it for this knob: `85%`, `2.5`.
pub fn shown(knob: Knob, number: f64, plan: &Plan) -> String {
    match knob.is_share(plan) {
        true => format!("{}%", decimal_text(number * 100.0, 8)),
        false => decimal_text(number, 10),
    }
}

pub fn edit(plan: &Plan, knob: Knob, number: f64, words: &Words) -> Edit {
    let text = shown(knob, number, plan);
    let place = place(plan, knob).filter(|span| is_own(plan, span.file));
    if let Some(edit) = place.and_then(|span| in_line(plan, span, &text, words)) {
        return edit;
    }
    let file = plan.author.files().first().map_or("evenhand.yaml", |f| f.name.as_str());
    let after = match knob.standard().and_then(|s| plan.standards.get(s)) {
        Some(standard) => format!("standards:\n  {}:\n    {}: {text}", standard.id.value, knob.key()),
        None => format!("minimum:\n  records: {text}"),
    };
    let own = knob.standard().and_then(|s| plan.standards.get(s)).is_none_or(|s| is_own(plan, s.origin.span.file));
    let key = if own { "live.edit_add" } else { "live.edit_overlay" };
    Edit { sentence: words.say(key, &[("file", file)]), before: None, after }
}

/// The line that holds the span, with the span's text replaced.
fn in_line(plan: &Plan, span: Span, text: &str, words: &Words) -> Option<Edit> {
    let file = plan.author.get(span.file)?;
    let (line, _) = file.line_column(span.start as usize);
    let start = file.line_start(line)?;
    let whole = file.text.get(start..)?.lines().next()?;
    let (from, to) = ((span.start as usize).checked_sub(start)?, (span.end as usize).checked_sub(start)?);
    let after = format!("{}{text}{}", whole.get(..from)?, whole.get(to..)?);
    let sentence = words.say("live.edit_line", &[("file", &file.name), ("line", &line.to_string())]);
    Some(Edit { sentence, before: Some(whole.trim_end().to_owned()), after: after.trim_end().to_owned() })
}

/// A file of the workspace's own folder: those of a base serve other workspaces too, and packs can't be edited.
fn is_own(plan: &Plan, file: FileId) -> bool {
    plan.author.get(file).is_some_and(|f| !f.name.starts_with("../") && !f.name.starts_with("builtin:"))
}

/// Where the knob's value is written.
fn place(plan: &Plan, knob: Knob) -> Option<Span> {
    if let Some(line) = knob.line(plan) {
        return Some(line.span());
    }
    match knob {
        Knob::Weight(s) => {
            let standard = plan.standards.get(s)?;
            let span = standard.id.span();
            let file = plan.author.get(span.file)?;
            let entry = entry(file, span.start as usize)?;
            let value = value_of(file, entry, "weight")?;
            // What was found must be what is in force: an overlay may have said otherwise.
            let same = file.text.get(value.clone())?.parse::<f64>().is_ok_and(|w| w == standard.weight);
            same.then(|| Span::new(span.file, value))
        }
        Knob::MinimumRecords => {
            let files = plan.author.files().iter().enumerate();
            files.filter(|(i, _)| is_own(plan, FileId(*i as u32))).find_map(|(i, file)| {
                let top = file.text.lines().scan(0, |at, line| {
                    let start = *at;
                    *at += line.len() + if file.text.get(start + line.len()..)?.starts_with("\r\n") { 2 } else { 1 };
                    Some((start, line))
                });
                let start = top.filter(|(_, line)| line.starts_with("minimum:")).map(|(start, _)| start).next()?;
                let value = value_of(file, entry(file, start)?, "records")?;
                let same = file.text.get(value.clone())?.parse::<u64>().is_ok_and(|n| n == plan.minimum.records);
                same.then(|| Span::new(FileId(i as u32), value))
            })
        }
        _ => None,
    }
}

/// The text of the mapping whose key starts at `key`: to its closing brace, or all lines that are deeper than the key.
fn entry(file: &SourceFile, key: usize) -> Option<Range<usize>> {
    let text = file.text.get(key..)?;
    let colon = text.find(':')?;
    let after = text.get(colon + 1..)?;
    let first = after.lines().next().unwrap_or("").trim_start();
    if first.starts_with('{') {
        let open = colon + 1 + after.find('{')?;
        let length = plain(text.get(open..)?).scan(0_i32, |depth, (at, c)| {
            *depth += match c {
                '{' | '[' => 1,
                '}' | ']' => -1,
                _ => 0,
            };
            Some((at, *depth))
        });
        let end = length.skip(1).find(|(_, depth)| *depth == 0)?.0;
        return Some(key + open..key + open + end + 1);
    }
    let line_start = file.text.get(..key)?.rfind('\n').map_or(0, |i| i + 1);
    let indent = file.text.get(line_start..key)?.chars().take_while(|c| *c == ' ').count();
    let mut end = key + colon + 1 + after.find('\n').map_or(after.len(), |i| i + 1);
    let start = end;
    for line in file.text.get(end..)?.split_inclusive('\n') {
        let deeper = line.chars().take_while(|c| *c == ' ').count() > indent;
        if !line.trim().is_empty() && !deeper && !line.trim_start().starts_with('#') {
            break;
        }
        end += line.len();
    }
    Some(start..end)
}

/// Where the plain scalar of a key stands, within the range of an entry.
fn value_of(file: &SourceFile, entry: Range<usize>, key: &str) -> Option<Range<usize>> {
    let text = file.text.get(entry.clone())?;
    let mut depth = 0_i32;
    let top = if text.starts_with('{') { 1 } else { 0 };
    // In a block, keys of the entry itself stand at the indent of its first line that says something.
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let own = text.lines().find(says).map_or(0, indent);
    let at_own = |at: usize| {
        let before = text.get(..at).and_then(|t| t.rsplit('\n').next()).unwrap_or("");
        top == 1 || (before.len() == own && before.trim().is_empty())
    };
    let mut word_before = false;
    for (at, c) in plain(text) {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        let rest = text.get(at..).unwrap_or("");
        let named =
            depth == top && !word_before && rest.strip_prefix(key).is_some_and(|r| r.starts_with(':')) && at_own(at);
        word_before = c.is_alphanumeric() || c == '_' || c == '-';
        if named {
            let value = rest.get(key.len() + 1..)?;
            let skipped = value.len() - value.trim_start_matches(' ').len();
            let value = value.trim_start_matches(' ');
            let length = value.find([',', '}', '\n', '\r', '#', ' ']).unwrap_or(value.len());
            let start = entry.start + at + key.len() + 1 + skipped;
            return (length > 0).then(|| start..start + length);
        }
    }
    None
}

/// Characters outside of quotes and comments, with their places.
fn plain(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quote = None;
    let mut comment = false;
    let mut before = '\n';
    text.char_indices().filter(move |(_, c)| {
        let last = std::mem::replace(&mut before, *c);
        match (*c, quote) {
            ('\n', _) => comment = false,
            _ if comment => {}
            (c, Some(open)) => {
                if c == open {
                    quote = None;
                }
                return false;
            }
            // An apostrophe within a word is none.
            ('"' | '\'', None) if !last.is_alphanumeric() => {
                quote = Some(*c);
                return false;
            }
            ('#', None) if last.is_whitespace() => comment = true,
            _ => {}
        }
        !comment
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    fn found(text: &str, entry_key: &str, key: &str) -> Option<String> {
        let mut sources = Sources::default();
        let id = sources.add("evenhand.yaml", text);
        let file = sources.get(id).unwrap();
        let at = text.find(entry_key).unwrap();
        let value = value_of(file, entry(file, at)?, key)?;
        Some(format!("{}@{}", text.get(value.clone()).unwrap(), file.line_column(value.start).0))
    }

    #[test]
    fn a_key_is_found_in_its_entry_and_in_no_other() {
        let text = "standards:\n  a: { promise: \"weight: 9, } it's\", target: 80%, weight: 2 }\n  b:\n    # weight: 7\n    promise: It's kept\n    develop: { weight: 5 }\n    note:\n      weight: 6\n    weight: 3  # heavy\n\n    floor: 1\n  c: { target: 5 }\nminimum: { records: 30 }\n";
        assert_eq!(found(text, "a:", "weight").as_deref(), Some("2@2"));
        assert_eq!(found(text, "b:\n", "weight").as_deref(), Some("3@9"), "not the comment, nor what lies deeper");
        assert_eq!(found(text, "c:", "weight"), None);
        assert_eq!(found(text, "minimum:", "records").as_deref(), Some("30@13"));
    }
}
