//! How a key occurs in the documents of its list: the payloads, apart from the documents.
//!
//! Layout: "Payloads" in `docs/INDEX_FORMAT.md`. They stand in the order of the documents, in chunks of 128, so that one is
//! found by its document's place in the list and nothing else need be read. A document has one payload for each group of
//! fields that has the key, four at most. A long list tells its commonest ones by number.

use crate::bits::word_at;
use crate::bytes::{Bytes, Damaged};
use crate::documents::CHUNK_DOCS;

/// Payloads of one document at most.
pub const PAYLOADS: usize = 4;
/// Numbers of a list's own payloads at most.
#[cfg(feature = "write")]
pub(crate) const TABLE: usize = 255;

const SHORT: Damaged = Damaged("payloads of a postings list");

/// The payloads of one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    payloads: [u16; PAYLOADS],
    more: u8,
}

impl Occurrence {
    /// Keeps one payload.
    #[must_use]
    pub const fn one(payload: u16) -> Self {
        Self { payloads: [payload, 0, 0, 0], more: 0 }
    }

    /// Adds a payload; of more than four the weakest is dropped.
    pub fn add(&mut self, payload: u16) {
        self.more += 1;
        match self.payloads.get_mut(usize::from(self.more)) {
            Some(slot) => *slot = payload,
            None => {
                self.more -= 1;
                let weakest = self.payloads.iter_mut().min();
                weakest.into_iter().for_each(|weakest| *weakest = payload.max(*weakest));
            }
        }
    }

    /// Gives the payloads.
    #[inline]
    #[must_use]
    pub fn payloads(&self) -> &[u16] {
        self.payloads.get(..=usize::from(self.more)).unwrap_or_default()
    }
}

/// The way in which the payloads of a list are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coding {
    /// All alike, and none stored.
    Same(Occurrence),
    /// Each by itself.
    Plain,
    /// Each by its number among the commonest of the list, others by themselves.
    Table(Vec<Occurrence>),
    /// Numbers of so many bits, one a document.
    Numbers(usize),
}

/// The modes of a list's head.
pub(crate) mod mode {
    pub(crate) const ZERO: u32 = 0;
    pub(crate) const SAME: u32 = 1;
    pub(crate) const PLAIN: u32 = 2;
    pub(crate) const TABLE: u32 = 3;
    pub(crate) const NUMBERS: u32 = 4;
}

impl Coding {
    /// Reads what a list's head says of its payloads.
    ///
    /// # Errors
    /// [`Damaged`] when that is cut short.
    pub(crate) fn read(bytes: &mut Bytes<'_>, mode: u32) -> Result<Self, Damaged> {
        let several = |bytes: &mut Bytes<'_>, count: usize| {
            let mut bit = 0;
            let found = (0..count).map(|_| plain(bytes.rest(), &mut bit)).collect::<Vec<_>>();
            bytes.take(bit.div_ceil(8)).map(|_| found).ok_or(SHORT)
        };
        match mode {
            mode::ZERO => Ok(Coding::Same(Occurrence::default())),
            mode::SAME => Ok(Coding::Same(several(bytes, 1)?.first().copied().unwrap_or_default())),
            mode::PLAIN => Ok(Coding::Plain),
            mode::TABLE => {
                let count = usize::from(bytes.u8().ok_or(SHORT)?);
                Ok(Coding::Table(several(bytes, count)?))
            }
            mode::NUMBERS => match usize::from(bytes.u8().ok_or(SHORT)?) {
                width @ 0..=16 => Ok(Coding::Numbers(width)),
                _ => Err(SHORT),
            },
            _ => Err(SHORT),
        }
    }

    /// Tells whether payloads are stored at all.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        !matches!(self, Coding::Same(_))
    }

    /// Tells whether payloads are stored in chunks of their own lengths.
    pub(crate) fn is_chunked(&self) -> bool {
        matches!(self, Coding::Plain | Coding::Table(_))
    }

    /// Gives the payloads that a document likeliest has, for one whose own are not read.
    #[must_use]
    pub fn likeliest(&self) -> Occurrence {
        match self {
            Coding::Same(same) => *same,
            Coding::Table(table) => table.first().copied().unwrap_or_default(),
            Coding::Plain | Coding::Numbers(_) => Occurrence::default(),
        }
    }
}

/// The stored payloads of consecutive places of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrences {
    /// The place of the first, and how many there are.
    first: u32,
    count: u32,
    /// Where chunks begin and the last one ends; none of numbers, which need no chunks.
    starts: Vec<u32>,
}

/// How far the payloads of a chunk have been read: a later place of it is read on from there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reached {
    /// The place of the chunk's first payloads.
    chunk: Option<u32>,
    /// The payloads of the chunk passed over, those by themselves among them, and where the next of these begins.
    at: usize,
    bit: usize,
}

impl Reached {
    /// Goes on where it is in the chunk and not past the payloads looked for; else begins with the chunk's first by itself.
    fn enter(&mut self, chunk: u32, at: usize, bit: usize) {
        if self.chunk != Some(chunk) || self.at > at {
            *self = Self { chunk: Some(chunk), at: 0, bit };
        }
    }

    /// Passes over those by themselves up to the place looked for, and reads the one there.
    fn read(&mut self, bytes: &[u8], at: usize, is_plain: impl Fn(usize) -> bool) -> Occurrence {
        for _ in (self.at..at).filter(|before| is_plain(*before)) {
            plain(bytes, &mut self.bit);
        }
        self.at = at + 1;
        plain(bytes, &mut self.bit)
    }
}

impl Occurrences {
    /// Reads where the chunks of `count` payloads lie; they follow.
    ///
    /// # Errors
    /// [`Damaged`] when a chunk's length is missing.
    pub(crate) fn read(
        bytes: &mut Bytes<'_>,
        chunked: bool,
        first: u32,
        count: u32,
    ) -> Result<Self, Damaged> {
        let chunks = (count as usize).div_ceil(CHUNK_DOCS);
        let mut starts = Vec::new();
        if chunked && chunks > 1 {
            let mut start = 0u32;
            for _ in 0..chunks {
                starts.push(start);
                start = bytes.varint32().and_then(|length| start.checked_add(length)).ok_or(SHORT)?;
            }
            starts.push(start);
        }
        Ok(Self { first, count, starts })
    }

    /// Counts the bytes held.
    pub(crate) fn size(&self) -> usize {
        self.starts.len() * 4
    }

    /// Gives the payloads of the document at a place of the list, of those stored in `bytes`; `None` where they are elsewhere.
    /// Ascending places are read in one go where `reached` is the same.
    #[must_use]
    pub fn get(
        &self,
        coding: &Coding,
        bytes: &[u8],
        place: u32,
        reached: &mut Reached,
    ) -> Option<Occurrence> {
        let at = place.checked_sub(self.first).filter(|at| *at < self.count)?;
        let (chunk, at) = (at as usize / CHUNK_DOCS, at as usize);
        let own = || match self.starts.get(chunk) {
            Some(start) => bytes.get(*start as usize..),
            None => Some(bytes),
        };
        match coding {
            Coding::Same(same) => Some(*same),
            Coding::Numbers(width) => {
                let mask = (1u64 << width) - 1;
                Some(Occurrence::one((word_at(bytes, at * width) & mask) as u16))
            }
            Coding::Plain => {
                let in_chunk = at % CHUNK_DOCS;
                reached.enter(place - in_chunk as u32, in_chunk, 0);
                Some(reached.read(own()?, in_chunk, |_| true))
            }
            Coding::Table(table) => {
                let (width, codes) = own()?.split_first()?;
                let (width, at) = (usize::from(*width).min(8), at % CHUNK_DOCS);
                let escape = (1u64 << width) - 1;
                let code = |at: usize| word_at(codes, at * width) & escape;
                let number = code(at);
                if width == 0 || number < escape {
                    return table.get(number as usize).copied();
                }
                let in_chunk = (self.count as usize - chunk * CHUNK_DOCS).min(CHUNK_DOCS);
                reached.enter(place - at as u32, at, in_chunk * width);
                Some(reached.read(codes, at, |before| code(before) == escape))
            }
        }
    }
}

/// Reads an occurrence by itself, and moves behind it; zeros stand behind the end.
pub(crate) fn plain(bytes: &[u8], bit: &mut usize) -> Occurrence {
    let mut found = Occurrence::default();
    for number in 0..PAYLOADS {
        let word = word_at(bytes, *bit);
        let mut taken = 0;
        let mut take = |bits: u32| {
            let value = (word >> taken) as u16 & ((1u32 << bits) - 1) as u16;
            taken += bits;
            value
        };
        let field = take(3);
        let payload = match field {
            0 => {
                if take(1) == 1 {
                    take(13)
                } else {
                    0
                }
            }
            1..=3 => {
                let weight = take(5);
                let place = if take(1) == 1 { take(8) } else { 0 };
                field << 13 | weight << 8 | place
            }
            _ => {
                let weight = take(5);
                let place = take(4);
                field << 13 | weight << 8 | if place == 15 { take(8) } else { place }
            }
        };
        let more = take(1);
        *bit += taken as usize;
        if number == 0 {
            found = Occurrence::one(payload);
        } else {
            found.add(payload);
        }
        if more == 0 {
            break;
        }
    }
    found
}
