//! Syntax errors of YAML in plain sentences, each with a way out.

use std::ops::Range;

use granit_parser::ErrorKind;

use super::codes_tree as codes;
use super::names::either;
use super::swallowed;
use super::yaml::{Content, Key, MAX_DEPTH, Situation};
use crate::diagnostic::{Code, Diagnostic, Said, Span};
use crate::said;

/// What is wrong at byte `at`, for someone who never saw YAML.
pub(super) fn explain(kind: &ErrorKind, at: usize, situation: &Situation<'_>) -> Diagnostic {
    // The parser names the place where it gave up; what an author sees wrong is often more plain.
    tab(at, situation)
        .or_else(|| dash_of_a_list(at, situation))
        .or_else(|| key_in_brackets(at, situation))
        .or_else(|| swallowed::line(situation, at))
        .or_else(|| by_kind(kind, at, situation))
        .or_else(|| no_space_after_colon(at, situation))
        .or_else(|| bracket_above(at, situation))
        .or_else(|| indentation(kind, at, situation))
        .unwrap_or_else(|| anything(kind, at, situation))
}

fn error(situation: &Situation<'_>, code: &'static Code, message: Said, at: Range<usize>, label: Said) -> Diagnostic {
    Diagnostic::error(code, message).at(Span::new(situation.file, at), label)
}

struct Line<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    fn at(text: &'t str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = text.get(start..).and_then(|t| t.split('\n').next()).unwrap_or("");
        Self { start, text: line.trim_end() }
    }

    fn before(&self, text: &'t str) -> Option<Self> {
        Some(Self::at(text, self.start.checked_sub(1)?))
    }

    fn after(&self, text: &'t str) -> Option<Self> {
        let next = self.start + text.get(self.start..)?.find('\n')? + 1;
        Some(Self::at(text, next))
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn says_something(&self) -> bool {
        let said = self.text.trim();
        !said.is_empty() && !said.starts_with('#')
    }

    fn range(&self) -> Range<usize> {
        self.start + self.indent()..self.start + self.text.len()
    }
}

fn tab(at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    let line = Line::at(situation.text, at);
    let next = line.after(situation.text);
    [Some(line), next].into_iter().flatten().find_map(|line| {
        let blank = line.text.len() - line.text.trim_start().len();
        let tab = line.start + line.text.get(..blank)?.find('\t')?;
        let found = error(
            situation,
            &codes::TAB,
            said!("a tab stands at the start of this line"),
            tab..tab + 1,
            said!("YAML only counts spaces"),
        );
        Some(found.help(said!("replace each tab by two spaces; most editors have \"convert tabs to spaces\"")))
    })
}

/// `• id:`, `– id:`, `-id:`: what a word processor makes of the `- ` that begins a list item.
fn dash_of_a_list(at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    let line = Line::at(situation.text, at);
    let before = line.before(situation.text);
    [Some(line), before].into_iter().flatten().find_map(|line| {
        let said = line.text.trim_start();
        let sign = said.chars().next()?;
        let item = said.get(sign.len_utf8()..)?;
        let start = line.start + line.text.len() - said.len();
        let place = start..start + sign.len_utf8();
        let message = match sign {
            '–' | '—' | '‒' | '―' | '−' => said!("`{sign}` is a long dash", sign),
            '•' | '·' | '◦' | '▪' | '●' | '‣' => said!("`{sign}` is a bullet", sign),
            '-' if item.starts_with(char::is_alphabetic) && item.contains(':') => {
                let found = error(
                    situation,
                    &codes::SYNTAX,
                    said!("a space is missing after `-`"),
                    place,
                    said!("begins a list item"),
                );
                return Some(found.help(said!("write `- {item}`", item)));
            }
            _ => return None,
        };
        let found = error(situation, &codes::SYNTAX, message, place, said!("a list item begins with `-`"));
        Some(found.help(said!("write `-` and a space: `- {item}`", item = item.trim())))
    })
}

/// `{NAME}_points: …`, a name that needs quotes.
fn key_in_brackets(at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    let line = Line::at(situation.text, at);
    let said = line.text.trim_start().trim_start_matches("- ");
    let key = said.split(": ").next()?.trim_end_matches(':');
    let in_flow = situation.frames.last().is_some_and(|f| f.flow);
    // `- { id: …` opens a group; a name has its bracket closed.
    let closed = key.contains(['}', ']']) && !key.ends_with(['}', ']']);
    if in_flow || key == said || !key.starts_with(['{', '[']) || !closed {
        return None;
    }
    let start = line.start + line.text.len() - said.len();
    let found = error(
        situation,
        &codes::NOT_A_WORD,
        said!("a name with brackets needs quotes"),
        start..start + key.len(),
        said!("YAML reads the bracket as the start of a group"),
    );
    Some(found.help(said!("write `\"{key}\":`", key)))
}

fn by_kind(kind: &ErrorKind, at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    use ErrorKind::*;
    let here = at..at + situation.text.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
    Some(match kind {
        UnclosedQuotedScalar | InvalidQuotedScalarIndent | DocumentIndicatorInQuotedScalar => {
            unclosed_quote(at, situation)
        }
        UnexpectedEofFlowSequence
        | UnexpectedEofFlowMapping
        | UnexpectedEofImplicitFlowMapping
        | UnclosedFlowCollection { .. }
        | InvalidColonPlacement
        | ExpectedFlowMappingSeparator
        | ExpectedFlowSequenceSeparator
        | InvalidFlowScalarIndent
        | BlockEntryInFlowCollection
        | FlowMappingValueAdjacentCollection => return brackets(at, situation),
        MismatchedFlowCollectionEnd { open, close } => {
            let message = said!("`{open}` is closed by `{close}`", open, close);
            let close = if *open == '[' { ']' } else { '}' };
            error(situation, &codes::UNCLOSED, message, here, said!("opened here"))
                .help(said!("close it by `{close}`", close))
        }
        MisplacedFlowCollectionEnd => error(
            situation,
            &codes::UNCLOSED,
            said!("this bracket closes nothing"),
            here,
            said!("no bracket is open here"),
        )
        .help(said!("remove it, or put quotes around the value it stands in")),
        RecursionLimitExceeded => error(
            situation,
            &codes::TOO_LARGE,
            said!("nested deeper than {most} levels", most = MAX_DEPTH),
            here,
            said!("this is too deep"),
        )
        .help(said!("a workspace needs fewer than ten levels: look for brackets that don't belong here")),
        UnknownQuotedScalarEscape
        | InvalidQuotedScalarHexEscape
        | InvalidLowSurrogateHexEscape
        | InvalidLowSurrogate
        | MissingLowSurrogate
        | UnpairedLowSurrogate
        | InvalidUnicodeEscape => error(
            situation,
            &codes::SYNTAX,
            said!("a `\\` between double quotes starts a special sign, and this one does not exist"),
            Line::at(situation.text, at).range(),
            said!("in this line"),
        )
        .help(said!("write `\\\\` for a single `\\`, or use single quotes, where `\\` means itself: 'C:\\data'")),
        UnexpectedCharacter { character } if character.is_control() => error(
            situation,
            &codes::SYNTAX,
            said!("an invisible control character stands here"),
            here,
            said!("not allowed in YAML"),
        )
        .help(said!("delete it; it often comes along when text is pasted from another program")),
        BomInsideDocument => error(
            situation,
            &codes::SYNTAX,
            said!("an invisible byte order mark stands here"),
            here,
            said!("only allowed at the start of a file"),
        )
        .help(said!("delete it; it appears where two files were joined")),
        CommentNotSeparated => {
            error(situation, &codes::SYNTAX, said!("a comment needs a space before its `#`"), here, said!("here"))
                .help(said!("write ` # comment`, or put quotes around a value that holds `#`"))
        }
        DirectiveDisallowed | ExpectedDocumentStart | MissingDocumentEndBeforeDirective => error(
            situation,
            &codes::SYNTAX,
            said!("a line that starts with `%` has a meaning of its own in YAML"),
            here,
            said!("read as an instruction"),
        )
        .help(said!("put quotes around the name, or remove the line")),
        BlockSequenceEntryNotAllowed => error(
            situation,
            &codes::INDENTATION,
            said!("a list item cannot stand here"),
            Line::at(situation.text, at).range(),
            said!("starts a list item"),
        )
        .help(said!(
            "indent it like the other items of its list, and put a key with nothing after its `:` above the first one"
        )),
        InvalidBlockScalarHeader | ZeroBlockScalarIndent => error(
            situation,
            &codes::SYNTAX,
            said!("nothing but a comment may follow `|` or `>` on their line"),
            here,
            said!("starts a block of text"),
        )
        .help(said!(
            "move the text to the next line, indented; or put quotes around a value that starts with this sign"
        )),
        _ => return None,
    })
}

fn unclosed_quote(at: usize, situation: &Situation<'_>) -> Diagnostic {
    let text = situation.text;
    let start = match situation.frames.last().map(|f| &f.content) {
        Some(Content::Map { key: Some(Key::Word(word)), .. }) => {
            let end = word.span().end as usize;
            text.get(end..).and_then(|t| t.find(['"', '\''])).map(|i| end + i)
        }
        _ => None,
    };
    let start = start.filter(|s| *s <= at).unwrap_or_else(|| at.min(text.len().saturating_sub(1)));
    error(
        situation,
        &codes::UNCLOSED,
        said!("the quote that starts here is not closed"),
        start..start + 1,
        said!("no second one follows"),
    )
    .help(said!("close the value with the same quote on its line; a quote inside a value is doubled: 'it''s'"))
}

/// An opened bracket that nothing closes, or a comma that is missing inside one.
fn brackets(at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    let frame = situation.frames.iter().rev().find(|f| f.flow)?;
    let open = situation.text.get(frame.start..)?.chars().next().filter(|c| ['[', '{'].contains(c))?;
    let close = if open == '[' { ']' } else { '}' };
    let unclosed = at == frame.start;
    let same_line = situation.text.get(frame.start..at).is_some_and(|t| !t.contains('\n'));
    let ends = situation.text.get(at..).is_none_or(|t| t.trim().is_empty());
    if same_line && !ends && !unclosed {
        let found = error(
            situation,
            &codes::SYNTAX,
            said!("a comma or `{close}` is missing before this", close),
            at..at + 1,
            said!("not expected here"),
        );
        return Some(found.at(Span::new(situation.file, frame.start..frame.start + 1), said!("inside this bracket")).help(
            said!("put a comma between the entries; a value that holds commas, brackets or quotes goes in quotes as a whole"),
        ));
    }
    let found = error(
        situation,
        &codes::UNCLOSED,
        said!("the `{open}` that opens here is not closed", open),
        frame.start..frame.start + 1,
        said!("opened here"),
    );
    let found = if ends || unclosed {
        found
    } else {
        found.at(Span::new(situation.file, at..at + 1), said!("reading stopped here"))
    };
    Some(found.help(said!(
        "add `{close}` where it ends; a value that only starts with `{open}` goes in quotes",
        close,
        open
    )))
}

/// A bracket that was opened in a line above and closed in none: the parser let it go and stumbled below.
fn bracket_above(at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    let text = situation.text;
    let mut line = Line::at(text, at).before(text)?;
    while swallowed::open_brackets(line.text) <= 0 || swallowed::open_brackets(text.get(line.start..at)?) <= 0 {
        line = line.before(text)?;
    }
    let within = line.text.rfind(['[', '{'])?;
    let open = line.text.get(within..)?.chars().next()?;
    let close = if open == '[' { ']' } else { '}' };
    let start = line.start + within;
    let message = said!("the `{open}` that opens here is not closed", open);
    let found = error(situation, &codes::UNCLOSED, message, start..start + 1, said!("opened here"));
    let found = found.at(Span::new(situation.file, at..at + 1), said!("reading stopped here"));
    Some(found.help(said!(
        "add `{close}` where it ends; a value that only starts with `{open}` goes in quotes",
        close,
        open
    )))
}

/// `floor:60%`, in this line or in the value before it that swallowed this line.
fn no_space_after_colon(at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    let line = Line::at(situation.text, at);
    let before = line.before(situation.text);
    [Some(line), before].into_iter().flatten().find_map(|line| {
        let item = line.text.trim_start().trim_start_matches("- ");
        let (key, rest) = item.split_once(':')?;
        let word = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_- .".contains(c));
        let next = rest.chars().next().filter(|c| !c.is_whitespace())?;
        if !word || next == ':' || rest.starts_with("//") || rest.contains(": ") {
            return None;
        }
        let colon = line.start + line.text.len() - item.len() + key.len();
        let found = error(
            situation,
            &codes::SYNTAX,
            said!("a space is missing after the colon"),
            colon..colon + 1,
            said!("YAML needs a space after this"),
        );
        Some(found.help(said!("write `{key}: {rest}`", key, rest)))
    })
}

fn indentation(kind: &ErrorKind, at: usize, situation: &Situation<'_>) -> Option<Diagnostic> {
    use ErrorKind::*;
    let line = Line::at(situation.text, at);
    let mut above = line.before(situation.text);
    while above.as_ref().is_some_and(|l| !l.says_something()) {
        above = above.and_then(|l| l.before(situation.text));
    }
    let fits = matches!(
        kind,
        ExpectedBlockMappingKey
            | InvalidIndentation
            | MappingValueNotAllowed
            | MappingKeyNotAllowed
            | ExpectedBlockSequenceEntry
            | UnexpectedEofBlockMapping
            | UnexpectedEofBlockSequence
            | SimpleKeyExpected
            | InvalidSimpleKey
    );
    if !fits {
        return None;
    }
    if let Some(found) = first_item_without_dash(&line, situation) {
        return Some(found);
    }
    let indent = line.indent();
    if let Some(above) = &above
        && indent > above.indent()
    {
        let found = error(
            situation,
            &codes::INDENTATION,
            said!("this line is indented too far"),
            line.range(),
            said!("read as part of the line above"),
        );
        return Some(
            found.at(Span::new(situation.file, above.range()), said!("this line has its value already")).help(said!(
                "start it below the start of the line above, with {spaces}",
                spaces = spaces(above.indent())
            )),
        );
    }
    let levels = levels_above(situation.text, &line);
    if levels.contains(&indent) || levels.is_empty() {
        if line.text.contains(':') || line.text.is_empty() {
            return None;
        }
        let found = error(
            situation,
            &codes::SYNTAX,
            said!("this line has no colon"),
            line.range(),
            said!("neither a key with a value nor a list item"),
        );
        return Some(
            found
                .help(said!("write `key: value`; text that goes on from the line above is indented more than its key")),
        );
    }
    let choices = either(levels.iter().map(|level| spaces(*level)));
    let found = error(
        situation,
        &codes::INDENTATION,
        said!("this line starts in a column where nothing above starts"),
        line.range(),
        said!("indented by {spaces}", spaces = spaces(indent)),
    );
    let found = match &above {
        Some(above) => found.at(
            Span::new(situation.file, above.range()),
            said!("indented by {spaces}", spaces = spaces(above.indent())),
        ),
        None => found,
    };
    Some(found.help(said!("start it with {choices}, like the lines it belongs to", choices)))
}

/// Items that begin with `- ` below keys that stand deeper: the first item lacks its dash.
fn first_item_without_dash(line: &Line<'_>, situation: &Situation<'_>) -> Option<Diagnostic> {
    let frame = situation.frames.last().filter(|f| !f.flow)?;
    let Content::Map { entries, .. } = &frame.content else { return None };
    // The map of the first item is still open, or was closed by the smaller indentation of this line.
    let inner = entries.last().map(|e| e.value.entries()).unwrap_or_default();
    let first = if situation.frames.len() == 1 { inner.first()? } else { entries.first()? };
    let first = Line::at(situation.text, first.key.span().start as usize);
    if !line.text.trim_start().starts_with("- ")
        || first.text.trim_start().starts_with('-')
        || first.indent() <= line.indent()
    {
        return None;
    }
    let message = said!("a `- ` is missing before the first item");
    let label = said!("read as a key without an item");
    let found = error(situation, &codes::INDENTATION, message, first.range(), label);
    Some(found.at(Span::new(situation.file, line.range()), said!("the next item begins with `- `")).help(said!(
        "write `- {item}`, starting in the column in which the other items start",
        item = first.text.trim()
    )))
}

fn spaces(n: usize) -> Said {
    match n {
        0 => said!("no spaces"),
        1 => said!("1 space"),
        n => said!("{count} spaces", count = n),
    }
}

/// The indentations that are open above a line, outermost first.
fn levels_above(text: &str, line: &Line<'_>) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::new();
    let mut above = line.before(text);
    while let Some(l) = above {
        if l.says_something() && levels.last().is_none_or(|last| l.indent() < *last) {
            levels.push(l.indent());
        }
        above = l.before(text);
    }
    levels.reverse();
    levels
}

fn anything(kind: &ErrorKind, at: usize, situation: &Situation<'_>) -> Diagnostic {
    use ErrorKind::*;
    let line = Line::at(situation.text, at);
    let range = if line.text.is_empty() { at..at } else { line.range() };
    let label = match kind {
        ExpectedBlockSequenceEntry => said!("a list item is expected, which begins with `- `"),
        ExpectedBlockMappingKey | SimpleKeyExpected | InvalidSimpleKey => said!("a key and a `:` are expected"),
        MappingValueNotAllowed | MappingKeyNotAllowed => said!("no key can stand here"),
        InvalidIndentation => said!("its indentation fits nothing above"),
        UnexpectedEofBlockMapping | UnexpectedEofBlockSequence => said!("the file ends in the middle of something"),
        _ => said!("it doesn't go on from what stands before it"),
    };
    error(situation, &codes::SYNTAX, said!("YAML cannot read this line"), range, label).help(
        said!("check the spaces at its start and the lines above it; a value that holds any of `: # { } [ ] , & * ! | > ' \" % @` goes in quotes as a whole"),
    )
}
