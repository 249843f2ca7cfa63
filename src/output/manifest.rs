//! `run.json`: what went in, how rows were counted, by which methods, and what came out. No clock, no absolute path,
//! no thread count: the same input gives the same bytes.

use serde_json::{Value, json};

use super::folder::OutputFile;
use super::scores::group_method;
use crate::diagnostic::Diagnostic;
use crate::judge::Recommendations;
use crate::records::InputFile;
use crate::report::{self, Method};
use crate::workspace::{AuthorFile, Every, Plan};

/// Data files sorted by their content, so that renaming one changes nothing but its name.
pub fn data_files(recommendations: &Recommendations) -> Vec<&InputFile> {
    let mut files: Vec<&InputFile> = recommendations.scorecards.readings.files.iter().collect();
    files.sort_by(|a, b| (&a.digest, &a.name).cmp(&(&b.digest, &b.name)));
    files
}

/// One digest of everything that went in: author files by name and content, data files by content alone, the day.
pub fn inputs_digest(author: &[AuthorFile], recommendations: &Recommendations) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in author {
        hasher.update(file.name.as_bytes()).update(b"\0").update(file.digest.as_bytes()).update(b"\n");
    }
    for file in data_files(recommendations) {
        hasher.update(file.digest.as_bytes()).update(b"\n");
    }
    hasher.update(recommendations.scorecards.readings.as_of.to_string().as_bytes());
    for period in &recommendations.scorecards.readings.judged {
        hasher.update(&(*period as u64).to_le_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// The whole of `run.json`.
pub fn manifest(
    plan: &Plan,
    recommendations: &Recommendations,
    author: &[AuthorFile],
    methods: &[Method],
    version: &str,
    outputs: &[OutputFile],
) -> Value {
    let readings = &recommendations.scorecards.readings;
    let (questions, raters) = report::insight_object(plan, recommendations);
    let author_files: Vec<Value> = author.iter().map(|f| json!({ "name": f.name, "digest": f.digest })).collect();
    let data_files: Vec<Value> = data_files(recommendations)
        .iter()
        .map(|f| json!({ "name": f.name, "digest": f.digest, "bytes": f.bytes, "rows": f.rows }))
        .collect();
    let outputs: Vec<Value> =
        outputs.iter().map(|f| json!({ "name": f.name, "digest": f.digest, "bytes": f.bytes })).collect();
    json!({
        "evenhand": { "version": version, "format": 1 },
        "charter": { "id": plan.charter.id, "name": plan.charter.name.value, "version": plan.charter.version.value },
        "as_of": readings.as_of.to_string(),
        "zone": plan.zone_name.value,
        "language": plan.language.value,
        "periods": periods(plan, recommendations),
        "inputs": {
            "digest": inputs_digest(author, recommendations),
            "author_files": author_files,
            "data_files": data_files,
        },
        "rows": { "sources": source_rows(plan, recommendations), "measures": measure_rows(plan, recommendations) },
        "subjects": subjects(plan, recommendations),
        "quarantined": readings.quarantined(),
        "methods": method_list(plan, recommendations, methods),
        "loosened": recommendations.loosened,
        "silence": report::silence_object(plan, recommendations),
        "coverage": report::coverage_object(plan),
        "questions": questions,
        "raters": raters,
        "claims": report::claims_object(plan, recommendations),
        "next_targets": report::targets_object(plan, recommendations),
        "trades": report::trades_object(plan, recommendations),
        "on_record": report::on_record_object(plan, recommendations),
        "failures": failures(plan, recommendations),
        "outcomes": report::counts(plan, recommendations),
        "outputs": outputs,
    })
}

/// How `every:` is written in a workspace.
pub fn every_word(every: Every) -> &'static str {
    match every {
        Every::Day => "day",
        Every::Week => "week",
        Every::Month => "month",
        Every::Quarter => "quarter",
        Every::Year => "year",
        Every::All => "all",
    }
}

fn periods(plan: &Plan, recommendations: &Recommendations) -> Value {
    let readings = &recommendations.scorecards.readings;
    let judged: Vec<&str> =
        readings.judged.iter().filter_map(|p| readings.periods.get(*p)).map(|p| p.name.as_str()).collect();
    let all: Vec<Value> = readings
        .periods
        .iter()
        .map(|p| {
            json!({
                "name": p.name,
                "start": p.start.map(|d| d.to_string()),
                "end": p.end.map(|d| d.to_string()),
                "complete": p.complete,
                "records": p.records,
            })
        })
        .collect();
    json!({ "every": every_word(plan.periods.every.value), "judged": judged, "all": all })
}

fn source_rows(plan: &Plan, recommendations: &Recommendations) -> Vec<Value> {
    let intakes = &recommendations.scorecards.readings.sources;
    let read = plan.sources.iter().zip(intakes).filter_map(|(s, i)| i.as_ref().map(|i| (s, i)));
    read.map(|(source, intake)| {
        let left_out: Vec<Value> =
            intake.left_out.iter().map(|l| json!({ "reason": l.reason, "rows": l.rows })).collect();
        json!({
            "source": source.id.value,
            "rows_in": intake.rows_in,
            "used": intake.used,
            "left_out": left_out,
            "quarantined": intake.quarantined,
        })
    })
    .collect()
}

/// Persons that nobody knows, records without a subject, and columns that differ from the people file's.
fn subjects(plan: &Plan, recommendations: &Recommendations) -> Value {
    let counted = &recommendations.scorecards.readings.attendance;
    let of = |rows: &[u64], level: usize| rows.get(level).copied().unwrap_or(0);
    let levels: Vec<Value> = plan
        .levels
        .iter()
        .enumerate()
        .map(|(position, level)| {
            json!({
                "level": level.value,
                "records_without": of(&counted.without, position),
                "records_differing": of(&counted.differing, position),
            })
        })
        .collect();
    json!({
        "unknown_persons": counted.unknown_persons,
        "unknown_records": counted.unknown_records,
        "levels": levels,
    })
}

fn measure_rows(plan: &Plan, recommendations: &Recommendations) -> Vec<Value> {
    let counted = plan.measures.iter().zip(&recommendations.scorecards.readings.rows);
    counted
        .map(|(measure, rows)| {
            let excluded: Vec<Value> =
                rows.excluded.iter().map(|(reason, n)| json!({ "reason": reason, "rows": n })).collect();
            json!({
                "measure": measure.id.value,
                "used": rows.used,
                "measured": rows.measured,
                "out_of_scope": rows.out_of_scope,
                "excluded": excluded,
                "not_applicable": rows.not_applicable,
                "not_due": rows.not_due,
                "missing": rows.missing,
                "off_scale": rows.off_scale,
                "divided_by_zero": rows.divided_by_zero,
                "shield_missing": rows.shield_missing,
            })
        })
        .collect()
}

fn method_list(plan: &Plan, recommendations: &Recommendations, methods: &[Method]) -> Vec<Value> {
    let level = recommendations.scorecards.readings.levels.first();
    methods
        .iter()
        .map(|method| {
            let measured = plan
                .measures
                .iter()
                .enumerate()
                .filter(|(i, _)| level.and_then(|l| l.measures.get(*i)).is_some_and(|m| m.method == method.id));
            let groups = plan.scoring.groups.iter().filter(|g| group_method(&g.combine) == method.id);
            let used_for: Vec<&str> =
                measured.map(|(_, m)| m.id.value.as_str()).chain(groups.map(|g| g.id.value.as_str())).collect();
            json!({
                "id": method.id,
                "name": method.name,
                "formula": method.formula,
                "citation": method.citation,
                "parameters": method.parameters,
                "used_for": used_for,
            })
        })
        .collect()
}

/// Evaluation errors: what they say, without places (those stand on the screen).
fn failures(plan: &Plan, recommendations: &Recommendations) -> Vec<Value> {
    let measured = &recommendations.scorecards.readings.failures;
    let one = |d: &Diagnostic| {
        let measure = measured.iter().find(|(_, failure)| failure.message == d.message);
        match measure.and_then(|(m, _)| plan.measures.get(*m)) {
            Some(measure) => {
                json!({ "code": d.code.id, "measure": measure.id.value, "message": plan.author.say(&d.message) })
            }
            None => json!({ "code": d.code.id, "message": plan.author.say(&d.message) }),
        }
    };
    recommendations.all_failures().into_iter().map(one).collect()
}
