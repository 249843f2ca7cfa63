//! What the text fields of a `where:` that was never true hold: an author who wrote `Phone` sees that the data say
//! `phone`. Asked only then: it reads the first file of the source once more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::MeasureRows;
use crate::language::{Column, Environment, Program};
use crate::records::{self, Batch, Part};
use crate::workspace::{Measure, Plan};

/// Words of one field that are looked at.
const MOST: usize = 1000;

/// Fills `MeasureRows::heard` of the measures none of whose records passed their `where:`.
pub(super) fn hear(plan: &Plan, environment: &Environment, rows: &mut [MeasureRows]) {
    for (measure, rows) in plan.measures.iter().zip(rows) {
        if let (Some(filter), Some(source)) = (&measure.filter, measure.source)
            && rows.used > 0
            && rows.out_of_scope == rows.used
        {
            rows.heard = words(plan, environment, measure, filter, source).unwrap_or_default();
        }
    }
}

/// Field → its words, sorted; for the text fields that the filter names.
fn words(
    plan: &Plan,
    environment: &Environment,
    measure: &Measure,
    filter: &Program,
    source: usize,
) -> Option<Vec<(String, Vec<String>)>> {
    let fields = &plan.sources.get(measure.source?)?.fields;
    let asked: Vec<usize> = filter.slots().iter().copied().filter(|slot| *slot < fields.len()).collect();
    let first = records::files(plan, source)?.into_iter().next()?;
    let part =
        Part { sources: &[source], in_use: &[source], only: BTreeMap::from([(source, BTreeSet::from([first.name]))]) };
    let held: Mutex<BTreeMap<usize, BTreeSet<Arc<str>>>> = Mutex::default();
    let listen = |batch: Batch| {
        if batch.source == source {
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            for slot in &asked {
                if let Some(Column::Text(text)) = batch.columns.get(*slot) {
                    let words = held.entry(*slot).or_default();
                    words.extend(text.words.iter().cloned());
                    while words.len() > MOST {
                        words.pop_last();
                    }
                }
            }
        }
        Ok(())
    };
    records::read_part(plan, &part, environment, records::Horizon::default(), &|_, _| {}, &listen).ok()?;
    let held = held.into_inner().unwrap_or_else(PoisonError::into_inner);
    let named = held.into_iter().filter_map(|(slot, words)| {
        let words = words.iter().map(|w| w.to_string()).collect();
        Some((fields.get(slot)?.name.clone(), words))
    });
    Some(named.collect())
}
