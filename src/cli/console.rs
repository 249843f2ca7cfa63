//! The only place that prints. Results go to stdout, everything said on the way to stderr.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::Format;
use crate::diagnostic::{self, Diagnostic, Said, Severity, Sources, Tongue};
use crate::said;

pub struct Console {
    pub format: Format,
    /// `NO_COLOR` is not set.
    wanted: bool,
    colour: bool,
    /// The language of the workspace at work; English until one was read.
    tongue: RwLock<Option<Arc<dyn Tongue>>>,
}

impl Console {
    pub fn new(format: Format) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let colour = wanted && std::io::stderr().is_terminal();
        Self { format, wanted, colour, tongue: RwLock::default() }
    }

    /// From here on speaks the language in which the author of these files is answered.
    pub fn speak(&self, sources: &Sources) {
        self.speak_in(sources.tongue.clone());
    }

    pub fn speak_in(&self, tongue: Option<Arc<dyn Tongue>>) {
        *self.tongue.write().unwrap_or_else(PoisonError::into_inner) = tongue;
    }

    pub fn tongue(&self) -> Option<Arc<dyn Tongue>> {
        self.tongue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A sentence in the language that is spoken.
    pub fn spoken(&self, said: &Said) -> String {
        said.in_tongue(self.tongue().as_deref()).into_owned()
    }

    pub fn json(&self) -> bool {
        self.format == Format::Json
    }

    /// A result, on stdout. A reader that went away (`| head`) is no error.
    pub fn result(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out
            .write_all(text.as_bytes())
            .and_then(|()| if text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
        let _ = out.flush();
    }

    /// A sentence as a result, on stdout.
    pub fn tell(&self, said: &Said) {
        self.result(&self.spoken(said));
    }

    /// A sentence on the way, on stderr.
    pub fn say(&self, said: &Said) {
        self.aside(&self.spoken(said));
    }

    fn aside(&self, text: &str) {
        let mut err = std::io::stderr().lock();
        let _ = err
            .write_all(text.as_bytes())
            .and_then(|()| if text.ends_with('\n') { Ok(()) } else { err.write_all(b"\n") });
    }

    /// Diagnostics on stderr, or in JSON on stdout (there they are the result). Says how many there are.
    pub fn diagnostics(&self, found: &[Diagnostic], sources: &Sources) {
        if self.json() {
            let text = serde_json::to_string_pretty(&diagnostic::json(found, sources)).unwrap_or_default();
            return self.result(&text);
        }
        if found.is_empty() {
            return;
        }
        self.aside(&diagnostic::human(found, sources, self.colour));
        self.aside(&sources.say(&count(found)));
    }

    /// A problem with the command line or the system: it stands in no file.
    pub fn problem(&self, problem: Diagnostic) {
        self.diagnostics(&[problem], &Sources::without_files(self.tongue()));
    }

    /// Diagnostics that are the answer (of `check`): on stdout.
    pub fn findings(&self, found: &[Diagnostic], sources: &Sources) {
        if self.json() {
            return self.diagnostics(found, sources);
        }
        if !found.is_empty() {
            let colour = self.wanted && std::io::stdout().is_terminal();
            self.result(&diagnostic::human(found, sources, colour));
            self.result(&sources.say(&count(found)));
        }
    }

    /// Diagnostics beside a result, on stderr.
    pub fn remarks(&self, found: &[Diagnostic], sources: &Sources) {
        if found.is_empty() {
            return;
        }
        if self.json() {
            self.aside(&serde_json::to_string_pretty(&diagnostic::json(found, sources)).unwrap_or_default());
        } else {
            self.aside(&diagnostic::human(found, sources, self.colour));
        }
    }

    /// A bar on a terminal, shown once the work has taken half a second.
    pub fn progress(&self, what: &Said) -> Progress {
        let bar = ProgressBar::new(0);
        bar.set_draw_target(ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent} %") {
            bar.set_style(style.progress_chars("█▌ "));
        }
        bar.set_message(self.spoken(what));
        Progress { bar, started: Instant::now(), terminal: std::io::stderr().is_terminal() && !self.json() }
    }
}

/// `2 errors, 1 warning`
pub fn count(found: &[Diagnostic]) -> Said {
    let found = diagnostic::distinct(found);
    let of = |severity: Severity| found.iter().filter(|d| d.severity == severity).count();
    let counted = |severity: Severity| {
        Some(match (severity, of(severity)) {
            (_, 0) => return None,
            (Severity::Error, 1) => said!("1 error"),
            (Severity::Error, count) => said!("{count} errors", count),
            (Severity::Warning, 1) => said!("1 warning"),
            (Severity::Warning, count) => said!("{count} warnings", count),
            (Severity::Note, 1) => said!("1 note"),
            (Severity::Note, count) => said!("{count} notes", count),
        })
    };
    Said::joined([Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(counted), ", ")
}

pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    terminal: bool,
}

impl Progress {
    pub fn report(&self, done: u64, all: u64) {
        if !self.terminal || self.started.elapsed() < Duration::from_millis(500) {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
