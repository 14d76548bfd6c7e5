//! Books like each book into files.

use super::sink::Sink;
use crate::alike::{Alike, MOST_ALIKE};
use crate::bits::put_packed;
use crate::columns::rare_column_docs;
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};

/// Writes the books like each document, in document order.
#[derive(Debug)]
pub struct AlikeWriter {
    first: u32,
    in_file: usize,
    width: u32,
    rows: Vec<Alike>,
    files: Vec<(u64, FileName)>,
}

impl AlikeWriter {
    /// Begins a writer at document 0 of an index of so many.
    #[must_use]
    pub fn new(documents: u32) -> Self {
        let width = (u32::BITS - documents.saturating_sub(1).leading_zeros()).max(1);
        Self {
            first: 0,
            in_file: rare_column_docs(documents as usize),
            width,
            rows: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Adds the next document; of more than [`MOST_ALIKE`] the first are kept.
    pub fn push(&mut self, mut alike: Alike, sink: &mut Sink<'_>) {
        alike.editions.truncate(MOST_ALIKE);
        alike.similar.truncate(MOST_ALIKE);
        self.rows.push(alike);
        if self.rows.len() == self.in_file {
            self.cut(sink);
        }
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(&self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.rows.is_empty() {
            return;
        }
        let rows = std::mem::take(&mut self.rows);
        let mut payload = self.first.to_le_bytes().to_vec();
        payload.extend((rows.len() as u16).to_le_bytes());
        payload.extend([self.width as u8, 0]);
        payload.extend(rows.iter().map(|row| (row.editions.len() << 4 | row.similar.len()) as u8));
        let docs = rows.iter().flat_map(|row| row.editions.iter().chain(&row.similar));
        put_packed(&mut payload, docs.copied(), self.width);
        let (name, bytes) = seal(Kind::Alike, &payload, true);
        sink(name, bytes);
        self.files.push((self.first.into(), name));
        self.first += rows.len() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use std::collections::HashMap;

    #[test]
    fn books_round_trip_over_file_borders_in_any_width() {
        for documents in [1, 2, 255, 256, 257, 5_000] {
            let alike = |doc: u32| Alike {
                editions: (0..doc % 3).map(|n| (doc * 7 + n) % documents).collect(),
                similar: (0..doc * 13 % 16).map(|n| documents - 1 - (doc * 31 + n) % documents).collect(),
            };
            let mut files = HashMap::new();
            let mut sink = |name: FileName, bytes: Vec<u8>| {
                files.insert(name, bytes);
            };
            let mut writer = AlikeWriter::new(documents);
            (0..documents).for_each(|doc| writer.push(alike(doc), &mut sink));
            let placed = writer.finish(&mut sink);
            for doc in 0..documents {
                let name = placed.name(placed.find(doc.into()).unwrap().0).unwrap();
                let Block::Alike(columns) = Block::open(&name, files[&name].clone()).unwrap() else {
                    panic!("alike")
                };
                assert_eq!(columns.get(doc), Some(alike(doc)), "{doc} of {documents}");
            }
        }
    }

    #[test]
    fn more_than_a_count_can_say_are_cut() {
        let mut files = Vec::new();
        let mut sink = |name: FileName, bytes: Vec<u8>| files.push((name, bytes));
        let mut writer = AlikeWriter::new(1000);
        writer.push(Alike { editions: (0..20).collect(), similar: (0..99).collect() }, &mut sink);
        writer.finish(&mut sink);
        let Block::Alike(columns) = Block::open(&files[0].0, files[0].1.clone()).unwrap() else {
            panic!("alike")
        };
        let fifteen: Vec<u32> = (0..15).collect();
        assert_eq!(columns.get(0), Some(Alike { editions: fifteen.clone(), similar: fifteen }));
    }
}
