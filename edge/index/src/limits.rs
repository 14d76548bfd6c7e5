//! The sizes that the writer and the readers of an index share.
//!
//! Section 13 of `docs/INDEX_FORMAT.md` has them all; here are those that no single kind of file owns.

use crate::DocId;

/// Books in an index at most: the compiler keeps a document number in 22 bits.
pub const MAX_DOCUMENTS: DocId = 1 << 22;

/// Libraries in an index at most: a bit each in the mask of every book.
pub const MAX_LIBRARIES: usize = 4096;

/// An index of more books than this has fewer and longer files, as a deployment holds 20,000: columns cover twice the
/// documents, and a reader that may read several files of a kind reads half as many.
pub const LARGE_INDEX_DOCUMENTS: DocId = 400_000;
