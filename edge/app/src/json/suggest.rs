//! `/api/suggest`. The JSON of `/api/search` is the search crate's own.

use seoga_index::book_id::BookId;
use seoga_search::Completion;
use serde::Serialize;

/// An answer of `/api/suggest`.
#[derive(Serialize)]
pub(crate) struct SuggestAnswer<'a> {
    suggestions: Vec<SuggestionJson<'a>>,
}

#[derive(Serialize)]
struct SuggestionJson<'a> {
    text: &'a str,
    kind: &'static str,
    count: u32,
    query: String,
    id: Option<BookId>,
    matched: MatchedJson,
}

#[derive(Serialize)]
struct MatchedJson {
    start: u32,
    end: u32,
    by: &'static str,
}

impl<'a> SuggestAnswer<'a> {
    pub(crate) fn new(suggestions: &'a [Completion]) -> Self {
        let told = |suggestion: &'a Completion| {
            let (start, end, by) = suggestion.matched;
            SuggestionJson {
                text: &suggestion.text,
                kind: suggestion.kind.code(),
                count: suggestion.count,
                query: suggestion.query(),
                id: suggestion.book,
                matched: MatchedJson { start, end, by: by.code() },
            }
        };
        Self { suggestions: suggestions.iter().map(told).collect() }
    }
}
