//! `evenhand impact`: whether protected groups fare alike. The one reader of the file of protected attributes.

use super::Answer;
use super::arguments::Impact;
use super::console::Console;
use super::run;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::{self, Plan};
use crate::{impact, records};

pub fn run(arguments: &Impact, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.speak(&loaded.sources);
    let Some(plan) = loaded.plan else {
        console.diagnostics(&loaded.diagnostics, &loaded.sources);
        return Answer::CouldNot;
    };
    console.remarks(&loaded.diagnostics, &loaded.sources);
    match compared(&plan, arguments, console) {
        Ok(answer) => {
            console.result(&if console.json() {
                serde_json::to_string_pretty(&answer).unwrap_or_default()
            } else {
                impact::text(&answer, &plan.words)
            });
            // A flag is an answer that somebody must act on, as a finding of `check` is.
            if answer.flagged { Answer::No } else { Answer::Fine }
        }
        Err(problems) => {
            console.diagnostics(&problems, &loaded.sources);
            Answer::CouldNot
        }
    }
}

fn compared(plan: &Plan, arguments: &Impact, console: &Console) -> Result<impact::Answer, Vec<Diagnostic>> {
    let Some(protected) = records::protected(plan)? else {
        return Err(vec![
            Diagnostic::error(&impact::codes::NO_PROTECTED, said!("the workspace names no protected attributes")).help(
                said!("write `protected: { file: hr-only/protected.csv }`, with the columns person and, say, gender"),
            ),
        ]);
    };
    impact::impact(&run::evaluate(plan, &arguments.when, console)?, &protected)
}
