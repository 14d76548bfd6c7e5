//! Looks at single parts of an index, for tools.

use seoga_index::dictionary::Entry;
use seoga_index::manifest::Manifest;
use seoga_index::postings::Posting;

use crate::machine::{SearchError, Step};
use crate::reader::Reader;
use crate::store::Store;

/// A key's entry, and its list as far as a search reads it.
pub type Term = (Entry, Vec<Posting>);

/// Looks a key up.
///
/// # Errors
/// [`SearchError`] when a block is malformed.
pub fn term(manifest: &Manifest, store: &dyn Store, key: &[u8]) -> Result<Step<Option<Term>>, SearchError> {
    let reader = Reader::new(manifest, store);
    let found = reader.get(key).map(|entry| (entry, reader.list(entry).postings));
    let missing = reader.finish()?;
    Ok(if missing.is_empty() { Step::Done(found) } else { Step::Need(missing) })
}
