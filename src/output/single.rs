//! One file put in the place of another in one step: a page outside of a set of results, and the note of a refused save in a
//! report that was written already.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::folder::{self, failed};
use super::lock::Lock;
use crate::diagnostic::Diagnostic;

/// What stands around the note, so that the report without it is byte for byte as it was written.
const BEGIN: &str = "<!--evenhand:refused-->";
const END: &str = "<!--/evenhand:refused-->";
const REPORT: &str = "report.html";

/// Writes a page to a file of its own, whole or not at all.
pub fn write_page(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let made = parent.map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| replace(path, text.as_bytes())).map_err(|e| failed(path, &e))
}

/// Puts a note (html) at the end of the report of a whole set of results, in the place of an earlier note; `None` takes it
/// away. All other results stay, and so does `run.json`, which speaks of the report without the note. Nothing is done where
/// there is no set of ours or another run is writing one: that one's report will be fresh.
pub fn note_in_report(out: &Path, note: Option<&str>) -> Result<(), Diagnostic> {
    let Ok(target) = fs::canonicalize(out) else { return Ok(()) };
    let path = target.join(REPORT);
    if !folder::is_ours(&target) || !path.is_file() {
        return Ok(());
    }
    let Ok(_lock) = Lock::take(&folder::lock_of(&target), true, out) else { return Ok(()) };
    let text = fs::read_to_string(&path).map_err(|e| failed(&path, &e))?;
    let noted = with_note(&text, note);
    if noted == text { Ok(()) } else { replace(&path, noted.as_bytes()).map_err(|e| failed(&path, &e)) }
}

/// The report with this note alone, before the end of its body.
fn with_note(report: &str, note: Option<&str>) -> String {
    let cut = report.find(BEGIN).zip(report.rfind(END)).filter(|(from, to)| from < to);
    let plain = match cut {
        Some((from, to)) => format!("{}{}", &report[..from], &report[to + END.len()..]),
        None => report.to_owned(),
    };
    let Some(note) = note else { return plain };
    // A template of the author's own may have no body that ends.
    let at = plain.rfind("</body>").unwrap_or(plain.len());
    let (before, after) = plain.split_at(at);
    format!("{before}{BEGIN}{note}{END}{after}")
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::create(&beside).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| drop(fs::remove_file(&beside)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_comes_changes_and_goes_and_leaves_the_report_as_it_was() {
        for report in ["<body>\n<p>x</p>\n</body>\n</html>\n", "no body at all"] {
            let first = with_note(report, Some("<p>one</p>"));
            assert!(first.contains("<p>one</p>"));
            let second = with_note(&first, Some("<p>two</p>"));
            assert!(second.contains("<p>two</p>") && !second.contains("one"));
            assert_eq!(with_note(&second, None), report);
            assert_eq!(with_note(report, None), report);
        }
        assert!(with_note("<body>x</body>", Some("n")).ends_with("</body>"));
    }

    #[test]
    fn only_a_set_of_ours_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        note_in_report(&out, Some("n")).unwrap();
        assert!(!out.exists());
        fs::create_dir(&out).unwrap();
        fs::write(out.join(REPORT), "<body></body>").unwrap();
        note_in_report(&out, Some("n")).unwrap();
        assert_eq!(fs::read_to_string(out.join(REPORT)).unwrap(), "<body></body>", "somebody else's report");
        fs::write(out.join("run.json"), r#"{"evenhand":{}}"#).unwrap();
        note_in_report(&out, Some("n")).unwrap();
        assert!(fs::read_to_string(out.join(REPORT)).unwrap().contains(">n<"));
        assert_eq!(fs::read_dir(&out).unwrap().count(), 2, "nothing is left beside");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_page_is_written_whole_into_a_folder_that_may_be_new() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/luck.html");
        write_page(&path, "one").unwrap();
        write_page(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(write_page(dir.path(), "x").unwrap_err().message.contains("can't write"));
    }
}
