//! An invented catalogue of any size, in the very files libraries have, so that everything can be tried without
//! anybody's data.
//!
//! Not random: the same number of books and the same seed give the same bytes on every machine. Invariants: every
//! library is marked as invented in `libraries.csv`; every ISBN lies in a range given to no country; the clean
//! catalogue has exactly the number of books asked for. The dirt is of the kinds real files have.

mod book;
mod chance;
mod coin;
mod people;
mod rows;
mod title;
mod words;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::place::{NewFolder, is_free};
use crate::progress::{Progress, Unit};
use rows::{Chunk, LibraryFile};
use words::WORDS;

/// Books made at a time by one thread.
const CHUNK_BOOKS: u32 = 2_048;

/// The size and seed of an invented catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// How many books, 1 to 10,000,000.
    pub books: u32,
    /// Another seed, other books.
    pub seed: u64,
}

/// Why no catalogue was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The number of books is out of range.
    #[error("{0} books cannot be invented; ask for 1 to {most}", most = book::MOST_BOOKS)]
    Books(u32),
    /// Something that was not generated is in the way.
    #[error("{0} holds something else than a generated catalogue; name an empty folder or take it away")]
    NotFree(PathBuf),
    /// The system refused.
    #[error("{path} cannot be written: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// Writes an invented catalogue to the folder `out`, in the layout that `build --catalogue` reads. An earlier
/// generated catalogue there is replaced; anything else is not.
///
/// # Errors
/// When the number of books is out of range, something else is in the way, or a file cannot be written.
pub fn generate(sample: Sample, out: &Path, progress: &dyn Progress) -> Result<(), GenerateError> {
    if !(1..=book::MOST_BOOKS).contains(&sample.books) {
        return Err(GenerateError::Books(sample.books));
    }
    let io = |source| GenerateError::Io { path: out.to_path_buf(), source };
    if !is_free(out).map_err(io)? && !is_generated(out).map_err(io)? {
        return Err(GenerateError::NotFree(out.to_path_buf()));
    }
    let folder = NewFolder::begin(out).map_err(io)?;
    write_files(sample, folder.path(), progress).map_err(io)?;
    folder.finish().map_err(io)
}

/// Whether a folder holds a generated catalogue and nothing else.
fn is_generated(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !["holdings", "libraries.csv", "keywords.csv", "synonyms.csv"].iter().any(|known| name == *known) {
            return Ok(false);
        }
    }
    let libraries = fs::read_to_string(folder.join("libraries.csv")).unwrap_or_default();
    Ok(libraries.lines().next() == Some(LIBRARIES_HEADER))
}

const LIBRARIES_HEADER: &str = "code,name,address,latitude,longitude,homepage,invented";

fn write_files(sample: Sample, folder: &Path, progress: &dyn Progress) -> io::Result<()> {
    fs::create_dir(folder.join("holdings"))?;
    let mut libraries: Vec<LibraryFile<BufWriter<File>>> = Vec::with_capacity(WORDS.libraries.len());
    for (place, name) in WORDS.libraries.iter().enumerate() {
        let file = File::create(folder.join("holdings").join(format!("{name}.csv")))?;
        libraries.push(LibraryFile::begin(place, BufWriter::with_capacity(1 << 18, file))?);
    }
    let mut keywords = BufWriter::with_capacity(1 << 18, File::create(folder.join("keywords.csv"))?);
    keywords.write_all(b"isbn13,keywords\n")?;

    progress.begin("inventing", u64::from(sample.books), Unit::Items);
    let starts: Vec<u32> = (0..sample.books).step_by(CHUNK_BOOKS as usize).collect();
    for starts in starts.chunks(4 * rayon::current_num_threads().max(1)) {
        let chunks: Vec<Chunk> = starts
            .par_iter()
            .map(|&start| {
                Chunk::make(sample.seed, start..sample.books.min(start.saturating_add(CHUNK_BOOKS)))
            })
            .collect();
        for chunk in chunks {
            for (file, rows) in libraries.iter_mut().zip(&chunk.rows) {
                file.write(rows)?;
            }
            keywords.write_all(chunk.keywords.as_bytes())?;
            progress.advance(u64::from(chunk.books));
        }
    }
    for file in libraries {
        file.finish()?;
    }
    keywords.flush()?;
    fs::write(folder.join("synonyms.csv"), synonyms())?;
    fs::write(folder.join("libraries.csv"), describe_libraries())?;
    progress.end();
    Ok(())
}

/// English and Korean names of what is on the shelf, where the two differ.
fn synonyms() -> String {
    let tools = WORDS.tools.iter().map(|tool| (tool.english, tool.korean));
    let topics = WORDS.topics.iter().map(|topic| (topic.english, topic.korean));
    let spellings =
        [("텐서플로우", "텐서플로"), ("파이선", "파이썬"), ("data", "데이터"), ("cloud", "클라우드")];
    let mut text = String::from("eng,kor\n");
    for (english, korean) in tools.chain(topics).chain(spellings) {
        let (english, korean) = (english.to_lowercase(), korean.to_lowercase());
        if english != korean && !english.contains(' ') {
            text.push_str(&format!("{english},{korean}\n"));
        }
    }
    text
}

/// The invented libraries: in an invented town in the sea, at addresses under `.example`, which is nobody's.
fn describe_libraries() -> String {
    let mut text = format!("{LIBRARIES_HEADER}\n");
    for (place, name) in WORDS.libraries.iter().enumerate() {
        let (row, column) = (place / 5, place % 5);
        text.push_str(&format!(
            "X{:05},{name},지어낸시 {name}로 {},{:.4},{:.4},https://lib{:02}.example/,yes\n",
            place + 1,
            place + 1,
            36.9 + 0.02 * row as f64,
            124.9 + 0.025 * column as f64,
            place + 1,
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use encoding_rs::EUC_KR;

    use super::*;

    #[test]
    fn every_word_can_be_written_in_cp949() {
        let topics =
            WORDS.topics.iter().flat_map(|topic| topic.related.iter().chain([&topic.korean, &topic.english]));
        let tools = WORDS.tools.iter().flat_map(|tool| [&tool.korean, &tool.english]);
        for word in topics.chain(tools).chain(&WORDS.roots).chain(&WORDS.syllables).chain(&WORDS.given) {
            assert!(!EUC_KR.encode(word).2, "{word}");
        }
    }
}
