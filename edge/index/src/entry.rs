//! The entry of a key: its only posting, or where its list lies and how long that is, roughly.

use crate::df::df_of_class;
use crate::postings::Posting;

/// Holds the postings of a key, or where they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The key's only posting.
    Inline(Posting),
    /// A list in the postings address space.
    List {
        /// Where the list begins.
        address: u64,
        /// `floor(2 log2 df)`, 0 to 63.
        df_class: u8,
    },
}

impl Entry {
    /// Gives the class of the document frequency: [`df_class`](crate::dictionary::df_class) of the number of documents that hold the key.
    #[must_use]
    pub fn df_class(&self) -> u8 {
        match *self {
            Entry::Inline(_) => 0,
            Entry::List { df_class, .. } => df_class,
        }
    }

    /// Estimates how many documents hold the key: exact for one, else the lower
    /// edge of the class (within a factor of the square root of 2).
    #[must_use]
    pub fn df(&self) -> u32 {
        match *self {
            Entry::Inline(_) => 1,
            Entry::List { df_class, .. } => df_of_class(df_class),
        }
    }
}
