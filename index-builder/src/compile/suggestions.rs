//! Collects the suggestions offered while a visitor types.
//!
//! Topics (keywords, the Latin words and words with signs of titles, and the synonyms of either), all titles, contributors and
//! publishers. What is written in several ways is suggested as most books write it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ahash::RandomState;
use rayon::prelude::*;
use seoga_index::book_id::BookId;
use seoga_index::suggest::{Suggestion, SuggestionKind};
use seoga_index::write::SuggestWriter;
use seoga_search::suggestion_key;
use seoga_text::token::{Kind, tokenize};
use seoga_text::{fold, framing, title, volume};

use super::contributors::Contributors;
use crate::catalogue::{Book, Catalogue};
use crate::hash::fixed_state;

/// A topic of fewer books is no suggestion.
const TOPIC_BOOKS: u32 = 2;

/// Something that a book, or several, may be asked for by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told<'a> {
    kind: SuggestionKind,
    letters: String,
    text: &'a str,
    books: u32,
    book: Option<BookId>,
}

impl<'a> Told<'a> {
    fn new(kind: SuggestionKind, text: &'a str, books: u32, book: Option<BookId>) -> Self {
        Self { kind, letters: fold::letters(text), text, books, book }
    }

    /// Tells whether it has two letters, or one that is typed by itself.
    fn is_typed(&self) -> bool {
        self.letters.chars().nth(1).is_some() || self.letters.chars().any(|c| c.is_ascii_alphanumeric())
    }
}

/// Collects topics, titles, authors and publishers with their books.
pub(super) fn collect(catalogue: &Catalogue, contributors: &Contributors) -> SuggestWriter {
    let books = &catalogue.books;
    let volumes: Vec<(String, BookId)> = books.par_iter().filter_map(with_volume).collect();
    let mut publishers: HashMap<&str, u32, RandomState> = HashMap::with_hasher(fixed_state());
    books.iter().for_each(|book| *publishers.entry(&book.publisher).or_default() += 1);

    let mut told: Vec<Told<'_>> = Vec::new();
    told.par_extend(books.par_iter().map(|book| {
        Told::new(SuggestionKind::Title, title::parts(&book.title).main.trim(), 1, Some(book.id))
    }));
    told.extend(volumes.iter().map(|(text, id)| Told::new(SuggestionKind::Title, text, 1, Some(*id))));
    told.extend(publishers.into_iter().map(|(name, n)| Told::new(SuggestionKind::Publisher, name, n, None)));
    told.extend(contributors.counts().map(|(name, n)| Told::new(SuggestionKind::Author, name, n, None)));
    told.retain(Told::is_typed);
    told.par_sort_unstable();

    let mut writer = SuggestWriter::new();
    for same in told.chunk_by(|a, b| (a.kind, &a.letters) == (b.kind, &b.letters)) {
        let Some(Told { kind, letters, book, .. }) = same.first() else { continue };
        let count = same.iter().map(|told| told.books).sum();
        let (text, book) = (commonest(same), book.filter(|_| same.len() == 1));
        writer.add(suggestion_key(letters), Suggestion { text: text.to_owned(), kind: *kind, count, book });
    }
    for (letters, (text, count)) in topics(catalogue).into_iter().filter(|(_, topic)| topic.1 >= TOPIC_BOOKS)
    {
        let suggestion =
            Suggestion { text: text.to_owned(), kind: SuggestionKind::Keyword, count, book: None };
        writer.add(suggestion_key(&letters), suggestion);
    }
    writer
}

/// The spelling that most books have; of equals the first.
fn commonest<'a>(same: &[Told<'a>]) -> &'a str {
    let mut best = ("", 0);
    for spelling in same.chunk_by(|a, b| a.text == b.text) {
        let books: u32 = spelling.iter().map(|told| told.books).sum();
        if let Some(told) = spelling.first().filter(|_| books > best.1) {
            best = (told.text, books);
        }
    }
    best.0
}

/// The topics of the catalogue by their letters, as they are written and with the number of their books.
fn topics(catalogue: &Catalogue) -> BTreeMap<String, (&str, u32)> {
    let keywords = catalogue.keyword_counts();
    let mut told: Vec<Told<'_>> =
        keywords.map(|(id, n)| Told::new(SuggestionKind::Keyword, catalogue.keyword(id), n, None)).collect();
    let known: BTreeSet<String> = told.iter().map(|told| told.letters.clone()).collect();
    let words = catalogue.books.par_iter().flat_map_iter(|book| latin_words(&book.title));
    told.par_extend(words.filter(|told| !known.contains(&told.letters)));
    told.retain(Told::is_typed);
    told.par_sort_unstable();

    let mut topics: BTreeMap<String, (&str, u32)> = BTreeMap::new();
    for same in told.chunk_by(|a, b| a.letters == b.letters) {
        let Some(first) = same.first() else { continue };
        topics.insert(first.letters.clone(), (commonest(same), same.iter().map(|told| told.books).sum()));
    }
    // Who asks for a word gets the books of its synonym, too. One that no book has stands behind the word that books have.
    let pairs = catalogue.synonyms.iter().map(|pair| [pair.from.as_str(), pair.to.as_str()]);
    let counted: Vec<([&str; 2], u32)> = pairs
        .map(|pair| {
            let books = |word: &str| topics.get(&fold::letters(word)).map_or(0, |topic| topic.1);
            (pair, pair.map(books).into_iter().max().unwrap_or(0))
        })
        .collect();
    for (pair, books) in counted {
        for word in pair {
            let unknown = (word, 0);
            let topic = topics.entry(fold::letters(word)).or_insert(unknown);
            topic.1 = if *topic == unknown { books.saturating_sub(1) } else { topic.1.max(books) };
        }
    }
    topics
}

/// The words of Latin letters and those with signs in a title, each once, without those that say nothing by themselves.
fn latin_words(title: &str) -> Vec<Told<'_>> {
    let mut found: Vec<Told<'_>> = Vec::new();
    for token in tokenize(title) {
        let latin = token.text.is_ascii() && matches!(token.kind, Kind::Latin | Kind::Symbol);
        if !latin || framing::is_framing(&token.text) {
            continue;
        }
        let at = |place: u32| title.char_indices().nth(place as usize).map_or(title.len(), |(at, _)| at);
        let told = Told::new(
            SuggestionKind::Keyword,
            title.get(at(token.start)..at(token.end)).unwrap_or_default(),
            1,
            None,
        );
        if !found.iter().any(|known| known.letters == told.letters) {
            found.push(told);
        }
    }
    found
}

/// The title of a volume of a set, its number behind it, where the title proper does not end with it.
fn with_volume(book: &Book) -> Option<(String, BookId)> {
    let key = volume::key(book.volume.as_deref()?)?;
    let main = title::parts(&book.title).main.trim();
    let ends = volume::at_end(main).is_some_and(|(_, volume)| volume.key == key);
    (!ends).then(|| (format!("{main} {key}"), book.id))
}
