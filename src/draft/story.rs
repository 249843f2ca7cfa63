//! What a draft tells its reader: what each column was taken for, and what was unsure, in words that need no YAML.

use serde::Serialize;

/// Something that could be otherwise, and how to change it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unsure {
    pub what: String,
    pub change: String,
    /// Line of `evenhand.yaml`, from 1; 0 where no line is about it.
    pub line: usize,
    /// How that line begins (after its spaces), or what it holds.
    #[serde(skip)]
    pub(super) anchor: String,
    /// Only where this figure is kept.
    #[serde(skip)]
    pub(super) figure: Option<String>,
}

impl Unsure {
    pub fn new(what: impl Into<String>, change: impl Into<String>, anchor: impl Into<String>) -> Self {
        Self { what: what.into(), change: change.into(), line: 0, anchor: anchor.into(), figure: None }
    }

    #[must_use]
    pub fn of(mut self, figure: &str) -> Self {
        self.figure = Some(figure.to_owned());
        self
    }

    /// Finds its line in the text that was written; comments are not looked at.
    pub fn place(&mut self, text: &str) {
        let found = text.lines().position(|line| !line.trim_start().starts_with('#') && line.contains(&self.anchor));
        self.line = found.map_or(0, |i| i + 1);
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Story {
    /// `tickets.csv: 1,204 rows under the titles in line 4`, and what was left aside.
    pub looked: Vec<String>,
    /// What, and which column, with what was seen in it.
    pub took: Vec<(String, String)>,
    pub unsure: Vec<Unsure>,
    /// Columns that were not used, with the reason where there is one.
    pub unused: Vec<String>,
}

/// 1204 → `1,204`
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

impl Story {
    /// The whole of it as paragraphs.
    pub fn text(&self) -> String {
        let mut out = self.looked.join("\n");
        out.push_str("\n\nWhat the columns were taken for:\n");
        let width = self.took.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
        for (what, column) in &self.took {
            out.push_str(&format!("  {what:width$}  {column}\n"));
        }
        if !self.unsure.is_empty() {
            out.push_str("\nPlease check, these were not certain:\n");
            for (i, unsure) in self.unsure.iter().enumerate() {
                out.push_str(&format!("  {}. {}\n", i + 1, capital(&unsure.what)));
                let place =
                    if unsure.line > 0 { format!("evenhand.yaml, line {}: ", unsure.line) } else { String::new() };
                out.push_str(&format!("     To change it: {place}{}\n", unsure.change));
            }
        }
        if !self.unused.is_empty() {
            out.push_str(&format!("\nNot used: {}\n", self.unused.join(", ")));
        }
        out
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_points_at_its_line() {
        let mut unsure = Unsure::new("which date counts", "write another title", "    at: ");
        unsure.place("sources:\n  a:\n    # at: comment\n    at: \"Date\"\n");
        assert_eq!(unsure.line, 4);
        let story = Story {
            looked: vec!["a.csv: 2 rows".into()],
            took: vec![("person".into(), "`Agent`".into()), ("date".into(), "`Date`".into())],
            unsure: vec![unsure],
            unused: vec!["`Note`".into()],
        };
        let text = story.text();
        assert!(text.contains("  person  `Agent`\n  date    `Date`\n"), "{text}");
        assert!(
            text.contains("  1. Which date counts\n     To change it: evenhand.yaml, line 4: write another title\n"),
            "{text}"
        );
        assert_eq!((grouped(7), grouped(1204), grouped(1_234_567)), ("7".into(), "1,204".into(), "1,234,567".into()));
    }
}
