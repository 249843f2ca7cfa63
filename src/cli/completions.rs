//! `evenhand completions SHELL`.

use clap::CommandFactory;

use super::Answer;
use super::arguments::{Arguments, Completions};
use super::console::Console;

pub fn run(arguments: &Completions, console: &Console) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "evenhand", &mut script);
    console.result(&String::from_utf8_lossy(&script));
    Answer::Fine
}
