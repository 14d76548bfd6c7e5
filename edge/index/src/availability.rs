//! Whether copies are on the shelf or on loan, as of a day: an overlay over the holdings of one generation.
//!
//! Layout: "Availability" in `docs/INDEX_FORMAT.md`. It is made anew each night, while the generation stays as it is, so it has files and
//! a name of its own, and the pointer names both. The first file is its table of contents; then come the states of consecutive documents,
//! by which holdings are told; then the shelves of libraries, a bit for each book that one holds, by which books are filtered.
//!
//! Invariant: a state belongs to a book and a library that holds it; of any other nothing is known.

use crate::DocId;
use crate::bit_stream::BitReader;
use crate::bytes::{Bytes, Damaged};
use crate::file::{self, FileName, Kind, ORIGIN_BYTES, OpenError};
use crate::payload::Payload;

/// Documents whose states are in one file, of some 24 KB: of a page of twenty books few are in files of their own.
pub const STATES_PER_FILE: u32 = 32_768;
/// Documents of a group; where each group begins is told.
pub(crate) const GROUP: usize = 64;
/// Bytes that say where a group begins.
pub(crate) const BEGIN_BYTES: usize = 3;

/// The first byte of a file.
pub(crate) mod form {
    pub(crate) const CONTENTS: u8 = 0;
    pub(crate) const STATES: u8 = 1;
    pub(crate) const SHELVES: u8 = 2;
}

/// Names in two bits how much is known of a document.
pub(crate) mod known {
    /// Nothing is known of any holding.
    pub(crate) const NONE: u64 = 0;
    /// All are known, and on the shelf.
    #[cfg(feature = "write")]
    pub(crate) const ALL_IN: u64 = 1;
    /// All are known, and some on loan.
    pub(crate) const ALL: u64 = 2;
    /// Of some holding nothing is known.
    pub(crate) const SOME: u64 = 3;
}

/// Orders of the Exp-Golomb codes of counts and of distances.
pub(crate) const COUNT_ORDER: u32 = 0;
pub(crate) const DISTANCE_ORDER: u32 = 1;

/// Says what is known of a library's copies of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum State {
    /// Nothing.
    #[default]
    Unknown,
    /// One at least is on the shelf.
    In,
    /// All are on loan, or not to be lent.
    Out,
}

/// Names a file of the overlay called `overlay`; number 0 is its table of contents.
#[must_use]
pub const fn file(overlay: [u8; ORIGIN_BYTES], number: u32) -> FileName {
    FileName { kind: Kind::Availability, origin: overlay, number }
}

/// Lists the files of an overlay by the bytes of its first one.
///
/// # Errors
/// Any [`OpenError`] of that file.
pub fn files(overlay: [u8; ORIGIN_BYTES], first: Vec<u8>) -> Result<Vec<FileName>, OpenError> {
    match Availability::open(file::open(&file(overlay, 0), first)?)? {
        Availability::Contents(contents) => {
            Ok((0..contents.files()).map(|number| file(overlay, number)).collect())
        }
        _ => Err(OpenError::Malformed("availability")),
    }
}

/// Gives the number of the file that has the states of a document.
#[must_use]
pub const fn states_file(doc: DocId) -> u32 {
    1 + doc / STATES_PER_FILE
}

/// An opened file.
#[derive(Debug)]
pub enum Availability {
    /// The table of contents.
    Contents(Contents),
    /// The states of consecutive documents.
    States(States),
    /// The shelves of consecutive libraries.
    Shelves(Shelves),
}

impl Availability {
    /// Opens a file of any form.
    ///
    /// # Errors
    /// [`Damaged`] when it has none of the forms, or is too short or too long for its own.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("availability"))
    }

    fn read(payload: Payload) -> Option<Self> {
        Some(match *payload.first()? {
            form::CONTENTS => Self::Contents(Contents::read(&payload)?),
            form::STATES => Self::States(States::read(payload)?),
            form::SHELVES => Self::Shelves(Shelves::read(payload)?),
            _ => return None,
        })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Contents(contents) => contents.days.len() * 4 + contents.firsts.len() * 4,
            Self::States(states) => states.payload.size(),
            Self::Shelves(shelves) => shelves.payload.size(),
        }
    }
}

/// The table of contents of an overlay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// The generation whose holdings it is of.
    pub generation: [u8; ORIGIN_BYTES],
    /// How many documents that has.
    pub documents: u32,
    /// Of each library the day that is told of, as days since 1970-01-01; `None` where nothing is known.
    pub days: Vec<Option<u32>>,
    /// The first library of each file of shelves.
    pub firsts: Vec<u32>,
}

impl Contents {
    fn read(payload: &[u8]) -> Option<Self> {
        let mut bytes = Bytes::new(payload.get(1..)?);
        let generation = bytes.take(ORIGIN_BYTES)?.try_into().ok()?;
        let documents = bytes.varint32()?;
        let newest = bytes.varint32()?;
        let mut days = Vec::new();
        for _ in 0..bytes.len()? {
            days.push(match bytes.varint32()? {
                0 => None,
                older => Some(newest.checked_sub(older - 1)?),
            });
        }
        let mut firsts: Vec<u32> = Vec::new();
        for _ in 0..bytes.len()? {
            let before = firsts.last().copied().unwrap_or(0);
            firsts.push(before.checked_add(bytes.varint32()?)?);
        }
        bytes.is_empty().then_some(Self { generation, documents, days, firsts })
    }

    /// Gives the newest of the days that are told of, as days since 1970-01-01.
    #[must_use]
    pub fn newest(&self) -> Option<u32> {
        self.days.iter().flatten().copied().max()
    }

    /// Gives the oldest of the days that are told of, as days since 1970-01-01: everything is as of that day or later.
    #[must_use]
    pub fn oldest(&self) -> Option<u32> {
        self.days.iter().flatten().copied().min()
    }

    /// Gives the number under which the shelves of all libraries together stand: a bit for each document of the generation.
    #[must_use]
    pub fn anywhere(&self) -> u32 {
        self.days.len() as u32
    }

    /// Counts the files, the table of contents among them.
    #[must_use]
    pub fn files(&self) -> u32 {
        self.shelves_from().saturating_add(self.firsts.len() as u32)
    }

    /// Finds the number of the file that has the shelves of a library, or of [`Contents::anywhere`].
    #[must_use]
    pub fn shelves_file(&self, library: u32) -> Option<u32> {
        let place = self.firsts.partition_point(|first| *first <= library).checked_sub(1)?;
        (library <= self.anywhere()).then(|| self.shelves_from().saturating_add(place as u32))
    }

    fn shelves_from(&self) -> u32 {
        1 + self.documents.div_ceil(STATES_PER_FILE)
    }
}

/// The states of consecutive documents.
#[derive(Debug)]
pub struct States {
    first: DocId,
    count: usize,
    payload: Payload,
}

/// Bytes before the beginnings of groups.
const STATES_HEAD: usize = 7;

impl States {
    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(payload.get(1..)?);
        let (first, count) = (bytes.u32()?, usize::from(bytes.u16()?));
        bytes.take(count.div_ceil(GROUP) * BEGIN_BYTES)?;
        Some(Self { first, count, payload })
    }

    /// Gives the state at each library that holds a document, in their order, of which there are `holdings`.
    ///
    /// # Errors
    /// [`Damaged`] where it tells of another number of libraries than hold the document.
    pub fn get(&self, doc: DocId, holdings: usize) -> Result<Vec<State>, Damaged> {
        self.find(doc, holdings).ok_or(Damaged("states of a document"))
    }

    fn find(&self, doc: DocId, holdings: usize) -> Option<Vec<State>> {
        let row = doc.checked_sub(self.first)? as usize;
        if row >= self.count {
            return None;
        }
        let begins = self.payload.get(STATES_HEAD..)?;
        let [low, middle, high] = *begins.get(row / GROUP * BEGIN_BYTES..)?.first_chunk()?;
        let stream = begins.get(self.count.div_ceil(GROUP) * BEGIN_BYTES..)?;
        let mut bits = BitReader::new(stream, u32::from_le_bytes([low, middle, high, 0]) as usize * 8);
        for _ in 0..row % GROUP {
            places(&mut bits, &mut |_, _| Some(()))?;
        }
        let mut states = Vec::new();
        let set = |states: &mut Vec<State>, place: usize, state| {
            *states.get_mut(place)? = state;
            Some(())
        };
        states.resize(holdings, State::In);
        let known = places(&mut bits, &mut |place, state| set(&mut states, place, state))?;
        if known == known::NONE {
            states.fill(State::Unknown);
        }
        Some(states)
    }
}

/// Reads what is known of a document: the places, among the libraries that hold it, of those that do not have it in. Gives what is known.
fn places(bits: &mut BitReader<'_>, each: &mut dyn FnMut(usize, State) -> Option<()>) -> Option<u64> {
    let known = bits.take(2)?;
    let (out, unknown) = match known {
        known::ALL => (bits.exp_golomb(COUNT_ORDER)?.checked_add(1)?, 0),
        known::SOME => (bits.exp_golomb(COUNT_ORDER)?, bits.exp_golomb(COUNT_ORDER)?.checked_add(1)?),
        _ => (0, 0),
    };
    for (count, state) in [(out, State::Out), (unknown, State::Unknown)] {
        let mut next = 0u64;
        for _ in 0..count {
            let place = next.checked_add(bits.exp_golomb(DISTANCE_ORDER)?)?;
            each(usize::try_from(place).ok()?, state)?;
            next = place + 1;
        }
    }
    Some(known)
}

/// The shelves of consecutive libraries.
#[derive(Debug)]
pub struct Shelves {
    first: u32,
    /// Where the bits of each lie in the payload.
    bits: Vec<std::ops::Range<usize>>,
    payload: Payload,
}

impl Shelves {
    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(payload.get(1..)?);
        let first = bytes.varint32()?;
        let mut bits = Vec::new();
        for _ in 0..bytes.len()? {
            let block = bytes.block()?;
            let end = payload.len() - bytes.rest().len();
            bits.push(end - block.len()..end);
        }
        bytes.is_empty().then_some(Self { first, bits, payload })
    }

    /// Tells of each book that a library holds, in the order of its list, whether it is on the shelf, a bit each, the lowest of a byte
    /// first; of [`Contents::anywhere`] of each document whether it is on any. Bits behind the last byte are zeros.
    #[must_use]
    pub fn of(&self, library: u32) -> &[u8] {
        let place = library.checked_sub(self.first).and_then(|place| self.bits.get(place as usize));
        place.and_then(|range| self.payload.get(range.clone())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(form in 0u8..4, mut payload: Vec<u8>, number: u32, holdings in 0usize..40) {
            payload.insert(0, form);
            match Availability::open(payload) {
                Ok(Availability::Contents(contents)) => {
                    let _ = (contents.newest(), contents.files(), contents.shelves_file(number));
                }
                Ok(Availability::States(states)) => {
                    let _ = (states.get(number, holdings), states.get(states.first, holdings));
                }
                Ok(Availability::Shelves(shelves)) => {
                    let _ = (shelves.of(number), shelves.of(shelves.first));
                }
                Err(_) => {}
            }
        }
    }
}
