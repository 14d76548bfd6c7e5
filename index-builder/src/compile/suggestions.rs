//! What is offered while a visitor types.

use std::collections::BTreeMap;

use seoga_index::suggest::{Suggestion, SuggestionKind};
use seoga_index::write::SuggestWriter;
use seoga_text::{fold, keys, names, title};

use crate::catalogue::Catalogue;

/// Titles offered, the likeliest books' first; the rest is found by searching.
const TITLES: usize = 2_000;
/// Keystrokes of a suggestion's key; what is typed beyond them is compared with the text.
pub(super) const KEY_BYTES: usize = seoga_search::SUGGESTION_KEY_BYTES;
/// A keyword of fewer books is no suggestion.
const KEYWORD_BOOKS: u32 = 2;

/// Collects keywords, titles, authors and publishers with their books.
pub(super) fn collect(catalogue: &Catalogue, order: &[u32]) -> SuggestWriter {
    let mut counts: BTreeMap<(SuggestionKind, String), BTreeMap<String, u32>> = BTreeMap::new();
    let mut add = |kind: SuggestionKind, text: &str| {
        let letters = fold::letters(text);
        if letters.chars().count() >= 2 || letters.chars().any(|c| c.is_ascii_alphanumeric()) {
            *counts.entry((kind, letters)).or_default().entry(text.to_owned()).or_default() += 1;
        }
    };
    for book in &catalogue.books {
        book.keywords.iter().for_each(|id| add(SuggestionKind::Keyword, catalogue.keyword(*id)));
        let mut people: Vec<String> = names::parse(&book.authors).into_iter().map(|name| name.text).collect();
        people.sort_unstable();
        people.dedup();
        people.iter().for_each(|name| add(SuggestionKind::Author, name));
        add(SuggestionKind::Publisher, &book.publisher);
    }
    for place in order.iter().take(TITLES) {
        if let Some(book) = catalogue.books.get(*place as usize) {
            add(SuggestionKind::Title, title::parts(&book.title).main.trim());
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
