//! The kinds of records and encodings that libraries hand in, one small invented record for each.

use encoding_rs::{
    EUC_KR, GBK, ISO_8859_2, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
};
use index_builder::report::FindingKind;
use index_builder::sources::Reading;

use super::writer::{Encoding, Marc, collection};
use super::{book, file, kormarc, libraries, marc21, read};

const ISBN: u64 = 9_786_900_000_012;

/// A record of a title in a language.
fn titled(language: &str, title: &str) -> Marc {
    Marc::new()
        .control("008", &format!("200101s2020    xx            000 0 {language} d"))
        .data("020", "  $a9786900000012")
        .subfields("245", ['1', '0'], vec![('a', format!("{title} /")), ('c', "Muster.".to_owned())])
}

fn in_set(encoding: &'static encoding_rs::Encoding, record: &Marc) -> Vec<u8> {
    record.iso2709_in(b' ', |text| {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text}");
        bytes.into_owned()
    })
}

/// Bytes given as Latin-1 characters.
fn raw(record: &Marc, coding: u8) -> Vec<u8> {
    record.iso2709_in(coding, |text| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect())
}

fn title(bytes: &[u8]) -> String {
    book(&read(bytes).catalogue, ISBN).title.clone()
}

#[test]
fn a_record_is_read_in_the_encoding_it_is_in() {
    for (encoding, language, text) in [
        (WINDOWS_1252, "ger", "Kalte Füße im Garten"),
        (WINDOWS_1252, "ger", "Kalte Füße und schöne Hände"),
        (WINDOWS_1252, "fre", "Les élèves à l'école"),
        (WINDOWS_1250, "cze", "Příliš žluťoučký kůň"),
        (ISO_8859_2, "pol", "Zażółć gęślą jaźń"),
        (WINDOWS_1251, "rus", "Тихий вечер в саду"),
        (WINDOWS_1253, "gre", "Ελληνική λογοτεχνία"),
        (GBK, "chi", "静静的花园"),
        (SHIFT_JIS, "jpn", "静かな庭園のはなし"),
        (EUC_KR, "kor", "高麗時代 金石文 硏究"),
        (EUC_KR, "kor", "똠방각하와 혁"),
    ] {
        let reading = read(&in_set(encoding, &titled(language, text)));
        assert_eq!(book(&reading.catalogue, ISBN).title, text, "{}", encoding.name());
        assert_eq!(reading.report.count(FindingKind::BytesUndecodable), 0);
    }
}

#[test]
fn marc_8_is_read_with_marks_and_escapes() {
    for (language, written, text) in [
        ("ara", "Da\u{B0}\u{E5}wah f\u{B0}\u{E5}l", "Daʻw\u{304}ah fʻl\u{304}"),
        ("vie", "Vi\u{F2}\u{E3}et Nam", "Việt Nam"),
        ("fre", "Le fran\u{F0}cais et l'\u{E2}ecole", "Le français et l'école"),
        ("rus", "\u{1B}(N\u{74}\u{49}\u{48}\u{4F}\u{1B}(B", "Тихо"),
        ("kor", "\u{1B}$1\u{6F}\u{48}\u{5F}\u{1B}(B (kor)", "가 (kor)"),
    ] {
        assert_eq!(title(&raw(&titled(language, written), b' ')), text);
    }
}

#[test]
fn what_cannot_be_told_is_refused_with_its_bytes() {
    let unknown = raw(&titled("und", "\u{81}\u{8D} \u{FE}\u{FF}x"), b' ');
    let reading = read(&[unknown, file(&[marc21()], Encoding::Utf8)].concat());
    assert_eq!(reading.catalogue.books.len(), 1);
    let finding = &reading.report.files[0].findings[0];
    assert_eq!((finding.kind, finding.line), (FindingKind::EncodingUnknown, 1));
    assert!(finding.found.contains("<81><8D> <FE><FF>x"), "{}", finding.found);
}

#[test]
fn a_broken_place_in_utf8_costs_no_more_than_itself() {
    let broken = titled("fre", "Le fran\u{F8}\u{BF}\u{BF}\u{BF}\u{B9}is du jardin");
    let reading = read(&raw(&broken, b'a'));
    let title = &book(&reading.catalogue, ISBN).title;
    assert!(title.starts_with("Le fran\u{FFFD}") && title.ends_with("is du jardin"), "{title}");
    assert_eq!(reading.report.count(FindingKind::BytesUndecodable), 1);
}

#[test]
fn xml_is_in_the_encoding_it_declares() {
    let xml = collection(&[titled("ger", "Schöne Gärten für Füße")]);
    for (label, encoding) in
        [("ISO-8859-1", WINDOWS_1252), ("windows-1252", WINDOWS_1252), ("iso-8859-2", ISO_8859_2)]
    {
        let declared = xml.replace("UTF-8", label);
        assert_eq!(title(&encoding.encode(&declared).0), "Schöne Gärten für Füße", "{label}");
        assert_eq!(
            title(declared.as_bytes()),
            "Schöne Gärten für Füße",
            "turned into UTF-8, declared {label}"
        );
    }
}

#[test]
fn unimarc_is_told_by_its_fields() {
    let unimarc = Marc::new()
        .control("001", "FRBNF123")
        .data("010", "  $a978-69-00000-01-2$bbr.$d12 EUR")
        .data("100", "  $a20200101d2020    m  y0frey50      ba")
        .data("101", "1 $afre$ceng")
        .data("200", "1 $aLe jardin$bTexte imprimé$epremiers pas$fRenée Graine$gtrad. par Paul Sable")
        .data("210", "  $aParis$cSablier$d2020")
        .data("225", "| $aCollection du sablier$v12")
        .data("517", "| $aAu jardin")
        .data("606", "  $aJardins$xHistoire")
        .data("676", "  $a635")
        .data("700", " |$aGraine$bRenée$4070")
        .data("702", " |$aSable$bPaul$4730")
        .data("995", "  $bGAON$k635 GRA");
    for bytes in [unimarc.iso2709(Encoding::Utf8), collection(std::slice::from_ref(&unimarc)).into_bytes()] {
        let reading = read(&bytes);
        let book = book(&reading.catalogue, ISBN);
        assert_eq!(book.title, "Le jardin : premiers pas");
        assert_eq!(book.authors, "Renée Graine ; trad. par Paul Sable");
        assert_eq!(book.other_titles, ["Au jardin"]);
        assert_eq!((book.publisher.as_str(), book.year), ("Sablier", Some(2020)));
        assert_eq!(book.language.as_deref(), Some("fr"));
        let words: Vec<&str> = book.keywords.iter().map(|&id| reading.catalogue.keyword(id)).collect();
        assert_eq!(words, ["Jardins", "Histoire"]);
    }
}

#[test]
fn marc_in_json_is_one_record_or_many() {
    let other = marc21();
    let (one, two) = (kormarc().json(), other.json());
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&one).unwrap()).unwrap();
    for (bytes, books) in [
        (one.clone(), 1),
        (pretty.clone(), 1),
        (format!("{one}\n{two}\n"), 2),
        (format!("[{pretty},\n{two}]"), 2),
        (format!("{one}\n{{\"leader\": \"x\", \"fields\": [}}\n{two}"), 2),
    ] {
        let reading = read(bytes.as_bytes());
        assert_eq!(reading.catalogue.books.len(), books, "{bytes}");
        assert_eq!(
            book(&reading.catalogue, ISBN).title,
            "(쉬운) 씨앗에서 배우는 파이썬 : 첫걸음부터 열매까지"
        );
    }
}

#[test]
fn records_that_are_no_books_are_named() {
    for (kind, found) in [
        (b'z', FindingKind::RecordAuthority),
        (b'x', FindingKind::RecordHoldings),
        (b'u', FindingKind::RecordHoldings),
        (b'w', FindingKind::RecordNoBook),
    ] {
        let other = Marc::new().kind(kind).control("001", "1").data("100", "1 $a한가온");
        let reading = read(&file(&[kormarc(), other], Encoding::Utf8));
        assert_eq!((reading.catalogue.books.len(), reading.report.count(found)), (1, 1), "{found:?}");
    }
}

#[test]
fn fields_in_880_are_read_for_every_field() {
    let romanised = Marc::new()
        .control("008", "200101s2020    ko            000 0 kor d")
        .data("020", "  $a9786900000012")
        .data("100", "1 $6880-01$aHan, Kaon,$eauthor.")
        .data("245", "10$6880-02$aSaebyŏk ŭi sŏga /$cHan Kaon.")
        .data("264", " 1$6880-03$aSŏul :$bNuri Chʻaekpang,$c2020.")
        .data("490", "1 $6880-04$aSŏga chʻongsŏ ;$v3")
        .data("880", "1 $6100-01/$1$a한가온,$e지은이.")
        .data("880", "10$6245-02/$1$a새벽의 서가 /$c한가온 지음.")
        .data("880", " 1$6264-03/$1$a서울 :$b누리책방,$c2020.")
        .data("880", "1 $6490-04/$1$a서가총서 ;$v3");
    let reading = read(&file(std::slice::from_ref(&romanised), Encoding::Utf8));
    let book = book(&reading.catalogue, ISBN);
    assert_eq!(book.title, "새벽의 서가", "a Korean book shows its own script");
    assert_eq!(book.other_titles, ["Saebyŏk ŭi sŏga"]);
    assert_eq!(book.authors, "한가온 지음.");
    assert_eq!(book.other_authors, ["Han, Kaon"]);
    assert_eq!(
        (book.publisher.as_str(), &book.other_publishers[..]),
        ("누리책방", &["Nuri Chʻaekpang".to_owned()][..])
    );
    let english = romanised.without("008").control("008", "200101s2020    ko            000 0 eng d");
    let reading = read(&file(&[english], Encoding::Utf8));
    assert_eq!(super::book(&reading.catalogue, ISBN).title, "Saebyŏk ŭi sŏga", "and another its Latin one");
}

/// The records before and after the odd one are there, and it is too.
fn all_three(odd: Vec<u8>) -> Reading {
    let last = kormarc().without("020").data("020", "  $a9786900000036");
    let bytes = [file(&[marc21()], Encoding::Utf8), odd, file(&[last], Encoding::Utf8)].concat();
    let reading = read(&bytes);
    let isbns: Vec<u64> = reading.catalogue.books.iter().filter_map(|book| book.id.isbn13()).collect();
    assert_eq!(isbns, [ISBN, 9_786_900_000_029, 9_786_900_000_036], "{:?}", reading.report.files[0].findings);
    reading
}

#[test]
fn odd_lengths_and_marks_cost_no_record() {
    // A field's end in a note, in a record whose lengths are right.
    all_three(kormarc().data("500", "  $aone\u{1E}two").iso2709(Encoding::Utf8));
    // A leader in a control field, in the middle and at the end.
    let leader = "00427nam a2200121 c 4500";
    all_three(
        Marc::new()
            .control("009", leader)
            .data("020", "  $a9786900000012")
            .data("245", "00$a씨앗")
            .iso2709(Encoding::Utf8),
    );
    all_three(kormarc().control("009", leader).iso2709(Encoding::Utf8));
    // A leader that lacks its fixed places.
    let mut blanks = kormarc().iso2709(Encoding::Utf8);
    blanks[10..12].copy_from_slice(b"  ");
    blanks[20..24].copy_from_slice(b"    ");
    all_three(blanks);
    // A length of five digits.
    all_three(
        kormarc()
            .data("520", &format!("  $a{}", "가나 ".repeat(2_000)))
            .data("653", "  $a끝")
            .iso2709(Encoding::Utf8),
    );
    // A directory one byte short, in the middle and at the end.
    let good = kormarc().iso2709(Encoding::Utf8);
    let end = good.iter().position(|&byte| byte == 0x1E).unwrap();
    for at in [24 + 3, 24 + 12 * 5 + 4, end - 1] {
        let mut short = good.clone();
        short.remove(at);
        let reading = all_three(short);
        assert_eq!(reading.report.count(FindingKind::MarcLengths), 1);
    }
}

#[test]
fn holders_come_from_every_field_that_names_them() {
    let bare = || marc21().without("852").without("020").data("020", "  $a9786900000012");
    for (record, library) in [
        (bare().data("852", "  $b가온도서관$h813.7$i한11ㅅ"), "가온도서관"),
        (bare().data("852", "  $a나루도서관$b종합자료실"), "나루도서관"),
        (bare().data("952", "  $a가온도서관$b가온도서관$c아동$o813.7 한11ㅅ$pEM1"), "가온도서관"),
        (bare().data("949", "  $a813.7 한11ㅅ$i123$l종합$m나루도서관"), "나루도서관"),
    ] {
        let reading = read(&file(&[record], Encoding::Utf8));
        assert_eq!(libraries(&reading.catalogue), [library]);
    }
}
