//! A MARC record in memory, whatever file format it came in.
//!
//! Not what the fields mean (`book` knows that). Invariant: a control field (tag 001 to 009) has no subfields, and a
//! data field no text of its own.

/// One record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MarcRecord {
    /// The record status (leader/05): `d` is a deleted record.
    pub(super) status: u8,
    /// The fields in the order of the record.
    pub(super) fields: Vec<Field>,
}

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Three characters, of real records digits.
    pub(super) tag: [u8; 3],
    /// Indicators 1 and 2, blanks in a control field.
    pub(super) indicators: [u8; 2],
    /// The text of a control field.
    pub(super) text: String,
    /// Code and text of each subfield.
    pub(super) subfields: Vec<(char, String)>,
}

impl MarcRecord {
    /// The fields with this tag.
    pub(super) fn tagged(&self, tag: &[u8; 3]) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.tag == *tag)
    }

    /// The texts of one subfield of all fields with this tag.
    pub(super) fn texts(&self, tag: &[u8; 3], code: char) -> impl Iterator<Item = &str> {
        self.tagged(tag).flat_map(move |field| field.all(code))
    }

    /// Characters of the control field 008, whose places all mean something; none when they are not ASCII.
    pub(super) fn coded(&self, places: std::ops::Range<usize>) -> &str {
        self.tagged(b"008").next().and_then(|field| field.text.get(places)).unwrap_or("")
    }
}

impl Field {
    /// The texts of a subfield, which may come several times.
    pub(super) fn all(&self, code: char) -> impl Iterator<Item = &str> {
        self.subfields.iter().filter(move |subfield| subfield.0 == code).map(|subfield| subfield.1.as_str())
    }

    /// The first text of a subfield; empty when there is none.
    pub(super) fn first(&self, code: char) -> &str {
        self.all(code).next().unwrap_or("")
    }
}

/// Whether a tag is that of a control field.
pub(super) fn is_control(tag: [u8; 3]) -> bool {
    tag.starts_with(b"00")
}
