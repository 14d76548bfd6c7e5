//! Books like a book: other editions of it, and similar ones.
//!
//! Two books are similar by the topics they share ([`Topics`]: keywords, and words of titles where those say more or
//! there are no keywords), by words of one that are near to words of the other ([`Near`], half as good), and a little by
//! class and contributors; `docs/RANKING.md` gives the figures. Other editions are those of the same work ([`Works`]); books of
//! the same title, volume and author are not told once more as similar books, and of several such only the nearest is.
//!
//! The work is bounded whatever the catalogue: of each book the rarest topics are followed first, until [`READ`]
//! postings were read; of a long list the head, which holds the likeliest books.
//!
//! Invariant: the same catalogue gives the same books whatever the number of threads: scores are integers, ties go to
//! the likelier book.

mod accumulator;

use rayon::prelude::*;
use seoga_index::DocId;
use seoga_index::alike::Alike;
use seoga_index::dictionary::df_class;

use super::contributors::Contributors;
use super::ragged::RaggedArray;
use super::related::Near;
use super::topics::Topics;
use crate::catalogue::{Book, Works};
use crate::interner::Interner;
use accumulator::Accumulator;

/// Similar books of a book.
const SIMILAR: usize = 6;
/// Of the books most like one so many are ranked, since several may be editions of one.
const RANKED: usize = 64;
/// Other editions of a book.
const EDITIONS: usize = 10;
/// Postings read for a book's topics; half as many more for words near to them.
const READ: usize = 1024;
/// Of the books met so many are looked at, those with most in common.
const LOOKED_AT: usize = 256;
/// Books read of its class, and of each of its contributors.
const READ_OTHERS: usize = 64;
/// Books compared in one piece of parallel work.
const PIECE: usize = 2048;
/// Contributors of a book that count.
const PEOPLE: usize = 4;
/// Weight of a word near to a topic, against the topic itself.
const NEAR_PERCENT: u32 = 50;
/// Weights of the same class, and of a class with the same three first digits, in thousandths.
const CLASS: u64 = 150;
const DIVISION: u64 = 75;
/// Weight of a common contributor, in thousandths.
const PERSON: u64 = 150;
/// Less is no likeness.
const LEAST: u64 = 150;

const _: () = assert!(READ + READ / 2 + READ_OTHERS * (1 + PEOPLE) <= accumulator::SLOTS / 2);

/// The number of a class, contributor or edition that a book does not have.
const NONE: u32 = u32::MAX;

/// Finds the books like each, in document order.
pub(super) fn find(
    topics: &Topics,
    near: &Near,
    (contributors, works): (&Contributors, &Works),
    books: &[&Book],
) -> Vec<Alike> {
    let index = FeatureIndex::new(topics, near, (contributors, works), books);
    (0..books.len() as DocId)
        .collect::<Vec<DocId>>()
        .par_chunks(PIECE)
        .flat_map_iter(|piece| {
            let mut scratch = Scratch::default();
            piece.iter().map(|doc| index.alike(*doc, &mut scratch)).collect::<Vec<_>>()
        })
        .collect()
}

/// Scratch space of one thread, so that nothing is allocated for each book; what is left in it does not matter.
#[derive(Debug, Default)]
struct Scratch {
    met: Accumulator,
    /// Words with what they count.
    own: Vec<(u32, u32)>,
    near: Vec<(u32, u32)>,
    /// Books by rank: what they have less of, then the book.
    ranks: Vec<u64>,
    /// Their features.
    looked_at: Vec<Features>,
}

/// Features that the likeness of two books is computed from, beside the topics they share. Side by side, since they are read for
/// hundreds of books for each.
#[derive(Debug, Clone, Copy)]
struct Features {
    /// The book's length as a vector of rarities, in 256ths; 0 for a book without shared topics.
    length: u32,
    class: u32,
    division: u32,
    /// Shared by books of one title, volume and author.
    edition: u32,
    people: [u32; PEOPLE],
}

/// Features and inverted lists of all books.
#[derive(Debug)]
struct FeatureIndex<'a> {
    books: &'a [&'a Book],
    works: &'a Works,
    topics: &'a Topics,
    near: &'a Near,
    features: Vec<Features>,
    /// Books by topic, by class, by contributor.
    of_topic: RaggedArray,
    of_class: RaggedArray,
    of_person: RaggedArray,
    /// The square of each topic's rarity; 0 for one that no two books share.
    worth: Vec<u32>,
}

impl<'a> FeatureIndex<'a> {
    fn new(
        topics: &'a Topics,
        near: &'a Near,
        (contributors, works): (&Contributors, &'a Works),
        books: &'a [&'a Book],
    ) -> Self {
        let of_topic = RaggedArray::inverted(topics.len(), topics.of_books.iter());
        let all = df_class(books.len() as u32);
        let worth: Vec<u32> = (0..topics.len() as u32)
            .into_par_iter()
            .map(|word| match of_topic.get(word).len() as u32 {
                0 | 1 => 0,
                df => (u32::from(all.saturating_sub(df_class(df))) + 1).pow(2),
            })
            .collect();
        let square = |word: &u32| worth.get(*word as usize).map_or(0, |worth| u64::from(*worth));
        let known: Vec<(u32, [u32; PEOPLE])> = (0u32..books.len() as u32)
            .into_par_iter()
            .map(|doc| {
                let length = (topics.of_books.get(doc).iter().map(square).sum::<u64>() << 16).isqrt();
                (length as u32, people(contributors, doc))
            })
            .collect();
        let (mut class, mut division) = (Interner::default(), Interner::default());
        let features: Vec<Features> = books
            .iter()
            .zip(0u32..)
            .zip(known)
            .map(|((book, doc), (length, people))| {
                let three =
                    |class_no: &str| division.number(class_no.get(..3).unwrap_or_default().as_bytes());
                Features {
                    length,
                    class: book.class_no.as_ref().map_or(NONE, |class_no| class.number(class_no.as_bytes())),
                    division: book.class_no.as_deref().map_or(NONE, three),
                    edition: works.look_alikes(doc).unwrap_or(NONE),
                    people,
                }
            })
            .collect();
        let one = |what: fn(&Features) -> &u32| features.iter().map(move |of| std::slice::from_ref(what(of)));
        Self {
            of_class: RaggedArray::inverted(class.len(), one(|of| &of.class)),
            of_person: RaggedArray::inverted(
                contributors.different(),
                features.iter().map(|of| &of.people[..]),
            ),
            books,
            works,
            topics,
            near,
            features,
            of_topic,
            worth,
        }
    }

    /// The books like one.
    fn alike(&self, doc: DocId, scratch: &mut Scratch) -> Alike {
        self.meet(doc, scratch);
        let Scratch { met, ranks, looked_at, .. } = scratch;
        ranks.clear();
        ranks.extend(met.all().map(|(other, common)| rank(common, other)));
        // What is left out from here on, and is met again by class or contributor, counts by that alone.
        let mut left_out = u64::MAX;
        if ranks.len() > LOOKED_AT {
            left_out = *ranks.select_nth_unstable(LOOKED_AT).1;
            ranks.truncate(LOOKED_AT);
        }
        let Some(own) = self.features.get(doc as usize) else { return Alike::default() };
        let by_class = std::iter::once(self.of_class.get(own.class));
        let by_people = own.people.iter().map(|person| self.of_person.get(*person));
        for other in by_class.chain(by_people).flat_map(|list| list.iter().take(READ_OTHERS)) {
            let (common, new) = met.sum(*other);
            if new || rank(*common, *other) >= left_out {
                // Never again.
                *common = u32::MAX;
                ranks.push(rank(0, *other));
            }
        }
        let mut found = 0;
        // Fetched all at once, since none of them is at hand and fetching one does not wait for another.
        looked_at.clear();
        looked_at.extend(ranks.iter().map(|rank| self.features[of_rank(*rank).1 as usize]));
        for (at, of_other) in looked_at.iter().enumerate() {
            let (common, other) = of_rank(ranks[at]);
            let score = score(own, of_other, common);
            if other != doc && score >= LEAST {
                ranks[found] = rank(u32::try_from(score).unwrap_or(u32::MAX), other);
                found += 1;
            }
        }
        ranks.truncate(found);
        if ranks.len() > RANKED {
            ranks.select_nth_unstable(RANKED);
            ranks.truncate(RANKED);
        }
        ranks.sort_unstable();
        let mut told = [own.edition; SIMILAR + 1];
        let mut similar = Vec::with_capacity(SIMILAR);
        for other in ranks.iter().map(|rank| of_rank(*rank).1) {
            let edition = self.features.get(other as usize).map_or(NONE, |of| of.edition);
            if edition == NONE || !told[..=similar.len()].contains(&edition) {
                similar.push(other);
                if similar.len() == SIMILAR {
                    break;
                }
                told[similar.len()] = edition;
            }
        }
        let editions = self.works.of(doc).map_or(&[][..], |work| self.works.editions(work));
        let mut editions: Vec<DocId> = editions.iter().copied().filter(|other| *other != doc).collect();
        let year = |doc: &DocId| self.books.get(*doc as usize).and_then(|book| book.year);
        editions.sort_by(|a, b| year(b).cmp(&year(a)).then(a.cmp(b)));
        editions.truncate(EDITIONS);
        Alike { editions, similar }
    }

    /// Adds up for each book what the topics of this one and the words near to them are worth.
    fn meet(&self, doc: DocId, scratch: &mut Scratch) {
        let Scratch { met, own, near, .. } = scratch;
        let topics = self.topics.of_books.get(doc);
        own.clear();
        own.extend(topics.iter().map(|word| (*word, 255)));
        near.clear();
        for word in topics {
            let weighed = |(word, score): &(u32, u8)| (*word, u32::from(*score) * NEAR_PERCENT / 100);
            let others = self.near.of(*word).iter().filter(|(word, _)| topics.binary_search(word).is_err());
            near.extend(others.map(weighed));
        }
        // Of several words it is near to, the nearest counts.
        near.sort_unstable_by_key(|(word, score)| (*word, std::cmp::Reverse(*score)));
        near.dedup_by_key(|(word, _)| *word);
        met.clear();
        for (words, most) in [(own, READ), (near, READ / 2)] {
            words.sort_by_cached_key(|(word, _)| (self.of_topic.get(*word).len(), *word));
            let mut left = most;
            for (word, weight) in words.iter() {
                let worth = self.worth.get(*word as usize).map_or(0, |worth| worth * weight);
                let list = self.of_topic.get(*word);
                let list = list.get(..left.min(list.len())).unwrap_or_default();
                left -= list.len();
                for other in list.iter().filter(|_| worth > 0) {
                    *met.sum(*other).0 += worth;
                }
                if left == 0 {
                    break;
                }
            }
        }
    }
}

/// How alike two books are, in thousandths: the cosine of their rarities, and what class and people add.
fn score(a: &Features, b: &Features, common: u32) -> u64 {
    let both = (u64::from(a.length) * u64::from(b.length) * 255) >> 16;
    let topics = match common {
        0 => 0,
        common => (u64::from(common) * 1000).checked_div(both).unwrap_or(0),
    };
    let class = if a.class == NONE || b.class == NONE {
        0
    } else if a.class == b.class {
        CLASS
    } else if a.division == b.division {
        DIVISION
    } else {
        0
    };
    let people = a.people.iter().any(|person| *person != NONE && b.people.contains(person));
    topics + class + if people { PERSON } else { 0 }
}

/// Ranks ascend as what they count falls; of equals the likelier book comes first.
fn rank(counted: u32, doc: DocId) -> u64 {
    u64::from(!counted) << 32 | u64::from(doc)
}

fn of_rank(rank: u64) -> (u32, DocId) {
    (!((rank >> 32) as u32), rank as DocId)
}

/// The letters of a book's contributors by number, without repeats.
fn people(contributors: &Contributors, doc: DocId) -> [u32; PEOPLE] {
    let mut people = [NONE; PEOPLE];
    let mut count = 0;
    for name in contributors.of(doc) {
        let letters = contributors.letters(*name);
        if count < PEOPLE && !people.contains(&letters) && !contributors.spelled(letters).is_empty() {
            people[count] = letters;
            count += 1;
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, KeywordId};
    use crate::compile::related;
    use seoga_index::book_id::BookId;
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
            id: BookId::isbn(9_790_000_000_000 + place as u64),
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
        let told = (&Contributors::find(&books), &Works::find(&books));
        find(&topics, &near, told, &books)
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
