//! How an order came about, when the search is over: for tools, behind the feature `explain`.

use seoga_index::dictionary::Entry;

use super::{Found, LookedUp, Search};
use crate::docset::DocSet;
use crate::explain::{Explanation, Term, Why, why, words};
use crate::reader::Reader;
use crate::request::Sort;

impl Search {
    pub(super) fn explain(&self, reader: &Reader<'_>, looked_up: &LookedUp, found: &Found) -> Explanation {
        let listed = looked_up.listed.as_ref().map(|entries| {
            let term = |entry: &Entry| {
                let list = reader.list(*entry);
                Term { word: String::new(), df: list.df, read: list.postings.len() as u32, rarity: 0 }
            };
            entries.iter().map(term).collect()
        });
        let (first, last) = self.page();
        let page = found.ranked.iter().take(last).skip(first);
        let mut begin = DocSet::none(self.manifest.documents);
        for entry in &looked_up.beginnings {
            reader.documents(*entry, &mut begin);
        }
        let of_words = listed.is_none() && self.request.sort != Sort::Topics;
        let hits = page.map(|hit| match of_words {
            true => {
                let begins = begin.contains(hit.doc());
                Why {
                    preferred: found.preferred(hit),
                    ..why(reader, &looked_up.slots, &found.gathered, hit, &found.related, begins)
                }
            }
            false => Why { preferred: found.preferred(hit), ..Why::default() },
        });
        Explanation {
            words: words(reader, &looked_up.slots),
            hits: hits.collect(),
            listed,
            widened: looked_up.widened,
            passing: looked_up.filters.documents(reader, None).docs().map(|docs| docs.len() as u32),
            related: found.near.nearest(reader),
            files: Vec::new(),
        }
    }
}
