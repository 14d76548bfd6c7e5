//! The shelf into files.

use super::sink::Sink;
use crate::DocId;
use crate::bits;
use crate::columns::rare_column_docs;
use crate::directory::PlacedFiles;
use crate::file::{FileName, Kind, seal};

/// Writes the shelf of an index of so many documents; `order` are those that stand on it, from the left.
pub fn shelf(order: &[DocId], documents: u32, sink: &mut Sink<'_>) -> PlacedFiles {
    // One number more than there are documents is none of them.
    let width = (u32::BITS - documents.leading_zeros()).max(1);
    let none = ((1u64 << width) - 1) as u32;
    let mut places = vec![none; documents as usize];
    for (place, doc) in (0..).zip(order) {
        places.get_mut(*doc as usize).into_iter().for_each(|slot| *slot = place);
    }
    let mut files: Vec<(u64, FileName)> = Vec::new();
    let mut first = 0usize;
    for places in places.chunks(rare_column_docs(documents as usize)) {
        let stands = order.iter().skip(first).chain(std::iter::repeat(&none)).take(places.len());
        let mut payload = (first as u32).to_le_bytes().to_vec();
        payload.extend((places.len() as u16).to_le_bytes());
        payload.extend([width as u8, 0]);
        bits::put_packed(&mut payload, places.iter().chain(stands).copied(), width);
        let (name, bytes) = seal(Kind::Shelf, &payload, false);
        sink(name, bytes);
        files.push((first as u64, name));
        first += places.len();
    }
    PlacedFiles::new(&files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Block;
    use std::collections::HashMap;

    #[test]
    fn documents_and_places_lead_to_each_other_over_file_borders() {
        for documents in [1u32, 2, 3, 4, 255, 256, 5_000] {
            // All but every seventh, in some order.
            let mut order: Vec<DocId> = (0..documents).filter(|doc| doc % 7 != 3).collect();
            order.sort_unstable_by_key(|doc| doc.wrapping_mul(2_654_435_761));
            let mut files = HashMap::new();
            let mut sink = |name: FileName, bytes: Vec<u8>| {
                files.insert(name, bytes);
            };
            let placed = shelf(&order, documents, &mut sink);
            let open = |number: u32| {
                let name = placed.name(placed.find(number.into()).unwrap().0).unwrap();
                match Block::open(&name, files[&name].clone()).unwrap() {
                    Block::Shelf(shelf) => shelf,
                    _ => panic!("a shelf"),
                }
            };
            for number in 0..documents {
                let shelf = open(number);
                let place = order.iter().position(|doc| *doc == number).map(|place| place as u32);
                assert_eq!(shelf.place(number), place, "{number} of {documents}");
                assert_eq!(
                    shelf.document(number),
                    order.get(number as usize).copied(),
                    "{number} of {documents}"
                );
                assert_eq!(shelf.place(number + documents), None);
            }
        }
    }
}
