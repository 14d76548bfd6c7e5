//! Analyses text for the index and the query alike: folding, tokens, keystrokes, initials, keyboard layouts, and the parts
//! of the free-text fields of a catalogue (names, titles, class numbers, ISBNs). Pure: no dictionary, no state, no I/O.
//! Knows nothing of indexes, ranking or HTTP. Invariant: every function is total over any text and never panics.

#![forbid(unsafe_code)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

pub mod acronym;
pub mod base64url;
pub mod choseong;
pub mod day;
pub mod encoding;
pub mod ending;
pub mod fold;
pub mod framing;
pub mod hangul;
pub mod hanja;
pub mod isbn;
pub mod kdc;
pub mod keys;
pub mod language;
pub mod layout;
pub mod letter_names;
pub mod names;
pub mod normal;
pub mod number;
pub mod particle;
pub mod sequel;
pub mod skeleton;
pub mod sorting;
pub mod split;
pub mod title;
pub mod token;
pub mod transliteration;
pub mod volume;
