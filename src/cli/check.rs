//! `evenhand check`: what is wrong in a workspace.

use super::Answer;
use super::arguments::Check;
use super::console::{Console, count};
use crate::diagnostic::Severity;
use crate::said;
use crate::{check, output, records, report, workspace};

pub fn run(arguments: &Check, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.speak(&loaded.sources);
    let mut found = loaded.diagnostics;
    if let Some(plan) = &loaded.plan {
        found.extend(check::lint(plan));
        found.extend(records::protected_names(plan));
        match output::author_templates(plan) {
            Ok(templates) => found.extend(report::check(plan, &templates)),
            Err(more) => found.extend(more),
        }
        if arguments.luck {
            match super::luck::exceeded(plan, console) {
                Ok(more) => found.extend(more),
                Err(more) => found.extend(more),
            }
        }
        if arguments.data {
            match super::run::measure_only(plan, console) {
                Ok(more) => found.extend(more),
                Err(more) => found.extend(more),
            }
        }
    }
    console.findings(&found, &loaded.sources);
    if loaded.sources.files().is_empty() {
        // Nothing was read: there is no answer, neither yes nor no.
        return Answer::CouldNot;
    }
    let failed = found.iter().any(|d| d.is_error() || (arguments.strict && d.severity == Severity::Warning));
    if failed {
        return Answer::No;
    }
    if !console.json() {
        let what = if found.is_empty() { said!("nothing to mend") } else { count(&found) };
        console.tell(&said!("{folder}: fine ({what})", folder = arguments.workspace.folder.display(), what));
    }
    Answer::Fine
}
