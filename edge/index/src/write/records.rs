//! Records and names into files.

use super::Sink;
use super::starts::{Growth, Starts};
use crate::bytes::{put_block, put_str, put_varint};
use crate::file::{FileName, Kind, seal};
use crate::manifest::PlacedFiles;
use crate::names::NAMES_PER_FILE;
use crate::record::Record;

/// A records file is closed when its plain records have grown to this; DEFLATE
/// then stores about half of it. Twenty hits lie in twenty files.
const FILE: Growth = Growth { bytes: 8 << 10, books_a_byte: 40, most: 32 << 10 };

/// Writes records in document order.
#[derive(Debug)]
pub struct RecordsWriter {
    file_bytes: usize,
    next: u32,
    count: u32,
    body: Vec<u8>,
    record: Vec<u8>,
    starts: Starts<u64>,
    files: Vec<(u64, FileName)>,
}

impl RecordsWriter {
    /// A writer at document 0 of so many.
    #[must_use]
    pub fn new(documents: usize) -> Self {
        Self::keeping(documents, Vec::new())
    }

    /// The same with files that begin where those of an earlier index did, whose first documents are `starts`.
    #[must_use]
    pub fn keeping(documents: usize, starts: Vec<u64>) -> Self {
        Self {
            file_bytes: FILE.at(documents),
            next: 0,
            count: 0,
            body: Vec::new(),
            record: Vec::new(),
            starts: Starts::new(starts),
            files: Vec::new(),
        }
    }

    /// Adds the next document's record.
    pub fn push(&mut self, record: &Record, sink: &mut Sink<'_>) {
        let document = u64::from(self.next + self.count);
        if self.starts.reached(|start| *start <= document).is_some() {
            self.cut(sink);
        }
        self.record.clear();
        record.encode(&mut self.record);
        put_block(&mut self.body, &self.record);
        self.count += 1;
        if self.body.len() >= self.starts.most(self.file_bytes) {
            self.cut(sink);
        }
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.count == 0 {
            return;
        }
        let mut payload = self.next.to_le_bytes().to_vec();
        put_varint(&mut payload, self.count.into());
        payload.append(&mut self.body);
        let (name, bytes) = seal(Kind::Records, &payload, true);
        sink(name, bytes);
        self.files.push((self.next.into(), name));
        self.next += self.count;
        self.count = 0;
    }
}

/// Writes names in number order.
#[derive(Debug, Default)]
pub struct NamesWriter {
    names: Vec<String>,
}

impl NamesWriter {
    /// A writer at number 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next name.
    pub fn push(&mut self, name: &str) {
        self.names.push(name.to_owned());
    }

    /// Writes every file.
    pub fn finish(self, sink: &mut Sink<'_>) -> PlacedFiles {
        let mut files = Vec::new();
        let mut first = 0u32;
        for names in self.names.chunks(NAMES_PER_FILE as usize) {
            let mut payload = first.to_le_bytes().to_vec();
            put_varint(&mut payload, names.len() as u64);
            names.iter().for_each(|name| put_str(&mut payload, name));
            let (name, bytes) = seal(Kind::Names, &payload, true);
            sink(name, bytes);
            files.push((first.into(), name));
            first += names.len() as u32;
        }
        PlacedFiles::new(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_large_catalogue_are_longer_so_that_they_are_fewer() {
        let files = |documents: usize| {
            let mut writer = RecordsWriter::new(documents);
            let record = Record { title: "가나다 라마바사".to_owned(), ..Record::default() };
            (0..4000).for_each(|_| writer.push(&record, &mut |_, _| {}));
            writer.finish(&mut |_, _| {}).len()
        };
        assert_eq!(files(4_000), files(100_000));
        assert!(files(100_000) >= 2 * files(1_000_000));
        assert!(files(100_000) <= 4 * files(1_000_000_000));
    }
}
