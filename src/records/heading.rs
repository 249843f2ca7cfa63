//! The column titles of a file, and where each lane finds its column.

use super::codes;
use super::lane::Lane;
use crate::diagnostic::{Diagnostic, Said};
use crate::said;

/// The titles of one file, as written but without outer spaces and line breaks.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    pub titles: Vec<String>,
    /// The line they stand on; 0 where the format has no such line.
    pub line: u64,
}

impl Heading {
    pub fn new<S: AsRef<str>>(titles: impl IntoIterator<Item = S>, line: u64) -> Self {
        Self { titles: titles.into_iter().map(|t| tidy(t.as_ref())).collect(), line }
    }

    /// How many of the lanes have a column here.
    pub fn matches(&self, lanes: &[Lane]) -> usize {
        let known = |title: String| self.titles.contains(&title) || self.numbered(&title).is_some();
        lanes.iter().filter(|l| known(tidy(&l.title))).count()
    }

    /// The column of each lane, or every one that is missing or ambiguous.
    pub fn resolve(&self, lanes: &[Lane], file: &str) -> Result<Vec<usize>, Vec<Diagnostic>> {
        let mut columns = Vec::new();
        let mut problems: Vec<Diagnostic> = Vec::new();
        for lane in lanes {
            let title = tidy(&lane.title);
            let mut found = self.all(&title);
            match (found.next(), found.next()) {
                (Some(column), None) => columns.push(column),
                (None, _) if let Some(column) = self.numbered(&title) => columns.push(column),
                (None, _) => {
                    let problem = self.missing(lane, &title, file);
                    if !problems.iter().any(|p| p.message == problem.message) {
                        problems.push(problem);
                    }
                }
                (Some(first), Some(second)) => {
                    problems.push(self.ambiguous(lane, &title, file, first + 1, second + 1));
                }
            }
        }
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    fn all<'t>(&'t self, title: &'t str) -> impl Iterator<Item = usize> + 't {
        self.titles.iter().enumerate().filter(move |(_, t)| *t == title).map(|(i, _)| i)
    }

    /// `note (2)`: the second of the columns `note`.
    fn numbered(&self, title: &str) -> Option<usize> {
        let (title, number) = title.strip_suffix(')')?.rsplit_once(" (")?;
        let number = number.parse::<usize>().ok().filter(|n| *n > 0)?;
        if self.all(title).count() < 2 { None } else { self.all(title).nth(number - 1) }
    }

    fn missing(&self, lane: &Lane, title: &str, file: &str) -> Diagnostic {
        let named: Vec<&str> = self.titles.iter().map(String::as_str).filter(|t| !t.is_empty()).collect();
        let mut diagnostic =
            Diagnostic::error(&codes::MISSING_COLUMN, said!("`{file}` has no column `{title}`", file, title))
                .at(lane.origin.span, said!("no column has this title"))
                .in_data(file, self.line, 0, said!("the titles stand here"));
        let same = named.iter().find(|t| t.to_lowercase() == title.to_lowercase()).copied();
        if let Some(near) = same.or_else(|| crate::diagnostic::nearest(title, named.iter().copied())) {
            diagnostic = diagnostic.help(said!("did you mean `{near}`?", near));
        }
        diagnostic.help(match named.as_slice() {
            [] => said!("no title stands there; say which row has them, such as `format: { header_row: 2 }` for the second"),
            [title] => said!(
                "the only title is `{title}`; if that is not the row of titles, say which one is, such as `format: { header_row: 2 }` for the second",
                title
            ),
            _ => said!("the titles are {titles}", titles = first_of(&named, 30)),
        })
    }

    fn ambiguous(&self, lane: &Lane, title: &str, file: &str, first: usize, second: usize) -> Diagnostic {
        Diagnostic::error(&codes::AMBIGUOUS_COLUMN, said!("`{file}` has two columns `{title}`", file, title))
            .at(lane.origin.span, said!("this is column {first} or column {second}", first, second))
            .in_data(file, self.line, 0, said!("the titles stand here"))
            .help(said!("write `\"{title} (1)\"` for the first of them or `\"{title} (2)\"` for the second, or rename one in the file", title))
    }
}

/// The first `most` of the names: `` `a`, `b` and 5 more ``.
pub fn first_of<S: AsRef<str>>(names: &[S], most: usize) -> Said {
    let shown: Vec<String> = names.iter().take(most).map(|name| format!("`{}`", name.as_ref())).collect();
    let names_shown = shown.join(", ");
    match names.len() - shown.len() {
        0 => Said::verbatim(names_shown),
        more => said!("{names} and {more} more", names = names_shown, more),
    }
}

/// Titles are compared without outer spaces, with line breaks and double spaces taken as one space.
pub fn tidy(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for word in title.trim_start_matches('\u{feff}').split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Origin;
    use crate::records::lane::Reading;

    fn lane(title: &str) -> Lane {
        Lane {
            title: title.to_owned(),
            reading: Reading::Text,
            pattern: None,
            yes: vec![],
            no: vec![],
            origin: Origin::nowhere(),
        }
    }

    #[test]
    fn titles_match_apart_from_spaces_and_line_breaks() {
        let heading = Heading::new([" Speed of\n answer ", "id", "\u{feff}x"], 1);
        let columns = heading.resolve(&[lane("Speed of answer"), lane("x"), lane("id")], "f.csv");
        assert_eq!(columns.ok(), Some(vec![0, 2, 1]));
    }

    #[test]
    fn only_a_used_column_must_be_unique() {
        let heading = Heading::new(["id", "note", "note"], 1);
        assert!(heading.resolve(&[lane("id")], "f.csv").is_ok());
        let problems = heading.resolve(&[lane("note"), lane("id")], "f.csv").unwrap_err();
        assert_eq!(problems.iter().map(|p| p.code.id).collect::<Vec<_>>(), ["EH0508"]);
        let columns = heading.resolve(&[lane("note (2)"), lane("note (1)")], "f.csv");
        assert_eq!(columns.ok(), Some(vec![2, 1]));
        assert!(heading.resolve(&[lane("note (3)")], "f.csv").is_err());
        assert!(heading.resolve(&[lane("id (1)")], "f.csv").is_err(), "one column needs no number");
    }

    #[test]
    fn every_missing_column_is_listed_once() {
        let heading = Heading::new(["agent", "answered"], 3);
        let problems = heading.resolve(&[lane("Agent"), lane("Agent"), lane("answerd")], "f.csv").unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(problems[0].help.iter().any(|h| h.contains("`agent`")), "{:?}", problems[0].help);
    }
}
