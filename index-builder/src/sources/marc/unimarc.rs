//! The meaning of the fields of UNIMARC, which has the title in 200 and not in 245.
//!
//! By the UNIMARC Bibliographic Format of IFLA. Not what becomes of it (`book`).

use std::borrow::Cow;

use super::described::{Class, Described, Heading, Holder, IsbnCell};
use super::fields::{Field, MarcRecord, plain};
use super::role;

/// Whether a record is in UNIMARC: MARC 21 has no field 200.
pub(super) fn is_record(record: &MarcRecord<'_>) -> bool {
    record.tagged(b"200").any(|field| !field.first('a').trim().is_empty()) && !record.has(b"245")
}

/// Describes the book of a bibliographic record.
pub(super) fn describe<'a>(record: &'a MarcRecord<'a>) -> Described<'a> {
    let mut book = Described::default();
    for field in &record.fields {
        take(field, &mut book);
    }
    let general = record.tagged(b"100").next().map_or("", |field| field.first('a'));
    book.coded_year = general.get(9..13).unwrap_or("");
    let own = record.control(b"001");
    if !own.is_empty() {
        book.control.insert(0, own.into());
    }
    book
}

/// Takes what one field says.
fn take<'a>(field: &'a Field<'a>, book: &mut Described<'a>) {
    let first = |code| plain(field.first(code));
    match &field.tag {
        b"010" => {
            let cancelled = field.first('a').is_empty();
            let cells = field.all(if cancelled { 'z' } else { 'a' }).map(|raw| IsbnCell {
                raw: raw.trim(),
                qualifier: field.first('b'),
                of_set: false,
                cancelled,
            });
            book.isbns.extend(cells);
        }
        b"020" if !first('b').is_empty() => {
            let (country, number) = (first('a'), first('b'));
            book.control.push(if country.is_empty() {
                number.into()
            } else {
                format!("({country}){number}").into()
            });
        }
        b"035" if !first('a').is_empty() => book.control.push(first('a').into()),
        b"101" => book.languages.extend(field.all('a').map(str::trim)),
        b"200" if book.title.is_empty() => title(field, book),
        b"205" if book.edition.is_empty() => book.edition = first('a'),
        // 214 is the newer one; its second indicator 0 is for publication.
        b"210" => imprint(field, book),
        b"214" if matches!(field.indicators[1], b'0' | b' ' | b'#') => imprint(field, book),
        b"225" => book.series.push((first('a').into(), first('v'))),
        b"410" | b"461" => book.series.push((first('t').into(), first('v'))),
        b"423" | b"454" | b"500" | b"503" | b"510" | b"512" | b"513" | b"514" | b"515" | b"516" | b"517"
        | b"518" | b"532" | b"540" | b"541" => {
            let codes = if field.tag[0] == b'4' { "t" } else { "aehi" };
            book.other_titles.push(field.joined(codes).into());
        }
        b"606" | b"607" => book.subjects.extend(field.all('a').chain(field.all('x')).map(plain)),
        b"610" => book.subjects.extend(field.all('a').map(plain)),
        b"676" if matches!(book.class, Class::Unsaid) => book.class = Class::Ddc(field.first('a')),
        b"686" if field.first('2').to_lowercase().starts_with("kdc") => {
            book.class = Class::Kdc(field.first('a'));
        }
        b"700" | b"701" | b"702" | b"710" | b"711" | b"712" | b"720" => {
            let (entry, rest) = (first('a'), first('b'));
            let is_person = field.tag[1] == b'0' && !rest.is_empty();
            let name: Cow<'a, str> = if is_person { format!("{entry}, {rest}").into() } else { entry.into() };
            // A first responsibility without a code is the author's.
            let role = match role::of(field.first('4'), "") {
                "" if field.tag == *b"700" => "aut",
                role => role,
            };
            book.headings.push(Heading { name, role });
        }
        _ => {}
    }
}

/// 200: title $a, other title information $e, parts $h $i, parallel titles $d, responsibilities $f $g.
fn title<'a>(field: &'a Field<'a>, book: &mut Described<'a>) {
    let mut shown = String::new();
    let mut statement = String::new();
    for (code, text) in field.subfields() {
        // Marks around words that do not sort.
        let text = plain(text.trim_matches(['\u{98}', '\u{9C}', '\u{88}', '\u{89}']));
        if text.is_empty() {
            continue;
        }
        match code {
            'a' if shown.is_empty() => shown.push_str(text),
            'a' | 'c' | 'd' => book.other_titles.push(text.into()),
            'e' => shown.extend([" : ", text]),
            'h' => {
                shown.extend([". ", text]);
                book.volume = if book.volume.is_empty() { text } else { book.volume };
            }
            'i' => {
                shown.extend([if book.volume.is_empty() { ". " } else { ", " }, text]);
                book.part_titles.push(text);
            }
            'f' | 'g' => {
                statement.extend([if statement.is_empty() { "" } else { " ; " }, text]);
            }
            _ => {}
        }
    }
    book.title = shown.into();
    book.statement = statement.into();
}

/// Publisher $c and date $d.
fn imprint<'a>(field: &'a Field<'a>, book: &mut Described<'a>) {
    if book.publisher.is_empty() {
        let unknown = |name: &&str| matches!(name.trim_matches(['[', ']', '.', ' ']), "" | "s.n" | "S.n");
        book.publisher = field.all('c').map(plain).find(|name| !unknown(name)).unwrap_or("");
    }
    book.years.extend(field.all('d').map(plain));
}

/// Who holds it, and where: 852, the French 930 and 995, and Koha's 952 and 995.
pub(super) fn holders<'a>(record: &'a MarcRecord<'a>) -> Vec<Holder<'a>> {
    let mut holders = Vec::new();
    for field in &record.fields {
        let first = |code| field.first(code).trim();
        let (library, call_number, room) = match &field.tag {
            b"852" if first('a').is_empty() => (first('b'), field.joined("hij"), first('c')),
            b"852" => (first('a'), field.joined("hij"), first('b')),
            b"930" => (first('b'), field.joined("a"), first('c')),
            b"952" => (first('b'), field.joined("o"), first('c')),
            b"995" if first('b').is_empty() => (first('a'), field.joined("k"), first('e')),
            b"995" => (first('b'), field.joined("k"), first('e')),
            _ => continue,
        };
        let registered = if field.tag == *b"952" { first('d') } else { "" };
        holders.push(Holder { library, call_number, room, copies: 1, registered });
    }
    holders
}
