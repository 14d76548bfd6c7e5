//! Book numbers into files.

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};
use crate::isbns::{BookNumber, encode, position};

/// Bytes of a file, about.
const FILE: Growth = Growth { bytes: 12 << 10, books_a_byte: 36, most: 40 << 10 };

/// Writes numbers in ascending order.
#[derive(Debug)]
pub struct IsbnsWriter {
    in_file: usize,
    width: usize,
    waiting: Vec<BookNumber>,
    starts: Starts<u64>,
    files: Vec<(u64, FileName)>,
}

impl IsbnsWriter {
    /// Begins a writer for an index of so many documents, whose files begin where those of an earlier index did: `starts` are
    /// the positions of those.
    #[must_use]
    pub fn keeping(documents: usize, starts: Vec<u64>) -> Self {
        let width = (usize::BITS - documents.saturating_sub(1).leading_zeros()).clamp(1, 32) as usize;
        // Two bytes for the distance, and the document.
        let in_file = FILE.at(documents) * 8 / (16 + width);
        Self { in_file, width, waiting: Vec::new(), starts: Starts::new(starts), files: Vec::new() }
    }

    /// Adds the next number, of equal ones the id of a document first. Those at the same position lie in one file.
    pub fn push(&mut self, number: BookNumber, sink: &mut Sink<'_>) {
        let reached = self.starts.reached(|start| *start <= position(number.id)).is_some();
        let full = self.waiting.len() >= self.starts.most(self.in_file);
        let apart = self.waiting.last().is_some_and(|last| position(last.id) < position(number.id));
        if (reached || full) && apart {
            self.cut(sink);
        }
        self.waiting.push(number);
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(&self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        let Some(first) = self.waiting.first() else { return };
        let first = position(first.id);
        let (name, bytes) = seal(Kind::Isbns, &encode(&self.waiting, self.width), false);
        sink(name, bytes);
        self.files.push((first, name));
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use crate::book_id::BookId;
    use std::collections::HashMap;

    #[test]
    fn every_number_is_found_in_its_file() {
        let isbns = (0..40_000u64).map(|n| BookId::isbn(9_780_000_000_000 + n * 3));
        let numbers: Vec<BookId> = isbns.chain((0..9_000).map(|n| BookId::made(n << 49))).collect();
        let mut files = HashMap::new();
        let mut sink = |name: FileName, bytes: Vec<u8>| {
            files.insert(name, bytes);
        };
        let mut writer = IsbnsWriter::keeping(numbers.len(), vec![978_000_000_000, 978_000_004_000]);
        (0..).zip(&numbers).for_each(|(doc, id)| {
            writer.push(BookNumber { id: *id, own: doc % 7 > 0, doc }, &mut sink);
        });
        let placed = writer.finish(&mut sink);
        assert!(placed.starts().any(|start| start == 978_000_004_000), "a kept start");
        for (doc, id) in (0..).zip(&numbers) {
            let name = placed.name(placed.find(position(*id)).unwrap().0).unwrap();
            let Block::Isbns(isbns) = Block::open(&name, files[&name].clone()).unwrap() else {
                panic!("book numbers")
            };
            assert_eq!(isbns.get(*id), Some(doc));
        }
    }
}
