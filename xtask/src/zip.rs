//! ZIP files that are the same bytes for the same files: sorted names, one date, no fields of any system.
//!
//! What Lambda reads and no more of the format (PKWARE APPNOTE 6.3.10): no folders, no ZIP64, no encryption. Invariant: the
//! order in which files are given changes nothing.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use miniz_oxide::deflate::compress_to_vec;

/// 1980-01-01, the earliest date there is.
const DATE: u16 = 0x0021;
const DEFLATED: u16 = 8;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// 2.0: the first that knows deflate.
const NEEDS: u16 = 20;
/// Made on Unix, for the rights below.
const MADE_BY: u16 = 0x0300 | NEEDS;
/// A plain file that everyone may read: Lambda wants it so.
const RIGHTS: u32 = 0o100_644 << 16;
const LEVEL: u8 = 9;

/// Packs files by their names, `index/current.json`.
pub(crate) fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        if name.is_empty() || name.starts_with('/') || name.contains('\\') {
            bail!("{name:?} is no name in a zip");
        }
        let packed = compress_to_vec(content, LEVEL);
        let mut common = Vec::new();
        for value in [NEEDS, FLAGS, DEFLATED, 0, DATE] {
            common.extend_from_slice(&value.to_le_bytes());
        }
        for value in [crc32(content), length(packed.len())?, length(content.len())?] {
            common.extend_from_slice(&value.to_le_bytes());
        }
        let bytes = u16::try_from(name.len()).with_context(|| format!("{name} is too long a name"))?;
        common.extend_from_slice(&bytes.to_le_bytes());
        // No extra field.
        common.extend_from_slice(&[0, 0]);

        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&MADE_BY.to_le_bytes());
        directory.extend_from_slice(&common);
        // No comment, the first disk, no kind of content.
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&RIGHTS.to_le_bytes());
        directory.extend_from_slice(&length(out.len())?.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());

        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&packed);
    }
    let count = u16::try_from(files.len()).context("more files than a zip holds")?.to_le_bytes();
    let begins = length(out.len())?;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&[count, count].concat());
    out.extend_from_slice(&length(directory.len())?.to_le_bytes());
    out.extend_from_slice(&begins.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    Ok(out)
}

fn length(bytes: usize) -> Result<u32> {
    u32::try_from(bytes).context("more bytes than a zip holds")
}

/// The checksum of a zip: CRC-32 of IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_zip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["", "/etc/passwd", "a\\b"] {
            assert!(pack(&BTreeMap::from([(name.to_owned(), Vec::new())])).is_err(), "{name}");
        }
    }

    /// A number of a zip, lowest byte first.
    fn number(bytes: &[u8]) -> usize {
        bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
    }

    #[test]
    fn what_was_packed_is_found_by_the_directory() {
        let long = "책 ".repeat(10_000);
        let files = BTreeMap::from([
            ("a.txt".to_owned(), b"a".to_vec()),
            ("empty".to_owned(), Vec::new()),
            ("index/책.bin".to_owned(), long.into_bytes()),
        ]);
        let zip = pack(&files).unwrap();
        assert!(zip.len() < 1000, "{} bytes", zip.len());
        let end = &zip[zip.len() - 22..];
        assert_eq!((&end[..4], number(&end[10..12])), (&b"PK\x05\x06"[..], 3));
        let mut entry = &zip[number(&end[16..20])..];
        for (name, content) in &files {
            assert_eq!(&entry[..4], b"PK\x01\x02");
            let (packed, plain, letters) =
                (number(&entry[20..24]), number(&entry[24..28]), number(&entry[28..30]));
            assert_eq!((&entry[46..46 + letters], plain), (name.as_bytes(), content.len()));
            assert_eq!(number(&entry[38..42]) >> 16, 0o100_644);
            let local = &zip[number(&entry[42..46])..];
            assert_eq!((&local[..4], &local[4..30]), (&b"PK\x03\x04"[..], &entry[6..32]));
            let unpacked =
                miniz_oxide::inflate::decompress_to_vec(&local[30 + letters..30 + letters + packed]);
            assert_eq!(unpacked.unwrap(), *content);
            assert_eq!(number(&entry[16..20]), crc32(content) as usize);
            entry = &entry[46 + letters..];
        }
        assert_eq!(entry.len(), 22, "nothing but the end follows");
    }
}
