//! Names that authors give: which ones an expression can use.

use std::collections::BTreeMap;

use super::codes;
use super::keys::{Section, Shape};
use super::reader::Reader;
use crate::diagnostic::{Authored, Diagnostic, Said, did_you_mean};
use crate::said;

/// Words of the language. Nothing can bear one of them as a name, since an expression couldn't use it.
const RESERVED: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "call",
    "case",
    "catch",
    "const",
    "continue",
    "curry",
    "debug",
    "default",
    "do",
    "else",
    "eval",
    "exit",
    "export",
    "false",
    "fn",
    "for",
    "if",
    "import",
    "in",
    "is",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "let",
    "loop",
    "match",
    "new",
    "nil",
    "null",
    "package",
    "print",
    "private",
    "protected",
    "public",
    "return",
    "shared",
    "spawn",
    "static",
    "super",
    "switch",
    "sync",
    "this",
    "thread",
    "throw",
    "true",
    "try",
    "type_of",
    "until",
    "use",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Names that rules have for themselves, so that no standard or group can have them.
pub const RULE_NAMES: [&str; 6] = ["score", "score_lower", "score_upper", "subject", "period", "as_of"];

/// What is being named.
#[derive(Clone, Copy, PartialEq)]
pub enum Named {
    Field,
    Measure,
    StandardOrGroup,
}

impl Named {
    fn said(self) -> Said {
        match self {
            Named::Field => said!("a field"),
            Named::Measure => said!("a measure"),
            Named::StandardOrGroup => said!("a standard or group"),
        }
    }
}

fn is_reserved(name: &str, named: Named) -> bool {
    RESERVED.contains(&name)
        || match named {
            Named::Field => name == "as_of",
            Named::Measure => false,
            Named::StandardOrGroup => RULE_NAMES.contains(&name),
        }
}

/// Letters (of any language), digits and `_`, not starting with a digit.
pub fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().any(|c| c != '_')
}

/// Whether anything may have this name: field, measure, standard or group.
pub fn is_free_name(name: &str) -> bool {
    is_identifier(name) && !is_reserved(name, Named::Field) && !is_reserved(name, Named::StandardOrGroup)
}

impl Reader<'_> {
    /// Reports a name that expressions couldn't use.
    pub fn check_name(&mut self, name: &Authored<String>, named: Named) {
        let written = name.value.as_str();
        if is_reserved(written, named) {
            let help = match named {
                Named::Field => said!(
                    "call it something else and keep the column: `is_{written}: { column: \"{written}\", type: text }`",
                    written
                ),
                _ => said!("call it something else, such as `{written}_share`", written),
            };
            self.report(
                Diagnostic::error(
                    &codes::RESERVED_NAME,
                    said!("{what} can't be called `{written}`", what = named.said(), written),
                )
                .at(name.span(), said!("the language keeps this word for itself"))
                .help(help),
            );
        } else if named == Named::Field && !is_identifier(written) {
            let better = identifier_like(written);
            self.report(
                Diagnostic::error(
                    &codes::BAD_NAME,
                    said!("an expression can't use a field called `{written}`", written),
                )
                .at(name.span(), said!("use letters, digits and `_`, and no digit first"))
                .help(said!("write `{better}: { column: \"{written}\", type: … }`", better, written)),
            );
        } else if written.is_empty() || written.contains(['.', '"', '\n', '`']) || written.trim() != written {
            self.report(
                Diagnostic::error(
                    &codes::BAD_NAME,
                    said!("{what} can't be called `{written}`", what = named.said(), written),
                )
                .at(name.span(), said!("dots, quotes and empty names would be misread in expressions"))
                .help(said!("write `{better}`", better = identifier_like(written))),
            );
        }
    }
}

/// The nearest name that an expression can use.
fn identifier_like(name: &str) -> String {
    let mut out: String = name.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if !out.chars().next().is_some_and(char::is_alphabetic) {
        out.insert_str(0, "field_");
    }
    out.to_lowercase()
}

/// The help line for a name that isn't known: what was perhaps meant, else what there is.
pub fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>, where_to_add: &str) -> Said {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = did_you_mean(written, known.iter().copied()) {
        return said!("did you mean `{near}`?", near);
    }
    match known.as_slice() {
        [] => said!("there is none yet; add it under `{section}`", section = where_to_add),
        few if few.len() <= 12 => said!("there is {known}", known = list(few)),
        many => {
            let some = list(many.get(..6).unwrap_or(many));
            said!("there are {count}, such as {some}", count = many.len(), some)
        }
    }
}

/// `a`, `b` and `c`
pub fn list<S: AsRef<str>>(words: &[S]) -> Said {
    Said::list(words)
}

/// Pieces with "or" between them.
pub fn either(pieces: impl IntoIterator<Item = Said>) -> Said {
    Said::either(pieces)
}

/// Names and their positions, in the order of the workspace.
#[derive(Clone, Debug, Default)]
pub struct Names {
    order: Vec<Authored<String>>,
    positions: BTreeMap<String, usize>,
}

impl Names {
    pub fn of(names: impl IntoIterator<Item = Authored<String>>) -> Self {
        let order: Vec<_> = names.into_iter().collect();
        let positions = order.iter().enumerate().map(|(i, n)| (n.value.clone(), i)).collect();
        Self { order, positions }
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    pub fn get(&self, position: usize) -> Option<&Authored<String>> {
        self.order.get(position)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(|n| n.value.as_str())
    }
}

/// Whether a word is a key of a section or one of its words (for messages about misplaced keys).
pub fn is_key_of(section: &Section, word: &str) -> bool {
    section.keys.iter().any(|k| k.name == word && !matches!(k.shape, Shape::Free))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_may_be_in_any_language() {
        for good in ["wait_seconds", "délai", "顧客", "_a", "a1"] {
            assert!(is_identifier(good), "{good}");
        }
        for bad in ["", "1a", "wait-seconds", "a b", "_", "a.b"] {
            assert!(!is_identifier(bad), "{bad}");
        }
    }

    #[test]
    fn reserved_words_depend_on_what_is_named() {
        assert!(is_reserved("case", Named::Field));
        assert!(is_reserved("new", Named::Measure));
        assert!(is_reserved("score", Named::StandardOrGroup));
        assert!(!is_reserved("score", Named::Field));
        assert!(is_reserved("as_of", Named::Field));
        assert!(RESERVED.windows(2).all(|w| w[0].to_lowercase() <= w[1].to_lowercase()), "sorted, to find doubles");
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn a_better_name_can_be_used() {
        assert!(is_identifier(&identifier_like("Wait-Seconds")));
        assert!(is_identifier(&identifier_like("1st")));
    }
}
