//! `evenhand init [DIR]`: a small workspace to start from, or one drafted from an export. Nothing is overwritten.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::Answer;
use super::arguments::Init;
use super::codes;
use super::console::Console;
use crate::diagnostic::{Diagnostic, Sources};
use crate::draft;
use crate::said;
use crate::workspace;

/// The shipped sample `first-charter`, which is what `init` writes.
const FILES: [(&str, &str); 2] = [
    ("evenhand.yaml", include_str!("../../samples/first-charter/evenhand.yaml")),
    ("data/requests.csv", include_str!("../../samples/first-charter/data/requests.csv")),
];

/// What a new file holds.
pub enum Content {
    Text(String),
    /// The bytes of another file.
    CopyOf(PathBuf),
}

pub fn run(arguments: &Init, console: &Console) -> Answer {
    // A draft beside a workspace, or in its folder, is told of in that workspace's language.
    console.speak_in(workspace::tongue(&arguments.folder).or_else(|| workspace::tongue(Path::new("."))));
    let written = match &arguments.from {
        None => {
            let files = FILES.map(|(name, text)| (name.to_string(), Content::Text(text.to_string())));
            write_new(&arguments.folder, &files)
                .map(|()| (files.map(|(name, _)| name).to_vec(), None))
                .map_err(|p| vec![p])
        }
        Some(export) if let Some(problem) = names_a_sheet(export) => Err(vec![problem]),
        Some(export) => from_export(export, &arguments.folder).map(|(names, story)| (names, Some(story))),
    };
    match written {
        Ok((names, story)) => {
            tell(arguments, &names, story.as_ref(), console);
            Answer::Fine
        }
        Err(problems) => {
            console.diagnostics(&problems, &Sources::without_files(console.tongue()));
            Answer::CouldNot
        }
    }
}

fn tell(arguments: &Init, names: &[String], story: Option<&draft::Story>, console: &Console) {
    if console.json() {
        let value = serde_json::json!({ "wrote": names, "story": story });
        return console.result(&serde_json::to_string_pretty(&value).unwrap_or_default());
    }
    if let Some(story) = story {
        console.result(&story.text());
    }
    for name in names {
        console.say(&said!("wrote {path}", path = arguments.folder.join(name).display()));
    }
    console.tell(&said!("next: evenhand run {folder}", folder = arguments.folder.display()));
}

/// Drafts a workspace for the export and writes it. An export outside the workspace is copied into its `data` folder;
/// links are not followed out of a workspace later, so that what a link leads to is copied too.
fn from_export(export: &Path, folder: &Path) -> Result<(Vec<String>, draft::Story), Vec<Diagnostic>> {
    let inside = lies_in(export, folder);
    let name = export.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = inside.clone().unwrap_or_else(|| format!("data/{name}"));
    let draft = draft::draft(export, &file)?;
    let mut files: Vec<(String, Content)> =
        draft.files.into_iter().map(|(name, text)| (name, Content::Text(text))).collect();
    if inside.is_none() {
        files.push((file, Content::CopyOf(export.to_owned())));
    }
    write_new(folder, &files).map_err(|p| vec![p])?;
    Ok((files.into_iter().map(|(name, _)| name).collect(), draft.story))
}

/// `phone.xlsx#Summary`: here the sheet is found by its titles.
fn names_a_sheet(export: &Path) -> Option<Diagnostic> {
    let written = export.to_string_lossy();
    let (file, sheet) = written.rsplit_once('#')?;
    if export.exists() || !Path::new(file).exists() {
        return None;
    }
    let found = Diagnostic::error(&draft::codes::NO_TABLE, said!("the sheet `{sheet}` can't be chosen here", sheet));
    Some(found.help(said!(
        "write `--from {file}`; if another sheet is taken, name yours in the `files:` of the draft: `{name}#{sheet}`",
        file,
        name = Path::new(file).file_name().unwrap_or_default().to_string_lossy(),
        sheet
    )))
}

/// The path of the export within the folder, where it really lies there.
fn lies_in(export: &Path, folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let real = export.canonicalize().ok()?;
    let within = real.strip_prefix(&folder).ok()?;
    let parts: Option<Vec<&str>> = within.components().map(|c| c.as_os_str().to_str()).collect();
    parts.map(|p| p.join("/"))
}

/// Writes all files or, where one of them exists already, none.
pub fn write_new(folder: &Path, files: &[(String, Content)]) -> Result<(), Diagnostic> {
    for (name, _) in files {
        let path = folder.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(Diagnostic::error(
                &codes::NOT_OVERWRITTEN,
                said!("`{path}` exists already", path = path.display()),
            )
            .help(said!("choose another folder: evenhand init my-charter")));
        }
    }
    let mut done: Vec<PathBuf> = Vec::new();
    for (name, content) in files {
        let path = folder.join(name);
        if let Err(error) = write_one(&path, content) {
            // All or none: a half-written workspace would stop the next attempt.
            done.iter().for_each(|written| drop(std::fs::remove_file(written)));
            return Err(Diagnostic::error(
                &codes::CANNOT_WRITE,
                said!("`{path}` can't be written: {why}", path = path.display(), why = error.kind().to_string()),
            )
            .help(said!("check that the folder exists and that you may write there")));
        }
        done.push(path);
    }
    Ok(())
}

fn write_one(path: &Path, content: &Content) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    let filled = fill(&mut file, content);
    if filled.is_err() {
        // It is new, so that nothing of anyone's is lost.
        let _ = std::fs::remove_file(path);
    }
    filled
}

fn fill(file: &mut std::fs::File, content: &Content) -> std::io::Result<()> {
    match content {
        Content::Text(text) => file.write_all(text.as_bytes()),
        Content::CopyOf(from) => {
            let mut from = std::fs::File::open(from)?;
            let mut buffer = vec![0; 256 * 1024];
            loop {
                match from.read(&mut buffer)? {
                    0 => return Ok(()),
                    n => file.write_all(buffer.get(..n).unwrap_or_default())?,
                }
            }
        }
    }
}
