//! What is offered while a visitor types.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use seoga_index::suggest::{Suggestion, SuggestionKind};
use seoga_index::write::SuggestWriter;
use seoga_text::{fold, keys, names, title};

use crate::catalogue::{Book, Catalogue};

/// Titles offered, the likeliest books' first; the rest is found by searching.
const TITLES: usize = 2_000;
/// Keystrokes of a suggestion's key; what is typed beyond them is compared with the text.
pub(super) const KEY_BYTES: usize = seoga_search::SUGGESTION_KEY_BYTES;
/// A keyword of fewer books is no suggestion.
const KEYWORD_BOOKS: u32 = 2;

/// Books counted in one piece of parallel work.
const PIECE: usize = 16 << 10;

/// Collects keywords, titles, authors and publishers with their books.
pub(super) fn collect(catalogue: &Catalogue, order: &[u32]) -> SuggestWriter {
    let mut counts: BTreeMap<(SuggestionKind, String), BTreeMap<String, u32>> = BTreeMap::new();
    let mut add = |kind: SuggestionKind, text: &str, books: u32| {
        let letters = fold::letters(text);
        if letters.chars().count() >= 2 || letters.chars().any(|c| c.is_ascii_alphanumeric()) {
            *counts.entry((kind, letters)).or_default().entry(text.to_owned()).or_default() += books;
        }
    };
    for (id, books) in catalogue.keyword_counts() {
        add(SuggestionKind::Keyword, catalogue.keyword(id), books);
    }
    let publishers = count(&catalogue.books, |book, names| names.push(book.publisher.clone()));
    publishers.iter().for_each(|(name, books)| add(SuggestionKind::Publisher, name, *books));
    let people = count(&catalogue.books, |book, people| {
        people.extend(names::parse(&book.authors).into_iter().map(|name| name.text));
    });
    people.iter().for_each(|(name, books)| add(SuggestionKind::Author, name, *books));
    for place in order.iter().take(TITLES) {
        if let Some(book) = catalogue.books.get(*place as usize) {
            add(SuggestionKind::Title, title::parts(&book.title).main.trim(), 1);
        }
    }
    let mut writer = SuggestWriter::new();
    for ((kind, letters), spellings) in counts {
        let count = spellings.values().sum();
        if kind == SuggestionKind::Keyword && count < KEYWORD_BOOKS {
            continue;
        }
        let best = spellings.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        let Some((text, _)) = best else { continue };
        let mut key = keys::encode(&letters);
        key.truncate(KEY_BYTES);
        writer.add(key, Suggestion { text, kind, count });
    }
    writer
}

/// In how many books each text is that `texts` tells of them.
fn count(books: &[Book], texts: impl Fn(&Book, &mut Vec<String>) + Sync) -> HashMap<String, u32> {
    let pieces: Vec<HashMap<String, u32>> = books
        .par_chunks(PIECE)
        .map(|books| {
            let mut counts = HashMap::new();
            let mut found = Vec::new();
            for book in books {
                texts(book, &mut found);
                found.sort_unstable();
                found.dedup();
                found.drain(..).for_each(|text| *counts.entry(text).or_default() += 1);
            }
            counts
        })
        .collect();
    let mut all = HashMap::new();
    for (text, books) in pieces.into_iter().flatten() {
        *all.entry(text).or_default() += books;
    }
    all
}
