//! Sentences for authors, with what is put into them kept apart, so that they can be said in the language of the workspace.
//!
//! The English sentence is its own key (as in gettext): it stands where it is said, a strings file holds the others.

use std::any::Any;
use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use jiff::civil::Date;

/// Another language than English.
pub trait Tongue: Any + fmt::Debug + Send + Sync {
    /// An English sentence in this language with its holes filled; `None` where nobody has put it into it.
    fn in_place_of(&self, english: &str, holes: &[(&str, &str)]) -> Option<String>;

    /// A number as it is written in this language, given its English digits: `1234.5`.
    fn number(&self, english: &str) -> String;

    /// A day as it is written in this language.
    fn day(&self, day: Date) -> String;
}

/// A sentence, or a piece of one, of this program: made by [`said!`](crate::said). It reads as its English text.
///
/// Two are the same where their English texts are.
#[derive(Clone, Debug, Default)]
pub struct Said {
    english: Box<str>,
    /// How it was made; `None` for a text that isn't ours.
    made: Option<Box<Made>>,
}

#[derive(Clone, Debug)]
struct Made {
    /// The sentence with its holes; borrowed, unless it was kept and read back.
    sentence: Cow<'static, str>,
    parts: Vec<Filled>,
}

/// The name of a hole, and what it is filled with.
pub type Filled = (Cow<'static, str>, Part);

/// What is put into a sentence.
#[derive(Clone, Debug)]
pub enum Part {
    /// Names and texts of the author: the same in every language.
    Verbatim(String),
    /// The digits of a number. In backticks it is something to write, and the same in every language.
    Number(String),
    /// A day. In backticks it is something to write, and the same in every language.
    Day(Date, String),
    /// A piece of a sentence of ours.
    Said(Said),
}

impl Said {
    /// A sentence with `{name}` holes and what each of them is filled with. Written as `said!("…", name, other = value)`.
    pub fn new(sentence: impl Into<Cow<'static, str>>, parts: Vec<Filled>) -> Self {
        let sentence = sentence.into();
        let english =
            filled(&sentence, |name| parts.iter().find(|(hole, _)| *hole == name).map(|(_, part)| part.english()));
        Self { english: english.into(), made: Some(Box::new(Made { sentence, parts })) }
    }

    /// A text that isn't ours: an author's, a system's.
    pub fn verbatim(text: impl Into<String>) -> Self {
        Self { english: text.into().into(), made: None }
    }

    pub fn as_str(&self) -> &str {
        &self.english
    }

    /// What `new` was given, for whoever keeps it; `None` for a text that isn't ours.
    pub fn made(&self) -> Option<(&str, &[Filled])> {
        self.made.as_ref().map(|made| (&*made.sentence, made.parts.as_slice()))
    }

    /// Pieces one after another with a sign between them.
    pub fn joined(pieces: impl IntoIterator<Item = Said>, sign: &'static str) -> Self {
        let mut pieces = pieces.into_iter();
        let first = pieces.next().unwrap_or_default();
        pieces.fold(first, |before, next| match sign {
            ", " => crate::said!("{before}, {next}", before, next),
            "; " => crate::said!("{before}; {next}", before, next),
            _ => crate::said!("{before} {next}", before, next),
        })
    }

    /// `` `a`, `b` and `c` ``
    pub fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
        match names.as_slice() {
            [] => Self::default(),
            [one] => Self::verbatim(one),
            [first @ .., last] => crate::said!("{first} and {last}", first = first.join(", "), last),
        }
    }

    /// `` `a`, `b` or `c` ``
    pub fn choice<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::either(names.into_iter().map(|name| Self::verbatim(format!("`{}`", name.as_ref()))))
    }

    /// Pieces with "or" before the last and commas between the others.
    pub fn either(pieces: impl IntoIterator<Item = Said>) -> Self {
        let mut pieces: Vec<Said> = pieces.into_iter().collect();
        match pieces.pop() {
            Some(last) if !pieces.is_empty() => {
                crate::said!("{before} or {next}", before = Self::joined(pieces, ", "), next = last)
            }
            last => last.unwrap_or_default(),
        }
    }

    /// In another language, as far as its words go; English without one.
    pub fn in_tongue(&self, tongue: Option<&dyn Tongue>) -> Cow<'_, str> {
        match tongue {
            Some(tongue) => self.told(tongue, false),
            None => Cow::Borrowed(&self.english),
        }
    }

    /// In another language; between backticks numbers and days stay as they are to be written.
    fn told(&self, tongue: &dyn Tongue, quoted: bool) -> Cow<'_, str> {
        let Some(made) = &self.made else { return Cow::Borrowed(&self.english) };
        let parts: Vec<(&str, Cow<'_, str>)> = made
            .parts
            .iter()
            .map(|(hole, part)| {
                let quoted = quoted || is_quoted(&made.sentence, hole);
                let text = match part {
                    Part::Verbatim(text) => Cow::Borrowed(text.as_str()),
                    Part::Number(digits) if !quoted => Cow::Owned(tongue.number(digits)),
                    Part::Day(day, _) if !quoted => Cow::Owned(tongue.day(*day)),
                    Part::Number(text) | Part::Day(_, text) => Cow::Borrowed(text.as_str()),
                    Part::Said(said) => said.told(tongue, quoted),
                };
                (&**hole, text)
            })
            .collect();
        let holes: Vec<(&str, &str)> = parts.iter().map(|(hole, text)| (*hole, text.as_ref())).collect();
        let fill = |name: &str| holes.iter().find(|(hole, _)| *hole == name).map(|(_, text)| *text);
        Cow::Owned(tongue.in_place_of(&made.sentence, &holes).unwrap_or_else(|| filled(&made.sentence, fill)))
    }
}

/// Whether a hole stands between backticks.
fn is_quoted(sentence: &str, hole: &str) -> bool {
    let before = sentence.match_indices(hole).find_map(|(at, _)| {
        let (before, after) = (sentence.get(..at)?, sentence.get(at + hole.len()..)?);
        (before.ends_with('{') && after.starts_with('}')).then_some(before)
    });
    before.is_some_and(|before| before.matches('`').count() % 2 == 1)
}

/// `{name}` replaced by what fills it; braces that hold no such name stay.
fn filled<'t>(sentence: &str, fill: impl Fn(&str) -> Option<&'t str>) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((fill(name)?, after))) {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

impl Part {
    fn english(&self) -> &str {
        match self {
            Part::Verbatim(text) | Part::Number(text) | Part::Day(_, text) => text,
            Part::Said(said) => &said.english,
        }
    }
}

impl Deref for Said {
    type Target = str;
    fn deref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.english)
    }
}

/// So that a sentence comes whole through the errors of libraries, which pass on only texts.
impl std::error::Error for Said {}

impl From<Said> for String {
    fn from(said: Said) -> String {
        said.english.into()
    }
}

impl AsRef<str> for Said {
    fn as_ref(&self) -> &str {
        &self.english
    }
}

impl Borrow<str> for Said {
    fn borrow(&self) -> &str {
        &self.english
    }
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

impl Eq for Said {}

impl PartialOrd for Said {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Said {
    fn cmp(&self, other: &Self) -> Ordering {
        self.english.cmp(&other.english)
    }
}

impl Hash for Said {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.english.hash(state);
    }
}

impl PartialEq<str> for Said {
    fn eq(&self, other: &str) -> bool {
        &*self.english == other
    }
}

impl PartialEq<&str> for Said {
    fn eq(&self, other: &&str) -> bool {
        &*self.english == *other
    }
}

impl PartialEq<String> for Said {
    fn eq(&self, other: &String) -> bool {
        *self.english == **other
    }
}

/// What may be put into a sentence.
pub trait Sayable {
    fn part(&self) -> Part;
}

impl Sayable for Said {
    fn part(&self) -> Part {
        Part::Said(self.clone())
    }
}

impl<T: Sayable + ?Sized> Sayable for &T {
    fn part(&self) -> Part {
        (**self).part()
    }
}

macro_rules! parts {
    ($kind:ident: $($of:ty),* $(,)?) => { $(
        impl Sayable for $of {
            fn part(&self) -> Part {
                Part::$kind(self.to_string())
            }
        }
    )* };
}

impl Sayable for Date {
    fn part(&self) -> Part {
        Part::Day(*self, self.to_string())
    }
}

/// A number with so many decimals, to be put into a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Rounded(pub f64, pub usize);

impl Sayable for Rounded {
    fn part(&self) -> Part {
        let Self(number, places) = self;
        Part::Number(format!("{number:.places$}"))
    }
}

/// A sentence of ours that the error carries, else the system's own text.
impl Sayable for std::io::Error {
    fn part(&self) -> Part {
        match self.get_ref().and_then(|carried| carried.downcast_ref::<Said>()) {
            Some(said) => Part::Said(said.clone()),
            None => Part::Verbatim(self.to_string()),
        }
    }
}

parts!(Verbatim: std::path::Display<'_>, str, String, Arc<str>, Cow<'_, str>, char);
parts!(Number: usize, u8, u16, u32, u64, u128, i32, i64, i128, f64);

impl<T: Sayable> Sayable for super::Authored<T> {
    fn part(&self) -> Part {
        self.value.part()
    }
}

/// A sentence of this program, in English, and what its `{holes}` are filled with: a name of its own, or `hole = value`.
/// Every such sentence stands in the strings file of each other language; a test reads them from the source.
#[macro_export]
macro_rules! said {
    ($english:literal $(, $hole:ident $(= $value:expr)?)* $(,)?) => {
        $crate::diagnostic::Said::new($english, vec![$((stringify!($hole).into(), $crate::said!(@part $hole $($value)?))),*])
    };
    (@part $hole:ident) => { $crate::diagnostic::Sayable::part(&$hole) };
    (@part $hole:ident $value:expr) => { $crate::diagnostic::Sayable::part(&$value) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Backwards;

    impl Tongue for Backwards {
        fn in_place_of(&self, english: &str, holes: &[(&str, &str)]) -> Option<String> {
            let other = match english {
                "{count} rows of {what}" => "{what}: rows {count}",
                "calls" => "SLLAC",
                _ => return None,
            };
            Some(filled(other, |name| holes.iter().find(|(hole, _)| *hole == name).map(|(_, text)| *text)))
        }

        fn number(&self, english: &str) -> String {
            english.replace('.', ",")
        }

        fn day(&self, day: Date) -> String {
            format!("{}.{}.{}", day.day(), day.month(), day.year())
        }
    }

    #[test]
    fn a_sentence_reads_as_its_english_text_and_is_said_in_another_language() {
        let what = said!("calls");
        let said = said!("{count} rows of {what}", count = 3, what);
        assert_eq!(said, "3 rows of calls");
        assert_eq!(said.in_tongue(None), "3 rows of calls");
        assert_eq!(said.in_tongue(Some(&Backwards)), "SLLAC: rows 3");
    }

    #[test]
    fn what_an_author_wrote_is_never_translated_or_filled_in() {
        let said = said!("{count} rows of {what}", count = 1, what = "calls {count}");
        assert_eq!(said, "1 rows of calls {count}");
        assert_eq!(said.in_tongue(Some(&Backwards)), "calls {count}: rows 1");
        assert_eq!(Said::verbatim("calls").in_tongue(Some(&Backwards)), "calls");
    }

    #[test]
    fn numbers_and_days_are_written_as_the_language_does_but_not_where_they_are_to_be_copied() {
        let day = jiff::civil::date(2026, 3, 31);
        let said = said!("{x} on {day}: write `{x}`, `{y} at {day}`", x = 0.5, y = said!("{z}", z = 0.25), day);
        assert_eq!(said, "0.5 on 2026-03-31: write `0.5`, `0.25 at 2026-03-31`");
        let said = said!("{x} on {day}", x = Rounded(0.456, 2), day);
        assert_eq!(said, "0.46 on 2026-03-31");
        assert_eq!(said.in_tongue(Some(&Backwards)), "0,46 on 31.3.2026");
        let quoted = said!("write `{x}` and `{y} at {day}`", x = 0.5, y = said!("{z}", z = 0.25), day);
        assert_eq!(quoted.in_tongue(Some(&Backwards)), "write `0.5` and `0.25 at 2026-03-31`");
    }

    #[test]
    fn choices_have_one_or() {
        assert_eq!(Said::choice(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(Said::choice(["a", "b"]), "`a` or `b`");
        assert_eq!(Said::choice(["a"]), "`a`");
        assert_eq!(Said::either([]), "");
    }

    #[test]
    fn a_sentence_comes_whole_through_an_error_of_the_system() {
        let ours = said!("{count} rows of {what}", count = 2, what = said!("calls"));
        let why = std::io::Error::other(ours);
        assert_eq!(said!("lost: {why}", why).in_tongue(Some(&Backwards)), "lost: SLLAC: rows 2");
        assert_eq!(said!("lost: {why}", why = std::io::Error::other("x")), "lost: x");
    }

    #[test]
    fn a_sentence_nobody_has_put_into_the_language_stays_english_but_its_pieces_do_not() {
        let said = said!("none of the {what}, { or {x}", what = said!("calls"));
        assert_eq!(said.in_tongue(Some(&Backwards)), "none of the SLLAC, { or {x}");
        assert_eq!(Said::list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(Said::joined([said!("calls"), Said::verbatim("x")], "; ").in_tongue(Some(&Backwards)), "SLLAC; x");
    }
}
