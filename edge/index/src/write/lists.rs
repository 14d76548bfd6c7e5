//! Encodes posting lists: their documents, and apart from them how the key occurs in each.

use crate::bits::put_packed;
use crate::bytes::put_varint;
use crate::documents::{BLOCK_DOCS, CHUNK_DOCS};
use crate::occurrences::{Coding, Occurrence, TABLE, mode};
use crate::postings::Posting;

/// Documents below which a list tells no commonest payloads: the table would take more than it saves.
const TOLD_FROM: usize = 16;
/// Bits of a number of the table at most.
const WIDTHS: usize = 8;

/// A list apart: each of its documents once, and how the key occurs in it.
pub(super) struct Apart {
    pub(super) docs: Vec<u32>,
    pub(super) occurrences: Vec<Occurrence>,
}

impl Apart {
    /// Takes postings apart, which ascend by document; one that stands several times has several payloads.
    pub(super) fn of(list: &[Posting]) -> Self {
        let mut apart =
            Self { docs: Vec::with_capacity(list.len()), occurrences: Vec::with_capacity(list.len()) };
        for posting in list {
            match (apart.docs.last(), apart.occurrences.last_mut()) {
                (Some(doc), Some(occurrence)) if *doc == posting.doc => occurrence.add(posting.payload),
                _ => {
                    apart.docs.push(posting.doc);
                    apart.occurrences.push(Occurrence::one(posting.payload));
                }
            }
        }
        apart
    }
}

/// Packs bits one behind the other, the lowest first.
#[derive(Default)]
struct BitWriter {
    out: Vec<u8>,
    bits: u32,
    have: u32,
}

impl BitWriter {
    fn put(&mut self, value: u16, width: u32) {
        self.bits |= u32::from(value) << self.have;
        self.have += width;
        while self.have >= 8 {
            self.out.push(self.bits as u8);
            self.bits >>= 8;
            self.have -= 8;
        }
    }

    /// Puts an occurrence by itself.
    fn plain(&mut self, occurrence: &Occurrence) {
        let payloads = occurrence.payloads();
        for (number, payload) in (1..).zip(payloads) {
            let (field, weight, place) = (payload >> 13, payload >> 8 & 31, payload & 255);
            self.put(field, 3);
            match field {
                0 => {
                    self.put(u16::from(*payload != 0), 1);
                    if *payload != 0 {
                        self.put(*payload, 13);
                    }
                }
                1..=3 => {
                    self.put(weight, 5);
                    self.put(u16::from(place != 0), 1);
                    if place != 0 {
                        self.put(place, 8);
                    }
                }
                _ => {
                    self.put(weight, 5);
                    self.put(place.min(15), 4);
                    if place >= 15 {
                        self.put(place, 8);
                    }
                }
            }
            self.put(u16::from(number < payloads.len()), 1);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.have > 0 {
            self.out.push(self.bits as u8);
        }
        self.out
    }
}

/// Counts the bits of an occurrence by itself.
fn plain_bits(occurrence: &Occurrence) -> usize {
    let bits = |payload: &u16| match (payload >> 13, payload & 255) {
        (0, _) => 4 + if *payload == 0 { 0 } else { 13 },
        (1..=3, place) => 9 + if place == 0 { 0 } else { 8 },
        (_, place) => 12 + if place < 15 { 0 } else { 8 },
    };
    occurrence.payloads().iter().map(|payload| bits(payload) + 1).sum()
}

fn plain_bytes<'a>(occurrences: impl Iterator<Item = &'a Occurrence>) -> Vec<u8> {
    let mut bits = BitWriter::default();
    occurrences.for_each(|occurrence| bits.plain(occurrence));
    bits.finish()
}

/// Chooses how the payloads of a list take the fewest bytes.
pub(super) fn coding(occurrences: &[Occurrence]) -> Coding {
    let first = occurrences.first().copied().unwrap_or_default();
    if occurrences.iter().all(|other| *other == first) {
        return Coding::Same(first);
    }
    let plain: usize = occurrences.iter().map(plain_bits).sum();
    let mut best = (plain, Coding::Plain);
    if occurrences.iter().all(|occurrence| occurrence.payloads().len() == 1) {
        let most = occurrences.iter().flat_map(Occurrence::payloads).max().copied().unwrap_or(0);
        let width = (u16::BITS - most.leading_zeros()) as usize;
        let bits = 8 + width * occurrences.len();
        if bits < best.0 {
            best = (bits, Coding::Numbers(width));
        }
    }
    if occurrences.len() < TOLD_FROM {
        return best.1;
    }
    let mut sorted = occurrences.to_vec();
    sorted.sort_unstable();
    let mut ranked: Vec<(usize, Occurrence)> =
        sorted.chunk_by(|a, b| a == b).filter_map(|same| Some((same.len(), *same.first()?))).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for width in 1..=WIDTHS {
        let told = ranked.get(..ranked.len().min((1 << width) - 1)).unwrap_or_default();
        let (mut bits, mut escaped) = (8 + width * occurrences.len(), plain);
        for (count, occurrence) in told {
            bits += plain_bits(occurrence);
            escaped -= count * plain_bits(occurrence);
        }
        // A chunk says its width.
        bits += escaped + 8 * occurrences.len().div_ceil(CHUNK_DOCS);
        if bits < best.0 {
            best =
                (bits, Coding::Table(told.iter().take(TABLE).map(|(_, occurrence)| *occurrence).collect()));
        }
    }
    best.1
}

/// Appends the head of a list of so many documents.
pub(super) fn put_head(out: &mut Vec<u8>, df: usize, coding: &Coding) {
    let number = match coding {
        Coding::Same(same) if *same == Occurrence::default() => mode::ZERO,
        Coding::Same(_) => mode::SAME,
        Coding::Plain => mode::PLAIN,
        Coding::Table(_) => mode::TABLE,
        Coding::Numbers(_) => mode::NUMBERS,
    };
    put_varint(out, (df as u64) << 3 | u64::from(number));
    match coding {
        Coding::Same(_) if number == mode::ZERO => {}
        Coding::Same(same) => out.extend(plain_bytes(std::iter::once(same))),
        Coding::Plain => {}
        Coding::Table(table) => {
            out.push(table.len() as u8);
            out.extend(plain_bytes(table.iter()));
        }
        Coding::Numbers(width) => out.push(*width as u8),
    }
}

/// Appends the payloads of documents in a row, behind the lengths of their chunks where there are several.
pub(super) fn put_occurrences(out: &mut Vec<u8>, coding: &Coding, occurrences: &[Occurrence]) {
    let mut numbers: Vec<(Occurrence, usize)> = match coding {
        Coding::Table(table) => table.iter().copied().zip(0..).collect(),
        _ => Vec::new(),
    };
    numbers.sort_unstable();
    let chunk = |chunk: &[Occurrence]| match coding {
        Coding::Same(_) => Vec::new(),
        Coding::Plain => plain_bytes(chunk.iter()),
        Coding::Table(_) => by_table(&numbers, chunk),
        Coding::Numbers(width) => {
            let mut bytes = Vec::new();
            let numbers = chunk.iter().flat_map(Occurrence::payloads);
            put_packed(&mut bytes, numbers.map(|number| u32::from(*number)), *width as u32);
            bytes
        }
    };
    let chunks: Vec<Vec<u8>> = occurrences.chunks(CHUNK_DOCS).map(chunk).collect();
    if coding.is_chunked() && chunks.len() > 1 {
        chunks.iter().for_each(|chunk| put_varint(out, chunk.len() as u64));
    }
    chunks.iter().for_each(|chunk| out.extend_from_slice(chunk));
}

/// Encodes a chunk by the numbers that a table has for occurrences, in the width that takes the fewest bits.
fn by_table(table: &[(Occurrence, usize)], chunk: &[Occurrence]) -> Vec<u8> {
    let number = |occurrence: &Occurrence| {
        let at = table.binary_search_by(|(told, _)| told.cmp(occurrence)).ok()?;
        table.get(at).map(|(_, number)| *number)
    };
    let numbers: Vec<Option<usize>> = chunk.iter().map(number).collect();
    let escapes = |width: usize| {
        let told = if width == 0 { 1 } else { (1usize << width) - 1 };
        let escaped = chunk.iter().zip(&numbers);
        escaped.filter(move |(_, number)| number.is_none_or(|number| number >= told)).map(|(one, _)| one)
    };
    let bits = |width: &usize| width * chunk.len() + escapes(*width).map(plain_bits).sum::<usize>();
    let fits = |width: &usize| *width > 0 || escapes(0).next().is_none();
    let width = (0..=WIDTHS).filter(fits).min_by_key(bits).unwrap_or(WIDTHS);
    let escape = (1u32 << width) - 1;
    let mut out = vec![width as u8];
    let codes = numbers.iter().map(|number| number.map_or(escape, |number| (number as u32).min(escape)));
    let mut bits = BitWriter::default();
    codes.for_each(|code| bits.put(code as u16, width as u32));
    escapes(width).for_each(|occurrence| bits.plain(occurrence));
    out.extend(bits.finish());
    out
}

/// Appends documents, as a short list or in blocks.
pub(super) fn put_documents(out: &mut Vec<u8>, docs: &[u32]) {
    if docs.len() > CHUNK_DOCS {
        put_blocks(out, &docs.chunk_by(same_block).collect::<Vec<_>>());
        return;
    }
    let Some(first) = docs.first() else { return };
    put_varint(out, u64::from(*first));
    if docs.len() > 1 {
        let width = width_of(gaps(docs, *first));
        out.push(width as u8);
        put_packed(out, gaps(docs, *first).skip(1), width);
    }
}

/// Tells whether two documents stand in one block.
pub(super) fn same_block(a: &u32, b: &u32) -> bool {
    a / BLOCK_DOCS == b / BLOCK_DOCS
}

/// Lists how far each document is from the least that could stand there.
fn gaps(docs: &[u32], least: u32) -> impl Iterator<Item = u32> {
    let least = std::iter::once(least).chain(docs.iter().map(|doc| doc + 1));
    docs.iter().zip(least).map(|(doc, least)| doc - least)
}

fn width_of(gaps: impl Iterator<Item = u32>) -> u32 {
    u32::BITS - gaps.max().unwrap_or(0).leading_zeros()
}

/// Appends blocks, each of documents of one block number.
pub(super) fn put_blocks(out: &mut Vec<u8>, blocks: &[&[u32]]) {
    put_varint(out, blocks.len() as u64);
    let (mut bodies, mut next) = (Vec::new(), 0);
    for docs in blocks {
        let number = docs.first().map_or(0, |doc| doc / BLOCK_DOCS);
        let (body, is_bitmap) = block(docs, number * BLOCK_DOCS);
        put_varint(out, u64::from(number - next));
        put_varint(out, docs.len() as u64 - 1);
        put_varint(out, (body.len() as u64) << 1 | u64::from(is_bitmap));
        bodies.extend(body);
        next = number + 1;
    }
    out.extend(bodies);
}

/// Encodes the documents of a block, as chunks or as a bitmap, whichever is shorter.
fn block(docs: &[u32], first: u32) -> (Vec<u8>, bool) {
    let (mut heads, mut packed, mut least) = (Vec::new(), Vec::new(), first);
    for chunk in docs.chunks(CHUNK_DOCS) {
        let last = chunk.last().copied().unwrap_or(least);
        let width = width_of(gaps(chunk, least));
        heads.extend(((last - first) as u16).to_le_bytes());
        heads.push(width as u8);
        put_packed(&mut packed, gaps(chunk, least), width);
        least = last + 1;
    }
    heads.extend(packed);
    let bytes = docs.last().map_or(0, |last| (last - first) as usize / 8 + 1);
    if heads.len() < bytes {
        return (heads, false);
    }
    let mut bits = vec![0u8; bytes];
    for doc in docs {
        let at = (doc - first) as usize;
        bits.get_mut(at / 8).into_iter().for_each(|byte| *byte |= 1 << (at % 8));
    }
    (bits, true)
}
