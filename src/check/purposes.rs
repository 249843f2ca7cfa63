//! C33: each measure says what it is for.

use super::{charter_place, codes, listed};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Measure, Plan};

/// Names that are listed.
const LISTED: usize = 8;

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let own = |m: &&Measure| m.probe.is_none() && !plan.is_item(m);
    let without = plan.measures.iter().filter(own).filter(|m| m.purpose.is_none());
    let names: Vec<&str> = without.map(|m| m.id.value.as_str()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let place = plan.measures.iter().find(|m| names.first() == Some(&m.id.value.as_str()));
    vec![
        Diagnostic::note(&codes::PURPOSE, count(names.len()))
            .at(
                place.map_or_else(|| charter_place(plan), |m| m.id.span()),
                said!("without `purpose:` are {names}", names = listed(names.into_iter(), LISTED)),
            )
            .help(said!(
                "write `purpose:` with focus, effectiveness, goals, trends, problem_areas, accomplishment or progress"
            )),
    ]
}

fn count(measures: usize) -> Said {
    match measures {
        1 => said!("one measure doesn't say what it is for"),
        _ => said!("{measures} measures don't say what they are for", measures),
    }
}
