//! C14: advocacy, not PR: what is told outside is held against what was measured.

use super::codes;
use crate::diagnostic::{Diagnostic, Said};
use crate::fairness::claim::Support;
use crate::measure::{self, ClaimReading, Doubt, HeldClaim, Readings};
use crate::said;
use crate::workspace::{Claimed, Plan, PublicClaim, Scale};

/// With data: claims that aren't so, and those of which nobody knows whether they are.
pub fn lint_readings(plan: &Plan, readings: &Readings) -> Vec<Diagnostic> {
    let held = measure::claims(plan, readings);
    held.iter().filter_map(|held| finding(plan, readings, held, plan.claims.get(held.claim)?)).collect()
}

fn finding(plan: &Plan, readings: &Readings, held: &HeldClaim, claim: &PublicClaim) -> Option<Diagnostic> {
    let name = &claim.id;
    let shown = held.readings.iter().find(|r| r.support == held.support);
    match held.support {
        Support::Supported => None,
        Support::Unsupported => {
            let message = said!("claim `{name}` is unsupported", name);
            // What is said inside binds nobody outside: it is an alert.
            let found = match claim.public {
                true => Diagnostic::error(&codes::UNSUPPORTED_CLAIM, message),
                false => Diagnostic::warning(&codes::UNSUPPORTED_CLAIM, message),
            };
            let found = found.at(claim.says.span(), measured(plan, readings, claim, shown?));
            Some(match claim.public {
                true => found.help(said!("don't tell it: say what is so, or mend the service first")),
                false => found.help(said!("look into it with whoever answers for the measure")),
            })
        }
        Support::Unknown => {
            let doubt = held.doubt.unwrap_or(Doubt::Unmeasured);
            let shown = shown.or(held.readings.first());
            let why = match (doubt, shown) {
                (Doubt::TooShort, _) => too_short(claim.over, held.periods.len()),
                (Doubt::TooFew, Some(reading)) => too_few(reading, plan.minimum.records),
                (Doubt::Inside, Some(reading)) => measured(plan, readings, claim, reading),
                (Doubt::Doubtful, _) => said!("too much is missing from its records"),
                (Doubt::Failed, _) => said!("its measure could not be evaluated"),
                (Doubt::NoInterval, _) => {
                    said!("its figure has no interval, so that nobody knows what luck does to it")
                }
                (Doubt::Unmeasured | Doubt::TooFew | Doubt::Inside, _) => said!("nothing was measured for it"),
            };
            let message = said!("nobody knows whether claim `{name}` is so", name);
            let found = match claim.public {
                true => Diagnostic::warning(&codes::UNKNOWN_CLAIM, message),
                false => Diagnostic::note(&codes::UNKNOWN_CLAIM, message),
            };
            Some(found.at(claim.says.span(), why).help(match doubt {
                Doubt::TooShort => {
                    said!("wait, or write `over: {have}` and let the sentence say so", have = held.periods.len())
                }
                _ => said!("don't tell it yet: wait for more records, or claim less"),
            }))
        }
    }
}

fn too_short(over: usize, have: usize) -> Said {
    match have {
        1 => said!("it speaks of {over} periods, and 1 is on record", over),
        _ => said!("it speaks of {over} periods, and {have} are on record", over, have),
    }
}

fn too_few(reading: &ClaimReading, minimum: u64) -> Said {
    match reading.n {
        1 => said!("1 record was measured, and {minimum} are needed", minimum),
        records => said!("{records} records were measured, and {minimum} are needed", records, minimum),
    }
}

/// What was measured at a subject, against what is claimed.
fn measured(plan: &Plan, readings: &Readings, claim: &PublicClaim, reading: &ClaimReading) -> Said {
    let scale = plan.measures.get(claim.measure).map_or(Scale::Number, |m| plan.scale(m));
    let show = |x: f64| match scale {
        Scale::Share => plan.words.percent(x, 1),
        Scale::Points => plan.words.say("value.points", &[("number", &plan.words.number(100.0 * x, 1))]),
        Scale::Number => plan.words.number(x, 2),
    };
    let value = show(reading.value);
    let figure = match (&reading.other, reading.interval) {
        (Some((_, other, _)), _) => {
            said!("{value} was measured against {other}", value, other = show(*other))
        }
        (None, Some(interval)) => {
            let (lower, upper) = (show(interval.lower), show(interval.upper));
            said!("{value} was measured ({lower} to {upper}, n {records})", value, lower, upper, records = reading.n)
        }
        (None, None) => said!("{value} was counted", value),
    };
    let figure = match claim.claimed {
        Claimed::AtLeast(line) => said!("{figure}, and at least {line} is claimed", figure, line = show(line)),
        Claimed::AtMost(line) => said!("{figure}, and at most {line} is claimed", figure, line = show(line)),
        Claimed::BetterThan(_) => said!("{figure}, which is not proven to be better", figure),
    };
    let level = readings.levels.get(claim.level);
    match level.filter(|l| l.subjects.len() > 1).and_then(|l| l.subjects.get(reading.subject)) {
        Some(subject) => said!("{subject}: {figure}", subject = subject.name, figure),
        None => figure,
    }
}
