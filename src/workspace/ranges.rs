//! What a condition plainly says about single figures: `score > 90 && score < 80` can be seen to be never true, and
//! `score < 50` to be covered by `score < 80`. Whatever isn't a comparison of a name with a number is left alone.

use std::collections::BTreeMap;

use super::scalars::parse_number;

/// The numbers between two ends; `true` where the end itself belongs to it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    from: (f64, bool),
    to: (f64, bool),
}

impl Range {
    const ALL: Range = Range { from: (f64::NEG_INFINITY, false), to: (f64::INFINITY, false) };

    fn is_empty(self) -> bool {
        self.from.0 > self.to.0 || (self.from.0 == self.to.0 && !(self.from.1 && self.to.1))
    }

    fn meet(self, other: Range) -> Range {
        let from = match self.from.0.total_cmp(&other.from.0) {
            std::cmp::Ordering::Greater => self.from,
            std::cmp::Ordering::Less => other.from,
            std::cmp::Ordering::Equal => (self.from.0, self.from.1 && other.from.1),
        };
        let to = match self.to.0.total_cmp(&other.to.0) {
            std::cmp::Ordering::Less => self.to,
            std::cmp::Ordering::Greater => other.to,
            std::cmp::Ordering::Equal => (self.to.0, self.to.1 && other.to.1),
        };
        Range { from, to }
    }

    fn covers(self, other: Range) -> bool {
        self.meet(other) == other
    }
}

/// The conjunction of a condition, as far as it compares names with numbers.
#[derive(Clone, Debug, Default)]
pub struct Ranges {
    by_name: BTreeMap<String, Range>,
    /// Nothing else stands in the condition.
    complete: bool,
}

impl Ranges {
    pub fn of(condition: &str) -> Ranges {
        let Some(parts) = conjuncts(condition) else { return Ranges::default() };
        let mut ranges = Ranges { by_name: BTreeMap::new(), complete: true };
        for part in parts {
            match comparison(part) {
                Some((name, range)) => {
                    let known = ranges.by_name.entry(name.to_string()).or_insert(Range::ALL);
                    *known = known.meet(range);
                }
                None => ranges.complete = false,
            }
        }
        ranges
    }

    /// A name whose comparisons can't all hold.
    pub fn contradiction(&self) -> Option<&str> {
        self.by_name.iter().find(|(_, range)| range.is_empty()).map(|(name, _)| name.as_str())
    }

    /// Wherever `other` holds, this holds too.
    pub fn covers(&self, other: &Ranges) -> bool {
        self.complete
            && !self.by_name.is_empty()
            && self.by_name.iter().all(|(name, range)| other.by_name.get(name).is_some_and(|o| range.covers(*o)))
    }
}

/// The parts of a condition joined by `&&`, outside of quotes and brackets; none where it is joined otherwise.
fn conjuncts(condition: &str) -> Option<Vec<&str>> {
    let condition = condition.trim();
    let bytes = condition.as_bytes();
    let (mut parts, mut start, mut depth, mut quoted, mut i) = (Vec::new(), 0, 0i32, false, 0);
    while let Some(byte) = bytes.get(i) {
        match byte {
            b'\\' if quoted => i += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b';' | b'?' if depth == 0 => return None,
            b'|' if depth == 0 => return None,
            b'&' if depth == 0 && bytes.get(i + 1) == Some(&b'&') => {
                parts.push(condition.get(start..i)?);
                i += 1;
                start = i + 1;
            }
            b'/' if matches!(bytes.get(i + 1), Some(b'/' | b'*')) => return None,
            _ => {}
        }
        i += 1;
    }
    parts.push(condition.get(start..)?);
    let statement = ["if ", "switch ", "let ", "fn ", "return "];
    if statement.iter().any(|s| condition.starts_with(s)) { None } else { Some(parts) }
}

/// `score >= 90`, `90 <= score`, `(score >= 90)`.
fn comparison(part: &str) -> Option<(&str, Range)> {
    let mut part = part.trim();
    while let Some(inner) = part.strip_prefix('(').and_then(|p| p.strip_suffix(')')) {
        if inner.contains(['(', ')', '&', '|']) {
            return None;
        }
        part = inner.trim();
    }
    let at = part.find(['<', '>', '='])?;
    let (left, rest) = part.split_at(at);
    let length = ["<=", ">=", "=="].iter().find(|op| rest.starts_with(**op)).map_or(1, |op| op.len());
    let (operator, right) = rest.split_at(length);
    if operator == "=" {
        return None;
    }
    let (left, right) = (left.trim(), right.trim());
    let (name, number, mirrored) = match (parse_number(left), parse_number(right)) {
        (None, Some(number)) if is_path(left) => (left, number, false),
        (Some(number), None) if is_path(right) => (right, number, true),
        _ => return None,
    };
    let range = match (operator, mirrored) {
        ("<", false) | (">", true) => Range { to: (number, false), ..Range::ALL },
        ("<=", false) | (">=", true) => Range { to: (number, true), ..Range::ALL },
        (">", false) | ("<", true) => Range { from: (number, false), ..Range::ALL },
        (">=", false) | ("<=", true) => Range { from: (number, true), ..Range::ALL },
        _ => Range { from: (number, true), to: (number, true) },
    };
    Some((name, range))
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_seen() {
        for condition in [
            "score > 90 && score < 80",
            "score > 90 && met(\"x\") && score <= 90",
            "80 > score && (score >= 80)",
            "a.value == 1 && a.value == 2",
        ] {
            assert!(Ranges::of(condition).contradiction().is_some(), "{condition}");
        }
        for condition in [
            "score > 80 && score < 90",
            "score >= 80 && score <= 80",
            "score > 90 || score < 80",
            "a.value > 2 && b.value < 1",
            "f(score > 90) && score < 80",
            "name == \"score > 90 && score\" && score < 80",
            "!(score > 90) && score < 80",
            "score > 90 + x && score < 80",
        ] {
            assert_eq!(Ranges::of(condition).contradiction(), None, "{condition}");
        }
    }

    #[test]
    fn a_wider_condition_covers_a_narrower_one() {
        let covers = |a: &str, b: &str| Ranges::of(a).covers(&Ranges::of(b));
        assert!(covers("score < 80", "score < 50"));
        assert!(covers("score < 80", "score < 80 && met(\"x\")"));
        assert!(!covers("score < 50", "score < 80"));
        assert!(!covers("score < 80", "score <= 80"));
        assert!(!covers("score < 80 && met(\"x\")", "score < 50"));
        assert!(!covers("met(\"x\")", "met(\"x\")"));
        assert!(!covers("score < 80", "a.value < 50"));
    }
}
