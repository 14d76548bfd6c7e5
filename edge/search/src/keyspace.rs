//! Lengths and spellings of keys in the term dictionary, which the builder writes and a query looks up.

use seoga_index::choices::hash;
use seoga_index::key::space;

use crate::request::Sort;

/// Initial consonants in one key of the dictionary; a longer run is checked
/// against the records found.
pub const INITIALS_IN_KEY: usize = 7;

/// Keystrokes of a title in one key of the dictionary, for titles that begin
/// with the query.
pub const TITLE_KEYS: usize = 24;

/// Prefixes of up to this many keystrokes carry their best completions where
/// many words begin with them.
pub const COMPLETION_KEYS: usize = 4;

/// Keystrokes in the key of a suggestion.
pub(crate) const SUGGESTION_KEY_BYTES: usize = 24;

/// Hashes the keystrokes of the letters of a title that is longer than [`TITLE_KEYS`], whole; 0 for a shorter one, whose
/// key says all. Of two titles with one key, one in 65,536 has the hash of the other.
///
/// ```
/// let hash = |title: &str| seoga_search::whole_title_hash(&seoga_text::keys::encode(title));
/// assert_eq!(hash("파이썬"), 0);
/// assert_ne!(hash("파이썬으로배우는프로그래밍"), hash("파이썬으로배우는프로그램"));
/// ```
#[must_use]
pub fn whole_title_hash(keystrokes: &[u8]) -> u16 {
    let is_longer = keystrokes.len() > TITLE_KEYS;
    if is_longer { ((hash(vec![keystrokes.to_vec()]) >> 48) as u16).max(1) } else { 0 }
}

/// Encodes a publisher's name as the key, within its namespace, that books are filtered by: the keystrokes of its
/// letters, so that spacing and case do not matter.
///
/// ```
/// assert_eq!(seoga_search::publisher_key("한빛 미디어"), seoga_search::publisher_key("한빛미디어"));
/// ```
#[must_use]
pub fn publisher_key(name: &str) -> Vec<u8> {
    seoga_text::keys::encode(&seoga_text::fold::letters(name))
}

/// Encodes the letters of a text as the key of its suggestion.
///
/// ```
/// assert_eq!(seoga_search::suggestion_key("파이썬"), seoga_text::keys::encode("파이썬"));
/// ```
#[must_use]
pub fn suggestion_key(letters: &str) -> Vec<u8> {
    let mut key = seoga_text::keys::encode(letters);
    key.truncate(SUGGESTION_KEY_BYTES);
    key
}

/// Encodes the key of a list of the books that stand in a row in an order; those of a smaller bucket come before.
#[must_use]
pub fn order_key(sort: Sort, bucket: u32) -> Vec<u8> {
    let [a, b, c, d] = bucket.to_be_bytes();
    vec![space::ORDER, sort.number(), a, b, c, d]
}
