//! Invented books as KORMARC records in ISO 2709.
//!
//! Records of before 2000 are in CP949 and have the fields of their time (440, punctuation between subfields), later ones
//! are in UTF-8 and say so in the leader. One record in two hundred is marked as deleted. A title with a word that is
//! written in Hanja has it so in 880. Invariant: record lengths and directories are right.

use std::borrow::Cow;

use encoding_rs::EUC_KR;

use super::chance::Chance;
use super::general::General;
use super::zipf::Tongue;

/// Records of earlier years are in CP949.
const FIRST_UTF8_YEAR: i32 = 2000;
/// Words of titles and how they are written in Hanja.
const HANJA: [(&str, &str); 20] = [
    ("역사", "歷史"),
    ("문학", "文學"),
    ("한국", "韓國"),
    ("사회", "社會"),
    ("문화", "文化"),
    ("과학", "科學"),
    ("철학", "哲學"),
    ("종교", "宗敎"),
    ("예술", "藝術"),
    ("경제", "經濟"),
    ("정치", "政治"),
    ("조선", "朝鮮"),
    ("연구", "硏究"),
    ("총서", "叢書"),
    ("전집", "全集"),
    ("소설", "小說"),
    ("인생", "人生"),
    ("세계", "世界"),
    ("학교", "學校"),
    ("자료", "資料"),
];

/// A record under construction.
struct Record {
    cp949: bool,
    status: char,
    directory: String,
    data: Vec<u8>,
}

impl Record {
    fn control(&mut self, tag: &str, text: &str) {
        self.field(tag, text);
    }

    /// Adds a field of subfields; one without a text is left out.
    fn data(&mut self, tag: &str, indicators: &str, subfields: &[(char, &str)]) {
        let mut text = indicators.to_owned();
        for (code, value) in subfields.iter().filter(|(_, value)| !value.is_empty()) {
            text.push('\x1f');
            text.push(*code);
            text.push_str(value);
        }
        if text.len() > indicators.len() {
            self.field(tag, &text);
        }
    }

    fn field(&mut self, tag: &str, text: &str) {
        let bytes: Cow<'_, [u8]> = match self.cp949 {
            true => EUC_KR.encode(text).0,
            false => text.as_bytes().into(),
        };
        self.directory.push_str(&format!("{tag}{:04}{:05}", bytes.len() + 1, self.data.len()));
        self.data.extend_from_slice(&bytes);
        self.data.push(0x1e);
    }

    fn finish(self) -> Vec<u8> {
        let base = 24 + self.directory.len() + 1;
        let length = base + self.data.len() + 1;
        let coding = if self.cp949 { ' ' } else { 'a' };
        let leader = format!("{length:05}{}am {coding}22{base:05} k 4500", self.status);
        [leader.as_bytes(), self.directory.as_bytes(), b"\x1e", &self.data, b"\x1d"].concat()
    }
}

/// The record of the library `copies[which]` of a book.
pub(super) fn record(book: &General, which: usize, seed: u64, number: u32) -> Vec<u8> {
    let cells = book.record(which, seed);
    let mut chance = Chance::new(seed ^ 0x6b6f_726d, u64::from(number) * 64 + which as u64);
    let cp949 = book.year < FIRST_UTF8_YEAR;
    let status = if chance.below(200) == 0 { 'd' } else { 'n' };
    let mut record = Record { cp949, status, directory: String::new(), data: Vec::new() };
    let work = &book.work;
    // A cataloguer of before 2000 ends a subfield with the sign that stands before the next one.
    let before = |sign: &str| if cp949 { sign.to_owned() } else { String::new() };
    let language = if work.tongue == Tongue::Korean { "kor" } else { "eng" };
    record.control("001", &format!("KMO{:04}{:05}", book.year, number % 100_000));
    record.control("005", "20250101000000.0");
    record.control(
        "008",
        &format!("{:02}0101s{:04}    ulk           000 0 {language}  ", book.year % 100, book.year),
    );
    if let Some(isbn) = book.isbn13 {
        let price = format!("₩{}", 8_000 + chance.below(30) * 1_000);
        let price = if cp949 { price.replace('₩', "\\") } else { price };
        let addition = if cells.addition.is_empty() { "" } else { cells.addition.as_str() };
        record.data("020", "  ", &[('a', &isbn.to_string()), ('g', addition), ('c', &price)]);
    }
    if let Some(isbn) = book.set_isbn {
        record.data("020", "1 ", &[('a', &isbn.to_string()), ('g', "(세트)")]);
    }
    record.data("040", "  ", &[('a', "211009"), ('c', "211009")]);
    record.data("049", "0 ", &[('l', &cells.accession), ('v', book.volume.as_deref().unwrap_or(""))]);
    record.data("056", "  ", &[('a', &work.class_no), ('2', "6")]);
    let (class, mark) = cells.call_number.split_once('-').unwrap_or((&cells.call_number, ""));
    let (mark, volume) = mark.split_once('-').unwrap_or((mark, ""));
    record.data("090", "  ", &[('a', class), ('b', mark), ('c', volume)]);
    let (volume, subtitle) = (book.volume.as_deref().unwrap_or(""), work.subtitle.as_str());
    let title = format!("{}{}", work.main, if subtitle.is_empty() { String::new() } else { before(" :") });
    let statement = book.authors(0);
    let linked = HANJA.iter().any(|(hangul, _)| work.main.contains(hangul));
    let link = if linked { "880-01" } else { "" };
    let ending = before(" /");
    let subtitle = if subtitle.is_empty() { String::new() } else { format!("{subtitle}{ending}") };
    let parts = [('6', link), ('a', &*title), ('b', &*subtitle), ('n', volume), ('d', &*statement)];
    record.data("245", "00", &parts);
    record.data("250", "  ", &[('a', &cells.edition)]);
    let (place, publisher) = (format!("서울{}", before(" :")), format!("{}{}", work.publisher, before(",")));
    record.data("260", "  ", &[('a', &place), ('b', &publisher), ('c', &book.year.to_string())]);
    record.data("300", "  ", &[('a', &format!("{} p.", 80 + chance.below(600))), ('c', "23 cm")]);
    if let Some((name, place)) = &work.series {
        let place = place.to_string();
        if cp949 {
            record.data("440", " 0", &[('a', &format!("{name} ;")), ('v', &place)]);
        } else {
            record.data("490", "10", &[('a', name), ('v', &place)]);
            record.data("830", " 0", &[('a', name), ('v', &place)]);
        }
    }
    for keyword in book.keywords.iter().take(6) {
        record.data("653", "  ", &[('a', keyword)]);
    }
    for name in work.people.all() {
        record.data("700", "1 ", &[('a', name)]);
    }
    if linked {
        let hanja =
            HANJA.iter().fold(work.main.clone(), |title, (hangul, hanja)| title.replace(hangul, hanja));
        record.data("880", "00", &[('6', "245-01/$1"), ('a', &hanja)]);
    }
    record.finish()
}

#[cfg(test)]
mod tests {
    use super::super::general::Kind;
    use super::*;

    #[test]
    fn lengths_and_directory_are_right_in_both_encodings() {
        let kind = Kind { without_isbn: 30, english_per_mille: 100, libraries: 1 };
        let (mut old, mut hanja) = (0, 0);
        for number in 0..2_000 {
            let book = General::draw(1, number, &kind);
            let bytes = record(&book, 0, 1, number);
            let digits = |range: std::ops::Range<usize>| -> usize {
                std::str::from_utf8(&bytes[range]).unwrap().parse().unwrap()
            };
            assert_eq!(digits(0..5), bytes.len());
            let base = digits(12..17);
            assert_eq!((bytes[base - 1], bytes[bytes.len() - 1]), (0x1e, 0x1d));
            for entry in (24..base - 1).step_by(12) {
                let end = base + digits(entry + 7..entry + 12) + digits(entry + 3..entry + 7);
                assert_eq!(bytes[end - 1], 0x1e);
            }
            old += usize::from(bytes[9] == b' ');
            hanja += usize::from(bytes[24..base].windows(3).any(|tag| tag == b"880"));
            let text =
                if bytes[9] == b' ' { EUC_KR.decode(&bytes) } else { encoding_rs::UTF_8.decode(&bytes) };
            assert!(!text.2, "record {number} is whole in its encoding");
        }
        assert!((300..1_200).contains(&old), "{old} of 2,000 are old");
        assert!(hanja > 100, "{hanja}");
    }
}
