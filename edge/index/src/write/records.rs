//! Records and names into files.

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bytes::{put_str, put_varint};
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};
use crate::limits::LARGE_INDEX_DOCUMENTS;
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

/// Writes names in number order: of publishers, or for each document its keywords, one on a line.
#[derive(Debug)]
pub struct NamesWriter {
    kind: Kind,
    in_file: usize,
    first: u32,
    names: Vec<String>,
    /// Bytes that wait.
    bytes: usize,
    files: Vec<(u64, FileName)>,
}

/// A file of so many bytes is closed earlier.
const LONGEST_NAMES: usize = 256 << 10;
/// Documents in a file of keywords, and in one of a large index.
const SUBJECT_DOCS: usize = 1024;

impl NamesWriter {
    /// Begins a writer of publishers at number 0.
    #[must_use]
    pub fn publishers() -> Self {
        Self::new(Kind::Names, NAMES_PER_FILE as usize)
    }

    /// Begins a writer of keywords at document 0 of an index of so many.
    #[must_use]
    pub fn subjects(documents: usize) -> Self {
        let large = documents > LARGE_INDEX_DOCUMENTS as usize;
        Self::new(Kind::Subjects, if large { 2 * SUBJECT_DOCS } else { SUBJECT_DOCS })
    }

    fn new(kind: Kind, in_file: usize) -> Self {
        Self { kind, in_file, first: 0, names: Vec::new(), bytes: 0, files: Vec::new() }
    }

    /// Adds the next name.
    pub fn push(&mut self, name: &str, sink: &mut Sink<'_>) {
        self.bytes += name.len();
        self.names.push(name.to_owned());
        if self.names.len() == self.in_file || self.bytes >= LONGEST_NAMES {
            self.cut(sink);
        }
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(&self.files)
    }

    /// Writes a file of the names that wait; none where all of them are empty.
    fn cut(&mut self, sink: &mut Sink<'_>) {
        let names = std::mem::take(&mut self.names);
        if std::mem::take(&mut self.bytes) > 0 {
            let mut payload = self.first.to_le_bytes().to_vec();
            put_varint(&mut payload, names.len() as u64);
            names.iter().for_each(|name| put_str(&mut payload, name));
            let (name, bytes) = seal(self.kind, &payload, true);
            sink(name, bytes);
            self.files.push((self.first.into(), name));
        }
        self.first += names.len() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Phrases;

    #[test]
    fn keywords_are_found_by_document_and_left_out_where_nobody_gives_any() {
        let files = |documents: usize, of: &dyn Fn(usize) -> String| {
            let mut writer = NamesWriter::subjects(documents);
            let mut files = Vec::new();
            (0..documents)
                .for_each(|doc| writer.push(&of(doc), &mut |name, bytes| files.push((name, bytes))));
            let placed = writer.finish(&mut |name, bytes| files.push((name, bytes)));
            (placed, files)
        };
        assert!(files(3_000, &|_| String::new()).0.is_empty());
        let (placed, files) =
            files(3_000, &|doc| if doc < 1_024 { String::new() } else { format!("가\n{doc}") });
        assert_eq!(placed.len(), 2);
        for (doc, found) in
            [(1_023, None), (1_024, Some("가\n1024")), (2_999, Some("가\n2999")), (3_000, None)]
        {
            let opened = placed.find(doc).map(|(number, _)| {
                let (name, bytes) = &files[number as usize];
                // The writer's names are drafts; the number is given when all files are known.
                crate::names::Names::open(crate::file::open(name, bytes.clone()).unwrap()).unwrap()
            });
            assert_eq!(opened.as_ref().and_then(|names| names.get(doc as u32)), found, "{doc}");
        }
    }

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
