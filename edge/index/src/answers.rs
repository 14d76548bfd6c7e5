//! Compiled answers: the first page of the commonest questions, each with the records it shows.
//!
//! Layout: "Compiled answers" in `docs/INDEX_FORMAT.md`. The manifest lists the hashes of the questions; the place in that list says
//! which file has the answer. What is stored are the numbers and texts of an answer, which the search made; what they mean is its
//! matter. Invariant: any bytes are answers or damage; none of it panics.

use xxhash_rust::xxh3::xxh3_64;

use crate::DocId;
use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;
use crate::record::{Record, Records, Shared};

/// A file is closed when it has grown to this before DEFLATE.
#[cfg(feature = "write")]
const FILE_BYTES: usize = 8 << 10;

/// Carries what a search answers, in plain numbers and texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompiledAnswer {
    /// The question in canonical form.
    pub question: String,
    /// Books that match, and whether they were counted to the end.
    pub total: u32,
    /// See `total`.
    pub total_exact: bool,
    /// Hits that the facets counted.
    pub facets_over: u32,
    /// The name of each facet, and its values with their counts.
    pub facets: Vec<(String, Vec<(String, u32)>)>,
    /// Parts of the question, what each was read as, and the number of how.
    pub interpretation: Vec<(String, String, u8)>,
    /// Related words.
    pub related: Vec<String>,
    /// The hits, best first.
    pub hits: Vec<CompiledHit>,
}

/// Carries a hit of a compiled answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompiledHit {
    /// The document.
    pub doc: DocId,
    /// The number of its tier.
    pub tier: u8,
    /// Its score.
    pub score: u32,
    /// Points of the score that are learned from choices.
    pub prior_boost: u32,
    /// Its marks.
    pub marks: Vec<CompiledMark>,
    /// Its record.
    pub record: Record,
}

/// Carries a mark in a text of a hit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompiledMark {
    /// The number of the field.
    pub field: u8,
    /// First code point.
    pub start: u32,
    /// Behind the last code point.
    pub end: u32,
    /// The number of how it matched.
    pub by: u8,
    /// The word that matched, of a mark without length; empty where none is told.
    pub word: String,
}

/// Gives the number by which a question in canonical form is looked for.
#[must_use]
pub fn question_hash(question: &str) -> u32 {
    (xxh3_64(question.as_bytes()) >> 32) as u32
}

/// An opened file: answers as they are stored.
#[derive(Debug)]
pub struct Answers {
    first: u32,
    /// Where each answer lies in the payload.
    places: Vec<std::ops::Range<usize>>,
    payload: Payload,
}

impl Answers {
    /// Finds the answers of a file.
    ///
    /// # Errors
    /// [`Damaged`] when they are not so many, to the last byte.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::find(payload.into()).ok_or(Damaged("compiled answers"))
    }

    fn find(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let first = bytes.u32()?;
        let mut places = Vec::new();
        for _ in 0..bytes.len()? {
            let length = bytes.block()?.len();
            let end = payload.len() - bytes.rest().len();
            places.push(end - length..end);
        }
        bytes.is_empty().then_some(())?;
        Some(Self { first, places, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.size() + self.places.len() * size_of::<std::ops::Range<usize>>()
    }

    /// Decodes the answer at a place in the list of all, if it is in this file.
    ///
    /// # Errors
    /// [`Damaged`] when it does not read.
    pub fn get(&self, place: u32, shared: Shared<'_>) -> Result<Option<CompiledAnswer>, Damaged> {
        let at = place.checked_sub(self.first).and_then(|at| self.places.get(at as usize));
        let Some(stored) = at.and_then(|at| self.payload.get(at.clone())) else { return Ok(None) };
        read(&mut Bytes::new(stored), shared).map(Some).ok_or(Damaged("compiled answer"))
    }
}

fn read(bytes: &mut Bytes<'_>, shared: Shared<'_>) -> Option<CompiledAnswer> {
    let text = |bytes: &mut Bytes<'_>| bytes.str().map(str::to_owned);
    let mut answer = CompiledAnswer {
        question: text(bytes)?,
        total: bytes.varint32()?,
        total_exact: bytes.u8()? & 1 == 1,
        facets_over: bytes.varint32()?,
        ..CompiledAnswer::default()
    };
    for _ in 0..bytes.len()? {
        let (name, mut values) = (text(bytes)?, Vec::new());
        for _ in 0..bytes.len()? {
            values.push((text(bytes)?, bytes.varint32()?));
        }
        answer.facets.push((name, values));
    }
    for _ in 0..bytes.len()? {
        answer.interpretation.push((text(bytes)?, text(bytes)?, bytes.u8()?));
    }
    for _ in 0..bytes.len()? {
        answer.related.push(text(bytes)?);
    }
    for _ in 0..bytes.len()? {
        let mut hit = CompiledHit {
            doc: bytes.varint32()?,
            tier: bytes.u8()?,
            score: bytes.varint32()?,
            prior_boost: bytes.varint32()?,
            ..CompiledHit::default()
        };
        for _ in 0..bytes.len()? {
            let (how, start) = (bytes.u8()?, bytes.varint32()?);
            let length = bytes.varint32()?;
            let end = start.checked_add(length)?;
            let word = if length == 0 { text(bytes)? } else { String::new() };
            hit.marks.push(CompiledMark { field: how >> 4, start, end, by: how & 15, word });
        }
        answer.hits.push(hit);
    }
    let records = Records::open(bytes.rest().to_vec()).ok()?.all(shared).ok()?;
    if records.len() != answer.hits.len() {
        return None;
    }
    answer.hits.iter_mut().zip(records).for_each(|(hit, record)| hit.record = record);
    Some(answer)
}

#[cfg(feature = "write")]
mod write {
    use super::{CompiledAnswer, FILE_BYTES};
    use crate::bytes::{put_block, put_str, put_varint};
    use crate::directory::PlacedFiles;
    use crate::file::{Kind, seal};
    use crate::record::{Packer, Record, Shared};
    use crate::write::Sink;

    /// Writes compiled answers, which must come in the order of their hashes.
    #[must_use]
    pub fn write(answers: &[CompiledAnswer], shared: Shared<'_>, sink: &mut Sink<'_>) -> PlacedFiles {
        let packer = Packer::new(shared);
        let (mut files, mut open, mut bytes, mut first) = (Vec::new(), Vec::new(), 0, 0u32);
        for (answer, next) in answers.iter().zip(1..) {
            let stored = encode(answer, &packer);
            bytes += stored.len();
            open.push(stored);
            if bytes < FILE_BYTES && (next as usize) < answers.len() {
                continue;
            }
            let mut payload = first.to_le_bytes().to_vec();
            put_varint(&mut payload, open.len() as u64);
            open.drain(..).for_each(|stored| put_block(&mut payload, &stored));
            let (name, file) = seal(Kind::Answers, &payload, true);
            sink(name, file);
            files.push((first.into(), name));
            (bytes, first) = (0, next);
        }
        PlacedFiles::new(&files)
    }

    fn encode(answer: &CompiledAnswer, packer: &Packer) -> Vec<u8> {
        let mut out = Vec::new();
        put_str(&mut out, &answer.question);
        put_varint(&mut out, answer.total.into());
        out.push(u8::from(answer.total_exact));
        put_varint(&mut out, answer.facets_over.into());
        put_varint(&mut out, answer.facets.len() as u64);
        for (name, values) in &answer.facets {
            put_str(&mut out, name);
            put_varint(&mut out, values.len() as u64);
            for (value, count) in values {
                put_str(&mut out, value);
                put_varint(&mut out, (*count).into());
            }
        }
        put_varint(&mut out, answer.interpretation.len() as u64);
        for (input, expansion, by) in &answer.interpretation {
            put_str(&mut out, input);
            put_str(&mut out, expansion);
            out.push(*by);
        }
        put_varint(&mut out, answer.related.len() as u64);
        answer.related.iter().for_each(|word| put_str(&mut out, word));
        put_varint(&mut out, answer.hits.len() as u64);
        for hit in &answer.hits {
            put_varint(&mut out, hit.doc.into());
            out.push(hit.tier);
            put_varint(&mut out, hit.score.into());
            put_varint(&mut out, hit.prior_boost.into());
            put_varint(&mut out, hit.marks.len() as u64);
            for mark in &hit.marks {
                out.push(mark.field << 4 | mark.by & 15);
                put_varint(&mut out, mark.start.into());
                put_varint(&mut out, mark.end.saturating_sub(mark.start).into());
                if mark.end <= mark.start {
                    put_str(&mut out, &mark.word);
                }
            }
        }
        let records: Vec<Record> = answer.hits.iter().map(|hit| hit.record.clone()).collect();
        out.extend(packer.encode(0, &records));
        out
    }
}

#[cfg(feature = "write")]
pub use write::write;

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::block::Block;
    use crate::book_id::BookId;
    use crate::directory::PlacedFiles;
    use crate::file::FileName;
    use crate::phrases::Phrases;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn answer(number: u32) -> CompiledAnswer {
        let hit = |place: u32| CompiledHit {
            doc: place * 7,
            tier: (place % 8) as u8,
            score: 900 - place,
            prior_boost: place % 3,
            marks: vec![
                CompiledMark { field: 7, start: place, end: place + 3, by: 14, word: String::new() };
                place as usize % 3
            ]
            .into_iter()
            .chain([CompiledMark { field: 4, word: format!("말{place}"), ..CompiledMark::default() }])
            .collect(),
            record: Record {
                id: BookId::isbn(9_788_900_000_000 + u64::from(place) * 10),
                title: format!("제목 {number} {place}"),
                authors: "지은이".to_owned(),
                ..Record::default()
            },
        };
        CompiledAnswer {
            question: format!("물음 {number}"),
            total: number * 1000,
            total_exact: number.is_multiple_of(2),
            facets_over: number,
            facets: vec![("year".to_owned(), vec![("2020".to_owned(), 5), ("2019".to_owned(), number)])],
            interpretation: vec![("가".to_owned(), "나".to_owned(), 3)],
            related: vec!["말".to_owned()],
            hits: (0..number % 25).map(hit).collect(),
        }
    }

    fn shared(phrases: &Phrases) -> Shared<'_> {
        Shared { phrases, classes: &[] }
    }

    fn written(answers: &[CompiledAnswer]) -> (PlacedFiles, HashMap<FileName, Vec<u8>>) {
        let mut files = HashMap::new();
        let placed =
            write(answers, shared(&Phrases::bytes()), &mut |name, file| drop(files.insert(name, file)));
        (placed, files)
    }

    #[test]
    fn answers_round_trip_in_files_of_a_few() {
        let answers: Vec<_> = (0..60).map(answer).collect();
        let (placed, files) = written(&answers);
        assert!(placed.len() > 3, "{}", placed.len());
        for (place, answer) in (0..).zip(&answers) {
            let (number, first) = placed.find(place).unwrap();
            let name = placed.name(number).unwrap();
            let block = Block::open(&name, files[&name].clone()).unwrap();
            let opened = block.answers().unwrap();
            let phrases = Phrases::bytes();
            assert_eq!(opened.get(place as u32, shared(&phrases)).unwrap().as_ref(), Some(answer));
            assert_eq!(
                first.checked_sub(1).map(|before| opened.get(before as u32, shared(&phrases))),
                first.checked_sub(1).map(|_| Ok(None))
            );
        }
        assert!(written(&[]).0.is_empty());
    }

    #[test]
    fn every_damage_of_a_payload_is_refused_or_read_without_panic() {
        let (placed, files) = written(&[answer(3), answer(24)]);
        let name = placed.name(0).unwrap();
        let plain = crate::file::open(&name, files[&name].clone()).unwrap().to_vec();
        let phrases = Phrases::bytes();
        for at in 0..plain.len() {
            assert!(Answers::open(plain[..at].to_vec()).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut changed = plain.clone();
                changed[at] ^= 1 << bit;
                if let Ok(answers) = Answers::open(changed) {
                    let _ = (answers.get(0, shared(&phrases)), answers.get(1, shared(&phrases)));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answers_or_damage(bytes: Vec<u8>) {
            let phrases = Phrases::bytes();
            let _ = read(&mut Bytes::new(&bytes), shared(&phrases));
            if let Ok(answers) = Answers::open(bytes) {
                let _ = answers.get(0, shared(&phrases));
            }
        }
    }
}
