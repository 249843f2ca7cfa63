//! `recommendations.csv` and `recommendations.jsonl`; the rows of the spreadsheet come from the same pass.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::Details;
use super::cells;
use crate::report::rounded;
use super::folder::{Folder, Writing, failed};
use super::workbook::SheetRow;
use crate::diagnostic::Diagnostic;
use crate::judge::{Detail, Gate, Outcome, Tried};
use crate::language::{self, Because};
use crate::report::{Cell, Report};

/// Subjects whose recommendations are explained at once.
const WINDOW: usize = 4096;

/// What one subject adds to each file.
#[derive(Default)]
struct Part {
    csv: Vec<u8>,
    json: Vec<u8>,
    sheet: Vec<SheetRow>,
}

/// Writes both files; gives the rows of the spreadsheet, by level.
pub fn write(report: &Report<'_>, details: Details, folder: &mut Folder) -> Result<Vec<Vec<SheetRow>>, Diagnostic> {
    let mut csv = folder.create("recommendations.csv")?;
    let mut json = folder.create("recommendations.jsonl")?;
    put(&mut csv, b"level,subject,period,outcome,rule,score,summary\n", "recommendations.csv")?;
    let readings = &report.recommendations.scorecards.readings;
    let mut sheets = Vec::new();
    for (level, of_level) in readings.levels.iter().enumerate() {
        let mut sheet = Vec::new();
        let subjects: Vec<usize> = (0..of_level.subjects.len()).collect();
        for window in subjects.chunks(WINDOW) {
            let parts: Vec<Part> =
                window.par_iter().map(|subject| part(report, details, level, *subject)).collect();
            for part in parts {
                put(&mut csv, &part.csv, "recommendations.csv")?;
                put(&mut json, &part.json, "recommendations.jsonl")?;
                sheet.extend(part.sheet);
            }
        }
        sheets.push(sheet);
    }
    folder.finish(csv)?;
    folder.finish(json)?;
    Ok(sheets)
}

fn put(file: &mut Writing, bytes: &[u8], name: &str) -> Result<(), Diagnostic> {
    file.write_all(bytes).map_err(|e| failed(Path::new(name), &e))
}

fn part(report: &Report<'_>, details: Details, level: usize, subject: usize) -> Part {
    let readings = &report.recommendations.scorecards.readings;
    let mut part = Part::default();
    for period in readings.judged.iter().copied() {
        let cell = Cell { level, subject, period };
        if report.outcome(cell).is_none() {
            continue;
        }
        let detail = (report.explain)(cell);
        let told = report.told(cell, &detail);
        let rule = detail.rule.and_then(|r| report.plan.rules.get(r)).map_or("", |r| r.id.value.as_str());
        let score = report.score(cell).value;
        let (level_id, subject_id, period_name) = report.ids(cell);
        for text in [level_id, subject_id, period_name, detail.outcome.word(), rule] {
            cells::text_then(text, &mut part.csv);
        }
        cells::number_then(score, &mut part.csv);
        cells::text(&told.summary, &mut part.csv);
        part.csv.push(b'\n');
        let wanted = match details {
            Details::All => true,
            Details::Acted => detail.outcome != Outcome::None,
            Details::None => false,
        };
        if wanted {
            let object = object(report, cell, &detail, &told.summary, told.because.as_deref());
            // Writing to memory can't fail.
            let _ = serde_json::to_writer(&mut part.json, &object);
            part.json.push(b'\n');
        }
        let outcome = detail.outcome.word();
        part.sheet.push(SheetRow { subject, period, outcome, rule: rule.to_owned(), score, summary: told.summary });
    }
    part
}

/// Everything behind one recommendation.
fn object(report: &Report<'_>, cell: Cell, detail: &Detail, summary: &str, because: Option<&str>) -> Value {
    let (level, subject, period) = report.ids(cell);
    let plan = report.plan;
    let rule_id = |rule: usize| plan.rules.get(rule).map(|r| r.id.value.as_str());
    let standard_id = |standard: usize| plan.standards.get(standard).map(|s| s.id.value.as_str());
    let score = report.score(cell);
    let evidence: Vec<Value> = detail
        .evidence
        .iter()
        .map(|e| json!({ "standard": standard_id(e.standard), "for_the_subject": e.favourable, "sentence": e.sentence }))
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
        "summary": summary,
        "because": because,
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
            json!({
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
            })
        })
        .collect()
}
