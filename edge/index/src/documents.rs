//! The documents of a posting list, apart from how the key occurs in them.
//!
//! Layout: "Postings" in `docs/INDEX_FORMAT.md`. Up to 128 documents are one chunk; more lie in blocks of 65,536 document
//! numbers, each a bitmap or chunks of 128, with heads by which a block or a chunk is passed over. The place of a document
//! among those of its list leads to its payload ([`crate::occurrences`]).

use crate::DocId;
use crate::bits::word_at;
use crate::bytes::{Bytes, Damaged};

/// Documents in a full chunk.
pub const CHUNK_DOCS: usize = 128;
/// Document numbers in a block.
pub const BLOCK_DOCS: u32 = 1 << 16;
/// Bytes of a chunk's head: its last document in the block, the bits of a gap.
pub(crate) const HEAD_BYTES: usize = 3;

const SHORT: Damaged = Damaged("documents of a postings list");

/// The documents of a list, or of a part of a long one, where they lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents<'a> {
    blocks: Vec<Block<'a>>,
}

/// The documents of a block, and how many of the list come before them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block<'a> {
    /// The least and the greatest number it may hold.
    first: DocId,
    last: DocId,
    before: u32,
    count: u32,
    body: Body<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body<'a> {
    /// A bit each.
    Bitmap(&'a [u8]),
    /// Chunks, their heads apart.
    Chunks { heads: &'a [u8], gaps: &'a [u8] },
    /// The only chunk of a short list: its first document, the bits of a gap, the gaps.
    Short { first: DocId, width: usize, gaps: &'a [u8] },
}

impl<'a> Documents<'a> {
    /// Reads the documents of a list of `count`; `bytes` goes on behind them.
    ///
    /// # Errors
    /// [`Damaged`] when they are cut short or their heads do not agree.
    pub fn read(bytes: &mut Bytes<'a>, count: u32) -> Result<Self, Damaged> {
        if count as usize > CHUNK_DOCS {
            let documents = Self::read_blocks(bytes, 0)?;
            return if documents.end() == count { Ok(documents) } else { Err(SHORT) };
        }
        let first = bytes.varint32().ok_or(SHORT)?;
        let gaps = (count as usize).checked_sub(1).ok_or(SHORT)?;
        let width = if gaps > 0 { usize::from(bytes.u8().ok_or(SHORT)?) } else { 0 };
        if width > 32 {
            return Err(SHORT);
        }
        let gaps = bytes.take((gaps * width).div_ceil(8)).ok_or(SHORT)?;
        let body = Body::Short { first, width, gaps };
        Ok(Self { blocks: vec![Block { first, last: DocId::MAX, before: 0, count, body }] })
    }

    /// Reads blocks, before whose documents there are `before` others.
    ///
    /// # Errors
    /// [`Damaged`] when they are cut short or their heads do not agree.
    pub(crate) fn read_blocks(bytes: &mut Bytes<'a>, mut before: u32) -> Result<Self, Damaged> {
        let n = bytes.len().ok_or(SHORT)?;
        if n > BLOCK_DOCS as usize {
            return Err(SHORT);
        }
        let mut next = 0u32;
        let mut heads = Vec::new();
        for _ in 0..n {
            let number = bytes.varint32().and_then(|gap| next.checked_add(gap)).ok_or(SHORT)?;
            let count = bytes.varint32().and_then(|less| less.checked_add(1)).ok_or(SHORT)?;
            let length = bytes.len().ok_or(SHORT)?;
            if number >= BLOCK_DOCS || count > BLOCK_DOCS {
                return Err(SHORT);
            }
            next = number + 1;
            heads.push((number * BLOCK_DOCS, before, count, length));
            before = before.checked_add(count).ok_or(SHORT)?;
        }
        let mut blocks = Vec::with_capacity(heads.len());
        for (first, before, count, length) in heads {
            let bytes = bytes.take(length / 2).ok_or(SHORT)?;
            let chunks = (count as usize).div_ceil(CHUNK_DOCS);
            let body = match length % 2 {
                1 => Body::Bitmap(bytes),
                _ => {
                    let (heads, gaps) = bytes.split_at_checked(chunks * HEAD_BYTES).ok_or(SHORT)?;
                    Body::Chunks { heads, gaps }
                }
            };
            if matches!(body, Body::Bitmap(bits) if bits.len() > BLOCK_DOCS as usize / 8 || ones(bits) != count)
            {
                return Err(SHORT);
            }
            blocks.push(Block { first, last: first + (BLOCK_DOCS - 1), before, count, body });
        }
        Ok(Self { blocks })
    }

    /// Counts the documents of the list up to the end of these.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.blocks.last().map_or(0, |block| block.before + block.count)
    }

    /// Gives all documents to `each`, ascending, some at a time.
    ///
    /// # Errors
    /// [`Damaged`] when a chunk is cut short.
    pub fn each(&self, each: &mut dyn FnMut(&[DocId])) -> Result<(), Damaged> {
        let mut room = [0; CHUNK_DOCS];
        for block in &self.blocks {
            match &block.body {
                Body::Bitmap(bits) => {
                    let mut some = Vec::with_capacity(block.count as usize);
                    for (number, word) in words(bits).enumerate() {
                        let mut left = word;
                        while left != 0 {
                            some.push(block.first + number as u32 * 64 + left.trailing_zeros());
                            left &= left - 1;
                        }
                    }
                    each(&some);
                }
                _ => {
                    for chunk in block.chunks() {
                        each(chunk?.unpack(&mut room));
                    }
                }
            }
        }
        Ok(())
    }

    /// Tells of each of `docs`, which ascend, that is here: its index, and its place in the list.
    ///
    /// # Errors
    /// [`Damaged`] when a chunk is cut short.
    pub fn meet(&self, docs: &[DocId], each: &mut dyn FnMut(usize, u32)) -> Result<(), Damaged> {
        let mut room = [0; CHUNK_DOCS];
        let mut at = 0;
        for block in &self.blocks {
            at += docs.get(at..).unwrap_or_default().partition_point(|doc| *doc < block.first);
            let rest = docs.get(at..).unwrap_or_default();
            let here = rest.get(..rest.partition_point(|doc| *doc <= block.last)).unwrap_or_default();
            let Some(last) = here.last() else { continue };
            if let Body::Bitmap(bits) = &block.body {
                let (mut word, mut before) = (0, block.before);
                for (index, doc) in here.iter().enumerate() {
                    let (number, bit) = ((doc - block.first) as usize / 64, 1u64 << (doc % 64));
                    before += (word..number).map(|word| word_of(bits, word).count_ones()).sum::<u32>();
                    word = number;
                    let bits = word_of(bits, number);
                    if bits & bit != 0 {
                        each(at + index, before + (bits & (bit - 1)).count_ones());
                    }
                }
                continue;
            }
            let mut index = 0;
            for chunk in block.chunks() {
                let chunk = chunk?;
                if chunk.least > *last {
                    break;
                }
                index += here.get(index..).unwrap_or_default().partition_point(|doc| *doc < chunk.least);
                if here.get(index).is_none_or(|doc| *doc > chunk.last) {
                    continue;
                }
                let found = chunk.unpack(&mut room);
                let mut place = 0;
                while let (Some(doc), Some(found)) = (here.get(index), found.get(place)) {
                    if doc == found {
                        each(at + index, chunk.before + place as u32);
                    }
                    index += usize::from(doc <= found);
                    place += usize::from(found <= doc);
                }
            }
        }
        Ok(())
    }
}

/// A chunk with what it takes to unpack it.
struct Chunk<'a> {
    /// The least document it may hold, and its last (of a short list the greatest number there is).
    least: DocId,
    last: DocId,
    /// Documents of the list before it.
    before: u32,
    count: usize,
    /// Documents at its head that have no gap: they are the least, and the numbers behind it.
    apart: usize,
    width: usize,
    gaps: &'a [u8],
}

impl Chunk<'_> {
    /// Lays the documents into `room`.
    fn unpack<'r>(&self, room: &'r mut [DocId; CHUNK_DOCS]) -> &'r [DocId] {
        let mask = (1u64 << self.width) - 1;
        // A word can then be read from every byte on: the widest gaps there are, and one word more.
        let mut padded = [0u8; CHUNK_DOCS * 4 + 8];
        padded.iter_mut().zip(self.gaps).for_each(|(to, from)| *to = *from);
        let (mut least, mut bit) = (self.least, 0);
        let docs = room.get_mut(..self.count).unwrap_or_default();
        for (at, slot) in docs.iter_mut().enumerate() {
            if at >= self.apart {
                let gap = padded.get(bit / 8..).and_then(<[u8]>::first_chunk);
                let gap = gap.map_or(0, |bytes| u64::from_le_bytes(*bytes)) >> (bit % 8) & mask;
                least = least.wrapping_add(gap as u32);
                bit += self.width;
            }
            *slot = least;
            least = least.wrapping_add(1);
        }
        docs
    }
}

impl<'a> Block<'a> {
    /// Iterates the chunks; of a bitmap there are none.
    fn chunks(&self) -> impl Iterator<Item = Result<Chunk<'a>, Damaged>> {
        let (heads, mut gaps, short) = match &self.body {
            Body::Chunks { heads, gaps } => (*heads, *gaps, None),
            Body::Short { first, width, gaps } => (&[][..], *gaps, Some((*first, *width))),
            Body::Bitmap(_) => (&[][..], &[][..], None),
        };
        let (first, mut least, mut before) = (self.first, self.first, self.before);
        let mut left = self.count as usize;
        let count = left;
        let only = short.map(move |(least, width)| {
            Ok(Chunk { least, last: DocId::MAX, before: 0, count, apart: 1, width, gaps })
        });
        let (heads, _) = heads.as_chunks::<HEAD_BYTES>();
        let several = heads.iter().map(move |[low, high, width]| {
            let (count, width) = (left.min(CHUNK_DOCS), usize::from(*width));
            let (own, rest) = gaps.split_at_checked((count * width).div_ceil(8)).ok_or(SHORT)?;
            let last = first + u32::from(u16::from_le_bytes([*low, *high]));
            if width > 16 || last < least {
                return Err(SHORT);
            }
            let chunk = Chunk { least, last, before, count, apart: 0, width, gaps: own };
            (gaps, left, before, least) = (rest, left - count, before + count as u32, last.saturating_add(1));
            Ok(chunk)
        });
        only.into_iter().chain(several)
    }
}

/// Gives 64 bits of a bitmap, zeros behind its end.
fn word_of(bits: &[u8], number: usize) -> u64 {
    word_at(bits, number * 64)
}

/// Iterates a bitmap by 64 bits.
fn words(bits: &[u8]) -> impl Iterator<Item = u64> {
    (0..bits.len().div_ceil(8)).map(|number| word_of(bits, number))
}

fn ones(bits: &[u8]) -> u32 {
    words(bits).map(u64::count_ones).sum()
}
