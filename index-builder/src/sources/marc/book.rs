//! Maps the fields of a MARC 21 or KORMARC record to books and their holdings.
//!
//! Not the file formats. Left out, since the catalogue has no place for them: DDC (082), shelf marks and book codes (049 $f,
//! 090 $b), registration numbers (049 $l), prices. Invariant: a record becomes one row for each of its ISBNs and
//! libraries, or is counted as rejected with the reason.

use std::borrow::Cow;

use super::fields::{Field, MarcRecord};
use super::role;
use crate::catalogue::{FactKind, Row, TextId, isbn};
use crate::report::FindingKind;
use crate::sources::batch::Batch;
use crate::sources::clean;
use crate::sources::columns::Column;
use seoga_text::language;

const ISBN: Column = Column::field("020");
const TITLE: Column = Column::field("245");
const OTHER_TITLE: Column = Column::field("246");
const NAMES: Column = Column::field("700");
const IMPRINT: Column = Column::field("260");
const CODED: Column = Column::field("008");
const KDC: Column = Column::field("056");
const CALL_NUMBER: Column = Column::field("090");
const HOLDING: Column = Column::field("049");
const SUBJECT: Column = Column::field("653");
const CONTROL: Column = Column::field("001");
const SERIES: Column = Column::field("490");
const EDITION: Column = Column::field("250");
const LEADER: Column = Column::field("LDR");

/// The library that holds the records of a file.
#[derive(Debug, Default)]
pub(super) struct HoldingLibrary {
    /// The library that the configuration declares; it holds every record.
    pub(super) declared: Option<String>,
    /// The library the file is named after; it holds the records that have holdings and name no library.
    pub(super) of_file: String,
}

/// Makes rows out of a record.
pub(super) fn read(record: &MarcRecord, number: u32, library: &HoldingLibrary, batch: &mut Batch) {
    if record.status == b'd' {
        batch.reject(
            number,
            LEADER.name,
            FindingKind::RecordDeleted,
            record.texts(b"245", 'a').next().unwrap_or(""),
        );
        return;
    }
    let facts = batch.facts_so_far();
    let isbns = isbns(record, number, batch);
    let Some(first) = isbns.first() else { return };
    let (title, mut other_titles) = title(record);
    let title_id = batch.text_id(number, TITLE, &title, false);
    if title_id == TextId::EMPTY {
        batch.reject(number, TITLE.name, FindingKind::TitleMissing, &title);
        return;
    }
    other_titles.extend(more_titles(record));
    for id in ids(&other_titles, number, OTHER_TITLE, title_id, batch) {
        batch.fact(FactKind::OtherTitle, id, TextId::EMPTY);
    }
    let (statement, names) = authors(record);
    let mut row = batch.row(number, first.isbn13, title_id);
    row.authors = batch.text_id(number, TITLE, &statement, true);
    for id in ids(&names, number, NAMES, row.authors, batch) {
        batch.fact(FactKind::OtherAuthors, id, TextId::EMPTY);
    }
    more_facts(record, number, batch);
    row.facts = batch.facts_since(facts);
    row.publisher = batch.text_id(number, IMPRINT, publisher(record), false);
    row.class_no = class_no(record, number, batch);
    row.year = year(record, number, batch);
    row.language = language(record, batch);
    let words = subjects(record);
    let words = batch.clean_keywords(number, SUBJECT, words);
    let libraries = libraries(record, number, library, batch);
    let volume = record.tagged(b"245").next().map_or("", |field| plain(field.first('n')));
    for isbn in &isbns {
        let volume = if volume.is_empty() { isbn.volume.as_str() } else { volume };
        let volume = batch.short_text_id(number, TITLE, volume);
        batch.add_keywords(isbn.isbn13, number, words.clone());
        let row = Row { isbn13: isbn.isbn13, volume, ..row };
        if libraries.is_empty() {
            batch.rows.push(row);
        }
        batch.rows.extend(libraries.iter().map(|&library| Row { library, ..row }));
    }
}

/// Adds control numbers, the part's title, series and edition.
fn more_facts(record: &MarcRecord, number: u32, batch: &mut Batch) {
    let control = |tag| record.tagged(tag).next().map_or("", |field: &Field| field.text.trim());
    let (own, source) = (control(b"001"), control(b"003"));
    let own = if source.is_empty() || own.is_empty() { own.to_owned() } else { format!("({source}){own}") };
    let of_congress = record.texts(b"010", 'a').map(str::trim).filter(|text| !text.is_empty());
    let of_congress = of_congress.map(|text| format!("(DLC){}", text.replace(' ', "")));
    let others = record.texts(b"035", 'a').map(|text| text.trim().to_owned());
    for text in std::iter::once(own).chain(of_congress).chain(others) {
        let id = batch.text_id(number, CONTROL, &text, false);
        batch.fact(FactKind::Control, id, TextId::EMPTY);
    }
    for text in record.tagged(b"245").take(1).flat_map(|field| field.all('p')) {
        let id = batch.text_id(number, TITLE, plain(text), false);
        batch.fact(FactKind::PartTitle, id, TextId::EMPTY);
    }
    for field in &record.fields {
        if matches!(&field.tag, b"440" | b"490" | b"800" | b"810" | b"811" | b"830") {
            let name = if field.tag[0] == b'8' && field.tag != *b"830" { 't' } else { 'a' };
            let id = batch.text_id(number, SERIES, plain(field.first(name)), false);
            let place = batch.short_text_id(number, SERIES, plain(field.first('v')));
            batch.fact(FactKind::Series, id, place);
        }
    }
    for field in &record.fields {
        match (&field.tag, field.first('6').get(..3)) {
            (b"880", Some("260" | "264")) => {
                let id = batch.text_id(number, IMPRINT, plain(field.first('b')), false);
                batch.fact(FactKind::OtherPublisher, id, TextId::EMPTY);
            }
            (b"100" | b"110" | b"111" | b"700" | b"710" | b"711", _) => {
                let id = batch.text_id(number, NAMES, plain(field.first('a')), false);
                let role = batch.texts.id(role::of(field.first('4'), field.first('e')));
                batch.fact(FactKind::Contributor, id, role);
            }
            _ => {}
        }
    }
    for text in record.texts(b"250", 'a').take(1) {
        let id = batch.text_id(number, EDITION, plain(text), false);
        batch.fact(FactKind::Edition, id, TextId::EMPTY);
    }
}

/// The ids of texts, each once, without the empty one and without `shown`.
fn ids(texts: &[String], number: u32, column: Column, shown: TextId, batch: &mut Batch) -> Vec<TextId> {
    let mut ids: Vec<TextId> = texts.iter().map(|text| batch.text_id(number, column, text, false)).collect();
    ids.retain(|&id| id != TextId::EMPTY && id != shown);
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// An ISBN of a record.
#[derive(Debug)]
struct VolumeIsbn {
    isbn13: u64,
    /// The number in its qualifier: `(1)`, `(v.2)`, `(제3권)`.
    volume: String,
}

/// The ISBNs of the volumes a record describes: that of a set only when there is no other. None when the record was
/// rejected.
/// Those of sets that stand beside them become facts.
fn isbns(record: &MarcRecord, number: u32, batch: &mut Batch) -> Vec<VolumeIsbn> {
    let (mut own, mut of_sets, mut bad) = (Vec::new(), Vec::new(), Vec::new());
    for field in record.tagged(b"020") {
        for raw in field.all('a').map(str::trim).filter(|raw| !raw.is_empty()) {
            let (cell, in_cell) = without_qualifier(raw);
            let qualifier = format!("{in_cell} {}", field.first('q')).to_lowercase();
            let is_set = field.indicators[0] == b'1'
                || ["세트", "set", "전집", "질"].iter().any(|word| qualifier.contains(word));
            match isbn::read(&cell) {
                Ok(_) if is_set => of_sets.push((cell, String::new())),
                Ok(_) => own.push((cell, volume_in(&qualifier))),
                Err(fault) => bad.push((raw, fault)),
            }
        }
    }
    for (cell, _) in &of_sets {
        if let Ok(isbn) = isbn::read(cell) {
            let id = batch.texts.id(&isbn.isbn13.to_string());
            batch.fact(FactKind::SetIsbn, id, TextId::EMPTY);
        }
    }
    if own.is_empty() {
        own = of_sets;
    }
    if own.is_empty() {
        let (found, fault) = bad.first().copied().unwrap_or(("", isbn::Fault::Missing));
        batch.reject(number, ISBN.name, fault.into(), found);
        return Vec::new();
    }
    for (raw, _) in bad {
        batch.note(number, ISBN.name, FindingKind::IsbnPassedOver, raw, None);
    }
    let mut isbns: Vec<VolumeIsbn> = Vec::with_capacity(own.len());
    for (cell, volume) in own {
        if let Some(isbn13) = batch.isbn(number, ISBN, &cell)
            && !isbns.iter().any(|isbn| isbn.isbn13 == isbn13)
        {
            isbns.push(VolumeIsbn { isbn13, volume });
        }
    }
    isbns
}

/// `978-89-…-1 (세트) :` is the number without hyphens, and what stands in the parenthesis.
fn without_qualifier(raw: &str) -> (Cow<'_, str>, &str) {
    let (number, rest) = match raw.find(['(', '[', ':', '￦', '\\', '₩']) {
        Some(at) => raw.split_at(at),
        None => (raw, ""),
    };
    let joined: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let is_isbn = matches!(joined.len(), 10 | 13)
        && joined.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'X' | b'x'));
    if is_isbn { (Cow::Owned(joined), rest) } else { (Cow::Borrowed(raw), rest) }
}

/// The volume in a qualifier that is hardly more than a number: `(1)`, `(v. 2)`, `(제3권)`.
fn volume_in(qualifier: &str) -> String {
    let inside = qualifier.trim_matches(|c: char| !c.is_alphanumeric());
    let inside = ["제", "vol", "v"].iter().find_map(|word| inside.strip_prefix(word)).unwrap_or(inside);
    let inside = inside.trim_start_matches(['.', ' ']);
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = inside.split_at(digits);
    let is_volume = (1..=3).contains(&digits) && matches!(rest.trim(), "" | "권" | "집" | "부" | "책");
    if is_volume { number.to_owned() } else { String::new() }
}

/// A text without the punctuation that the cataloguing rules put before the next element.
fn plain(text: &str) -> &str {
    text.trim().trim_end_matches([' ', '/', ':', ';', '=', ',']).trim_start_matches([' ', ':', ';', '=', ','])
}

/// The title shown (245 $a $b $n $p) and the parallel titles and second works beside it.
fn title(record: &MarcRecord) -> (String, Vec<String>) {
    let mut shown = String::new();
    let mut others = Vec::new();
    let Some(field) = record.tagged(b"245").next() else { return (shown, others) };
    let (mut mark, mut before) = (' ', ' ');
    for (code, text) in &field.subfields {
        let clean = plain(text);
        let separator = match (code, before) {
            ('a', _) if shown.is_empty() => Some(""),
            // MARC 21 has the parallel title in $b, KORMARC in $x.
            ('b', _) if mark == '=' => None,
            ('a' | 'x', _) => None,
            ('b', _) if mark == ';' => Some(" ; "),
            ('b', _) => Some(" : "),
            ('p', 'n') => Some(", "),
            ('n' | 'p', _) => Some(". "),
            _ => continue,
        };
        (mark, before) = (text.trim_end().chars().next_back().unwrap_or(' '), *code);
        match separator {
            None => others.push(clean.to_owned()),
            Some(_) if clean.is_empty() => {}
            Some(_) if shown.is_empty() => shown.push_str(clean),
            Some(separator) => {
                if separator.starts_with('.') {
                    shown.truncate(shown.trim_end_matches('.').len());
                }
                shown.extend([separator, clean]);
            }
        }
    }
    (shown, others)
}

/// Titles in fields of their own: uniform, varying, former, original, added; and 245 in its own script.
fn more_titles(record: &MarcRecord) -> Vec<String> {
    let mut titles = Vec::new();
    for field in &record.fields {
        let linked = field.first('6').get(..3).unwrap_or("");
        let wanted = match &field.tag {
            b"130" | b"240" | b"247" => "a",
            b"246" | b"740" => "abnp",
            b"507" => "t",
            b"880" if matches!(linked, "245" | "246" | "740") => "abnp",
            _ => continue,
        };
        let parts = field.subfields.iter().filter(|(code, _)| wanted.contains(*code));
        let parts: Vec<&str> = parts.map(|(_, text)| plain(text)).filter(|part| !part.is_empty()).collect();
        titles.push(parts.join(" "));
    }
    titles
}

/// The statement of responsibility as it is shown, and the names of headings that it does not contain.
///
/// MARC 21 has it in 245 $c, KORMARC in 245 $d and $e; without one the headings stand for it.
fn authors(record: &MarcRecord) -> (String, Vec<String>) {
    let mut statement = String::new();
    if let Some(field) = record.tagged(b"245").next() {
        let mut mark = ' ';
        for (_, text) in field.subfields.iter().filter(|(code, _)| matches!(code, 'c' | 'd' | 'e')) {
            if !statement.is_empty() {
                statement.push_str(if mark == ',' { ", " } else { " ; " });
            }
            statement.push_str(plain(text));
            mark = text.trim_end().chars().next_back().unwrap_or(' ');
        }
    }
    let is_heading = |field: &&Field| {
        matches!(&field.tag, b"100" | b"110" | b"111" | b"700" | b"710" | b"711")
            || field.tag == *b"880"
                && matches!(field.first('6').get(..3), Some("100" | "110" | "700" | "710"))
    };
    let headings = record.fields.iter().filter(is_heading).map(|field| plain(field.first('a')).to_owned());
    let headings: Vec<String> = headings.filter(|name| !name.is_empty()).collect();
    if statement.is_empty() {
        return (headings.join(" ; "), Vec::new());
    }
    let joined = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let said = joined(&statement);
    let names = headings.into_iter().filter(|name| !said.contains(&joined(name))).collect();
    (statement, names)
}

/// The imprint: 260, else 264 for publication, else any 264.
fn imprint(record: &MarcRecord, code: char) -> impl Iterator<Item = &str> {
    let fields =
        record.tagged(b"260").chain(record.tagged(b"264").filter(|field| field.indicators[1] == b'1'));
    fields.chain(record.tagged(b"264")).flat_map(move |field| field.all(code))
}

fn publisher(record: &MarcRecord) -> &str {
    let unknown = |name: &str| {
        let name = name.trim_matches(['[', ']', '(', ')', '.']);
        matches!(name, "" | "발행처불명" | "발행처 불명" | "발행자불명" | "출판사불명" | "s.n" | "S.n")
    };
    imprint(record, 'b').map(plain).find(|name| !unknown(name)).unwrap_or("")
}

/// The year of publication, from the imprint, else from 008 (places 07 to 10).
fn year(record: &MarcRecord, number: u32, batch: &mut Batch) -> u16 {
    let said = imprint(record, 'c').map(|text| {
        let text = plain(text).trim_matches(['[', ']', '(', ')', '.', '?', '©', '年', '년', ' ']);
        text.strip_prefix(['c', 'p']).unwrap_or(text)
    });
    let said = said.filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let coded = record.coded(7..11);
    if let Some(readable) = said.iter().find(|text| clean::year(text).is_some()) {
        batch.year(number, IMPRINT, readable)
    } else if clean::year(coded).is_some() {
        batch.year(number, CODED, coded)
    } else {
        batch.year(number, IMPRINT, said.first().copied().unwrap_or(""))
    }
}

/// The KDC number: 056 (of several the newest edition), else MARC 21's 084 marked `kdc`, else the local call number
/// (090 $a) of a record that has no DDC (082), which it might be.
fn class_no(record: &MarcRecord, number: u32, batch: &mut Batch) -> TextId {
    let edition = |field: &&Field| -> u32 {
        let digits: String = field.first('2').chars().filter(char::is_ascii_digit).take(4).collect();
        digits.parse().unwrap_or(0)
    };
    let has_class = |field: &&Field| !field.first('a').trim().is_empty();
    // Of equal ones `max_by_key` takes the last, and the first counts.
    let of_056 =
        record.fields.iter().rev().filter(|field| field.tag == *b"056").filter(has_class).max_by_key(edition);
    let of_084 = record
        .tagged(b"084")
        .filter(has_class)
        .find(|field| field.first('2').to_lowercase().starts_with("kdc"));
    if let Some(field) = of_056.or(of_084) {
        return batch.class_id(number, KDC, field.first('a'));
    }
    let ddc = record.texts(b"082", 'a').next();
    let call_number = record.texts(b"090", 'a').map(str::trim).find(|text| !text.is_empty());
    match (ddc, call_number) {
        (Some(ddc), _) => batch.note(number, "082", FindingKind::ClassNotKdc, ddc, None),
        (None, Some(class)) if class.bytes().take(3).filter(u8::is_ascii_digit).count() == 3 => {
            batch.note(number, CALL_NUMBER.name, FindingKind::ClassFromCallNumber, class, None);
            return batch.class_id(number, CALL_NUMBER, class);
        }
        _ => {}
    }
    TextId::EMPTY
}

/// The language of the text: 041 $a, else 008 (places 35 to 37).
fn language(record: &MarcRecord, batch: &mut Batch) -> TextId {
    // Several codes were once written in a row: `korengjpn`.
    let code = |text: &str| text.trim().get(..3).unwrap_or(text.trim()).to_ascii_lowercase();
    let said = record.texts(b"041", 'a').map(code).chain([code(record.coded(35..38))]);
    let none = |code: &str| matches!(code, "" | "und" | "mul" | "zxx" | "mis");
    let code = said.map(|code| language::short(&code)).find(|code| !none(code)).unwrap_or_default();
    batch.texts.id(&code)
}

/// Uncontrolled keywords (653) and then subject headings (650 $a and their subdivisions $x).
fn subjects(record: &MarcRecord) -> Vec<String> {
    let uncontrolled = record.texts(b"653", 'a');
    let headings = record.tagged(b"650").flat_map(|field| field.all('a').chain(field.all('x')));
    uncontrolled.chain(headings).map(|word| plain(word).trim_end_matches('.').to_owned()).collect()
}

/// Who holds it, each library once.
///
/// The library that the configuration gives the file; else those that 049 $a or 852 $a name; else, when the record
/// has holdings or a call number at all (049, 090, 852), the one the file is named after.
fn libraries(record: &MarcRecord, number: u32, library: &HoldingLibrary, batch: &mut Batch) -> Vec<u16> {
    if let Some(name) = &library.declared {
        return vec![batch.library(name)];
    }
    let names = record.texts(b"049", 'a').chain(record.texts(b"852", 'a'));
    let names: Vec<String> =
        names.map(|name| batch.text(number, HOLDING, name.trim(), false).into_owned()).collect();
    let mut ids: Vec<u16> =
        names.iter().filter(|name| !name.is_empty()).map(|name| batch.library(name)).collect();
    let is_held = || [b"049", b"090", b"852"].iter().any(|tag| record.tagged(tag).next().is_some());
    if ids.is_empty() && is_held() && !library.of_file.is_empty() {
        batch.report.library = Some(library.of_file.clone());
        ids.push(batch.library(&library.of_file));
    }
    if ids.is_empty() {
        batch.note(number, HOLDING.name, FindingKind::HoldingMissing, "", None);
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}
