//! The titles of the file of protected attributes: all that anything but the impact audit ever reads of it, so that a rule
//! that names one can be refused. Not a cell is looked at.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::codes;
use super::plan::DataFile;
use crate::diagnostic::{Authored, Diagnostic, Said};
use crate::said;

/// Longer lines are no titles.
const LONGEST: u64 = 65_536;

/// Attribute titles of a delimited file, without `person`. A file that can't be read has none here: the impact audit says
/// what is wrong with it. The titles of other kinds of files are looked at where data files are read (`records`).
pub fn titles(file: Option<&DataFile>) -> Vec<String> {
    let Some(file) = file else { return Vec::new() };
    let line = header(&file.base.join(&file.file.value), file.format.header_row.unwrap_or(1)).unwrap_or_default();
    let delimiter = file.format.delimiter.map_or_else(|| likeliest(&line), char::from);
    let titles = line.split(delimiter).map(|t| t.trim().trim_matches('"').trim().to_owned());
    titles.filter(|t| !t.is_empty() && !t.eq_ignore_ascii_case("person")).collect()
}

fn header(path: &Path, row: u32) -> Option<String> {
    let kind = path.extension()?.to_str()?.to_ascii_lowercase();
    if !["csv", "tsv", "txt"].contains(&kind.as_str()) {
        return None;
    }
    let mut lines = BufReader::new(std::fs::File::open(path).ok()?.take(LONGEST));
    let mut line = Vec::new();
    for _ in 0..row {
        line.clear();
        lines.read_until(b'\n', &mut line).ok()?;
    }
    let text = String::from_utf8_lossy(&line);
    Some(text.trim_start_matches('\u{feff}').trim_end().to_owned())
}

fn likeliest(line: &str) -> char {
    let often = |sign: &char| line.matches(*sign).count();
    [',', ';', '\t', '|'].into_iter().rev().max_by_key(often).unwrap_or(',')
}

/// What is said to someone who names one.
pub fn refusal(name: &str) -> Said {
    said!("`{name}` is a protected attribute: no rule can see it, only `evenhand impact` reads it", name)
}

/// Someone compares within it, or makes a rule or a standard for some of its groups only.
pub fn protected_named(name: &Authored<String>) -> Diagnostic {
    Diagnostic::error(&codes::PROTECTED, refusal(&name.value))
        .at(name.span(), said!("a protected attribute"))
        .help(said!("leave it out: `evenhand impact` shows whether protected groups fare alike"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::plan::Format;

    #[test]
    fn titles_of_delimited_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
            let file = Authored::default_of(name.to_owned());
            titles(Some(&DataFile { file, base: folder.path().into(), format: Format::default(), missing: Vec::new() }))
        };
        assert_eq!(of("a.csv", "\u{feff}person,gender,\"age band\"\r\nA,f,30\n"), ["gender", "age band"]);
        assert_eq!(of("b.csv", "Person;gender\nA;f\n"), ["gender"]);
        assert_eq!(of("c.xlsx", "person,gender\n"), Vec::<String>::new());
        assert_eq!(titles(None), Vec::<String>::new());
    }
}
