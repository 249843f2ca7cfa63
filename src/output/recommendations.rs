//! `recommendations.csv` and `recommendations.jsonl`; the rows of the spreadsheet come from the same pass.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;

use super::Details;
use super::cells;
use super::folder::{Folder, Writing, failed};
use super::workbook::SheetRow;
use crate::diagnostic::Diagnostic;
use crate::judge::Briefs;
use crate::judge::Outcome;
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

/// Both files, written but not closed, and the rows of the spreadsheet, by level.
pub struct Tables {
    pub files: [Writing; 2],
    pub sheets: Vec<Vec<SheetRow>>,
}

pub fn write(report: &Report<'_>, details: Details, folder: &Folder) -> Result<Tables, Diagnostic> {
    let mut csv = folder.create("recommendations.csv")?;
    let mut json = folder.create("recommendations.jsonl")?;
    put(&mut csv, b"level,subject,period,outcome,rule,score,summary\n", "recommendations.csv")?;
    let readings = &report.recommendations.scorecards.readings;
    let mut sheets = Vec::new();
    for (level, of_level) in readings.levels.iter().enumerate() {
        let mut sheet = Vec::new();
        let briefs = report.recommendations.briefs(report.plan, level);
        let subjects: Vec<usize> = (0..of_level.subjects.len()).collect();
        for window in subjects.chunks(WINDOW) {
            let parts: Vec<Part> =
                window.par_iter().map(|subject| part(report, briefs.as_ref(), details, level, *subject)).collect();
            for part in parts {
                put(&mut csv, &part.csv, "recommendations.csv")?;
                put(&mut json, &part.json, "recommendations.jsonl")?;
                sheet.extend(part.sheet);
            }
        }
        sheets.push(sheet);
    }
    Ok(Tables { files: [csv, json], sheets })
}

fn put(file: &mut Writing, bytes: &[u8], name: &str) -> Result<(), Diagnostic> {
    file.write_all(bytes).map_err(|e| failed(Path::new(name), &e))
}

fn part(report: &Report<'_>, briefs: Option<&Briefs<'_>>, details: Details, level: usize, subject: usize) -> Part {
    let readings = &report.recommendations.scorecards.readings;
    let mut part = Part::default();
    for period in readings.judged.iter().copied() {
        let cell = Cell { level, subject, period };
        let Some(outcome) = report.outcome(cell) else { continue };
        let wanted = match details {
            Details::All => true,
            Details::Acted => outcome != Outcome::None,
            Details::None => false,
        };
        // Gates, evidence and reasons cost more than all the rest: they are made only where they are written.
        let brief = if wanted { None } else { briefs.and_then(|b| b.of(subject, period)) };
        let detail = brief.unwrap_or_else(|| (report.explain)(cell));
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
        if wanted {
            let object = report.object(cell, &detail, &told);
            // Writing to memory can't fail.
            let _ = serde_json::to_writer(&mut part.json, &object);
            part.json.push(b'\n');
        }
        let outcome = outcome.word();
        part.sheet.push(SheetRow { subject, period, outcome, rule: rule.to_owned(), score, summary: told.summary });
    }
    part
}
