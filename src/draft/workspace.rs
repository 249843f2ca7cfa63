//! The text of the drafted `evenhand.yaml`: every line with the reason why it is there, for someone who never saw one.

use std::fmt::Write as _;

use super::columns::Columns;
use super::figures::{Figure, Unit};
use super::roles::Roles;
use super::start::Start;
use super::table::Table;
use crate::records::Grid;

/// Everything that the file is written from.
pub struct Sheet<'a> {
    /// File name of the export, for titles.
    pub name: &'a str,
    /// As `files:` names them.
    pub files: &'a [String],
    pub about: &'a Grid,
    pub table: &'a Table,
    pub columns: &'a Columns,
    pub roles: &'a Roles,
    pub figures: &'a [Figure],
    pub start: &'a Start,
    /// The file of names that was written beside it.
    pub names: Option<&'a str>,
    pub survey: bool,
}

/// The field by which a record is told from a second row of titles.
const ROW_NUMBER: &str = "row_is_filled";

/// A text in double quotes, as YAML reads it back.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) || c == '\u{feff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// For a comment: on one line.
fn remark(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) { ' ' } else { c }).collect()
}

impl Sheet<'_> {
    pub fn text(&self) -> String {
        let parts = [self.head(), self.source(), self.measures(), self.standards(), self.rules()];
        parts.join("\n")
    }

    fn reference(&self, position: usize) -> String {
        let title = self.columns.all.get(position).and_then(|c| c.title.reference.clone());
        quoted(&title.unwrap_or_default())
    }

    fn levels(&self) -> Vec<&str> {
        let person = self.roles.person.map(|_| "person");
        person.into_iter().chain(self.roles.groups.iter().map(|(level, _)| *level)).chain(["organisation"]).collect()
    }

    fn head(&self) -> String {
        let start = self.start;
        let mut out = format!(
            "# A first charter, drafted from {}. Everything here is a start: read it, and change what doesn't fit.\n\
# Lines that begin with # are remarks. Names of columns stand in \"quotes\", exactly as in the file.\n\
# After a change: `evenhand check` says what is wrong, `evenhand run` writes the report.\n\
evenhand: 1\n\n\
# Where you are, so that days begin and end rightly: Europe/Berlin, Africa/Accra, America/New_York …\n\
zone: UTC\n\n",
            remark(self.name)
        );
        let why = match start.every {
            "all" if start.days.is_none() => "The file has no dates that could be read, so all of it is one period.",
            "all" => {
                "The file is judged as one period: a shorter one wouldn't be complete, or would hold too few records for most.\n# With more data: { every: month } or { every: quarter }."
            }
            _ => {
                "How long a period is: the shortest in which most have enough records. Others: week, quarter, year, all."
            }
        };
        let _ = writeln!(out, "# {why}\nperiods: {{ every: {} }}", start.every);
        if let Some(last) = start.as_of {
            let _ = writeln!(
                out,
                "\n# {} after this day were left out: they lie so far behind the others that their dates look mistyped.\nas_of: {last}",
                super::story::plural(start.astray as u64, "row", "rows")
            );
        }
        let _ = write!(
            out,
            "\n# Who is assessed, smallest first; `organisation` is everyone together.\nlevels: [{}]\n",
            self.levels().join(", ")
        );
        if let Some(names) = self.names {
            let _ = write!(
                out,
                "\n# Names to show in the report, taken from the export.\nnames: {{ person: {} }}\n",
                quoted(names)
            );
        }
        let _ = write!(
            out,
            "\n# The charter is what you promise your customers. Who answers for it, and who is the customer?\ncharter:\n  name: {}\n  version: \"0.1\"\n",
            quoted(&format!("First charter, drafted from {}", self.name))
        );
        if let Some((first, last)) = start.days {
            let _ = writeln!(out, "  effective: {first}");
            if let Ok(review) = last.checked_add(jiff::Span::new().years(1)) {
                let _ = writeln!(out, "  review_by: {review}");
            }
        }
        out.push_str("  owner: Head of Service\n  customer: the customer who pays\n");
        out
    }

    fn source(&self) -> String {
        let kind = if self.survey { "customer_response" } else { "record" };
        let mut out = format!(
            "# Where the records are. Next month's export can lie beside this one: files: data/*.csv reads all of them.\n\
sources:\n  {}:\n    files: {}\n    # record (what happened) or customer_response (what customers said)\n    kind: {kind}\n",
            self.source_name(),
            match self.files {
                [one] => quoted(one),
                all => format!("[{}]", all.iter().map(|f| quoted(f)).collect::<Vec<_>>().join(", ")),
            }
        );
        if let Some(id) = self.roles.id {
            let _ = writeln!(
                out,
                "    # Each row's own number; a row that stands twice is counted once.\n    id: {}",
                self.reference(id)
            );
        }
        match self.roles.person {
            Some(person) => {
                let _ = writeln!(out, "    # Who did the work.\n    person: {}", self.reference(person));
            }
            None => out.push_str("    # No column was taken for the person who did the work. With one: person: \"TITLE\", and `person` in `levels:`.\n"),
        }
        if !self.roles.groups.is_empty() {
            let groups: Vec<String> =
                self.roles.groups.iter().map(|(level, c)| format!("{level}: {}", self.reference(*c))).collect();
            let _ = writeln!(out, "    # Which group the row belongs to.\n    subjects: {{ {} }}", groups.join(", "));
        }
        if let Some(at) = self.roles.at {
            let _ = writeln!(out, "    # When it happened: decides the period.\n    at: {}", self.reference(at));
        }
        out.push_str(&self.format());
        if let Some((row, _)) = &self.table.second {
            let _ = writeln!(
                out,
                "    # Line {} says more about the titles and is no record.\n    where: \"!is_missing({ROW_NUMBER})\"",
                row.line
            );
        }
        out.push_str(
            "    # The columns that are measured, each under a short name. Other columns are not read.\n    fields:\n",
        );
        if let Some((_, column)) = &self.table.second {
            let _ = writeln!(out, "      {ROW_NUMBER}: {{ column: {}, type: text }}", self.reference(*column));
        }
        let mut written = Vec::new();
        for field in self.figures.iter().flat_map(|f| &f.fields) {
            if written.contains(&&field.name) {
                continue;
            }
            written.push(&field.name);
            let more: String = field.more.iter().map(|(key, value)| format!(", {key}: {value}")).collect();
            let _ = writeln!(
                out,
                "      {}: {{ column: {}, type: {}{more} }}",
                field.name,
                self.reference(field.column),
                field.ty
            );
        }
        out
    }

    pub fn source_name(&self) -> &'static str {
        if self.survey { "answers" } else { "records" }
    }

    fn format(&self) -> String {
        let mut parts = Vec::new();
        match self.about.delimiter {
            Some(b'\t') => parts.push("delimiter: tab".to_owned()),
            Some(other) => parts.push(format!("delimiter: {}", quoted(&char::from(other).to_string()))),
            None => {}
        }
        if let Some(encoding) = self.about.encoding {
            parts.push(format!("encoding: {encoding}"));
        }
        if self.table.above > 0 || self.table.header > 1 {
            parts.push(format!("header_row: {}", self.table.header));
        }
        if !self.table.foot.is_empty() {
            parts.push(format!("footer_rows: {}", self.table.foot.len()));
        }
        let signs = self.columns.signs.signs;
        if signs.decimal != '.' {
            parts.push(format!("decimal: {}", quoted(&signs.decimal.to_string())));
        }
        if let Some(thousands) = signs.thousands {
            parts.push(format!("thousands: {}", quoted(&thousands.to_string())));
        }
        if !self.columns.formats.is_empty() {
            let dates: Vec<String> = self.columns.formats.iter().map(|f| quoted(f)).collect();
            parts.push(format!("dates: [{}]", dates.join(", ")));
        }
        let mut out = String::new();
        if !parts.is_empty() {
            out.push_str("    # How the file is written. In dates, %d is the day, %m the month, %Y the year, %H:%M the time.\n    format:\n");
            for part in parts {
                let _ = writeln!(out, "      {part}");
            }
        }
        let used = self.used();
        let mut nothing: Vec<&String> =
            self.columns.all.iter().filter(|c| used.contains(&c.position)).flat_map(|c| &c.nothing).collect();
        nothing.sort();
        nothing.dedup();
        if !nothing.is_empty() {
            let texts: Vec<String> = nothing.iter().map(|t| quoted(t)).collect();
            let _ = writeln!(out, "    # Cells that mean: nothing is known.\n    missing: [{}]", texts.join(", "));
        }
        out
    }

    /// Columns that the workspace reads.
    pub fn used(&self) -> std::collections::BTreeSet<usize> {
        let second = self.table.second.as_ref().map(|(_, column)| *column);
        let roles = [self.roles.at, self.roles.id, self.roles.person, self.roles.name, second].into_iter().flatten();
        let groups = self.roles.groups.iter().map(|(_, c)| *c);
        roles.chain(groups).chain(self.figures.iter().flat_map(|f| f.fields.iter().map(|f| f.column))).collect()
    }

    fn measures(&self) -> String {
        let mut out = String::from(
            "# What is computed from the records. share: how often something holds; mean: the average; nps: the net promoter score.\nmeasures:\n",
        );
        for figure in self.figures {
            let _ = writeln!(out, "  {}:\n    # from {}", figure.name, remark(&quoted(&figure.title)));
            for line in figure.remark.iter().flat_map(|text| text.lines()) {
                let _ = writeln!(out, "    # {}.", remark(line));
            }
            let _ = writeln!(out, "    source: {}\n    kind: objective", self.source_name());
            for (key, value) in &figure.lines {
                let _ = writeln!(out, "    {key}: {value}");
            }
            if figure.lower_is_better {
                out.push_str("    lower_is_better: true\n");
            }
        }
        out
    }

    fn standards(&self) -> String {
        let mut out =
            String::from("# What you promise. The promises are placeholders: write what your customers should read.\n");
        // A share is promised no higher than its records can prove; below three, nobody is the middle of anything.
        let (target, floor) = if self.start.alone {
            ("about the average of all records (fewer than three have enough of them to compare)", "clearly below that")
        } else {
            (
                "about what the middle of those assessed reaches today, a share no higher than records can prove",
                "what nine in ten reach today, or clearly below the target where that lies nearer",
            )
        };
        let _ = write!(
            out,
            "# target: the level you aim at. Here: {target}.\n\
# floor: below it service is not acceptable. Here: {floor}:\n\
# 15 points of a share, 20 of a net promoter score, a fifth of anything else.\n\
# Both are only a start, taken from this one file. Set them to what your customers need.\n\
standards:\n",
        );
        for (figure, (floor, target)) in self.figures.iter().zip(&self.start.lines) {
            let unit = match (figure.unit, figure.fields.first().map(|f| f.ty)) {
                (Unit::Plain, Some("duration")) => "   # seconds",
                (Unit::Plain, Some("time")) => "   # hours",
                _ => "",
            };
            let _ = writeln!(
                out,
                "  {}_standard:\n    promise: {}\n    measure: {}\n    quality: {}\n    phase: {}\n    floor: {floor}{unit}\n    target: {target}{unit}",
                figure.name,
                quoted(&figure.promise),
                figure.name,
                figure.quality,
                if matches!(figure.rank, 1 | 2) { "after" } else { "during" }
            );
        }
        out
    }

    fn rules(&self) -> String {
        let usual = self.start.usual;
        let few = if usual < self.start.minimum {
            format!(
                "# Most here have about {usual} in a period, so they will come out as `insufficient`: judge longer periods.\n"
            )
        } else {
            String::new()
        };
        format!(
            "# Nobody is judged on fewer records than this in a period. Below 10, luck decides.\n{few}minimum: {{ records: {} }}\n\n\
# What is recommended. The score is 0 where everything is at its floor, 100 where everything is at its target.\n\
# Even where a rule applies, evenhand first asks whether the difference could be luck.\n\
rules:\n  - id: keeps_the_promises\n    recommend: reward\n    when: score >= 80\n  - id: needs_support\n    recommend: develop\n    when: score < 80\n\n\
# There is no rule for sanctions, on purpose: a first draft from one file is no ground for one. Whoever wants one\n\
# should first agree on the charter, offer support, and read what `evenhand explain` says about a few people.\n",
            self.start.minimum
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_survive_quoting() {
        assert_eq!(quoted("a \"b\" \\ c\td"), "\"a \\\"b\\\" \\\\ c\\u0009d\"");
        assert_eq!(quoted("Größe: #1 {x}"), "\"Größe: #1 {x}\"");
        assert_eq!(remark("a\nb\u{2028}c"), "a b c");
    }
}
