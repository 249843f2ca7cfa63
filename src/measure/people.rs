//! The subjects of a run: names, attributes by period, and the parents their records or the directory give them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::counts::CountedTable;
use super::subjects::{NOBODY, PERSON, attributes_in};
use super::{Period, Subject};
use crate::records::Directory;
use crate::workspace::Plan;

const SEVERAL: u32 = u32::MAX - 1;

pub(crate) struct People<'a> {
    pub plan: &'a Plan,
    pub directory: Option<&'a Directory>,
    /// Level → id → display name.
    pub names: &'a BTreeMap<String, BTreeMap<String, String>>,
    pub periods: &'a [Period],
}

impl People<'_> {
    /// The subjects of every level from their sorted ids.
    pub(crate) fn subjects(
        &self,
        ids: &[Vec<Arc<str>>],
        seats: &[Box<[u32]>],
        tables: &[CountedTable],
    ) -> Vec<Vec<Subject>> {
        let mut levels: Vec<Vec<Subject>> =
            ids.iter().enumerate().map(|(level, ids)| ids.iter().map(|id| self.subject(level, id)).collect()).collect();
        for level in 0..levels.len() {
            for higher in level + 1..levels.len() {
                let parents = self.parents(level, higher, ids, seats, tables);
                let Some(subjects) = levels.get_mut(level) else { continue };
                for (subject, parents) in subjects.iter_mut().zip(parents.chunks(self.periods.len().max(1))) {
                    let known = |(period, parent): (usize, &u32)| match *parent {
                        NOBODY | SEVERAL => self.parent_on_file(subject, higher, period, ids),
                        parent => Some(parent),
                    };
                    let parents: Vec<Option<u32>> = parents.iter().enumerate().map(known).collect();
                    if parents.iter().any(Option::is_some) {
                        subject.parents.insert(higher, parents);
                    }
                }
            }
        }
        levels
    }

    fn subject(&self, level: usize, id: &Arc<str>) -> Subject {
        let level_name = self.plan.levels.get(level).map_or("", |l| l.value.as_str());
        let rows = match self.directory {
            Some(directory) if level_name == PERSON => directory.rows(id),
            _ => &[],
        };
        let mut attributes: Vec<Option<Arc<BTreeMap<String, String>>>> = Vec::with_capacity(self.periods.len());
        for period in self.periods {
            let held = attributes_in(rows, (period.start, period.end));
            let last = attributes.last().cloned().flatten();
            attributes.push(match (held, last) {
                (Some(held), Some(last)) if *held == *last => Some(last),
                (held, _) => held.map(|held| Arc::new(held.clone())),
            });
        }
        let named = self.names.get(level_name).and_then(|names| names.get(&**id)).map(String::as_str);
        let on_file = || rows.last().and_then(|row| row.attributes.get("name")).map(String::as_str);
        let name = named.or_else(on_file).map_or_else(|| id.clone(), Arc::from);
        Subject { id: id.clone(), name, attributes, parents: BTreeMap::new() }
    }

    /// The parent of each cell by its records: one, several, or nobody.
    fn parents(
        &self,
        level: usize,
        higher: usize,
        ids: &[Vec<Arc<str>>],
        seats: &[Box<[u32]>],
        tables: &[CountedTable],
    ) -> Vec<u32> {
        let width = self.periods.len();
        let mut parents = vec![NOBODY; ids.get(level).map_or(0, Vec::len) * width];
        for cell in tables.iter().flat_map(|t| &t.cells) {
            let Some(seat) = seats.get(cell.seat as usize) else { continue };
            let (Some(&subject), Some(&parent)) = (seat.get(level), seat.get(higher)) else { continue };
            if subject == NOBODY || parent == NOBODY {
                continue;
            }
            if let Some(held) = parents.get_mut(subject as usize * width + cell.period as usize) {
                *held = if *held == NOBODY || *held == parent { parent } else { SEVERAL };
            }
        }
        parents
    }

    fn parent_on_file(&self, subject: &Subject, higher: usize, period: usize, ids: &[Vec<Arc<str>>]) -> Option<u32> {
        let attributes = subject.attributes.get(period)?.as_ref()?;
        let name = attributes.get(&self.plan.levels.get(higher)?.value)?;
        let ids = ids.get(higher)?;
        ids.binary_search_by(|id| (**id).cmp(name.as_str())).ok().map(|position| position as u32)
    }
}
