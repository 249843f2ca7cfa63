//! `evenhand show`: the resolved workspace, each value with where it comes from.

use super::Answer;
use super::arguments::Show;
use super::console::Console;
use crate::workspace;

pub fn run(arguments: &Show, console: &Console) -> Answer {
    let shown = workspace::show(&arguments.workspace.folder);
    console.remarks(&shown.diagnostics, &shown.sources);
    match (console.json(), shown.diagnostics.iter().any(|d| d.is_error())) {
        (true, _) => console.result(&serde_json::to_string_pretty(&shown.json).unwrap_or_default()),
        (false, _) => console.result(&shown.yaml),
    }
    if shown.diagnostics.iter().any(|d| d.is_error()) { Answer::No } else { Answer::Fine }
}
