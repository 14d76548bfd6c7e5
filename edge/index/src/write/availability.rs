//! Writes what is known of loans into the files of an overlay.

use xxhash_rust::xxh3::Xxh3;

use super::sink::Sink;
use crate::DocId;
use crate::availability::{
    BEGIN_BYTES, COUNT_ORDER, Contents, DISTANCE_ORDER, GROUP, STATES_PER_FILE, State, file, form, known,
};
use crate::bit_stream::BitWriter;
use crate::bytes::{put_block, put_varint};
use crate::file::{FileName, Kind, ORIGIN_BYTES, content_in, place, seal};

/// Bytes of shelves at which a file is full.
const SHELVES_BYTES: usize = 32 << 10;

/// Writes an overlay over the holdings of a generation; gives its name.
///
/// `states` gives for a document the libraries that hold it, ascending, and what is known of each; it is asked once for each document of
/// the generation, in their order. `days` has of each library the day that is told of, as days since 1970-01-01: of a library without
/// a day nothing is known. The same states give the same bytes and the same name.
pub fn availability(
    generation: [u8; ORIGIN_BYTES],
    documents: u32,
    days: &[Option<u32>],
    mut states: impl FnMut(DocId) -> Vec<(u16, State)>,
    sink: &mut Sink<'_>,
) -> [u8; ORIGIN_BYTES] {
    let mut files = Vec::new();
    let mut shelves = vec![Bits::default(); days.len() + 1];
    let mut first = 0;
    while first < documents {
        let count = (documents - first).min(STATES_PER_FILE);
        let mut writer = StatesWriter::new(first, count);
        for doc in first..first + count {
            let of = states(doc);
            writer.put(&of);
            let mut is_anywhere = false;
            for (library, state) in of {
                is_anywhere |= state == State::In;
                if let Some(shelf) = shelves.get_mut(usize::from(library)) {
                    shelf.put(state == State::In);
                }
            }
            shelves.last_mut().into_iter().for_each(|shelf| shelf.put(is_anywhere));
        }
        files.push(writer.finish());
        first += count;
    }
    let mut firsts = Vec::new();
    let mut full: Vec<(u32, Vec<Vec<u8>>)> = Vec::new();
    for (library, shelf) in (0u32..).zip(shelves) {
        let shelf = shelf.bytes;
        match full
            .last_mut()
            .filter(|(_, has)| has.iter().map(Vec::len).sum::<usize>() + shelf.len() <= SHELVES_BYTES)
        {
            Some((_, has)) => has.push(shelf),
            None => full.push((library, vec![shelf])),
        }
    }
    for (first, shelves) in full {
        firsts.push(first);
        let mut payload = vec![form::SHELVES];
        put_varint(&mut payload, first.into());
        put_varint(&mut payload, shelves.len() as u64);
        shelves.iter().for_each(|shelf| put_block(&mut payload, shelf));
        files.push(payload);
    }
    let contents = Contents { generation, documents, days: days.to_vec(), firsts };
    files.insert(0, contents.encode());
    let mut sealed: Vec<_> = files.iter().map(|payload| seal(Kind::Availability, payload, true).1).collect();
    let mut hasher = Xxh3::new();
    sealed.iter().filter_map(|file| content_in(file)).for_each(|content| hasher.update(&content));
    let name = FileName::of_content(Kind::Availability, hasher.digest128().to_be_bytes()).origin;
    for (number, bytes) in (0u32..).zip(&mut sealed) {
        let place_name = file(name, number);
        place(bytes, &place_name);
        sink(place_name, std::mem::take(bytes));
    }
    name
}

impl Contents {
    fn encode(&self) -> Vec<u8> {
        let mut out = vec![form::CONTENTS];
        out.extend(self.generation);
        put_varint(&mut out, self.documents.into());
        let newest = self.newest().unwrap_or(0);
        put_varint(&mut out, newest.into());
        put_varint(&mut out, self.days.len() as u64);
        for day in &self.days {
            put_varint(&mut out, day.map_or(0, |day| u64::from(newest.saturating_sub(day)) + 1));
        }
        put_varint(&mut out, self.firsts.len() as u64);
        let mut before = 0;
        for first in &self.firsts {
            put_varint(&mut out, (first - before).into());
            before = *first;
        }
        out
    }
}

/// Bits, the lowest of a byte first; zeros behind the last one are left out.
#[derive(Debug, Clone, Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, is_set: bool) {
        if is_set {
            self.bytes.resize(self.count / 8 + 1, 0);
            self.bytes.last_mut().into_iter().for_each(|byte| *byte |= 1 << (self.count % 8));
        }
        self.count += 1;
    }
}

/// The states of consecutive documents on their way into a file.
struct StatesWriter {
    payload: Vec<u8>,
    stream: Vec<u8>,
    group: BitWriter,
    in_group: usize,
}

impl StatesWriter {
    fn new(first: DocId, count: u32) -> Self {
        let mut payload = vec![form::STATES];
        payload.extend(first.to_le_bytes());
        payload.extend((count as u16).to_le_bytes());
        Self { payload, stream: Vec::new(), group: BitWriter::default(), in_group: 0 }
    }

    fn put(&mut self, states: &[(u16, State)]) {
        if self.in_group == GROUP {
            self.end_group();
        }
        if self.in_group == 0 {
            self.payload.extend((self.stream.len() as u32).to_le_bytes().iter().take(BEGIN_BYTES));
        }
        self.in_group += 1;
        let of = |wanted: State| -> Vec<u64> {
            (0..).zip(states).filter(|(_, (_, state))| *state == wanted).map(|(place, _)| place).collect()
        };
        let (out, unknown) = (of(State::Out), of(State::Unknown));
        let known = match (out.len(), unknown.len()) {
            (_, unknown) if unknown == states.len() => known::NONE,
            (0, 0) => known::ALL_IN,
            (_, 0) => known::ALL,
            _ => known::SOME,
        };
        self.group.put(known, 2);
        match known {
            known::ALL => self.group.put_exp_golomb(out.len() as u64 - 1, COUNT_ORDER),
            known::SOME => {
                self.group.put_exp_golomb(out.len() as u64, COUNT_ORDER);
                self.group.put_exp_golomb(unknown.len() as u64 - 1, COUNT_ORDER);
            }
            _ => return,
        }
        for places in [out, unknown] {
            let mut next = 0;
            for place in places {
                self.group.put_exp_golomb(place - next, DISTANCE_ORDER);
                next = place + 1;
            }
        }
    }

    fn end_group(&mut self) {
        self.stream.extend(std::mem::take(&mut self.group).finish());
        self.in_group = 0;
    }

    fn finish(mut self) -> Vec<u8> {
        self.end_group();
        self.payload.extend(self.stream);
        self.payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::availability::{Availability, states_file};
    use crate::block::Block;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const DAY: u32 = 20_786;

    fn state(number: u8) -> State {
        [State::Unknown, State::In, State::Out][usize::from(number % 3)]
    }

    /// An overlay of documents whose holdings are made up of a number.
    fn overlay(documents: u32, of: impl Fn(DocId) -> Vec<(u16, State)>) -> (Contents, BTreeMap<u32, Block>) {
        let mut files = BTreeMap::new();
        let mut sink = |name: FileName, bytes: Vec<u8>| {
            files.insert(name.number, Block::open(&name, bytes).unwrap());
        };
        let days = [Some(DAY), None, Some(DAY - 3)];
        availability([7; 10], documents, &days, of, &mut sink);
        let Availability::Contents(contents) = files[&0].availability().unwrap() else {
            panic!("contents come first")
        };
        (contents.clone(), files)
    }

    fn check(documents: u32, of: impl Fn(DocId) -> Vec<(u16, State)>) {
        let (contents, files) = overlay(documents, &of);
        assert_eq!(
            (contents.generation, contents.documents, contents.newest()),
            ([7; 10], documents, Some(DAY))
        );
        assert_eq!(contents.days, [Some(DAY), None, Some(DAY - 3)]);
        assert_eq!(contents.files() as usize, files.len());
        let mut held = vec![Vec::new(); 4];
        for doc in 0..documents {
            let Availability::States(states) = files[&states_file(doc)].availability().unwrap() else {
                panic!("{doc}")
            };
            let wanted = of(doc);
            let told = states.get(doc, wanted.len()).unwrap();
            assert_eq!(told, wanted.iter().map(|(_, state)| *state).collect::<Vec<_>>(), "{doc}");
            for (library, state) in &wanted {
                held[usize::from(*library)].push(*state == State::In);
            }
            held[3].push(wanted.iter().any(|(_, state)| *state == State::In));
        }
        for (library, wanted) in (0u32..).zip(held) {
            let file = contents.shelves_file(library).unwrap();
            let Availability::Shelves(shelves) = files[&file].availability().unwrap() else {
                panic!("{library}")
            };
            let bits = shelves.of(library);
            let is_in = |at: usize| bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
            assert_eq!((0..wanted.len()).map(is_in).collect::<Vec<_>>(), wanted, "{library}");
        }
        assert_eq!(contents.shelves_file(4), None);
    }

    #[test]
    fn states_and_shelves_come_back_over_the_borders_of_groups_and_files() {
        for documents in [0, 1, 63, 64, 65, STATES_PER_FILE - 1, STATES_PER_FILE, STATES_PER_FILE + 1, 70_000]
        {
            check(documents, |doc| {
                let seed = doc.wrapping_mul(2_654_435_761).to_le_bytes();
                (0..3u16)
                    .filter(|library| seed[0] >> library & 1 == 1)
                    .map(|library| (library, state(seed[usize::from(library) + 1])))
                    .collect()
            });
        }
    }

    #[test]
    fn shelves_of_a_large_library_are_in_a_file_of_their_own() {
        let (contents, _) = overlay(300_000, |_| vec![(0, State::In), (2, State::In)]);
        assert_eq!(contents.firsts, [0, 1, 2, 3], "37.5 KB each of those that hold anything");
    }

    #[test]
    fn another_night_has_another_name_and_the_same_one_the_same() {
        let named = |on: State| availability([7; 10], 10, &[Some(DAY)], |_| vec![(0, on)], &mut |_, _| {});
        assert_eq!(named(State::In), named(State::In));
        assert_ne!(named(State::In), named(State::Out));
    }

    proptest! {
        #[test]
        fn states_of_any_holdings_come_back(rows in prop::collection::vec(prop::collection::btree_map(0u16..3, 0u8..3, 0..3), 0..200)) {
            check(rows.len() as u32, |doc| rows[doc as usize].iter().map(|(library, number)| (*library, state(*number))).collect());
        }
    }
}
