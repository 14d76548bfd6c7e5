//! The files of an index, kind by kind: by first key or by first position, and where they lie.
//!
//! Layout: "The manifest" in `docs/INDEX_FORMAT.md`. A directory is read where it lies in the manifest: opening one notes
//! where its parts begin, and a look-up searches the bytes, group by group.
//!
//! Invariant: any bytes are a directory that finds something or nothing; none of it panics.

use std::marker::PhantomData;

use crate::bytes::Bytes;
use crate::file::{FileName, Kind, ORIGIN_BYTES};

/// Files in a group of positions, and of keys.
const PLACED_GROUP: usize = 32;
const KEYED_GROUP: usize = 16;
/// Bytes of a group's head.
const PLACED_HEAD: usize = 9;
const KEYED_HEAD: usize = 3;

/// The files of one kind: where each begins, in groups, and what it is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files<By> {
    begins: Vec<u8>,
    runs: Vec<Run>,
    count: u32,
    by: PhantomData<By>,
}

/// Files of one generation that follow each other, in its list as in this one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    /// The place of the first in this list.
    place: u32,
    /// The first.
    first: FileName,
}

/// Files are found by a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key;

/// Files are found by a position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place;

/// The files of a kind that are found by a key.
pub type KeyedFiles = Files<Key>;

/// The files of a kind that are found by a position (address, document, number).
pub type PlacedFiles = Files<Place>;

impl<By: Default> Files<By> {
    /// Reads a directory; its runs name generations by their places in `origins`.
    pub(crate) fn read(bytes: &mut Bytes<'_>, kind: Kind, origins: &[[u8; ORIGIN_BYTES]]) -> Option<Self> {
        let count = bytes.varint32()?;
        if count == 0 {
            return Some(Self::default());
        }
        let begins = bytes.block()?.to_vec();
        if count as usize > begins.len() {
            return None;
        }
        let (mut runs, mut place) = (Vec::new(), 0u32);
        for _ in 0..bytes.len()? {
            let origin = *origins.get(bytes.varint32()? as usize)?;
            let number = bytes.varint32()?;
            let length = bytes.varint32()?;
            number.checked_add(length.checked_sub(1)?)?;
            runs.push(Run { place, first: FileName { kind, origin, number } });
            place = place.checked_add(length)?;
        }
        (place == count).then_some(Self { begins, runs, count, by: PhantomData })
    }

    /// Gives the name of a file.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<FileName> {
        if number >= self.count {
            return None;
        }
        let run = self.runs.partition_point(|run| run.place <= number).checked_sub(1)?;
        let Run { place, first } = self.runs.get(run)?;
        Some(FileName { number: first.number.checked_add(number - place)?, ..*first })
    }

    /// Counts the files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Gives a little-endian integer of up to eight bytes at a place.
fn number_at(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Counts the groups that answer yes, which must come first.
fn groups_where(groups: usize, is: impl Fn(usize) -> bool) -> usize {
    let (mut yes, mut no) = (0, groups);
    while yes < no {
        let middle = yes + (no - yes) / 2;
        if is(middle) { yes = middle + 1 } else { no = middle }
    }
    yes
}

impl KeyedFiles {
    /// Gives the number of the file whose range holds `key`.
    #[must_use]
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        self.not_after(|first| first <= key).checked_sub(1)
    }

    /// Gives the first key of a file: no key of it is less, and all keys of the files before it are.
    #[must_use]
    pub fn first_key(&self, number: u32) -> Option<Vec<u8>> {
        if number as usize >= self.len() {
            return None;
        }
        let mut group = self.group(number as usize / KEYED_GROUP)?;
        (0..=number as usize % KEYED_GROUP).try_for_each(|_| group.next())?;
        Some(group.key)
    }

    /// Gives the numbers of the files that may hold keys from `from` (inclusive) to
    /// `to` (exclusive).
    #[must_use]
    pub fn between(&self, from: &[u8], to: Option<&[u8]>) -> std::ops::Range<u32> {
        let start = self.find(from).unwrap_or(0);
        let end = to.map_or(self.len() as u32, |to| self.not_after(|first| first < to));
        start..end.max(start)
    }

    /// Gives the first key of each.
    pub fn starts(&self) -> impl Iterator<Item = Vec<u8>> {
        (0..self.len() as u32).map_while(|number| self.first_key(number))
    }

    fn group(&self, group: usize) -> Option<Keys<'_>> {
        let heads = self.len().div_ceil(KEYED_GROUP) * KEYED_HEAD;
        let offset = number_at(&self.begins, group * KEYED_HEAD, KEYED_HEAD)?;
        let bytes = self.begins.get(heads.checked_add(offset as usize)?..)?;
        Some(Keys { bytes: Bytes::new(bytes), key: Vec::new(), is_first: true })
    }

    /// Counts the files whose first key is so, which must come first.
    fn not_after(&self, is: impl Fn(&[u8]) -> bool) -> u32 {
        let first = |group| self.group(group).and_then(|keys| Bytes::new(keys.bytes.rest()).block());
        let groups = groups_where(self.len().div_ceil(KEYED_GROUP), |group| first(group).is_some_and(&is));
        let Some(group) = groups.checked_sub(1) else { return 0 };
        let most = KEYED_GROUP.min(self.len() - group * KEYED_GROUP);
        let mut count = 0;
        if let Some(mut keys) = self.group(group) {
            while count < most && keys.next().is_some() && is(&keys.key) {
                count += 1;
            }
        }
        (group * KEYED_GROUP + count) as u32
    }
}

/// Goes through the keys of a group.
struct Keys<'a> {
    bytes: Bytes<'a>,
    key: Vec<u8>,
    is_first: bool,
}

impl Keys<'_> {
    fn next(&mut self) -> Option<()> {
        let shared = if self.is_first { 0 } else { self.bytes.len()? };
        self.is_first = false;
        self.key.truncate(shared);
        self.key.extend_from_slice(self.bytes.block()?);
        Some(())
    }
}

impl PlacedFiles {
    /// Gives the number of the file that holds a position, and the position it
    /// begins at.
    #[must_use]
    pub fn find(&self, position: u64) -> Option<(u32, u64)> {
        let groups = self.len().div_ceil(PLACED_GROUP);
        let group = groups_where(groups, |group| self.first_of(group).is_some_and(|first| first <= position));
        let mut found = None;
        for file in self.group(group.checked_sub(1)?)? {
            if file.1 > position {
                break;
            }
            found = Some(file);
        }
        found
    }

    /// Gives the positions that the file of a position holds.
    #[must_use]
    pub fn range(&self, position: u64) -> Option<std::ops::Range<u64>> {
        let (number, first) = self.find(position)?;
        Some(first..self.start(number + 1).unwrap_or(u64::MAX))
    }

    /// Gives the first position of each.
    pub fn starts(&self) -> impl Iterator<Item = u64> {
        let groups = 0..self.len().div_ceil(PLACED_GROUP);
        groups.filter_map(|group| self.group(group)).flatten().map(|(_, first)| first)
    }

    fn start(&self, number: u32) -> Option<u64> {
        let (group, place) = (number as usize / PLACED_GROUP, number as usize % PLACED_GROUP);
        self.group(group)?.nth(place).map(|(_, first)| first)
    }

    fn first_of(&self, group: usize) -> Option<u64> {
        number_at(&self.begins, group * PLACED_HEAD, 6)
    }

    /// Gives the files of a group: number and first position.
    fn group(&self, group: usize) -> Option<impl Iterator<Item = (u32, u64)> + use<'_>> {
        let most = PLACED_GROUP.min(self.len().checked_sub(group * PLACED_GROUP)?);
        let mut first = self.first_of(group)?;
        let heads = self.len().div_ceil(PLACED_GROUP) * PLACED_HEAD;
        let offset = number_at(&self.begins, group * PLACED_HEAD + 6, 3)?;
        let mut distances = Bytes::new(self.begins.get(heads.checked_add(offset as usize)?..)?);
        Some((0..most).map_while(move |place| {
            if place > 0 {
                first = first.checked_add(distances.varint()?)?;
            }
            Some(((group * PLACED_GROUP + place) as u32, first))
        }))
    }
}

#[cfg(feature = "write")]
mod write {
    use super::{
        FileName, Files, KEYED_GROUP, KEYED_HEAD, KeyedFiles, ORIGIN_BYTES, PLACED_GROUP, PlacedFiles, Run,
    };
    use crate::bytes::{put_block, put_varint};
    use crate::key::shared;

    impl<By: Default> Files<By> {
        fn of(begins: Vec<u8>, names: impl Iterator<Item = FileName>) -> Self {
            let (mut runs, mut count) = (Vec::<Run>::new(), 0);
            for name in names {
                let follows = runs.last().is_some_and(|Run { place, first }| {
                    let next = first.number.checked_add(count - place);
                    next.is_some_and(|number| FileName { number, ..*first } == name)
                });
                if !follows {
                    runs.push(Run { place: count, first: name });
                }
                count += 1;
            }
            Self { begins, runs, count, ..Self::default() }
        }

        /// Names the files anew, each in its place.
        #[must_use]
        pub fn renamed(self, name: impl FnMut((u32, FileName)) -> FileName) -> Self {
            let names = (0..).map_while(|place| Some((place, self.name(place)?))).map(name);
            Self::of(self.begins.clone(), names)
        }

        /// Lists the generations whose files these are, run by run.
        pub(crate) fn origins(&self) -> impl Iterator<Item = [u8; ORIGIN_BYTES]> {
            self.runs.iter().map(|run| run.first.origin)
        }

        pub(crate) fn put(&self, out: &mut Vec<u8>, origins: &[[u8; ORIGIN_BYTES]]) {
            put_varint(out, self.count.into());
            if self.is_empty() {
                return;
            }
            put_block(out, &self.begins);
            put_varint(out, self.runs.len() as u64);
            let ends = self.runs.iter().skip(1).map(|run| run.place).chain([self.count]);
            for (Run { place, first }, end) in self.runs.iter().zip(ends) {
                let origin = origins.iter().position(|origin| *origin == first.origin);
                put_varint(out, origin.unwrap_or(origins.len()) as u64);
                put_varint(out, first.number.into());
                put_varint(out, u64::from(end - place));
            }
        }
    }

    impl KeyedFiles {
        /// Takes files with what each begins with, ascending.
        #[must_use]
        pub fn new(files: &[(Vec<u8>, FileName)]) -> Self {
            let (mut keys, mut tail) = (Vec::new(), Vec::new());
            for group in files.chunks(KEYED_GROUP) {
                put_low(&mut keys, tail.len() as u64, KEYED_HEAD);
                let mut before: Option<&[u8]> = None;
                for (key, _) in group {
                    let shared = before.map(|before| shared(before, key));
                    shared.into_iter().for_each(|shared| put_varint(&mut tail, shared as u64));
                    put_block(&mut tail, key.get(shared.unwrap_or(0)..).unwrap_or_default());
                    before = Some(key);
                }
            }
            keys.append(&mut tail);
            Self::of(keys, files.iter().map(|(_, name)| *name))
        }
    }

    impl PlacedFiles {
        /// Takes files with the first position of each, ascending.
        #[must_use]
        pub fn new(files: &[(u64, FileName)]) -> Self {
            let (mut places, mut tail) = (Vec::new(), Vec::new());
            for group in files.chunks(PLACED_GROUP) {
                let mut before = None;
                for (first, _) in group {
                    match before {
                        None => {
                            put_low(&mut places, *first, 6);
                            put_low(&mut places, tail.len() as u64, 3);
                        }
                        Some(before) => put_varint(&mut tail, first.saturating_sub(before)),
                    }
                    before = Some(*first);
                }
            }
            places.append(&mut tail);
            Self::of(places, files.iter().map(|(_, name)| *name))
        }
    }

    /// Gives the least key that is greater than `before` and not greater than `first`, if they ascend: what a file that begins
    /// with `first` is found by.
    #[must_use]
    pub fn border(before: &[u8], first: &[u8]) -> Vec<u8> {
        first.get(..=shared(before, first)).unwrap_or(first).to_vec()
    }

    /// Appends the low bytes of a number.
    fn put_low(out: &mut Vec<u8>, number: u64, width: usize) {
        out.extend(number.to_le_bytes().iter().take(width));
    }
}

#[cfg(feature = "write")]
pub use write::border;

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::bytes::put_varint;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    const ORIGINS: [[u8; ORIGIN_BYTES]; 3] = [[0; ORIGIN_BYTES], [1; ORIGIN_BYTES], [2; ORIGIN_BYTES]];

    /// Files in runs of several generations.
    fn name(kind: Kind, number: u32) -> FileName {
        FileName { kind, origin: [(number / 7 % 3) as u8; ORIGIN_BYTES], number: number + number / 13 }
    }

    proptest! {
        #[test]
        fn files_by_key_are_found_as_a_map_finds_them(
            keys in prop::collection::btree_set(prop::collection::vec(0u8..4, 0..6), 0..90),
            sought in prop::collection::vec(prop::collection::vec(0u8..4, 0..7), 0..40),
        ) {
            let keys: Vec<Vec<u8>> = keys.into_iter().collect();
            let files: Vec<_> = keys.iter().cloned().zip((0..).map(|n| name(Kind::Dictionary, n))).collect();
            let written = KeyedFiles::new(&files);
            let mut out = Vec::new();
            written.put(&mut out, &ORIGINS);
            let mut bytes = Bytes::new(&out);
            let read = KeyedFiles::read(&mut bytes, Kind::Dictionary, &ORIGINS).unwrap();
            prop_assert!(bytes.is_empty());
            prop_assert_eq!(&read, &written);
            prop_assert_eq!(read.starts().collect::<Vec<_>>(), keys.clone());
            for (number, (key, name)) in (0..).zip(&files) {
                prop_assert_eq!(read.first_key(number), Some(key.clone()));
                prop_assert_eq!(read.name(number), Some(*name));
            }
            prop_assert_eq!(read.first_key(keys.len() as u32), None);
            for key in &sought {
                let after = keys.partition_point(|first| first <= key);
                prop_assert_eq!(read.find(key), after.checked_sub(1).map(|n| n as u32));
                for to in &sought {
                    let start = after.saturating_sub(1);
                    let end = keys.partition_point(|first| first < to).max(start);
                    prop_assert_eq!(read.between(key, Some(to)), start as u32..end as u32);
                }
            }
        }

        #[test]
        fn files_by_position_are_found_as_a_map_finds_them(
            firsts in prop::collection::btree_set(0u64..5_000, 0..120),
            sought in prop::collection::vec(0u64..6_000, 0..60),
        ) {
            let files: BTreeMap<u64, FileName> =
                firsts.into_iter().zip((0..).map(|n| name(Kind::Records, n))).collect();
            let listed: Vec<_> = files.clone().into_iter().collect();
            let written = PlacedFiles::new(&listed);
            let mut out = Vec::new();
            written.put(&mut out, &ORIGINS);
            let read = PlacedFiles::read(&mut Bytes::new(&out), Kind::Records, &ORIGINS).unwrap();
            prop_assert_eq!(&read, &written);
            prop_assert_eq!(read.starts().collect::<Vec<_>>(), files.keys().copied().collect::<Vec<_>>());
            for position in sought {
                let found = files.range(..=position).next_back();
                let number = found.map(|(first, _)| files.range(..first).count() as u32);
                prop_assert_eq!(read.find(position), number.zip(found.map(|(first, _)| *first)));
                prop_assert_eq!(number.and_then(|number| read.name(number)), found.map(|(_, name)| *name));
                let next = files.range(position + 1..).next().map_or(u64::MAX, |(next, _)| *next);
                prop_assert_eq!(read.range(position), found.map(|(first, _)| *first..next));
            }
        }

        #[test]
        fn any_bytes_are_searched_without_panic(payload: Vec<u8>, key: Vec<u8>, position: u64) {
            if let Some(files) = KeyedFiles::read(&mut Bytes::new(&payload), Kind::Suggest, &ORIGINS) {
                let _ = (files.find(&key), files.between(&key, Some(&key)), files.starts().count());
            }
            if let Some(files) = PlacedFiles::read(&mut Bytes::new(&payload), Kind::Alike, &ORIGINS) {
                let _ = (files.find(position), files.range(position), files.starts().count());
            }
        }

        #[test]
        fn damaged_beginnings_are_searched_without_panic(
            begins in prop::collection::vec(0u8..40, 0..400), count in 1u32..50, key: Vec<u8>, position: u64,
        ) {
            let keyed = KeyedFiles { begins, runs: Vec::new(), count, by: PhantomData };
            let _ = (keyed.find(&key), keyed.between(&key, None), keyed.starts().count());
            let KeyedFiles { begins, runs, count, .. } = keyed;
            let placed = PlacedFiles { begins, runs, count, by: PhantomData };
            let _ = (placed.find(position), placed.range(position), placed.starts().count());
        }

        #[test]
        fn runs_are_read_as_they_were_written_or_refused(damage in prop::collection::vec(any::<u8>(), 1..6), at: prop::sample::Index) {
            let files: Vec<_> = (0..40).map(|number| (u64::from(number), name(Kind::Facets, number))).collect();
            let (mut out, written) = (Vec::new(), PlacedFiles::new(&files));
            written.put(&mut out, &ORIGINS);
            // Behind the count and the block of beginnings.
            let runs = out.len() - 3 * written.runs.len() - 1;
            let at = runs + at.index(out.len() - runs);
            out.splice(at.., damage);
            if let Some(read) = PlacedFiles::read(&mut Bytes::new(&out), Kind::Facets, &ORIGINS) {
                prop_assert_eq!((0..).map_while(|number| read.name(number)).count(), 40);
            }
        }

        #[test]
        fn a_border_parts_what_comes_before_from_what_begins(
            keys in prop::collection::btree_set(prop::collection::vec(0u8..4, 1..6), 2..9),
        ) {
            let keys: Vec<_> = BTreeSet::into_iter(keys).collect();
            for pair in keys.windows(2) {
                let border = border(&pair[0], &pair[1]);
                prop_assert!(pair[0] < border && border <= pair[1]);
            }
        }
    }
    #[test]
    fn runs_that_overflow_or_do_not_come_to_the_count_are_refused() {
        let list = |count: u64, runs: &[[u64; 3]]| {
            let mut out = Vec::new();
            put_varint(&mut out, count);
            crate::bytes::put_block(&mut out, &[0; 12]);
            put_varint(&mut out, runs.len() as u64);
            runs.iter().flatten().for_each(|number| put_varint(&mut out, *number));
            PlacedFiles::read(&mut Bytes::new(&out), Kind::Alike, &ORIGINS)
        };
        let most = u64::from(u32::MAX);
        let last = list(2, &[[0, most, 1], [2, 0, 1]]).unwrap();
        assert_eq!(last.name(0).unwrap().number, u32::MAX);
        assert_eq!(last.name(1), Some(FileName { kind: Kind::Alike, origin: ORIGINS[2], number: 0 }));
        assert_eq!(last.name(2), None);
        for (count, runs) in [
            (2, &[[0, most, 2]][..]),
            (2, &[[3, 0, 2]]),
            (2, &[[0, 0, 1]]),
            (2, &[[0, 0, 3]]),
            (2, &[[0, 0, 0], [0, 0, 2]]),
            (2, &[[0, most + 1, 2]]),
            (most, &[[0, 0, most], [1, 0, most]]),
            (2, &[]),
        ] {
            assert_eq!(list(count, runs), None, "{count} {runs:?}");
        }
    }
}
