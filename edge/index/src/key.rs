//! The key space of the dictionary.
//!
//! One ordered space of byte strings holds every list of an index. Ordinary
//! terms are keystroke strings (bytes from 0x20 up, made by the text crate);
//! everything else lies below, behind a first byte of its own.

/// Namespaces: the first byte of keys that are no ordinary terms.
pub mod space {
    /// Class number prefixes: `004.73` is listed under 0, 00, 004, 004.7, 004.73.
    pub const CLASS: u8 = 0x01;
    /// Publication years, four digits.
    pub const YEAR: u8 = 0x02;
    /// Languages: `ko`, `en`, `other`.
    pub const LANGUAGE: u8 = 0x03;
    /// Publishers by their folded name's keystrokes, for the filter.
    pub const PUBLISHER: u8 = 0x04;
    /// Books that no library holds, under the bare byte (the manifest has each
    /// library's list).
    pub const LIBRARY: u8 = 0x06;
    /// Runs of initial consonants from a word start on.
    pub const INITIALS: u8 = 0x07;
    /// Pairs of neighbouring syllables inside a word.
    pub const BIGRAM: u8 = 0x08;
    /// Best documents of a short prefix, compiled offline.
    pub const COMPLETION: u8 = 0x09;
    /// Words that others are related to, by number: see [`crate::related`].
    pub const RELATED: u8 = 0x0a;
    /// Beginnings of titles by the keystrokes of their letters. Payloads are hashes of titles that are longer, else 0.
    pub const TITLE: u8 = 0x0b;
    /// The latest arrivals: of all under the bare byte, of a library under `l` and its number in two
    /// bytes big-endian, of a class number's prefix under `c` and the prefix. Payloads are ranks.
    pub const ARRIVALS: u8 = 0x0c;
    /// Words of class captions, by the keystrokes of a term.
    pub const CAPTION: u8 = 0x0d;
    /// The books in an order, in lists that come one after the other: the number of the order, then four bytes big-endian.
    /// Payloads are the order within a list.
    pub const ORDER: u8 = 0x0e;
    /// Volumes, by the UTF-8 of their key: see `volume` of the text crate. Payloads are those of a title's word.
    pub const VOLUME: u8 = 0x0f;
    /// Series, by the keystrokes of the letters of their names.
    pub const SERIES: u8 = 0x10;
    /// The books of works that have several editions: the upper two bytes of the works' numbers, big-endian. Payloads are the lower two.
    pub const WORK: u8 = 0x11;
    /// Words by their consonant skeletons: the skeleton, a zero byte, a term. Entries are those of the terms.
    pub const SKELETON: u8 = 0x12;
    /// Books by what else they are called: `i` and the Latin initials of their title or series, `s` and the keystrokes of the
    /// whole name of a series, or `n` and the keystrokes of the
    /// title of the volume before. Payloads are those of a title's word.
    pub const CALLED: u8 = 0x13;
    /// The books whose records last changed on a day: days since 1970-01-01 in two bytes big-endian.
    pub const CHANGED: u8 = 0x1e;
    /// The books that left: the day as for [`CHANGED`], then the id in eight bytes big-endian. Their entries say nothing.
    pub const GONE: u8 = 0x1f;
    /// The first byte of ordinary terms is never below this.
    pub const TERMS: u8 = 0x20;
}

/// Gives a key in a namespace.
#[must_use]
pub fn in_space(space: u8, rest: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(rest.len() + 1);
    key.push(space);
    key.extend_from_slice(rest);
    key
}

/// Gives the smallest key that no key with this prefix reaches, if there is one.
///
/// ```
/// use seoga_index::key::after_prefix;
///
/// assert_eq!(after_prefix(b"ab").as_deref(), Some(b"ac".as_slice()));
/// assert_eq!(after_prefix(&[0xff]), None);
/// ```
#[must_use]
pub fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// Counts the bytes that two keys begin with alike.
#[cfg(feature = "write")]
pub(crate) fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
