//! The opening file: the generation in force, those before it, and its table of contents, in one read.
//!
//! Layout: "The opening" in `docs/INDEX_FORMAT.md`. An isolate that has nothing begins with this file; one that has looks again
//! at the smaller [`pointer`](crate::pointer), and opens the table of contents of a generation it does not know by its own name.
//! Invariant: whichever of the two is read, what it says holds together, also while one has been written and the other not yet.

use crate::bytes::{Bytes, Damaged};
use crate::file::{self, FileName, Kind, OpenError};
use crate::manifest::Manifest;
use crate::pointer::Pointer;

/// The file's name in the folder of an index.
pub const FILE_NAME: &str = crate::file_name::OPENING;

/// Opens the file: what a pointer says, and the table of contents of the generation in force.
///
/// # Errors
/// Every variant of [`OpenError`] but `Name` and `Swapped`: its header says which generation it is of.
pub fn open(file: &[u8]) -> Result<(Pointer, Manifest), OpenError> {
    let (name, payload) = file::open_borrowed(Kind::Opening, file)?;
    let mut bytes = Bytes::new(&payload);
    let mut read = || {
        let current = FileName::manifest(name.origin);
        let mut pointer = Pointer { current, previous: Vec::new(), bytes: None, availability: None };
        let names = bytes.len()?;
        let mut origin = || bytes.take(file::ORIGIN_BYTES)?.try_into().ok();
        for _ in 0..names / 2 {
            pointer.previous.push(FileName::manifest(origin()?));
        }
        if names % 2 == 1 {
            pointer.availability = Some(origin()?);
        }
        let availability = pointer.availability;
        Some((pointer, Manifest { availability, ..Manifest::read(&mut bytes, name.origin)? }))
    };
    Ok(read().ok_or(Damaged("opening"))?)
}

/// Makes the file of a pointer and of the file with the table of contents that it names.
///
/// # Errors
/// Any [`OpenError`] of the table of contents.
#[cfg(feature = "write")]
pub fn seal(pointer: &Pointer, manifest: &[u8]) -> Result<Vec<u8>, OpenError> {
    let (got, contents) = file::open_borrowed(Kind::Manifest, manifest)?;
    if got != pointer.current {
        return Err(OpenError::Swapped { got });
    }
    let mut payload = Vec::new();
    let names = pointer.previous.len() as u64 * 2 + u64::from(pointer.availability.is_some());
    crate::bytes::put_varint(&mut payload, names);
    pointer
        .previous
        .iter()
        .map(|earlier| earlier.origin)
        .chain(pointer.availability)
        .for_each(|name| payload.extend(name));
    payload.extend_from_slice(&contents);
    let (_, mut file) = file::seal(Kind::Opening, &payload, true);
    let name = FileName { kind: Kind::Opening, ..pointer.current };
    file::place(&mut file, &name);
    Ok(file)
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use crate::directory::PlacedFiles;
    use crate::manifest::Directory;
    use crate::write;
    use proptest::prelude::*;

    fn manifest(documents: u32) -> Manifest {
        let file = |number| FileName { kind: Kind::Records, origin: [7; 10], number };
        let records = PlacedFiles::new(&[(0, file(0)), (9, file(1)), (20, file(5))]);
        Manifest {
            documents,
            directory: Directory { records, ..Directory::default() },
            ..Manifest::default()
        }
    }

    #[expect(clippy::unwrap_used, reason = "a test fails where its index does not open")]
    fn opening(before: &[u32]) -> (Pointer, Manifest, Vec<u8>) {
        let (current, file) = write::manifest(&manifest(30));
        let previous = before.iter().map(|books| write::manifest(&manifest(*books)).0).collect();
        let pointer = Pointer { current, previous, bytes: None, availability: None };
        let sealed = seal(&pointer, &file).unwrap();
        (pointer, Manifest::open(&current, &file).unwrap(), sealed)
    }

    #[test]
    fn it_says_what_pointer_and_table_of_contents_say() {
        for before in [&[][..], &[1], &[1, 2, 3]] {
            let (pointer, manifest, file) = opening(before);
            assert_eq!(open(&file), Ok((pointer, manifest)));
        }
    }

    #[test]
    fn a_table_of_contents_of_another_generation_is_refused() {
        let (pointer, ..) = opening(&[]);
        let (got, other) = write::manifest(&manifest(31));
        assert_eq!(seal(&pointer, &other), Err(OpenError::Swapped { got }));
    }

    #[test]
    fn every_damage_is_found() {
        let (_, _, file) = opening(&[1, 2]);
        for end in 0..file.len() {
            assert!(open(&file[..end]).is_err(), "cut at {end}");
        }
        for at in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(open(&flipped).is_err(), "bit {at}");
        }
        let mut older = file;
        older[4] = 1;
        assert_eq!(open(&older), Err(OpenError::Version { got: 1 }));
    }

    proptest! {
        #[test]
        fn any_payload_is_opened_or_refused_without_panic(payload: Vec<u8>) {
            let _ = open(&file::seal(Kind::Opening, &payload, false).1);
        }
    }
}
