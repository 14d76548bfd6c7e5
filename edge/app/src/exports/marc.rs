//! A book as a MARC 21 bibliographic record, in its three forms: ISO 2709, MARCXML and MARC-in-JSON.
//!
//! Fields and codes are those of the Library of Congress's format for bibliographic data, holdings those of 852 and, with
//! the day of registration, of Koha's 952; 084 says that a class number is one of KDC. Invariant: what `index-builder`
//! reads out of a record is the book it was written of, but for loans over all libraries, which MARC has no place for.

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_search::book_view::BookView;
use seoga_text::language;
use seoga_text::names::{Name, Role};
use seoga_text::volume;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::people::people;

/// The namespace of MARCXML.
pub(crate) const NAMESPACE: &str = "http://www.loc.gov/MARC21/slim";
/// Where the schema of MARCXML lies.
pub(crate) const SCHEMA: &str = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd";

/// Bytes of the longest record of ISO 2709, whose length has five digits, and of its longest field, whose has four.
const LONGEST_RECORD: usize = 99_999;
const LONGEST_FIELD: usize = 9_999;
/// Ends a record, a field; begins a subfield.
const RECORD_END: u8 = 0x1D;
const FIELD_END: u8 = 0x1E;
const DELIMITER: u8 = 0x1F;

/// A record: control fields and data fields in the order of their tags.
#[derive(Debug)]
pub(crate) struct MarcRecord {
    control: Vec<(&'static str, String)>,
    data: Vec<DataField>,
}

/// A field with its two indicators and its subfields.
#[derive(Debug, Clone)]
struct DataField {
    tag: &'static str,
    indicators: [char; 2],
    subfields: Vec<(char, String)>,
}

impl DataField {
    fn new(tag: &'static str, indicators: &str, subfields: &[(char, &str)]) -> Self {
        let mut signs = indicators.chars();
        let indicators = [signs.next().unwrap_or(' '), signs.next().unwrap_or(' ')];
        let subfields = subfields.iter().filter(|(_, text)| !text.is_empty());
        Self {
            tag,
            indicators,
            subfields: subfields.map(|(code, text)| (*code, (*text).to_owned())).collect(),
        }
    }
}

impl MarcRecord {
    /// Makes the record of a book with the libraries it is shown in. `address` is the book's page, `built` the day
    /// (`YYYY-MM-DD`, or empty) of the index it is in.
    pub(crate) fn new(book: &BookView<'_>, address: &str, built: &str) -> Self {
        let record = book.record;
        let mut data = Vec::new();
        let mut put = |tag, indicators: &str, subfields: &[(char, &str)]| {
            let field = DataField::new(tag, indicators, subfields);
            if !field.subfields.is_empty() {
                data.push(field);
            }
        };
        if let Some(isbn) = book.isbn13() {
            put("020", "  ", &[(if record.checked { 'a' } else { 'z' }, &isbn)]);
        }
        for number in &record.numbers {
            put("020", "  ", &[(if seoga_text::isbn::parse(number).is_some() { 'a' } else { 'z' }, number)]);
        }
        let language = record.language.as_deref().and_then(language::bibliographic).unwrap_or_default();
        put("041", "  ", &[('a', language)]);
        put(
            "084",
            "  ",
            &[('a', record.class_no.as_deref().unwrap_or_default()), ('2', class_source(record))],
        );
        let people = people(record);
        let main = people.first().filter(|name| name.role == Role::Author);
        if let Some(name) = main {
            put("100", "1 ", &[('a', &name.text)]);
        }
        let statement = &record.authors;
        let volume = record.volume.as_deref().unwrap_or_default();
        // A title that ends with its volume has it once, where readers look for it.
        let key = volume::key(volume);
        let without = |title| {
            let at_end = volume::at_end(title).filter(|(_, at_end)| key.as_ref() == Some(&at_end.key));
            at_end.map(|(title, _)| title)
        };
        let own = without(&record.title).unwrap_or(&record.title);
        let mut title = [own.to_owned(), volume.to_owned()];
        if !volume.is_empty() {
            title[0].push('.');
        }
        if let (false, Some(last)) = (statement.is_empty(), title.iter_mut().rfind(|part| !part.is_empty())) {
            last.push_str(" /");
        }
        let indicators = if main.is_some() { "10" } else { "00" };
        put("245", indicators, &[('a', &title[0]), ('n', &title[1]), ('c', statement)]);
        for other in record.other_titles.iter().filter(|other| without(other) != Some(own)) {
            put("246", "3 ", &[('a', other)]);
        }
        let year = record.year.map(|year| year.to_string()).unwrap_or_default();
        put("264", " 1", &[('b', &record.publisher), ('c', &year)]);
        for name in people.iter().skip(usize::from(main.is_some())) {
            put("700", "1 ", &[('a', &name.text), ('4', relator(name))]);
        }
        for held in &book.holdings {
            put("852", "  ", &[('a', &held.library.name)]);
        }
        put("856", "40", &[('u', address)]);
        for held in &book.holdings {
            let day = held.registered.map(|day| day.to_string()).unwrap_or_default();
            if !day.is_empty() {
                put("952", "  ", &[('a', &held.library.name), ('b', &held.library.name), ('d', &day)]);
            }
        }
        let control = vec![
            ("001", record.id.to_string()),
            ("005", changed(built)),
            ("008", coded(record, language, built)),
        ];
        Self { control, data }
    }

    /// Gives the leader, with the lengths of ISO 2709; in the other forms those are zeros.
    fn leader(length: usize, base: usize) -> String {
        // New, language material, monograph, Unicode; abbreviated level, form of description unknown.
        format!("{length:05}nam a22{base:05}3u 4500")
    }

    /// Writes the record in the exchange format of ISO 2709. Of a record that is longer than the format allows, the last
    /// holdings that fit are kept: the page that 856 names has all.
    pub(crate) fn to_iso2709(&self) -> Vec<u8> {
        let controls = self.control.iter().map(|(tag, text)| (*tag, text.as_bytes().to_vec()));
        let datas = self.data.iter().map(|field| (field.tag, field.bytes()));
        let mut directory = Vec::new();
        let mut body = Vec::new();
        let fields: Vec<_> = controls.chain(datas).collect();
        let fixed: usize =
            fields.iter().filter(|(tag, _)| !is_holding(tag)).map(|(_, text)| text.len() + 13).sum();
        let mut room = (LONGEST_RECORD - 26).saturating_sub(fixed);
        for (tag, mut text) in fields {
            if is_holding(tag) {
                let Some(left) = room.checked_sub(text.len() + 13) else { continue };
                room = left;
            }
            cut(&mut text, LONGEST_FIELD - 1);
            text.push(FIELD_END);
            directory.extend(format!("{tag}{:04}{:05}", text.len(), body.len()).into_bytes());
            body.append(&mut text);
        }
        directory.push(FIELD_END);
        body.push(RECORD_END);
        let base = 24 + directory.len();
        let mut out = Self::leader(base + body.len(), base).into_bytes();
        out.append(&mut directory);
        out.append(&mut body);
        out
    }

    /// Writes the record as an element of MARCXML, in its namespace.
    pub(crate) fn to_xml(&self) -> Markup {
        html! {
            record xmlns=(NAMESPACE) {
                leader { (Self::leader(0, 0)) }
                @for (tag, text) in &self.control { controlfield tag=(tag) { (text) } }
                @for field in &self.data {
                    datafield tag=(field.tag) ind1=(field.indicators.first().copied().unwrap_or(' ')) ind2=(field.indicators.last().copied().unwrap_or(' ')) {
                        @for (code, text) in &field.subfields { subfield code=(code) { (text) } }
                    }
                }
            }
        }
    }
}

impl DataField {
    /// Gives the field as ISO 2709 has it, without its end. The signs that divide records, fields and subfields are in no
    /// text of a catalogue, whose control characters are taken out where it is read.
    fn bytes(&self) -> Vec<u8> {
        let mut out: Vec<u8> = self.indicators.iter().map(|sign| *sign as u8).collect();
        for (code, text) in &self.subfields {
            out.extend([DELIMITER, *code as u8]);
            out.extend(text.bytes().filter(|byte| !(RECORD_END..=DELIMITER).contains(byte)));
        }
        out
    }
}

/// Writes the record as MARC-in-JSON: `{"leader": …, "fields": [{"001": …}, {"245": {"ind1": …}}]}`.
impl Serialize for MarcRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            leader: String,
            fields: Vec<One<'a>>,
        }
        let fields = self.control.iter().map(|(tag, text)| One::Control(tag, text));
        let fields = fields.chain(self.data.iter().map(One::Data)).collect();
        Whole { leader: Self::leader(0, 0), fields }.serialize(serializer)
    }
}

/// A field as an object of one member, its tag.
enum One<'a> {
    Control(&'a str, &'a str),
    Data(&'a DataField),
}

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            One::Control(tag, text) => map.serialize_entry(tag, text)?,
            One::Data(field) => map.serialize_entry(field.tag, field)?,
        }
        map.end()
    }
}

impl Serialize for DataField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Subfields<'a>(&'a [(char, String)]);
        impl Serialize for Subfields<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(
                    self.0.iter().map(|(code, text)| std::collections::BTreeMap::from([(code, text)])),
                )
            }
        }
        let mut map = serializer.serialize_map(Some(3))?;
        let [first, second] = self.indicators;
        map.serialize_entry("ind1", &first)?;
        map.serialize_entry("ind2", &second)?;
        map.serialize_entry("subfields", &Subfields(&self.subfields))?;
        map.end()
    }
}

/// Tells whether a field says who holds the book: of these there may be more than a record has room for.
fn is_holding(tag: &str) -> bool {
    matches!(tag, "852" | "952")
}

/// Cuts UTF-8 to so many bytes at most, between characters.
fn cut(text: &mut Vec<u8>, most: usize) {
    let mut end = most.min(text.len());
    while text.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    text.truncate(end);
}

/// Names the scheme of a class number, where there is one.
fn class_source(record: &Record) -> &'static str {
    if record.class_no.is_some() { "kdc" } else { "" }
}

/// Gives the relator code of what somebody did, or nothing where it is not known.
fn relator(name: &Name) -> &'static str {
    match name.role {
        Role::Author => "aut",
        Role::Translator => "trl",
        Role::Editor => "edt",
        Role::Other => "",
    }
}

/// Writes field 005 for a day.
fn changed(day: &str) -> String {
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    format!("{digits:0<8}000000.0")
}

/// Writes the 40 characters of field 008 for books: entered, published, language; the rest not coded.
fn coded(record: &Record, language: &str, built: &str) -> String {
    let entered: String = built.chars().filter(char::is_ascii_digit).skip(2).collect();
    let published = match record.year {
        Some(year) => format!("s{year:04}    "),
        None => "nuuuuuuuu".to_owned(),
    };
    let language = if language.is_empty() { "und" } else { language };
    format!("{entered:0<6}{published}xx {}{language} |", "|".repeat(17))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{libraries, record};
    use seoga_index::manifest::Manifest;

    fn marc(record: &Record, manifest: &Manifest) -> MarcRecord {
        MarcRecord::new(&BookView::new(record, manifest, &[]), "https://s.example/books/x", "2026-11-01")
    }

    /// Reads the fields of a record of ISO 2709 by its directory alone.
    fn fields(bytes: &[u8]) -> Vec<(String, String)> {
        let number = |range: std::ops::Range<usize>| -> usize {
            std::str::from_utf8(&bytes[range]).unwrap().parse().unwrap()
        };
        assert_eq!(number(0..5), bytes.len());
        assert_eq!(bytes.last(), Some(&RECORD_END));
        let base = number(12..17);
        (24..base - 1)
            .step_by(12)
            .map(|at| {
                let (length, from) = (number(at + 3..at + 7), base + number(at + 7..at + 12));
                let text = &bytes[from..from + length];
                assert_eq!(text.last(), Some(&FIELD_END));
                let text = String::from_utf8(text[..length - 1].to_vec()).unwrap().replace('\u{1f}', "$");
                (String::from_utf8(bytes[at..at + 3].to_vec()).unwrap(), text)
            })
            .collect()
    }

    #[test]
    fn a_book_is_a_record_of_iso_2709() {
        let record = Record {
            authors: "김서가 지음 ; 박나루 옮김".into(),
            class_no: Some("005.133".into()),
            language: Some("ko".into()),
            year: Some(2021),
            volume: Some("3".into()),
            ..record()
        };
        let fields = fields(&marc(&record, &libraries()).to_iso2709());
        let of = |tag: &str| -> Vec<&str> {
            fields.iter().filter(|(is, _)| is == tag).map(|(_, text)| text.as_str()).collect()
        };
        assert_eq!(of("001"), ["9791158083397"]);
        assert_eq!(of("005"), ["20261101000000.0"]);
        assert_eq!(of("008"), ["261101s2021    xx |||||||||||||||||kor |"]);
        assert_eq!(of("008")[0].len(), 40);
        assert_eq!(of("020"), ["  $a9791158083397"]);
        assert_eq!(of("041"), ["  $akor"]);
        assert_eq!(of("084"), ["  $a005.133$2kdc"]);
        assert_eq!(of("100"), ["1 $a김서가"]);
        assert_eq!(of("245"), ["10$a파이썬 <첫> 걸음.$n3 /$c김서가 지음 ; 박나루 옮김"]);
        assert_eq!(of("264"), [" 1$b서가출판$c2021"]);
        assert_eq!(of("700"), ["1 $a박나루$4trl"]);
        assert_eq!(of("852"), ["  $a가", "  $a나", "  $a다"]);
        assert_eq!(of("952"), ["  $a가$b가$d2022-01-08", "  $a다$b다$d2019-04-14"]);
        assert_eq!(of("856"), ["40$uhttps://s.example/books/x"]);
    }

    #[test]
    fn a_number_that_is_none_is_said_to_be_wrong() {
        let record = Record { checked: false, ..record() };
        let fields = fields(&marc(&record, &libraries()).to_iso2709());
        assert!(fields.contains(&("020".into(), "  $z9791158083397".into())), "{fields:?}");
    }

    #[test]
    fn the_longest_record_is_one_that_the_format_allows() {
        let name = |number: usize| format!("가온누리도서관 {number} {}", "가".repeat(30));
        let mut manifest = libraries();
        manifest.libraries = (0..2_000)
            .map(|number| seoga_index::manifest::Library { name: name(number), ..Default::default() })
            .collect();
        let holdings = (0..2_000).map(|library| seoga_index::record::Holding::new(library, Some(19_000)));
        let record = Record { title: "긴".repeat(4_000), holdings: holdings.collect(), ..record() };
        let bytes = marc(&record, &manifest).to_iso2709();
        assert!((95_000..=LONGEST_RECORD).contains(&bytes.len()), "{}", bytes.len());
        let fields = fields(&bytes);
        assert!(fields.iter().any(|(tag, _)| tag == "856"), "where all holdings are is told");
        assert!(fields.iter().all(|(_, text)| text.len() < LONGEST_FIELD));
    }

    #[test]
    fn no_text_ends_a_field() {
        let record = Record { title: "가\u{1d}나\u{1e}다\u{1f}a라".into(), ..record() };
        let bytes = marc(&record, &libraries()).to_iso2709();
        assert!(fields(&bytes).contains(&("245".into(), "10$a가나다a라 /$c김서가".into())));
    }

    #[test]
    fn the_three_forms_say_the_same() {
        let marc = marc(&record(), &libraries());
        let json: serde_json::Value = serde_json::to_value(&marc).unwrap();
        let title = json["fields"].as_array().unwrap().iter().find_map(|field| field.get("245")).unwrap();
        assert_eq!(title["ind1"], "1");
        assert_eq!(title["subfields"][0]["a"], "파이썬 <첫> 걸음 /");
        let xml = marc.to_xml().into_string();
        assert!(xml.contains("<datafield tag=\"245\" ind1=\"1\" ind2=\"0\"><subfield code=\"a\">파이썬 &lt;첫&gt; 걸음 /</subfield>"), "{xml}");
        assert!(
            xml.starts_with(
                "<record xmlns=\"http://www.loc.gov/MARC21/slim\"><leader>00000nam a22000003u 4500</leader>"
            ),
            "{xml}"
        );
    }
}
