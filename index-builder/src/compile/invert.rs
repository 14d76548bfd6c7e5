//! From books with keys to keys with postings.
//!
//! Books are analysed in parallel, piece by piece, each with key numbers of its own; then pieces are put together in one
//! fixed order, so the result does not depend on threads. A posting waits in eight bytes: key number (26 bits), document
//! (22), payload (16).

use rayon::prelude::*;
use seoga_index::limits::MAX_DOCUMENTS;
use seoga_index::postings::Posting;

use crate::analyse::{Analyser, LastVolumes, Vocabulary};
use crate::catalogue::Catalogue;
use crate::interner::Interner;
use crate::progress::{Progress, Unit};

/// Books analysed in one piece: what their words come to is worked out once a piece.
const PIECE: usize = 8192;
/// Pieces analysed before they are put together: bounds what waits in memory.
const PIECES_AT_ONCE: usize = 8;

const KEY_SHIFT: u32 = DOC_BITS + DOC_SHIFT;
const DOC_SHIFT: u32 = 16;
/// Bits of a document number.
const DOC_BITS: u32 = MAX_DOCUMENTS.ilog2();
const DOC_MASK: u64 = (1 << DOC_BITS) - 1;

/// Keys in order, and all postings sorted by key and document.
#[derive(Debug, Default)]
pub(super) struct Inverted {
    keys: Interner,
    /// The numbers of the keys, ascending by key, each with where its postings end.
    order: Vec<(u32, u32)>,
    documents: Vec<u32>,
    payloads: Vec<u16>,
}

pub(super) fn invert(
    catalogue: &Catalogue,
    words: (&Vocabulary, &LastVolumes),
    order: &[u32],
    progress: &dyn Progress,
) -> Inverted {
    progress.begin("analysis", order.len() as u64, Unit::Items);
    let mut keys = Interner::default();
    let mut waiting: Vec<Vec<u64>> = Vec::new();
    let mut counts: Vec<u32> = Vec::new();
    let mut first = 0usize;
    for batch in order.chunks(PIECE * PIECES_AT_ONCE) {
        let pieces: Vec<(Interner, Vec<u64>)> = batch
            .par_chunks(PIECE)
            .enumerate()
            .map(|(number, piece)| analyse(catalogue, words, piece, first + number * PIECE))
            .collect();
        for (own, mut postings) in pieces {
            let numbers: Vec<u32> =
                (0..own.len() as u32).map(|number| keys.number(own.key(number))).collect();
            counts.resize(keys.len(), 0);
            for posting in &mut postings {
                let number = numbers[(*posting >> KEY_SHIFT) as usize];
                counts[number as usize] += 1;
                *posting = u64::from(number) << KEY_SHIFT | *posting & ((1 << KEY_SHIFT) - 1);
            }
            waiting.push(postings);
        }
        first += batch.len();
        progress.advance(batch.len() as u64);
    }
    keys.freeze();
    let inverted = sort(keys, &counts, waiting);
    progress.end();
    inverted
}

/// The keys of consecutive books, the first of them being document `first`, and their postings.
fn analyse(
    catalogue: &Catalogue,
    words: (&Vocabulary, &LastVolumes),
    places: &[u32],
    first: usize,
) -> (Interner, Vec<u64>) {
    let mut analyser = Analyser::new(catalogue, words.0, words.1);
    let mut postings = Vec::new();
    let books = places.iter().filter_map(|place| catalogue.books.get(*place as usize));
    for (doc, book) in (first as u64..).zip(books) {
        analyser.keys(book, &mut |key, payload| {
            postings.push(u64::from(key) << KEY_SHIFT | doc << DOC_SHIFT | u64::from(payload));
        });
    }
    (analyser.finish(), postings)
}

/// Puts postings that ascend by document under their keys.
fn sort(keys: Interner, counts: &[u32], waiting: Vec<Vec<u64>>) -> Inverted {
    let head = |key: &[u8]| {
        let mut head = [0; 8];
        let length = key.len().min(8);
        head[..length].copy_from_slice(&key[..length]);
        u64::from_be_bytes(head)
    };
    let mut ranked: Vec<(u64, u32)> =
        (0..keys.len() as u32).map(|number| (head(keys.key(number)), number)).collect();
    ranked.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| keys.key(a.1).cmp(keys.key(b.1))));
    let mut places = vec![0u32; keys.len()];
    let mut end = 0;
    let mut order = Vec::with_capacity(ranked.len());
    for (_, number) in ranked {
        places[number as usize] = end;
        end += counts[number as usize];
        order.push((number, end));
    }
    let mut documents = vec![0u32; end as usize];
    let mut payloads = vec![0u16; end as usize];
    for posting in waiting.into_iter().flatten() {
        let place = &mut places[(posting >> KEY_SHIFT) as usize];
        documents[*place as usize] = (posting >> DOC_SHIFT & DOC_MASK) as u32;
        payloads[*place as usize] = posting as u16;
        *place += 1;
    }
    Inverted { keys, order, documents, payloads }
}

impl Inverted {
    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Every key with its list, ascending.
    pub(super) fn lists(&self) -> impl Iterator<Item = (&[u8], Vec<Posting>)> {
        self.lists_from(&[])
    }

    /// Yields the lists from number `first` on.
    pub(super) fn lists_from(&self, first: &[u8]) -> impl Iterator<Item = (&[u8], Vec<Posting>)> {
        let (before, rest) =
            self.order.split_at(self.order.partition_point(|(number, _)| self.keys.key(*number) < first));
        let mut start = before.last().map_or(0, |(_, end)| *end as usize);
        rest.iter().map(move |(number, end)| {
            let end = *end as usize;
            let documents = self.documents.get(start..end).unwrap_or_default();
            let payloads = self.payloads.get(start..end).unwrap_or_default();
            start = end;
            let posting = |(doc, payload): (&u32, &u16)| Posting { doc: *doc, payload: *payload };
            (self.keys.key(*number), documents.iter().zip(payloads).map(posting).collect())
        })
    }
}
