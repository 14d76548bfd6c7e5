//! `/api/suggest`. The JSON of `/api/search` is the search crate's own.

use seoga_index::suggest::Suggestion;
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
}

impl<'a> SuggestAnswer<'a> {
    pub(crate) fn new(suggestions: &'a [Suggestion]) -> Self {
        let suggestions = suggestions.iter();
        Self {
            suggestions: suggestions
                .map(|s| SuggestionJson { text: &s.text, kind: s.kind.code(), count: s.count })
                .collect(),
        }
    }
}
