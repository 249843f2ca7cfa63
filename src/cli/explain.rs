//! `evenhand explain`: a recommendation with everything behind it, or what a code means.

use std::path::Path;

use super::Answer;
use super::arguments::Explain;
use super::codes;
use super::console::Console;
use super::run;
use crate::diagnostic::{Diagnostic, Said, nearest};
use crate::judge::Recommendations;
use crate::report;
use crate::said;
use crate::workspace::{self, Plan};

pub fn run(arguments: &Explain, console: &Console) -> Answer {
    match arguments.what.split_once(':') {
        Some((level, id)) => subject(arguments, level, id, console),
        None => code(&arguments.what, &arguments.workspace.folder, console),
    }
}

/// What a code stands for, in the language of the workspace in `folder`, if there is one.
fn code(id: &str, folder: &Path, console: &Console) -> Answer {
    console.speak_in(workspace::tongue(folder));
    let all = codes::all();
    match all.iter().find(|c| c.id.eq_ignore_ascii_case(id)) {
        Some(code) => {
            let tongue = console.tongue();
            let colon = tongue.as_ref().and_then(|t| t.in_place_of("format.colon", &[])).unwrap_or_else(|| ": ".into());
            let (title, explanation) = code.in_tongue(tongue.as_deref());
            console.result(&format!("{}{colon}{title}\n\n{explanation}", code.id));
            Answer::Fine
        }
        None => {
            console.say(&unknown_code(id, all.iter().map(|c| c.id)));
            Answer::CouldNot
        }
    }
}

/// `0203` is a code without its letters; what holds none of them is somebody's id.
fn unknown_code<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Said {
    let known: Vec<&str> = known.collect();
    let with_letters = format!("EH{}", id.trim_start_matches(|c: char| !c.is_ascii_digit()));
    let digits = id.chars().any(|c| c.is_ascii_digit());
    let code = known.iter().find(|k| digits && id.len() <= 6 && **k == with_letters).copied();
    let code = code.or_else(|| nearest(id, known.iter().copied()).filter(|_| id.to_lowercase().starts_with('e')));
    match code {
        Some(near) => said!("there is no code `{id}`; did you mean `{near}`?", id, near),
        // Ids have digits; a plain word is neither.
        None if digits => {
            said!("there is no code `{id}`; did you mean `person:{id}`? who is judged is written LEVEL:ID", id)
        }
        None => said!("there is no code `{id}`: codes are written `EH0203`, and who is judged LEVEL:ID", id),
    }
}

fn subject(arguments: &Explain, level: &str, id: &str, console: &Console) -> Answer {
    let loaded = workspace::load(&arguments.workspace.folder);
    console.speak(&loaded.sources);
    let Some(plan) = loaded.plan else {
        console.diagnostics(&loaded.diagnostics, &loaded.sources);
        return Answer::CouldNot;
    };
    let explained =
        run::evaluate(&plan, &arguments.when, console).and_then(|r| explain(&plan, &r, level, id, console.json()));
    match explained {
        Ok(text) => {
            console.result(&text);
            Answer::Fine
        }
        Err(problems) => {
            console.diagnostics(&problems, &loaded.sources);
            Answer::CouldNot
        }
    }
}

/// The recommendations of one subject in the judged periods, as text or JSON.
fn explain(plan: &Plan, all: &Recommendations, level: &str, id: &str, json: bool) -> Result<String, Vec<Diagnostic>> {
    let readings = &all.scorecards.readings;
    let unknown = |what: Said, near: Option<&str>| {
        let problem = Diagnostic::error(&codes::NO_SUCH_SUBJECT, what);
        vec![match near {
            Some(near) => problem.help(said!("did you mean `{near}`?", near)),
            None => problem.help(said!("recommendations.csv lists every subject")),
        }]
    };
    let Some(l) = readings.levels.iter().position(|x| x.level == level) else {
        return Err(unknown(
            said!("there is no level `{level}`", level),
            nearest(level, readings.levels.iter().map(|x| x.level.as_str())),
        ));
    };
    let subjects = &readings.levels[l].subjects;
    let by_name = || {
        let mut named = subjects.iter().enumerate().filter(|(_, x)| &*x.name == id);
        // Two people may have one name.
        named.next().map(|(s, _)| s).filter(|_| named.next().is_none())
    };
    let Some(s) = subjects.iter().position(|x| &*x.id == id).or_else(by_name) else {
        return Err(unknown(
            said!("no {level} has the id `{id}`", level, id),
            nearest(id, subjects.iter().map(|x| &*x.id)),
        ));
    };
    let mut texts = Vec::new();
    for &p in &readings.judged {
        if all.levels.get(l).and_then(|x| x.outcome.get(readings.cell(s, p))).is_some_and(Option::is_some) {
            let made = if json { report::detail_json } else { report::detail_text };
            texts.push(made(plan, all, l, s, p)?);
        }
    }
    if texts.is_empty() {
        return Err(unknown(said!("{level} `{id}` has no record in the judged period", level, id), None));
    }
    Ok(texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_without_its_letters_and_an_id_are_told_apart() {
        let told = |id: &str| unknown_code(id, ["EH0203", "EH0301"].into_iter());
        assert_eq!(told("0203"), "there is no code `0203`; did you mean `EH0203`?");
        assert_eq!(told("EH203"), "there is no code `EH203`; did you mean `EH0203`?");
        assert!(told("AG-1").contains("did you mean `person:AG-1`?"));
        assert_eq!(
            told("language"),
            "there is no code `language`: codes are written `EH0203`, and who is judged LEVEL:ID"
        );
    }
}
