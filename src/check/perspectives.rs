//! C40: customer, employee and owner each have a measure, and the least weight that `balance:` promises them.

use super::{charter_place, codes, waiver};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::Plan;

const ALL: [&str; 3] = ["customer", "employee", "owner"];

fn side(perspective: &str) -> Said {
    match perspective {
        "customer" => said!("the customer"),
        "employee" => said!("the employee"),
        _ => said!("the owner"),
    }
}

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let weight = |perspective: &str| -> f64 {
        let of = plan.standards.iter().filter(|s| s.perspective.as_deref().map_or("customer", |p| p) == perspective);
        of.map(|s| s.weight).sum()
    };
    let total: f64 = plan.standards.iter().map(|s| s.weight).sum();
    let mut found = Vec::new();
    if plan.standards.is_empty() || total <= 0.0 {
        return found;
    }
    for perspective in ALL {
        let share = weight(perspective) / total;
        let least = plan.charter.more.get("balance").and_then(|b| b.get(perspective)).and_then(|v| v.as_str());
        let least_number = least.and_then(percentage).unwrap_or(0.0);
        if share <= 0.0 && waiver(plan, perspective).is_none() {
            found.push(
                Diagnostic::warning(&codes::ONE_SIDED, said!("no standard stands for {side}", side = side(perspective)))
                    .at(charter_place(plan), said!("a gain for one side may be a loss for another"))
                    .help(said!("add a standard with `perspective: {perspective}`, or say why not: `charter: { waivers: { {perspective}: … } }`", perspective)),
            );
        } else if share + 1e-12 < least_number {
            let shown = (share * 1000.0).round() / 10.0;
            found.push(
                Diagnostic::warning(
                    &codes::ONE_SIDED,
                    said!(
                        "{side} has {share} % of the weight, below the {promised} promised",
                        side = side(perspective),
                        share = shown,
                        promised = least.unwrap_or("")
                    ),
                )
                .at(charter_place(plan), said!("`balance:` promises more"))
                .help(said!("raise the weight of a standard with `perspective: {perspective}`", perspective)),
            );
        }
    }
    found
}

fn percentage(text: &str) -> Option<f64> {
    match text.trim().strip_suffix('%') {
        Some(number) => number.trim().parse::<f64>().ok().map(|n| n / 100.0),
        None => text.trim().parse().ok(),
    }
}
