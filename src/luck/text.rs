//! What an audit found, in words.

use super::{Answer, At, Estimate, FoundWithin, OutcomeAnswer, Power, WorldsOf};

/// The answer of one policy as lines of text.
pub fn text(answer: &Answer) -> String {
    let mut lines = vec![heading(answer)];
    if answer.levels.is_empty() {
        lines.push("  no rule rewards or sanctions anyone: luck can do no harm here".to_owned());
    }
    for level in &answer.levels {
        for outcome in &level.outcomes {
            lines.push(String::new());
            lines.push(format!("  {} ({})", outcome.outcome, level.level));
            lines.extend(of_outcome(outcome, &level.level, answer));
        }
    }
    if !answer.levels.is_empty() {
        lines.push(String::new());
        lines.extend(answer.power.as_ref().map(|power| format!("  power: {}", of_power(power, answer))));
        lines.push(
            "  before due process: gates on what was said, offered, disputed and warned count as passed".to_owned(),
        );
    }
    lines.push(String::new());
    lines.join("\n")
}

fn heading(answer: &Answer) -> String {
    let policy = match &answer.folder {
        Some(folder) => format!("{} ({folder})", answer.policy),
        None => answer.policy.clone(),
    };
    let year = match (answer.periods_in_a_year, answer.period) {
        (1, period) => format!("one {period}"),
        (periods, period) => format!("a year of {periods} {period}s"),
    };
    let dependence = if answer.independent { ", measures drawn independently" } else { "" };
    format!(
        "If everyone were equally good: {policy}\n  {year}, drawn {} times (seed {}{dependence}) on the n of {}",
        grouped(answer.worlds),
        answer.seed,
        plural(answer.periods_of_data, answer.period),
    )
}

fn of_outcome(about: &OutcomeAnswer, level: &str, answer: &Answer) -> Vec<String> {
    let mut lines = of_worlds("as pooled", &about.as_pooled, about.outcome, level, answer);
    match &about.at_the_line {
        At::SameAsPooled => {
            lines.push("    at the line: the same; everyone together is no better (or worse) than the line".to_owned())
        }
        At::Drawn(worlds) => lines.extend(of_worlds("at the line", worlds, about.outcome, level, answer)),
    }
    lines
}

fn of_worlds(title: &str, worlds: &WorldsOf, outcome: &str, level: &str, answer: &Answer) -> Vec<String> {
    if worlds.deserved_by_all {
        return vec![format!("    {title}: deserved by all; no {outcome} would be false")];
    }
    let (Some(run), Some(window), Some(year)) = (worlds.per_run, worlds.single_window, worlds.year) else {
        return vec![format!("    {title}: nobody is assessed whom a rule could reach")];
    };
    let who = if level == super::named::PERSON {
        "an innocent person's".to_owned()
    } else {
        format!("an innocent {level}'s")
    };
    let mut lines = vec![
        format!("    {title}: {} expected a run ({})", plural_of(run.value, outcome), interval(&run, count)),
        format!(
            "      {who} chance of at least one {}: {} ({})",
            within(answer),
            chance(year.value),
            interval(&year, chance)
        ),
        format!(
            "      in one {} with its look back: {} ({})",
            answer.period,
            chance(window.value),
            interval(&window, chance)
        ),
    ];
    let all: f64 = worlds.rules.iter().map(|r| r.per_run.value).sum();
    let rules: Vec<String> =
        worlds.rules.iter().map(|r| format!("`{}` {}", r.rule, percent(r.per_run.value / all))).collect();
    if !rules.is_empty() {
        lines.push(format!("      caused by {}", rules.join(", ")));
    }
    lines
}

fn within(answer: &Answer) -> &'static str {
    if answer.period == "whole period" { "within the whole period" } else { "within a year" }
}

fn of_power(power: &Power, answer: &Answer) -> String {
    let points = count(100.0 * power.effect);
    let who = format!("a person whose true share is {points} points under the floor is found");
    let said = |found: &FoundWithin| {
        let p = &found.probability;
        format!(
            "within {} with probability {} ({})",
            plural(found.periods, answer.period),
            percent(p.value),
            interval(p, percent)
        )
    };
    let (Some(first), Some(last)) = (power.found.first(), power.found.last()) else {
        return format!("{who} never: nobody is assessed");
    };
    if first.periods == last.periods {
        return format!("{who} {}", said(first));
    }
    format!("{who} {}, {}", said(first), said(last))
}

/// `0.06 %`, `1.5 %`, `none seen` is never said: nothing seen is not never.
pub(super) fn chance(value: f64) -> String {
    percent(value)
}

/// A share as per cent, to two figures that count.
pub(super) fn percent(value: f64) -> String {
    format!("{} %", count(100.0 * value))
}

/// Two figures that count below ten, three below a thousand: `0.0061`, `1.5`, `98.4`, `1 203`.
pub(super) fn count(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return "0".to_owned();
    }
    let digits = if value.abs() < 10.0 { 2 } else { 3 };
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (digits - 1 - magnitude).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

pub(super) fn interval(of: &Estimate, say: impl Fn(f64) -> String) -> String {
    format!("{} to {}", say(of.lower), say(of.upper))
}

fn plural(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(n)) }
}

fn plural_of(value: f64, outcome: &str) -> String {
    format!("{} false {outcome}s", count(value))
}

/// Thousands with a comma.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_what_counts() {
        assert_eq!(percent(5.476e-4), "0.055 %");
        assert_eq!(percent(6.13e-5), "0.0061 %");
        assert_eq!(percent(0.984), "98.4 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(count(2.04), "2");
        assert_eq!(count(1203.4), "1203");
        assert_eq!((grouped(999), grouped(1_234_567)), ("999".into(), "1,234,567".into()));
    }

    fn worlds(deserved_by_all: bool) -> WorldsOf {
        let some = |value: f64| Some(Estimate { value, lower: value / 2.0, upper: value * 2.0 });
        WorldsOf {
            truth: "as pooled",
            deserved_by_all,
            innocent: 6,
            per_run: some(0.5),
            single_window: some(0.08),
            year: some(0.3),
            spread: Vec::new(),
            rules: Vec::new(),
        }
    }

    fn answer() -> Answer {
        let (as_pooled, at_the_line) = (worlds(false), At::Drawn(worlds(true)));
        let outcome = OutcomeAnswer { outcome: "sanction", tolerated: None, as_pooled, at_the_line };
        let probability = Estimate { value: 0.9, lower: 0.88, upper: 0.92 };
        Answer {
            policy: "Beads".into(),
            folder: Some("naive".into()),
            worlds: 1000,
            seed: 7,
            independent: false,
            period: "month",
            periods_in_a_year: 12,
            periods_of_data: 4,
            levels: vec![super::super::LevelAnswer { level: "person".into(), outcomes: vec![outcome] }],
            power: Some(Power {
                effect: 0.15,
                found: vec![FoundWithin { periods: 4, probability }, FoundWithin { periods: 15, probability }],
            }),
            before_due_process: true,
        }
    }

    #[test]
    fn an_answer_says_chance_interval_power_and_what_was_left_out() {
        let said = text(&answer());
        for part in [
            "Beads (naive)",
            "a year of 12 months, drawn 1,000 times (seed 7) on the n of 4 months",
            "0.5 false sanctions expected a run (0.25 to 1)",
            "an innocent person's chance of at least one within a year: 30 % (15 % to 60 %)",
            "in one month with its look back: 8 % (4 % to 16 %)",
            "at the line: deserved by all",
            "15 points under the floor is found within 4 months with probability 90 % (88 % to 92 %), within 15 months",
            "before due process",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn a_policy_without_rewards_and_sanctions_is_said_so() {
        let none = Answer { levels: Vec::new(), power: None, ..answer() };
        assert!(text(&none).contains("luck can do no harm"));
    }
}
