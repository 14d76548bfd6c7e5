//! Where the copies of one book stand, out of its rows.
//!
//! Invariant: the same rows give the same copies, whatever their order.

use std::collections::BTreeMap;

use super::book::{Copies, LibraryId};
use super::row::Row;
use super::texts::Texts;

/// Code points kept of a call number or a room: a spine holds fewer.
const LONGEST: usize = 100;

/// Settles where copies stand: for each library its places by call number and room. Rows that say one place again are the same
/// copies, of which the highest figure counts.
pub(super) fn settle(rows: &[Row], texts: &Texts) -> Box<[Copies]> {
    let mut places: BTreeMap<(LibraryId, &str, &str), u16> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.library != Row::NO_LIBRARY) {
        let place = (LibraryId(row.library), texts.get(row.shelf.call_number), texts.get(row.shelf.room));
        let copies = places.entry(place).or_default();
        *copies = row.shelf.copies.max(*copies);
    }
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let told = places.into_iter().filter(|((_, call_number, room), copies)| {
        !call_number.is_empty() || !room.is_empty() || *copies > 1
    });
    told.map(|((library, call_number, room), copies)| Copies {
        library,
        call_number: cut(call_number),
        room: cut(room),
        copies,
    })
    .collect()
}

/// Takes the mark of a copy (`c.2`, `=2`) off a call number; `None` where it is hardly more than a class.
pub(super) fn book_mark(call_number: &str) -> Option<&str> {
    let mut mark = call_number.trim();
    if let Some((before, last)) = mark.rsplit_once([' ', '=']) {
        let number = last.trim_start_matches(['c', 'C', '.', '=']);
        if last.len() > number.len() || mark.contains('=') {
            mark = if number.bytes().all(|byte| byte.is_ascii_digit()) { before.trim_end() } else { mark };
        }
    }
    mark.chars().any(char::is_alphabetic).then_some(mark)
}

/// Finds the part of a call number behind its class, by which books of one class stand: `김16ㅅ` of `청 813.7-김16ㅅ c.2`. Nothing where
/// there is no class or nothing behind it.
pub(crate) fn mark_behind_class(call_number: &str) -> Option<&str> {
    let whole = book_mark(call_number)?;
    let starts = whole.char_indices().filter(|&(at, _)| {
        at == 0 || whole.get(..at).is_some_and(|before| before.ends_with([' ', '-', '/']))
    });
    let is_class = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count() == 3;
    let class = { starts }.find_map(|(at, _)| whole.get(at..).filter(|text| is_class(text)))?;
    let mark =
        class.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_matches([' ', '-', '/']);
    (!mark.is_empty()).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_behind_the_class_is_found() {
        for (call_number, mark) in [
            ("813.7-김16ㅅ", Some("김16ㅅ")),
            ("청 911.075-최16ㅂ", Some("최16ㅂ")),
            ("813.7 김16ㅅ c.2", Some("김16ㅅ")),
            ("813.7-김16ㅅ=2", Some("김16ㅅ")),
            ("813.6/김16ㅅ v.3", Some("김16ㅅ v.3")),
            ("813.7", None),
            ("QA76.73 .P98", None),
            ("", None),
        ] {
            assert_eq!(mark_behind_class(call_number), mark, "{call_number}");
        }
    }
}
