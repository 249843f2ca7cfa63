//! A data file that has been looked at: its digest, its titles, where each lane's column is; and the one door through
//! which its rows are read, whatever its format.

use encoding_rs::Encoding;

use super::block::Block;
use super::codes;
use super::delimited::Delimited;
use super::elsewhere;
use super::files::{DataInput, Kind, unreadable, why};
use super::heading::Heading;
use super::json_lines::JsonLines;
use super::lane::{Dialect, Lane};
use super::parquet_file::ParquetFile;
use super::scout::{Scouted, digest, scout};
use super::stream::{Meter, Trouble};
use super::workbook::Workbook;
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::workspace::Format;

/// Every problem that stops the run.
pub type Stop = Vec<Diagnostic>;
/// Takes decoded blocks, from several threads.
pub type Give<'a> = &'a (dyn Fn(Block) -> Result<(), Stop> + Sync);

/// What a pass over a file needs to know.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    pub lanes: &'a [Lane],
    /// By lane: read in this pass.
    pub wanted: &'a [bool],
    pub dialect: &'a Dialect,
    pub format: &'a Format,
    pub meter: &'a Meter<'a>,
}

pub enum Body {
    Delimited(Delimited),
    JsonLines(JsonLines),
    Workbook(Workbook),
    Parquet(Box<ParquetFile>),
}

pub struct Opened {
    pub input: DataInput,
    pub digest: String,
    pub heading: Heading,
    /// By lane: its column; in json lines, where a row may leave out what it does not know, `None` is possible.
    pub columns: Vec<Option<usize>>,
    pub body: Body,
}

/// The encoding that a format declares.
pub fn declared_encoding(format: &Format) -> Result<Option<&'static Encoding>, Stop> {
    let Some(label) = &format.encoding else { return Ok(None) };
    let folded = label.value.trim().to_lowercase().replace([' ', '_'], "-");
    // What people call it, where the standard has no such label.
    let known = match folded.as_str() {
        "utf8" | "utf-8-sig" | "utf-8-bom" => "utf-8",
        "cp1252" | "ansi" | "win-1252" => "windows-1252",
        "utf16" | "utf-16-le" | "unicode" => "utf-16le",
        "utf-16-be" => "utf-16be",
        "latin-1" | "latin1" => "iso-8859-1",
        "latin-9" | "latin9" => "iso-8859-15",
        other => other,
    };
    Encoding::for_label(known.as_bytes()).map(Some).ok_or_else(|| {
        const USUAL: [&str; 7] =
            ["utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1250", "iso-8859-1", "iso-8859-15"];
        let found =
            Diagnostic::error(&codes::UNKNOWN_ENCODING, said!("unknown encoding `{encoding}`", encoding = label.value))
                .at(label.span(), said!("of these files"));
        vec![match crate::diagnostic::nearest(&folded, USUAL) {
            Some(near) => found.help(said!("did you mean `{near}`? or leave `encoding` out to have it found", near)),
            None => found.help(said!(
                "leave `encoding` out to have it found, or name one: utf-8, utf-16le, windows-1252, iso-8859-15"
            )),
        }]
    })
}

/// Looks at a file. With `lanes: None` every column is read as text (people, evidence and names files).
pub fn open(
    input: DataInput,
    format: &Format,
    encoding: Option<&'static Encoding>,
    lanes: &[Lane],
) -> Result<Opened, Stop> {
    let is_text = matches!(input.kind, Kind::Delimited | Kind::JsonLines);
    let scouted = if is_text { scout(&input, encoding) } else { digest(&input) };
    let scouted = scouted.map_err(|e| vec![unreadable(&input.name, input.span, why(&e))])?;
    if scouted.empty && input.kind != Kind::JsonLines {
        return Err(vec![
            Diagnostic::error(&codes::EMPTY, said!("`{name}` is empty", name = input.name))
                .at(input.span, said!("named here"))
                .help(said!("a file needs at least its row of titles; delete it if nothing was to be exported")),
        ]);
    }
    let (heading, body) = look(&input, format, &scouted, lanes)?;
    Ok(Opened { input, digest: scouted.digest, heading, columns: Vec::new(), body })
}

fn look(input: &DataInput, format: &Format, scouted: &Scouted, lanes: &[Lane]) -> Result<(Heading, Body), Stop> {
    Ok(match input.kind {
        Kind::Delimited => {
            let (heading, file) = Delimited::open(input, scouted.encoding, format, lanes)?;
            (heading, Body::Delimited(file))
        }
        Kind::JsonLines => {
            let (heading, file) = JsonLines::open(input, scouted.encoding, lanes)?;
            (heading, Body::JsonLines(file))
        }
        Kind::Workbook => {
            let (heading, file) = Workbook::open(input, format)?;
            (heading, Body::Workbook(file))
        }
        Kind::Parquet => {
            let (heading, file) = ParquetFile::open(input)?;
            (heading, Body::Parquet(Box::new(file)))
        }
    })
}

impl Opened {
    /// Finds the column of each lane. In json lines a missing one is no error here: see `never_seen`.
    pub fn resolve(&mut self, lanes: &[Lane], format: &Format) -> Result<(), Stop> {
        if let Body::JsonLines(_) = self.body {
            let seen = |l: &Lane| self.heading.titles.iter().position(|t| *t == l.title);
            self.columns = lanes.iter().map(seen).collect();
            return Ok(());
        }
        let columns = self.heading.resolve(lanes, &self.input.name).map_err(|problems| {
            let one = elsewhere::report(&self.input, &self.body, &self.heading, format, lanes);
            one.map_or(problems, |found| vec![found])
        })?;
        if let Body::Parquet(file) = &self.body {
            file.check(lanes, &columns, &self.input.name)?;
        }
        self.columns = columns.into_iter().map(Some).collect();
        Ok(())
    }

    /// Hands every row of the file to `give`, as the `position`-th file of its source.
    pub fn decode(&self, position: usize, job: Job<'_>, give: Give<'_>) -> Result<(), Stop> {
        match &self.body {
            Body::Delimited(file) => file.decode(self, position, job, give),
            Body::JsonLines(file) => file.decode(self, position, job, give),
            Body::Workbook(file) => file.decode(self, position, job, give),
            Body::Parquet(file) => file.decode(self, position, job, give),
        }
    }

    /// Why the text can't be cut into rows.
    pub fn trouble(&self, trouble: Trouble) -> Stop {
        trouble_in(&self.input, trouble)
    }
}

pub fn trouble_in(input: &DataInput, trouble: Trouble) -> Stop {
    let name = &input.name;
    vec![match trouble {
        Trouble::Io(e) => unreadable(name, input.span, why(&e)),
        Trouble::Endless { line, quoted: true } => {
            Diagnostic::error(&codes::OPEN_QUOTE, said!("`{file}` has a quote that is never closed", file = name))
                .in_data(name.clone(), line, 0, said!("it opens in the row that starts here"))
                .at(input.span, said!("the file is read here"))
                .help(said!("close the quote in this row, or export the file again"))
        }
        Trouble::Endless { line, quoted: false } => {
            Diagnostic::error(&codes::OPEN_QUOTE, said!("`{file}` has a row of more than 16 MB", file = name))
                .in_data(name.clone(), line, 0, said!("it starts here"))
                .at(input.span, said!("the file is read here"))
                .help(said!("check that the file is a table with a row on each line"))
        }
    }]
}
