//! From readings to scored documents.
//!
//! Every list is decoded once; which documents have every word is found out bit
//! by bit, and only those are scored: each word keeps for each of them its best
//! reading. Scores are integers: the same on every machine. `docs/RANKING.md`
//! explains them.

use seoga_index::DocId;
use seoga_index::dictionary::{Entry, df_class};
use seoga_index::manifest::PlacedFiles;
use seoga_index::postings::{Field, MAX_WEIGHT, Posting};

use crate::answer::{Reading, Tier};
use crate::docset::{DocSet, Places};
use crate::preference::Preference;
use crate::reader::Reader;
use crate::request::MAX_REACH;
use crate::resolve::{Alternative, Slot};

#[cfg(feature = "explain")]
pub mod explain;

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

/// A document that has what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) doc: DocId,
    pub(crate) tier: Tier,
    pub(crate) score: u32,
}

/// What the documents in question have of each word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    /// The documents, ascending.
    docs: Vec<DocId>,
    /// By slot, for each of the documents.
    words: Vec<Vec<Option<WordHit>>>,
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

/// Files of a column that are read, for facets or for an order: of other books only the best-placed are told apart.
pub(crate) const COLUMN_FILES: usize = 4;

/// Rarity in half-bits: 2 log2 of (books / books with the word), and 4 more so
/// that no word is worth nothing (inverse document frequency in integers).
fn rarity(documents: u32, df: u32) -> u32 {
    u32::from(df_class(documents).saturating_sub(df_class(df))) + 4
}

/// Every list of every reading of every slot.
#[derive(Debug)]
pub(crate) struct Lists {
    /// By slot and alternative.
    read: Vec<Vec<Read>>,
    documents: u32,
    /// Whether every list was read to its end.
    pub(crate) whole: bool,
}

/// What the lists of one reading say.
#[derive(Debug)]
struct Read {
    /// Words of the query it stands for.
    spans: usize,
    said: Said,
}

#[derive(Debug)]
enum Said {
    /// One list, and what its postings are worth.
    One(Vec<Posting>, Worth),
    /// Several lists that were met, or one that stands for several words.
    Several(Vec<WordHit>),
}

/// What postings of a list are worth by their field; nothing where the word is not asked for there.
#[derive(Debug)]
struct Worth {
    by_field: [Option<(Tier, u32)>; 8],
    alternative: u16,
    penalty: u8,
}

impl Worth {
    fn new(reader: &Reader<'_>, alternative: &Alternative, number: u16, slot: &Slot, df: u32) -> Self {
        let rarity = rarity(reader.manifest.documents, df);
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

    #[inline]
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

    /// One hit for each document: the best of its postings.
    fn hits(&self, postings: &[Posting]) -> Vec<WordHit> {
        let mut hits: Vec<WordHit> = Vec::with_capacity(postings.len());
        for hit in postings.iter().filter_map(|posting| self.hit(*posting)) {
            match hits.last_mut() {
                Some(last) if last.doc == hit.doc => last.improve(&hit),
                _ => hits.push(hit),
            }
        }
        hits
    }
}

impl WordHit {
    /// Becomes another reading of the same document, if that is the better one.
    #[inline]
    fn improve(&mut self, other: &WordHit) {
        let better = other.tier.cmp(&self.tier).then(other.penalty.cmp(&self.penalty));
        if better.then(self.score.cmp(&other.score)).is_lt() {
            *self = *other;
        }
    }
}

impl Read {
    fn of(reader: &Reader<'_>, alternative: &Alternative, number: u16, slot: &Slot) -> (Self, bool) {
        let common = commonest(slot, alternative);
        let spans = alternative.spans.max(1);
        let mut whole = true;
        let mut lists = alternative.entries.iter().map(|entry| {
            let list = reader.list(*entry);
            whole &= list.whole;
            (Worth::new(reader, alternative, number, slot, list.df.max(common)), list.postings)
        });
        let said = match (lists.next(), alternative.entries.len()) {
            (Some((worth, postings)), 1) if spans == 1 => Said::One(postings, worth),
            (first, parts) => {
                let apart =
                    if alternative.reading == Reading::Infix { alternative.tier } else { Tier::Infix };
                let mut all = first.map(|(worth, postings)| worth.hits(&postings)).unwrap_or_default();
                for (worth, postings) in lists {
                    all = meet(&all, &worth.hits(&postings), apart);
                }
                if parts > 1 {
                    all.iter_mut().for_each(|hit| hit.score /= parts as u32);
                }
                Said::Several(all)
            }
        };
        (Self { spans, said }, whole)
    }

    /// Puts its documents into a set.
    fn documents(&self, into: &mut DocSet) {
        match &self.said {
            Said::One(postings, worth) if worth.by_field.iter().all(Option::is_some) => {
                postings.iter().for_each(|posting| into.insert(posting.doc));
            }
            Said::One(postings, worth) => {
                postings
                    .iter()
                    .filter_map(|posting| worth.hit(*posting))
                    .for_each(|hit| into.insert(hit.doc));
            }
            Said::Several(hits) => hits.iter().for_each(|hit| into.insert(hit.doc)),
        }
    }

    /// Puts its hits to the documents in question; `back` slots after the one it begins at.
    fn put(&self, back: usize, places: &Places, into: &mut [Option<WordHit>]) {
        let mut put = |doc: DocId, hit: &dyn Fn() -> Option<WordHit>| {
            let Some(slot) = places.place(doc).and_then(|place| into.get_mut(place)) else { return };
            let Some(hit) = hit() else { return };
            match slot {
                Some(best) => best.improve(&hit),
                None => *slot = Some(hit),
            }
        };
        match &self.said {
            Said::One(postings, worth) => {
                postings.iter().for_each(|posting| put(posting.doc, &|| worth.hit(*posting)));
            }
            Said::Several(hits) => {
                let spans = self.spans as u32;
                let share = |hit: &WordHit| WordHit {
                    score: hit.score / spans,
                    covers: hit.covers / spans,
                    back: back as u8,
                    ..*hit
                };
                hits.iter().for_each(|hit| put(hit.doc, &|| Some(share(hit))));
            }
        }
    }
}

impl Lists {
    /// Reads them.
    pub(crate) fn read(reader: &Reader<'_>, slots: &[Slot]) -> Self {
        let mut whole = true;
        let mut of = |slot: &Slot, (number, alternative): (usize, &Alternative)| {
            let (read, all) = Read::of(reader, alternative, number as u16, slot);
            whole &= all;
            read
        };
        let read =
            slots.iter().map(|slot| slot.alternatives.iter().enumerate().map(|one| of(slot, one)).collect());
        Self { read: read.collect(), documents: reader.manifest.documents, whole }
    }

    /// The readings that reach a slot, those of earlier slots first, and how many slots before it they begin.
    fn reaching(&self, place: usize) -> impl Iterator<Item = (usize, &Read)> {
        let before = self.read.iter().enumerate().take(place + 1);
        before.flat_map(move |(from, read)| {
            read.iter().filter(move |read| from + read.spans > place).map(move |read| (place - from, read))
        })
    }

    /// The documents that have every word, or any.
    pub(crate) fn documents(&self, every: bool) -> DocSet {
        let mut found: Option<DocSet> = None;
        for place in 0..self.read.len() {
            let mut own = DocSet::none(self.documents);
            self.reaching(place).for_each(|(_, read)| read.documents(&mut own));
            match &mut found {
                None => found = Some(own),
                Some(found) if every => found.intersect(&own),
                Some(found) => found.unite(&own),
            }
        }
        found.unwrap_or_else(|| DocSet::none(self.documents))
    }

    /// What these documents have of each word.
    pub(crate) fn gather(&self, docs: DocSet) -> Gathered {
        let places = Places::of(docs);
        let docs = places.documents();
        let mut words = Vec::with_capacity(self.read.len());
        for place in 0..self.read.len() {
            let mut hits = vec![None; docs.len()];
            self.reaching(place).for_each(|(back, read)| read.put(back, &places, &mut hits));
            words.push(hits);
        }
        Gathered { docs, words }
    }
}

/// Books of the commonest word that was guessed in the same way: of several
/// guesses the rare one is not the better one, so all count as that common.
fn commonest(slot: &Slot, of: &Alternative) -> u32 {
    if matches!(of.reading, Reading::Exact | Reading::Joined | Reading::Split) {
        return 0;
    }
    let same =
        slot.alternatives.iter().filter(|other| other.reading == of.reading && other.entries.len() == 1);
    let most = same.flat_map(|other| &other.entries).map(Entry::df).max().unwrap_or(0);
    // What is still being typed is less of a guess: a rarer word may be meant.
    if of.reading == Reading::Prefix { most / 4 } else { most }
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
    pub(crate) fn hits(&self) -> impl Iterator<Item = (usize, &WordHit)> {
        let slots = self.words.iter().enumerate();
        slots.flat_map(|(place, words)| words.iter().flatten().map(move |hit| (place, hit)))
    }

    /// The documents that have every word, ascending.
    pub(crate) fn all_words(&self, preference: &Preference) -> Vec<Ranked> {
        let ranked = self.docs.iter().enumerate().filter_map(|(at, doc)| self.ranked(at, *doc));
        let mut ranked: Vec<Ranked> = ranked.collect();
        preference.raise(&mut ranked);
        ranked
    }

    /// The rank of one of the documents, if it has every word.
    fn ranked(&self, at: usize, doc: DocId) -> Option<Ranked> {
        let mut hit = Ranked { doc, tier: Tier::Exact, score: 0 };
        let (mut covers, mut starts, mut neighbours, mut in_a_row) = (0, false, 0, self.words.len() > 1);
        let mut before: Option<&WordHit> = None;
        for words in &self.words {
            let word = words.get(at)?.as_ref()?;
            hit.tier = hit.tier.max(word.tier);
            hit.score += word.score;
            covers += word.covers;
            match before {
                None => starts = word.field == Field::TitleStart && word.place <= 1,
                Some(before) => {
                    let worth = next(before, word);
                    neighbours += worth;
                    in_a_row &= worth > 0;
                }
            }
            before = Some(word);
        }
        let placed = u32::from(starts) * START_WORTH + neighbours;
        hit.score += covers.min(MAX_WEIGHT.into()) * COVER_WORTH + placed * typing(hit.tier);
        hit.score += u32::from(in_a_row) * ROW_WORTH;
        Some(hit)
    }

    /// Books with a title that begins with all that was typed so far (`docs`,
    /// ascending): that is what is being typed. Several words in a row are as
    /// good as typed in full; one alone is the beginning of a word.
    pub(crate) fn raise_beginnings(&self, ranked: &mut Vec<Ranked>, docs: &[DocId], preference: &Preference) {
        let tier = if self.words.len() > 1 { Tier::Exact } else { Tier::Prefix };
        let mut added = Vec::new();
        for doc in docs {
            let found = ranked.binary_search_by_key(doc, |hit| hit.doc).ok();
            if let Some(hit) = found.and_then(|at| ranked.get_mut(at)) {
                hit.tier = tier.min(hit.tier);
                hit.score += BEGINNING_WORTH;
                continue;
            }
            let words = (0..self.words.len()).filter_map(|place| self.of(place, *doc));
            let words = words.map(|word| word.score).sum::<u32>();
            added.push(Ranked { doc: *doc, tier, score: BEGINNING_WORTH + words + preference.points(*doc) });
        }
        ranked.extend(added);
    }

    /// The documents that have at least half of the words, most words first.
    /// Only direct readings count, so that a mash of keys finds nothing.
    pub(crate) fn some_words(&self, preference: &Preference) -> Vec<Ranked> {
        let needed = self.words.len().div_ceil(2).max(1) as u32;
        let some = |(at, doc): (usize, &DocId)| {
            let words = self.words.iter().filter_map(|words| words.get(at)?.as_ref());
            let direct = words.filter(|hit| hit.tier <= Tier::Form);
            let (count, score) = direct.fold((0, 0), |(count, score), hit| (count + 1, score + hit.score));
            let ranked = Ranked { doc: *doc, tier: Tier::Partial, score: score + 1000 * count };
            (count >= needed).then_some(ranked)
        };
        let mut ranked: Vec<Ranked> = self.docs.iter().enumerate().filter_map(some).collect();
        preference.raise(&mut ranked);
        ranked
    }

    /// How a document has a word.
    pub(crate) fn of(&self, place: usize, doc: DocId) -> Option<&WordHit> {
        let at = self.docs.binary_search(&doc).ok()?;
        self.words.get(place)?.get(at)?.as_ref()
    }
}

/// Best first: tier, score, then the likelier book.
fn better_first(a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    a.tier.cmp(&b.tier).then(b.score.cmp(&a.score)).then(a.doc.cmp(&b.doc))
}

/// Puts the best first, as far as an answer can tell: as many as paging reaches, and those in as many columns' files as
/// are read. Behind them the others, in no order.
pub(crate) fn sort(ranked: &mut [Ranked], columns: &PlacedFiles) {
    let reach = MAX_REACH as usize;
    if ranked.len() > 2 * reach {
        ranked.select_nth_unstable_by(reach, better_first);
        let (head, _) = ranked.split_at_mut(reach);
        head.sort_unstable_by(better_first);
        let mut files = Vec::new();
        for file in head.iter().filter_map(|hit| columns.find(hit.doc.into())) {
            if !files.contains(&file) {
                files.push(file);
            }
            if files.len() == COLUMN_FILES {
                return;
            }
        }
    }
    ranked.sort_unstable_by(better_first);
}
