//! Finds the last volume of each series, as far as the catalogue goes.

use ahash::RandomState;
use seoga_text::{fold, volume};

use crate::catalogue::{Catalogue, Series};
use crate::hash::fixed_state;

/// The greatest number of each series that has several.
#[derive(Debug)]
pub struct LastVolumes(std::collections::HashMap<String, (u32, u32), RandomState>);

impl LastVolumes {
    /// Finds the least and the greatest number of each series of a catalogue.
    #[must_use]
    pub fn find(catalogue: &Catalogue) -> Self {
        let mut ends = std::collections::HashMap::with_hasher(fixed_state());
        for series in catalogue.books.iter().flat_map(|book| &book.series) {
            let Some(number) = number(series) else { continue };
            let (least, most) = ends.entry(fold::letters(&series.name)).or_insert((number, number));
            (*least, *most) = (number.min(*least), number.max(*most));
        }
        Self(ends)
    }

    /// Tells whether a book with this number is the last of a series that has several.
    pub(super) fn is_last(&self, series: &Series) -> bool {
        let ends = self.0.get(&fold::letters(&series.name));
        ends.is_some_and(|(least, most)| least < most && number(series) == Some(*most))
    }
}

fn number(series: &Series) -> Option<u32> {
    volume::key(series.number.as_deref()?)?.parse().ok()
}
