//! Policy packs that come with the program: `extends: builtin:NAME`. A table of texts, no file system.

/// A pack: its workspace file first, then what it may include and its scripts, each by its name in the pack.
pub struct Pack {
    pub name: &'static str,
    pub files: &'static [(&'static str, &'static str)],
}

const SCORING: (&str, &str) = ("scoring.rhai", include_str!("../../rules/scoring.rhai"));

pub static PACKS: &[Pack] = &[Pack {
    name: "service-desk",
    files: &[("service-desk.yaml", include_str!("../../rules/service-desk.yaml")), SCORING],
}];

pub(super) fn pack(name: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|p| p.name == name)
}

impl Pack {
    /// The files whose name fits a pattern, sorted by name.
    pub fn matching(&self, pattern: &str) -> Vec<(&'static str, &'static str)> {
        let Ok(pattern) = glob::Pattern::new(pattern) else { return Vec::new() };
        let mut files: Vec<_> = self.files.iter().copied().filter(|(name, _)| pattern.matches(name)).collect();
        files.sort_by_key(|(name, _)| *name);
        files
    }
}
