//! MARCXML: where a record ends, and its fields.
//!
//! The file is cut at `<record>` and `</record>` before any of it is parsed, so a record that is no XML costs itself
//! alone. Wrappers of other services (OAI-PMH, SRU) have a `record` of their own around ours; the inner one counts.
//! Namespaces and prefixes are not asked for. Knows no meaning of a field. Invariants: as in `iso2709`; no entity is
//! ever expanded but the five of XML itself and character references.

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::fields::{Field, MarcRecord, is_control};
use super::frame::{Frame, LONGEST_RECORD};

/// Cuts a file into records.
#[derive(Debug)]
pub(super) struct Frames<R> {
    reader: R,
    /// The record so far, when one is open.
    open: Option<Open>,
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
    pub(super) fn new(reader: R) -> Self {
        Self { reader, open: None, number: 0, bytes_read: 0 }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next record, whole or not; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        let mut piece = Vec::new();
        let mut in_comment = false;
        loop {
            piece.clear();
            let limit = LONGEST_RECORD as u64;
            let read = Read::take(&mut self.reader, limit).read_until(b'>', &mut piece)?;
            if read == 0 {
                let last = self.open.take().filter(|open| open.has_fields);
                return Ok(last.map(|open| self.frame(open, false)));
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
                        return Ok(Some(self.frame(open, true)));
                    }
                    None
                }
            };
            if let Some(open) = finished {
                return Ok(Some(self.frame(open, false)));
            }
        }
    }

    fn frame(&mut self, open: Open, too_long: bool) -> Frame {
        self.number = self.number.saturating_add(1);
        Frame { number: self.number, bytes: open.bytes, stray: Vec::new(), too_long }
    }
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
pub(super) fn record(text: &str) -> Result<MarcRecord, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut record = MarcRecord::default();
    let mut field: Option<Field> = None;
    // What the text between two tags belongs to.
    let mut value = String::new();
    let mut code = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                value.clear();
                begin(&start, &mut field, &mut code)?;
            }
            Event::Empty(start) => {
                if start.local_name().as_ref() == "datafield" || start.local_name().as_ref() == "controlfield"
                {
                    begin(&start, &mut field, &mut code)?;
                    record.fields.extend(field.take());
                }
            }
            Event::End(end) => {
                match end.local_name().as_ref() {
                    // It may begin with blanks of its own, and stand between others.
                    "leader" => {
                        let leader = value.trim_end().as_bytes();
                        let start = leader.len().saturating_sub(24);
                        record.status = leader.get(start + 5).copied().unwrap_or(b' ');
                    }
                    "controlfield" | "datafield" => {
                        if let Some(mut field) = field.take() {
                            if is_control(field.tag) {
                                field.text = std::mem::take(&mut value);
                            }
                            record.fields.push(field);
                        }
                    }
                    "subfield" => {
                        if let (Some(field), Some(code)) = (field.as_mut(), code.take()) {
                            field.subfields.push((code, std::mem::take(&mut value)));
                        }
                    }
                    "record" => return Ok(record),
                    _ => {}
                }
                value.clear();
            }
            Event::Text(text) => value.push_str(&text.xml10_content()),
            Event::CData(data) => value.push_str(&data.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
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
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// Takes in the opening tag of a field or a subfield.
fn begin(start: &BytesStart<'_>, field: &mut Option<Field>, code: &mut Option<char>) -> Result<(), String> {
    let attribute = |wanted: &str| -> Result<String, String> {
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            if attribute.key.local_name().as_ref() == wanted {
                return Ok(attribute.value.into_owned());
            }
        }
        Ok(String::new())
    };
    match start.local_name().as_ref() {
        "controlfield" | "datafield" => {
            let tag = attribute("tag")?;
            let tag = <[u8; 3]>::try_from(tag.as_bytes()).map_err(|_| format!("표시 기호가 아닌 {tag}"))?;
            let indicator = |name| attribute(name).map(|text| text.bytes().next().unwrap_or(b' '));
            let indicators = [indicator("ind1")?, indicator("ind2")?];
            *field = Some(Field { tag, indicators, text: String::new(), subfields: Vec::new() });
        }
        "subfield" => *code = attribute("code")?.chars().next(),
        _ => {}
    }
    Ok(())
}
