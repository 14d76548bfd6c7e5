//! Compiles the words of titles and names by their consonant skeletons, for words typed in the other script.
//!
//! A key is `SKELETON, skeleton, 0, term`, its entry that of the term. Invariant: at most so many that they take a byte a book in a
//! large index: of several books, then those that are likeliest loans.

use ahash::RandomState;
use hashbrown::HashMap;
use seoga_index::dictionary::Entry;
use seoga_index::key::{in_space, space};
use seoga_index::postings::{Field, MAX_WEIGHT, Posting};
use seoga_text::transliteration::Speller;
use seoga_text::{keys, particle, skeleton};

use super::completions::Carried;
use crate::hash::fixed_state;

/// Words of any index, and books for each of which there is one more.
const WORDS: usize = 7_000;
const BOOKS_A_WORD: usize = 12;

/// A word with its key.
struct Word<'a> {
    /// Books that have it in a title or such a name.
    books: u32,
    /// Its least cost, for each letter or jamo.
    strange: u32,
    key: &'a [u8],
    keyed: Vec<u8>,
    entry: Entry,
}

/// The words with a skeleton, as they are met.
pub(super) struct Skeletons<'a> {
    words: Vec<Word<'a>>,
    counts: HashMap<&'a [u8], u32, RandomState>,
}

impl<'a> Skeletons<'a> {
    pub(super) fn new() -> Self {
        Self { words: Vec::new(), counts: HashMap::with_hasher(fixed_state()) }
    }

    /// Notes a key, if it is a word of some title or of a name of several words, with how it occurs.
    pub(super) fn note(&mut self, key: &'a [u8], list: &[Posting], entry: Entry) {
        if key.first().is_none_or(|first| *first < space::TERMS) || !list.iter().any(tells) {
            return;
        }
        let word = keys::decode(key);
        let Some(own) = skeleton::of(&word).filter(|own| !own.is_empty()) else { return };
        // What no letters spell is never found so.
        let speller = Speller::new(&word);
        let Some((least, speller)) = speller.and_then(|speller| Some((speller.least_cost()?, speller)))
        else {
            return;
        };
        let told: Vec<&Posting> = list.iter().filter(|posting| tells(posting)).collect();
        let books = told.chunk_by(|a, b| a.doc == b.doc).count() as u32;
        self.counts.insert(key, books);
        let mut keyed = in_space(space::SKELETON, &own);
        keyed.push(0);
        keyed.extend_from_slice(key);
        let strange = least / speller.units().max(1) as u32;
        self.words.push(Word { books, strange, key, keyed, entry });
    }

    /// Gives the keys with their entries, those of several books first, then the likeliest loans.
    pub(super) fn keys(self, books: usize) -> Carried {
        let (mut words, counts) = (self.words, self.counts);
        // With its particle a word says nothing more, where it stands without one, too.
        words.retain(|word| {
            let count = word.books;
            let word = keys::decode(word.key);
            let stem = particle::strip(&word).and_then(|stem| counts.get(keys::encode(stem).as_slice()));
            stem.is_none_or(|stem| *stem <= count)
        });
        words.sort_unstable_by_key(|word| (word.books < 2, word.strange, word.key));
        words.truncate(WORDS + books / BOOKS_A_WORD);
        words.into_iter().map(|word| (word.keyed, word.entry)).collect()
    }
}

/// Tells whether an occurrence is in a title, or in a name of several words, as those of other scripts are.
fn tells(posting: &Posting) -> bool {
    match posting.field() {
        Field::Author => posting.weight() < MAX_WEIGHT,
        field => field.is_title(),
    }
}
