//! One text of a strings file, cut at its holes once, so that a million sentences are filled in without reading it again.

/// A text with holes: `{count} records`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    raw: String,
    /// Byte ranges of `raw` in order: what is said, and names of holes (without their braces).
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Said(usize, usize),
    Hole(usize, usize),
}

impl Phrase {
    pub fn new(raw: &str) -> Self {
        let mut pieces = Vec::new();
        let mut said = 0;
        let mut at = 0;
        while let Some(open) = raw.get(at..).and_then(|rest| rest.find('{')).map(|found| at + found) {
            let name_at = open + 1;
            let rest = raw.get(name_at..).unwrap_or("");
            let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            // A brace that opens no hole is a brace.
            if length > 0 && rest.as_bytes().get(length) == Some(&b'}') {
                if open > said {
                    pieces.push(Piece::Said(said, open));
                }
                pieces.push(Piece::Hole(name_at, name_at + length));
                said = name_at + length + 1;
                at = said;
            } else {
                at = name_at;
            }
        }
        if said < raw.len() {
            pieces.push(Piece::Said(said, raw.len()));
        }
        Self { raw: raw.to_owned(), pieces }
    }

    /// As it stands in the file.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Names of the holes, in order.
    pub fn holes(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(from, to) => self.raw.get(*from..*to),
            Piece::Said(..) => None,
        })
    }

    /// The text with its holes filled; a hole that nothing is given for stays as it is written.
    pub fn fill(&self, holes: &[(&str, &str)]) -> String {
        let filled: usize = holes.iter().map(|(_, value)| value.len()).sum();
        let mut text = String::with_capacity(self.raw.len() + filled);
        for piece in &self.pieces {
            match *piece {
                Piece::Said(from, to) => text.push_str(self.raw.get(from..to).unwrap_or("")),
                Piece::Hole(from, to) => {
                    let name = self.raw.get(from..to).unwrap_or("");
                    match holes.iter().find(|(hole, _)| *hole == name) {
                        Some((_, value)) => text.push_str(value),
                        None => text.push_str(self.raw.get(from - 1..to + 1).unwrap_or("")),
                    }
                }
            }
        }
        text
    }

    /// What stands in the only hole of a text that this phrase made; `None` where it made no such text.
    pub fn inside<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (before, after) = match self.pieces.as_slice() {
            [Piece::Hole(..)] => ("", ""),
            [Piece::Said(a, b), Piece::Hole(..)] => (self.raw.get(*a..*b)?, ""),
            [Piece::Hole(..), Piece::Said(a, b)] => ("", self.raw.get(*a..*b)?),
            [Piece::Said(a, b), Piece::Hole(..), Piece::Said(c, d)] => (self.raw.get(*a..*b)?, self.raw.get(*c..*d)?),
            _ => return None,
        };
        text.strip_prefix(before)?.strip_suffix(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_wherever_they_stand() {
        let phrase = Phrase::new("{a} of {b}, {a}");
        assert_eq!(phrase.fill(&[("b", "ten"), ("a", "one")]), "one of ten, one");
        assert_eq!(phrase.holes().collect::<Vec<_>>(), ["a", "b", "a"]);
        assert_eq!(phrase.fill(&[("a", "{b}"), ("b", "x")]), "{b} of x, {b}", "what is filled in is not read again");
    }

    #[test]
    fn a_brace_that_opens_no_hole_is_a_brace() {
        for text in ["", "{", "a { b } c", "{}", "{{x}", "{é}", "{x", "été {"] {
            let phrase = Phrase::new(text);
            let expected = text.replace("{x}", "1");
            assert_eq!(phrase.fill(&[("x", "1")]), expected, "{text}");
        }
        assert_eq!(Phrase::new("{y}").fill(&[("x", "1")]), "{y}");
    }

    #[test]
    fn what_was_put_into_the_only_hole_is_found_again() {
        let phrase = Phrase::new("not proven: {what}");
        assert_eq!(phrase.inside("not proven: nothing records it"), Some("nothing records it"));
        assert_eq!(phrase.inside("upper bound 5"), None);
        assert_eq!(Phrase::new("{what} ({why})").inside("a (b)"), None);
    }
}
