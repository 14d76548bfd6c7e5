//! Posting lists: the documents that hold a key, and how.
//!
//! Layout: "Postings" in `docs/INDEX_FORMAT.md`. The documents of a list ([`crate::documents`]) stand apart from how the key
//! occurs in them ([`crate::occurrences`]); a document stands in a list once. A list lies in a file with others, a long one
//! in files of its own, first of documents, then of payloads, as many of each as its class of document frequency says: all
//! can be fetched before its head was read. Before a list may stand a value, other knowledge of the same key that comes at
//! no further fetch (see [`crate::related`]).

use crate::DocId;
use crate::bytes::{Bytes, Damaged};
use crate::df::{df_class, df_of_class};
use crate::documents::{BLOCK_DOCS, Documents};
use crate::limits::MAX_DOCUMENTS;
use crate::occurrences::{Coding, Occurrence, Occurrences, Reached, mode};
use crate::payload::Payload;

/// Documents from which on a list is long: it lies in files of its own, and is kept as bits.
pub const LONG_LIST: u32 = 1 << 14;
/// Payloads in a file of a long list at most.
pub const FILE_PAYLOADS: u32 = 65_536;
/// Bytes of documents in a file of a long list, about, at most.
const FILE_DOCUMENT_BYTES: u64 = 1 << 16;
/// Bytes before the first list of a file.
pub const FILE_HEAD: u64 = 1;

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

/// Tells whether lists of a class of document frequency are long.
#[must_use]
pub fn is_long(class: u8) -> bool {
    class >= df_class(LONG_LIST)
}

/// Counts the files that the documents of a long list lie in, in an index of so many documents.
#[must_use]
pub fn document_files(class: u8, documents: u32) -> u32 {
    let df = u64::from(df_of_class(class.saturating_add(1)));
    let gap = (u64::from(documents) / df).max(1);
    let chunked = df * (u64::from(gap.ilog2()) + 3) / 8;
    chunked.min(u64::from(documents) / 8).div_ceil(FILE_DOCUMENT_BYTES).max(1) as u32
}

/// Counts the files that the payloads of a long list lie in, where it has any.
#[must_use]
pub fn payload_files(class: u8) -> u32 {
    df_of_class(class.saturating_add(1)).div_ceil(FILE_PAYLOADS)
}

/// An opened file of postings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Postings {
    /// Lists, one behind the other, at the addresses behind its first byte.
    Lists(Payload),
    /// Documents of a long list.
    Documents(LongDocuments),
    /// Payloads of a long list.
    Payloads(LongPayloads),
}

/// Tells what a file of postings holds: its first byte.
pub(crate) mod content {
    pub(crate) const WHOLE_LISTS: u8 = 0;
    pub(crate) const FIRST_DOCUMENTS: u8 = 1;
    pub(crate) const MORE_DOCUMENTS: u8 = 2;
    pub(crate) const PAYLOADS: u8 = 3;
}

const SHORT: Damaged = Damaged("postings list");

impl Postings {
    /// Opens a file's payload; documents of a long list become bits.
    ///
    /// # Errors
    /// [`Damaged`] when it is of no content there is, or a long list is cut short.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        let payload = payload.into();
        match payload.first() {
            Some(&content::WHOLE_LISTS) => Ok(Postings::Lists(payload)),
            Some(&(content::FIRST_DOCUMENTS | content::MORE_DOCUMENTS)) => {
                Ok(Postings::Documents(LongDocuments::read(&payload)?))
            }
            Some(&content::PAYLOADS) => Ok(Postings::Payloads(LongPayloads::read(payload)?)),
            _ => Err(SHORT),
        }
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Postings::Lists(payload) => payload.size(),
            Postings::Documents(long) => long.bits.len() * 8 + long.ranks.len() * 4 + long.value.len(),
            Postings::Payloads(long) => long.payload.size() + long.bytes_of_starts(),
        }
    }

    /// Gives the bytes from a place of the file's payload on, where it holds lists.
    ///
    /// # Errors
    /// [`Damaged`] when it holds none there.
    pub fn list_at(&self, offset: u64) -> Result<&[u8], Damaged> {
        let Postings::Lists(payload) = self else { return Err(Damaged("postings address")) };
        let bytes = usize::try_from(offset).ok().filter(|at| *at > 0).and_then(|at| payload.get(at..));
        bytes.filter(|bytes| !bytes.is_empty()).ok_or(Damaged("postings address"))
    }
}

/// The head of a list, before its documents.
fn head(bytes: &mut Bytes<'_>) -> Result<(u32, Coding), Damaged> {
    let head = bytes.varint().ok_or(SHORT)?;
    let df = u32::try_from(head >> 3).ok().filter(|df| *df > 0).ok_or(SHORT)?;
    Ok((df, Coding::read(bytes, head as u32 & 7)?))
}

/// Takes the value that stands before a list.
fn take_value<'a>(bytes: &mut Bytes<'a>) -> Result<Option<&'a [u8]>, Damaged> {
    if bytes.rest().first() != Some(&VALUE) {
        return Ok(None);
    }
    bytes.take(1);
    bytes.block().map(Some).ok_or(SHORT)
}

/// Tells a value from a list, which has a document at least.
pub(crate) const VALUE: u8 = 0;

/// Gives the value that stands before the list at the start of `bytes`, if one does.
#[must_use]
pub fn value(bytes: &[u8]) -> Option<&[u8]> {
    take_value(&mut Bytes::new(bytes)).ok()?
}

/// A list that lies in a file with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<'a> {
    /// Documents in it.
    pub df: u32,
    /// The documents.
    pub documents: Documents<'a>,
    coding: Coding,
    occurrences: Occurrences,
    stored: &'a [u8],
}

impl<'a> List<'a> {
    /// Reads the list at the start of `bytes`, which may run on past its end, and passes over the value before it.
    ///
    /// # Errors
    /// [`Damaged`] when it is cut short or its heads do not agree.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut bytes = Bytes::new(bytes);
        take_value(&mut bytes)?;
        let (df, coding) = head(&mut bytes)?;
        let documents = Documents::read(&mut bytes, df)?;
        let occurrences = Occurrences::read(&mut bytes, coding.is_chunked(), 0, df)?;
        Ok(Self { df, documents, coding, occurrences, stored: bytes.rest() })
    }

    /// Gives the payloads of the document at a place; ascending places are read in one go where `reached` is the same.
    #[must_use]
    pub fn occurrence(&self, place: u32, reached: &mut Reached) -> Occurrence {
        self.occurrences.get(&self.coding, self.stored, place, reached).unwrap_or_default()
    }

    /// Lists the postings, ascending by document.
    ///
    /// # Errors
    /// [`Damaged`] when its documents are cut short.
    pub fn postings(&self) -> Result<Vec<Posting>, Damaged> {
        let (mut found, mut place, mut reached) = (Vec::new(), 0, Reached::default());
        self.documents.each(&mut |docs| {
            for doc in docs {
                let payloads = self.occurrence(place, &mut reached);
                found.extend(
                    payloads.payloads().iter().map(|payload| Posting { doc: *doc, payload: *payload }),
                );
                place += 1;
            }
        })?;
        Ok(found)
    }
}

/// Words of bits before which the documents are counted together.
const RANKED_WORDS: usize = 8;

/// Documents of a long list, all or those of some blocks, a bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongDocuments {
    /// The value before the list; empty where there is none, or in a further file.
    value: Vec<u8>,
    /// How many documents the whole list has and how its payloads are stored; in the first file alone.
    head: Option<(u32, Coding)>,
    /// The number of the first word, and the words.
    first: usize,
    bits: Vec<u64>,
    /// Documents of the list before each eight words.
    ranks: Vec<u32>,
    count: u32,
}

impl LongDocuments {
    fn read(payload: &[u8]) -> Result<Self, Damaged> {
        let mut bytes = Bytes::new(payload);
        let is_first = bytes.u8() == Some(content::FIRST_DOCUMENTS);
        let (mut value, mut list) = (Vec::new(), None);
        if is_first {
            value = take_value(&mut bytes)?.unwrap_or_default().to_vec();
            list = Some(head(&mut bytes)?);
        }
        let before = bytes.varint32().ok_or(SHORT)?;
        let documents = Documents::read_blocks(&mut bytes, before)?;
        let (mut first, mut bits) = (0, Vec::new());
        documents.each(&mut |docs| {
            let (Some(least), Some(most)) = (docs.first(), docs.last()) else { return };
            if *most >= MAX_DOCUMENTS {
                return;
            }
            if bits.is_empty() {
                first = (least - least % BLOCK_DOCS) as usize / 64;
            }
            let words = (*most as usize / 64 + 1).saturating_sub(first).next_multiple_of(RANKED_WORDS);
            bits.resize(words.max(bits.len()), 0u64);
            for doc in docs {
                let word = (*doc as usize / 64).checked_sub(first).and_then(|at| bits.get_mut(at));
                word.into_iter().for_each(|word| *word |= 1 << (doc % 64));
            }
        })?;
        let (groups, _) = bits.as_chunks::<RANKED_WORDS>();
        let mut sum = before;
        let mut ranks = Vec::with_capacity(groups.len());
        for group in groups {
            ranks.push(sum);
            sum += group.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        if sum != documents.end().max(before) {
            return Err(SHORT);
        }
        Ok(Self { value, head: list, first, bits, ranks, count: sum - before })
    }

    /// Gives the value before the list, if one stands there.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        Some(self.value.as_slice()).filter(|value| !value.is_empty())
    }

    /// Gives how many documents the whole list has, and how its payloads are stored; `None` in a further file.
    #[must_use]
    pub fn head(&self) -> Option<(u32, &Coding)> {
        self.head.as_ref().map(|(df, coding)| (*df, coding))
    }

    /// Counts the documents here.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Gives the number of the first 64 documents, and a bit for each from there on.
    #[must_use]
    pub fn words(&self) -> (usize, &[u64]) {
        (self.first, &self.bits)
    }

    /// Gives the place of a document in the list; `None` of one that is not here.
    #[inline]
    #[must_use]
    pub fn place(&self, doc: DocId) -> Option<u32> {
        let at = (doc as usize / 64).checked_sub(self.first)?;
        let (word, bit) = (*self.bits.get(at)?, 1u64 << (doc % 64));
        if word & bit == 0 {
            return None;
        }
        let group = at - at % RANKED_WORDS;
        let between = self.bits.get(group..at)?.iter().map(|word| word.count_ones()).sum::<u32>();
        Some(self.ranks.get(at / RANKED_WORDS)? + between + (word & (bit - 1)).count_ones())
    }
}

/// Payloads of a long list, those of consecutive places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongPayloads {
    occurrences: Occurrences,
    payload: Payload,
    start: usize,
}

impl LongPayloads {
    fn read(payload: Payload) -> Result<Self, Damaged> {
        let mut bytes = Bytes::new(&payload);
        bytes.u8();
        let chunked = bytes.u8().ok_or(SHORT)? != mode::NUMBERS as u8;
        let first = bytes.varint32().ok_or(SHORT)?;
        let count = bytes.varint32().filter(|count| *count <= FILE_PAYLOADS).ok_or(SHORT)?;
        let occurrences = Occurrences::read(&mut bytes, chunked, first, count)?;
        let start = payload.len() - bytes.rest().len();
        Ok(Self { occurrences, start, payload })
    }

    fn bytes_of_starts(&self) -> usize {
        self.occurrences.size()
    }

    /// Gives the payloads of the document at a place of the list; `None` where they are in another file. Ascending places are
    /// read in one go where `reached` is the same.
    #[must_use]
    pub fn get(&self, coding: &Coding, place: u32, reached: &mut Reached) -> Option<Occurrence> {
        self.occurrences.get(coding, self.payload.get(self.start..).unwrap_or_default(), place, reached)
    }
}
