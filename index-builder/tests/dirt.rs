//! The dirt of real files, one case after the other, in invented rows: what becomes of the book, and what the report
//! says. Also: neither the order of the files nor the number of threads changes anything.

use seoga_index::book_id::BookId;
use seoga_index::libraries::Detail;
use std::fs;
use std::path::Path;

use encoding_rs::EUC_KR;
use index_builder::catalogue::{Book, Catalogue, Date, Library};
use index_builder::generate::{Sample, generate};
use index_builder::progress::Quiet;
use index_builder::report::{FindingKind, Outcome, Role, Severity};
use index_builder::sources::{self, InMemory, Inputs, Problem, Reading, WrongFiles};

const HEADER: &str =
    "번호,도서명,저자,출판사,발행년도,ISBN,세트 ISBN,부가기호,권,주제분류번호,도서권수,대출건수,등록일자,";

/// A folder of holdings files.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::create_dir(folder.path().join("holdings")).unwrap();
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn bytes(self, name: &str, bytes: &[u8]) -> Self {
        fs::write(self.path().join(name), bytes).unwrap();
        self
    }

    /// A holdings file as the data service ships it: CP949, values in quotation marks, a comma at each end.
    fn library(self, name: &str, rows: &[Row]) -> Self {
        let mut text = format!("{HEADER}\n");
        for (number, row) in (1..).zip(rows) {
            text.push_str(&format!("\"{number}\",{}\n", row.line()));
        }
        let (bytes, _, lost) = EUC_KR.encode(&text);
        assert!(!lost, "write the case so that CP949 can hold it");
        self.bytes(&format!("holdings/{name}.csv"), &bytes)
    }

    fn read(&self) -> Result<Reading, WrongFiles> {
        sources::read(&Inputs::in_catalogue(self.path()).unwrap().files, &Quiet)
    }
}

/// A row, good unless a test makes it otherwise.
#[derive(Clone)]
struct Row {
    title: &'static str,
    authors: &'static str,
    publisher: &'static str,
    year: &'static str,
    isbn: &'static str,
    class_no: &'static str,
    loans: &'static str,
    registered: &'static str,
}

const GOOD: Row = Row {
    title: "씨앗에서 배우는 파이썬",
    authors: "한가온 지음",
    publisher: "모래시계",
    year: "2021",
    isbn: "9786900000012",
    class_no: "005.133",
    loans: "3",
    registered: "2022-03-04",
};

impl Row {
    fn line(&self) -> String {
        let cells = [
            self.title,
            self.authors,
            self.publisher,
            self.year,
            self.isbn,
            "",
            "",
            "",
            self.class_no,
            "1",
            self.loans,
            self.registered,
        ];
        cells.iter().map(|cell| format!("\"{}\",", cell.replace('"', "\"\""))).collect()
    }
}

fn one_library(rows: &[Row]) -> Reading {
    Folder::new().library("가온", rows).read().unwrap()
}

/// One good row and one to be looked at: the report's count of the kind, and whether the row is in the catalogue.
fn check(row: Row, kind: FindingKind, books: usize) -> Reading {
    let reading = one_library(&[Row { isbn: "9786900000029", ..GOOD }, row]);
    assert_eq!(reading.report.count(kind), 1, "{kind:?} in {:?}", reading.report.counts());
    assert_eq!(reading.catalogue.books.len(), books, "{kind:?}");
    let file = &reading.report.files[0];
    let finding = file.findings.iter().find(|finding| finding.kind == kind).unwrap();
    assert_eq!(finding.line, 3, "{kind:?}: the header is line 1, the row is the second one");
    assert_eq!(file.rejected, u64::from(kind.severity() == Severity::Rejected));
    reading
}

fn book(catalogue: &Catalogue, isbn13: u64) -> &Book {
    catalogue.books.iter().find(|book| book.id == BookId::isbn(isbn13)).unwrap()
}

#[test]
fn rows_that_cannot_be_used_are_rejected_with_the_reason() {
    for (row, kind) in [
        (Row { title: "", ..GOOD }, FindingKind::TitleMissing),
        (Row { title: " <b> </b> ", ..GOOD }, FindingKind::TitleMissing),
    ] {
        check(row, kind, 1);
    }
}

#[test]
fn rows_without_a_usable_isbn_are_books_with_the_number_as_recorded() {
    for (isbn, kind) in [
        ("", FindingKind::IsbnMissing),
        ("8801234567893", FindingKind::IsbnNotABook),
        ("9.78690E+12", FindingKind::IsbnRounded),
        ("비도서", FindingKind::IsbnUnreadable),
        ("97869000000", FindingKind::IsbnUnreadable),
    ] {
        let reading = check(Row { isbn, title: "번호 없는 책", ..GOOD }, kind, 2);
        let book = reading.catalogue.books.iter().find(|book| book.id.isbn13().is_none()).unwrap();
        let said: Vec<&str> = book.numbers.iter().map(String::as_str).collect();
        assert_eq!(said, if isbn.is_empty() { vec![] } else { vec![isbn] });
        assert!(!book.checked);
    }
}

#[test]
fn a_file_of_old_books_alone_is_a_catalogue() {
    let titles = ["가을", "겨울", "여름", "봄", "들", "산", "강", "바다", "하늘", "구름", "비", "눈"];
    let rows = titles.map(|title| Row { title, isbn: "", year: "1932", ..GOOD });
    let reading = one_library(&rows);
    assert_eq!((reading.catalogue.books.len(), reading.report.files[0].rejected), (12, 0));
    assert!(
        reading.catalogue.books.iter().all(|book| book.id.isbn13().is_none() && book.holdings.len() == 1)
    );
}

#[test]
fn rows_that_can_be_repaired_are() {
    for (row, kind) in [
        (Row { isbn: "978-69-00000-01-2", ..GOOD }, FindingKind::IsbnTidied),
        (Row { isbn: "6900000010", ..GOOD }, FindingKind::IsbnFromTen),
        (Row { authors: "<b>한가온</b>|나다솜", ..GOOD }, FindingKind::MarkUp),
        (Row { authors: "한가온,$e나다솜 [공]지음", ..GOOD }, FindingKind::MarcCode),
        (Row { title: "씨앗 &amp; 나무", ..GOOD }, FindingKind::Entity),
        (Row { title: "  씨앗  나무 ", ..GOOD }, FindingKind::WhiteSpace),
        (Row { title: "씨앗\u{7}나무", ..GOOD }, FindingKind::ControlCharacter),
        (Row { class_no: "005,133", ..GOOD }, FindingKind::ClassTidied),
        (Row { class_no: "005.133:", ..GOOD }, FindingKind::ClassTidied),
        (Row { class_no: "005.13ㄱ12ㅈ", ..GOOD }, FindingKind::ClassTidied),
        (Row { class_no: "미분류", ..GOOD }, FindingKind::ClassUnreadable),
        (Row { registered: "2023-02-30", ..GOOD }, FindingKind::DateUnreadable),
        (Row { registered: "0000-00-00", ..GOOD }, FindingKind::DateUnreadable),
        (Row { year: "c2021", ..GOOD }, FindingKind::YearTidied),
        (Row { year: "발행년불명", ..GOOD }, FindingKind::YearUnreadable),
        (Row { year: "2099", ..GOOD }, FindingKind::YearUnreadable),
        (Row { loans: "많음", ..GOOD }, FindingKind::LoansUnreadable),
    ] {
        check(row, kind, 2);
    }
}

#[test]
fn repaired_values_are_what_the_librarian_meant() {
    let row = Row {
        title: "  (쉬운)  C&#43;&#43; :기초 ",
        authors: "<b>한가온</b>,$e나다솜 [공]지음",
        class_no: "005,133",
        year: "c2021.",
        loans: "1,203",
        registered: "2022.3.4.",
        isbn: "6900000010",
        ..GOOD
    };
    let catalogue = one_library(&[row]).catalogue;
    let book = book(&catalogue, 9_786_900_000_012);
    assert_eq!(book.title, "(쉬운) C++ :기초");
    assert_eq!(book.authors, "한가온, 나다솜 [공]지음");
    assert_eq!(book.class_no.as_deref(), Some("005.133"));
    assert_eq!((book.year, book.loans), (Some(2021), Some(1_203)));
    assert_eq!(book.registered(), Date::parse("2022-03-04"));
}

#[test]
fn a_wrong_check_digit_is_kept_and_said() {
    let reading = check(Row { isbn: "9786900000019", ..GOOD }, FindingKind::IsbnWrongCheckDigit, 2);
    assert!(!book(&reading.catalogue, 9_786_900_000_019).checked);
    assert!(book(&reading.catalogue, 9_786_900_000_029).checked);
}

#[test]
fn a_book_twice_in_a_library_counts_once_from_its_earliest_day() {
    let reading =
        check(Row { isbn: "9786900000029", registered: "2019-01-02", ..GOOD }, FindingKind::HeldTwice, 1);
    let book = &reading.catalogue.books[0];
    assert_eq!(book.holdings.len(), 1);
    assert_eq!(book.registered(), Date::parse("2019-01-02"));
    assert_eq!(book.loans, Some(3), "copies of one library share the figure");
}

#[test]
fn the_spelling_of_most_libraries_is_shown_and_every_other_stays() {
    let short = Row { title: "씨앗 파이썬 ", ..GOOD };
    let long = Row { title: "(처음 하는) 씨앗 파이썬", class_no: "005.1", ..GOOD };
    let lost = Row { title: "씨앗 파이\u{FFFD}", publisher: "", ..GOOD };
    let folder = Folder::new()
        .library("가온", std::slice::from_ref(&short))
        .library("나래", &[short.clone(), short.clone()])
        .library("다솜", std::slice::from_ref(&long))
        .bytes("holdings/라온.csv", format!("{HEADER}\n\"1\",{}\n", lost.line()).as_bytes());
    let reading = folder.read().unwrap();
    let book = &reading.catalogue.books[0];
    assert_eq!(book.title, "씨앗 파이썬");
    assert_eq!(book.other_titles, ["(처음 하는) 씨앗 파이썬", "씨앗 파이\u{FFFD}"]);
    assert_eq!(book.class_no.as_deref(), Some("005.133"));
    assert_eq!((book.publisher.as_str(), book.other_publishers.len()), ("모래시계", 0));
    assert_eq!(book.holdings.len(), 4);
    assert_eq!(book.loans, Some(12));
    assert_eq!(reading.report.count(FindingKind::LostCharacter), 1);
    let tie = Folder::new().library("가온", &[short]).library("나래", &[long]).read().unwrap();
    assert_eq!(tie.catalogue.books[0].title, "(처음 하는) 씨앗 파이썬", "of two spellings the longer");
    let only =
        Folder::new().bytes("holdings/라온.csv", format!("{HEADER}\n\"1\",{}\n", lost.line()).as_bytes());
    assert_eq!(only.read().unwrap().catalogue.books[0].title, "씨앗 파이\u{FFFD}");
}

#[test]
fn encodings_are_told_apart() {
    let text = format!("{HEADER}\n\"1\",{}\n", GOOD.line());
    let cp949 = EUC_KR.encode(&text).0.into_owned();
    let with_mark = format!("\u{FEFF}{text}");
    let crlf = text.replace('\n', "\r\n");
    let bare = text.replace('"', "").replace(",\n", "\n");
    let nfd: String = unicode_normalization::UnicodeNormalization::nfd(text.as_str()).collect();
    let expected = one_library(&[GOOD]).catalogue;
    for (what, bytes, encoding) in [
        ("CP949", cp949.as_slice(), "CP949"),
        ("UTF-8", text.as_bytes(), "UTF-8"),
        ("with a byte order mark", with_mark.as_bytes(), "UTF-8"),
        ("CRLF", crlf.as_bytes(), "UTF-8"),
        ("without quotes and trailing commas", bare.as_bytes(), "UTF-8"),
        ("decomposed", nfd.as_bytes(), "UTF-8"),
    ] {
        let reading = Folder::new().bytes("holdings/가온.csv", bytes).read().unwrap();
        assert_eq!(reading.catalogue, expected, "{what}");
        assert!(reading.report.files[0].encodings.contains(encoding), "{what}");
    }
}

#[test]
fn damaged_bytes_cost_a_character_not_the_file() {
    let mut bytes = EUC_KR.encode(&format!("{HEADER}\n\"1\",{}\n", GOOD.line())).0.into_owned();
    let at = bytes.windows(2).position(|pair| pair == &*EUC_KR.encode("씨").0).unwrap();
    bytes[at] = 0xFF;
    bytes[at + 1] = 0xFF;
    let reading = Folder::new().bytes("holdings/가온.csv", &bytes).read().unwrap();
    assert_eq!(reading.report.count(FindingKind::BytesUndecodable), 1);
    assert!(reading.catalogue.books[0].title.ends_with("앗에서 배우는 파이썬"));

    // One row of the other encoding, as when two files were joined.
    let mut mixed = format!("{HEADER}\n\"1\",{}\n", GOOD.line()).into_bytes();
    let other = Row { isbn: "9786900000029", ..GOOD };
    mixed.extend_from_slice(&EUC_KR.encode(&format!("\"2\",{}\n", other.line())).0);
    let reading = Folder::new().bytes("holdings/가온.csv", &mixed).read().unwrap();
    assert_eq!(reading.report.count(FindingKind::OtherEncoding), 1);
    assert_eq!(reading.catalogue.books[1].title, reading.catalogue.books[0].title);
}

#[test]
fn rows_out_of_shape_are_one_row_each() {
    let good = Row { isbn: "9786900000029", ..GOOD };
    let text = format!(
        "{HEADER}\n\"0\",\"잘린 줄\n\"1\",{}\n\"2\",{}\n\"3\",\"너무\",\"많은\",\"칸\",{}\n\"4\",\"짧은 줄\",\"한가온\",\"\",\"\",\"9786900000036\"\n{HEADER}\n\"5\",\"줄이\n바뀐 제목\",\"\",\"\",\"\",\"9786900000043\",,,,,,,,\n",
        GOOD.line(),
        good.line(),
        GOOD.line(),
    );
    let Reading { catalogue, report } =
        Folder::new().bytes("holdings/가온.csv", text.as_bytes()).read().unwrap();
    assert_eq!(report.rows(Role::Holdings), (6, 2), "{:?}", report.files[0].findings);
    for (kind, count) in
        [(FindingKind::RowUnreadable, 2), (FindingKind::CellsMissing, 1), (FindingKind::HeaderRepeated, 1)]
    {
        assert_eq!(report.count(kind), count, "{kind:?} {:?}", report.files[0].findings);
    }
    let titles: Vec<&str> = catalogue.books.iter().map(|book| book.title.as_str()).collect();
    assert_eq!(titles, [GOOD.title, GOOD.title, "짧은 줄", "줄이 바뀐 제목"]);
}

#[test]
fn the_library_is_in_a_column_or_in_the_name() {
    let header = HEADER.trim_end_matches(',');
    let text = format!(
        "{header},도서관\n1,가,,,,9786900000012,,,,,,,,나래\n2,가,,,,9786900000012,,,,,,,,가온\n3,나,,,,9786900000029,,,,,,,,\n"
    );
    let Reading { catalogue, report } =
        Folder::new().bytes("holdings/모두.csv", text.as_bytes()).read().unwrap();
    let names: Vec<&str> = catalogue.libraries.iter().map(|library| library.name.as_str()).collect();
    assert_eq!(names, ["가온", "나래"]);
    assert_eq!(catalogue.books[0].holdings.len(), 2);
    assert_eq!(report.count(FindingKind::LibraryMissing), 1);
    for (file, library) in [
        ("가온 (2023년 02월)", "가온"),
        ("가온(2023년 2월)", "가온"),
        ("가온도서관 장서 대출목록 (2023년 02월)", "가온도서관"),
        ("가온 (2023년 02월) (1)", "가온"),
        ("가온 (분관)", "가온 (분관)"),
        ("가온", "가온"),
    ] {
        let reading = Folder::new().library(file, &[GOOD]).read().unwrap();
        assert_eq!(reading.catalogue.libraries[0].name, library, "{file}");
    }
    let late = Row { registered: "2023-05-01", ..GOOD };
    let reading = Folder::new().library("가온 (2023년 02월)", &[late, GOOD]).read().unwrap();
    assert_eq!(reading.report.count(FindingKind::DateImplausible), 1, "later than the file");
}

#[test]
fn a_wrong_file_ends_the_build_and_says_why() {
    let problem = |name: &str, bytes: &[u8]| {
        let folder = Folder::new().library("나래", &[GOOD]).bytes(&format!("holdings/{name}.csv"), bytes);
        let mut wrong = folder.read().unwrap_err().0;
        assert_eq!(wrong.len(), 1);
        let wrong = wrong.remove(0);
        assert!(wrong.to_string().contains(name), "{wrong}");
        wrong.problem
    };
    assert!(matches!(problem("빈", b""), Problem::Empty));
    assert!(matches!(problem("머리글", format!("{HEADER}\n").as_bytes()), Problem::NoRows));
    assert!(matches!(problem("엑셀", b"PK\x03\x04\x14\0\0\0"), Problem::Io(_)));
    assert!(matches!(problem("쪽", b"<!DOCTYPE html><html><body>404"), Problem::OtherFormat(_)));
    assert!(matches!(problem("이진", &[0x89, b'P', b'N', b'G', 0, 0]), Problem::OtherFormat(_)));
    match problem("열", "번호,이름,전화\n1,가,나\n".as_bytes()) {
        Problem::MissingColumns { missing, .. } => assert_eq!(missing, ["도서명", "ISBN"]),
        other => panic!("{other:?}"),
    }
    let semicolons = HEADER.replace(',', ";");
    assert!(matches!(problem("쌍반점", semicolons.as_bytes()), Problem::NoRows));
    let noise: Vec<u8> = (0..4_000_u32).map(|n| (n * 7_919 % 251) as u8 | 0x80).collect();
    assert!(matches!(problem("소음", &noise), Problem::EncodingUnknown));
    let mut undecodable = HEADER.as_bytes().to_vec();
    for _ in 0..20 {
        undecodable.extend_from_slice(b"\n1,\xFF\xFE\xFF,,,,9786900000012,,,,,,,");
    }
    assert!(matches!(problem("깨진", &undecodable), Problem::Undecodable { .. }));
    let no_title = format!("{HEADER}\n{}", "1,,,,,9786900000012,,,,,,,,\n".repeat(20));
    let beside = Folder::new()
        .library("나래", &[GOOD])
        .bytes("holdings/제목없음.csv", no_title.as_bytes())
        .read()
        .unwrap();
    assert_eq!(
        beside.report.files.iter().map(|file| file.rows).sum::<u64>(),
        21,
        "no verdict on a file of books that lack something"
    );
    let nothing = Folder::new().library("가온", &[Row { title: "", ..GOOD }]).read().unwrap_err();
    assert!(matches!(nothing.0[0].problem, Problem::NoBook { .. }));
}

#[test]
fn every_wrong_file_is_named_at_once() {
    let folder = Folder::new()
        .library("가온", &[GOOD])
        .bytes("holdings/나래.csv", b"")
        .bytes("holdings/다솜.csv", b"a,b\n1,2\n")
        .bytes("keywords.csv", b"x,y\n1,2\n");
    assert_eq!(folder.read().unwrap_err().0.len(), 3);
}

#[test]
fn what_is_told_of_libraries_is_kept_and_what_is_of_no_use_is_named_by_row() {
    let table = "도서관명,정식명칭,영문명,지역,전화번호,운영시간,휴관일,자료검색,소장주소,예약,상호대차,희망도서\n\
        가온,가온도서관,Gaon,가온구,00-1,평일 09:00-22:00,월요일,https://o.example/,https://o.example/b?isbn={isbn},https://o.example/r,,https://o.example/p\n\
        나래,,,,,,,javascript:alert(1),http://o.example/{isbn},https://o.example/r r,,\n\
        다솜,,,,,,,,https://o.example/{isbn}{isbn},,,\n";
    let days = "날짜,휴일명\n2027.01.01,신정\n20270301,삼일절\n삼월,무슨 날\n2027-01-01,새해\n";
    let list = "도서명,ISBN,도서관\n책,9780306406157,가온\n책,9780306406157,나래\n책,9780306406157,다솜\n";
    let files =
        InMemory::default().with("목록.csv", list).with("libraries.csv", table).with("holidays.csv", days);
    let inputs = Inputs {
        holdings: vec!["목록.csv".into()],
        libraries: Some("libraries.csv".into()),
        holidays: Some("holidays.csv".into()),
        ..Inputs::default()
    };
    let reading = sources::read_from(&files, &inputs, &Quiet).unwrap();
    let [gaon, narae, dasom] = &reading.catalogue.libraries[..] else { panic!("three libraries") };
    let told = |library: &Library, detail| {
        library.told.iter().find(|(of, _)| *of == detail).map(|(_, text)| text.clone())
    };
    assert_eq!(gaon.romanised.as_deref(), Some("Gaon"));
    for (detail, text) in [
        (Detail::FullName, "가온도서관"),
        (Detail::Region, "가온구"),
        (Detail::Telephone, "00-1"),
        (Detail::Hours, "평일 09:00-22:00"),
        (Detail::Closed, "월요일"),
        (Detail::Catalogue, "https://o.example/"),
        (Detail::HoldingsLink, "https://o.example/b?isbn={isbn}"),
        (Detail::Reservation, "https://o.example/r"),
        (Detail::PurchaseRequest, "https://o.example/p"),
    ] {
        assert_eq!(told(gaon, detail).as_deref(), Some(text));
    }
    assert!(narae.told.is_empty() && dasom.told.is_empty());
    let holidays: Vec<&str> = reading.catalogue.holidays.iter().map(|day| day.name.as_str()).collect();
    assert_eq!(holidays, ["신정", "삼일절"], "each day once");
    let found = |name: &str, kind| {
        let file = reading.report.files.iter().find(|file| file.file == name).unwrap();
        file.findings.iter().filter(|finding| finding.kind == kind).map(|one| one.line).collect::<Vec<_>>()
    };
    assert_eq!(found("libraries.csv", FindingKind::LibraryDetailUnusable), [3, 3]);
    assert_eq!(found("libraries.csv", FindingKind::LibraryLinkUnusable), [3, 4]);
    assert_eq!(found("holidays.csv", FindingKind::HolidayUnreadable), [4]);
}

#[test]
fn records_keywords_synonyms_and_libraries_add_to_the_books() {
    let records = concat!(
        "{\"isbn13\":\"9786900000012\",\"title\":\"Seed Python\",\"original_title\":\"Python Seeds\",\"authors\":[\"A. Wren\",\"B. Oakes\"],\"year\":2019,\"language\":\"en-US\"}\n",
        "{\"isbn13\":9786900000029,\"title\":\"씨앗 자바\",\"authors\":\"한가온\",\"class_no\":\"005.133\",\"keywords\":\"자바|객체\",\"libraries\":[{\"name\":\"나래\",\"registered\":\"2020-01-02\"},\"다솜\"]}\n",
        "{\"isbn13\":null,\"title\":\"번호 없는 책\"}\n",
        "{\"isbn13\":\"9786900000036\",\"title\":null}\n",
        "{\"isbn13\":\"9786900000036\",\"title\":\"Odyssey\",\"year\":-720}\n",
        "not json\n",
    );
    let folder = Folder::new().library("가온", &[GOOD]);
    fs::create_dir(folder.path().join("records")).unwrap();
    let folder = folder
        .bytes("records/추가.jsonl", records.as_bytes())
        .bytes("records/읽지 않음.txt", b"<a/>")
        .bytes("keywords.csv", "isbn13,keywords\n9786900000012,파이썬|amp|씨앗| 파이썬 |\n9786900000050,없는 책\n9786900000029,\n".as_bytes())
        .bytes("synonyms.csv", "eng,kor\npython,파이썬\npython,파이썬\n,빈칸\nc,C\n".as_bytes())
        .bytes("libraries.csv", "name,code,latitude,longitude,homepage,주소\n가온,X1,37.5,127.0,https://gaon.example/,가온시\n나래,X2,97.5,127.0,ftp://narae.example,\n없는곳,X3,,,,\n나래,X4,,,,\n".as_bytes());
    let found = Inputs::in_catalogue(folder.path()).unwrap();
    assert_eq!(found.left_alone, [folder.path().join("records/읽지 않음.txt")]);
    let Reading { catalogue, report } = folder.read().unwrap();

    let python = book(&catalogue, 9_786_900_000_012);
    assert_eq!(
        python.title, "씨앗에서 배우는 파이썬",
        "a library and a record: one vote each, the longer one"
    );
    assert_eq!(python.other_titles, ["Python Seeds", "Seed Python"]);
    assert_eq!(python.language.as_deref(), Some("en"));
    let words: Vec<&str> = python.keywords.iter().map(|&id| catalogue.keyword(id)).collect();
    assert_eq!(words, ["파이썬", "씨앗"]);
    let java = book(&catalogue, 9_786_900_000_029);
    let held: Vec<&str> = java
        .holdings
        .iter()
        .map(|held| catalogue.libraries[usize::from(held.library.0)].name.as_str())
        .collect();
    assert_eq!(held, ["나래", "다솜"]);
    assert_eq!(java.registered(), Date::parse("2020-01-02"));
    assert_eq!(book(&catalogue, 9_786_900_000_036).holdings.len(), 0);
    assert_eq!(catalogue.synonyms.len(), 1);
    assert_eq!(catalogue.libraries[0].latitude, Some(37.5));
    assert_eq!((catalogue.libraries[1].latitude, catalogue.libraries[1].longitude), (None, None));
    assert_eq!(catalogue.libraries[1].homepage, None);
    for (kind, count) in [
        (FindingKind::IsbnMissing, 1),
        (FindingKind::TitleMissing, 1),
        (FindingKind::RowUnreadable, 1),
        (FindingKind::KeywordLeftOver, 1),
        (FindingKind::KeywordsWithoutBook, 1),
        (FindingKind::SynonymIncomplete, 1),
        (FindingKind::SynonymOfItself, 1),
        (FindingKind::LibraryTwice, 1),
        (FindingKind::LibraryDetailUnusable, 2),
        (FindingKind::LibraryWithoutBooks, 1),
        (FindingKind::LibraryNotDescribed, 1),
        (FindingKind::YearUnreadable, 1),
    ] {
        assert_eq!(report.count(kind), count, "{kind:?}");
    }
}

#[test]
fn json_that_is_not_lines_of_objects_is_a_wrong_file() {
    for bytes in [&b"[{\"isbn13\":1}]"[..], b"title: x\nisbn: y\n", b"\"text\"\n", b""] {
        let folder = Folder::new().library("가온", &[GOOD]);
        fs::create_dir(folder.path().join("records")).unwrap();
        let folder = folder.bytes("records/a.jsonl", bytes);
        assert_eq!(folder.read().unwrap_err().0.len(), 1, "{}", String::from_utf8_lossy(bytes));
    }
}

/// Reads with a number of threads.
fn read_on(threads: usize, inputs: &Inputs) -> Reading {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| sources::read(inputs, &Quiet)).unwrap()
}

#[test]
fn neither_the_order_of_files_nor_the_number_of_threads_changes_anything() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sample");
    generate(Sample { books: 2_000, seed: 3 }, &out, &Quiet).unwrap();
    let inputs = Inputs::in_catalogue(&out).unwrap().files;
    let reading = read_on(1, &inputs);
    let mut backwards = inputs.clone();
    backwards.holdings.reverse();
    for other in [read_on(3, &inputs), read_on(1, &backwards), read_on(2, &backwards)] {
        assert!(other.catalogue == reading.catalogue, "the catalogues differ");
        assert!(other.report == reading.report, "the reports differ");
    }

    // All rows in one file, mixed: the same catalogue again, whatever the order of the rows.
    let mut rows: Vec<String> = Vec::new();
    for path in &inputs.holdings {
        let bytes = fs::read(path).unwrap();
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => EUC_KR.decode(error.as_bytes()).0.into_owned(),
        };
        let library = path.file_stem().unwrap().to_string_lossy();
        rows.extend(text.lines().skip(1).map(|line| format!("{line}\"{library}\"")));
    }
    rows.sort_by_key(|row| row.chars().rev().collect::<String>());
    let one = folder.path().join("모두.csv");
    fs::write(&one, format!("{HEADER}도서관\n{}\n", rows.join("\n"))).unwrap();
    let one = read_on(2, &Inputs { holdings: vec![one], ..inputs });
    assert!(one.catalogue == reading.catalogue, "rows in another order give another catalogue");
}

#[test]
fn the_report_says_file_line_column_what_was_found_and_what_was_done() {
    let reading = one_library(&[GOOD, Row { title: "", ..GOOD }, Row { class_no: "005,7", ..GOOD }]);
    let outcome = Outcome::from(&reading.catalogue);
    let json: serde_json::Value = serde_json::from_str(&reading.report.to_json(&outcome)).unwrap();
    assert_eq!(
        (&json["rows"], &json["rejected"], &json["catalogue"]["books"]),
        (&3.into(), &1.into(), &1.into())
    );
    let rejected = &json["findings"][0];
    assert!(rejected["file"].as_str().unwrap().ends_with("가온.csv"));
    assert_eq!(rejected["line"], 3);
    assert_eq!(rejected["column"], "도서명");
    assert_eq!(rejected["kind"], "title_missing");
    assert_eq!(rejected["severity"], "rejected");
    assert_eq!(rejected["found"], "");
    assert_eq!(json["findings"][1]["made"], "005.7");
    let text = reading.report.to_text(&outcome);
    for line in [
        "소장 행 3개를 읽어 2개를 쓰고 1개를 제외했습니다.",
        "3째 줄 [도서명]",
        "4째 줄 [주제분류번호] \"005,7\" → \"005.7\"",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let clean = one_library(&[GOOD]).report;
    assert_eq!(clean.counts().len(), 0, "{:?}", clean.counts());
}
