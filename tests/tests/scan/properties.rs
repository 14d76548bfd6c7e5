//! Holds what is true of every answer.

use std::collections::{BTreeMap, BTreeSet};

use index_builder::catalogue::{Book, Catalogue};
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use proptest::collection::vec;
use proptest::prelude::*;
use seoga_index::book_id::BookId;
use seoga_search::{Answer, ExpansionKind, Facet, HighlightField, Hit, Sort, Tier};
use seoga_text::fold;
use tempfile::TempDir;

use seoga_tests::oracle::{self, Ask, Oracle, sort_key};

use crate::ask::ask;
use crate::catalogue::catalogue;

/// Enough for every block of a small index.
pub(crate) const PLENTY: usize = 64 << 20;
/// The most rounds that any question takes, that for the opening counted.
const ROUNDS: u32 = 6;
/// The most that one takes whose words exist: opening, dictionary and postings, records.
const ROUNDS_WORDS_EXIST: u32 = 3;
/// Hits below which an answer is poor, and looks for more.
const POOR: usize = 10;

struct Shelf<'a> {
    catalogue: &'a Catalogue,
    oracle: Oracle<'a>,
    folder: TempDir,
}

impl<'a> Shelf<'a> {
    fn new(catalogue: &'a Catalogue) -> Self {
        let folder = tempfile::tempdir().unwrap();
        compile(catalogue, folder.path(), &Quiet).unwrap();
        Self { catalogue, oracle: Oracle::new(catalogue), folder }
    }

    fn open(&self, budget_bytes: usize) -> LocalIndex {
        LocalIndex::open(self.folder.path(), budget_bytes).unwrap()
    }

    fn book(&self, id: BookId) -> &Book {
        self.catalogue.books.iter().find(|book| book.id == id).unwrap()
    }
}

/// Every hit of a question, page after page; and the first page's answer.
pub(crate) fn everything(index: &LocalIndex, ask: &Ask, limit: u32) -> (Answer, Vec<Hit>) {
    let first = index.search(ask.request(index, 1, limit)).unwrap();
    let mut hits = first.hits.clone();
    for page in 2.. {
        let answer = index.search(ask.request(index, page, limit)).unwrap();
        assert_eq!((answer.total, told(&answer)), (first.total, told(&first)), "page {page}");
        if answer.hits.is_empty() {
            break;
        }
        hits.extend(answer.hits);
    }
    (first, hits)
}

/// Few cases, since each compiles an index; `PROPTEST_CASES` asks for more.
pub(crate) fn config() -> ProptestConfig {
    let cases =
        if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 32 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_search_finds_what_reading_every_book_finds(catalogue in catalogue(), asked in vec(ask(), 1..16)) {
        let shelf = Shelf::new(&catalogue);
        let index = shelf.open(PLENTY);
        for ask in &asked {
            let (answer, hits) = everything(&index, ask, 50);
            let found: BTreeMap<BookId, Tier> = hits.iter().map(|hit| (hit.record.id, hit.tier)).collect();
            let expected: BTreeMap<BookId, Tier> = shelf.oracle.answer(ask).into_iter().collect();
            if ask.words.is_empty() && !ask.is_filtered() {
                // Nothing asked: everything is shown.
                prop_assert_eq!(found.len(), catalogue.books.len());
                continue;
            }
            let direct: BTreeMap<BookId, Tier> =
                found.iter().filter(|(_, tier)| **tier <= Tier::Form).map(|(isbn, tier)| (*isbn, *tier)).collect();
            if expected.is_empty() && !ask.excluded.is_empty() {
                // What leaves nothing is read as words.
            } else if expected.is_empty() {
                // The words were read more widely; none of that is as typed.
                let exact: Vec<_> = found.iter().filter(|(_, tier)| **tier == Tier::Exact).collect();
                prop_assert!(exact.is_empty(), "{:?} found {:?}", ask.text, exact);
            } else {
                // A compound is read as two words too, below the word itself.
                let parts = shelf.oracle.have_parts(ask);
                let as_parts = |(isbn, tier): &(&BookId, &Tier)| {
                    !expected.contains_key(*isbn) && **tier >= Tier::Form && parts.contains(*isbn)
                };
                let direct: BTreeMap<BookId, Tier> =
                    direct.iter().filter(|hit| !as_parts(hit)).map(|(isbn, tier)| (*isbn, *tier)).collect();
                prop_assert_eq!(&direct, &expected, "{:?}", &ask.text);
                prop_assert!(answer.total_exact);
                if !ask.typing {
                    // Below them only books with some of the words or related ones, where the direct ones are few.
                    let others = found.iter().filter(|hit| *hit.1 >= Tier::OtherScript || as_parts(hit)).count();
                    prop_assert_eq!(found.len() - others, expected.len(), "{:?}: all hits are direct", &ask.text);
                }
            }
            prop_assert_eq!(answer.total as usize, hits.len());
            prop_assert_eq!(found.len(), hits.len(), "a book is found once");
        }
    }

    #[test]
    fn no_hit_is_outside_the_filters(catalogue in catalogue(), asked in vec(ask(), 1..12)) {
        let shelf = Shelf::new(&catalogue);
        let index = shelf.open(PLENTY);
        for ask in &asked {
            // The same filters and no words: every book that may be shown at all.
            let filters = Ask { words: Vec::new(), phrases: Vec::new(), excluded: Vec::new(), ..ask.clone() };
            let passing: BTreeSet<BookId> = shelf.oracle.answer(&filters).into_iter().map(|(isbn, _)| isbn).collect();
            let (_, hits) = everything(&index, ask, 50);
            for hit in hits {
                prop_assert!(passing.contains(&hit.record.id), "{:?}: {:?}", ask, hit);
            }
        }
    }

    #[test]
    fn order_respects_tiers_and_the_sort_asked(catalogue in catalogue(), asked in vec(ask(), 1..12)) {
        let shelf = Shelf::new(&catalogue);
        let index = shelf.open(PLENTY);
        for ask in &asked {
            let by_relevance = Ask { sort: Sort::Relevance, ..ask.clone() };
            let (_, ranked) = everything(&index, &by_relevance, 50);
            let keys: Vec<_> = ranked.iter().map(|hit| (hit.tier, std::cmp::Reverse(hit.score), hit.doc)).collect();
            prop_assert!(keys.is_sorted(), "{:?}: {:?}", ask.text, keys);
            let (_, sorted) = everything(&index, ask, 50);
            let mut expected: Vec<&Hit> = ranked.iter().collect();
            // Books added to few stay below, in the order of relevance.
            let best = expected.first().map_or(Tier::Exact, |hit| hit.tier);
            let is_added = |hit: &&Hit| hit.tier >= Tier::Partial && hit.tier > best;
            let added = expected.iter().position(is_added).unwrap_or(expected.len());
            let dated_by = shelf.oracle.dated_by(ask);
            expected[..added].sort_by_cached_key(|hit| sort_key(shelf.book(hit.record.id), ask.sort, &dated_by));
            let isbns = |hits: &[&Hit]| hits.iter().map(|hit| hit.record.id).collect::<Vec<_>>();
            prop_assert_eq!(isbns(&sorted.iter().collect::<Vec<_>>()), isbns(&expected), "{:?}", ask);
        }
    }

    #[test]
    fn pages_put_together_are_the_whole(catalogue in catalogue(), asked in vec(ask(), 1..6)) {
        let shelf = Shelf::new(&catalogue);
        let index = shelf.open(PLENTY);
        for ask in &asked {
            let (_, whole) = everything(&index, ask, 50);
            let (_, pages) = everything(&index, ask, ask.limit);
            prop_assert_eq!(&whole, &pages, "{:?} by {}", ask.text, ask.limit);
            prop_assert!(whole.iter().enumerate().all(|(place, hit)| hit.rank as usize == place + 1));
        }
    }

    #[test]
    fn facets_count_the_hits(catalogue in catalogue(), asked in vec(ask(), 1..12)) {
        let shelf = Shelf::new(&catalogue);
        let index = shelf.open(PLENTY);
        for ask in &asked {
            let (answer, hits) = everything(&index, ask, 50);
            prop_assert_eq!(answer.facets_over, answer.total);
            let books: Vec<&Book> = hits.iter().map(|hit| shelf.book(hit.record.id)).collect();
            let told: Vec<&str> = answer.facets.iter().map(|facet| facet.name).collect();
            prop_assert_eq!(told, ["library", "class", "year", "publisher", "lang", "years"]);
            for facet in &answer.facets {
                if facet.name == "years" {
                    let mut dated: Vec<u16> = books.iter().filter_map(|book| book.year).collect();
                    for count in &facet.counts {
                        let span = seoga_search::year_range(&count.value).unwrap();
                        let before = dated.len();
                        dated.retain(|year| span.from > Some(*year) || span.to < Some(*year));
                        prop_assert_eq!(before - dated.len(), count.count as usize, "{} of {:?}", count.value, ask);
                    }
                    prop_assert!(dated.is_empty(), "no bar has {dated:?}");
                    continue;
                }
                let told: Vec<(String, u32)> =
                    facet.counts.iter().map(|count| (count.value.clone(), count.count)).collect();
                let mut ordered = told.clone();
                ordered.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
                prop_assert_eq!(&told, &ordered, "{}: largest first, ties by value", facet.name);
                let told: BTreeMap<String, u32> =
                    told.into_iter().map(|(value, count)| (facet_key(facet.name, &value), count)).collect();
                prop_assert_eq!(told, counted(&catalogue, &books, facet.name), "{} of {:?}", facet.name, ask);
            }
        }
    }

    #[test]
    fn marks_lie_in_the_text_and_on_the_words(catalogue in catalogue(), asked in vec(ask(), 1..12)) {
        let shelf = Shelf::new(&catalogue);
        let index = shelf.open(PLENTY);
        for ask in &asked {
            let (_, hits) = everything(&index, ask, 50);
            for hit in &hits {
                // A person or publisher in a spelling that is not shown has nowhere to be marked.
                let book = shelf.book(hit.record.id);
                let unseen = !book.other_authors.is_empty() || !book.other_publishers.is_empty();
                prop_assert!(
                    hit.tier > Tier::Form || unseen || !hit.highlights.is_empty() || ask.words.is_empty(),
                    "{:?}: nothing says why {:?} matched", ask.text, hit
                );
                let mut ends: BTreeMap<HighlightField, u32> = BTreeMap::new();
                for mark in &hit.highlights {
                    if matches!(mark.field, HighlightField::Keyword | HighlightField::ClassName | HighlightField::OtherTitle) {
                        continue;
                    }
                    let text: Vec<char> = shown(hit, mark.field).chars().collect();
                    prop_assert!(mark.start < mark.end && mark.end as usize <= text.len(), "{:?} {:?}", mark, text);
                    let marked: String = text[mark.start as usize..mark.end as usize].iter().collect();
                    if mark.by == ExpansionKind::Exact {
                        let letters = fold::letters(&marked);
                        // An exclusion that leaves nothing is read as a word.
                        let mut texts = ask.words.iter().map(|word| &word.text).chain(&ask.excluded);
                        let asked = texts.any(|word| fold::letters(word) == letters);
                        prop_assert!(asked, "{:?} marks {:?}", ask.text, marked);
                    }
                    let end = ends.insert(mark.field, mark.end).unwrap_or(0);
                    prop_assert!(end <= mark.start, "{:?}: marks lie in order, side by side", hit.highlights);
                }
            }
        }
    }

    #[test]
    fn a_small_cache_changes_no_answer_and_every_answer_ends(catalogue in catalogue(), asked in vec(ask(), 1..12)) {
        let shelf = Shelf::new(&catalogue);
        let (plenty, little, none) = (shelf.open(PLENTY), shelf.open(8 << 10), shelf.open(0));
        for ask in &asked {
            let answer = |index: &LocalIndex| {
                let answer = index.search(ask.request(index, 1, ask.limit)).unwrap();
                Answer { work: Default::default(), ..answer }
            };
            let expected = answer(&plenty);
            prop_assert_eq!(&answer(&little), &expected);
            prop_assert_eq!(&answer(&none), &expected);
            prop_assert_eq!(&answer(&plenty), &expected, "asked again");
        }
    }

    #[test]
    fn words_that_exist_take_three_rounds_and_anything_six(catalogue in catalogue(), asked in vec(ask(), 1..6)) {
        let shelf = Shelf::new(&catalogue);
        for ask in &asked {
            let index = shelf.open(PLENTY);
            let answer = index.search(ask.request(&index, 1, ask.limit)).unwrap();
            let rounds = answer.work.rounds + 1;
            prop_assert!(rounds <= ROUNDS, "{:?}: {} rounds", ask, rounds);
            let related = answer.hits.iter().any(|hit| hit.tier == Tier::Related);
            let found = shelf.oracle.answer(ask).len();
            if !related && found > 0 {
                // A column to sort by, or texts to find a phrase in, are read before it is known what to show; so are words
                // related to those of a poor answer, and their lists, whether or not they bring a book that is shown.
                let more = u32::from(ask.sort != Sort::Relevance)
                    + u32::from(!ask.phrases.is_empty())
                    + 2 * u32::from(found < POOR);
                let most = ROUNDS_WORDS_EXIST + more;
                prop_assert!(rounds <= most, "{:?}: {} rounds", ask, rounds);
            }
        }
    }
}

fn shown(hit: &Hit, field: HighlightField) -> &str {
    match field {
        HighlightField::Title => &hit.record.title,
        HighlightField::Authors => &hit.record.authors,
        HighlightField::Publisher => &hit.record.publisher,
        _ => "",
    }
}

/// The counts of an answer's facets; of which spelling a publisher's name is depends on what a page shows.
fn told(answer: &Answer) -> Vec<BTreeMap<String, u32>> {
    let counts = |facet: &Facet| {
        facet.counts.iter().map(|count| (facet_key(facet.name, &count.value), count.count)).collect()
    };
    answer.facets.iter().map(counts).collect()
}

/// Publishers are one by the letters of their names, however spelled.
pub(crate) fn facet_key(facet: &str, value: &str) -> String {
    if facet == "publisher" { fold::letters(value) } else { value.to_owned() }
}

pub(crate) fn counted(catalogue: &Catalogue, books: &[&Book], facet: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    let known: BTreeSet<&String> = catalogue.books.iter().filter_map(|book| book.class_no.as_ref()).collect();
    for book in books {
        let values: Vec<String> = match facet {
            "library" => book
                .holdings
                .iter()
                .map(|holding| catalogue.libraries[usize::from(holding.library.0)].name.clone())
                .collect(),
            // As the filter takes it: a class with all that begin with its number.
            "class" => {
                let own = |class: &String| class.trim_end_matches('.').to_owned();
                let number = book.class_no.as_deref().unwrap_or_default();
                let above = known.iter().filter(|class| number.starts_with(&own(class)));
                above.filter(|_| !number.is_empty()).map(|class| (*class).clone()).collect()
            }
            "year" => book.year.iter().map(u16::to_string).collect(),
            "publisher" => {
                Some(&book.publisher).filter(|name| !name.is_empty()).cloned().into_iter().collect()
            }
            _ => vec![oracle::language(book).to_owned()],
        };
        for value in values {
            *counts.entry(facet_key(facet, &value)).or_default() += 1;
        }
    }
    counts
}
