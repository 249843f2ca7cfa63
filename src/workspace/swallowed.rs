//! Values that YAML takes for something else: `!x` a tag, `"a" == b` a quoted head, `f("p", 3, 4)` cut at
//! the commas of a flow map, `> 5` a block of text, `{{ name }}` a map, ` #` a comment.
//! Each message shows the line rewritten with quotes.

use std::ops::Range;

use super::codes_tree as codes;
use super::tree::{Entry, Kind, Node, Scalar, Style};
use super::yaml::{Content, Key, Situation};
use crate::diagnostic::{Diagnostic, FileId, Said, Span, TextMap, number_as_written, quoted};
use crate::said;

/// Keys whose value is an expression wherever they stand. (`of` of a group is a list, and so not looked at.)
const EXPRESSIONS: &[&str] = &[
    "where",
    "share",
    "mean",
    "sum",
    "of",
    "out_of",
    "when",
    "points",
    "not_due",
    "not_applicable",
    "median",
    "nps",
    "formula",
    "value",
    "events",
    "per",
    "received",
    "expected",
    "promoters",
    "passives",
    "detractors",
    "n",
    "lower",
    "upper",
    "cause",
    "combine",
];

pub(super) fn is_expression(key: &str) -> bool {
    EXPRESSIONS.contains(&key)
}

/// A value as its author meant it: the key before it, and the text up to where the value must end.
pub(super) struct Value {
    pub key: Option<String>,
    pub range: Range<usize>,
    pub raw: String,
}

impl Value {
    /// `when: '!resolved'`
    pub fn rewritten(&self) -> String {
        let single = self.raw.contains('\'') && !self.raw.contains('"');
        if single && self.looks_like_an_expression() {
            // In expressions text stands between double quotes: single ones would be the next mistake.
            return self.rewritten_as(&self.raw.replace('\'', "\""));
        }
        self.rewritten_as(&self.raw)
    }

    /// As a scalar that stands there as it was meant, so that what is in it is still looked at.
    pub fn scalar(&self) -> Scalar {
        Scalar {
            text: self.raw.as_str().into(),
            map: TextMap::Verbatim(self.range.start as u32),
            style: Style::Plain,
            tag: None,
        }
    }

    pub fn rewritten_as(&self, value: &str) -> String {
        let quoted = quoted(value);
        match &self.key {
            Some(key) if key.contains(['{', ':', '#', '"', '\'']) => format!("{}: {quoted}", self::quoted(key)),
            Some(key) => format!("{key}: {quoted}"),
            None => format!("- {quoted}"),
        }
    }

    /// A word such as `==` or `&&` stands in it, or its key takes an expression.
    fn looks_like_an_expression(&self) -> bool {
        self.key.as_deref().is_some_and(is_expression)
            || [" == ", " != ", " < ", " > ", " <= ", " >= ", " && ", " || ", " in "]
                .iter()
                .any(|w| self.raw.contains(w))
    }
}

/// The value that starts at `start`, under the key that waits for it.
pub(super) fn value(situation: &Situation<'_>, start: usize) -> Value {
    let frame = situation.frames.last();
    let key = match frame.map(|f| &f.content) {
        Some(Content::Map { key: Some(Key::Word(word)), .. }) => Some(word.value.clone()),
        Some(Content::Map { entries, key: None, .. }) => entries.last().map(|e| e.key.value.clone()),
        _ => None,
    };
    let range = meant(situation.text, start, frame.is_some_and(|f| f.flow));
    let raw = situation.text.get(range.clone()).unwrap_or("").to_owned();
    Value { key, range, raw }
}

/// From `start` to the end of the line, without a comment; in a flow collection to the comma or bracket
/// that ends the value. Commas, brackets and `#` within double quotes or parentheses belong to it.
fn meant(text: &str, start: usize, flow: bool) -> Range<usize> {
    let rest = text.get(start..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    let (mut depth, mut in_quotes, mut escaped, mut before) = (0i32, false, false, ' ');
    let mut end = line.len();
    for (i, c) in line.char_indices() {
        if in_quotes {
            in_quotes = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else {
            match c {
                '"' => in_quotes = true,
                '(' | '[' | '{' => depth += 1,
                '}' | ']' | ',' if flow && depth == 0 => {
                    end = i;
                    break;
                }
                ')' | ']' | '}' => depth -= 1,
                '#' if before.is_whitespace() => {
                    end = i;
                    break;
                }
                _ => {}
            }
        }
        before = c;
    }
    let length = line.get(..end).map_or(0, |l| l.trim_end().len());
    start..start + length
}

fn found(situation: &Situation<'_>, message: Said, at: Range<usize>, label: Said) -> Diagnostic {
    Diagnostic::error(&codes::SWALLOWED, message).at(Span::new(situation.file, at), label)
}

fn with_quotes(found: Diagnostic, value: &Value) -> Diagnostic {
    found.help(said!("put quotes around the whole: `{line}`", line = value.rewritten()))
}

/// `!x` before a value.
pub(super) fn tag(situation: &Situation<'_>, value: &Value) -> Diagnostic {
    let word = value.raw.trim_start_matches('!').to_lowercase();
    let expression = value.looks_like_an_expression();
    let found = sign(
        situation,
        value,
        '!',
        if expression { said!("read as a tag, not as \"not\"") } else { said!("read as a tag") },
    );
    if ["delete", "none", "null", "removed", "reset", "drop", "unset"].contains(&word.as_str()) {
        return found.help(said!("to remove an inherited entry, write `!remove`"));
    }
    found
}

/// A value that starts with a sign that means something else to YAML; `label` says what it is read as.
pub(super) fn sign(situation: &Situation<'_>, value: &Value, sign: char, label: Said) -> Diagnostic {
    let message = said!("`{sign}` at the start of a value has a meaning of its own in YAML", sign);
    with_quotes(found(situation, message, value.range.clone(), label), value)
}

/// What is wrong with a scalar that YAML accepted.
pub(super) fn scalar(situation: &Situation<'_>, scalar: &Scalar, range: &Range<usize>) -> Option<Diagnostic> {
    let key = match situation.frames.last().map(|f| &f.content) {
        Some(Content::Map { key: Some(Key::Word(key)), .. }) => Some(key),
        Some(Content::List(_)) => None,
        _ => return None,
    };
    let Some(key) = key.filter(|k| is_expression(&k.value)) else {
        return (scalar.style == Style::Plain).then(|| text_cut_short(situation, &scalar.text, range)).flatten();
    };
    match scalar.style {
        Style::Folded => folded(situation, key.span().end as usize, range.start),
        Style::Plain => cut_by_comment(situation, &scalar.text, range),
        _ => None,
    }
}

/// `share: >5` is an empty block indented by five.
fn folded(situation: &Situation<'_>, key_end: usize, start: usize) -> Option<Diagnostic> {
    let text = situation.text;
    let header = key_end + text.get(key_end..start)?.find('>')?;
    text.get(header + 1..)?.chars().next().filter(char::is_ascii_digit)?;
    Some(comparison(situation, &value(situation, header)))
}

fn comparison(situation: &Situation<'_>, value: &Value) -> Diagnostic {
    let signs: String = value.raw.chars().take_while(|c| ['>', '=', '<'].contains(c)).collect();
    let rest = value.raw.get(signs.len()..).unwrap_or("").trim();
    found(
        situation,
        said!("nothing stands before the comparison"),
        value.range.clone(),
        said!("YAML reads `>` here as the start of a block of text"),
    )
    .help(said!(
        "name what is compared, and put quotes around the whole: `{line}`, with a field's name for FIELD",
        line = value.rewritten_as(&format!("FIELD {signs} {rest}"))
    ))
}

/// `topic == "a #1"`: ` #` starts a comment, also between double quotes that don't start the value.
fn cut_by_comment(situation: &Situation<'_>, text: &str, range: &Range<usize>) -> Option<Diagnostic> {
    let after = situation.text.get(range.end..)?;
    let open_quote = text.matches('"').count() % 2 == 1;
    if !open_quote || !after.trim_start_matches([' ', '\t']).starts_with('#') {
        return None;
    }
    let value = value(situation, range.start);
    let message = said!("the rest of this line is read as a comment");
    let label = said!("` #` starts a comment in YAML");
    Some(with_quotes(found(situation, message, range.end..value.range.end, label), &value))
}

/// `promise: We are #1 in service.`: the rest is a comment, unless it is meant as one.
fn text_cut_short(situation: &Situation<'_>, text: &str, range: &Range<usize>) -> Option<Diagnostic> {
    let rest = situation.text.get(range.end..)?.split(['\n', '\r']).next()?;
    let comment = rest.trim_start_matches([' ', '\t']);
    let after = comment.strip_prefix('#')?;
    // `# a comment`, `####` and `#----` are seen to be comments, and so is what follows a number or a date.
    let sign = after.chars().next();
    let meant_as_comment = sign.is_some_and(|c| !c.is_alphanumeric());
    let numeric = text.starts_with(|c: char| c.is_ascii_digit()) || number_as_written(text).is_some();
    if text.is_empty() || meant_as_comment || numeric {
        return None;
    }
    let mut value = value(situation, range.start);
    value.range.end = range.end + rest.trim_end().len();
    value.raw = situation.text.get(value.range.clone())?.to_owned();
    let start = range.end + rest.len() - comment.len();
    let found = Diagnostic::warning(&codes::SWALLOWED, said!("YAML ends this text before ` #`"))
        .at(Span::new(situation.file, start..value.range.end), said!("read as a comment"));
    let found = with_quotes(found, &value);
    Some(if sign.is_some() { found.help(said!("a comment is written with a space after its `#`")) } else { found })
}

/// A key that is no word: `{{ x }}`, `{NAME}_points`, a list, nothing.
pub(super) fn key(situation: &Situation<'_>, node: &Node) -> Diagnostic {
    let start = node.origin.span.start as usize;
    let before = situation.text.get(..start).unwrap_or("");
    if matches!(node.kind, Kind::Map(_))
        && before.ends_with('{')
        && let Some((_, outer)) = situation.frames.split_last()
    {
        let outer = Situation { frames: outer, ..*situation };
        let value = value(&outer, start - 1);
        return braces(&outer, &value);
    }
    Diagnostic::error(&codes::NOT_A_WORD, said!("a key must be a word"))
        .at(node.origin.span, said!("this is not a word"))
        .help(said!("write `name: value`; a name with signs in it goes in quotes: `\"{list}_points\": …`"))
}

fn braces(situation: &Situation<'_>, value: &Value) -> Diagnostic {
    let bracket = if value.raw.starts_with('[') { '[' } else { '{' };
    let label = if bracket == '[' {
        said!("read as the start of a list")
    } else {
        said!("read as the start of a group of keys")
    };
    sign(situation, value, bracket, label)
}

/// `{ when: f("p", 3, 4) }`: joins the pieces that the commas made, and says so.
pub(super) fn cut_at_commas(file: FileId, text: &str, entries: &mut Vec<Entry>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut i = 0;
    while i < entries.len() {
        let Some(start) = entries.get(i).and_then(|e| open_value(text, e)) else {
            i += 1;
            continue;
        };
        let pieces = entries.iter().skip(i + 1).take_while(|e| e.value.kind == Kind::Empty).count();
        let closing = (1..=pieces).find_map(|k| {
            let end = entries.get(i + k)?.key.span().end as usize;
            (open_brackets(text.get(start..end)?) <= 0).then_some((k, end))
        });
        if let Some((k, end)) = closing {
            let key = entries.get(i).map(|e| e.key.value.clone());
            let raw = text.get(start..end).unwrap_or("").to_owned();
            let value = Value { key, range: start..end, raw };
            let found = Diagnostic::error(&codes::SWALLOWED, said!("the commas cut this value into pieces"))
                .at(Span::new(file, start..end), said!("between `{` and `}` a comma starts a new entry"));
            if let Some(entry) = entries.get_mut(i) {
                let straight = Value { raw: value.raw.replace('\'', "\""), range: start..end, key: None };
                entry.value.kind = Kind::Scalar(straight.scalar());
                entry.value.origin.span = Span::new(file, start..end);
            }
            diagnostics.push(with_quotes(found, &value));
            entries.drain(i + 1..=i + k);
        }
        i += 1;
    }
    diagnostics
}

/// Where the plain value of an entry starts, if a bracket in it is not closed.
fn open_value(text: &str, entry: &Entry) -> Option<usize> {
    match &entry.value.kind {
        Kind::Scalar(s) if s.style == Style::Plain => {
            let span = entry.value.origin.span;
            let raw = text.get(span.start as usize..span.end as usize)?;
            (open_brackets(raw) > 0).then_some(span.start as usize)
        }
        _ => None,
    }
}

pub(super) fn open_brackets(text: &str) -> i32 {
    let mut in_quotes = false;
    text.chars().fold(0, |open, c| match c {
        '"' => {
            in_quotes = !in_quotes;
            open
        }
        '(' | '[' if !in_quotes => open + 1,
        ')' | ']' if !in_quotes => open - 1,
        _ => open,
    })
}

/// After a syntax error at byte `at`: what the author meant by the value on that line, if it is one of ours.
pub(super) fn line(situation: &Situation<'_>, at: usize) -> Option<Diagnostic> {
    if let Some(found) = call_in_flow(situation, at) {
        return Some(found);
    }
    let start = value_start(situation, at)?;
    let value = value(situation, start);
    let first = value.raw.chars().next()?;
    let spans_error = at <= value.range.end;
    match first {
        '!' => Some(tag(situation, &value)),
        '"' | '\'' if spans_error => head(situation, &value, first),
        '>' if spans_error => Some(comparison(situation, &value)),
        '{' if !value.raw.ends_with('}') || value.raw.starts_with("{{") => Some(braces(situation, &value)),
        '[' if !value.raw.ends_with(']') && value.raw.contains(']') => Some(braces(situation, &value)),
        '%' | '@' | '`' if spans_error => Some(reserved(situation, &value, first)),
        '-' if spans_error && value.raw.starts_with("- ") => Some(dash(situation, &value)),
        '|' if spans_error => Some(sign(situation, &value, '|', said!("read as the start of a block of text"))),
        '?' if value.raw.starts_with("? ") => Some(sign(situation, &value, '?', said!("read as the start of a key"))),
        '{' | '[' => None,
        _ => second_colon(situation, &value, at).or_else(|| brackets_in_flow(situation, &value, at)),
    }
}

/// `{ share: contains(topic, "loan") }`: the error stands at a quote after a comma that was meant to part arguments.
fn call_in_flow(situation: &Situation<'_>, at: usize) -> Option<Diagnostic> {
    let frame = situation.frames.last().filter(|f| f.flow)?;
    let Content::Map { entries, .. } = &frame.content else { return None };
    let entry = entries.iter().rev().find(|e| open_value(situation.text, e).is_some())?;
    let start = open_value(situation.text, entry)?;
    let range = meant(situation.text, start, true);
    let raw = situation.text.get(range.clone())?.to_owned();
    if range.end < at || open_brackets(&raw) != 0 {
        return None;
    }
    let value = Value { key: Some(entry.key.value.clone()), range: range.clone(), raw };
    let message = said!("the comma and the quotes cut this value into pieces");
    let found = found(situation, message, range, said!("between `{` and `}` it needs quotes as a whole"));
    Some(with_quotes(found, &value))
}

/// Where the value of the last key before `at` starts, if it starts on the key's line and `at` is on it too.
fn value_start(situation: &Situation<'_>, at: usize) -> Option<usize> {
    let text = situation.text;
    let key_end = match &situation.frames.last()?.content {
        Content::Map { key: Some(Key::Word(word)), .. } => word.span().end as usize,
        Content::Map { key: None, entries, .. } => entries.last()?.key.span().end as usize,
        Content::List(_) => {
            let line_start = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
            let line = text.get(line_start..)?;
            let item = line.trim_start_matches(' ');
            let after = item.strip_prefix("- ")?;
            return Some(
                line_start + (line.len() - item.len()) + 2 + (after.len() - after.trim_start_matches(' ').len()),
            );
        }
        Content::Map { .. } => return None,
    };
    let rest = text.get(key_end..)?;
    let colon = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    let value = colon.trim_start_matches([' ', '\t']);
    let start = key_end + (rest.len() - value.len());
    let on_this_line = text.get(start..at.max(start))?.find('\n').is_none();
    (on_this_line && !value.starts_with(['\n', '\r'])).then_some(start)
}

/// `"a" == b`, `'it's'`.
fn head(situation: &Situation<'_>, value: &Value, quote: char) -> Option<Diagnostic> {
    let inner = value.raw.get(1..)?;
    let close = inner.find(quote)? + 2;
    if close >= value.raw.len() {
        return None;
    }
    let label = value.range.start + close..value.range.end;
    let found = found(
        situation,
        said!("text follows the closing quote"),
        label,
        said!("YAML ends the value at the quote before this"),
    );
    let whole = inner.strip_suffix(quote).filter(|_| !value.looks_like_an_expression());
    Some(match whole {
        Some(prose) => found
            .help(said!("use the other kind of quotes around the whole: `{line}`", line = value.rewritten_as(prose))),
        None => with_quotes(found, value),
    })
}

fn reserved(situation: &Situation<'_>, value: &Value, sign: char) -> Diagnostic {
    let at = value.range.start..value.range.start + 1;
    let message = match sign {
        '`' => said!("a backtick cannot start a value in YAML"),
        sign => said!("`{sign}` cannot start a value in YAML", sign),
    };
    let found = found(situation, message, at, said!("not without quotes"));
    let number = value.raw.trim_start_matches('%').trim();
    if sign == '%' && !number.is_empty() && number.parse::<f64>().is_ok() {
        let key = value.key.as_deref().unwrap_or("target");
        return found.help(said!("write the percentage as `{key}: {number}%`", key, number));
    }
    with_quotes(found, value)
}

fn dash(situation: &Situation<'_>, value: &Value) -> Diagnostic {
    let key = value.key.as_deref().unwrap_or("key");
    let item = value.raw.get(2..).unwrap_or("").trim();
    found(
        situation,
        said!("a list cannot start on the line of its key"),
        value.range.start..value.range.start + 1,
        said!("a list item starts here"),
    )
    .help(said!("move the items to the lines below, or write `{key}: [{item}]`", key, item))
}

/// Whether a section of the workspace has such a key.
fn is_a_key(word: &str) -> bool {
    use super::keys::{CHARTER, FIELD, FORMAT, MEASURE, PERIODS, RULE, SOURCE, STANDARD};
    [&STANDARD, &MEASURE, &RULE, &SOURCE, &FIELD, &PERIODS, &CHARTER, &FORMAT].iter().any(|s| s.key(word).is_some())
}

/// `key: a: b`
fn second_colon(situation: &Situation<'_>, value: &Value, at: usize) -> Option<Diagnostic> {
    if situation.text.get(at..)?.starts_with(':') && value.range.contains(&at) {
        let found = found(
            situation,
            said!("a second `:` stands in this value"),
            at..at + 1,
            said!("YAML takes it for the end of a key"),
        );
        let in_flow = situation.frames.last().is_some_and(|f| f.flow);
        let before = situation.text.get(value.range.start..at).unwrap_or("");
        let (first, word) = before.rsplit_once(' ').unwrap_or(("", before));
        if is_a_key(word) && !first.trim().is_empty() {
            let key = value.key.as_deref().unwrap_or("key");
            let (first, place) = (first.trim(), at - word.len()..at);
            let label = said!("`{word}` is a key here", word);
            let found = self::found(situation, said!("`{word}:` stands within a value", word), place, label);
            return Some(found.help(if in_flow {
                said!("put a comma before it: `{key}: {first}, {word}: …`", key, first, word)
            } else {
                said!(
                    "write `{word}:` on a line of its own, below `{key}: {first}`; or put both between brackets: `{ {key}: {first}, {word}: … }`",
                    word,
                    key,
                    first
                )
            }));
        }
        let found = with_quotes(found, value);
        return Some(if in_flow {
            found.help(said!("or, if a new key starts there, put a comma before it"))
        } else {
            found
        });
    }
    None
}

/// `{ share: topic in ["a", "b"] }`
fn brackets_in_flow(situation: &Situation<'_>, value: &Value, at: usize) -> Option<Diagnostic> {
    let flow = situation.frames.last().is_some_and(|f| f.flow);
    if flow && value.range.contains(&at) && situation.text.get(at..)?.starts_with(['[', '{', '"', '\'']) {
        let message = said!("brackets and quotes within this value confuse YAML");
        let found = found(situation, message, value.range.clone(), said!("between `{` and `}` it needs quotes"));
        return Some(with_quotes(found, value));
    }
    None
}
