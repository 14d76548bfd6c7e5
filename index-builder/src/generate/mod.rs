//! An invented catalogue of any size, in the very files libraries have, so that everything can be tried without
//! anybody's data.
//!
//! Not random: the same number of books, make and seed give the same bytes on every machine. Invariants: every
//! library is marked as invented in `libraries.csv`; every ISBN lies in a range given to no country; the clean
//! catalogue has exactly the number of books asked for. The dirt is of the kinds real files have. Memory is bounded: no
//! book is kept once its rows are written.

mod book;
mod chance;
mod coin;
mod general;
mod kormarc;
mod people;
mod rows;
mod title;
mod words;
mod zipf;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::place::{NewFolder, is_free};
use crate::progress::{Progress, Unit};
use general::{General, Kind};
use rows::{Chunk, LibraryFile, Shelf};
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

/// The kind of catalogue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Make {
    /// Books of computing in twenty libraries, one in seven words an invented one, all with an ISBN.
    #[default]
    Computing,
    /// A general library: any subject, with sets, editions, series, call numbers, and words as frequent as in the titles of
    /// a real catalogue.
    General(Plan),
    /// English books of any subject with series, as one list of goodbooks-10k has them.
    English(Plan),
}

/// Says all that a general catalogue is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Books of a hundred that have no ISBN, 0 to 100.
    pub without_isbn: u8,
    /// How many libraries there are, 1 to 2,000.
    pub libraries: u16,
    /// In which form records are written.
    pub form: Form,
}

/// A form of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Tables: `holdings/*.csv`.
    Table,
    /// KORMARC in ISO 2709: `records/*.mrc`.
    Kormarc,
}

/// Why no catalogue was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The number of books is out of range.
    #[error("{0} books cannot be invented; ask for 1 to {most}", most = book::MOST_BOOKS)]
    Books(u32),
    /// The plan is out of range.
    #[error("{without_isbn} of 100 books without ISBN in {libraries} libraries cannot be invented; ask for 0 to 100 and 1 to {most}", most = MOST_LIBRARIES)]
    Plan {
        /// Books of a hundred.
        without_isbn: u8,
        /// Libraries.
        libraries: u16,
    },
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

/// More libraries have no names of their own.
const MOST_LIBRARIES: u16 = 2_000;
/// English books of a thousand in a Korean library.
const ENGLISH_PER_MILLE: usize = 100;

/// Writes an invented catalogue of computing to the folder `out`, in the layout that `build --catalogue` reads. An earlier
/// generated catalogue there is replaced; anything else is not.
///
/// # Errors
/// When the number of books is out of range, something else is in the way, or a file cannot be written.
pub fn generate(sample: Sample, out: &Path, progress: &dyn Progress) -> Result<(), GenerateError> {
    generate_make(sample, Make::Computing, out, progress)
}

/// Writes an invented catalogue of a make, as [`generate`] does.
///
/// # Errors
/// When a number is out of range, something else is in the way, or a file cannot be written.
pub fn generate_make(
    sample: Sample,
    make: Make,
    out: &Path,
    progress: &dyn Progress,
) -> Result<(), GenerateError> {
    if !(1..=book::MOST_BOOKS).contains(&sample.books) {
        return Err(GenerateError::Books(sample.books));
    }
    if let Make::General(Plan { without_isbn, libraries, .. })
    | Make::English(Plan { without_isbn, libraries, .. }) = make
        && (without_isbn > 100 || !(1..=MOST_LIBRARIES).contains(&libraries))
    {
        return Err(GenerateError::Plan { without_isbn, libraries });
    }
    let io = |source| GenerateError::Io { path: out.to_path_buf(), source };
    if !is_free(out).map_err(io)? && !is_generated(out).map_err(io)? {
        return Err(GenerateError::NotFree(out.to_path_buf()));
    }
    let folder = NewFolder::begin(out).map_err(io)?;
    let kind = |plan: Plan, english_per_mille| Kind {
        without_isbn: plan.without_isbn.into(),
        english_per_mille,
        libraries: plan.libraries.into(),
    };
    let (shelf, form) = match make {
        Make::Computing => (Shelf::Computing(WORDS.libraries.len()), Form::Table),
        Make::General(plan) => (Shelf::General(kind(plan, ENGLISH_PER_MILLE)), plan.form),
        Make::English(plan) => (Shelf::English(kind(plan, 1_000)), plan.form),
    };
    let written = match (form, shelf) {
        (Form::Kormarc, Shelf::General(kind) | Shelf::English(kind)) => {
            write_records(sample, kind, folder.path(), progress)
        }
        _ => write_tables(sample, shelf, folder.path(), progress),
    };
    written.and_then(|()| write_lists(shelf.libraries(), folder.path())).map_err(io)?;
    folder.finish().map_err(io)
}

/// Whether a folder holds a generated catalogue and nothing else.
fn is_generated(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if !["holdings", "records", "libraries.csv", "holidays.csv", "keywords.csv", "synonyms.csv"]
            .iter()
            .any(|known| name == *known)
        {
            return Ok(false);
        }
    }
    let libraries = fs::read_to_string(folder.join("libraries.csv")).unwrap_or_default();
    Ok(libraries.lines().next() == Some(LIBRARIES_HEADER))
}

const LIBRARIES_HEADER: &str = "code,name,full_name,romanised,region,address,latitude,longitude,tel,hours,closed,homepage,catalogue,holdings_link,reservation,interlibrary_loan,purchase_request,invented";

/// The name of a library: beyond the first twenty, a name with a number.
fn library_name(place: usize) -> String {
    library_name_in(&WORDS.libraries, place)
}

fn library_name_in(names: &[&str], place: usize) -> String {
    let name = names[place % names.len()];
    if place < names.len() { name.to_owned() } else { format!("{name}{}", place / names.len() + 1) }
}

/// The ranges of numbers that are made at a time, several threads' worth of them together.
fn rounds(books: u32) -> Vec<Vec<Range<u32>>> {
    let ranges: Vec<Range<u32>> = (0..books)
        .step_by(CHUNK_BOOKS as usize)
        .map(|start| start..books.min(start.saturating_add(CHUNK_BOOKS)))
        .collect();
    ranges.chunks(4 * rayon::current_num_threads().max(1)).map(<[_]>::to_vec).collect()
}

fn write_tables(sample: Sample, shelf: Shelf, folder: &Path, progress: &dyn Progress) -> io::Result<()> {
    let holdings = folder.join("holdings");
    fs::create_dir(&holdings)?;
    let mut libraries = (0..shelf.libraries())
        .map(|place| LibraryFile::begin(shelf, place, holdings.join(format!("{}.csv", library_name(place)))))
        .collect::<io::Result<Vec<LibraryFile>>>()?;
    let mut keywords = BufWriter::with_capacity(1 << 18, File::create(folder.join("keywords.csv"))?);
    keywords.write_all(b"isbn13,keywords\n")?;
    progress.begin("inventing", u64::from(sample.books), Unit::Items);
    for ranges in rounds(sample.books) {
        let chunks: Vec<Chunk> =
            ranges.into_par_iter().map(|range| Chunk::make(shelf, sample.seed, range)).collect();
        for (library, file) in libraries.iter_mut().enumerate() {
            file.write(chunks.iter().filter_map(|chunk| chunk.rows.get(library)))?;
        }
        for chunk in chunks {
            keywords.write_all(chunk.keywords.as_bytes())?;
            progress.advance(u64::from(chunk.books));
        }
    }
    keywords.flush()?;
    progress.end();
    Ok(())
}

fn write_records(sample: Sample, kind: Kind, folder: &Path, progress: &dyn Progress) -> io::Result<()> {
    let records = folder.join("records");
    fs::create_dir(&records)?;
    let path = |place: usize| records.join(format!("{}.mrc", library_name(place)));
    for place in 0..kind.libraries {
        File::create(path(place))?;
    }
    progress.begin("inventing", u64::from(sample.books), Unit::Items);
    for ranges in rounds(sample.books) {
        let made: Vec<Vec<Vec<u8>>> = ranges
            .par_iter()
            .map(|range| {
                let mut files = vec![Vec::new(); kind.libraries];
                for number in range.clone() {
                    let book = General::draw(sample.seed, number, &kind);
                    for (which, &(library, ..)) in book.copies.iter().enumerate() {
                        files[library].extend(kormarc::record(&book, which, sample.seed, number));
                    }
                }
                files
            })
            .collect();
        for place in 0..kind.libraries {
            let mut file = fs::OpenOptions::new().append(true).open(path(place))?;
            for bytes in made.iter().filter_map(|files| files.get(place)) {
                file.write_all(bytes)?;
            }
        }
        progress.advance(ranges.iter().map(|range| u64::from(range.end - range.start)).sum());
    }
    progress.end();
    Ok(())
}

/// The small files beside holdings or records.
fn write_lists(libraries: usize, folder: &Path) -> io::Result<()> {
    fs::write(folder.join("synonyms.csv"), synonyms())?;
    fs::write(folder.join("libraries.csv"), describe_libraries(libraries))?;
    fs::write(folder.join("holidays.csv"), HOLIDAYS)
}

/// Public holidays of Korea whose days are fixed, of the years around the sample's.
const HOLIDAYS: &str = "date,name
2026-01-01,신정
2026-03-01,삼일절
2026-05-05,어린이날
2026-06-06,현충일
2026-08-15,광복절
2026-10-03,개천절
2026-10-09,한글날
2026-12-25,성탄절
2027-01-01,신정
2027-03-01,삼일절
2027-05-05,어린이날
2027-06-06,현충일
2027-08-15,광복절
2027-10-03,개천절
2027-10-09,한글날
2027-12-25,성탄절
";

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
fn describe_libraries(libraries: usize) -> String {
    let mut text = format!("{LIBRARIES_HEADER}\n");
    for place in 0..libraries {
        let name = library_name(place);
        let (row, column) = (place / 5, place % 5);
        let at = format!("https://lib{:02}.example/", place + 1);
        // Two say nothing of how they are reached.
        let told = place >= 2;
        let only = |text: String| if told { text } else { String::new() };
        let cells = [
            format!("X{:05}", place + 1),
            name.clone(),
            only(format!("{name}도서관")),
            only(library_name_in(&WORDS.libraries_in_latin, place)),
            only(format!("지어낸시 {}구", ["동", "서", "남", "북"][row % 4])),
            format!("지어낸시 {name}로 {}", place + 1),
            format!("{:.4}", 36.9 + 0.02 * row as f64),
            format!("{:.4}", 124.9 + 0.025 * column as f64),
            only(format!("00-000-{:04}", place + 1)),
            only(
                [
                    "평일 09:00-22:00 / 주말 09:00-17:00",
                    "매일 09:00-18:00",
                    "평일 09:00-20:00 / 토 10:00-17:00",
                ][place % 3]
                    .to_owned(),
            ),
            only(
                ["매주 월요일 / 공휴일", "둘째·넷째 월요일 / 설날 / 추석", "일요일 / 공휴일"][place % 3]
                    .to_owned(),
            ),
            at.clone(),
            only(format!("{at}search")),
            only(format!("{at}book?isbn={{isbn}}")),
            only(format!("{at}reserve")),
            only(format!("{at}loan")),
            only(format!("{at}request")),
            "yes".to_owned(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
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
