//! ISO 2709, the exchange format of MARC 21 and KORMARC: where a record ends, and where its fields are.
//!
//! A record is a leader of 24 bytes, a directory of 12 bytes a field (tag, length, offset) and the fields. Lengths
//! are what goes wrong most: programs that turn CP949 into UTF-8 leave the old ones. So the terminators decide, which
//! no encoding used here has inside a character, and the directory gives the tags. Knows no encoding and no meaning.
//! Invariants: every byte of the file is in one frame, or is white space between two; a frame begins at most once
//! with a leader; nothing is held beyond [`LONGEST_RECORD`].

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use super::frame::{Frame, LONGEST_RECORD};

/// Ends a field, and the directory.
const FIELD_END: u8 = 0x1E;
/// Ends a record.
pub(super) const RECORD_END: u8 = 0x1D;
/// Begins a subfield.
pub(super) const SUBFIELD: u8 = 0x1F;
const LEADER: usize = 24;
const ENTRY: usize = 12;

/// Cuts a file into records.
#[derive(Debug)]
pub(super) struct Frames<R> {
    reader: R,
    cut: VecDeque<Frame>,
    number: u32,
    bytes_read: u64,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, cut: VecDeque::new(), number: 0, bytes_read: 0 }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next record, whole or not; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        while self.cut.is_empty() {
            let mut bytes = Vec::new();
            let limit = LONGEST_RECORD as u64;
            let read = Read::take(&mut self.reader, limit).read_until(RECORD_END, &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.bytes_read += read as u64;
            let too_long = read == LONGEST_RECORD && bytes.last() != Some(&RECORD_END);
            if too_long {
                self.skip_record()?;
            }
            let mut rest = bytes.as_slice();
            while let Some((blank, start, end)) = piece(rest) {
                self.number = self.number.saturating_add(1);
                let stray = rest.get(blank..start).unwrap_or(&[]).to_vec();
                let piece = rest.get(start..end).unwrap_or(&[]).to_vec();
                rest = rest.get(end..).unwrap_or(&[]);
                let too_long = too_long && rest.is_empty();
                self.cut.push_back(Frame { number: self.number, bytes: piece, stray, too_long });
            }
        }
        Ok(self.cut.pop_front())
    }

    /// Passes over what is left of a record that is too long to be held.
    fn skip_record(&mut self) -> io::Result<()> {
        loop {
            let held = self.reader.fill_buf()?;
            let (length, done) = match held.iter().position(|&byte| byte == RECORD_END) {
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
/// There are several when a record's end is missing: a new leader right behind a field's end begins the next.
fn piece(bytes: &[u8]) -> Option<(usize, usize, usize)> {
    let is_nothing = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0 | 0x1A);
    let bytes_after = |at: usize| bytes.get(at..).unwrap_or(&[]);
    let blank = bytes.iter().take_while(|byte| is_nothing(byte)).count();
    let blank = if bytes_after(blank).starts_with(b"\xEF\xBB\xBF") { blank + 3 } else { blank };
    if bytes_after(blank).is_empty() {
        return None;
    }
    let start = if is_leader(bytes_after(blank)) {
        blank
    } else {
        (blank..bytes.len()).find(|&at| is_leader(bytes_after(at))).unwrap_or(blank)
    };
    let next = bytes.windows(2).enumerate().skip(start + LEADER).find_map(|(at, pair)| {
        (pair.first() == Some(&FIELD_END) && is_leader(bytes_after(at + 1))).then_some(at + 1)
    });
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

/// The fields of one record as bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    /// Leader/05, /09: record status and character coding scheme.
    pub(super) status: u8,
    pub(super) coding: u8,
    pub(super) fields: Vec<([u8; 3], &'a [u8])>,
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
    let number = |digits: Option<&[u8]>| -> Option<usize> {
        std::str::from_utf8(digits?)
            .ok()
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?
            .parse()
            .ok()
    };
    let rest = record.get(LEADER..).unwrap_or(&[]);
    let directory_end = rest.iter().position(|&byte| byte == FIELD_END).ok_or("디렉터리의 끝이 없음")?;
    let directory = rest.get(..directory_end).unwrap_or(&[]);
    let data = rest.get(directory_end + 1..).unwrap_or(&[]);
    if directory.is_empty() || !directory.len().is_multiple_of(ENTRY) {
        return Err(format!("디렉터리가 {}바이트로 12의 배수가 아님", directory.len()));
    }
    let mut entries: Vec<([u8; 3], Option<usize>, Option<usize>)> = Vec::new();
    for entry in directory.chunks_exact(ENTRY) {
        let tag: [u8; 3] = entry.get(..3).and_then(|tag| tag.try_into().ok()).unwrap_or_default();
        if !tag.iter().all(u8::is_ascii_alphanumeric) {
            return Err(format!("표시 기호가 아닌 {}", String::from_utf8_lossy(&tag)));
        }
        entries.push((tag, number(entry.get(3..7)), number(entry.get(7..12))));
    }
    let base = LEADER + directory_end + 1;
    let (status, coding) = (byte(leader, 5), byte(leader, 9));
    let heads_right =
        number(leader.get(..5)) == Some(frame.len()) && number(leader.get(12..17)) == Some(base);
    if let Some(fields) = by_directory(&entries, data) {
        return Ok(Raw { status, coding, fields, lies: !(heads_right && ended) });
    }
    let ends = data.iter().filter(|&&byte| byte == FIELD_END).count();
    if ends != entries.len() || data.last() != Some(&FIELD_END) {
        return Err(format!("디렉터리의 필드는 {}개, 끝이 있는 필드는 {ends}개", entries.len()));
    }
    // Wrong or not, offsets grow along the record.
    if entries.iter().all(|entry| entry.2.is_some()) {
        entries.sort_by_key(|entry| entry.2);
    }
    let fields = entries.iter().map(|entry| entry.0).zip(data.split(|&byte| byte == FIELD_END)).collect();
    Ok(Raw { status, coding, fields, lies: true })
}

/// The fields where the directory says they are, when it is right about every one and they fill the record.
fn by_directory<'a>(
    entries: &[([u8; 3], Option<usize>, Option<usize>)],
    data: &'a [u8],
) -> Option<Vec<([u8; 3], &'a [u8])>> {
    let mut filled = 0;
    let mut fields = Vec::with_capacity(entries.len());
    for &(tag, length, offset) in entries {
        let (length, offset) = (length?, offset?);
        let (last, content) = data.get(offset..offset.checked_add(length)?)?.split_last()?;
        if *last != FIELD_END || content.contains(&FIELD_END) {
            return None;
        }
        filled += length;
        fields.push((tag, content));
    }
    (filled == data.len()).then_some(fields)
}

fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(b' ')
}
