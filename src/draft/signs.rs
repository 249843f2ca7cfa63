//! Which decimal and thousands signs a file uses: one answer for the whole file, from the cells that can only mean one thing.

use crate::records::Signs;

/// What the cells say.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub signs: Signs,
    /// A cell such as `1.234`, which is one thousand or one and a bit; nothing in the file tells.
    pub doubt: Option<String>,
}

#[derive(Default)]
struct Votes {
    point: usize,
    comma: usize,
    /// `1.234`, `1,234`: with one sign and three digits behind it.
    either_point: Option<String>,
    either_comma: Option<String>,
    grouped: Vec<char>,
}

/// `semicolons`: the cells are parted by `;`, as programs do where the comma is the decimal sign.
pub fn of<'a>(texts: impl Iterator<Item = &'a str>, semicolons: bool) -> Found {
    let mut votes = Votes::default();
    for text in texts {
        vote(text, &mut votes);
    }
    let (decimal, doubt) = match votes.point.cmp(&votes.comma) {
        std::cmp::Ordering::Greater => ('.', None),
        std::cmp::Ordering::Less => (',', None),
        std::cmp::Ordering::Equal => {
            let decimal = if semicolons { ',' } else { '.' };
            // `1,234` beside a decimal point is a thousand; alone, nobody knows.
            (decimal, votes.either_point.clone().or_else(|| votes.either_comma.clone()))
        }
    };
    let either = if decimal == ',' { votes.either_point.is_some() } else { votes.either_comma.is_some() };
    let other = if decimal == ',' { '.' } else { ',' };
    let thousands = votes.grouped.iter().copied().find(|c| *c != decimal).or(either.then_some(other));
    Found { signs: Signs { decimal, thousands }, doubt }
}

fn vote(text: &str, votes: &mut Votes) {
    let bare = text.trim_start_matches(['-', '+', '\u{2212}']).trim_end_matches('%').trim();
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’') || is_space(c);
    if !bare.starts_with(|c: char| c.is_ascii_digit()) || !bare.chars().all(fits) {
        return;
    }
    let points = bare.matches('.').count();
    let commas = bare.matches(',').count();
    for sign in ['\'', '’'] {
        if bare.contains(sign) {
            votes.grouped.push(sign);
        }
    }
    if bare.contains(is_space) {
        votes.grouped.push(' ');
    }
    let behind = |sign: char| bare.rsplit(sign).next().map_or(0, str::len);
    match (points, commas) {
        (1, 0) if behind('.') != 3 || bare.starts_with("0.") => votes.point += 1,
        (0, 1) if behind(',') != 3 || bare.starts_with("0,") => votes.comma += 1,
        (1, 0) => votes.either_point = votes.either_point.take().or(Some(text.to_owned())),
        (0, 1) => votes.either_comma = votes.either_comma.take().or(Some(text.to_owned())),
        (0, 0) => {}
        (0, _) => {
            votes.grouped.push(',');
            votes.point += 1;
        }
        (_, 0) => {
            votes.grouped.push('.');
            votes.comma += 1;
        }
        // Both: the last one is the decimal sign.
        _ if bare.rfind(',') > bare.rfind('.') => {
            votes.grouped.push('.');
            votes.comma += 1;
        }
        _ => {
            votes.grouped.push(',');
            votes.point += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_decides_once() {
        for (texts, semicolons, decimal, thousands, doubt) in [
            (vec!["1,5", "2", "1.234"], true, ',', Some('.'), false),
            (vec!["1.5", "1,234"], false, '.', Some(','), false),
            (vec!["1.234.567,25"], false, ',', Some('.'), false),
            (vec!["12 345,5"], false, ',', Some(' '), false),
            (vec!["1'234.50"], false, '.', Some('\''), false),
            (vec!["7", "12"], true, ',', None, false),
            (vec!["7", "12"], false, '.', None, false),
            (vec!["1.234", "2.345"], false, '.', None, true),
            (vec!["1.234", "2.345"], true, ',', Some('.'), true),
            (vec!["0.125", "0.250"], false, '.', None, false),
            (vec!["85,5 %", "90 %"], true, ',', None, false),
            (vec!["abc", "T-1.5"], false, '.', None, false),
        ] {
            let found = of(texts.iter().copied(), semicolons);
            assert_eq!(
                (found.signs.decimal, found.signs.thousands, found.doubt.is_some()),
                (decimal, thousands, doubt),
                "{texts:?}"
            );
        }
    }
}
