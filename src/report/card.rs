//! One recommendation as pages and letters show it: reasons, evidence for and against, gates, and how sure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::certificate::Certificate;
use super::standing::StandardView;
use super::{Cell, Report, Words};
use crate::judge::{Detail, Outcome, Step, Tried};
use crate::language::{Because, Value};

#[derive(Clone, Debug, Default, Serialize)]
pub struct Card {
    pub level: String,
    pub id: String,
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// As in file names: 2026-03.
    pub period: String,
    pub period_text: String,
    pub outcome: &'static str,
    pub rule: Option<String>,
    pub action: Option<String>,
    pub summary: String,
    pub because: Option<String>,
    pub score: Option<String>,
    pub score_interval: Option<String>,
    pub reasons: Vec<String>,
    pub evidence_for: Vec<EvidenceView>,
    pub evidence_against: Vec<EvidenceView>,
    pub gates: Vec<GateView>,
    pub notes: Vec<String>,
    pub counterfactual: Option<String>,
    pub step: Option<String>,
    pub develop: Vec<DevelopView>,
    pub standards: Vec<StandardView>,
    /// Method ids behind the figures, sorted.
    pub methods: Vec<String>,
    pub certificate: Option<Certificate>,
    /// The reward is an award for excellence: all nine points are proven.
    pub excellence: bool,
    pub disputed: bool,
    /// What is due of a person on record on the day that is looked at, a sentence each: training, papers …
    pub due: Vec<String>,
    /// That alone is why help is offered.
    pub due_alone: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct EvidenceView {
    pub standard: String,
    pub promise: String,
    pub sentence: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct GateView {
    pub name: &'static str,
    pub title: String,
    pub verdict: &'static str,
    pub figure: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DevelopView {
    pub standard: String,
    pub promise: String,
    pub skill: Option<String>,
    pub action: Option<String>,
    pub within: Option<String>,
    /// The day by which it is done, where `within` counts days.
    pub by: Option<String>,
    pub resource: Option<String>,
}

impl Report<'_> {
    /// Everything that is shown of a cell. `None` where the subject is not assessed.
    pub fn card(&self, cell: Cell) -> Option<Card> {
        self.outcome(cell)?;
        let detail = (self.explain)(cell);
        let told = self.told(cell, &detail);
        let (level, id, period) = self.ids(cell);
        let subject = self.subject(cell)?;
        let attributes = subject.attributes.get(cell.period).and_then(Option::as_ref);
        let rule = detail.rule.and_then(|r| self.plan.rules.get(r));
        let score = self.score(cell);
        let show = |x: f64| (!x.is_nan()).then(|| self.words.number(x, 1));
        let decided = decided(&detail);
        let standards: Vec<StandardView> = self.standards(cell).map(|s| StandardView::of(&s, &self.words)).collect();
        let mut methods: Vec<String> =
            standards.iter().map(|s| s.method.to_owned()).filter(|m| !m.is_empty()).collect();
        methods.sort();
        methods.dedup();
        Some(Card {
            level: level.to_owned(),
            id: id.to_owned(),
            name: self.name_of(cell),
            attributes: attributes.map(|a| (**a).clone()).unwrap_or_default(),
            period: period.to_owned(),
            period_text: self.words.period(period),
            outcome: detail.outcome.word(),
            rule: rule.map(|r| r.id.value.clone()),
            action: self.recommendations.action(self.plan, cell.level, cell.subject, cell.period).map(str::to_owned),
            summary: told.summary,
            because: told.because,
            score: show(score.value),
            score_interval: show(score.lower)
                .zip(show(score.upper))
                .map(|(l, u)| self.words.say("interval.short", &[("lower", &l), ("upper", &u)])),
            reasons: decided.and_then(|t| t.because.as_ref()).map(|b| reasons(b, &self.words)).unwrap_or_default(),
            evidence_for: self.evidence(&detail, true),
            evidence_against: self.evidence(&detail, false),
            gates: decided.map(|t| self.gates(t)).unwrap_or_default(),
            notes: detail.notes.clone(),
            counterfactual: detail.counterfactual.clone(),
            step: detail.step.as_deref().map(|step| self.step(step)),
            develop: self.develop(&detail),
            standards,
            methods,
            certificate: self.certificate(cell, &detail),
            excellence: rule.is_some_and(crate::workspace::Rule::is_award),
            disputed: self.disputed(cell),
            due: self.due_in(cell),
            due_alone: detail.outcome == Outcome::Develop && detail.rule.is_none(),
        })
    }

    /// What is due of a person, in the period judged last: it holds on the day that is looked at.
    fn due_in(&self, cell: Cell) -> Vec<String> {
        let (level, id, _) = self.ids(cell);
        if level == "person" && self.period() == Some(cell.period) { self.due_of(id) } else { Vec::new() }
    }

    /// A step of the ladder in words.
    fn step(&self, step: &str) -> String {
        Step::parse(step).map_or_else(|| step.to_owned(), |step| self.words.say(step.key(), &[]))
    }

    /// The display name; an organisation without a name of its own is called just that.
    pub fn name_of(&self, cell: Cell) -> String {
        let (level, id, _) = self.ids(cell);
        let name = self.subject(cell).map_or("", |s| &*s.name);
        if level == "organisation" && name == id {
            self.words.say("level.organisation.one", &[])
        } else {
            name.to_owned()
        }
    }

    fn promise(&self, standard: usize) -> (String, String) {
        let standard = self.plan.standards.get(standard);
        standard.map(|s| (s.id.value.clone(), s.promise.value.clone())).unwrap_or_default()
    }

    fn evidence(&self, detail: &Detail, favourable: bool) -> Vec<EvidenceView> {
        let found = detail.evidence.iter().filter(|e| e.favourable == favourable);
        found
            .map(|e| {
                let (standard, promise) = self.promise(e.standard);
                // The promise says more to its reader than the id of its standard.
                let sentence = match e.sentence.strip_prefix(&format!("`{standard}`")) {
                    Some(rest) => format!("{}{rest}", promise.trim_end_matches('.')),
                    None => e.sentence.clone(),
                };
                EvidenceView { sentence, standard, promise }
            })
            .collect()
    }

    pub(super) fn gates(&self, tried: &Tried) -> Vec<GateView> {
        let gates = tried.gates.iter();
        gates
            .map(|g| GateView {
                name: g.name,
                title: self.words.raw(&format!("gate.{}", g.name)).unwrap_or(g.name).to_owned(),
                verdict: g.verdict.word(),
                figure: g.figure.clone(),
            })
            .collect()
    }

    fn develop(&self, detail: &Detail) -> Vec<DevelopView> {
        let as_of = self.recommendations.scorecards.readings.as_of;
        detail
            .develop
            .iter()
            .map(|(standard, d)| {
                let (standard, promise) = self.promise(*standard);
                let day = d.within_days.and_then(|days| as_of.checked_add(jiff::Span::new().try_days(days).ok()?).ok());
                DevelopView {
                    standard,
                    promise,
                    skill: d.skill.clone(),
                    action: d.action.clone(),
                    within: d.within.clone(),
                    by: day.map(|d| self.words.date(d)),
                    resource: d
                        .resource
                        .as_deref()
                        .map(|r| self.words.raw(&format!("resource.{r}")).unwrap_or(r).to_owned()),
                }
            })
            .collect()
    }
}

/// The rule that passed, else the last that was true.
fn decided(detail: &Detail) -> Option<&Tried> {
    detail.tried.iter().find(|t| t.passed).or_else(|| detail.tried.iter().rev().find(|t| !t.missing))
}

/// The parts of `when` that decided, each with the values it looked at: `score >= 90 (score: 93.2)`.
pub fn reasons(because: &Because, words: &Words) -> Vec<String> {
    let connects = |b: &Because| b.parts.iter().any(|p| matches!(p.value, Value::YesNo(_)) || !p.parts.is_empty());
    if connects(because) {
        return because.parts.iter().flat_map(|part| reasons(part, words)).collect();
    }
    let colon = words.say("format.colon", &[]);
    let sides: Vec<String> = because
        .parts
        .iter()
        .filter(|p| p.wording != because.wording)
        .map(|p| format!("{}{colon}{}", p.wording, shown(&p.value, words)))
        .collect();
    if sides.is_empty() {
        vec![format!("{} → {}", because.wording, shown(&because.value, words))]
    } else {
        vec![format!("{} ({})", because.wording, sides.join(&words.say("format.also", &[])))]
    }
}

pub(super) fn shown(value: &Value, words: &Words) -> String {
    match value {
        Value::Missing => words.say("value.missing", &[]),
        Value::Number(x) => words.number(*x, 4),
        Value::Text(text) => text.to_string(),
        Value::YesNo(yes) => words.say(if *yes { "value.yes" } else { "value.no" }, &[]),
        Value::Time(micros) => {
            jiff::Timestamp::from_microsecond(*micros).map_or_else(|_| String::new(), |t| t.to_string())
        }
        Value::Duration(micros) => words.say("value.seconds", &[("number", &words.number(*micros as f64 / 1e6, 1))]),
        Value::Numbers(numbers) => numbers.iter().map(|x| words.number(*x, 2)).collect::<Vec<_>>().join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Span};

    fn node(wording: &str, value: Value, parts: Vec<Because>) -> Because {
        Because { wording: wording.into(), value, span: Span { file: FileId(0), start: 0, end: 0 }, parts }
    }

    #[test]
    fn reasons_are_the_comparisons_with_their_values() {
        let words = Words::english();
        let score = node("score >= 90", Value::YesNo(true), vec![node("score", Value::Number(93.25), vec![])]);
        let met = node("met(\"answer_promptly\")", Value::YesNo(true), vec![]);
        let both = node("score >= 90 && met(…)", Value::YesNo(true), vec![score, met]);
        assert_eq!(reasons(&both, &words), ["score >= 90 (score: 93.25)", "met(\"answer_promptly\") → yes"]);
        let french = Words::shipped("fr").unwrap();
        assert_eq!(reasons(&both, &french)[0], "score >= 90 (score\u{a0}: 93,25)");
    }
}
