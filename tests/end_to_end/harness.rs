//! A workspace in a folder of its own, and the program run on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Case {
    pub folder: tempfile::TempDir,
}

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The shared real data, or `None` with a visible word that the test is skipped.
pub fn shared_data(what: &str) -> Option<PathBuf> {
    let path = repository().join("../shared/data").join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: ../shared/data/{what} is missing");
    None
}

impl Case {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A copy of a folder of the repository.
    pub fn of(folder: &str) -> Self {
        let case = Self::new();
        copy(&repository().join(folder), case.path());
        case
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Replaces text in a file; the text must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) -> &Self {
        let text = self.read(name);
        assert!(text.contains(from), "`{from}` is not in {name}");
        self.write(name, text.replacen(from, to, 1))
    }

    pub fn bring(&self, from: &Path, name: &str) -> &Self {
        let to = self.path().join(name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from, to).unwrap();
        self
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
        command.args(arguments).current_dir(self.path()).env("NO_COLOR", "1");
        command
    }

    /// Runs `evenhand ARGUMENTS` in the case's folder.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// A table of the results as maps from column to cell.
    pub fn table(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path().join(name)).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    pub fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Every file below a folder with its bytes.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, all);
                } else {
                    let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                    all.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        let root = self.path().join(folder);
        let mut all = BTreeMap::new();
        walk(&root, &root, &mut all);
        all
    }
}

impl Ran {
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Not a panic, and the words of the message are there.
    pub fn says(&self, words: &[&str]) -> &Self {
        let all = format!("{}{}", self.out, self.err);
        assert!(!all.contains("panicked"), "{all}");
        for word in words {
            assert!(all.contains(word), "`{word}` is missing in:\n{all}");
        }
        self
    }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            if path.file_name().unwrap() != "out" && path.file_name().unwrap() != ".evenhand" {
                copy(&path, &target);
            }
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// The first row for which all the given cells are as given.
pub fn find<'a>(table: &'a [BTreeMap<String, String>], cells: &[(&str, &str)]) -> &'a BTreeMap<String, String> {
    table
        .iter()
        .find(|row| cells.iter().all(|(column, cell)| row.get(*column).map(String::as_str) == Some(*cell)))
        .unwrap_or_else(|| panic!("no row with {cells:?}"))
}

pub fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is `{}`", row[column]))
}
