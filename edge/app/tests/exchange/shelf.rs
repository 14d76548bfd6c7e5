//! Five books in three libraries, as index files in memory. Not a builder: only what the tests ask for.

use std::collections::BTreeMap;

use seoga_index::alike::Alike;
use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::columns::{Language, UNKNOWN16};
use seoga_index::file::{FileName, Kind};
use seoga_index::isbns::BookNumber;
use seoga_index::items::Item;
use seoga_index::key::{in_space, space};
use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_index::manifest::{Directory, Library, Manifest};
use seoga_index::opening;
use seoga_index::phrases::Phrases;
use seoga_index::pointer::Pointer;
use seoga_index::postings::{Field, Posting, payload};
use seoga_index::record::{Holding, Record, Shared};
use seoga_index::suggest::{Suggestion, SuggestionKind};
use seoga_index::write::{
    self, AlikeWriter, ColumnsWriter, DictionaryWriter, FacetValues, IsbnsWriter, ItemsWriter, NamesWriter,
    PostingsWriter, RecordsWriter, SuggestWriter,
};
use seoga_search::ArrivalScope;
use seoga_text::{fold, keys, token};

/// Files by path under the static origin.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) const LIBRARIES: [&str; 3] = ["강남", "강동", "양천"];
/// A book number that no index here has.
pub(crate) const NO_BOOK: &str = "9788966260997";

/// ISBN, title, authors, publisher, year, class, loans, holdings (library, days since 1970).
type Row = (
    u64,
    &'static str,
    &'static str,
    &'static str,
    Option<u16>,
    Option<&'static str>,
    Option<u32>,
    &'static [(u16, u16)],
);

pub(crate) const BOOKS: [Row; 5] = [
    (
        9791100000019,
        "파이썬 첫걸음",
        "김서가",
        "서가출판",
        Some(2021),
        Some("005.133"),
        Some(12),
        &[(0, 19_000), (1, 18_000), (2, 18_500)],
    ),
    (
        9791100000026,
        "파이썬 머신러닝",
        "이나루 지음, 박누리 옮김",
        "나루북스",
        Some(2019),
        Some("004.73"),
        None,
        &[(0, 18_200)],
    ),
    (9791100000033, "도커 <입문> & 실습", "최다온", "서가출판", None, Some("005.44"), None, &[(2, 19_411)]),
    (9791100000040, "Learning Rust", "A. Writer", "Gull Press", Some(2023), None, None, &[(1, 19_100)]),
    (
        9791100000057,
        "우리 동네 산책",
        "정마루",
        "나루북스",
        Some(2018),
        Some("980.2"),
        Some(3),
        &[(0, 17_000), (2, 17_100)],
    ),
];

/// The keys of the lists of arrivals: the books, each with its day.
fn arrivals(books: &[Row]) -> BTreeMap<Vec<u8>, Vec<(u16, u32)>> {
    let mut arrived: BTreeMap<Vec<u8>, Vec<(u16, u32)>> = BTreeMap::new();
    for (doc, book) in (0u32..).zip(books) {
        let mut put = |of: ArrivalScope<'_>, day: u16| arrived.entry(of.key()).or_default().push((day, doc));
        let first = book.7.iter().map(|(_, day)| *day).min().unwrap();
        put(ArrivalScope::All, first);
        book.7.iter().for_each(|(library, day)| put(ArrivalScope::Library(*library), *day));
        let class = book.5.unwrap_or_default();
        (1..=class.len())
            .filter(|end| !class[..*end].ends_with('.'))
            .for_each(|end| put(ArrivalScope::Class(&class[..end]), first));
    }
    arrived
}

/// An index: its files, and the letters of its generation.
pub(crate) struct Shelf {
    pub(crate) files: Files,
    pub(crate) generation: String,
    pub(crate) manifest: String,
}

impl Shelf {
    /// The five books.
    pub(crate) fn new() -> Self {
        Self::of(&BOOKS)
    }

    /// Only these books: another generation.
    pub(crate) fn of(books: &[Row]) -> Self {
        Self::at(books, Some((37_500_000, 127_000_000)))
    }

    /// The five books, in libraries that do not say where they are.
    pub(crate) fn without_places() -> Self {
        Self::at(&BOOKS, None)
    }

    /// Books, in libraries of a place.
    fn at(books: &[Row], place: Option<(i32, i32)>) -> Self {
        let mut files = Files::new();
        let mut sink = |name: FileName, bytes: Vec<u8>| {
            files.insert(format!("/index/{name}"), bytes);
        };
        let mut lists: BTreeMap<Vec<u8>, Vec<Posting>> = BTreeMap::new();
        let mut add = |key: Vec<u8>, doc: usize, field: Field| {
            let list = lists.entry(key).or_default();
            if list.last().is_none_or(|last| last.doc != doc as u32) {
                list.push(Posting {
                    doc: doc as u32,
                    payload: payload(field, if field == Field::Author { 31 } else { 20 }, 1),
                });
            }
        };
        let mut publishers: Vec<&str> = books.iter().map(|book| book.3).collect();
        publishers.sort_unstable();
        publishers.dedup();
        let mut classes: Vec<String> = books.iter().filter_map(|book| book.5.map(str::to_owned)).collect();
        classes.sort_unstable();
        classes.dedup();
        let numbered = classes.clone();
        let phrases = Phrases::bytes();
        let shared = Shared { phrases: &phrases, classes: &numbered };
        let mut records = RecordsWriter::keeping(books.len(), Vec::new(), shared);
        let mut columns = ColumnsWriter::new(LIBRARIES.len());
        let mut suggest = SuggestWriter::new();
        for (doc, &(isbn13, title, authors, publisher, year, class, loans, held)) in books.iter().enumerate()
        {
            for (text, field) in
                [(title, Field::Title), (authors, Field::Author), (publisher, Field::Publisher)]
            {
                if doc == 1 {
                    add(keys::encode("딥러닝"), doc, Field::Keyword);
                }
                for word in token::tokenize(text) {
                    add(keys::encode(&word.text), doc, field);
                }
            }
            for end in 1..=class.map_or(0, str::len) {
                let prefix = &class.unwrap()[..end];
                if !prefix.ends_with('.') {
                    add(in_space(space::CLASS, prefix.as_bytes()), doc, Field::ClassName);
                }
            }
            if let Some(year) = year {
                add(in_space(space::YEAR, year.to_string().as_bytes()), doc, Field::Title);
            }
            let language = if title.is_ascii() { Language::English } else { Language::Korean };
            add(in_space(space::LANGUAGE, language.code().as_bytes()), doc, Field::Title);
            add(in_space(space::PUBLISHER, &seoga_search::publisher_key(publisher)), doc, Field::Publisher);
            let key = keys::encode(&fold::letters(title));
            suggest.add(
                key,
                Suggestion { text: title.to_owned(), kind: SuggestionKind::Title, count: 1, book: None },
            );
            records.push(
                Record {
                    id: BookId::isbn(isbn13),
                    checked: true,
                    title: title.to_owned(),
                    authors: authors.to_owned(),
                    publisher: publisher.to_owned(),
                    year,
                    class_no: class.map(str::to_owned),
                    loans,
                    holdings: held
                        .iter()
                        .map(|(library, days)| Holding::new(*library, Some(*days)))
                        .collect(),
                    ..Record::default()
                },
                &mut sink,
            );
            let number = |list: &[String], value: &str| list.iter().position(|other| other == value);
            columns.push(
                FacetValues {
                    class: class.and_then(|class| number(&classes, class)).map_or(UNKNOWN16, |n| n as u16),
                    year: year.unwrap_or(UNKNOWN16),
                    publisher: publishers.binary_search(&publisher).unwrap() as u32,
                    language,
                    libraries: held.iter().map(|(library, _)| *library).collect(),
                },
                &mut sink,
            );
        }
        for (key, mut arrived) in arrivals(books) {
            arrived.sort_by_key(|(day, doc)| (std::cmp::Reverse(*day), *doc));
            let ranked = arrived.into_iter().zip(0..).map(|((_, doc), rank)| Posting { doc, payload: rank });
            let mut list: Vec<Posting> = ranked.collect();
            list.sort_by_key(|posting| posting.doc);
            lists.insert(key, list);
        }
        let mut postings = PostingsWriter::new();
        let mut dictionary = DictionaryWriter::new(Kind::Dictionary);
        for (key, list) in &lists {
            let entry = postings.add(key, list, &mut sink).unwrap();
            assert!(dictionary.insert(key, entry, &mut sink));
        }
        let library = |(number, name): (usize, &&str)| {
            let holds = |book: &&Row| book.7.iter().any(|(library, _)| usize::from(*library) == number);
            let held: Vec<Posting> = (0u32..)
                .zip(books)
                .filter(|(_, book)| holds(book))
                .map(|(doc, _)| Posting { doc, payload: 0 })
                .collect();
            let (address, df_class) =
                postings.add_list(&[0xFF, number as u8], &held, &mut sink).unwrap_or_default();
            Library {
                name: (*name).to_owned(),
                books: held.len() as u32,
                postings: address,
                df_class,
                ..Library::default()
            }
        };
        let libraries = LIBRARIES.iter().enumerate().map(library).collect();
        let told = |name: &&str| {
            let mut details = LibraryDetails::at(place);
            details.set(Detail::Address, "서가로 1".to_owned());
            details.set(Detail::Homepage, "https://library.example/".to_owned());
            details.set(Detail::HoldingsLink, format!("https://library.example/{name}?isbn={{isbn}}"));
            details.set(Detail::Hours, "매일 09:00-18:00".to_owned());
            details
        };
        let told: Vec<LibraryDetails> = LIBRARIES.iter().map(told).collect();
        let told = write::libraries(&told, &[], &mut sink);
        let mut names = NamesWriter::publishers();
        publishers.iter().for_each(|name| names.push(name, &mut sink));
        let facets = columns.finish(&mut sink);
        // Of the second book the fourth is another edition, the third and the first are similar.
        let mut alike = AlikeWriter::new(books.len() as u32);
        for doc in 0..books.len() {
            let second = doc == 1 && books.len() > 3;
            let of = if second { Alike { editions: vec![3], similar: vec![2, 0] } } else { Alike::default() };
            alike.push(of, &mut sink);
        }
        let alike = alike.finish(&mut sink);
        // Only the first library says where the second book stands.
        let mut items = ItemsWriter::new(books.len());
        for (doc, book) in books.iter().enumerate() {
            let of = |(library, _): &(u16, u16)| Item {
                library: *library,
                call_number: "005.133-김54ㅁ".to_owned(),
                room: "종합자료실".to_owned(),
                copies: 2,
            };
            items.push(book.7.iter().take(usize::from(doc == 1)).map(of).collect(), &mut sink);
        }
        let items = items.finish(&mut sink);
        // Only the second book has keywords.
        let mut subjects = NamesWriter::subjects(books.len());
        for doc in 0..books.len() {
            subjects.push(if doc == 1 { "딥러닝\n신경망" } else { "" }, &mut sink);
        }
        let subjects = subjects.finish(&mut sink);
        // The shelf by class: 머신러닝, 첫걸음, 도커, 산책; the book without a class stands nowhere.
        let walk: &[u32] = if books.len() == 5 { &[1, 0, 2, 4] } else { &[] };
        let shelf = write::shelf(walk, books.len() as u32, &mut sink);
        let mut isbns = IsbnsWriter::keeping(books.len(), Vec::new());
        let mut numbers: Vec<(u64, u32)> = books.iter().map(|book| book.0).zip(0..).collect();
        numbers.sort_unstable();
        numbers.iter().for_each(|(isbn13, doc)| {
            isbns.push(BookNumber { id: BookId::isbn(*isbn13), own: true, doc: *doc }, &mut sink);
        });
        let manifest = Manifest {
            name: String::new(),
            built: "2023-02-23".to_owned(),
            invented: true,
            documents: books.len() as u32,
            libraries,
            classes,
            phrases: phrases.clone(),
            synonyms: Vec::new(),
            directory: Directory {
                dictionary: dictionary.finish(&mut sink),
                suggest: suggest.finish(&mut sink),
                postings: postings.finish(&mut sink),
                records: records.finish(&mut sink),
                names: names.finish(&mut sink),
                isbns: isbns.finish(&mut sink),
                facets,
                alike,
                shelf,
                items,
                subjects,
                libraries: told,
                ..Directory::default()
            },
            ..Manifest::default()
        };
        let (name, bytes) = write::manifest(&manifest);
        files.insert(format!("/index/{name}"), bytes);
        let mut shelf = Self { files, generation: name.letters(), manifest: name.to_string() };
        shelf.point(&[]);
        shelf
    }

    /// Makes this the current generation, and lays the files of the older ones beside it.
    pub(crate) fn point(&mut self, previous: &[&Shelf]) {
        self.point_under(previous, None);
    }

    fn point_under(&mut self, previous: &[&Shelf], availability: Option<[u8; 10]>) {
        for shelf in previous {
            self.files.extend(
                shelf
                    .files
                    .iter()
                    .filter(|(path, _)| !path.starts_with("/index/current."))
                    .map(|(p, b)| (p.clone(), b.clone())),
            );
        }
        let name = |shelf: &Shelf| FileName::manifest_of(&shelf.generation).unwrap();
        let previous = previous.iter().map(|shelf| name(shelf)).collect();
        let pointer = Pointer { current: name(self), previous, bytes: None, availability };
        let opening = opening::seal(&pointer, &self.files[&format!("/index/{}", self.manifest)]).unwrap();
        self.files.insert("/index/current.bin".to_owned(), opening);
        self.files.insert("/index/current.json".to_owned(), pointer.to_json().into_bytes());
    }

    /// Lays an overlay of loans over it: of each library the day it is told of, and of each document the states of its holdings.
    pub(crate) fn lay(&mut self, days: &[Option<u32>], states: impl Fn(u32) -> Vec<State>) {
        let of = |doc: u32| {
            let held = BOOKS[doc as usize].7.iter().map(|(library, _)| *library);
            let states = states(doc).into_iter().chain(std::iter::repeat(State::Unknown));
            held.zip(states).collect()
        };
        let name = FileName::manifest_of(&self.generation).unwrap();
        let mut files = Vec::new();
        let overlay = write::availability(name.origin, BOOKS.len() as u32, days, of, &mut |name, bytes| {
            files.push((format!("/index/{name}"), bytes));
        });
        self.files.extend(files);
        self.point_under(&[], Some(overlay));
    }

    /// The path of the only file of a kind.
    pub(crate) fn path(&self, letter: char) -> String {
        let file = |path: &&String| path.split('/').nth(3).is_some_and(|name| name.starts_with(letter));
        let mut paths = self.files.keys().filter(file);
        let path = paths.next().unwrap_or_else(|| panic!("no file of kind {letter}")).clone();
        assert_eq!(paths.next(), None, "the tests count on one file of kind {letter}");
        path
    }
}
