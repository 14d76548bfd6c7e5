//! Lays an overlay of loans over the generation in force of a published folder, and takes it away again.
//!
//! The index stays as it is, byte for byte; the overlay's files stand beside it, and opening and pointer name both. Invariant: a state that is
//! told is one that a row says of a holding that the index has, as of a day that is not to come; everything else is unknown, and its row is
//! named.

use std::collections::HashMap;
use std::path::Path;

use ahash::RandomState;
use seoga_index::DocId;
use seoga_index::availability::State;
use seoga_index::book_id::BookId;
use seoga_index::libraries::Detail;
use seoga_index::write;
use seoga_search::LibrariesLookup;
use seoga_text::isbn::Isbn13;

use crate::hash::fixed_state;
use crate::local::{LocalIndex, ToolError, pointer};
use crate::report::{FileReport, FindingKind};
use crate::sources::LoanRow;
use crate::tools::publish;

/// Bytes of blocks that are kept while an index is read.
const CACHE_BYTES: usize = 8 << 20;

/// The outcome of an overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlaid {
    /// Holdings of the generation.
    pub holdings: u64,
    /// Those of which something is known.
    pub known: u64,
    /// Those with a copy on the shelf.
    pub on_shelf: u64,
    /// Files of the overlay.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files of the one before that went.
    pub removed: usize,
}

/// The holdings of an index, by the numbers of its books.
struct Holdings {
    /// Of each document the libraries that hold it, ascending.
    libraries: Vec<Vec<u16>>,
    documents: HashMap<BookId, DocId, RandomState>,
    /// The numbers of libraries, by their names and codes.
    names: HashMap<String, u16, RandomState>,
    count: usize,
}

impl Holdings {
    fn read(index: &LocalIndex) -> Result<Self, ToolError> {
        let of = index.records(|record| {
            let held = record.holdings.iter().map(|holding| holding.library).collect::<Vec<_>>();
            let isbn = |number: &String| seoga_text::isbn::parse(number).map(Isbn13::get).map(BookId::isbn);
            (record.id, record.numbers.iter().filter_map(isbn).collect::<Vec<_>>(), held)
        })?;
        let mut documents = HashMap::with_hasher(fixed_state());
        // A book's own id goes before a further number of another one.
        for (doc, (id, ..)) in (0..).zip(&of) {
            documents.insert(*id, doc);
        }
        for (doc, (_, numbers, _)) in (0..).zip(&of) {
            for number in numbers {
                documents.entry(*number).or_insert(doc);
            }
        }
        let libraries = &index.manifest.libraries;
        let mut names = HashMap::with_hasher(fixed_state());
        for (number, library) in (0u16..).zip(libraries) {
            names.insert(library.name.clone(), number);
        }
        for (number, code) in codes(index)? {
            names.entry(code).or_insert(number);
        }
        let count = libraries.len();
        Ok(Self { libraries: of.into_iter().map(|(.., held)| held).collect(), documents, names, count })
    }

    /// Settles the rows: the newest one of a holding stands, and of those of one day one that has a copy in.
    fn settle(
        &self,
        rows: Vec<LoanRow>,
        days: Days,
        report: &mut FileReport,
    ) -> HashMap<(DocId, u16), (u32, bool), RandomState> {
        let mut known: HashMap<(DocId, u16), (u32, bool), RandomState> = HashMap::with_hasher(fixed_state());
        for row in rows {
            let doc = self.documents.get(&row.book).copied();
            let library = self.names.get(&row.library).copied();
            let fault = match (doc, library) {
                (_, None) => Some(("library", FindingKind::LoanLibraryUnknown, row.library.clone())),
                (None, _) => Some(("isbn13", FindingKind::LoanBookUnknown, row.book.to_string())),
                _ if row.day > days.today => Some(("date", FindingKind::LoanDayToCome, shown(row.day))),
                _ if row.day < days.oldest => Some(("date", FindingKind::LoanTooOld, shown(row.day))),
                (Some(doc), Some(library)) => {
                    let held = self.libraries.get(doc as usize).is_some_and(|held| held.contains(&library));
                    let found = || format!("{}, {}", row.book, row.library);
                    (!held).then(|| ("isbn13", FindingKind::LoanNotHeld, found()))
                }
            };
            if let Some((column, kind, found)) = fault {
                report.rejected += 1;
                report.add(row.line, column, kind, || found, || None);
                continue;
            }
            if let (Some(doc), Some(library)) = (doc, library) {
                let said = known.entry((doc, library)).or_insert((row.day, row.is_in));
                *said = (*said).max((row.day, row.is_in));
            }
        }
        report.sort();
        known
    }
}

fn shown(day: u32) -> String {
    seoga_text::day::Day(day).to_string()
}

/// A holding, as whoever is asked of loans names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The book.
    pub id: BookId,
    /// The library, by its name.
    pub library: String,
    /// The library's code, where it is known.
    pub code: Option<String>,
}

/// Lists the holdings of the generation in force of a folder, the likeliest books first.
///
/// # Errors
/// [`ToolError`] when the index does not read.
pub fn holdings(folder: &Path) -> Result<Vec<Holding>, ToolError> {
    let index = LocalIndex::open(folder, CACHE_BYTES)?;
    let codes = codes(&index)?;
    let of = index.records(|record| {
        let held = record.holdings.iter().map(|holding| holding.library).collect::<Vec<_>>();
        (record.id, held)
    })?;
    let mut all = Vec::new();
    for (id, held) in of {
        for number in held {
            let Some(library) = index.manifest.libraries.get(usize::from(number)) else { continue };
            all.push(Holding { id, library: library.name.clone(), code: codes.get(&number).cloned() });
        }
    }
    Ok(all)
}

/// Reads the codes of libraries, by their numbers.
fn codes(index: &LocalIndex) -> Result<HashMap<u16, String, RandomState>, ToolError> {
    let numbers: Vec<u16> = (0..).take(index.manifest.libraries.len()).collect();
    let told = index.ask(LibrariesLookup::new(index.manifest.clone(), numbers))?;
    let mut codes = HashMap::with_hasher(fixed_state());
    for (number, details) in &told.libraries {
        let code = details.get(Detail::Code);
        if !code.is_empty() {
            codes.insert(*number, code.to_owned());
        }
    }
    Ok(codes)
}

/// The days of which rows are used, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The last one.
    pub today: u32,
    /// The first one: what is told of an earlier day is no longer of use.
    pub oldest: u32,
}

/// Lays what rows say over the generation in force of a published folder, in place of the overlay there was. Rows that are not used are
/// counted as rejected in `report`, each with the reason.
///
/// A library's day is the oldest one among the rows that are used of it, so that what is told is as of that day or later.
///
/// # Errors
/// [`ToolError`], with the folder's overlay as it was: when the index does not read, or a file cannot be written.
pub fn lay(
    folder: &Path,
    rows: Vec<LoanRow>,
    days: Days,
    report: &mut FileReport,
) -> Result<Overlaid, ToolError> {
    let index = LocalIndex::open(folder, CACHE_BYTES)?;
    let holdings = Holdings::read(&index)?;
    let known = holdings.settle(rows, days, report);
    let mut told_on = vec![None; holdings.count];
    for ((_, library), (day, _)) in &known {
        if let Some(told) = told_on.get_mut(usize::from(*library)) {
            *told = Some(told.map_or(*day, |oldest: u32| oldest.min(*day)));
        }
    }
    let states = |doc: DocId| {
        let held = holdings.libraries.get(doc as usize).map(Vec::as_slice).unwrap_or_default();
        let state = |library: &u16| match known.get(&(doc, *library)) {
            None => State::Unknown,
            Some((_, true)) => State::In,
            Some((_, false)) => State::Out,
        };
        held.iter().map(|library| (*library, state(library))).collect()
    };
    let mut files = Vec::new();
    let generation = pointer(folder)?.current.origin;
    let overlay =
        write::availability(generation, index.manifest.documents, &told_on, states, &mut |name, bytes| {
            files.push((name, bytes));
        });
    let overlaid = Overlaid {
        holdings: holdings.libraries.iter().map(|held| held.len() as u64).sum(),
        known: known.len() as u64,
        on_shelf: known.values().filter(|(_, is_in)| *is_in).count() as u64,
        files: files.len(),
        bytes: files.iter().map(|(_, bytes)| bytes.len() as u64).sum(),
        removed: publish::overlay(folder, Some(overlay), &files)?,
    };
    Ok(overlaid)
}

/// Takes the overlay of a published folder away; gives how many files went.
///
/// # Errors
/// [`ToolError`] when the folder has no index, or a file cannot be written.
pub fn lift(folder: &Path) -> Result<usize, ToolError> {
    publish::overlay(folder, None, &[])
}
