//! `evenhand rules [NAME]`: the shipped policy packs.

use std::path::Path;

use super::Answer;
use super::arguments::Rules;
use super::console::Console;
use crate::said;
use crate::workspace;

pub fn run(arguments: &Rules, console: &Console) -> Answer {
    let packs = workspace::builtin::PACKS;
    match &arguments.name {
        None => {
            for pack in packs {
                console.result(&format!("{}  (extends: builtin:{})", pack.name, pack.name));
            }
            Answer::Fine
        }
        Some(name) => match packs.iter().find(|p| p.name == *name) {
            Some(pack) => {
                for (file, text) in pack.files {
                    console.result(&format!("# ---- {file}\n{text}"));
                }
                Answer::Fine
            }
            None => {
                console.speak_in(workspace::tongue(Path::new(".")));
                let known: Vec<&str> = packs.iter().map(|p| p.name).collect();
                console.say(&said!(
                    "no shipped pack is named `{name}`; there are: {known}",
                    name,
                    known = known.join(", ")
                ));
                Answer::CouldNot
            }
        },
    }
}
