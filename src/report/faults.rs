//! Errors of the template engine in our words. The engine's own messages can quote values, which are people's data;
//! so only the template's text, names in it and our own sentences are shown.

use std::collections::BTreeMap;

use minijinja::{Environment, Error, ErrorKind};

use super::codes;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::said;

/// Detail of the error that a missing value raises.
pub const MISSING: &str = "evenhand: missing";
/// Start of details that we wrote ourselves and that hold no data.
pub const OURS: &str = "evenhand: ";

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
    Diagnostic::error(code, said!("template `{name}`: {what}", name, what))
        .in_data(file, line, column, said!("here"))
        .help(help)
}

/// An error of a `because` text in the workspace.
pub fn of_line(error: &Error, text: &Text, rule: &str) -> Diagnostic {
    let error = innermost(error);
    let range = error.range().filter(|r| text.value.get(r.clone()).is_some());
    let snippet = range.clone().and_then(|r| text.value.get(r)).map(one_line);
    let (code, what, help) = in_words(error, snippet.as_deref());
    let span = range.map_or(text.origin.span, |r| text.span(r));
    Diagnostic::error(code, said!("the `because` of rule `{rule}`: {what}", rule, what))
        .at(span, said!("here"))
        .help(help)
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

/// Code, what is wrong, and a way out.
fn in_words(error: &Error, snippet: Option<&str>) -> (&'static Code, String, String) {
    let quoted = snippet.filter(|s| !s.is_empty()).map_or_else(|| "something here".to_owned(), |s| format!("`{s}`"));
    let detail = error.detail().unwrap_or("");
    if detail == MISSING {
        return (
            &codes::VALUE_MISSING,
            format!("{quoted} is missing, and missing is never printed"),
            "ask first with `{% if … is not none %}`, or give words: `| percent(missing=\"not measured\")`".to_owned(),
        );
    }
    if let Some(own) = detail.strip_prefix(OURS) {
        let help = "correct the template, or remove it to use the shipped one".to_owned();
        return (&codes::TEMPLATE_FAILED, format!("{quoted}: {own}"), help);
    }
    let first = |otherwise: &str| snippet.map_or_else(|| otherwise.to_owned(), |s| format!("`{s}`"));
    match error.kind() {
        ErrorKind::UndefinedError => (
            &codes::TEMPLATE_NAME,
            format!("{quoted} is not a name that this text knows"),
            "look for a spelling mistake; the shipped templates show which names exist".to_owned(),
        ),
        ErrorKind::SyntaxError | ErrorKind::InvalidDelimiter | ErrorKind::BadEscape => {
            let (what, help) = syntax(detail, &quoted);
            (&codes::TEMPLATE_SYNTAX, what, help.to_owned())
        }
        ErrorKind::TemplateNotFound => (
            &codes::TEMPLATE_UNKNOWN,
            format!("no template has the name that {} asks for", first("it")),
            "put the file into the workspace's `templates` folder, or name a shipped template".to_owned(),
        ),
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => (
            &codes::TEMPLATE_FAILED,
            format!("{quoted} is not a filter, test or function that exists"),
            "filters are percent, number, points, date, period, interval, sentence, prose and those of the template language"
                .to_owned(),
        ),
        ErrorKind::OutOfFuel => (
            &codes::TEMPLATE_FAILED,
            "it takes too much work".to_owned(),
            "look for a loop inside a loop over people".to_owned(),
        ),
        _ => (
            &codes::TEMPLATE_FAILED,
            format!("{quoted} can't be done with the values at hand"),
            "check that numbers are used as numbers and texts as texts".to_owned(),
        ),
    }
}

/// A syntax error by what the parser expected. Its words are about tokens of the template, and not for readers.
fn syntax(detail: &str, quoted: &str) -> (String, &'static str) {
    let detail = detail.to_lowercase();
    let variable = detail.contains("end of variable block");
    let block = detail.contains("end of block");
    if variable && detail.contains("unexpected `}`") {
        return ("`}` is written where `}}` is needed".to_owned(), "close every `{{` with `}}`");
    }
    if variable && detail.contains("end of input") {
        return ("a `{{` is not closed".to_owned(), "close it with `}}`");
    }
    if variable {
        let help = "between `{{` and `}}` stands one name with its dots, such as `subject.name`, then perhaps `|` and a filter";
        return (format!("{quoted} can't follow what stands before it: a dot or a `|` is missing"), help);
    }
    if detail.contains("end of input") || detail.contains("unexpected end of template") {
        return (
            "a block is not ended".to_owned(),
            "`{% if … %}` ends with `{% endif %}`, `{% for … %}` with `{% endfor %}`",
        );
    }
    if block {
        return ("a `{%` is not closed by `%}`".to_owned(), "close every `{%` with `%}`");
    }
    if detail.contains("unknown statement") {
        return (
            format!("{quoted} is not an instruction"),
            "instructions are if, elif, else, endif, for, endfor, set, include, extends, block and macro",
        );
    }
    (
        format!("{quoted} can't be read"),
        "close every `{{` with `}}`, every `{%` with `%}`, and every `if` and `for` with its end",
    )
}
