//! Common to the reading and the writing of records: sizes, and what the manifest tells of all of them.

use crate::phrases::Phrases;

/// Records of a sub-block, but for the last of a file; a set of them is a word of bits.
pub const SUB_BLOCK: usize = 32;
/// Holds all that the manifest tells once for all records files of its index.
#[derive(Debug, Clone, Copy)]
pub struct Shared<'a> {
    /// The phrases that texts are made of.
    pub phrases: &'a Phrases,
    /// The class numbers that records count into.
    pub classes: &'a [String],
}
