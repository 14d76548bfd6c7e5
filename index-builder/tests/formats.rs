//! Files as libraries hand them in, by kind, in invented rows: wrappings, signs that part cells, headers in use, records in XML and JSON; and
//! how what is not read is named.

use std::io::Write as _;
use std::path::PathBuf;

use encoding_rs::EUC_KR;
use flate2::Compression;
use flate2::write::GzEncoder;
use index_builder::catalogue::{Book, Date};
use index_builder::progress::Quiet;
use index_builder::report::{FindingKind, Report, Role};
use index_builder::sources::{InMemory, Inputs, Problem, Reading, WrongFiles, check, read_from};
use seoga_index::book_id::BookId;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Reads bytes as one file, in a role; its name tells nothing.
fn read(role: Role, bytes: impl Into<Vec<u8>>) -> Result<Reading, WrongFiles> {
    let path = PathBuf::from("가온.dat");
    let files = InMemory::default().with(&path, bytes);
    let mut inputs = Inputs::default();
    match role {
        Role::Records => inputs.records.push(path),
        _ => inputs.holdings.push(path),
    }
    read_from(&files, &inputs, &Quiet)
}

fn books(role: Role, bytes: impl Into<Vec<u8>>) -> Vec<Book> {
    read(role, bytes).unwrap().catalogue.books
}

fn refusal(role: Role, bytes: impl Into<Vec<u8>>) -> String {
    read(role, bytes).unwrap_err().to_string()
}

fn cp949(text: &str) -> Vec<u8> {
    EUC_KR.encode(text).0.into_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of one sheet, its rows given as XML.
fn workbook(rows: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let types = format!("<Types xmlns='{package}/content-types'/>");
    let root = format!(
        "<Relationships xmlns='{package}/relationships'><Relationship Id='rId1' Type='{office}/officeDocument' \
         Target='xl/workbook.xml'/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns='{main}' xmlns:r='{office}'><sheets><sheet name='목록' sheetId='1' r:id='rId1'/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns='{package}/relationships'><Relationship Id='rId1' Type='{office}/worksheet' \
         Target='worksheets/sheet1.xml'/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns='{main}'><sheetData>{rows}</sheetData></worksheet>");
    let strings = format!("<sst xmlns='{main}' {strings}</sst>");
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
    ])
}

const LIST: &str = "도서명,저자,ISBN,청구기호\n조용한 뜰,한가온,9786900000012,813.7-한11ㅈ\n";

/// The ISBN of a book that has one.
fn isbn13(book: &Book) -> u64 {
    assert_eq!(book.id, BookId::isbn(book.id.bits()));
    book.id.bits()
}

/// The one book of [`LIST`].
fn assert_is_the_book(found: &[Book]) {
    assert_eq!(found.len(), 1);
    assert_eq!((isbn13(&found[0]), found[0].title.as_str()), (9_786_900_000_012, "조용한 뜰"));
    assert_eq!(found[0].class_no.as_deref(), Some("813.7"), "the call number gives the class");
}

#[test]
fn a_list_is_read_through_its_wrappings() {
    let list = LIST.as_bytes();
    for bytes in [
        list.to_vec(),
        cp949(LIST),
        gzip(list),
        gzip(&gzip(list)),
        zip(&[("목록.csv", list)]),
        zip(&[("a/목록.csv", list), ("__MACOSX/a/._목록.csv", b"x"), ("a/", b""), ("a/.DS_Store", b"y")]),
        zip(&[("목록.csv.gz", &gzip(list))]),
        gzip(&zip(&[("목록.csv", list)])),
    ] {
        assert_is_the_book(&books(Role::Holdings, bytes));
    }
}

#[test]
fn utf_16_and_other_signs_between_cells_are_read() {
    for sign in [",", "\t", ";"] {
        let text = LIST.replace(',', sign);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            text.clone().into_bytes(),
            cp949(&text),
            [&b"\xFF\xFE"[..], &little].concat(),
            [&b"\xFE\xFF"[..], &big].concat(),
        ] {
            assert_is_the_book(&books(Role::Holdings, bytes));
        }
    }
}

#[test]
fn titles_above_the_header_are_passed_over_and_said() {
    let text = format!("가온도서관 소장 자료 목록,,,\n\n2026년 11월 현재,,,\n{LIST}");
    let reading = read(Role::Holdings, cp949(&text)).unwrap();
    assert_is_the_book(&reading.catalogue.books);
    assert_eq!(reading.report.count(FindingKind::LinesAboveHeader), 1);
    assert_eq!((reading.report.files[0].rows, reading.report.files[0].rejected), (1, 0));
}

#[test]
fn a_workbook_is_read_with_its_rows_as_lines() {
    let cell = |text: &str| format!("<c t='inlineStr'><is><t>{text}</t></is></c>");
    let header: String = ["도서명", "저자", "ISBN", "청구기호", "등록일자"].map(cell).concat();
    let rows = format!(
        "<row r='1'>{}</row><row r='3'>{header}</row><row r='4'>{}<c><v>9786900000012</v></c>{}</row>\
         <row r='5'>{}<c><v>9.7869E+5</v></c></row>",
        cell("소장 목록"),
        ["조용한 뜰", "한가온"].map(cell).concat(),
        ["813.7-한11ㅈ", "2024-03-02"].map(cell).concat(),
        ["먼 섬", ""].map(cell).concat(),
    );
    let reading = read(Role::Holdings, workbook(&rows, ">")).unwrap();
    let (numbered, others): (Vec<Book>, Vec<Book>) =
        reading.catalogue.books.iter().cloned().partition(|book| book.id.isbn13().is_some());
    assert_is_the_book(&numbered);
    assert_eq!(numbered[0].registered(), Date::parse("2024-03-02"));
    assert_eq!((others[0].title.as_str(), others.len()), ("먼 섬", 1));
    let file = &reading.report.files[0];
    assert_eq!(file.format, "CSV from an Excel workbook");
    assert!(
        file.findings.iter().all(|finding| finding.kind != FindingKind::IsbnUnreadable || finding.line == 5)
    );
}

#[test]
fn archives_and_workbooks_that_are_no_lists_are_refused_by_name() {
    let zeros = vec![b'0'; 80 << 20];
    assert!(refusal(Role::Holdings, gzip(&zeros)).contains("unpacks to more than"), "a bomb");
    let two = refusal(Role::Holdings, zip(&[("a.csv", b"1"), ("b.csv", b"2")]));
    assert!(two.contains("2 files (a.csv, b.csv)"), "{two}");
    assert!(refusal(Role::Holdings, zip(&[])).contains("no file in it"));
    let claims = workbook("<row><c t='s'><v>0</v></c></row>", "uniqueCount='99999999999'>");
    assert!(refusal(Role::Holdings, claims).contains("claims 99999999999 texts"));
    let mut damaged = zip(&[("목록.csv", LIST.as_bytes())]);
    let middle = damaged.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    damaged[middle + 16] ^= 0xFF;
    assert!(refusal(Role::Holdings, damaged).contains("checksum"));
}

#[test]
fn lists_of_libraries_are_understood_as_they_come() {
    let text = "번호,자료분류,서명,저자,발행자,발행년도,청구기호,\"표준번호(ISBN, ISSN)\",등록번호,도서관,자료실,배가일\n\
                1,문학,조용한 뜰,한가온,가을책방,2019,813.7-한11ㅈ,9786900000012,OM1,가온도서관,종합,2024-03-02\n\
                2,연속,달마다,나다솜,가을책방,2020,051-나11ㄷ,1234-5679,OM2,가온도서관,종합,2024-03-02\n";
    let reading = read(Role::Holdings, cp949(text)).unwrap();
    let book = reading.catalogue.books.iter().find(|book| isbn13(book) == 9_786_900_000_012).unwrap();
    assert_eq!((book.year, book.class_no.as_deref()), (Some(2019), Some("813.7")));
    assert_eq!(reading.catalogue.libraries[0].name, "가온도서관");
    assert_eq!(book.registered(), Date::parse("2024-03-02"));
    let file = &reading.report.files[0];
    assert_eq!(file.passed_over, ["번호", "자료분류"]);
    assert_eq!(file.name_in_file("ISBN"), "표준번호(ISBN, ISSN)");
    let text = "연번,소장도서관명,도서명,청구기호,ISBN\n1,가온도서관,조용한 뜰,813.7-한11ㅈ,9786900000012\n\
                2,나루도서관,먼 섬,청 911-나11ㅁ,9786900000029\n";
    let reading = read(Role::Holdings, cp949(text)).unwrap();
    let names: Vec<&str> = reading.catalogue.libraries.iter().map(|library| library.name.as_str()).collect();
    assert_eq!(names, ["가온도서관", "나루도서관"]);
    let classes: Vec<Option<&str>> =
        reading.catalogue.books.iter().map(|book| book.class_no.as_deref()).collect();
    assert_eq!(classes, [Some("813.7"), Some("911")]);
}

#[test]
fn every_column_of_isbns_is_looked_at_and_lost_zeros_come_back() {
    let goodreads = "Book Id,Title,Author,ISBN,ISBN13,Year Published,Date Added\n\
                     1,Quiet Garden,A. Nobody,\"=\"\"\"\"\",\"=\"\"9786900000012\"\"\",2006,2020/01/02\n";
    let reading = read(Role::Records, goodreads).unwrap();
    let book = &reading.catalogue.books[0];
    assert_eq!((isbn13(book), book.year, book.holdings.len()), (9_786_900_000_012, Some(2006), 0));
    assert_eq!(reading.report.count(FindingKind::IsbnUnreadable), 0);
    for (cell, number) in [("306406152", 9_780_306_406_157), ("7177526", 9780007177523_u64)] {
        let reading = read(Role::Records, format!("title,author,isbn\nTales,A. Nobody,{cell}\n")).unwrap();
        assert_eq!(isbn13(&reading.catalogue.books[0]), number);
        assert_eq!(reading.report.count(FindingKind::IsbnZerosPutBack), 1);
    }
    let rounded = "title,author,isbn\nTales,A. Nobody,9.78899E+12\nOther,B. Nobody,9786900000012\n";
    assert_eq!(read(Role::Records, rounded).unwrap().report.count(FindingKind::IsbnRounded), 1);
    let json = "{\"title\": \"Tales\", \"isbn\": 306406152}\n";
    assert_eq!(isbn13(&books(Role::Records, json)[0]), 9_780_306_406_157);
}

#[test]
fn editions_of_open_library_are_read_with_and_without_the_columns_of_the_dump() {
    let json = "{\"key\": \"/books/OL1M\", \"title\": \"Quiet Garden\", \"isbn_13\": [\"9786900000012\"], \"isbn_10\": [\"6900000010\"], \
                \"publishers\": [\"Autumn\"], \"publish_date\": \"February 27, 1995\", \"languages\": [{\"key\": \"/languages/eng\"}], \
                \"by_statement\": \"A. Nobody\", \"revision\": 3}";
    for text in [
        format!("{json}\n"),
        format!(
            "/type/edition\t/books/OL1M\t3\t2026-01-01T00:00:00\t{json}\n/type/redirect\t/books/OL2M\t1\tx\t{{}}\n"
        ),
    ] {
        let reading = read(Role::Records, text).unwrap();
        let [book] = &reading.catalogue.books[..] else { panic!("one book") };
        assert_eq!(
            (isbn13(book), book.title.as_str(), book.year),
            (9_786_900_000_012, "Quiet Garden", Some(1995))
        );
        assert_eq!((book.publisher.as_str(), book.authors.as_str()), ("Autumn", "A. Nobody"));
        assert_eq!(book.language.as_deref(), Some("en"));
        assert_eq!((reading.report.files[0].rows, reading.report.files[0].rejected), (1, 0));
    }
    let passed_over = &read(Role::Records, format!("{json}\n")).unwrap().report.files[0].passed_over;
    assert_eq!(passed_over.as_slice(), ["revision"]);
}

#[test]
fn onix_is_read_by_reference_names_and_by_short_tags() {
    let reference = "<?xml version=\"1.0\"?><ONIXMessage release=\"3.0\"><Product><RecordReference>r1</RecordReference>\
        <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9786900000012</IDValue></ProductIdentifier>\
        <DescriptiveDetail><TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>\
        <TitleText>조용한 뜰</TitleText><Subtitle>가을</Subtitle></TitleElement></TitleDetail>\
        <Contributor><ContributorRole>A01</ContributorRole><PersonName>한가온</PersonName></Contributor>\
        <Contributor><ContributorRole>B06</ContributorRole><PersonName>나다솜</PersonName></Contributor>\
        <Language><LanguageRole>01</LanguageRole><LanguageCode>kor</LanguageCode></Language></DescriptiveDetail>\
        <PublishingDetail><Publisher><PublisherName>가을책방</PublisherName></Publisher><PublishingDate>\
        <PublishingDateRole>01</PublishingDateRole><Date>20190302</Date></PublishingDate></PublishingDetail></Product></ONIXMessage>";
    let short = "<ONIXmessage release=\"3.0\"><product><a001>r1</a001><productidentifier><b221>15</b221><b244>9786900000012</b244>\
        </productidentifier><descriptivedetail><titledetail><b202>01</b202><titleelement><x409>01</x409><b203>조용한 뜰</b203>\
        <b029>가을</b029></titleelement></titledetail><contributor><b035>A01</b035><b036>한가온</b036></contributor>\
        <contributor><b035>B06</b035><b036>나다솜</b036></contributor><language><b253>01</b253><b252>kor</b252></language>\
        </descriptivedetail><publishingdetail><publisher><b081>가을책방</b081></publisher><publishingdate><x448>01</x448>\
        <b306>20190302</b306></publishingdate></publishingdetail></product></ONIXmessage>";
    for text in [reference, short] {
        let [book] = &books(Role::Records, text)[..] else { panic!("one book") };
        assert_eq!(
            (isbn13(book), book.title.as_str(), book.year),
            (9_786_900_000_012, "조용한 뜰 : 가을", Some(2019))
        );
        assert_eq!((book.authors.as_str(), book.publisher.as_str()), ("한가온", "가을책방"));
        assert_eq!(book.other_authors, ["나다솜"]);
        assert_eq!(book.language.as_deref(), Some("ko"));
    }
    let utf16: Vec<u8> = reference.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(books(Role::Records, utf16).len(), 1, "without a byte order mark");
}

#[test]
fn mods_and_dublin_core_are_read() {
    let mods = "<modsCollection><mods><titleInfo><nonSort>The</nonSort><title>Quiet Garden</title></titleInfo><titleInfo \
        type=\"alternative\"><title>Garden</title></titleInfo><name><namePart type=\"given\">A.</namePart><namePart \
        type=\"family\">Nobody</namePart><role><roleTerm type=\"code\">aut</roleTerm></role></name><originInfo><publisher>Autumn\
        </publisher><dateIssued>c1995</dateIssued><dateIssued encoding=\"marc\">1995</dateIssued></originInfo><identifier \
        type=\"isbn\">9786900000012</identifier><classification authority=\"kdc\">813.7</classification><location>\
        <physicalLocation>가온도서관</physicalLocation><shelfLocator>813.7-N11</shelfLocator></location></mods>\
        <mods><titleInfo><title>Broken</titleInfo></mods></modsCollection>";
    let reading = read(Role::Records, mods).unwrap();
    let [book] = &reading.catalogue.books[..] else { panic!("one book") };
    assert_eq!(
        (book.title.as_str(), book.authors.as_str(), book.year),
        ("The Quiet Garden", "A. Nobody", Some(1995))
    );
    assert_eq!((book.other_titles.len(), book.holdings.len()), (1, 1));
    assert_eq!(reading.report.count(FindingKind::RecordUnreadable), 1, "one broken record costs itself");
    let oai = "<?xml version=\"1.0\" encoding=\"EUC-KR\"?><OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header>\
        <metadata><oai_dc:dc xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>조용한 뜰</dc:title><dc:creator>한가온</dc:creator>\
        <dc:identifier>urn:isbn:9786900000012</dc:identifier><dc:date>2019-03</dc:date></oai_dc:dc></metadata></record>\
        <record><header status=\"deleted\"><identifier>oai:x:2</identifier></header></record></ListRecords></OAI-PMH>";
    let reading = read(Role::Records, cp949(oai)).unwrap();
    let [book] = &reading.catalogue.books[..] else { panic!("one book") };
    assert_eq!((isbn13(book), book.title.as_str(), book.year), (9_786_900_000_012, "조용한 뜰", Some(2019)));
    assert_eq!(reading.report.count(FindingKind::RecordDeleted), 1);
}

#[test]
fn what_is_not_read_is_called_by_its_name() {
    let wide = |text: &str| text.bytes().flat_map(|byte| [byte, 0]).collect::<Vec<u8>>();
    let ole = |stream: &str| [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 60], &wide(stream)].concat();
    let cases: [(Vec<u8>, &str); 22] = [
        (b"%PDF-1.7\n".to_vec(), "PDF"),
        (b"<!DOCTYPE html><html><body>404</body></html>".to_vec(), "web page"),
        (b"\xEF\xBB\xBF <html>".to_vec(), "web page"),
        (ole("Workbook"), ".xls"),
        (ole("HwpSummaryInformation"), "HWP"),
        (ole("EncryptedPackage"), "password"),
        (b"7z\xBC\xAF\x27\x1C".to_vec(), "7z"),
        (b"\x89PNG\r\n\x1A\n".to_vec(), "picture"),
        (b"SQLite format 3\0".to_vec(), "database"),
        (b"TY  - BOOK\nTI  - Quiet Garden\nER  - \n".to_vec(), "RIS"),
        (b"@book{a, title={Quiet Garden}}\n".to_vec(), "BibTeX"),
        (b"=LDR  00000nam\n=245  10$aQuiet\n".to_vec(), ".mrk"),
        (b"000000001 LDR   L 00000nam a22\n".to_vec(), "Aleph"),
        (b"003@ \x1F01234\x1E".to_vec(), "PICA"),
        (b"@prefix bf: <http://id.loc.gov/ontologies/bibframe/> .\n".to_vec(), "RDF"),
        (b"<rdf:RDF xmlns:rdf=\"r\" xmlns:bf=\"http://id.loc.gov/ontologies/bibframe/\"><bf:Instance/></rdf:RDF>".to_vec(), "BIBFRAME; export MARC 21"),
        (b"<OAI-PMH><error code=\"noRecordsMatch\">nothing</error></OAI-PMH>".to_vec(), "OAI-PMH error, noRecordsMatch"),
        (b"<OAI-PMH><Identify><repositoryName>x</repositoryName></Identify></OAI-PMH>".to_vec(), "OAI-PMH answer without records"),
        (b"<GoodreadsResponse><book/></GoodreadsResponse>".to_vec(), "Goodreads XML"),
        (b"<shop><item/></shop>".to_vec(), "<shop>"),
        (b"{\"@context\": \"https://schema.org\", \"@type\": \"Book\"}".to_vec(), "JSON-LD"),
        ("도서명|저자|ISBN\n조용한 뜰|한가온|9786900000012\n".as_bytes().to_vec(), "separated by commas"),
    ];
    for (bytes, name) in cases {
        for role in [Role::Holdings, Role::Records] {
            let said = refusal(role, bytes.clone());
            assert!(said.contains(name), "{name} in: {said}");
        }
    }
}

#[test]
fn a_file_of_books_without_isbn_ends_no_build() {
    let old: String = (0..12).map(|n| format!("옛 책 {n},한가온,\n")).collect();
    let files = InMemory::default().with("가.csv", format!("도서명,저자,ISBN\n{old}")).with("나.csv", LIST);
    let inputs = Inputs { holdings: vec!["가.csv".into(), "나.csv".into()], ..Inputs::default() };
    let reading = read_from(&files, &inputs, &Quiet).unwrap();
    assert!(reading.catalogue.books.iter().any(|book| isbn13(book) == 9_786_900_000_012));
    assert_eq!(reading.report.files[0].rows, 12);
    let mut damaged = "도서명,저자,ISBN\n".to_owned();
    (0..20).for_each(|n| damaged.push_str(&format!("책 {n},한가온,9786900000012,남는,칸\n")));
    assert!(matches!(
        read(Role::Holdings, damaged).unwrap_err().0[0].problem,
        Problem::Damaged { unreadable: 20, .. }
    ));
}

fn checked(files: &[(&str, &[u8])]) -> Report {
    let memory =
        files.iter().fold(InMemory::default(), |memory, (name, bytes)| memory.with(*name, bytes.to_vec()));
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| PathBuf::from(name)).collect();
    check(&memory, &paths, &Quiet)
}

#[test]
fn check_says_what_files_are_and_which_a_build_would_refuse() {
    let report = checked(&[
        ("가.txt", LIST.as_bytes()),
        ("나.txt", b"%PDF-1.7\n"),
        ("다.txt", "isbn13,keywords\n9786900000012,뜰|가을\n".as_bytes()),
        ("라.txt", "code,name,address\nA,가온,서울\n".as_bytes()),
        ("마-1.txt", "date,name\n2027-01-01,신정\n".as_bytes()),
        ("마.txt", "eng,kor\ngarden,뜰\n".as_bytes()),
        ("바.txt", "{\"isbn13\": \"9786900000012\", \"title\": \"조용한 뜰\"}\n".as_bytes()),
        ("사.txt", "도서명,저자,ISBN\n옛 책,한가온,\n".as_bytes()),
    ]);
    let roles: Vec<Role> = report.files.iter().map(|file| file.role).collect();
    let expected = [
        Role::Holdings,
        Role::Records,
        Role::Keywords,
        Role::Libraries,
        Role::Holidays,
        Role::Synonyms,
        Role::Records,
        Role::Holdings,
    ];
    assert_eq!(roles, expected);
    assert_eq!(report.stopped.len(), 1);
    assert_eq!(report.stopped[0].file.as_deref(), Some("나.txt"));
    let text = report.to_check_text();
    for said in ["✗ 쓸 수 없습니다: PDF 문서", "✓ 쓸 수 있습니다.", "가.txt (소장 목록, CSV, UTF-8): 1행"]
    {
        assert!(text.contains(said), "{said} in:\n{text}");
    }
}
