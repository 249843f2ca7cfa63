//! What rhai could not read, in plain words and at its place, with a way out.

use rhai::{LexError, ParseError, ParseErrorType};

use super::codes;
use super::lex::{Kind, Lexed};
use super::tree::Extent;
use crate::diagnostic::{Code, Diagnostic, Text};

/// A finding by its place in the script; a `Text` turns it into a diagnostic.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub code: &'static Code,
    pub message: String,
    pub at: Extent,
    pub label: String,
    pub help: Vec<String>,
}

impl Problem {
    pub fn new(code: &'static Code, message: impl Into<String>, at: Extent, label: impl Into<String>) -> Self {
        Self { code, message: message.into(), at, label: label.into(), help: Vec::new() }
    }

    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    pub fn diagnostic(self, text: &Text) -> Diagnostic {
        let found = Diagnostic::error(self.code, self.message).at(text.span(self.at.range()), self.label);
        self.help.into_iter().fold(found, Diagnostic::help)
    }
}

fn syntax(message: impl Into<String>, at: Extent, label: impl Into<String>) -> Problem {
    Problem::new(&codes::SYNTAX, message, at, label)
}

/// Words and signs of other languages, which rhai would report at a later place or not at all.
pub(super) fn before_parsing(lexed: &Lexed<'_>) -> Result<(), Vec<Problem>> {
    let tokens = &lexed.tokens;
    let mut problems = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let written = lexed.slice(token.at);
        let before = i.checked_sub(1).and_then(|i| tokens.get(i));
        let after = tokens.get(i + 1);
        let ends_value =
            |t: &super::lex::Token| matches!(t.kind, Kind::Word | Kind::Number | Kind::Quoted | Kind::Close);
        let starts_value =
            |t: &super::lex::Token| matches!(t.kind, Kind::Word | Kind::Number | Kind::Quoted | Kind::Open);
        let between =
            before.is_some_and(ends_value) && after.is_some_and(|t| starts_value(t) || lexed.slice(t.at) == "!");
        let found = match written {
            "and" | "or" | "AND" | "OR" if between => {
                Some(word(written, token.at, if written.eq_ignore_ascii_case("and") { "&&" } else { "||" }))
            }
            "not" | "NOT"
                if !before.is_some_and(ends_value)
                    || before.is_some_and(|b| matches!(lexed.slice(b.at), "and" | "or" | "not")) =>
            {
                after.is_some_and(starts_value).then(|| word(written, token.at, "!"))
            }
            "is" if between => Some(word(written, token.at, "==")),
            "<>" => {
                Some(syntax("`<>` is not a comparison here", token.at, "write `!=`").help("unequal is written `!=`"))
            }
            "===" => {
                Some(syntax("`===` is not a comparison here", token.at, "write `==`").help("equal is written `==`"))
            }
            "!==" => {
                Some(syntax("`!==` is not a comparison here", token.at, "write `!=`").help("unequal is written `!=`"))
            }
            "=" if after.is_some_and(|t| matches!(lexed.slice(t.at), "<" | ">") && t.at.start == token.at.end) => {
                let sign = after.map_or("", |t| lexed.slice(t.at));
                let at = after.map_or(token.at, |t| token.at.to(t.at));
                Some(
                    syntax(format!("`={sign}` is not a comparison"), at, format!("write `{sign}=`"))
                        .help(format!("the sign comes first: `{sign}=`")),
                )
            }
            "%" if before.is_some_and(|b| b.kind == Kind::Number)
                && !after.is_some_and(starts_value_or_sign(lexed)) =>
            {
                let number = before.map_or("", |b| lexed.slice(b.at));
                let at = before.map_or(token.at, |b| b.at.to(token.at));
                Some(percent(number, at))
            }
            _ if problems.is_empty() && written.starts_with(['“', '”', '„', '‘', '’', '«', '»']) => Some(
                syntax(format!("`{written}` is a printer's quote"), token.at, "use the straight quote")
                    .help("write text between straight double quotes: \"phone\""),
            ),
            _ => None,
        };
        problems.extend(found);
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn starts_value_or_sign<'a>(lexed: &'a Lexed<'_>) -> impl Fn(&super::lex::Token) -> bool + 'a {
    move |t| {
        matches!(t.kind, Kind::Word | Kind::Number | Kind::Quoted | Kind::Open) && lexed.slice(t.at) != "in"
            || lexed.slice(t.at) == "-"
    }
}

fn percent(number: &str, at: Extent) -> Problem {
    let help = match number.parse::<f64>() {
        Ok(n) => format!("write `{}`; in expressions a percentage is its share of 1", n / 100.0),
        Err(_) => "write the share of 1: 80% is `0.8`".to_string(),
    };
    syntax(format!("`{number}%` is not a number in an expression"), at, "a percentage").help(help)
}

fn word(written: &str, at: Extent, sign: &str) -> Problem {
    syntax(format!("`{written}` is not an operator here"), at, format!("write `{sign}`"))
        .help(format!("`{written}` is written `{sign}`"))
}

pub(super) fn single_quotes(written: &str, at: Extent) -> Problem {
    syntax("text stands between double quotes", at, "single quotes").help(format!("write \"{written}\""))
}

/// `rating = 4` where a comparison was meant.
pub(super) fn assignment(target: &str, sign: Extent, value: &str) -> Problem {
    Problem::new(&codes::ASSIGNMENT, "`=` gives a name a value; it doesn't compare", sign, "write `==`")
        .help(format!("to compare, write `{target} == {value}`"))
}

/// A parse error of rhai in the words of this program.
pub(super) fn explained(error: &ParseError, lexed: &Lexed<'_>) -> Problem {
    let position = error.position();
    let offset = match position.line() {
        Some(line) => lexed.offset(line, position.position().unwrap_or(1)),
        None => lexed.text.trim_end().len(),
    };
    let at = lexed.word_at(offset);
    let written = lexed.slice(at);
    match error.err_type() {
        ParseErrorType::Reserved(name) => reserved(name, at),
        ParseErrorType::BadInput(LexError::MalformedChar(text)) => single_quotes(text, quoted_at(lexed, offset)),
        ParseErrorType::BadInput(LexError::UnterminatedString) => {
            syntax("a text is not closed", Extent::new(offset, lexed.text.trim_end().len()), "it opens here")
                .help("close it with the same quote")
        }
        ParseErrorType::BadInput(LexError::MalformedNumber(number)) => {
            syntax(format!("`{number}` is not a number"), at, "can't be read")
                .help("write numbers as 1200, 0.8 or 1.5e3, without units or separators")
        }
        ParseErrorType::BadInput(LexError::MalformedEscapeSequence(text)) => {
            syntax(format!("`{text}` has no meaning in a text"), at, "unknown escape")
                .help("write a backslash twice: `\\\\`")
        }
        ParseErrorType::BadInput(_) | ParseErrorType::UnknownOperator(_) => unexpected(written, at),
        ParseErrorType::UnexpectedEOF => {
            let end = lexed.text.trim_end().len();
            let last = lexed.tokens.last().map_or(Extent::new(end, end), |t| t.at);
            syntax("the expression is not finished", last, "something is missing after this")
                .help("add what is to stand on the right side, or take the last sign away")
        }
        ParseErrorType::MissingToken(token, _) if token == ";" => two_parts(lexed, at, written),
        ParseErrorType::MissingToken(token, _) => {
            let end = Extent::new(offset.min(lexed.text.trim_end().len()), offset.min(lexed.text.trim_end().len()));
            let at = if written.is_empty() { end } else { at };
            syntax(format!("`{token}` is missing"), at, format!("`{token}` is expected here"))
                .help(format!("add `{token}`, or look for one bracket too many before this place"))
        }
        ParseErrorType::ExprTooDeep => {
            Problem::new(&codes::TOO_DEEP, "the expression is nested too deeply", at, "from here on")
                .help("cut it into smaller functions in a `.rhai` file")
        }
        ParseErrorType::MismatchedType(..) => syntax("a yes-or-no condition is expected", at, "not a condition")
            .help("compare it with something, such as `x > 0`"),
        ParseErrorType::ExprExpected(what) if what.contains("literal") => {
            syntax("a label of `switch` must be a plain value", at, "not a plain value")
                .help("write a number, a text or a range here; use `if` for conditions")
        }
        ParseErrorType::FnMissingName if !written.is_empty() && written != "(" => Problem::new(
            &codes::RESERVED,
            format!("`{written}` is reserved by the language"),
            at,
            "can't name a function",
        )
        .help(format!("give it another name, such as `own_{written}`")),
        ParseErrorType::FnDuplicatedDefinition(name, _) => {
            Problem::new(&codes::FUNCTION, format!("function `{name}` is defined twice"), at, "again here")
                .help("rename one of them")
        }
        ParseErrorType::FnDuplicatedParam(name, parameter) => Problem::new(
            &codes::FUNCTION,
            format!("function `{name}` has two parameters `{parameter}`"),
            at,
            "again here",
        )
        .help("rename one of them"),
        ParseErrorType::WrongSwitchDefaultCase => {
            syntax("`_` must be the last label of a `switch`", at, "not the last").help("move it to the end")
        }
        ParseErrorType::WrongSwitchIntegerCase => {
            syntax("plain numbers stand before the ranges in a `switch`", at, "after a range")
                .help("move it before the first range")
        }
        ParseErrorType::LoopBreak => syntax("`break` and `continue` stand inside a loop", at, "not in a loop")
            .help("take it away, or use `return`"),
        ParseErrorType::LiteralTooLarge(..) => {
            syntax("the text is too long", at, "longer than 65,536 bytes").help("shorten it")
        }
        ParseErrorType::AssignmentToConstant(_) | ParseErrorType::AssignmentToInvalidLHS(_) => Problem::new(
            &codes::ASSIGNMENT,
            "`=` gives a name a value; it doesn't compare",
            at,
            "nothing can be assigned here",
        )
        .help("to compare, write `==`"),
        other => {
            let text = other.to_string();
            let mut characters = text.chars();
            let lower: String =
                characters.next().map(|c| c.to_lowercase().chain(characters).collect()).unwrap_or_default();
            syntax(lower, at, "here").help("see the language in the guide")
        }
    }
}

/// `'abc'` from its first quote to its last.
fn quoted_at(lexed: &Lexed<'_>, offset: usize) -> Extent {
    let rest = lexed.text.get(offset + 1..).unwrap_or("");
    let end = rest.find('\'').map_or(lexed.text.len(), |i| offset + i + 2);
    Extent::new(offset, end)
}

fn reserved(name: &str, at: Extent) -> Problem {
    let help = match name {
        "null" | "nil" | "void" => "a missing value is written `()`; ask for one with `is_missing(x)`".to_string(),
        "?" => "write `if a { b } else { c }`".to_string(),
        "@" | "#" | "$" | "~" => format!("`{name}` has no meaning in expressions"),
        _ => format!("give the field another name: `{name}_: {{ column: {name}, type: … }}` and write `{name}_` here"),
    };
    Problem::new(&codes::RESERVED, format!("`{name}` is reserved by the language"), at, "can't be used as a name")
        .help(help)
}

fn unexpected(written: &str, at: Extent) -> Problem {
    let help = match written {
        "=" => "equal is written `==`, at most `<=`, at least `>=`".to_string(),
        "?" | ":" => "a choice is written `if a { b } else { c }`".to_string(),
        "≤" => "write `<=`".to_string(),
        "≥" => "write `>=`".to_string(),
        "≠" => "write `!=`".to_string(),
        _ => format!("take `{written}` away, or put text between double quotes"),
    };
    syntax(format!("`{written}` is not expected here"), at, "can't be read").help(help)
}

/// Two values side by side, without an operator between them.
fn two_parts(lexed: &Lexed<'_>, at: Extent, written: &str) -> Problem {
    match written {
        "=>" => syntax("`=>` is not a comparison", at, "write `>=`").help("at least is written `>=`"),
        "=<" => syntax("`=<` is not a comparison", at, "write `<=`").help("at most is written `<=`"),
        ")" | "]" | "}" => syntax(format!("`{written}` closes nothing"), at, "no bracket is open")
            .help(format!("take `{written}` away, or add the bracket that opens")),
        "then" => word_instead(written, at, "write the branch between braces: `if a { b } else { c }`"),
        "else" => word_instead(written, at, "write the branches between braces: `if a { b } else { c }`"),
        "like" | "LIKE" => word_instead(written, at, "write `matches(name, \"acc*\")`"),
        "between" | "BETWEEN" => word_instead(written, at, "write `x >= low && x <= high`"),
        "is" => word_instead(written, at, "equal is written `==`; `is_missing(x)` asks whether a value is there"),
        "not" => word_instead(written, at, "write `!`, such as `!(x in [1, 2])`"),
        _ => {
            let before = lexed
                .index_from(at.start as usize)
                .checked_sub(1)
                .and_then(|i| lexed.tokens.get(i))
                .map_or("", |t| lexed.slice(t.at));
            syntax(
                format!("an operator is missing between `{before}` and `{written}`"),
                at,
                "can't follow what stands before it",
            )
            .help("put a sign such as `==`, `&&` or `+` between them; text stands between double quotes")
        }
    }
}

fn word_instead(written: &str, at: Extent, help: &str) -> Problem {
    syntax(format!("`{written}` is not an operator here"), at, "can't be read").help(help)
}
