//! How protected groups fare, in words.

use super::{Answer, AttributeAnswer, Comparison, GroupAnswer, OutcomeAnswer};
use crate::fairness::impact::LEAST_CELL;

/// The answer as lines of text.
pub fn text(answer: &Answer) -> String {
    let periods = match answer.periods.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, .., last] => format!("{first} to {last}"),
    };
    let mut lines = vec![format!("Outcomes of {} people in {periods}, by protected group", answer.people)];
    if answer.unknown > 0 {
        let unknown = hidden(answer.unknown);
        lines.push(format!("  of {unknown} of them the protected file says nothing: they are left out"));
    }
    for attribute in &answer.attributes {
        lines.extend(of_attribute(attribute));
    }
    lines.push(String::new());
    lines.push(if answer.flagged {
        "Adverse impact is flagged: look for the reason in the rules and in the data before anyone acts on them.".into()
    } else {
        "No adverse impact is flagged.".into()
    });
    lines.push(
        "Flagged is a ratio under 0.8 with Fisher's p under 0.05 that both survive moving one person; each group is held \
         against the one that fares best."
            .into(),
    );
    lines.join("\n")
}

fn of_attribute(about: &AttributeAnswer) -> Vec<String> {
    let mut lines = vec![String::new(), about.attribute.clone()];
    if about.not_stated > 0 {
        lines.push(format!("  not stated: {}", hidden(about.not_stated)));
    }
    lines.extend(about.outcomes.iter().flat_map(of_outcome));
    lines
}

fn of_outcome(about: &OutcomeAnswer) -> Vec<String> {
    if about.groups.iter().all(|g| g.comparison == Comparison::Nobody) {
        return vec![format!("  {}: nobody", about.outcome)];
    }
    let mut lines = vec![format!("  {}", about.outcome)];
    lines.extend(about.groups.iter().map(of_group));
    lines
}

fn of_group(about: &GroupAnswer) -> String {
    let counts = match (about.selected, about.people) {
        (Some(selected), Some(people)) if people > 0 => {
            format!("{selected} of {people} ({:.1} %)", 100.0 * selected as f64 / people as f64)
        }
        _ => format!("withheld, so that no cell of fewer than {LEAST_CELL} people can be told"),
    };
    let flag = |flagged: bool| if flagged { "FLAGGED" } else { "not flagged" };
    let compared = match &about.comparison {
        Comparison::Reference => "fares best".to_owned(),
        Comparison::Compared { ratio, p, survives_moving_one, flagged } => {
            let survives = if *survives_moving_one { "survives" } else { "doesn't survive" };
            format!("ratio {ratio:.2}, p {p:.4}, {survives} moving one person: {}", flag(*flagged))
        }
        Comparison::Withheld { flagged } => flag(*flagged).to_owned(),
        Comparison::TooSmall => "under 2 % of the people, skipped".to_owned(),
        Comparison::Nobody => "nobody".to_owned(),
    };
    format!("    {}: {counts}; {compared}", about.group)
}

fn hidden(n: u64) -> String {
    if n < LEAST_CELL { format!("fewer than {LEAST_CELL}") } else { n.to_string() }
}
