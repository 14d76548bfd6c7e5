//! Files that are read piece by piece through an object of the page.
//!
//! Knows no JavaScript. Invariant: of a file no more than one piece is held, and opening it again begins at its first byte.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use index_builder::sources::{FileSystem, Input};

/// Bytes asked of a file at a time.
pub(crate) const PIECE_BYTES: usize = 1 << 18;

/// Gives any piece of a file.
pub(crate) trait Pieces {
    /// Fills `into` with the bytes from `at` on; false where they cannot be read.
    fn fill(&self, at: u64, into: &mut [u8]) -> bool;
}

thread_local! {
    /// The objects themselves, by number: a page has one thread, and what a file system of several may share holds numbers.
    static FILES: RefCell<Vec<Box<dyn Pieces>>> = const { RefCell::new(Vec::new()) };
}

/// The files that were dropped on a page, each under its name.
#[derive(Debug, Default)]
pub(crate) struct Dropped(BTreeMap<PathBuf, (usize, u64)>);

impl Dropped {
    /// Adds a file of so many bytes; of two with one name the later one counts.
    pub(crate) fn add(&mut self, path: PathBuf, size: u64, file: Box<dyn Pieces>) {
        let number = FILES.with_borrow_mut(|files| {
            files.push(file);
            files.len() - 1
        });
        self.0.insert(path, (number, size));
    }
}

impl FileSystem for Dropped {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Input + '_>> {
        let &(number, size) = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(BufReader::with_capacity(PIECE_BYTES, Reader { number, at: 0, size })))
    }

    fn size(&self, path: &Path) -> u64 {
        self.0.get(path).map_or(0, |&(_, size)| size)
    }
}

/// Reads one file from a place on.
struct Reader {
    number: usize,
    at: u64,
    size: u64,
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.size.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let length = out.len().min(rest).min(PIECE_BYTES);
        let Some(piece) = out.get_mut(..length).filter(|piece| !piece.is_empty()) else { return Ok(0) };
        let is_read =
            FILES.with_borrow(|files| files.get(self.number).is_some_and(|file| file.fill(self.at, piece)));
        if !is_read {
            return Err(io::Error::other("the browser no longer gives the file; choose it again"));
        }
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, Write};

    use index_builder::progress::Quiet;
    use index_builder::sources::{InMemory, check};

    use super::*;

    struct Bytes(Vec<u8>);

    impl Pieces for Bytes {
        fn fill(&self, at: u64, into: &mut [u8]) -> bool {
            assert!(into.len() <= PIECE_BYTES);
            let at = usize::try_from(at).unwrap();
            self.0.get(at..at + into.len()).is_some_and(|piece| {
                into.copy_from_slice(piece);
                true
            })
        }
    }

    fn dropped(name: &str, bytes: &[u8]) -> Dropped {
        let mut files = Dropped::default();
        files.add(name.into(), bytes.len() as u64, Box::new(Bytes(bytes.to_vec())));
        files
    }

    fn zip(name: &str, content: &[u8]) -> Vec<u8> {
        let mut out = io::Cursor::new(Vec::new());
        let mut archive = zip::ZipWriter::new(&mut out);
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
        archive.finish().unwrap();
        out.into_inner()
    }

    #[test]
    fn a_file_in_pieces_gives_the_report_of_a_file_in_one() {
        let mut list = String::from("도서명,저자,ISBN,등록일자\n");
        (0..12_000).for_each(|n| list.push_str(&format!("이야기 {n},한가온,97803064{n:05},2023-02-24\n")));
        assert!(list.len() > 2 * PIECE_BYTES);
        let packed = zip("가온.csv", list.as_bytes());
        for (name, bytes) in [("가온.csv", list.into_bytes()), ("가온.zip", packed), ("빈.csv", Vec::new())]
        {
            let whole = check(&InMemory::default().with(name, bytes.clone()), &[name.into()], &Quiet);
            let pieces = check(&dropped(name, &bytes), &[name.into()], &Quiet);
            assert_eq!(pieces.to_check_text(), whole.to_check_text());
            assert!(pieces.to_check_text().contains(name));
        }
    }

    #[test]
    fn a_file_can_be_read_from_any_place_and_again() {
        let bytes: Vec<u8> = (0..=255).cycle().take(PIECE_BYTES + 1_000).collect();
        let files = dropped("a", &bytes);
        for _ in 0..2 {
            let mut file = files.open(Path::new("a")).unwrap();
            assert_eq!(file.seek(SeekFrom::End(-2)).unwrap(), bytes.len() as u64 - 2);
            assert_eq!(file.fill_buf().unwrap(), &bytes[bytes.len() - 2..]);
            assert!(file.seek(SeekFrom::Current(i64::MIN)).is_err());
            file.rewind().unwrap();
            let mut all = Vec::new();
            file.read_to_end(&mut all).unwrap();
            assert_eq!(all, bytes);
        }
        assert!(files.open(Path::new("b")).is_err());
    }

    #[test]
    fn a_file_that_is_gone_is_an_error() {
        let mut files = Dropped::default();
        files.add("a".into(), 10, Box::new(Bytes(Vec::new())));
        let report = check(&files, &["a".into()], &Quiet);
        assert!(report.stopped[0].why.contains("choose it again"), "{:?}", report.stopped);
    }
}
