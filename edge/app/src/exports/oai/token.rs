//! Resumption tokens: all that a list was asked for, and the place behind which it goes on.
//!
//! A token names a day and a book, no generation: what changed in between has a later day, so a list goes on in whatever
//! generation is in force. Invariant: a token is ASCII without signs that a URL would have to encode.

use seoga_index::book_id::BookId;
use seoga_search::{ChangeDay, Place, WalkedBook};

use super::selection::{Form, Selection};

/// The place behind which a list goes on, and the book that stood there.
pub(super) type Resumed = (Place, BookId);

/// Stands for what was not asked.
const NOTHING: &str = "~";

/// Writes the token of a list that goes on behind a place.
pub(super) fn write(selection: &Selection, (place, id): Resumed) -> String {
    let day = |day: Option<ChangeDay>| day.map_or(NOTHING.to_owned(), |day| day.to_string());
    let set = selection.set.as_deref().unwrap_or(NOTHING);
    let doc = match place.book {
        WalkedBook::Here(doc) => doc.to_string(),
        WalkedBook::Gone(_) => NOTHING.to_owned(),
    };
    [
        selection.form.prefix(),
        &day(selection.from),
        &day(selection.until),
        set,
        &place.day.to_string(),
        &doc,
        &id.to_string(),
    ]
    .join(".")
}

/// Reads a token; `None` where it is none of ours.
pub(super) fn read(token: &str) -> Option<(Selection, Resumed)> {
    let parts: Vec<&str> = token.split('.').collect();
    let [form, from, until, set, day, doc, id] = parts.as_slice() else { return None };
    let asked_day = |text: &str| if text == NOTHING { Some(None) } else { text.parse().ok().map(Some) };
    let selection = Selection {
        form: Form::of(form)?,
        from: asked_day(from)?,
        until: asked_day(until)?,
        set: (*set != NOTHING).then(|| (*set).to_owned()),
    };
    let id = BookId::parse(id)?;
    let book = match *doc {
        NOTHING => WalkedBook::Gone(id),
        doc => WalkedBook::Here(doc.parse().ok()?),
    };
    Some((selection, (Place { day: day.parse().ok()?, book }, id)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn selection() -> impl Strategy<Value = Selection> {
        let form = prop_oneof![Just(Form::DublinCore), Just(Form::MarcXml)];
        (form, any::<Option<u16>>(), any::<Option<u16>>(), proptest::option::of("[A-Za-z0-9_-]{1,9}"))
            .prop_map(|(form, from, until, set)| Selection { form, from, until, set })
    }

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_written(asked in selection(), day: u16, doc: Option<u32>, number in 0u64..10_000_000_000_000) {
            let id = BookId::isbn(number);
            let place = Place { day, book: doc.map_or(WalkedBook::Gone(id), WalkedBook::Here) };
            let token = write(&asked, (place, id));
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte)), "{token}");
            prop_assert_eq!(read(&token), Some((asked, (place, id))));
        }

        #[test]
        fn any_token_is_read_without_panic(token: String, parts in "[a-z0-9.~]{0,60}") {
            let _ = (read(&token), read(&parts));
        }
    }
}
