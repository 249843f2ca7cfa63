//! Parts of the report that are a title with sentences and tables: one file a part, drawn by one macro in each form of the page.
//! A part with nothing to say is left out.

mod claims;
mod habits;
mod targets;
mod trades;
pub use claims::claims_object;
mod coverage;
mod importance;
mod silence;
pub use coverage::coverage_object;
use serde::Serialize;
pub use silence::silence_object;
pub use targets::targets_object;
pub use trades::trades_object;
mod people;
pub use people::on_record_object;

use super::Report;

/// A part of the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Part {
    /// Anchor in the page.
    pub id: &'static str,
    pub title: String,
    /// What the part is about, and how its figures come about.
    pub about: Option<String>,
    pub items: Vec<Item>,
    pub tables: Vec<Table>,
}

/// A sentence, with a word in front of it that says how it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Item {
    pub tag: Option<Tag>,
    pub text: String,
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tag {
    /// Its colour: a class of `style.html`, such as `act` or `met`.
    pub class: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    pub caption: String,
    pub head: Vec<Column>,
    /// One text a column; the first names the row.
    pub rows: Vec<Vec<String>>,
    /// `and 12 more`
    pub more: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Column {
    pub title: String,
    /// Figures, set flush right.
    pub number: bool,
}

impl Item {
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    #[must_use]
    pub fn tagged(mut self, class: &'static str, text: impl Into<String>) -> Self {
        self.tag = Some(Tag { class, text: text.into() });
        self
    }
}

impl Part {
    fn says_something(&self) -> bool {
        !self.items.is_empty() || self.tables.iter().any(|table| !table.rows.is_empty())
    }
}

/// Makes one part of a report.
type Maker = fn(&Report<'_>) -> Part;

/// Before the wins: what a reader must know first.
const FIRST: &[Maker] = &[silence::part];

/// After the recommendations, in the order of the page.
const LATER: &[Maker] =
    &[claims::part, targets::part, trades::part, habits::part, people::part, importance::part, coverage::part];

impl Report<'_> {
    pub(super) fn first_parts(&self) -> Vec<Part> {
        self.made(FIRST)
    }

    pub(super) fn later_parts(&self) -> Vec<Part> {
        self.made(LATER)
    }

    fn made(&self, makers: &[Maker]) -> Vec<Part> {
        makers.iter().map(|maker| maker(self)).filter(Part::says_something).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_with_nothing_to_say_is_left_out() {
        let mut part = Part { id: "x", title: "X".into(), tables: vec![Table::default()], ..Part::default() };
        assert!(!part.says_something());
        part.items.push(Item::of("one").tagged("act", "act"));
        assert!(part.says_something());
    }
}
