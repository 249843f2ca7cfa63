//! `evenhand luck`: what a policy would do to people who are all equally good.

use std::path::Path;

use super::Answer;
use super::arguments::{Chances, Luck};
use super::console::Console;
use super::run;
use crate::diagnostic::Diagnostic;
use crate::luck::{self, Options};
use crate::workspace::{self, Plan};

pub fn run(arguments: &Luck, console: &Console) -> Answer {
    let folder = &arguments.workspace.folder;
    let mut answers = Vec::new();
    let mut texts = Vec::new();
    let mut beside = vec![(None, folder.clone())];
    let mut next = 0;
    while let Some((shown, folder)) = beside.get(next).cloned() {
        let loaded = workspace::load(&folder);
        let Some(plan) = loaded.plan else {
            console.diagnostics(&loaded.diagnostics, &loaded.sources);
            return Answer::CouldNot;
        };
        console.remarks(&loaded.diagnostics, &loaded.sources);
        match audited(&plan, &arguments.chances, arguments.as_of.as_deref(), console) {
            Ok(answer) => {
                let answer = luck::Answer { folder: shown, ..answer };
                texts.push(luck::text(&answer, &plan.words));
                answers.push(answer);
            }
            Err(problems) => {
                console.diagnostics(&problems, &loaded.sources);
                return Answer::CouldNot;
            }
        }
        // only the workspace that was asked for names others: a circle has no end
        if next == 0 {
            let further = plan.luck.beside.iter();
            beside.extend(further.map(|name| (Some(name.value.clone()), plan.luck.base.join(Path::new(&name.value)))));
            if let Some(missing) = missing(&plan) {
                console.diagnostics(&[missing], &loaded.sources);
                return Answer::CouldNot;
            }
        }
        next += 1;
    }
    console.result(&if console.json() {
        serde_json::to_string_pretty(&answers).unwrap_or_default()
    } else {
        texts.join("\n")
    });
    Answer::Fine
}

/// A folder beside the workspace that isn't one.
fn missing(plan: &Plan) -> Option<Diagnostic> {
    let absent = |name: &&crate::diagnostic::Authored<String>| {
        let path = plan.luck.base.join(&name.value);
        !path.join("evenhand.yaml").is_file() && !path.is_file()
    };
    plan.luck.beside.iter().find(absent).map(|name| {
        Diagnostic::error(&luck::codes::BESIDE, format!("`{}` holds no evenhand.yaml", name.value))
            .at(name.span(), "no workspace there")
            .help("name a folder that holds an evenhand.yaml, relative to this file")
    })
}

fn options(plan: &Plan, asked: &Chances, as_of: Option<&str>) -> Result<Options, Diagnostic> {
    Ok(Options {
        worlds: asked.worlds.or(plan.luck.worlds.map(u64::from)).unwrap_or(luck::WORLDS),
        seed: asked.seed.or(plan.luck.seed).unwrap_or(1),
        independent: asked.independent,
        effect: asked.effect.unwrap_or(luck::EFFECT),
        as_of: run::as_of(as_of, plan)?,
    })
}

fn audited(
    plan: &Plan,
    asked: &Chances,
    as_of: Option<&str>,
    console: &Console,
) -> Result<luck::Answer, Vec<Diagnostic>> {
    let options = options(plan, asked, as_of).map_err(|problem| vec![problem])?;
    let (reading, drawing) = (console.progress("reading records"), console.progress("drawing worlds"));
    let answer = luck::audit(plan, &options, &|done, all| reading.report(done, all), &|done, all| {
        reading.finish();
        drawing.report(done, all);
    });
    reading.finish();
    drawing.finish();
    answer
}

/// `check --luck`: findings where the audit exceeds the tolerance.
pub fn exceeded(plan: &Plan, console: &Console) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let answer = audited(plan, &Chances::default(), None, console)?;
    Ok(luck::exceeded(plan, &answer))
}
