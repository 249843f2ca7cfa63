//! `letters/PERIOD/LEVEL/ID.html`: one file per subject and template of `reports:`.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::folder::Folder;
use super::names::{Names, safe};
use crate::diagnostic::Diagnostic;
use crate::report::{Recipient, Report};

/// Letters rendered at once.
const WINDOW: usize = 512;

/// Renders and writes every letter. The first template that applies to a subject gives `ID.html`, others
/// `ID~TEMPLATE.html` (`~` stands in no id's name).
pub fn write(report: &Report<'_>, folder: &mut Folder) -> Result<(), Vec<Diagnostic>> {
    for (spec, recipients) in report.letters() {
        let mut names: BTreeMap<(&str, &str), Names> = BTreeMap::new();
        let jobs: Vec<(Recipient, String)> = recipients
            .into_iter()
            .map(|(who, suffix)| {
                let (level, id, period) = report.ids_of(who);
                // Every subject of the level takes its name, letter or not, so that a name never depends on outcomes.
                let names = names.entry((level, period)).or_insert_with(|| all_names(report, level));
                (who, format!("letters/{}/{}/{}{suffix}", safe(period), safe(level), names.of(id)))
            })
            .collect();
        for window in jobs.chunks(WINDOW) {
            let rendered: Vec<_> = window.par_iter().map(|(who, name)| (name, report.letter(&spec, *who))).collect();
            for (name, text) in rendered {
                folder.write(name, text?.as_bytes()).map_err(|d| vec![d])?;
            }
        }
    }
    Ok(())
}

/// The names of all subjects of a level, given in the order of their ids: of persons those of the people file too.
fn all_names(report: &Report<'_>, level: &str) -> Names {
    let readings = &report.recommendations.scorecards.readings;
    let subjects = readings.levels.iter().filter(|l| l.level == level).flat_map(|l| &l.subjects);
    let mut ids: BTreeSet<&str> = subjects.map(|subject| &*subject.id).collect();
    if level == "person" {
        ids.extend(readings.roll.ids.iter().map(|id| &**id));
    }
    let mut names = Names::default();
    for id in ids {
        names.of(id);
    }
    names
}
