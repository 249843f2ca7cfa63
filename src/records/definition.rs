//! In words for a digest: everything an author wrote that decides what is read of a source. Two plans with the same
//! definition hand on the same rows of the same files.

use std::fmt::Write as _;

use super::layout::{Layout, Place};
use super::reading::needed;
use crate::diagnostic::Authored;
use crate::workspace::{Format, Plan, Source};

/// The definition of a source, with that of the contacts which its answers are credited through. `order` holds all
/// sources that a run reads, `in_use` those that it measures.
pub fn definition(plan: &Plan, position: usize, in_use: &[usize], order: &[usize]) -> String {
    let mut text = String::new();
    write(&mut text, plan, position, in_use, order);
    text
}

fn write(text: &mut String, plan: &Plan, position: usize, in_use: &[usize], order: &[usize]) {
    let Some(source) = plan.sources.get(position) else { return };
    let layout = Layout::new(plan, position, &needed(plan, position, source, in_use.contains(&position), order));
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing to a text can't fail.
        let _ = writeln!(text, "{words}");
    };
    // Not the place where it is written.
    let encoding = source.format.encoding.as_ref().map(|e| Authored::default_of(e.value.clone()));
    let format = Format { encoding, ..source.format.clone() };
    line(format_args!("format {:?} missing {:?} zone {}", format, source.missing, plan.zone_name.value));
    for lane in &layout.lanes {
        line(format_args!("lane {:?} {:?} {:?} {:?} {:?}", lane.title, lane.reading, lane.pattern, lane.yes, lane.no));
    }
    for (field, lane) in source.fields.iter().zip(&layout.fields) {
        let taken = field.taken.map(|t| taken_from(plan, source, t));
        if lane.is_some() || taken.is_some() {
            line(format_args!("field {:?} {:?} {lane:?} {taken:?}", field.name, field.ty));
        }
    }
    let place = |place: &Place| match place {
        Place::Lane(lane) => format!("lane {lane}"),
        Place::Taken(field) => format!("taken {:?}", source.fields.get(*field).map(|f| &f.name)),
    };
    let named = |places: &[(String, Place)]| -> Vec<String> {
        places.iter().map(|(name, at)| format!("{name:?} {}", place(at))).collect()
    };
    line(format_args!("at {:?} {:?}", layout.at.as_ref().map(place), source.period.as_ref().map(|p| &p.value)));
    line(format_args!("times {:?} raters {:?}", named(&layout.other_times), named(&layout.raters)));
    for (level, own) in plan.levels.iter().zip(&layout.levels) {
        line(format_args!("level {:?} {:?}", level.value, own.as_ref().map(place)));
    }
    line(format_args!("key {:?} latest by {:?}", layout.key, layout.latest_by));
    line(format_args!("where {:?}", source.filter.as_ref().map(|f| f.definition())));
    if let Some(credit) = &source.credit {
        line(format_args!("credit {:?} {:?} through", layout.credit_key, credit.levels));
        // `order` refuses circles, so this ends.
        write(text, plan, credit.through, in_use, order);
    }
}

fn taken_from(plan: &Plan, source: &Source, field: usize) -> Option<String> {
    let through = plan.sources.get(source.credit.as_ref()?.through)?;
    through.fields.get(field).map(|f| f.name.clone())
}
