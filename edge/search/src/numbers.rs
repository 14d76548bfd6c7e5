//! All book numbers of an index, in pages: what a sitemap lists. A page is the numbers in a few shards of the dictionary,
//! so the manifest alone says how many pages there are, and one page never reads the whole index.

use std::sync::Arc;

use seoga_index::key::{after_prefix, space};
use seoga_index::manifest::Manifest;

use crate::lookup::done;
use crate::machine::{SearchError, Step};
use crate::reader::Reader;
use crate::store::Store;

/// Shards of the dictionary in a page. A number takes some bytes of a shard of 12 KiB, so a page has some thousands.
const SHARDS: u32 = 4;

/// Reads one page of numbers.
#[derive(Debug)]
pub struct Numbers {
    manifest: Arc<Manifest>,
    page: u32,
}

impl Numbers {
    /// How many pages an index has.
    #[must_use]
    pub fn pages(manifest: &Manifest) -> u32 {
        let shards = shards(manifest);
        (shards.end - shards.start).div_ceil(SHARDS)
    }

    /// Begins to read a page, from 0.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, page: u32) -> Self {
        Self { manifest, page }
    }

    /// Goes on as far as the blocks at hand allow: the numbers, ascending; none on a page that does not exist.
    ///
    /// # Errors
    /// [`SearchError`] when a block is malformed.
    pub fn step(&mut self, store: &dyn Store) -> Result<Step<Vec<u64>>, SearchError> {
        let reader = Reader::new(&self.manifest, store);
        let shards = shards(&self.manifest);
        let first = shards.start.saturating_add(self.page.saturating_mul(SHARDS));
        let mut numbers = Vec::new();
        if first < shards.end {
            let border = |shard: u32| {
                let key = (shard > shards.start && shard < shards.end)
                    .then(|| self.manifest.directory.dictionary.first_key(shard).map(<[u8]>::to_vec));
                key.flatten()
            };
            let from = border(first).unwrap_or_else(|| vec![space::ISBN]);
            let to = border(first.saturating_add(SHARDS)).or_else(|| after_prefix(&[space::ISBN]));
            reader.range(&from, to.as_deref(), SHARDS as usize, &mut |key, _| {
                let digits = key.get(1..).and_then(|digits| std::str::from_utf8(digits).ok());
                numbers.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
                true
            });
        }
        done(reader, numbers)
    }
}

/// The shards that may hold numbers.
fn shards(manifest: &Manifest) -> std::ops::Range<u32> {
    let end = after_prefix(&[space::ISBN]);
    manifest.directory.dictionary.between(&[space::ISBN], end.as_deref())
}
