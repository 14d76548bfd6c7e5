//! MARCXML: where a record ends, and its fields.
//!
//! The file is cut at `<record>` and `</record>` before any of it is parsed, so a record that is no XML costs itself
//! alone. An encoding that the file declares is handed on. Wrappers of other services (OAI-PMH, SRU) have a `record` of their own around ours; the inner one counts.
//! Namespaces and prefixes are not asked for. Knows no meaning of a field. Invariants: as in `iso2709`; no entity is
//! ever expanded but the five of XML itself and character references.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::fields::{Field, MarcRecord, SUBFIELD, is_control};
use super::frame::{Chunk, LONGEST_RECORD};
use crate::sources::encoding::Encoding;

/// Cuts a file into records.
#[derive(Debug)]
pub(super) struct Frames<R> {
    reader: R,
    /// The record so far, when one is open.
    open: Option<Open>,
    declared: Option<Encoding>,
    number: u32,
    bytes_read: u64,
}

#[derive(Debug, Default)]
struct Open {
    bytes: Vec<u8>,
    /// A part of a MARC record was seen in it, so that it is none of a wrapper.
    has_fields: bool,
}

impl<R: BufRead> Frames<R> {
    /// Looks at the head of a file for the encoding that it declares.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn new(mut reader: R) -> io::Result<Self> {
        let declared = declared(reader.fill_buf()?);
        Ok(Self { reader, open: None, declared, number: 0, bytes_read: 0 })
    }

    /// The encoding that the file declares, where it is another than UTF-8.
    pub(super) fn declared(&self) -> Option<Encoding> {
        self.declared
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Adds the next record to a chunk, whole or not. False at the end of the file.
    pub(super) fn next_into(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let mut piece = Vec::new();
        let mut in_comment = false;
        loop {
            piece.clear();
            let limit = LONGEST_RECORD as u64;
            let read = Read::take(&mut self.reader, limit).read_until(b'>', &mut piece)?;
            if read == 0 {
                let last = self.open.take().filter(|open| open.has_fields);
                return Ok(last.map(|open| self.put(&open, false, chunk)).is_some());
            }
            self.bytes_read += read as u64;
            if self.open.is_none() {
                let start = piece.iter().position(|&byte| byte == b'<').and_then(|at| piece.get(at..));
                in_comment |= start.is_some_and(|start| start.starts_with(b"<!--"));
                if in_comment {
                    in_comment = !piece.ends_with(b"-->");
                    continue;
                }
            }
            let at = piece.iter().rposition(|&byte| byte == b'<').unwrap_or(piece.len());
            let tag = piece.get(at..).unwrap_or(&[]);
            let finished = match (tag_name(tag), self.open.as_mut()) {
                ((b"record", true), _) if tag.ends_with(b"/>") => None,
                ((b"record", true), _) => {
                    let before = self.open.replace(Open { bytes: tag.to_vec(), has_fields: false });
                    before.filter(|open| open.has_fields)
                }
                (_, None) => None,
                ((b"record", false), Some(open)) => {
                    open.bytes.extend_from_slice(&piece);
                    self.open.take().filter(|open| open.has_fields)
                }
                ((name, _), Some(open)) => {
                    open.has_fields |= matches!(name, b"leader" | b"controlfield" | b"datafield");
                    open.bytes.extend_from_slice(&piece);
                    if open.bytes.len() > LONGEST_RECORD {
                        let open = self.open.take().unwrap_or_default();
                        self.put(&open, true, chunk);
                        return Ok(true);
                    }
                    None
                }
            };
            if let Some(open) = finished {
                self.put(&open, false, chunk);
                return Ok(true);
            }
        }
    }

    fn put(&mut self, open: &Open, too_long: bool, chunk: &mut Chunk) {
        self.number = self.number.saturating_add(1);
        chunk.push(self.number, &open.bytes, too_long);
    }
}

/// The encoding in `<?xml encoding="…"?>`, where it is another than UTF-8. One of two bytes a character is none that the bytes
/// here can be in: whoever opened the file has read it already.
fn declared(start: &[u8]) -> Option<Encoding> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let end = text.starts_with(b"<?xml").then(|| memchr::memchr(b'>', text)).flatten()?;
    let head = std::str::from_utf8(text.get(..end)?).ok()?;
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.get(1..)?.split(quote).next()?;
    Encoding::of_label(label)
        .filter(|encoding| *encoding != Encoding::Utf8 && !encoding.name().starts_with("UTF-16"))
}

/// The name in a tag without its prefix, and whether the tag opens something.
fn tag_name(tag: &[u8]) -> (&[u8], bool) {
    let inside = tag.strip_prefix(b"<").unwrap_or(&[]);
    let (inside, opens) = match inside.strip_prefix(b"/") {
        Some(rest) => (rest, false),
        None => (inside, true),
    };
    let end = inside.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
    let name = inside.get(..end.unwrap_or(inside.len())).unwrap_or(&[]);
    let local = name.iter().rposition(|&b| b == b':').and_then(|colon| name.get(colon + 1..)).unwrap_or(name);
    (local, opens)
}

/// Reads the fields of one record.
///
/// # Errors
/// Says what the XML parser says.
pub(super) fn record(text: &str) -> Result<MarcRecord<'static>, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut record = MarcRecord { status: b' ', kind: b' ', fields: Vec::new() };
    let mut field: Option<Field<'static>> = None;
    // What stands between two tags, behind the subfields before it.
    let mut value = String::new();
    let mut inside = false;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                let name = start.local_name();
                if name.as_ref() == "subfield" {
                    value.push(SUBFIELD);
                    value.push(attribute(&start, "code")?.chars().next().unwrap_or(' '));
                } else {
                    value.clear();
                    field = begin(&start)?.or(field);
                }
                inside = matches!(name.as_ref(), "subfield" | "controlfield" | "leader");
            }
            Event::Empty(start) => record.fields.extend(begin(&start)?),
            Event::End(end) => {
                match end.local_name().as_ref() {
                    // It may begin with blanks of its own, and stand between others.
                    "leader" => {
                        let leader = value.trim_end().as_bytes();
                        let start = leader.len().saturating_sub(24);
                        record.status = leader.get(start + 5).copied().unwrap_or(b' ');
                        record.kind = leader.get(start + 6).copied().unwrap_or(b' ');
                    }
                    "controlfield" | "datafield" => {
                        if let Some(mut field) = field.take() {
                            field.content = Cow::Owned(value.as_str().to_owned());
                            record.fields.push(field);
                        }
                        value.clear();
                    }
                    "record" => return Ok(record),
                    _ => {}
                }
                inside = false;
            }
            Event::Text(text) if inside => value.push_str(&text.xml10_content()),
            Event::CData(data) if inside => value.push_str(&data.xml10_content()),
            Event::GeneralRef(reference) if inside => match reference.resolve_char_ref() {
                Ok(Some(c)) => value.push(c),
                _ => match &*reference.xml10_content() {
                    "amp" => value.push('&'),
                    "lt" => value.push('<'),
                    "gt" => value.push('>'),
                    "quot" => value.push('"'),
                    "apos" => value.push('\''),
                    // What HTML knows is replaced when the text is cleaned.
                    other => value.extend(["&", other, ";"]),
                },
            },
            Event::Eof => return Err("</record>가 없음".to_owned()),
            _ => {}
        }
    }
}

/// The field that an opening tag begins, when it begins one.
fn begin(start: &BytesStart<'_>) -> Result<Option<Field<'static>>, String> {
    if !matches!(start.local_name().as_ref(), "controlfield" | "datafield") {
        return Ok(None);
    }
    let tag = attribute(start, "tag")?;
    let tag = <[u8; 3]>::try_from(tag.as_bytes()).map_err(|_| format!("표시 기호가 아닌 {tag}"))?;
    let indicator = |name| attribute(start, name).map(|text| text.bytes().next().unwrap_or(b' '));
    let indicators = if is_control(tag) { [b' '; 2] } else { [indicator("ind1")?, indicator("ind2")?] };
    Ok(Some(Field { tag, indicators, content: Cow::Borrowed("") }))
}

/// The value of an attribute; empty when it is missing.
fn attribute(start: &BytesStart<'_>, wanted: &str) -> Result<String, String> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.local_name().as_ref() == wanted {
            return Ok(attribute.value.into_owned());
        }
    }
    Ok(String::new())
}
