//! Records in XML that are not MARC: ONIX 3, MODS, Dublin Core.
//!
//! Each maps its elements to a [`Description`]. Invariant: a record becomes rows of the catalogue or is counted as rejected with
//! the reason, under its number in the file; what is wrong with one costs no other.

mod dublin_core;
mod frames;
mod mods;
mod onix;
mod tree;

use std::io::{self, BufRead};

use self::frames::{Cut, Frame, Frames, LONGEST_RECORD};
use self::tree::Element;
use super::batch::{BATCH_ROWS, Batch};
use super::description::Description;
use super::encoding::{Decoded, Encoding, decode};
use super::error::{Problem, WrongFile};
use super::format::XmlFormat;
use super::sink::{Batches, Sink, SourceFile};
use crate::report::FindingKind;

/// Bytes in a batch at which no further record is taken into it.
const BATCH_BYTES: usize = 8 << 20;

/// Reads a file of records into the catalogue; `start` is its beginning, where its encoding is declared.
///
/// # Errors
/// When the file as a whole is not usable.
pub(super) fn read<R: BufRead>(
    file: &SourceFile,
    format: XmlFormat,
    start: &[u8],
    reader: R,
    sink: &mut Sink<'_>,
) -> Result<(), WrongFile> {
    let (cut, describe): (Cut, fn(&Element) -> Description) = match format {
        XmlFormat::Onix => (onix::CUT, onix::describe),
        XmlFormat::Mods => (mods::CUT, mods::describe),
        XmlFormat::DublinCore => (dublin_core::CUT, dublin_core::describe),
    };
    let declared = file.declared.encoding.or_else(|| declared(start));
    sink.report.by_record = true;
    sink.collect(file, &mut Frames::new(reader, cut), |frames, batch| {
        for frame in frames {
            read_frame(&frame, declared, describe, file, batch);
        }
    })?;
    let report = &sink.report;
    let unreadable = report.counts.get(&FindingKind::RecordUnreadable).copied().unwrap_or(0);
    if unreadable == report.rows && unreadable > 0 {
        let most = FindingKind::RecordUnreadable.title();
        return Err(file.wrong(Problem::Damaged { unreadable, rows: report.rows, most }));
    }
    sink.judge(file)
}

impl<R: BufRead> Batches for Frames<R> {
    type Raw = Vec<Frame>;

    fn next_batch(&mut self) -> io::Result<Option<Vec<Frame>>> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let Some(frame) = self.next()? else { break };
            bytes += frame.bytes.len();
            batch.push(frame);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read()
    }
}

fn read_frame(
    frame: &Frame,
    declared: Option<Encoding>,
    describe: fn(&Element) -> Description,
    file: &SourceFile,
    batch: &mut Batch,
) {
    let number = frame.number;
    batch.report.rows += 1;
    if frame.too_long {
        let found = format!("{LONGEST_RECORD}바이트가 넘는 레코드");
        batch.reject(number, "", FindingKind::RecordUnreadable, &found);
        return;
    }
    let encoding = match std::str::from_utf8(&frame.bytes) {
        Ok(_) => Encoding::Utf8,
        Err(_) => declared.unwrap_or(Encoding::Utf8),
    };
    let (text, how) = decode(&frame.bytes, encoding);
    match how {
        Decoded::Plainly => batch.report.read_as(encoding.name()),
        Decoded::OtherEncoding => batch.note(number, "", FindingKind::OtherEncoding, &text, None),
        Decoded::WithLosses => batch.note(number, "", FindingKind::BytesUndecodable, &text, None),
    }
    match tree::read(&text) {
        Ok(tree) if tree.first(&["header"]).is_some_and(|header| header.attribute("status") == "deleted") => {
            let header = tree.first(&["header"]);
            let identifier = header.map_or("", |header| header.text_of(&["identifier"]));
            batch.reject(number, "header", FindingKind::RecordDeleted, identifier);
        }
        Ok(tree) => describe(&tree).push(number, &file.declared, batch),
        Err(error) => {
            let start: String = text.chars().take(60).collect();
            batch.reject(number, "", FindingKind::RecordUnreadable, &format!("{error}: {start}"));
        }
    }
}

/// The encoding that an XML declaration names.
fn declared(start: &[u8]) -> Option<Encoding> {
    let head = start.get(..200.min(start.len())).unwrap_or(start);
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let end = head.windows(2).position(|window| window == b"?>").filter(|_| head.starts_with(b"<?xml"))?;
    let declaration = String::from_utf8_lossy(head.get(..end).unwrap_or(&[]));
    let (_, behind) = declaration.split_once("encoding")?;
    let behind = behind.trim_start().strip_prefix('=')?.trim_start();
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = behind.get(1..)?.split(quote).next()?;
    // UTF-16 was made UTF-8 on the way.
    Encoding::of_label(label).filter(|_| !label.to_ascii_lowercase().starts_with("utf-16"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_encoding_is_read() {
        let name = |start: &str| declared(start.as_bytes()).map(Encoding::name);
        assert_eq!(name("<?xml version='1.0' encoding='EUC-KR'?><a/>"), Some("CP949"));
        assert_eq!(name("<?xml version=\"1.0\" encoding = \"ISO-8859-1\" ?>"), Some("windows-1252"));
        for start in ["<?xml version='1.0'?>", "<?xml encoding='UTF-16'?>", "<a encoding='x'>", ""] {
            assert_eq!(name(start), None, "{start}");
        }
    }
}
