//! C34: customers were asked, not long ago, that what is measured matters to them. C36: the score weighs it as they do.

use jiff::civil::Date;

use super::{charter_place, codes};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;
use crate::workspace::{Asked, Plan, Valued};

/// By the workspace's own day, or with data by that of the readings.
pub fn lint(plan: &Plan) -> Vec<Diagnostic> {
    plan.as_of.as_ref().map(|day| as_of(plan, day.value)).unwrap_or_default()
}

pub fn as_of(plan: &Plan, day: Date) -> Vec<Diagnostic> {
    let mut found = unvalidated(plan, day);
    found.extend(plan.mismatches(day).into_iter().filter_map(|valued| mismatch(plan, &valued)));
    found
}

fn unvalidated(plan: &Plan, day: Date) -> Vec<Diagnostic> {
    let unvalidated: Vec<usize> = (0..plan.standards.len()).filter(|s| !plan.validated(*s, day)).collect();
    if unvalidated.is_empty() || super::waiver(plan, "importance").is_some() {
        return Vec::new();
    }
    if unvalidated.len() == plan.standards.len() {
        return vec![nothing_validated(plan, &unvalidated, day)];
    }
    let one = |s: &usize| {
        let standard = plan.standards.get(*s)?;
        let weight = plan.weight(*s, day)?;
        let about = when_asked(plan.asked(*s, day), day);
        let uncapped = plan.weight_uncapped(*s)?;
        let about = match weight < uncapped {
            true => said!("{about}: it weighs {weight} in place of {written}", about, weight, written = uncapped),
            false => about,
        };
        Some(
            Diagnostic::warning(&codes::UNVALIDATED, said!("standard `{name}` is unvalidated", name = standard.id))
                .at(standard.id.span(), about)
                .help(said!("ask customers how important it is, and write `importance: { measured: … }` with the day")),
        )
    };
    unvalidated.iter().filter_map(one).collect()
}

/// Where no standard is validated, one sentence says why: nobody was asked, or it was too long ago.
fn nothing_validated(plan: &Plan, unvalidated: &[usize], day: Date) -> Diagnostic {
    let last = unvalidated.iter().map(|s| plan.asked(*s, day)).max_by_key(|asked| match asked {
        Asked::Never => Date::MIN,
        Asked::LongAgo(on) | Asked::Lately(on) | Asked::Later(on) => *on,
    });
    let message = match last {
        None | Some(Asked::Never) => said!("nothing says that customers were asked what matters to them"),
        Some(asked) => when_asked(asked, day),
    };
    Diagnostic::note(&codes::UNVALIDATED, message)
        .at(charter_place(plan), said!("every standard is `unvalidated`"))
        .help(said!("ask, and write `importance: { measured: 2026-01-15, weights: { … } }` in the charter"))
}

fn when_asked(asked: Asked, day: Date) -> Said {
    match asked {
        Asked::Never => said!("nothing says that customers were asked about it"),
        Asked::Later(on) => said!("customers were asked on {on}, after {day}", on, day),
        Asked::LongAgo(last) | Asked::Lately(last) => {
            said!("customers were last asked on {last}, more than 18 months before {day}", last, day)
        }
    }
}

fn mismatch(plan: &Plan, valued: &Valued) -> Option<Diagnostic> {
    let standard = plan.standards.get(valued.standard)?;
    let points = |share: f64| (share * 1000.0).round() / 10.0;
    let (customers, score) = (points(valued.customers), points(valued.score));
    let apart = points((valued.customers - valued.score).abs());
    let most = points(plan.mismatch());
    let message = said!(
        "customers give `{name}` {customers} % of the weight, the score {score} %",
        name = standard.id,
        customers,
        score
    );
    let help = match plan.uses_survey() {
        true => said!("the rest comes from the weights of groups: move those under `scoring: groups:`"),
        false => said!("move its `weight:`, or let customers decide: `importance: { use: weights }` in the charter"),
    };
    Some(
        Diagnostic::warning(&codes::MISMATCH, message)
            .at(standard.id.span(), said!("{apart} points apart, more than {most}", apart, most))
            .help(help),
    )
}
