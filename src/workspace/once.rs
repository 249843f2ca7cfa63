//! The same slip in many places is one finding that names how many.

use std::collections::BTreeMap;

use super::codes;
use crate::diagnostic::{Code, Diagnostic, Place, Sources, Span};
use crate::said;

/// Names that nothing has: a renamed source is misspelt wherever it stood.
const NAMES: [&Code; 6] = [
    &codes::UNKNOWN_SOURCE,
    &codes::UNKNOWN_MEASURE,
    &codes::UNKNOWN_STANDARD,
    &codes::UNKNOWN_LEVEL,
    &codes::UNKNOWN_FIELD,
    &codes::NOT_A_CHOICE,
];
/// Places that are named.
const PLACES: usize = 6;

/// Findings about the same unknown name as one, at the first of its places.
pub fn said_once(found: Vec<Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut first: BTreeMap<(&str, String), (usize, Vec<Span>)> = BTreeMap::new();
    for diagnostic in found {
        let place = match diagnostic.labels.as_slice() {
            [label] => Some(&label.place),
            _ => None,
        };
        let Some(Place::Author(span)) = place.filter(|_| NAMES.iter().any(|c| c.id == diagnostic.code.id)) else {
            kept.push(diagnostic);
            continue;
        };
        let key = (diagnostic.code.id, format!("{}{:?}", diagnostic.message, diagnostic.help));
        match first.get_mut(&key) {
            Some((at, spans)) => {
                let more = diagnostic.items.iter().cloned();
                if let Some(first) = kept.get_mut(*at) {
                    first.items.extend(more);
                }
                spans.push(*span);
            }
            None => {
                first.insert(key, (kept.len(), vec![*span]));
                kept.push(diagnostic);
            }
        }
    }
    for (at, mut spans) in first.into_values() {
        let here = spans.first().copied();
        spans.sort_by_key(|span| sources.place(*span));
        spans.dedup();
        let others: Vec<Span> = spans.into_iter().filter(|span| Some(*span) != here).collect();
        let Some(first) = kept.get_mut(at).filter(|_| !others.is_empty()) else { continue };
        let named: Vec<String> = others.iter().take(PLACES).map(|span| sources.shown(*span)).collect();
        let (count, named) = (others.len() + 1, named.join(", "));
        first.help.push(match others.len() > PLACES {
            false => said!("the name stands in {count} places; the others are {places}", count, places = named),
            true => said!("the name stands in {count} places; the next are {places}", count, places = named),
        });
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_misspelt_in_ten_places_is_one_finding() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "x\n".repeat(20));
        let found = |name: &str, line: usize| {
            Diagnostic::error(&codes::UNKNOWN_SOURCE, said!("unknown source `{name}`", name))
                .at(Span::new(file, line * 2..line * 2 + 1), said!("no source has this name"))
        };
        let mut all: Vec<Diagnostic> = (0..10).map(|line| found("cals", line)).collect();
        all.extend([found("surveis", 11), found("cals", 3)]);
        let said = said_once(all, &sources);
        assert_eq!(said.len(), 2);
        let help = said[0].help[0].as_str();
        assert!(help.starts_with("the name stands in 10 places; the next are a.yaml:2:1, a.yaml:3:1,"), "{help}");
        assert!(said[1].help.is_empty());
    }
}
