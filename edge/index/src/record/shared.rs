//! Common to the reading and the writing of records: sizes, signs, and what the manifest tells of all of them.

/// Records of a sub-block, but for the last of a file.
pub const SUB_BLOCK: usize = 32;
/// Ends a text of a sub-block; no byte of UTF-8.
pub(super) const END: u8 = 0xFF;
/// Holds all that the manifest tells once for all records files of its index.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shared<'a> {
    /// The phrases that texts are packed behind.
    pub phrases: &'a [u8],
    /// The class numbers that records count into.
    pub classes: &'a [String],
}
