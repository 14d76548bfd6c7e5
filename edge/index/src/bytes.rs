//! Little-endian scalars, varints and strings out of a byte slice, checked.
//!
//! Every read returns `None` past the end; callers turn that into a
//! [`Damaged`] that says which structure was short.

use std::fmt;

/// Bytes that passed the door but do not hold the structure they should: an
/// index written by a faulty builder, never ordinary damage (the checksum
/// catches that first).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged(pub &'static str);

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed {}: rebuild the index", self.0)
    }
}

impl std::error::Error for Damaged {}

/// A place in a byte slice, moving forward as values are read.
///
/// ```
/// use seoga_index::bytes::{Bytes, put_str, put_varint};
///
/// let mut out = Vec::new();
/// put_varint(&mut out, 300);
/// put_str(&mut out, "책");
/// let mut bytes = Bytes::new(&out);
/// assert_eq!((bytes.varint(), bytes.str(), bytes.u8()), (Some(300), Some("책"), None));
/// ```
#[derive(Debug, Clone)]
pub struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    /// Reads from the start of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Gives the bytes that have not been read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads the next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        Some(head)
    }

    /// Reads one byte.
    #[inline]
    pub fn u8(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Reads a 16-bit little-endian integer.
    pub fn u16(&mut self) -> Option<u16> {
        let (head, rest) = self.rest.split_first_chunk::<2>()?;
        self.rest = rest;
        Some(u16::from_le_bytes(*head))
    }

    /// Reads a 32-bit little-endian integer.
    pub fn u32(&mut self) -> Option<u32> {
        let (head, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*head))
    }

    /// Reads a 64-bit little-endian integer.
    pub fn u64(&mut self) -> Option<u64> {
        let (head, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        Some(u64::from_le_bytes(*head))
    }

    /// Reads an unsigned LEB128 integer of at most 64 bits.
    #[inline]
    pub fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Reads a varint that must fit 32 bits.
    #[inline]
    pub fn varint32(&mut self) -> Option<u32> {
        u32::try_from(self.varint()?).ok()
    }

    /// Reads a varint used as a length or count.
    pub fn len(&mut self) -> Option<usize> {
        usize::try_from(self.varint()?).ok()
    }

    /// Reads bytes behind their varint length.
    pub fn block(&mut self) -> Option<&'a [u8]> {
        let n = self.len()?;
        self.take(n)
    }

    /// Reads UTF-8 text behind its varint length in bytes.
    pub fn str(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.block()?).ok()
    }

    /// Tells whether everything was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Appends an unsigned LEB128 integer.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends bytes behind their varint length.
pub fn put_block(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends text behind its varint length in bytes.
pub fn put_str(out: &mut Vec<u8>, text: &str) {
    put_block(out, text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn varints_round_trip(value: u64) {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            let mut bytes = Bytes::new(&out);
            prop_assert_eq!(bytes.varint(), Some(value));
            prop_assert!(bytes.is_empty());
        }

        #[test]
        fn any_bytes_are_read_without_panic(input: Vec<u8>) {
            let mut bytes = Bytes::new(&input);
            while bytes.varint().is_some() && bytes.str().is_some() {}
        }
    }
}
