//! Where copies stand into files.

use std::collections::BTreeMap;

use super::sink::Sink;
use crate::bytes::{put_str, put_varint};
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};
use crate::items::Item;
use crate::limits::LARGE_INDEX_DOCUMENTS;

/// Documents in a file, and in one of a large index.
const FILE_DOCS: usize = 512;
const LARGE_FILE_DOCS: usize = 2 * FILE_DOCS;
/// A file of so many bytes is closed earlier.
const LONGEST: usize = 256 << 10;

/// Writes the items of each document, in document order.
#[derive(Debug)]
pub struct ItemsWriter {
    in_file: usize,
    first: u32,
    rows: Vec<Vec<Item>>,
    /// Bytes that wait, about.
    bytes: usize,
    files: Vec<(u64, FileName)>,
}

impl ItemsWriter {
    /// Begins a writer at document 0 of an index of so many.
    #[must_use]
    pub fn new(documents: usize) -> Self {
        let large = documents > LARGE_INDEX_DOCUMENTS as usize;
        let in_file = if large { LARGE_FILE_DOCS } else { FILE_DOCS };
        Self { in_file, first: 0, rows: Vec::new(), bytes: 0, files: Vec::new() }
    }

    /// Adds the next document's items.
    pub fn push(&mut self, mut items: Vec<Item>, sink: &mut Sink<'_>) {
        items.sort_by_key(|item| item.library);
        self.bytes += items.iter().map(|item| item.call_number.len() + item.room.len() + 6).sum::<usize>();
        self.rows.push(items);
        if self.rows.len() == self.in_file || self.bytes >= LONGEST {
            self.cut(sink);
        }
    }

    /// Closes the last file. There are none where no document has an item.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(&self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        if rows.iter().any(|items| !items.is_empty()) {
            let (name, bytes) = seal(Kind::Items, &encode(self.first, &rows), true);
            sink(name, bytes);
            self.files.push((self.first.into(), name));
        }
        self.first += rows.len() as u32;
    }
}

fn encode(first: u32, rows: &[Vec<Item>]) -> Vec<u8> {
    let all = rows.iter().flatten().flat_map(|item| [item.call_number.as_str(), item.room.as_str()]);
    let mut numbers: BTreeMap<&str, u64> =
        all.filter(|text| !text.is_empty()).map(|text| (text, 0)).collect();
    numbers.values_mut().zip(1..).for_each(|(number, place)| *number = place);
    let mut payload = first.to_le_bytes().to_vec();
    put_varint(&mut payload, rows.len() as u64);
    put_varint(&mut payload, numbers.len() as u64);
    numbers.keys().for_each(|text| put_str(&mut payload, text));
    for items in rows {
        put_varint(&mut payload, items.len() as u64);
        let mut before = 0;
        for item in items {
            put_varint(&mut payload, (item.library - before).into());
            before = item.library;
            for text in [&item.call_number, &item.room] {
                put_varint(&mut payload, numbers.get(text.as_str()).copied().unwrap_or(0));
            }
            put_varint(&mut payload, item.copies.into());
        }
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::Items;
    use proptest::prelude::*;

    fn rows() -> impl Strategy<Value = Vec<Vec<Item>>> {
        let item = (0u16..40, "[0-9.]{0,4}|.{0,12}", "(종합|어린이)?", 0u16..9)
            .prop_map(|(library, call_number, room, copies)| Item { library, call_number, room, copies });
        prop::collection::vec(prop::collection::vec(item, 0..5), 0..40)
    }

    proptest! {
        #[test]
        fn items_round_trip_and_damage_is_told(rows in rows(), first in 0u32..1_000, at: prop::sample::Index) {
            let rows: Vec<Vec<Item>> = rows
                .into_iter()
                .map(|mut row| { row.sort_by_key(|item| item.library); row })
                .collect();
            let payload = encode(first, &rows);
            let items = Items::open(payload.clone()).unwrap();
            for (doc, row) in (first..).zip(&rows) {
                prop_assert_eq!(&items.get(doc), row);
            }
            prop_assert_eq!(items.get(first + rows.len() as u32), []);
            prop_assert!(Items::open(payload[..at.index(payload.len())].to_vec()).is_err());
            let mut longer = payload;
            longer.push(0);
            prop_assert!(Items::open(longer).is_err());
        }
    }

    #[test]
    fn files_are_cut_by_documents_and_by_bytes_and_left_out_where_nobody_says_anything() {
        let files = |documents: usize, of: &dyn Fn(usize) -> Vec<Item>| {
            let mut writer = ItemsWriter::new(documents);
            let mut names = Vec::new();
            (0..documents).for_each(|doc| writer.push(of(doc), &mut |name, _| names.push(name)));
            writer.finish(&mut |name, _| names.push(name)).len()
        };
        let item = |text: &str| Item { call_number: text.to_owned(), ..Item::default() };
        assert_eq!(files(1_500, &|_| Vec::new()), 0);
        assert_eq!(files(1_500, &|doc| if doc < 512 { vec![item("813.7")] } else { Vec::new() }), 1);
        assert_eq!(files(1_500, &|_| vec![item("813.7")]), 3);
        assert!(files(1_000, &|doc| vec![item(&format!("{doc}{}", "가".repeat(1_000)))]) > 5);
    }
}
