//! Answers in words, as survey programs write them: `Very satisfied`, or `10 - Extremely likely` beside a bare `7`.

use std::collections::BTreeMap;

use super::columns::{Column, Columns};
use super::figures::{Figure, Names, Unit, field};
use super::words;
use super::workspace::quoted;

/// A scale has no more words than this.
const LONGEST: usize = 12;
/// Fewer answers than this are nothing to measure.
const FEWEST: usize = 10;

/// A figure of a column of words, where they are the answers to a question.
pub fn find(column: &Column, columns: &Columns, names: &mut Names) -> Option<Figure> {
    if column.title.reference.is_none() || column.filled < FEWEST {
        return None;
    }
    let counts = column.counts(&columns.texts);
    if counts.len() > LONGEST {
        return None;
    }
    let words: Vec<&str> = counts.into_keys().collect();
    if column.has(words::LIKELIHOOD) { likelihood(column, columns, &words, names) } else { None }
        .or_else(|| opinion(column, columns, &words, names))
}

fn values(column: &Column, columns: &Columns, of: &BTreeMap<&str, f64>) -> Vec<Option<f64>> {
    let texts = columns.texts.get(column.position).map_or(&[][..], |t| t);
    texts.iter().map(|t| of.get(t.as_deref()?).copied()).collect()
}

fn list(words: &[&str]) -> String {
    format!("[{}]", words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(", "))
}

/// The share of good answers, where every word stands on one of the usual scales.
fn opinion(column: &Column, columns: &Columns, words: &[&str], names: &mut Names) -> Option<Figure> {
    let is = |word: &str, among: &[&str]| among.contains(&words::fold(word).trim());
    let good: Vec<&str> = words.iter().copied().filter(|w| is(w, words::GOOD_ANSWERS)).collect();
    let other = words.iter().filter(|w| is(w, words::OTHER_ANSWERS)).count();
    if good.is_empty() || other == 0 || good.len() + other < words.len() {
        return None;
    }
    let name = names.of(column);
    let title = column.shown();
    let of = words.iter().map(|w| (*w, f64::from(good.contains(w)))).collect();
    let said = good.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(" or ");
    Some(Figure {
        lines: vec![("share", format!("{name} in {}", list(&good)))],
        fields: vec![field(&name, column, "text")],
        lower_is_better: false,
        unit: Unit::Share,
        values: values(column, columns, &of),
        quality: "quality",
        promise: format!("You are satisfied: “{title}”."),
        said: format!("share of answers {said}"),
        remark: None,
        rank: 1,
        title,
        name,
    })
}

/// 0 to 10, some of them with words behind: `10 - Extremely likely`.
fn likelihood(column: &Column, columns: &Columns, words: &[&str], names: &mut Names) -> Option<Figure> {
    let number = |word: &str| {
        let digits = word.chars().take_while(char::is_ascii_digit).count();
        let n: u8 = word.get(..digits)?.parse().ok()?;
        let rest = word.get(digits..)?;
        (n <= 10 && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == ',')).then_some(n)
    };
    let numbers: Vec<u8> = words.iter().map(|w| number(w)).collect::<Option<_>>()?;
    let between = |low: u8, high: u8| -> Vec<&str> {
        let mut found: Vec<(u8, &str)> =
            numbers.iter().copied().zip(words.iter().copied()).filter(|(n, _)| (low..=high).contains(n)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, word)| word).collect()
    };
    let (promoters, passives) = (between(9, 10), between(7, 8));
    let name = names.of(column);
    let title = column.shown();
    let counted = |n: u8| match n {
        9.. => 100.0,
        7.. => 0.0,
        _ => -100.0,
    };
    let of = words.iter().copied().zip(numbers.iter().map(|n| counted(*n))).collect();
    let expression = format!(
        "if {name} in {} {{ 10 }} else if {name} in {} {{ 8 }} else {{ 0 }}",
        list(&promoters),
        list(&passives)
    );
    Some(Figure {
        lines: vec![("nps", expression)],
        fields: vec![field(&name, column, "text")],
        lower_is_better: false,
        unit: Unit::Nps,
        values: values(column, columns, &of),
        quality: "quality",
        promise: "You would recommend us.".into(),
        said: "net promoter score: 9 and 10 count for, 0 to 6 against".into(),
        remark: Some("some of its cells have words behind the number, so each answer is named".into()),
        rank: 2,
        title,
        name,
    })
}
