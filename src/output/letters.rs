//! `letters/PERIOD/LEVEL/ID.html`: one file per subject and template of `reports:`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::folder::Folder;
use super::names::{Names, safe};
use crate::diagnostic::Diagnostic;
use crate::report::{Cell, Report};

/// Letters rendered at once.
const WINDOW: usize = 512;

/// Renders and writes every letter. The first template that applies to a subject gives `ID.html`, others
/// `ID~TEMPLATE.html` (`~` stands in no id's name).
pub fn write(report: &Report<'_>, folder: &mut Folder) -> Result<(), Vec<Diagnostic>> {
    for (spec, cells) in report.letters() {
        let mut names: BTreeMap<(usize, usize), Names> = BTreeMap::new();
        let jobs: Vec<(Cell, String)> = cells
            .into_iter()
            .map(|(cell, suffix)| {
                let (level, _, period) = report.ids(cell);
                // Every subject of the level takes its name, letter or not, so that a name never depends on outcomes.
                let names = names.entry((cell.level, cell.period)).or_insert_with(|| all_names(report, cell));
                let id = names.of(report.ids(cell).1);
                (cell, format!("letters/{}/{}/{id}{suffix}", safe(period), safe(level)))
            })
            .collect();
        for window in jobs.chunks(WINDOW) {
            let rendered: Vec<_> = window.par_iter().map(|(cell, name)| (name, report.letter(&spec, *cell))).collect();
            for (name, text) in rendered {
                folder.write(name, text?.as_bytes()).map_err(|d| vec![d])?;
            }
        }
    }
    Ok(())
}

/// The names of all subjects of a level, given in the order of their ids.
fn all_names(report: &Report<'_>, cell: Cell) -> Names {
    let mut names = Names::default();
    let level = report.recommendations.scorecards.readings.levels.get(cell.level);
    for subject in level.into_iter().flat_map(|l| &l.subjects) {
        names.of(&subject.id);
    }
    names
}
