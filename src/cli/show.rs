//! `evenhand show`: the resolved workspace, each value with where it comes from.

use super::Answer;
use super::arguments::Show;
use super::console::Console;
use crate::workspace;

pub fn run(arguments: &Show, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.remarks(&loaded.diagnostics, &loaded.sources);
    console.result(&workspace::show(&loaded));
    if loaded.plan.is_none() { Answer::No } else { Answer::Fine }
}
