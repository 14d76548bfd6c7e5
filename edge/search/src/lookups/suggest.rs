//! Suggests completions of what is being typed.

use std::sync::Arc;

use seoga_index::block::Block;
use seoga_index::file::Kind;
use seoga_index::key::{after_prefix, in_space};
use seoga_index::manifest::Manifest;
use seoga_index::suggest::{SHORT_PREFIX, SHORT_PREFIX_KEYS, Suggestion};
use seoga_text::{fold, keys};

use crate::keyspace::suggestion_key;
use crate::reader::Reader;
use crate::sorting;
use crate::step::{Machine, SearchError, Step};
use crate::store::Store;

/// Keys visited for a prefix without precomputed completions.
const VISITED: usize = 256;
/// Shards read for one prefix.
const MOST_SHARDS: usize = 2;

/// Completes what is being typed: keywords, titles, authors, publishers, those
/// with most books first.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tiny/mod.rs"));
/// # fn main() -> Result<(), SearchError> {
/// use seoga_search::Suggest;
///
/// let index = tiny_index();
/// let suggestions = index.ask(Suggest::new(Arc::clone(&index.manifest), "파이", 10))?;
/// assert_eq!(suggestions[0].text, "파이썬 첫걸음");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Suggest {
    manifest: Arc<Manifest>,
    prefix: Vec<u8>,
    limit: usize,
}

impl Suggest {
    /// Begins to complete `text` as typed so far, its last syllable in any state of
    /// composition, at most `limit` suggestions.
    #[must_use]
    pub fn new(manifest: Arc<Manifest>, text: &str, limit: usize) -> Self {
        Self { manifest, prefix: keys::encode(&fold::letters(text)), limit }
    }
}

impl Machine for Suggest {
    type Answer = Vec<Suggestion>;

    fn step(&mut self, store: &dyn Store) -> Result<Step<Self::Answer>, SearchError> {
        if self.prefix.is_empty() {
            return Ok(Step::Done(Vec::new()));
        }
        let reader = Reader::new(&self.manifest, store);
        let mut found = self.precomputed(&reader).unwrap_or_default();
        if found.is_empty() {
            found = self.by_prefix(&reader);
        }
        let missing = reader.finish()?;
        if !missing.is_empty() {
            return Ok(Step::Need(missing));
        }
        sorting::sort_by(&mut found, |a, b| {
            b.count.cmp(&a.count).then(a.kind.cmp(&b.kind)).then(a.text.cmp(&b.text))
        });
        // One text once, under its most frequent kind.
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|suggestion| seen.insert(fold::letters(&suggestion.text)));
        found.truncate(self.limit);
        Ok(Step::Done(found))
    }
}

impl Suggest {
    /// Reads the completions that the builder computed for a short prefix.
    fn precomputed(&self, reader: &Reader<'_>) -> Option<Vec<Suggestion>> {
        if self.prefix.len() > SHORT_PREFIX_KEYS {
            return None;
        }
        let number = self.manifest.directory.suggest.find(&in_space(SHORT_PREFIX, &self.prefix))?;
        reader.read(Kind::Suggest, number, |block| Ok(block.suggestions()?.compiled(&self.prefix)))?
    }

    /// Reads the suggestions whose keys begin with the prefix.
    fn by_prefix(&self, reader: &Reader<'_>) -> Vec<Suggestion> {
        let in_key = self
            .prefix
            .get(..crate::keyspace::SUGGESTION_KEY_BYTES.min(self.prefix.len()))
            .unwrap_or_default();
        let end = after_prefix(in_key);
        let mut found = Vec::new();
        for number in self.manifest.directory.suggest.between(in_key, end.as_deref()).take(MOST_SHARDS) {
            let key = |text: &str| suggestion_key(&fold::letters(text));
            let shard = |block: &Block| Ok(block.suggestions()?.completions(in_key, VISITED, &key));
            found.extend(reader.read(Kind::Suggest, number, shard).into_iter().flatten());
        }
        if in_key.len() < self.prefix.len() {
            found.retain(|suggestion| {
                keys::encode(&fold::letters(&suggestion.text)).starts_with(&self.prefix)
            });
        }
        found
    }
}
