//! Where files begin: how long they may get, and where those of an earlier index began, so that those of the next one
//! begin there again.
//!
//! A file that begins and ends where it did, and holds what it did, keeps its bytes and its name. Between two kept starts a
//! file may grow half as long again as it would in an index of its own before it is divided.

use std::iter::Peekable;
use std::vec::IntoIter;

/// Up to so many books files are as small as can be; a deployment takes 20,000 files, so those of more books are longer.
const SMALL_FILES_TO: usize = 100_000;

/// How long the files of a kind may get.
pub(super) struct Growth {
    /// Up to [`SMALL_FILES_TO`] books.
    pub(super) bytes: usize,
    /// From there on a byte more for so many books more,
    pub(super) books_a_byte: usize,
    /// up to this.
    pub(super) most: usize,
}

impl Growth {
    pub(super) fn at(&self, books: usize) -> usize {
        (self.bytes + books.saturating_sub(SMALL_FILES_TO) / self.books_a_byte).min(self.most)
    }
}

/// Starts of files, ascending; none for an index of its own.
#[derive(Debug)]
pub(super) struct Starts<K> {
    kept: Peekable<IntoIter<K>>,
    any: bool,
}

impl<K> Starts<K> {
    pub(super) fn new(kept: Vec<K>) -> Self {
        Self { any: !kept.is_empty(), kept: kept.into_iter().peekable() }
    }

    /// Gives the last of the starts that are reached by now and were not before.
    pub(super) fn reached(&mut self, is_reached: impl Fn(&K) -> bool) -> Option<K> {
        let mut last = None;
        while let Some(start) = self.kept.next_if(&is_reached) {
            last = Some(start);
        }
        last
    }

    /// Gives the length a file may grow to that an index of its own closes at `bytes`.
    pub(super) fn most(&self, bytes: usize) -> usize {
        if self.any { bytes + bytes / 2 } else { bytes }
    }
}

impl<K> Default for Starts<K> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}
