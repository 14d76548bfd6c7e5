//! The meaning of the fields of MARC 21 and of KORMARC, which is mostly the same.
//!
//! Not what becomes of it (`book`). Left out, since the catalogue has no place for them: DDC (082), registration numbers (049 $l,
//! which are counted), prices.

use std::borrow::Cow;

use super::described::{Class, Described, Heading, Holder, IsbnCell};
use super::fields::{Field, MarcRecord, plain};
use super::role;
use seoga_text::{title, volume};

/// Describes the book of a bibliographic record.
pub(super) fn describe<'a>(record: &'a MarcRecord<'a>) -> Described<'a> {
    let languages = languages(record);
    let own_script = own_script(&languages);
    let mut book = Described { languages, ..Described::default() };
    let title = record.tagged(b"245").next();
    let romanised = own_script && title.is_some_and(|field| !is_in_own_script(field));
    let linked = linked(record, "245").find(|field| romanised && is_in_own_script(field));
    let (shown, romanised) = if linked.is_some() { (linked, title) } else { (title, None) };
    if let Some(field) = shown {
        title_of(field, &mut book);
        book.statement = statement(field);
        book.volume = plain(field.first('n'));
        book.part_titles = field.all('p').map(plain).collect();
    }
    if let Some(field) = romanised {
        book.other_titles.push(field.joined("abnp").into());
    }
    imprint(record, linked.is_some(), &mut book);
    for field in &record.fields {
        take(field, linked, &mut book);
    }
    book.coded_year = record.coded(7..11);
    book.class = class(record);
    book.control = control(record);
    let uncontrolled = record.texts(b"653", 'a');
    let headings = record.tagged(b"650").flat_map(|field| field.all('a').chain(field.all('x')));
    book.subjects = uncontrolled.chain(headings).map(|word| plain(word).trim_end_matches('.')).collect();
    book
}

/// Takes what one field says alone.
fn take<'a>(field: &'a Field<'a>, shown: Option<&Field<'_>>, book: &mut Described<'a>) {
    if field.tag == *b"880" {
        return take_linked(field, shown, book);
    }
    match &field.tag {
        b"020" => {
            let of_set = field.indicators[0] == b'1';
            let qualifier = field.first('q');
            let cancelled = field.first('a').is_empty();
            let cells = field.all(if cancelled { 'z' } else { 'a' });
            book.isbns.extend(cells.map(|raw| IsbnCell { raw: raw.trim(), qualifier, of_set, cancelled }));
        }
        b"100" | b"110" | b"111" | b"700" | b"710" | b"711" => {
            let role = role::of(field.first('4'), field.first('e'));
            book.headings.push(Heading { name: plain(field.first('a')).into(), role });
        }
        b"130" | b"240" | b"247" => book.other_titles.push(plain(field.first('a')).into()),
        b"246" | b"740" => book.other_titles.push(field.joined("abnp").into()),
        b"507" => book.other_titles.push(plain(field.first('t')).into()),
        b"250" if book.edition.is_empty() => book.edition = plain(field.first('a')),
        b"440" | b"490" | b"830" => {
            book.series.push((plain(field.first('a')).into(), plain(field.first('v'))));
        }
        b"800" | b"810" | b"811" => {
            book.series.push((plain(field.first('t')).into(), plain(field.first('v'))));
        }
        _ => {}
    }
}

/// Takes what a field says in another script.
fn take_linked<'a>(field: &'a Field<'a>, shown: Option<&Field<'_>>, book: &mut Described<'a>) {
    match field.linked() {
        "245" if shown == Some(field) => {}
        "245" | "130" | "240" | "246" | "247" | "740" => book.other_titles.push(field.joined("abnp").into()),
        "100" | "110" | "111" | "700" | "710" | "711" => {
            let role = role::of(field.first('4'), field.first('e'));
            book.headings.push(Heading { name: plain(field.first('a')).into(), role });
        }
        "260" | "264" => book.other_publishers.extend(field.all('b').map(plain)),
        "440" | "490" | "830" => book.series.push((plain(field.first('a')).into(), plain(field.first('v')))),
        "800" | "810" | "811" => book.series.push((plain(field.first('t')).into(), plain(field.first('v')))),
        _ => {}
    }
}

/// The fields that stand in for a tag in another script.
fn linked<'a>(record: &'a MarcRecord<'a>, tag: &'static str) -> impl Iterator<Item = &'a Field<'a>> {
    record.fields.iter().filter(move |field| field.linked() == tag)
}

/// Whether a language is written in a script of its own, which a romanised record has in 880.
fn own_script(languages: &[&str]) -> bool {
    const OTHER_SCRIPTS: [&str; 20] = [
        "kor", "jpn", "chi", "zho", "ara", "per", "fas", "urd", "heb", "yid", "rus", "ukr", "bul", "srp",
        "gre", "ell", "tha", "hin", "nep", "bel",
    ];
    languages.first().is_some_and(|code| OTHER_SCRIPTS.contains(code))
}

/// Whether a field has letters of another script than Latin.
fn is_in_own_script(field: &Field<'_>) -> bool {
    let other = |c: char| c.is_alphabetic() && c >= '\u{370}' && !matches!(c, '\u{1D00}'..='\u{1EFF}');
    field.content.chars().any(other)
}

/// The title shown (245 $a $b $n $p) and the parallel titles and second works beside it.
fn title_of<'a>(field: &'a Field<'a>, book: &mut Described<'a>) {
    let mut shown = Cow::Borrowed("");
    let (mut mark, mut before) = (' ', ' ');
    for (code, text) in field.subfields() {
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
        (mark, before) = (text.trim_end().chars().next_back().unwrap_or(' '), code);
        match separator {
            None => book.other_titles.push(clean.into()),
            Some(_) if clean.is_empty() => {}
            Some(_) if shown.is_empty() => shown = clean.into(),
            Some(separator) => {
                let is_known = code == 'n' && ends_with_volume(shown.trim_end_matches('.'), clean);
                let shown = shown.to_mut();
                if separator.starts_with('.') {
                    shown.truncate(shown.trim_end_matches('.').len());
                }
                shown.extend([separator, clean].into_iter().filter(|_| !is_known));
            }
        }
    }
    book.title = shown;
}

/// Whether a title ends with a volume already, itself or before its subtitle, as records do that were made of other records.
fn ends_with_volume(title: &str, number: &str) -> bool {
    let at_end = |text: &str| volume::at_end(text).map(|(_, volume)| volume.key);
    let number = volume::read(number).map(|volume| volume.key);
    number.is_some() && [at_end(title), at_end(title::parts(title).main)].contains(&number)
}

/// The statement of responsibility: MARC 21 has it in 245 $c, KORMARC in 245 $d and $e.
fn statement<'a>(field: &'a Field<'a>) -> Cow<'a, str> {
    let mut statement = Cow::Borrowed("");
    let mut mark = ' ';
    for (_, text) in field.subfields().filter(|(code, _)| matches!(code, 'c' | 'd' | 'e')) {
        match statement.is_empty() {
            true => statement = plain(text).into(),
            false => statement.to_mut().extend([if mark == ',' { ", " } else { " ; " }, plain(text)]),
        }
        mark = text.trim_end().chars().next_back().unwrap_or(' ');
    }
    statement
}

/// The imprint: 260, else 264 for publication, else any 264; of a record shown in its own script the publisher that 880 has.
fn imprint<'a>(record: &'a MarcRecord<'a>, in_own_script: bool, book: &mut Described<'a>) {
    let unknown = |name: &str| {
        let name = name.trim_matches(['[', ']', '(', ')', '.']);
        matches!(name, "" | "발행처불명" | "발행처 불명" | "발행자불명" | "출판사불명" | "s.n" | "S.n")
    };
    let of = |code: char| {
        let published = record.tagged(b"264").filter(|field| field.indicators[1] == b'1');
        let fields = record.tagged(b"260").chain(published).chain(record.tagged(b"264"));
        fields.flat_map(move |field| field.all(code)).map(plain)
    };
    let recorded = of('b').find(|name| !unknown(name)).unwrap_or("");
    let own = linked(record, "260").chain(linked(record, "264")).flat_map(|field| field.all('b')).map(plain);
    match { own }.find(|name| in_own_script && !unknown(name)) {
        Some(own) => {
            book.publisher = own;
            book.other_publishers.push(recorded);
        }
        None => book.publisher = recorded,
    }
    book.years = of('c').collect();
}

/// The KDC number: 056 (of several the newest edition), else MARC 21's 084 marked `kdc`, else the local call number
/// (090 $a) of a record that has no DDC (082), which it might be.
fn class<'a>(record: &'a MarcRecord<'a>) -> Class<'a> {
    let edition = |field: &&Field<'_>| -> u32 {
        let digits: String = field.first('2').chars().filter(char::is_ascii_digit).take(4).collect();
        digits.parse().unwrap_or(0)
    };
    let has_class = |field: &&Field<'_>| !field.first('a').trim().is_empty();
    // Of equal ones `max_by_key` takes the last, and the first counts.
    let of_056 =
        record.fields.iter().rev().filter(|field| field.tag == *b"056").filter(has_class).max_by_key(edition);
    let of_084 = || {
        let kdc = |field: &&Field<'_>| field.first('2').to_lowercase().starts_with("kdc");
        record.tagged(b"084").filter(has_class).find(kdc)
    };
    if let Some(field) = of_056.or_else(of_084) {
        return Class::Kdc(field.first('a'));
    }
    let ddc = record.texts(b"082", 'a').next();
    let call_number = record.texts(b"090", 'a').map(str::trim).find(|text| !text.is_empty());
    match (ddc, call_number) {
        (Some(ddc), _) => Class::Ddc(ddc),
        (None, Some(class)) => Class::CallNumber(class),
        _ => Class::Unsaid,
    }
}

/// The languages of the text: 041 $a, else 008 (places 35 to 37).
pub(super) fn languages<'a>(record: &'a MarcRecord<'a>) -> Vec<&'a str> {
    // Several codes were once written in a row: `korengjpn`.
    let code = |text: &'a str| text.trim().get(..3).unwrap_or(text.trim());
    record.texts(b"041", 'a').map(code).chain([code(record.coded(35..38))]).collect()
}

/// 001 with the source that 003 names, the Library of Congress's number, and the numbers of other systems.
fn control<'a>(record: &'a MarcRecord<'a>) -> Vec<Cow<'a, str>> {
    let (own, source) = (record.control(b"001"), record.control(b"003"));
    let own = match source.is_empty() || own.is_empty() {
        true => Cow::Borrowed(own),
        false => format!("({source}){own}").into(),
    };
    let of_congress = record.texts(b"010", 'a').map(str::trim).filter(|text| !text.is_empty());
    let of_congress = of_congress.map(|text| format!("(DLC){}", text.replace(' ', "")).into());
    let others = record.texts(b"035", 'a').map(|text| text.trim().into());
    std::iter::once(own).chain(of_congress).chain(others).filter(|text| !text.is_empty()).collect()
}

/// Who holds it, and where: 049 (KORMARC), 852, Koha's 952, Symphony's 949; the call number of 090 where these have none.
pub(super) fn holders<'a>(record: &'a MarcRecord<'a>) -> Vec<Holder<'a>> {
    let local = record.tagged(b"090").next().map(|field| field.joined("abc")).unwrap_or_default();
    let mut holders = Vec::new();
    for field in &record.fields {
        let first = |codes: &[char]| {
            let texts = codes.iter().map(|&code| field.first(code).trim());
            { texts }.find(|text| !text.is_empty()).unwrap_or("")
        };
        match &field.tag {
            b"049" => {
                let copies = u16::try_from(field.all('l').count()).unwrap_or(u16::MAX);
                let room = field.first('f').trim();
                let holder =
                    |library| Holder { library, call_number: local.clone(), room, copies, registered: "" };
                let named = field.all('a').map(str::trim).filter(|name| !name.is_empty());
                let before = holders.len();
                holders.extend(named.map(holder));
                if holders.len() == before {
                    holders.push(holder(""));
                }
            }
            b"852" => {
                let both = !first(&['a']).is_empty();
                let room = if both { first(&['c', 'b']) } else { first(&['c']) };
                let call_number = field.joined("khijm");
                holders.push(Holder {
                    library: first(&['a', 'b']),
                    call_number,
                    room,
                    copies: 1,
                    registered: "",
                });
            }
            // Koha's and Sirsi's fields for copies; other systems have other things there. One without call number, barcode and
            // kind is no copy: it says since when the library of an 852 has the book.
            b"952" if !first(&['o', 'p', 'y', 'd']).is_empty() && !first(&['a', 'b']).is_empty() => {
                holders.push(Holder {
                    library: first(&['b', 'a']),
                    call_number: field.joined("o"),
                    room: first(&['c']),
                    copies: u16::from(!first(&['o', 'p', 'y']).is_empty()),
                    registered: first(&['d']),
                });
            }
            b"949" if !first(&['m']).is_empty() && !first(&['i', 'l']).is_empty() => {
                let call_number = field.joined("a");
                let (library, room) = (first(&['m']), first(&['l']));
                holders.push(Holder { library, call_number, room, copies: 1, registered: "" });
            }
            _ => {}
        }
    }
    if holders.is_empty() && record.has(b"090") {
        holders.push(Holder::default());
    }
    for holder in holders.iter_mut().filter(|holder| holder.call_number.is_empty()) {
        holder.call_number.clone_from(&local);
    }
    holders
}
