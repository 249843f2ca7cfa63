//! C52: an award for excellence asks for all nine points, and nothing is called one that doesn't.

use super::{codes, listed};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::{Plan, Recommend, Rule, Topic};

/// The stems of the word in the languages that workspaces are written in.
const STEMS: [&str; 3] = ["excellen", "exzellen", "excelen"];

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    plan.rules
        .iter()
        .filter_map(|rule| if rule.is_award() { unreachable(plan, rule) } else { unearned(rule) })
        .collect()
}

/// A point that no standard is about can't be proven by anybody.
fn unreachable(plan: &Plan, rule: &Rule) -> Option<Diagnostic> {
    let points = plan.covered(Topic::NinePoints);
    let lacking: Vec<&str> = points.iter().filter(|p| p.by.is_empty()).map(|p| p.word.as_str()).collect();
    if lacking.is_empty() {
        return None;
    }
    let message = said!("nobody can be given the award `{rule}`", rule = rule.id);
    Some(
        Diagnostic::warning(&codes::AWARD, message)
            .at(rule.id.span(), said!("no standard is about {points}", points = listed(lacking.into_iter(), 9)))
            .help(said!(
                "add a standard with `quality:` for each, or take `award: excellence` out and call it otherwise"
            )),
    )
}

fn unearned(rule: &Rule) -> Option<Diagnostic> {
    let named = |text: &str| STEMS.iter().any(|stem| text.to_lowercase().contains(stem));
    let action = rule.action.as_ref().filter(|action| named(&action.value));
    if rule.recommend != Recommend::Reward || !(named(&rule.id.value) || action.is_some()) {
        return None;
    }
    let place = action.map_or(rule.id.span(), |action| action.span());
    Some(
        Diagnostic::warning(
            &codes::AWARD,
            said!("`{rule}` speaks of excellence and doesn't ask for it", rule = rule.id),
        )
        .at(place, said!("excellence is all nine points, each proven"))
        .help(said!("write `award: excellence` at the rule, or call the reward otherwise")),
    )
}
