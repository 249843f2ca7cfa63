//! `evenhand methods`: every method that a run of this workspace uses, with formula and source (C49).

use super::Answer;
use super::arguments::{Methods, When};
use super::console::Console;
use super::run;
use crate::report::{Cell, Report};
use crate::said;
use crate::workspace;

pub fn run(arguments: &Methods, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.speak(&loaded.sources);
    let Some(plan) = loaded.plan else {
        console.diagnostics(&loaded.diagnostics, &loaded.sources);
        return Answer::CouldNot;
    };
    let when = When { as_of: None, period: None, all_periods: false, no_cache: false };
    let listed = run::evaluate(&plan, &when, console).and_then(|all| {
        let explain = |c: Cell| all.detail(&plan, c.level, c.subject, c.period);
        let report = Report::open(&plan, &all, &explain, Default::default(), "", env!("CARGO_PKG_VERSION"))?;
        Ok(report.methods())
    });
    match listed {
        Ok(methods) if console.json() => console.result(&serde_json::to_string_pretty(&methods).unwrap_or_default()),
        Ok(methods) => {
            let colon = plan.words.say("format.colon", &[]);
            for m in methods {
                console.result(&format!("{}{colon}{}\n    {}", m.id, m.name, m.formula));
                if !m.parameters.is_empty() {
                    console.tell(&said!("    here: {parameters}", parameters = m.parameters));
                }
                console.tell(&said!("    source: {citation}", citation = m.citation));
            }
        }
        Err(problems) => {
            console.diagnostics(&problems, &loaded.sources);
            return Answer::CouldNot;
        }
    }
    Answer::Fine
}
