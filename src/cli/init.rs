//! `evenhand init [DIR]`: a small workspace to start from. Nothing is overwritten.

use std::io::Write;
use std::path::Path;

use super::Answer;
use super::arguments::Init;
use super::codes;
use super::console::Console;
use crate::diagnostic::{Diagnostic, Sources};

/// The shipped sample `first-charter`, which is what `init` writes.
const FILES: [(&str, &str); 2] = [
    ("evenhand.yaml", include_str!("../../samples/first-charter/evenhand.yaml")),
    ("data/requests.csv", include_str!("../../samples/first-charter/data/requests.csv")),
];

pub fn run(arguments: &Init, console: &Console) -> Answer {
    let files: Vec<(String, Vec<u8>)> = FILES.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect();
    match write_new(&arguments.folder, &files) {
        Ok(()) => {
            for (name, _) in &files {
                console.say(&format!("wrote {}", arguments.folder.join(name).display()));
            }
            console.result(&format!("next: evenhand run {}", arguments.folder.display()));
            Answer::Fine
        }
        Err(problem) => {
            console.diagnostics(&[problem], &Sources::default());
            Answer::CouldNot
        }
    }
}

/// Writes all files or, where one of them exists already, none.
pub fn write_new(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Diagnostic> {
    for (name, _) in files {
        let path = folder.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(Diagnostic::error(&codes::NOT_OVERWRITTEN, format!("`{}` exists already", path.display()))
                .help("choose another folder: evenhand init my-charter"));
        }
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::OpenOptions::new().write(true).create_new(true).open(&path))
            .and_then(|mut file| file.write_all(bytes));
        if let Err(error) = written {
            return Err(Diagnostic::error(&codes::CANNOT_WRITE, format!("`{}` can't be written: {error}", path.display()))
                .help("check that the folder exists and that you may write there"));
        }
    }
    Ok(())
}
