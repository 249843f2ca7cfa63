//! C16: the back office sees the paying customer. Each of its standards names its chain, and each hop exists.

use super::paying_customer::serves_payer;
use super::{codes, roles, texts};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::said;
use crate::workspace::{Plan, Standard};

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    plan.standards.iter().flat_map(|s| chain(plan, s)).collect()
}

/// For people whom customers never meet: influencers and isolated roles alone.
fn is_back_office(standard: &Standard) -> bool {
    let roles = roles(standard);
    !roles.is_empty() && roles.iter().all(|r| matches!(*r, "influencer" | "isolated"))
}

/// It names no hop.
pub fn is_open(standard: &Standard) -> bool {
    texts(&standard.more, "line_of_sight").is_empty() && texts(&standard.more, "serves").is_empty()
}

pub fn missing(standard: &Standard) -> Diagnostic {
    let name = &standard.id.value;
    let message = said!("standard `{name}` has no line of sight to the customer", name);
    Diagnostic::error(&codes::NO_LINE_OF_SIGHT, message)
        .at(standard.id.span(), said!("it binds only people whom customers never meet"))
        .help(said!("add `line_of_sight:` with the standards in between, up to one of the paying customer"))
}

fn chain(plan: &Plan, standard: &Standard) -> Vec<Diagnostic> {
    let mut hops = texts(&standard.more, "line_of_sight");
    hops.extend(texts(&standard.more, "serves"));
    let name = &standard.id.value;
    if hops.is_empty() {
        if !is_back_office(standard) {
            return Vec::new();
        }
        return vec![missing(standard)];
    }
    let known = |hop: &str| plan.standards.iter().find(|s| s.id.value == hop);
    let broken = hops.iter().filter(|hop| known(hop).is_none() || **hop == *name);
    let mut found: Vec<Diagnostic> = broken
        .map(|hop| {
            let near = did_you_mean(hop, plan.standards.iter().map(|s| s.id.value.as_str()).filter(|s| s != name));
            let help = match near {
                Some(near) => said!("did you mean `{near}`?", near),
                None => said!("name a standard for each hop"),
            };
            let why = match hop == name {
                true => said!("it leads back to itself"),
                false => said!("no standard has this name"),
            };
            Diagnostic::error(&codes::BROKEN_HOP, said!("the line of sight of `{name}` breaks at `{hop}`", name, hop))
                .at(standard.id.span(), why)
                .help(help)
        })
        .collect();
    if found.is_empty()
        && let Some(last) = hops.last().and_then(|h| known(h))
        && (!serves_payer(plan, last) || is_back_office(last))
    {
        found.push(
            Diagnostic::error(
                &codes::BROKEN_HOP,
                said!("the line of sight of `{name}` ends at `{last}`, short of the customer", name, last = last.id),
            )
            .at(standard.id.span(), said!("the last hop must be a standard that the paying customer feels"))
            .at(last.id.span(), said!("the last hop"))
            .help(said!("add the next hop to `line_of_sight:`")),
        );
    }
    found
}
