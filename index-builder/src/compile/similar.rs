//! Books like a book: other editions of it, and similar ones.
//!
//! Two books are similar by the topics they share ([`Topics`]: keywords, and words of titles where those say more or
//! there are no keywords), by words of one that are near to words of the other ([`Near`], half as good), and a little by
//! class and contributors; `docs/RANKING.md` gives the figures. Other editions have the same main title, volume and
//! first contributor; they are not told once more as similar books, and of several editions of a similar book only the
//! nearest is.
//!
//! The work is bounded whatever the catalogue: of each book the rarest topics are followed first, until [`READ`]
//! postings were read; of a long list the head, which holds the likeliest books.
//!
//! Invariant: the same catalogue gives the same books whatever the number of threads: scores are integers, ties go to
//! the likelier book.

use std::collections::{BTreeSet, HashMap};

use ahash::RandomState;
use rayon::prelude::*;
use seoga_index::DocId;
use seoga_index::alike::Alike;
use seoga_index::dictionary::df_class;
use seoga_text::{fold, names, title};

use super::related::Near;
use super::topics::Topics;
use crate::catalogue::Book;

/// Similar books of a book.
const SIMILAR: usize = 6;
/// Of the books most like one so many are ranked, since several may be editions of one.
const RANKED: usize = 64;
/// Other editions of a book.
const EDITIONS: usize = 6;
/// Postings read for a book's topics; half as many more for words near to them.
const READ: usize = 1024;
/// Of the books met so many are looked at, those with most in common.
const LOOKED_AT: usize = 256;
/// Books read of its class, of each of its contributors, and of its editions.
const READ_OTHERS: usize = 64;
/// Books compared in one piece of parallel work.
const PIECE: usize = 2048;
/// Contributors of a book that count.
const PEOPLE: usize = 4;
/// What a word near to a topic counts, against the topic itself.
const NEAR_PERCENT: u32 = 50;
/// What the same class is worth in thousandths, and what a class with the same three first digits is.
const CLASS: u64 = 150;
const DIVISION: u64 = 75;
/// What a common contributor is worth.
const PERSON: u64 = 150;
/// Less is no likeness.
const LEAST: u64 = 150;

/// The class of a book without one.
const NO_CLASS: (u32, u32) = (u32::MAX, u32::MAX);

/// Finds the books like each, in document order.
pub(super) fn find(topics: &Topics, near: &Near, books: &[&Book]) -> Vec<Alike> {
    let shelf = Shelf::new(topics, near, books);
    (0..books.len())
        .collect::<Vec<usize>>()
        .par_chunks(PIECE)
        .flat_map_iter(|piece| {
            let mut met = vec![0u32; books.len()];
            piece.iter().map(|book| shelf.alike(*book as DocId, &mut met)).collect::<Vec<_>>()
        })
        .collect()
}

/// A list of lists in one piece of memory.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// The books of each of `count` things, `of` telling those of each book; ascending.
    fn inverted(count: usize, of: &[Vec<u32>]) -> Self {
        let mut starts = vec![0u32; count + 1];
        for thing in of.iter().flatten() {
            if let Some(count) = starts.get_mut(*thing as usize + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut free = starts.clone();
        let mut items = vec![0u32; before as usize];
        for (book, things) in of.iter().enumerate() {
            for thing in things {
                if let Some(place) = free.get_mut(*thing as usize) {
                    if let Some(slot) = items.get_mut(*place as usize) {
                        *slot = book as u32;
                    }
                    *place += 1;
                }
            }
        }
        Self { starts, items }
    }

    fn get(&self, thing: u32) -> &[u32] {
        let at = |place: u32| self.starts.get(place as usize).map_or(0, |start| *start as usize);
        self.items.get(at(thing)..at(thing + 1)).unwrap_or_default()
    }
}

/// Numbers for texts, in the order in which they come.
#[derive(Debug)]
struct Numbers(HashMap<String, u32, RandomState>);

impl Numbers {
    fn new() -> Self {
        Self(HashMap::with_hasher(RandomState::with_seeds(1, 2, 3, 4)))
    }

    fn of(&mut self, text: String) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(text).or_insert(next)
    }
}

/// What is known of every book.
#[derive(Debug)]
struct Shelf<'a> {
    books: &'a [&'a Book],
    topics: &'a Topics,
    near: &'a Near,
    /// Books by topic, by class, by contributor, by edition.
    of_topic: Lists,
    of_class: Lists,
    of_person: Lists,
    of_edition: Lists,
    classes: Vec<Vec<u32>>,
    /// The class of each book, and its division, by number.
    class_numbers: Vec<(u32, u32)>,
    people: Vec<Vec<u32>>,
    editions: Vec<Vec<u32>>,
    /// The square of each topic's rarity; 0 for one that no two books share.
    worth: Vec<u32>,
    /// The length of each book as a vector of rarities, in 256ths; 0 for a book without shared topics.
    length: Vec<u64>,
}

impl<'a> Shelf<'a> {
    fn new(topics: &'a Topics, near: &'a Near, books: &'a [&'a Book]) -> Self {
        let texts: Vec<(Option<String>, Vec<String>, Option<String>)> = books
            .par_iter()
            .map(|book| {
                let people = people(book);
                let edition = edition(book, people.first());
                (book.class_no.clone(), people, edition)
            })
            .collect();
        let (mut class, mut person, mut edition) = (Numbers::new(), Numbers::new(), Numbers::new());
        let (mut classes, mut persons, mut editions) = (Vec::new(), Vec::new(), Vec::new());
        let mut division = Numbers::new();
        let mut class_numbers = Vec::new();
        for (class_no, names, of) in texts {
            class_numbers.push(class_no.as_ref().map_or(NO_CLASS, |class_no| {
                let three = class_no.get(..3).unwrap_or_default();
                (class.of(class_no.clone()), division.of(three.to_owned()))
            }));
            classes.push(class_no.map(|class_no| class.of(class_no)).into_iter().collect());
            persons.push(names.into_iter().map(|name| person.of(name)).collect());
            editions.push(of.map(|of| edition.of(of)).into_iter().collect());
        }
        let of_topic = Lists::inverted(topics.words.len(), &topics.of_books);
        let all = df_class(books.len() as u32);
        let worth: Vec<u32> = (0..topics.words.len() as u32)
            .into_par_iter()
            .map(|word| match of_topic.get(word).len() as u32 {
                0 | 1 => 0,
                df => (u32::from(all.saturating_sub(df_class(df))) + 1).pow(2),
            })
            .collect();
        let square = |word: &u32| worth.get(*word as usize).map_or(0, |worth| u64::from(*worth));
        let length = |words: &Vec<u32>| (words.iter().map(square).sum::<u64>() << 16).isqrt();
        Self {
            length: topics.of_books.par_iter().map(length).collect(),
            of_class: Lists::inverted(class.0.len(), &classes),
            of_person: Lists::inverted(person.0.len(), &persons),
            of_edition: Lists::inverted(edition.0.len(), &editions),
            books,
            topics,
            near,
            of_topic,
            classes,
            class_numbers,
            people: persons,
            editions,
            worth,
        }
    }

    /// The books like one. `met` counts, and is all zeros before and after.
    fn alike(&self, doc: DocId, met: &mut [u32]) -> Alike {
        let mut touched = self.meet(doc, met);
        if touched.len() > LOOKED_AT {
            let common = |other: &DocId| met.get(*other as usize).copied().unwrap_or(0);
            touched.select_nth_unstable_by_key(LOOKED_AT, |other| (std::cmp::Reverse(common(other)), *other));
            for left in touched.drain(LOOKED_AT..) {
                met.get_mut(left as usize).into_iter().for_each(|common| *common = 0);
            }
        }
        touched.extend(self.others(&self.classes, &self.of_class, doc));
        touched.extend(self.others(&self.people, &self.of_person, doc));
        touched.sort_unstable();
        touched.dedup();
        let mut found: Vec<(std::cmp::Reverse<u64>, DocId)> = Vec::new();
        for other in touched {
            let common = met.get_mut(other as usize).map_or(0, std::mem::take);
            let score = self.score(doc, other, common);
            if other != doc && score >= LEAST {
                found.push((std::cmp::Reverse(score), other));
            }
        }
        if found.len() > RANKED {
            found.select_nth_unstable(RANKED);
            found.truncate(RANKED);
        }
        found.sort_unstable();
        let mut told: BTreeSet<&[u32]> = BTreeSet::from([of(&self.editions, doc)]);
        let mut similar = Vec::with_capacity(SIMILAR);
        for (_, other) in found {
            let edition = of(&self.editions, other);
            if edition.is_empty() || told.insert(edition) {
                similar.push(other);
                if similar.len() == SIMILAR {
                    break;
                }
            }
        }
        let mut editions = self.others(&self.editions, &self.of_edition, doc);
        let year = |doc: &DocId| self.books.get(*doc as usize).and_then(|book| book.year);
        editions.sort_by(|a, b| year(b).cmp(&year(a)).then(a.cmp(b)));
        editions.truncate(EDITIONS);
        Alike { editions, similar }
    }

    /// Adds up in `met` what the topics of a book and the words near to them are worth, and says for which books.
    fn meet(&self, doc: DocId, met: &mut [u32]) -> Vec<DocId> {
        let own = self.topics.of_books.get(doc as usize).map_or(&[][..], Vec::as_slice);
        let mut near: Vec<(u32, u32)> = own
            .iter()
            .flat_map(|word| self.near.of(*word))
            .filter(|(word, _)| own.binary_search(word).is_err())
            .map(|(word, score)| (*word, u32::from(*score) * NEAR_PERCENT / 100))
            .collect();
        // Of several words it is near to, the nearest counts.
        near.sort_unstable_by_key(|(word, score)| (*word, std::cmp::Reverse(*score)));
        near.dedup_by_key(|(word, _)| *word);
        let own: Vec<(u32, u32)> = own.iter().map(|word| (*word, 255)).collect();
        let mut touched = Vec::new();
        for (mut words, most) in [(own, READ), (near, READ / 2)] {
            words.sort_by_cached_key(|(word, _)| (self.of_topic.get(*word).len(), *word));
            let mut left = most;
            for (word, weight) in words {
                let worth = self.worth.get(word as usize).map_or(0, |worth| worth * weight);
                let list = self.of_topic.get(word);
                let read = list.iter().take(left);
                left -= read.len();
                for other in read.filter(|_| worth > 0) {
                    if let Some(sum) = met.get_mut(*other as usize) {
                        if *sum == 0 {
                            touched.push(*other);
                        }
                        *sum += worth;
                    }
                }
            }
        }
        touched
    }

    /// How alike two books are, in thousandths: the cosine of their rarities, and what class and people add.
    fn score(&self, a: DocId, b: DocId, common: u32) -> u64 {
        let length = |doc: DocId| self.length.get(doc as usize).copied().unwrap_or(0);
        let both = (length(a) * length(b) * 255) >> 16;
        let topics = (u64::from(common) * 1000).checked_div(both).unwrap_or(0);
        let class = |doc: DocId| self.class_numbers.get(doc as usize).copied().unwrap_or(NO_CLASS);
        let class = match (class(a), class(b)) {
            (NO_CLASS, _) | (_, NO_CLASS) => 0,
            (a, b) if a == b => CLASS,
            (a, b) if a.1 == b.1 => DIVISION,
            _ => 0,
        };
        let people = of(&self.people, a).iter().any(|person| of(&self.people, b).contains(person));
        topics + class + if people { PERSON } else { 0 }
    }

    /// The other books that have something of a book, each once; of a thing that many have the likeliest.
    fn others(&self, things: &[Vec<u32>], lists: &Lists, doc: DocId) -> Vec<DocId> {
        let lists = of(things, doc).iter().flat_map(|thing| lists.get(*thing).iter().take(READ_OTHERS));
        let mut others: Vec<DocId> = lists.copied().filter(|other| *other != doc).collect();
        others.sort_unstable();
        others.dedup();
        others
    }
}

fn of(things: &[Vec<u32>], doc: DocId) -> &[u32] {
    things.get(doc as usize).map_or(&[], Vec::as_slice)
}

/// The letters of a book's contributors, without repeats.
fn people(book: &Book) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for name in names::parse(&book.authors) {
        let letters = fold::letters(&name.text);
        if !letters.is_empty() && !people.contains(&letters) {
            people.push(letters);
        }
    }
    people.truncate(PEOPLE);
    people
}

/// What the editions of a book have in common: the main title, the volume, and who is named first.
fn edition(book: &Book, first: Option<&String>) -> Option<String> {
    let first = first?;
    let main = fold::letters(title::parts(&book.title).main);
    let volume = fold::letters(book.volume.as_deref().unwrap_or_default());
    (!main.is_empty()).then(|| [main.as_str(), &volume, first].join("\u{1f}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, KeywordId};
    use crate::compile::related;
    use std::collections::BTreeMap;

    /// Title, authors, class, year, keywords.
    type Row = (&'static str, &'static str, &'static str, u16, &'static [&'static str]);

    fn alike(rows: &[Row]) -> Vec<Alike> {
        let mut keywords: Vec<Box<str>> =
            rows.iter().flat_map(|row| row.4.iter().map(|word| Box::from(*word))).collect();
        keywords.sort_unstable();
        keywords.dedup();
        let id = |word: &&str| KeywordId(keywords.iter().position(|known| **known == **word).unwrap() as u32);
        let book = |(place, row): (usize, &Row)| Book {
            isbn13: 9_790_000_000_000 + place as u64,
            title: row.0.to_owned(),
            authors: row.1.to_owned(),
            class_no: Some(row.2.to_owned()).filter(|class| !class.is_empty()),
            year: Some(row.3),
            keywords: row.4.iter().map(id).collect(),
            ..Book::default()
        };
        let books: Vec<Book> = rows.iter().enumerate().map(book).collect();
        let catalogue = Catalogue { books, keywords: keywords.clone(), ..Catalogue::default() };
        let books: Vec<&Book> = catalogue.books.iter().collect();
        let topics = Topics::find(&catalogue, &books);
        let (_, near) = related::find(&topics, &books, &BTreeMap::new());
        find(&topics, &near, &books)
    }

    /// Fifty books on cooking behind the rows.
    fn with_others(rows: &[Row]) -> Vec<Row> {
        let others = std::iter::repeat_n(("맛있는 요리", "", "594", 2000, &["요리", "재료"] as &[&str]), 50);
        rows.iter().copied().chain(others).collect()
    }

    #[test]
    fn books_that_share_rare_topics_are_similar_and_others_are_not() {
        let alike = alike(&with_others(&[
            ("도커 입문", "김하나", "004.1", 2020, &["도커", "컨테이너", "요리"]),
            ("컨테이너 활용", "이두리", "004.1", 2020, &["도커", "컨테이너"]),
            ("도커 실무", "박세찌", "004.2", 2020, &["도커", "배포"]),
            ("화분 가꾸기", "최네찌", "520", 2020, &["화분", "배포"]),
        ]));
        assert_eq!(alike[0].similar, [1, 2], "more topics in common first, and nothing by 요리 alone");
        assert!(!alike[0].similar.contains(&3) && alike[0].editions.is_empty());
        assert!(alike[2].similar.contains(&0) && alike[2].similar.contains(&1));
    }

    #[test]
    fn words_near_to_a_books_own_make_books_similar() {
        let mut rows: Vec<Row> =
            vec![("도커 입문", "김하나", "", 2020, &["도커", "쿠버네티스"]); 6];
        rows.push(("가나다", "이두리", "", 2020, &["도커"]));
        rows.push(("라마바", "박세찌", "", 2020, &["쿠버네티스"]));
        let with = alike(&with_others(&rows));
        assert!(with[6].similar.contains(&7), "{:?}", with[6]);
    }

    #[test]
    fn editions_are_told_apart_from_similar_books_the_newest_first() {
        let alike = alike(&with_others(&[
            ("도커 입문", "김하나 지음", "004.1", 2018, &["도커", "컨테이너"]),
            ("(처음 만나는) 도커 입문 :개정판", "지은이: 김하나", "004.1", 2020, &["도커", "컨테이너"]),
            ("도커 입문", "김하나", "004.1", 2023, &["도커", "컨테이너"]),
            ("도커 입문", "이두리", "004.1", 2023, &["도커", "컨테이너"]),
        ]));
        assert_eq!(alike[0], Alike { editions: vec![2, 1], similar: vec![3] });
        assert_eq!(alike[3].editions, Vec::<u32>::new(), "another author's book of the same name");
        assert_eq!(alike[3].similar.len(), 1, "one edition of a similar book is enough: {:?}", alike[3]);
    }

    #[test]
    fn titles_tell_where_there_are_no_keywords() {
        let mut rows: Vec<Row> = vec![("맛있는 요리", "", "", 2000, &[]); 40];
        rows.push(("첫 도커", "김하나", "", 2020, &[]));
        rows.push(("도커 배포", "이두리", "", 2020, &[]));
        let alike = alike(&rows);
        assert_eq!((alike[40].similar.as_slice(), alike[41].similar.as_slice()), (&[41][..], &[40][..]));
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let row: Row = ("도커 입문", "김하나", "004.1", 2020, &["도커", "컨테이너"]);
        let rows = with_others(&[row; 9]);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| alike(&rows))
        };
        assert_eq!(with(1), with(3));
    }
}
