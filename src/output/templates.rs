//! Templates that authors put beside their workspace: read here, handed to `report` as texts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Said};
use crate::report::{self, AuthorTemplate, codes};
use crate::said;
use crate::workspace::{AuthorFile, Folder, Plan};

/// A template larger than this is a mistake.
const LARGEST: u64 = 4 << 20;
/// More files than this in a `templates` folder are a mistake.
const MOST: usize = 500;

/// By template name (`letter.html`): files in `templates/` beside the workspace and its bases, and
/// beside the workspace itself those that a shipped template or `reports:` names and other `.html` files. The
/// workspace's own win over those of its bases. A link that leads out of its folder is an error.
pub fn author_templates(plan: &Plan) -> Result<BTreeMap<String, AuthorTemplate>, Vec<Diagnostic>> {
    let mut reader = Reader { found: BTreeMap::new(), problems: Vec::new(), before: String::new() };
    for Folder { path, name } in folders(plan) {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { &path };
        let Ok(folder) = fs::canonicalize(path) else { continue };
        reader.before = name;
        reader.tree(&folder.join("templates"), &folder, "");
        let named = plan.reports.iter().map(|r| r.template.value.clone());
        let known = named.chain(report::shipped().map(|(name, _)| name.to_owned()));
        for name in known.chain(html_files(&folder)).filter(|n| !n.contains("..") && !Path::new(n).is_absolute()) {
            reader.file(&folder.join(&name), &folder, &name);
        }
    }
    if reader.problems.is_empty() { Ok(reader.found) } else { Err(reader.problems) }
}

/// The author files of the plan with the templates that were found, sorted by name.
pub fn with_templates(plan: &Plan, templates: &BTreeMap<String, AuthorTemplate>) -> Vec<AuthorFile> {
    let mut files: BTreeMap<String, AuthorFile> =
        plan.author_files.iter().map(|f| (f.name.clone(), f.clone())).collect();
    for template in templates.values() {
        let digest = blake3::hash(template.text.as_bytes()).to_hex().to_string();
        let file = AuthorFile { name: template.shown.clone(), path: PathBuf::from(&template.shown), digest };
        files.entry(template.shown.clone()).or_insert(file);
    }
    files.into_values().collect()
}

/// The workspace's folder first, then those of its bases: the last of several bases first, as with everything they say.
fn folders(plan: &Plan) -> Vec<Folder> {
    let own = Folder { path: plan.root.clone(), name: String::new() };
    let beneath = plan.folders.iter().filter(|f| !f.name.is_empty()).cloned();
    std::iter::once(own).chain(beneath).collect()
}

fn html_files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
    names.retain(|n| n.to_lowercase().ends_with(".html"));
    names.sort();
    names
}

struct Reader {
    found: BTreeMap<String, AuthorTemplate>,
    problems: Vec<Diagnostic>,
    /// The shown name of the folder that is looked into.
    before: String,
}

impl Reader {
    /// Every file under `at`; `prefix` is what stands before its name in a template's name.
    fn tree(&mut self, at: &Path, folder: &Path, prefix: &str) {
        let entries = fs::read_dir(at).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
        names.sort();
        for name in names.into_iter().filter(|n| !n.starts_with('.')) {
            let path = at.join(&name);
            let full = format!("{prefix}{name}");
            // Words came with the workspace.
            if full == "words" {
                continue;
            }
            if self.found.len() >= MOST {
                return;
            }
            if path.is_dir() {
                if self.inside(&path, folder, &full) && prefix.matches('/').count() < 8 {
                    self.tree(&path, folder, &format!("{full}/"));
                }
            } else {
                self.file(&path, folder, &full);
            }
        }
    }

    fn file(&mut self, path: &Path, folder: &Path, name: &str) {
        if self.found.contains_key(name) || !path.is_file() || !self.inside(path, folder, name) {
            return;
        }
        let within = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let shown = format!("{}{within}", self.before);
        if fs::metadata(path).is_ok_and(|m| m.len() > LARGEST) {
            let message = said!("the template `{name}` is larger than 4 MB", name);
            self.problems.push(Diagnostic::error(&codes::TEMPLATE_UNREADABLE, message).in_data(
                shown,
                0,
                0,
                said!("this file"),
            ));
            return;
        }
        match fs::read_to_string(path) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
                self.found.insert(name.to_owned(), AuthorTemplate { shown, text });
            }
            // A picture or a font beside the templates is not one of them.
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData && !is_text_name(name) => {}
            Err(e) => {
                let why = match e.kind() {
                    std::io::ErrorKind::InvalidData => said!("it is not UTF-8 text"),
                    std::io::ErrorKind::PermissionDenied => said!("you may not read it"),
                    kind => Said::verbatim(kind.to_string()),
                };
                let message = said!("can't read the template `{name}`: {why}", name, why);
                let problem = Diagnostic::error(&codes::TEMPLATE_UNREADABLE, message);
                self.problems.push(problem.help(said!("save it as UTF-8, or remove it to use the shipped one")));
            }
        }
    }

    /// Whether a path stays in its folder after links are followed.
    fn inside(&mut self, path: &Path, folder: &Path, name: &str) -> bool {
        match fs::canonicalize(path) {
            Ok(real) if real.starts_with(folder) => true,
            Ok(_) => {
                let message = said!("the template `{name}` is a link that leads out of the workspace", name);
                let problem = Diagnostic::error(&codes::TEMPLATE_OUTSIDE, message);
                self.problems.push(problem.help(said!("copy the file into the workspace's `templates` folder")));
                false
            }
            Err(_) => false,
        }
    }
}

fn is_text_name(name: &str) -> bool {
    [".html", ".md", ".txt", ".yaml", ".css"].iter().any(|ending| name.ends_with(ending))
}
