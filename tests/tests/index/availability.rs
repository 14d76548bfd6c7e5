//! An overlay of loans over a whole index, held to what its rows say by looking at every book.

use std::collections::BTreeMap;

use index_builder::loans::{Days, lay, lift};
use index_builder::local::{LocalIndex, request};
use index_builder::report::{FileReport, FindingKind, Role};
use index_builder::sources::LoanRow;
use index_builder::tools::{publish, verify};
use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::file::Kind;
use seoga_search::{Filters, Lookup, Request};

use crate::made::{build, folder, inputs, invent};

const TODAY: u32 = 20_786;
const DAYS: Days = Days { today: TODAY, oldest: TODAY - 2 };

/// Lays out an index of the sample in a folder.
fn sample(place: &std::path::Path, books: u32) {
    let catalogue = invent(place, books, 4);
    build(&inputs(&catalogue), &place.join("index"));
}

/// Every holding, by asking for everything page by page.
fn holdings(index: &LocalIndex) -> BTreeMap<(BookId, String), State> {
    let mut all = BTreeMap::new();
    for class in 0..10 {
        for page in 1.. {
            let filters = Filters { classes: vec![class.to_string()], ..Filters::default() };
            let answer = index.search(Request { filters, page, limit: 50, ..Request::default() }).unwrap();
            for hit in &answer.hits {
                for holding in &hit.record.holdings {
                    let library = index.manifest.libraries[usize::from(holding.library)].name.clone();
                    all.insert((hit.record.id, library), holding.state);
                }
            }
            if answer.hits.len() < 50 {
                break;
            }
        }
    }
    all
}

fn report() -> FileReport {
    FileReport { role: Role::Loans, ..FileReport::default() }
}

#[test]
fn what_is_shown_and_what_is_filtered_is_what_the_rows_say() {
    let place = folder();
    sample(place.path(), 700);
    let at = place.path().join("index");
    let open = || LocalIndex::open(&at, 1 << 30).unwrap();
    let before = holdings(&open());
    assert!(before.values().all(|state| *state == State::Unknown) && before.len() > 1000, "{}", before.len());
    let mut rows = Vec::new();
    let mut wanted = BTreeMap::new();
    for (number, (book, library)) in (0u32..).zip(before.keys()) {
        let state = [State::In, State::In, State::Unknown, State::Out, State::In]
            [(number.wrapping_mul(2_654_435_761) >> 16) as usize % 5];
        wanted.insert((*book, library.clone()), state);
        let row =
            |is_in, day| LoanRow { line: number + 2, book: *book, library: library.clone(), is_in, day };
        match state {
            State::Unknown => {}
            State::In => rows.extend([row(false, TODAY - 1), row(true, TODAY)]),
            // Of two copies told of on one day the one that is in counts; an older day does not.
            State::Out => rows.extend([row(true, TODAY - 2), row(false, TODAY - 1)]),
        }
    }
    let mut said = report();
    let laid = lay(&at, rows, DAYS, &mut said).unwrap();
    assert_eq!((said.rejected, laid.holdings as usize), (0, before.len()));
    let count = |state: State| wanted.values().filter(|is| **is == state).count() as u64;
    assert_eq!((laid.on_shelf, laid.known), (count(State::In), count(State::In) + count(State::Out)));
    let sizes = verify::run(&at).unwrap();
    assert_eq!(sizes[&Kind::Availability], (laid.files, laid.bytes));
    let index = open();
    assert_eq!(holdings(&index), wanted);
    // Of a book by its number, too.
    let (book, _) = wanted.keys().next().unwrap();
    let (_, record) = index.ask(Lookup::new(index.manifest.clone(), *book)).unwrap().unwrap();
    assert!(
        record.holdings.iter().all(|holding| holding.state == State::Unknown),
        "records alone tell nothing of a day"
    );

    // The filter, of all libraries, of one and of two, beside words and alone.
    let names: Vec<String> = index.manifest.libraries.iter().map(|library| library.name.clone()).collect();
    for text in ["", "의", "파이썬"] {
        for libraries in [&names[..0], &names[..1], &names[1..3], &names[..]] {
            let of = |available| {
                let mut asked = request(&index, text, libraries, 50).unwrap();
                asked.filters.available = index.manifest.availability.filter(|_| available);
                let mut found = Vec::new();
                loop {
                    let answer = index.search(asked.clone()).unwrap();
                    found.extend(answer.hits.iter().map(|hit| hit.record.id));
                    assert_eq!(answer.loans_as_of, Some(TODAY - 1));
                    if answer.hits.len() < 50 || asked.page == 20 {
                        found.sort_unstable();
                        return (answer.total as usize, found);
                    }
                    asked.page += 1;
                }
            };
            let is_in = |id: &BookId| {
                let mut here = names.iter().filter(|name| libraries.is_empty() || libraries.contains(name));
                here.any(|name| wanted.get(&(*id, name.clone())) == Some(&State::In))
            };
            let (all, books) = of(false);
            let (total, found) = of(true);
            assert!(all == books.len() && all > 0, "{text}: {all} and {}", books.len());
            let brute: Vec<BookId> = books.into_iter().filter(is_in).collect();
            assert_eq!((total, found), (brute.len(), brute), "{text} in {libraries:?}");
        }
    }

    // Gone, and nothing else with it.
    assert_eq!(lift(&at).unwrap(), laid.files);
    assert_eq!(holdings(&open()), before);
    assert!(!verify::run(&at).unwrap().contains_key(&Kind::Availability));
}

#[test]
fn a_row_that_is_of_no_use_is_named_and_the_rest_is_laid() {
    let place = folder();
    sample(place.path(), 60);
    let at = place.path().join("index");
    let index = LocalIndex::open(&at, 1 << 30).unwrap();
    let all = holdings(&index);
    let (book, library) = all.keys().next().unwrap().clone();
    let elsewhere =
        index.manifest.libraries.iter().find(|other| !all.contains_key(&(book, other.name.clone())));
    let row = |line, book, library: &str, day| LoanRow {
        line,
        book,
        library: library.to_owned(),
        is_in: true,
        day,
    };
    let rows = vec![
        row(2, book, &library, TODAY),
        row(3, BookId::isbn(9_791_199_999_999), &library, TODAY),
        row(4, book, "없는도서관", TODAY),
        row(5, book, &library, TODAY + 1),
        row(6, book, &library, TODAY - 3),
        row(7, book, &elsewhere.unwrap().name, TODAY),
    ];
    let mut said = report();
    let laid = lay(&at, rows, DAYS, &mut said).unwrap();
    assert_eq!((laid.known, laid.on_shelf, said.rejected), (1, 1, 5));
    let found: Vec<_> = said.findings.iter().map(|finding| (finding.line, finding.kind)).collect();
    assert_eq!(
        found,
        [
            (3, FindingKind::LoanBookUnknown),
            (4, FindingKind::LoanLibraryUnknown),
            (5, FindingKind::LoanDayToCome),
            (6, FindingKind::LoanTooOld),
            (7, FindingKind::LoanNotHeld),
        ]
    );
}

#[test]
fn publishing_the_same_index_keeps_an_overlay_and_another_index_ends_it() {
    let place = folder();
    let (one, two) = (place.path().join("one"), place.path().join("two"));
    sample(&one, 60);
    sample(&two, 61);
    let into = place.path().join("published");
    let allowed = index_builder::loss::Allowed::of(["all".to_owned()]);
    publish::publish(&one.join("index"), &into, 3, &allowed).unwrap();
    let index = LocalIndex::open(&into, 1 << 30).unwrap();
    let (book, library) = holdings(&index).into_keys().next().unwrap();
    let row = LoanRow { line: 2, book, library, is_in: true, day: TODAY };
    let laid = lay(&into, vec![row.clone()], DAYS, &mut report()).unwrap();
    let again = lay(&into, vec![LoanRow { is_in: false, ..row }], DAYS, &mut report()).unwrap();
    assert_eq!(
        (laid.removed, again.removed),
        (0, laid.files),
        "a night's files take the place of those of the night before"
    );
    let kept = || verify::run(&into).unwrap().contains_key(&Kind::Availability);
    publish::publish(&one.join("index"), &into, 3, &allowed).unwrap();
    assert!(kept(), "it is of the generation that is still in force");
    let published = publish::publish(&two.join("index"), &into, 3, &allowed).unwrap();
    assert!(!kept() && published.removed == again.files, "{published:?}");
}
