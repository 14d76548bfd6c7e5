//! Postings lists into the address space.

use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bits::{bits_of, put_packed};
use crate::bytes::{put_block, put_varint};
use crate::dictionary::{Entry, df_class};
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};
use crate::postings::{CHUNK_DOCS, PART_POSTINGS, Posting, VALUE};

/// A file is closed when the next list would make it longer than this.
const FILE: Growth = Growth { bytes: 16 << 10, books_a_byte: 37, most: 40 << 10 };
/// Lists in parts keep to this: what they are read with foresees it.
const PARTS_BYTES: usize = 16 << 10;

/// Stretches begin at multiples of this.
const ALIGNED: u64 = 16 << 10;
/// Room left behind a stretch, so that it may grow in place: this many bytes, and an eighth of its length.
const ROOM: u64 = 8 << 10;
/// The room of the stretch behind which no other lies.
const ROOM_OF_LAST: u64 = 16 << 20;

/// Writes lists stretch by stretch. A stretch is what lies without a gap: a file, or the files of a list in parts and
/// what else is in the last of them. Behind each there is room, so that in the next index, when a list has grown, all
/// others keep their addresses.
#[derive(Debug)]
pub struct PostingsWriter {
    file_bytes: usize,
    /// Where the stretch begins, where its open file begins, and where it must end.
    stretch: u64,
    start: u64,
    end: u64,
    /// Where the next new stretch begins.
    free: u64,
    starts: Starts<Kept>,
    file: Vec<u8>,
    /// Lists and parts in the open file.
    appended: usize,
    files: Vec<(u64, FileName)>,
}

/// A stretch of an earlier index.
#[derive(Debug)]
struct Kept {
    first: Vec<u8>,
    address: u64,
    end: u64,
}

impl Default for PostingsWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl PostingsWriter {
    /// Begins a writer at address 0.
    #[must_use]
    pub fn new() -> Self {
        Self::keeping(0, Vec::new())
    }

    /// Begins a writer for an index of so many books, whose stretches begin where those of an earlier index did: `stretches` are the key of each one's first
    /// list and its address, ascending by key.
    #[must_use]
    pub fn keeping(books: usize, stretches: Vec<(Vec<u8>, u64)>) -> Self {
        let mut addresses: Vec<u64> = stretches.iter().map(|(_, address)| *address).collect();
        addresses.sort_unstable();
        let after = |address: u64| address.saturating_add(ROOM_OF_LAST);
        let end = |address: u64| {
            let next = addresses.partition_point(|other| *other <= address);
            addresses.get(next).copied().unwrap_or(after(address))
        };
        let kept = |(first, address)| Kept { first, address, end: end(address) };
        let free = addresses.last().copied().map_or(0, after);
        Self {
            file_bytes: FILE.at(books),
            stretch: 0,
            start: 0,
            end: 0,
            free,
            starts: Starts::new(stretches.into_iter().map(kept).collect()),
            file: Vec::new(),
            appended: 0,
            files: Vec::new(),
        }
    }

    /// Adds the list of a key, ascending by document, and says where it went. A single
    /// posting goes into the entry itself. An empty list gives `None`. Keys must ascend
    /// over all that is added; they say only what lay where in an earlier index.
    pub fn add(&mut self, key: &[u8], list: &[Posting], sink: &mut Sink<'_>) -> Option<Entry> {
        let (first, more) = list.split_first()?;
        if more.is_empty() {
            return Some(Entry::Inline(*first));
        }
        let (address, df_class) = self.add_list(key, list, sink)?;
        Some(Entry::List { address, df_class })
    }

    /// Adds a list with a value before it (none where it is empty); even a
    /// single posting then has a place of its own.
    pub fn add_valued(
        &mut self,
        key: &[u8],
        value: &[u8],
        list: &[Posting],
        sink: &mut Sink<'_>,
    ) -> Option<Entry> {
        if value.is_empty() {
            return self.add(key, list, sink);
        }
        let mut bytes = VALUE.to_vec();
        put_block(&mut bytes, value);
        let (address, df_class) = self.add_after(key, bytes, list, sink)?;
        Some(Entry::List { address, df_class })
    }

    /// Adds a list of any length but 0 and gives its address and df class.
    pub fn add_list(&mut self, key: &[u8], list: &[Posting], sink: &mut Sink<'_>) -> Option<(u64, u8)> {
        self.add_after(key, Vec::new(), list, sink)
    }

    /// Adds a list right behind `head`.
    fn add_after(
        &mut self,
        key: &[u8],
        mut head: Vec<u8>,
        list: &[Posting],
        sink: &mut Sink<'_>,
    ) -> Option<(u64, u8)> {
        if list.is_empty() {
            return None;
        }
        let class = df_class(u32::try_from(list.len()).unwrap_or(u32::MAX));
        if list.len() <= PART_POSTINGS as usize {
            encode_plain(&mut head, list, 0);
            self.make_room(key, head.len(), sink);
            let address = self.append(&head);
            return Some((address, class));
        }
        let mut parts = Vec::new();
        let mut before = 0;
        head.push(0);
        put_varint(&mut head, list.len() as u64);
        put_varint(&mut head, list.chunks(PART_POSTINGS as usize).len() as u64);
        for part in list.chunks(PART_POSTINGS as usize) {
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
        self.make_room(key, whole, sink);
        // The parts' addresses follow from the head's, so they must be contiguous:
        // files are cut between parts, never the address space. The first part is
        // in the head's file.
        let mut parts = parts.into_iter();
        head.extend(parts.next().unwrap_or_default());
        let address = self.append(&head);
        for part in parts {
            if self.file.len() + part.len() > PARTS_BYTES {
                self.cut(sink);
            }
            self.append(&part);
        }
        Some((address, class))
    }

    /// Closes the last file.
    pub fn finish(mut self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.cut(sink);
        self.files.sort_unstable();
        PlacedFiles::new(&self.files)
    }

    /// Goes on to the stretch that a list of so many bytes goes to.
    fn make_room(&mut self, key: &[u8], bytes: usize, sink: &mut Sink<'_>) {
        let until = |start: u64| start.saturating_add(bytes as u64);
        let kept = self.starts.reached(|kept| kept.first.as_slice() <= key);
        let full = self.file.is_empty()
            || self.file.len() + bytes > self.starts.most(self.file_bytes)
            || until(self.start + self.file.len() as u64) > self.end;
        if kept.is_none() && !full {
            return;
        }
        self.cut(sink);
        if self.end == u64::MAX {
            // A new stretch ends here.
            let room = (self.start - self.stretch) / 8 + ROOM;
            self.free = (self.start + room).next_multiple_of(ALIGNED);
        }
        (self.stretch, self.end) = match kept {
            Some(kept) if until(kept.address) <= kept.end => (kept.address, kept.end),
            _ => (self.free, u64::MAX),
        };
        self.start = self.stretch;
    }

    fn append(&mut self, bytes: &[u8]) -> u64 {
        let address = self.start + self.file.len() as u64;
        self.file.extend_from_slice(bytes);
        self.appended += 1;
        address
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.file.is_empty() {
            return;
        }
        // Unpacking costs time with every question; long lists are worth it.
        let (name, bytes) =
            seal(Kind::Postings, &self.file, self.appended == 1 && self.file.len() > PARTS_BYTES);
        sink(name, bytes);
        self.files.push((self.start, name));
        self.start += self.file.len() as u64;
        self.file.clear();
        self.appended = 0;
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
    put_packed(out, deltas.into_iter(), width);
    for column in [&occurrences, &places] {
        match mode(column) {
            0 => {}
            1 => out.extend(column.first()),
            2 => out.extend(column),
            _ => out.extend(few(column).unwrap_or_default()),
        }
    }
}

/// Chooses how a column is stored: 0 when all are 0, 1 when all are the same, 3 when indices into the few are shorter, else 2.
fn mode(column: &[u8]) -> u8 {
    let first = column.first().copied().unwrap_or(0);
    match column.iter().all(|byte| *byte == first) {
        true if first == 0 => 0,
        true => 1,
        false if few(column).is_some_and(|few| few.len() < column.len()) => 3,
        false => 2,
    }
}

/// Encodes a column as its different bytes and which of them each is.
fn few(column: &[u8]) -> Option<Vec<u8>> {
    let mut values = column.to_vec();
    values.sort_unstable();
    values.dedup();
    let most = values.len().checked_sub(1)?;
    let mut out = vec![most as u8];
    out.extend_from_slice(&values);
    let places = column.iter().map(|byte| values.partition_point(|value| value < byte) as u32);
    put_packed(&mut out, places, bits_of(most) as u32);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postings::{Head, open};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashMap, HashSet};

    type Files = HashMap<FileName, Vec<u8>>;

    /// Gives the address space, zeros where nothing lies.
    fn space_of(placed: &PlacedFiles, files: &Files) -> Vec<u8> {
        let mut space = Vec::new();
        for (start, number) in placed.starts().zip(0..) {
            let name = placed.name(number).unwrap();
            assert!(space.len() as u64 <= start, "files overlap");
            space.resize(start as usize, 0);
            space.extend_from_slice(&crate::file::open(&name, files[&name].clone(), &[]).unwrap());
        }
        space
    }

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
        let mut files = Files::new();
        let mut writer = PostingsWriter::new();
        let mut sink = |name: FileName, file: Vec<u8>| {
            files.insert(name, file);
        };
        let keyed = (0u32..).zip(lists).map(|(key, list)| (key.to_be_bytes(), list));
        let entries: Vec<Option<Entry>> =
            keyed.map(|(key, list)| writer.add_valued(&key, value, list, &mut sink)).collect();
        let placed = writer.finish(&mut sink);
        let space = space_of(&placed, &files);
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

    type Lists = BTreeMap<u32, Vec<Posting>>;

    /// Writes lists; gives the files, and what the next writer may keep.
    fn write(lists: &Lists, keep: Vec<(Vec<u8>, u64)>) -> (Files, Vec<(Vec<u8>, u64)>) {
        let mut files = Files::new();
        let mut sink = |name: FileName, file: Vec<u8>| {
            files.insert(name, file);
        };
        let mut writer = PostingsWriter::keeping(0, keep);
        let mut places = BTreeMap::new();
        let mut entries = Vec::new();
        for (key, list) in lists {
            let entry = writer.add(&key.to_be_bytes(), list, &mut sink).unwrap();
            if let Entry::List { address, .. } = entry {
                places.insert(address, key.to_be_bytes().to_vec());
            }
            entries.push((list, entry));
        }
        let placed = writer.finish(&mut sink);
        let space = space_of(&placed, &files);
        entries.iter().for_each(|(list, entry)| assert_eq!(&read(&space, *entry), *list));
        let mut keep: Vec<(Vec<u8>, u64)> =
            placed.starts().filter_map(|start| Some((places.get(&start)?.clone(), start))).collect();
        keep.sort_unstable();
        (files, keep)
    }

    #[test]
    fn a_list_that_grows_changes_its_own_file_alone() {
        let list =
            |key: u32| (0..20 + key % 90).map(|n| Posting { doc: n * 7 + key, payload: n as u16 }).collect();
        let mut lists: Lists = (0..2_000).map(|key| (key, list(key))).collect();
        lists.insert(700, (0..40_000).map(|doc| Posting { doc, payload: doc as u16 }).collect());
        let (files, keep) = write(&lists, Vec::new());
        assert!(files.len() > 10);
        assert_eq!(write(&lists, keep.clone()).0, files, "the same lists give the same files");
        for key in [0, 31, 900, 1_999] {
            let mut grown = lists.clone();
            grown.get_mut(&key).unwrap().push(Posting { doc: 9_000, payload: 3 });
            let (after, _) = write(&grown, keep.clone());
            assert_eq!(after.keys().filter(|name| !files.contains_key(name)).count(), 1, "of list {key}");
        }
        lists.get_mut(&700).unwrap().push(Posting { doc: 50_000, payload: 1 });
        let (after, _) = write(&lists, keep);
        // The head of the list, and its last part.
        assert_eq!(after.keys().filter(|name| !files.contains_key(name)).count(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]
        #[test]
        fn lists_that_come_go_and_grow_are_found_again(
            edits in prop::collection::vec((0u32..3_000, 0u32..600), 0..300),
            long in 12_700u32..30_000,
        ) {
            let list = |length: u32| (0..length).map(|n| Posting { doc: n * 3, payload: 7 }).collect::<Vec<_>>();
            let mut lists: Lists = (0..1_500).map(|key| (key * 2, list(3 + key % 60))).collect();
            let (mut files, mut keep) = write(&lists, Vec::new());
            for edits in edits.chunks(100) {
                for (key, length) in edits {
                    match length {
                        0..100 => lists.remove(key),
                        590.. => lists.insert(*key, list(long)),
                        _ => lists.insert(*key, list(*length)),
                    };
                }
                (files, keep) = write(&lists, keep);
            }
            let (again, _) = write(&lists, keep);
            let names = |files: &Files| files.keys().copied().collect::<HashSet<_>>();
            prop_assert_eq!(names(&again), names(&files));
        }
    }
}
