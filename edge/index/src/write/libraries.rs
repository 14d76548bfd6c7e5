//! Details of libraries into files.

use super::sink::Sink;
use crate::directory::PlacedFiles;
use crate::file::{Kind, seal};
use crate::libraries::{Holiday, LIBRARIES_PER_FILE, LibraryDetails, encode};

/// Writes what is told of the libraries, in the order of their numbers, and the holidays, ascending.
pub fn libraries(details: &[LibraryDetails], holidays: &[Holiday], sink: &mut Sink<'_>) -> PlacedFiles {
    let files = details.chunks(LIBRARIES_PER_FILE).enumerate().map(|(number, chunk)| {
        let first = number * LIBRARIES_PER_FILE;
        let (name, bytes) = seal(Kind::Libraries, &encode(first, chunk, holidays), true);
        sink(name, bytes);
        (first as u64, name)
    });
    PlacedFiles::new(&files.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::{Detail, Libraries};
    use proptest::prelude::*;

    fn library() -> impl Strategy<Value = LibraryDetails> {
        (
            ".{0,9}",
            "[0-9:-]{0,9}",
            prop::option::of((-90_000_000..90_000_000i32, -180_000_000..180_000_000i32)),
        )
            .prop_map(|(address, hours, place)| {
                let mut details = LibraryDetails::at(place);
                details.set(Detail::Address, address);
                details.set(Detail::Hours, hours);
                details
            })
    }

    proptest! {
        #[test]
        fn libraries_round_trip_and_damage_is_told(
            all in prop::collection::vec(library(), 1..20),
            days in prop::collection::btree_set(0u32..40_000, 0..9),
            first in 0usize..900,
            at: prop::sample::Index,
        ) {
            let holidays: Vec<Holiday> =
                days.into_iter().map(|day| Holiday { day, name: format!("{day}일") }).collect();
            let payload = encode(first, &all, &holidays);
            let opened = Libraries::open(payload.clone()).unwrap();
            for (number, one) in (first..).zip(&all) {
                prop_assert_eq!(opened.get(number as u16), Some(one));
            }
            prop_assert_eq!(opened.get((first + all.len()) as u16), None);
            prop_assert_eq!(opened.holidays(), &holidays);
            prop_assert!(Libraries::open(payload[..at.index(payload.len())].to_vec()).is_err());
            let mut longer = payload;
            longer.push(0);
            prop_assert!(Libraries::open(longer).is_err());
        }
    }

    #[test]
    fn a_file_holds_so_many_libraries() {
        let mut names = Vec::new();
        let details = vec![LibraryDetails::default(); LIBRARIES_PER_FILE + 1];
        let files = libraries(&details, &[], &mut |name, _| names.push(name));
        assert_eq!((files.len(), names.len()), (2, 2));
        assert_eq!(files.find(256), Some((1, 256)));
    }
}
