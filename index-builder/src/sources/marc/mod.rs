//! MARC 21 and KORMARC records, in ISO 2709 and in MARCXML.
//!
//! Two doors of file formats (`iso2709`, `xml`) lead to one record (`fields`), and that to rows (`book`). Invariant:
//! a record either becomes rows of the catalogue or is counted as rejected with the reason, under its number in the
//! file; what is wrong with one costs no other.

mod book;
mod fields;
mod frame;
mod iso2709;
mod role;
mod xml;

use std::io::{self, BufRead};

use self::book::HoldingLibrary;
use self::fields::{Field, MarcRecord, is_control};
use self::frame::{Frame, LONGEST_RECORD};
use super::batch::{BATCH_ROWS, Batch};
use super::encoding::{Clues, Encoding, Judgement, judge, shown};
use super::error::{Problem, WrongFile};
use super::library_name::library_of;
use super::sink::{Batches, Sink, SourceFile};
use crate::report::FindingKind;

/// Bytes in a batch at which no further record is taken into it.
const BATCH_BYTES: usize = 8 << 20;

/// The two file formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Iso2709,
    Xml,
}

/// Recognises the format of a file of records by its first bytes; `None` when it is neither.
pub(super) fn format(start: &[u8]) -> Option<Format> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if text.starts_with(b"<") {
        return Some(Format::Xml);
    }
    if text.starts_with(b"=LDR") {
        return None;
    }
    let is_record = iso2709::is_leader(text) || text.windows(24).take(4_096).any(iso2709::is_leader);
    let has_marks = text.contains(&0x1E) && text.contains(&iso2709::SUBFIELD);
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
        Format::Xml => Frames::Xml(xml::Frames::new(reader)),
    };
    let library =
        HoldingLibrary { declared: file.declared.library.clone(), of_file: library_of(&file.path).name };
    sink.report.by_record = true;
    sink.collect(file, &mut frames, |frames, batch| {
        for frame in frames {
            read_frame(&frame, format, &library, file.declared.encoding, batch);
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

/// The records of a file in either format.
#[derive(Debug)]
enum Frames<R> {
    Iso2709(iso2709::Frames<R>),
    Xml(xml::Frames<R>),
}

impl<R: BufRead> Batches for Frames<R> {
    type Raw = Vec<Frame>;

    fn next_batch(&mut self) -> io::Result<Option<Vec<Frame>>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let frame = match self {
                Self::Iso2709(frames) => frames.next()?,
                Self::Xml(frames) => frames.next()?,
            };
            let Some(frame) = frame else { break };
            bytes += frame.bytes.len() + frame.stray.len();
            batch.push(frame);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn bytes_read(&self) -> u64 {
        match self {
            Self::Iso2709(frames) => frames.bytes_read(),
            Self::Xml(frames) => frames.bytes_read(),
        }
    }
}

fn read_frame(
    frame: &Frame,
    format: Format,
    library: &HoldingLibrary,
    encoding: Option<Encoding>,
    batch: &mut Batch,
) {
    let number = frame.number;
    batch.report.rows += 1;
    if !frame.stray.is_empty() {
        batch.note(number, "", FindingKind::StrayBytes, &String::from_utf8_lossy(&frame.stray), None);
    }
    if frame.too_long {
        let found = format!("{LONGEST_RECORD}바이트가 넘는 레코드");
        batch.reject(number, "", FindingKind::RecordUnreadable, &found);
        return;
    }
    let record = match format {
        Format::Iso2709 => from_iso2709(frame, encoding, batch),
        Format::Xml => from_xml(frame, encoding, batch),
    };
    match record {
        Some(Ok(record)) => book::read(&record, number, library, batch),
        Some(Err(error)) => {
            let start: String = String::from_utf8_lossy(&frame.bytes).chars().take(60).collect();
            batch.reject(number, "", FindingKind::RecordUnreadable, &format!("{error}: {start}"));
        }
        None => {}
    }
}

/// The record in a frame of ISO 2709; `None` when it was rejected for its character set.
fn from_iso2709(
    frame: &Frame,
    forced: Option<Encoding>,
    batch: &mut Batch,
) -> Option<Result<MarcRecord, String>> {
    let raw = match iso2709::fields(&frame.bytes) {
        Ok(raw) => raw,
        Err(error) => return Some(Err(error)),
    };
    let says_utf8 = raw.coding == b'a';
    let encoding = encoding(frame, says_utf8, forced, batch)?;
    if says_utf8 && encoding == Encoding::Cp949 {
        batch.note(frame.number, "LDR", FindingKind::OtherEncoding, "a (UTF-8)", None);
    }
    if raw.lies {
        let length = format!("{}…", String::from_utf8_lossy(frame.bytes.get(..24).unwrap_or(&[])));
        batch.note(frame.number, "LDR", FindingKind::MarcLengths, &length, None);
    }
    let mut record = MarcRecord { status: raw.status, fields: Vec::with_capacity(raw.fields.len()) };
    for (tag, content) in raw.fields {
        let text = |bytes| encoding.text(bytes).0.into_owned();
        let mut field = Field { tag, indicators: [b' '; 2], text: String::new(), subfields: Vec::new() };
        if is_control(tag) {
            field.text = text(content);
        } else {
            let mut parts = content.split(|&byte| byte == iso2709::SUBFIELD);
            for (place, &indicator) in field.indicators.iter_mut().zip(parts.next().unwrap_or(&[])) {
                *place = indicator;
            }
            for part in parts {
                if let Some((&code, rest)) = part.split_first() {
                    field.subfields.push((char::from(code), text(rest)));
                }
            }
        }
        record.fields.push(field);
    }
    Some(Ok(record))
}

/// The record in a frame of MARCXML; `None` when it was rejected for its character set.
fn from_xml(
    frame: &Frame,
    forced: Option<Encoding>,
    batch: &mut Batch,
) -> Option<Result<MarcRecord, String>> {
    let encoding = encoding(frame, true, forced, batch)?;
    Some(xml::record(&encoding.text(&frame.bytes).0))
}

/// How a record is to be decoded; `None` when that cannot be told, and so it was rejected.
fn encoding(frame: &Frame, says_utf8: bool, forced: Option<Encoding>, batch: &mut Batch) -> Option<Encoding> {
    let clues = Clues { says_utf8, marc: !says_utf8, languages: &[] };
    let judgement = match forced {
        Some(forced) if forced.text(&frame.bytes).1 => Judgement::Damaged(forced),
        Some(forced) => Judgement::Plain(forced),
        None => judge(&frame.bytes, &clues),
    };
    let encoding = match judgement {
        Judgement::Plain(encoding) => encoding,
        Judgement::Damaged(encoding) => {
            let text = encoding.text(&frame.bytes).0;
            batch.note(frame.number, "", FindingKind::BytesUndecodable, &text, None);
            encoding
        }
        Judgement::Unknown => {
            batch.reject(frame.number, "", FindingKind::EncodingUnknown, &shown(&frame.bytes));
            return None;
        }
    };
    batch.report.read_as(encoding.name());
    Some(encoding)
}
