//! `evenhand methods`: every method that a run of this workspace uses, with formula and source (C49).

use super::Answer;
use super::arguments::Methods;
use super::console::Console;
use crate::{pipeline, workspace};

pub fn run(arguments: &Methods, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    let Some(plan) = loaded.plan else {
        console.diagnostics(&loaded.diagnostics, &loaded.sources);
        return Answer::CouldNot;
    };
    let methods = pipeline::methods(&plan);
    if console.json() {
        console.result(&serde_json::to_string_pretty(&methods).unwrap_or_default());
        return Answer::Fine;
    }
    for method in methods {
        console.result(&format!("{}: {}\n    {}\n    source: {}", method.id, method.name, method.formula, method.source));
    }
    Answer::Fine
}
