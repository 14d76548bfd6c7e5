//! Records and names into files.

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bytes::{put_str, put_varint};
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};
use crate::names::NAMES_PER_FILE;
use crate::record::{Packer, Record, SUB_BLOCK, Shared};

/// A records file is closed behind the sub-block with which its plain records have grown to this; less than half of it is
/// stored. Twenty hits lie in twenty files.
const FILE: Growth = Growth { bytes: 3 << 10, books_a_byte: 47, most: 32 << 10 };
/// A file of so many bytes is closed inside a sub-block: of a few very long records, which the limit of a payload is not for.
const LONGEST: usize = 256 << 10;

/// Bytes of a record beside its texts and holdings.
const ABOUT: usize = 16;

/// Writes records in document order.
#[derive(Debug)]
pub struct RecordsWriter {
    file_bytes: usize,
    next: u32,
    waiting: Vec<Record>,
    /// Bytes that wait, about.
    bytes: usize,
    packer: Packer,
    starts: Starts<u64>,
    files: Vec<(u64, FileName)>,
}

impl RecordsWriter {
    /// Begins files where those of an earlier index began, whose first documents are `starts`; they are
    /// packed with what the manifest shares.
    #[must_use]
    pub fn keeping(documents: usize, starts: Vec<u64>, shared: Shared<'_>) -> Self {
        Self {
            file_bytes: FILE.at(documents),
            next: 0,
            waiting: Vec::new(),
            bytes: 0,
            packer: Packer::new(shared),
            starts: Starts::new(starts),
            files: Vec::new(),
        }
    }

    /// Adds the next document's record.
    pub fn push(&mut self, record: Record, sink: &mut Sink<'_>) {
        let document = u64::from(self.next) + self.waiting.len() as u64;
        if self.starts.reached(|start| *start <= document).is_some() {
            self.cut(sink);
        }
        let others: usize = record.other_titles.iter().map(String::len).sum();
        self.bytes += record.title.len() + record.authors.len() + others + 3 * record.holdings.len() + ABOUT;
        self.waiting.push(record);
        let is_full = self.bytes >= self.starts.most(self.file_bytes);
        if is_full && self.waiting.len().is_multiple_of(SUB_BLOCK) || self.bytes >= LONGEST {
            self.cut(sink);
        }
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(&self.files)
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.waiting.is_empty() {
            return;
        }
        let payload = self.packer.encode(self.next, &self.waiting);
        let (name, bytes) = seal(Kind::Records, &payload, false);
        sink(name, bytes);
        self.files.push((self.next.into(), name));
        self.next += self.waiting.len() as u32;
        self.waiting.clear();
        self.bytes = 0;
    }
}

/// Writes names in number order.
#[derive(Debug, Default)]
pub struct NamesWriter {
    names: Vec<String>,
}

impl NamesWriter {
    /// Begins a writer at number 0.
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
        PlacedFiles::new(&files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Phrases;

    #[test]
    fn files_of_a_large_catalogue_are_longer_so_that_they_are_fewer() {
        let files = |documents: usize| {
            let shared = Shared { phrases: &Phrases::bytes(), classes: &[] };
            let mut writer = RecordsWriter::keeping(documents, Vec::new(), shared);
            let record = Record { title: "가나다 라마바사".to_owned(), ..Record::default() };
            (0..4000).for_each(|_| writer.push(record.clone(), &mut |_, _| {}));
            writer.finish(&mut |_, _| {}).len()
        };
        assert_eq!(files(4_000), files(100_000));
        assert!(files(100_000) >= 2 * files(1_000_000));
        assert!(files(100_000) <= 12 * files(1_000_000_000));
    }
}
