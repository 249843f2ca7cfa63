//! `evenhand luck`: what a policy would do to people who are all equally good.

use super::Answer;
use super::arguments::{Chances, Luck};
use super::console::Console;
use super::run;
use crate::diagnostic::Diagnostic;
use crate::luck::{self, Options};
use crate::said;
use crate::workspace::{self, Plan};
use crate::{output, report};

pub fn run(arguments: &Luck, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.speak(&loaded.sources);
    let Some(plan) = loaded.plan else {
        console.diagnostics(&loaded.diagnostics, &loaded.sources);
        return Answer::CouldNot;
    };
    console.remarks(&loaded.diagnostics, &loaded.sources);
    let done = with_beside(&plan, &arguments.chances, arguments.as_of.as_deref(), console).and_then(|answers| {
        if let Some(path) = &arguments.html {
            let page = report::luck_page(&plan, output::author_templates(&plan)?, &answers, env!("CARGO_PKG_VERSION"))?;
            output::write_page(path, &page).map_err(|problem| vec![problem])?;
        }
        Ok(answers)
    });
    let answers = match done {
        Ok(answers) => answers,
        Err(problems) => {
            console.diagnostics(&problems, &loaded.sources);
            return Answer::CouldNot;
        }
    };
    console.result(&if console.json() {
        serde_json::to_string_pretty(&answers).unwrap_or_default()
    } else {
        answers.iter().map(|answer| luck::text(answer, &plan.words)).collect::<Vec<_>>().join("\n")
    });
    if let Some(path) = &arguments.html {
        console.say(&said!("the page is at {path}", path = path.display()));
    }
    Answer::Fine
}

/// The audit of a policy, and after it those of the workspaces that it names under `luck: beside:`.
pub fn with_beside(
    plan: &Plan,
    asked: &Chances,
    as_of: Option<&str>,
    console: &Console,
) -> Result<Vec<luck::Answer>, Vec<Diagnostic>> {
    if let Some(missing) = missing(plan) {
        return Err(vec![missing]);
    }
    // All are drawn alike, so that they can be compared.
    let asked = &Chances {
        worlds: asked.worlds.or(plan.luck.worlds.map(u64::from)),
        seed: asked.seed.or(plan.luck.seed),
        independent: asked.independent,
        effect: asked.effect,
    };
    let mut answers = vec![audited(plan, asked, as_of, console)?];
    // Only the workspace that was asked for names others: a circle has no end.
    for name in &plan.luck.beside {
        let loaded = workspace::load(&plan.luck.base.join(&name.value));
        let unread = |problems: Vec<Diagnostic>| {
            // They stand in files that the first workspace doesn't know.
            console.remarks(&problems, &loaded.sources);
            let problem =
                Diagnostic::error(&luck::codes::BESIDE, said!("`{name}` can't be audited", name = name.value));
            vec![
                problem
                    .at(name.span(), said!("named here"))
                    .help(said!("mend it first: what is wrong with it stands above")),
            ]
        };
        let Some(other) = &loaded.plan else { return Err(unread(loaded.diagnostics.clone())) };
        console.remarks(&loaded.diagnostics, &loaded.sources);
        let answer = audited(other, asked, as_of, console).map_err(unread)?;
        answers.push(luck::Answer { folder: Some(name.value.clone()), ..answer });
    }
    Ok(answers)
}

/// A folder beside the workspace that isn't one.
fn missing(plan: &Plan) -> Option<Diagnostic> {
    let absent = |name: &&crate::diagnostic::Authored<String>| {
        let path = plan.luck.base.join(&name.value);
        !path.join("evenhand.yaml").is_file() && !path.is_file()
    };
    plan.luck.beside.iter().find(absent).map(|name| {
        Diagnostic::error(&luck::codes::BESIDE, said!("`{name}` holds no evenhand.yaml", name = name.value))
            .at(name.span(), said!("no workspace there"))
            .help(said!("name a folder that holds an evenhand.yaml, relative to this file"))
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
    let (reading, drawing) = (console.progress(&said!("reading records")), console.progress(&said!("drawing worlds")));
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
