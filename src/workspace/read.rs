//! A folder of author files as one tree: includes spliced, bases beneath, entries repeated, scripts collected.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Folder;
use super::builtin::{self, Pack};
use super::codes_tree as codes;
use super::files::{Files, lexical, matching, shown_from};
use super::merge::{self, Merging, Removed};
use super::printed;
use super::repeat;
use super::tree::{Entry, Kind, Node, Tree};
use super::yaml;
use crate::diagnostic::{Authored, Diagnostic, FileId, Origin, Place, Said, Span, Text, did_you_mean};
use crate::said;

/// Where a workspace, a base or a pack is read from.
#[derive(Clone, Copy)]
enum Home<'h> {
    /// The folder of the file that names others, and the folder that links may not leave.
    Folder {
        here: &'h Path,
        root: &'h Path,
    },
    Pack(&'static Pack),
}

/// A workspace with everything beneath it.
struct Layer {
    root: Node,
    functions: Vec<Text>,
    folders: Vec<PathBuf>,
}

struct Reader {
    files: Files,
    diagnostics: Vec<Diagnostic>,
    /// Workspace files being read, outermost first: a circle meets one of them again.
    open: Vec<PathBuf>,
    /// Files whose problems have been reported: a base may be reached in two ways.
    reported: BTreeSet<FileId>,
    /// How far from the ground the layer of a file is; a higher one overrides.
    layers: BTreeMap<FileId, u32>,
    next_layer: u32,
    removed: Vec<Removed>,
}

/// Reads the workspace in `folder`, or the workspace file that it names. Every problem of every file is in
/// `diagnostics`; the tree holds what could be read.
pub(crate) fn read_tree(folder: &Path) -> Tree {
    let (main, root) = main_file(folder);
    let mut reader = Reader {
        files: Files::new(&root),
        diagnostics: Vec::new(),
        open: Vec::new(),
        reported: BTreeSet::new(),
        layers: BTreeMap::new(),
        next_layer: 0,
        removed: Vec::new(),
    };
    let layer = match main {
        Some(main) => reader.workspace(&main, Home::Folder { here: &root, root: &root }, &[], None),
        None => {
            let found =
                Diagnostic::error(&codes::NO_WORKSPACE, said!("no workspace in `{folder}`", folder = folder.display()))
                    .help(said!(
                        "a workspace is a folder that holds `evenhand.yaml`; `evenhand init` writes a first one"
                    ));
            reader.diagnostics.push(found);
            None
        }
    };
    let nothing = Node { kind: Kind::Map(Vec::new()), origin: Origin::nowhere() };
    let mut layer = layer.unwrap_or(Layer { root: nothing, functions: Vec::new(), folders: vec![root.clone()] });
    let broken: BTreeSet<FileId> = reader.diagnostics.iter().filter(|d| d.is_error()).filter_map(file_of).collect();
    merge::refuse_leftover(&mut layer.root, &mut reader.diagnostics);
    let read = reader.diagnostics.len();
    let Reader { diagnostics, removed, layers, .. } = &mut reader;
    repeat::repeat(&mut layer.root, layers, &mut Merging { diagnostics, removed });
    // What a file that can't be read to its end seems to lack is not worth a word.
    let seeming = reader.diagnostics.split_off(read);
    let real = |found: &Diagnostic| file_of(found).is_none_or(|file| !broken.contains(&file));
    reader.diagnostics.extend(seeming.into_iter().filter(real));
    let words = reader.words(&layer);
    let Reader { mut files, diagnostics, removed, .. } = reader;
    files.sources.taken_out = removed.into_iter().filter_map(|r| r.taken_out(&layer.root)).collect();
    let mut author_files = files.files;
    let folders = layer.folders.iter().map(|path| Folder { path: path.clone(), name: folder_name(path, &root) });
    let folders: Vec<Folder> = folders.collect();
    author_files.sort_by(|a, b| a.name.cmp(&b.name));
    Tree {
        root: layer.root,
        functions: layer.functions,
        sources: files.sources,
        files: author_files,
        bases: files.bases,
        words,
        folders,
        diagnostics,
    }
}

/// The author file that a finding is about.
fn file_of(found: &Diagnostic) -> Option<FileId> {
    found.labels.iter().find_map(|label| match label.place {
        Place::Author(span) => Some(span.file),
        Place::Data { .. } => None,
    })
}

/// `../base/`
fn folder_name(folder: &Path, root: &Path) -> String {
    let name = shown_from(&lexical(root), folder);
    if name.is_empty() || name.ends_with('/') { name } else { name + "/" }
}

/// The workspace file that a path names, and its folder.
fn main_file(path: &Path) -> (Option<PathBuf>, PathBuf) {
    if path.is_file() {
        return (Some(path.to_path_buf()), path.parent().unwrap_or(Path::new("")).to_path_buf());
    }
    let main = ["evenhand.yaml", "evenhand.yml"].iter().map(|n| path.join(n)).find(|p| p.exists());
    (main, path.to_path_buf())
}

impl Reader {
    fn merging(&mut self) -> Merging<'_> {
        Merging { diagnostics: &mut self.diagnostics, removed: &mut self.removed }
    }

    /// Reads a workspace file and what it names. `named_at` is where a workspace above names it.
    fn workspace(&mut self, main: &Path, home: Home<'_>, through: &[FileId], named_at: Option<Span>) -> Option<Layer> {
        if self.circle(main, named_at) {
            return None;
        }
        let id = match home {
            Home::Folder { root, .. } => self.open_file(main, root, named_at)?,
            Home::Pack(pack) => {
                let (name, text) = pack.files.first()?;
                self.files.embedded(&format!("builtin:{name}"), text)
            }
        };
        self.open.push(lexical(main));
        let through: Arc<[FileId]> = through.iter().copied().chain([id]).collect();
        let mut own = vec![id];
        let mut entries = self.entries(id, &through);
        let extends = take(&mut entries, "extends");
        let functions = take(&mut entries, "functions");
        self.include(&mut entries, home, &through, &mut own);
        let mut folders: Vec<PathBuf> = match home {
            Home::Folder { root, .. } => vec![lexical(root)],
            Home::Pack(_) => Vec::new(),
        };
        let mut scripts: Vec<Text> = Vec::new();
        let mut beneath: Option<Node> = None;
        let mut below: Vec<PathBuf> = Vec::new();
        for name in extends.map(|e| self.names(&e, "extends")).unwrap_or_default() {
            let Some(base) = self.base(&name, home, &through) else { continue };
            beneath = Some(match beneath {
                Some(lower) => merge::overlay(lower, base.root, &[], &mut self.merging()),
                None => base.root,
            });
            put_scripts(&mut scripts, base.functions, &self.files);
            // A later base wins, so it is looked into first.
            below.splice(0..0, base.folders);
        }
        below.retain(|f| !folders.contains(f));
        folders.extend(below);
        let layer = self.next_layer;
        self.next_layer += 1;
        self.layers.extend(own.iter().map(|f| (*f, layer)));
        let own_scripts = self.scripts(functions, home, &through);
        put_scripts(&mut scripts, own_scripts, &self.files);
        let span = Span::new(id, 0..0);
        let origin = Origin { span, through, overrides: None, item: None, filled: None };
        let mut root = Node { kind: Kind::Map(entries), origin };
        if let Some(beneath) = beneath {
            root = merge::overlay(beneath, root, &[], &mut self.merging());
        }
        self.open.pop();
        Some(Layer { root, functions: scripts, folders })
    }

    fn circle(&mut self, path: &Path, named_at: Option<Span>) -> bool {
        let path = lexical(path);
        let circle = self.open.contains(&path);
        if circle {
            let way: Vec<String> =
                self.open.iter().chain([&path]).map(|p| format!("`{}`", self.files.shown(p))).collect();
            let found = Diagnostic::error(&codes::CYCLE, said!("these files lead back to themselves"));
            let found = match named_at {
                Some(span) => found.at(span, said!("leads back to a file that is being read")),
                None => found,
            };
            self.diagnostics
                .push(found.help(said!("the circle is {way}; remove one of the steps", way = way.join(" → "))));
        }
        circle
    }

    fn open_file(&mut self, path: &Path, fence: &Path, named_at: Option<Span>) -> Option<FileId> {
        match self.files.open(path, fence) {
            Ok(id) => Some(id),
            Err(found) => {
                let found = match named_at {
                    Some(span) if found.labels.is_empty() => found.at(span, said!("named here")),
                    Some(span) => found.at(span, said!("the file is named here")),
                    None => *found,
                };
                self.diagnostics.push(found);
                None
            }
        }
    }

    /// The entries of one file; its problems are reported once.
    fn entries(&mut self, id: FileId, through: &Arc<[FileId]>) -> Vec<Entry> {
        let text = self.files.text(id);
        let reading = yaml::read(id, &text, through);
        let first = self.reported.insert(id);
        let broken = reading.diagnostics.iter().any(Diagnostic::is_error);
        let mut found: Vec<Diagnostic> =
            self.files.printed.get(&id).and_then(|places| printed::report(id, &text, places)).into_iter().collect();
        found.extend(reading.diagnostics);
        let start = Span::new(id, 0..0);
        let entries = match reading.root {
            Some(Node { kind: Kind::Map(entries), .. }) => entries,
            Some(node) => {
                if !broken {
                    found.push(
                        Diagnostic::error(&codes::NOT_A_MAP, said!("this file holds no keys"))
                            .at(node.origin.span, said!("neither a section nor a key with a value"))
                            .help(said!(
                                "an author file is made of sections: `measures:` with the measures indented below it"
                            )),
                    );
                }
                Vec::new()
            }
            None => {
                if !broken {
                    let name = self.files.sources.place(start).0.to_owned();
                    found.push(if through.len() == 1 {
                        Diagnostic::error(&codes::EMPTY_FILE, said!("`{name}` is empty", name))
                            .at(start, said!("a workspace is written here"))
                            .help(said!("`evenhand init` writes a first one"))
                    } else {
                        Diagnostic::warning(&codes::EMPTY_FILE, said!("`{name}` says nothing", name))
                            .at(start, said!("the file is empty, or holds comments alone"))
                            .help(said!("write its sections, or take it out of `include:`"))
                    });
                }
                Vec::new()
            }
        };
        if first {
            self.diagnostics.extend(found);
        }
        entries
    }

    /// Splices what `include:` names, depth first, in the order written; patterns in the order of names.
    fn include(&mut self, entries: &mut Vec<Entry>, home: Home<'_>, through: &Arc<[FileId]>, own: &mut Vec<FileId>) {
        let Some(include) = take(entries, "include") else { return };
        for name in self.names(&include, "include") {
            for (id, path) in self.named_files(&name, home) {
                if own.contains(&id) {
                    let asked_again = path.as_ref().is_some_and(|p| self.open.contains(&lexical(p)));
                    if asked_again && !name.value.contains(['*', '?', '[']) {
                        self.circle(&path.unwrap_or_default(), Some(name.span()));
                    }
                    continue;
                }
                own.push(id);
                let deeper: Arc<[FileId]> = through.iter().copied().chain([id]).collect();
                let mut more = self.entries(id, &deeper);
                for key in ["extends", "functions"] {
                    if let Some(node) = take(&mut more, key) {
                        let found =
                            Diagnostic::error(&codes::INCLUDE, said!("`{key}` stands in an included file", key))
                                .at(node.origin.span, said!("not read here"))
                                .help(said!("move `{key}:` to the workspace's own file", key));
                        self.diagnostics.push(found);
                    }
                }
                let here = path.clone().unwrap_or_default();
                self.open.push(lexical(&here));
                let folder = here.parent().map(Path::to_path_buf).unwrap_or_default();
                let inner = match home {
                    Home::Folder { root, .. } => Home::Folder { here: &folder, root },
                    pack => pack,
                };
                self.include(&mut more, inner, &deeper, own);
                self.open.pop();
                merge::splice(entries, more, &mut self.diagnostics);
            }
        }
    }

    /// The files that one name or pattern stands for.
    fn named_files(&mut self, name: &Authored<String>, home: Home<'_>) -> Vec<(FileId, Option<PathBuf>)> {
        let span = name.span();
        let (here, root) = match home {
            Home::Folder { here, root } => (here, root),
            Home::Pack(pack) => {
                let files = pack.matching(&name.value);
                if files.is_empty() {
                    self.no_match(name);
                }
                return files.iter().map(|(n, t)| (self.files.embedded(&format!("builtin:{n}"), t), None)).collect();
            }
        };
        match matching(here, &name.value) {
            Ok(paths) if paths.is_empty() => {
                self.no_match(name);
                Vec::new()
            }
            Ok(paths) => {
                let mut found = Vec::new();
                for path in paths {
                    let fence = fence(root, &path);
                    found.extend(self.open_file(&path, &fence, Some(span)).map(|id| (id, Some(path))));
                }
                found
            }
            Err(why) => {
                let found = Diagnostic::error(
                    &codes::INCLUDE,
                    said!("`{name}` is not a pattern for file names", name = name.value),
                )
                .at(span, Said::verbatim(why))
                .help(said!("`*` stands for any letters of one name: `rules/*.yaml`"));
                self.diagnostics.push(found);
                Vec::new()
            }
        }
    }

    fn no_match(&mut self, name: &Authored<String>) {
        let found = Diagnostic::error(&codes::INCLUDE, said!("no file fits `{name}`", name = name.value))
            .at(name.span(), said!("nothing has such a name"))
            .help(said!("patterns are looked up from the folder of the file that names them"));
        self.diagnostics.push(found);
    }

    /// One or a list of names.
    fn names(&mut self, node: &Node, key: &str) -> Vec<Authored<String>> {
        let items: &[Node] = match &node.kind {
            Kind::List(items) => items,
            Kind::Empty => &[],
            _ => std::slice::from_ref(node),
        };
        let mut names = Vec::new();
        for item in items {
            match item.text() {
                Some(text) if !text.value.trim().is_empty() => {
                    names.push(Authored::new(text.value.trim().to_owned(), text.origin));
                }
                _ => {
                    let found = Diagnostic::error(&codes::INCLUDE, said!("`{key}` takes names", key))
                        .at(item.origin.span, said!("not a name"))
                        .help(said!("write one name or a list: `{key}: [first, second]`", key));
                    self.diagnostics.push(found);
                }
            }
        }
        names
    }

    fn base(&mut self, name: &Authored<String>, home: Home<'_>, through: &Arc<[FileId]>) -> Option<Layer> {
        if let Some(wanted) = name.value.strip_prefix("builtin:") {
            let Some(pack) = builtin::pack(wanted.trim()) else {
                let names: Vec<&str> = builtin::PACKS.iter().map(|p| p.name).collect();
                let found = Diagnostic::error(&codes::EXTENDS, said!("there is no pack `{name}`", name = name.value))
                    .at(name.span(), said!("no pack of the program has this name"));
                let found = match did_you_mean(wanted, names.iter().copied()) {
                    Some(near) => found.help(said!("did you mean `builtin:{near}`?", near)),
                    None => found.help(said!("there is {known}", known = Said::list(&names))),
                };
                self.diagnostics.push(found);
                return None;
            };
            let path = PathBuf::from(format!("builtin:{}", pack.name));
            return self.workspace(&path, Home::Pack(pack), through, Some(name.span()));
        }
        let Home::Folder { here, .. } = home else { return None };
        let path = lexical(&here.join(name.value.replace('\\', "/")));
        let (main, root) = main_file(&path);
        let Some(main) = main else {
            let why = match path.is_dir() {
                true => said!("this folder holds no `evenhand.yaml`"),
                false => said!("there is no such folder"),
            };
            let found = Diagnostic::error(&codes::EXTENDS, said!("no workspace in `{name}`", name = name.value))
                .at(name.span(), why);
            self.diagnostics.push(found.help(match builtin::pack(&name.value) {
                Some(pack) => said!("did you mean `builtin:{near}`?", near = pack.name),
                None => {
                    said!("`extends:` takes a folder with an `evenhand.yaml`, looked up from the folder of this file")
                }
            }));
            return None;
        };
        self.workspace(&main, Home::Folder { here: &root, root: &root }, through, Some(name.span()))
    }

    /// The lines of `words/LANGUAGE.yaml`, in `templates` or beside the workspace and its bases, the farthest first.
    fn words(&mut self, layer: &Layer) -> Vec<Entry> {
        let language = layer.root.get("language").and_then(Node::text);
        let language = language.map_or_else(|| "en".to_owned(), |l| l.value.trim().to_owned());
        // A name and no path: it can't lead anywhere else.
        if language.is_empty() || !language.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
            return Vec::new();
        }
        let mut lines = Vec::new();
        for folder in layer.folders.iter().rev() {
            for place in ["words", "templates/words"] {
                let path = folder.join(place).join(format!("{language}.yaml"));
                if path.is_file()
                    && let Some(id) = self.open_file(&path, folder, None)
                {
                    let through: Arc<[FileId]> = Arc::from([id]);
                    lines.extend(self.entries(id, &through));
                }
            }
        }
        lines
    }

    /// The scripts that `functions:` names, else every `*.rhai` beside the workspace file.
    fn scripts(&mut self, functions: Option<Node>, home: Home<'_>, through: &Arc<[FileId]>) -> Vec<Text> {
        let ids: Vec<FileId> = match (functions, home) {
            (Some(node), _) => {
                let names = self.names(&node, "functions");
                names.iter().flat_map(|n| self.named_files(n, home)).map(|(id, _)| id).collect()
            }
            (None, Home::Pack(pack)) => {
                pack.matching("*.rhai").iter().map(|(n, t)| self.files.embedded(&format!("builtin:{n}"), t)).collect()
            }
            (None, Home::Folder { here, root }) => {
                let paths = matching(here, "*.rhai").unwrap_or_default();
                paths.iter().filter_map(|p| self.open_file(p, root, None)).collect()
            }
        };
        let text = |id: FileId| {
            let mut text = Text::whole_file(id, self.files.text(id));
            text.origin.through = through.iter().copied().chain([id]).collect();
            text
        };
        ids.into_iter().map(text).collect()
    }
}

/// The folder that a link may not leave: the workspace's own, or for a file named outside of it, that file's.
fn fence(root: &Path, path: &Path) -> PathBuf {
    let (root, path) = (lexical(root), lexical(path));
    if path.starts_with(&root) { root } else { path.parent().unwrap_or(Path::new("")).to_path_buf() }
}

/// Adds scripts in the order of their names; one of the same file name replaces that of a base.
fn put_scripts(scripts: &mut Vec<Text>, mut more: Vec<Text>, files: &Files) {
    let name = |text: &Text| {
        let shown = files.sources.place(text.origin.span).0.trim_start_matches("builtin:");
        shown.rsplit('/').next().unwrap_or(shown).to_owned()
    };
    more.sort_by_key(&name);
    more.dedup_by_key(|t| t.origin.span.file);
    let replaced: BTreeSet<String> = more.iter().map(&name).collect();
    scripts.retain(|s| !replaced.contains(&name(s)));
    scripts.extend(more);
}

fn take(entries: &mut Vec<Entry>, key: &str) -> Option<Node> {
    let i = entries.iter().position(|e| e.key.value == key)?;
    Some(entries.remove(i).value)
}

#[cfg(test)]
mod tests;
