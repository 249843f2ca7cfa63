//! Whether the data files stayed as they were while a run read them. A source is read more than once (the day of the latest
//! record, which row of an id counts, then the rows): figures of two versions of a file are figures of neither.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::PathBuf;
use std::time::SystemTime;

use super::codes;
use super::files::{DataInput, expand};
use crate::diagnostic::{Diagnostic, Span};
use crate::said;
use crate::workspace::{DataFile, Plan};

/// Size, time of the last change of the content, identity. Not the time of the entry: rights and links may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    bytes: u64,
    written: Option<SystemTime>,
    identity: (u64, u64),
}

impl Mark {
    fn of(about: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (about.dev(), about.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Self { bytes: about.len(), written: about.modified().ok(), identity }
    }
}

struct Seen {
    name: String,
    span: Span,
    mark: Mark,
}

/// The data files of a plan as they were at one moment.
pub struct Steady {
    seen: BTreeMap<PathBuf, Seen>,
}

impl Steady {
    /// Looks at every file that a run of the plan may read. What is wrong with one, reading tells.
    pub fn of(plan: &Plan) -> Self {
        let sources = plan.sources.iter().map(|s| (&s.base, s.files.as_slice()));
        let single = [&plan.people, &plan.evidence].into_iter().flatten().chain(plan.names.values());
        let single = single.map(|f: &DataFile| (&f.base, std::slice::from_ref(&f.file)));
        let mut seen = BTreeMap::new();
        for (base, files) in sources.chain(single) {
            for DataInput { path, name, span, .. } in expand(&plan.root, base, files).0 {
                if let Ok(about) = std::fs::metadata(&path) {
                    seen.insert(path, Seen { name, span, mark: Mark::of(&about) });
                }
            }
        }
        Self { seen }
    }

    /// An error for each file that was written to, or exchanged, since. One that was taken away was read whole before, or
    /// couldn't be read, which was told.
    pub fn check(&self) -> Result<(), Vec<Diagnostic>> {
        let changed = |(path, seen): (&PathBuf, &Seen)| {
            let now = Mark::of(&std::fs::metadata(path).ok()?);
            (now != seen.mark).then(|| {
                Diagnostic::error(&codes::CHANGED, said!("`{file}` changed while it was read", file = seen.name))
                    .at(seen.span, said!("its figures would be of two versions"))
                    .help(said!("run again when nobody writes to the file; let exports end before a run begins"))
            })
        };
        let problems: Vec<Diagnostic> = self.seen.iter().filter_map(changed).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}
