//! A book as a `ContextObject` in a span (`COinS`), by which reference managers take it from a page.
//!
//! Keys are those of `OpenURL` 1.0 for books (ANSI/NISO Z39.88-2004, `info:ofi/fmt:kev:mtx:book`).

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_search::book_view::{full_title, isbn13};
use seoga_text::names::Role;

use super::people::people;
use crate::http::params::encode_ascii_into;

/// Writes the span of a book; `address` is the book's page.
pub(crate) fn coins(record: &Record, address: &str) -> Markup {
    html! { span.Z3988 title=(context_object(record, address)) {} }
}

fn context_object(record: &Record, address: &str) -> String {
    let mut out = "ctx_ver=Z39.88-2004".to_owned();
    let mut put = |key: &str, value: &str| {
        if !value.is_empty() {
            out.push('&');
            out.push_str(key);
            out.push('=');
            encode_ascii_into(&mut out, value);
        }
    };
    put("rft_val_fmt", "info:ofi/fmt:kev:mtx:book");
    put("rft.genre", "book");
    put("rft.btitle", &full_title(record));
    for name in people(record).iter().filter(|name| name.role == Role::Author) {
        put("rft.au", &name.text);
    }
    put("rft.pub", &record.publisher);
    put("rft.date", &record.year.map(|year| year.to_string()).unwrap_or_default());
    if record.checked {
        put("rft.isbn", &isbn13(record.id).unwrap_or_default());
    }
    put("rft_id", address);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::record;

    #[test]
    fn a_span_holds_the_keys_of_a_book() {
        let text = context_object(&Record { year: Some(2021), ..record() }, "https://s.example/books/1");
        let keys: Vec<&str> =
            text.split('&').filter_map(|pair| pair.split_once('=').map(|(key, _)| key)).collect();
        let wanted = [
            "ctx_ver",
            "rft_val_fmt",
            "rft.genre",
            "rft.btitle",
            "rft.au",
            "rft.pub",
            "rft.date",
            "rft.isbn",
            "rft_id",
        ];
        assert_eq!(keys, wanted);
        assert!(text.is_ascii() && text.contains("rft.date=2021&rft.isbn=9791158083397&"), "{text}");
    }
}
