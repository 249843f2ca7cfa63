//! One recommendation in full: as a JSON object (a line of `recommendations.jsonl`) and as text (`explain`).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::because::Told;
use super::{Cell, Report, rounded};
use crate::judge::{Detail, Gate, Tried};
use crate::language::{self, Because};

impl Report<'_> {
    /// A line of `recommendations.jsonl`.
    pub fn object(&self, cell: Cell, detail: &Detail, told: &Told) -> Value {
        object(self, cell, detail, told)
    }

    /// The same for a reader at a terminal.
    pub fn text(&self, cell: Cell) -> Option<String> {
        let card = self.card(cell)?;
        let words = &self.words;
        let mut out = String::new();
        let title = words.say(&format!("short.{}", card.outcome), &[]);
        let colon = words.say("format.colon", &[]);
        // Writing to a text can't fail.
        let subject = format!("{}:{}", card.level, card.id);
        let holes = [("name", &*card.name), ("subject", &subject), ("period", &card.period_text), ("outcome", &title)];
        let _ = writeln!(out, "{}", words.say("report.explain", &holes));
        let _ = writeln!(out, "{}", card.summary);
        let mut section = |key: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                let _ = writeln!(out, "\n{}", words.say(key, &[]));
                for line in lines {
                    let _ = writeln!(out, "  {line}");
                }
            }
        };
        section("report.score", card.score.iter().map(|s| with_interval(s, card.score_interval.as_deref())).collect());
        section("report.rule", card.rule.iter().cloned().collect());
        section("report.reasons", card.reasons.clone());
        section("report.for", card.evidence_for.iter().map(|e| format!("+ {}", e.sentence)).collect());
        section("report.against", card.evidence_against.iter().map(|e| format!("- {}", e.sentence)).collect());
        let gates = card.gates.iter().map(|g| {
            let verdict = words.say(&format!("verdict.{}", g.verdict), &[]);
            format!("{}{colon}{verdict} ({})", g.title, g.figure)
        });
        section("report.gates", gates.collect());
        let figures = card.standards.iter().map(|s| {
            let value = s.value.as_deref().map_or_else(
                || words.say(&format!("state.{}", s.state), &[]),
                |v| with_interval(v, s.interval.as_deref()),
            );
            format!("{}{colon}{value}, n = {} [{}]", s.id, s.n_text, s.method)
        });
        section("report.figures", figures.collect());
        section("report.notes", card.notes.clone());
        section("report.counterfactual", card.counterfactual.iter().cloned().collect());
        section("report.step", card.step.iter().cloned().collect());
        let offers = card.develop.iter().map(|d| {
            let when = d.by.as_ref().or(d.within.as_ref());
            let parts = [d.skill.as_ref(), d.action.as_ref(), when];
            let offer = parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            if offer.is_empty() { d.standard.clone() } else { format!("{}{colon}{offer}", d.standard) }
        });
        section("report.plan", offers.collect());
        let charter =
            words.say("letter.cited", &[("charter", &self.plan.charter.id), ("version", &self.plan.charter.version)]);
        let _ = writeln!(out, "\n{charter}");
        Some(out)
    }
}

fn with_interval(value: &str, interval: Option<&str>) -> String {
    interval.map_or_else(|| value.to_owned(), |interval| format!("{value} ({interval})"))
}

fn object(report: &Report<'_>, cell: Cell, detail: &Detail, told: &Told) -> Value {
    let (level, subject, period) = report.ids(cell);
    let plan = report.plan;
    let rule_id = |rule: usize| plan.rules.get(rule).map(|r| r.id.value.as_str());
    let standard_id = |standard: usize| plan.standards.get(standard).map(|s| s.id.value.as_str());
    let score = report.score(cell);
    let evidence: Vec<Value> = detail
        .evidence
        .iter()
        .map(
            |e| json!({ "standard": standard_id(e.standard), "for_the_subject": e.favourable, "sentence": e.sentence }),
        )
        .collect();
    let tried: Vec<Value> = detail.tried.iter().map(|t| tried_object(t, rule_id(t.rule))).collect();
    let develop: Vec<Value> = detail
        .develop
        .iter()
        .map(|(standard, d)| {
            json!({
                "standard": standard_id(*standard), "skill": d.skill, "action": d.action, "within": d.within,
                "resource": d.resource,
            })
        })
        .collect();
    // The gates and reasons of the rule that decided: the one that passed, else the last that was true.
    let decided = detail.tried.iter().find(|t| t.passed).or_else(|| detail.tried.iter().rev().find(|t| !t.missing));
    json!({
        "level": level,
        "subject": subject,
        "name": report.subject(cell).map(|s| &*s.name),
        "period": period,
        "outcome": detail.outcome.word(),
        "rule": detail.rule.and_then(rule_id),
        "score": rounded(score.value),
        "score_lower": rounded(score.lower),
        "score_upper": rounded(score.upper),
        "summary": told.summary,
        "because": told.because,
        "charter": { "id": plan.charter.id, "version": plan.charter.version.value },
        "readings": readings(report, cell),
        "gates": decided.map(|t| gates(&t.gates)).unwrap_or_default(),
        "reasons": decided.and_then(|t| t.because.as_ref()).map(reason),
        "evidence": evidence,
        "tried": tried,
        "notes": detail.notes,
        "counterfactual": detail.counterfactual,
        "step": detail.step,
        "develop": develop,
        "certificate": report.certificate(cell, detail),
    })
}

fn tried_object(tried: &Tried, rule: Option<&str>) -> Value {
    json!({
        "rule": rule,
        "passed": tried.passed,
        "missing": tried.missing,
        "gates": gates(&tried.gates),
        "reasons": tried.because.as_ref().map(reason),
    })
}

fn gates(gates: &[Gate]) -> Vec<Value> {
    gates.iter().map(|g| json!({ "name": g.name, "verdict": g.verdict.word(), "figure": g.figure })).collect()
}

fn reason(because: &Because) -> Value {
    let parts: Vec<Value> = because.parts.iter().map(reason).collect();
    json!({ "wording": because.wording, "value": value(&because.value), "parts": parts })
}

fn value(value: &language::Value) -> Value {
    match value {
        language::Value::Missing => Value::Null,
        language::Value::Number(x) => json!(rounded(*x)),
        language::Value::Text(text) => json!(&**text),
        language::Value::YesNo(yes) => json!(yes),
        language::Value::Time(micros) => {
            json!(jiff::Timestamp::from_microsecond(*micros).ok().map(|t| t.to_string()))
        }
        language::Value::Duration(micros) => json!(rounded(*micros as f64 / 1e6)),
        language::Value::Numbers(numbers) => json!(numbers.iter().map(|x| rounded(*x)).collect::<Vec<_>>()),
    }
}

/// The standards' figures, as in `scores.csv`.
fn readings(report: &Report<'_>, cell: Cell) -> Vec<Value> {
    report
        .standards(cell)
        .map(|s| {
            let mut reading = json!({
                "standard": s.standard.id.value,
                "measure": s.measure.id.value,
                "n": s.n,
                "raw": rounded(s.raw),
                "value": rounded(s.value),
                "lower": rounded(s.lower),
                "upper": rounded(s.upper),
                "estimate": rounded(s.estimate),
                "reliability": rounded(s.reliability),
                "floor": rounded(s.floor),
                "target": rounded(s.target),
                "stretch": rounded(s.stretch),
                "points": rounded(s.points),
                "state": s.state.word(),
                "method": s.method,
            });
            if let (Some(reading), Value::Object(more)) = (reading.as_object_mut(), report.beside(cell, &s)) {
                reading.extend(more);
            }
            reading
        })
        .collect()
}
