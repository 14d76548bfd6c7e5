//! Damaged files of records: nothing panics, each loss is in the report, and the good records around it are kept.

use encoding_rs::EUC_KR;
use index_builder::report::{FindingKind, Severity};
use index_builder::sources::Reading;
use proptest::prelude::*;

use super::writer::{Encoding, Marc, collection};
use super::{file, kormarc, marc21, read};

/// Three good records, the second to be damaged.
fn three(encoding: Encoding) -> [Vec<u8>; 3] {
    let last = kormarc().without("020").data("020", "  $a9786900000036");
    [marc21(), kormarc(), last].map(|record| record.iso2709(encoding))
}

/// The first and the last of the three are there; `books` counts the second.
fn check(reading: &Reading, books: usize, kind: FindingKind) {
    let isbns: Vec<u64> = reading.catalogue.books.iter().filter_map(|book| book.id.isbn13()).collect();
    assert_eq!(isbns.len(), books, "{isbns:?} {:?}", reading.report.counts());
    assert!(isbns.contains(&9_786_900_000_029) && isbns.contains(&9_786_900_000_036), "{isbns:?}");
    assert_eq!(reading.report.count(kind), 1, "{:?}", reading.report.files[0].findings);
    let rejected = u64::from(kind.severity() == Severity::Rejected);
    assert_eq!(reading.report.files[0].rejected, rejected);
}

#[test]
fn wrong_lengths_are_read_by_the_terminators() {
    let [first, good, last] = three(Encoding::Utf8);
    let mut cases = Vec::new();
    let mut wrong_length = good.clone();
    wrong_length[..5].copy_from_slice(b"00042");
    cases.push(wrong_length);
    let mut wrong_base = good.clone();
    wrong_base[12..17].copy_from_slice(b"99999");
    cases.push(wrong_base);
    // As a program leaves them that turns CP949 into UTF-8 and no more.
    let korean = kormarc().iso2709(Encoding::Cp949);
    let (text, lossy) = EUC_KR.decode_without_bom_handling(&korean);
    assert!(!lossy);
    cases.push(text.into_owned().into_bytes());
    let mut letters = good.clone();
    letters[27..31].copy_from_slice(b"what");
    cases.push(letters);
    for case in cases {
        let reading = read(&[first.clone(), case, last.clone()].concat());
        check(&reading, 3, FindingKind::MarcLengths);
        let title = &reading.catalogue.books[0].title;
        assert_eq!(title, "(쉬운) 씨앗에서 배우는 파이썬 : 첫걸음부터 열매까지");
    }
}

#[test]
fn a_missing_record_end_joins_nothing() {
    let [first, mut second, last] = three(Encoding::Utf8);
    assert_eq!(second.pop(), Some(0x1D));
    check(&read(&[first.clone(), second.clone(), last.clone()].concat()), 3, FindingKind::MarcLengths);
    check(&read(&[first, last, second].concat()), 3, FindingKind::MarcLengths);
}

#[test]
fn a_cut_record_costs_itself_alone() {
    for encoding in [Encoding::Utf8, Encoding::Cp949] {
        let [first, second, last] = three(encoding);
        for length in [1, 20, 24, 40, 100, second.len() - 20, second.len() - 3] {
            let cut = &second[..length];
            let reading = read(&[first.as_slice(), &last, cut].concat());
            check(&reading, 2, FindingKind::RecordUnreadable);
            if length > 40 {
                // In the middle, where it runs into the next one, whose end it takes.
                let mut cut = cut.to_vec();
                cut.push(0x1D);
                check(&read(&[first.clone(), cut, last.clone()].concat()), 2, FindingKind::RecordUnreadable);
            }
        }
    }
}

#[test]
fn bytes_between_records_are_passed_over() {
    let [first, second, last] = three(Encoding::Cp949);
    for nothing in [&b"\r\n"[..], b"\n\n", b" ", b"\0\0", b"\x1A"] {
        let reading = read(&[nothing, &first, nothing, &second, nothing, &last, nothing].concat());
        assert_eq!(reading.catalogue.books.len(), 3);
        assert!(reading.report.counts().is_empty(), "{nothing:?}: {:?}", reading.report.counts());
    }
    let stray = &b"-- page 2 --"[..];
    check(&read(&[&first, stray, &second, &last].concat()), 3, FindingKind::StrayBytes);
    let bom = &b"\xEF\xBB\xBF"[..];
    assert_eq!(read(&[bom, &first, &second, &last].concat()).catalogue.books.len(), 3);
}

#[test]
fn a_record_without_end_is_not_held() {
    let [first, second, last] = three(Encoding::Utf8);
    let mut endless = second[..second.len() - 1].to_vec();
    endless.extend(std::iter::repeat_n(b'a', 3 << 20));
    endless.push(0x1D);
    let reading = read(&[first, endless, last].concat());
    // What came before the junk is whole and read; the junk is the next record, and none.
    assert_eq!(reading.report.count(FindingKind::RecordUnreadable), 1);
    assert_eq!(reading.catalogue.books.len(), 2);
}

#[test]
fn broken_xml_costs_the_record_it_is_in() {
    let last = kormarc().without("020").data("020", "  $a9786900000036");
    let whole = collection(&[marc21(), kormarc(), last]);
    let end = whole.find("</record>").unwrap() + "</record>".len();
    let (first, rest) = whole.split_at(end);
    let replaced = |from: &str, to: &str| format!("{first}{}", rest.replacen(from, to, 1));
    for broken in [
        replaced("</datafield>", ""),
        replaced("</subfield>", "</subfeld>"),
        replaced("code=\"a\"", "code=a"),
        replaced("tag=\"020\"", "tag=\"20\""),
        replaced("</record>", ""),
        replaced("<datafield", "<datafield <"),
        replaced("tag=\"020\"", "tag=\"020\" tag=\"020\""),
    ] {
        check(&read(broken.as_bytes()), 2, FindingKind::RecordUnreadable);
    }
    let cut = whole.rfind("653").unwrap();
    let reading = read(&whole.as_bytes()[..cut]);
    assert_eq!((reading.catalogue.books.len(), reading.report.count(FindingKind::RecordUnreadable)), (2, 1));
}

#[test]
fn damaged_characters_are_said_and_a_leader_is_not_believed() {
    let [first, mut second, last] = three(Encoding::Cp949);
    let at = second.windows(4).position(|four| four == Encoding::Cp949.bytes("씨앗")).unwrap();
    second[at + 1] = 0xFF;
    let reading = read(&[first, second, last].concat());
    check(&reading, 3, FindingKind::BytesUndecodable);
    assert!(reading.catalogue.books[0].title.contains('\u{FFFD}'));

    let lies = kormarc().coding(b'a').iso2709(Encoding::Cp949);
    let reading = read(&lies);
    assert_eq!(reading.catalogue.books[0].publisher, "모래시계");
    assert_eq!(reading.report.count(FindingKind::OtherEncoding), 1);
    let blank = kormarc().coding(b' ').iso2709(Encoding::Utf8);
    assert_eq!(read(&blank).catalogue.books[0].publisher, "모래시계");
    let both = [kormarc().iso2709(Encoding::Cp949), marc21().iso2709(Encoding::Utf8)].concat();
    let more = kormarc().without("020").data("020", "  $a9786900000036").iso2709(Encoding::Utf8);
    assert_eq!(read(&[both, more].concat()).report.files[0].encodings.len(), 2);
}

/// Whether everything in a file of records is accounted for.
fn assert_accounted(bytes: &[u8]) {
    let Ok(reading) = super::try_read(bytes) else { return };
    let file = &reading.report.files[0];
    let rejections: u64 = (file.counts.iter())
        .filter(|(kind, _)| kind.severity() == Severity::Rejected)
        .map(|(_, count)| count)
        .sum();
    assert_eq!(rejections, file.rejected, "a rejected record has exactly one reason");
    assert!(reading.catalogue.books.iter().all(|book| !book.title.is_empty()));
}

proptest! {
    #[test]
    fn any_damage_is_survived_and_accounted_for(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize), 0..3),
        cp949: bool,
        xml: bool,
    ) {
        let records = [marc21(), kormarc(), Marc::new().data("020", "  $a9786900000036").data("245", "00$a씨앗")];
        let encoding = if cp949 { Encoding::Cp949 } else { Encoding::Utf8 };
        let mut bytes = if xml { encoding.bytes(&collection(&records)) } else { file(&records, encoding) };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for (at, length) in cuts {
            let at = at.index(bytes.len());
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        assert_accounted(&bytes);
    }

    #[test]
    fn any_bytes_with_marks_in_them_are_read_or_refused(
        bytes in prop::collection::vec(prop_oneof![Just(0x1D_u8), Just(0x1E), Just(0x1F), Just(b'0'), any::<u8>()], 0..400),
    ) {
        assert_accounted(&bytes);
        assert_accounted(&[b"00123nam a2200049   4500".as_slice(), &bytes].concat());
        assert_accounted(&[b"<record><leader/>".as_slice(), &bytes].concat());
    }
}
