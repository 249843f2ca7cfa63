//! Where the words and brackets of a script stand. rhai's tree knows where a node starts, not where it
//! ends; with these tokens every node gets the exact stretch of text that an author wrote.

use super::tree::Extent;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    Quoted,
    Open,
    Close,
    Symbol,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub at: Extent,
    /// For a bracket, the position in the list of the one that matches; else its own.
    pub mate: usize,
}

/// A script's text with its tokens, in order of their starts. An interpolated string is one token, and
/// the tokens inside its `${…}` follow it.
pub(super) struct Lexed<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    line_starts: Vec<usize>,
}

impl<'a> Lexed<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0, tokens: Vec::new() };
        scanner.scan(false);
        let mut tokens = scanner.tokens;
        tokens.sort_by_key(|t| (t.at.start, std::cmp::Reverse(t.at.end)));
        match_brackets(&mut tokens);
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1))
            .collect();
        Self { text, tokens, line_starts }
    }

    /// The byte offset of a line and column (characters), both from 1.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let Some(start) = self.line_starts.get(line.saturating_sub(1)).copied() else { return self.text.len() };
        let rest = self.text.get(start..).unwrap_or("");
        let within = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(i, _)| i);
        start + within
    }

    pub fn index_at(&self, offset: usize) -> Option<usize> {
        let i = self.tokens.partition_point(|t| (t.at.start as usize) < offset);
        self.tokens.get(i).filter(|t| t.at.start as usize == offset).map(|_| i)
    }

    /// The first token that starts at or after an offset.
    pub fn index_from(&self, offset: usize) -> usize {
        self.tokens.partition_point(|t| (t.at.start as usize) < offset)
    }

    /// The whole token at an offset; one character where none starts there.
    pub fn word_at(&self, offset: usize) -> Extent {
        match self.index_at(offset).and_then(|i| self.tokens.get(i)) {
            Some(token) => token.at,
            None => {
                let length = self.text.get(offset..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
                Extent::new(offset, offset + length)
            }
        }
    }

    pub fn slice(&self, at: Extent) -> &'a str {
        self.text.get(at.start as usize..at.end as usize).unwrap_or("")
    }

    /// The text of a token by its position; empty past the end.
    pub fn text_from(&self, position: usize) -> &'a str {
        self.tokens.get(position).map_or("", |t| self.slice(t.at))
    }

    pub fn text_at(&self, offset: usize) -> &'a str {
        self.slice(self.word_at(offset))
    }

    /// Widens a stretch until every bracket inside has its mate inside.
    pub fn balance(&self, at: Extent) -> Extent {
        let mut at = at;
        loop {
            let mut wider = at;
            let from = self.index_from(at.start as usize);
            for token in self.tokens.iter().skip(from).take_while(|t| t.at.end <= at.end) {
                if let Some(mate) = self.tokens.get(token.mate) {
                    wider.start = wider.start.min(mate.at.start);
                    wider.end = wider.end.max(mate.at.end);
                }
            }
            if wider == at {
                return at;
            }
            at = wider;
        }
    }

    /// The end of the bracket that opens first at or after an offset, if it opens with `open`.
    pub fn closing(&self, from: usize, open: &str) -> Option<Extent> {
        let i = self.index_from(from);
        let token = self.tokens.get(i)?;
        if self.slice(token.at) != open || token.mate == i {
            return None;
        }
        Some(Extent { start: token.at.start, end: self.tokens.get(token.mate)?.at.end })
    }
}

fn match_brackets(tokens: &mut [Token]) {
    let mut open = Vec::new();
    for i in 0..tokens.len() {
        tokens[i].mate = i;
        match tokens[i].kind {
            Kind::Open => open.push(i),
            Kind::Close => {
                if let Some(from) = open.pop() {
                    tokens[from].mate = i;
                    tokens[i].mate = from;
                }
            }
            _ => {}
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, at: Extent::new(start, self.at), mate: 0 });
    }

    /// Scans to the end, or (inside `${`) to the brace that closes it.
    fn scan(&mut self, inside: bool) {
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            let start = self.at;
            match self.byte(0) {
                b'"' => self.quoted(b'"'),
                b'`' => self.interpolated(),
                b'\'' if self.character() => self.push(Kind::Quoted, start),
                b'/' if self.byte(1) == b'/' => self.skip_line(),
                b'/' if self.byte(1) == b'*' => self.skip_comment(),
                b'0'..=b'9' => self.number(),
                open @ (b'(' | b'[' | b'{') => {
                    depth += usize::from(open == b'{');
                    self.at += 1;
                    self.push(Kind::Open, start);
                }
                b'}' if inside && depth == 0 => return,
                close @ (b')' | b']' | b'}') => {
                    depth = depth.saturating_sub(usize::from(close == b'}'));
                    self.at += 1;
                    self.push(Kind::Close, start);
                }
                b if b.is_ascii_whitespace() => self.at += 1,
                _ => self.word_or_symbol(),
            }
        }
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        self.at += 1;
        while self.at < self.bytes.len() && self.byte(0) != quote {
            self.at += if self.byte(0) == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.bytes.len());
        self.push(Kind::Quoted, start);
    }

    /// `'x'`: only a single character (or an escape) between single quotes.
    fn character(&mut self) -> bool {
        let rest = self.text.get(self.at + 1..).unwrap_or("");
        let length = if rest.starts_with('\\') { 2 } else { rest.chars().next().map_or(0, char::len_utf8) };
        let closes = self.bytes.get(self.at + 1 + length) == Some(&b'\'');
        if closes {
            self.at += length + 2;
        }
        closes
    }

    fn interpolated(&mut self) {
        let start = self.at;
        self.at += 1;
        while self.at < self.bytes.len() && self.byte(0) != b'`' {
            if self.byte(0) == b'$' && self.byte(1) == b'{' {
                self.at += 1;
                let open = self.at;
                self.at += 1;
                self.push(Kind::Open, open);
                self.scan(true);
                if self.at < self.bytes.len() {
                    let close = self.at;
                    self.at += 1;
                    self.push(Kind::Close, close);
                }
            } else {
                self.at += 1;
            }
        }
        self.at = (self.at + 1).min(self.bytes.len());
        self.push(Kind::Quoted, start);
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && self.byte(0) != b'\n' {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            if self.byte(0) == b'/' && self.byte(1) == b'*' {
                depth += 1;
                self.at += 2;
            } else if self.byte(0) == b'*' && self.byte(1) == b'/' {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    fn number(&mut self) {
        let start = self.at;
        while matches!(self.byte(0), b'0'..=b'9' | b'_' | b'a'..=b'z' | b'A'..=b'Z') {
            let exponent = matches!(self.byte(0), b'e' | b'E') && self.bytes.get(start + 1) != Some(&b'x');
            self.at += 1;
            if exponent && matches!(self.byte(0), b'+' | b'-') {
                self.at += 1;
            }
            if self.byte(0) == b'.' && self.byte(1).is_ascii_digit() {
                self.at += 1;
            }
        }
        self.push(Kind::Number, start);
    }

    fn word_or_symbol(&mut self) {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or("");
        let word: usize = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        if word > 0 {
            self.at += word;
            return self.push(Kind::Word, start);
        }
        const SYMBOLS: [&str; 22] = [
            "===", "!==", "..=", "**=", "==", "!=", "<=", ">=", "&&", "||", "??", "=>", "..", "**", "+=", "-=", "*=",
            "/=", "%=", "::", "?.", "<>",
        ];
        let length = SYMBOLS
            .iter()
            .find(|s| rest.starts_with(**s))
            .map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |s| s.len());
        self.at += length;
        self.push(Kind::Symbol, start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let lexed = Lexed::new(text);
        lexed.tokens.iter().map(|t| lexed.slice(t.at)).collect()
    }

    #[test]
    fn tokens_are_what_a_reader_sees() {
        assert_eq!(words("a.b>=1.5e-3 // x"), ["a", ".", "b", ">=", "1.5e-3"]);
        assert_eq!(words("1..5"), ["1", "..", "5"]);
        assert_eq!(words(r#""a \" b" == é"#), [r#""a \" b""#, "==", "é"]);
        assert_eq!(words("`a${x + {1}}b` + 1"), ["`a${x + {1}}b`", "{", "x", "+", "{", "1", "}", "}", "+", "1"]);
    }

    #[test]
    fn widens_to_whole_brackets() {
        let lexed = Lexed::new("(a + b) * f(c)");
        let at = lexed.balance(Extent::new(1, 13));
        assert_eq!(lexed.slice(at), "(a + b) * f(c)");
    }

    #[test]
    fn unfinished_text_does_not_run_past_its_end() {
        for text in ["\"abc", "`a${", "`a${b", "/* x", "'", "\"\\", "((", "}}", "0x"] {
            assert!(Lexed::new(text).tokens.iter().all(|t| t.at.end as usize <= text.len()), "{text}");
        }
    }
}
