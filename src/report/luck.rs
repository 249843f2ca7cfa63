//! The luck audit for its readers: what each figure means, in sentences and charts; a page of its own, and parts of the
//! report and of the live page.

use std::collections::BTreeMap;

use serde::Serialize;

use super::charts::{self, Chart};
use super::{AuthorTemplate, Report, Words, prepare};
use crate::diagnostic::Diagnostic;
use crate::luck::{Answer, At, Estimate, FoundWithin, LevelAnswer, OutcomeAnswer, Power, WorldsOf};
use crate::workspace::Plan;

/// One policy's audit.
#[derive(Serialize)]
pub struct LuckView {
    /// The charter's name, with the folder of a further policy.
    title: String,
    /// What was drawn, in a sentence.
    drawn: String,
    about: Vec<AboutView>,
    power: Option<PowerView>,
}

/// One outcome at one level.
#[derive(Serialize)]
struct AboutView {
    outcome: &'static str,
    /// `False sanctions: people`
    title: String,
    /// The worst of both truths, in short.
    short: String,
    /// Against the policy's own tolerance, where it names one.
    tolerance: Option<ToleranceView>,
    truths: Vec<TruthView>,
}

#[derive(Serialize)]
struct ToleranceView {
    /// `kept`, `exceeded` or `unsure`.
    verdict: &'static str,
    sentence: String,
}

#[derive(Serialize)]
struct TruthView {
    title: String,
    about: String,
    sentences: Vec<String>,
    chart: Option<Chart>,
    /// Rules that cause it, the one that causes most first.
    rules: Vec<RuleView>,
}

#[derive(Serialize)]
struct RuleView {
    rule: String,
    share: String,
    per_run: String,
    interval: String,
}

#[derive(Serialize)]
struct PowerView {
    sentence: String,
    chart: Option<Chart>,
}

#[derive(Serialize)]
struct LuckPage<'a> {
    language: &'a str,
    charter: &'a str,
    version: &'a str,
    policies: Vec<LuckView>,
}

/// The page of one or more audits, as html. Errors: the workspace's templates or words.
pub fn luck_page(
    plan: &Plan,
    templates: BTreeMap<String, AuthorTemplate>,
    answers: &[Answer],
    version: &str,
) -> Result<String, Vec<Diagnostic>> {
    let (words, engine, _) = prepare(plan, templates)?;
    page(plan, answers, version, &words, &engine).map_err(|problem| vec![problem])
}

fn page(
    plan: &Plan,
    answers: &[Answer],
    version: &str,
    words: &Words,
    engine: &super::environment::Engine,
) -> Result<String, Diagnostic> {
    let page = LuckPage {
        language: &words.language,
        charter: &plan.charter.name.value,
        version,
        policies: answers.iter().enumerate().map(|(i, answer)| luck_view(answer, i, words)).collect(),
    };
    engine.render(PAGE, &page)
}

/// Its name as a file and as a template.
pub const PAGE: &str = "luck.html";

impl Report<'_> {
    /// `luck.html`, where an audit came along.
    pub(super) fn luck_page(&self) -> Result<Option<(String, String)>, Diagnostic> {
        if self.luck.is_empty() {
            return Ok(None);
        }
        let text = page(self.plan, self.luck, &self.version, &self.words, &self.engine)?;
        Ok(Some((PAGE.to_owned(), text)))
    }

    /// The audit of this policy itself.
    pub(super) fn own_luck(&self) -> Option<LuckView> {
        self.luck.iter().find(|answer| answer.folder.is_none()).map(|answer| self.luck_view(answer))
    }

    /// An audit in the words of this report.
    pub fn luck_view(&self, answer: &Answer) -> LuckView {
        luck_view(answer, 0, &self.words)
    }
}

/// `position` keeps the ids of several policies on one page apart.
fn luck_view(answer: &Answer, position: usize, words: &Words) -> LuckView {
    let title = match &answer.folder {
        Some(folder) => format!("{} ({folder})", answer.policy),
        None => answer.policy.clone(),
    };
    let of_level = |level: &LevelAnswer| {
        let about = |outcome| About { answer, position, level: &level.level, outcome, words }.view();
        level.outcomes.iter().map(about).collect::<Vec<_>>()
    };
    LuckView {
        title,
        drawn: drawn(answer, words),
        about: answer.levels.iter().flat_map(of_level).collect(),
        power: answer.power.as_ref().map(|found| power(found, answer, position, words)),
    }
}

fn drawn(answer: &Answer, words: &Words) -> String {
    let holes = [
        ("worlds", &*words.count("chances.worlds", answer.worlds, &[]).unwrap_or_default()),
        ("judged", &*periods(answer, answer.periods_in_a_year, words)),
        ("data", &*periods(answer, answer.periods_of_data, words)),
        ("seed", &*answer.seed.to_string()),
    ];
    let said = words.say("chances.drawn", &holes);
    if answer.independent { format!("{said} {}", words.say("chances.independent", &[])) } else { said }
}

/// `4 months`
fn periods(answer: &Answer, count: u64, words: &Words) -> String {
    words.count(&format!("chances.period.{}", key(answer)), count, &[]).unwrap_or_default()
}

/// The word of a period in keys.
fn key(answer: &Answer) -> &'static str {
    if answer.period == "whole period" { "all" } else { answer.period }
}

fn within(answer: &Answer, words: &Words) -> String {
    words.say(if key(answer) == "all" { "chances.within.all" } else { "chances.within.year" }, &[])
}

/// One outcome at one level of one policy, on the way to its words.
struct About<'a> {
    answer: &'a Answer,
    position: usize,
    level: &'a str,
    outcome: &'a OutcomeAnswer,
    words: &'a Words,
}

impl About<'_> {
    fn view(&self) -> AboutView {
        let outcome = self.outcome;
        let mut truths = vec![self.truth("as_pooled", &outcome.as_pooled)];
        truths.push(match &outcome.at_the_line {
            At::Drawn(worlds) => self.truth("at_the_line", worlds),
            At::SameAsPooled => TruthView {
                title: self.words.say("chances.at_the_line", &[]),
                about: self.said("chances.at_the_line", &[]),
                sentences: vec![self.words.say("chances.same", &[])],
                chart: None,
                rules: Vec::new(),
            },
        });
        let worst = self.answer.worst_year(self.level, outcome.outcome);
        let tolerated = outcome.tolerated.zip(worst);
        AboutView {
            outcome: outcome.outcome,
            title: self.title(),
            short: self.short(worst),
            tolerance: tolerated.map(|(tolerated, worst)| tolerance(tolerated, worst, self.words)),
            truths,
        }
    }

    /// A text that is another for rewards than for sanctions.
    fn said(&self, key: &str, holes: &[(&str, &str)]) -> String {
        self.words.say(&format!("{key}.{}", self.outcome.outcome), holes)
    }

    fn title(&self) -> String {
        self.said("chances.false", &[("level", &self.words.level_title(self.level))])
    }

    fn short(&self, worst: Option<Estimate>) -> String {
        let level = self.words.level_title(self.level);
        let Some(worst) = worst else { return self.said("chances.short.none", &[("level", &level)]) };
        let holes = [
            ("level", level.as_str()),
            ("chance", &chance(worst.value, self.words)),
            ("interval", &interval(&worst, self.words, chance)),
            ("within", &within(self.answer, self.words)),
        ];
        self.said("chances.short", &holes)
    }

    /// `name` is that of the truth in keys.
    fn truth(&self, name: &str, worlds: &WorldsOf) -> TruthView {
        let key = format!("chances.{name}");
        let title = self.words.say(&key, &[]);
        let all: f64 = worlds.rules.iter().map(|r| r.per_run.value).sum();
        let rules = worlds.rules.iter().map(|r| RuleView {
            rule: r.rule.clone(),
            share: chance(r.per_run.value / all, self.words),
            per_run: counted(r.per_run.value, self.words),
            interval: interval(&r.per_run, self.words, counted),
        });
        let id = format!("chart-luck-{}-{}-{}-{name}", self.position, self.outcome.outcome, self.level);
        let id = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let heading = format!("{} – {title}", self.title());
        TruthView {
            about: self.said(&key, &[]),
            sentences: self.sentences(worlds),
            chart: charts::of_worlds(id, heading, worlds, self.outcome.tolerated, self.words),
            title,
            rules: rules.collect(),
        }
    }

    fn sentences(&self, worlds: &WorldsOf) -> Vec<String> {
        let words = self.words;
        if worlds.deserved_by_all {
            return vec![self.said("chances.deserved", &[])];
        }
        let (Some(run), Some(window), Some(year)) = (worlds.per_run, worlds.single_window, worlds.year) else {
            return vec![words.say("chances.nobody", &[])];
        };
        let expected = [("count", &*counted(run.value, words)), ("interval", &*interval(&run, words, counted))];
        let whole = key(self.answer) == "all";
        let period = if whole { String::new() } else { words.say(&format!("chances.one.{}", key(self.answer)), &[]) };
        let chances = [
            ("chance", &*chance(year.value, words)),
            ("interval", &*interval(&year, words, chance)),
            ("within", &*within(self.answer, words)),
            ("period", &*period),
            ("window", &*chance(window.value, words)),
            ("window_interval", &*interval(&window, words, chance)),
        ];
        let key = if whole { "chances.chance_all" } else { "chances.chance" };
        let mut sentences = vec![self.said("chances.expected", &expected), words.say(key, &chances)];
        if worlds.spread.iter().all(|s| s.subjects == 0) {
            let drawn = words.count("chances.worlds", self.answer.worlds, &[]).unwrap_or_default();
            sentences.push(words.say("chances.never_seen", &[("worlds", &drawn)]));
        }
        sentences
    }
}

fn tolerance(tolerated: f64, worst: Estimate, words: &Words) -> ToleranceView {
    let verdict = match () {
        () if worst.upper <= tolerated => "kept",
        () if worst.lower > tolerated => "exceeded",
        () => "unsure",
    };
    let holes = [("tolerated", &*chance(tolerated, words)), ("chance", &*chance(worst.value, words))];
    ToleranceView { verdict, sentence: words.say(&format!("chances.tolerance.{verdict}"), &holes) }
}

fn power(found: &Power, answer: &Answer, position: usize, words: &Words) -> PowerView {
    let points = counted(100.0 * found.effect, words);
    let who = match found.corroborating.as_slice() {
        [] => words.say("chances.power.who", &[("points", &points)]),
        beside => words.say("chances.power.who.beside", &[("points", &points), ("standards", &words.list(beside))]),
    };
    let said = |f: &FoundWithin| {
        let holes = [
            ("periods", &*periods(answer, f.periods, words)),
            ("chance", &*chance(f.probability.value, words)),
            ("interval", &*interval(&f.probability, words, chance)),
        ];
        words.say("chances.power.within", &holes)
    };
    let (first, last) = (found.found.first(), found.found.last());
    let parts: Vec<String> = match (first, last) {
        (Some(first), Some(last)) if first.periods == last.periods => vec![said(first)],
        (Some(first), Some(last)) => vec![said(first), said(last)],
        _ => vec![words.say("chances.power.never", &[])],
    };
    let unit = words.say(&format!("chances.unit.{}", key(answer)), &[]);
    let all = last.map_or_else(String::new, |last| periods(answer, last.periods, words));
    let chart = charts::of_power(format!("chart-power-{position}"), found, [&unit, &all], words);
    PowerView { sentence: format!("{who} {}.", words.list(&parts)), chart }
}

/// A share as a percentage, to two figures that count: `0.055%`, `98.4%`.
fn chance(value: f64, words: &Words) -> String {
    words.percent(value, places(100.0 * value))
}

/// Two figures that count below ten, three from there on: `0.0061`, `1.5`, `98.4`.
pub(super) fn counted(value: f64, words: &Words) -> String {
    words.number(value, places(value))
}

fn places(value: f64) -> i32 {
    if !value.is_finite() || value == 0.0 {
        return 0;
    }
    let digits = if value.abs() < 10.0 { 2 } else { 3 };
    (digits - 1 - value.abs().log10().floor() as i32).clamp(0, 12)
}

fn interval(of: &Estimate, words: &Words, say: fn(f64, &Words) -> String) -> String {
    words.say("interval.short", &[("lower", &say(of.lower, words)), ("upper", &say(of.upper, words))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::luck::{RuleAnswer, Spread};

    fn estimate(value: f64) -> Estimate {
        Estimate { value, lower: value / 2.0, upper: value * 2.0 }
    }

    fn worlds(deserved_by_all: bool) -> WorldsOf {
        WorldsOf {
            truth: "as pooled",
            deserved_by_all,
            innocent: 100,
            per_run: Some(estimate(0.5)),
            single_window: Some(estimate(0.005)),
            year: Some(estimate(0.03)),
            spread: [(0, 30), (3, 60), (4, 10)].map(|(subjects, worlds)| Spread { subjects, worlds }).to_vec(),
            rules: vec![RuleAnswer { rule: "offender<b>".into(), per_run: estimate(0.5) }],
        }
    }

    pub(crate) fn answer(tolerated: f64) -> Answer {
        let (as_pooled, at_the_line) = (worlds(false), At::Drawn(worlds(true)));
        let outcome = OutcomeAnswer { outcome: "sanction", tolerated: Some(tolerated), as_pooled, at_the_line };
        let found = |periods, value| FoundWithin { periods, probability: estimate(value) };
        Answer {
            policy: "Akwaaba Bank".into(),
            folder: None,
            worlds: 100,
            seed: 7,
            independent: false,
            period: "month",
            periods_in_a_year: 12,
            periods_of_data: 4,
            levels: vec![LevelAnswer { level: "person".into(), outcomes: vec![outcome] }],
            power: Some(Power {
                effect: 0.15,
                corroborating: Vec::new(),
                found: vec![found(4, 0.3), found(5, 0.4), found(15, 0.45)],
            }),
            before_due_process: true,
        }
    }

    #[test]
    fn the_page_says_every_figure_with_its_interval_rule_and_table() {
        let html = luck_page(&crate::report::fixture::plan(), BTreeMap::new(), &[answer(0.01)], "0.1.0").unwrap();
        for said in [
            "If everyone were equally good",
            "Drawn 100 times: 12 months",
            "0.5 false reviews for a sanction",
            "3% (1.5% to 6%)",
            "tolerates a chance of 1%",
            "offender&lt;b&gt;",
            "on average 3 of the 100 who",
            "15 points",
            "<desc ",
            "Figures behind this chart",
        ] {
            assert!(html.contains(said), "{said}: {html}");
        }
        let is_key = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase());
        for family in ["chances.", "luck."] {
            assert!(!html.split(family).skip(1).any(is_key), "a text is missing: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("http"), "{html}");
        assert_eq!(html.matches("<table").count(), html.matches("<caption>").count());
    }

    #[test]
    fn a_tolerance_is_kept_exceeded_or_not_known() {
        let words = Words::english();
        let verdict = |tolerated| luck_view(&answer(tolerated), 0, &words).about[0].tolerance.as_ref().unwrap().verdict;
        assert_eq!([verdict(0.1), verdict(0.01), verdict(0.04)], ["kept", "exceeded", "unsure"]);
    }

    #[test]
    fn figures_keep_what_counts() {
        let words = Words::english();
        let shown: Vec<String> = [5.476e-4, 6.13e-5, 0.984, 1.0, 0.0].map(|x| chance(x, &words)).to_vec();
        assert_eq!(shown, ["0.055%", "0.0061%", "98.4%", "100%", "0%"]);
    }

    #[test]
    fn french_is_spoken_too() {
        let plan = Plan {
            language: crate::diagnostic::Authored::default_of("fr".to_owned()),
            words: Words::shipped("fr").unwrap(),
            ..crate::report::fixture::plan()
        };
        let html = luck_page(&plan, BTreeMap::new(), &[answer(0.01)], "0.1.0").unwrap();
        assert!(
            html.contains("lang=\"fr\"") && html.contains("100 fois\u{a0}: 12 mois") && !html.contains("chances."),
            "{html}"
        );
        assert!(!html.contains("chance alone") && !html.contains("tolerates"), "{html}");
    }
}
