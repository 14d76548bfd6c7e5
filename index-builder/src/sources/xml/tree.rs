//! One record as a tree of elements.
//!
//! Knows no meaning of an element. Invariants: no entity is expanded but the five of XML itself and character references; a tree is
//! at most [`DEEPEST`] elements deep.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Elements within each other.
const DEEPEST: usize = 64;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name without prefix.
    pub(super) name: String,
    /// Its attributes, their names without prefix.
    attributes: Vec<(String, String)>,
    /// Its own text, without that of the elements in it.
    own_text: String,
    children: Vec<Element>,
}

impl Element {
    /// The elements directly in it that have one of these names.
    pub(super) fn all<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| names.contains(&child.name.as_str()))
    }

    /// The first element directly in it that has one of these names.
    pub(super) fn first(&self, names: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| names.contains(&child.name.as_str()))
    }

    /// The text of the first element with one of these names; nothing where there is none.
    pub(super) fn text_of(&self, names: &[&str]) -> &str {
        self.first(names).map_or("", Self::text)
    }

    /// Its own text, trimmed.
    pub(super) fn text(&self) -> &str {
        self.own_text.trim()
    }

    /// An attribute; nothing where there is none.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }
}

/// Reads the element that a text is.
///
/// # Errors
/// Says what the XML parser says, or that the text holds no whole element.
pub(super) fn read(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let ended = match event {
            Event::Start(start) => {
                if open.len() >= DEEPEST {
                    return Err(format!("{DEEPEST}겹이 넘는 요소"));
                }
                open.push(begin(&start)?);
                None
            }
            Event::Empty(start) => Some(begin(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text.xml10_content());
                None
            }
            Event::CData(data) => {
                add(&mut open, &data.xml10_content());
                None
            }
            Event::GeneralRef(reference) => {
                match (reference.resolve_char_ref(), &*reference.xml10_content()) {
                    (Ok(Some(c)), _) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                    (_, "amp") => add(&mut open, "&"),
                    (_, "lt") => add(&mut open, "<"),
                    (_, "gt") => add(&mut open, ">"),
                    (_, "quot") => add(&mut open, "\""),
                    (_, "apos") => add(&mut open, "'"),
                    // What HTML knows is replaced when the text is cleaned.
                    (_, other) => add(&mut open, &format!("&{other};")),
                }
                None
            }
            Event::Eof => return Err("끝 태그가 없음".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
        };
        if let Some(ended) = ended {
            match open.last_mut() {
                Some(parent) => parent.children.push(ended),
                None => return Ok(ended),
            }
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.own_text.push_str(text);
    }
}

fn begin(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        element
            .attributes
            .push((attribute.key.local_name().as_ref().to_owned(), attribute.value.into_owned()));
    }
    Ok(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_a_tree() {
        let text = "<m:mods ID='a'><titleInfo><title>가 &amp; 나&#x21;</title></titleInfo><titleInfo/><note><![CDATA[<x>]]></note></m:mods>";
        let tree = read(text).unwrap();
        assert_eq!((tree.name.as_str(), tree.attribute("ID"), tree.attribute("x")), ("mods", "a", ""));
        assert_eq!(tree.all(&["titleInfo"]).count(), 2);
        assert_eq!(tree.first(&["titleInfo"]).unwrap().text_of(&["title"]), "가 & 나!");
        assert_eq!(tree.text_of(&["note"]), "<x>");
    }

    #[test]
    fn what_is_no_whole_element_is_refused() {
        for text in ["", "<a>", "<a></b>", "<a", &"<a>".repeat(100)] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
