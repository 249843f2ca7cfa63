//! `evenhand schema`: the JSON Schema of the workspace format.

use super::Answer;
use super::console::Console;
use crate::workspace;

pub fn run(console: &Console) -> Answer {
    match serde_json::to_string_pretty(&workspace::schema()) {
        Ok(text) => {
            console.result(&text);
            Answer::Fine
        }
        Err(_) => Answer::CouldNot,
    }
}
