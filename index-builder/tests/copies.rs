//! Call numbers, rooms and copies: from lists and MARC records to the look-up of a book, and a class out of a call number.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use index_builder::catalogue::Catalogue;
use index_builder::compile::compile;
use index_builder::local::LocalIndex;
use index_builder::progress::Quiet;
use index_builder::report::FindingKind;
use index_builder::sources::{self, InMemory, Inputs, read_from};
use seoga_index::book_id::BookId;
use seoga_index::items::Item;
use seoga_search::Lookup;

const ISBN: u64 = 9_786_900_000_012;
const OTHER: u64 = 9_786_900_000_029;

fn read(files: &[(&str, &str)]) -> Catalogue {
    let (mut memory, mut inputs) = (InMemory::default(), Inputs::default());
    for (name, content) in files {
        memory = memory.with(Path::new(name), content.as_bytes().to_vec());
        inputs.holdings.push(PathBuf::from(name));
    }
    read_from(&memory, &inputs, &Quiet).unwrap().catalogue
}

fn items(catalogue: &Catalogue, id: u64) -> Vec<Item> {
    let folder = tempfile::tempdir().unwrap();
    compile(catalogue, folder.path(), &Quiet).unwrap();
    let index = LocalIndex::open(folder.path(), 64 << 20).unwrap();
    let lookup = Lookup::new(Arc::clone(&index.manifest), BookId::isbn(id)).with_more_like_this();
    index.ask(lookup).unwrap().unwrap().items
}

fn item(library: u16, call_number: &str, room: &str, copies: u16) -> Item {
    Item { library, call_number: call_number.to_owned(), room: room.to_owned(), copies }
}

#[test]
fn a_list_says_where_copies_stand_library_by_library() {
    let list = |rows: &str| format!("도서명,저자,ISBN,청구기호,자료실,도서권수,등록일자\n{rows}");
    let catalogue = read(&[
        (
            "가람도서관.csv",
            &list(
                "갈대숲,나루,9786900000012,813.7-나27ㄱ,종합자료실,2,2020-01-02\n갈대숲,나루,9786900000012,813.7-나27ㄱ=2,보존서고,1,2021-01-02\n강,새벽,9786900000029,,,1,2020-01-02\n",
            ),
        ),
        ("나래도서관.csv", &list("갈대숲,나루,9786900000012,아 813.7-나27ㄱ,어린이실,,2020-01-02\n")),
    ]);
    assert_eq!(
        items(&catalogue, ISBN),
        [
            item(0, "813.7-나27ㄱ", "종합자료실", 2),
            item(0, "813.7-나27ㄱ=2", "보존서고", 1),
            item(1, "아 813.7-나27ㄱ", "어린이실", 0),
        ]
    );
    assert_eq!(items(&catalogue, OTHER), [], "one copy in no place is nothing to tell");
    let class = |id: u64| {
        let book = catalogue.books.iter().find(|book| book.id == BookId::isbn(id)).unwrap();
        book.class_no.clone()
    };
    assert_eq!(class(ISBN).as_deref(), Some("813.7"), "the call number gives the class where no column does");
    assert_eq!(class(OTHER), None);
}

#[test]
fn nothing_is_written_where_no_list_says_anything() {
    let catalogue =
        read(&[("가람도서관.csv", "도서명,저자,ISBN,등록일자\n갈대숲,나루,9786900000012,2020-01-02\n")]);
    let folder = tempfile::tempdir().unwrap();
    compile(&catalogue, folder.path(), &Quiet).unwrap();
    let index = LocalIndex::open(folder.path(), 64 << 20).unwrap();
    assert!(index.manifest.directory.items.is_empty());
    assert_eq!(items(&catalogue, ISBN), []);
}

#[test]
fn the_order_of_files_and_rows_does_not_matter() {
    let rows = [
        "갈대숲,나루,9786900000012,813.7-나27ㄱ,종합실,1",
        "갈대숲,나루,9786900000012,813.7-나27ㄱ,종합실,3",
        "갈대숲,나루,9786900000012,813.7-나27ㄱ=2,,1",
    ];
    let of = |order: [usize; 3]| {
        let rows: Vec<&str> = order.iter().map(|row| rows[*row]).collect();
        let list = format!("도서명,저자,ISBN,청구기호,자료실,도서권수\n{}\n", rows.join("\n"));
        read(&[("가람도서관.csv", &list)]).books
    };
    assert_eq!(of([0, 1, 2]), of([2, 1, 0]));
    assert_eq!(of([0, 1, 2])[0].copies.len(), 2);
    assert_eq!(of([1, 2, 0])[0].copies[0].copies, 3);
}

#[test]
fn a_code_or_the_name_of_a_file_is_no_library_until_the_table_of_libraries_knows_it() {
    let row = "새벽의 서가,한가온,9786900000012";
    let list = |library: &str| format!("도서명,저자,ISBN,도서관\n{row},{library}\n{row},가온도서관\n");
    let coded = list("GAON2");
    let table = "code,name\nGAON2,가온분관\nexport-2,나루도서관\n";
    let of_file = format!("도서명,저자,ISBN\n{row}\n");
    let read = |files: &[(&str, &str)]| {
        let held = files.iter().fold(InMemory::default(), |held, (name, text)| held.with(*name, *text));
        let of = |wanted: bool| {
            let names = files.iter().filter(move |(name, _)| (*name == "libraries.csv") == wanted);
            names.map(|(name, _)| (*name).into()).collect::<Vec<PathBuf>>()
        };
        let inputs = Inputs { holdings: of(false), libraries: of(true).pop(), ..Inputs::default() };
        let reading = read_from(&held, &inputs, &Quiet).unwrap();
        let names: Vec<String> = reading.catalogue.libraries.iter().map(|one| one.name.clone()).collect();
        (names, reading.report.count(FindingKind::LibraryUnnamed), reading.catalogue.books[0].holdings.len())
    };
    assert_eq!(read(&[("목록.csv", &coded)]), (vec!["가온도서관".to_owned()], 1, 1));
    assert_eq!(read(&[("export-2.csv", &of_file)]), (vec![], 1, 0));
    let both = [("export-2.csv", of_file.as_str()), ("목록.csv", &coded), ("libraries.csv", table)];
    assert_eq!(read(&both), (["가온도서관", "가온분관", "나루도서관"].map(str::to_owned).to_vec(), 0, 3));

    // `check` says so too, and asks a table of libraries that is among the files.
    let held = both.iter().fold(InMemory::default(), |held, (name, text)| held.with(*name, *text));
    let checked = |names: &[&str]| {
        let paths: Vec<PathBuf> = names.iter().map(|name| (*name).into()).collect();
        sources::check(&held, &paths, &Quiet).count(FindingKind::LibraryUnnamed)
    };
    assert_eq!((checked(&["목록.csv"]), checked(&["목록.csv", "libraries.csv"])), (1, 0));
}
