//! From readings to scored documents.
//!
//! First which documents have every word, bit by bit, the rarest word first: of the lists of the others only what
//! may hold one of those is read. Then each word keeps for each of these documents its best reading. Scores are
//! integers: the same on every machine. `docs/RANKING.md` explains them.

use std::cell::Cell;

use seoga_index::dictionary::Entry;
use seoga_index::postings::{CHUNK_DOCS, Column, Unpacked};

use crate::answer::{Reading, Tier};
use crate::docset::{DocSet, Places};
use crate::postings::{Parts, Scope};
use crate::reader::Reader;
use crate::search::boost::{WordHit, Worth, commonest, next};
use crate::search::expansion::{Alternative, Slot};
use crate::search::packed::{Packed, Scale};
use crate::search::score::Gathered;
use crate::sorting;

/// Every list of every reading of every slot.
pub(crate) struct Lists<'a> {
    reader: &'a Reader<'a>,
    /// By slot and alternative.
    readings: Vec<Vec<Read>>,
    /// For which documents long lists are read behind their heads.
    beyond: Option<DocSet>,
    /// Whether of every list that was looked into all that may count was read.
    whole: Cell<bool>,
}

/// The documents that have every word, as far as lists were read.
pub(crate) struct Every {
    pub(crate) docs: DocSet,
    /// Where some list was not read to its end: the documents that have the rarest words, whose lists were; none else is
    /// in question. `None` where there is no such word.
    pub(crate) in_question: Option<DocSet>,
}

/// A reading and what its lists are worth.
#[derive(Debug)]
struct Read {
    /// Words of the query it stands for.
    spans: usize,
    /// A document must be on all of these.
    lists: Vec<WordList>,
    /// The best tier where one word of several does not stand right behind the other.
    apart: Tier,
    /// About how many books it finds, at most.
    books: u64,
}

/// A word's list, how much of it is read, and what for.
#[derive(Debug)]
struct WordList {
    entry: Entry,
    parts: Parts,
    worth: Worth,
}

impl Read {
    fn of(documents: u32, alternative: &Alternative, number: u16, slot: &Slot) -> Self {
        let common = commonest(slot, alternative);
        let parts = match alternative.reading {
            Reading::Prefix | Reading::Typo => Parts::OfGuess,
            _ => Parts::OfWord,
        };
        let list = |entry: &Entry| {
            let class = entry.df_class().max(common);
            WordList { entry: *entry, parts, worth: Worth::new(documents, alternative, number, slot, class) }
        };
        let books = alternative.entries.iter().map(|entry| u64::from(entry.df())).min();
        Self {
            spans: alternative.spans.max(1),
            lists: alternative.entries.iter().map(list).collect(),
            apart: if alternative.reading == Reading::Infix { alternative.tier } else { Tier::Infix },
            books: books.unwrap_or(0),
        }
    }
}

impl<'a> Lists<'a> {
    /// The lists of these slots; none is read yet.
    pub(crate) fn of(reader: &'a Reader<'a>, slots: &[Slot]) -> Self {
        let documents = reader.manifest.documents;
        let readings = slots.iter().map(|slot| {
            let alternatives = slot.alternatives.iter().enumerate();
            alternatives.map(|(number, one)| Read::of(documents, one, number as u16, slot)).collect()
        });
        Self { reader, readings: readings.collect(), beyond: None, whole: Cell::new(true) }
    }

    /// For which documents lists are read further, where they are.
    pub(crate) fn beyond(&self) -> Option<&DocSet> {
        self.beyond.as_ref()
    }

    /// From now on lists are read further, for these documents.
    pub(crate) fn read_beyond(&mut self, docs: DocSet) {
        self.beyond = Some(docs);
    }

    /// Whether of every list that was looked into all that may count was read.
    pub(crate) fn are_whole(&self) -> bool {
        self.whole.get()
    }

    /// The readings that reach a slot, those of earlier slots first, and how many slots before it they begin.
    fn reaching(&self, place: usize) -> impl Iterator<Item = (usize, &Read)> {
        let before = self.readings.iter().enumerate().take(place + 1);
        before.flat_map(move |(from, read)| {
            read.iter().filter(move |read| from + read.spans > place).map(move |read| (place - from, read))
        })
    }

    /// The documents that have every word.
    pub(crate) fn every(&self) -> Every {
        let books = |place: usize| self.reaching(place).map(|(_, read)| read.books).sum::<u64>();
        let mut places: Vec<(u64, usize)> =
            (0..self.readings.len()).map(|place| (books(place), place)).collect();
        sorting::sort_by(&mut places, Ord::cmp);
        self.whole.set(true);
        let (mut found, mut in_question): (Option<DocSet>, Option<DocSet>) = (None, None);
        for (_, place) in places {
            let were_whole = self.are_whole();
            let mut own = self.none();
            self.reaching(place).for_each(|(_, read)| self.documents(read, found.as_ref(), &mut own));
            found.iter().for_each(|found| own.intersect(found));
            let before = found.replace(own);
            if were_whole && !self.are_whole() {
                in_question = before;
            }
        }
        Every { docs: found.unwrap_or_else(|| self.none()), in_question }
    }

    /// The documents that have any word.
    pub(crate) fn any(&self) -> DocSet {
        let mut found = self.none();
        self.readings.iter().flatten().for_each(|read| self.documents(read, None, &mut found));
        found
    }

    /// What these documents have of each word.
    pub(crate) fn gather(&self, docs: DocSet) -> Gathered {
        let places = Places::of(docs);
        let docs = places.documents();
        let mut words = Vec::with_capacity(self.readings.len());
        for place in 0..self.readings.len() {
            let mut hits = vec![Packed::NONE; docs.len()];
            self.reaching(place).for_each(|(back, read)| self.put(read, back, &places, &mut hits));
            words.push(hits);
        }
        Gathered { docs, words }
    }

    fn none(&self) -> DocSet {
        DocSet::none(self.reader.manifest.documents)
    }

    fn visit(&self, list: &WordList, within: Option<&DocSet>, visit: &mut dyn FnMut(&Unpacked<'_, '_>)) {
        let scope = Scope { within, beyond: self.beyond.as_ref() };
        let extent = self.reader.each(list.entry, list.parts, scope, visit);
        self.whole.set(self.whole.get() && extent.whole);
    }

    /// Puts the documents of a reading into a set: all, or those within another and perhaps others.
    fn documents(&self, read: &Read, within: Option<&DocSet>, into: &mut DocSet) {
        match read.lists.as_slice() {
            [list] => self.on_list(list, within, into),
            lists => self.meet(lists, read.apart, within).iter().for_each(|hit| into.insert(hit.doc)),
        }
    }

    fn on_list(&self, list: &WordList, within: Option<&DocSet>, into: &mut DocSet) {
        // A bit for each field.
        let fields =
            list.worth.by_field.iter().rev().fold(0, |fields, worth| fields << 1 | u8::from(worth.is_some()));
        let counts = |occurrence: u8| fields >> (occurrence >> 5) & 1 == 1;
        self.visit(list, within, &mut |chunk| match chunk.occurrences {
            Column::Same(occurrence) if counts(occurrence) => into.insert_all(chunk.docs),
            Column::Same(_) => {}
            Column::Each(each) => {
                let docs = chunk.docs.iter().zip(each);
                into.insert_where(docs.map(|(doc, occurrence)| (*doc, counts(*occurrence))), chunk.docs);
            }
            Column::Few(few) if few.values().iter().all(|occurrence| counts(*occurrence)) => {
                into.insert_all(chunk.docs);
            }
            Column::Few(few) => {
                let docs = chunk.docs.iter().enumerate();
                into.insert_where(docs.map(|(at, doc)| (*doc, counts(few.get(at)))), chunk.docs);
            }
        });
    }

    /// One hit for each document within a set: the best of its postings.
    fn hits(&self, list: &WordList, within: &DocSet) -> Vec<WordHit> {
        let mut hits: Vec<WordHit> = Vec::new();
        self.visit(list, Some(within), &mut |chunk| {
            let postings = chunk.postings().filter(|posting| within.contains(posting.doc));
            for hit in postings.filter_map(|posting| list.worth.hit(posting)) {
                match hits.last_mut() {
                    Some(last) if last.doc == hit.doc => last.improve(&hit),
                    _ => hits.push(hit),
                }
            }
        });
        hits
    }

    /// The documents that are on all these lists, with scores and covers added up.
    fn meet(&self, lists: &[WordList], apart: Tier, within: Option<&DocSet>) -> Vec<WordHit> {
        let mut shortest_first: Vec<&WordList> = lists.iter().collect();
        sorting::sort_by(&mut shortest_first, |a, b| a.entry.df().cmp(&b.entry.df()));
        let mut both: Option<DocSet> = None;
        for list in shortest_first {
            let mut own = self.none();
            let within = both.as_ref().or(within);
            self.on_list(list, within, &mut own);
            within.into_iter().for_each(|within| own.intersect(within));
            both = Some(own);
        }
        let Some(both) = both else { return Vec::new() };
        let mut each = lists.iter().map(|list| self.hits(list, &both));
        let mut all = each.next().unwrap_or_default();
        for hits in each {
            all = meet(&all, &hits, apart);
        }
        if lists.len() > 1 {
            all.iter_mut().for_each(|hit| hit.score /= lists.len() as u32);
        }
        all
    }

    /// Puts the hits of a reading to the documents in question; `back` slots after the one it begins at.
    fn put(&self, read: &Read, back: usize, places: &Places, into: &mut [Packed]) {
        match read.lists.as_slice() {
            [list] if read.spans == 1 => {
                let scale = Scale::of(&list.worth);
                // Of one word alone all documents are in question, of several few.
                let few = self.readings.len() > 1;
                self.visit(list, Some(places.set()), &mut |chunk| {
                    if few {
                        for (at, doc) in chunk.docs.iter().enumerate() {
                            if let Some(best) = places.place(*doc).and_then(|place| into.get_mut(place)) {
                                best.improve(scale.packed(chunk.occurrences.get(at), chunk.places.get(at)));
                            }
                        }
                        return;
                    }
                    let (mut same_occurrence, mut same_place) = ([0; CHUNK_DOCS], [0; CHUNK_DOCS]);
                    let occurrences = chunk.occurrences.each(&mut same_occurrence);
                    let stands = occurrences.iter().zip(chunk.places.each(&mut same_place));
                    for (doc, (occurrence, stands)) in chunk.docs.iter().zip(stands) {
                        if let Some(best) = places.place(*doc).and_then(|place| into.get_mut(place)) {
                            best.improve(scale.packed(*occurrence, *stands));
                        }
                    }
                });
            }
            lists => {
                let spans = read.spans as u32;
                for hit in self.meet(lists, read.apart, Some(places.set())) {
                    let (score, covers) = (hit.score / spans, hit.covers / spans);
                    let share = WordHit { score, covers, back: back as u8, ..hit };
                    if let Some(best) = places.place(hit.doc).and_then(|place| into.get_mut(place)) {
                        best.improve(Packed::of(&share));
                    }
                }
            }
        }
    }
}

/// Documents on both lists, with scores and covers added up; at best in tier
/// `apart` where one word does not stand right behind the other.
fn meet(a: &[WordHit], b: &[WordHit], apart: Tier) -> Vec<WordHit> {
    let mut out = Vec::with_capacity(a.len().min(b.len()));
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.doc.cmp(&y.doc) {
            std::cmp::Ordering::Less => {
                a.next();
            }
            std::cmp::Ordering::Greater => {
                b.next();
            }
            std::cmp::Ordering::Equal => {
                out.push(WordHit {
                    // Typed as one, they should stand together.
                    tier: if next(x, y) > 0 { x.tier.max(y.tier) } else { apart.max(x.tier.max(y.tier)) },
                    score: x.score + y.score,
                    covers: x.covers + y.covers,
                    place: y.place,
                    field: x.field.min(y.field),
                    ..**x
                });
                a.next();
                b.next();
            }
        }
    }
    out
}
