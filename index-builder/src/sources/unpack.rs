//! Takes the wrapping off a file: gzip, a ZIP archive around one file, an Excel workbook, UTF-16.
//!
//! Knows nothing of what is inside. Invariants: what comes out is read piece by piece, but for workbooks and archives within
//! archives, which are held in memory up to a limit; a wrapping that swells without end is refused while it is read.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;

use super::archive::{self, Entry};
use super::error::{Problem, WrongFile};
use super::filesystem::{FileSystem, Input};
use super::foreign::Foreign;
use super::workbook;

/// Bytes of the start of a file that formats are recognised by.
const START_BYTES: usize = 1 << 16;
/// Wrappings taken off one file: a `.csv.gz` in a ZIP archive, in UTF-16.
const MOST_WRAPPINGS: usize = 4;
/// Bytes of an archive within another wrapping, which is held in memory.
const MOST_INNER_BYTES: u64 = 256 << 20;
/// Unpacked bytes from which on the swelling is judged.
const BYTES_TO_JUDGE_SWELLING: u64 = 64 << 20;
/// Text of lists packs to a twentieth, XML of records to a fiftieth at most; a bomb to a thousandth.
const MOST_SWELLING: u64 = 200;

/// A wrapping that was taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    Gzip,
    Zip,
    Workbook,
    Utf16,
}

/// A file without its wrappings.
pub(super) struct Unpacked<'a> {
    /// The bytes inside, from the first.
    pub(super) reader: Box<dyn BufRead + 'a>,
    /// Its first bytes, at most 64 KB, which `reader` gives too.
    pub(super) start: Vec<u8>,
    /// The wrappings, the outermost first.
    pub(super) wrappings: Vec<Wrapping>,
    /// Sheets of a workbook beside the one that is read.
    pub(super) other_sheets: Vec<String>,
}

impl Unpacked<'_> {
    /// Tells whether the bytes inside were made UTF-8 on the way.
    pub(super) fn is_utf8(&self) -> bool {
        self.wrappings.iter().any(|wrapping| matches!(wrapping, Wrapping::Workbook | Wrapping::Utf16))
    }
}

/// Opens a file and takes its wrappings off.
///
/// # Errors
/// When it cannot be read, is locked, or holds several files.
pub(super) fn open<'a>(files: &'a dyn FileSystem, path: &Path) -> Result<Unpacked<'a>, WrongFile> {
    let input = files.open(path).map_err(WrongFile::io(path))?;
    unpack(input, files.size(path)).map_err(|problem| WrongFile::new(path, problem))
}

/// Bytes under way: a file in which one can go to another place, or a stream.
enum Bytes<'a> {
    File(Box<dyn Input + 'a>),
    Stream(Box<dyn BufRead + 'a>),
}

fn unpack(input: Box<dyn Input + '_>, packed: u64) -> Result<Unpacked<'_>, Problem> {
    let mut bytes = Bytes::File(input);
    let mut wrappings = Vec::new();
    let mut other_sheets = Vec::new();
    loop {
        let (start, rest) = begin(bytes).map_err(Problem::Io)?;
        let found = wrapping(&start);
        let (Some(found), true) = (found, wrappings.len() < MOST_WRAPPINGS) else {
            let reader: Box<dyn BufRead> = match rest {
                Bytes::File(file) => Box::new(file),
                Bytes::Stream(stream) => Box::new(Cursor::new(start.clone()).chain(stream)),
            };
            return Ok(Unpacked { reader, start, wrappings, other_sheets });
        };
        bytes = match found {
            Wrapping::Gzip => {
                let inner = Swelling::new(MultiGzDecoder::new(stream(start, rest)), packed);
                Bytes::Stream(Box::new(BufReader::with_capacity(START_BYTES, inner)))
            }
            Wrapping::Utf16 => {
                let big = is_big_endian(&start);
                let text = Transcoder::new(stream(start, rest), if big { UTF_16BE } else { UTF_16LE });
                Bytes::Stream(Box::new(BufReader::with_capacity(START_BYTES, text)))
            }
            Wrapping::Zip | Wrapping::Workbook => {
                let mut file = file(start, rest)?;
                match archive::entry(&mut file)? {
                    Entry::File { at, packed, crc32, deflated } => {
                        let inner = archive::inner(file, at, packed, crc32, deflated)?;
                        let inner = Swelling::new(inner, packed);
                        Bytes::Stream(Box::new(BufReader::with_capacity(START_BYTES, inner)))
                    }
                    Entry::Workbook => {
                        let sheet = workbook::read(file)?;
                        wrappings.push(Wrapping::Workbook);
                        other_sheets = sheet.others;
                        let start = sheet.csv.get(..START_BYTES.min(sheet.csv.len())).unwrap_or(&[]).to_vec();
                        let reader = Box::new(Cursor::new(sheet.csv));
                        return Ok(Unpacked { reader, start, wrappings, other_sheets });
                    }
                }
            }
        };
        wrappings.push(found);
    }
}

/// Reads the first bytes; of a file one is at its first byte again.
fn begin(bytes: Bytes<'_>) -> io::Result<(Vec<u8>, Bytes<'_>)> {
    let mut start = Vec::new();
    match bytes {
        Bytes::File(mut file) => {
            if let Some(filled) = file.fill_buf()?.get(..START_BYTES) {
                start.extend_from_slice(filled);
                return Ok((start, Bytes::File(file)));
            }
            file.by_ref().take(START_BYTES as u64).read_to_end(&mut start)?;
            match file.rewind() {
                Ok(()) => Ok((start, Bytes::File(file))),
                // A pipe cannot be gone back in.
                Err(_) => Ok((start, Bytes::Stream(file))),
            }
        }
        Bytes::Stream(mut stream) => {
            stream.by_ref().take(START_BYTES as u64).read_to_end(&mut start)?;
            Ok((start, Bytes::Stream(stream)))
        }
    }
}

/// All bytes from the first on.
fn stream<'a>(start: Vec<u8>, rest: Bytes<'a>) -> Box<dyn BufRead + 'a> {
    match rest {
        Bytes::File(file) => Box::new(file),
        Bytes::Stream(rest) => Box::new(Cursor::new(start).chain(rest)),
    }
}

/// A file in which one can go to another place; what comes out of another wrapping is taken into memory.
fn file<'a>(start: Vec<u8>, rest: Bytes<'a>) -> Result<Box<dyn Input + 'a>, Problem> {
    match rest {
        Bytes::File(file) => Ok(file),
        Bytes::Stream(rest) => {
            let mut held = start;
            let limit = MOST_INNER_BYTES.saturating_add(1).saturating_sub(held.len() as u64);
            rest.take(limit).read_to_end(&mut held).map_err(Problem::Io)?;
            if held.len() as u64 > MOST_INNER_BYTES {
                return Err(Problem::TooLargeInside { most: MOST_INNER_BYTES });
            }
            Ok(Box::new(Cursor::new(held)))
        }
    }
}

/// Recognises a wrapping by the first bytes.
fn wrapping(start: &[u8]) -> Option<Wrapping> {
    match start {
        [0x1F, 0x8B, ..] => Some(Wrapping::Gzip),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Wrapping::Zip),
        _ => is_utf16(start).then_some(Wrapping::Utf16),
    }
}

/// Tells UTF-16 by its byte order mark, or by zero bytes in every second place of the beginning, and few in the others.
fn is_utf16(start: &[u8]) -> bool {
    if matches!(start, [0xFF, 0xFE, 0, 0, ..]) {
        return false;
    }
    if matches!(start, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
        return true;
    }
    let (even, odd) = zeros(start);
    let places = start.len().min(1_024) / 2;
    places >= 8 && even.min(odd) * 8 <= even.max(odd) && even.max(odd) * 3 >= places
}

fn is_big_endian(start: &[u8]) -> bool {
    match start {
        [0xFE, 0xFF, ..] => true,
        [0xFF, 0xFE, ..] => false,
        _ => {
            let (even, odd) = zeros(start);
            even > odd
        }
    }
}

/// Zero bytes in the even and odd places of the first 1,024.
fn zeros(start: &[u8]) -> (usize, usize) {
    let start = start.get(..1_024.min(start.len())).unwrap_or(&[]);
    let count = |first: usize| start.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    (count(0), count(1))
}

/// Refuses to go on when far more comes out than went in.
struct Swelling<R> {
    inner: R,
    packed: u64,
    given: u64,
}

impl<R> Swelling<R> {
    fn new(inner: R, packed: u64) -> Self {
        Self { inner, packed: packed.max(1), given: 0 }
    }
}

impl<R: Read> Read for Swelling<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.given += read as u64;
        if self.given > BYTES_TO_JUDGE_SWELLING && self.given / self.packed > MOST_SWELLING {
            return Err(io::Error::other(format!(
                "it unpacks to more than {MOST_SWELLING} times its size, which no list of books does; unpack it and look into it"
            )));
        }
        Ok(read)
    }
}

/// Makes UTF-8 of text in another encoding, piece by piece; what is no character becomes U+FFFD.
struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    text: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: BufRead> Transcoder<R> {
    fn new(inner: R, encoding: &'static encoding_rs::Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            text: Vec::new(),
            taken: 0,
            ended: false,
        }
    }

    /// Decodes the next piece.
    fn fill(&mut self) -> io::Result<()> {
        let piece = self.inner.fill_buf()?;
        let last = piece.is_empty();
        let room = self.decoder.max_utf8_buffer_length(piece.len()).unwrap_or(piece.len() * 3 + 16);
        self.text.resize(room, 0);
        let (result, read, written, _) = self.decoder.decode_to_utf8(piece, &mut self.text, last);
        self.text.truncate(written);
        self.taken = 0;
        self.inner.consume(read);
        self.ended = last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = self.text.get(self.taken..).unwrap_or(&[]);
        let length = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        self.taken += length;
        Ok(length)
    }
}

/// Names a packed file that is not unpacked, by its first bytes.
pub(super) fn other_packing(start: &[u8]) -> Option<Foreign> {
    match start {
        [b'7', b'z', 0xBC, 0xAF, ..]
        | [b'R', b'a', b'r', b'!', ..]
        | [0xFD, b'7', b'z', b'X', b'Z', ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..]
        | [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Foreign::OtherArchive),
        _ => None,
    }
}
