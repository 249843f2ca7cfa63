//! What a source needs from its files: which lanes are read, and where each goes.

use super::lane::{Lane, Reading};
use crate::diagnostic::Authored;
use crate::language::Type;
use crate::workspace::{Field, Plan, Source};

/// Where a value of a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Lane(usize),
    /// A field of this source that is taken from the contact.
    Taken(usize),
}

/// The lanes of a source and their destinations.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub lanes: Vec<Lane>,
    /// By field; `None` for fields that are not read, or taken.
    pub fields: Vec<Option<usize>>,
    pub at: Option<Place>,
    pub other_times: Vec<(String, Place)>,
    pub raters: Vec<(String, Place)>,
    /// By position in `Plan::levels`: the row's own column.
    pub levels: Vec<Option<Place>>,
    pub key: Option<usize>,
    /// Lane, and whether its cells are texts (which are ordered as numbers, dates or words, as they come).
    pub latest_by: Vec<(usize, bool)>,
    pub credit_key: Option<usize>,
}

impl Layout {
    /// `needed` says of each field whether its values are asked for.
    pub fn new(plan: &Plan, position: usize, needed: &[bool]) -> Self {
        let Some(source) = plan.sources.get(position) else { return Self::default() };
        let mut layout = Self::default();
        for (field, needed) in source.fields.iter().zip(needed) {
            let lane = match (field.taken, *needed, &source.key) {
                (Some(_), _, _) => None,
                (None, true, _) => Some(layout.add(field_lane(field, reading_of(field.ty)))),
                // Rows of one id are compared by all that is declared, whether a rule uses it or not.
                (None, false, Some(_)) => Some(layout.add(field_lane(field, Reading::Key))),
                (None, false, None) => None,
            };
            layout.fields.push(lane);
        }
        layout.at = source.at.as_ref().map(|name| layout.place(source, name, Reading::Time));
        layout.levels = plan
            .levels
            .iter()
            .map(|level| source.subjects.get(&level.value).map(|name| layout.place(source, name, Reading::Text)))
            .collect();
        layout.key = source.key.as_ref().map(|name| layout.lane(source, name, Reading::Key));
        layout.latest_by = source
            .latest_by
            .iter()
            .map(|name| match source.field(&name.value).and_then(|f| source.fields.get(f)) {
                Some(field) => {
                    let reading = reading_of(field.ty);
                    (layout.add(field_lane(field, reading)), reading == Reading::Text)
                }
                None => (layout.lane(source, name, Reading::Text), true),
            })
            .collect();
        layout.credit_key = source.credit.as_ref().map(|c| layout.lane(source, &c.key, Reading::Key));
        layout.of_measures(plan, source, position);
        layout
    }

    /// `at:`, `rater:` and `rated:` of the measures of this source.
    fn of_measures(&mut self, plan: &Plan, source: &Source, position: usize) {
        for measure in plan.measures.iter().filter(|m| m.source == Some(position)) {
            if let Some(name) = &measure.at
                && !self.other_times.iter().any(|(n, _)| *n == name.value)
            {
                let place = self.place(source, name, Reading::Time);
                self.other_times.push((name.value.clone(), place));
            }
            for name in [&measure.rater, &measure.rated].into_iter().flatten() {
                if !self.raters.iter().any(|(n, _)| *n == name.value) {
                    let place = self.place(source, name, Reading::Text);
                    self.raters.push((name.value.clone(), place));
                }
            }
        }
    }

    /// A field's name before a column's title.
    fn place(&mut self, source: &Source, name: &Authored<String>, reading: Reading) -> Place {
        match source.field(&name.value) {
            Some(field) if source.fields.get(field).is_some_and(|f| f.taken.is_some()) => Place::Taken(field),
            _ => Place::Lane(self.lane(source, name, reading)),
        }
    }

    fn lane(&mut self, source: &Source, name: &Authored<String>, reading: Reading) -> usize {
        match source.field(&name.value).and_then(|f| source.fields.get(f)) {
            Some(field) => self.add(field_lane(field, reading)),
            None => self.add(Lane {
                title: name.value.clone(),
                reading,
                pattern: None,
                yes: Vec::new(),
                no: Vec::new(),
                origin: name.origin.clone(),
            }),
        }
    }

    fn add(&mut self, lane: Lane) -> usize {
        match self.lanes.iter().position(|l| l.same_as(&lane)) {
            Some(known) => known,
            None => {
                self.lanes.push(lane);
                self.lanes.len() - 1
            }
        }
    }
}

fn field_lane(field: &Field, reading: Reading) -> Lane {
    let words = reading == Reading::YesNo;
    Lane {
        title: field.column.clone(),
        reading,
        pattern: field.pattern.clone(),
        yes: if words { field.yes.clone() } else { Vec::new() },
        no: if words { field.no.clone() } else { Vec::new() },
        origin: field.origin.clone(),
    }
}

fn reading_of(ty: Type) -> Reading {
    match ty {
        Type::Number | Type::Numbers => Reading::Number,
        Type::Text | Type::Missing => Reading::Text,
        Type::YesNo => Reading::YesNo,
        Type::Time => Reading::Time,
        Type::Duration => Reading::Duration,
    }
}
