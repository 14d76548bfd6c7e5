//! Makes rows of the catalogue out of a MARC record.
//!
//! Not the file formats, nor what the fields mean (`marc21`, `unimarc`). Invariant: a record becomes one row for each of its ISBNs
//! and libraries, one without a number where it has no ISBN, or is counted as rejected with the reason.

use super::described::{Class, Described, Heading, Holder};
use super::fields::MarcRecord;
use super::{isbns, marc21, unimarc};
use crate::catalogue::{Date, FactKind, Row, Shelf, TextId};
use crate::report::FindingKind;
use crate::sources::batch::Batch;
use crate::sources::clean;
use crate::sources::columns::Column;

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
pub(super) fn read(record: &MarcRecord<'_>, number: u32, library: &HoldingLibrary, batch: &mut Batch) {
    if let Some(kind) = no_book(record) {
        let texts =
            [b"245", b"200", b"100", b"110", b"150", b"151", b"852"].map(|tag| record.texts(tag, 'a').next());
        batch.reject(number, LEADER.name, kind, texts.into_iter().flatten().next().unwrap_or(""));
        return;
    }
    let (book, holders) = match unimarc::is_record(record) {
        true => (unimarc::describe(record), unimarc::holders(record)),
        false => (marc21::describe(record), marc21::holders(record)),
    };
    let facts = batch.facts_so_far();
    let isbns = isbns::read(&book.isbns, number, batch);
    let title = batch.text_id(number, TITLE, &book.title, false);
    if title == TextId::EMPTY {
        batch.reject(number, TITLE.name, FindingKind::TitleMissing, &book.title);
        return;
    }
    let mut row = batch.row(number, 0, title);
    let names = authors(&book, &mut row, number, batch);
    add_others(&book, names, &row, number, batch);
    add_facts(&book, number, batch);
    row.facts = batch.facts_since(facts);
    row.publisher = batch.text_id(number, IMPRINT, book.publisher, false);
    row.class_no = class_no(&book.class, number, batch);
    row.year = year(&book, number, batch);
    row.language = language(&book, batch);
    let words =
        batch.clean_keywords(number, SUBJECT, book.subjects.iter().map(|&word| word.to_owned()).collect());
    let held = held(&holders, number, library, batch);
    for isbn in &isbns {
        let volume = if book.volume.is_empty() { isbn.volume.as_str() } else { book.volume };
        let volume = batch.short_text_id(number, TITLE, volume);
        batch.add_keywords(isbn.isbn13, number, words.clone());
        let row = Row { isbn13: isbn.isbn13, volume, ..row };
        if held.is_empty() {
            batch.rows.push(row);
        }
        let of = |&(library, shelf, registered)| Row { library, shelf, registered, ..row };
        batch.rows.extend(held.iter().map(of));
    }
}

/// Why a record describes no book that a library has; `None` for one that does.
fn no_book(record: &MarcRecord<'_>) -> Option<FindingKind> {
    match (record.status, record.kind) {
        (b'd', _) => Some(FindingKind::RecordDeleted),
        (_, b'z') => Some(FindingKind::RecordAuthority),
        (_, b'u' | b'v' | b'x' | b'y') => Some(FindingKind::RecordHoldings),
        (_, b'w' | b'q') => Some(FindingKind::RecordNoBook),
        _ => None,
    }
}

/// Sets the statement of responsibility, for which the headings stand where there is none. Gives the names that it does not
/// contain.
fn authors<'b>(book: &'b Described<'_>, row: &mut Row, number: u32, batch: &mut Batch) -> Vec<&'b str> {
    let names = book.headings.iter().map(|heading| &*heading.name).filter(|name| !name.is_empty());
    if book.statement.is_empty() {
        let joined = names.collect::<Vec<_>>().join(" ; ");
        row.authors = batch.text_id(number, TITLE, &joined, true);
        return Vec::new();
    }
    row.authors = batch.text_id(number, TITLE, &book.statement, true);
    let joined = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let mut said = None;
    let is_new = |name: &&str| {
        !book.statement.contains(*name)
            && !said.get_or_insert_with(|| joined(&book.statement)).contains(&joined(name))
    };
    names.filter(is_new).collect()
}

/// Adds titles, names and publishers that are searched and not shown, each once.
fn add_others(book: &Described<'_>, names: Vec<&str>, row: &Row, number: u32, batch: &mut Batch) {
    let mut add = |kind: FactKind, column: Column, texts: &mut dyn Iterator<Item = &str>, shown: TextId| {
        let mut ids: Vec<TextId> = texts.map(|text| batch.text_id(number, column, text, false)).collect();
        ids.retain(|&id| id != shown);
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().for_each(|id| batch.fact(kind, id, TextId::EMPTY));
    };
    add(FactKind::OtherTitle, OTHER_TITLE, &mut book.other_titles.iter().map(|text| &**text), row.title);
    add(FactKind::OtherAuthors, NAMES, &mut names.into_iter(), row.authors);
    add(FactKind::OtherPublisher, IMPRINT, &mut book.other_publishers.iter().copied(), TextId::EMPTY);
}

/// Adds control numbers, parts, series, the edition and persons with their roles.
fn add_facts(book: &Described<'_>, number: u32, batch: &mut Batch) {
    for text in &book.control {
        let id = batch.text_id(number, CONTROL, text, false);
        batch.fact(FactKind::Control, id, TextId::EMPTY);
    }
    for text in &book.part_titles {
        let id = batch.text_id(number, TITLE, text, false);
        batch.fact(FactKind::PartTitle, id, TextId::EMPTY);
    }
    for (title, place) in &book.series {
        let id = batch.text_id(number, SERIES, title, false);
        let place = batch.short_text_id(number, SERIES, place);
        batch.fact(FactKind::Series, id, place);
    }
    for Heading { name, role } in &book.headings {
        let id = batch.text_id(number, NAMES, name, false);
        let role = batch.texts.id(role);
        batch.fact(FactKind::Contributor, id, role);
    }
    let edition = batch.text_id(number, EDITION, book.edition, false);
    batch.fact(FactKind::Edition, edition, TextId::EMPTY);
}

/// The year of publication, from the imprint, else the coded one.
fn year(book: &Described<'_>, number: u32, batch: &mut Batch) -> u16 {
    let bare = |text: &&'_ str| {
        let text = text.trim_matches(['[', ']', '(', ')', '.', '?', '©', '年', '년', ' ']);
        text.strip_prefix(['c', 'p']).unwrap_or(text).to_owned()
    };
    let said: Vec<String> = book.years.iter().map(bare).filter(|text| !text.is_empty()).collect();
    if let Some(readable) = said.iter().find(|text| clean::year(text).is_some()) {
        batch.year(number, IMPRINT, readable)
    } else if clean::year(book.coded_year).is_some() {
        batch.year(number, CODED, book.coded_year)
    } else {
        batch.year(number, IMPRINT, said.first().map_or("", String::as_str))
    }
}

fn class_no(class: &Class<'_>, number: u32, batch: &mut Batch) -> TextId {
    match *class {
        Class::Kdc(class) => batch.class_id(number, KDC, class),
        Class::CallNumber(class) if class.bytes().take(3).filter(u8::is_ascii_digit).count() == 3 => {
            batch.note(number, CALL_NUMBER.name, FindingKind::ClassFromCallNumber, class, None);
            batch.class_id(number, CALL_NUMBER, class)
        }
        Class::Ddc(class) => {
            batch.note(number, "082", FindingKind::ClassNotKdc, class, None);
            TextId::EMPTY
        }
        Class::CallNumber(_) | Class::Unsaid => TextId::EMPTY,
    }
}

/// The language of the text: the first code that says one.
fn language(book: &Described<'_>, batch: &mut Batch) -> TextId {
    let none = |code: &str| matches!(code, "" | "und" | "mul" | "zxx" | "mis");
    let codes = book.languages.iter().map(|code| seoga_text::language::short(&code.to_ascii_lowercase()));
    let code = { codes }.find(|code| !none(code)).unwrap_or_default();
    batch.texts.id(&code)
}

/// Who holds it, each library once, where it stands there and since when.
///
/// The library that the configuration gives the file; else those that the record names; else, when the record has holdings at
/// all, the one the file is named after.
fn held(
    holders: &[Holder<'_>],
    number: u32,
    library: &HoldingLibrary,
    batch: &mut Batch,
) -> Vec<(u16, Shelf, Option<Date>)> {
    let mut held: Vec<(u16, Shelf, Option<Date>)> = Vec::with_capacity(holders.len());
    let names = holders.iter().any(|holder| !holder.library.is_empty());
    for holder in holders {
        let id = match &library.declared {
            Some(name) => batch.library(name),
            None if !holder.library.is_empty() => {
                let name = batch.text(number, HOLDING, holder.library, false);
                batch.library(&name)
            }
            None if !names && !library.of_file.is_empty() => {
                batch.report.library = Some(library.of_file.clone());
                batch.library(&library.of_file)
            }
            None => continue,
        };
        let shelf = Shelf {
            call_number: batch.text_id(number, CALL_NUMBER, &holder.call_number, false),
            room: batch.text_id(number, HOLDING, holder.room, false),
            copies: holder.copies,
        };
        // A field that other systems use otherwise: a text that is no day is none, and no fault of the record.
        let registered = Date::parse(holder.registered);
        match held.iter_mut().find(|held| held.0 == id) {
            Some((_, first, since)) => {
                first.copies = first.copies.saturating_add(shelf.copies);
                *since = [*since, registered].into_iter().flatten().min();
            }
            None => held.push((id, shelf, registered)),
        }
    }
    if let (true, Some(name)) = (held.is_empty(), &library.declared) {
        held.push((batch.library(name), Shelf::default(), None));
    }
    if held.is_empty() {
        batch.note(number, HOLDING.name, FindingKind::HoldingMissing, "", None);
    }
    held.sort_unstable_by_key(|held| held.0);
    held
}
