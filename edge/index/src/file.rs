//! The one checked door: a file's header, checksum and path.
//!
//! Layout: "The envelope of a file" in `docs/INDEX_FORMAT.md`. A file's path says which generation wrote it first, its kind and
//! its number there; its header says the same, under the checksum, so one pass over the bytes proves header, content and path
//! together. It finds damage and mix-ups, not malice: the files come from the deployment itself.

use std::borrow::Cow;
use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use crate::FORMAT_VERSION;
use crate::deflate;
pub use crate::file_name::{FileName, ORIGIN_BYTES, WrongName};
pub use crate::kind::Kind;
use crate::payload::Payload;

/// The first four bytes of every file.
pub const MAGIC: [u8; 4] = *b"SEOG";
/// Bytes before the payload.
pub const HEADER_BYTES: usize = 40;
/// A plain payload larger than this is refused before anything is unpacked
/// (the writer aims at 16 to 256 KB).
pub const MAX_PAYLOAD_BYTES: u32 = 8 << 20;

/// Why the door stayed shut. `Display` says what was wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The name is no path of a file of an index.
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
    /// Whole, but another file.
    Swapped {
        /// The file that it is.
        got: FileName,
    },
    /// The payload does not unpack.
    Encoding,
    /// Whole, but the structure inside is malformed.
    Malformed(&'static str),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => WrongName.fmt(f),
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
            Self::Swapped { got } => {
                write!(f, "whole, but what belongs at {got}: swapped; upload the file again")
            }
            Self::Encoding => write!(f, "payload does not unpack; rebuild the index"),
            Self::Malformed(what) => write!(f, "malformed {what}; rebuild the index"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<WrongName> for OpenError {
    fn from(_: WrongName) -> Self {
        OpenError::Name
    }
}

impl From<crate::bytes::Damaged> for OpenError {
    fn from(damaged: crate::bytes::Damaged) -> Self {
        OpenError::Malformed(damaged.0)
    }
}

/// Digests a file's content: what its header says of the payload, and the payload as stored, but not where it lies. `None`
/// where the bytes are no file.
#[must_use]
pub fn content_in(file: &[u8]) -> Option<[u8; 16]> {
    Some(content(file.get(CONTENT_HEAD)?, file.get(HEADER_BYTES..)?))
}

/// Where a header speaks of the payload.
const CONTENT_HEAD: std::ops::Range<usize> = 4..16;
/// Where a header speaks of the file's place; the checksum follows.
const PLACE: std::ops::Range<usize> = 16..32;

fn content(head: &[u8], stored: &[u8]) -> [u8; 16] {
    let mut hasher = Xxh3::new();
    hasher.update(head);
    hasher.update(stored);
    hasher.digest128().to_be_bytes()
}

/// Sums up a file's content and its place.
fn checksum(content: [u8; 16], place: &[u8]) -> [u8; 8] {
    let mut hasher = Xxh3::new();
    hasher.update(&content);
    hasher.update(place);
    hasher.digest().to_be_bytes()
}

/// Checks a whole file, fetched by `name`, and gives its plain payload; a plain one stays where it is.
///
///
/// ```
/// use seoga_index::file::{self, FileName, OpenError};
///
/// let name: FileName = "qqh4o4uyynsbvzy4/r17.bin".parse()?;
/// assert_eq!(file::open(&name, b"SEOG".to_vec()), Err(OpenError::Short { got: 4 }));
/// # Ok::<(), OpenError>(())
/// ```
///
/// # Errors
/// Every variant of [`OpenError`] but `Name` and `Malformed`.
pub fn open(name: &FileName, file: Vec<u8>) -> Result<Payload, OpenError> {
    let whole = check(name.kind, &file)?;
    whole.is(name)?;
    Ok(match unpack(&whole)? {
        Some(plain) => plain.into(),
        None => Payload::behind(file, HEADER_BYTES),
    })
}

/// Does as [`open`] for a file of a kind, wherever it belongs, whose payload is read once and not kept; says where it belongs.
pub(crate) fn open_borrowed(kind: Kind, file: &[u8]) -> Result<(FileName, Cow<'_, [u8]>), OpenError> {
    let whole = check(kind, file)?;
    let plain = match unpack(&whole)? {
        Some(plain) => Cow::Owned(plain),
        None => Cow::Borrowed(whole.stored),
    };
    Ok((whole.name, plain))
}

/// Unpacks a payload; gives `None` where it is stored as it is.
fn unpack(whole: &Whole<'_>) -> Result<Option<Vec<u8>>, OpenError> {
    let Whole { encoding, stored, plain_len, .. } = *whole;
    if plain_len > MAX_PAYLOAD_BYTES {
        return Err(OpenError::Length { expected: MAX_PAYLOAD_BYTES.into(), got: plain_len.into() });
    }
    let plain = match encoding {
        0 => None,
        1 => Some(deflate::unpack(stored, plain_len as usize).ok_or(OpenError::Encoding)?),
        _ => return Err(OpenError::Encoding),
    };
    if plain.as_deref().unwrap_or(stored).len() as u64 != u64::from(plain_len) {
        return Err(OpenError::Encoding);
    }
    Ok(plain)
}

/// Tells whether a file has the header and the checksum of one that belongs where `name` says; its payload may still not unpack.
#[must_use]
pub fn is_whole(name: &FileName, file: &[u8]) -> bool {
    check(name.kind, file).is_ok_and(|whole| whole.name == *name)
}

/// A file whose header and checksum hold.
struct Whole<'a> {
    /// Where it belongs.
    name: FileName,
    encoding: u8,
    stored: &'a [u8],
    plain_len: u32,
}

impl Whole<'_> {
    /// Refuses a file that belongs elsewhere.
    fn is(&self, name: &FileName) -> Result<(), OpenError> {
        if self.name == *name { Ok(()) } else { Err(OpenError::Swapped { got: self.name }) }
    }
}

/// Checks header and checksum of a file of a kind.
fn check(kind: Kind, file: &[u8]) -> Result<Whole<'_>, OpenError> {
    let short = OpenError::Short { got: file.len() };
    if file.get(..4).ok_or(short.clone())? != MAGIC {
        return Err(OpenError::Magic);
    }
    // A shorter header of another version is refused as of that version.
    let version = *file.get(4).ok_or(short.clone())?;
    if version != FORMAT_VERSION {
        return Err(OpenError::Version { got: version });
    }
    let (header, stored) = file.split_first_chunk::<HEADER_BYTES>().ok_or(short.clone())?;
    let mut fields = crate::bytes::Bytes::new(header.get(5..).unwrap_or_default());
    let got_kind = fields.u8().ok_or(short.clone())?;
    if Kind::from_number(got_kind) != Some(kind) {
        return Err(OpenError::WrongKind { got: got_kind });
    }
    let encoding = fields.u8().ok_or(short.clone())?;
    fields.u8();
    let stored_len = fields.u32().ok_or(short.clone())?;
    let plain_len = fields.u32().ok_or(short.clone())?;
    if stored.len() as u64 != u64::from(stored_len) {
        return Err(OpenError::Length { expected: stored_len.into(), got: stored.len() as u64 });
    }
    let number = fields.u32().ok_or(short.clone())?;
    let origin = fields.take(ORIGIN_BYTES).and_then(|origin| origin.try_into().ok()).ok_or(short)?;
    let content = content(header.get(CONTENT_HEAD).unwrap_or_default(), stored);
    if header.get(PLACE.end..) != Some(&checksum(content, header.get(PLACE).unwrap_or_default())) {
        return Err(OpenError::Checksum);
    }
    Ok(Whole { name: FileName { kind, origin, number }, encoding, stored, plain_len })
}

/// Makes a file of a payload: its name and its bytes. `pack` stores the payload
/// as DEFLATE when that saves an eighth or more.
///
/// Nobody knows yet of which generation it is: until then it is called as number 0 of a generation of its own, whose name is
/// the beginning of the digest of its content; [`place_bytes`] gives what is then to be written over.
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
    let content = content(file.get(CONTENT_HEAD).unwrap_or_default(), stored);
    let name = FileName::of_content(kind, content);
    file.extend_from_slice(&place_bytes(&name, content));
    file.extend_from_slice(stored);
    (name, file)
}

/// Gives the bytes from [`PLACE_OFFSET`] to the end of the header of a file of this content that lies where `name` says.
#[cfg(feature = "write")]
#[must_use]
pub fn place_bytes(name: &FileName, content: [u8; 16]) -> [u8; HEADER_BYTES - PLACE_OFFSET] {
    let mut bytes = [0; HEADER_BYTES - PLACE_OFFSET];
    let (place, sum) = bytes.split_at_mut(PLACE.end - PLACE.start);
    let fields = name.number.to_le_bytes().into_iter().chain(name.origin);
    place.iter_mut().zip(fields).for_each(|(byte, field)| *byte = field);
    sum.copy_from_slice(&checksum(content, place));
    bytes
}

/// Says in a file's header where it lies.
#[cfg(feature = "write")]
pub(crate) fn place(file: &mut [u8], name: &FileName) {
    if let Some(content) = content_in(file)
        && let Some(place) = file.get_mut(PLACE_OFFSET..HEADER_BYTES)
    {
        place.copy_from_slice(&place_bytes(name, content));
    }
}

/// Bytes of a header before those that say where the file lies.
#[cfg(feature = "write")]
pub const PLACE_OFFSET: usize = PLACE.start;

#[cfg(all(test, feature = "write"))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn open_tells_each_kind_of_damage_apart() {
        let (name, file) = seal(Kind::Records, &[7; 1000], true);
        assert_eq!(*open(&name, file.clone()).unwrap(), [7; 1000]);
        assert!(matches!(open(&name, file[..20].to_vec()), Err(OpenError::Short { .. })));
        let cut = &file[..file.len() - 1];
        assert!(matches!(open(&name, cut.to_vec()), Err(OpenError::Length { .. })));
        let mut version = file.clone();
        version[4] = FORMAT_VERSION + 1;
        assert!(matches!(open(&name, version), Err(OpenError::Version { .. })));
        // The header of version 1 had 32 bytes: the least file of it is still one of version 1.
        let older = [&MAGIC[..], &[1], &[0; 27]].concat();
        assert_eq!(open(&name, older), Err(OpenError::Version { got: 1 }));
        let (other_name, other) = seal(Kind::Records, &[8; 1000], true);
        assert_ne!(other_name, name);
        assert_eq!(open(&name, other), Err(OpenError::Swapped { got: other_name }));
        let facets = FileName { kind: Kind::Facets, ..name };
        assert!(matches!(open(&facets, file), Err(OpenError::WrongKind { .. })));
    }

    #[test]
    fn a_file_belongs_to_one_generation_kind_and_number() {
        let (draft, mut file) = seal(Kind::Records, b"the same records", false);
        let name = FileName { kind: Kind::Records, origin: [3; ORIGIN_BYTES], number: 4 };
        let content = content_in(&file);
        place(&mut file, &name);
        assert_eq!(content_in(&file), content, "where it lies is no part of the content");
        assert!(is_whole(&name, &file) && open(&name, file.clone()).is_ok());
        let elsewhere =
            [FileName { number: 5, ..name }, FileName { origin: [4; ORIGIN_BYTES], ..name }, draft];
        for other in elsewhere {
            assert_eq!(open(&other, file.clone()), Err(OpenError::Swapped { got: name }), "{other}");
        }
        // A header that was made to say something else is damage.
        for (at, what) in
            [(5, "kind"), (16, "number"), (20, "generation"), (31, "reserved"), (33, "checksum")]
        {
            let mut lies = file.clone();
            lies[at] ^= 1;
            let kind = Kind::from_number(lies[5]).unwrap();
            let said =
                FileName { kind, origin: lies[20..30].try_into().unwrap(), number: u32::from(lies[16]) };
            assert_eq!(open(&said, lies), Err(OpenError::Checksum), "{what}");
        }
    }

    proptest! {
        #[test]
        fn any_payload_comes_back(payload: Vec<u8>, pack: bool) {
            let (name, file) = seal(Kind::Facets, &payload, pack);
            prop_assert_eq!(open(&name, file), Ok(payload.into()));
        }

        #[test]
        fn one_flipped_bit_is_always_found(payload: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
            let (name, mut file) = seal(Kind::Facets, &payload, false);
            let at = at.index(file.len());
            file[at] ^= 1 << bit;
            // Reserved bytes are covered by the checksum like the rest.
            prop_assert!(open(&name, file).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_panic(file: Vec<u8>) {
            let name = FileName::of_content(Kind::Facets, [0; 16]);
            prop_assert!(open(&name, file).is_err());
        }
    }
}
