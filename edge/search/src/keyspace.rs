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

/// Bytes of a word's key at most.
pub const KEY_BYTES: usize = 64;

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

/// Encodes the letters of a text as the key of the word that they are when written as one, as long as keys are.
pub(crate) fn text_key(text: &str) -> Vec<u8> {
    let mut key = publisher_key(text);
    key.truncate(KEY_BYTES);
    key
}

/// Encodes the name of a series as the key, within its namespace, that books are filtered by, as a publisher's is.
#[must_use]
pub fn series_key(name: &str) -> Vec<u8> {
    publisher_key(name)
}

/// Encodes an acronym as the key, within its namespace, of the books called so.
///
/// ```
/// assert_eq!(seoga_search::acronym_key("lotr"), b"ilotr");
/// ```
#[must_use]
pub fn acronym_key(acronym: &str) -> Vec<u8> {
    [b"i", acronym.as_bytes()].concat()
}

/// Encodes the name of a series as the key, within the namespace of what books are called, of the books that are of it.
#[must_use]
pub fn whole_series_key(name: &str) -> Vec<u8> {
    [b"s".to_vec(), text_key(name)].concat()
}

/// Encodes a title as the key, within its namespace, of the volume behind it.
///
/// ```
/// assert_eq!(seoga_search::next_key("The Salt Hills"), seoga_search::next_key("salt hills"));
/// ```
#[must_use]
pub fn next_key(title: &str) -> Vec<u8> {
    let folded = seoga_text::fold::fold(title);
    [b"n".to_vec(), text_key(seoga_text::acronym::without_article(folded.trim()))].concat()
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

/// The number of the order of a library's days, behind those of [`Sort`].
const OF_LIBRARY: u8 = 7;
/// The number of the lists of books of which a library tells no day.
const UNDATED: u8 = 8;

/// Encodes the key of the books that a library registered from this day on, up to the next list's; a later list comes before.
#[must_use]
pub fn library_order_key(library: u16, first: u16) -> Vec<u8> {
    let mut key = library_order_prefix(library);
    key.extend((u16::MAX - first).to_be_bytes());
    key
}

/// Encodes what the keys of a library's days begin with.
pub(crate) fn library_order_prefix(library: u16) -> Vec<u8> {
    let [a, b] = library.to_be_bytes();
    vec![space::ORDER, OF_LIBRARY, a, b]
}

/// Decodes the first day of a list of a library's days.
pub(crate) fn first_day(key: &[u8]) -> Option<u16> {
    let day = key.get(4..)?.try_into().ok()?;
    Some(u16::MAX - u16::from_be_bytes(day))
}

/// Encodes the key of the books that a library holds since a day that is not known.
#[must_use]
pub fn undated_key(library: u16) -> Vec<u8> {
    let [a, b] = library.to_be_bytes();
    vec![space::ORDER, UNDATED, a, b]
}

/// Gives the key and the payload under which the books of a work stand, by the number of the work.
#[must_use]
pub fn work_place(work: u32) -> (Vec<u8>, u16) {
    let [a, b, c, d] = work.to_be_bytes();
    (vec![space::WORK, a, b], u16::from_be_bytes([c, d]))
}

/// Gives the key by which a list of works lies among the lists: behind those of words and of orders.
#[must_use]
pub fn works_key(key: &[u8]) -> Vec<u8> {
    [&[0xFF, 4], key].concat()
}

/// Gives the number of the first work on a list.
pub(crate) fn first_work(key: &[u8]) -> Option<u32> {
    let upper: [u8; 2] = key.get(1..)?.try_into().ok()?;
    Some(u32::from(u16::from_be_bytes(upper)) << u16::BITS)
}

/// Encodes the key of a list of titles, from one on that begins with these bytes of what titles are sorted by.
#[must_use]
pub fn title_order_key(border: &[u8]) -> Vec<u8> {
    let mut key = vec![space::ORDER, Sort::Title.number()];
    key.extend_from_slice(border);
    key
}

/// Encodes the key of a list of the books that stand in a row in an order; those of a smaller bucket come before.
#[must_use]
pub fn order_key(sort: Sort, bucket: u32) -> Vec<u8> {
    let [a, b, c, d] = bucket.to_be_bytes();
    vec![space::ORDER, sort.number(), a, b, c, d]
}
