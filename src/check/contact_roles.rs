//! C58: four roles by customer contact, each with what belongs to it. A contactor has the full scorecard, a modifier is measured on
//! how people are treated, an influencer has a line of sight (see `line_of_sight`), and an isolated role is enabled, not judged by
//! customers it never meets.

use super::{binds, codes, roles};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::{ISOLATED, Plan, Standard};

/// Qualities that a modifier shows in passing: the switchboard, the reception, the letter.
const SOCIAL: [&str; 3] = ["politeness", "manners", "respect"];

pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = plan.standards.iter().filter_map(|s| isolated(plan, s)).collect();
    found.extend(service_training(plan));
    found.extend(modifiers(plan));
    found
}

fn isolated(plan: &Plan, standard: &Standard) -> Option<Diagnostic> {
    let named = roles(standard).contains(&"isolated");
    (named && plan.hears_customers(standard)).then(|| {
        let name = &standard.id;
        let message = said!("standard `{name}` judges isolated roles by customers whom they never meet", name);
        Diagnostic::error(&codes::ISOLATED, message).at(standard.id.span(), said!("a contact measure")).help(said!(
            "give isolated roles an enabling measure, such as files ready on time, and leave this one to contactors"
        ))
    })
}

/// Service training is for those whom customers meet.
fn service_training(plan: &Plan) -> Option<Diagnostic> {
    let service = |course: &str| {
        let course = course.to_lowercase();
        ["service", "customer", "contact"].iter().any(|word| course.contains(word))
    };
    let asked = plan.charter.book.training.iter().find(|t| t.role.value == ISOLATED && service(&t.course))?;
    Some(
        Diagnostic::error(&codes::ISOLATED, said!("isolated roles are asked for service training"))
            .at(asked.course.span(), said!("a course for those whom customers meet"))
            .help(said!("train them in what their work needs; service training is for contactors and modifiers")),
    )
}

/// Where standards are made for modifiers, one of them is about manners.
fn modifiers(plan: &Plan) -> Option<Diagnostic> {
    let own = plan.standards.iter().find(|s| roles(s).contains(&"modifier"))?;
    let social = |s: &Standard| s.quality.as_ref().is_some_and(|q| SOCIAL.contains(&q.value.as_str()));
    let measured = plan.standards.iter().any(|s| binds(s, "modifier") && social(s));
    (!measured && super::waiver(plan, "modifier").is_none()).then(|| {
        Diagnostic::warning(&codes::MODIFIER, said!("modifiers are not measured on how they treat people"))
            .at(own.id.span(), said!("a standard for modifiers"))
            .help(said!("add one for them with `quality: politeness`, `manners` or `respect`"))
    })
}
