//! Says how the table of normal forms is packed: `build.rs` writes it, `table` reads it.
//!
//! It is a row of numbers, each in bytes of seven bits, the highest first; all bytes of a number but the last have the eighth bit.
//! First the runs of marks, then those of letters: how many there are, and of each how far behind the end of the one before it begins,
//! how many characters it has, and their sort. The sort of marks is their combining class, that of letters
//! how they are made and of how many parts. Then the parts of all letters, in the order of the letters: by how much each differs from the one that follows the
//! part in the same place of the letter before, the sign in the lowest bit.
//! Hangul syllables are no letters here: they are taken apart by arithmetic.

/// Marks the sort of a letter that is made of a letter and a mark, which compose to it again.
pub(crate) const COMPOSED: u32 = 1;
/// Marks the sort of a letter that is like its parts, but not the same: form KC alone has these instead.
pub(crate) const ALIKE: u32 = 2;
/// Bits of such marks in a sort, below the number of parts.
pub(crate) const BITS: u32 = 2;
