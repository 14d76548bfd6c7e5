//! Names by number: publishers, most books first.
//!
//! Payload: `u32 first number`, `varint names`, then the names as strings.

use crate::bytes::{Bytes, Damaged};

/// Names in one file.
pub const NAMES_PER_FILE: u32 = 1024;

/// An opened names file.
#[derive(Debug)]
pub struct Names {
    first: u32,
    names: Vec<String>,
}

impl Names {
    /// Reads every name.
    ///
    /// # Errors
    /// [`Damaged`] when one runs past the end or is no UTF-8.
    pub fn open(payload: &[u8]) -> Result<Self, Damaged> {
        let read = || {
            let mut bytes = Bytes::new(payload);
            let first = bytes.u32()?;
            let count = bytes.len()?;
            let mut names = Vec::with_capacity(count.min(payload.len()));
            for _ in 0..count {
                names.push(bytes.str()?.to_owned());
            }
            Some(Self { first, names })
        };
        read().ok_or(Damaged("names file"))
    }

    /// Bytes held, about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.names.iter().map(|name| name.len() + size_of::<String>()).sum()
    }

    /// The names by number.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The name with a number.
    #[must_use]
    pub fn get(&self, number: u32) -> Option<&str> {
        self.names.get(number.checked_sub(self.first)? as usize).map(String::as_str)
    }
}
