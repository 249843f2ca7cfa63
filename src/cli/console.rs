//! The only place that prints. Results go to stdout, everything said on the way to stderr.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::Format;
use crate::diagnostic::{self, Diagnostic, Severity, Sources};

pub struct Console {
    pub format: Format,
    /// `NO_COLOR` is not set.
    wanted: bool,
    colour: bool,
}

impl Console {
    pub fn new(format: Format) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        Self { format, wanted, colour: wanted && std::io::stderr().is_terminal() }
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

    /// Something said on the way, on stderr.
    pub fn say(&self, text: &str) {
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
        self.say(&diagnostic::human(found, sources, self.colour));
        self.say(&count(found));
    }

    /// Diagnostics that are the answer (of `check`): on stdout.
    pub fn findings(&self, found: &[Diagnostic], sources: &Sources) {
        if self.json() {
            return self.diagnostics(found, sources);
        }
        if !found.is_empty() {
            let colour = self.wanted && std::io::stdout().is_terminal();
            self.result(&diagnostic::human(found, sources, colour));
            self.result(&count(found));
        }
    }

    /// Diagnostics on stderr, whatever the format.
    pub fn remarks(&self, found: &[Diagnostic], sources: &Sources) {
        if !found.is_empty() {
            self.say(&diagnostic::human(found, sources, self.colour));
        }
    }

    /// A bar on a terminal, shown once the work has taken half a second.
    pub fn progress(&self, what: &str) -> Progress {
        let bar = ProgressBar::new(0);
        bar.set_draw_target(ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent} %") {
            bar.set_style(style.progress_chars("█▌ "));
        }
        bar.set_message(what.to_string());
        Progress { bar, started: Instant::now(), terminal: std::io::stderr().is_terminal() && !self.json() }
    }
}

/// `2 errors, 1 warning`
pub fn count(found: &[Diagnostic]) -> String {
    let found = diagnostic::distinct(found);
    let of = |severity: Severity, one: &str| {
        let n = found.iter().filter(|d| d.severity == severity).count();
        (n > 0).then(|| format!("{n} {one}{}", if n == 1 { "" } else { "s" }))
    };
    let parts: Vec<String> =
        [of(Severity::Error, "error"), of(Severity::Warning, "warning"), of(Severity::Note, "note")]
            .into_iter()
            .flatten()
            .collect();
    parts.join(", ")
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
