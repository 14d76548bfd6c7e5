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
