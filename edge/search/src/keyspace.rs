//! Lengths and spellings of keys in the term dictionary, which the builder writes and a query looks up.

use seoga_index::choices::hash;
use seoga_index::key::{in_space, space};

use crate::request::Sort;

/// Initial consonants in one key of the dictionary; a longer run is checked
/// against the records found.
pub const INITIALS_IN_KEY: usize = 7;

/// Keystrokes of a title in one key of the dictionary, for titles that begin
/// with the query.
pub const TITLE_KEYS: usize = 24;

/// Bytes of the hash of a whole title: of a million titles one has the hash of another text that is asked for in a chance of one
/// to some 280 million.
const WHOLE_TITLE_BYTES: usize = 6;

/// Prefixes of up to this many keystrokes carry their best completions where
/// many words begin with them.
pub const COMPLETION_KEYS: usize = 4;

/// Keystrokes in the key of a suggestion.
pub(crate) const SUGGESTION_KEY_BYTES: usize = 24;

/// Gives the key of a title that is longer than [`TITLE_KEYS`], whole, of the keystrokes of its letters; `None` for a shorter
/// one, whose keystrokes are its key.
///
/// ```
/// let key = |title: &str| seoga_search::whole_title_key(&seoga_text::keys::encode(title));
/// assert_eq!(key("파이썬"), None);
/// assert_eq!(key("파이썬으로배우는프로그래밍").map(|key| key.len()), Some(7));
/// ```
#[must_use]
pub fn whole_title_key(keystrokes: &[u8]) -> Option<Vec<u8>> {
    let digest = hash(vec![keystrokes.to_vec()]).to_be_bytes();
    let head = digest.get(..WHOLE_TITLE_BYTES).unwrap_or_default();
    (keystrokes.len() > TITLE_KEYS).then(|| in_space(space::WHOLE_TITLE, head))
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
