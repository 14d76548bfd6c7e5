//! Holds totals, orders and facets of an invented library to the truth, on questions drawn by lot.
//!
//! 200 questions at 3,000 books; `SEOGA_SCAN=long` (which `cargo xtask test --long` sets) asks 2,000 at 20,000. Words are
//! drawn from titles, half of them common ones, and asked as whole words: alone, in pairs and threes, in one field, without
//! another, under every kind of filter and in every order. Invariant: the same seed asks the same questions.

use std::collections::{BTreeMap, BTreeSet};

use index_builder::catalogue::{Book, Catalogue};
use index_builder::compile::compile;
use index_builder::generate::{Form, Make, Plan, Sample, generate_make};
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::sources::{Inputs, read};
use seoga_index::book_id::BookId;
use seoga_search::{Answer, Sort, Tier};
use seoga_tests::oracle::{Ask, Field, Oracle, Word, sort_key};
use seoga_tests::words::{Words, is_plain, plain_words};

use crate::properties::{PLENTY, counted, facet_key};

/// Books and questions: of every run, and of the long ones.
const SIZES: [(u32, usize); 2] = [(3_000, 200), (20_000, 2_000)];
/// Fewer hits are followed by books with related words, which nobody asked for.
const ENOUGH: usize = 10;
/// The most that a page shows.
const PAGE: u32 = 50;
/// The most values of a facet that are told.
const VALUES: usize = 10;

/// `SplitMix64`: what the questions are drawn by.
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((n ^ (n >> 31)) % end as u64) as usize
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A question.
fn draw(lot: &mut Lot, catalogue: &Catalogue, common: &[String]) -> Ask {
    let book = lot.pick(&catalogue.books);
    let mut own: Vec<String> = plain_words(&book.title);
    own.retain(|word| is_plain(word));
    let mut words: Vec<String> = Vec::new();
    for _ in 0..1 + lot.below(3).min(lot.below(3)) {
        let word = if own.is_empty() || lot.one_in(2) { lot.pick(common) } else { lot.pick(&own) };
        if !words.contains(word) {
            words.push(word.clone());
        }
    }
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut ask = Ask::of(&texts);
    if lot.one_in(8) {
        ask.words = ask.words.into_iter().map(|word| Word { field: Field::Title, ..word }).collect();
        ask.text = words.iter().map(|word| format!("title:{word}")).collect::<Vec<_>>().join(" ");
    }
    if lot.one_in(6) {
        let word = lot.pick(common);
        if !words.contains(word) {
            ask.text.push_str(&format!(" -{word}"));
            ask.excluded.push(word.clone());
        }
    }
    if lot.one_in(3) {
        let held = 1 + lot.below(3);
        let libraries = (0..held).map(|_| lot.pick(&catalogue.libraries).name.clone());
        ask.libraries = libraries.collect::<BTreeSet<_>>().into_iter().collect();
    }
    if lot.one_in(5) {
        let class = book.class_no.as_deref().unwrap_or("8");
        ask.classes.extend(class.get(..1 + lot.below(3)).map(str::to_owned));
    }
    if lot.one_in(5) {
        let from = 1990 + lot.below(30) as u16;
        ask.years = Some(match lot.below(3) {
            0 => (Some(from), None),
            1 => (None, Some(from)),
            _ => (Some(from), Some(from + lot.below(12) as u16)),
        });
    }
    if lot.one_in(12) && !book.publisher.is_empty() {
        ask.publishers.push(book.publisher.clone());
    }
    if lot.one_in(8) {
        ask.language = Some((*lot.pick(&["ko", "en"])).to_owned());
    }
    ask.sort = *lot.pick(&Sort::ALL);
    ask
}

/// Counts all that was found wrong.
#[derive(Debug, Default)]
struct Wrong {
    totals: Vec<String>,
    orders: Vec<String>,
    facets: Vec<String>,
}

#[test]
fn totals_orders_and_facets_are_those_of_reading_every_book() {
    let long = std::env::var("SEOGA_SCAN").is_ok_and(|value| value == "long");
    let (books, questions) = SIZES[usize::from(long)];
    let folder = tempfile::tempdir().unwrap();
    let (place, out) = (folder.path().join("catalogue"), folder.path().join("index"));
    let make = Make::General(Plan { without_isbn: 0, libraries: 20, form: Form::Table });
    generate_make(Sample { books, seed: 11 }, make, &place, &Quiet).unwrap();
    let catalogue = read(&Inputs::in_catalogue(&place).unwrap().files, &Quiet).unwrap().catalogue;
    std::fs::create_dir(&out).unwrap();
    compile(&catalogue, &out, &Quiet).unwrap();
    let index = LocalIndex::open(&out, PLENTY).unwrap();
    let oracle = Oracle::new(&catalogue);
    let mut common = Words::of(&catalogue, plain_words, 400, 1).common;
    common.retain(|word| is_plain(word));
    let (mut lot, mut wrong, mut compared, mut partly) = (Lot(1), Wrong::default(), [0; 2], 0);
    let by_number: BTreeMap<BookId, &Book> = catalogue.books.iter().map(|book| (book.id, book)).collect();
    for _ in 0..questions {
        let ask = draw(&mut lot, &catalogue, &common);
        let truth: Vec<(&Book, Tier)> = oracle.answering(&ask).collect();
        if truth.is_empty() {
            continue;
        }
        compared[0] += 1;
        let answer = index.search(ask.request(&index, 1, PAGE)).unwrap();
        let about = format!("{:?} {:?}: total {} of {}", ask.text, ask.sort, answer.total, truth.len());
        let related = answer.hits.iter().filter(|hit| hit.tier == Tier::Related).count();
        let has_others = truth.len() < ENOUGH || related > 0;
        if (answer.total as usize) < truth.len() || !has_others && answer.total as usize != truth.len() {
            wrong.totals.push(about.clone());
        }
        let dated_by = oracle.dated_by(&ask);
        let mut expected: Vec<_> =
            truth.iter().map(|(book, _)| sort_key(book, ask.sort, &dated_by)).collect();
        expected.sort();
        let direct = answer.hits.iter().filter(|hit| hit.tier <= Tier::Form);
        let shown: Vec<_> =
            direct.map(|hit| sort_key(by_number[&hit.record.id], ask.sort, &dated_by)).collect();
        if shown[..] != expected[..expected.len().min(shown.len())] || shown.is_empty() {
            wrong.orders.push(about.clone());
        }
        if !has_others {
            compared[1] += 1;
            let books: Vec<&Book> = truth.iter().map(|(book, _)| *book).collect();
            if answer.facets_over < answer.total {
                partly += 1;
            } else if !are_facets(&catalogue, &answer, &books) {
                wrong.facets.push(about);
            }
        }
    }
    println!(
        "{} questions of {questions} have an answer, {} ten books or more, of which {partly} have facets of a part",
        compared[0], compared[1]
    );
    assert!(partly == 0, "{partly} facets of so few books are counted over a part");
    assert!(compared[0] > questions * 6 / 10 && compared[1] > questions * 3 / 10, "{compared:?}");
    assert!(wrong.totals.is_empty() && wrong.orders.is_empty() && wrong.facets.is_empty(), "{wrong:#?}");
}

/// Whether the facets count these books: every library and language, the largest ten classes and years; of publishers
/// those with most books in the whole catalogue are told, and of them the largest ten.
fn are_facets(catalogue: &Catalogue, answer: &Answer, books: &[&Book]) -> bool {
    answer.facets_over as usize == books.len()
        && answer.facets.iter().filter(|facet| facet.name != "years").all(|facet| {
            let true_counts = counted(catalogue, books, facet.name);
            let mut largest: Vec<u32> = true_counts.values().copied().collect();
            largest.sort_unstable_by(|a, b| b.cmp(a));
            if matches!(facet.name, "class" | "year") {
                largest.truncate(VALUES);
            }
            let told: Vec<u32> = facet.counts.iter().map(|count| count.count).collect();
            let right =
                |value: &str, count: u32| true_counts.get(&facet_key(facet.name, value)) == Some(&count);
            (told == largest || facet.name == "publisher")
                && facet.counts.iter().all(|count| right(&count.value, count.count))
        })
}
