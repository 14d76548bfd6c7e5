//! Where the copies of consecutive documents stand: call numbers and rooms, by library.
//!
//! Layout: "Copies" in `docs/INDEX_FORMAT.md`. Read for the page of a book and for lists alone, never by a search.

use std::ops::Range;

use crate::DocId;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// The copies that stand in one place of a library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// The library's number in the manifest.
    pub library: u16,
    /// The call number as on the spine, or empty.
    pub call_number: String,
    /// The room, shelving location or collection as recorded, or empty.
    pub room: String,
    /// Copies, 0 where nobody counted.
    pub copies: u16,
}

/// An opened file.
#[derive(Debug)]
pub struct Items {
    first: DocId,
    /// Where each document's items begin, and where the last ones end.
    rows: Vec<u32>,
    texts: Vec<Range<u32>>,
    payload: Payload,
}

impl Items {
    /// Reads through the whole file, so that every item it was opened with can be read.
    ///
    /// # Errors
    /// [`Damaged`] when it is not the items of so many documents, to the last byte.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("items"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let at = |bytes: &Bytes<'_>| u32::try_from(payload.len() - bytes.rest().len()).ok();
        let first = bytes.u32()?;
        let documents = bytes.len()?;
        let mut texts = Vec::new();
        for _ in 0..bytes.len()? {
            let length = bytes.str()?.len();
            let end = at(&bytes)?;
            texts.push(end.checked_sub(u32::try_from(length).ok()?)?..end);
        }
        let mut rows = vec![at(&bytes)?];
        for _ in 0..documents {
            let mut library = 0;
            for _ in 0..bytes.len()? {
                item(&mut bytes, &mut library, texts.len())?;
            }
            rows.push(at(&bytes)?);
        }
        let fits = bytes.is_empty() && first.checked_add(u32::try_from(documents).ok()?).is_some();
        fits.then_some(Self { first, rows, texts, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.size() + 4 * self.rows.len() + 8 * self.texts.len()
    }

    /// Gives a document's items, by library; none of a document that is not in this file.
    #[must_use]
    pub fn get(&self, doc: DocId) -> Vec<Item> {
        self.items(doc).unwrap_or_default()
    }

    fn items(&self, doc: DocId) -> Option<Vec<Item>> {
        let row = doc.checked_sub(self.first)? as usize;
        let range = *self.rows.get(row)? as usize..*self.rows.get(row + 1)? as usize;
        let mut bytes = Bytes::new(self.payload.get(range)?);
        let mut library = 0;
        let mut items = Vec::new();
        for _ in 0..bytes.len()? {
            let [call_number, room, copies] = item(&mut bytes, &mut library, self.texts.len())?;
            items.push(Item {
                library,
                call_number: self.text(call_number)?,
                room: self.text(room)?,
                copies: copies as u16,
            });
        }
        Some(items)
    }

    /// Reads a text by its number, of which 0 is none.
    fn text(&self, number: u32) -> Option<String> {
        let Some(place) = number.checked_sub(1) else { return Some(String::new()) };
        let range = self.texts.get(place as usize)?;
        let bytes = self.payload.get(range.start as usize..range.end as usize)?;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }
}

/// Reads an item: moves on to its library, and gives the numbers of its texts and the copies.
fn item(bytes: &mut Bytes<'_>, library: &mut u16, texts: usize) -> Option<[u32; 3]> {
    let later = u16::try_from(bytes.varint()?).ok()?;
    *library = library.checked_add(later)?;
    let mut text = || bytes.varint32().filter(|number| *number as usize <= texts);
    let (call_number, room) = (text()?, text()?);
    let copies = u16::try_from(bytes.varint()?).ok()?;
    Some([call_number, room, copies.into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, doc: DocId) {
            if let Ok(items) = Items::open(payload) {
                let _ = (items.get(doc), items.get(items.first), items.size());
            }
        }
    }
}
