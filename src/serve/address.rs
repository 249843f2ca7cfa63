//! Addresses of pages. Ids stand in the query, escaped whole: in a path a browser would take `..` for a folder.

use std::collections::BTreeMap;

/// The values of a form, by name.
pub type Query = BTreeMap<String, String>;

/// Longest query that is read.
const LONGEST: usize = 8 * 1024;

/// `?q=a%20b&page=2`, without the empty ones; nothing where all are empty.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// `q=a+b&page=2`, percent-decoded; the last of equal names wins.
pub fn parse(query: &str) -> Query {
    let pairs = query.get(..query.len().min(LONGEST)).unwrap_or("").split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Percent-decoding; `+` is a space. Broken sequences stay as written.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (byte, digit(i + 1), digit(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 2;
            }
            (b'+', _, _) => out.push(b' '),
            _ => out.push(byte),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_id_makes_the_round_trip() {
        for id in ["AG-7", "a/b", "..", "Ama Mensah", "100%", "a+b", "Zoë", "日本", "?&=#", "<b>\"'"] {
            let query = query(&[("id", id), ("page", "2"), ("none", "")]);
            assert_eq!(parse(query.trim_start_matches('?')).get("id").map(String::as_str), Some(id), "{query}");
            assert!(query.bytes().all(|b| b.is_ascii_graphic() && b != b'"'), "{query}");
        }
        assert_eq!(query(&[("q", "")]), "");
    }

    #[test]
    fn broken_escapes_stay_and_forms_write_spaces_as_plus() {
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%+1"), "% 1", "a sign is no hexadecimal digit");
        assert_eq!(decode("a+b%20c%2B"), "a b c+");
        assert_eq!(decode("%ff"), "\u{fffd}");
        let long = format!("q={}", "x".repeat(100_000));
        assert!(parse(&long).get("q").is_some_and(|q| q.len() < LONGEST));
    }
}
