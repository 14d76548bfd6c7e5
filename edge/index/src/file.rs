//! The one checked door: a file's header, checksum and content name.
//!
//! Layout: "The envelope of a file" in `docs/INDEX_FORMAT.md`. A file's name is its kind's letter and the first 48 bits
//! of its checksum (of a manifest, which names a generation, 80), so one pass over the bytes proves header, content and
//! name together. It finds damage and mix-ups, not malice: the files come from the deployment itself. That two files of
//! one index have the same name is found where they are written and where they are published.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::Xxh3;

use crate::FORMAT_VERSION;
use crate::payload::Payload;

/// The first four bytes of every file.
pub const MAGIC: [u8; 4] = *b"SEOG";
/// Bytes before the payload.
pub const HEADER_BYTES: usize = 32;
/// A plain payload larger than this is refused before anything is unpacked
/// (the writer aims at 16 to 256 KB).
pub const MAX_PAYLOAD_BYTES: u32 = 8 << 20;

/// Names the kind of a file.
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
    /// The picks of visitors, by query.
    Choices = 10,
    /// Books like each of consecutive documents.
    Alike = 11,
    /// Places on the shelf of consecutive documents, and who stands at as many places.
    Shelf = 12,
    /// Book numbers and their documents.
    Isbns = 13,
}

impl Kind {
    const ALL: [(Kind, u8); 13] = [
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
        (Kind::Isbns, b'i'),
    ];

    /// Gives the letter that begins the names of this kind.
    #[must_use]
    pub fn letter(self) -> u8 {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or(b'?', |(_, letter)| *letter)
    }

    /// Counts the bytes of the checksum that a name of this kind has.
    fn hash_bytes(self) -> usize {
        if self == Kind::Manifest { 10 } else { HASH_BYTES }
    }

    /// Counts the base32 letters of those bytes.
    fn letters(self) -> usize {
        (self.hash_bytes() * 8).div_ceil(5)
    }

    fn from_letter(letter: u8) -> Option<Kind> {
        Self::ALL.iter().find(|(_, l)| *l == letter).map(|(kind, _)| *kind)
    }

    fn from_number(number: u8) -> Option<Kind> {
        Self::ALL.iter().map(|(kind, _)| *kind).find(|kind| *kind as u8 == number)
    }
}

/// Bytes of the checksum that are in the name of a file listed in a manifest.
pub(crate) const HASH_BYTES: usize = 6;

/// A content name: kind and 48 bits of checksum, a manifest's 80. Written `d-`
/// and 10 letters (a manifest's 16) of a lower-case base32 (RFC 4648) alphabet,
/// then `.bin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName {
    /// The kind of the file.
    pub kind: Kind,
    /// The first bytes of the file's checksum, as many as the kind's names
    /// tell, then zeros.
    pub hash: [u8; 10],
}

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl FileName {
    /// Names a file of this kind by as much of its checksum as its name has.
    pub(crate) fn new(kind: Kind, checksum: &[u8]) -> Option<Self> {
        let told = checksum.get(..kind.hash_bytes())?;
        let mut hash = [0; 10];
        hash.get_mut(..told.len())?.copy_from_slice(told);
        Some(Self { kind, hash })
    }

    /// Names the manifest of the generation with this hash.
    #[must_use]
    pub const fn manifest(hash: [u8; 10]) -> Self {
        Self { kind: Kind::Manifest, hash }
    }

    /// Names the manifest of the generation called `generation`, by 16 letters.
    ///
    /// # Errors
    /// [`OpenError::Name`] when no generation is called so.
    pub fn manifest_of(generation: &str) -> Result<Self, OpenError> {
        format!("{}-{generation}.bin", char::from(Kind::Manifest.letter())).parse()
    }

    /// Gives the bytes of the name that a manifest stores.
    #[cfg(feature = "write")]
    pub(crate) fn stored(&self) -> &[u8] {
        self.hash.get(..HASH_BYTES).unwrap_or_default()
    }

    /// Writes the hash in base32; of a manifest it names the generation.
    #[must_use]
    pub fn letters(&self) -> String {
        let letters = self.kind.letters();
        let bits = self.hash.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |place: usize| BASE32.get((bits >> (75 - place * 5) & 31) as usize);
        (0..letters).filter_map(letter).map(|letter| char::from(*letter)).collect()
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
            if rest.len() != kind.letters() {
                return None;
            }
            let mut bits = 0u128;
            for letter in rest.bytes() {
                bits = bits << 5 | BASE32.iter().position(|known| *known == letter)? as u128;
            }
            let bits = bits << (80 - 5 * rest.len());
            let name = FileName::new(kind, bits.to_be_bytes().get(6..)?)?;
            // Of the last letter some bits may be beyond the hash.
            (name.letters() == rest).then_some(name)
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

/// Reads the checksum out of a file's header; its name has the first bytes of it.
#[must_use]
pub fn checksum_in(file: &[u8]) -> Option<[u8; 16]> {
    file.get(16..HEADER_BYTES)?.try_into().ok()
}

/// Checks a whole file, fetched by `name`, and gives its plain payload; a plain one stays where it is.
///
/// `phrases` are those of the manifest that names the file, behind which the payload may be packed.
///
/// ```
/// use seoga_index::file::{self, FileName, OpenError};
///
/// let name: FileName = "r-aaaaaaaaaa.bin".parse()?;
/// assert_eq!(file::open(&name, b"SEOG".to_vec(), &[]), Err(OpenError::Short { got: 4 }));
/// # Ok::<(), OpenError>(())
/// ```
///
/// # Errors
/// Every variant of [`OpenError`] but `Name` and `Malformed`.
pub fn open(name: &FileName, file: Vec<u8>, phrases: &[u8]) -> Result<Payload, OpenError> {
    Ok(match unpack(name, &file, phrases)? {
        Some(plain) => plain.into(),
        None => Payload::behind(file, HEADER_BYTES),
    })
}

/// Does as [`open`] for a file whose payload is read once and not kept.
pub(crate) fn open_borrowed<'a>(name: &FileName, file: &'a [u8]) -> Result<Cow<'a, [u8]>, OpenError> {
    Ok(match unpack(name, file, &[])? {
        Some(plain) => Cow::Owned(plain),
        None => Cow::Borrowed(file.get(HEADER_BYTES..).unwrap_or_default()),
    })
}

/// Checks a whole file and unpacks its payload; gives `None` where it is stored as it is.
fn unpack(name: &FileName, file: &[u8], phrases: &[u8]) -> Result<Option<Vec<u8>>, OpenError> {
    let (encoding, stored, plain_len) = check(name, file)?;
    if plain_len > MAX_PAYLOAD_BYTES {
        return Err(OpenError::Length { expected: MAX_PAYLOAD_BYTES.into(), got: plain_len.into() });
    }
    let plain = match encoding {
        0 => None,
        1 => miniz_oxide::inflate::decompress_to_vec_with_limit(stored, plain_len as usize)
            .map(Some)
            .map_err(|_| OpenError::Encoding)?,
        2 => Some(unpack_behind(phrases, stored, plain_len as usize).ok_or(OpenError::Encoding)?),
        _ => return Err(OpenError::Encoding),
    };
    if plain.as_deref().unwrap_or(stored).len() as u64 != u64::from(plain_len) {
        return Err(OpenError::Encoding);
    }
    Ok(plain)
}

/// Tells whether a file has the header, the checksum and the content that its name promises; its payload may still not unpack.
#[must_use]
pub fn is_whole(name: &FileName, file: &[u8]) -> bool {
    check(name, file).is_ok()
}

/// Checks header, checksum and name; gives the encoding, the stored payload and how long the plain one is.
fn check<'a>(name: &FileName, file: &'a [u8]) -> Result<(u8, &'a [u8], u32), OpenError> {
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
    if Kind::from_number(got_kind) != Some(name.kind) {
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
    if FileName::new(name.kind, &sum) != Some(*name) {
        return Err(OpenError::Swapped);
    }
    Ok((encoding, stored, plain_len))
}

/// Unpacks DEFLATE that may refer back into phrases, as if they had been unpacked right before.
fn unpack_behind(phrases: &[u8], stored: &[u8], plain: usize) -> Option<Vec<u8>> {
    use miniz_oxide::inflate::TINFLStatus;
    use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
    let mut out = Vec::with_capacity(phrases.len() + plain);
    out.extend_from_slice(phrases);
    out.resize(phrases.len() + plain, 0);
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let (status, _, written) = decompress(&mut state, stored, &mut out, phrases.len(), flags);
    (status == TINFLStatus::Done && written == plain).then(|| out.split_off(phrases.len()))
}

/// Packs a payload as [`unpack_behind`] unpacks it.
#[cfg(feature = "write")]
fn pack_behind(phrases: &[u8], payload: &[u8]) -> Vec<u8> {
    use miniz_oxide::deflate::core::{
        CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
    };
    let mut state = CompressorOxide::new(create_comp_flags_from_zip_params(9, 0, 0));
    // What the phrases come to is left out: it ends at a whole byte.
    compress_to_output(&mut state, phrases, TDEFLFlush::Sync, |_| true);
    let mut packed = Vec::new();
    compress_to_output(&mut state, payload, TDEFLFlush::Finish, |bytes| {
        packed.extend_from_slice(bytes);
        true
    });
    packed
}

/// Makes a file of a payload, packed behind phrases where that saves an eighth or more.
#[cfg(feature = "write")]
#[must_use]
pub fn seal_with(kind: Kind, payload: &[u8], phrases: &[u8]) -> (FileName, Vec<u8>) {
    let packed = pack_behind(phrases, payload);
    if packed.len() < payload.len() / 8 * 7 {
        seal_as(kind, 2, &packed, payload)
    } else {
        seal(kind, payload, false)
    }
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
    seal_as(kind, encoding, stored, payload)
}

#[cfg(feature = "write")]
fn seal_as(kind: Kind, encoding: u8, stored: &[u8], payload: &[u8]) -> (FileName, Vec<u8>) {
    let mut file = Vec::with_capacity(HEADER_BYTES + stored.len());
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&[FORMAT_VERSION, kind as u8, encoding, 0]);
    file.extend_from_slice(&(stored.len() as u32).to_le_bytes());
    file.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    let sum = checksum(file.get(4..16).unwrap_or_default(), stored);
    file.extend_from_slice(&sum);
    file.extend_from_slice(stored);
    let name = FileName::new(kind, &sum).unwrap_or(FileName { kind, hash: [0; 10] });
    (name, file)
}

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_round_trip_through_text() {
        let (name, _) = seal(Kind::Postings, b"some postings", false);
        let text = name.to_string();
        assert_eq!(text.len(), "p-aaaaaaaaaa.bin".len());
        assert_eq!(text.parse::<FileName>(), Ok(name));
        let (manifest, _) = seal(Kind::Manifest, b"what there is", false);
        assert_eq!(manifest.letters().len(), 16);
        assert_eq!(manifest.to_string().parse::<FileName>(), Ok(manifest));
        assert_eq!("p-AAAAAAAAAA.bin".parse::<FileName>(), Err(OpenError::Name));
        // The last letter of ten carries three bits, so most of the alphabet is no end of a name.
        assert_eq!("p-aaaaaaaaab.bin".parse::<FileName>(), Err(OpenError::Name));
        assert_eq!("p-aaaaaaaaaaaaaaaa.bin".parse::<FileName>(), Err(OpenError::Name));
        assert_eq!("../secret".parse::<FileName>(), Err(OpenError::Name));
    }

    #[test]
    fn open_tells_each_kind_of_damage_apart() {
        let (name, file) = seal(Kind::Records, &[7; 1000], true);
        assert_eq!(*open(&name, file.clone(), &[]).unwrap(), [7; 1000]);
        assert!(matches!(open(&name, file[..20].to_vec(), &[]), Err(OpenError::Short { .. })));
        let cut = &file[..file.len() - 1];
        assert!(matches!(open(&name, cut.to_vec(), &[]), Err(OpenError::Length { .. })));
        let mut version = file.clone();
        version[4] = FORMAT_VERSION + 1;
        assert!(matches!(open(&name, version, &[]), Err(OpenError::Version { .. })));
        let (other_name, other) = seal(Kind::Records, &[8; 1000], true);
        assert_ne!(other_name, name);
        assert_eq!(open(&name, other, &[]), Err(OpenError::Swapped));
        let facets = FileName { kind: Kind::Facets, ..name };
        assert!(matches!(open(&facets, file, &[]), Err(OpenError::WrongKind { .. })));
    }

    proptest! {
        #[test]
        fn any_payload_comes_back(payload: Vec<u8>, pack: bool) {
            let (name, file) = seal(Kind::Facets, &payload, pack);
            prop_assert_eq!(open(&name, file, &[]), Ok(payload.into()));
        }

        #[test]
        fn any_payload_comes_back_from_behind_phrases(
            phrases in prop::collection::vec(0u8..4, 0..300), payload in prop::collection::vec(0u8..4, 0..900),
        ) {
            let (name, file) = seal_with(Kind::Records, &payload, &phrases);
            prop_assert_eq!(open(&name, file.clone(), &phrases), Ok(payload.into()));
            if file[6] == 2 {
                // Behind other phrases it is something else, or nothing; but never a panic.
                let _ = open(&name, file, &[]);
            }
        }

        #[test]
        fn any_stored_bytes_are_unpacked_without_panic(
            phrases: Vec<u8>, stored: Vec<u8>, plain in 0usize..5_000,
        ) {
            let _ = unpack_behind(&phrases, &stored, plain);
        }

        #[test]
        fn one_flipped_bit_is_always_found(payload: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
            let (name, mut file) = seal(Kind::Facets, &payload, false);
            let at = at.index(file.len());
            file[at] ^= 1 << bit;
            // Byte 7 is reserved and covered by the checksum like the rest.
            prop_assert!(open(&name, file, &[]).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_panic(file: Vec<u8>) {
            let name = FileName { kind: Kind::Facets, hash: [0; 10] };
            prop_assert!(open(&name, file, &[]).is_err());
        }
    }
}
