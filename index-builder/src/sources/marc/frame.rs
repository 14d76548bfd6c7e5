//! Records as pieces of their file, not yet parsed: many in one buffer.
//!
//! Knows no file format. Invariant: a frame holds at most [`LONGEST_RECORD`] bytes.

use std::ops::Range;

/// Bytes of the longest record taken; ISO 2709 itself ends at 99,999.
pub(super) const LONGEST_RECORD: usize = 1 << 20;
/// Bytes in a chunk at which no further record is taken into it, and records: some 20 ms of work.
const CHUNK_BYTES: usize = 2 << 20;
const CHUNK_RECORDS: usize = 8_192;

/// Records read together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    pub(super) frames: Vec<Frame>,
}

/// The place of one record in a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its place in the file, the first being 1.
    pub(super) number: u32,
    /// The record, or its beginning when it is too long.
    pub(super) record: Range<usize>,
    /// Bytes before it that belong to no record.
    pub(super) stray: Range<usize>,
    /// Whether it has more than [`LONGEST_RECORD`] bytes.
    pub(super) too_long: bool,
}

impl Chunk {
    /// Whether there is room for a further record.
    pub(super) fn has_room(&self) -> bool {
        self.bytes.len() < CHUNK_BYTES && self.frames.len() < CHUNK_RECORDS
    }

    /// Adds a record that stands alone.
    pub(super) fn push(&mut self, number: u32, record: &[u8], too_long: bool) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record);
        self.frames.push(Frame { number, record: start..self.bytes.len(), stray: start..start, too_long });
    }

    /// Each record with its bytes and the stray ones before it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Frame, &[u8], &[u8])> {
        let at = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or(&[]);
        self.frames.iter().map(move |frame| (frame, at(&frame.record), at(&frame.stray)))
    }
}
