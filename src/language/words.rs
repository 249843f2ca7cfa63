//! Text patterns, and the sums of short lists.

use super::number::finite;

/// Whether a whole text fits a pattern in which `*` is any text and `?` one character. Linear but for
/// the last star: no pattern makes it slow.
pub(super) fn matches(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == '?' || *c == text[t]) {
            t += 1;
            p += 1;
        } else if let Some((at, from)) = star {
            // The last star takes one character more.
            star = Some((at, from + 1));
            t = from + 1;
            p = at + 1;
        } else {
            return false;
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// In the order of the list; missing on overflow.
pub(super) fn sum(list: &[f64]) -> f64 {
    finite(list.iter().fold(0.0, |a, x| a + x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (text, pattern, fits) in [
            ("account", "acc*", true),
            ("account", "*count", true),
            ("account", "a?c*t", true),
            ("account", "acc", false),
            ("", "*", true),
            ("", "?", false),
            ("é", "?", true),
            ("aXbXc", "a*b*c", true),
            ("mississippi", "*iss*ppi", true),
            ("mississippi", "*iss?", false),
            ("a*b", "a*b", true),
        ] {
            assert_eq!(matches(text, pattern), fits, "{text} {pattern}");
        }
        assert!(!matches(&"a".repeat(5_000), &format!("{}b", "a*".repeat(50))));
    }
}
