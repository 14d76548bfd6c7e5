//! What each book is about: its keywords, and those words of its titles that
//! are topics.
//!
//! A title word counts as a topic when it is a keyword of two books or more,
//! when it is written with signs or as a single letter (C++, R: extractors of
//! keywords lose those), or when most books that have it in a title have no
//! keywords at all, so that nothing better is known. Thus a catalogue without
//! keywords falls back on its titles, and one with keywords is spared what
//! every title says (쉽게, "easily").
//!
//! Not the keys of the index (`analyse` makes those). Invariant: what a word is
//! depends on the books and their order alone; ids are given in that order.

use ahash::RandomState;
use rayon::prelude::*;
use seoga_text::token::{Kind, tokenize};
use seoga_text::{fold, particle};

use crate::catalogue::{Book, Catalogue};

/// Books whose words wait in memory at a time.
const BATCH: usize = 16 << 10;
/// Books that must have a word as a keyword before it is a topic in titles.
const KEYWORD_BOOKS: u32 = 2;
/// Books that must have a word before what is left without a particle is taken for it.
const STEM_BOOKS: u32 = 5;

/// The topics of books.
#[derive(Debug, Default)]
pub(super) struct Topics {
    /// The words by id.
    pub(super) words: Vec<Box<str>>,
    /// The topics of each book, ascending, each once.
    pub(super) of_books: Vec<Vec<u32>>,
}

/// What is known of a word before it is decided whether it is a topic.
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
}

/// A title's word, and the same without its particle.
type TitleWord = (u32, Option<u32>);

/// The words of one book.
#[derive(Debug, Default)]
struct Words<T> {
    keywords: Vec<T>,
    title: Vec<(T, Option<T>)>,
}

#[derive(Debug)]
struct Lexicon {
    ids: std::collections::HashMap<Box<str>, u32, RandomState>,
    words: Vec<Box<str>>,
    counts: Vec<Counts>,
}

impl Topics {
    /// Finds the topics of `books`.
    pub(super) fn find(catalogue: &Catalogue, books: &[&Book]) -> Self {
        let hasher = RandomState::with_seeds(1, 2, 3, 4);
        let ids = std::collections::HashMap::with_hasher(hasher);
        let mut lexicon = Lexicon { ids, words: Vec::new(), counts: Vec::new() };
        let mut found: Vec<Words<u32>> = Vec::with_capacity(books.len());
        for batch in books.chunks(BATCH) {
            let texts: Vec<Words<String>> = batch.par_iter().map(|book| words(catalogue, book)).collect();
            found.extend(texts.iter().map(|words| lexicon.take_in(words)));
        }
        let topic = |(word, stem): &TitleWord| {
            let stem = stem.filter(|stem| lexicon.is_topic(*stem) && lexicon.books(*stem) >= STEM_BOOKS);
            stem.or(Some(*word).filter(|word| lexicon.is_topic(*word)))
        };
        let of_book = |words: &Words<u32>| {
            let mut topics: Vec<u32> = words.title.iter().filter_map(topic).collect();
            topics.extend(&words.keywords);
            topics.sort_unstable();
            topics.dedup();
            topics
        };
        Self { of_books: found.iter().map(of_book).collect(), words: lexicon.words }
    }
}

impl Topics {
    /// The text of a word.
    pub(super) fn word(&self, id: u32) -> &str {
        self.words.get(id as usize).map_or("", |word| word)
    }
}

impl Lexicon {
    fn take_in(&mut self, words: &Words<String>) -> Words<u32> {
        let mut ids = Words {
            keywords: words.keywords.iter().map(|word| self.id(word)).collect::<Vec<_>>(),
            title: words
                .title
                .iter()
                .map(|(word, stem)| (self.id(word), stem.as_deref().map(|stem| self.id(stem))))
                .collect(),
        };
        ids.keywords.sort_unstable();
        ids.keywords.dedup();
        ids.title.sort_unstable();
        ids.title.dedup();
        let alone = u32::from(ids.keywords.is_empty());
        for id in &ids.keywords {
            self.count(*id, &|counts| counts.keyword += 1);
        }
        for (id, _) in &ids.title {
            self.count(*id, &|counts| {
                counts.title += 1;
                counts.title_alone += alone;
            });
        }
        ids
    }

    fn id(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.words.len() as u32;
        self.ids.insert(word.into(), id);
        self.words.push(word.into());
        let sign = word.chars().any(|c| !c.is_alphanumeric()) || word.chars().nth(1).is_none();
        self.counts.push(Counts { sign, ..Counts::default() });
        id
    }

    fn count(&mut self, id: u32, change: &dyn Fn(&mut Counts)) {
        if let Some(counts) = self.counts.get_mut(id as usize) {
            change(counts);
        }
    }

    fn books(&self, id: u32) -> u32 {
        self.counts.get(id as usize).map_or(0, |counts| counts.title + counts.keyword)
    }

    fn is_topic(&self, id: u32) -> bool {
        self.counts.get(id as usize).is_some_and(|counts| {
            counts.keyword >= KEYWORD_BOOKS || counts.sign || 2 * counts.title_alone > counts.title
        })
    }
}

fn words(catalogue: &Catalogue, book: &Book) -> Words<String> {
    let mut words = Words::default();
    for id in &book.keywords {
        let keyword = catalogue.keyword(*id);
        if keyword.trim().contains(char::is_whitespace) {
            // The index keeps no spaces: several words would be shown as one.
            words
                .keywords
                .extend(tokenize(keyword).into_iter().filter_map(|token| word(token.kind, token.text)));
        } else {
            words.keywords.extend(word(Kind::Joined, fold::letters(keyword)));
        }
    }
    for title in std::iter::once(&book.title).chain(&book.other_titles) {
        let mut told = 0;
        for token in tokenize(title) {
            // Of a word with signs its parts say nothing more (tcp/ip).
            if token.kind == Kind::Joined || token.end <= told {
                continue;
            }
            if token.kind == Kind::Symbol {
                told = token.end;
            }
            if let Some(text) = word(token.kind, token.text) {
                let stem = particle::strip(&text).and_then(|stem| word(token.kind, stem.to_owned()));
                words.title.push((text, stem));
            }
        }
    }
    words
}

/// A word that can be a topic: no number, and two letters or more unless it is
/// written with signs or as a single Latin letter.
fn word(kind: Kind, text: String) -> Option<String> {
    let several = text.chars().nth(1).is_some();
    let number = text.chars().all(char::is_numeric);
    (!number && (several || kind == Kind::Symbol)).then_some(text)
}
