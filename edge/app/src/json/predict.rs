//! `/predict`: the earlier service's shape, to the letter. Every member is a text, as its front end expects.

use seoga_index::manifest::Manifest;
use seoga_index::record::Record;
use serde::Serialize;

use seoga_search::book_view::BookView;

/// An answer of `/predict`.
#[derive(Serialize)]
pub(crate) struct PredictAnswer<'a> {
    pub(crate) query_id: Option<&'a str>,
    pub(crate) user_search: &'a [String],
    pub(crate) selected_lib: &'a [String],
    pub(crate) response: bool,
    pub(crate) result: Vec<PredictBook<'a>>,
}

/// A book of it.
#[derive(Serialize)]
#[expect(non_snake_case, reason = "the earlier service's names")]
pub(crate) struct PredictBook<'a> {
    /// The id, which is the ISBN where there is one.
    isbn13: String,
    bookname: &'a str,
    authors: &'a str,
    publisher: &'a str,
    class_no: &'a str,
    reg_date: String,
    bookImageURL: String,
    lib_name: String,
}

impl<'a> PredictBook<'a> {
    /// `asked`: the numbers of the libraries selected; `base`: the site's scheme and host.
    pub(crate) fn new(record: &'a Record, manifest: &'a Manifest, asked: &[u16], base: &str) -> Self {
        let shown = BookView::new(record, manifest, asked);
        let names: Vec<&str> = shown.holdings.iter().map(|held| held.library.name.as_str()).collect();
        let isbn13 = record.id.to_string();
        Self {
            bookname: &record.title,
            authors: &record.authors,
            publisher: &record.publisher,
            class_no: record.class_no.as_deref().unwrap_or_default(),
            reg_date: shown.registered().map(|day| day.to_string()).unwrap_or_default(),
            bookImageURL: format!("{base}/covers/{isbn13}.svg"),
            lib_name: names.join(" "),
            isbn13,
        }
    }
}
