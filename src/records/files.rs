//! Which files a source reads: patterns expanded, links refused, names shown without the machine's folders.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::codes;
use super::heading::first_of;
use crate::diagnostic::{Authored, Diagnostic, Said, Span};
use crate::said;

/// How a file's rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Delimited,
    JsonLines,
    Parquet,
    Workbook,
}

/// One file of a source (or one sheet of a workbook).
#[derive(Clone, Debug)]
pub struct DataInput {
    pub path: PathBuf,
    /// Relative to the workspace, `/` between folders, with `#Sheet` where one is named.
    pub name: String,
    pub sheet: Option<String>,
    pub kind: Kind,
    pub gzip: bool,
    pub bytes: u64,
    /// Where the author named it.
    pub span: Span,
}

/// The files that the patterns name, sorted by name, each once.
pub fn expand(root: &Path, base: &Path, patterns: &[Authored<String>]) -> (Vec<DataInput>, Vec<Diagnostic>) {
    let mut inputs = Vec::new();
    let mut problems = Vec::new();
    for pattern in patterns {
        match expand_one(root, base, pattern) {
            Ok(found) => inputs.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    inputs.sort_by(|a: &DataInput, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    inputs.dedup_by(|a, b| a.path == b.path && a.sheet == b.sheet);
    (inputs, problems)
}

fn expand_one(root: &Path, base: &Path, pattern: &Authored<String>) -> Result<Vec<DataInput>, Vec<Diagnostic>> {
    let (written, sheet) = split_sheet(&pattern.value);
    let root = plain(root);
    let base = plain(base);
    let found = paths(&base, written).map_err(|why| {
        vec![
            Diagnostic::error(
                &codes::NO_FILE,
                said!("`{pattern}` is not a file pattern: {why}", pattern = written, why),
            )
            .at(pattern.span(), said!("this pattern can't be read"))
            .help(said!("`*` stands for any part of a name, `?` for one character, `[` must be closed by `]`")),
        ]
    })?;
    if found.is_empty() {
        return Err(vec![nothing_found(&root, &base, written, pattern.span())]);
    }
    let allowed = allowed(&root, &base, written);
    let mut inputs = Vec::new();
    let mut problems = Vec::new();
    for path in found {
        match input(&root, &allowed, path, sheet, pattern.span()) {
            Ok(input) => inputs.push(input),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(inputs) } else { Err(problems) }
}

/// `calls.xlsx#January` → the file and the sheet. A `#` in other names is part of the name.
pub fn split_sheet(written: &str) -> (&str, Option<&str>) {
    for (at, _) in written.match_indices('#') {
        let (file, sheet) = written.split_at(at);
        let lower = file.to_lowercase();
        if [".xlsx", ".xlsm", ".xls", ".ods"].iter().any(|e| lower.ends_with(e)) {
            return (file, sheet.get(1..).filter(|s| !s.is_empty()));
        }
    }
    (written, None)
}

/// An absolute path without `.` and `..`, found without asking the disk.
fn plain(path: &Path) -> PathBuf {
    // The parent of a bare file name is the empty path, which stands for the folder we are in.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut out = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// A name with a leading dot below the folder that the pattern starts from; the workspace itself may stand in such a
/// folder. A pattern that names a dot itself means hidden files.
fn is_hidden(path: &Path, base: &Path, pattern: &str) -> bool {
    let (path, base) = (plain(path), plain(base));
    let below = path.strip_prefix(&base).unwrap_or(&path);
    let dotted = below
        .components()
        .any(|c| matches!(c, std::path::Component::Normal(name) if name.to_string_lossy().starts_with('.')));
    dotted && !pattern.starts_with('.') && !pattern.contains("/.")
}

/// In a folder that a run wrote (or is writing, or left unfinished): a pattern over the workspace means its data, not the
/// results of the last run. `known` holds what was found of each folder.
fn is_result(path: &Path, base: &Path, known: &mut BTreeMap<PathBuf, bool>) -> bool {
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != base && folder.starts_with(base));
    folders.into_iter().any(|folder| *known.entry(folder.to_owned()).or_insert_with(|| holds_results(folder)))
}

fn holds_results(folder: &Path) -> bool {
    let ours = |text: Vec<u8>| {
        serde_json::from_slice::<serde_json::Value>(&text).is_ok_and(|manifest| manifest.get("evenhand").is_some())
    };
    folder.join(".evenhand-unfinished").exists() || std::fs::read(folder.join("run.json")).is_ok_and(ours)
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn paths(base: &Path, written: &str) -> Result<Vec<PathBuf>, Said> {
    let literal = plain(&base.join(written));
    if literal.exists() {
        return Ok(vec![literal]);
    }
    // Paths copied from Windows are understood everywhere.
    let forward = written.replace('\\', "/");
    if !is_pattern(&forward) {
        let path = plain(&base.join(&forward));
        return Ok(if path.exists() { vec![path] } else { Vec::new() });
    }
    let whole = if Path::new(&forward).is_absolute() {
        forward
    } else {
        let base = base.to_str().ok_or_else(|| said!("the folder's name is not readable text"))?;
        format!("{}/{forward}", glob::Pattern::escape(base))
    };
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let found = glob::glob_with(&whole, options).map_err(|e| Said::verbatim(e.msg))?;
    // A pattern means files; what a spreadsheet program keeps beside an open workbook is none.
    let mut paths: Vec<PathBuf> = found
        .filter_map(Result::ok)
        .filter(|p| !p.is_dir() && !is_hidden(p, base, written))
        .filter(|p| !p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("~$")))
        .map(|p| plain(&p))
        .collect();
    let mut known = BTreeMap::new();
    let base = plain(base);
    paths.retain(|path| !is_result(path, &base, &mut known));
    paths.sort();
    Ok(paths)
}

fn nothing_found(root: &Path, base: &Path, written: &str, span: Span) -> Diagnostic {
    let forward = written.replace('\\', "/");
    let folder = folder_of(base, &forward);
    let shown = relative(root, &folder);
    let diagnostic = Diagnostic::error(&codes::NO_FILE, said!("no file matches `{written}`", written));
    if !folder.is_dir() {
        return diagnostic.at(span, said!("no such folder")).help(said!(
            "there is no folder `{folder}`; paths start from the folder of the file that names them",
            folder = shown
        ));
    }
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .filter(|n| !n.starts_with('.'))
        .collect();
    names.sort();
    let diagnostic = diagnostic.at(span, said!("no such file"));
    if names.is_empty() {
        return diagnostic.help(said!("the folder `{folder}` is empty", folder = shown));
    }
    let last = forward.rsplit('/').next().unwrap_or(&forward);
    let near = crate::diagnostic::nearest(last, names.iter().map(String::as_str));
    let diagnostic = match near {
        Some(near) => diagnostic.help(said!("did you mean `{near}`?", near)),
        None => diagnostic,
    };
    diagnostic.help(said!("the folder `{folder}` holds {names}", folder = shown, names = first_of(&names, 8)))
}

/// The folder before the first part with a `*`.
fn folder_of(base: &Path, forward: &str) -> PathBuf {
    let mut folder = PathBuf::from(base);
    let path = Path::new(forward);
    let parts: Vec<Component<'_>> = path.components().collect();
    for part in parts.iter().take(parts.len().saturating_sub(1)) {
        if is_pattern(&part.as_os_str().to_string_lossy()) {
            break;
        }
        folder.push(part);
    }
    plain(&folder)
}

/// Where a file may really lie: the workspace, the folder of the file that names it, and a folder outside both that the
/// author spelt out.
fn allowed(root: &Path, base: &Path, written: &str) -> Vec<PathBuf> {
    let mut folders = vec![root.to_owned(), base.to_owned()];
    let folder = folder_of(base, &written.replace('\\', "/"));
    if !folder.starts_with(root) && !folder.starts_with(base) {
        folders.push(folder);
    }
    folders.iter().filter_map(|f| f.canonicalize().ok()).collect()
}

fn input(
    root: &Path,
    allowed: &[PathBuf],
    path: PathBuf,
    sheet: Option<&str>,
    span: Span,
) -> Result<DataInput, Box<Diagnostic>> {
    let shown = relative(root, &path);
    let real = path.canonicalize().map_err(|e| Box::new(unreadable(&shown, span, why(&e))))?;
    if !allowed.iter().any(|folder| real.starts_with(folder)) {
        return Err(Box::new(
            Diagnostic::error(
                &codes::OUTSIDE,
                said!("`{path}` is a link that leads out of the workspace", path = shown),
            )
            .at(span, said!("not followed"))
            .help(said!("name the folder that it leads to in `files:`, or copy the file into the workspace")),
        ));
    }
    let about = std::fs::metadata(&real).map_err(|e| Box::new(unreadable(&shown, span, why(&e))))?;
    if about.is_dir() {
        return Err(Box::new(
            Diagnostic::error(&codes::NOT_A_FILE, said!("`{path}` is a folder", path = shown))
                .at(span, said!("a file is needed here"))
                .help(said!("to read every file in it, write `{folder}/*.csv`", folder = shown.trim_end_matches('/'))),
        ));
    }
    let (kind, gzip) = kind_of(&path).ok_or_else(|| {
        Box::new(
            Diagnostic::error(&codes::UNKNOWN_FORMAT, said!("`{path}` is no data file that can be read", path = shown))
                .at(span, said!("its ending is not known"))
                .help(said!("these can be read: .csv .tsv .txt .csv.gz .jsonl .ndjson .parquet .xlsx .xlsm; save older workbooks as .xlsx")),
        )
    })?;
    let name = match sheet {
        Some(sheet) => format!("{shown}#{sheet}"),
        None => shown,
    };
    Ok(DataInput { path: real, name, sheet: sheet.map(str::to_owned), kind, gzip, bytes: about.len(), span })
}

pub fn kind_of(path: &Path) -> Option<(Kind, bool)> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let (name, gzip) = match name.strip_suffix(".gz") {
        Some(inner) => (inner.to_owned(), true),
        None => (name, false),
    };
    let kind = match name.rsplit_once('.')?.1 {
        "csv" | "tsv" | "txt" | "tab" => Kind::Delimited,
        "jsonl" | "ndjson" => Kind::JsonLines,
        "parquet" | "pq" if !gzip => Kind::Parquet,
        "xlsx" | "xlsm" if !gzip => Kind::Workbook,
        _ => return None,
    };
    Some((kind, gzip))
}

/// The path from the workspace's folder, with `/`, and `..` where it lies outside: no absolute path is ever shown.
pub fn relative(root: &Path, path: &Path) -> String {
    let (root, path) = (plain(root), plain(path));
    let from: Vec<Component<'_>> = root.components().collect();
    let to: Vec<Component<'_>> = path.components().collect();
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - same);
    let down = to.iter().skip(same).map(|c| c.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A system error in plain words, without the machine's path.
pub fn why(error: &std::io::Error) -> Said {
    use std::io::ErrorKind as E;
    match error.kind() {
        E::NotFound => said!("it is not there any more"),
        E::PermissionDenied => said!("you may not read it"),
        E::UnexpectedEof => said!("it ends too early, as if it had not been copied whole"),
        E::InvalidInput | E::InvalidData => said!("its content is not what its name says"),
        kind => Said::verbatim(kind.to_string()),
    }
}

/// The file is there but can't be read.
pub fn unreadable(name: &str, span: Span, why: Said) -> Diagnostic {
    Diagnostic::error(&codes::UNREADABLE, said!("`{file}` can't be read: {why}", file = name, why))
        .at(span, said!("needed here"))
        .help(said!("open the file with the program that wrote it, save it again, and check that you may read it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Origin};

    fn written(pattern: &str) -> Authored<String> {
        Authored::new(pattern.to_owned(), Origin::new(Span { file: FileId(0), start: 0, end: 1 }))
    }

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("ws/data")).unwrap();
        for name in
            ["ws/data/b.csv", "ws/data/a.csv", "ws/data/.hidden.csv", "ws/data/~$x.xlsx", "ws/data/x#1.csv", "out.csv"]
        {
            std::fs::write(dir.path().join(name), "id\n1\n").unwrap();
        }
        dir
    }

    fn names(dir: &Path, patterns: &[&str]) -> (Vec<String>, Vec<&'static str>) {
        let ws = dir.join("ws");
        let (inputs, problems) = expand(&ws, &ws, &patterns.iter().map(|p| written(p)).collect::<Vec<_>>());
        (inputs.into_iter().map(|i| i.name).collect(), problems.iter().map(|p| p.code.id).collect())
    }

    #[test]
    fn patterns_are_sorted_and_each_file_stands_once() {
        let dir = folder();
        let (found, problems) = names(dir.path(), &["data/b.csv", "data/*.csv", "data\\a.csv"]);
        assert_eq!(found, ["data/a.csv", "data/b.csv", "data/x#1.csv"]);
        assert!(problems.is_empty());
        assert_eq!(names(dir.path(), &["../out.csv"]).0, ["../out.csv"], "spelt out by the author");
    }

    #[test]
    fn what_is_no_data_file_is_said() {
        let dir = folder();
        assert_eq!(names(dir.path(), &["data"]).1, ["EH0502"]);
        std::fs::write(dir.path().join("ws/calls.xls"), "").unwrap();
        assert_eq!(names(dir.path(), &["calls.xls#A", "data/[.csv"]).1, ["EH0504", "EH0501"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_workspace_is_refused() {
        let dir = folder();
        std::os::unix::fs::symlink(dir.path().join("out.csv"), dir.path().join("ws/data/link.csv")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("ws/data/a.csv"), dir.path().join("ws/inside.csv")).unwrap();
        assert_eq!(names(dir.path(), &["data/link.csv"]).1, ["EH0503"]);
        assert_eq!(names(dir.path(), &["inside.csv"]).0, ["inside.csv"]);
    }

    #[test]
    fn sheets() {
        assert_eq!(split_sheet("a#b/c.xlsx#Jan 2026"), ("a#b/c.xlsx", Some("Jan 2026")));
        assert_eq!(split_sheet("x#1.csv"), ("x#1.csv", None));
    }
}
