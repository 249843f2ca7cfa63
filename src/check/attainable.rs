//! A target that the minimum of records can't prove: with every one of n kept, the lower bound of a share is n/(n+z²).

use super::codes;
use crate::diagnostic::{Diagnostic, Said};
use crate::fairness::Z95;
use crate::said;
use crate::workspace::{Form, Line, Plan};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for standard in &plan.standards {
        let Some(measure) = plan.measures.get(standard.measure) else { continue };
        if !matches!(measure.form, Form::Share(_) | Form::CountedShare { .. }) {
            continue;
        }
        let Some(target) = &standard.target else { continue };
        let Line::Number(share) = target.value else { continue };
        let kept = if measure.lower_is_better { 1.0 - share } else { share };
        let name = &standard.id.value;
        match needed(kept) {
            None => found.push(
                Diagnostic::warning(&codes::UNATTAINABLE, said!("no number of records can prove the target of `{name}`", name))
                    .at(target.span(), said!("a share can never be proven to be perfect"))
                    .help(said!("set a target such as 98%: a reward needs the lower bound above the target")),
            ),
            Some(needed) if plan.minimum.records < needed => found.push(
                Diagnostic::note(
                    &codes::UNATTAINABLE,
                    said!("the target of `{name}` can be proven only from {needed} records on", name, needed),
                )
                .at(target.span(), minimum(plan.minimum.records))
                .help(said!("below that a reward is out of reach even where every record is good; judge longer periods, or leave it so")),
            ),
            Some(_) => {}
        }
    }
    found
}

fn minimum(records: u64) -> Said {
    match records {
        1 => said!("the minimum is one record"),
        _ => said!("the minimum is {records} records", records),
    }
}

/// Fewest records whose lower Wilson bound, all kept, is above the target: the first n > z²t/(1−t).
pub fn needed(target: f64) -> Option<u64> {
    if target >= 1.0 {
        return None;
    }
    let bound = Z95 * Z95 * target / (1.0 - target);
    // The bound itself doesn't exceed the target; the tolerance keeps a bound that is whole by rounding from counting.
    Some((bound * (1.0 + 1e-12)).floor() as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_numbers() {
        assert_eq!(needed(0.8), Some(16));
        assert_eq!(needed(0.9), Some(35));
        assert_eq!(needed(0.95), Some(73));
        assert_eq!(needed(0.0), Some(1));
        assert_eq!(needed(1.0), None);
    }
}
