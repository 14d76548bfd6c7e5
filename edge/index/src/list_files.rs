//! Postings files by key: in which of them the list of a key lies, were there one.
//!
//! Layout: "The manifest" in `docs/INDEX_FORMAT.md`. An entry of the dictionary says where its list lies; whoever has not read the
//! dictionary yet can have the list fetched with it. Invariant: what is said here decides which files are fetched, and no answer.

use std::ops::Range;

use crate::bytes::Bytes;
use crate::directory::KeyedFiles;
use crate::file::{Kind, ORIGIN_BYTES};

/// Stands for the index itself: numbers are places in its own list of postings files, whichever generation wrote them.
const ITSELF: [[u8; ORIGIN_BYTES]; 1] = [[0; ORIGIN_BYTES]];

/// Files that one list is taken to lie in at most.
const MOST: u32 = 16;

/// Tells the postings files of keys, by the key of the first list that lies in a file, or of the long list that lies in several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFiles(KeyedFiles);

impl ListFiles {
    /// Gives the numbers of the files that the list of a key lies in, where it has one: a file with others, or, of a long
    /// list, files of its own.
    #[must_use]
    pub fn of(&self, key: &[u8]) -> Range<u32> {
        self.0.find(key).map_or(0..0, |place| self.at(place))
    }

    /// Gives the files of all lists from the key `from` (inclusive) to `to` (exclusive), stretch by stretch.
    pub fn between(&self, from: &[u8], to: Option<&[u8]>) -> impl ExactSizeIterator<Item = Range<u32>> {
        self.0.between(from, to).map(|place| self.at(place))
    }

    /// Gives the files from a place in the order of keys to the next.
    fn at(&self, place: u32) -> Range<u32> {
        let number = |place: u32| self.0.name(place).map(|name| name.number);
        let Some(first) = number(place) else { return 0..0 };
        // Where files of an earlier index were kept, the next in the order of keys may lie anywhere.
        let next =
            place.checked_add(1).and_then(number).filter(|next| *next > first && *next - first <= MOST);
        first..next.unwrap_or_else(|| first.saturating_add(1))
    }

    pub(crate) fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        KeyedFiles::read(bytes, Kind::Postings, &ITSELF).map(Self)
    }
}

#[cfg(feature = "write")]
impl ListFiles {
    /// Takes the first key of each file with the number of the file, ascending by key.
    #[must_use]
    pub fn new(files: &[(Vec<u8>, u32)]) -> Self {
        let [origin] = ITSELF;
        let name = |number| crate::file::FileName { kind: Kind::Postings, origin, number };
        let files: Vec<_> = files.iter().map(|(key, number)| (key.clone(), name(*number))).collect();
        Self(KeyedFiles::new(&files))
    }

    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out, &ITSELF);
    }
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[expect(clippy::unwrap_used, reason = "a test fails where what it wrote does not read")]
    fn files(files: &[(&str, u32)]) -> ListFiles {
        let files: Vec<_> = files.iter().map(|(key, number)| (key.as_bytes().to_vec(), *number)).collect();
        let (written, mut out) = (ListFiles::new(&files), Vec::new());
        written.put(&mut out);
        let read = ListFiles::read(&mut Bytes::new(&out)).unwrap();
        assert_eq!(read, written);
        read
    }

    #[test]
    fn a_list_lies_in_the_file_before_and_a_long_one_in_its_own() {
        let told = files(&[("a", 0), ("c", 1), ("d", 4), ("f", 2)]);
        assert_eq!([told.of(b"a"), told.of(b"bz"), told.of(b"cc")], [0..1, 0..1, 1..4]);
        // Kept from an earlier index, it lies before: how far it goes is not known.
        assert_eq!([told.of(b"e"), told.of(b"zz")], [4..5, 2..3]);
        assert_eq!([told.of(b""), ListFiles::default().of(b"a")], [0..0, 0..0]);
        let between =
            |from: &str, to: &str| told.between(from.as_bytes(), Some(to.as_bytes())).collect::<Vec<_>>();
        assert_eq!(between("b", "d"), [0..1, 1..4]);
        assert_eq!(between("b", "c").len(), 1);
        assert_eq!(told.between(b"d", None).len(), 2);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_and_asked_without_panic(bytes: Vec<u8>, key: Vec<u8>, to: Vec<u8>) {
            if let Some(read) = ListFiles::read(&mut Bytes::new(&bytes)) {
                prop_assert!(read.of(&key).len() <= MOST as usize);
                prop_assert!(read.between(&key, Some(&to)).take(99).all(|files| files.len() <= MOST as usize));
            }
        }

        #[test]
        fn damage_is_refused_or_says_other_files(at: prop::sample::Index, byte: u8) {
            let written: Vec<_> = (0..60u32).map(|number| (number.to_be_bytes().to_vec(), number * 2)).collect();
            let (mut out, written) = (Vec::new(), ListFiles::new(&written));
            written.put(&mut out);
            let place = at.index(out.len());
            out[place] ^= byte;
            if let Some(read) = ListFiles::read(&mut Bytes::new(&out)) {
                for key in 0..60u32 {
                    prop_assert!(read.of(&key.to_be_bytes()).len() <= MOST as usize);
                }
            }
        }
    }
}
