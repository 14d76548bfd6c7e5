//! The one checked door: a file's header, checksum and content name.
//!
//! ```text
//! offset bytes
//!      0     4  magic "SEOG"
//!      4     1  format version
//!      5     1  kind
//!      6     1  encoding of the payload: 0 plain, 1 DEFLATE (RFC 1951)
//!      7     1  zero
//!      8     4  length of the stored payload, little-endian
//!     12     4  length of the plain payload, little-endian
//!     16    16  XXH3-128 of bytes 4..16 and the stored payload
//!     32     …  stored payload
//! ```
//! A file's name is its kind's letter and the first 80 bits of that checksum,
//! so one pass over the bytes proves header, content and name together. It
//! finds damage and mix-ups, not malice: the files come from the deployment
//! itself.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::Xxh3;

use crate::FORMAT_VERSION;

/// The first four bytes of every file.
pub const MAGIC: [u8; 4] = *b"SEOG";
/// Bytes before the payload.
pub const HEADER_BYTES: usize = 32;
/// A plain payload larger than this is refused before anything is unpacked
/// (the writer aims at 16 to 256 KB).
pub const MAX_PAYLOAD_BYTES: u32 = 8 << 20;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// The table of contents.
    Manifest = 1,
    /// A shard of the term dictionary.
    Dictionary = 2,
    /// A shard of the dictionary of reversed terms, for slips in the first half.
    Reversed = 3,
    /// A stretch of the postings address space.
    Postings = 4,
    /// Records of consecutive documents.
    Records = 5,
    /// Facet columns of consecutive documents.
    Facets = 6,
    /// Sort columns of consecutive documents.
    Order = 7,
    /// Names (publishers) by number.
    Names = 8,
    /// A shard of the suggestion dictionary.
    Suggest = 9,
    /// What visitors picked, by query.
    Choices = 10,
    /// Books like each of consecutive documents.
    Alike = 11,
    /// Neighbours on the shelf of each of consecutive documents.
    Shelf = 12,
}

impl Kind {
    const ALL: [(Kind, u8); 12] = [
        (Kind::Manifest, b'm'),
        (Kind::Dictionary, b'd'),
        (Kind::Reversed, b'v'),
        (Kind::Postings, b'p'),
        (Kind::Records, b'r'),
        (Kind::Facets, b'f'),
        (Kind::Order, b'o'),
        (Kind::Names, b'n'),
        (Kind::Suggest, b's'),
        (Kind::Choices, b'c'),
        (Kind::Alike, b'a'),
        (Kind::Shelf, b'h'),
    ];

    /// The letter that begins the names of this kind.
    #[must_use]
    pub fn letter(self) -> u8 {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or(b'?', |(_, letter)| *letter)
    }

    fn from_letter(letter: u8) -> Option<Kind> {
        Self::ALL.iter().find(|(_, l)| *l == letter).map(|(kind, _)| *kind)
    }

    fn from_number(number: u8) -> Option<Kind> {
        Self::ALL.iter().map(|(kind, _)| *kind).find(|kind| *kind as u8 == number)
    }
}

/// A content name: kind and 80 bits of checksum. Written `d-` and 16 letters
/// of a lower-case base32 (RFC 4648) alphabet, then `.bin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName {
    /// What the file holds.
    pub kind: Kind,
    /// The first ten bytes of the file's checksum.
    pub hash: [u8; 10],
}

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl FileName {
    /// The 16 letters of the hash.
    #[must_use]
    pub fn letters(&self) -> String {
        let mut text = String::with_capacity(16);
        for five in self.hash.chunks(5) {
            let bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for place in (0..8).rev() {
                let letter = BASE32.get((bits >> (place * 5) & 31) as usize).copied().unwrap_or(b'a');
                text.push(char::from(letter));
            }
        }
        text
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}.bin", char::from(self.kind.letter()), self.letters())
    }
}

impl FromStr for FileName {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        let parse = || {
            let (letter, rest) = text.strip_suffix(".bin")?.split_once('-')?;
            let [letter] = letter.as_bytes() else { return None };
            let kind = Kind::from_letter(*letter)?;
            if rest.len() != 16 {
                return None;
            }
            let mut hash = [0u8; 10];
            for (eight, out) in rest.as_bytes().chunks(8).zip(hash.chunks_mut(5)) {
                let mut bits = 0u64;
                for letter in eight {
                    bits = bits << 5 | BASE32.iter().position(|l| l == letter)? as u64;
                }
                out.copy_from_slice(bits.to_be_bytes().get(3..)?);
            }
            Some(FileName { kind, hash })
        };
        parse().ok_or(OpenError::Name)
    }
}

/// Why the door stayed shut. `Display` says what was wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The name is no content name.
    Name,
    /// Fewer bytes than a header.
    Short {
        /// Bytes there are.
        got: usize,
    },
    /// The first bytes are not the magic: some other file.
    Magic,
    /// Another version of the format.
    Version {
        /// The version found.
        got: u8,
    },
    /// Not the kind that was asked for.
    WrongKind {
        /// The kind's number found.
        got: u8,
    },
    /// The payload is shorter or longer than the header says.
    Length {
        /// Bytes the header promises.
        expected: u64,
        /// Bytes there are.
        got: u64,
    },
    /// The bytes do not have the checksum in the header.
    Checksum,
    /// Whole, but the content of another file.
    Swapped,
    /// The payload does not unpack.
    Encoding,
    /// Whole, but the structure inside is malformed.
    Malformed(&'static str),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(f, "not the name of an index file"),
            Self::Short { got } => {
                write!(f, "truncated: {got} bytes, a header alone has {HEADER_BYTES}; upload the file again")
            }
            Self::Magic => write!(f, "not an index file: it does not begin with SEOG; upload the file again"),
            Self::Version { got } => write!(
                f,
                "format version {got}, this program reads {FORMAT_VERSION}; rebuild the index with this release"
            ),
            Self::WrongKind { got } => {
                write!(f, "holds kind {got}, another was expected; upload the file again")
            }
            Self::Length { expected, got } => {
                write!(f, "payload of {got} bytes, the header says {expected}; upload the file again")
            }
            Self::Checksum => write!(f, "checksum does not match: damaged bytes; upload the file again"),
            Self::Swapped => {
                write!(f, "whole, but not the content its name promises: swapped; upload the file again")
            }
            Self::Encoding => write!(f, "payload does not unpack; rebuild the index"),
            Self::Malformed(what) => write!(f, "malformed {what}; rebuild the index"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<crate::bytes::Damaged> for OpenError {
    fn from(damaged: crate::bytes::Damaged) -> Self {
        OpenError::Malformed(damaged.0)
    }
}

fn checksum(head: &[u8], payload: &[u8]) -> [u8; 16] {
    let mut hasher = Xxh3::new();
    hasher.update(head);
    hasher.update(payload);
    hasher.digest128().to_be_bytes()
}

/// Checks a whole file and gives its plain payload.
///
/// `name` is the name it was fetched by; `None` (a file found on a disk by a
/// tool) skips only the comparison with the name.
///
/// # Errors
/// Every variant of [`OpenError`] but `Malformed`.
pub fn open(kind: Kind, name: Option<&FileName>, file: &[u8]) -> Result<Vec<u8>, OpenError> {
    let Some((header, stored)) = file.split_first_chunk::<HEADER_BYTES>() else {
        return Err(OpenError::Short { got: file.len() });
    };
    let mut fields = crate::bytes::Bytes::new(header);
    let short = OpenError::Short { got: file.len() };
    if fields.take(4) != Some(&MAGIC) {
        return Err(OpenError::Magic);
    }
    let version = fields.u8().ok_or(short.clone())?;
    if version != FORMAT_VERSION {
        return Err(OpenError::Version { got: version });
    }
    let got_kind = fields.u8().ok_or(short.clone())?;
    if Kind::from_number(got_kind) != Some(kind) {
        return Err(OpenError::WrongKind { got: got_kind });
    }
    let encoding = fields.u8().ok_or(short.clone())?;
    fields.u8();
    let stored_len = fields.u32().ok_or(short.clone())?;
    let plain_len = fields.u32().ok_or(short)?;
    if stored.len() as u64 != u64::from(stored_len) {
        return Err(OpenError::Length { expected: stored_len.into(), got: stored.len() as u64 });
    }
    let sum = checksum(header.get(4..16).unwrap_or_default(), stored);
    if header.get(16..) != Some(&sum) {
        return Err(OpenError::Checksum);
    }
    if let Some(name) = name
        && (name.kind != kind || sum.get(..10) != Some(&name.hash))
    {
        return Err(OpenError::Swapped);
    }
    if plain_len > MAX_PAYLOAD_BYTES {
        return Err(OpenError::Length { expected: MAX_PAYLOAD_BYTES.into(), got: plain_len.into() });
    }
    let plain = match encoding {
        0 => stored.to_vec(),
        1 => miniz_oxide::inflate::decompress_to_vec_with_limit(stored, plain_len as usize)
            .map_err(|_| OpenError::Encoding)?,
        _ => return Err(OpenError::Encoding),
    };
    if plain.len() as u64 != u64::from(plain_len) {
        return Err(OpenError::Encoding);
    }
    Ok(plain)
}

/// Makes a file of a payload: its name and its bytes. `pack` stores the payload
/// as DEFLATE when that saves an eighth or more.
#[cfg(feature = "write")]
#[must_use]
pub fn seal(kind: Kind, payload: &[u8], pack: bool) -> (FileName, Vec<u8>) {
    let packed = pack.then(|| miniz_oxide::deflate::compress_to_vec(payload, 9));
    let (encoding, stored) = match &packed {
        Some(packed) if packed.len() < payload.len() / 8 * 7 => (1, packed.as_slice()),
        _ => (0, payload),
    };
    let mut file = Vec::with_capacity(HEADER_BYTES + stored.len());
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&[FORMAT_VERSION, kind as u8, encoding, 0]);
    file.extend_from_slice(&(stored.len() as u32).to_le_bytes());
    file.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    let sum = checksum(file.get(4..16).unwrap_or_default(), stored);
    file.extend_from_slice(&sum);
    file.extend_from_slice(stored);
    let mut hash = [0u8; 10];
    hash.copy_from_slice(sum.get(..10).unwrap_or(&[0; 10]));
    (FileName { kind, hash }, file)
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_round_trip_through_text() {
        let (name, _) = seal(Kind::Postings, b"some postings", false);
        let text = name.to_string();
        assert_eq!(text.len(), "p-aaaaaaaaaaaaaaaa.bin".len());
        assert_eq!(text.parse::<FileName>(), Ok(name));
        assert_eq!("p-AAAAAAAAAAAAAAAA.bin".parse::<FileName>(), Err(OpenError::Name));
        assert_eq!("../secret".parse::<FileName>(), Err(OpenError::Name));
    }

    #[test]
    fn open_tells_each_kind_of_damage_apart() {
        let (name, file) = seal(Kind::Records, &[7; 1000], true);
        assert_eq!(open(Kind::Records, Some(&name), &file).unwrap(), vec![7; 1000]);
        assert!(matches!(open(Kind::Records, Some(&name), &file[..20]), Err(OpenError::Short { .. })));
        let cut = &file[..file.len() - 1];
        assert!(matches!(open(Kind::Records, Some(&name), cut), Err(OpenError::Length { .. })));
        let mut version = file.clone();
        version[4] = FORMAT_VERSION + 1;
        assert!(matches!(open(Kind::Records, Some(&name), &version), Err(OpenError::Version { .. })));
        let (other_name, other) = seal(Kind::Records, &[8; 1000], true);
        assert_ne!(other_name, name);
        assert_eq!(open(Kind::Records, Some(&name), &other), Err(OpenError::Swapped));
        assert!(matches!(open(Kind::Facets, Some(&name), &file), Err(OpenError::WrongKind { .. })));
    }

    proptest! {
        #[test]
        fn any_payload_comes_back(payload: Vec<u8>, pack: bool) {
            let (name, file) = seal(Kind::Facets, &payload, pack);
            prop_assert_eq!(open(Kind::Facets, Some(&name), &file), Ok(payload));
        }

        #[test]
        fn one_flipped_bit_is_always_found(payload: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
            let (name, mut file) = seal(Kind::Facets, &payload, false);
            let at = at.index(file.len());
            file[at] ^= 1 << bit;
            // Byte 7 is reserved and covered by the checksum like the rest.
            prop_assert!(open(Kind::Facets, Some(&name), &file).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_panic(file: Vec<u8>) {
            prop_assert!(open(Kind::Facets, None, &file).is_err());
        }
    }
}
