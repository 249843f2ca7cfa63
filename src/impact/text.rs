//! How protected groups fare, in words.

use super::{Answer, AttributeAnswer, Comparison, GroupAnswer, OutcomeAnswer};
use crate::fairness::impact::LEAST_CELL;
use crate::words::Words;

/// The answer as lines of text.
pub fn text(answer: &Answer, words: &Words) -> String {
    let periods = match answer.periods.as_slice() {
        [] => String::new(),
        [one] => words.period(one),
        [first, .., last] => {
            words.say("interval.short", &[("lower", &words.period(first)), ("upper", &words.period(last))])
        }
    };
    let mut lines = vec![words.count("impact.title", answer.people, &[("periods", &periods)]).unwrap_or_default()];
    if answer.unknown > 0 {
        let unknown = match answer.unknown {
            few if few < LEAST_CELL => words.say("impact.unknown.few", &[("count", &hidden(few, words))]),
            many => words.count("impact.unknown", many, &[]).unwrap_or_default(),
        };
        lines.push(format!("  {unknown}"));
    }
    for attribute in &answer.attributes {
        lines.extend(of_attribute(attribute, words));
    }
    lines.push(String::new());
    lines.push(words.say(if answer.flagged { "impact.flagged" } else { "impact.none" }, &[]));
    lines.push(words.say("impact.rule", &[]));
    lines.join("\n")
}

fn of_attribute(about: &AttributeAnswer, words: &Words) -> Vec<String> {
    let mut lines = vec![String::new(), about.attribute.clone()];
    if about.not_stated > 0 {
        let number = hidden(about.not_stated, words);
        lines.push(format!("  {}", words.say("impact.not_stated", &[("number", &number)])));
    }
    lines.extend(about.outcomes.iter().flat_map(|outcome| of_outcome(outcome, words)));
    lines
}

fn of_outcome(about: &OutcomeAnswer, words: &Words) -> Vec<String> {
    let outcome = words.say(&format!("sheet.outcome.{}", about.outcome), &[]);
    if about.groups.iter().all(|g| g.comparison == Comparison::Nobody) {
        return vec![format!("  {}", words.say("impact.outcome_nobody", &[("outcome", &outcome)]))];
    }
    let mut lines = vec![format!("  {outcome}")];
    lines.extend(about.groups.iter().map(|group| of_group(group, words)));
    lines
}

fn of_group(about: &GroupAnswer, words: &Words) -> String {
    let counts = match (about.selected, about.people) {
        (Some(selected), Some(people)) if people > 0 => {
            let share = words.percent(selected as f64 / people as f64, 1);
            let [selected, people] = [selected, people].map(|n| words.integer(n));
            words.say("impact.selected", &[("selected", &selected), ("people", &people), ("share", &share)])
        }
        _ => words.say("impact.cell", &[("least", &words.integer(LEAST_CELL))]),
    };
    let flag = |flagged: bool| words.say(if flagged { "impact.flag" } else { "impact.no_flag" }, &[]);
    let compared = match &about.comparison {
        Comparison::Reference => words.say("impact.best", &[]),
        Comparison::Compared { ratio, p, survives_moving_one, flagged } => {
            let key = if *survives_moving_one { "impact.compared" } else { "impact.compared.fragile" };
            let (ratio, p) = (words.number(*ratio, 2), words.number(*p, 4));
            words.say(key, &[("ratio", &ratio), ("p", &p), ("flag", &flag(*flagged))])
        }
        Comparison::Withheld { flagged } => flag(*flagged),
        Comparison::TooSmall => words.say("impact.too_small", &[("share", &words.percent(0.02, 0))]),
        Comparison::Nobody => words.say("impact.nobody", &[]),
    };
    format!(
        "    {}",
        words.say("impact.group", &[("group", &about.group), ("counts", &counts), ("compared", &compared)])
    )
}

fn hidden(n: u64, words: &Words) -> String {
    if n < LEAST_CELL {
        return words.say("impact.fewer", &[("least", &words.integer(LEAST_CELL))]);
    }
    words.integer(n)
}
