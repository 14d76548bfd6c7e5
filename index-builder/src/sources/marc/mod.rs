//! MARC 21, KORMARC and UNIMARC records, in ISO 2709, MARCXML and JSON.
//!
//! Three doors of file formats (`iso2709`, `xml`, `json`) lead to one record (`fields`), that to a description by its dialect
//! (`marc21`, `unimarc`), and that to rows (`book`). Invariant: a record either becomes rows of the catalogue or is counted as
//! rejected with the reason, under its number in the file; what is wrong with one costs no other.

mod book;
mod described;
mod fields;
mod frame;
mod isbns;
mod iso2709;
mod json;
mod marc21;
mod role;
mod unimarc;
mod xml;

use std::borrow::Cow;
use std::io::{self, BufRead};

use self::book::HoldingLibrary;
use self::fields::{Field, MarcRecord, SUBFIELD, is_control};
use self::frame::{Chunk, Frame, LONGEST_RECORD};
use super::batch::Batch;
use super::encoding::{Clues, Encoding, Judgement, judge, shown};
use super::error::{Problem, WrongFile};
use super::library_name::library_of;
use super::sink::{Batches, Sink, SourceFile};
use crate::report::FindingKind;

/// The file formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Iso2709,
    Xml,
    Json,
}

/// Recognises the format of a file of records by its first bytes; `None` when it is none of them.
pub(super) fn format(start: &[u8]) -> Option<Format> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if text.starts_with(b"<") {
        return Some(Format::Xml);
    }
    if json::is_start(text) {
        return Some(Format::Json);
    }
    if text.starts_with(b"=LDR") {
        return None;
    }
    let is_record = iso2709::is_leader(text) || text.windows(24).take(4_096).any(iso2709::is_leader);
    let has_marks = text.contains(&0x1E) && text.contains(&0x1F);
    (is_record || has_marks && !text.starts_with(b"{")).then_some(Format::Iso2709)
}

/// Reads a file of records into the catalogue.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read<R: BufRead>(
    file: &SourceFile,
    format: Format,
    reader: R,
    sink: &mut Sink<'_>,
) -> Result<(), WrongFile> {
    let mut frames = match format {
        Format::Iso2709 => Frames::Iso2709(iso2709::Frames::new(reader)),
        Format::Xml => Frames::Xml(xml::Frames::new(reader).map_err(file.unreadable())?),
        Format::Json => Frames::Json(json::Frames::new(reader)),
    };
    let library =
        HoldingLibrary { declared: file.declared.library.clone(), of_file: library_of(&file.path).name };
    let said = Said { format, by_person: file.declared.encoding, by_file: frames.declared() };
    sink.report.by_record = true;
    sink.collect(file, &mut frames, |chunk, batch| {
        for (frame, record, stray) in chunk.iter() {
            read_frame(frame, record, stray, said, &library, batch);
        }
    })?;
    let report = &mut sink.report;
    let count = |kind| report.counts.get(&kind).copied().unwrap_or(0);
    if count(FindingKind::RecordUnreadable) == report.rows {
        let first = report.findings.first().map(|finding| finding.found.clone()).unwrap_or_default();
        return Err(file.wrong(Problem::NotMarc { first }));
    }
    if count(FindingKind::EncodingUnknown) == report.rows {
        return Err(file.wrong(Problem::EncodingUnknown));
    }
    sink.judge(file)
}

/// Holds all that is said of a whole file.
#[derive(Debug, Clone, Copy)]
struct Said {
    format: Format,
    /// The encoding that the configuration gives it.
    by_person: Option<Encoding>,
    /// The encoding that its own declaration gives it.
    by_file: Option<Encoding>,
}

/// The records of a file in any format.
#[derive(Debug)]
enum Frames<R> {
    Iso2709(iso2709::Frames<R>),
    Xml(xml::Frames<R>),
    Json(json::Frames<R>),
}

impl<R: BufRead> Frames<R> {
    fn declared(&self) -> Option<Encoding> {
        match self {
            Self::Xml(frames) => frames.declared(),
            Self::Iso2709(_) | Self::Json(_) => None,
        }
    }
}

impl<R: BufRead> Batches for Frames<R> {
    type Raw = Chunk;

    fn next_batch(&mut self) -> io::Result<Option<Chunk>> {
        let mut chunk = Chunk::default();
        while chunk.has_room() {
            let more = match self {
                Self::Iso2709(frames) => frames.next_into(&mut chunk)?,
                Self::Xml(frames) => frames.next_into(&mut chunk)?,
                Self::Json(frames) => frames.next_into(&mut chunk)?,
            };
            if !more {
                break;
            }
        }
        Ok((!chunk.frames.is_empty()).then_some(chunk))
    }

    fn bytes_read(&self) -> u64 {
        match self {
            Self::Iso2709(frames) => frames.bytes_read(),
            Self::Xml(frames) => frames.bytes_read(),
            Self::Json(frames) => frames.bytes_read(),
        }
    }
}

fn read_frame(
    frame: &Frame,
    bytes: &[u8],
    stray: &[u8],
    said: Said,
    library: &HoldingLibrary,
    batch: &mut Batch,
) {
    let number = frame.number;
    batch.report.rows += 1;
    if !stray.is_empty() {
        batch.note(number, "", FindingKind::StrayBytes, &shown(stray), None);
    }
    if frame.too_long {
        let found = format!("{LONGEST_RECORD}바이트가 넘는 레코드");
        batch.reject(number, "", FindingKind::RecordUnreadable, &found);
        return;
    }
    let record = match said.format {
        Format::Iso2709 => from_iso2709(number, bytes, said, batch),
        Format::Xml => in_text(number, bytes, said, batch).map(|text| xml::record(&text)),
        Format::Json => in_text(number, bytes, said, batch).map(|text| json::record(&text)),
    };
    match record {
        Some(Ok(record)) => book::read(&record, number, library, batch),
        Some(Err(error)) => {
            let start = shown(bytes.get(..60).unwrap_or(bytes));
            batch.reject(number, "", FindingKind::RecordUnreadable, &format!("{error}: {start}"));
        }
        None => {}
    }
}

/// The record in a frame of ISO 2709; `None` when it was rejected for its encoding.
fn from_iso2709<'a>(
    number: u32,
    bytes: &'a [u8],
    said: Said,
    batch: &mut Batch,
) -> Option<Result<MarcRecord<'a>, String>> {
    let raw = match iso2709::fields(bytes) {
        Ok(raw) => raw,
        Err(error) => return Some(Err(error)),
    };
    let says_utf8 = raw.coding == b'a';
    let judgement = match said.by_person {
        Some(encoding) => forced(bytes, encoding),
        None if bytes.is_ascii() && memchr::memchr(0x1B, bytes).is_none() => Judgement::Plain(Encoding::Utf8),
        None => {
            let languages = languages(&raw.fields);
            let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
            // The directory's digits are no text; the fields are all of it.
            judge(bytes.get(24..).unwrap_or(&[]), &Clues { says_utf8, marc: true, languages: &languages })
        }
    };
    let encoding = settle(number, bytes, judgement, batch)?;
    if says_utf8 && encoding != Encoding::Utf8 {
        batch.note(number, "LDR", FindingKind::OtherEncoding, "a (UTF-8)", None);
    }
    if raw.lies {
        let length = format!("{}…", shown(bytes.get(..24).unwrap_or(&[])));
        batch.note(number, "LDR", FindingKind::MarcLengths, &length, None);
    }
    let mut record =
        MarcRecord { status: raw.status, kind: raw.kind, fields: Vec::with_capacity(raw.fields.len()) };
    for (tag, content) in raw.fields {
        let mut indicators = [b' '; 2];
        let mut content = content;
        if !is_control(tag) {
            let start = memchr::memchr(0x1F, content).unwrap_or(content.len());
            let head = content.get(..start).unwrap_or(&[]);
            indicators.iter_mut().zip(head).for_each(|(place, &indicator)| *place = indicator);
            content = content.get(start..).unwrap_or(&[]);
        }
        record.fields.push(Field { tag, indicators, content: text(content, encoding) });
    }
    Some(Ok(record))
}

/// The text of a field. MARC-8 begins each subfield in ASCII.
fn text(content: &[u8], encoding: Encoding) -> Cow<'_, str> {
    if encoding != Encoding::Marc8 || content.is_ascii() && memchr::memchr(0x1B, content).is_none() {
        return encoding.text(content).0;
    }
    let mut out = String::with_capacity(content.len());
    for (place, part) in content.split(|&byte| byte == 0x1F).enumerate() {
        if place > 0 {
            out.push(SUBFIELD);
        }
        out.push_str(&encoding.text(part).0);
    }
    Cow::Owned(out)
}

/// The codes of languages in 041, 101 and 008, before anything is decoded.
fn languages(fields: &[([u8; 3], &[u8])]) -> Vec<String> {
    let mut codes = Vec::new();
    for (tag, content) in fields {
        match tag {
            b"008" => {
                codes.extend(content.get(35..38).map(|code| String::from_utf8_lossy(code).into_owned()));
            }
            b"041" | b"101" => {
                let parts = content.split(|&byte| byte == 0x1F).skip(1);
                let codes_of =
                    |part: &[u8]| part.get(1..4).map(|code| String::from_utf8_lossy(code).to_lowercase());
                codes.extend(parts.filter_map(codes_of));
            }
            _ => {}
        }
    }
    codes
}

/// The text of a frame of XML or JSON; `None` when it was rejected for its encoding.
fn in_text<'a>(number: u32, bytes: &'a [u8], said: Said, batch: &mut Batch) -> Option<Cow<'a, str>> {
    let is_utf8 = || !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
    let judgement = match (said.by_person, said.by_file) {
        (Some(encoding), _) => forced(bytes, encoding),
        // What is UTF-8 all the same was turned into it, and the declaration stayed.
        (None, Some(encoding)) if !is_utf8() && !encoding.text(bytes).1 => Judgement::Plain(encoding),
        _ if is_utf8() || bytes.is_ascii() => Judgement::Plain(Encoding::Utf8),
        _ => {
            let language = language_in_text(bytes);
            let languages: &[&str] = language.as_slice();
            judge(bytes, &Clues { says_utf8: true, marc: false, languages })
        }
    };
    let encoding = settle(number, bytes, judgement, batch)?;
    Some(encoding.text(bytes).0)
}

/// The code of the language in 008 of XML or JSON, before anything is decoded.
fn language_in_text(bytes: &[u8]) -> Option<&str> {
    let after = memchr::memmem::find(bytes, b"\"008\"").and_then(|at| bytes.get(at + 5..))?;
    let start = after.iter().position(|byte| matches!(byte, b'>' | b'"'))? + 1;
    std::str::from_utf8(after.get(start + 35..start + 38)?).ok()
}

/// Judges bytes of which a person said the encoding.
fn forced(bytes: &[u8], encoding: Encoding) -> Judgement {
    match encoding.text(bytes).1 {
        true => Judgement::Damaged(encoding),
        false => Judgement::Plain(encoding),
    }
}

/// The encoding of a record, with notes on what is lost; `None` when it cannot be told, and so the record was rejected.
fn settle(number: u32, bytes: &[u8], judgement: Judgement, batch: &mut Batch) -> Option<Encoding> {
    let encoding = match judgement {
        Judgement::Plain(encoding) => encoding,
        Judgement::Damaged(encoding) => {
            let at = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
            batch.note(number, "", FindingKind::BytesUndecodable, &shown(around(bytes, at)), None);
            encoding
        }
        Judgement::Unknown => {
            let at = bytes.iter().position(|byte| !byte.is_ascii() || *byte == 0x1B).unwrap_or(0);
            batch.reject(number, "", FindingKind::EncodingUnknown, &shown(around(bytes, at)));
            return None;
        }
    };
    if !bytes.is_ascii() || encoding != Encoding::Utf8 {
        batch.report.read_as(encoding.name());
    }
    Some(encoding)
}

/// Bytes around a place.
fn around(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at.saturating_sub(20)..bytes.len().min(at + 40)).unwrap_or(&[])
}
