//! MARC-in-JSON, as code4lib describes it and pymarc, ruby-marc and marc4j write it: one object, an array of them, or one a line.
//!
//! The file is cut at the braces of its outermost objects before any of it is parsed, so a record that is no JSON costs itself
//! alone. Knows no meaning of a field. Invariants: as in `iso2709`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde::Deserialize;

use super::fields::{Field, MarcRecord, SUBFIELD, is_control};
use super::frame::{Chunk, LONGEST_RECORD};

/// Whether the first bytes of a file are those of records in this form.
pub(super) fn is_start(text: &[u8]) -> bool {
    let object = text.strip_prefix(b"[").unwrap_or(text).trim_ascii_start();
    let has = |name: &[u8]| text.windows(name.len()).take(4_096).any(|window| window == name);
    object.starts_with(b"{") && has(b"\"leader\"") && (has(b"\"fields\"") || has(b"\"001\""))
}

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

    /// Adds the next outermost object to a chunk, whole or not. False at the end of the file.
    pub(super) fn next_into(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        let start = chunk.bytes.len();
        let (mut depth, mut quoted, mut escaped, mut too_long) = (0_usize, false, false, false);
        loop {
            let held = self.reader.fill_buf()?;
            if held.is_empty() {
                if depth > 0 {
                    self.put(start, too_long, chunk);
                }
                return Ok(depth > 0);
            }
            let mut used = 0;
            let mut done = false;
            for &byte in held {
                used += 1;
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' if depth > 0 => quoted = !quoted,
                    b'{' if !quoted => depth += 1,
                    b'}' if !quoted && depth > 0 => {
                        depth -= 1;
                        done = depth == 0;
                    }
                    // A line end inside quotation marks is no JSON: the one before was not closed.
                    b'\n' if quoted => (quoted, done, depth) = (false, true, 0),
                    _ => {}
                }
                if depth > 0 || done {
                    match chunk.bytes.len() - start < LONGEST_RECORD {
                        true => chunk.bytes.push(byte),
                        false => too_long = true,
                    }
                }
                if done {
                    break;
                }
            }
            self.reader.consume(used);
            self.bytes_read += used as u64;
            if done {
                self.put(start, too_long, chunk);
                return Ok(true);
            }
        }
    }

    fn put(&mut self, start: usize, too_long: bool, chunk: &mut Chunk) {
        self.number = self.number.saturating_add(1);
        let record = chunk.bytes.split_off(start);
        chunk.push(self.number, &record, too_long);
    }
}

/// A record as it stands in JSON.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default)]
    leader: Cow<'a, str>,
    #[serde(borrow, default)]
    fields: Vec<BTreeMap<Cow<'a, str>, Content<'a>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content<'a> {
    Control(#[serde(borrow)] Cow<'a, str>),
    Data {
        #[serde(default)]
        ind1: String,
        #[serde(default)]
        ind2: String,
        #[serde(default)]
        subfields: Vec<BTreeMap<String, String>>,
    },
}

/// Reads the fields of one record.
///
/// # Errors
/// Says what the JSON parser says.
pub(super) fn record(text: &str) -> Result<MarcRecord<'static>, String> {
    let record: Record<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let leader = record.leader.as_bytes();
    let byte = |at: usize| leader.get(at).copied().unwrap_or(b' ');
    let mut fields = Vec::with_capacity(record.fields.len());
    for (tag, content) in record.fields.into_iter().flatten() {
        let tag = <[u8; 3]>::try_from(tag.as_bytes()).map_err(|_| format!("표시 기호가 아닌 {tag}"))?;
        let mut indicators = [b' '; 2];
        let content = match content {
            Content::Control(text) => text.into_owned(),
            Content::Data { .. } if is_control(tag) => continue,
            Content::Data { ind1, ind2, subfields } => {
                indicators = [ind1, ind2].map(|text| text.bytes().next().unwrap_or(b' '));
                let mut content = String::new();
                for (code, text) in subfields.into_iter().flatten() {
                    content.push(SUBFIELD);
                    content.push_str(&code);
                    content.push_str(&text.replace(SUBFIELD, " "));
                }
                content
            }
        };
        fields.push(Field { tag, indicators, content: Cow::Owned(content) });
    }
    Ok(MarcRecord { status: byte(5), kind: byte(6), fields })
}
