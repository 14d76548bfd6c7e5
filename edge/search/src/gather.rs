//! From readings to scored documents.
//!
//! First which documents have every word, bit by bit, the rarest word first: of the lists of the others only what
//! may hold one of those is read. Then each word keeps for each of these documents its best reading. Scores are
//! integers: the same on every machine. `docs/RANKING.md` explains them.

use std::cell::Cell;

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::postings::{CHUNK_DOCS, Column, Field, MAX_WEIGHT, Posting, Unpacked};

use crate::answer::{Reading, Tier};
use crate::docset::{DocSet, Places};
use crate::order;
use crate::preference::Preference;
use crate::ranked::Ranked;
use crate::reader::{Parts, Reader, Scope};
use crate::resolve::{Alternative, Slot};

#[cfg(feature = "explain")]
pub mod explain;
mod packed;

use packed::{Packed, Scale};

/// A document that has a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordHit {
    pub(crate) doc: DocId,
    pub(crate) tier: Tier,
    pub(crate) score: u32,
    /// 31sts of the title that the word covers.
    pub(crate) covers: u32,
    pub(crate) field: Field,
    /// Which word of the title it is, from 1; 0 unknown.
    pub(crate) place: u8,
    /// The reading, as its place among the slot's alternatives.
    pub(crate) alternative: u16,
    /// Percent taken off the reading's score: the plainer reading of a document wins.
    pub(crate) penalty: u8,
    /// How many slots before this one the reading began (a joined word).
    pub(crate) back: u8,
}

/// What the documents in question have of each word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    /// The documents, ascending.
    docs: Vec<DocId>,
    /// By slot, for each of the documents.
    words: Vec<Vec<Packed>>,
}

/// What a hit in a field is worth, in sixteenths of the word's rarity.
fn field_worth(field: Field) -> u32 {
    match field {
        Field::TitleStart | Field::Title => 16,
        Field::TitleJoined => 15,
        Field::TitlePart => 12,
        Field::Author => 14,
        Field::Publisher => 9,
        Field::Keyword => 5,
        Field::ClassName => 1,
    }
}

/// What covering all of a title is worth, in 31sts.
const COVER_WORTH: u32 = 8;
/// What standing first in a title is worth for the first word asked.
const START_WORTH: u32 = 60;
/// How many times more start and neighbours count where the last word is still
/// being typed: people then mostly type a title from its beginning.
const TYPING: u32 = 3;
/// What standing right behind the word asked before is worth.
const NEXT_WORTH: u32 = 40;
/// What all words standing in a row, in the order asked, is worth.
const ROW_WORTH: u32 = 150;
/// What a title is worth that begins with all that was typed.
const BEGINNING_WORTH: u32 = 150;
/// What a keyword at the head of its list is worth more than one at its end.
const KEYWORD_WORTH: u32 = 1;

/// Rarity in half-bits: 2 log2 of (books / books with the word, told by their class), and 4 more so
/// that no word is worth nothing (inverse document frequency in integers).
fn rarity(documents: u32, class: u8) -> u32 {
    u32::from(df_class(documents).saturating_sub(class)) + 4
}

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

/// What postings of a list are worth by their field; nothing where the word is not asked for there.
#[derive(Debug)]
struct Worth {
    by_field: [Option<(Tier, u32)>; 8],
    alternative: u16,
    penalty: u8,
}

impl Worth {
    fn new(documents: u32, alternative: &Alternative, number: u16, slot: &Slot, class: u8) -> Self {
        let rarity = rarity(documents, class);
        let of = |field: Field| {
            if alternative.reading != Reading::Infix && !slot.fields.has(field) {
                return None;
            }
            let tier = match field {
                // A keyword is somebody's judgement, not the book's own word.
                Field::TitlePart | Field::Keyword | Field::ClassName => alternative.tier.max(Tier::Form),
                _ => alternative.tier,
            };
            Some((tier, rarity * field_worth(field) * (100 - alternative.penalty.min(90)) / 100))
        };
        Self {
            by_field: Field::ALL.map(of),
            alternative: number,
            penalty: alternative.penalty.min(100) as u8,
        }
    }

    fn hit(&self, posting: Posting) -> Option<WordHit> {
        let field = posting.field();
        let (tier, score) = (*self.by_field.get(field as usize)?)?;
        let weight = u32::from(posting.weight());
        Some(WordHit {
            doc: posting.doc,
            tier,
            score: if field == Field::Keyword { score + weight * KEYWORD_WORTH } else { score },
            covers: if field.is_title() { weight } else { 0 },
            field,
            place: posting.place(),
            alternative: self.alternative,
            penalty: self.penalty,
            back: 0,
        })
    }
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
        order::sort_by(&mut places, Ord::cmp);
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
        order::sort_by(&mut shortest_first, |a, b| a.entry.df().cmp(&b.entry.df()));
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

impl WordHit {
    /// Becomes another reading of the same document, if that is the better one.
    fn improve(&mut self, other: &WordHit) {
        let better = other.tier.cmp(&self.tier).then(other.penalty.cmp(&self.penalty));
        if better.then(self.score.cmp(&other.score)).is_lt() {
            *self = *other;
        }
    }
}

/// How common the commonest word is that was guessed in the same way, as a class of books: of several
/// guesses the rare one is not the better one, so all count as that common.
fn commonest(slot: &Slot, of: &Alternative) -> u8 {
    if matches!(of.reading, Reading::Exact | Reading::Joined | Reading::Split) {
        return 0;
    }
    let same =
        slot.alternatives.iter().filter(|other| other.reading == of.reading && other.entries.len() == 1);
    let most = same.flat_map(|other| &other.entries).map(Entry::df).max().unwrap_or(0);
    // What is still being typed is less of a guess: a rarer word may be meant.
    df_class(if of.reading == Reading::Prefix { most / 4 } else { most })
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

/// What the words' share of the title, standing first in it and standing in a row are worth.
#[inline]
fn of_title(tier: Tier, covers: u32, starts: bool, neighbours: u32) -> u32 {
    let placed = u32::from(starts) * START_WORTH + neighbours;
    covers.min(MAX_WEIGHT.into()) * COVER_WORTH + placed * typing(tier)
}

/// Whether a title begins so.
#[inline]
fn is_start(field: Field, place: u8) -> bool {
    field == Field::TitleStart && place <= 1
}

fn typing(tier: Tier) -> u32 {
    if tier == Tier::Prefix { TYPING } else { 1 }
}

/// What `b` standing right behind `a` in the title is worth. Parts of one run
/// have the same place.
fn next(a: &WordHit, b: &WordHit) -> u32 {
    let near = a.place > 0 && (a.place..=a.place.saturating_add(1)).contains(&b.place);
    if near && a.field.is_title() && b.field.is_title() { NEXT_WORTH } else { 0 }
}

impl Gathered {
    /// What the documents have of each word of the query, slot by slot.
    pub(crate) fn hits(&self) -> impl Iterator<Item = (usize, WordHit)> {
        let slots = self.words.iter().enumerate();
        slots.flat_map(|(place, words)| {
            let docs = self.docs.iter().zip(words);
            docs.filter_map(move |(doc, word)| Some((place, word.hit(*doc)?)))
        })
    }

    /// The documents that have every word, ascending.
    pub(crate) fn all_words(&self, preference: &Preference) -> Vec<Ranked> {
        let mut ranked = Vec::with_capacity(self.docs.len());
        match self.words.as_slice() {
            [word] => ranked.extend(self.docs.iter().zip(word).filter_map(|(doc, word)| word.alone(*doc))),
            _ => ranked.extend(self.docs.iter().enumerate().filter_map(|(at, doc)| self.ranked(at, *doc))),
        }
        preference.raise(&mut ranked);
        ranked
    }

    /// The rank of one of the documents, if it has every word.
    fn ranked(&self, at: usize, doc: DocId) -> Option<Ranked> {
        let (mut tier, mut score) = (Tier::Exact, 0);
        let (mut covers, mut starts, mut neighbours, mut in_a_row) = (0, false, 0, self.words.len() > 1);
        let mut before: Option<WordHit> = None;
        for words in &self.words {
            let word = words.get(at)?.hit(doc)?;
            tier = tier.max(word.tier);
            score += word.score;
            covers += word.covers;
            match &before {
                None => starts = is_start(word.field, word.place),
                Some(before) => {
                    let worth = next(before, &word);
                    neighbours += worth;
                    in_a_row &= worth > 0;
                }
            }
            before = Some(word);
        }
        score += of_title(tier, covers, starts, neighbours) + u32::from(in_a_row) * ROW_WORTH;
        Some(Ranked::new(doc, tier, score))
    }

    /// Books with a title that begins with all that was typed so far (`docs`,
    /// ascending): that is what is being typed. Several words in a row are as
    /// good as typed in full; one alone is the beginning of a word.
    pub(crate) fn raise_beginnings(&self, ranked: &mut Vec<Ranked>, docs: &[DocId], preference: &Preference) {
        let tier = if self.words.len() > 1 { Tier::Exact } else { Tier::Prefix };
        let mut added = Vec::new();
        for doc in docs {
            let found = ranked.binary_search_by_key(doc, |hit| hit.doc()).ok();
            if let Some(hit) = found.and_then(|at| ranked.get_mut(at)) {
                *hit = Ranked::new(*doc, tier.min(hit.tier()), hit.score() + BEGINNING_WORTH);
                continue;
            }
            let words = (0..self.words.len()).filter_map(|place| self.of(place, *doc));
            let words = words.map(|word| word.score).sum::<u32>();
            added.push(Ranked::new(*doc, tier, BEGINNING_WORTH + words + preference.points(*doc)));
        }
        ranked.extend(added);
    }

    /// The documents that have at least half of the words, most words first.
    /// Only direct readings count, so that a mash of keys finds nothing.
    pub(crate) fn some_words(&self, preference: &Preference) -> Vec<Ranked> {
        let needed = self.words.len().div_ceil(2).max(1) as u32;
        let some = |(at, doc): (usize, &DocId)| {
            let words = self.words.iter().filter_map(|words| words.get(at)?.hit(*doc));
            let direct = words.filter(|hit| hit.tier <= Tier::Form);
            let (count, score) = direct.fold((0, 0), |(count, score), hit| (count + 1, score + hit.score));
            (count >= needed).then(|| Ranked::new(*doc, Tier::Partial, score + 1000 * count))
        };
        let mut ranked: Vec<Ranked> = self.docs.iter().enumerate().filter_map(some).collect();
        preference.raise(&mut ranked);
        ranked
    }

    /// How a document has a word.
    pub(crate) fn of(&self, place: usize, doc: DocId) -> Option<WordHit> {
        let at = self.docs.binary_search(&doc).ok()?;
        self.words.get(place)?.get(at)?.hit(doc)
    }
}
