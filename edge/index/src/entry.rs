//! The entry of a key: its only posting, or where its list lies and how long that is, roughly.

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
    /// Gives the class of the document frequency: [`df_class`] of the number of documents that hold the key.
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

/// Computes `floor(2 log2 df)` in integers.
///
/// ```
/// use seoga_index::dictionary::{df_class, df_of_class};
///
/// assert_eq!(df_class(1_000), 19);
/// assert_eq!(df_of_class(19), 724);
/// ```
#[must_use]
pub fn df_class(df: u32) -> u8 {
    let df = u64::from(df.max(1));
    let log = df.ilog2();
    // df >= 2^(log + 1/2) exactly when df^2 >= 2^(2 log + 1)
    let half = u32::from(df * df >= 1 << (2 * log + 1));
    (2 * log + half) as u8
}

/// Computes the smallest number of documents in a class, rounded down.
#[must_use]
pub fn df_of_class(class: u8) -> u32 {
    let whole = 1u64 << (class / 2).min(31);
    // 181/128 = 1.4141
    (if class.is_multiple_of(2) { whole } else { whole * 181 / 128 }) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn df_class_is_within_root_two(df in 1u32..1 << 30) {
            let low = f64::from(df_of_class(df_class(df)));
            prop_assert!(low <= f64::from(df) && f64::from(df) < low * 1.4144 + 1.5, "{df} {low}");
        }
    }
}
