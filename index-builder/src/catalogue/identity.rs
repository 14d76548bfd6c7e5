//! Tells which rows are one book, and what its id is.
//!
//! The rule is in `docs/IDENTITY.md`; its parts are `contradiction` and `matching`. Invariant: ids depend on what rows say, never
//! on their order or on the files they came from.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;
use seoga_index::book_id::BookId;

use super::contradiction::{self, Collective, Contradiction};
use super::date::Date;
use super::made_id::{self, SEPARATOR, normal};
use super::matching::{self, Nodes};
use super::row::{Fact, FactKind, Row, RowOrigin};
use super::sets::Sets;
use super::texts::{TextId, Texts};

/// Marks, of the rows under one number, those of a record by itself.
const BY_ITSELF: u32 = u32::MAX;

/// Gives every row the id of its book, and names the rows that do not keep their ISBN. The order of the rows changes.
pub(crate) fn identify(
    rows: &mut [Row],
    facts: &[Fact],
    texts: &Texts,
    libraries: &[String],
) -> Vec<Contradiction> {
    rows.par_sort_unstable_by_key(|row| (row.isbn13, row.origin, row.volume, row.library));
    let (nodes, mut contradictions) = nodes(rows, facts, texts);
    contradictions.par_sort_unstable();
    let mut sets = Sets::new(nodes.numbers.len() as u32);
    let records = several_numbers(rows, &nodes, &mut sets);
    let sets = matching::join(rows, &nodes, facts, texts, sets);

    // The number that stands for a book: that of the most records, of those the smallest.
    let mut leads: Vec<Option<(usize, Reverse<u64>)>> = vec![None; nodes.numbers.len()];
    for (node, number) in (0u32..).zip(&nodes.numbers).filter(|(_, number)| **number != 0) {
        let rank = Some((records.get(&node).copied().unwrap_or(0), Reverse(*number)));
        if let Some(lead) = leads.get_mut(sets.name(node) as usize) {
            *lead = rank.max(*lead);
        }
    }
    let number = |lead: Option<(usize, Reverse<u64>)>| lead.map(|(_, Reverse(number))| BookId::isbn(number));
    let mut ids: Vec<Option<BookId>> = leads.into_iter().map(number).collect();
    let name_of = |row: usize| sets.name(nodes.of_row.get(row).copied().unwrap_or(0));
    made_ids(rows, texts, libraries, &name_of, &mut ids);
    rows.par_iter_mut().enumerate().for_each(|(place, row)| {
        row.id = ids.get(name_of(place) as usize).copied().flatten().unwrap_or_default();
    });
    contradictions
}

/// Numbers the nodes of a catalogue's rows.
fn nodes(rows: &[Row], facts: &[Fact], texts: &Texts) -> (Nodes, Vec<Contradiction>) {
    let start = rows.partition_point(|row| row.isbn13 == 0);
    let (without, with) = rows.split_at(start);
    let mut nodes = Nodes { of_row: Vec::with_capacity(rows.len()), numbers: Vec::new() };
    let mut contradictions = Vec::new();
    for record in without.chunk_by(of_one_record) {
        nodes.of_row.resize(nodes.of_row.len() + record.len(), nodes.numbers.len() as u32);
        nodes.numbers.push(0);
    }
    let numbered: Vec<&[Row]> = with.chunk_by(|a, b| a.isbn13 == b.isbn13).collect();
    let none = Collective::new();
    let mut split: Vec<_> =
        numbered.par_iter().map(|rows| of_one_number(rows, facts, texts, &none)).collect();
    // What contradicts by a title that is collective does not.
    let contradicting = || numbered.iter().zip(&split).filter(|(_, split)| split.is_some());
    let titles: HashSet<TextId> =
        contradicting().flat_map(|(rows, _)| rows.iter().map(|row| row.title)).collect();
    let has_title = |rows: &&[Row]| rows.iter().any(|row| titles.contains(&row.title));
    let collective = contradiction::collective(numbered.iter().copied().filter(has_title), texts);
    for (rows, split) in numbered.iter().zip(&mut split).filter(|(_, split)| split.is_some()) {
        *split = of_one_number(rows, facts, texts, &collective);
    }
    for (rows, split) in numbered.into_iter().zip(split) {
        let isbn13 = rows.first().map_or(0, |row| row.isbn13);
        let first = nodes.numbers.len() as u32;
        let Some(split) = split else {
            nodes.of_row.resize(nodes.of_row.len() + rows.len(), first);
            nodes.numbers.push(isbn13);
            continue;
        };
        let others = split.book_of.iter().filter(|book| **book != BY_ITSELF).max().copied();
        if let Some(others) = others {
            nodes.numbers.push(isbn13);
            nodes.numbers.resize(nodes.numbers.len() + others as usize, 0);
        }
        let mut before: Option<&Row> = None;
        for (row, book) in rows.iter().zip(&split.book_of) {
            if *book != BY_ITSELF {
                nodes.of_row.push(first + book);
                if *book > 0 {
                    contradictions.push(Contradiction {
                        origin: row.origin,
                        isbn13,
                        kept_by: split.kept_by.clone(),
                    });
                }
                continue;
            }
            if before.is_none_or(|before| !of_one_record(before, row)) {
                nodes.numbers.push(0);
            }
            before = Some(row);
            nodes.of_row.push(nodes.numbers.len() as u32 - 1);
        }
    }
    contradictions.dedup();
    (nodes, contradictions)
}

/// Tells whether two rows are of one record, written for several libraries or numbers of one book.
fn of_one_record(a: &Row, b: &Row) -> bool {
    (a.origin, a.volume) == (b.origin, b.volume)
}

/// Splits the rows of one ISBN; `None` where they are one book. A volume that bears the number of its set is a record by itself.
fn of_one_number(
    rows: &[Row],
    facts: &[Fact],
    texts: &Texts,
    collective: &Collective,
) -> Option<contradiction::Split> {
    let number = rows.first()?.isbn13.to_string();
    let is_of_set = |row: &Row| {
        let says = |fact: &Fact| fact.kind == FactKind::SetIsbn && texts.get(fact.text) == number;
        row.volume != TextId::EMPTY && row.facts.of(facts).iter().any(says)
    };
    if !rows.iter().any(is_of_set) {
        return contradiction::split(rows, facts, texts, collective);
    }
    let others: Vec<Row> = rows.iter().filter(|row| !is_of_set(row)).copied().collect();
    let split = contradiction::split(&others, facts, texts, collective).unwrap_or_default();
    let mut books = split.book_of.into_iter();
    let book_of = rows.iter().map(|row| if is_of_set(row) { BY_ITSELF } else { books.next().unwrap_or(0) });
    Some(contradiction::Split { book_of: book_of.collect(), kept_by: split.kept_by })
}

/// Makes one set of the nodes that a record bears the numbers of; tells how many records each of these nodes has.
fn several_numbers(rows: &[Row], nodes: &Nodes, sets: &mut Sets) -> BTreeMap<u32, usize> {
    let numbered = rows.par_iter().zip(&nodes.of_row).filter(|(row, _)| row.isbn13 != 0);
    let mut said: Vec<(RowOrigin, TextId, u32)> =
        numbered.map(|(row, node)| (row.origin, row.volume, *node)).collect();
    said.par_sort_unstable();
    said.dedup();
    let mut records: BTreeMap<u32, usize> = BTreeMap::new();
    for record in said.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|record| record.len() > 1) {
        for (_, _, node) in record {
            records.insert(*node, 0);
            sets.unite(record[0].2, *node);
        }
    }
    for (_, _, node) in &said {
        if let Some(count) = records.get_mut(node) {
            *count += 1;
        }
    }
    records
}

/// Names a book that has no number.
struct Unnumbered<'a> {
    /// The texts its id is made of.
    words: String,
    /// Tells books apart whose records say the same: no day or the day, the library, and what else is recorded.
    told: (bool, Option<Date>, &'a str, [&'a str; 5]),
    name: u32,
}

/// Makes the ids of the books that have none. The words of the record that most libraries have make it; of books that say the same
/// the first is so named, and of the others library and day too.
fn made_ids(
    rows: &[Row],
    texts: &Texts,
    libraries: &[String],
    name_of: &(impl Fn(usize) -> u32 + Sync),
    ids: &mut [Option<BookId>],
) {
    let is_named = |name: u32| ids.get(name as usize).is_some_and(Option::is_some);
    let mut unnamed: Vec<(u32, usize)> = (0..rows.len())
        .into_par_iter()
        .map(|row| (name_of(row), row))
        .filter(|&(name, _)| !is_named(name))
        .collect();
    unnamed.par_sort_unstable();
    let library = |row: &Row| libraries.get(usize::from(row.library)).map_or("", String::as_str);
    let unnumbered = |places: &[(u32, usize)]| -> Option<Unnumbered<'_>> {
        let rows = || places.iter().filter_map(|(_, place)| rows.get(*place));
        let mut held: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
        for row in rows() {
            held.entry(made_id::words(row, texts)).or_default().insert(row.library);
        }
        let most = held.iter().max_by_key(|(words, libraries)| (libraries.len(), Reverse(*words)));
        let told = |row: &'_ Row| {
            let said = [row.title, row.authors, row.publisher, row.class_no, row.shelf.call_number];
            (row.registered.is_none(), row.registered, library(row), said.map(|id| texts.get(id)))
        };
        let words = most.map(|(words, _)| words.clone())?;
        Some(Unnumbered { words, told: rows().map(told).min()?, name: places.first()?.0 })
    };
    let mut books: Vec<Unnumbered<'_>> =
        unnamed.par_chunk_by(|a, b| a.0 == b.0).filter_map(unnumbered).collect();
    books.par_sort_unstable_by(|a, b| (&a.words, a.told).cmp(&(&b.words, b.told)));
    for same in books.chunk_by(|a, b| a.words == b.words) {
        let mut before: Option<(String, u32)> = None;
        for (place, book) in same.iter().enumerate() {
            let id = if place == 0 {
                BookId::of(&book.words)
            } else {
                let (_, day, library, _) = book.told;
                let day = day.map(|date| date.to_string()).unwrap_or_default();
                let own = [book.words.as_str(), &normal(library), &day].join(&SEPARATOR.to_string());
                let number = before.take().filter(|(other, _)| *other == own).map_or(1, |(_, last)| last + 1);
                let id = match number {
                    1 => BookId::of(&own),
                    _ => BookId::of(&format!("{own}{SEPARATOR}{number}")),
                };
                before = Some((own, number));
                id
            };
            if let Some(slot) = ids.get_mut(book.name as usize) {
                *slot = Some(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::row::{Facts, Shelf};

    /// Rows under way, each a record by itself unless it is said to go on.
    struct Said {
        texts: Texts,
        facts: Vec<Fact>,
        rows: Vec<Row>,
    }

    /// A row, as far as a test says anything of it.
    #[derive(Clone, Copy)]
    struct Of<'a> {
        isbn13: u64,
        title: &'a str,
        authors: &'a str,
        publisher: &'a str,
        volume: &'a str,
        year: u16,
        library: u16,
        day: i32,
        call_number: &'a str,
        fact: Option<(FactKind, &'a str)>,
        /// The row is of the record of the row before.
        goes_on: bool,
    }

    const PLAIN: Of<'_> = Of {
        isbn13: 0,
        title: "옛 서가",
        authors: "한가온 지음",
        publisher: "서가",
        volume: "",
        year: 1982,
        library: 0,
        day: 0,
        call_number: "",
        fact: None,
        goes_on: false,
    };
    const ISBN: u64 = 9_786_900_000_012;
    const OTHER_ISBN: u64 = 9_786_900_000_029;

    /// The ids of the rows' books, whatever order the rows come in and whatever lines they stand in.
    fn ids<const N: usize>(said: [Of<'_>; N]) -> [String; N] {
        let libraries = ["가온", "나래", "다솜"].map(str::to_owned);
        let of = |said: &mut dyn Iterator<Item = (usize, Of<'_>)>, lines: &dyn Fn(u32) -> u32| {
            let mut all = Said { texts: Texts::new(), facts: Vec::new(), rows: Vec::new() };
            let mut line = 0;
            for (place, of) in said {
                line += u32::from(!of.goes_on);
                all.row(of, place as u32, lines(line));
            }
            identify(&mut all.rows, &all.facts, &all.texts, &libraries);
            all.rows.sort_by_key(|row| row.loans);
            all.rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>()
        };
        let forwards = of(&mut said.into_iter().enumerate(), &|line| line);
        // Rows that go on stay behind the one they go on from.
        let mut records: Vec<Vec<(usize, Of<'_>)>> = Vec::new();
        for (place, row) in said.into_iter().enumerate() {
            match records.last_mut().filter(|_| row.goes_on) {
                Some(record) => record.push((place, row)),
                None => records.push(vec![(place, row)]),
            }
        }
        records.reverse();
        assert_eq!(of(&mut records.into_iter().flatten(), &|line| line * 7 % 1000), forwards);
        forwards.try_into().unwrap()
    }

    impl Said {
        fn row(&mut self, of: Of<'_>, place: u32, line: u32) {
            let mut id = |text: &str| self.texts.id(text);
            let start = self.facts.len();
            if let Some((kind, text)) = of.fact {
                self.facts.push(Fact { kind, text: id(text), more: TextId::EMPTY });
            }
            let row = Row {
                id: BookId::default(),
                isbn13: of.isbn13,
                title: id(of.title),
                authors: id(of.authors),
                publisher: id(of.publisher),
                class_no: TextId::EMPTY,
                volume: id(of.volume),
                language: TextId::EMPTY,
                loans: place,
                year: of.year,
                library: of.library,
                registered: Date::from_days_since_1970(20_000 + of.day),
                origin: RowOrigin { file: 0, line },
                shelf: Shelf { call_number: id(of.call_number), ..Shelf::default() },
                facts: Facts::since(start, &self.facts),
            };
            self.rows.push(row);
        }
    }

    fn books<const N: usize>(ids: &[String; N]) -> usize {
        ids.iter().collect::<BTreeSet<_>>().len()
    }

    #[test]
    fn records_of_one_year_that_agree_are_one_book() {
        let ids = ids([
            PLAIN,
            Of { library: 1, title: "옛 서가 : 이야기", ..PLAIN },
            Of { library: 2, authors: "한가온, 이나래", publisher: "서가 출판", ..PLAIN },
            Of { year: 1990, ..PLAIN },
            Of { volume: "2", ..PLAIN },
            Of { authors: "박다솜", ..PLAIN },
            Of { publisher: "다른집", ..PLAIN },
            Of { fact: Some((FactKind::Edition, "제2판")), publisher: "바른집", ..PLAIN },
        ]);
        assert!(ids[0] == ids[1] && ids[0] == ids[2], "{ids:?}");
        assert_eq!(ids[0], BookId::of("옛서가\u{1f}\u{1f}한가온\u{1f}서가\u{1f}1982").to_string());
        assert_eq!(books(&ids), 6);
    }

    #[test]
    fn a_record_that_agrees_with_two_which_differ_is_joined_with_neither() {
        let of = |publisher, library| Of { publisher, library, ..PLAIN };
        let ids = ids([of("서가", 0), of("바른집", 1), of("", 2), of("서가", 2)]);
        assert_eq!(ids[0], ids[3]);
        assert_eq!(books(&ids), 3);
    }

    #[test]
    fn a_title_that_could_be_two_books_is_joined_with_neither() {
        let of = |title| Of { title, ..PLAIN };
        let ids =
            ids([of("셈의 길"), of("셈의 길 : 기본편"), of("셈의 길 : 실력과 응용"), of("셈의 길 : 기본편")]);
        assert_eq!(ids[1], ids[3]);
        assert_eq!(books(&ids), 3);
    }

    #[test]
    fn a_record_without_a_number_is_the_only_numbered_book_that_agrees() {
        let numbered = Of { isbn13: ISBN, library: 1, ..PLAIN };
        assert_eq!(ids([PLAIN, numbered]), ["9786900000012"; 2]);
        let second = Of { isbn13: OTHER_ISBN, ..numbered };
        let ids = ids([PLAIN, numbered, second]);
        assert!(ids[0].starts_with('x'), "{ids:?}");
        assert_eq!(books(&ids), 3);
    }

    #[test]
    fn a_control_number_joins_records_that_look_alike() {
        let lccn = |title, year| Of {
            title,
            year,
            authors: "",
            fact: Some((FactKind::Control, "(DLC)82000001")),
            ..PLAIN
        };
        assert_eq!(books(&ids([lccn("옛 서가", 1982), lccn("옛 서가 이야기", 0)])), 1);
        assert_eq!(books(&ids([lccn("옛 서가", 1982), lccn("바다의 노래", 1982)])), 2);
        let bare = Of { fact: Some((FactKind::Control, "82000001")), year: 0, ..PLAIN };
        assert_eq!(books(&ids([bare, Of { day: 900, title: "옛 서가 이야기", ..bare }])), 2, "of no source");
    }

    #[test]
    fn copies_stand_at_one_call_number_and_volumes_at_several() {
        let at = |call_number| Of { call_number, year: 0, ..PLAIN };
        assert_eq!(books(&ids([at("813.7 한12ㅅ"), at("813.7 한12ㅅ c.2"), at("813.7 한12ㅅ=3")])), 1);
        assert_eq!(books(&ids([at("813.7 한12ㅅ 1"), at("813.7 한12ㅅ 2")])), 2);
        assert_eq!(books(&ids([at("813.7"), Of { publisher: "", ..at("813.7") }])), 2, "a class is no place");
        let dated = |call_number| Of { call_number, ..PLAIN };
        assert_eq!(
            books(&ids([dated("813.7 한12ㅅ 1"), dated("813.7 한12ㅅ 2"), Of { library: 1, ..PLAIN }])),
            3
        );
    }

    #[test]
    fn without_a_year_only_what_libraries_registered_at_about_one_time_is_joined() {
        let undated = |library, day| Of { library, day, year: 0, ..PLAIN };
        assert_eq!(books(&ids([undated(0, 0), undated(1, 100), undated(2, 200)])), 1);
        assert_eq!(books(&ids([undated(0, 0), undated(1, 121)])), 2);
        assert_eq!(books(&ids([undated(0, 0), undated(1, 1), undated(1, 2)])), 3, "a library has two");
        let numbered = Of { isbn13: ISBN, ..undated(1, 30) };
        assert_eq!(ids([undated(0, 0), numbered]), ["9786900000012"; 2]);
        assert_eq!(books(&ids([undated(0, 0), Of { authors: "", ..undated(1, 1) }])), 2);
    }

    #[test]
    fn each_isbn_of_a_record_is_a_number_of_one_book_that_of_most_records_its_id() {
        let hardback = Of { isbn13: ISBN, ..PLAIN };
        let paperback = Of { isbn13: OTHER_ISBN, ..PLAIN };
        let ids = ids([
            hardback,
            Of { goes_on: true, ..paperback },
            Of { library: 1, ..paperback },
            Of { library: 1, ..hardback },
            Of { library: 2, ..paperback },
            // Another book that somebody gave the number of this one keeps apart.
            Of { library: 2, title: "바다의 노래", authors: "박다솜", ..hardback },
        ]);
        assert!(ids[..5].iter().all(|id| *id == OTHER_ISBN.to_string()), "{ids:?}");
        assert!(ids[5].starts_with('x'), "{ids:?}");
    }

    #[test]
    fn two_works_on_one_number_are_two_books_and_spellings_of_one_are_one() {
        let of = |title, authors, library| Of { isbn13: ISBN, title, authors, library, year: 0, ..PLAIN };
        let ids = ids([
            of("(C로 쉽게 풀어쓴) 서가 구조", "천가온, 공나래, 하다솜 지음", 0),
            of("서가 구조 :C로 쉽게 풀어쓴", "천가온 외", 1),
            of("바다의 역사", "임마루, 김바다 지음", 2),
            of("Shelf structures in C", "천가온 지음", 2),
            of("바다의 역사", "임마루", 1),
            // The authors came with the number, the title is another's.
            of("돌담 아래 핀 꽃", "천가온 지음", 2),
        ]);
        assert_eq!([&ids[0], &ids[1], &ids[3]], ["9786900000012"; 3]);
        assert!(ids[2].starts_with('x') && ids[2] == ids[4], "{ids:?}");
        assert!(ids[5].starts_with('x') && ids[5] != ids[4], "{ids:?}");
    }

    #[test]
    fn the_title_of_a_series_under_several_numbers_contradicts_no_title_of_its_books() {
        let of = |isbn13, title, library| Of { isbn13, title, authors: "천가온 지음", library, ..PLAIN };
        let ids = ids([
            of(ISBN, "반딧불 여행", 0),
            of(ISBN, "반딧불 여행", 1),
            of(ISBN, "모험 도서관", 2),
            of(OTHER_ISBN, "달의 뒷면", 0),
            of(OTHER_ISBN, "달의 뒷면", 1),
            of(OTHER_ISBN, "모험 도서관", 2),
        ]);
        assert_eq!(books(&ids), 2);
    }

    #[test]
    fn the_number_of_a_set_makes_its_volumes_no_one_book() {
        let volume = |volume| Of { isbn13: ISBN, volume, ..PLAIN };
        let ids_of_list =
            ids([volume("1"), volume("2"), volume("제3권"), Of { library: 1, ..volume("1권") }]);
        assert_eq!([&ids_of_list[0], &ids_of_list[3]], ["9786900000012"; 2]);
        assert_eq!(books(&ids_of_list), 3);
        let said = |of| Of { fact: Some((FactKind::SetIsbn, "9786900000012")), ..of };
        let ids_of_records = ids([said(volume("1")), said(volume("2")), said(volume(""))]);
        assert!(ids_of_records[..2].iter().all(|id| id.starts_with('x')), "{ids_of_records:?}");
        assert_eq!((ids_of_records[2].as_str(), books(&ids_of_records)), ("9786900000012", 3));
    }
}
