//! Takes: Recommendations, rendered pages and the output folder. Gives: result files, the whole set in one step.
//! May call: `diagnostic` and `report`; reads `judge`'s Recommendations and `luck`'s Answers. One of the edges: it alone writes result files
//! (and reads the templates an author put beside the workspace).
//! Never: judges, holds a clock time or an absolute path, or destroys a folder that is not its own.

mod cells;
pub mod codes;
mod folder;
mod letters;
mod lock;
mod manifest;
mod names;
mod recommendations;
mod scores;
mod scores_parquet;
mod single;
mod templates;
mod workbook;

pub use codes::ALL as CODES;
pub use folder::OutputFile;
use folder::Writing;
pub use single::{note_in_report, write_page};
pub use templates::author_templates;

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::judge::Recommendations;
use crate::luck::Answer;
use crate::report::{Cell, Explain, Report};
use crate::workspace::Plan;

/// The engine's version, as `run.json` and reports name it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Which recommendations stand in `recommendations.jsonl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Details {
    All,
    /// Every outcome but `none`.
    #[default]
    Acted,
    None,
}

/// What the user asked of a run's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `scores.parquet` instead of `scores.csv`.
    pub parquet_scores: bool,
    pub details: Details,
    /// Write `report.html`, `report.md`, other pages and the letters.
    pub report: bool,
    /// With another run on the same folder: wait for it, or stop.
    pub wait: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { parquet_scores: false, details: Details::Acted, report: true, wait: true }
    }
}

/// What a run wrote.
#[derive(Debug)]
pub struct Written {
    /// The output folder.
    pub folder: PathBuf,
    /// `report.html` in it, unless it was not asked for.
    pub report: Option<PathBuf>,
    /// Sorted by name, without `run.json`.
    pub files: Vec<OutputFile>,
    /// Warnings: `because` texts that a person's missing figures left without words, and the like.
    pub findings: Vec<Diagnostic>,
}

/// Writes every result file of a run into `out`: beside it first, then in one exchange. With an error the old results
/// are as they were. With luck audits the report speaks of them, and `luck.html` stands beside it. Errors: a folder that is not ours or busy, a full disk, a template that doesn't render.
pub fn write(
    plan: &Plan,
    recommendations: &Recommendations,
    luck: &[Answer],
    options: &Options,
    out: &Path,
) -> Result<Written, Vec<Diagnostic>> {
    let explain = |cell: Cell| recommendations.detail(plan, cell.level, cell.subject, cell.period);
    write_explained(plan, recommendations, &explain, luck, options, out)
}

fn write_explained(
    plan: &Plan,
    recommendations: &Recommendations,
    explain: &Explain<'_>,
    luck: &[Answer],
    options: &Options,
    out: &Path,
) -> Result<Written, Vec<Diagnostic>> {
    let templates = author_templates(plan)?;
    let author = templates::with_templates(plan, &templates);
    let digest = manifest::inputs_digest(&author, recommendations);
    let report = Report::open(plan, recommendations, explain, templates, &digest, VERSION)?.with_luck(luck);
    if out.starts_with(&plan.root) && !plan.root.is_dir() {
        // A deployment is just exchanging it: results must not bring an empty shell back in its place.
        let gone = std::io::Error::new(std::io::ErrorKind::NotFound, "the workspace is no longer there");
        return Err(vec![folder::failed(&plan.root, &gone)]);
    }
    let mut folder = folder::Folder::begin(out, !options.wait).map_err(|d| vec![d])?;
    let (scores, tables) = rayon::join(
        || write_scores(plan, recommendations, options.parquet_scores, &folder),
        || write_tables(&report, options.details, &folder),
    );
    let ([csv, json], book) = tables.map_err(|d| vec![d])?;
    for file in [scores.map_err(|d| vec![d])?, csv, json] {
        folder.finish(file).map_err(|d| vec![d])?;
    }
    folder.write("recommendations.xlsx", &book).map_err(|d| vec![d])?;
    drop(book);
    write_quarantine(plan, recommendations, &mut folder).map_err(|d| vec![d])?;
    if options.report {
        letters::write(&report, &mut folder)?;
        for (name, text) in report.pages()? {
            folder.write(&name, text.as_bytes()).map_err(|d| vec![d])?;
        }
    }
    let files = folder.files().to_vec();
    let mut manifest = manifest::manifest(plan, recommendations, &author, &report.methods(), VERSION, &files);
    if !luck.is_empty()
        && let Some(manifest) = manifest.as_object_mut()
    {
        manifest.insert("luck".to_owned(), serde_json::to_value(luck).unwrap_or_default());
    }
    let mut text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    text.push(b'\n');
    folder.write(folder::MANIFEST, &text).map_err(|d| vec![d])?;
    let findings = report.findings();
    let folder = folder.exchange().map_err(|d| vec![d])?;
    let report = options.report.then(|| folder.join("report.html"));
    Ok(Written { folder, report, files, findings })
}

fn write_scores(
    plan: &Plan,
    recommendations: &Recommendations,
    as_parquet: bool,
    folder: &folder::Folder,
) -> Result<Writing, Diagnostic> {
    let name = if as_parquet { "scores.parquet" } else { "scores.csv" };
    let mut file = folder.create(name)?;
    let written = if as_parquet {
        scores_parquet::parquet(plan, recommendations, &mut file).map_err(|e| std::io::Error::other(e.to_string()))
    } else {
        scores::csv(plan, recommendations, &mut file)
    };
    written.map_err(|e| folder::failed(Path::new(name), &e))?;
    Ok(file)
}

/// `recommendations.csv` and `.jsonl`, and the bytes of the workbook that holds the same rows.
fn write_tables(
    report: &Report<'_>,
    details: Details,
    folder: &folder::Folder,
) -> Result<([Writing; 2], Vec<u8>), Diagnostic> {
    let tables = recommendations::write(report, details, folder)?;
    let book = workbook::workbook(report.plan, report.recommendations, &tables.sheets)
        .map_err(|e| folder::failed(Path::new("recommendations.xlsx"), &std::io::Error::other(e.to_string())))?;
    Ok((tables.files, book))
}

/// `quarantine.csv`, in the order of the files' contents, so that renaming a file changes nothing but its name;
/// the reasons in the language of the workspace.
fn write_quarantine(
    plan: &Plan,
    recommendations: &Recommendations,
    folder: &mut folder::Folder,
) -> Result<(), Diagnostic> {
    let readings = &recommendations.scorecards.readings;
    let digests: std::collections::BTreeMap<&str, &str> =
        readings.files.iter().map(|f| (f.name.as_str(), f.digest.as_str())).collect();
    let mut rows: Vec<_> = readings.quarantine.iter().collect();
    rows.sort_by_cached_key(|q| {
        // A sheet of a workbook is named `file.xlsx#Sheet`; its digest is the workbook's.
        let file = q.file.split('#').next().unwrap_or("");
        let digest = digests.get(q.file.as_str()).or_else(|| digests.get(file)).copied().unwrap_or("");
        (digest, q.file.as_str(), q.line, q.column.as_str(), q.reason.as_str())
    });
    let mut text = b"file,line,column,reason\n".to_vec();
    for row in rows {
        cells::text_then(&row.file, &mut text);
        text.extend_from_slice(row.line.to_string().as_bytes());
        text.push(b',');
        cells::text_then(&row.column, &mut text);
        cells::text(&plan.author.say(&row.reason), &mut text);
        text.push(b'\n');
    }
    folder.write("quarantine.csv", &text)
}

#[cfg(test)]
mod tests;
