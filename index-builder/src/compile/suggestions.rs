//! Collects the suggestions offered while a visitor types.

use std::collections::HashMap;

use ahash::RandomState;
use rayon::prelude::*;
use seoga_index::suggest::{Suggestion, SuggestionKind};
use seoga_index::write::SuggestWriter;
use seoga_search::suggestion_key;
use seoga_text::{fold, title, volume};

use super::contributors::Contributors;
use crate::catalogue::{Book, Catalogue};
use crate::hash::fixed_state;

/// Titles offered, the likeliest books' first; the rest is found by searching.
const TITLES: usize = 2_000;
/// A keyword of fewer books is no suggestion.
const KEYWORD_BOOKS: u32 = 2;

/// Collects keywords, titles, authors and publishers with their books.
pub(super) fn collect(catalogue: &Catalogue, contributors: &Contributors, order: &[u32]) -> SuggestWriter {
    let likeliest = || order.iter().take(TITLES).filter_map(|place| catalogue.books.get(*place as usize));
    let volumes: Vec<String> = likeliest().filter_map(with_volume).collect();
    let mut told: Vec<(SuggestionKind, &str, u32)> = Vec::new();
    let keywords = catalogue.keyword_counts();
    told.extend(keywords.map(|(id, books)| (SuggestionKind::Keyword, catalogue.keyword(id), books)));
    let mut publishers: HashMap<&str, u32, RandomState> = HashMap::with_hasher(fixed_state());
    catalogue.books.iter().for_each(|book| *publishers.entry(&book.publisher).or_default() += 1);
    told.extend(publishers.into_iter().map(|(name, books)| (SuggestionKind::Publisher, name, books)));
    told.extend(contributors.counts().map(|(name, books)| (SuggestionKind::Author, name, books)));
    told.extend(likeliest().map(|book| (SuggestionKind::Title, title::parts(&book.title).main.trim(), 1)));
    told.extend(volumes.iter().map(|title| (SuggestionKind::Title, title.as_str(), 1)));

    let mut spelled: Vec<(SuggestionKind, String, &str, u32)> = told
        .into_par_iter()
        .map(|(kind, text, books)| (kind, fold::letters(text), text, books))
        .filter(|(_, letters, ..)| {
            letters.chars().nth(1).is_some() || letters.chars().any(|c| c.is_ascii_alphanumeric())
        })
        .collect();
    spelled.par_sort_unstable();
    let mut writer = SuggestWriter::new();
    for same in spelled.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
        let Some((kind, letters, ..)) = same.first() else { continue };
        let count = same.iter().map(|(.., books)| books).sum();
        if *kind == SuggestionKind::Keyword && count < KEYWORD_BOOKS {
            continue;
        }
        // Shown as most books spell it; of equals by the first.
        let mut best = ("", 0);
        for spelling in same.chunk_by(|a, b| a.2 == b.2) {
            let books: u32 = spelling.iter().map(|(.., books)| books).sum();
            if let Some((_, _, text, _)) = spelling.first().filter(|_| books > best.1) {
                best = (text, books);
            }
        }
        writer.add(suggestion_key(letters), Suggestion { text: best.0.to_owned(), kind: *kind, count });
    }
    writer
}

/// The title of a volume of a set, its number behind it, where the title proper does not end with it.
fn with_volume(book: &Book) -> Option<String> {
    let key = volume::key(book.volume.as_deref()?)?;
    let main = title::parts(&book.title).main.trim();
    let ends = volume::at_end(main).is_some_and(|(_, volume)| volume.key == key);
    (!ends).then(|| format!("{main} {key}"))
}
