//! Where a file of an index lies: its generation, kind and number, as a path.
//!
//! Layout: "The envelope of a file" in `docs/INDEX_FORMAT.md`. Invariant: each name is written in one way, and no other text is one.

use std::fmt;
use std::str::FromStr;

use crate::kind::Kind;

/// Names the one file that is not named by a generation: pointer and table of contents in one.
pub(crate) const OPENING: &str = "current.bin";

/// Bytes of a generation's name.
pub const ORIGIN_BYTES: usize = 10;
/// Letters of a generation's name, of five bits each.
const ORIGIN_LETTERS: usize = 16;

/// Tells where a file lies: the generation that wrote it first, its kind, and its number in that generation's list of the kind.
///
/// Written `qqh4o4uyynsbvzy4/d17.bin`: the generation's name in the lower-case alphabet of base32 (RFC 4648), the kind's letter
/// and the number. The table of contents is `qqh4o4uyynsbvzy4/m.bin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName {
    /// The kind of the file.
    pub kind: Kind,
    /// The generation that wrote it first.
    pub origin: [u8; ORIGIN_BYTES],
    /// The place in that generation's list of the kind, from 0.
    pub number: u32,
}

pub(crate) const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl FileName {
    /// Names the table of contents of a generation.
    #[must_use]
    pub const fn manifest(generation: [u8; ORIGIN_BYTES]) -> Self {
        Self { kind: Kind::Manifest, origin: generation, number: 0 }
    }

    /// Names the table of contents of the generation called `generation`, by 16 letters.
    ///
    /// # Errors
    /// [`WrongName`] when no generation is called so.
    pub fn manifest_of(generation: &str) -> Result<Self, WrongName> {
        origin_of(generation).map(Self::manifest).ok_or(WrongName)
    }

    /// Names a file that no generation has taken in yet, by its content.
    #[cfg(feature = "write")]
    #[must_use]
    pub fn of_content(kind: Kind, content: [u8; 16]) -> Self {
        let origin = content.first_chunk().copied().unwrap_or_default();
        Self { kind, origin, number: 0 }
    }

    /// Writes the generation in its 16 letters.
    #[must_use]
    pub fn letters(&self) -> String {
        let bits = self.origin.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |place: usize| BASE32.get((bits >> (75 - place * 5) & 31) as usize);
        (0..ORIGIN_LETTERS).filter_map(letter).map(|letter| char::from(*letter)).collect()
    }
}

/// Reads the name of a generation.
fn origin_of(letters: &str) -> Option<[u8; ORIGIN_BYTES]> {
    if letters.len() != ORIGIN_LETTERS {
        return None;
    }
    let mut bits = 0u128;
    for letter in letters.bytes() {
        bits = bits << 5 | BASE32.iter().position(|known| *known == letter)? as u128;
    }
    bits.to_be_bytes().last_chunk().copied()
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = char::from(self.kind.letter());
        match self.kind {
            Kind::Opening => f.write_str(OPENING),
            Kind::Manifest => write!(f, "{}/{letter}.bin", self.letters()),
            _ => write!(f, "{}/{letter}{}.bin", self.letters(), self.number),
        }
    }
}

/// Says that a text is no path of a file of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongName;

impl fmt::Display for WrongName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the name of an index file")
    }
}

impl std::error::Error for WrongName {}

impl FromStr for FileName {
    type Err = WrongName;

    fn from_str(text: &str) -> Result<Self, WrongName> {
        let parse = || {
            let (generation, file) = text.strip_suffix(".bin")?.split_once('/')?;
            let (letter, number) = file.split_at_checked(1)?;
            let kind = Kind::from_letter(*letter.as_bytes().first()?)?;
            let number = if kind == Kind::Manifest { 0 } else { number.parse().ok()? };
            let name = FileName { kind, origin: origin_of(generation)?, number };
            // One way to write each.
            (name.to_string() == text).then_some(name)
        };
        parse().ok_or(WrongName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_through_text() {
        let name = |kind| FileName { kind, origin: [0x5A; ORIGIN_BYTES], number: 17 };
        for (kind, _) in Kind::ALL.into_iter().filter(|(kind, _)| *kind != Kind::Opening) {
            let name = FileName { number: if kind == Kind::Manifest { 0 } else { 17 }, ..name(kind) };
            assert_eq!(name.to_string().parse::<FileName>(), Ok(name));
        }
        assert_eq!(name(Kind::Postings).to_string(), "ljnfuws2ljnfuws2/p17.bin");
        assert_eq!(name(Kind::Manifest).to_string(), "ljnfuws2ljnfuws2/m.bin");
        assert_eq!(name(Kind::Opening).to_string(), "current.bin");
        assert_eq!(FileName::manifest_of("ljnfuws2ljnfuws2"), Ok(FileName::manifest([0x5A; ORIGIN_BYTES])));
        for wrong in [
            "p17.bin",
            "ljnfuws2ljnfuws2/p.bin",
            "ljnfuws2ljnfuws2/p017.bin",
            "ljnfuws2ljnfuws2/p-1.bin",
            "ljnfuws2ljnfuws2/p+1.bin",
            "ljnfuws2ljnfuws2/p4294967296.bin",
            "ljnfuws2ljnfuws2/m0.bin",
            "ljnfuws2ljnfuws2/17.bin",
            "ljnfuws2ljnfuws2/x17.bin",
            "LJNFUWS2LJNFUWS2/p17.bin",
            "ljnfuws2ljnfuws/p17.bin",
            "ljnfuws2ljnfuws2/p17",
            "../secret",
            "/p1.bin",
            "current.bin",
            "ljnfuws2ljnfuws2/책.bin",
            "m-qqh4o4uyynsbvzy4.bin",
        ] {
            assert_eq!(wrong.parse::<FileName>(), Err(WrongName), "{wrong}");
        }
    }
}
