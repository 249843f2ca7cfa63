//! What rhai could not read, in plain words and at its place, with a way out.

use rhai::{LexError, ParseError, ParseErrorType};

use super::codes;
use super::foreign;
use super::lex::Lexed;
use super::tree::Extent;
use crate::diagnostic::{Code, Diagnostic, Said, Text};
use crate::said;

/// A finding by its place in the script; a `Text` turns it into a diagnostic.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub code: &'static Code,
    pub message: Said,
    pub at: Extent,
    pub label: Said,
    pub help: Vec<Said>,
    pub rewritten: Option<String>,
}

/// ``write `x > 1` ``, and whether the quotes belong to it.
fn write_in_place(text: &Text, value: &str) -> Said {
    let written = text.in_place(value);
    if written == value {
        said!("write `{written}`", written)
    } else {
        said!("write `{written}`, with the quotes", written)
    }
}

impl Problem {
    pub fn new(code: &'static Code, message: Said, at: Extent, label: Said) -> Self {
        Self { code, message, at, label, help: Vec::new(), rewritten: None }
    }

    pub fn help(mut self, text: Said) -> Self {
        self.help.push(text);
        self
    }

    /// The value written anew: the diagnostic puts it into quotes where YAML would misread it at this place.
    pub fn rewritten(mut self, value: impl Into<String>) -> Self {
        self.rewritten = Some(value.into());
        self
    }

    pub fn diagnostic(self, text: &Text) -> Diagnostic {
        let found = Diagnostic::error(self.code, self.message).at(text.span(self.at.range()), self.label);
        let found = self.help.into_iter().fold(found, Diagnostic::help);
        match self.rewritten {
            Some(value) => found.help(write_in_place(text, &value)),
            None => found,
        }
    }
}

pub(super) fn syntax(message: Said, at: Extent, label: Said) -> Problem {
    Problem::new(&codes::SYNTAX, message, at, label)
}

pub(super) fn single_quotes(written: &str, at: Extent) -> Problem {
    syntax(said!("text stands between double quotes"), at, said!("single quotes"))
        .help(said!("write \"{written}\"", written))
}

/// `subject.level`: what a rule is limited by stands elsewhere.
fn limited_by(attribute: &str, value: &str) -> Said {
    said!("a rule is limited by `for: { {attribute}: [{value}] }`, not in `when`", attribute, value)
}

/// `rating = 4` where a comparison was meant.
pub(super) fn assignment(target: &str, sign: Extent, value: &str) -> Problem {
    let found = Problem::new(
        &codes::ASSIGNMENT,
        said!("`=` gives a name a value; it doesn't compare"),
        sign,
        said!("write `==`"),
    );
    match target.strip_prefix("subject.") {
        Some(attribute) => found.help(limited_by(attribute, value.trim_matches('"'))),
        None => found.help(said!("to compare, write `{target} == {value}`", target, value)),
    }
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
        ParseErrorType::BadInput(LexError::UnterminatedString) => syntax(
            said!("a text is not closed"),
            Extent::new(offset, lexed.text.trim_end().len()),
            said!("it opens here"),
        )
        .help(said!("close it with the same quote")),
        ParseErrorType::BadInput(LexError::MalformedNumber(number)) => {
            syntax(said!("`{number}` is not a number", number), at, said!("can't be read"))
                .help(said!("write numbers as 1200, 0.8 or 1.5e3, without units or separators"))
        }
        ParseErrorType::BadInput(LexError::MalformedEscapeSequence(text)) => {
            syntax(said!("`{text}` has no meaning in a text", text), at, said!("unknown escape"))
                .help(said!("write a backslash twice: `\\\\`"))
        }
        ParseErrorType::BadInput(_) | ParseErrorType::UnknownOperator(_) => unexpected(written, at),
        ParseErrorType::UnexpectedEOF => {
            let end = lexed.text.trim_end().len();
            let last = lexed.tokens.last().map_or(Extent::new(end, end), |t| t.at);
            syntax(said!("the expression is not finished"), last, said!("something is missing after this"))
                .help(said!("add what is to stand on the right side, or take the last sign away"))
        }
        ParseErrorType::MissingToken(token, _) if token == ";" => two_parts(lexed, at, written),
        ParseErrorType::MissingToken(token, _) => {
            let end = Extent::new(offset.min(lexed.text.trim_end().len()), offset.min(lexed.text.trim_end().len()));
            let at = if written.is_empty() { end } else { at };
            syntax(said!("`{token}` is missing", token), at, said!("`{token}` is expected here", token))
                .help(said!("add `{token}`, or look for one bracket too many before this place", token))
        }
        ParseErrorType::ExprTooDeep => {
            Problem::new(&codes::TOO_DEEP, said!("the expression is nested too deeply"), at, said!("from here on"))
                .help(said!("cut it into smaller functions in a `.rhai` file"))
        }
        ParseErrorType::MismatchedType(..) => {
            syntax(said!("a yes-or-no condition is expected"), at, said!("not a condition"))
                .help(said!("compare it with something, such as `x > 0`"))
        }
        ParseErrorType::ExprExpected(what) if what.contains("literal") => {
            syntax(said!("a label of `switch` must be a plain value"), at, said!("not a plain value"))
                .help(said!("write a number, a text or a range here; use `if` for conditions"))
        }
        ParseErrorType::FnMissingName if !written.is_empty() && written != "(" => Problem::new(
            &codes::RESERVED,
            said!("`{name}` is reserved by the language", name = written),
            at,
            said!("can't name a function"),
        )
        .help(said!("give it another name, such as `own_{written}`", written)),
        ParseErrorType::FnDuplicatedDefinition(name, _) => {
            Problem::new(&codes::FUNCTION, said!("function `{name}` is defined twice", name), at, said!("again here"))
                .help(said!("rename one of them"))
        }
        ParseErrorType::FnDuplicatedParam(name, parameter) => Problem::new(
            &codes::FUNCTION,
            said!("function `{name}` has two parameters `{parameter}`", name, parameter),
            at,
            said!("again here"),
        )
        .help(said!("rename one of them")),
        ParseErrorType::WrongSwitchDefaultCase => {
            syntax(said!("`_` must be the last label of a `switch`"), at, said!("not the last"))
                .help(said!("move it to the end"))
        }
        ParseErrorType::WrongSwitchIntegerCase => {
            syntax(said!("plain numbers stand before the ranges in a `switch`"), at, said!("after a range"))
                .help(said!("move it before the first range"))
        }
        ParseErrorType::LoopBreak => {
            syntax(said!("`break` and `continue` stand inside a loop"), at, said!("not in a loop"))
                .help(said!("take it away, or use `return`"))
        }
        ParseErrorType::LiteralTooLarge(..) => {
            syntax(said!("the text is too long"), at, said!("longer than 65,536 bytes")).help(said!("shorten it"))
        }
        ParseErrorType::AssignmentToConstant(_) | ParseErrorType::AssignmentToInvalidLHS(_) => Problem::new(
            &codes::ASSIGNMENT,
            said!("`=` gives a name a value; it doesn't compare"),
            at,
            said!("nothing can be assigned here"),
        )
        .help(said!("to compare, write `==`")),
        // What else rhai may say is about parts of it that the language leaves out.
        _ if written.is_empty() => {
            syntax(said!("the expression can't be read here"), at, said!("reading stopped here"))
                .help(said!("look for a sign or a bracket too many before this place"))
        }
        _ => syntax(said!("`{written}` can't stand here", written), at, said!("reading stopped here")).help(said!(
            "look at what stands before it; text stands between double quotes: \"{text}\"",
            text = written.trim_matches('"')
        )),
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
        "null" | "nil" | "void" => {
            said!("ask whether a value is missing with `is_missing(x)`; where one is to be given, write `()`")
        }
        "?" => said!("write `if a { b } else { c }`"),
        "@" | "#" | "$" | "~" => said!("`{name}` has no meaning in expressions", name),
        _ => {
            said!("give the field another name: `{name}_: { column: {name}, type: … }` and write `{name}_` here", name)
        }
    };
    Problem::new(
        &codes::RESERVED,
        said!("`{name}` is reserved by the language", name),
        at,
        said!("can't be used as a name"),
    )
    .help(help)
}

fn unexpected(written: &str, at: Extent) -> Problem {
    let help = match written {
        "=" => said!("equal is written `==`, at most `<=`, at least `>=`"),
        "?" | ":" => said!("a choice is written `if a { b } else { c }`"),
        "≤" => said!("write `<=`"),
        "≥" => said!("write `>=`"),
        "≠" => said!("write `!=`"),
        _ => said!("take `{written}` away, or put text between double quotes", written),
    };
    syntax(said!("`{written}` is not expected here", written), at, said!("can't be read")).help(help)
}

/// Two values side by side, without an operator between them.
fn two_parts(lexed: &Lexed<'_>, at: Extent, written: &str) -> Problem {
    match written {
        "=>" => {
            syntax(said!("`=>` is not a comparison"), at, said!("write `>=`")).help(said!("at least is written `>=`"))
        }
        "=<" => {
            syntax(said!("`=<` is not a comparison"), at, said!("write `<=`")).help(said!("at most is written `<=`"))
        }
        ")" | "]" | "}" => syntax(said!("`{written}` closes nothing", written), at, said!("no bracket is open"))
            .help(said!("take `{written}` away, or add the bracket that opens", written)),
        "then" => word_instead(written, at, said!("write the branch between braces: `if a { b } else { c }`")),
        "else" => word_instead(written, at, said!("write the branches between braces: `if a { b } else { c }`")),
        "like" | "LIKE" | "Like" => foreign::infix(lexed, at, "matches"),
        "contains" | "starts_with" | "ends_with" | "matches" => foreign::infix(lexed, at, written),
        "between" | "BETWEEN" => word_instead(written, at, said!("write `x >= low && x <= high`")),
        "is" => {
            word_instead(written, at, said!("equal is written `==`; `is_missing(x)` asks whether a value is there"))
        }
        "not" => word_instead(written, at, said!("write `!`, such as `!(x in [1, 2])`")),
        _ => {
            let before = lexed
                .index_from(at.start as usize)
                .checked_sub(1)
                .and_then(|i| lexed.tokens.get(i))
                .map_or("", |t| lexed.slice(t.at));
            syntax(
                said!("an operator is missing between `{before}` and `{written}`", before, written),
                at,
                said!("can't follow what stands before it"),
            )
            .help(said!("put a sign such as `==`, `&&` or `+` between them; text stands between double quotes"))
        }
    }
}

fn word_instead(written: &str, at: Extent, help: Said) -> Problem {
    syntax(said!("`{written}` is not an operator here", written), at, said!("can't be read")).help(help)
}
