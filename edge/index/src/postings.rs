//! Posting lists: the documents that hold a key, and how.
//!
//! Layout: "Postings" in `docs/INDEX_FORMAT.md`. A list is decoded in blocks of 128 postings (here *chunks*, as a block
//! is an opened file), each with what lets it be skipped; a list of more than [`PART_POSTINGS`] lies in parts, so that
//! its first, the likeliest books, can be read without the rest. Before a list may stand a value, other knowledge of the
//! same key that comes at no further fetch (see [`crate::related`]). A document may occur twice in a list, a word in two
//! fields.

use crate::DocId;
use crate::bits::bits_of;
use crate::bytes::{Bytes, Damaged};

/// Documents in a full chunk.
pub const CHUNK_DOCS: usize = 128;

/// Postings in a full part of a long list, and in a list before it is stored in parts.
pub const PART_POSTINGS: u32 = 100 * CHUNK_DOCS as u32;

/// One document in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Posting {
    /// The document.
    pub doc: DocId,
    /// How the key occurs in it, `field << 13 | weight << 8 | place`: see
    /// [`Posting::field`], [`Posting::weight`] and [`Posting::place`].
    pub payload: u16,
}

/// Where in a book a word occurs, from the slightest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Field {
    /// The caption of its class.
    ClassName = 0,
    /// Its keywords; the weight falls with the place in the list.
    Keyword = 1,
    /// Its publisher.
    Publisher = 2,
    /// Its authors and other contributors.
    Author = 3,
    /// A form derived from a title: a stem without its particle, a part of a
    /// compound, the reading of a Han word.
    TitlePart = 4,
    /// Neighbouring title words that are also written as one.
    TitleJoined = 5,
    /// A word of a title.
    Title = 6,
    /// The first word of a title.
    TitleStart = 7,
}

/// The greatest weight a payload can carry.
pub const MAX_WEIGHT: u8 = 31;

impl Field {
    /// All fields, by number.
    pub const ALL: [Field; 8] = [
        Field::ClassName,
        Field::Keyword,
        Field::Publisher,
        Field::Author,
        Field::TitlePart,
        Field::TitleJoined,
        Field::Title,
        Field::TitleStart,
    ];

    /// Tells whether it is one of the title fields.
    #[must_use]
    pub fn is_title(self) -> bool {
        self >= Field::TitlePart
    }
}

/// Packs field, weight (at most [`MAX_WEIGHT`]) and place into a payload. A
/// greater payload is a stronger occurrence.
///
/// ```
/// use seoga_index::postings::{Field, Posting, payload};
///
/// let posting = Posting { doc: 7, payload: payload(Field::Title, 31, 2) };
/// assert_eq!((posting.field(), posting.weight(), posting.place()), (Field::Title, 31, 2));
/// assert!(posting.payload > payload(Field::Author, 31, 0));
/// ```
#[must_use]
pub fn payload(field: Field, weight: u8, place: u8) -> u16 {
    u16::from((field as u8) << 5 | weight.min(MAX_WEIGHT)) << 8 | u16::from(place)
}

/// Gives the field of a payload.
#[must_use]
pub fn field(payload: u16) -> Field {
    *Field::ALL.get(usize::from(payload >> 13)).unwrap_or(&Field::ClassName)
}

impl Posting {
    /// Gives the field.
    #[must_use]
    pub fn field(self) -> Field {
        field(self.payload)
    }

    /// Gives the weight, 0 to 31: for title fields the share of the title's letters
    /// that the word covers, in 31sts; for keywords their place, 31 the first.
    #[must_use]
    pub fn weight(self) -> u8 {
        (self.payload >> 8) as u8 & MAX_WEIGHT
    }

    /// Gives the word's position in the title, from 1; 0 where that is unknown.
    #[must_use]
    pub fn place(self) -> u8 {
        self.payload as u8
    }
}

/// Tells how a list is stored, as read before any document is decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head<'a> {
    /// The whole list is here.
    Plain(Plain<'a>),
    /// The documents lie in parts at these addresses.
    Parts {
        /// Documents in all parts.
        df: u32,
        /// Each part's last document, address and bytes.
        parts: Vec<Part>,
    },
}

/// A part of a long list: a plain list of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its last document.
    pub last: DocId,
    /// Where it begins.
    pub address: u64,
    /// Its length.
    pub bytes: u64,
}

/// A plain list, ready to be decoded chunk by chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain<'a> {
    /// Postings in it.
    pub df: u32,
    /// Its chunks in order.
    pub chunks: Vec<Chunk<'a>>,
}

/// A chunk's bytes and what may be skipped without decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The document before its first.
    pub before: DocId,
    /// Its last document (of a list of one chunk: the greatest number there is).
    pub last: DocId,
    /// Its heaviest occurrence, the payload's upper byte (255 where the list does not say).
    pub heaviest: u8,
    bytes: &'a [u8],
}

const SHORT: Damaged = Damaged("postings list");

/// Gives the value that stands before the list at the start of `bytes`, if one does.
#[must_use]
pub fn value(bytes: &[u8]) -> Option<&[u8]> {
    Bytes::new(bytes.strip_prefix(&VALUE)?).block()
}

/// Tells a value from a list: a list in parts has no part without postings.
pub(crate) const VALUE: [u8; 2] = [0, 0];

/// Reads a list's head, and passes over the value before it.
///
/// `bytes` starts at the list's address and may run on past its end; `address`
/// is that address, `before` the document before the first (0, or for a part
/// the last document of the part before).
///
/// # Errors
/// [`Damaged`] when the head is cut short or inconsistent.
pub fn open(bytes: &[u8], address: u64, before: DocId) -> Result<Head<'_>, Damaged> {
    let whole = bytes.len();
    let mut bytes = Bytes::new(bytes);
    if bytes.rest().starts_with(&VALUE) {
        bytes.take(VALUE.len());
        bytes.block().ok_or(SHORT)?;
    }
    let df = bytes.varint32().ok_or(SHORT)?;
    if df == 0 {
        let df = bytes.varint32().ok_or(SHORT)?;
        let n = bytes.len().ok_or(SHORT)?;
        if n > 1 << 20 {
            return Err(SHORT);
        }
        let mut last = before;
        let mut heads = Vec::new();
        for _ in 0..n {
            last = last.checked_add(bytes.varint32().ok_or(SHORT)?).ok_or(SHORT)?;
            heads.push((last, bytes.varint().ok_or(SHORT)?));
        }
        let mut at = address + (whole - bytes.rest().len()) as u64;
        let mut parts = Vec::with_capacity(heads.len());
        for (last, length) in heads {
            parts.push(Part { last, address: at, bytes: length });
            at = at.checked_add(length).ok_or(SHORT)?;
        }
        return Ok(Head::Parts { df, parts });
    }
    if df as usize <= CHUNK_DOCS {
        let chunk = Chunk { before, last: DocId::MAX, heaviest: u8::MAX, bytes: bytes.rest() };
        return Ok(Head::Plain(Plain { df, chunks: vec![chunk] }));
    }
    let n = bytes.len().ok_or(SHORT)?;
    if n > whole {
        return Err(SHORT);
    }
    let mut heads = Vec::with_capacity(n);
    let mut last = before;
    for _ in 0..n {
        last = last.checked_add(bytes.varint32().ok_or(SHORT)?).ok_or(SHORT)?;
        heads.push((last, bytes.len().ok_or(SHORT)?, bytes.u8().ok_or(SHORT)?));
    }
    let mut chunks = Vec::with_capacity(n);
    let mut previous = before;
    for (last, length, heaviest) in heads {
        chunks.push(Chunk { before: previous, last, heaviest, bytes: bytes.take(length).ok_or(SHORT)? });
        previous = last;
    }
    Ok(Head::Plain(Plain { df, chunks }))
}

/// A chunk taken apart: its documents, and on demand how the key occurs in each.
#[derive(Debug, Clone, Copy)]
pub struct Unpacked<'a, 'd> {
    /// The documents, ascending; one may stand twice.
    pub docs: &'d [DocId],
    /// Field and weight, as [`payload`] packs them into its upper byte.
    pub occurrences: Column<'a>,
    /// The positions in the title, see [`Posting::place`].
    pub places: Column<'a>,
}

/// The bytes of a chunk's column: one for all, one for each, or one of a few for each.
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    /// Of all documents.
    Same(u8),
    /// Of each document, in their order.
    Each(&'a [u8]),
    /// Of each document one of a few.
    Few(Few<'a>),
}

/// Few different bytes, and which of them it is of each document.
#[derive(Debug, Clone, Copy)]
pub struct Few<'a> {
    values: &'a [u8],
    places: &'a [u8],
    width: usize,
}

impl<'a> Few<'a> {
    fn read(bytes: &mut Bytes<'a>, count: usize) -> Option<Self> {
        let most = usize::from(bytes.u8()?);
        let (values, width) = (bytes.take(most + 1)?, bits_of(most));
        Some(Self { values, places: bytes.take((count * width).div_ceil(8))?, width })
    }

    /// Gives the different bytes, ascending.
    #[must_use]
    pub fn values(&self) -> &'a [u8] {
        self.values
    }

    /// Lays out the byte of each document. Eight of them begin at a byte and are a word at most.
    fn lay_out(&self, into: &mut [u8; CHUNK_DOCS]) {
        let mask = (1u64 << self.width) - 1;
        let (eights, _) = into.as_chunks_mut::<8>();
        for (number, eight) in eights.iter_mut().enumerate() {
            let rest = self.places.get(number * self.width..).unwrap_or_default();
            let mut places = match rest.first_chunk() {
                Some(word) => u64::from_le_bytes(*word),
                None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
            };
            for value in eight {
                *value = self.values.get((places & mask) as usize).copied().unwrap_or(0);
                places >>= self.width;
            }
        }
    }

    /// Gives the byte of the document at a place of [`Unpacked::docs`].
    #[inline]
    #[must_use]
    pub fn get(&self, at: usize) -> u8 {
        let bit = at * self.width;
        let byte = |at: usize| u32::from(self.places.get(at).copied().unwrap_or(0));
        let two = byte(bit / 8) | byte(bit / 8 + 1) << 8;
        let place = two >> (bit % 8) & ((1 << self.width) - 1);
        self.values.get(place as usize).copied().unwrap_or(0)
    }
}

impl Column<'_> {
    /// Gives a byte for each document; `laid_out` is where they lie if they are not stored so.
    #[inline]
    #[must_use]
    pub fn each<'s>(&'s self, laid_out: &'s mut [u8; CHUNK_DOCS]) -> &'s [u8] {
        match self {
            Column::Same(byte) => laid_out.fill(*byte),
            Column::Few(few) => few.lay_out(laid_out),
            Column::Each(bytes) => return bytes,
        }
        laid_out
    }

    /// Gives the byte of the document at a place of [`Unpacked::docs`].
    #[inline]
    #[must_use]
    pub fn get(&self, at: usize) -> u8 {
        match self {
            Column::Same(byte) => *byte,
            Column::Each(bytes) => bytes.get(at).copied().unwrap_or(0),
            Column::Few(few) => few.get(at),
        }
    }
}

impl<'d> Unpacked<'_, 'd> {
    /// Makes a chunk of documents that all have one payload.
    #[must_use]
    pub fn alike(docs: &'d [DocId], payload: u16) -> Self {
        Self { docs, occurrences: Column::Same((payload >> 8) as u8), places: Column::Same(payload as u8) }
    }

    /// Gives the payload of the document at a place of [`Unpacked::docs`]: see [`Posting::payload`].
    #[inline]
    #[must_use]
    pub fn payload(&self, at: usize) -> u16 {
        u16::from(self.occurrences.get(at)) << 8 | u16::from(self.places.get(at))
    }

    /// Gives the postings, in document order.
    pub fn postings(&self) -> impl Iterator<Item = Posting> {
        self.docs.iter().enumerate().map(|(at, doc)| Posting { doc: *doc, payload: self.payload(at) })
    }
}

impl<'a> Chunk<'a> {
    /// Takes the chunk apart; its documents are laid into `docs`.
    ///
    /// # Errors
    /// [`Damaged`] when it is cut short.
    pub fn unpack<'d>(&self, docs: &'d mut [DocId; CHUNK_DOCS]) -> Result<Unpacked<'a, 'd>, Damaged> {
        let mut bytes = Bytes::new(self.bytes);
        let width = u32::from(bytes.u8().ok_or(SHORT)?);
        let count = usize::from(bytes.u8().ok_or(SHORT)?) + 1;
        let modes = bytes.u8().ok_or(SHORT)?;
        if width > 32 || count > CHUNK_DOCS {
            return Err(SHORT);
        }
        let packed = bytes.take((count * width as usize).div_ceil(8)).ok_or(SHORT)?;
        let mut column = |mode: u8| match mode & 3 {
            0 => Some(Column::Same(0)),
            1 => bytes.u8().map(Column::Same),
            2 => bytes.take(count).map(Column::Each),
            _ => Few::read(&mut bytes, count).map(Column::Few),
        };
        let occurrences = column(modes).ok_or(SHORT)?;
        let places = column(modes >> 2).ok_or(SHORT)?;
        // A word can then be read from every byte on: the widest deltas there are, and one word more.
        let mut padded = [0u8; CHUNK_DOCS * 4 + 8];
        padded.get_mut(..packed.len()).ok_or(SHORT)?.copy_from_slice(packed);
        let sum = match width {
            0..=8 => sum_deltas::<8>,
            9..=16 => sum_deltas::<4>,
            _ => sum_deltas::<1>,
        };
        sum(&padded, width as usize, count, self.before, docs);
        Ok(Unpacked { docs: docs.get(..count).ok_or(SHORT)?, occurrences, places })
    }

    /// Appends the chunk's postings to `out`, in document order.
    ///
    /// # Errors
    /// [`Damaged`] when it is cut short.
    pub fn decode(&self, out: &mut impl Extend<Posting>) -> Result<(), Damaged> {
        out.extend(self.unpack(&mut [0; CHUNK_DOCS])?.postings());
        Ok(())
    }
}

/// Adds packed deltas up, `AT_ONCE` of them from a word, which holds them from the byte on in which the first begins:
/// eight of up to eight bits or four of up to sixteen begin at a half byte at most. Documents behind `count` are none.
fn sum_deltas<const AT_ONCE: usize>(
    packed: &[u8],
    width: usize,
    count: usize,
    before: DocId,
    docs: &mut [DocId; CHUNK_DOCS],
) {
    let mask = (1u64 << width) - 1;
    let mut doc = before;
    let (docs, _) = docs.as_chunks_mut::<AT_ONCE>();
    for (number, docs) in docs.iter_mut().take(count.div_ceil(AT_ONCE)).enumerate() {
        let bit = number * AT_ONCE * width;
        let bytes = packed.get(bit / 8..).and_then(<[u8]>::first_chunk);
        let mut deltas = bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes)) >> (bit % 8);
        for place in docs {
            doc = doc.wrapping_add((deltas & mask) as u32);
            deltas >>= width;
            *place = doc;
        }
    }
}

impl Plain<'_> {
    /// Appends every posting to `out`.
    ///
    /// # Errors
    /// [`Damaged`] when a chunk is cut short.
    pub fn decode(&self, out: &mut impl Extend<Posting>) -> Result<(), Damaged> {
        self.chunks.iter().try_for_each(|chunk| chunk.decode(out))
    }
}
