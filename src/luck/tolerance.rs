//! What `check --luck` holds: the tolerated chance of a false recommendation per innocent person and year.

use super::codes;
use super::named::PERSON;
use super::text::{ends, share};
use super::{Answer, Estimate};
use crate::diagnostic::{Authored, Diagnostic};
use crate::said;
use crate::words::Words;
use crate::workspace::Plan;

/// Findings where an audit exceeds the policy's tolerance, or can't tell.
pub fn exceeded(plan: &Plan, answer: &Answer) -> Vec<Diagnostic> {
    let tolerated = [("sanction", &plan.luck.sanction), ("reward", &plan.luck.reward)];
    let found = tolerated.into_iter().filter_map(|(outcome, tolerance)| {
        let tolerance = tolerance.as_ref()?;
        verdict(outcome, tolerance, answer.worst_year(PERSON, outcome)?, answer.worlds, &plan.words)
    });
    found.collect()
}

fn verdict(
    outcome: &str,
    tolerance: &Authored<f64>,
    worst: Estimate,
    worlds: u64,
    words: &Words,
) -> Option<Diagnostic> {
    if worst.upper <= tolerance.value {
        return None;
    }
    let chance = share(words, worst.value);
    let interval = ends(words, &worst, |chance| share(words, chance));
    let tolerated = share(words, tolerance.value);
    if worst.lower > tolerance.value {
        let message = match outcome {
            "sanction" => said!(
                "an innocent person's chance of a false sanction within a year is {chance} ({interval})",
                chance,
                interval
            ),
            _ => said!(
                "an innocent person's chance of a false reward within a year is {chance} ({interval})",
                chance,
                interval
            ),
        };
        return Some(
            Diagnostic::error(&codes::TOLERANCE, message)
                .at(tolerance.span(), said!("tolerated is {chance}", chance = tolerated))
                .help(said!("ask for more records (`minimum`) or for more periods (`below_floor(…, 3, 4)`)"))
                .help(said!("`evenhand luck` shows which rule causes it")),
        );
    }
    let message = said!(
        "{worlds} worlds can't tell whether {tolerated} is kept: the chance is {chance} ({interval})",
        worlds = words.integer(worlds),
        tolerated,
        chance,
        interval
    );
    Some(
        Diagnostic::warning(&codes::UNSURE, message)
            .at(tolerance.span(), said!("the tolerance lies within the interval"))
            .help(said!("draw more: `luck: { worlds: 10000 }`, or `--worlds 10000`")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    #[test]
    fn kept_exceeded_and_not_known() {
        let tolerance = Authored::default_of(0.001);
        let of = |lower: f64, value: f64, upper: f64| {
            verdict("sanction", &tolerance, Estimate { value, lower, upper }, 500, &Words::english())
                .map(|d| (d.severity, d.message))
        };
        assert_eq!(of(0.0, 0.0002, 0.001), None);
        let (severity, message) = of(0.002, 0.004, 0.006).unwrap();
        assert_eq!(severity, Severity::Error);
        assert!(message.ends_with("is 0.4% (0.2% to 0.6%)"), "{message}");
        assert_eq!(of(0.0002, 0.0008, 0.003).unwrap().0, Severity::Warning);
    }
}
