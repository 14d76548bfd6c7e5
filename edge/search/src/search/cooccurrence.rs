//! Keyword co-occurrence: related terms to suggest, books to add to a poor
//! answer, and the order of the earlier service's `/predict`.
//!
//! The neighbours of a term come with its posting list; the table of words gives
//! their texts and their lists (`seoga_index::related`). Not where nearness
//! comes from: the builder's `compile::related`. `docs/RANKING.md` explains the
//! figures. Invariant: what is added here stands below every other hit and moves
//! none, and a word that the index does not know adds nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use seoga_index::DocId;
use seoga_index::dictionary::Entry;
use seoga_index::key::after_prefix;
use seoga_index::postings::{Field, is_long};
use seoga_index::related::{Neighbour, Neighbours, table_key, word_of};
use seoga_text::keys;

use crate::answer::{ExpansionKind, Tier};
use crate::docset::{DocSet, Gathering};
use crate::reader::Reader;
use crate::search::expansion::{Expansion, QueryTerm};
use crate::search::intersect::PostingLists;
use crate::search::query::Fields;
use crate::search::score::TermMatches;
use crate::search::top_k::{ScoredDoc, select_top};
use seoga_text::sorting;

/// Direct hits below which an answer is poor: it gets books with related terms.
pub(crate) const POOR: usize = 10;
/// Books added to a poor answer.
pub(crate) const ADDED: usize = 50;
/// Related terms suggested.
const SUGGESTED: usize = 8;
/// Terms of a query beyond which it names a book; related terms would only distract.
const MOST_WORDS: usize = 3;
/// Lists of related terms read for a poor answer, over all terms of the query.
pub(crate) const LISTS: usize = 8;
/// Lists of related terms read for the order by co-occurrence.
const COOCCURRENCE_LISTS: usize = 48;
/// Files of lists (of a large index fewer), and files of the table, that related words are read from.
const LIST_FILES: usize = 6;
const TABLE_FILES: usize = 2;
/// Points of a term itself, against the nearness of related ones (255 at most each).
pub(crate) const ITSELF: u32 = 4096;

/// The terms that co-occur with those of a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RelatedTerms {
    /// Numbers of the query's own words.
    own: BTreeSet<u16>,
    /// For each term of the query its neighbours, nearest first.
    words: Vec<Vec<Neighbour>>,
    /// Of each term whether it frames the question: a book need not match it.
    framing: Vec<bool>,
}

/// A related term with its books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelatedTerm {
    /// The term of the query that it is near to.
    pub(crate) of: usize,
    pub(crate) text: String,
    pub(crate) score: u8,
    number: u16,
    /// Its books, ascending, with the strongest field.
    books: Vec<(DocId, Field)>,
}

impl RelatedTerms {
    /// Finds the neighbours of a query's terms; `best` is the likeliest hit, whose
    /// expansions count for terms that have no plain one.
    pub(crate) fn new(
        reader: &Reader<'_>,
        terms: &[QueryTerm],
        matches: &TermMatches,
        best: Option<DocId>,
    ) -> Self {
        let framing = terms.iter().map(|term| term.framing).collect();
        let mut near = RelatedTerms { own: BTreeSet::new(), words: vec![Vec::new(); terms.len()], framing };
        for (place, term) in terms.iter().enumerate() {
            if term.framing || ![Fields::ALL, Fields::TITLE].contains(&term.fields) {
                continue;
            }
            let mut found = false;
            for expansion in term.expansions.iter().filter(|expansion| is_plain(expansion)) {
                found |= near.add_neighbours(reader, expansion, place);
            }
            let read = best.and_then(|doc| matches.get(place, doc)).filter(|hit| !found && hit.back == 0);
            if let Some(expansion) = read.and_then(|hit| term.expansions.get(usize::from(hit.expansion))) {
                near.add_neighbours(reader, expansion, place);
            }
        }
        for words in &mut near.words {
            words.retain(|neighbour| !near.own.contains(&neighbour.number));
            // Of several expansions of a term the nearest counts.
            sorting::sort_by(words, |a, b| a.number.cmp(&b.number).then(b.score.cmp(&a.score)));
            words.dedup_by_key(|neighbour| neighbour.number);
            nearest_first(words);
        }
        near
    }

    /// Adds the neighbours of an expansion; true when it has any.
    fn add_neighbours(&mut self, reader: &Reader<'_>, expansion: &Expansion, place: usize) -> bool {
        let mut found = false;
        for value in expansion.entries.iter().filter_map(|entry| reader.neighbours_value(*entry)) {
            let Neighbours { own, near } = Neighbours::decode(&value);
            self.own.extend(own);
            found |= !near.is_empty();
            for words in self.words.iter_mut().skip(place).take(expansion.spans.max(1)) {
                words.extend(&near);
            }
        }
        found
    }

    /// Tells whether the query is short enough to be of topics, and some term is related to it.
    pub(crate) fn suit_a_query_of_topics(&self) -> bool {
        self.words.len() <= MOST_WORDS && self.words.iter().any(|words| !words.is_empty())
    }

    /// Suggests the terms nearest to the whole query.
    pub(crate) fn texts(&self, reader: &Reader<'_>) -> Vec<String> {
        self.nearest(reader).into_iter().map(|(word, _)| word).collect()
    }

    /// Ranks the terms to suggest by the sum of their nearness to the terms of the query.
    pub(crate) fn nearest(&self, reader: &Reader<'_>) -> Vec<(String, u32)> {
        if !self.suit_a_query_of_topics() {
            return Vec::new();
        }
        let mut sums: BTreeMap<u16, u32> = BTreeMap::new();
        for neighbour in self.words.iter().flatten() {
            *sums.entry(neighbour.number).or_default() += u32::from(neighbour.score);
        }
        let mut sums: Vec<(u16, u32)> = sums.into_iter().collect();
        sorting::sort_by(&mut sums, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let table = Table::new(reader);
        let suggested = sums.iter().filter_map(|(number, sum)| Some((table.row(*number)?.0, *sum)));
        suggested.take(SUGGESTED).collect()
    }

    /// Looks related terms and their books up, at most `most` of them, every
    /// term of the query having its share.
    /// Their lists lie in at most `most_files` files.
    pub(crate) fn books(&self, reader: &Reader<'_>, most: usize, most_files: usize) -> Vec<RelatedTerm> {
        let share = most.div_ceil(self.words.len().max(1));
        let table = Table::new(reader);
        let mut files = BTreeSet::new();
        let mut found = Vec::new();
        for (of, words) in self.words.iter().enumerate() {
            for neighbour in words.iter().take(share) {
                let Some((text, entry)) = table.row(neighbour.number) else { continue };
                if !is_within(reader, entry, &mut files, most_files) {
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
                found.push(RelatedTerm { of, text, score, number, books });
            }
        }
        found
    }

    /// Finds books for an answer with few hits: every term of the query is matched
    /// by itself or by a related one. Best first: more terms matched by themselves,
    /// then more and nearer related ones, then the likelier book. Books in `direct`
    /// are left out. Returns the related terms, the books, and the matches of the
    /// query's terms in these books and in `direct`.
    pub(crate) fn widen(
        &self,
        reader: &Reader<'_>,
        lists: &PostingLists<'_>,
        direct: &[DocId],
        most_files: usize,
    ) -> (Vec<RelatedTerm>, Vec<ScoredDoc>, TermMatches) {
        let words = self.books(reader, LISTS, most_files);
        let mut gathered = Gathering::new(reader.manifest.documents);
        words.iter().flat_map(|word| &word.books).for_each(|(doc, _)| gathered.add(&[*doc]));
        let mut candidates = gathered.finish();
        let docs = candidates.first(usize::MAX);
        candidates.unite(&DocSet::Few(direct.to_vec()), reader.manifest.documents);
        let matches = lists.collect(candidates.first(usize::MAX));
        let mut worths = vec![[0u32; MOST_WORDS]; docs.len()];
        let mut raise = |doc: DocId, of: usize, worth: &dyn Fn(u32) -> u32| {
            let of_doc = docs.binary_search(&doc).ok().and_then(|place| worths.get_mut(place));
            if let Some(worth_of) = of_doc.and_then(|worths| worths.get_mut(of)) {
                *worth_of = worth(*worth_of);
            }
        };
        for word in &words {
            word.books
                .iter()
                .for_each(|(doc, _)| raise(*doc, word.of, &|worth| worth + u32::from(word.score)));
        }
        for (place, hit) in matches.hits().filter(|(_, hit)| hit.tier <= Tier::Form) {
            raise(hit.doc, place, &|_| ITSELF);
        }
        let met = |(doc, worths): (&DocId, &[u32; MOST_WORDS])| {
            let met = worths.iter().zip(&self.framing).all(|(worth, framing)| *worth > 0 || *framing);
            let met = met && !direct.contains(doc);
            met.then(|| ScoredDoc::new(*doc, Tier::Related, worths.iter().sum()))
        };
        let mut added: Vec<ScoredDoc> = docs.iter().zip(&worths).filter_map(met).collect();
        select_top(&mut added);
        added.truncate(ADDED);
        (words, added, matches)
    }

    /// Orders books as the earlier service did: three points for each term that is
    /// a book's keyword or in its title, one for each related term. Ties: by the
    /// score of the query's terms, then the likelier book. Related terms count only
    /// where `plain`: no term needed fuzzy expansions, which take rounds.
    pub(crate) fn by_cooccurrence(
        &self,
        reader: &Reader<'_>,
        matches: &TermMatches,
        plain: bool,
    ) -> Vec<ScoredDoc> {
        const SHIFT: u32 = 1 << 16;
        let mut scores: BTreeMap<DocId, u32> = BTreeMap::new();
        for (_, hit) in matches.hits() {
            let direct = hit.tier <= Tier::Form && (hit.field.is_title() || hit.field == Field::Keyword);
            if direct {
                *scores.entry(hit.doc).or_default() += 3 * SHIFT + hit.score.min(SHIFT >> 5);
            }
        }
        let mut seen = BTreeSet::new();
        for word in if plain { self.books(reader, COOCCURRENCE_LISTS, LIST_FILES) } else { Vec::new() } {
            if seen.insert(word.number) {
                for (doc, _) in word.books {
                    *scores.entry(doc).or_default() += SHIFT;
                }
            }
        }
        let hits = scores.into_iter().map(|(doc, score)| ScoredDoc::new(doc, Tier::Related, score));
        let mut hits: Vec<ScoredDoc> = hits.collect();
        select_top(&mut hits);
        hits
    }
}

impl RelatedTerm {
    /// Finds the field in which a book has the term.
    pub(crate) fn field_in(&self, doc: DocId) -> Option<Field> {
        let at = self.books.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        self.books.get(at).map(|(_, field)| *field)
    }
}

/// Tells whether an expansion is of what was typed, not a guess at it.
fn is_plain(expansion: &Expansion) -> bool {
    let plain = matches!(
        expansion.kind,
        ExpansionKind::Exact
            | ExpansionKind::Synonym
            | ExpansionKind::Form
            | ExpansionKind::Joined
            | ExpansionKind::Split
    );
    plain && expansion.tier <= Tier::Form
}

fn nearest_first(words: &mut [Neighbour]) {
    sorting::sort_by(words, |a, b| b.score.cmp(&a.score).then(a.number.cmp(&b.number)));
}

/// Notes the file of a list; false when too many were noted or the list is a very
/// long one: what so many books have says little of any.
fn is_within(reader: &Reader<'_>, entry: Entry, files: &mut BTreeSet<u32>, most: usize) -> bool {
    let Entry::List { address, .. } = entry else { return true };
    if is_long(entry.df_class()) {
        return false;
    }
    let Some((number, _)) = reader.manifest.directory.postings.find(address) else { return false };
    files.contains(&number)
        || files.len() < reader.files_at_most(LIST_FILES).min(most) && files.insert(number)
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

    /// Looks a word's text and its list up.
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
