//! Next targets (C39): each with what it rests on, and the line that somebody would have to change.

use serde_json::{Value, json};

use super::{Item, Part};
use crate::judge::{NextTarget, Recommendations};
use crate::report::standing::Unit;
use crate::report::{Report, decimal_text, rounded};
use crate::workspace::Plan;

pub fn part(report: &Report<'_>) -> Part {
    let found = report.recommendations.next_targets(report.plan);
    Part {
        id: "targets",
        title: report.words.say("targets.title", &[]),
        about: Some(report.words.say("targets.about", &[])),
        items: found.iter().filter_map(|next| item(report, next)).collect(),
        ..Part::default()
    }
}

fn item(report: &Report<'_>, next: &NextTarget) -> Option<Item> {
    let (plan, words) = (report.plan, &report.words);
    let standard = plan.standards.get(next.standard)?;
    let unit = Unit::of(plan, plan.measures.get(standard.measure)?);
    let show = |x: f64| unit.show(x, words);
    let (lower, upper) = (show(next.interval.lower), show(next.interval.upper));
    let holes = [
        ("promise", standard.promise.value.trim_end_matches('.').to_owned()),
        ("target", show(next.target)),
        ("next", show(next.next)),
        ("value", show(next.value)),
        ("interval", words.say("interval.short", &[("lower", &lower), ("upper", &upper)])),
        ("periods", words.integer(next.periods.len() as u64)),
        ("written", written(unit, next.next)),
        ("standard", standard.id.value.clone()),
    ];
    let mut holes: Vec<(&str, &str)> = holes.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let place = place(plan, next);
    let line = place.as_ref().map(|(_, line)| line.to_string()).unwrap_or_default();
    holes.extend([("file", place.as_ref().map_or("", |(file, _)| file)), ("line", line.as_str())]);
    let mut note = vec![words.say("targets.proven", &holes)];
    if next.questioned {
        note.push(words.say("targets.questioned", &[]));
    }
    note.push(words.say(if place.is_some() { "targets.line" } else { "targets.overlay" }, &holes));
    Some(Item { note: Some(note.join(" ")), ..Item::of(words.say("targets.next", &holes)) })
}

/// As an author would write it: `85%`, `2.5`.
fn written(unit: Unit, next: f64) -> String {
    match unit {
        Unit::Share | Unit::Points => format!("{}%", decimal_text(next * 100.0, 8)),
        Unit::Number => decimal_text(next, 10),
    }
}

/// File and line of the target, where it stands in a file of the workspace's own, for this standard alone.
fn place<'p>(plan: &'p Plan, next: &NextTarget) -> Option<(&'p str, usize)> {
    let target = plan.standards.get(next.standard)?.target.as_ref()?;
    let (file, line, _) = plan.author.place(target.span());
    let own = !file.is_empty() && !file.starts_with("../") && !file.starts_with("builtin:");
    (own && target.origin.item.is_none()).then_some((file, line))
}

/// Proposed targets as `run.json` has them.
pub fn targets_object(plan: &Plan, recommendations: &Recommendations) -> Vec<Value> {
    let period = |p: usize| recommendations.scorecards.readings.periods.get(p).map(|p| p.name.as_str());
    let found = recommendations.next_targets(plan);
    let objects = found.iter().filter_map(|next| {
        let place = place(plan, next);
        Some(json!({
            "standard": plan.standards.get(next.standard)?.id.value, "target": rounded(next.target),
            "next": rounded(next.next), "value": rounded(next.value), "lower": rounded(next.interval.lower),
            "upper": rounded(next.interval.upper), "from": period(next.periods.start),
            "to": period(next.periods.end.saturating_sub(1)), "questioned": next.questioned,
            "file": place.map(|(file, _)| file), "line": place.map(|(_, line)| line),
        }))
    });
    objects.collect()
}
