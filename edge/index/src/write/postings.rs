//! Postings lists into the address space.

use super::lists::{self, Apart};
use super::sink::Sink;
use super::starts::{Growth, Starts};
use crate::bytes::{put_block, put_varint};
use crate::dictionary::{Entry, df_class};
use crate::directory::{PlacedFiles, border};
use crate::documents::CHUNK_DOCS;
use crate::file::{FileName, Kind, seal};
use crate::manifest::ListFiles;
use crate::occurrences::{Coding, Occurrence, mode};
use crate::postings::{FILE_HEAD, Posting, VALUE, content, document_files, is_long, payload_files};

/// A file is closed when the next list would make it longer than this.
const FILE: Growth = Growth { bytes: 16 << 10, books_a_byte: 37, most: 40 << 10 };

/// Stretches begin at multiples of this.
const ALIGNED: u64 = 16 << 10;
/// Room left behind a stretch, so that it may grow in place: this many bytes, and an eighth of its length.
const ROOM: u64 = 8 << 10;
/// The room of the stretch behind which no other lies.
const ROOM_OF_LAST: u64 = 16 << 20;

/// Writes lists stretch by stretch. A stretch is what lies without a gap: a file, or the files of a long list. Behind each there is room, so that in the next index, when a list has grown, all
/// others keep their addresses.
#[derive(Debug)]
pub struct PostingsWriter {
    /// Documents of the index.
    documents: u32,
    file_bytes: usize,
    /// Where the stretch begins, where its open file begins, and where it must end.
    stretch: u64,
    start: u64,
    end: u64,
    /// Where the next new stretch begins.
    free: u64,
    starts: Starts<Kept>,
    file: Vec<u8>,
    files: Vec<(u64, FileName)>,
    /// The key of the list added last, and the keys that files of lists, or those of a long one, begin with.
    last: Vec<u8>,
    firsts: Vec<(Vec<u8>, u64)>,
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
            documents: u32::try_from(books).unwrap_or(u32::MAX),
            file_bytes: FILE.at(books),
            stretch: 0,
            start: 0,
            end: 0,
            free,
            starts: Starts::new(stretches.into_iter().map(kept).collect()),
            file: Vec::new(),
            files: Vec::new(),
            last: Vec::new(),
            firsts: Vec::new(),
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
        let mut bytes = vec![VALUE];
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
        let Apart { docs, occurrences } = Apart::of(list);
        if docs.is_empty() {
            return None;
        }
        let class = df_class(u32::try_from(docs.len()).unwrap_or(u32::MAX));
        let coding = lists::coding(&occurrences);
        lists::put_head(&mut head, docs.len(), &coding);
        if !is_long(class) {
            lists::put_documents(&mut head, &docs);
            lists::put_occurrences(&mut head, &coding, &occurrences);
            self.make_room(key, head.len(), sink);
            if self.file.is_empty() {
                self.begin(key);
            }
            self.last = key.to_vec();
            return Some((self.append(&head), class));
        }
        let files = self.long(&head, class, &docs, &coding, &occurrences);
        self.make_room(key, files.iter().map(Vec::len).sum(), sink);
        // Its files follow each other without a gap, so that their numbers do.
        self.cut(sink);
        self.begin(key);
        self.last = key.to_vec();
        let address = self.start + FILE_HEAD;
        for file in files {
            self.file = file;
            self.cut(sink);
        }
        Some((address, class))
    }

    /// Lays out the files of a long list, behind its head: of documents, then of payloads, as many as a reader expects.
    fn long(
        &self,
        head: &[u8],
        class: u8,
        docs: &[u32],
        coding: &Coding,
        occurrences: &[Occurrence],
    ) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        let blocks: Vec<&[u32]> = docs.chunk_by(lists::same_block).collect();
        let wanted = document_files(class, self.documents) as usize;
        let (mut before, mut from) = (0, 0);
        for number in 1..=wanted {
            let to = (blocks.len() * number / wanted).max(from);
            let own = blocks.get(from..to).unwrap_or_default();
            let mut file = vec![if number == 1 { content::FIRST_DOCUMENTS } else { content::MORE_DOCUMENTS }];
            file.extend_from_slice(if number == 1 { head } else { &[] });
            put_varint(&mut file, before as u64);
            lists::put_blocks(&mut file, own);
            files.push(file);
            (before, from) = (before + own.iter().map(|docs| docs.len()).sum::<usize>(), to);
        }
        if coding.is_stored() {
            let mode = if coding.is_chunked() { mode::TABLE } else { mode::NUMBERS };
            let wanted = payload_files(class) as usize;
            let each = occurrences.len().div_ceil(wanted).next_multiple_of(CHUNK_DOCS);
            for number in 0..wanted {
                let first = (number * each).min(occurrences.len());
                let own = occurrences.get(first..occurrences.len().min(first + each)).unwrap_or_default();
                let mut file = vec![content::PAYLOADS, mode as u8];
                put_varint(&mut file, first as u64);
                put_varint(&mut file, own.len() as u64);
                lists::put_occurrences(&mut file, coding, own);
                files.push(file);
            }
        }
        files
    }

    /// Closes the last file.
    pub fn finish(self, sink: &mut Sink<'_>) -> PlacedFiles {
        self.finish_by_key(sink).0
    }

    /// Closes the last file, and tells the files by key, too.
    pub fn finish_by_key(mut self, sink: &mut Sink<'_>) -> (PlacedFiles, ListFiles) {
        self.cut(sink);
        self.files.sort_unstable();
        let place = |start: &u64| self.files.binary_search_by_key(start, |(start, _)| *start).ok();
        let number = |(key, start)| Some((key, u32::try_from(place(&start)?).ok()?));
        let by_key: Vec<_> = std::mem::take(&mut self.firsts).into_iter().filter_map(number).collect();
        (PlacedFiles::new(&self.files), ListFiles::new(&by_key))
    }

    /// Notes that the file that begins here begins with the list of a key.
    fn begin(&mut self, key: &[u8]) {
        let key = if self.firsts.is_empty() { Vec::new() } else { border(&self.last, key) };
        self.firsts.push((key, self.start));
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
        if self.file.is_empty() {
            self.file.push(content::WHOLE_LISTS);
        }
        let address = self.start + self.file.len() as u64;
        self.file.extend_from_slice(bytes);
        address
    }

    fn cut(&mut self, sink: &mut Sink<'_>) {
        if self.file.is_empty() {
            return;
        }
        // Unpacking costs time with every question.
        let (name, bytes) = seal(Kind::Postings, &self.file, false);
        sink(name, bytes);
        self.files.push((self.start, name));
        self.start += self.file.len() as u64;
        self.file.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::occurrences::{PAYLOADS, Reached};
    use crate::postings::{LONG_LIST, List, Postings};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashMap, HashSet};

    type Files = HashMap<FileName, Vec<u8>>;

    fn open(placed: &PlacedFiles, files: &Files, number: u32) -> Postings {
        let name = placed.name(number).unwrap();
        Postings::open(crate::file::open(&name, files[&name].clone()).unwrap()).unwrap()
    }

    /// Reads a list as a search does, by the files that its class of document frequency names.
    fn read(placed: &PlacedFiles, files: &Files, entry: Entry, documents: u32) -> Vec<Posting> {
        let (address, class) = match entry {
            Entry::Inline(posting) => return vec![posting],
            Entry::List { address, df_class } => (address, df_class),
        };
        let (number, start) = placed.find(address).unwrap();
        if !is_long(class) {
            return List::open(open(placed, files, number).list_at(address - start).unwrap())
                .unwrap()
                .postings()
                .unwrap();
        }
        assert_eq!(address, start + FILE_HEAD);
        let of_documents = document_files(class, documents);
        let (mut docs, mut head) = (Vec::new(), None);
        for more in 0..of_documents {
            let Postings::Documents(long) = open(placed, files, number + more) else { panic!("documents") };
            head = head.or(long.head().map(|(df, coding)| (df, coding.clone())));
            let (first, words) = long.words();
            let bits = words.iter().zip(first..).flat_map(|(word, at)| {
                (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at as u32 * 64 + bit)
            });
            docs.extend(bits.map(|doc| (doc, long.place(doc).unwrap())));
        }
        let (df, coding) = head.unwrap();
        assert!(docs.iter().map(|(_, place)| *place).eq(0..df), "places are counted over the files");
        let payloads: Vec<Postings> = if coding.is_stored() {
            (0..payload_files(class)).map(|more| open(placed, files, number + of_documents + more)).collect()
        } else {
            Vec::new()
        };
        let mut reached = Reached::default();
        let mut occurrence = |place| {
            let stored = payloads.iter().find_map(|file| match file {
                Postings::Payloads(long) => long.get(&coding, place, &mut reached),
                _ => panic!("payloads"),
            });
            stored.unwrap_or_else(|| coding.likeliest())
        };
        let postings = |(doc, place)| {
            let occurrence = occurrence(place);
            occurrence.payloads().iter().map(|payload| Posting { doc, payload: *payload }).collect::<Vec<_>>()
        };
        docs.into_iter().flat_map(postings).collect()
    }

    fn value_of(placed: &PlacedFiles, files: &Files, entry: Entry) -> Vec<u8> {
        let Entry::List { address, .. } = entry else { return Vec::new() };
        let (number, start) = placed.find(address).unwrap();
        let file = open(placed, files, number);
        let value = match &file {
            Postings::Documents(long) => long.value(),
            lists => crate::postings::value(lists.list_at(address - start).unwrap()),
        };
        value.unwrap_or_default().to_vec()
    }

    fn round_trip(lists: &[Vec<Posting>], value: &[u8]) {
        let mut files = Files::new();
        let documents = lists.iter().flatten().map(|posting| posting.doc + 1).max().unwrap_or(0);
        let mut writer = PostingsWriter::keeping(documents as usize, Vec::new());
        let mut sink = |name: FileName, file: Vec<u8>| {
            files.insert(name, file);
        };
        let keyed = (0u32..).zip(lists).map(|(key, list)| (key.to_be_bytes(), list));
        let entries: Vec<Option<Entry>> =
            keyed.map(|(key, list)| writer.add_valued(&key, value, list, &mut sink)).collect();
        let placed = writer.finish(&mut sink);
        for (list, entry) in lists.iter().zip(entries) {
            match entry {
                None => assert!(list.is_empty()),
                Some(entry) => {
                    assert_eq!(&read(&placed, &files, entry, documents), list);
                    if matches!(entry, Entry::List { .. }) {
                        assert_eq!(value_of(&placed, &files, entry), value);
                    }
                }
            }
        }
    }

    /// Gaps between documents, and payloads: alike, few, as titles have them, or any.
    fn list(most: usize) -> impl Strategy<Value = Vec<Posting>> {
        let gap = prop_oneof![5 => Just(0u32), 10 => 1u32..6, 3 => 1u32..3_000];
        let payload = prop_oneof![
            Just(vec![7u16]),
            Just(vec![0xe501, 0xc402, 0x3f00]),
            Just(vec![0, 0x1f00, 0x1e00, 0x1d00]),
            prop::collection::vec(any::<u16>(), 300),
        ];
        (prop::collection::vec((gap, any::<prop::sample::Index>()), 0..most), payload).prop_map(
            |(list, payloads)| {
                let (mut doc, mut again) = (0, 0);
                let mut postings: Vec<Posting> = Vec::new();
                for (gap, which) in list {
                    again = if gap == 0 && !postings.is_empty() { again + 1 } else { 0 };
                    if again >= PAYLOADS {
                        continue;
                    }
                    doc += gap;
                    postings.push(Posting { doc, payload: *which.get(&payloads) });
                }
                postings
            },
        )
    }

    proptest! {
        #[test]
        fn lists_round_trip(
            lists in prop::collection::vec(list(600), 1..12),
            value in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            round_trip(&lists, &value);
        }

        #[test]
        fn documents_are_met_as_a_scan_meets_them(
            list in list(600), asked in prop::collection::btree_set(0u32..3_000, 0..300),
        ) {
            prop_assume!(!list.is_empty());
            let mut bytes = Vec::new();
            let Apart { docs, occurrences } = Apart::of(&list);
            let coding = lists::coding(&occurrences);
            lists::put_head(&mut bytes, docs.len(), &coding);
            lists::put_documents(&mut bytes, &docs);
            lists::put_occurrences(&mut bytes, &coding, &occurrences);
            let list = List::open(&bytes).unwrap();
            let asked: Vec<u32> = asked.into_iter().collect();
            let mut met = Vec::new();
            list.documents.meet(&asked, &mut |index, place| met.push((asked[index], place))).unwrap();
            let scanned: Vec<(u32, u32)> =
                docs.iter().copied().zip(0..).filter(|(doc, _)| asked.contains(doc)).collect();
            prop_assert_eq!(met, scanned);
            // One after the other, from any place on, and back again.
            let mut reached = Reached::default();
            for (place, occurrence) in (0..).zip(&occurrences).chain((0..).zip(&occurrences).skip(3).step_by(7)) {
                prop_assert_eq!(&list.occurrence(place, &mut reached), occurrence);
                prop_assert_eq!(&list.occurrence(place, &mut Reached::default()), occurrence);
            }
            // Cut short or changed, it is an error or another list, and no panic.
            for end in (0..bytes.len()).step_by(1 + bytes.len() / 16) {
                let _ = List::open(&bytes[..end]).map(|list| list.postings());
                let mut changed = bytes.clone();
                changed[end] ^= 0x55;
                let _ = List::open(&changed).map(|list| list.postings());
            }
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>, content in 0u8..5) {
            let _ = List::open(&bytes).map(|list| list.postings());
            match Postings::open([&[content], bytes.as_slice()].concat()) {
                Ok(Postings::Documents(long)) => drop((long.place(3), long.head().map(|(df, _)| df))),
                Ok(Postings::Payloads(long)) => drop(long.get(&Coding::Plain, 3, &mut Reached::default())),
                Ok(lists @ Postings::Lists(_)) => drop(lists.list_at(1)),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn a_long_list_round_trips() {
        let payload = |doc: u32| if doc.is_multiple_of(5) { doc as u16 } else { 0x3f00 | (doc % 3) as u16 };
        let long = |count: u32, gap: u32| -> Vec<Posting> {
            (0..count).map(|doc| Posting { doc: doc * gap, payload: payload(doc) }).collect()
        };
        let short = vec![Posting { doc: 1, payload: 2 }, Posting { doc: 4, payload: 2 }];
        let without = (0..40_000).map(|doc| Posting { doc: doc * 2, payload: 0 }).collect();
        let lists = [short.clone(), long(50_000, 3), without, long(LONG_LIST, 40), long(300_000, 1), short];
        round_trip(&lists, &[]);
        round_trip(&lists, &[0, 0, 7]);
    }

    #[test]
    fn a_damaged_long_list_is_refused_and_nothing_panics() {
        let list: Vec<Posting> =
            (0..20_000).map(|doc| Posting { doc: doc * 7, payload: 3 + doc as u16 % 9 }).collect();
        let mut files = Files::new();
        let mut writer = PostingsWriter::keeping(140_000, Vec::new());
        writer.add(b"a", &list, &mut |name, file| drop(files.insert(name, file)));
        let placed = writer.finish(&mut |_, _| {});
        for number in 0..placed.len() as u32 {
            let name = placed.name(number).unwrap();
            let whole = crate::file::open(&name, files[&name].clone()).unwrap();
            for end in (0..whole.len()).step_by(if whole.len() > 3_000 { 97 } else { 1 }) {
                let cut = Postings::open(whole[..end].to_vec());
                if whole[0] == content::FIRST_DOCUMENTS {
                    assert!(cut.is_err(), "cut at {end}");
                }
                let mut changed = whole.to_vec();
                changed[end] ^= 0x81;
                if let Ok(Postings::Payloads(long)) = Postings::open(changed) {
                    (0..20_000).step_by(101).for_each(|place| {
                        let _ = long.get(&Coding::Plain, place, &mut Reached::default());
                    });
                }
            }
        }
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
        entries.iter().for_each(|(list, entry)| assert_eq!(&read(&placed, &files, *entry, 0), *list));
        let first = |start: u64| Some((places.get(&(start + FILE_HEAD))?.clone(), start));
        let mut keep: Vec<(Vec<u8>, u64)> = placed.starts().filter_map(first).collect();
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
        // Its documents, and the last of its payloads.
        assert_eq!(after.keys().filter(|name| !files.contains_key(name)).count(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]
        #[test]
        fn lists_that_come_go_and_grow_are_found_again(
            edits in prop::collection::vec((0u32..3_000, 0u32..600), 0..300),
            long in 16_300u32..40_000,
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
