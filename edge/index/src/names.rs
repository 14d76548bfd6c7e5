//! Names by number: publishers, most books first.
//!
//! Layout: "Names" in `docs/INDEX_FORMAT.md`.

use std::ops::Range;

use crate::bytes::{Bytes, Damaged};
use crate::payload::Payload;

/// Names in one file.
pub const NAMES_PER_FILE: u32 = 2048;

/// An opened names file.
#[derive(Debug)]
pub struct Names {
    first: u32,
    /// Where each name lies in the payload.
    places: Vec<Range<usize>>,
    payload: Payload,
}

impl Names {
    /// Finds every name.
    ///
    /// # Errors
    /// [`Damaged`] when one runs past the end or is no UTF-8.
    pub fn open(payload: impl Into<Payload>) -> Result<Self, Damaged> {
        Self::read(payload.into()).ok_or(Damaged("names file"))
    }

    fn read(payload: Payload) -> Option<Self> {
        let mut bytes = Bytes::new(&payload);
        let first = bytes.u32()?;
        let count = bytes.len()?;
        let mut places = Vec::with_capacity(count.min(payload.len()));
        for _ in 0..count {
            let name = bytes.str()?;
            let end = payload.len() - bytes.rest().len();
            places.push(end - name.len()..end);
        }
        Some(Self { first, places, payload })
    }

    /// Counts the bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.payload.size() + size_of_val(self.places.as_slice())
    }

    /// Iterates over the names by number.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().filter_map(|place| self.at(place))
    }

    /// Gives the name with a number, if it is in this file.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&str> {
        self.at(self.places.get(number.checked_sub(self.first)? as usize)?)
    }

    fn at(&self, place: &Range<usize>) -> Option<&str> {
        std::str::from_utf8(self.payload.get(place.clone())?).ok()
    }
}
