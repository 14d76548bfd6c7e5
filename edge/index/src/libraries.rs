//! Details of libraries of consecutive numbers: where they are, when they are open, how a book is got there.
//!
//! Layout: "Libraries" in `docs/INDEX_FORMAT.md`. Read for pages of libraries, of a book and of lists, never by a search: the
//! manifest has what every answer needs of a library.

use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// Libraries in one file.
pub const LIBRARIES_PER_FILE: usize = 256;

/// A text that is told of a library, by its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Its name in full.
    FullName,
    /// Its code in the national list.
    Code,
    /// The region it serves.
    Region,
    /// Its address.
    Address,
    /// Its homepage.
    Homepage,
    /// Its telephone number.
    Telephone,
    /// When it is open, as printed.
    Hours,
    /// When it is closed, as printed.
    Closed,
    /// The homepage of its own catalogue.
    Catalogue,
    /// The address of a book there, with `{isbn}` or `{id}` in the book's place.
    HoldingsLink,
    /// Where a book is reserved.
    Reservation,
    /// Where a book of another library is asked for.
    InterlibraryLoan,
    /// Where the purchase of a book is asked for.
    PurchaseRequest,
}

/// Texts told of a library.
const DETAILS: usize = 13;

/// Details of a library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LibraryDetails {
    texts: [String; DETAILS],
    /// Latitude and longitude in millionths of a degree.
    pub place: Option<(i32, i32)>,
}

impl LibraryDetails {
    /// Begins with a place.
    #[must_use]
    pub fn at(place: Option<(i32, i32)>) -> Self {
        Self { place, ..Self::default() }
    }

    /// Gives a text, empty where none is told.
    #[must_use]
    pub fn get(&self, detail: Detail) -> &str {
        self.texts.get(detail as usize).map_or("", String::as_str)
    }

    /// Tells a text.
    pub fn set(&mut self, detail: Detail, text: String) {
        if let Some(place) = self.texts.get_mut(detail as usize) {
            *place = text;
        }
    }
}

/// A public holiday.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Holiday {
    /// The day, in days since 1970-01-01.
    pub day: u32,
    /// Its name.
    pub name: String,
}

/// An opened file.
#[derive(Debug)]
pub struct Libraries {
    first: u32,
    libraries: Vec<LibraryDetails>,
    holidays: Vec<Holiday>,
    bytes: usize,
}

impl Libraries {
    /// Reads the whole file.
    ///
    /// # Errors
    /// [`Damaged`] when it is not the libraries and holidays that it counts, to the last byte.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(&payload.into()).ok_or(Damaged("libraries"))
    }

    fn read(payload: &Payload) -> Option<Self> {
        let mut bytes = Bytes::new(payload);
        let first = bytes.u32()?;
        let (mut holidays, mut day) = (Vec::new(), 0u32);
        for _ in 0..bytes.len()? {
            day = day.checked_add(bytes.varint32()?)?;
            holidays.push(Holiday { day, name: bytes.str()?.to_owned() });
        }
        let mut libraries = Vec::new();
        for _ in 0..bytes.len()? {
            let mut library = LibraryDetails::default();
            for text in &mut library.texts {
                bytes.str()?.clone_into(text);
            }
            library.place = match (bytes.u32()?, bytes.u32()?) {
                (0, _) => None,
                (lat, lon) => Some((degrees(lat), degrees(lon))),
            };
            libraries.push(library);
        }
        let bytes_held = payload.len() + libraries.len() * size_of::<LibraryDetails>();
        bytes.is_empty().then_some(Self { first, libraries, holidays, bytes: bytes_held })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes
    }

    /// Gives the library of a number, if it is in this file.
    #[must_use]
    pub fn get(&self, number: u16) -> Option<&LibraryDetails> {
        self.libraries.get(u32::from(number).checked_sub(self.first)? as usize)
    }

    /// Gives the public holidays that are known, ascending; every file has them all.
    #[must_use]
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }
}

const HALF_TURN: i32 = 180_000_000;

fn degrees(stored: u32) -> i32 {
    i32::try_from(stored).unwrap_or(HALF_TURN).saturating_sub(HALF_TURN)
}

/// Encodes the payload of a file.
#[cfg(feature = "write")]
pub(crate) fn encode(first: usize, libraries: &[LibraryDetails], holidays: &[Holiday]) -> Vec<u8> {
    use crate::bytes::{put_str, put_varint};
    let stored = |degrees: i32| u32::try_from(degrees.saturating_add(HALF_TURN)).unwrap_or(0);
    let mut out = (first as u32).to_le_bytes().to_vec();
    put_varint(&mut out, holidays.len() as u64);
    let mut before = 0;
    for holiday in holidays {
        put_varint(&mut out, holiday.day.saturating_sub(before).into());
        before = holiday.day;
        put_str(&mut out, &holiday.name);
    }
    put_varint(&mut out, libraries.len() as u64);
    for library in libraries {
        library.texts.iter().for_each(|text| put_str(&mut out, text));
        let (lat, lon) = library.place.map_or((0, 0), |(lat, lon)| (stored(lat), stored(lon)));
        out.extend_from_slice(&lat.to_le_bytes());
        out.extend_from_slice(&lon.to_le_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(payload: Vec<u8>, number: u16) {
            if let Ok(libraries) = Libraries::open(payload) {
                let _ = (libraries.get(number).map(|one| one.get(Detail::Hours)), libraries.size());
            }
        }
    }
}
