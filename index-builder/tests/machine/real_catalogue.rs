//! Holds that reading the real catalogue gives what is known about it. None of its rows is in this repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use index_builder::catalogue::Book;
use index_builder::progress::Quiet;
use index_builder::report::{FindingKind, Role};
use index_builder::sources::{Inputs, Reading, read};
use unicode_normalization::UnicodeNormalization;

/// Returns where the catalogue lies, if it does.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/catalogue")
}

fn in_folder(folder: &Path) -> Reading {
    read(&Inputs::in_catalogue(folder).unwrap().files, &Quiet).unwrap()
}

/// Characters that CP949 cannot hold, and the signs that stand for them.
const LOST: [char; 8] = ['?', '\u{FFFD}', '\u{A0}', '\u{308}', 'Ⓡ', '编', '真', '乔'];

/// All spellings of a book in which a character may have been lost, without those characters and blanks.
fn spellings(book: &Book) -> [BTreeSet<String>; 3] {
    let all = |shown: &String, others: &Vec<String>| {
        let fold = |text: &String| text.nfd().filter(|c| !LOST.contains(c) && *c != ' ').collect();
        [shown].into_iter().chain(others).map(fold).collect()
    };
    [
        all(&book.title, &book.other_titles),
        all(&book.authors, &book.other_authors),
        all(&book.publisher, &book.other_publishers),
    ]
}

/// The book without its texts.
fn facts(book: &Book) -> Book {
    Book {
        title: String::new(),
        other_titles: Vec::new(),
        authors: String::new(),
        other_authors: Vec::new(),
        publisher: String::new(),
        other_publishers: Vec::new(),
        ..book.clone()
    }
}

pub(crate) fn the_real_holdings_give_the_books_counted() {
    let folder = folder();
    let Reading { catalogue, report } = in_folder(&folder);
    assert_eq!(report.rows(Role::Holdings), (29_052, 0));
    assert_eq!(report.rows(Role::Keywords), (5_895, 1), "the EAN that is no ISBN has keywords too");
    assert_eq!(
        (report.count(FindingKind::IsbnNotABook), report.count(FindingKind::ReferenceUnreadable)),
        (5, 1),
        "one EAN in five libraries and in the keywords is no ISBN"
    );
    let numbered = || catalogue.books.iter().filter(|book| book.id.isbn13().is_some());
    assert_eq!(numbered().count(), 6_005);
    let others = catalogue.books.len() - 6_005;
    assert!((40..60).contains(&others), "{others} books that the number of another was given to, or an EAN");
    assert!((40..60).contains(&report.count(FindingKind::TitleContradicts)));
    assert_eq!(catalogue.libraries.len(), 20);
    let twice = report.count(FindingKind::HeldTwice);
    assert_eq!(catalogue.holdings() as u64 + twice, 29_052);
    assert!((760..=771).contains(&twice), "{twice}");
    assert_eq!(numbered().filter(|book| !book.checked).count(), 10);
    assert_eq!(catalogue.data_date.unwrap().to_string(), "2023-02-28");
    assert_eq!(catalogue.synonyms.len(), 109);
    assert!(!catalogue.invented);
}

pub(crate) fn one_file_and_a_folder_of_files_give_the_same_catalogue() {
    let folder = folder();
    let many = in_folder(&folder).catalogue;
    let one = Inputs {
        holdings: vec![folder.join("seoul-it-books.csv")],
        keywords: Some(folder.join("keywords.csv")),
        synonyms: Some(folder.join("synonyms.csv")),
        ..Inputs::default()
    };
    let one = read(&one, &Quiet).unwrap().catalogue;
    assert_eq!(one.libraries, many.libraries);
    assert_eq!(one.keywords, many.keywords);
    assert_eq!(one.data_date, many.data_date);
    assert_eq!(one.books.len(), many.books.len());
    for (one, many) in one.books.iter().zip(&many.books) {
        assert_eq!(facts(one), facts(many));
        assert_eq!(spellings(one), spellings(many));
    }
    let different = one.books.iter().zip(&many.books).filter(|(one, many)| one != many).count();
    assert!((1..=47).contains(&different), "{different} books differ, but only 47 characters were lost");
    let shown = |book: &Book| [book.title.clone(), book.authors.clone(), book.publisher.clone()];
    let shown = one.books.iter().zip(&many.books).filter(|(one, many)| shown(one) != shown(many)).count();
    assert!(shown <= 10, "{shown} books are shown otherwise");
}
