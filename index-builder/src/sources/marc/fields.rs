//! A MARC record in memory, whatever file format it came in; its texts are the frame's own bytes where they can be.
//!
//! Not what the fields mean. Invariant: the content of a data field is its subfields, each begun by 0x1F and its code; that of a
//! control field (tag 001 to 009) is its text.

use std::borrow::Cow;

/// Begins a subfield.
pub(super) const SUBFIELD: char = '\u{1F}';

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MarcRecord<'a> {
    /// The record status (leader/05): `d` is a deleted record.
    pub(super) status: u8,
    /// The type of record (leader/06): `a` is text, `z` an authority.
    pub(super) kind: u8,
    /// The fields in the order of the record.
    pub(super) fields: Vec<Field<'a>>,
}

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Three characters, of real records digits.
    pub(super) tag: [u8; 3],
    /// Indicators 1 and 2, blanks in a control field.
    pub(super) indicators: [u8; 2],
    /// The text of a control field, the subfields of a data field.
    pub(super) content: Cow<'a, str>,
}

impl MarcRecord<'_> {
    /// The fields with this tag.
    pub(super) fn tagged(&self, tag: &[u8; 3]) -> impl Iterator<Item = &Field<'_>> {
        self.fields.iter().filter(move |field| field.tag == *tag)
    }

    /// Whether a field with this tag is there.
    pub(super) fn has(&self, tag: &[u8; 3]) -> bool {
        self.fields.iter().any(|field| field.tag == *tag)
    }

    /// The texts of one subfield of all fields with this tag.
    pub(super) fn texts(&self, tag: &[u8; 3], code: char) -> impl Iterator<Item = &str> {
        self.tagged(tag).flat_map(move |field| field.all(code))
    }

    /// The text of the first control field with this tag, without blanks around it.
    pub(super) fn control(&self, tag: &[u8; 3]) -> &str {
        self.tagged(tag).next().map_or("", |field| field.content.trim())
    }

    /// Characters of the control field 008, whose places all mean something; none when they are not ASCII.
    pub(super) fn coded(&self, places: std::ops::Range<usize>) -> &str {
        self.tagged(b"008").next().and_then(|field| field.content.get(places)).unwrap_or("")
    }
}

impl Field<'_> {
    /// The code and the text of each subfield.
    pub(super) fn subfields(&self) -> impl Iterator<Item = (char, &str)> {
        self.content.split(SUBFIELD).skip(1).filter_map(|subfield| {
            let code = subfield.chars().next()?;
            Some((code, subfield.get(code.len_utf8()..).unwrap_or("")))
        })
    }

    /// The texts of a subfield, which may come several times.
    pub(super) fn all(&self, code: char) -> impl Iterator<Item = &str> {
        self.subfields().filter(move |subfield| subfield.0 == code).map(|subfield| subfield.1)
    }

    /// The first text of a subfield; empty when there is none.
    pub(super) fn first(&self, code: char) -> &str {
        self.all(code).next().unwrap_or("")
    }

    /// The tag that an 880 stands in for: the three characters at the head of its $6.
    pub(super) fn linked(&self) -> &str {
        if self.tag == *b"880" { self.first('6').get(..3).unwrap_or("") } else { "" }
    }

    /// The texts of some subfields, plain, with blanks between.
    pub(super) fn joined(&self, codes: &str) -> String {
        let mut out = String::new();
        for (_, text) in self.subfields().filter(|(code, _)| codes.contains(*code)) {
            let text = plain(text);
            if !text.is_empty() && !out.is_empty() {
                out.push(' ');
            }
            out.push_str(text);
        }
        out
    }
}

/// Whether a tag is that of a control field.
pub(super) fn is_control(tag: [u8; 3]) -> bool {
    tag.starts_with(b"00")
}

/// A text without the punctuation that the cataloguing rules put before the next element.
pub(super) fn plain(text: &str) -> &str {
    text.trim().trim_end_matches([' ', '/', ':', ';', '=', ',']).trim_start_matches([' ', ':', ';', '=', ','])
}
