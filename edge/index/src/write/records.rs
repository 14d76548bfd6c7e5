//! Records and names into files.

use super::Sink;
use crate::bytes::{put_block, put_str, put_varint};
use crate::file::{FileName, Kind, seal};
use crate::manifest::PlacedFiles;
use crate::names::NAMES_PER_FILE;
use crate::record::Record;

/// A records file is closed when its plain records have grown to this; DEFLATE
/// then stores about half of it. Twenty hits lie in twenty files.
const FILE_BYTES: usize = 8 << 10;

/// Writes records in document order.
#[derive(Debug, Default)]
pub struct RecordsWriter {
    next: u32,
    count: u32,
    body: Vec<u8>,
    record: Vec<u8>,
    files: Vec<(u64, FileName)>,
}

impl RecordsWriter {
    /// A writer at document 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next document's record.
    pub fn push(&mut self, record: &Record, sink: &mut Sink<'_>) {
        self.record.clear();
        record.encode(&mut self.record);
        put_block(&mut self.body, &self.record);
        self.count += 1;
        if self.body.len() >= FILE_BYTES {
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
