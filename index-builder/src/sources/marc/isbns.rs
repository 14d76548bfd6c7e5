//! The ISBNs of a record: which is the book's, which a volume's, which a set's.

use std::borrow::Cow;

use super::described::IsbnCell;
use crate::catalogue::{FactKind, TextId, isbn};
use crate::report::FindingKind;
use crate::sources::batch::Batch;
use crate::sources::columns::Column;

const ISBN: Column = Column::field("020");

/// An ISBN of a record.
#[derive(Debug)]
pub(super) struct VolumeIsbn {
    pub(super) isbn13: u64,
    /// The number in its qualifier: `(1)`, `(v.2)`, `(제3권)`.
    pub(super) volume: String,
}

/// The ISBNs of the volumes a record describes: that of a set only when there is no other; one that is 0 where there is none. Those
/// of sets become facts.
pub(super) fn read(cells: &[IsbnCell<'_>], number: u32, batch: &mut Batch) -> Vec<VolumeIsbn> {
    let (mut own, mut of_sets, mut bad) = (Vec::new(), Vec::new(), Vec::new());
    for cell in cells.iter().filter(|cell| !cell.raw.is_empty()) {
        let (digits, in_cell) = without_qualifier(cell.raw);
        let qualifier = match in_cell.is_empty() && cell.qualifier.is_empty() {
            true => String::new(),
            false => format!("{in_cell} {}", cell.qualifier).to_lowercase(),
        };
        let of_set = cell.of_set || ["세트", "set", "전집", "질"].iter().any(|word| qualifier.contains(word));
        match isbn::read(&digits) {
            // A number that checks and is no more this book's leads to it all the same.
            Ok(isbn) if cell.cancelled && isbn.checked => {
                let id = batch.texts.id(&isbn.isbn13.to_string());
                batch.fact(FactKind::Number, id, TextId::EMPTY);
            }
            Ok(isbn) if of_set => {
                let id = batch.texts.id(&isbn.isbn13.to_string());
                batch.fact(FactKind::SetIsbn, id, TextId::EMPTY);
                of_sets.push((digits, String::new()));
            }
            Ok(_) => own.push((digits, volume_in(&qualifier))),
            Err(_) => bad.push(cell.raw),
        }
    }
    if own.is_empty() {
        own = of_sets;
    }
    if own.is_empty() {
        if bad.is_empty() {
            bad.push("");
        }
        for raw in bad {
            batch.isbn(number, ISBN, raw);
        }
        return vec![VolumeIsbn { isbn13: 0, volume: String::new() }];
    }
    for raw in bad {
        batch.note(number, ISBN.name, FindingKind::IsbnPassedOver, raw, None);
        let id = batch.text_id(number, ISBN, raw, false);
        batch.fact(FactKind::Number, id, TextId::EMPTY);
    }
    let mut isbns: Vec<VolumeIsbn> = Vec::with_capacity(own.len());
    for (cell, volume) in own {
        let isbn13 = batch.isbn(number, ISBN, &cell);
        if !isbns.iter().any(|isbn| isbn.isbn13 == isbn13) {
            isbns.push(VolumeIsbn { isbn13, volume });
        }
    }
    isbns
}

/// `978-89-…-1 (세트) :` is the number without hyphens, and what stands in the parenthesis.
fn without_qualifier(raw: &str) -> (Cow<'_, str>, &str) {
    if raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return (Cow::Borrowed(raw), "");
    }
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
