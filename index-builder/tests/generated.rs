//! Invented catalogues of every make are read as what they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use index_builder::catalogue::{Book, Catalogue};
use index_builder::compile::compile;
use index_builder::generate::{Form, GenerateError, Make, Plan, Sample, generate, generate_make};
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::report::FindingKind;
use index_builder::sources::{self, Inputs, Reading};

const PLAN: Plan = Plan { without_isbn: 0, libraries: 20, form: Form::Table };

fn invent(folder: &Path, books: u32, make: Make) -> PathBuf {
    let place = folder.join("catalogue");
    generate_make(Sample { books, seed: 1 }, make, &place, &Quiet).unwrap();
    place
}

fn read(place: &Path) -> Reading {
    sources::read(&Inputs::in_catalogue(place).unwrap().files, &Quiet).unwrap()
}

/// All bytes of a folder, names included (FNV-1a of 64 bits).
fn fingerprint(folder: &Path) -> u64 {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match entry.is_dir() {
            true => files.extend(fs::read_dir(entry).unwrap().map(|entry| entry.unwrap().path())),
            false => files.push(entry),
        }
    }
    files.sort();
    let named = files.iter().flat_map(|file| {
        let name = file.file_name().unwrap().to_str().unwrap().as_bytes().to_vec();
        [name, fs::read(file).unwrap()].concat()
    });
    named.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_sample_catalogue_never_changes() {
    let folder = tempfile::tempdir().unwrap();
    let place = invent(folder.path(), 3_000, Make::Computing);
    assert_eq!(
        fingerprint(&place),
        FINGERPRINT,
        "the sample catalogue, transcripts and counts rest on these bytes"
    );
}

const FINGERPRINT: u64 = 0x008b_591a_b1c1_d5f1;

#[test]
fn the_same_seed_makes_the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    for make in [
        Make::General(PLAN),
        Make::English(PLAN),
        Make::General(Plan { form: Form::Kormarc, libraries: 3, ..PLAN }),
    ] {
        let fingerprints: BTreeSet<u64> = [1, 4]
            .into_iter()
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                fingerprint(&pool.install(|| invent(folder.path(), 5_000, make)))
            })
            .collect();
        assert_eq!(fingerprints.len(), 1, "{make:?}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for plan in
        [Plan { without_isbn: 101, ..PLAN }, Plan { libraries: 0, ..PLAN }, Plan { libraries: 2_001, ..PLAN }]
    {
        let made = generate_make(
            Sample { books: 10, seed: 1 },
            Make::General(plan),
            &folder.path().join("catalogue"),
            &Quiet,
        );
        assert!(matches!(made, Err(GenerateError::Plan { .. })), "{plan:?}");
    }
}

/// The numbers that a column of all tables of a folder has.
fn numbers(place: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in fs::read_dir(place.join("holdings")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // ISBNs of invented books begin so, and nothing else does.
        found.extend(
            text.split('"')
                .filter(|cell| cell.len() == 13 && cell.starts_with("97"))
                .map(|cell| cell[..12].to_owned()),
        );
    }
    found
}

#[test]
fn every_book_with_an_isbn_of_a_general_library_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let place = invent(folder.path(), 4_000, Make::General(PLAN));
    let Catalogue { books, libraries, .. } = read(&place).catalogue;
    assert_eq!((books.len(), libraries.len()), (4_000, 20));
    let volumes = books.iter().filter(|book| book.volume.is_some()).count();
    assert!((60..600).contains(&volumes), "{volumes} of 4,000 books have a volume in a column of its own");
    let years: BTreeSet<u16> = books.iter().filter_map(|book| book.year).collect();
    assert!(years.len() > 30 && books.iter().filter(|book| book.loans > Some(100)).count() > 20);
    // A share without: those with an ISBN are all there, and beside them sets have numbers of their own.
    let place = invent(folder.path(), 4_000, Make::General(Plan { without_isbn: 30, ..PLAN }));
    let books = read(&place).catalogue.books;
    let read: BTreeSet<String> = books.iter().map(|book| book.id.to_string()[..12].to_owned()).collect();
    let written: BTreeSet<String> =
        numbers(&place).into_iter().filter(|number| !number.starts_with("97921")).collect();
    assert!((2_700..2_900).contains(&written.len()) && written.is_subset(&read), "{}", written.len());
}

#[test]
fn old_and_new_kormarc_records_are_read_in_their_encodings() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan { without_isbn: 30, libraries: 1, form: Form::Kormarc };
    let place = invent(folder.path(), 5_000, Make::General(plan));
    let Reading { catalogue, report, .. } = read(&place);
    let kinds = |kind: FindingKind| report.count(kind);
    let deleted = kinds(FindingKind::RecordDeleted);
    assert!((5..60).contains(&deleted), "{deleted} are deleted");
    let with_isbn = catalogue.books.iter().filter(|book| book.id.isbn13().is_some()).count();
    assert!((3_300..3_600).contains(&with_isbn), "{with_isbn} of 5,000 have an ISBN and are not deleted");
    // Hangul of a record in CP949 read as another set would come out as anything else.
    let titles = || catalogue.books.iter().map(|book| book.title.as_str());
    assert!(titles().all(|title| !title.contains('\u{FFFD}')));
    let odd = |c: char| !(c.is_ascii() || ('가'..='힣').contains(&c) || ('一'..='鿿').contains(&c));
    let wrong: Vec<&str> = titles().filter(|title| title.contains(odd)).collect();
    assert_eq!(wrong, [""; 0]);
    let old = catalogue.books.iter().filter(|book| book.year < Some(2000)).count();
    assert!(old > 50, "{old} books are of before 2000");
}

#[test]
fn english_books_are_found_by_their_series() {
    let folder = tempfile::tempdir().unwrap();
    let place = invent(folder.path(), 2_000, Make::English(PLAN));
    let catalogue = read(&place).catalogue;
    assert_eq!(catalogue.books.len(), 2_000);
    let out = folder.path().join("index");
    fs::create_dir(&out).unwrap();
    compile(&catalogue, &out, &Quiet).unwrap();
    let index = LocalIndex::open(&out, 64 << 20).unwrap();
    let series = |book: &Book| Some(book.title.split_once(" (")?.1.split_once(", #")?.0.to_owned());
    let mut names: Vec<String> = catalogue.books.iter().filter_map(series).collect();
    names.sort();
    names.dedup();
    assert!(names.len() > 50, "{} series", names.len());
    for name in names.iter().take(40) {
        let answer = index.search(request(&index, name, &[], 50).unwrap()).unwrap();
        let of_series =
            |hit: &&seoga_search::Hit| hit.record.title.to_lowercase().contains(&name.to_lowercase());
        let found = answer.hits.iter().filter(of_series).count();
        let all = catalogue.books.iter().filter(|book| series(book).as_ref() == Some(name)).count();
        assert!(found >= all.min(50), "{name}: {found} of {all}");
    }
}

#[test]
fn generate_gives_the_number_of_books_asked_for_and_the_same_bytes_again() {
    let folder = tempfile::tempdir().unwrap();
    let files = |out: &Path| -> Vec<(PathBuf, Vec<u8>)> {
        let mut paths: Vec<PathBuf> =
            (fs::read_dir(out).unwrap().chain(fs::read_dir(out.join("holdings")).unwrap()))
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.is_file())
                .collect();
        paths.sort();
        paths
            .into_iter()
            .map(|path| (path.strip_prefix(out).unwrap().to_owned(), fs::read(path).unwrap()))
            .collect()
    };
    let make = |name: &str, seed, threads| {
        let out = folder.path().join(name);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| generate(Sample { books: 5_000, seed }, &out, &Quiet)).unwrap();
        out
    };
    let first = make("a", 1, 1);
    assert!(files(&first) == files(&make("b", 1, 3)), "threads change the sample");
    assert!(files(&first) != files(&make("c", 2, 1)), "another seed gives the same sample");
    make("a", 1, 1);

    let found = Inputs::in_catalogue(&first).unwrap();
    assert!(found.left_alone.is_empty());
    let Reading { catalogue, report } = sources::read(&found.files, &Quiet).unwrap();
    assert!(catalogue.invented);
    let numbered = catalogue.books.iter().filter(|book| book.id.isbn13().is_some()).count();
    assert_eq!((numbered, catalogue.books.len()), (5_000, 5_005), "rows of the sample lack their ISBN");
    assert_eq!(catalogue.libraries.len(), 20);
    assert!(catalogue.libraries.iter().all(|library| library.latitude.is_some() && library.code.is_some()));
    let average = catalogue.holdings() as f64 / 5_000.0;
    assert!((4.5..5.0).contains(&average), "{average} holdings a book");
    let holders = |count| catalogue.books.iter().filter(|book| book.holdings.len() == count).count();
    assert!((1_350..1_650).contains(&holders(1)) && holders(20) > 10, "{} {}", holders(1), holders(20));
    assert!(catalogue.books.iter().filter(|book| !book.checked).count() < 25);
    assert!(catalogue.books.iter().any(|book| book.title.contains("파이썬")));
    assert!(
        catalogue
            .books
            .iter()
            .filter_map(|book| book.id.isbn13())
            .all(|isbn13| matches!(isbn13 / 100_000_000, 97_869 | 97_920..=97_929))
    );
    for kind in [
        FindingKind::IsbnMissing,
        FindingKind::HeldTwice,
        FindingKind::MarkUp,
        FindingKind::MarcCode,
        FindingKind::ClassTidied,
        FindingKind::YearTidied,
    ] {
        assert!(report.count(kind) > 0, "no {kind:?} in the sample");
    }

    fs::write(first.join("mine.txt"), "keep").unwrap();
    assert!(
        generate(Sample { books: 10, seed: 1 }, &first, &Quiet).is_err(),
        "replaced a folder with other files"
    );
    assert!(first.join("mine.txt").exists());
}
