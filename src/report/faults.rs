//! Errors of the template engine in our words. The engine's own messages can quote values, which are people's data;
//! so only the template's text, names in it and our own sentences are shown.

use std::collections::BTreeMap;

use minijinja::{Environment, Error, ErrorKind};

use super::codes;
use crate::diagnostic::{Code, Diagnostic, Said, Text};
use crate::said;

/// Detail of the error that a missing value raises.
pub const MISSING: &str = "evenhand: missing";

/// An error of a template file.
pub fn of_template(
    error: &Error,
    asked: &str,
    shown: &BTreeMap<String, String>,
    environment: &Environment<'_>,
) -> Diagnostic {
    let error = innermost(error);
    let name = error.name().unwrap_or(asked);
    let file = shown.get(name).map_or_else(|| format!("templates/{name}"), Clone::clone);
    let source = environment.get_template(name).ok().map(|t| t.source().to_owned());
    let range = error.range();
    let source = source.as_deref().or_else(|| error.template_source());
    let snippet = source.zip(range.clone()).and_then(|(s, r)| s.get(r)).map(one_line);
    let (code, what, help) = in_words(error, snippet.as_deref());
    let column = source.zip(range).and_then(|(s, r)| s.get(..r.start)).map_or(0, column_after);
    let line = error.line().unwrap_or(0) as u64;
    Diagnostic::error(code, in_template(name, what)).in_data(file, line, column, said!("here")).help(help)
}

/// An error of a `because` text in the workspace.
pub fn of_line(error: &Error, text: &Text, rule: &str) -> Diagnostic {
    let error = innermost(error);
    let range = error.range().filter(|r| text.value.get(r.clone()).is_some());
    let snippet = range.clone().and_then(|r| text.value.get(r)).map(one_line);
    let (code, what, help) = in_words(error, snippet.as_deref());
    let span = range.map_or(text.origin.span, |r| text.span(r));
    Diagnostic::error(code, in_because(rule, what)).at(span, said!("here")).help(help)
}

/// The error that an include or a block wraps.
fn innermost(error: &Error) -> &Error {
    let mut inner = error;
    while let Some(next) = std::error::Error::source(inner).and_then(|s| s.downcast_ref::<Error>()) {
        inner = next;
    }
    inner
}

fn one_line(snippet: &str) -> String {
    let flat = snippet.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() > 60 { format!("{}…", flat.chars().take(60).collect::<String>()) } else { flat }
}

fn column_after(before: &str) -> u64 {
    before.rsplit('\n').next().map_or(1, |line| line.chars().count() as u64 + 1)
}

/// What is wrong, said of a template file.
pub(super) fn in_template(name: &str, what: Said) -> Said {
    said!("template `{name}`: {what}", name, what)
}

/// What is wrong, said of a rule's `because`.
pub(super) fn in_because(rule: &str, what: Said) -> Said {
    said!("the `because` of rule `{rule}`: {what}", rule, what)
}

/// An error of one of our filters. The sentence holds no data.
pub(super) fn ours(what: Said) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_string()).with_source(what)
}

/// Code, what is wrong, and a way out.
fn in_words(error: &Error, snippet: Option<&str>) -> (&'static Code, Said, Said) {
    let quoted = snippet.filter(|s| !s.is_empty());
    let quoted = quoted.map_or_else(|| said!("something here"), |s| Said::verbatim(format!("`{s}`")));
    let detail = error.detail().unwrap_or("");
    if detail == MISSING {
        return (
            &codes::VALUE_MISSING,
            said!("{what} is missing, and missing is never printed", what = quoted),
            said!("ask first with `{% if … is not none %}`, or give words: `| percent(missing=\"not measured\")`"),
        );
    }
    if let Some(needed) = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Said>()) {
        let help = said!("correct the template, or remove it to use the shipped one");
        return (&codes::TEMPLATE_FAILED, said!("{code}: {needed}", code = quoted, needed), help);
    }
    match error.kind() {
        ErrorKind::UndefinedError => (
            &codes::TEMPLATE_NAME,
            said!("{what} is not a name that this text knows", what = quoted),
            said!("look for a spelling mistake; the shipped templates show which names exist"),
        ),
        ErrorKind::SyntaxError | ErrorKind::InvalidDelimiter | ErrorKind::BadEscape => {
            let (what, help) = syntax(detail, quoted);
            (&codes::TEMPLATE_SYNTAX, what, help)
        }
        ErrorKind::TemplateNotFound => (
            &codes::TEMPLATE_UNKNOWN,
            match snippet {
                Some(written) => said!("no template has the name that `{written}` asks for", written),
                None => said!("no template has the name that it asks for"),
            },
            said!("put the file into the workspace's `templates` folder, or name a shipped template"),
        ),
        kind => {
            let (what, help) = failure(kind, quoted);
            (&codes::TEMPLATE_FAILED, what, help)
        }
    }
}

/// What went wrong while a template was filled in.
fn failure(kind: ErrorKind, quoted: Said) -> (Said, Said) {
    match kind {
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => (
            said!("{what} is not a filter, test or function that exists", what = quoted),
            said!(
                "filters are percent, number, points, date, period, interval, sentence, prose and those of the template language"
            ),
        ),
        ErrorKind::OutOfFuel => (said!("it takes too much work"), said!("look for a loop inside a loop over people")),
        _ => (
            said!("{what} can't be done with the values at hand", what = quoted),
            said!("check that numbers are used as numbers and texts as texts"),
        ),
    }
}

/// A syntax error by what the parser expected. Its words are about tokens of the template, and not for readers.
fn syntax(detail: &str, quoted: Said) -> (Said, Said) {
    let detail = detail.to_lowercase();
    let variable = detail.contains("end of variable block");
    let block = detail.contains("end of block");
    if variable && detail.contains("unexpected `}`") {
        return (said!("`}` is written where `}}` is needed"), said!("close every `{{` with `}}`"));
    }
    if variable && detail.contains("end of input") {
        return (said!("a `{{` is not closed"), said!("close it with `}}`"));
    }
    if variable {
        return (
            said!("{what} can't follow what stands before it: a dot or a `|` is missing", what = quoted),
            said!(
                "between `{{` and `}}` stands one name with its dots, such as `subject.name`, then perhaps `|` and a filter"
            ),
        );
    }
    if detail.contains("end of input") || detail.contains("unexpected end of template") {
        return (
            said!("a block is not ended"),
            said!("`{% if … %}` ends with `{% endif %}`, `{% for … %}` with `{% endfor %}`"),
        );
    }
    if block {
        return (said!("a `{%` is not closed by `%}`"), said!("close every `{%` with `%}`"));
    }
    if detail.contains("unknown statement") {
        return (
            said!("{what} is not an instruction", what = quoted),
            said!("instructions are if, elif, else, endif, for, endfor, set, include, extends, block and macro"),
        );
    }
    (
        said!("{what} can't be read", what = quoted),
        said!("close every `{{` with `}}`, every `{%` with `%}`, and every `if` and `for` with its end"),
    )
}
