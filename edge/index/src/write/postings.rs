//! Postings lists into the address space.

use super::Sink;
use crate::bytes::{put_block, put_varint};
use crate::dictionary::{Entry, df_class};
use crate::file::{FileName, Kind, seal};
use crate::manifest::PlacedFiles;
use crate::postings::{CHUNK_DOCS, Posting, VALUE};

/// A file is closed when the next list would make it longer than this.
const FILE_BYTES: usize = 16 << 10;
/// Postings in a part of a long list: a hundred chunks, at most about 40 KB.
const PART_POSTINGS: usize = 100 * CHUNK_DOCS;

/// Writes lists one after the other.
#[derive(Debug, Default)]
pub struct PostingsWriter {
    start: u64,
    file: Vec<u8>,
    files: Vec<(u64, FileName)>,
}

impl PostingsWriter {
    /// A writer at address 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a list, ascending by document, and says where it went. A single
    /// posting goes into the entry itself. An empty list gives `None`.
    pub fn add(&mut self, list: &[Posting], sink: &mut Sink<'_>) -> Option<Entry> {
        let (first, more) = list.split_first()?;
        if more.is_empty() {
            return Some(Entry::Inline(*first));
        }
        let (address, df_class) = self.add_list(list, sink)?;
        Some(Entry::List { address, df_class })
    }

    /// Adds a list with a value before it (none where it is empty); even a
    /// single posting then has a place of its own.
    pub fn add_valued(&mut self, value: &[u8], list: &[Posting], sink: &mut Sink<'_>) -> Option<Entry> {
        if value.is_empty() {
            return self.add(list, sink);
        }
        let mut bytes = VALUE.to_vec();
        put_block(&mut bytes, value);
        let (address, df_class) = self.add_after(bytes, list, sink)?;
        Some(Entry::List { address, df_class })
    }

    /// Adds a list of any length but 0 and gives its address and df class.
    pub fn add_list(&mut self, list: &[Posting], sink: &mut Sink<'_>) -> Option<(u64, u8)> {
        self.add_after(Vec::new(), list, sink)
    }

    /// Adds a list right behind `head`.
    fn add_after(&mut self, mut head: Vec<u8>, list: &[Posting], sink: &mut Sink<'_>) -> Option<(u64, u8)> {
        if list.is_empty() {
            return None;
        }
        let class = df_class(u32::try_from(list.len()).unwrap_or(u32::MAX));
        if list.len() <= PART_POSTINGS {
            encode_plain(&mut head, list, 0);
            let address = self.append(&head, sink);
            return Some((address, class));
        }
        let mut parts = Vec::new();
        let mut before = 0;
        head.push(0);
        put_varint(&mut head, list.len() as u64);
        put_varint(&mut head, list.chunks(PART_POSTINGS).len() as u64);
        for part in list.chunks(PART_POSTINGS) {
            let mut bytes = Vec::new();
            encode_plain(&mut bytes, part, before);
            let last = part.last().map_or(before, |posting| posting.doc);
            put_varint(&mut head, u64::from(last - before));
            put_varint(&mut head, bytes.len() as u64);
            before = last;
            parts.push(bytes);
        }
        // A long list begins a file, so that it lies in as few as can be.
        let whole = head.len() + parts.iter().map(Vec::len).sum::<usize>();
        if self.file.len() + whole > FILE_BYTES {
            self.cut(sink);
        }
        // The parts' addresses follow from the head's, so they must be contiguous:
        // files are cut between parts, never the address space. The first part is
        // in the head's file.
        let mut parts = parts.into_iter();
        head.extend(parts.next().unwrap_or_default());
        let address = self.append(&head, sink);
        for part in parts {
            self.append(&part, sink);
        }
        Some((address, class))
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        PlacedFiles::new(self.files)
    }

    fn append(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> u64 {
        if !self.file.is_empty() && self.file.len() + bytes.len() > FILE_BYTES {
            self.cut(sink);
        }
        let address = self.start + self.file.len() as u64;
        self.file.extend_from_slice(bytes);
        address
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.file.is_empty() {
            return;
        }
        // Unpacking costs time with every question; long lists are worth it.
        let (name, bytes) = seal(Kind::Postings, &self.file, self.file.len() > FILE_BYTES);
        sink(name, bytes);
        self.files.push((self.start, name));
        self.start += self.file.len() as u64;
        self.file.clear();
    }
}

fn encode_plain(out: &mut Vec<u8>, list: &[Posting], mut before: u32) {
    put_varint(out, list.len() as u64);
    if list.len() <= CHUNK_DOCS {
        encode_chunk(out, list, before);
        return;
    }
    let chunks: Vec<&[Posting]> = list.chunks(CHUNK_DOCS).collect();
    put_varint(out, chunks.len() as u64);
    let mut body = Vec::new();
    for chunk in chunks {
        let start = body.len();
        encode_chunk(&mut body, chunk, before);
        let last = chunk.last().map_or(before, |posting| posting.doc);
        put_varint(out, u64::from(last - before));
        put_varint(out, (body.len() - start) as u64);
        out.push(chunk.iter().map(|posting| (posting.payload >> 8) as u8).max().unwrap_or(0));
        before = last;
    }
    out.extend_from_slice(&body);
}

fn encode_chunk(out: &mut Vec<u8>, chunk: &[Posting], before: u32) {
    let mut previous = before;
    let deltas: Vec<u32> = chunk
        .iter()
        .map(|posting| {
            let delta = posting.doc.saturating_sub(previous);
            previous = posting.doc;
            delta
        })
        .collect();
    let width = deltas.iter().max().map_or(0, |max| 32 - max.leading_zeros());
    let occurrences: Vec<u8> = chunk.iter().map(|posting| (posting.payload >> 8) as u8).collect();
    let places: Vec<u8> = chunk.iter().map(|posting| posting.payload as u8).collect();
    out.push(width as u8);
    out.push((chunk.len() - 1) as u8);
    out.push(mode(&occurrences) | mode(&places) << 2);
    let mut bits = 0u64;
    let mut have = 0;
    for delta in deltas {
        bits |= u64::from(delta) << have;
        have += width;
        while have >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            have -= 8;
        }
    }
    if have > 0 {
        out.push(bits as u8);
    }
    for column in [&occurrences, &places] {
        match mode(column) {
            0 => {}
            1 => out.extend(column.first()),
            _ => out.extend(column),
        }
    }
}

/// 0 when all are 0, 1 when all are the same, else 2.
fn mode(column: &[u8]) -> u8 {
    let first = column.first().copied().unwrap_or(0);
    match column.iter().all(|byte| *byte == first) {
        true if first == 0 => 0,
        true => 1,
        false => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postings::{Head, open};
    use proptest::prelude::*;

    fn read(space: &[u8], entry: Entry) -> Vec<Posting> {
        let mut out = Vec::new();
        match entry {
            Entry::Inline(posting) => out.push(posting),
            Entry::List { address, .. } => match open(&space[address as usize..], address, 0).unwrap() {
                Head::Plain(plain) => plain.decode(&mut out).unwrap(),
                Head::Parts { parts, .. } => {
                    let mut before = 0;
                    for part in parts {
                        let Head::Plain(plain) =
                            open(&space[part.address as usize..], part.address, before).unwrap()
                        else {
                            panic!("a part is a plain list")
                        };
                        plain.decode(&mut out).unwrap();
                        before = part.last;
                    }
                }
            },
        }
        out
    }

    fn round_trip(lists: &[Vec<Posting>], value: &[u8]) {
        let mut space = Vec::new();
        let mut writer = PostingsWriter::new();
        let mut sink = |name: FileName, file: Vec<u8>| {
            space.extend(crate::file::open(Kind::Postings, Some(&name), &file).unwrap());
        };
        let entries: Vec<Option<Entry>> =
            lists.iter().map(|list| writer.add_valued(value, list, &mut sink)).collect();
        let _ = writer.finish(&mut sink);
        for (list, entry) in lists.iter().zip(entries) {
            match entry {
                None => assert!(list.is_empty()),
                Some(entry) => {
                    assert_eq!(&read(&space, entry), list);
                    if let Entry::List { address, .. } = entry {
                        let stored = crate::postings::value(&space[address as usize..]);
                        assert_eq!(stored.unwrap_or_default(), value);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn lists_round_trip(
            lists in prop::collection::vec(
                prop::collection::vec((0u32..5000, any::<u16>()), 0..400), 1..12),
            same: bool,
            value in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let lists: Vec<Vec<Posting>> = lists.into_iter().map(|list| {
                let mut doc = 0;
                list.into_iter().map(|(delta, payload)| {
                    doc += delta;
                    Posting { doc, payload: if same { 7 } else { payload } }
                }).collect()
            }).collect();
            round_trip(&lists, &value);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let mut out = Vec::new();
            if let Ok(Head::Plain(plain)) = open(&bytes, 0, 0) {
                let _ = plain.decode(&mut out);
            }
        }
    }

    #[test]
    fn a_list_in_parts_round_trips() {
        let long = (0..50_000u32).map(|doc| Posting { doc: doc * 3, payload: doc as u16 }).collect();
        let lists = [vec![Posting { doc: 1, payload: 2 }, Posting { doc: 4, payload: 2 }], long];
        round_trip(&lists, &[]);
        round_trip(&lists, &[0, 0, 7]);
    }
}
