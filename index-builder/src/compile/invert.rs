//! From books with keys to keys with postings.
//!
//! Books are analysed in parallel, piece by piece; each piece's keys are then
//! numbered in one fixed order, so the result does not depend on threads. A
//! posting is held in eight bytes: key number (26 bits), document (22), payload (16).

use ahash::RandomState;
use rayon::prelude::*;
use seoga_index::postings::Posting;

use crate::analyse::{Analyser, Keys, Vocabulary};
use crate::catalogue::Catalogue;
use crate::progress::{Progress, Unit};

/// Books analysed in one piece.
const PIECE: usize = 1024;
/// Pieces analysed before their keys are numbered: bounds what waits in memory.
const PIECES_AT_ONCE: usize = 16;

const KEY_SHIFT: u32 = DOC_BITS + DOC_SHIFT;
const DOC_SHIFT: u32 = 16;
/// Books an index can have.
pub(super) const DOC_BITS: u32 = 22;
const DOC_MASK: u64 = (1 << DOC_BITS) - 1;

/// Keys in order, and all postings sorted by key and document.
pub(super) struct Inverted {
    keys: Vec<Box<[u8]>>,
    postings: Vec<u64>,
}

pub(super) fn invert(
    catalogue: &Catalogue,
    vocabulary: &Vocabulary,
    order: &[u32],
    progress: &dyn Progress,
) -> Inverted {
    progress.begin("analysis", order.len() as u64, Unit::Items);
    let mut numbers: std::collections::HashMap<Box<[u8]>, u32, RandomState> =
        std::collections::HashMap::with_hasher(RandomState::with_seeds(1, 2, 3, 4));
    let mut postings: Vec<u64> = Vec::new();
    let mut doc = 0u64;
    for batch in order.chunks(PIECE * PIECES_AT_ONCE) {
        let pieces: Vec<Vec<Keys>> = batch
            .par_chunks(PIECE)
            .map(|piece| {
                let mut analyser = Analyser::new(catalogue, vocabulary);
                let books = piece.iter().filter_map(|place| catalogue.books.get(*place as usize));
                books.map(|book| analyser.keys(book)).collect()
            })
            .collect();
        for keys in pieces.into_iter().flatten() {
            for (key, payloads) in keys {
                let next = numbers.len() as u32;
                let number = *numbers.entry(key.into_boxed_slice()).or_insert(next);
                postings.extend(
                    payloads
                        .iter()
                        .map(|p| u64::from(number) << KEY_SHIFT | doc << DOC_SHIFT | u64::from(*p)),
                );
            }
            doc += 1;
        }
        progress.advance(batch.len() as u64);
    }
    let mut keys: Vec<(Box<[u8]>, u32)> = numbers.into_iter().collect();
    keys.par_sort_unstable();
    let mut ranks = vec![0u64; keys.len()];
    for (rank, (_, number)) in keys.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(*number as usize) {
            *slot = rank as u64;
        }
    }
    postings.par_iter_mut().for_each(|posting| {
        let number = (*posting >> KEY_SHIFT) as usize;
        let rank = ranks.get(number).copied().unwrap_or(0);
        *posting = rank << KEY_SHIFT | *posting & ((1 << KEY_SHIFT) - 1);
    });
    postings.par_sort_unstable();
    progress.end();
    Inverted { keys: keys.into_iter().map(|(key, _)| key).collect(), postings }
}

impl Inverted {
    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Every key with its list, ascending.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&[u8], Vec<Posting>)> {
        let mut rest = self.postings.as_slice();
        self.keys.iter().enumerate().map(move |(rank, key)| {
            let end = rest.partition_point(|posting| posting >> KEY_SHIFT <= rank as u64);
            let (list, after) = rest.split_at(end);
            rest = after;
            let posting = |packed: &u64| Posting {
                doc: (packed >> DOC_SHIFT & DOC_MASK) as u32,
                payload: *packed as u16,
            };
            (&**key, list.iter().map(posting).collect())
        })
    }
}
