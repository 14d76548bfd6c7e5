//! A plain payload, kept in the bytes it came in.

use std::ops::{Deref, Range};

/// Holds the payload of an opened file: the file's own bytes from behind the header on, or what they unpacked to.
///
/// ```
/// use seoga_index::payload::Payload;
///
/// let payload = Payload::from(vec![1, 2, 3]);
/// assert_eq!(payload.get(1..), Some([2, 3].as_slice()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Payload {
    bytes: Vec<u8>,
    start: usize,
}

impl Payload {
    /// Keeps the bytes of `file` from `start` on.
    pub(crate) fn behind(file: Vec<u8>, start: usize) -> Self {
        Self { bytes: file, start }
    }

    /// Counts the bytes held, the header in front and room behind too.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.capacity()
    }
}

impl Deref for Payload {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }
}

impl AsRef<[u8]> for Payload {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Compares the payloads, not what they lie in.
impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Payload {}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, start: 0 }
    }
}

/// A part of a payload that is read by itself, such as an FST.
#[derive(Debug)]
pub(crate) struct PayloadPart {
    payload: Payload,
    place: Range<usize>,
}

impl PayloadPart {
    /// Keeps a payload for the part that lies at `place`.
    pub(crate) fn new(payload: Payload, place: Range<usize>) -> Self {
        Self { payload, place }
    }

    /// Gives the whole payload.
    pub(crate) fn payload(&self) -> &Payload {
        &self.payload
    }
}

impl AsRef<[u8]> for PayloadPart {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.payload.get(self.place.clone()).unwrap_or_default()
    }
}
