//! C15: one customer, the one who pays. A standard that serves someone inside is linked to one that serves them.

use super::{codes, texts};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::{Plan, Standard};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let strictness = plan.charter.more.get("single_customer").and_then(|v| v.as_str()).unwrap_or("strict");
    if strictness == "off" {
        return Vec::new();
    }
    let inside = plan.standards.iter().filter(|s| !serves_payer(plan, s) && !linked(plan, s));
    inside
        .map(|s| {
            let whom = beneficiary(plan, s).unwrap_or_default();
            let message = said!("standard `{name}` serves only `{whom}`, not the customer who pays", name = s.id, whom);
            let d = if strictness == "strict" {
                Diagnostic::error(&codes::INTERNAL_CUSTOMER, message)
            } else {
                Diagnostic::warning(&codes::INTERNAL_CUSTOMER, message)
            };
            d.at(s.id.span(), said!("no link to a standard of the paying customer"))
                .help(said!("add `serves:` with the standard of the paying customer that this one helps to keep"))
        })
        .collect()
}

/// Of the standard, else of its measure.
fn beneficiary<'a>(plan: &'a Plan, standard: &'a Standard) -> Option<&'a str> {
    let measure = plan.measures.get(standard.measure);
    let of_measure = || measure.and_then(|m| texts(&m.more, "beneficiary").first().copied());
    texts(&standard.more, "beneficiary").first().copied().or_else(of_measure)
}

/// Its beneficiary is the one external customer.
pub fn serves_payer(plan: &Plan, standard: &Standard) -> bool {
    let Some(whom) = beneficiary(plan, standard) else { return true };
    let customer = plan.charter.customer.as_ref().map(|c| c.value.trim().to_lowercase());
    let whom = whom.trim().to_lowercase();
    whom == "customer" || whom == "external" || Some(whom) == customer
}

fn linked(plan: &Plan, standard: &Standard) -> bool {
    let by_name = |name: &str| plan.standards.iter().find(|s| s.id.value == name);
    let serves = texts(&standard.more, "serves").into_iter();
    let chain_end = texts(&standard.more, "line_of_sight").into_iter().last();
    serves.chain(chain_end).filter_map(by_name).any(|s| serves_payer(plan, s))
}
