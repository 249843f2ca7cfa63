//! What authors bring from spreadsheets, databases and their own writing: words for signs, decimal commas, units,
//! dates, printer's quotes and invisible spaces. rhai would report them at a later place, or not at all.

use super::codes;
use super::functions::BEGINNINGS;
use super::lex::{Kind, Lexed, Token};
use super::mistakes::{Problem, syntax};
use super::tree::Extent;
use crate::said;

/// Everything of that kind in a script.
pub(super) fn before_parsing(lexed: &Lexed<'_>) -> Result<(), Vec<Problem>> {
    if let Some(problem) = condition_with_if(lexed) {
        return Err(vec![problem]);
    }
    let mut problems: Vec<Problem> = Vec::new();
    let mut depth = 0;
    for (i, token) in lexed.tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        let found = operator(lexed, i)
            .or_else(|| percentage(lexed, i))
            .or_else(|| number(lexed, i, depth))
            .or_else(|| strange_sign(lexed, token).filter(|_| problems.is_empty()));
        problems.extend(found);
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A file of functions begins them with `fn`, and closes every brace.
pub(super) fn before_functions(lexed: &Lexed<'_>) -> Result<(), Vec<Problem>> {
    for (i, token) in lexed.tokens.iter().enumerate() {
        let word = lexed.slice(token.at);
        let named = lexed.tokens.get(i + 1).is_some_and(|t| t.kind == Kind::Word);
        if word != "fn" && BEGINNINGS.contains(&word) && named && lexed.text_from(i + 2) == "(" {
            let name = lexed.text_from(i + 1);
            return Err(vec![
                syntax(
                    said!("functions begin with `fn`"),
                    token.at,
                    said!("`{word}` is not a word of the language", word),
                )
                .help(said!("write `fn {name}(x) { … }`, with the parameters between the brackets", name)),
            ]);
        }
        if word == "{" && token.mate == i {
            let function = lexed.tokens.iter().take(i).rposition(|t| lexed.slice(t.at) == "fn");
            let name = function.map(|f| lexed.text_from(f + 1)).filter(|n| !n.is_empty());
            let label = match name {
                Some(name) => said!("the body of `{name}` opens here", name),
                None => said!("opened here"),
            };
            return Err(vec![
                syntax(said!("this `{` is not closed"), token.at, label).help(said!("add `}` where the function ends")),
            ]);
        }
    }
    before_parsing(lexed)
}

fn ends_value(token: &Token) -> bool {
    matches!(token.kind, Kind::Word | Kind::Number | Kind::Quoted | Kind::Close)
}

fn starts_value(token: &Token) -> bool {
    matches!(token.kind, Kind::Word | Kind::Number | Kind::Quoted | Kind::Open)
}

/// Words for signs, in the languages whose spreadsheets are known; told in small, in capital and in mixed letters.
const SIGNS: [(&str, &str); 9] = [
    ("and", "&&"),
    ("et", "&&"),
    ("und", "&&"),
    ("or", "||"),
    ("ou", "||"),
    ("oder", "||"),
    ("not", "!"),
    ("non", "!"),
    ("nicht", "!"),
];

fn sign_of(written: &str) -> Option<&'static str> {
    SIGNS.iter().find(|(word, _)| word.eq_ignore_ascii_case(written)).map(|(_, sign)| *sign)
}

fn is_sign(written: &str, sign: &str) -> bool {
    sign_of(written) == Some(sign)
}

/// `and`, `or`, `not`, `is`, `<>`, `===`, `=<`.
fn operator(lexed: &Lexed<'_>, i: usize) -> Option<Problem> {
    let token = lexed.tokens.get(i)?;
    let written = lexed.slice(token.at);
    let before = i.checked_sub(1).and_then(|i| lexed.tokens.get(i));
    let after = lexed.tokens.get(i + 1);
    let between = before.is_some_and(ends_value) && after.is_some_and(|t| starts_value(t) || lexed.slice(t.at) == "!");
    match written {
        _ if between && is_sign(written, "&&") => Some(word(written, token.at, "&&")),
        _ if between && is_sign(written, "||") => Some(word(written, token.at, "||")),
        // `is not missing` is told at `is`.
        "not" | "NOT" | "Not" if before.is_some_and(|b| lexed.slice(b.at) == "is") => None,
        _ if is_sign(written, "!")
            && after.is_some_and(starts_value)
            && (!before.is_some_and(ends_value) || before.is_some_and(|b| sign_of(lexed.slice(b.at)).is_some())) =>
        {
            Some(not(lexed, i))
        }
        "is" | "IS" if between => Some(missing(lexed, i).unwrap_or_else(|| word(written, token.at, "=="))),
        "<>" => Some(
            syntax(said!("`<>` is not a comparison here"), token.at, said!("write `!=`"))
                .help(said!("unequal is written `!=`")),
        ),
        "===" => Some(
            syntax(said!("`===` is not a comparison here"), token.at, said!("write `==`"))
                .help(said!("equal is written `==`")),
        ),
        "!==" => Some(
            syntax(said!("`!==` is not a comparison here"), token.at, said!("write `!=`"))
                .help(said!("unequal is written `!=`")),
        ),
        "=" => {
            let next = after.filter(|t| matches!(lexed.slice(t.at), "<" | ">") && t.at.start == token.at.end)?;
            let sign = lexed.slice(next.at);
            let found = syntax(
                said!("`={sign}` is not a comparison", sign),
                token.at.to(next.at),
                said!("write `{sign}=`", sign),
            );
            Some(found.help(said!("the sign comes first: `{sign}=`", sign)))
        }
        _ => None,
    }
}

fn word(written: &str, at: Extent, sign: &str) -> Problem {
    syntax(said!("`{written}` is not an operator here", written), at, said!("write `{written}`", written = sign))
        .help(said!("`{written}` is written `{sign}`", written, sign))
}

/// `not met("a")`: a value that starts with `!` needs quotes too, so the whole is written anew.
fn not(lexed: &Lexed<'_>, i: usize) -> Problem {
    let at = lexed.tokens.get(i).map_or(Extent::new(0, 0), |t| t.at);
    let found = word(lexed.slice(at), at, "!");
    if i == 0 { found.rewritten(straight(lexed)) } else { found }
}

/// The script with the words for signs replaced by the signs.
fn straight(lexed: &Lexed<'_>) -> String {
    let mut out = String::new();
    let mut end = 0;
    for token in &lexed.tokens {
        let (start, written) = (token.at.start as usize, lexed.slice(token.at));
        if start < end {
            continue;
        }
        let gap = lexed.text.get(end..start).unwrap_or("");
        // No space stands between `!` and what it turns round.
        out.push_str(if out.ends_with('!') { gap.trim_start() } else { gap });
        out.push_str(match written {
            "<>" => "!=",
            other => sign_of(other).unwrap_or(other),
        });
        end = token.at.end as usize;
    }
    out.push_str(lexed.text.get(end..).unwrap_or(""));
    out.trim().to_string()
}

/// Words by which people ask whether something is there.
pub(super) const NOTHING: [&str; 8] = ["missing", "null", "NULL", "empty", "blank", "none", "nothing", "nil"];

/// `score is missing`, `score is not null`.
fn missing(lexed: &Lexed<'_>, i: usize) -> Option<Problem> {
    let turned = matches!(lexed.text_from(i + 1), "not" | "NOT");
    let last = lexed.tokens.get(if turned { i + 2 } else { i + 1 })?;
    if !NOTHING.contains(&lexed.slice(last.at)) {
        return None;
    }
    let operand = path_before(lexed, i)?;
    let at = operand.to(last.at);
    let cure = format!("{}is_missing({})", if turned { "!" } else { "" }, lexed.slice(operand));
    let (before, after) = (lexed.text.get(..at.start as usize)?, lexed.text.get(at.end as usize..)?);
    let found = syntax(said!("`is` does not ask whether a value is there"), at, said!("`is_missing` asks for that"));
    Some(found.rewritten(format!("{before}{cure}{after}").trim()))
}

/// The name, with its dots, that ends right before a token.
fn path_before(lexed: &Lexed<'_>, i: usize) -> Option<Extent> {
    let last = lexed.tokens.get(i.checked_sub(1)?).filter(|t| t.kind == Kind::Word)?;
    let mut at = last.at;
    let mut position = i - 1;
    while position >= 2 && lexed.text_from(position - 1) == "." {
        position -= 2;
        at = lexed.tokens.get(position)?.at.to(at);
    }
    Some(at)
}

/// `topic LIKE "acc%"`, `topic contains "x"`: a function in another place.
pub(super) fn infix(lexed: &Lexed<'_>, at: Extent, function: &str) -> Problem {
    let i = lexed.index_from(at.start as usize);
    let written = lexed.slice(at);
    let found = syntax(said!("`{written}` is not an operator here", written), at, said!("can't be read"));
    let left = path_before(lexed, i).map(|p| lexed.slice(p));
    let right = lexed.tokens.get(i + 1).filter(|t| t.kind == Kind::Quoted || t.kind == Kind::Word);
    let (Some(left), Some(right)) = (left, right) else {
        return found.help(said!("it is a function: `{function}(x, \"text\")`", function));
    };
    // A rule knows who is judged by the name `subject` alone.
    let left = if left.starts_with("subject.") { "subject" } else { left };
    let mut text = lexed.slice(right.at).trim_matches('\'').trim_matches('"').to_string();
    if function == "matches" {
        text = text.replace('%', "*").replace('_', "?");
    }
    let argument = if right.kind == Kind::Word { text } else { format!("\"{text}\"") };
    found.help(said!("write `{function}({left}, {argument})`", function, left, argument))
}

/// What ends a condition before what follows from it.
const THENS: [&str; 4] = ["then", "alors", "dann", ":"];

/// `IF(score<80;true;false)`, `if score < 80`: a condition stands alone.
fn condition_with_if(lexed: &Lexed<'_>) -> Option<Problem> {
    let first = lexed.tokens.first()?;
    let braces = lexed.tokens.iter().any(|t| lexed.slice(t.at) == "{");
    let begins = lexed.slice(first.at).to_lowercase();
    // `si` and `wenn` are `if` where something follows that can be asked.
    let asks = ["if", "si", "wenn"].contains(&begins.as_str()) && lexed.tokens.get(1).is_some_and(starts_value);
    if braces || !asks {
        return None;
    }
    let found = |cure: String| {
        let label = said!("the condition stands alone, without `{word}`", word = *begins);
        syntax(said!("a condition needs no `{word}`", word = *begins), first.at, label).rewritten(cure)
    };
    let call = lexed.tokens.get(1).filter(|t| lexed.slice(t.at) == "(" && t.mate + 1 == lexed.tokens.len());
    let Some(open) = call else {
        let until = lexed.tokens.iter().find(|t| THENS.contains(&lexed.slice(t.at).to_lowercase().as_str()));
        let end = until.map_or(lexed.text.len(), |t| t.at.start as usize);
        let condition = lexed.text.get(first.at.end as usize..end)?.trim();
        return (!condition.is_empty()).then(|| found(condition.to_string()));
    };
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for token in lexed.tokens.iter().take(open.mate).skip(2) {
        let written = lexed.slice(token.at);
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(written, "," | ";") {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            let gap = token.at.start > 0 && lexed.text.get(..token.at.start as usize)?.ends_with([' ', '\u{a0}']);
            part.push_str(if gap && !part.is_empty() { " " } else { "" });
            part.push_str(written);
        }
    }
    let is_yes = |part: &str| matches!(part.to_lowercase().as_str(), "true" | "yes" | "1" | "wahr" | "vrai");
    match parts.as_slice() {
        [condition] if !condition.is_empty() => Some(found(condition.clone())),
        [condition, yes, ..] if is_yes(yes) => Some(found(condition.clone())),
        [condition, a, b] => Some(
            syntax(said!("a choice is written with braces"), first.at, said!("not a function here"))
                .rewritten(format!("if {condition} {{ {a} }} else {{ {b} }}")),
        ),
        _ => None,
    }
}

/// `80%`: a share of 1; but score and points go to 100.
fn percentage(lexed: &Lexed<'_>, i: usize) -> Option<Problem> {
    let token = lexed.tokens.get(i).filter(|t| lexed.slice(t.at) == "%")?;
    let number = lexed.tokens.get(i.checked_sub(1)?).filter(|t| t.kind == Kind::Number)?;
    let after = lexed.tokens.get(i + 1);
    let modulo = after.is_some_and(|t| starts_value(t) && lexed.slice(t.at) != "in" || lexed.slice(t.at) == "-");
    if modulo {
        return None;
    }
    let mut neighbours = i.checked_sub(3).into_iter().chain([i + 2]);
    let to_hundred = neighbours.any(|n| {
        let name = lexed.text_from(n);
        let path = lexed.text_from(n + 2);
        matches!(name, "score" | "score_lower" | "score_upper" | "points")
            || (lexed.text_from(n + 1) == "." && path == "points")
    });
    Some(percent(lexed.slice(number.at), number.at.to(token.at), to_hundred))
}

fn percent(number: &str, at: Extent, to_hundred: bool) -> Problem {
    let found = syntax(said!("`{number}%` is not a number in an expression", number), at, said!("a percentage"));
    match number.parse::<f64>() {
        Ok(n) if to_hundred => found.help(said!("score and points go from 0 to 100: write `{number}`", number = n)),
        // Through the decimal text: 7 / 100 would show as 0.07000000000000001.
        Ok(n) => {
            let share = format!("{number}e-2").parse::<f64>().unwrap_or(n / 100.0);
            found.help(said!("write `{share}`; in expressions a percentage is its share of 1", share))
        }
        Err(_) => found.help(said!("write the share of 1: 80% is `0.8`")),
    }
}

/// Units that people write after a number, and the function that makes a length of time of it.
#[rustfmt::skip]
const UNITS: [(&str, &str); 24] = [
    ("s", "seconds"), ("sec", "seconds"), ("secs", "seconds"), ("second", "seconds"), ("seconds", "seconds"),
    ("m", "minutes"), ("min", "minutes"), ("mins", "minutes"), ("minute", "minutes"), ("minutes", "minutes"),
    ("h", "hours"), ("hr", "hours"), ("hrs", "hours"), ("hour", "hours"), ("hours", "hours"),
    ("d", "days"), ("day", "days"), ("days", "days"), ("percent", ""), ("pct", ""), ("calls", ""), ("records", ""),
    ("points", ""), ("stars", ""),
];

/// `0,8`, `1,000`, `20 seconds`, `20s`, `0:20`, `01.03.2026`.
fn number(lexed: &Lexed<'_>, i: usize, depth: i32) -> Option<Problem> {
    let token = lexed.tokens.get(i).filter(|t| t.kind == Kind::Number)?;
    let written = lexed.slice(token.at);
    if let [(day, _)] = crate::diagnostic::days_as_written(written).as_slice() {
        let message = said!("`{written}` is not a date here", written);
        let found = Problem::new(&codes::DATE, message, token.at, said!("day, month and year"));
        return Some(found.help(said!("write `\"{day}\"`, with the quotes", day)));
    }
    let joined = |sign: &str| {
        let (mark, next) = (lexed.tokens.get(i + 1)?, lexed.tokens.get(i + 2)?);
        let close = mark.at.start == token.at.end && next.at.start == mark.at.end && next.kind == Kind::Number;
        (close && lexed.slice(mark.at) == sign).then_some(next)
    };
    if let Some(next) = joined(",").filter(|_| depth == 0) {
        return Some(decimal_comma(written, lexed.slice(next.at), token.at.to(next.at)));
    }
    if let Some(next) = joined(":") {
        let at = token.at.to(next.at);
        let (minutes, seconds) = (written.parse::<f64>().ok()?, lexed.slice(next.at).parse::<f64>().ok()?);
        let found = syntax(
            said!("`{number}` is not a number", number = lexed.slice(at)),
            at,
            said!("a time on a clock or a length"),
        );
        let total = minutes * 60.0 + seconds;
        return Some(
            found.help(said!("in seconds write `{total}`; beside a length of time `seconds({total})`", total)),
        );
    }
    let split = written.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit, at) = match split {
        Some(split) if written.parse::<f64>().is_err() => (written.get(..split)?, written.get(split..)?, token.at),
        Some(_) => return None,
        None => {
            let next = lexed.tokens.get(i + 1).filter(|t| t.kind == Kind::Word)?;
            (written, lexed.slice(next.at), token.at.to(next.at))
        }
    };
    let (_, function) = UNITS.iter().find(|(word, _)| word.eq_ignore_ascii_case(unit))?;
    number.parse::<f64>().ok()?;
    if matches!(unit, "percent" | "pct") {
        return Some(percent(number, at, false));
    }
    let found = syntax(
        said!("`{written}` holds a unit", written = lexed.slice(at)),
        at,
        said!("numbers stand alone in expressions"),
    );
    Some(match *function {
        "" => found.help(said!("write `{written}`", written = number)),
        function => {
            found.help(said!("write `{number}`; beside a length of time `{function}({number})`", number, function))
        }
    })
}

fn decimal_comma(whole: &str, part: &str, at: Extent) -> Problem {
    let (message, cure) = if part.len() == 3 && whole != "0" {
        (said!("thousands have no comma here"), format!("{whole}{part}"))
    } else {
        (said!("decimals have a point here"), format!("{whole}.{part}"))
    };
    syntax(message, at, said!("a comma parts arguments")).help(said!("write `{written}`", written = cure))
}

/// Printer's quotes, and signs that can't be seen.
fn strange_sign(lexed: &Lexed<'_>, token: &Token) -> Option<Problem> {
    let written = lexed.slice(token.at);
    let first = written.chars().next()?;
    if ['“', '”', '„', '‘', '’', '«', '»'].contains(&first) {
        let found =
            syntax(said!("`{written}` is a printer's quote", written), token.at, said!("use the straight quote"));
        return Some(found.help(said!("write text between straight double quotes: \"phone\"")));
    }
    let (name, help) = crate::diagnostic::invisible(first)?;
    Some(
        syntax(said!("{name} stands here", name), token.at, said!("it looks like nothing, or like a space")).help(help),
    )
}
