//! Maps a record of simple Dublin Core to a book, alone or out of an answer of OAI-PMH.

use super::frames::Cut;
use super::tree::Element;
use crate::catalogue::isbn;
use crate::sources::description::{Contributor, Description};

pub(super) const CUT: Cut = Cut {
    names: &["dc", "record", "metadata"],
    is_content: |prefix, name| name == b"dc" || matches!(prefix, b"dc" | b"dcterms"),
};

pub(super) fn describe(record: &Element) -> Description {
    let mut book = Description::default();
    let texts = |names: &'static [&'static str]| {
        record.all(names).map(Element::text).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut titles = texts(&["title"]);
    book.title = titles.next().unwrap_or_default();
    book.other_titles = titles.chain(texts(&["alternative"])).collect();
    let people = |names, role: &str| {
        texts(names).map(|name| Contributor { name, role: role.to_owned() }).collect::<Vec<_>>()
    };
    book.contributors = people(&["creator"], "aut");
    book.contributors.extend(people(&["contributor"], "ctb"));
    book.publisher = texts(&["publisher"]).next().unwrap_or_default();
    book.year = texts(&["issued"]).chain(texts(&["date"])).next().unwrap_or_default();
    book.language = texts(&["language"]).next().unwrap_or_default();
    book.keywords = texts(&["subject"]).collect();
    for identifier in texts(&["identifier", "source"]) {
        let folded = identifier.to_ascii_lowercase();
        let bare =
            folded.trim_start_matches("urn:").trim_start_matches("isbn").trim_start_matches([':', ' ']);
        let is_number = bare.starts_with(|c: char| c.is_ascii_digit()) && !folded.contains("issn");
        if is_number && (folded.contains("isbn") || isbn::read(bare).is_ok_and(|isbn| isbn.checked)) {
            book.isbns.push(bare.to_ascii_uppercase());
        } else if !folded.contains("://") {
            book.controls.push(identifier);
        }
    }
    book
}
