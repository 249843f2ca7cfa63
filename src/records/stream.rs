//! A text file as UTF-8 chunks that end where a row ends, each with the line it starts on. Only a chunk or two is ever
//! in memory, and chunks can be read in parallel.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use flate2::read::MultiGzDecoder;

use super::Progress;
use super::files::DataInput;

/// Rows are handed on in pieces of about this size.
pub const CHUNK: usize = 2 * 1024 * 1024;
/// A longer row is an open quote, or no table.
pub const LONGEST_ROW: usize = 16 * 1024 * 1024;
const BUFFER: usize = 256 * 1024;

/// Counts bytes for the progress bar.
pub struct Meter<'a> {
    done: AtomicU64,
    total: u64,
    progress: Progress<'a>,
}

impl<'a> Meter<'a> {
    pub fn new(total: u64, progress: Progress<'a>) -> Self {
        Self { done: AtomicU64::new(0), total, progress }
    }

    pub fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        (self.progress)(done.min(self.total), self.total);
    }
}

struct Metered<'a, R> {
    inner: R,
    meter: &'a Meter<'a>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.meter.add(n as u64);
        Ok(n)
    }
}

/// The file's text as UTF-8, without a byte order mark. Invalid UTF-8 passes through; in other encodings what can't be
/// read becomes U+FFFD.
pub fn open<'a>(
    input: &DataInput,
    encoding: &'static Encoding,
    meter: &'a Meter<'a>,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    let file = BufReader::with_capacity(BUFFER, Metered { inner: File::open(&input.path)?, meter });
    let mut raw: Box<dyn Read + Send + 'a> =
        if input.gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    if encoding != UTF_8 {
        return Ok(Box::new(Decoding::new(raw, encoding)));
    }
    let mut head = Vec::new();
    raw.by_ref().take(3).read_to_end(&mut head)?;
    if head == b"\xEF\xBB\xBF" {
        head.clear();
    }
    Ok(Box::new(io::Cursor::new(head).chain(raw)))
}

/// Decodes a stream piece by piece.
struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// The part of `raw` that is still to be decoded.
    pending: std::ops::Range<usize>,
    ended: bool,
    out: Vec<u8>,
    taken: usize,
    finished: bool,
}

impl<R: Read> Decoding<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; BUFFER],
            pending: 0..0,
            ended: false,
            out: Vec::new(),
            taken: 0,
            finished: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.pending.is_empty() && !self.ended {
            let n = self.inner.read(&mut self.raw)?;
            self.ended = n == 0;
            self.pending = 0..n;
        }
        self.out.resize(BUFFER, 0);
        let source = self.raw.get(self.pending.clone()).unwrap_or_default();
        let (result, read, written, _) = self.decoder.decode_to_utf8(source, &mut self.out, self.ended);
        self.out.truncate(written);
        self.taken = 0;
        self.pending.start += read;
        self.finished = self.ended && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.out.len() {
            if self.finished {
                return Ok(0);
            }
            self.refill()?;
        }
        let rest = self.out.get(self.taken..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.taken += n;
        Ok(n)
    }
}

/// Where a line ends: `\n`, `\r\n`, or a lone `\r`.
pub fn count_lines(bytes: &[u8]) -> u64 {
    let feeds = bytes.iter().filter(|b| **b == b'\n').count();
    let returns = bytes.iter().filter(|b| **b == b'\r').count();
    let pairs = if returns == 0 { 0 } else { bytes.windows(2).filter(|w| *w == b"\r\n").count() };
    (feeds + returns - pairs) as u64
}

/// How rows end in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Every line is a row.
    Lines,
    /// A row goes on while a cell's quote is open; cells are parted by this byte.
    Quoted(u8),
}

/// Whole rows of a file.
#[derive(Debug)]
pub struct Chunk {
    pub bytes: Vec<u8>,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// The end of the file.
    pub last: bool,
}

/// Why a file can't be cut into rows.
#[derive(Debug)]
pub enum Trouble {
    Io(io::Error),
    /// The row that starts on this line never ends, or is too long.
    Endless {
        line: u64,
        quoted: bool,
    },
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Io(error)
    }
}

/// Cuts a text into chunks of whole rows.
pub struct Splitter<R> {
    source: R,
    rows: Rows,
    size: usize,
    /// This many rows at least are kept for the last chunk, so that the rows at the foot can be told.
    hold: usize,
    carry: Vec<u8>,
    line: u64,
    ended: bool,
}

impl<R: Read> Splitter<R> {
    /// `line` is the line on which the source starts; `foot` the rows at the end that the reader leaves out.
    pub fn new(source: R, rows: Rows, size: usize, line: u64, foot: u32) -> Self {
        // Blank rows may follow the foot: room for some.
        let hold = if foot == 0 { 0 } else { foot as usize + 64 };
        Self { source, rows, size, hold, carry: Vec::new(), line, ended: false }
    }

    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, Trouble> {
        if self.ended {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut self.carry);
        loop {
            let wanted = self.size.max(bytes.len()) as u64;
            bytes.reserve(wanted as usize);
            let read = self.source.by_ref().take(wanted).read_to_end(&mut bytes)?;
            let cut = cut(&bytes, self.rows, self.hold);
            if (read as u64) < wanted {
                self.ended = true;
                if let Some(start) = cut.open_quote {
                    let before = bytes.get(..start).unwrap_or_default();
                    return Err(Trouble::Endless { line: self.line + count_lines(before), quoted: true });
                }
                let line = self.line;
                self.line += count_lines(&bytes);
                return Ok(Some(Chunk { bytes, line, last: true }));
            }
            if let Some(at) = cut.at {
                self.carry = bytes.split_off(at);
                let line = self.line;
                self.line += count_lines(&bytes);
                return Ok(Some(Chunk { bytes, line, last: false }));
            }
            if bytes.len() >= LONGEST_ROW && self.hold == 0 || bytes.len() >= 4 * LONGEST_ROW {
                let quoted = cut.open_quote.is_some();
                return Err(Trouble::Endless { line: self.line, quoted });
            }
        }
    }
}

struct Cut {
    /// The end of the last row (or, with `hold`, of the one that leaves so many behind it).
    at: Option<usize>,
    /// A quote is open at the end: the start of its row.
    open_quote: Option<usize>,
}

fn cut(bytes: &[u8], rows: Rows, hold: usize) -> Cut {
    match rows {
        Rows::Quoted(delimiter) if bytes.contains(&b'"') => cut_quoted(bytes, delimiter, hold),
        _ => Cut { at: cut_lines(bytes, hold), open_quote: None },
    }
}

fn cut_lines(bytes: &[u8], hold: usize) -> Option<usize> {
    let mut left = hold;
    let mut end = bytes.len();
    while let Some(at) = bytes.get(..end)?.iter().rposition(|b| matches!(b, b'\n' | b'\r')) {
        // A return at the very end may be half of a pair.
        let half = bytes.get(at) == Some(&b'\r') && at + 1 == bytes.len();
        if !half {
            if left == 0 {
                return Some(at + 1);
            }
            left -= 1;
        }
        let pair = bytes.get(at) == Some(&b'\n') && at > 0 && bytes.get(at - 1) == Some(&b'\r');
        end = if pair { at - 1 } else { at };
    }
    None
}

/// The same states as the CSV reader: a quote opens only at the start of a cell, and `""` inside is one quote.
fn cut_quoted(bytes: &[u8], delimiter: u8, hold: usize) -> Cut {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        CellStart,
        Bare,
        Quoted,
        QuoteInQuoted,
    }
    let mut at = At::CellStart;
    let mut row_start = 0;
    let mut ends = VecDeque::with_capacity(hold + 2);
    for (i, byte) in bytes.iter().copied().enumerate() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::QuoteInQuoted,
            (At::Quoted, _) => At::Quoted,
            (At::QuoteInQuoted, b'"') | (At::CellStart, b'"') => At::Quoted,
            (_, b'\n' | b'\r') => {
                let pair = byte == b'\r' && bytes.get(i + 1).is_none_or(|next| *next == b'\n');
                if !pair {
                    row_start = i + 1;
                    ends.push_back(i + 1);
                    if ends.len() > hold + 1 {
                        ends.pop_front();
                    }
                }
                At::CellStart
            }
            (_, b) if b == delimiter => At::CellStart,
            _ => At::Bare,
        };
    }
    let full = ends.len() == hold + 1;
    Cut { at: ends.front().copied().filter(|_| full), open_quote: (at == At::Quoted).then_some(row_start) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str, rows: Rows, size: usize, foot: u32) -> Result<Vec<(String, u64)>, u64> {
        let mut splitter = Splitter::new(text.as_bytes(), rows, size, 1, foot);
        let mut out = Vec::new();
        loop {
            match splitter.next_chunk() {
                Ok(Some(chunk)) => out.push((String::from_utf8(chunk.bytes).unwrap(), chunk.line)),
                Ok(None) => return Ok(out),
                Err(Trouble::Endless { line, .. }) => return Err(line),
                Err(Trouble::Io(e)) => panic!("{e}"),
            }
        }
    }

    #[test]
    fn chunks_end_where_rows_end_whatever_their_size() {
        let text = "1,\"a\nb\"\r\n2,5\" pipe\n\n3,\"say \"\"hi\"\"\n\"\r4,x\r\n5,y";
        for size in 1..text.len() + 2 {
            let found = chunks(text, Rows::Quoted(b','), size, 0).unwrap();
            assert_eq!(found.iter().map(|c| c.0.as_str()).collect::<String>(), text, "nothing is lost at {size}");
            let mut before = 0;
            for (part, line) in &found {
                assert_eq!(*line, 1 + count_lines(&text.as_bytes()[..before]), "line of {part:?} at {size}");
                let starts = ["1,", "2,", "3,", "4,", "5,", "\n"];
                assert!(part.is_empty() || starts.iter().any(|s| part.starts_with(s)), "{part:?} at {size}");
                before += part.len();
            }
        }
    }

    #[test]
    fn an_open_quote_is_found_with_its_line() {
        assert_eq!(chunks("1,a\n2,\"b\n3,c\n4,d", Rows::Quoted(b','), 4, 0), Err(2));
        assert!(
            chunks("1,a\n2,b\"\n3,c\n", Rows::Quoted(b','), 4, 0).is_ok(),
            "a quote inside a bare cell is a letter"
        );
    }

    #[test]
    fn rows_at_the_foot_stay_together() {
        let text: String = (0..500).map(|i| format!("{i},x\n")).collect();
        let found = chunks(&text, Rows::Quoted(b','), 64, 2).unwrap();
        assert!(found.len() > 1);
        assert!(found.last().unwrap().0.lines().count() >= 2);
        assert_eq!(found.iter().map(|c| c.0.as_str()).collect::<String>(), text);
    }

    #[test]
    fn lines_are_counted_in_every_style() {
        assert_eq!(count_lines(b"a\nb\r\nc\rd"), 3);
        assert_eq!(count_lines(b"\r\n\r\n"), 2);
    }

    #[test]
    fn other_encodings_become_utf8() {
        let text = "größe;名\n".repeat(100);
        let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let mut out = String::new();
        Decoding::new(wide.as_slice(), encoding_rs::UTF_16LE).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
    }
}
