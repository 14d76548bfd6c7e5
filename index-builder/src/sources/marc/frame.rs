//! One record as a piece of its file, not yet parsed.
//!
//! Knows neither ISO 2709 nor XML. Invariant: a frame holds at most [`LONGEST_RECORD`] bytes.

/// Bytes of the longest record taken; ISO 2709 itself ends at 99,999.
pub(super) const LONGEST_RECORD: usize = 1 << 20;

/// The bytes of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its place in the file, the first being 1.
    pub(super) number: u32,
    /// The record, or its beginning when it is too long.
    pub(super) bytes: Vec<u8>,
    /// Bytes before it that belong to no record.
    pub(super) stray: Vec<u8>,
    /// Whether it has more than [`LONGEST_RECORD`] bytes.
    pub(super) too_long: bool,
}
