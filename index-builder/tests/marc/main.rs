//! MARC 21 and KORMARC as sources: what an invented record becomes, in ISO 2709 and MARCXML, in UTF-8 and CP949, whole
//! and damaged; and what the report says of it.

mod damage;
mod kinds;
mod writer;

use seoga_index::book_id::BookId;
use std::fs;
use std::path::{Path, PathBuf};

use index_builder::catalogue::{Book, Catalogue};
use index_builder::progress::Quiet;
use index_builder::report::{FindingKind, Outcome};
use index_builder::sources::{self, InMemory, Inputs, Problem, Reading, WrongFiles};
use proptest::prelude::*;
use writer::{Encoding, Marc, collection};

/// A KORMARC record as a public library's system writes it.
fn kormarc() -> Marc {
    Marc::new()
        .control("001", "KMO202112345")
        .control("008", "211105s2021    ulka          000 0 kor  ")
        .data("020", "  $a9786900000012$g93000:$c\\22000")
        .data("041", "1 $akor$heng")
        .data("049", "0 $lEM0000123456$c2$f아동")
        .data("056", "  $a005.133$26")
        .data("090", "  $a005.133$b한11ㅆ")
        .data("245", "20$a(쉬운) 씨앗에서 배우는 파이썬 :$b첫걸음부터 열매까지 /$d한가온 지음 ;$e나다솜 옮김")
        .data("246", "19$aSeeds of Python")
        .data("250", "  $a개정판")
        .data("260", "  $a서울 :$b모래시계,$c2021")
        .data("490", "10$a모래시계 총서 ;$v3")
        .data("653", "  $a파이썬$a프로그래밍")
        .data("700", "1 $a한가온$4aut")
        .data("700", "1 $aSeed, Sally$4aut")
}

/// A MARC 21 record.
fn marc21() -> Marc {
    Marc::new()
        .control("008", "190212s2019    nyua          001 0 eng d")
        .data("020", "  $a9786900000029 (hbk.)")
        .data("082", "04$a005.8$223")
        .data("084", "  $a004.61$2kdc")
        .data("100", "1 $aReed, Rowan,$d1971-")
        .data("245", "10$aQuiet networks :$ba field guide /$cby R. Reed and A. Rush.")
        .data("264", " 4$cc2018")
        .data("264", " 1$aNew York :$bHourglass Press,$c[2019]")
        .data("650", " 0$aComputer networks$xSecurity.")
        .data("852", "  $aGaon Library")
}

fn file(records: &[Marc], encoding: Encoding) -> Vec<u8> {
    records.iter().flat_map(|record| record.iso2709(encoding)).collect()
}

/// Reads a file of records held in memory.
fn try_read(bytes: &[u8]) -> Result<Reading, WrongFiles> {
    let files = InMemory::default().with("가온.csv", bytes);
    let inputs = Inputs { records: vec!["가온.csv".into()], ..Inputs::default() };
    sources::read_from(&files, &inputs, &Quiet)
}

fn read(bytes: &[u8]) -> Reading {
    try_read(bytes).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Reads one record.
fn one(record: &Marc) -> Reading {
    read(&record.iso2709(Encoding::Utf8))
}

fn book(catalogue: &Catalogue, isbn13: u64) -> &Book {
    catalogue.books.iter().find(|book| book.id == BookId::isbn(isbn13)).unwrap()
}

fn libraries(catalogue: &Catalogue) -> Vec<&str> {
    catalogue.libraries.iter().map(|library| library.name.as_str()).collect()
}

/// A folder with files in it.
fn folder(files: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let path = folder.path().to_path_buf();
    (folder, path)
}

fn read_folder(path: &Path) -> Result<Reading, WrongFiles> {
    sources::read(&Inputs::in_catalogue(path).unwrap().files, &Quiet)
}

#[test]
fn a_kormarc_record_is_one_book_in_either_format_and_encoding() {
    let files = [
        file(&[kormarc()], Encoding::Utf8),
        file(&[kormarc()], Encoding::Cp949),
        collection(&[kormarc()]).into_bytes(),
        Encoding::Cp949.bytes(&collection(&[kormarc()]).replace("UTF-8", "EUC-KR")),
    ];
    for (n, file) in files.iter().enumerate() {
        let reading = read(file);
        let book = book(&reading.catalogue, 9_786_900_000_012);
        assert_eq!(book.title, "(쉬운) 씨앗에서 배우는 파이썬 : 첫걸음부터 열매까지", "file {n}");
        assert_eq!(book.other_titles, ["Seeds of Python"]);
        assert_eq!(book.authors, "한가온 지음 ; 나다솜 옮김");
        assert_eq!(book.other_authors, ["Seed, Sally"], "a name that the statement has is not said twice");
        assert_eq!(book.publisher, "모래시계");
        assert_eq!(book.year, Some(2021));
        assert_eq!(book.class_no.as_deref(), Some("005.133"));
        assert_eq!(book.language.as_deref(), Some("ko"));
        let words: Vec<&str> = book.keywords.iter().map(|&id| reading.catalogue.keyword(id)).collect();
        assert_eq!(words, ["파이썬", "프로그래밍"]);
        assert_eq!(libraries(&reading.catalogue), ["가온"], "the file's name says whose it is");
        assert_eq!(book.holdings.len(), 1);
        assert_eq!(reading.report.counts().into_keys().collect::<Vec<_>>(), [], "nothing to complain of");
        let encoding = if n % 2 == 0 { "UTF-8" } else { "CP949" };
        assert!(reading.report.files[0].encodings.contains(encoding));
    }
}

#[test]
fn a_marc_21_record_gives_its_own_fields() {
    let reading = one(&marc21());
    let book = book(&reading.catalogue, 9_786_900_000_029);
    assert_eq!(book.title, "Quiet networks : a field guide");
    assert_eq!(book.authors, "by R. Reed and A. Rush.");
    assert_eq!(book.other_authors, ["Reed, Rowan"]);
    assert_eq!(book.publisher, "Hourglass Press");
    assert_eq!(book.year, Some(2019), "264 for publication counts before the copyright");
    assert_eq!(book.class_no.as_deref(), Some("004.61"), "084 marked kdc");
    assert_eq!(book.language.as_deref(), Some("en"));
    let words: Vec<&str> = book.keywords.iter().map(|&id| reading.catalogue.keyword(id)).collect();
    assert_eq!(words, ["Computer networks", "Security"]);
    assert_eq!(libraries(&reading.catalogue), ["Gaon Library"]);
}

#[test]
fn titles_are_put_together_by_the_cataloguing_rules() {
    for (field, title, others) in [
        ("00$a씨앗", "씨앗", &[][..]),
        ("00$a모래강.$n1,$p물의 시작 /$d한가온", "모래강. 1, 물의 시작", &[]),
        ("00$a모래강.$p물의 시작", "모래강. 물의 시작", &[]),
        ("00$a씨앗 =$bSeeds : a start", "씨앗", &["Seeds : a start"]),
        ("00$a씨앗 =$xSeeds /$d한가온", "씨앗", &["Seeds"]),
        ("00$a씨앗 /$d한가온.$a열매 /$d나다솜", "씨앗", &["열매"]),
        ("00$a씨앗$h[전자자료] :$b첫걸음", "씨앗 : 첫걸음", &[]),
        ("00$aC# & .NET", "C# & .NET", &[]),
    ] {
        let reading = one(&kormarc().without("245").without("246").data("245", field));
        let book = book(&reading.catalogue, 9_786_900_000_012);
        assert_eq!(book.title, title, "{field}");
        assert_eq!(book.other_titles, others, "{field}");
    }
    let more = kormarc()
        .data("740", " 2$a열매")
        .data("507", "  $aReed, Rowan$tQuiet networks")
        .data("880", "10$6245-01$a寧靜 :$b入門");
    let reading = one(&more);
    let others = &book(&reading.catalogue, 9_786_900_000_012).other_titles;
    assert_eq!(others, &["Quiet networks", "Seeds of Python", "寧靜 入門", "열매"]);
}

#[test]
fn every_volume_has_its_isbn_and_a_set_has_none_of_its_own() {
    let record = kormarc()
        .without("020")
        .data("020", "1 $a9786900000098 (세트)")
        .data("020", "  $a978-69-00000-01-2 (1)$g04810")
        .data("020", "  $a978-69-00000-02-9 (제2권) :$c\\9000")
        .data("020", "  $a9786900000029")
        .data("020", "  $z9786900000036");
    let reading = one(&record);
    let isbns: Vec<u64> = reading.catalogue.books.iter().filter_map(|book| book.id.isbn13()).collect();
    assert_eq!(isbns, [9_786_900_000_012, 9_786_900_000_029]);
    assert_eq!(reading.catalogue.books[0].volume.as_deref(), Some("1"));
    assert_eq!(reading.catalogue.books[1].volume.as_deref(), Some("2"));
    assert!(reading.report.counts().is_empty(), "hyphens are usual here: {:?}", reading.report.counts());

    let set = one(&kormarc().without("020").data("020", "  $a9786900000012 (세트)"));
    assert_eq!(set.catalogue.books.len(), 1, "a set that has no other number is known by its own");

    let partly = kormarc().data("020", "  $a비매품");
    let reading = one(&partly);
    assert_eq!(reading.catalogue.books.len(), 1);
    assert_eq!(reading.report.count(FindingKind::IsbnPassedOver), 1);
    let finding = &reading.report.files[0].findings[0];
    assert_eq!((finding.line, finding.column, finding.found.as_str()), (1, "020", "비매품"));
}

#[test]
fn the_class_is_kdc_and_never_ddc() {
    let class = |record: &Marc| one(record).catalogue.books[0].class_no.clone();
    let two = kormarc().data("056", "  $a004.1$24");
    assert_eq!(class(&two).as_deref(), Some("005.133"), "the newest edition counts");
    let call_number = kormarc().without("056");
    assert_eq!(class(&call_number).as_deref(), Some("005.133"));
    assert_eq!(one(&call_number).report.count(FindingKind::ClassFromCallNumber), 1);
    let ddc = kormarc().without("056").data("082", "04$a813.54");
    assert_eq!(class(&ddc), None, "the call number may be DDC too");
    let reading = one(&ddc);
    assert_eq!(reading.report.count(FindingKind::ClassNotKdc), 1);
    assert_eq!(class(&kormarc().without("056").without("090").data("090", "  $aQA76.73")), None);
}

#[test]
fn years_and_languages_come_from_where_they_are() {
    let year =
        |c: &str| one(&kormarc().without("260").data("260", &format!("  $c{c}"))).catalogue.books[0].year;
    for (text, expected) in
        [("c2008", 2008), ("[2019]", 2019), ("2008.", 2008), ("[발행년불명]", 2021), ("", 2021)]
    {
        assert_eq!(year(text), Some(expected), "{text}");
    }
    let language = |record: Marc| one(&record).catalogue.books[0].language.clone();
    let without = || kormarc().without("041");
    assert_eq!(language(without().data("041", "0 $aengkor")).as_deref(), Some("en"));
    assert_eq!(language(without()).as_deref(), Some("ko"), "008");
    assert_eq!(language(without().without("008").control("008", "211105")), None, "a short 008 says nothing");
    assert_eq!(language(without().without("008").control("008", &"책".repeat(40))), None);
}

#[test]
fn records_without_a_usable_isbn_are_books() {
    for (record, kind, number) in [
        (kormarc().without("020"), FindingKind::IsbnMissing, None),
        (
            kormarc().without("020").data("020", "  $a8801234567893"),
            FindingKind::IsbnNotABook,
            Some("8801234567893"),
        ),
        (kormarc().without("020").data("020", "  $a비매품"), FindingKind::IsbnUnreadable, Some("비매품")),
    ] {
        let reading = one(&record);
        assert_eq!(reading.report.count(kind), 1, "{kind:?} in {:?}", reading.report.counts());
        let book = &reading.catalogue.books[0];
        assert_eq!(book.id.isbn13(), None);
        assert_eq!(book.numbers.first().map(String::as_str), number);
    }
}

#[test]
fn each_isbn_of_one_record_is_a_number_of_one_book() {
    let record =
        kormarc().without("020").data("020", "  $a9786900000012 (양장)").data("020", "  $a9786900000029");
    let reading = one(&record);
    let [book] = reading.catalogue.books.as_slice() else { panic!("{:?}", reading.catalogue.books) };
    assert_eq!(book.id, BookId::isbn(9_786_900_000_012));
    assert_eq!(book.leads, [BookId::isbn(9_786_900_000_029)]);
    assert_eq!(book.numbers, ["9786900000029"]);
}

#[test]
fn records_that_cannot_be_used_are_rejected_with_the_reason() {
    for (record, kind) in [
        (kormarc().without("245"), FindingKind::TitleMissing),
        (kormarc().without("245").data("245", "00$d한가온 지음"), FindingKind::TitleMissing),
        (kormarc().status(b'd'), FindingKind::RecordDeleted),
    ] {
        for file in
            [file(&[marc21(), record.clone()], Encoding::Utf8), collection(&[marc21(), record]).into()]
        {
            let reading = read(&file);
            assert_eq!(reading.report.count(kind), 1, "{kind:?} in {:?}", reading.report.counts());
            assert_eq!(reading.report.files[0].rejected, 1);
            assert_eq!(reading.catalogue.books.len(), 1);
            let finding =
                reading.report.files[0].findings.iter().find(|finding| finding.kind == kind).unwrap();
            assert_eq!(finding.line, 2, "the second record");
        }
    }
}

#[test]
fn a_library_is_a_field_or_a_code_or_the_name_of_the_file() {
    let other = kormarc().without("020").data("020", "  $a9786900000029").without("049");
    let records = [
        other.clone().data("049", "0 $a나루$lEM1"),
        kormarc(),
        marc21().without("020").data("020", "  $a9786900000036").without("852").data("852", "  $a111999"),
        marc21().without("020").data("020", "  $a9786900000043").without("852"),
    ];
    let (_folder, path) = folder(&[
        ("records/다솜 (2026년 10월).mrc", &file(&records, Encoding::Cp949)),
        ("libraries.csv", "code,name\n111999,라온\n".as_bytes()),
    ]);
    let reading = read_folder(&path).unwrap();
    let holds = |isbn: u64| -> Vec<&str> {
        let holdings = book(&reading.catalogue, isbn).holdings.iter();
        holdings.map(|held| libraries(&reading.catalogue)[usize::from(held.library.0)]).collect()
    };
    assert_eq!(holds(9_786_900_000_029), ["나루"], "049 $a");
    assert_eq!(holds(9_786_900_000_012), ["다솜"], "the file's name without its month");
    assert_eq!(holds(9_786_900_000_036), ["라온"], "852 $a is a code of libraries.csv");
    assert_eq!(holds(9_786_900_000_043), [""; 0], "a record without holdings is held by nobody");
    assert_eq!(reading.report.count(FindingKind::HoldingMissing), 1);
}

#[test]
fn what_a_configuration_says_of_a_file_counts_before_what_it_says_itself() {
    let records = file(&[kormarc(), marc21()], Encoding::Cp949);
    let config = "[[records]]\npath = \"a.mrc\"\nlibrary = \"라온\"\nencoding = \"cp949\"\n";
    let (_folder, path) = folder(&[("a.mrc", &records), ("catalogue.toml", config.as_bytes())]);
    let config = sources::Config::read(&path.join("catalogue.toml")).unwrap();
    let reading = sources::read(&config.inputs().unwrap().files, &Quiet).unwrap();
    assert_eq!(libraries(&reading.catalogue), ["라온"], "neither 852 $a nor the name of the file");
    assert_eq!(reading.catalogue.books.len(), 2);
    assert_eq!(book(&reading.catalogue, 9_786_900_000_012).publisher, "모래시계");

    let wrong = fs::read_to_string(path.join("catalogue.toml")).unwrap().replace("cp949", "utf-8");
    let config = sources::Config::parse(wrong.as_bytes(), &path).unwrap();
    let reading = sources::read(&config.inputs().unwrap().files, &Quiet).unwrap();
    assert_eq!(reading.report.count(FindingKind::BytesUndecodable), 1, "one of the two is ASCII");
}

#[test]
fn the_content_of_a_file_says_its_format_and_not_its_name() {
    let jsonl = "{\"isbn13\":\"9786900000067\",\"title\":\"씨앗\"}\n";
    let xml = collection(&[marc21()]);
    let iso = file(&[kormarc()], Encoding::Utf8);
    let (_folder, path) = folder(&[
        ("records/a.json", xml.as_bytes()),
        ("records/b.xml", &iso),
        ("records/c.mrc", jsonl.as_bytes()),
        ("records/notes.txt", b"mine"),
    ]);
    assert_eq!(read_folder(&path).unwrap().catalogue.books.len(), 3);
    let found = Inputs::in_catalogue(&path).unwrap();
    assert_eq!(found.left_alone, [path.join("records/notes.txt")]);
}

#[test]
fn wrappers_and_prefixes_of_other_services_are_no_records() {
    let inner = kormarc().xml("marc:");
    let oai = format!(
        "<OAI-PMH><ListRecords><!-- <record> --><record><header/><metadata>{inner}</metadata></record>\
         <record><header status=\"deleted\"/></record></ListRecords></OAI-PMH>"
    );
    let reading = read(oai.as_bytes());
    assert_eq!(reading.catalogue.books.len(), 1);
    assert_eq!(reading.report.files[0].rows, 1);
    let odd = collection(&[marc21()]).replace("Quiet", "<![CDATA[Q & ]]>&#81;&quot;");
    assert_eq!(read(odd.as_bytes()).catalogue.books[0].title, "Q & Q\" networks : a field guide");
}

#[test]
fn the_report_counts_records_and_names_their_fields() {
    let records = [kormarc(), kormarc().without("245").data("245", "00$d한가온 지음")];
    let reading = read(&file(&records, Encoding::Cp949));
    let outcome = Outcome::from(&reading.catalogue);
    let text = reading.report.to_text(&outcome);
    assert!(text.contains("가온.csv 2째 레코드 [245]"), "{text}");
    assert!(text.contains("서지 레코드 2건을 읽어 1건을 쓰고 1건을 제외했습니다."), "{text}");
    assert!(
        text.contains("가온.csv (서지 레코드, MARC (ISO 2709), CP949): 2건, 제외 1건, 지적 1건"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&reading.report.to_json(&outcome)).unwrap();
    let finding = &json["findings"][0];
    assert_eq!((finding["record"].as_u64(), finding["column"].as_str()), (Some(2), Some("245")));
    assert!(finding["line"].is_null());
    assert_eq!(json["files"][0]["encoding"], "CP949");
}

#[test]
fn a_wrong_file_ends_the_build() {
    let wrong = |bytes: &[u8]| try_read(bytes).unwrap_err().0.remove(0).problem;
    assert!(matches!(wrong(b"<dublin><title>a</title></dublin>"), Problem::OtherXml { .. }));
    assert!(matches!(wrong(b"<feed><record><title>a</title></record></feed>"), Problem::OtherFormat(_)));
    assert!(matches!(wrong(b"00123nam a2200000   4500"), Problem::NotMarc { .. }));
    assert!(matches!(wrong(b"=LDR  00123nam a2200000   4500\n=245  10$aA\n"), Problem::OtherFormat(_)));
    assert!(matches!(wrong(b"<!DOCTYPE html><html></html>"), Problem::OtherFormat(_)));
    let unknown = marc21().without("852").without("245").data("245", "10$aCafe du monde").coding(b' ');
    let mut bytes = unknown.iso2709(Encoding::Utf8);
    let at = bytes.windows(4).position(|four| four == b"Cafe").unwrap();
    bytes[at..at + 4].copy_from_slice(b"C\xFF\xFE\x81");
    assert!(matches!(wrong(&bytes), Problem::EncodingUnknown));
    let reading = read(&[bytes, file(&[kormarc()], Encoding::Utf8)].concat());
    assert_eq!(reading.report.count(FindingKind::EncodingUnknown), 1);
    assert_eq!(reading.catalogue.books.len(), 1, "a record in an unknown encoding costs itself");
}

/// Texts that both encodings hold and that cleaning leaves as they are.
fn word() -> impl Strategy<Value = String> {
    "[가-힣]{1,8}( ([가-힣]{1,6}|[A-Za-z0-9]{1,6})){0,3}"
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        titles in prop::collection::vec((word(), word(), word(), word()), 1..12),
        utf8: bool,
        xml: bool,
    ) {
        let records: Vec<Marc> = (0..).zip(&titles).map(|(n, (title, author, publisher, word))| {
            Marc::new()
                .control("008", "990101s1999    ulk           000 0 kor  ")
                .data("020", &format!("  $a{}", BookId::isbn(9_786_900_100_000_u64 + n)))
                .data("049", "0 $lEM1")
                .data("245", &format!("00$a{title} /$d{author}"))
                .data("260", &format!("  $b{publisher},$c1999"))
                .data("653", &format!("  $a{word}"))
        }).collect();
        let encoding = if utf8 { Encoding::Utf8 } else { Encoding::Cp949 };
        let bytes = if xml { encoding.bytes(&collection(&records)) } else { file(&records, encoding) };
        let reading = read(&bytes);
        prop_assert_eq!(reading.catalogue.books.len(), titles.len());
        for ((n, (title, author, publisher, word)), book) in (0..).zip(&titles).zip(&reading.catalogue.books) {
            prop_assert_eq!(book.id, BookId::isbn(9_786_900_100_000_u64 + n));
            prop_assert_eq!((&book.title, &book.authors, &book.publisher), (title, author, publisher));
            prop_assert_eq!(reading.catalogue.keyword(book.keywords[0]), word);
            prop_assert_eq!(book.holdings.len(), 1);
        }
    }
}
