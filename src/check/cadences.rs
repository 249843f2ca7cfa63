//! A cadence says how a habit holds at one level. It has no interval, so that nobody can be sanctioned on it.

use super::codes;
use crate::diagnostic::Diagnostic;
use crate::measure::habit_level;
use crate::said;
use crate::workspace::{Measure, Plan, Recommend};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = elsewhere(plan);
    found.extend(sanctions(plan));
    found
}

/// Standards that judge it at other levels than its own alone.
fn elsewhere(plan: &Plan) -> Vec<Diagnostic> {
    let of = |standard: &crate::workspace::Standard| {
        let measure = plan.measures.get(standard.measure)?;
        let home = plan.levels.get(habit_level(plan, measure)?)?;
        let asked = standard.applies_to.get("level")?;
        let first = asked.first().filter(|_| asked.iter().all(|level| level.value != home.value))?;
        let name = standard.id.value.as_str();
        Some(
            Diagnostic::warning(
                &codes::CADENCE_LEVEL,
                said!("`{name}` is asked of another level than its cadence: nothing of it would be measured", name),
            )
            .at(first.span(), said!("judged here"))
            .at(measure.id.span(), said!("a habit of the level `{level}`", level = home.value))
            .help(said!(
                "write `cadence: { …, level: {level} }`, or `for: { level: [{home}] }`",
                level = first,
                home = home.value
            )),
        )
    };
    plan.standards.iter().filter_map(of).collect()
}

fn sanctions(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in plan.rules.iter().filter(|r| r.recommend == Recommend::Sanction) {
        for position in rule.claims.iter().chain(&rule.corroborated_by) {
            let Some(standard) = plan.standards.get(*position) else { continue };
            if !plan.measures.get(standard.measure).is_some_and(Measure::is_census) {
                continue;
            }
            let name = standard.id.value.as_str();
            found.push(
                Diagnostic::warning(
                    &codes::CADENCE_LEVEL,
                    said!("a sanction can't rest on `{name}`: a cadence has no interval", name),
                )
                .at(rule.id.span(), said!("this rule can never pass by it"))
                .help(said!("leave it out of the rule: a habit that doesn't hold is a question to its owner")),
            );
        }
    }
    found
}
