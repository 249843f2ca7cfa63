//! A first look at a file from end to end: its digest, and how its letters are stored.

use std::fs::File;
use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use super::files::DataInput;

const BUFFER: usize = 256 * 1024;
/// Blocks kept for the guess: only those with letters outside ASCII say anything.
const BLOCK: usize = 4096;
const BLOCKS: usize = 64;
/// Fewer bytes outside ASCII don't tell a script apart.
const FEW: usize = 100;

/// What the first look found.
#[derive(Clone, Debug)]
pub struct Scouted {
    /// BLAKE3 of the file as stored, hex.
    pub digest: String,
    pub encoding: &'static Encoding,
    /// Nothing is in it.
    pub empty: bool,
}

/// Digest alone, for formats that say themselves how they are written.
pub fn digest(input: &DataInput) -> io::Result<Scouted> {
    let mut reader = Hashing { inner: File::open(&input.path)?, hasher: blake3::Hasher::new() };
    let bytes = drain(&mut reader)?;
    Ok(Scouted { digest: reader.hasher.finalize().to_hex().to_string(), encoding: UTF_8, empty: bytes == 0 })
}

/// Digest and encoding of a text file. A byte order mark decides; then what was declared; then UTF-16 by its pattern of
/// zeros; then UTF-8 where the file is, but for a few stray bytes (their rows go to the quarantine); else a guess from the
/// letters outside ASCII.
pub fn scout(input: &DataInput, declared: Option<&'static Encoding>) -> io::Result<Scouted> {
    let mut hashing = Hashing { inner: File::open(&input.path)?, hasher: blake3::Hasher::new() };
    let mut look = Look::default();
    if input.gzip {
        let mut unpacked = MultiGzDecoder::new(io::BufReader::with_capacity(BUFFER, &mut hashing));
        look.at(&mut unpacked, declared.is_some())?;
    } else {
        look.at(&mut hashing, declared.is_some())?;
    }
    drain(&mut hashing)?;
    let encoding = look.encoding(declared);
    Ok(Scouted { digest: hashing.hasher.finalize().to_hex().to_string(), encoding, empty: look.head.is_empty() })
}

struct Hashing<R> {
    inner: R,
    hasher: blake3::Hasher,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}

fn drain(reader: &mut impl Read) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut total = 0;
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(total),
            n => total += n as u64,
        }
    }
}

#[derive(Default)]
struct Look {
    head: Vec<u8>,
    /// Letters outside ASCII that are UTF-8, and bytes that are none.
    letters: u64,
    strays: u64,
    /// The start of a letter whose end is in the next piece.
    cut: Vec<u8>,
    sample: Vec<Vec<u8>>,
}

impl Look {
    fn at(&mut self, reader: &mut impl Read, head_only: bool) -> io::Result<()> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let n = reader.read(&mut buffer)?;
            let Some(piece) = buffer.get(..n).filter(|p| !p.is_empty()) else { break };
            if self.head.len() < BLOCK {
                self.head.extend(piece.iter().take(BLOCK - self.head.len()));
            }
            if !head_only {
                self.take(piece);
            }
        }
        self.strays += u64::from(!self.cut.is_empty());
        Ok(())
    }

    fn take(&mut self, piece: &[u8]) {
        self.count(piece);
        for block in piece.chunks(BLOCK) {
            if self.sample.len() < BLOCKS && !block.is_ascii() {
                self.sample.push(block.to_vec());
            }
        }
    }

    /// Counts what is UTF-8 and what is not.
    fn count(&mut self, piece: &[u8]) {
        let joined =
            if self.cut.is_empty() { Vec::new() } else { [std::mem::take(&mut self.cut).as_slice(), piece].concat() };
        let mut rest = if joined.is_empty() { piece } else { joined.as_slice() };
        // The first byte of a letter outside ASCII.
        let letters =
            |bytes: &[u8]| if bytes.is_ascii() { 0 } else { bytes.iter().filter(|b| **b >= 0xC0).count() as u64 };
        loop {
            let Err(error) = std::str::from_utf8(rest) else { return self.letters += letters(rest) };
            let (valid, after) = rest.split_at(error.valid_up_to());
            self.letters += letters(valid);
            let Some(length) = error.error_len() else { return self.cut = after.to_vec() };
            self.strays += 1;
            rest = after.get(length..).unwrap_or_default();
        }
    }

    fn encoding(&self, declared: Option<&'static Encoding>) -> &'static Encoding {
        if let Some((marked, _)) = Encoding::for_bom(&self.head) {
            return marked;
        }
        if let Some(declared) = declared {
            return declared;
        }
        if let Some(wide) = self.wide() {
            return wide;
        }
        // Letters of another encoding hardly ever fall into the pattern of UTF-8: where most do, the others are damage.
        if self.strays == 0 || self.letters >= self.strays {
            return UTF_8;
        }
        let mut detector = chardetng::EncodingDetector::new();
        for block in &self.sample {
            detector.feed(block, false);
        }
        detector.feed(&[], true);
        let guess = detector.guess(None, false);
        // A few letters of a Western name look like any two-byte script: that needs more to go by.
        let letters = self.sample.iter().flatten().filter(|b| !b.is_ascii()).count();
        if letters < FEW && !guess.is_single_byte() { WINDOWS_1252 } else { guess }
    }

    /// UTF-16 without a mark: every other byte of Latin text is zero.
    fn wide(&self) -> Option<&'static Encoding> {
        let zeros = |offset: usize| self.head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
        let (even, odd, half) = (zeros(0), zeros(1), self.head.len() / 2);
        if half < 2 {
            None
        } else if odd * 2 > half && even * 10 < half {
            Some(UTF_16LE)
        } else if even * 2 > half && odd * 10 < half {
            Some(UTF_16BE)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(bytes: &[u8], piece: usize) -> &'static str {
        let mut look = Look::default();
        struct Pieces<'a>(&'a [u8], usize);
        impl Read for Pieces<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = self.1.min(self.0.len()).min(buffer.len());
                buffer[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        look.at(&mut Pieces(bytes, piece), false).unwrap();
        look.encoding(None).name()
    }

    #[test]
    fn encodings_are_found_out() {
        for piece in [1, 3, 4096] {
            assert_eq!(guess("name;Größe\nJosé;1\n".as_bytes(), piece), "UTF-8");
            assert_eq!(guess(b"\xEF\xBB\xBFid\n", piece), "UTF-8");
            assert_eq!(guess(b"name;Gr\xF6\xDFe\nJos\xE9;1\nM\xFCller;2\n", piece), "windows-1252");
            let wide: Vec<u8> = "id,name\n1,Ama\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(guess(&wide, piece), "UTF-16LE");
            let wide: Vec<u8> = "id,name\n1,Ama\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(guess(&wide, piece), "UTF-16BE");
            assert_eq!(guess(b"", piece), "UTF-8");
        }
        for piece in [1, 2, 4096] {
            let mixed = b"id,p\n1,J\xC3\xA9r\xC3\xB4me\n2,J\xC3\xA9r\xC3\xB4me\n3,Zo\xEB\n";
            assert_eq!(guess(mixed, piece), "UTF-8", "one stray byte doesn't turn the file");
            assert_eq!(guess(b"id,p\n1,J\xE9r\xF4me\n3,Zo\xEB\n", piece), "windows-1252");
        }
        let mut late = b"id,name\n1,Ama\n".repeat(1000);
        late.extend(b"2,Jos\xE9 Mu\xF1oz\n");
        assert_eq!(guess(&late, 1000), "windows-1252", "the one letter that says so stands at the end");
    }
}
