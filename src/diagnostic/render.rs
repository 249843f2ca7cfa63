//! Diagnostics as a person reads them, and as JSON. The only user of annotate-snippets.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::said;

use super::taken_out::explained;
use super::{Diagnostic, FileId, Label, Place, Said, Severity, SourceFile, Sources, Span};

/// Most bytes of one line that a label underlines: a caret under 50 KB of base64 helps nobody.
const LONGEST_LABEL: usize = 80;

/// So many items of a list are named.
const ITEMS: usize = 5;

/// Drawn with the source line and a caret; sorted by file and line. `colour` for a terminal.
///
/// Findings without a place come first; findings that are the same in every word are drawn once (see `distinct`). The text is empty where there is
/// nothing to say, else it ends with one line break. The count line is the caller's.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut drawn: Vec<String> = Vec::new();
    for diagnostic in ordered(&distinct(&explained(diagnostics, sources)), sources) {
        let text = renderer.render(&[drawing(diagnostic, sources)]);
        let drawn_source = diagnostic.labels.iter().any(|l| matches!(l.place, Place::Author(_)));
        // Without a gutter of line numbers the renderer starts at the margin; ours keeps the look of the others.
        let gutter = if drawn_source { "" } else { "  " };
        // The renderer pads some lines; the bytes of a log should not depend on that.
        let lines =
            text.lines().enumerate().map(|(i, l)| if i == 0 { l.into() } else { format!("{gutter}{}", l.trim_end()) });
        let text = lines.collect::<Vec<String>>().join("\n");
        if drawn.last() != Some(&text) {
            drawn.push(text);
        }
    }
    if drawn.is_empty() { String::new() } else { drawn.join("\n\n") + "\n" }
}

/// A JSON array of `{code, severity, message, labels: [{file, line, column, end_line, end_column, start, end, text}], help}`,
/// in the order of `human`. Lines and columns (characters) count from 1, `start` and `end` are bytes; in a data file
/// `start` and `end` are null, and so are a line or column that is not known.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let mut items: Vec<Value> = Vec::new();
    for diagnostic in ordered(&distinct(&explained(diagnostics, sources)), sources) {
        let item = json!({
            "code": diagnostic.code.id,
            "severity": diagnostic.severity,
            "message": sources.say(&diagnostic.message),
            "labels": diagnostic.labels.iter().map(|l| label_json(l, sources)).collect::<Vec<_>>(),
            "help": diagnostic.help.iter().map(|h| sources.say(h)).collect::<Vec<_>>(),
        });
        if items.last() != Some(&item) {
            items.push(item);
        }
    }
    Value::Array(items)
}

/// Each finding once. An entry repeated by `each:` finds the same problem for every item: they are one finding, whose last
/// help names the items.
pub fn distinct(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for found in diagnostics {
        let key = format!("{}{:?}{}{:?}{:?}", found.code.id, found.severity, found.message, found.labels, found.help);
        match known.get(&key).and_then(|at| kept.get_mut(*at)) {
            Some(held) => held.items.extend(found.items.iter().cloned()),
            None => {
                known.insert(key, kept.len());
                kept.push(found.clone());
            }
        }
    }
    for found in &mut kept {
        let items: BTreeSet<Arc<str>> = std::mem::take(&mut found.items).into_iter().collect();
        let named: Vec<String> = items.iter().take(ITEMS).map(|item| format!("`{item}`")).collect();
        let items_named = named.join(", ");
        match items.len() {
            0 => {}
            1 => found.help.push(said!("this is the entry for item {item}", item = items_named)),
            n if n > ITEMS => found.help.push(said!(
                "this is the entry for items {items} and {more} more",
                items = items_named,
                more = n - ITEMS
            )),
            _ => found.help.push(said!("this is the entry for items {items}", items = items_named)),
        }
    }
    kept
}

fn label_json(label: &Label, sources: &Sources) -> Value {
    match &label.place {
        Place::Author(span) => {
            let (file, line, column) = sources.place(*span);
            let (end_line, end_column) =
                sources.get(span.file).map_or((0, 0), |f| f.line_column(span.end.max(span.start) as usize));
            json!({
                "file": file, "line": line, "column": column, "end_line": end_line, "end_column": end_column,
                "start": span.start, "end": span.end.max(span.start), "text": sources.say(&label.text),
            })
        }
        Place::Data { file, line, column } => {
            let known = |n: &u64| if *n == 0 { Value::Null } else { json!(n) };
            json!({
                "file": file, "line": known(line), "column": known(column),
                "end_line": known(line), "end_column": known(column),
                "start": null, "end": null, "text": sources.say(&label.text),
            })
        }
    }
}

/// By file name, line, column, then by what is said; those without a place first.
fn ordered<'d>(diagnostics: &'d [Diagnostic], sources: &Sources) -> Vec<&'d Diagnostic> {
    let mut order: Vec<&Diagnostic> = diagnostics.iter().collect();
    order.sort_by(|a, b| compare(a, b, sources));
    order
}

fn compare(a: &Diagnostic, b: &Diagnostic, sources: &Sources) -> Ordering {
    let place = |d: &Diagnostic| {
        d.labels.first().map(|label| match &label.place {
            Place::Author(span) => {
                let (file, line, column) = sources.place(*span);
                (file.to_owned(), line as u64, column as u64)
            }
            Place::Data { file, line, column } => (file.clone(), *line, *column),
        })
    };
    let rest = |d: &Diagnostic| (d.severity, d.code.id, d.message.clone());
    place(a).cmp(&place(b)).then_with(|| rest(a).cmp(&rest(b))).then_with(|| a.help.cmp(&b.help))
}

fn drawing<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = named(
        match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        },
        &diagnostic.severity.word(),
        sources,
    );
    let title = level.primary_title(sources.say(&diagnostic.message)).id(diagnostic.code.id);
    let mut elements: Vec<Element<'a>> = Vec::new();
    let mut shown: Vec<FileId> = Vec::new();
    for label in &diagnostic.labels {
        match &label.place {
            Place::Author(span) if shown.contains(&span.file) => {}
            Place::Author(span) => {
                shown.push(span.file);
                if let Some(file) = sources.get(span.file) {
                    elements.push(snippet(file, span.file, diagnostic, sources).into());
                }
            }
            Place::Data { file, line, column } => {
                data_place(&mut elements, file, *line, *column);
                if !label.text.is_empty() {
                    let note = named(Level::NOTE, &said!("a note"), sources);
                    elements.push(note.message(sources.say(&label.text)).into());
                }
            }
        }
    }
    let help = |text| named(Level::HELP, &said!("help"), sources).message(sources.say(text));
    elements.extend(diagnostic.help.iter().map(|text| Element::from(help(text))));
    Group::with_title(title).elements(elements)
}

/// A level under its name in the author's language.
fn named<'a>(level: Level<'a>, name: &Said, sources: &Sources) -> Level<'a> {
    if sources.tongue.is_none() { level } else { level.with_name(sources.say(name).into_owned()) }
}

/// A data file's place has no snippet: the reader would see other people's rows around it.
fn data_place<'a>(elements: &mut Vec<Element<'a>>, file: &'a str, line: u64, column: u64) {
    let mut origin = Origin::path(file);
    if line > 0 {
        origin = origin.line(line as usize);
        if column > 0 {
            origin = origin.char_column(column as usize);
        }
    }
    elements.push(origin.into());
}

/// All labels of one file, on the lines between the first and the last of them.
fn snippet<'a>(
    file: &'a SourceFile,
    id: FileId,
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
) -> Snippet<'a, Annotation<'a>> {
    let mut marks: Vec<(Range<usize>, AnnotationKind, Cow<'a, str>)> = Vec::new();
    for (i, label) in diagnostic.labels.iter().enumerate() {
        if let Place::Author(span) = &label.place
            && span.file == id
        {
            let kind = if i == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            marks.push((clamped(file, *span), kind, sources.say(&label.text)));
        }
    }
    let first = marks.iter().map(|m| m.0.start).min().unwrap_or(0);
    let last = marks.iter().map(|m| m.0.end).max().unwrap_or(0);
    let (line, _) = file.line_column(first);
    let from = line_around(&file.text, first).start;
    let to = line_around(&file.text, last).end.max(from);
    let annotations = marks.into_iter().map(|(range, kind, text)| {
        let annotation = kind.span(range.start.saturating_sub(from)..range.end.saturating_sub(from));
        if text.is_empty() { annotation } else { annotation.label(text) }
    });
    Snippet::source(file.text.get(from..to).unwrap_or(""))
        .line_start(line)
        .path(file.name.as_str())
        .annotations(annotations)
}

/// The span as it can be drawn: inside the file, on character boundaries, on its first line that says
/// something, without the spaces and line break at its end, not longer than a caret line is useful.
fn clamped(file: &SourceFile, span: Span) -> Range<usize> {
    let text: &str = &file.text;
    let mut start = floor_boundary(text, span.start as usize);
    let mut end = ceil_boundary(text, (span.end as usize).max(start));
    if let Some(under) = text.get(start..end)
        && let Some(skipped) = under.find(|c: char| !c.is_whitespace())
        && under.get(..skipped).is_some_and(|s| s.contains('\n'))
    {
        start += skipped;
    }
    let line = line_around(text, start);
    start = start.min(line.end);
    end = end.clamp(start, line.end.max(start));
    end = start + text.get(start..end).map_or(0, |t| t.trim_end().len());
    if end - start > LONGEST_LABEL {
        end = floor_boundary(text, start + LONGEST_LABEL);
    }
    start..end
}

/// The line that holds a byte, without its line break.
fn line_around(text: &str, offset: usize) -> Range<usize> {
    let offset = floor_boundary(text, offset);
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let end = offset + after.find('\n').unwrap_or(after.len());
    let end = if end > start && text.as_bytes().get(end - 1) == Some(&b'\r') { end - 1 } else { end };
    start..end
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn ceil_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnostic::Code;

    static UNKNOWN: Code = Code { id: "EH0203", title: "unknown measure", explanation: "" };
    static OTHER: Code = Code { id: "EH0501", title: "bad cell", explanation: "" };

    fn span(file: FileId, sources: &Sources, word: &str) -> Span {
        let start = sources.get(file).unwrap().text.find(word).unwrap();
        Span::new(file, start..start + word.len())
    }

    #[test]
    fn an_error_reads_as_the_style_guide_says() {
        let mut sources = Sources::default();
        let text = "\n".repeat(13) + "    measure: csta\n    floor: 60%\n";
        let file = sources.add("clients/acme/charter.yaml", text);
        let found = Diagnostic::error(&UNKNOWN, said!("unknown measure `csta`"))
            .at(span(file, &sources, "csta"), said!("no measure has this name"))
            .help(said!("did you mean `csat`? it is defined at measures.yaml:3:3"));
        let expected = "\
error[EH0203]: unknown measure `csta`
  --> clients/acme/charter.yaml:14:14
   |
14 |     measure: csta
   |              ^^^^ no measure has this name
   |
   = help: did you mean `csat`? it is defined at measures.yaml:3:3
";
        assert_eq!(human(std::slice::from_ref(&found), &sources, false), expected);
        let coloured = human(&[found], &sources, true);
        assert!(coloured.contains("\u{1b}["), "{coloured}");
    }

    #[test]
    fn labels_in_other_places_and_files_are_shown_too() {
        let mut sources = Sources::default();
        let a = sources.add("a.yaml", "x: 1\ny: 2\nx: 3\n");
        let b = sources.add("b.yaml", "z: 4\n");
        let found = Diagnostic::error(&UNKNOWN, said!("`x` is defined twice"))
            .at(Span::new(a, 10..11), said!("here again"))
            .at(Span::new(a, 0..1), said!("first here"))
            .at(Span::new(b, 0..1), said!("and here"));
        let text = human(&[found], &sources, false);
        let expected = "\
error[EH0203]: `x` is defined twice
 --> a.yaml:3:1
  |
1 | x: 1
  | - first here
2 | y: 2
3 | x: 3
  | ^ here again
  |
 ::: b.yaml:1:1
  |
1 | z: 4
  | - and here
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_place_in_data_has_no_snippet() {
        let found = Diagnostic::warning(&OTHER, said!("`12,5` is not a number"))
            .in_data("data/calls.csv", 17, 4, said!("in column wait_seconds"))
            .help(said!("write `decimal: \",\"` under `format:`"));
        let text = human(&[found], &Sources::default(), false);
        assert_eq!(
            text,
            "\
warning[EH0501]: `12,5` is not a number
  --> data/calls.csv:17:4
   = note: in column wait_seconds
   = help: write `decimal: \",\"` under `format:`
"
        );
    }

    #[test]
    fn several_places_in_data_each_say_their_own() {
        let found = Diagnostic::error(&OTHER, said!("two rows with one id"))
            .in_data("data/calls.csv", 17, 1, said!("here again, with other values"))
            .in_data("data/calls-2.csv", 3, 1, said!("first here"));
        let text = human(&[found], &Sources::default(), false);
        assert_eq!(
            text,
            "\
error[EH0501]: two rows with one id
  --> data/calls.csv:17:1
   = note: here again, with other values
  ::: data/calls-2.csv:3:1
   = note: first here
"
        );
    }

    #[test]
    fn an_unknown_line_or_column_of_data_is_left_out() {
        let found = Diagnostic::error(&OTHER, said!("cannot read this")).in_data("data/x.xlsx", 0, 0, said!(""));
        let text = human(std::slice::from_ref(&found), &Sources::default(), false);
        assert_eq!(text, "error[EH0501]: cannot read this\n  --> data/x.xlsx\n");
        assert_eq!(json(&[found], &Sources::default())[0]["labels"][0]["line"], Value::Null);
    }

    #[test]
    fn sorted_by_file_line_and_column_and_said_once() {
        let mut sources = Sources::default();
        let b = sources.add("b.yaml", "one\ntwo three\n");
        let a = sources.add("a.yaml", "four\n");
        let at = |file, start: usize, m: &str| {
            Diagnostic::error(&UNKNOWN, Said::verbatim(m)).at(Span::new(file, start..start + 1), said!(""))
        };
        let found = [
            at(b, 8, "third"),
            at(b, 4, "second"),
            at(a, 0, "first"),
            at(b, 4, "second"),
            Diagnostic::note(&UNKNOWN, said!("nowhere")),
        ];
        let text = human(&found, &sources, false);
        let order: Vec<&str> = text.lines().filter_map(|l| l.split("]: ").nth(1)).collect();
        assert_eq!(order, ["nowhere", "first", "second", "third"]);
        assert_eq!(json(&found, &sources).as_array().unwrap().len(), 4);
    }

    #[test]
    fn a_line_of_fifty_kilobytes_is_trimmed_around_the_label() {
        let mut sources = Sources::default();
        let text = format!("logo: {} here {}\n", "QUJD".repeat(8_000), "REVG".repeat(8_000));
        let file = sources.add("a.yaml", text);
        let one = Diagnostic::error(&UNKNOWN, said!("x")).at(span(file, &sources, "here"), said!("look"));
        let whole = Diagnostic::error(&UNKNOWN, said!("x")).at(Span::new(file, 6..60_000), said!("look"));
        for found in [one, whole] {
            let text = human(&[found], &sources, false);
            assert!(text.len() < 1_000, "{} bytes", text.len());
            assert!(text.contains("look"));
        }
    }

    #[test]
    fn tabs_windows_line_ends_and_the_end_of_the_file_keep_the_caret_in_place() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "a:\r\n\tbad: 1\r\nlast");
        let tab = Diagnostic::error(&UNKNOWN, said!("x")).at(span(file, &sources, "bad"), said!("here"));
        let text = human(&[tab], &sources, false);
        assert!(text.contains("a.yaml:2:2"), "{text}");
        assert!(text.contains("2 |     bad: 1\n  |     ^^^ here"), "{text}");
        let over = Diagnostic::error(&UNKNOWN, said!("x")).at(Span::new(file, 13..900), said!("here"));
        let text = human(&[over], &sources, false);
        assert!(text.contains("3 | last\n  | ^^^^ here"), "{text}");
        let end = Diagnostic::error(&UNKNOWN, said!("x")).at(Span::new(file, 17..17), said!("here"));
        assert!(human(&[end], &sources, false).contains("3 | last\n  |     ^ here"));
    }

    #[test]
    fn a_script_of_many_lines_is_labelled_on_its_first() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "when: |\n  a &&\n  b\nnext: 1\n");
        let found = Diagnostic::error(&UNKNOWN, said!("x")).at(Span::new(file, 7..19), said!("this"));
        let text = human(&[found], &sources, false);
        assert!(text.contains("2 |   a &&\n  |   ^^^^ this"), "{text}");
    }

    #[test]
    fn a_note_of_a_data_place_keeps_its_space_in_french() {
        let french: std::sync::Arc<dyn crate::diagnostic::Tongue> = crate::words::Words::shipped("fr").unwrap();
        let place = |d: Diagnostic| d.in_data("calls.csv", 3, 2, said!("no kind"));
        let found = || place(Diagnostic::error(&UNKNOWN, said!("a row of evidence names no kind")));
        let text = human(&[found()], &Sources::without_files(Some(french)), false);
        assert!(text.contains("remarque\u{a0}: aucun genre"), "{text}");
        assert!(human(&[found()], &Sources::default(), false).contains("note: no kind"));
    }

    #[test]
    fn json_names_every_place() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "é: x\nb: yy\n");
        let found = Diagnostic::error(&UNKNOWN, said!("m")).at(Span::new(file, 9..11), said!("t")).help(said!("h"));
        let expected = json!([{
            "code": "EH0203", "severity": "error", "message": "m",
            "labels": [{ "file": "a.yaml", "line": 2, "column": 4, "end_line": 2, "end_column": 6, "start": 9, "end": 11, "text": "t" }],
            "help": ["h"],
        }]);
        assert_eq!(json(&[found], &sources), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// No span on any text may end the program: this code reports other people's mistakes.
        #[test]
        fn any_span_on_any_text_is_drawn(
            text in "(\\PC|[\\t\\r\\n \u{feff}\u{202e}\u{7}\u{0}é漢😀]){0,60}",
            spans in prop::collection::vec((0u32..90, 0u32..90, 0u32..3), 1..5),
            label in "\\PC{0,20}",
        ) {
            let mut sources = Sources::default();
            sources.add("a.yaml", text.as_str());
            sources.add("b.yaml", text.chars().rev().collect::<String>());
            let mut found = Diagnostic::error(&UNKNOWN, Said::verbatim(&label));
            for (start, end, file) in spans {
                found = found.at(Span { file: FileId(file), start, end }, Said::verbatim(&label));
            }
            let drawn = human(std::slice::from_ref(&found), &sources, false);
            prop_assert!(drawn.starts_with("error[EH0203]"));
            human(std::slice::from_ref(&found), &sources, true);
            json(&[found], &sources);
        }
    }
}
