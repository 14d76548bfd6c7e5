//! Finds the topics of each book: its keywords, and those words of its titles that
//! are topics.
//!
//! A title word counts as a topic when it is a keyword of two books or more,
//! when it is written with signs or as a single letter (C++, R: extractors of
//! keywords lose those), or when most books that have it in a title have no
//! keywords at all, so that nothing better is known; a function word (me, and) is none by that. Thus a catalogue without
//! keywords falls back on its titles, and one with keywords is spared what
//! every title says (쉽게, "easily").
//!
//! Not the keys of the index (`analyse` makes those). Invariant: what a word is
//! depends on the books and their order alone; ids are given in that order.

use std::collections::HashMap;

use ahash::RandomState;
use rayon::prelude::*;
use seoga_text::token::{Kind, Token, tokenize};
use seoga_text::{fold, framing, particle};

use super::ragged::RaggedArray;
use crate::catalogue::{Book, Catalogue, KeywordId};
use crate::hash::fixed_state;
use crate::interner::Interner;

/// Books read in one piece of parallel work: what a word or a keyword comes to is worked out once a piece.
const PIECE: usize = 8 << 10;
/// Books that must have a word as a keyword before it is a topic in titles.
const KEYWORD_BOOKS: u32 = 2;
/// Books that must have a word before what is left without a particle is taken for it.
const STEM_BOOKS: u32 = 5;
/// In place of the stem of a word that has none.
const NO_STEM: u32 = u32::MAX;

/// A title's word, and the same without its particle or [`NO_STEM`]; none where it is no word that can be a topic.
type TitleWord = Option<(u32, u32)>;

/// The topics of books.
#[derive(Debug, Default)]
pub(super) struct Topics {
    words: Interner,
    /// The topics of each book, ascending, each once.
    pub(super) of_books: RaggedArray,
}

/// Counts of a word before it is decided whether it is a topic.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    /// Books that have it as a keyword.
    keyword: u32,
    /// Books that have it in a title.
    title: u32,
    /// Those of them that have no keywords.
    title_alone: u32,
    /// Written with signs or as a single letter.
    sign: bool,
    /// A word that frames a question, as me or and: no title is about it.
    framing: bool,
}

impl Topics {
    /// Finds the topics of `books`.
    pub(super) fn find(catalogue: &Catalogue, books: &[&Book]) -> Self {
        let mut words = Interner::default();
        let mut counts: Vec<Counts> = Vec::new();
        let mut found: Vec<(BookWords, Vec<u32>)> = Vec::new();
        for batch in books.chunks(PIECE * 2 * rayon::current_num_threads().max(1)) {
            let pieces: Vec<Piece<'_>> =
                batch.par_chunks(PIECE).map(|books| Piece::read(catalogue, books)).collect();
            for piece in pieces {
                let numbers = (0..piece.words.len() as u32).zip(&piece.counts);
                let numbers = numbers.map(|(own, more)| {
                    let number = words.number(piece.words.key(own));
                    if number as usize == counts.len() {
                        let word = piece.words.text(own);
                        let (sign, framing) = (is_sign(word), framing::is_framing(word));
                        counts.push(Counts { sign, framing, ..Counts::default() });
                    }
                    if let Some(counts) = counts.get_mut(number as usize) {
                        counts.keyword += more.keyword;
                        counts.title += more.title;
                        counts.title_alone += more.title_alone;
                    }
                    number
                });
                let numbers = numbers.collect();
                found.push((piece.of_books, numbers));
            }
        }
        words.freeze();
        let of_pieces: Vec<RaggedArray> =
            found.par_iter().map(|(words, numbers)| words.topics(numbers, &counts)).collect();
        let mut of_books = RaggedArray::default();
        of_pieces.iter().for_each(|piece| of_books.append(piece, |word| word));
        Self { words, of_books }
    }

    /// How many words there are; their ids are below that.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The text of a word.
    pub(super) fn word(&self, id: u32) -> &str {
        self.words.text(id)
    }
}

impl Counts {
    fn books(&self) -> u32 {
        self.title + self.keyword
    }

    fn is_topic(&self) -> bool {
        self.keyword >= KEYWORD_BOOKS || !self.framing && (self.sign || 2 * self.title_alone > self.title)
    }
}

/// The words of consecutive books.
#[derive(Debug, Default)]
struct BookWords {
    keywords: RaggedArray,
    /// Title words, behind each what it is without its particle, or [`NO_STEM`].
    titles: RaggedArray,
}

impl BookWords {
    /// Those of the words that are topics; `numbers` are their ids, `counts` what is known by id.
    fn topics(&self, numbers: &[u32], counts: &[Counts]) -> RaggedArray {
        let id = |own: &u32| numbers.get(*own as usize).copied();
        let known = |own: &u32| id(own).and_then(|id| Some((id, counts.get(id as usize)?)));
        let topic = |pair: &[u32]| {
            let [word, stem] = pair else { return None };
            let stem = known(stem).filter(|(_, stem)| stem.is_topic() && stem.books() >= STEM_BOOKS);
            stem.or_else(|| known(word).filter(|(_, word)| word.is_topic())).map(|(id, _)| id)
        };
        let mut topics: Vec<u32> = Vec::new();
        let mut lists = RaggedArray::default();
        for (keywords, title) in self.keywords.iter().zip(self.titles.iter()) {
            topics.clear();
            topics.extend(title.chunks_exact(2).filter_map(topic));
            topics.extend(keywords.iter().filter_map(id));
            topics.sort_unstable();
            topics.dedup();
            lists.push(topics.iter().copied());
        }
        lists
    }
}

/// Consecutive books as they are read, words by numbers of their own. Numbers are given in the order in which words are
/// met, so that pieces put together in order number the words of all books so, too.
#[derive(Debug)]
struct Piece<'a> {
    catalogue: &'a Catalogue,
    words: Interner,
    counts: Vec<Counts>,
    of_books: BookWords,
    keywords: HashMap<KeywordId, Box<[u32]>, RandomState>,
    /// The keys of a title's word, with signs and without.
    title_words: [HashMap<String, TitleWord, RandomState>; 2],
}

impl<'a> Piece<'a> {
    fn read(catalogue: &'a Catalogue, books: &[&Book]) -> Self {
        let hasher = fixed_state();
        let mut piece = Self {
            catalogue,
            words: Interner::default(),
            counts: Vec::new(),
            of_books: BookWords::default(),
            keywords: HashMap::with_hasher(hasher.clone()),
            title_words: [HashMap::with_hasher(hasher.clone()), HashMap::with_hasher(hasher)],
        };
        let (mut keywords, mut title): (Vec<u32>, Vec<(u32, u32)>) = (Vec::new(), Vec::new());
        for book in books {
            keywords.clear();
            book.keywords.iter().for_each(|id| keywords.extend(piece.keyword(*id)));
            keywords.sort_unstable();
            keywords.dedup();
            title.clear();
            for recorded in std::iter::once(&book.title).chain(&book.other_titles) {
                let mut told = 0;
                for token in tokenize(recorded) {
                    // Of a word with signs its parts say nothing more (tcp/ip).
                    if token.kind == Kind::Joined || token.end <= told {
                        continue;
                    }
                    if token.kind == Kind::Symbol {
                        told = token.end;
                    }
                    title.extend(piece.title_word(token));
                }
            }
            title.sort_unstable();
            title.dedup();
            piece.count(&keywords, &title);
            piece.of_books.keywords.push(keywords.iter().copied());
            piece.of_books.titles.push(title.iter().flat_map(|(word, stem)| [*word, *stem]));
        }
        piece
    }

    fn count(&mut self, keywords: &[u32], title: &[(u32, u32)]) {
        self.counts.resize(self.words.len(), Counts::default());
        let alone = u32::from(keywords.is_empty());
        for word in keywords {
            self.counts.get_mut(*word as usize).into_iter().for_each(|counts| counts.keyword += 1);
        }
        for (word, _) in title {
            if let Some(counts) = self.counts.get_mut(*word as usize) {
                counts.title += 1;
                counts.title_alone += alone;
            }
        }
    }

    fn keyword(&mut self, id: KeywordId) -> &[u32] {
        let Self { catalogue, words, .. } = self;
        self.keywords.entry(id).or_insert_with(|| {
            keyword(catalogue.keyword(id)).iter().map(|word| words.number(word.as_bytes())).collect()
        })
    }

    fn title_word(&mut self, token: Token) -> TitleWord {
        let Self { words, title_words: [without, with], .. } = self;
        let known = if token.kind == Kind::Symbol { with } else { without };
        if let Some(known) = known.get(&token.text) {
            return *known;
        }
        let found = word(token.kind, &token.text).map(|text| {
            let number = words.number(text.as_bytes());
            let stem = particle::strip(text).and_then(|stem| word(token.kind, stem));
            (number, stem.map_or(NO_STEM, |stem| words.number(stem.as_bytes())))
        });
        known.insert(token.text, found);
        found
    }
}

/// The words of a keyword.
fn keyword(keyword: &str) -> Vec<String> {
    let whole = |text: String| word(Kind::Joined, &text).is_some().then_some(text);
    if keyword.trim().contains(char::is_whitespace) {
        // The index keeps no spaces: several words would be shown as one.
        let tokens = tokenize(keyword).into_iter();
        tokens.filter(|token| word(token.kind, &token.text).is_some()).map(|token| token.text).collect()
    } else {
        whole(fold::letters(keyword)).into_iter().collect()
    }
}

/// A word that can be a topic: no number, and two letters or more unless it is
/// written with signs or as a single Latin letter.
fn word(kind: Kind, text: &str) -> Option<&str> {
    let several = text.chars().nth(1).is_some();
    let number = text.chars().all(char::is_numeric);
    (!number && (several || kind == Kind::Symbol)).then_some(text)
}

fn is_sign(word: &str) -> bool {
    word.chars().any(|c| !c.is_alphanumeric()) || word.chars().nth(1).is_none()
}
