//! Lengths and spellings of keys in the term dictionary, which the builder writes and a query looks up.

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
