//! Answers in XML: feeds, covers, sitemaps, the description of the search. Not what stands in them.
//!
//! Invariant: an answer holds only characters that XML 1.0 allows, so that no text of a catalogue keeps a program from
//! reading the rest.

use crate::http::response::Response;

/// Begins an XML file.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Answers 200 with an XML document of a media type, given without its declaration.
pub(crate) fn xml(kind: &str, document: &str) -> Response {
    let mut text = String::with_capacity(DECLARATION.len() + document.len());
    text.push_str(DECLARATION);
    text.extend(document.chars().filter(|c| is_allowed(*c)));
    Response::with_body(200, kind, text)
}

/// Tells whether XML 1.0 allows a character in a document: its production `Char`.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_keeps_what_xml_allows_and_nothing_else() {
        let kept = "\t\n\r ~\u{7F}\u{85}가\u{D7FF}\u{E000}\u{FDD0}\u{FFFD}\u{10000}\u{1FFFE}\u{10FFFF}";
        let lost = "\0\u{1}\u{8}\u{B}\u{C}\u{E}\u{1F}\u{FFFE}\u{FFFF}";
        let response = xml("image/svg+xml", &format!("<title>{kept}{lost}{kept}</title>"));
        let text = String::from_utf8(response.body).unwrap();
        assert_eq!(text, format!("{DECLARATION}<title>{kept}{kept}</title>"));
    }
}
