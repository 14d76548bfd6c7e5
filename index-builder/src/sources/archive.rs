//! Finds in a ZIP archive the one file that is meant, and reads it.
//!
//! Knows nothing of what is in that file. Invariants: no name in the archive is ever a path on the disk; what comes out is
//! checked against the archive's own checksum at its end.

use std::io::{self, Read, SeekFrom};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::error::Problem;
use super::filesystem::Input;
use super::foreign::Foreign;

/// Names of files listed in a message.
const MOST_NAMES: usize = 10;

/// The content of an archive.
#[derive(Debug)]
pub(super) enum Entry {
    /// One file.
    File {
        /// Where its packed bytes begin.
        at: u64,
        /// How many they are.
        packed: u64,
        /// The checksum of the unpacked ones.
        crc32: u32,
        /// Whether they are packed at all.
        deflated: bool,
    },
    /// The parts of an Excel workbook.
    Workbook,
}

/// Looks into an archive.
///
/// # Errors
/// When it is none, is locked, is another office document, or holds no file or several.
pub(super) fn entry(file: &mut impl Input) -> Result<Entry, Problem> {
    let mut archive = ZipArchive::new(file).map_err(unreadable)?;
    // A name in an encoding of its own is no reason not to read the file.
    let name = |number| match archive.name_for_index(number) {
        Some(Ok(name)) => name.into_owned(),
        _ => format!("({number})"),
    };
    let names: Vec<String> = (0..archive.len()).map(name).collect();
    let has = |name: &str| names.iter().any(|found| found == name);
    let under = |folder: &str| names.iter().any(|found| found.starts_with(folder));
    if has("[Content_Types].xml") {
        return match () {
            () if has("xl/workbook.bin") => Err(Problem::OtherFormat(Foreign::BinaryExcel)),
            () if under("xl/") => Ok(Entry::Workbook),
            () => Err(Problem::OtherFormat(Foreign::Word)),
        };
    }
    if has("mimetype") || has("META-INF/container.xml") {
        let foreign = match () {
            () if under("Contents/") => Foreign::Hwp,
            () if has("META-INF/container.xml") => Foreign::Epub,
            () => Foreign::OpenDocument,
        };
        return Err(Problem::OtherFormat(foreign));
    }
    let meant: Vec<usize> =
        (0..archive.len()).filter(|&number| names.get(number).is_some_and(|name| is_meant(name))).collect();
    let [number] = meant[..] else {
        let names = meant.iter().filter_map(|&number| names.get(number).cloned());
        return Err(Problem::NotOneInside { names: names.take(MOST_NAMES).collect(), count: meant.len() });
    };
    let entry = archive.by_index_raw(number).map_err(unreadable)?;
    if entry.encrypted() {
        return Err(Problem::OtherFormat(Foreign::Locked));
    }
    let deflated = match entry.compression() {
        CompressionMethod::Stored => false,
        CompressionMethod::Deflated => true,
        _ => return Err(Problem::OtherFormat(Foreign::OtherArchive)),
    };
    let at = entry.data_start().ok_or_else(|| Problem::Io(io::ErrorKind::InvalidData.into()))?;
    Ok(Entry::File { at, packed: entry.compressed_size(), crc32: entry.crc32(), deflated })
}

/// Reads the file of [`Entry::File`].
///
/// # Errors
/// When one cannot go to its place.
pub(super) fn inner<'a>(
    mut file: Box<dyn Input + 'a>,
    at: u64,
    packed: u64,
    crc32: u32,
    deflated: bool,
) -> Result<Checked<Box<dyn Read + 'a>>, Problem> {
    file.seek(SeekFrom::Start(at)).map_err(Problem::Io)?;
    let bytes = file.take(packed);
    let inner: Box<dyn Read> = if deflated { Box::new(DeflateDecoder::new(bytes)) } else { Box::new(bytes) };
    Ok(Checked { inner, crc: Crc::new(), expected: crc32 })
}

/// Compares, at the end of a file, its checksum with the archive's.
pub(super) struct Checked<R> {
    inner: R,
    crc: Crc,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.crc.update(out.get(..read).unwrap_or(&[]));
        if read == 0 && !out.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the file in the archive is damaged (its checksum is wrong); pack it again",
            ));
        }
        Ok(read)
    }
}

/// Whether a name is that of a file somebody packed on purpose.
fn is_meant(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or("");
    !(file.is_empty()
        || name.starts_with("__MACOSX/")
        || file.starts_with('.')
        || matches!(file, "Thumbs.db" | "desktop.ini"))
}

fn unreadable(error: ZipError) -> Problem {
    match error {
        ZipError::Io(error) => Problem::Io(error),
        other => Problem::Io(io::Error::new(io::ErrorKind::InvalidData, other.to_string())),
    }
}
