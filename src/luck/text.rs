//! What an audit found, in words.

use super::{Answer, At, Estimate, FoundWithin, OutcomeAnswer, Power, WorldsOf};
use crate::words::Words;

/// The answer of one policy as lines of text.
pub fn text(answer: &Answer, words: &Words) -> String {
    let mut lines = vec![heading(answer, words)];
    if answer.levels.is_empty() {
        lines.push(format!("  {}", words.say("luck.harmless", &[])));
    }
    for level in &answer.levels {
        for outcome in &level.outcomes {
            lines.push(String::new());
            lines.push(format!(
                "  {}",
                said(words, "luck.outcome", outcome.outcome, &[("level", named(words, &level.level))])
            ));
            lines.extend(of_outcome(outcome, &level.level, answer, words));
        }
    }
    if !answer.levels.is_empty() {
        lines.push(String::new());
        let power = answer.power.as_ref().map(|power| of_power(power, answer, words));
        lines.extend(power.map(|power| format!("  {}", words.say("luck.power", &[("power", &power)]))));
        lines.push(format!("  {}", words.say("luck.due_process", &[])));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The text of a key that goes on with a word for machines: `luck.outcome.reward`.
fn said(words: &Words, key: &str, word: &str, holes: &[(&str, &str)]) -> String {
    words.say(&format!("{key}.{}", word.replace(' ', "_")), holes)
}

/// What a level is called in the language: `service` of `department`; one of the author's own as it is written.
fn named<'w>(words: &'w Words, level: &'w str) -> &'w str {
    // English names are written as the author wrote them.
    let name = (!words.is_english()).then(|| words.raw(&format!("sheet.level.{level}"))).flatten();
    name.unwrap_or(level)
}

/// `12 months`
fn periods(words: &Words, period: &str, count: u64) -> String {
    words.count(&format!("unit.{}", period.replace(' ', "_")), count, &[]).unwrap_or_default()
}

fn heading(answer: &Answer, words: &Words) -> String {
    let policy = match &answer.folder {
        Some(folder) => words.say("luck.beside", &[("policy", &answer.policy), ("folder", folder)]),
        None => answer.policy.clone(),
    };
    let span = periods(words, answer.period, answer.periods_in_a_year);
    let span = if answer.periods_in_a_year == 1 { span } else { words.say("luck.year", &[("periods", &span)]) };
    let holes = [
        ("span", &*span),
        ("worlds", &*words.integer(answer.worlds)),
        ("seed", &*answer.seed.to_string()),
        ("data", &*periods(words, answer.period, answer.periods_of_data)),
    ];
    let drawn = words.say(if answer.independent { "luck.drawn.independent" } else { "luck.drawn" }, &holes);
    format!("{}\n  {drawn}", words.say("luck.title", &[("policy", &policy)]))
}

fn of_outcome(about: &OutcomeAnswer, level: &str, answer: &Answer, words: &Words) -> Vec<String> {
    let pooled = words.say("luck.as_pooled", &[]);
    let line = words.say("luck.at_the_line", &[]);
    let mut lines = of_worlds(&pooled, &about.as_pooled, about.outcome, level, answer, words);
    match &about.at_the_line {
        At::SameAsPooled => lines.push(format!("    {}", words.say("luck.same", &[("truth", &line)]))),
        At::Drawn(worlds) => lines.extend(of_worlds(&line, worlds, about.outcome, level, answer, words)),
    }
    lines
}

fn of_worlds(
    truth: &str,
    worlds: &WorldsOf,
    outcome: &str,
    level: &str,
    answer: &Answer,
    words: &Words,
) -> Vec<String> {
    if worlds.deserved_by_all {
        return vec![format!("    {}", said(words, "luck.deserved", outcome, &[("truth", truth)]))];
    }
    let (Some(run), Some(window), Some(year)) = (worlds.per_run, worlds.single_window, worlds.year) else {
        return vec![format!("    {}", words.say("luck.nobody", &[("truth", truth)]))];
    };
    let (number, share) = (|x| figure(words, x), |x| share(words, x));
    let expected = [("truth", truth), ("number", &*number(run.value)), ("interval", &*ends(words, &run, number))];
    let (chance, sure) = (share(year.value), ends(words, &year, share));
    let of_year = [("level", named(words, level)), ("chance", &*chance), ("interval", &*sure)];
    let one = periods(words, answer.period, 1);
    let of_window = [("period", &*one), ("chance", &*share(window.value)), ("interval", &*ends(words, &window, share))];
    let whole = answer.period == "whole period";
    let key = match (level == super::named::PERSON, whole) {
        (true, false) => "luck.chance.person",
        (true, true) => "luck.chance.person.whole",
        (false, false) => "luck.chance.other",
        (false, true) => "luck.chance.other.whole",
    };
    let mut lines = vec![
        format!("    {}", said(words, "luck.expected", outcome, &expected)),
        format!("      {}", words.say(key, &of_year)),
        format!("      {}", words.say("luck.window", &of_window)),
    ];
    let all: f64 = worlds.rules.iter().map(|r| r.per_run.value).sum();
    let rules: Vec<String> =
        worlds.rules.iter().map(|r| format!("`{}` {}", r.rule, share(r.per_run.value / all))).collect();
    if !rules.is_empty() {
        lines.push(format!("      {}", words.say("luck.rules", &[("rules", &rules.join(", "))])));
    }
    lines
}

fn of_power(power: &Power, answer: &Answer, words: &Words) -> String {
    let points = figure(words, 100.0 * power.effect);
    let found = |found: &FoundWithin| {
        let p = &found.probability;
        let holes = [
            ("periods", &*periods(words, answer.period, found.periods)),
            ("chance", &*share(words, p.value)),
            ("interval", &*ends(words, p, |x| share(words, x))),
        ];
        words.say("luck.found.within", &holes)
    };
    let (Some(first), Some(last)) = (power.found.first(), power.found.last()) else {
        return words.say("luck.found.never", &[("points", &points)]);
    };
    let mut when = found(first);
    if first.periods != last.periods {
        when = format!("{when}, {}", found(last));
    }
    let beside: Vec<String> = power.corroborating.iter().map(|standard| format!("`{standard}`")).collect();
    match beside.as_slice() {
        [] => words.say("luck.found", &[("points", &points), ("found", &when)]),
        beside => {
            let holes = [("points", &*points), ("standards", &*words.list(beside)), ("found", &*when)];
            words.say("luck.found.beside", &holes)
        }
    }
}

/// `count` as the language writes numbers.
fn figure(words: &Words, value: f64) -> String {
    words.number(value, places(value))
}

/// A share as per cent, to two figures that count below ten, three below a thousand: `0.055%`, `98.4%`.
pub(super) fn share(words: &Words, value: f64) -> String {
    words.percent(value, places(100.0 * value))
}

pub(super) fn ends(words: &Words, of: &Estimate, say: impl Fn(f64) -> String) -> String {
    words.say("interval.short", &[("lower", &say(of.lower)), ("upper", &say(of.upper))])
}

/// Decimals with which two figures below ten, and three below a thousand, are shown.
fn places(value: f64) -> i32 {
    if !value.is_finite() || value == 0.0 {
        return 0;
    }
    let digits = if value.abs() < 10.0 { 2 } else { 3 };
    (digits - 1 - value.abs().log10().floor() as i32).clamp(0, 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_what_counts() {
        let words = Words::english();
        let shown = [5.476e-4, 6.13e-5, 0.984, 1.0, 0.0].map(|value| share(&words, value));
        assert_eq!(shown, ["0.055%", "0.0061%", "98.4%", "100%", "0%"]);
        assert_eq!([2.04, 1203.4].map(|value| figure(&words, value)), ["2", "1,203"]);
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
                corroborating: Vec::new(),
                found: vec![FoundWithin { periods: 4, probability }, FoundWithin { periods: 15, probability }],
            }),
            before_due_process: true,
        }
    }

    #[test]
    fn an_answer_says_chance_interval_power_and_what_was_left_out() {
        let said = text(&answer(), &Words::english());
        for part in [
            "Beads (naive)",
            "a year of 12 months, drawn 1,000 times (seed 7) on the n of 4 months",
            "0.5 false sanctions expected a run (0.25 to 1)",
            "an innocent person's chance of at least one within a year: 30% (15% to 60%)",
            "in 1 month with its look back: 8% (4% to 16%)",
            "at the line: deserved by all",
            "15 points under the floor is found within 4 months with probability 90% (88% to 92%), within 15 months",
            "before due process",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn what_corroborates_a_claim_is_named_with_the_power() {
        let mut answer = answer();
        if let Some(power) = &mut answer.power {
            power.corroborating = vec!["satisfy".into(), "solve".into()];
        }
        let said = text(&answer, &Words::english());
        assert!(
            said.contains("as far short in what corroborates it (`satisfy` and `solve`), is found within"),
            "{said}"
        );
    }

    #[test]
    fn a_policy_without_rewards_and_sanctions_is_said_so() {
        let none = Answer { levels: Vec::new(), power: None, ..answer() };
        assert!(text(&none, &Words::english()).contains("luck can do no harm"));
    }

    #[test]
    fn the_same_answer_is_told_in_french() {
        let said = text(&answer(), &Words::shipped("fr").unwrap());
        for part in [
            "12 mois, tirée 1\u{202f}000 fois",
            "sanction (personne)",
            "sanctions injustifiées attendues par passage\u{a0}: 0,5",
            "30\u{202f}% (15\u{202f}% à 60\u{202f}%)",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let mut of_groups = answer();
        of_groups.levels[0].level = "department".into();
        let groups = text(&of_groups, &Words::shipped("fr").unwrap());
        assert!(groups.contains("sanction (service)") && groups.contains("niveau «\u{a0}service\u{a0}»"), "{groups}");
        for english in ["the ", " of ", " with ", " person ", "chance of", "month"] {
            assert!(!said.contains(english), "{english}: {said}");
        }
    }
}
