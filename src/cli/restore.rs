//! `evenhand restore`: the author files of an earlier generation, put back. Without a number it lists them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Answer;
use super::arguments::Restore;
use super::codes;
use super::console::Console;
use crate::diagnostic::{Diagnostic, Said};
use crate::output;
use crate::said;
use crate::watch::{AuthorTexts, Change, Generations, Kept};
use crate::workspace::{self, Plan};

/// Lines of a generation's summary that the list shows.
const SHOWN: usize = 6;

pub fn run(arguments: &Restore, console: &Console) -> Answer {
    let Some((number, folder)) = meant(arguments) else {
        let what = arguments.what.join(" ");
        let folder = arguments.what.iter().rev().map(Path::new).find(|path| path.is_dir());
        console.speak_in(workspace::tongue(folder.unwrap_or(Path::new("."))));
        let problem = Diagnostic::error(
            &codes::NO_SUCH_GENERATION,
            said!("`{written}` is no generation and no folder", written = what),
        )
        .help(said!("write `evenhand restore` for the list, or `evenhand restore 7` to put generation 7 back"));
        console.problem(problem);
        return Answer::CouldNot;
    };
    let root = if folder.is_file() { folder.parent().map_or(folder.clone(), Path::to_path_buf) } else { folder };
    let root = if root.as_os_str().is_empty() { PathBuf::from(".") } else { root };
    console.speak(&workspace::load(&root).sources);
    let generations = Generations::open(&root);
    let Some(number) = number else { return list(&generations, console) };
    match put_back(&root, &generations, number, console) {
        Ok(()) => Answer::Fine,
        Err(problem) => {
            console.problem(*problem);
            Answer::CouldNot
        }
    }
}

/// A number, a folder, or both.
fn meant(arguments: &Restore) -> Option<(Option<u64>, PathBuf)> {
    let here = || PathBuf::from(".");
    match arguments.what.as_slice() {
        [] => Some((None, here())),
        [one] => match one.parse() {
            Ok(number) => Some((Some(number), here())),
            Err(_) => Path::new(one).exists().then(|| (None, PathBuf::from(one))),
        },
        [number, folder] => Some((Some(number.parse().ok()?), PathBuf::from(folder))),
        _ => None,
    }
}

fn list(generations: &Generations, console: &Console) -> Answer {
    let kept = generations.list();
    if console.json() {
        console.result(&serde_json::to_string_pretty(&kept).unwrap_or_default());
        return Answer::Fine;
    }
    if kept.is_empty() {
        console.say(&said!(
            "no generation is kept here yet: `evenhand watch` keeps the files of each one that it accepts"
        ));
    }
    for (newer, kept) in std::iter::once(None).chain(kept.iter().map(Some)).zip(&kept) {
        let mut lines = kept.summary.iter();
        let head = lines.next().map_or_else(String::new, |line| format!(" · {line}"));
        let line = format!("{:>4}  {}{head}", kept.number, kept.at);
        match newer {
            None => console.tell(&said!("{line} · the latest", line)),
            Some(_) => console.result(&line),
        }
        let more: Vec<&String> = lines.collect();
        more.iter().take(SHOWN).for_each(|line| console.result(&format!("      {line}")));
        if more.len() > SHOWN {
            console.tell(&said!("      and {more} more", more = more.len() - SHOWN));
        }
    }
    Answer::Fine
}

fn put_back(root: &Path, generations: &Generations, number: u64, console: &Console) -> Result<(), Box<Diagnostic>> {
    let Some(kept) = generations.get(number) else {
        let numbers: Vec<String> = generations.list().iter().map(|k| k.number.to_string()).collect();
        let there = if numbers.is_empty() {
            said!("none is kept here")
        } else {
            said!("kept are {numbers}", numbers = numbers.join(", "))
        };
        return Err(Box::new(
            Diagnostic::error(&codes::NO_SUCH_GENERATION, said!("generation {number} is not kept", number)).help(there),
        ));
    };
    let present = present(root, generations);
    let changes = generations.changes(&kept, &present.keys().cloned().collect());
    let real = changes.iter().filter(|c| !matches!(c, Change::Outside(_))).count();
    if real == 0 {
        console.tell(&said!("the files are as they were in generation {number}", number));
    } else {
        console.say(&said!("generation {number} of {at}:", number, at = kept.at));
    }
    for change in &changes {
        console.say(&match change {
            Change::Changed(name) => said!("  {name} gets its earlier text", name),
            Change::Added(name) => said!("  {name} comes back", name),
            Change::Removed(name) => said!("  {name} goes: the generation did not have it", name),
            Change::Outside(name) => {
                said!("  {name} has changed too, but lies outside of the workspace: it stays as it is", name)
            }
        });
    }
    if real == 0 {
        return Ok(());
    }
    // The way back, before anything is touched.
    let summary = console.spoken(&said!("as it was before generation {number} was put back", number));
    let before = generations
        .record(&present, &[summary], &now())
        .map_err(|why| cannot(said!("the present files can't be kept, so nothing was changed: {why}", why)))?;
    generations.restore(&kept, &changes).map_err(|why| cannot(said!("the files can't be put back: {why}", why)))?;
    console.tell(&said!("generation {number} is back; `evenhand restore {before}` undoes this", number, before));
    differs(root, &kept, console);
    Ok(())
}

fn cannot(what: Said) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(&codes::NOT_RESTORED, what).help(said!(
        "look whether the folder may be written to and has room; the kept files are in `.evenhand/generations`"
    )))
}

/// The author files of now, also of a workspace that holds mistakes: what can be read of it, and what the latest
/// generation had.
fn present(root: &Path, generations: &Generations) -> AuthorTexts {
    let loaded = workspace::load(root);
    let mut names: BTreeSet<String> = loaded.sources.files().iter().map(|f| f.name.clone()).collect();
    if let Some(plan) = &loaded.plan {
        names.extend(templates(plan));
    } else if let Some(latest) = generations.list().into_iter().next() {
        names.extend(latest.files.into_keys());
    }
    texts(root, names)
}

/// A pattern of the generation may take in a file that it did not have: nobody looked at that mixture.
fn differs(root: &Path, kept: &Kept, console: &Console) {
    let loaded = workspace::load(root);
    let more =
        loaded.sources.files().iter().map(|f| &f.name).filter(|n| !is_shipped(n) && !kept.files.contains_key(*n));
    for name in more {
        let number = kept.number;
        console.say(&said!("note: `{name}` is read as well now, which generation {number} did not have", name, number));
    }
}

/// Keeps the author files of a generation that came into force; says where to find them.
pub fn keep(plan: &Plan, summary: &[String], console: &Console) {
    let names = plan.author_files.iter().map(|f| f.name.clone()).chain(templates(plan)).collect();
    let texts = texts(&plan.root, names);
    let same = |f: &workspace::AuthorFile| {
        is_shipped(&f.name) || texts.get(&f.name).is_some_and(|t| blake3::hash(t).to_hex().as_str() == f.digest)
    };
    // Saved again since it was read: the next generation has it.
    if !plan.author_files.iter().all(same) {
        return;
    }
    let generations = Generations::open(&plan.root);
    let latest = generations.list().first().map_or(0, |k| k.number);
    match generations.record(&texts, summary, &now()) {
        Ok(number) if number > latest => {
            console.say(&said!("    kept: `evenhand restore {number}` brings these files back", number));
        }
        Ok(_) => {}
        Err(why) => console.say(&said!("note: these files are not kept for `evenhand restore`: {why}", why)),
    }
}

fn templates(plan: &Plan) -> Vec<String> {
    let found = output::author_templates(plan).unwrap_or_default();
    found.into_values().map(|template| template.shown).collect()
}

fn is_shipped(name: &str) -> bool {
    name.starts_with("builtin:")
}

fn texts(root: &Path, names: BTreeSet<String>) -> AuthorTexts {
    let names = names.into_iter().filter(|name| !is_shipped(name));
    names.filter_map(|name| Some((name.clone(), std::fs::read(root.join(&name)).ok()?))).collect()
}

fn now() -> String {
    jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string()
}
