//! Related words: which words the catalogue's books have in common more often
//! than by chance.
//!
//! Each book is a set of topics ([`super::topics`]); two topics are as near as their
//! books say ([`score`]). A word of three books or more gets up to
//! [`NEIGHBOURS`] related words, each of five books or more, nearest first; what
//! is nearer than [`NEAREST_KEPT`] is all that counts. The value is stored before
//! the word's postings list, the words it names in a table of their own
//! (`seoga_index::related`).
//!
//! The work is bounded whatever the catalogue: the first [`BOOKS`] books in
//! document order (the likeliest) are counted together, and the most frequent
//! [`MOST_WORDS`] words can be somebody's related words. Memory is a few hundred
//! bytes a counted book; time grows with the sum over books of topics squared.
//!
//! Invariant: the same catalogue gives the same values whatever the number of
//! threads: scores are integers, ties are broken by the word.

mod score;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use seoga_index::dictionary::Entry;
use seoga_index::related::{MOST_WORDS, Neighbour, Neighbours, table_key};
use seoga_text::keys;

use super::ragged::RaggedArray;
use super::topics::Topics;
use crate::catalogue::Book;

/// Books counted: the likeliest of a larger catalogue.
const BOOKS: usize = 200_000;
/// Books a word must be in to have related words.
const SOURCE_BOOKS: u32 = 3;
/// Books a word must be in to be somebody's related word.
const TARGET_BOOKS: u32 = 5;
/// Books two words must have in common.
const COMMON_BOOKS: u32 = 3;
/// Books two words must have in common where one is in fewer than [`TARGET_BOOKS`].
const COMMON_BOOKS_RARE: u32 = 2;
/// Related words of a word.
const NEIGHBOURS: usize = 15;
/// The least nearness kept, in 255ths.
const NEAREST_KEPT: u8 = 26;
/// A longer key is no word that anybody types.
const KEY_BYTES: usize = seoga_search::KEY_BYTES;
/// Words counted in one piece of parallel work.
const PIECE: usize = 64;

/// Values before lists and the table of the words they name.
#[derive(Debug, Default)]
pub(super) struct Related {
    values: BTreeMap<Vec<u8>, Value>,
}

#[derive(Debug)]
struct Value {
    /// The word's number where it is somebody's related word.
    own: Option<u16>,
    bytes: Vec<u8>,
}

/// For each word, by the ids of [`Topics`], those near to it with their nearness, nearest first.
#[derive(Debug, Default)]
pub(super) struct Near(Vec<Vec<(u32, u8)>>);

impl Near {
    pub(super) fn of(&self, word: u32) -> &[(u32, u8)] {
        self.0.get(word as usize).map_or(&[], Vec::as_slice)
    }
}

/// Finds the related words of a catalogue, given its books in document order and their topics. Words of `kept` have the
/// numbers they had.
pub(super) fn find(topics: &Topics, books: &[&Book], kept: &BTreeMap<Vec<u8>, u16>) -> (Related, Near) {
    let counted = Cooccurrences::new(topics);
    let sources: Vec<u32> =
        (0..topics.len() as u32).filter(|word| counted.df(*word) >= SOURCE_BOOKS).collect();
    let near: Vec<(u32, Vec<(u32, u8)>)> = sources
        .par_chunks(PIECE)
        .flat_map_iter(|piece| {
            let mut met = vec![0u32; counted.targets.len()];
            piece.iter().map(|word| (*word, counted.nearest(*word, &mut met))).collect::<Vec<_>>()
        })
        .collect();
    let numbers = numbers(topics, &counted, books, &near, kept);
    let mut related = Related::default();
    let mut by_word = Near(vec![Vec::new(); topics.len()]);
    for (word, near) in near {
        let number = |word: u32| numbers.get(word as usize).copied().flatten();
        let own = number(word);
        let named = |(word, score): &(u32, u8)| Some(Neighbour { number: number(*word)?, score: *score });
        let mut neighbours: Vec<Neighbour> = near.iter().filter_map(named).collect();
        neighbours.sort_unstable();
        if let Some(slot) = by_word.0.get_mut(word as usize) {
            *slot = near;
        }
        let near = neighbours;
        if let Some(key) = key(topics.word(word))
            && (own.is_some() || !near.is_empty())
        {
            related.values.insert(key, Value { own, bytes: Neighbours { own, near }.encode() });
        }
    }
    (related, by_word)
}

impl Related {
    /// The value before the list of a key; empty where there is none.
    pub(super) fn value(&self, key: &[u8]) -> &[u8] {
        self.values.get(key).map_or(&[], |value| &value.bytes)
    }

    /// The table: for each word that is somebody's related word a key with its list.
    pub(super) fn table(&self, entries: &[(&[u8], Entry)]) -> BTreeMap<Vec<u8>, Entry> {
        let row = |(key, entry): &(&[u8], Entry)| {
            let number = self.values.get(*key)?.own?;
            Some(([table_key(number).as_slice(), key].concat(), *entry))
        };
        entries.iter().filter_map(row).collect()
    }
}

/// The key of a word, as the dictionary has it.
fn key(word: &str) -> Option<Vec<u8>> {
    Some(keys::encode(word)).filter(|key| !key.is_empty() && key.len() <= KEY_BYTES)
}

/// Words by book and books by word.
#[derive(Debug)]
struct Cooccurrences {
    books: u32,
    /// Words that can be somebody's related words, ascending by text; a target is a place here.
    targets: Vec<u32>,
    /// The targets of each book.
    of_books: RaggedArray,
    with_word: RaggedArray,
}

impl Cooccurrences {
    fn new(topics: &Topics) -> Self {
        let of_books = topics.of_books.iter().take(BOOKS);
        let with_word = RaggedArray::inverted(topics.len(), of_books.clone());
        let books = of_books.count() as u32;
        let mut counted = Self { books, targets: Vec::new(), of_books: RaggedArray::default(), with_word };
        counted.choose_targets(topics);
        counted
    }

    fn choose_targets(&mut self, topics: &Topics) {
        let frequent = |word: &u32| self.df(*word) >= TARGET_BOOKS && key(topics.word(*word)).is_some();
        let mut targets: Vec<u32> = (0..topics.len() as u32).filter(frequent).collect();
        if targets.len() > MOST_WORDS {
            let df = |word: &u32| self.df(*word);
            targets.sort_unstable_by(|a, b| df(b).cmp(&df(a)).then(topics.word(*a).cmp(topics.word(*b))));
            targets.truncate(MOST_WORDS);
        }
        targets.sort_unstable_by_key(|word| topics.word(*word));
        let mut places = vec![None; topics.len()];
        for (place, word) in targets.iter().enumerate() {
            if let Some(slot) = places.get_mut(*word as usize) {
                *slot = Some(place as u32);
            }
        }
        let place = |word: &u32| places.get(*word as usize).copied().flatten();
        for words in topics.of_books.iter().take(BOOKS) {
            self.of_books.push(words.iter().filter_map(place));
        }
        self.targets = targets;
    }

    fn books_of(&self, word: u32) -> &[u32] {
        self.with_word.get(word)
    }

    fn df(&self, word: u32) -> u32 {
        self.books_of(word).len() as u32
    }

    /// The nearest words to one, nearest first, with their nearness. `met` counts, and is all zeros before and after.
    fn nearest(&self, word: u32, met: &mut [u32]) -> Vec<(u32, u8)> {
        let mut touched: Vec<u32> = Vec::new();
        for book in self.books_of(word) {
            for target in self.of_books.get(*book) {
                if let Some(count) = met.get_mut(*target as usize) {
                    if *count == 0 {
                        touched.push(*target);
                    }
                    *count += 1;
                }
            }
        }
        let df = self.df(word);
        let common = if df < TARGET_BOOKS { COMMON_BOOKS_RARE } else { COMMON_BOOKS };
        // Targets ascend by text, so the place breaks ties by the word.
        let mut near: Vec<(std::cmp::Reverse<u8>, u32, u32)> = Vec::new();
        for target in touched {
            let both = met.get_mut(target as usize).map_or(0, std::mem::take);
            if let Some(other) = self.targets.get(target as usize)
                && *other != word
                && both >= common
            {
                let score = score::nearness(self.books, df, self.df(*other), both);
                near.push((std::cmp::Reverse(score), target, *other));
            }
        }
        near.sort_unstable();
        let kept = near.into_iter().take(NEIGHBOURS).map(|(score, _, word)| (word, score.0));
        kept.take_while(|(_, score)| *score >= NEAREST_KEPT).collect()
    }
}

/// The number of each word that is somebody's related word: words of one class stand together, so that the
/// related words of a word mostly lie in one file of the table.
fn numbers(
    topics: &Topics,
    counted: &Cooccurrences,
    books: &[&Book],
    near: &[(u32, Vec<(u32, u8)>)],
    kept: &BTreeMap<Vec<u8>, u16>,
) -> Vec<Option<u16>> {
    let mut words: Vec<u32> = near.iter().flat_map(|(_, near)| near.iter().map(|(word, _)| *word)).collect();
    words.par_sort_unstable();
    words.dedup();
    let class = |word: u32| {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for book in counted.books_of(word) {
            if let Some(class) = books.get(*book as usize).and_then(|book| book.class_no.as_deref()) {
                *counts.entry(class).or_default() += 1;
            }
        }
        counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(class, _)| class)
    };
    let mut placed: Vec<(Option<&str>, &str, u32)> =
        words.into_par_iter().map(|word| (class(word), topics.word(word), word)).collect();
    placed.par_sort_unstable();
    let mut numbers = vec![None; topics.len()];
    let known = |word: u32| key(topics.word(word)).and_then(|key| kept.get(&key)).copied();
    let taken: BTreeSet<u16> = placed.iter().filter_map(|(.., word)| known(*word)).collect();
    let mut free = (0..=u16::MAX).filter(|number| !taken.contains(number));
    for (.., word) in placed {
        if let Some(slot) = numbers.get_mut(word as usize) {
            *slot = known(word).or_else(|| free.next());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, KeywordId};
    use seoga_index::book_id::BookId;

    /// Books of titles and keywords.
    fn catalogue(books: &[(&str, &[&str])]) -> Catalogue {
        let mut keywords: Vec<Box<str>> =
            books.iter().flat_map(|(_, words)| words.iter().map(|word| Box::from(*word))).collect();
        keywords.sort_unstable();
        keywords.dedup();
        let id = |word: &&str| KeywordId(keywords.iter().position(|known| **known == **word).unwrap() as u32);
        let book = |(place, (title, words)): (usize, &(&str, &[&str]))| Book {
            id: BookId::isbn(9_790_000_000_000 + place as u64),
            title: (*title).to_owned(),
            keywords: words.iter().map(id).collect(),
            ..Book::default()
        };
        let books = books.iter().enumerate().map(book).collect();
        Catalogue { books, keywords: keywords.clone(), ..Catalogue::default() }
    }

    /// The related words of a word by their texts, nearest first.
    fn near(catalogue: &Catalogue, word: &str) -> Vec<String> {
        let books: Vec<&Book> = catalogue.books.iter().collect();
        let (related, _) = find(&Topics::find(catalogue, &books), &books, &BTreeMap::new());
        let numbers: BTreeMap<u16, String> =
            related.values.iter().filter_map(|(key, value)| Some((value.own?, keys::decode(key)))).collect();
        let mut near = Neighbours::decode(related.value(&keys::encode(word))).near;
        near.sort_by(|a, b| b.score.cmp(&a.score).then(numbers[&a.number].cmp(&numbers[&b.number])));
        near.iter().map(|neighbour| numbers[&neighbour.number].clone()).collect()
    }

    /// A shelf of 40 books on cooking, and six on containers among them.
    fn shelf(kubernetes: &'static [&'static str]) -> Catalogue {
        let mut books: Vec<(&str, &[&str])> = vec![("쉽게 배우는 요리", &["요리", "설명"]); 40];
        books.extend(vec![("쉽게 배우는 도커", kubernetes); 6]);
        catalogue(&books)
    }

    #[test]
    fn words_met_together_are_related_and_common_ones_are_not() {
        let shelf = shelf(&["도커", "쿠버네티스", "설명"]);
        assert_eq!(near(&shelf, "도커"), ["쿠버네티스"]);
        assert_eq!(near(&shelf, "쿠버네티스"), ["도커"]);
        assert_eq!(near(&shelf, "설명"), Vec::<String>::new(), "every book has it");
    }

    #[test]
    fn title_words_count_where_books_have_no_keywords() {
        assert_eq!(near(&shelf(&[]), "도커"), Vec::<String>::new(), "every title says the rest");
        let mut books: Vec<(&str, &[&str])> = vec![("맛있는 요리 입문", &[]); 40];
        books.extend(vec![("컨테이너를 다루는 도커", &[] as &[&str]); 6]);
        assert_eq!(near(&catalogue(&books), "도커"), ["다루는", "컨테이너를"]);
    }

    #[test]
    fn function_words_of_titles_are_no_topics() {
        let mut books: Vec<(&str, &[&str])> = vec![("Cooking for people", &[]); 40];
        books.extend(vec![("Tell me and a heron", &[] as &[&str]); 6]);
        assert_eq!(near(&catalogue(&books), "heron"), Vec::<String>::new());
        assert_eq!(near(&catalogue(&books), "me"), Vec::<String>::new());
    }

    #[test]
    fn a_word_with_signs_is_a_topic_though_no_keyword() {
        let mut books: Vec<(&str, &[&str])> = vec![("맛있는 요리 입문", &["요리"]); 40];
        books.extend(vec![("명품 C++ 입문", &["포인터"] as &[&str]); 6]);
        assert_eq!(near(&catalogue(&books), "c++"), ["포인터"]);
        assert_eq!(near(&catalogue(&books), "명품"), Vec::<String>::new());
    }

    #[test]
    fn rare_words_have_related_words_but_are_none() {
        let mut books: Vec<(&str, &[&str])> = vec![("요리", &["요리"]); 40];
        books.extend(vec![("그물", &["그물", "바다"] as &[&str]); 4]);
        books.extend(vec![("바다", &["바다"] as &[&str]); 2]);
        assert_eq!(near(&catalogue(&books), "그물"), ["바다"]);
        assert_eq!(near(&catalogue(&books), "바다"), Vec::<String>::new());
    }

    #[test]
    fn the_table_leads_to_the_list_of_every_word_named() {
        let shelf = shelf(&["도커", "쿠버네티스"]);
        let books: Vec<&Book> = shelf.books.iter().collect();
        let (related, _) = find(&Topics::find(&shelf, &books), &books, &BTreeMap::new());
        let keys: Vec<Vec<u8>> = related.values.keys().cloned().collect();
        let entry = |address| Entry::List { address, df_class: 3 };
        let entries: Vec<(&[u8], Entry)> =
            keys.iter().zip(0..).map(|(key, address)| (key.as_slice(), entry(address))).collect();
        let table = related.table(&entries);
        for value in related.values.values() {
            for neighbour in Neighbours::decode(&value.bytes).near {
                let named = table.keys().filter(|key| key.starts_with(&table_key(neighbour.number)));
                assert_eq!(named.count(), 1);
            }
        }
        assert_eq!(table.len(), related.values.values().filter(|value| value.own.is_some()).count());
    }
}
