//! Related words: what else to ask, which books to add to a poor answer, and
//! the order of the earlier service's `/predict`.
//!
//! The words near a word come with its postings list; the table of words gives
//! their texts and their lists (`seoga_index::related`). Not where nearness
//! comes from: the builder's `compile::related`. `docs/RANKING.md` explains the
//! figures. Invariant: what is added here stands below every other hit and moves
//! none, and a word that the index does not know adds nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::after_prefix;
use seoga_index::postings::{Field, PART_POSTINGS};
use seoga_index::related::{Neighbour, Neighbours, table_key, word_of};
use seoga_text::keys;

use crate::answer::{Reading, Tier};
use crate::docset::{DocSet, Places};
use crate::reader::Reader;
use crate::search::expansion::{Alternative, Slot};
use crate::search::intersect::Lists;
use crate::search::query::Fields;
use crate::search::score::Gathered;
use crate::search::top_k::{Ranked, sort};
use crate::sorting;

/// An answer with fewer direct hits is poor: it gets books with related words.
pub(crate) const POOR: usize = 10;
/// Books added to a poor answer.
pub(crate) const ADDED: usize = 50;
/// Related words told.
const TOLD: usize = 8;
/// A query of more words names a book; related words would only distract.
const MOST_WORDS: usize = 3;
/// Lists of related words read for a poor answer, over all words of the query.
const LISTS: usize = 8;
/// The same for the order by topics.
const TOPIC_LISTS: usize = 48;
/// Files of lists (of a large index fewer), and files of the table, that related words are read from.
const LIST_FILES: usize = 6;
const TABLE_FILES: usize = 2;
/// What a word itself is worth, against the nearness of related ones (255 at most each).
pub(crate) const ITSELF: u32 = 4096;

/// The words near those of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Near {
    /// Numbers of the words asked.
    own: BTreeSet<u16>,
    /// For each word of the query those near it, nearest first.
    words: Vec<Vec<Neighbour>>,
}

/// A related word with its books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelatedWord {
    /// Which word of the query it is near to.
    pub(crate) of: usize,
    pub(crate) text: String,
    pub(crate) score: u8,
    number: u16,
    /// Its books, ascending, with the strongest field.
    books: Vec<(DocId, Field)>,
}

impl Near {
    /// Finds the words near those of a query; `best` is the likeliest hit, whose
    /// readings count for words that were not read as typed.
    pub(crate) fn of(reader: &Reader<'_>, slots: &[Slot], gathered: &Gathered, best: Option<DocId>) -> Self {
        let mut near = Near { own: BTreeSet::new(), words: vec![Vec::new(); slots.len()] };
        for (place, slot) in slots.iter().enumerate() {
            if ![Fields::DIRECT, Fields::ALL, Fields::TITLE].contains(&slot.fields) {
                continue;
            }
            let mut found = false;
            for alternative in slot.alternatives.iter().filter(|alternative| is_plain(alternative)) {
                found |= near.take_in(reader, alternative, place);
            }
            let read = best.and_then(|doc| gathered.of(place, doc)).filter(|hit| !found && hit.back == 0);
            if let Some(alternative) =
                read.and_then(|hit| slot.alternatives.get(usize::from(hit.alternative)))
            {
                near.take_in(reader, alternative, place);
            }
        }
        for words in &mut near.words {
            words.retain(|neighbour| !near.own.contains(&neighbour.number));
            // Of several readings of a word the nearest counts.
            sorting::sort_by(words, |a, b| a.number.cmp(&b.number).then(b.score.cmp(&a.score)));
            words.dedup_by_key(|neighbour| neighbour.number);
            nearest_first(words);
        }
        near
    }

    /// Notes what the lists of a reading say; whether they say anything.
    fn take_in(&mut self, reader: &Reader<'_>, alternative: &Alternative, place: usize) -> bool {
        let mut found = false;
        for value in alternative.entries.iter().filter_map(|entry| reader.value(*entry)) {
            let Neighbours { own, near } = Neighbours::decode(&value);
            self.own.extend(own);
            found |= !near.is_empty();
            for words in self.words.iter_mut().skip(place).take(alternative.spans.max(1)) {
                words.extend(&near);
            }
        }
        found
    }

    /// Whether the query is one of topics, and some word is related to it.
    pub(crate) fn is_of_topics(&self) -> bool {
        self.words.len() <= MOST_WORDS && self.words.iter().any(|words| !words.is_empty())
    }

    /// What else to ask: the words nearest to the whole query.
    pub(crate) fn told(&self, reader: &Reader<'_>) -> Vec<String> {
        self.nearest(reader).into_iter().map(|(word, _)| word).collect()
    }

    /// The words told with the sums of their nearness to the words of the query.
    pub(crate) fn nearest(&self, reader: &Reader<'_>) -> Vec<(String, u32)> {
        if !self.is_of_topics() {
            return Vec::new();
        }
        let mut sums: BTreeMap<u16, u32> = BTreeMap::new();
        for neighbour in self.words.iter().flatten() {
            *sums.entry(neighbour.number).or_default() += u32::from(neighbour.score);
        }
        let mut sums: Vec<(u16, u32)> = sums.into_iter().collect();
        sorting::sort_by(&mut sums, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let table = Table::new(reader);
        let told = sums.iter().filter_map(|(number, sum)| Some((table.row(*number)?.0, *sum)));
        told.take(TOLD).collect()
    }

    /// Looks related words and their books up, at most `most` of them, every
    /// word of the query having its share.
    pub(crate) fn books(&self, reader: &Reader<'_>, most: usize) -> Vec<RelatedWord> {
        let share = most.div_ceil(self.words.len().max(1));
        let table = Table::new(reader);
        let mut files = BTreeSet::new();
        let mut found = Vec::new();
        for (of, words) in self.words.iter().enumerate() {
            for neighbour in words.iter().take(share) {
                let Some((text, entry)) = table.row(neighbour.number) else { continue };
                if !is_within(reader, entry, &mut files) {
                    continue;
                }
                let mut books: Vec<(DocId, Field)> = Vec::new();
                for posting in reader.list(entry).postings {
                    let field = posting.field();
                    if !(field.is_title() || field == Field::Keyword) {
                        continue;
                    }
                    match books.last_mut() {
                        Some((doc, strongest)) if *doc == posting.doc => *strongest = field.max(*strongest),
                        _ => books.push((posting.doc, field)),
                    }
                }
                let Neighbour { number, score } = *neighbour;
                found.push(RelatedWord { of, text, score, number, books });
            }
        }
        found
    }

    /// The related words and the books for an answer with few hits: every word of
    /// the query is met by itself or by a related one. Best first: more words met
    /// by themselves, then more and nearer related ones, then the likelier book.
    /// Books in `direct` are left out. Also what all these books and `direct` have of the words asked.
    pub(crate) fn widen(
        &self,
        reader: &Reader<'_>,
        lists: &Lists<'_>,
        direct: &[DocId],
    ) -> (Vec<RelatedWord>, Vec<Ranked>, Gathered) {
        let words = self.books(reader, LISTS);
        let mut docs = DocSet::none(reader.manifest.documents);
        words.iter().flat_map(|word| &word.books).for_each(|(doc, _)| docs.insert(*doc));
        let mut in_question = docs.clone();
        in_question.insert_all(direct);
        let gathered = lists.gather(in_question);
        let places = Places::of(docs);
        let docs = places.documents();
        let mut worths = vec![[0u32; MOST_WORDS]; docs.len()];
        let mut raise = |doc: DocId, of: usize, worth: &dyn Fn(u32) -> u32| {
            let of_doc = places.place(doc).and_then(|place| worths.get_mut(place));
            if let Some(worth_of) = of_doc.and_then(|worths| worths.get_mut(of)) {
                *worth_of = worth(*worth_of);
            }
        };
        for word in &words {
            word.books
                .iter()
                .for_each(|(doc, _)| raise(*doc, word.of, &|worth| worth + u32::from(word.score)));
        }
        for (place, hit) in gathered.hits().filter(|(_, hit)| hit.tier <= Tier::Form) {
            raise(hit.doc, place, &|_| ITSELF);
        }
        let asked = self.words.len();
        let met = |(doc, worths): (&DocId, &[u32; MOST_WORDS])| {
            let met = worths.iter().take(asked).all(|worth| *worth > 0) && !direct.contains(doc);
            met.then(|| Ranked::new(*doc, Tier::Related, worths.iter().sum()))
        };
        let mut added: Vec<Ranked> = docs.iter().zip(&worths).filter_map(met).collect();
        sort(&mut added, &reader.manifest.directory.facets);
        added.truncate(ADDED);
        (words, added, gathered)
    }

    /// Books in the order of the earlier service: three for each word asked that
    /// is a book's keyword or in its title, one for each related word. Ties: by
    /// the score of the words asked, then the likelier book. Related words count
    /// only where `plain`: no word had to be looked up widely, which takes rounds.
    pub(crate) fn by_topics(&self, reader: &Reader<'_>, gathered: &Gathered, plain: bool) -> Vec<Ranked> {
        const SHIFT: u32 = 1 << 16;
        let mut scores: BTreeMap<DocId, u32> = BTreeMap::new();
        for (_, hit) in gathered.hits() {
            let direct = hit.tier <= Tier::Form && (hit.field.is_title() || hit.field == Field::Keyword);
            if direct {
                *scores.entry(hit.doc).or_default() += 3 * SHIFT + hit.score.min(SHIFT >> 5);
            }
        }
        let mut told = BTreeSet::new();
        for word in if plain { self.books(reader, TOPIC_LISTS) } else { Vec::new() } {
            if told.insert(word.number) {
                for (doc, _) in word.books {
                    *scores.entry(doc).or_default() += SHIFT;
                }
            }
        }
        let ranked = scores.into_iter().map(|(doc, score)| Ranked::new(doc, Tier::Related, score));
        let mut ranked: Vec<Ranked> = ranked.collect();
        sort(&mut ranked, &reader.manifest.directory.facets);
        ranked
    }
}

impl RelatedWord {
    /// Where a book has the word.
    pub(crate) fn field_in(&self, doc: DocId) -> Option<Field> {
        let at = self.books.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        self.books.get(at).map(|(_, field)| *field)
    }
}

/// A reading of what was typed, not a guess at it.
fn is_plain(alternative: &Alternative) -> bool {
    let plain = matches!(
        alternative.reading,
        Reading::Exact | Reading::Synonym | Reading::Form | Reading::Joined | Reading::Split
    );
    plain && alternative.tier <= Tier::Form
}

fn nearest_first(words: &mut [Neighbour]) {
    sorting::sort_by(words, |a, b| b.score.cmp(&a.score).then(a.number.cmp(&b.number)));
}

/// Notes the file of a list, unless too many were noted or the list is a very
/// long one: what so many books have says little of any.
fn is_within(reader: &Reader<'_>, entry: Entry, files: &mut BTreeSet<u32>) -> bool {
    let Entry::List { address, .. } = entry else { return true };
    if entry.df() > PART_POSTINGS {
        return false;
    }
    let Some((number, _)) = reader.manifest.directory.postings.find(address) else { return false };
    files.contains(&number) || files.len() < reader.files_at_most(LIST_FILES) && files.insert(number)
}

/// The table of words by number, as far as few of its files tell.
struct Table<'r, 'a> {
    reader: &'r Reader<'a>,
    files: RefCell<BTreeSet<u32>>,
}

impl<'r, 'a> Table<'r, 'a> {
    fn new(reader: &'r Reader<'a>) -> Self {
        Self { reader, files: RefCell::default() }
    }

    /// A word's text and its list.
    fn row(&self, number: u16) -> Option<(String, Entry)> {
        let from = table_key(number);
        let to = after_prefix(&from);
        {
            let mut files = self.files.borrow_mut();
            let wanted = self.reader.manifest.directory.dictionary.between(&from, to.as_deref());
            let more = wanted.clone().filter(|file| !files.contains(file)).count();
            if files.len() + more > TABLE_FILES {
                return None;
            }
            files.extend(wanted);
        }
        let mut row = None;
        self.reader.range(&from, to.as_deref(), TABLE_FILES, &mut |key, entry| {
            row = word_of(key).map(|word| (keys::decode(word), entry));
            false
        });
        row
    }
}
