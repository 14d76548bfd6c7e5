//! Finds the editions of one work among the books.
//!
//! The rule is in `docs/IDENTITY.md`. Invariants: what is found depends on what the books say, never on their order; a book
//! that could be of two works is of its own.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use seoga_text::{names, title};

use super::book::Book;
use super::description::Volume;
use super::made_id::normal;
use super::sets::Sets;
use super::title_words::{TitleWords, proper};
use crate::hash::fixed_state;

/// Days within which a library registers volumes of a set, and no second edition of a work.
const VOLUME_DAYS: i32 = 365;
/// Of books of one title and author so many that say different things are compared with each other; of more only those that say
/// the same are of one work.
const MOST_COMPARED: usize = 64;
/// Of the books that a library registered after one so many are compared with it.
const MOST_NEIGHBOURS: usize = 64;
/// Letters that a part of a title has at least to be found inside another.
const LEAST_LETTERS: usize = 6;
/// Letters that a part of a title has at least to be missing in another: fewer may name another part.
const LEAST_MISSING: usize = 5;
/// Letters of a title by which alone, without an author, books are of one work.
const LEAST_TITLE: usize = 6;
/// Names that name nobody.
const NOBODY: [&str; 4] = ["편집부", "편집실", "anonymous", "작자미상"];

/// The works that have several editions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Works {
    /// The places of the books of each work, ascending; works ascend by their first book.
    editions: Vec<Vec<u32>>,
    /// For each book the number of its work, and of the books that share its title, volume and author; [`NONE`] where it is alone.
    of: Vec<(u32, u32)>,
}

const NONE: u32 = u32::MAX;

/// All that tells of a book which work it is an edition of.
#[derive(Debug)]
struct Said {
    /// Title, volume and author.
    key: Key,
    /// The words before and behind the title proper.
    rest: TitleWords,
    parallel: TitleWords,
    /// Words of editions in the title proper.
    editions: Vec<String>,
    publisher: String,
}

/// Title, volume and author.
type Key = (String, Volume, String);

/// All but the key.
type Same<'a> = (&'a TitleWords, &'a TitleWords);

impl Works {
    /// Finds the works of these books.
    #[must_use]
    pub fn find(books: &[&Book]) -> Self {
        // Most books share their title with none: of those nothing more is read.
        let state = fixed_state();
        let titles: Vec<u64> =
            books.par_iter().map(|book| state.hash_one(proper(&book.title).letters())).collect();
        let mut by_title: Vec<(u64, u32)> = titles.into_iter().zip(0..).collect();
        by_title.par_sort_unstable();
        let shared: Vec<u32> = by_title
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() > 1)
            .flat_map(|same| same.iter().map(|(_, place)| *place))
            .collect();
        let said: Vec<Option<Said>> = shared
            .par_iter()
            .map(|place| books.get(*place as usize).and_then(|book| Said::of(book)))
            .collect();
        let mut alike: BTreeMap<&Key, Vec<(u32, &Said)>> = BTreeMap::new();
        for (place, said) in shared.iter().zip(&said) {
            if let Some(said) = said {
                alike.entry(&said.key).or_default().push((*place, said));
            }
        }
        let alike: Vec<Vec<(u32, &Said)>> = alike.into_values().filter(|alike| alike.len() > 1).collect();
        let mut editions: Vec<Vec<u32>> =
            alike.par_iter().flat_map_iter(|alike| of_one_title(alike, books)).collect();
        editions.sort_unstable();
        let mut of = vec![(NONE, NONE); books.len()];
        for (number, places) in (0..).zip(&editions) {
            places.iter().for_each(|place| {
                if let Some(of) = of.get_mut(*place as usize) {
                    of.0 = number;
                }
            });
        }
        for (number, alike) in (0..).zip(&alike) {
            for (place, _) in alike {
                if let Some(of) = of.get_mut(*place as usize) {
                    of.1 = number;
                }
            }
        }
        Self { editions, of }
    }

    /// Gives the number of a book's work, where it has other editions.
    #[must_use]
    pub fn of(&self, place: u32) -> Option<u32> {
        self.of.get(place as usize).map(|of| of.0).filter(|work| *work != NONE)
    }

    /// Gives the number that books of one title, volume and author share, of one work or not.
    #[must_use]
    pub fn look_alikes(&self, place: u32) -> Option<u32> {
        self.of.get(place as usize).map(|of| of.1).filter(|alike| *alike != NONE)
    }

    /// Lists the books of a work, ascending.
    #[must_use]
    pub fn editions(&self, work: u32) -> &[u32] {
        self.editions.get(work as usize).map_or(&[], Vec::as_slice)
    }

    /// Lists the books of each work.
    pub fn all(&self) -> impl Iterator<Item = &[u32]> {
        self.editions.iter().map(Vec::as_slice)
    }
}

impl Said {
    /// Reads a book; nothing where title or author do not tell of which work it is.
    fn of(book: &Book) -> Option<Self> {
        let proper = proper(&book.title);
        let (mut letters, editions) = (proper.letters(), proper.editions);
        let parts = title::parts(&book.title);
        let publisher = normal(&book.publisher);
        let author = names::parse(&book.authors).into_iter().next().map(|name| normal(&name.text));
        let author = author.filter(|author| !author.is_empty() && !NOBODY.contains(&author.as_str()));
        let author = match author {
            Some(author) => author,
            None if !publisher.is_empty() && letters.chars().count() >= LEAST_TITLE => {
                // By the title alone: all of it, and of one publisher.
                letters = normal(&book.title);
                format!("\u{1f}{publisher}")
            }
            None => return None,
        };
        let words = |text: Option<&str>| text.map(TitleWords::of).unwrap_or_default();
        let volume = Volume::of(book.volume.as_deref().unwrap_or_default(), parts.main);
        (!letters.is_empty()).then(|| Self {
            key: (letters, volume, author),
            rest: words(parts.leading).and(words(parts.subtitle)),
            parallel: words(parts.parallel),
            editions,
            publisher,
        })
    }

    /// Tells whether two books of one title and author may be of one work: none says that it is another part, and of what stands
    /// beside the titles one says nothing or all that the other says is in it.
    fn agrees(&self, other: &Self) -> bool {
        let in_each_other = |a: &TitleWords, b: &TitleWords| {
            let (one, two) = (a.letters(), b.letters());
            let inside =
                |part: &str, whole: &str| part.chars().count() >= LEAST_LETTERS && whole.contains(part);
            let words = |part: &TitleWords, whole: &TitleWords| {
                part.plain.iter().all(|word| whole.plain.contains(word))
            };
            inside(&one, &two)
                || inside(&two, &one)
                || !one.is_empty() && words(a, b)
                || !two.is_empty() && words(b, a)
        };
        let long = |words: &TitleWords| matches!(words.letters().chars().count(), 0 | LEAST_MISSING..);
        let one_says_nothing = |a: &TitleWords, b: &TitleWords| a.plain.is_empty() || b.plain.is_empty();
        // Whatever one subtitle says in a word or two, it may be another part: `: 파이썬`.
        let rests = one_says_nothing(&self.rest, &other.rest) && long(&self.rest) && long(&other.rest);
        self.rest.parts == other.rest.parts
            && self.parallel.parts == other.parallel.parts
            && (rests || in_each_other(&self.rest, &other.rest))
            && (one_says_nothing(&self.parallel, &other.parallel)
                || in_each_other(&self.parallel, &other.parallel))
    }

    fn same(&self) -> Same<'_> {
        (&self.rest, &self.parallel)
    }

    /// Tells whether no word makes the two two editions: then volumes of a set look so, too.
    fn may_be_volumes(&self, other: &Self) -> bool {
        let marks = |said: &Self| {
            let marks = said.editions.iter().chain(&said.rest.editions).chain(&said.parallel.editions);
            marks.cloned().collect::<Vec<String>>()
        };
        marks(self) == marks(other)
    }

    /// Tells whether the publishers that two name may be one.
    fn shares_publisher(&self, other: &Self) -> bool {
        let (a, b) = (&self.publisher, &other.publisher);
        a.contains(b) || b.contains(a)
    }
}

/// Finds the works among books of one title, volume and author.
fn of_one_title(alike: &[(u32, &Said)], books: &[&Book]) -> Vec<Vec<u32>> {
    let mut same: BTreeMap<Same<'_>, Vec<(u32, &Said)>> = BTreeMap::new();
    alike.iter().for_each(|(place, said)| same.entry(said.same()).or_default().push((*place, said)));
    let same: Vec<Vec<(u32, &Said)>> = same.into_values().collect();
    let count = same.len() as u32;
    let said = |number: u32| same.get(number as usize).and_then(|of| of.first()).map(|(_, said)| *said);
    let agree = |a: u32, b: u32| said(a).zip(said(b)).is_some_and(|(a, b)| a.agrees(b));
    let mut sets = Sets::new(count);
    if same.len() <= MOST_COMPARED {
        for a in 0..count {
            (a + 1..count).filter(|b| agree(a, *b)).for_each(|b| sets.unite(a, b));
        }
    }
    let mut joined: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    (0..count).for_each(|of| joined.entry(sets.name(of)).or_default().push(of));
    let mut works = Vec::new();
    for group in joined.into_values() {
        let every =
            || group.iter().enumerate().flat_map(|(at, a)| group.iter().skip(at + 1).map(|b| (*a, *b)));
        let of = |numbers: &[u32]| {
            let of = numbers.iter().filter_map(|number| same.get(*number as usize)).flatten();
            of.copied().collect::<Vec<(u32, &Said)>>()
        };
        // One that agrees with two which do not agree with each other could be of either.
        let one = every().all(|(a, b)| agree(a, b));
        let candidates: Vec<Vec<(u32, &Said)>> =
            if one { vec![of(&group)] } else { group.iter().map(|number| of(&[*number])).collect() };
        for work in candidates {
            if work.len() > 1 && !are_volumes(&work, books) {
                let mut places: Vec<u32> = work.into_iter().map(|(place, _)| place).collect();
                places.sort_unstable();
                works.push(places);
            }
        }
    }
    works
}

/// Tells whether some of these are volumes that nobody numbered: nothing makes two of them two editions, and one library
/// registered both within a year, or the publisher numbered one right after the other.
fn are_volumes(work: &[(u32, &Said)], books: &[&Book]) -> bool {
    let mut registered: HashMap<u16, Vec<(i32, &Said)>, _> = HashMap::with_hasher(fixed_state());
    for (place, said) in work {
        for holding in books.get(*place as usize).into_iter().flat_map(|book| &book.holdings) {
            if let Some(day) = holding.registered {
                registered.entry(holding.library.0).or_default().push((day.days_since_1970(), said));
            }
        }
    }
    let numbered = work.iter().filter_map(|(place, said)| {
        let isbn13 = books.get(*place as usize)?.id.isbn13()?;
        Some((isbn13 / 10, *said))
    });
    let mut numbers: Vec<(u64, &Said)> = numbered.collect();
    numbers.sort_unstable_by_key(|(number, _)| *number);
    let follow = |pair: &[(u64, &Said)]| match pair {
        [(a, one), (b, other)] => b - a == 1 && one.may_be_volumes(other),
        _ => false,
    };
    if numbers.windows(2).any(follow) {
        return true;
    }
    registered.values_mut().any(|days| {
        days.sort_unstable_by_key(|(day, _)| *day);
        days.iter().enumerate().any(|(at, (day, said))| {
            let next = days.iter().skip(at + 1).take(MOST_NEIGHBOURS);
            let mut near = next.take_while(|(later, _)| later - day <= VOLUME_DAYS);
            near.any(|(_, other)| said.may_be_volumes(other) && said.shares_publisher(other))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Date, Holding, LibraryId};
    use seoga_index::book_id::BookId;

    /// Title, volume, authors, publisher, and the day of its registration by the only library.
    type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

    fn works(rows: &[Row]) -> Vec<Vec<u32>> {
        let books: Vec<Book> = rows
            .iter()
            .map(|(title, volume, authors, publisher, day)| Book {
                title: (*title).to_owned(),
                volume: Some((*volume).to_owned()).filter(|volume| !volume.is_empty()),
                authors: (*authors).to_owned(),
                publisher: (*publisher).to_owned(),
                holdings: Date::parse(day)
                    .map(|day| Holding { library: LibraryId(0), registered: Some(day) })
                    .into_iter()
                    .collect(),
                ..Book::default()
            })
            .collect();
        let forth: Vec<&Book> = books.iter().collect();
        let found: Vec<Vec<u32>> = Works::find(&forth).all().map(<[u32]>::to_vec).collect();
        // The order of the books changes nothing.
        let back: Vec<&Book> = books.iter().rev().collect();
        let last = books.len() as u32 - 1;
        let mut turned: Vec<Vec<u32>> =
            Works::find(&back).all().map(|of| of.iter().rev().map(|place| last - place).collect()).collect();
        turned.sort_unstable();
        assert_eq!(found, turned);
        found
    }

    #[test]
    fn editions_of_one_work_are_joined_whoever_published_them() {
        let found = works(&[
            ("먼 섬", "", "한가온 지음", "서가", "2001-01-01"),
            ("먼 섬 : 개정판", "", "지은이: 한가온 ; 옮긴이: 이나래", "다른서가", "2001-01-02"),
            ("(처음으로 읽는) 먼 섬 [큰글자도서]", "", "한가온", "서가", "2001-01-02"),
            ("먼 섬", "", "다른이", "서가", "2001-01-01"),
            ("먼 섬 2판", "", "한가온", "서가", "2001-01-01"),
        ]);
        assert_eq!(found, [[0, 1, 2, 4]]);
    }

    #[test]
    fn volumes_parts_and_works_of_one_title_stay_apart() {
        for pair in [
            [("먼 섬", "1", "한가온", "서가", ""), ("먼 섬", "2", "한가온", "서가", "")],
            [("먼 섬 1", "", "한가온", "서가", ""), ("먼 섬 2", "", "한가온", "서가", "")],
            [("먼 섬", "", "한가온", "서가", ""), ("먼 섬", "2", "한가온", "서가", "")],
            [("자료 : 자바 편", "", "한가온", "서가", ""), ("자료", "", "한가온", "서가", "")],
            [("자격 : 1급 필기", "", "한가온", "서가", ""), ("자격 : 1급 실기", "", "한가온", "서가", "")],
            [("(2020 서가) 자격", "", "한가온", "서가", ""), ("(2021 서가) 자격", "", "한가온", "서가", "")],
            [("코딩 : 파이썬", "", "한가온", "서가", ""), ("코딩", "", "한가온", "서가", "")],
            [("C++ 교실", "", "한가온", "서가", ""), ("C# 교실", "", "한가온", "서가", "")],
            [("놀이 =Entry", "", "한가온", "서가", ""), ("놀이 =Scratch", "", "한가온", "서가", "")],
            [("무제", "", "", "서가", ""), ("무제", "", "", "서가", "")],
            [("모두의 코딩", "", "편집부", "", ""), ("모두의 코딩", "", "편집부", "", "")],
        ] {
            assert_eq!(works(&pair), Vec::<Vec<u32>>::new(), "{pair:?}");
        }
    }

    #[test]
    fn a_book_between_two_works_is_of_none() {
        let found = works(&[
            ("자료", "", "한가온", "서가", ""),
            ("자료 : 섬에서 배우는 것", "", "한가온", "서가", ""),
            ("자료 : 강에서 배우는 것", "", "한가온", "서가", ""),
            ("자료 : 강에서 배우는 것", "", "한가온", "다른서가", ""),
        ]);
        assert_eq!(found, [[2, 3]]);
    }

    #[test]
    fn books_that_a_library_registered_together_are_volumes_unless_they_say_two_editions() {
        let at = |day| ("먼 섬", "", "한가온", "서가", day);
        assert_eq!(works(&[at("2020-01-01"), at("2020-03-01")]), Vec::<Vec<u32>>::new());
        assert_eq!(works(&[at("2020-01-01"), at("2022-03-01")]), [[0, 1]]);
        assert_eq!(works(&[at("2020-01-01"), at("2022-03-01"), at("2022-06-01")]), Vec::<Vec<u32>>::new());
        let large = ("먼 섬 : 큰글자책", "", "한가온", "서가", "2020-01-01");
        assert_eq!(works(&[at("2020-01-01"), large]), [[0, 1]]);
    }

    #[test]
    fn books_that_the_publisher_numbered_one_after_the_other_are_volumes() {
        let numbered = |number: u64, title: &str| Book {
            id: BookId::isbn(number),
            title: title.to_owned(),
            authors: "한가온".to_owned(),
            publisher: if number % 10 == 8 { "서가" } else { "SEOGA" }.to_owned(),
            ..Book::default()
        };
        let works = |a: u64, b: u64, title: &str| {
            let (a, b) = (numbered(a, "먼 섬"), numbered(b, title));
            Works::find(&[&a, &b]).all().count()
        };
        assert_eq!(works(9_788_931_466_348, 9_788_931_466_355, "먼 섬"), 0);
        assert_eq!(works(9_788_931_466_348, 9_788_931_466_362, "먼 섬"), 1);
        assert_eq!(works(9_788_931_466_348, 9_788_931_466_355, "먼 섬 : 큰글자책"), 1);
    }

    #[test]
    fn without_an_author_the_whole_title_and_the_publisher_have_to_be_the_same() {
        let of = |title, publisher| (title, "", "", publisher, "");
        assert_eq!(
            works(&[of("한 마을의 오랜 이야기", "서가"), of("한 마을의 오랜 이야기", "서가")]),
            [[0, 1]]
        );
        let two = [of("한 마을의 오랜 이야기", "서가"), of("한 마을의 오랜 이야기", "책방")];
        assert_eq!(works(&two), Vec::<Vec<u32>>::new());
        let two = [of("한 마을의 오랜 이야기 : 가", "서가"), of("한 마을의 오랜 이야기", "서가")];
        assert_eq!(works(&two), Vec::<Vec<u32>>::new());
    }
}
