//! ISO 2709, the exchange format of MARC 21, KORMARC and UNIMARC: where a record ends, and where its fields are.
//!
//! A record is a leader of 24 bytes, a directory of 12 bytes a field (tag, length, offset) and the fields. Lengths
//! are what goes wrong most: programs that turn CP949 into UTF-8 leave the old ones. So the terminators decide, which
//! no encoding used here has inside a character, and the directory gives the tags; a record whose lengths are all right is
//! taken by them, so that a stray terminator or a leader in a note costs nothing. Knows no encoding and no meaning.
//! Invariants: every byte of the file is in one frame, or is white space between two; a frame begins at most once
//! with a leader; nothing is held beyond [`LONGEST_RECORD`].

use std::io::{self, BufRead, Read};

use super::frame::{Chunk, Frame, LONGEST_RECORD};

/// Ends a field, and the directory.
const FIELD_END: u8 = 0x1E;
/// Ends a record.
const RECORD_END: u8 = 0x1D;
const LEADER: usize = 24;
const ENTRY: usize = 12;

/// Cuts a file into records.
#[derive(Debug)]
pub(super) struct Frames<R> {
    reader: R,
    number: u32,
    bytes_read: u64,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, number: 0, bytes_read: 0 }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Reads up to the next record's end into a chunk: no record, one, or several whose ends are missing. False at the end of
    /// the file.
    pub(super) fn next_into(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let begin = chunk.bytes.len();
        let limit = LONGEST_RECORD as u64;
        let read = Read::take(&mut self.reader, limit).read_until(RECORD_END, &mut chunk.bytes)?;
        if read == 0 {
            return Ok(false);
        }
        self.bytes_read += read as u64;
        let too_long = read == LONGEST_RECORD && chunk.bytes.last() != Some(&RECORD_END);
        if too_long {
            self.skip_record()?;
        }
        let mut at = begin;
        while let Some((blank, start, end)) = piece(chunk.bytes.get(at..).unwrap_or(&[])) {
            self.number = self.number.saturating_add(1);
            let too_long = too_long && at + end == chunk.bytes.len();
            let (stray, record) = (at + blank..at + start, at + start..at + end);
            chunk.frames.push(Frame { number: self.number, record, stray, too_long });
            at += end;
        }
        Ok(true)
    }

    /// Passes over what is left of a record that is too long to be held.
    fn skip_record(&mut self) -> io::Result<()> {
        loop {
            let held = self.reader.fill_buf()?;
            let (length, done) = match memchr::memchr(RECORD_END, held) {
                Some(end) => (end + 1, true),
                None => (held.len(), held.is_empty()),
            };
            self.reader.consume(length);
            self.bytes_read += length as u64;
            if done {
                return Ok(());
            }
        }
    }
}

/// Where the white space before the first record ends, and where that record begins and ends, in what a record's end
/// closes; `None` when only white space is left.
///
/// There are several when a record's end is missing: a new leader right behind a field's end begins the next, unless the first
/// one's own length says that it is whole.
fn piece(bytes: &[u8]) -> Option<(usize, usize, usize)> {
    let is_nothing = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0x1A);
    let bytes_after = |at: usize| bytes.get(at..).unwrap_or(&[]);
    let blank = bytes.iter().take_while(|byte| is_nothing(byte)).count();
    let blank = if bytes_after(blank).starts_with(b"\xEF\xBB\xBF") { blank + 3 } else { blank };
    let here = bytes_after(blank);
    if here.is_empty() {
        return None;
    }
    if is_leader(here) && number(here.get(..5)) == Some(here.len()) || is_whole(here) {
        return Some((blank, blank, bytes.len()));
    }
    let start = if is_leader(here) {
        blank
    } else {
        (blank..bytes.len()).find(|&at| is_leader(bytes_after(at))).unwrap_or(blank)
    };
    let inside = start + LEADER;
    let next = memchr::memchr_iter(FIELD_END, bytes_after(inside)).map(|at| inside + at + 1);
    let next = { next }.find(|&at| is_leader(bytes_after(at)));
    Some((blank, start, next.unwrap_or(bytes.len())))
}

/// Whether a leader stands here: the places that are the same in every record, and digits where lengths are.
pub(super) fn is_leader(bytes: &[u8]) -> bool {
    let digits =
        |from: usize| bytes.get(from..from + 5).is_some_and(|five| five.iter().all(u8::is_ascii_digit));
    bytes.len() >= LEADER
        && digits(0)
        && bytes.get(5..8).is_some_and(|kind| kind.iter().all(|b| b.is_ascii_alphabetic() || *b == b' '))
        && bytes.get(10..12) == Some(b"22")
        && digits(12)
        && bytes.get(20..22) == Some(b"45")
}

/// Whether a record stands here whose length is right and whose directory ends where it says, whatever else its leader holds.
fn is_whole(bytes: &[u8]) -> bool {
    number(bytes.get(..5)) == Some(bytes.len())
        && number(bytes.get(12..17)).and_then(|base| bytes.get(base.checked_sub(1)?)) == Some(&FIELD_END)
}

/// The number that digits make; `None` when there is anything else among them.
fn number(digits: Option<&[u8]>) -> Option<usize> {
    digits?
        .iter()
        .try_fold(0, |sum: usize, byte| byte.is_ascii_digit().then(|| sum * 10 + usize::from(byte - b'0')))
}

/// A field's tag and its bytes without the end.
type RawField<'a> = ([u8; 3], &'a [u8]);

/// The fields of one record as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    /// Leader/05, /06, /09: record status, type of record and character coding scheme.
    pub(super) status: u8,
    pub(super) kind: u8,
    pub(super) coding: u8,
    pub(super) fields: Vec<RawField<'a>>,
    /// A length or an offset is wrong, or the record's end is missing; the fields were found by their ends.
    pub(super) lies: bool,
}

/// Finds the fields of a record.
///
/// # Errors
/// Says why the record cannot be read, in Korean for the report.
pub(super) fn fields(frame: &[u8]) -> Result<Raw<'_>, String> {
    let (record, ended) = match frame.strip_suffix(&[RECORD_END]) {
        Some(record) => (record, true),
        None => (frame, false),
    };
    let leader = record.get(..LEADER).ok_or("리더 24바이트가 없음")?;
    let rest = record.get(LEADER..).unwrap_or(&[]);
    let directory_end = memchr::memchr(FIELD_END, rest).ok_or("디렉터리의 끝이 없음")?;
    let directory = rest.get(..directory_end).unwrap_or(&[]);
    let data = rest.get(directory_end + 1..).unwrap_or(&[]);
    if directory.is_empty() {
        return Err("디렉터리가 비어 있음".to_owned());
    }
    let base = LEADER + directory_end + 1;
    let heads_right =
        number(leader.get(..5)) == Some(frame.len()) && number(leader.get(12..17)) == Some(base);
    let (fields, as_said) = match by_directory(directory, data) {
        Some(fields) => (fields, true),
        None => (by_ends(directory, data)?, false),
    };
    Ok(Raw {
        status: byte(leader, 5),
        kind: byte(leader, 6),
        coding: byte(leader, 9),
        fields,
        lies: !(as_said && heads_right && ended),
    })
}

/// The fields where the directory says they are, when it is right about every one and they fill the record.
fn by_directory<'a>(directory: &[u8], data: &'a [u8]) -> Option<Vec<RawField<'a>>> {
    if !directory.len().is_multiple_of(ENTRY) {
        return None;
    }
    let mut filled = 0;
    let mut fields = Vec::with_capacity(directory.len() / ENTRY);
    for entry in directory.chunks_exact(ENTRY) {
        let (length, offset) = (number(entry.get(3..7))?, number(entry.get(7..12))?);
        let (last, content) = data.get(offset..offset + length)?.split_last()?;
        if *last != FIELD_END {
            return None;
        }
        filled += length;
        fields.push((tag(entry).ok()?, content));
    }
    (filled == data.len()).then_some(fields)
}

/// The fields by their ends, their tags from the directory: as many as these, in the order of their offsets.
fn by_ends<'a>(directory: &[u8], data: &'a [u8]) -> Result<Vec<RawField<'a>>, String> {
    let ends = memchr::memchr_iter(FIELD_END, data).count();
    let mut pieces: Vec<&[u8]> = data.split(|&byte| byte == FIELD_END).collect();
    // What stands behind the last end is none.
    let rest = pieces.pop().unwrap_or(&[]);
    let entries = match directory.len().is_multiple_of(ENTRY) {
        true => directory.chunks_exact(ENTRY).collect(),
        false => entries_out_of_step(directory, &pieces),
    };
    let mut tags: Vec<([u8; 3], Option<usize>)> = Vec::with_capacity(entries.len());
    for entry in &entries {
        tags.push((tag(entry)?, number(entry.get(7..12))));
    }
    if ends != entries.len() || !rest.is_empty() {
        let count = entries.len();
        return match directory.len().is_multiple_of(ENTRY) {
            true => Err(format!("디렉터리의 필드는 {count}개, 끝이 있는 필드는 {ends}개")),
            false => Err(format!("디렉터리가 {}바이트로 12의 배수가 아님", directory.len())),
        };
    }
    // Wrong or not, offsets grow along the record.
    if directory.len().is_multiple_of(ENTRY) && tags.iter().all(|entry| entry.1.is_some()) {
        tags.sort_by_key(|entry| entry.1);
    }
    Ok(tags.into_iter().map(|entry| entry.0).zip(pieces).collect())
}

/// The entries of a directory in which a digit is missing or one too many stands: after each entry that one begins which says
/// the length and the offset of the next field. The lengths of fields of more than 9,999 bytes have five digits in some programs.
fn entries_out_of_step<'a>(directory: &'a [u8], pieces: &[&[u8]]) -> Vec<&'a [u8]> {
    let mut entries = Vec::with_capacity(pieces.len());
    let (mut at, mut offset) = (0, 0);
    for (place, piece) in pieces.iter().enumerate() {
        let next = offset + piece.len() + 1;
        let says_next = |step: &usize| match pieces.get(place + 1) {
            Some(after) => {
                let says = format!("{:04}{next:05}", after.len() + 1);
                directory.get(at + step + 3..).is_some_and(|entry| entry.starts_with(says.as_bytes()))
            }
            None => at + step >= directory.len(),
        };
        let step = [ENTRY, ENTRY + 1, ENTRY - 1].into_iter().find(says_next).unwrap_or(ENTRY);
        match directory.get(at..directory.len().min(at + step)) {
            Some(entry) if !entry.is_empty() => entries.push(entry),
            _ => break,
        }
        (at, offset) = (at + step, next);
    }
    if let Some(rest) = directory.get(at..).filter(|rest| !rest.is_empty()) {
        entries.push(rest);
    }
    entries
}

/// The tag at the head of an entry.
fn tag(entry: &[u8]) -> Result<[u8; 3], String> {
    let tag: [u8; 3] = entry.get(..3).and_then(|tag| tag.try_into().ok()).unwrap_or_default();
    match tag.iter().all(u8::is_ascii_alphanumeric) {
        true => Ok(tag),
        false => Err(format!("표시 기호가 아닌 {}", String::from_utf8_lossy(&tag))),
    }
}

fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(b' ')
}
