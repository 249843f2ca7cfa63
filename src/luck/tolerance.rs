//! What `check --luck` holds: the tolerated chance of a false recommendation per innocent person and year.

use super::codes;
use super::named::PERSON;
use super::text::{chance, interval, percent};
use super::{Answer, Estimate};
use crate::diagnostic::{Authored, Diagnostic};
use crate::said;
use crate::workspace::Plan;

/// Findings where an audit exceeds the policy's tolerance, or can't tell.
pub fn exceeded(plan: &Plan, answer: &Answer) -> Vec<Diagnostic> {
    let tolerated = [("sanction", &plan.luck.sanction), ("reward", &plan.luck.reward)];
    let found = tolerated.into_iter().filter_map(|(outcome, tolerance)| {
        let tolerance = tolerance.as_ref()?;
        verdict(outcome, tolerance, answer.worst_year(PERSON, outcome)?, answer.worlds)
    });
    found.collect()
}

fn verdict(outcome: &str, tolerance: &Authored<f64>, worst: Estimate, worlds: u64) -> Option<Diagnostic> {
    if worst.upper <= tolerance.value {
        return None;
    }
    let figure = format!("{} ({})", chance(worst.value), interval(&worst, chance));
    if worst.lower > tolerance.value {
        let message = format!("an innocent person's chance of a false {outcome} within a year is {figure}");
        return Some(
            Diagnostic::error(&codes::TOLERANCE, message)
                .at(tolerance.span(), said!("tolerated is {chance}", chance = chance(tolerance.value)))
                .help(said!("ask for more records (`minimum`) or for more periods (`below_floor(…, 3, 4)`)"))
                .help(said!("`evenhand luck` shows which rule causes it")),
        );
    }
    let message =
        format!("{worlds} worlds can't tell whether {} is kept: the chance is {figure}", percent(tolerance.value));
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
            verdict("sanction", &tolerance, Estimate { value, lower, upper }, 500).map(|d| (d.severity, d.message))
        };
        assert_eq!(of(0.0, 0.0002, 0.001), None);
        let (severity, message) = of(0.002, 0.004, 0.006).unwrap();
        assert_eq!(severity, Severity::Error);
        assert!(message.contains("0.4 %") && message.contains("0.2 % to 0.6 %"), "{message}");
        assert_eq!(of(0.0002, 0.0008, 0.003).unwrap().0, Severity::Warning);
    }
}
