//! Author files as bytes: found, bounded, decoded. A link may not lead out of the folder it stands in.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::AuthorFile;
use super::codes_tree as codes;
use super::printed;
use crate::diagnostic::{Diagnostic, FileId, Said, Sources, Span, nearest};
use crate::said;

/// Bytes of one author file.
pub(super) const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// Author files of a workspace, its bases and their scripts included.
pub(super) const MAX_FILES: usize = 500;

/// Every author file that was read, each once.
#[derive(Default)]
pub(super) struct Files {
    pub sources: Sources,
    pub files: Vec<AuthorFile>,
    pub bases: BTreeMap<FileId, PathBuf>,
    /// Signs that were taken for spaces, by file.
    pub printed: BTreeMap<FileId, Vec<(usize, char)>>,
    by_path: BTreeMap<PathBuf, FileId>,
    root: PathBuf,
}

impl Files {
    /// Names are shown relative to `root`, the workspace's folder.
    pub fn new(root: &Path) -> Self {
        Self { root: lexical(root), ..Self::default() }
    }

    /// The name of a path as shown: relative to the workspace, `/` between folders.
    pub fn shown(&self, path: &Path) -> String {
        shown_from(&self.root, path)
    }

    /// Reads a file within `fence` (a folder); a second time it is only looked up.
    /// The diagnostic has no place in the file that names this one; the caller adds it.
    pub fn open(&mut self, path: &Path, fence: &Path) -> Result<FileId, Box<Diagnostic>> {
        let path = lexical(path);
        if let Some(id) = self.by_path.get(&path) {
            return Ok(*id);
        }
        let name = self.shown(&path);
        let bytes = self.bytes(&path, fence, &name).map_err(Box::new)?;
        let digest = blake3::hash(&bytes).to_hex().to_string();
        let text = self.decoded(bytes, &name).map_err(Box::new)?;
        let script = path.extension().is_some_and(|e| e == "rhai");
        let (text, printed) = if script { (text, Vec::new()) } else { printed::mended(text) };
        let id = self.sources.add(name.clone(), text);
        self.printed.insert(id, printed);
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        self.bases.insert(id, folder);
        self.files.push(AuthorFile { name, path: path.clone(), digest });
        self.by_path.insert(path, id);
        Ok(id)
    }

    /// A text that comes with the program.
    pub fn embedded(&mut self, name: &str, text: &'static str) -> FileId {
        let path = PathBuf::from(name);
        if let Some(id) = self.by_path.get(&path) {
            return *id;
        }
        let id = self.sources.add(name, text);
        self.bases.insert(id, self.root.clone());
        let digest = blake3::hash(text.as_bytes()).to_hex().to_string();
        self.files.push(AuthorFile { name: name.to_owned(), path: path.clone(), digest });
        self.by_path.insert(path, id);
        id
    }

    pub fn text(&self, id: FileId) -> Arc<str> {
        self.sources.get(id).map_or_else(|| Arc::from(""), |f| f.text.clone())
    }

    fn bytes(&self, path: &Path, fence: &Path, name: &str) -> Result<Vec<u8>, Diagnostic> {
        if self.files.len() >= MAX_FILES {
            return Err(Diagnostic::error(&codes::TOO_LARGE, said!("more than {most} author files", most = MAX_FILES))
                .help(said!(
                    "join small files, or look whether a pattern under `include:` takes in more than it should"
                )));
        }
        let unreadable =
            |why: Said| Diagnostic::error(&codes::UNREADABLE, said!("cannot read `{name}`: {why}", name, why));
        let kind = fs::metadata(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => missing(path, name),
            _ => unreadable(reason(&e)),
        })?;
        if kind.is_dir() {
            return Err(unreadable(said!("it is a folder")).help(said!("name the files in it: `folder/*.yaml`")));
        }
        if !kind.is_file() {
            return Err(unreadable(said!("it is not an ordinary file")));
        }
        let fence = if fence.as_os_str().is_empty() { Path::new(".") } else { fence };
        let (real, within) = (fs::canonicalize(path), fs::canonicalize(fence));
        if let (Ok(real), Ok(within)) = (real, within)
            && !real.starts_with(&within)
        {
            return Err(Diagnostic::error(
                &codes::LEAVES_WORKSPACE,
                said!("`{name}` is a link that leads out of the workspace", name),
            )
            .help(said!("copy the file into the workspace, or name the folder it stands in under `extends:`")));
        }
        let too_large = || {
            Diagnostic::error(
                &codes::TOO_LARGE,
                said!("`{name}` is larger than {most} MB", name, most = MAX_BYTES / 1024 / 1024),
            )
            .help(said!("author files are written by hand; put records into a data file and name it under `sources:`"))
        };
        if kind.len() > MAX_BYTES {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(|e| unreadable(reason(&e)))?;
        // One byte more than allowed: the file may have grown since its size was asked for.
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| unreadable(reason(&e)))?;
        if bytes.len() as u64 > MAX_BYTES { Err(too_large()) } else { Ok(bytes) }
    }

    /// UTF-8 with or without a byte order mark; else the first byte that is not.
    fn decoded(&mut self, bytes: Vec<u8>, name: &str) -> Result<String, Diagnostic> {
        let refuse = |why: Said| {
            Diagnostic::error(&codes::NOT_UTF8, why)
                .help(said!("save it as UTF-8: in Notepad choose Save as…, Encoding: UTF-8"))
        };
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(refuse(said!("`{name}` is saved as UTF-16 (\"Unicode\"), not as UTF-8", name)));
        }
        let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).map(<[u8]>::to_vec).unwrap_or(bytes);
        if let Some((what, opens)) = other_format(&bytes) {
            let way_out = if opens {
                said!(
                    "open it, choose Save as…, Plain text (.txt) with the encoding UTF-8, and name the file `{name}`",
                    name
                )
            } else {
                said!(
                    "copy its text into an editor and save it as Plain text (.txt) with the encoding UTF-8, and name the file `{name}`",
                    name
                )
            };
            let message = said!("`{name}` is {what}, not a plain text", name, what);
            return Err(Diagnostic::error(&codes::NOT_UTF8, message).help(way_out));
        }
        if bytes.iter().take(8_192).any(|b| *b == 0) {
            return Err(refuse(said!("`{name}` is not a text file", name)));
        }
        String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let id = self.sources.add(name, shown);
            refuse(said!("`{name}` is not saved as UTF-8", name))
                .at(Span::new(id, good..good + 3), said!("this character could not be read"))
        })
    }
}

/// A path as seen from the workspace's folder, `/` between folders; `root` is lexical.
pub(super) fn shown_from(root: &Path, path: &Path) -> String {
    let path = lexical(path);
    for (up, root) in root.ancestors().enumerate() {
        if let Ok(rest) = path.strip_prefix(root) {
            let rest: Vec<String> = rest.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
            return format!("{}{}", "../".repeat(up), rest.join("/"));
        }
    }
    path.to_string_lossy().replace('\\', "/")
}

/// What a file of an office program is, by its first bytes, and whether that program can save it as a plain text.
fn other_format(bytes: &[u8]) -> Option<(Said, bool)> {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|w| w == part);
    match bytes {
        [b'P', b'K', 3, 4, ..] if holds(b"word/") => Some((said!("a Word document"), true)),
        [b'P', b'K', 3, 4, ..] if holds(b"xl/") => Some((said!("an Excel workbook"), false)),
        [b'P', b'K', 3, 4, ..] => Some((said!("a document or an archive"), true)),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some((said!("a document of an older Office program"), true)),
        [b'{', b'\\', b'r', b't', b'f', ..] => Some((said!("a rich text document (RTF)"), true)),
        [b'%', b'P', b'D', b'F', ..] => Some((said!("a PDF"), false)),
        _ => None,
    }
}

fn missing(path: &Path, name: &str) -> Diagnostic {
    let found = Diagnostic::error(&codes::UNREADABLE, said!("there is no file `{name}`", name));
    let wanted = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside: Vec<String> = path
        .parent()
        .and_then(|folder| fs::read_dir(folder).ok())
        .map(|entries| entries.flatten().take(1_000).map(|e| e.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    match nearest(&wanted, beside.iter().map(String::as_str)) {
        Some(near) => found.help(said!("did you mean `{near}`?", near)),
        None => found.help(said!("names are looked up from the folder of the file that names them")),
    }
}

/// Why the system refused, without its error numbers.
fn reason(error: &std::io::Error) -> Said {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => said!("you may not read it"),
        std::io::ErrorKind::NotFound => said!("it is not there"),
        kind => Said::verbatim(kind.to_string()),
    }
}

/// A path without `.` and `..` inside, by its letters alone.
pub(super) fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// What a pattern names, sorted; a plain name is taken as it is, there or not.
/// `\` separates folders too: workspaces travel between systems.
pub(super) fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let pattern = pattern.replace('\\', "/");
    if !pattern.contains(['*', '?', '[']) {
        return Ok(vec![folder.join(pattern)]);
    }
    let base = glob::Pattern::escape(&folder.to_string_lossy().replace('\\', "/"));
    let whole = if base.is_empty() { pattern } else { format!("{base}/{pattern}") };
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    // Hidden files don't count, but the workspace itself may stand in a hidden folder.
    let hidden = |p: &PathBuf| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
    let found = glob::glob_with(&whole, options).map_err(|e| e.msg.to_owned())?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).filter(|p| !hidden(p)).collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_relative_to_the_workspace() {
        let files = Files::new(Path::new("/w/clients/acme"));
        assert_eq!(files.shown(Path::new("/w/clients/acme/rules/a.yaml")), "rules/a.yaml");
        assert_eq!(files.shown(Path::new("/w/clients/acme/../../base/evenhand.yaml")), "../../base/evenhand.yaml");
        let here = Files::new(Path::new("."));
        assert_eq!(here.shown(Path::new("./evenhand.yaml")), "evenhand.yaml");
        assert_eq!(here.shown(Path::new("./../base/evenhand.yaml")), "../base/evenhand.yaml");
    }

    #[test]
    fn bytes_are_decoded_or_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let mut files = Files::new(folder.path());
            match files.open(&path, folder.path()) {
                Ok(id) => files.text(id).to_string(),
                Err(found) => format!("{} {}", found.code.id, found.message),
            }
        };
        assert_eq!(open("bom.yaml", b"\xEF\xBB\xBFa: 1"), "a: 1");
        assert_eq!(open("empty.yaml", b""), "");
        assert_eq!(open("latin.yaml", b"name: caf\xE9\n"), "EH0103 `latin.yaml` is not saved as UTF-8");
        assert_eq!(
            open("wide.yaml", b"\xFF\xFEa\0"),
            "EH0103 `wide.yaml` is saved as UTF-16 (\"Unicode\"), not as UTF-8"
        );
        assert_eq!(open("zip.yaml", b"PK\0\0"), "EH0103 `zip.yaml` is not a text file");
        let large = vec![b'#'; MAX_BYTES as usize + 1];
        assert_eq!(open("large.yaml", &large), "EH0104 `large.yaml` is larger than 4 MB");
    }

    #[test]
    fn what_is_missing_or_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("measures.yaml"), "a: 1").unwrap();
        let mut files = Files::new(folder.path());
        let found = files.open(&folder.path().join("mesures.yaml"), folder.path()).unwrap_err();
        assert_eq!(found.message, "there is no file `mesures.yaml`");
        assert_eq!(found.help, ["did you mean `measures.yaml`?"]);
        fs::create_dir(folder.path().join("x.yaml")).unwrap();
        let found = files.open(&folder.path().join("x.yaml"), folder.path()).unwrap_err();
        assert_eq!(found.message, "cannot read `x.yaml`: it is a folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_stay_inside_and_not_lead_out() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(folder.path().join("a.yaml"), "a: 1").unwrap();
        fs::write(elsewhere.path().join("secret"), "s: 1").unwrap();
        std::os::unix::fs::symlink(folder.path().join("a.yaml"), folder.path().join("b.yaml")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path().join("secret"), folder.path().join("c.yaml")).unwrap();
        let mut files = Files::new(folder.path());
        assert!(files.open(&folder.path().join("b.yaml"), folder.path()).is_ok());
        let found = files.open(&folder.path().join("c.yaml"), folder.path()).unwrap_err();
        assert_eq!(found.code.id, "EH0105");
    }

    #[test]
    fn patterns_match_sorted_and_within_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("rules")).unwrap();
        for name in ["b.yaml", "a.yaml", ".c.yaml", "d.txt", "rules/e.yaml"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names = |pattern| -> Vec<String> {
            let files = Files::new(folder.path());
            matching(folder.path(), pattern).unwrap().iter().map(|p| files.shown(p)).collect()
        };
        assert_eq!(names("*.yaml"), ["a.yaml", "b.yaml"]);
        assert_eq!(names("rules\\*.yaml"), ["rules/e.yaml"]);
        assert_eq!(names("nowhere.yaml"), ["nowhere.yaml"]);
        assert!(matching(folder.path(), "a[.yaml").is_err());
    }
}
